/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the plan: each step, its deadline, and a crash of the monitor in the middle of it. */
#include "failover/switchover.h"
#include "tests/lib/engine_fixture.h"

static const struct fo_plan *plan(void)
{
    return &world.engine.plan;
}

static void order_switch(uint8_t server)
{
    give_order((struct fo_order){
        .kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = server});
}

Test(switchover, a_dead_active_moves_the_service_within_the_lease)
{
    world_begin();
    fo_us died_us = world.now_us;
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_lt(world.now_us - died_us, 720 * FO_MS, "L + 2h + 20 ms");
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_eq(plan()->step, FO_PLAN_NONE);
    cr_assert_eq(world.engine.active, 1);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVER_DEAD);
    cr_assert_eq(seen_count(FO_REASON_CHECK_PASSED), FO_CHECKS - 1);
    cr_assert(seen(FO_REASON_SWITCHOVER_CHOSE));
    cr_assert(seen(FO_REASON_SWITCHOVER_HELD));
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
}

Test(switchover, a_failed_service_moves_in_milliseconds)
{
    world_begin();
    fo_us failed_us = world.now_us;
    agent_health(0, FO_HEALTH_FAILED);
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert_lt(world.now_us - failed_us, 50 * FO_MS);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVICE_FAILED);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_SERVICE_FAILED));
    cr_assert_eq(look()->servers[0].state, FO_STATE_DEGRADED);
    agent_health(0, FO_HEALTH_OK);
    step_until(!incident_of(FO_REASON_SERVICE_FAILED), FO_MINUTE);
    cr_assert(gate_is_open(1), "no automatic failback");
}

Test(switchover, an_ordered_switch_drains_first_and_is_dark_for_a_moment_only)
{
    world_begin();
    order_switch(1);
    cr_assert_eq(plan()->step, FO_PLAN_DRAIN);
    cr_assert_eq(look()->plan_step, FO_PLAN_DRAIN);
    cr_assert_eq(look()->plan_target, 1);
    step_until(!gate_is_open(0), FO_SECOND);
    fo_us dark_us = world.now_us;
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert_lt(world.now_us - dark_us, 10 * FO_MS, "one and a half round trips");
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
    step_for(FO_MINUTE);
    cr_assert_eq(open_incidents(), 0);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->person, CHIEF);
}

Test(switchover, the_way_back_is_ordered_in_the_same_way)
{
    world_begin();
    order_switch(1);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    mark();
    order_switch(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert(gate_is_open(0));
}

Test(switchover, an_order_to_where_it_is_changes_nothing)
{
    world_begin();
    order_switch(0);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_SWITCHOVER_HELD);
    cr_assert_eq(plan()->step, FO_PLAN_NONE);
}

Test(switchover, a_second_order_waits_for_nobody)
{
    world_begin();
    order_switch(1);
    order_switch(1);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_IN_PROGRESS);
    cr_assert(is_blocked(FO_REASON_BLOCKED_IN_PROGRESS));
}

Test(switchover, a_server_that_does_not_drain_keeps_the_service)
{
    world_begin();
    world.clean_drain[0] = false;
    order_switch(1);
    step_until(seen(FO_REASON_DRAIN_TIMEOUT), 31 * FO_SECOND);
    cr_assert(gate_is_open(0));
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED));
    cr_assert_eq(incident_of(FO_REASON_SWITCHOVER_FAILED)->did,
                 FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(0));
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(switchover, a_server_that_dies_while_it_drains_is_replaced)
{
    world_begin();
    world.clean_drain[0] = false;
    order_switch(1);
    step_for(2 * FO_SECOND);
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
}

Test(switchover, a_dying_ups_under_the_active_moves_it_while_it_runs)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 30 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_UPS_LOW);
    cr_assert(seen(FO_REASON_DRAIN_STARTED));
    cr_assert(gate_is_open(1));
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->did, FO_REASON_SWITCHOVER_VERIFIED,
                 "people read there what was done about it");
}

