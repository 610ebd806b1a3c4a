/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the switchover drill: two persons, a window that lasts, the checks of a planned move;
 * who hears of it, that giving back is asked and never done, and that what is real ends it at once.
 */
#include "failover/incident.h"
#include "failover/moving.h"
#include "tests/lib/people_fixture.h"

static void window_for(fo_us length_us)
{
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .until_us = world.now_us + length_us});
}

static void drill_by(uint8_t second, uint8_t server, fo_us length_us)
{
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = second,
                                 .server = FO_NONE,
                                 .value = FO_REASON_SWITCHOVER_DRILL,
                                 .subject = {FO_SUBJECT_SERVER, server},
                                 .until_us = world.now_us + length_us});
}

static void drill(void)
{
    drill_by(HEAD, 1, 30 * FO_MINUTE);
}

static void begin(void)
{
    people_begin();
    window_for(FO_HOUR);
}

static bool is_refused(unsigned why)
{
    return seen_why(FO_REASON_ORDER_REFUSED, why) != NULL;
}

static bool is_moving(void)
{
    return fo_moving(&world.engine) != FO_NONE;
}

static const struct fo_incident *the_drill(void)
{
    return &world.engine.incidents[fo_moving(&world.engine)];
}

static void give_back(uint8_t second)
{
    mark();
    give_order((struct fo_order){
        .kind = FO_ORDER_SWITCH, .person = OFFICER, .second = second, .server = 0});
}

Test(switchover_drill, it_needs_two_persons)
{
    begin();
    drill_by(FO_NONE, 1, FO_MINUTE);
    cr_assert(is_refused(FO_REASON_BLOCKED_ONE_WITNESS));
    drill_by(OFFICER, 1, FO_MINUTE);
    cr_assert(is_refused(FO_REASON_BLOCKED_ONE_WITNESS), "the same twice is one");
    cr_assert_not(is_moving());
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
}

Test(switchover_drill, it_needs_a_window_of_the_site_that_lasts_to_its_end)
{
    people_begin();
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_NO_WINDOW), "none is open");
    window_for(30 * FO_MINUTE - 1);
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_NO_WINDOW), "it ends before the drill");
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    window_for(30 * FO_MINUTE);
    drill();
    cr_assert(is_moving());
}

Test(switchover_drill, a_window_of_one_server_does_not_do)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = 0,
                                 .until_us = world.now_us + FO_HOUR});
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_NO_WINDOW));
}

Test(switchover_drill, whatever_blocks_a_planned_move_refuses_it)
{
    begin();
    drill_by(HEAD, 0, FO_MINUTE);
    cr_assert(is_refused(FO_REASON_SWITCHOVER_HELD), "that one serves");
    drill_by(HEAD, FO_SERVERS, FO_MINUTE);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = 1,
                                 .until_us = world.now_us + FO_HOUR});
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_MAINTENANCE), "somebody works on the target");
    cr_assert_not(is_moving());
}

Test(switchover_drill, not_while_the_monitor_is_unwell)
{
    begin();
    world.engine.self.clock_unwell = true;
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_MONITOR_UNWELL));
    cr_assert_not(is_moving());
}

Test(switchover_drill, not_while_something_real_is_open)
{
    begin();
    strike(true);
    drill();
    cr_assert(is_refused(FO_REASON_BLOCKED_IN_PROGRESS));
    cr_assert_not(is_moving());
}

Test(switchover_drill, the_service_really_moves_and_the_list_hears_of_it)
{
    struct fo_policy policy = people_policy();
    policy.persons[TEAM].drill = false;
    people_begin_with(&policy);
    window_for(FO_HOUR);
    drill();
    cr_assert(seen(FO_REASON_DRILL_STARTED));
    cr_assert(seen(FO_REASON_DRAIN_STARTED));
    cr_assert_eq(look()->mode, FO_MODE_DRILL);
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1U);
    step_for(5 * FO_SECOND);
    cr_assert_eq(paged_persons(), (person_bit(PEOPLE) - 1) & ~person_bit(TEAM));
    cr_assert(page_to(CHIEF)->drill);
    cr_assert_eq(page_to(CHIEF)->message, FO_MESSAGE_GIVE_BACK);
    cr_assert_eq(open_incidents(), 1U, "the drill and nothing else");
}

Test(switchover_drill, nothing_is_given_back_by_itself)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(20 * FO_MINUTE);
    cr_assert_eq(world.engine.active, 1U);
    cr_assert(is_moving(), "it waits for people");
    step_until(seen(FO_REASON_DRILL_ENDED), 11 * FO_MINUTE);
    step_for(FO_MINUTE);
    cr_assert_eq(world.engine.active, 1U, "its time is over, the service stays");
}

