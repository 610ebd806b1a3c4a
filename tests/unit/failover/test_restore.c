/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the way back from the shutdown plan: by two persons only, what was given up last first,
 * one at a time, and over at once when the mains are lost again or a load does not come on. */
#include "failover/restore.h"
#include "tests/lib/shed_site.h"

/* The n-th load that was switched on since the mark. */
static const struct fo_command *load(unsigned n)
{
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_RESTORE && n-- == 0) {
            return &world.commands[i];
        }
    }
    cr_assert_fail("no such load was switched on");
    return NULL;
}

static unsigned loads(void)
{
    return told_count(FO_COMMAND_RESTORE);
}

static void resolve(enum fo_reason cause)
{
    give_order((struct fo_order){.kind = FO_ORDER_RESOLVE,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .incident = incident_of(cause)->number});
}

Test(restore, what_was_given_up_last_comes_back_first_one_at_a_time_with_a_pause)
{
    const uint8_t order[4][2] = {{MONITOR, 0}, {CLASS_2, 0}, {CLASS_1, 1}, {CLASS_1, 0}};
    shed_and_back_of_the_plan();
    order_back(FO_NONE);
    cr_assert_eq(seen(FO_REASON_RESTORE_STARTED)->a, 7, "all three stages");
    for (unsigned i = 0; i < 4; i++) {
        step_until(loads() == i + 1, 7 * FO_SECOND);
        cr_assert_eq(load(i)->stage, order[i][0]);
        cr_assert_eq(load(i)->act, order[i][1]);
        cr_assert(i == 0 || load(i)->key.sequence > load(i - 1)->key.sequence);
        cr_assert(look()->restore.under_way);
        cr_assert_eq(look()->restore.stage, order[i][0]);
        cr_assert_eq(look()->restore.act, order[i][1]);
        step_for(FO_SECOND + 5 * FO_SECOND - FO_MS); /* its outcome, and all but the pause */
        cr_assert_eq(loads(), i + 1, "the next one waits");
    }
    step_until(seen(FO_REASON_RESTORE_DONE), FO_SECOND);
    cr_assert_eq(seen(FO_REASON_RESTORE_DONE)->a, 4);
    cr_assert_eq(seen(FO_REASON_RESTORE_DONE)->b, 0);
    cr_assert_eq(seen_count(FO_REASON_RESTORE_LOAD_ON), 4);
    cr_assert_not(look()->restore.under_way);
}

Test(restore, the_alarm_of_a_stage_ends_by_itself_when_all_of_it_is_on_again)
{
    shed_and_back_of_the_plan();
    order_back(CLASS_1);
    step_until(seen_count(FO_REASON_RESTORE_LOAD_ON) == 1, 2 * FO_SECOND);
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), "one of two is on");
    cr_assert_eq(look()->stages[CLASS_1].off, 1, "and the other is named");
    step_until(seen_count(FO_REASON_RESTORE_LOAD_ON) == 2, 10 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1));
    cr_assert_eq(look()->stages[CLASS_1].off, 0);
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_2), "the others were not ordered");
    cr_assert_eq(look()->stages[CLASS_2].off, 1);
    step_for(FO_MINUTE);
    cr_assert_eq(loads(), 2);
    cr_assert_eq(refused(CLASS_1), FO_REASON_BLOCKED_NOT_OFF);
}

Test(restore, one_person_switches_nothing_on_and_cannot_break_the_glass)
{
    shed_and_back_of_the_plan();
    struct fo_order order = {.kind = FO_ORDER_RESTORE,
                             .person = CHIEF,
                             .second = FO_NONE,
                             .server = FO_NONE,
                             .subject = {.kind = FO_SUBJECT_SITE}};
    give_order(order);
    order.second = CHIEF;
    give_order(order);
    order.second = FO_NONE;
    order.alone = true;
    give_order(order);
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 3);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_ONE_WITNESS);
    step_for(FO_MINUTE);
    cr_assert_eq(loads(), 0);
    cr_assert_null(seen(FO_REASON_BREAK_GLASS));
}

Test(restore, nothing_comes_on_by_itself_however_long_the_mains_are_back)
{
    shed_and_back_of_the_plan();
    step_for(FO_HOUR);
    cr_assert_eq(loads(), 0);
}