Test(switchover, when_both_upses_die_nothing_moves)
{
    world_begin();
    mains_fail();
    world.devices[UPS_A].runtime_s = 100;
    world.devices[UPS_B].runtime_s = 100;
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

Test(switchover, a_slow_journal_does_not_hold_back_a_promotion)
{
    world_begin();
    world.choose = FO_OUTCOME_UNJOURNALLED;
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert(seen(FO_REASON_CHOSE_WITHOUT_JOURNAL));
}

Test(switchover, a_shell_that_never_answers_does_not_hold_it_back_either)
{
    world_begin();
    world.choose = FO_OUTCOMES;
    host_die(0);
    step_until(gate_is_open(1), 3 * FO_SECOND);
    cr_assert(seen(FO_REASON_CHOSE_WITHOUT_JOURNAL));
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
}

Test(switchover, a_choice_that_the_journal_refused_is_made_all_the_same)
{
    world_begin();
    world.choose = FO_OUTCOME_FAILED;
    host_die(0);
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert(seen(FO_REASON_CHOSE_WITHOUT_JOURNAL));
}

Test(switchover, what_was_handed_to_people_is_tried_again_when_nobody_came)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    policy.servers[0].fence_required = true;
    world_begin_with(&policy);
    world.fence = FO_OUTCOME_FAILED;
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 5 * FO_SECOND);
    cr_assert(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SWITCHOVER_FAILED));
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, 1);
    world.fence = FO_OUTCOME_DONE;
    step_for(9 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_FENCE), 1, "no second try without people");
    cr_assert(is_blocked(FO_REASON_BLOCKED_PERIOD));
    step_until(gate_is_open(1), 3 * FO_MINUTE); /* nobody came, and the standby has settled */
}

Test(switchover, a_target_that_does_not_take_over_is_handed_to_people)
{
    world_begin();
    host_die(0);
    step_until(plan()->step == FO_PLAN_HOLD, 2 * FO_SECOND);
    host_die(1);
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 4 * FO_SECOND);
    cr_assert(seen_why(FO_REASON_INCIDENT_EPOCH, FO_REASON_SWITCHOVER_FAILED));
}

Test(switchover, a_planned_target_that_does_not_take_over_gives_it_back)
{
    world_begin();
    order_switch(1);
    step_until(plan()->step == FO_PLAN_HOLD || plan()->released, FO_SECOND);
    world.alive[1] = false;
    world.gate_us[1] = 0;
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 5 * FO_SECOND);
    step_until(gate_is_open(0), 3 * FO_SECOND);
    step_until(plan()->step == FO_PLAN_NONE, 15 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED) ||
              child_of(FO_REASON_SERVER_DEAD, FO_REASON_SWITCHOVER_FAILED));
}

Test(switchover, a_service_that_does_not_answer_after_the_move_is_handed_to_people)
{
    world_begin();
    world.answers_silent = true;
    host_die(0);
    step_until(plan()->step == FO_PLAN_VERIFY, 2 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 11 * FO_SECOND);
}

Test(switchover, without_a_probe_the_agents_own_check_verifies)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].checked = false;
    world_begin_with(&policy);
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 2 * FO_SECOND);
}

Test(switchover, a_success_after_a_failure_ends_the_alarm_of_the_failure)
{
    world_begin();
    world.clean_drain[0] = false;
    order_switch(1);
    step_until(incident_of(FO_REASON_SWITCHOVER_FAILED), 31 * FO_SECOND);
    world.clean_drain[0] = true;
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_DRAINED});
    step_for(2 * FO_SECOND);
    mark();
    order_switch(1);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    step_until(!incident_of(FO_REASON_SWITCHOVER_FAILED), FO_MINUTE);
}

Test(switchover, an_assertion_freezes_the_plan)
{
    world_begin();
    world.clean_drain[0] = false;
    order_switch(1);
    give_self(FO_SELF_ASSERTION, 0, 0);
    cr_assert_eq(plan()->step, FO_PLAN_NONE);
    cr_assert(seen_why(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, FO_REASON_BLOCKED_ASSERTION));
    host_die(0);
    mark();
    step_for(10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert_eq(look()->mode, FO_MODE_FROZEN);
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U, "alarms go on");
}

/* ---- crashes --------------------------------------------------------------------------------- */