Test(switchover_drill, two_persons_give_back_and_that_ends_it)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(10 * FO_SECOND);
    give_back(FO_NONE);
    cr_assert(is_refused(FO_REASON_BLOCKED_ONE_WITNESS));
    give_back(HEAD);
    step_until(seen(FO_REASON_DRILL_ENDED), 20 * FO_SECOND);
    cr_assert_eq(world.engine.active, 0U);
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE, "the window goes on to its own end");
}

Test(switchover_drill, everybodys_answer_does_not_end_it)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(5 * FO_SECOND);
    for (uint8_t i = 0; i < PEOPLE; i++) {
        say_about(the_drill(), FO_ORDER_ACKNOWLEDGE, i);
    }
    cr_assert(is_moving());
}

Test(switchover_drill, ended_before_anything_was_released_the_old_server_goes_on)
{
    begin();
    world.clean_drain[0] = false;
    drill();
    step_for(100 * FO_MS);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_END,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .incident = the_drill()->number});
    step_for(FO_SECOND);
    cr_assert(seen_why(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, FO_REASON_DRILL_ENDED));
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    cr_assert_eq(world.engine.active, 0U);
    cr_assert_null(incident_of(FO_REASON_SWITCHOVER_FAILED), "that was no failure");
}

Test(switchover_drill, a_server_that_dies_ends_it_and_the_machine_acts_although_there_was_a_window)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(10 * FO_SECOND);
    mark();
    host_die(1);
    step_until(seen(FO_REASON_DRILL_ABORTED), 5 * FO_SECOND);
    cr_assert_eq(look()->mode, FO_MODE_NORMAL, "its window is given up");
    step_until(world.engine.active == 0, 10 * FO_SECOND);
    step_for(FO_SECOND);
    const struct fo_incident *real = incident_of(FO_REASON_SERVER_DEAD);
    cr_assert_not_null(real);
    cr_assert_not(real->drill);
    cr_assert_lt(real->severity, FO_SEVERITY_INFORMATION);
    cr_assert(paged_persons() & person_bit(CHIEF));
}

Test(switchover_drill, a_lost_standby_ends_it_too)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(10 * FO_SECOND);
    host_die(0);
    step_until(seen(FO_REASON_DRILL_ABORTED), 10 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1U);
}

Test(switchover_drill, it_goes_on_over_a_restart_of_the_monitor)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    cr_assert(is_moving());
    cr_assert_eq(look()->mode, FO_MODE_DRILL);
    step_for(30 * FO_SECOND);
    give_back(HEAD);
    step_until(seen(FO_REASON_DRILL_ENDED), 20 * FO_SECOND);
}

Test(switchover_drill, there_is_one_at_a_time)
{
    begin();
    drill();
    step_until(seen(FO_REASON_DRILL_SWITCHED), 20 * FO_SECOND);
    drill_by(HEAD, 0, FO_MINUTE);
    cr_assert(is_refused(FO_REASON_BLOCKED_IN_PROGRESS));
}

Test(switchover_drill, only_a_server_is_switched_over_to_and_only_from_one_that_serves)
{
    begin();
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .value = FO_REASON_SWITCHOVER_DRILL,
                                 .subject = {FO_SUBJECT_LINE, 1},
                                 .until_us = world.now_us + FO_MINUTE});
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    world.engine.servers[0].claim = FO_CLAIM_WANT; /* a lapse: in a moment it serves again */
    drill();
    cr_assert(is_refused(FO_REASON_SERVICE_DOWN));
    cr_assert_not(is_moving());
}

Test(switchover_drill, ended_after_the_old_server_has_released_the_new_one_takes_over_all_the_same)
{
    begin();
    drill();
    step_until(world.engine.servers[0].claim == FO_CLAIM_NONE, 5 * FO_SECOND);
    if (world.engine.plan.step == FO_PLAN_DRAIN) {
        give_order((struct fo_order){.kind = FO_ORDER_DRILL_END,
                                     .person = OFFICER,
                                     .second = FO_NONE,
                                     .incident = the_drill()->number});
    }
    step_until(gate_is_open(1) && world.engine.active == 1, 5 * FO_SECOND);
}

Test(switchover_drill, ended_in_a_lapse_of_the_old_server_it_is_given_up_when_that_serves_again)
{
    begin();
    world.clean_drain[0] = false;
    drill();
    step_for(100 * FO_MS);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN);
    world.engine.servers[0].claim = FO_CLAIM_WANT;
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_END,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .incident = the_drill()->number});
    give_tick();
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN, "it does not serve: that is not given up");
    step_for(FO_SECOND);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    cr_assert_eq(world.engine.active, 0U);
}