Test(restore, the_mains_lost_again_stop_it_before_the_next_load_and_people_hear_of_it)
{
    shed_and_back_of_the_plan();
    order_back(FO_NONE);
    step_until(loads() == 2, 10 * FO_SECOND);
    const struct fo_incident *incident = incident_of(FO_REASON_SHED_LEFT_OFF);
    uint8_t epoch = incident->epoch;
    mains_fail();
    step_until(seen(FO_REASON_RESTORE_STOPPED), 10 * FO_SECOND);
    const struct fo_record *stopped = seen(FO_REASON_RESTORE_STOPPED);
    cr_assert(stopped->why == FO_REASON_BLOCKED_MAINS || stopped->why == FO_REASON_BLOCKED_SUPPLY);
    cr_assert_eq(stopped->subject.index, CLASS_1);
    cr_assert_eq(stopped->b, 2, "two are on");
    cr_assert_eq(look()->restore.stopped, stopped->why);
    step_for(FO_MINUTE);
    cr_assert_eq(loads(), 2);
    cr_assert_eq(look()->stages[CLASS_1].off, 3, "what is left stays an alarm");
    incident = incident_of(FO_REASON_SHED_LEFT_OFF);
    cr_assert_eq(incident->subject.index, CLASS_1);
    cr_assert_eq(incident->epoch, epoch + 1);
    cr_assert_eq(incident->did, FO_REASON_RESTORE_STOPPED);
}

Test(restore, a_load_that_does_not_come_on_ends_the_order_and_counts_as_off)
{
    shed_and_back_of_the_plan();
    world.restore = FO_OUTCOME_FAILED;
    order_back(CLASS_1);
    step_until(seen_why(FO_REASON_RESTORE_STOPPED, FO_REASON_RESTORE_FAILED), 2 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_RESTORE_STOPPED)->a, 1, "act 1");
    step_for(FO_MINUTE);
    cr_assert_eq(loads(), 1, "nothing more");
    cr_assert_eq(look()->stages[CLASS_1].off, 3);
    cr_assert_eq(look()->restore.stopped, FO_REASON_RESTORE_FAILED);
    world.restore = FO_OUTCOME_DONE;
    order_back(CLASS_1); /* people look, and order anew */
    cr_assert_eq(look()->restore.stopped, FO_REASON_NONE);
    step_until(seen(FO_REASON_RESTORE_DONE), 20 * FO_SECOND);
    cr_assert_neq(load(1)->key.sequence, load(0)->key.sequence);
}

Test(restore, an_outcome_that_does_not_come_in_time_is_none_and_a_late_one_changes_nothing)
{
    shed_and_back_of_the_plan();
    world.restore = FO_OUTCOMES;
    order_back(CLASS_2);
    step_for(10 * FO_SECOND - FO_MS);
    cr_assert_null(seen(FO_REASON_RESTORE_STOPPED));
    step_until(seen_why(FO_REASON_RESTORE_STOPPED, FO_REASON_NO_ANSWER), FO_SECOND);
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = load(0)->key, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(look()->stages[CLASS_2].off, 1, "nobody knows: people look");
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_2));
}

Test(restore, the_outcome_of_something_else_is_not_taken_for_that_of_the_load)
{
    shed_and_back_of_the_plan();
    world.restore = FO_OUTCOMES;
    order_back(CLASS_2);
    step_until(loads() == 1, FO_SECOND);
    struct fo_key other = load(0)->key;
    other.boot++;
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = other, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(look()->stages[CLASS_2].off, 1);
}

Test(restore, what_no_command_can_undo_is_left_to_a_hand_and_named)
{
    struct fo_policy policy = shed_policy();
    policy.stages[CLASS_1].by_hand = 1; /* its first act */
    policy.stages[MONITOR].by_hand = 1;
    shed_and_back(&policy);
    order_back(FO_NONE);
    step_until(seen(FO_REASON_RESTORE_DONE), 30 * FO_SECOND);
    cr_assert_eq(loads(), 2);
    cr_assert_eq(load(0)->stage, CLASS_2);
    cr_assert_eq(load(1)->act, 1);
    cr_assert_eq(seen(FO_REASON_RESTORE_DONE)->b, 2);
    cr_assert_eq(seen_count(FO_REASON_RESTORE_BY_HAND), 2);
    cr_assert_eq(seen(FO_REASON_RESTORE_BY_HAND)->a, 1);
    cr_assert(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1));
    cr_assert_eq(look()->stages[CLASS_1].off, 1);
    order_back(CLASS_1);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_BY_HAND));
    order_back(FO_NONE);
    cr_assert_eq(refused(FO_NONE), FO_REASON_BLOCKED_BY_HAND);
}

Test(restore, a_person_stops_it_before_the_next_load)
{
    struct fo_order stop = {.kind = FO_ORDER_STOP_SHED, .person = OFFICER, .second = FO_NONE};
    shed_and_back_of_the_plan();
    give_order(stop);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_NO_SUCH_OBJECT), "there is nothing");
    order_back(FO_NONE);
    step_until(loads() == 1, FO_SECOND);
    give_order(stop);
    cr_assert_null(seen(FO_REASON_RESTORE_STOPPED), "the one under way ends");
    step_until(seen_why(FO_REASON_RESTORE_STOPPED, FO_REASON_OPERATOR_ORDER), 2 * FO_SECOND);
    cr_assert_eq(seen_count(FO_REASON_RESTORE_LOAD_ON), 1);
    step_for(FO_MINUTE);
    cr_assert_eq(loads(), 1);
    order_back(FO_NONE);
    give_order(stop);
    give_order(stop);
    cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), 2, "stopped is stopped");
}