static void crash_in(enum fo_plan_step step)
{
    step_until(plan()->step == step, 10 * FO_SECOND);
    monitor_die();
    step_for(200 * FO_MS);
    monitor_restart();
    cr_assert_eq(plan()->step, step);
}

Test(switchover, a_crash_before_the_journal_answers_asks_again_with_the_same_key)
{
    world_begin();
    world.choose = FO_OUTCOMES;
    host_die(0);
    step_until(told(FO_COMMAND_CHOOSE), 2 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_CHOOSE)->key;
    crash_in(FO_PLAN_CHOOSE);
    world.choose = FO_OUTCOME_DONE;
    mark();
    step_until(gate_is_open(1), 3 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
    cr_assert_eq(told(FO_COMMAND_CHOOSE)->key.boot, key.boot);
    cr_assert_eq(told(FO_COMMAND_CHOOSE)->key.sequence, key.sequence);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
}

Test(switchover, a_crash_after_the_choice_finishes_without_choosing_again)
{
    world_begin();
    host_die(0);
    crash_in(FO_PLAN_HOLD);
    mark();
    step_until(gate_is_open(1), 3 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

Test(switchover, a_choice_that_was_made_but_not_written_is_found_by_its_holder)
{
    world_begin();
    host_die(0);
    step_until(plan()->step == FO_PLAN_CHOOSE, 2 * FO_SECOND);
    uint8_t bytes[FO_SNAPSHOT_MAX];
    size_t length = world.snapshot_length;
    memcpy(bytes, world.snapshot, length);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    monitor_die();
    memcpy(world.snapshot, bytes, length);
    world.snapshot_length = length;
    mark();
    monitor_restart();
    cr_assert_eq(plan()->step, FO_PLAN_CHOOSE);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 15 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE), "it holds already: nothing is done twice");
    cr_assert(gate_is_open(1));
}

Test(switchover, a_crash_while_verifying_verifies)
{
    world_begin();
    host_die(0);
    crash_in(FO_PLAN_VERIFY);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 15 * FO_SECOND);
}

Test(switchover, a_crash_while_draining_goes_on_draining)
{
    world_begin();
    world.clean_drain[0] = false;
    order_switch(1);
    step_for(FO_SECOND);
    crash_in(FO_PLAN_DRAIN);
    step_for(3 * FO_SECOND);
    cr_assert(gate_is_open(0));
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_DRAINED});
    step_until(gate_is_open(1), 5 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 15 * FO_SECOND);
}

Test(switchover, a_release_before_the_journal_has_answered_waits_for_it)
{
    world_begin();
    world.choose = FO_OUTCOMES;
    order_switch(1);
    struct fo_key key = told(FO_COMMAND_CHOOSE)->key;
    step_until(plan()->step == FO_PLAN_CHOOSE, FO_SECOND);
    cr_assert_not(gate_is_open(1));
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(plan()->step, FO_PLAN_HOLD);
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(plan()->step, FO_PLAN_HOLD, "told twice is told once");
    step_until(gate_is_open(1), FO_SECOND);
}

Test(switchover, a_choice_refused_while_it_drains_is_made_after_the_release)
{
    world_begin();
    world.choose = FO_OUTCOME_FAILED;
    world.clean_drain[0] = false;
    order_switch(1);
    step_for(FO_SECOND);
    cr_assert_eq(plan()->step, FO_PLAN_DRAIN);
    cr_assert(gate_is_open(0));
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_DRAINED});
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert(seen(FO_REASON_CHOSE_WITHOUT_JOURNAL));
}

Test(switchover, an_order_at_a_cold_start_chooses)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    agent_start(1);
    step_for(3 * FO_SECOND);
    cr_assert_eq(world.engine.active, FO_NONE);
    order_switch(1);
    step_until(gate_is_open(1), 2 * FO_SECOND);
}

Test(switchover, a_server_that_answers_but_lost_its_lease_is_not_verified)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].checked = false;
    world_begin_with(&policy);
    host_die(0);
    step_until(plan()->step == FO_PLAN_HOLD, 2 * FO_SECOND);
    agent_health(1, FO_HEALTH_UNKNOWN);
    step_for(200 * FO_MS);
    cr_assert_not(seen(FO_REASON_SWITCHOVER_VERIFIED));
}

