/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what stands against switching loads on again, at its boundaries: the mains that have not
 * settled, a UPS that could not bear another outage, a room or a monitor that is not as it should
 * be; and that an order which is refused begins nothing. */
#include "failover/restore.h"
#include "tests/lib/shed_site.h"

static struct fo_device *ups(unsigned index)
{
    return &world.engine.devices[index];
}

#define FINE FO_REASON_NONE
/* With one thing changed in the engine the order for class 1 is refused for this, and afterwards
 * not. */
#define refused_while(why, ...)                                  \
    do {                                                         \
        struct fo_engine kept = world.engine;                    \
        cr_assert_eq(refused(CLASS_1), FINE);                    \
        __VA_ARGS__;                                             \
        cr_assert_eq(refused(CLASS_1), why, "%s", #__VA_ARGS__); \
        world.engine = kept;                                     \
    } while (0)
#define fine_while(...) refused_while(FINE, __VA_ARGS__)

Test(restore_refusal, the_mains_must_have_been_back_for_as_long_as_the_plan_demands)
{
    shed_and_back_of_the_plan();
    fo_us hold_us = world.policy.return_hold_us;
    refused_while(FO_REASON_BLOCKED_MAINS, world.engine.mains.back_us = world.now_us - hold_us + 1);
    fine_while(world.engine.mains.back_us = world.now_us - hold_us);
    refused_while(FO_REASON_BLOCKED_MAINS, ups(UPS_A)->present_us = world.now_us - hold_us + 1);
    fine_while(ups(UPS_A)->present_us = world.now_us - hold_us);
    refused_while(FO_REASON_BLOCKED_MAINS, world.engine.mains.lost = true,
                  world.engine.mains.lost_us = world.now_us);
}

Test(restore_refusal, an_order_in_the_outage_or_just_after_it_begins_nothing)
{
    outage_of_the_plan();
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_SHED, FO_MINUTE);
    order_back(CLASS_1);
    order_back(FO_NONE);
    mains_return();
    runtime(40);
    step_until(!world.engine.mains.lost, 20 * FO_SECOND);
    order_back(FO_NONE);
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 3);
    cr_assert_not_null(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_MAINS));
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_RESTORE));
    cr_assert_null(seen(FO_REASON_RESTORE_STARTED));
}

Test(restore_refusal, the_ups_of_the_stage_must_last_longer_than_the_stage_needs)
{
    shed_and_back_of_the_plan();
    const struct fo_stage_policy *stage = &world.policy.stages[CLASS_1];
    fo_us needs_us = stage->runtime_us + stage->hold_us + stage->window_us;
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->runtime_us = needs_us - 1);
    fine_while(ups(UPS_A)->runtime_us = needs_us);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->runtime_us = FO_NEVER);
}

Test(restore_refusal, a_ups_that_is_silent_or_on_battery_or_unfit_is_not_to_be_loaded)
{
    shed_and_back_of_the_plan();
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->present_us = FO_NEVER);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->signs = 1U << FO_SIGN_OVERLOAD);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->signs = 1U << FO_SIGN_BYPASS);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->signs = 1U << FO_SIGN_OFF);
    fine_while(ups(UPS_A)->signs = 1U << FO_SIGN_REPLACE);
    world.devices[UPS_A].answers = false;
    step_until(refused(CLASS_1) == FO_REASON_BLOCKED_SUPPLY, 10 * FO_SECOND);
    world.devices[UPS_A].answers = true;
    step_until(refused(CLASS_1) == FO_REASON_BLOCKED_MAINS, 10 * FO_SECOND);
    step_until(refused(CLASS_1) == FINE, 2 * FO_MINUTE);
    world.devices[UPS_A].status = FO_UPS(OB); /* it alone */
    step_until(refused(CLASS_1) == FO_REASON_BLOCKED_SUPPLY, 10 * FO_SECOND);
}

Test(restore_refusal, a_ups_that_says_neither_battery_nor_mains_has_not_said_mains)
{
    shed_and_back_of_the_plan();
    world.devices[UPS_A].status = FO_UPS(BYPASS);
    step_until(ups(UPS_A)->present_us == FO_NEVER, 2 * FO_SECOND);
    cr_assert_eq(refused(CLASS_1), FO_REASON_BLOCKED_SUPPLY);
}

Test(restore_refusal, of_two_ups_both_must_be_known_and_the_longer_counts)
{
    struct fo_policy policy = shed_policy();
    for (unsigned i = 0; i < STAGES; i++) {
        policy.stages[i].supplies = 1U << UPS_A | 1U << UPS_B;
    }
    outage(&policy);
    world.devices[UPS_B].runtime_s = 4 * 60;
    runtime(4);
    step_until(state(MONITOR) == FO_STAGE_SHED, 5 * FO_MINUTE);
    mains_return();
    runtime(40);
    step_until(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), 2 * FO_MINUTE);
    step_until(refused(CLASS_1) == FINE, FO_MINUTE);
    fo_us long_us = ups(UPS_A)->runtime_us, short_us = ups(UPS_B)->runtime_us;
    fine_while(ups(UPS_A)->runtime_us = short_us, ups(UPS_B)->runtime_us = long_us);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_A)->runtime_us = short_us);
    refused_while(FO_REASON_BLOCKED_SUPPLY, ups(UPS_B)->present_us = FO_NEVER);
    fo_us late_us = world.now_us - world.policy.return_hold_us + 1;
    refused_while(FO_REASON_BLOCKED_MAINS, ups(UPS_B)->present_us = late_us);
}