Test(restore, a_person_who_has_seen_that_all_is_on_ends_the_order)
{
    shed_and_back_of_the_plan();
    order_back(CLASS_1);
    step_until(loads() == 1, FO_SECOND);
    while (holds(FO_REASON_SHED_LEFT_OFF, CLASS_1)) {
        resolve(FO_REASON_SHED_LEFT_OFF);
    }
    step_until(seen(FO_REASON_RESTORE_DONE), 3 * FO_SECOND);
    cr_assert_eq(loads(), 1);
}

Test(restore, a_load_that_fails_after_a_person_has_ended_the_alarm_opens_none)
{
    shed_and_back_of_the_plan();
    world.restore = FO_OUTCOME_FAILED;
    order_back(CLASS_1);
    while (holds(FO_REASON_SHED_LEFT_OFF, CLASS_1)) {
        resolve(FO_REASON_SHED_LEFT_OFF);
    }
    step_until(seen(FO_REASON_RESTORE_STOPPED), 3 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1));
}

Test(restore, a_restart_in_the_midst_does_nothing_twice_and_tells_people)
{
    shed_and_back_of_the_plan();
    world.restore = FO_OUTCOMES;
    order_back(FO_NONE);
    step_until(loads() == 1, FO_SECOND);
    mark();
    monitor_restart();
    cr_assert_not_null(seen_why(FO_REASON_RESTORE_STOPPED, FO_REASON_MONITOR_RESTARTED));
    cr_assert_eq(seen(FO_REASON_RESTORE_STOPPED)->subject.index, MONITOR);
    step_for(5 * FO_MINUTE);
    cr_assert_eq(loads(), 0);
    cr_assert_eq(look()->stages[MONITOR].off, 1, "in doubt is off");
    cr_assert_eq(look()->stages[CLASS_1].off, 3);
    world.restore = FO_OUTCOME_DONE;
    order_back(FO_NONE);
    step_until(seen(FO_REASON_RESTORE_DONE), FO_MINUTE);
    cr_assert_eq(loads(), 4);
}

Test(restore, nothing_is_switched_off_while_a_load_is_being_switched_on)
{
    struct fo_policy policy = shed_policy();
    for (unsigned i = 0; i < STAGES; i++) {
        policy.stages[i].window_us = 0;
        policy.stages[i].hold_us = 0;
    }
    policy.shed_act_us = FO_MINUTE;
    shed_and_back(&policy);
    world.restore = FO_OUTCOMES;
    order_back(CLASS_2);
    step_until(loads() == 1, FO_SECOND);
    world.devices[UPS_A].charge = world.devices[UPS_B].charge = 60;
    runtime(4);
    mains_fail();
    step_until(state(CLASS_1) == FO_STAGE_DUE, 10 * FO_SECOND);
    step_for(30 * FO_SECOND);
    cr_assert_null(told(FO_COMMAND_SHED));
    step_until(seen(FO_REASON_RESTORE_STOPPED), 30 * FO_SECOND);
    step_until(told(FO_COMMAND_SHED), 2 * FO_SECOND);
}

Test(restore, what_people_have_seen_to_is_not_off_in_the_next_outage)
{
    shed_and_back_of_the_plan();
    while (incident_of(FO_REASON_SHED_LEFT_OFF) != NULL &&
           holds(FO_REASON_SHED_LEFT_OFF, CLASS_1)) {
        resolve(FO_REASON_SHED_LEFT_OFF);
    }
    world.devices[UPS_A].charge = 60;
    runtime(19);
    world.shed = FO_OUTCOMES; /* no word from the first act, the second does not come */
    mains_fail();
    step_until(told(FO_COMMAND_SHED), 2 * FO_MINUTE);
    mains_return();
    step_until(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1), 2 * FO_MINUTE);
    cr_assert_eq(look()->stages[CLASS_1].off, 1);
    cr_assert_eq(refused(CLASS_1), FO_REASON_BLOCKED_SUPPLY, "19 minutes are too few");
}

Test(restore, what_nobody_has_seen_to_is_still_off_after_the_next_outage)
{
    shed_and_back_of_the_plan();
    order_back(CLASS_1);
    step_until(seen_count(FO_REASON_RESTORE_LOAD_ON) == 1, 2 * FO_SECOND);
    world.devices[UPS_A].charge = 60;
    mains_fail();
    step_until(seen(FO_REASON_RESTORE_STOPPED), 10 * FO_SECOND);
    runtime(19);
    step_until(state(CLASS_1) == FO_STAGE_SHED, 2 * FO_MINUTE);
    mains_return();
    runtime(40);
    step_until(state(CLASS_1) == FO_STAGE_READY, 2 * FO_MINUTE);
    cr_assert_eq(look()->stages[CLASS_1].off, 3);
}
