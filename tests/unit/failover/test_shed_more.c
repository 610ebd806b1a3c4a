/* SPDX-License-Identifier: Apache-2.0 */
/* More tests of the shutdown plan: other batteries, what forbids an act that is due, answers that
 * come late or twice, and the edges of its clocks. */
#include "failover/network.h"
#include "failover/shed.h"
#include "tests/lib/shed_site.h"

static void stop_shed(void)
{
    give_order((struct fo_order){.kind = FO_ORDER_STOP_SHED, .person = CHIEF, .second = FO_NONE});
}

static void due_and_open(void)
{
    outage_of_the_plan();
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_DUE, FO_MINUTE);
}

Test(shed_more, zero_minutes_of_an_empty_battery_are_believed)
{
    outage_of_the_plan();
    world.devices[UPS_A].charge = 20; /* what the site calls low: the number may well be true */
    runtime(0);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
}

Test(shed_more, a_card_without_a_number_whose_charge_is_low_is_not_enough)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    world.devices[UPS_A].runtime_s = -1;
    world.engine.devices[UPS_A].runtime_us = FO_NEVER;
    world.devices[UPS_A].charge = 10;
    mains_fail();
    step_until(world.engine.devices[UPS_A].dying, FO_MINUTE);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "it has not said itself that it is low");
}

Test(shed_more, stages_on_other_batteries_do_not_wait_for_one_another)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_2].supplies = 1U << UPS_B;
    outage(&policy);
    world.devices[UPS_B].runtime_s = 10 * 60;
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    cr_assert_eq(told(FO_COMMAND_SHED)->stage, CLASS_2, "class 1 has time enough on its own");
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
}

Test(shed_more, a_stage_of_two_batteries_goes_by_the_longer_and_ends_when_one_feeds_it)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].supplies = 1U << UPS_A | 1U << UPS_B;
    outage(&policy);
    world.devices[UPS_B].runtime_s = 18 * 60;
    runtime(10);
    step_until(state(CLASS_1) == FO_STAGE_DUE, FO_MINUTE);
    cr_assert_gt(look()->stages[CLASS_1].left_us, 17 * FO_MINUTE);
    stop_shed();
    world.devices[UPS_A].answers = false;
    step_for(10 * FO_SECOND);
    mains_return();
    step_for(5 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED, "one is still on battery for all we know");
    world.devices[UPS_A].answers = true;
    step_until(state(CLASS_1) == FO_STAGE_READY, 2 * FO_MINUTE);
}

Test(shed_more, a_ups_that_was_silent_all_along_does_not_say_that_its_stage_is_fed)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].supplies = 1U << UPS_B;
    world_begin_with(&policy);
    world.devices[UPS_B].answers = false;
    step_for(10 * FO_SECOND);
    world.devices[UPS_A].charge = 60;
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[SWITCH].source = FO_SOURCE_NONE;
    step_until(world.engine.mains.lost, 20 * FO_SECOND);
    stop_shed();
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED);
    mains_return();
    step_for(5 * FO_MINUTE);
    cr_assert_eq(state(CLASS_2), FO_STAGE_READY);
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED);
    world.devices[UPS_B].answers = true;
    step_until(state(CLASS_1) == FO_STAGE_READY, 2 * FO_MINUTE);
}

Test(shed_more, a_ups_that_the_generator_carries_while_the_mains_are_away_is_no_end_of_the_outage)
{
    outage_of_the_plan();
    stop_shed();
    world.devices[UPS_A].status = FO_UPS(OL);
    world.devices[SWITCH].source = FO_SOURCE_GENERATOR;
    step_until(!world.engine.devices[UPS_A].on_battery, 10 * FO_SECOND);
    cr_assert(world.engine.mains.lost);
    step_for(5 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED);
}

Test(shed_more, a_monitor_that_is_unwell_or_being_worked_on_switches_nothing_off)
{
    due_and_open();
    give_self(FO_SELF_JOURNAL, 0, 0);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "nothing that cannot be written down");
    give_self(FO_SELF_JOURNAL, 0, 1);
    step_until(told(FO_COMMAND_SHED), 2 * FO_MINUTE);
    due_and_open();
    world.net_ok = false;
    step_until(fo_network_is_cut(&world.engine), 10 * FO_SECOND);
    step_for(2 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "nothing by a monitor that may be the cut one");
    due_and_open();
    world.engine.self.frozen = true;
    step_for(FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "nothing by a monitor that a person holds for broken");
    due_and_open();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = CHIEF,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .until_us = world.now_us + FO_HOUR});
    cr_assert_neq(world.engine.inhibit.maintenance_us[FO_MAINTENANCE_SITE], FO_NEVER);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "people are at the machines");
}