Test(restore_refusal, people_at_the_machines_and_servers_that_move_come_first)
{
    shed_and_back_of_the_plan();
    fo_us *windows = world.engine.inhibit.maintenance_us;
    fo_us later_us = world.now_us + FO_HOUR;
    refused_while(FO_REASON_BLOCKED_MAINTENANCE, windows[FO_MAINTENANCE_SITE] = later_us);
    refused_while(FO_REASON_BLOCKED_MAINTENANCE, windows[FO_WINDOW_DEVICE + UPS_A] = later_us);
    fine_while(windows[FO_WINDOW_DEVICE + UPS_B] = later_us);
    refused_while(FO_REASON_BLOCKED_IN_PROGRESS, world.engine.plan.step = FO_PLAN_FENCE);
    refused_while(FO_REASON_BLOCKED_SERVER_UNKNOWN, world.engine.policy.servers[0].agentless = true,
                  world.engine.active = FO_NONE);
    fine_while(world.engine.policy.servers[0].agentless = true, world.engine.active = 1);
    fine_while(world.engine.active = FO_NONE); /* an agent does not begin without the lease */
}

Test(restore_refusal, a_monitor_that_is_unwell_or_cut_off_or_in_a_drill_switches_nothing_on)
{
    shed_and_back_of_the_plan();
    refused_while(FO_REASON_BLOCKED_ASSERTION, world.engine.self.frozen = true);
    refused_while(FO_REASON_BLOCKED_JOURNAL, world.engine.self.journal_dead = true);
    refused_while(FO_REASON_BLOCKED_MONITOR_UNWELL, world.engine.self.clock_unwell = true);
    refused_while(FO_REASON_BLOCKED_OWN_NETWORK, world.engine.self.cut_off = true);
    refused_while(FO_REASON_DRILL, world.engine.policy.drill = true);
    give_self(FO_SELF_JOURNAL, 0, 0);
    order_back(CLASS_1);
    cr_assert_not_null(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_JOURNAL));
}

Test(restore_refusal, what_stands_against_it_in_the_pause_stops_the_order)
{
    shed_and_back_of_the_plan();
    order_back(CLASS_1);
    step_until(seen(FO_REASON_RESTORE_LOAD_ON), 2 * FO_SECOND);
    world.engine.self.clock_unwell = true;
    step_until(seen_why(FO_REASON_RESTORE_STOPPED, FO_REASON_BLOCKED_MONITOR_UNWELL),
               FO_SECOND + FO_MS);
    cr_assert_eq(told_count(FO_COMMAND_RESTORE), 1);
}

Test(restore_refusal, a_pause_of_less_than_a_second_ends_on_time)
{
    struct fo_policy policy = shed_policy();
    policy.restore_pause_us = 300 * FO_MS;
    shed_and_back(&policy);
    order_back(CLASS_1);
    step_until(seen(FO_REASON_RESTORE_LOAD_ON), 2 * FO_SECOND);
    step_until(told_count(FO_COMMAND_RESTORE) == 2, 300 * FO_MS);
}

Test(restore_refusal, a_stage_must_be_one_of_the_plan_at_rest_and_off)
{
    shed_and_back_of_the_plan();
    order_back(STAGES);
    cr_assert_not_null(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_NO_SUCH_OBJECT));
    refused_while(FO_REASON_BLOCKED_SWITCHING,
                  world.engine.stages[CLASS_1].state = FO_STAGE_SHEDDING);
    refused_while(FO_REASON_BLOCKED_NOT_OFF, world.engine.stages[CLASS_1].off = 0);
    refused_while(FO_REASON_BLOCKED_NOT_OFF, world.engine.stages[CLASS_1].off = 1U << 2);
    refused_while(FO_REASON_BLOCKED_BY_HAND, world.engine.policy.stages[CLASS_1].by_hand = 3);
    order_back(CLASS_2);
    cr_assert_eq(refused(CLASS_1), FO_REASON_BLOCKED_SWITCHING, "one order at a time");
    order_back(CLASS_1);
    cr_assert_not_null(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_SWITCHING));
}

Test(restore_refusal, where_nothing_was_given_up_there_is_nothing_to_switch_on)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    step_for(2 * FO_MINUTE);
    cr_assert_eq(refused(FO_NONE), FO_REASON_BLOCKED_NOT_OFF);
    order_back(FO_NONE);
    cr_assert_not_null(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_NOT_OFF));
}

Test(restore_refusal, a_subject_that_is_neither_a_stage_nor_the_site_is_none)
{
    shed_and_back_of_the_plan();
    cr_assert_eq(fo_restore_refusal(&world.engine, (struct fo_subject){FO_SUBJECT_SERVER, 0}),
                 FO_REASON_NO_SUCH_OBJECT);
}
