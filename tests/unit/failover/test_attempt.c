/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of attempts: the ladder of channels, retries, results, crashes, and more people than there
 * are attempts. */
#include "tests/lib/engine_fixture.h"

static const struct fo_incident *it(void)
{
    return incident_of(FO_REASON_UPS_ON_BATTERY);
}

static void raise(void)
{
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
}

static void begin(void)
{
    world_begin();
    raise();
}

Test(attempt, class_2_always_uses_a_channel_that_needs_no_line)
{
    begin();
    cr_assert(it()->class2);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(paged(OFFICER, SMS), 1, "in parallel, because mail needs a line");
    cr_assert_eq(paged(CHIEF, SMS), 0, "the terminal needs none");
}

Test(attempt, class_1_walks_down_the_ladder)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    world_begin_with(&policy);
    raise();
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(paged(OFFICER, SMS), 0);
    step_until(paged(OFFICER, SMS) == 1, 61 * FO_SECOND);
    cr_assert_eq(paged(CHIEF, SMS), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1, "one page per person, channel and epoch");
}

Test(attempt, a_channel_that_fails_for_good_hands_over_at_once)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    world_begin_with(&policy);
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    raise();
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, SMS), 1);
    cr_assert(seen(FO_REASON_ATTEMPT_FAILED));
}

Test(attempt, try_again_means_later_and_only_so_often)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    world_begin_with(&policy);
    world.notify[MAIL] = FO_OUTCOME_RETRY;
    raise();
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(paged(OFFICER, SMS), 1, "nobody waits for a channel that has just said no");
    step_until(paged(OFFICER, MAIL) == 2, 6 * FO_SECOND);
    step_for(20 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 2);
}

Test(attempt, silence_of_a_channel_is_failure_but_a_late_yes_counts)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    world_begin_with(&policy);
    world.notify[MAIL] = FO_OUTCOMES;
    raise();
    struct fo_key key = {0};
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY &&
            world.commands[i].notify.channel == MAIL) {
            key = world.commands[i].key;
        }
    }
    step_until(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NO_ANSWER), 21 * FO_SECOND);
    step_until(paged(OFFICER, SMS) == 1, FO_SECOND);
    mark();
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_ACCEPTED}});
    cr_assert(seen(FO_REASON_ATTEMPT_ACCEPTED));
    cr_assert_neq(it()->accepted[MAIL], 0);
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_FAILED}});
    cr_assert_neq(it()->accepted[MAIL], 0);
}

Test(attempt, channels_whose_lines_are_all_down_are_not_tried)
{
    world_begin();
    memset(world.target_ok, 0, sizeof world.target_ok);
    step_until(incident_of(FO_REASON_LINES_ALL_DOWN), 5 * FO_SECOND);
    step_until(child_of(FO_REASON_LINES_ALL_DOWN, FO_REASON_SERVICE_DOWN), 5 * FO_SECOND);
    step_for(FO_SECOND);
    mark();
    raise();
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 0);
    cr_assert_eq(paged(OFFICER, SMS), 1);
}

Test(attempt, a_channel_with_one_of_its_lines_left_is_tried)
{
    world_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    mark();
    raise();
    cr_assert_eq(paged(OFFICER, MAIL), 1);
}

Test(attempt, a_channel_that_is_known_to_be_down_is_skipped)
{
    world_begin();
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    step_for(FO_SECOND);
    mark();
    raise();
    cr_assert_eq(paged(OFFICER, MAIL), 0);
    cr_assert_eq(paged(OFFICER, SMS), 1);
}

Test(attempt, when_no_channel_can_work_the_first_is_tried_all_the_same)
{
    world_begin();
    for (uint8_t i = 0; i < WORLD_CHANNELS; i++) {
        give_self(FO_SELF_CHANNEL, i, 0);
    }
    mark();
    raise();
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
}

Test(attempt, a_person_without_a_channel_holds_nobody_up)
{
    struct fo_policy policy = fixture_policy();
    memset(policy.persons[CHIEF].channels, FO_NONE, FO_CHANNELS_MAX);
    world_begin_with(&policy);
    raise();
    cr_assert_eq(paged(CHIEF, FO_NONE), 0);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
}

