/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what people and programs may see. */
#include "tests/lib/engine_fixture.h"

Test(view, a_well_site_has_nothing_to_say)
{
    world_begin();
    const struct fo_view *view = look();
    cr_assert_eq(view->mode, FO_MODE_NORMAL);
    cr_assert_eq(view->incident_count, 0);
    cr_assert_eq(view->block_count, 0);
    cr_assert_eq(view->plan_step, FO_PLAN_NONE);
    cr_assert_eq(view->plan_target, FO_NONE);
    cr_assert_eq(view->services[CALLS].recovery_time_us, 60 * FO_SECOND);
    cr_assert(view->lines[LINE_A].active);
    cr_assert_not(view->lines[LINE_B].active);
    cr_assert(view->servers[0].service_ok);
    cr_assert(view->servers[1].powered);
    cr_assert_lt(view->servers[0].heartbeat_age_us, 100 * FO_MS);
}

Test(view, looking_changes_nothing)
{
    world_begin();
    mains_fail();
    step_for(10 * FO_SECOND);
    uint64_t hash = fo_engine_hash(&world.engine);
    look();
    fo_view_fill(&world.engine, world.now_us + FO_HOUR, look());
    cr_assert_eq(fo_engine_hash(&world.engine), hash);
}

Test(view, incidents_are_shown_worst_first)
{
    world_begin();
    world.devices[UPS_B].status = FO_UPS(OL) | FO_UPS(RB);
    step_until(incident_of(FO_REASON_UPS_REPLACE_BATTERY), 5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    give_self(FO_SELF_ANSWERS, 0, 2);
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    const struct fo_view *view = look();
    cr_assert_eq(view->incidents[0].cause, FO_REASON_TWO_ANSWERS);
    cr_assert_eq(view->incidents[1].cause, FO_REASON_GENERATOR_NOT_AUTO, "newest of its kind");
    cr_assert_eq(view->incidents[2].cause, FO_REASON_UPS_ON_BATTERY);
    cr_assert_eq(view->incidents[3].cause, FO_REASON_UPS_REPLACE_BATTERY);
    give_self(FO_SELF_ANSWERS, 0, 1);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    cr_assert_eq(look()->incidents[3].state, FO_INCIDENT_RECOVERED,
                 "those that are over come last");
}

Test(view, an_acknowledgement_shows_how_long_it_lasts)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    cr_assert_eq(look()->incidents[0].ack_left_us, 0);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 1});
    step_for(10 * FO_SECOND);
    cr_assert_eq(look()->incidents[0].ack_left_us, 30 * FO_MINUTE - 10 * FO_SECOND);
    cr_assert_geq(look()->incidents[0].age_us, 10 * FO_SECOND);
}

Test(view, attempts_are_shown_newest_first_with_their_state)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    world.notify[SMS] = FO_OUTCOMES;
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(2 * FO_SECOND);
    const struct fo_view *view = look();
    cr_assert_gt(view->attempt_count, 2);
    for (unsigned i = 0; i < view->attempt_count; i++) {
        static const uint8_t expected[] = {[TERMINAL] = 1, [MAIL] = 2, [SMS] = 0};
        cr_assert_eq(view->attempts[i].state, expected[view->attempts[i].notify.channel]);
        cr_assert(i == 0 || view->attempts[i].age_us >= view->attempts[i - 1].age_us);
    }
}

Test(view, the_last_switchover_has_an_age)
{
    world_begin();
    fo_us before_us = look()->last_switchover_age_us;
    cr_assert_gt(before_us, 5 * FO_SECOND, "the first choice of all");
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_STARTED), 2 * FO_SECOND);
    step_for(3 * FO_SECOND);
    cr_assert_leq(look()->last_switchover_age_us, 3 * FO_SECOND);
}

Test(view, a_site_without_services_is_unknown)
{
    struct fo_policy policy = fixture_policy();
    policy.service_count = 0;
    world_begin_empty(&policy);
    cr_assert_eq(look()->state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->last_switchover_age_us, FO_NEVER);
}

Test(view, an_open_incident_of_class_2_degrades_the_whole)
{
    world_begin();
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
    cr_assert_eq(look()->state, FO_STATE_DEGRADED);
}

Test(view, a_stall_and_a_cut_network_are_blocks)
{
    world_begin();
    give_self(FO_SELF_STALL, 0, 100 * FO_MS);
    const struct fo_view *view = look();
    cr_assert_eq(view->block_count, 1);
    cr_assert_eq(view->blocks[0].reason, FO_REASON_BLOCKED_MONITOR_UNWELL);
    cr_assert_eq(view->blocks[0].until_us, world.policy.lease.lease_us);
}
