/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the shutdown plan: nothing is switched off by a misread number or while the mains are
 * there, class 1 before class 2 before the monitor, and the mains returning stop it wherever it is.
 */
#include "tests/lib/shed_site.h"

Test(shed, class_1_goes_first_then_class_2_and_the_monitor_very_last)
{
    outage_of_the_plan();
    runtime(4); /* all three are due at once */
    step_until(state(MONITOR) == FO_STAGE_DUE, 10 * FO_SECOND);
    step_until(told_count(FO_COMMAND_SHED) == 4, 2 * FO_MINUTE);
    const uint8_t order[4][2] = {{CLASS_1, 0}, {CLASS_1, 1}, {CLASS_2, 0}, {MONITOR, 0}};
    unsigned next = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_SHED) {
            cr_assert_eq(world.commands[i].stage, order[next][0]);
            cr_assert_eq(world.commands[i].act, order[next++][1]);
        }
    }
    step_until(state(MONITOR) == FO_STAGE_SHED, 5 * FO_SECOND);
}

Test(shed, a_stage_waits_for_its_runtime_then_holds_then_gives_people_their_window)
{
    outage_of_the_plan();
    world.devices[UPS_A].runtime_s = 20 * 60 + 2;
    step_for(FO_SECOND);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    cr_assert_null(told(FO_COMMAND_SHED));
    runtime(20);
    step_until(state(CLASS_1) == FO_STAGE_DUE, 7 * FO_SECOND);
    fo_us due_us = world.now_us;
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_SHED_DUE));
    cr_assert_null(told(FO_COMMAND_SHED), "people have their window");
    step_until(told(FO_COMMAND_SHED), 31 * FO_SECOND);
    cr_assert_eq(world.now_us - due_us, 30 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_SHED)->stage, CLASS_1);
    cr_assert_gt(seen(FO_REASON_SHED_STARTED)->a, 19 * FO_MINUTE);
    cr_assert_leq(seen(FO_REASON_SHED_STARTED)->a, 20 * FO_MINUTE);
    step_for(10 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_SHED), 2, "15 minutes have not come");
    cr_assert_eq(seen(FO_REASON_SHED_DONE)->a, 2);
}

Test(shed, nothing_is_done_unless_the_site_has_armed_it)
{
    struct fo_policy policy = shed_policy();
    policy.shed_armed = false;
    outage(&policy);
    runtime(1);
    step_for(10 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_DUE, "people are told, and must do it");
    cr_assert(holds(FO_REASON_SHED_DUE, CLASS_1));
    cr_assert_null(told(FO_COMMAND_SHED));
}

Test(shed, a_drill_a_hold_and_maintenance_switch_nothing_off)
{
    struct fo_policy policy = shed_policy();
    policy.drill = true;
    outage(&policy);
    runtime(1);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    outage_of_the_plan();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    runtime(1);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE});
    step_until(told(FO_COMMAND_SHED), 2 * FO_SECOND);
}

Test(shed, one_number_misread_changes_nothing)
{
    outage_of_the_plan();
    for (unsigned i = 0; i < 60; i++) { /* again and again, but never for as long as the hold */
        runtime(i % 5 == 0 ? 40 : 0);
        step_for(FO_SECOND);
        cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    }
    cr_assert_null(told(FO_COMMAND_SHED));
}

Test(shed, zero_minutes_of_a_filled_battery_are_not_believed)
{
    outage_of_the_plan();
    runtime(0);
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    cr_assert_eq(look()->stages[CLASS_1].left_us, FO_NEVER);
    world.devices[UPS_A].status |= FO_UPS(LB); /* it says so twice: that is a word */
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
}

Test(shed, minutes_of_a_full_battery_are_not_believed_early_in_an_outage)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    runtime(3);
    mains_fail();
    step_until(world.engine.mains.lost, 5 * FO_SECOND);
    step_for(50 * FO_SECOND);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    step_until(state(CLASS_1) == FO_STAGE_DUE, 20 * FO_SECOND);
}

Test(shed, two_readings_on_battery_are_not_enough)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].hold_us = policy.stages[CLASS_1].window_us = 0;
    world_begin_with(&policy);
    world.devices[UPS_A].charge = 60;
    runtime(1);
    mains_fail();
    step_until(world.engine.devices[UPS_A].said_battery == 1 && world.engine.mains.lost,
               5 * FO_SECOND);
    step_until(world.engine.devices[UPS_A].said_battery == 3, 2 * FO_SECOND);
    cr_assert_null(told(FO_COMMAND_SHED));
    step_until(told(FO_COMMAND_SHED), 2 * FO_SECOND);
    cr_assert_geq(world.engine.devices[UPS_A].said_battery, 7);
}