Test(attempt, a_retry_on_a_channel_that_went_down_meanwhile_goes_on_to_the_next)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    world_begin_with(&policy);
    world.notify[MAIL] = FO_OUTCOME_RETRY;
    raise();
    step_for(2 * FO_SECOND);
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    step_until(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_CHANNEL_DOWN), 6 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_gt(paged(OFFICER, SMS), 0U);
}

Test(attempt, after_a_crash_an_attempt_without_a_result_is_made_again_with_its_key)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOMES;
    raise();
    struct fo_key key = {0};
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY &&
            world.commands[i].notify.channel == MAIL) {
            key = world.commands[i].key;
        }
    }
    monitor_die();
    step_for(5 * FO_SECOND);
    mark();
    monitor_restart();
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        if (command->kind == FO_COMMAND_NOTIFY && command->notify.channel == MAIL) {
            cr_assert(command->notify.resend);
            cr_assert_eq(command->key.sequence, key.sequence);
            cr_assert_eq(command->key.boot, key.boot);
        }
    }
    cr_assert(seen(FO_REASON_ATTEMPT_REPEATED));
    mark();
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 0, "once");
}

/* The repetition was refused: the next try may be the second that arrives, and still says so. */
Test(attempt, a_try_after_a_repetition_keeps_its_mark)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOMES;
    raise();
    monitor_die();
    step_for(5 * FO_SECOND);
    world.notify[MAIL] = FO_OUTCOME_RETRY;
    mark();
    monitor_restart();
    step_for(5 * FO_MINUTE);
    unsigned tries = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_notify *notify = &world.commands[i].notify;
        if (world.commands[i].kind == FO_COMMAND_NOTIFY && notify->channel == MAIL &&
            notify->person == OFFICER && notify->epoch == 1 &&
            notify->message != FO_MESSAGE_REMINDER) {
            tries++;
            cr_assert(notify->resend, "try %u without the mark", tries);
        }
    }
    cr_assert_geq(tries, 2);
}

Test(attempt, after_a_crash_nothing_that_was_accepted_is_sent_again)
{
    begin();
    step_for(2 * FO_SECOND);
    monitor_die();
    mark();
    monitor_restart();
    step_for(10 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 0);
}

Test(attempt, an_acknowledged_attempt_says_so_and_its_late_result_changes_nothing)
{
    world_begin();
    world.notify[TERMINAL] = FO_OUTCOMES;
    raise();
    const struct fo_command *page = NULL;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        page =
            world.commands[i].kind == FO_COMMAND_NOTIFY && world.commands[i].notify.person == CHIEF
                ? &world.commands[i]
                : page;
    }
    struct fo_key key = page->key;
    give_order(
        (struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = it()->number});
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_ACCEPTED}});
    bool found = false;
    const struct fo_view *view = look();
    for (unsigned i = 0; i < view->attempt_count; i++) {
        found = found || (view->attempts[i].notify.person == CHIEF && view->attempts[i].state == 3);
    }
    cr_assert(found);
}

Test(attempt, more_people_than_attempts_are_all_paged_in_the_end)
{
    struct fo_policy policy = fixture_policy();
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = 0; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
        policy.persons[i].roles = 1U << ROLE_CHIEF;
    }
    world_begin_with(&policy);
    world.forgetful = true;
    world.notify[MAIL] = FO_OUTCOMES; /* each hangs for its whole time */
    world.notify[SMS] = FO_OUTCOMES;
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    world.devices[GENERATOR].fuel = 5;
    step_until(it() && incident_of(FO_REASON_GENERATOR_NOT_AUTO) &&
                   incident_of(FO_REASON_GENERATOR_FUEL_LOW),
               5 * FO_SECOND);
    cr_assert(world.engine.attempts_starved);
    const struct fo_incident *last = incident_of(FO_REASON_GENERATOR_NOT_AUTO);
    uint32_t number = last->number;
    step_for(3 * FO_MINUTE);
    uint64_t reached = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY && world.commands[i].incident == number) {
            reached |= 1ULL << world.commands[i].notify.person;
        }
    }
    cr_assert_eq(reached, UINT64_MAX);
}

