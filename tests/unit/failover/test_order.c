/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of orders: two persons where it must be two, and refusals that are recorded. */
#include "tests/lib/engine_fixture.h"

static void order(uint8_t kind, uint8_t person, uint8_t second, uint8_t server)
{
    give_order((struct fo_order){.kind = kind,
                                 .person = person,
                                 .second = second,
                                 .server = server,
                                 .until_us = world.now_us + FO_HOUR});
}

Test(order, a_switch_needs_two_different_persons_of_the_site)
{
    world_begin();
    order(FO_ORDER_SWITCH, CHIEF, FO_NONE, 1);
    order(FO_ORDER_SWITCH, CHIEF, CHIEF, 1);
    order(FO_ORDER_SWITCH, CHIEF, 60, 1);
    order(FO_ORDER_SWITCH, 60, CHIEF, 1);
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 4);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    order(FO_ORDER_SWITCH, CHIEF, OFFICER, 1);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    cr_assert(seen(FO_REASON_OPERATOR_ORDER));
    cr_assert_eq(seen(FO_REASON_OPERATOR_ORDER)->b, OFFICER);
}

Test(order, a_switch_to_nowhere_is_refused)
{
    world_begin();
    order(FO_ORDER_SWITCH, CHIEF, OFFICER, FO_NONE);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_NO_STANDBY);
}

Test(order, maintenance_needs_two_persons_and_an_end_within_a_day)
{
    world_begin();
    order(FO_ORDER_MAINTENANCE_BEGIN, CHIEF, FO_NONE, 1);
    give_order((struct fo_order){
        .kind = FO_ORDER_MAINTENANCE_BEGIN, .person = CHIEF, .second = HEAD, .until_us = 0});
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = CHIEF,
                                 .second = HEAD,
                                 .until_us = world.now_us + 25 * FO_HOUR});
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 3);
    cr_assert_eq(look()->mode, FO_MODE_NORMAL);
    order(FO_ORDER_MAINTENANCE_BEGIN, CHIEF, HEAD, FO_NONE);
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE);
    order(FO_ORDER_MAINTENANCE_END, OFFICER, FO_NONE, FO_NONE);
    cr_assert_eq(look()->mode, FO_MODE_NORMAL);
}

Test(order, one_person_may_hold_and_release)
{
    world_begin();
    order(FO_ORDER_HOLD, CHIEF, FO_NONE, FO_NONE);
    cr_assert_not(look()->acting);
    cr_assert(is_blocked(FO_REASON_BLOCKED_OPERATOR_HOLD));
    order(FO_ORDER_RELEASE, CHIEF, FO_NONE, FO_NONE);
    cr_assert(look()->acting);
}

Test(order, an_order_that_is_none_is_refused)
{
    world_begin();
    order(FO_ORDER_KINDS, CHIEF, HEAD, 0);
    cr_assert(seen(FO_REASON_ORDER_REFUSED));
}

Test(order, holds_and_windows_survive_a_crash)
{
    world_begin();
    order(FO_ORDER_HOLD, CHIEF, FO_NONE, FO_NONE);
    order(FO_ORDER_MAINTENANCE_BEGIN, CHIEF, HEAD, 1);
    fo_us until_us = world.engine.inhibit.maintenance_us[1];
    monitor_die();
    monitor_restart();
    cr_assert(world.engine.inhibit.hold);
    cr_assert_eq(world.engine.inhibit.maintenance_us[1], until_us);
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE);
}

static void alone(uint8_t kind)
{
    mark();
    give_order((struct fo_order){.kind = kind,
                                 .person = CHIEF,
                                 .second = FO_NONE,
                                 .server = 1,
                                 .alone = true,
                                 .until_us = world.now_us + FO_HOUR,
                                 .value = FO_REASON_DRILL});
}

Test(order, the_glass_is_broken_for_a_switch_or_a_window_and_for_nothing_else)
{
    world_begin();
    alone(FO_ORDER_DRILL_BEGIN);
    cr_assert(seen(FO_REASON_ORDER_REFUSED));
    alone(FO_ORDER_HOLD);
    cr_assert(seen(FO_REASON_OPERATOR_ORDER), "one person may, whatever is said");
    cr_assert_null(incident_of(FO_REASON_BREAK_GLASS));
    alone(FO_ORDER_SWITCH);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    cr_assert_not_null(incident_of(FO_REASON_BREAK_GLASS));
    alone(FO_ORDER_MAINTENANCE_BEGIN);
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE);
}

Test(order, who_says_alone_and_has_a_second_person_breaks_no_glass)
{
    world_begin();
    give_order((struct fo_order){
        .kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = 1, .alone = true});
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    cr_assert_null(incident_of(FO_REASON_BREAK_GLASS));
}

Test(order, an_order_to_a_server_that_holds_and_does_not_serve_is_no_order_to_where_it_is)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    agent_health(0, FO_HEALTH_FAILED);
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(world.engine.active, 0);
    give_order(
        (struct fo_order){.kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = 0});
    const struct fo_record *refused = seen(FO_REASON_ORDER_REFUSED);
    cr_assert(refused == NULL || refused->why != FO_REASON_SWITCHOVER_HELD);
}