Test(shed, nothing_is_switched_off_while_another_ups_sees_the_mains)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].charge = 40;
    runtime(1);
    step_for(10 * FO_MINUTE);
    cr_assert_not(world.engine.mains.lost);
    cr_assert(incident_of(FO_REASON_UPS_ON_BATTERY), "people are called for it");
    cr_assert_null(told(FO_COMMAND_SHED));
}

Test(shed, unknown_runtime_never_switches_anything_off)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    world.devices[UPS_A].charge = world.devices[UPS_B].charge = 60;
    world.engine.devices[UPS_A].runtime_us = FO_NEVER;
    world.devices[UPS_A].runtime_s = -1;
    mains_fail();
    step_until(world.engine.mains.lost, 5 * FO_SECOND);
    step_for(10 * FO_SECOND);
    world.devices[UPS_A].answers = false; /* it never said how long, and now says nothing */
    step_until(world.engine.devices[UPS_A].exhausted, 20 * FO_MINUTE);
    step_for(10 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    cr_assert_eq(look()->stages[CLASS_1].begins_us, FO_NEVER);
}

Test(shed, a_card_that_gives_no_number_is_believed_when_it_says_low_itself)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    world.devices[UPS_A].charge = -1;
    world.devices[UPS_A].runtime_s = -1;
    world.engine.devices[UPS_A].runtime_us = FO_NEVER;
    mains_fail();
    step_for(5 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    world.devices[UPS_A].status |= FO_UPS(LB);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
}

Test(shed, a_card_silent_in_mid_outage_counts_down_from_its_last_word_minus_the_margin)
{
    outage_of_the_plan();
    runtime(30);
    step_for(3 * FO_SECOND);
    world.devices[UPS_A].answers = false;
    fo_us silent_us = world.now_us;
    step_until(told(FO_COMMAND_SHED), 15 * FO_MINUTE);
    /* 30 min less the minute of margin are 20 min after 9 min; then the hold and the window */
    cr_assert_gt(world.now_us - silent_us, 9 * FO_MINUTE + 30 * FO_SECOND);
    cr_assert_lt(world.now_us - silent_us, 9 * FO_MINUTE + 45 * FO_SECOND);
}

Test(shed, one_of_two_ups_that_lasts_is_enough)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].supplies = 1U << UPS_A | 1U << UPS_B;
    outage(&policy);
    runtime(1);
    world.devices[UPS_B].runtime_s = 60 * 60;
    step_for(5 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    cr_assert_eq(state(CLASS_2), FO_STAGE_DUE);
    cr_assert_null(told(FO_COMMAND_SHED), "class 2 does not go before class 1");
}

Test(shed, the_mains_returning_in_the_hold_or_in_the_window_stop_it)
{
    outage_of_the_plan();
    runtime(19);
    step_for(4 * FO_SECOND);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    mains_return();
    step_for(10 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    mains_fail();
    step_until(state(CLASS_1) == FO_STAGE_DUE, FO_MINUTE);
    step_for(28 * FO_SECOND);
    mains_return();
    step_for(10 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_READY);
    cr_assert(seen(FO_REASON_SHED_CANCELLED));
    cr_assert_not(holds(FO_REASON_SHED_DUE, CLASS_1));
    cr_assert_not(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), "nothing is off");
    cr_assert_null(told(FO_COMMAND_SHED));
}

Test(shed, the_mains_returning_between_two_acts_stop_the_second)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES; /* no word from the first */
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    mains_return();
    step_until(!world.engine.mains.lost, 20 * FO_SECOND);
    step_for(10 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_SHED), 1);
    cr_assert_eq(seen(FO_REASON_SHED_DONE)->a, 1, "only the first is off");
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), "and people are told so");
}

Test(shed, the_mains_returning_afterwards_leave_word_of_what_is_off_until_a_person_has_seen_to_it)
{
    outage_of_the_plan();
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_SHED, FO_MINUTE);
    mark();
    mains_return();
    step_for(50 * FO_SECOND);
    cr_assert_eq(state(CLASS_1), FO_STAGE_SHED, "mains that come and go are no end of an outage");
    step_until(state(CLASS_1) == FO_STAGE_READY, 20 * FO_SECOND);
    cr_assert(look()->stages[CLASS_1].left_off);
    step_for(10 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED), "it switches nothing, neither off nor on");
    const struct fo_incident *incident = incident_of(FO_REASON_SHED_LEFT_OFF);
    cr_assert_eq(incident->severity, 3);
    give_order((struct fo_order){.kind = FO_ORDER_RESOLVE,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .incident = incident->number});
    cr_assert_not(look()->stages[CLASS_1].left_off);
    world.devices[UPS_A].charge = 60;
    mains_fail(); /* and the next outage finds the plan ready */
    step_until(told(FO_COMMAND_SHED), 2 * FO_MINUTE);
}