Test(attempt, channels_down_while_it_recovers_use_what_reached_before)
{
    begin();
    step_for(2 * FO_SECOND);
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    give_self(FO_SELF_CHANNEL, SMS, 0);
    step_for(FO_SECOND);
    mark();
    world.devices[UPS_A].status = FO_UPS(OL);
    uint32_t number = it()->number;
    step_until(seen_why(FO_REASON_INCIDENT_RECOVERED, FO_REASON_UPS_ON_BATTERY), FO_MINUTE);
    step_for(2 * FO_SECOND);
    unsigned told_end = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        told_end += command->kind == FO_COMMAND_NOTIFY && command->incident == number &&
                            command->notify.message == FO_MESSAGE_RECOVERED &&
                            command->notify.person == OFFICER
                        ? 1
                        : 0;
    }
    cr_assert_eq(told_end, 1, "better by a channel that may fail than not at all");
}

Test(attempt, a_yes_about_an_incident_that_is_closed_is_recorded_only)
{
    world_begin();
    world.notify[TERMINAL] = FO_OUTCOMES;
    raise();
    struct fo_key key = {0};
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY &&
            world.commands[i].notify.channel == TERMINAL) {
            key = world.commands[i].key;
        }
    }
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), 3 * FO_MINUTE);
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    uint64_t before = incident_of(FO_REASON_GENERATOR_NOT_AUTO)->accepted[TERMINAL];
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_DONE}});
    cr_assert(seen(FO_REASON_ATTEMPT_ACCEPTED));
    cr_assert_eq(incident_of(FO_REASON_GENERATOR_NOT_AUTO)->accepted[TERMINAL], before);
}

Test(attempt, a_ladder_of_all_channels_is_walked_to_its_end)
{
    struct fo_policy policy = fixture_policy();
    policy.channel_count = FO_CHANNELS_MAX;
    for (uint8_t i = 0; i < FO_CHANNELS_MAX; i++) {
        policy.channels[i] = policy.channels[TERMINAL];
        policy.persons[CHIEF].channels[i] = i;
    }
    policy.rungs[0].wait_us = FO_HOUR;
    policy.persons[CHIEF].channel_wait_us = 10 * FO_SECOND;
    world_begin_with(&policy);
    for (unsigned i = 0; i < WORLD_CHANNELS; i++) {
        world.notify[i] = FO_OUTCOME_ACCEPTED;
    }
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    step_for(3 * FO_MINUTE);
    for (uint8_t i = 0; i < FO_CHANNELS_MAX; i++) {
        cr_assert_eq(paged(CHIEF, i), 1, "channel %d", i);
    }
}

Test(attempt, a_place_used_again_inherits_no_ladder)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].availability_class = 1;
    policy.clean_us = FO_SECOND;
    world_begin_with(&policy);
    raise();
    step_for(FO_SECOND);
    uint32_t number = it()->number;
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), 20 * FO_SECOND);
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE,
                                 .person = CHIEF,
                                 .incident = incident_of(FO_REASON_GENERATOR_NOT_AUTO)->number});
    mark();
    step_for(90 * FO_SECOND);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        cr_assert_neq(world.commands[i].kind, FO_COMMAND_NOTIFY, "incident %u of %u",
                      world.commands[i].incident, number);
    }
}

Test(attempt, who_is_reached_late_hears_the_end_as_well)
{
    world_begin();
    world.notify[TERMINAL] = FO_OUTCOMES;
    raise();
    struct fo_key key = {0};
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY &&
            world.commands[i].notify.channel == TERMINAL) {
            key = world.commands[i].key;
        }
    }
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    step_for(2 * FO_SECOND);
    mark();
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_ACCEPTED}});
    step_for(FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.message, FO_MESSAGE_RECOVERED);
}