Test(shed_more, a_hold_between_two_acts_waits_with_the_second)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES; /* the first act takes its whole time */
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    step_for(5 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_SHED), 1);
    cr_assert_eq(state(CLASS_1), FO_STAGE_SHEDDING);
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE});
    step_until(told_count(FO_COMMAND_SHED) == 2, 2 * FO_SECOND);
}

Test(shed_more, a_hold_of_less_than_a_second_ends_on_time)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].hold_us = 300 * FO_MS;
    policy.stages[CLASS_1].window_us = 400 * FO_MS;
    outage(&policy);
    runtime(19);
    step_until(world.engine.stages[CLASS_1].low_us != FO_NEVER, 3 * FO_SECOND);
    fo_us low_us = world.now_us;
    step_until(told(FO_COMMAND_SHED), FO_SECOND);
    cr_assert_eq(world.now_us - low_us, 700 * FO_MS);
}

Test(shed_more, an_answer_counts_for_the_act_it_answers_and_once)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES;
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    struct fo_key key = told(FO_COMMAND_SHED)->key;
    struct fo_event answer = {.kind = FO_EVENT_RESULT,
                              .result = {.key = key, .outcome = FO_OUTCOME_DONE}};
    mark();
    monitor_die();
    monitor_restart();
    give(answer); /* of the act that is about to be asked again: it cannot be known which */
    cr_assert_eq(world.engine.stages[CLASS_1].act, 0);
    step_until(told(FO_COMMAND_SHED), 10 * FO_SECOND);
    give(answer);
    cr_assert_eq(world.engine.stages[CLASS_1].act, 1);
    step_until(told_count(FO_COMMAND_SHED) == 2, 2 * FO_SECOND);
    give(answer);
    cr_assert_eq(state(CLASS_1), FO_STAGE_SHEDDING, "the second has not been answered");
}

Test(shed_more, a_stage_under_way_is_stopped_once)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES;
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    stop_shed();
    cr_assert_null(seen(FO_REASON_ORDER_REFUSED));
    stop_shed();
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_NO_SUCH_OBJECT);
}

Test(shed_more, the_dry_run_counts_what_is_left_of_the_hold_and_says_nothing_of_what_nobody_knows)
{
    outage_of_the_plan();
    runtime(19);
    step_until(world.engine.stages[CLASS_1].low_us != FO_NEVER, 3 * FO_SECOND);
    cr_assert_eq(fo_shed_begins_in(&world.engine, CLASS_1, world.now_us), 35 * FO_SECOND);
    cr_assert_eq(fo_shed_begins_in(&world.engine, CLASS_1, world.now_us + 4 * FO_SECOND),
                 31 * FO_SECOND);
    cr_assert_eq(fo_shed_begins_in(&world.engine, CLASS_1, world.now_us + FO_MINUTE),
                 30 * FO_SECOND, "a hold that has passed is no debt");
    world.engine.devices[UPS_A].runtime_us = FO_NEVER;
    cr_assert_eq(fo_shed_begins_in(&world.engine, CLASS_2, world.now_us), FO_NEVER);
}

Test(shed_more, a_stage_that_a_person_has_stopped_holds_up_no_later_one_in_the_next_outage)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].supplies = 1U << UPS_A | 1U << UPS_B;
    outage(&policy);
    stop_shed();
    mains_return();
    world.devices[UPS_B].status = FO_UPS(OB); /* its own fault: it takes the mains no more */
    step_until(state(CLASS_2) == FO_STAGE_READY, 2 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED);
    world.devices[UPS_A].charge = 60;
    mains_fail();
    runtime(14);
    step_until(told(FO_COMMAND_SHED), 2 * FO_MINUTE);
    cr_assert_eq(told(FO_COMMAND_SHED)->stage, CLASS_2);
}

Test(shed_more, an_output_that_is_full_makes_the_stages_wait_for_the_next_step)
{
    outage_of_the_plan();
    runtime(19);
    step_for(3 * FO_SECOND);
    world.engine.out = &world.out;
    world.out.command_count = FO_COMMANDS_MAX;
    cr_assert_eq(fo_shed_run(&world.engine), world.engine.now_us);
    world.out.command_count = 0;
    cr_assert_gt(fo_shed_run(&world.engine), world.engine.now_us);
}