Test(shed, more_runtime_after_a_load_went_off_does_not_leave_a_stage_half_done)
{
    outage_of_the_plan();
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    runtime(26);
    step_until(state(CLASS_1) == FO_STAGE_SHED, 10 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_SHED), 2);
    cr_assert_eq(state(CLASS_2), FO_STAGE_READY);
}

Test(shed, a_load_that_does_not_go_off_is_told_and_the_rest_goes_on)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOME_FAILED;
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_SHED, FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_SHED), 2);
    cr_assert(holds(FO_REASON_SHED_FAILED, CLASS_1));
    cr_assert_eq(seen(FO_REASON_SHED_DONE)->b, 1);
    outage_of_the_plan();
    world.shed = FO_OUTCOMES; /* no answer at all */
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    fo_us asked_us = world.now_us;
    step_until(told_count(FO_COMMAND_SHED) == 2, 11 * FO_SECOND);
    cr_assert_eq(world.now_us - asked_us, 10 * FO_SECOND);
}

Test(shed, a_person_stops_what_has_not_begun_for_this_outage)
{
    outage_of_the_plan();
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_DUE, FO_MINUTE);
    give_order((struct fo_order){.kind = FO_ORDER_STOP_SHED, .person = CHIEF, .second = FO_NONE});
    runtime(1);
    step_for(10 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    cr_assert_eq(state(CLASS_1), FO_STAGE_STOPPED);
    cr_assert_eq(state(MONITOR), FO_STAGE_STOPPED);
    mains_return();
    step_until(state(CLASS_1) == FO_STAGE_READY, 2 * FO_MINUTE);
    give_order((struct fo_order){.kind = FO_ORDER_STOP_SHED, .person = CHIEF, .second = FO_NONE});
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_NO_SUCH_OBJECT, "no outage");
}

Test(shed, a_person_stops_a_stage_under_way_before_its_next_act)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES; /* the first act takes its whole time */
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    give_order((struct fo_order){.kind = FO_ORDER_STOP_SHED, .person = CHIEF, .second = FO_NONE});
    cr_assert_eq(state(CLASS_1), FO_STAGE_SHEDDING, "the act under way ends");
    monitor_restart();
    step_for(10 * FO_MINUTE);
    cr_assert_eq(state(CLASS_1), FO_STAGE_SHED);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        cr_assert(world.commands[i].kind != FO_COMMAND_SHED || world.commands[i].act == 0,
                  "a second act was begun");
    }
    give_order((struct fo_order){.kind = FO_ORDER_STOP_SHED, .person = CHIEF, .second = FO_NONE});
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_NO_SUCH_OBJECT, "all is over");
    mains_return();
    step_until(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), 2 * FO_MINUTE);
}

Test(shed, a_restart_asks_again_under_the_same_key_but_only_once_it_knows_itself)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES;
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    struct fo_key key = told(FO_COMMAND_SHED)->key;
    mark();
    monitor_restart();
    step_until(told(FO_COMMAND_SHED), 10 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_SHED)->key.boot, key.boot);
    cr_assert_eq(told(FO_COMMAND_SHED)->key.sequence, key.sequence);
}

Test(shed, a_restart_after_the_mains_are_back_asks_for_nothing)
{
    outage_of_the_plan();
    world.shed = FO_OUTCOMES;
    runtime(19);
    step_until(told(FO_COMMAND_SHED), FO_MINUTE);
    mark();
    monitor_die();
    mains_return();
    monitor_restart();
    step_for(10 * FO_MINUTE);
    cr_assert_null(told(FO_COMMAND_SHED));
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), "it may be off: people look");
}

Test(shed, the_dry_run_says_when_each_stage_would_begin)
{
    struct fo_policy policy = shed_policy();
    world_begin_with(&policy);
    runtime(40);
    step_for(2 * FO_SECOND);
    /* on the mains: if they were lost now */
    cr_assert_eq(look()->stages[CLASS_1].begins_us, 20 * FO_MINUTE + 35 * FO_SECOND);
    cr_assert_eq(look()->stages[CLASS_2].begins_us, 25 * FO_MINUTE + 35 * FO_SECOND);
    cr_assert_eq(look()->mains_lost_us, FO_NEVER);
    outage_of_the_plan();
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_DUE, FO_MINUTE);
    step_for(10 * FO_SECOND);
    cr_assert_eq(look()->stages[CLASS_1].begins_us, 20 * FO_SECOND);
    step_until(state(CLASS_1) == FO_STAGE_SHED, FO_MINUTE);
    cr_assert_eq(look()->stages[CLASS_1].begins_us, FO_NEVER);
}