/* ---- each step by itself --------------------------------------------------------------------- */

/* A plan in this step, made by hand: P takes over, nobody held before. */
static void plan_in(enum fo_plan_step step)
{
    world.engine.plan = (struct fo_plan){.step = (uint8_t)step,
                                         .cause = FO_REASON_OPERATOR_ORDER,
                                         .from = FO_NONE,
                                         .target = 0,
                                         .person = FO_NONE,
                                         .key = {.boot = 1, .sequence = 77},
                                         .started_us = world.now_us,
                                         .deadline_us = world.now_us + 10 * FO_SECOND};
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_PLAN, world.now_us);
}

Test(switchover, it_is_verified_only_by_a_holder_that_is_heard_and_well)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].checked = false;
    for (unsigned wrong = 0; wrong < 4; wrong++) {
        world_begin_with(&policy);
        plan_in(FO_PLAN_VERIFY);
        struct fo_server *target = &world.engine.servers[0];
        target->hearing = wrong == 1 ? FO_HEARING_PATH : target->hearing;
        target->claim = wrong == 2 ? FO_CLAIM_WANT : target->claim;
        target->health = wrong == 3 ? FO_HEALTH_UNKNOWN : target->health;
        world.engine.out = &world.out;
        world.out.record_count = world.out.command_count = 0;
        fo_plan_run(&world.engine);
        world.engine.out = NULL;
        cr_assert_eq(plan()->step, wrong == 0 ? FO_PLAN_NONE : FO_PLAN_VERIFY, "%u", wrong);
    }
}

Test(switchover, a_service_that_needs_no_server_verifies_none)
{
    struct fo_policy policy = fixture_policy();
    policy.services[ORDERS].checked = true;
    world_begin_with(&policy);
    order_switch(1);
    step_until(plan()->step == FO_PLAN_VERIFY, 2 * FO_SECOND);
    world.engine.services[ORDERS].good_us = FO_NEVER;
    give_probe(FO_PROBE_SERVICE, CALLS, 0, true);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), FO_SECOND);
}

Test(switchover, a_word_of_the_journal_that_comes_after_the_choice_changes_nothing)
{
    world_begin();
    plan_in(FO_PLAN_HOLD);
    world.engine.plan.target = 1;
    struct fo_plan before = world.engine.plan;
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = before.key, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(plan()->step, FO_PLAN_HOLD);
    cr_assert_not(plan()->intent);
    cr_assert_not(seen(FO_REASON_ORDER_REFUSED), "it is known");
}

/* The old server has released, and the new one does not take over in time. */
static void begin_not_taken(void)
{
    world_begin();
    plan_in(FO_PLAN_HOLD);
    world.engine.plan.from = 0;
    world.engine.plan.target = 1;
    world.engine.plan.planned = world.engine.plan.released = true;
    world.engine.plan.deadline_us = world.engine.now_us;
    world.engine.monitor.choice = 1;
    world.engine.servers[1].hearing = FO_HEARING_PATH;
    world.engine.out = &world.out;
    world.out.record_count = world.out.command_count = 0;
}

Test(switchover,
     what_was_released_is_given_back_only_to_one_that_is_well_and_from_one_that_does_not_hold)
{
    begin_not_taken();
    fo_plan_run(&world.engine);
    cr_assert_eq(plan()->step, FO_PLAN_CHOOSE, "back to the one that released");
    cr_assert_eq(plan()->target, 0);
    begin_not_taken();
    world.engine.servers[0].health = FO_HEALTH_FAILED;
    fo_plan_run(&world.engine);
    cr_assert_eq(plan()->step, FO_PLAN_NONE, "it has failed meanwhile");
    begin_not_taken();
    world.engine.servers[1].claim = FO_CLAIM_HOLD;
    fo_plan_run(&world.engine);
    cr_assert_eq(plan()->step, FO_PLAN_NONE, "it holds, and only we do not hear it");
    world.engine.out = NULL;
}
