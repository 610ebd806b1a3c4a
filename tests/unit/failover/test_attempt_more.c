/* SPDX-License-Identifier: Apache-2.0 */
/* More tests of attempts: receipts of delivery, a ladder that finds no free attempt, and a page
 * that is made again and again by a process that crashes. */
#include "failover/attempt.h"
#include "tests/lib/people_fixture.h"

/* Severity 1, class 1: one channel after the other, and receipts from the last one. */
static struct fo_policy receipts(fo_us delivery_us)
{
    struct fo_policy policy = people_policy();
    policy.services[CALLS].availability_class = 1;
    policy.channels[SMS].delivery_us = delivery_us;
    return policy;
}

/* The newest attempt to a person by a channel. */
static struct fo_attempt *attempt_to(uint8_t person, uint8_t channel)
{
    struct fo_attempt *found = NULL;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &world.engine.attempts[i];
        bool his = attempt->state != FO_ATTEMPT_FREE && attempt->notify.person == person &&
                   attempt->notify.channel == channel;
        found = his && (found == NULL || attempt->order > found->order) ? attempt : found;
    }
    cr_assert_not_null(found);
    return found;
}

static void result_of(struct fo_attempt *attempt, uint8_t outcome)
{
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = attempt->key, .outcome = outcome}});
}

/* ---- receipts -------------------------------------------------------------------------------- */

Test(attempt_more, a_receipt_that_does_not_come_is_recorded_where_no_channel_is_left)
{
    struct fo_policy policy = receipts(90 * FO_SECOND);
    policy.rungs[0].wait_us = FO_HOUR;
    people_begin_with(&policy);
    strike(true);
    step_until(paged(OFFICER, SMS) == 1, 2 * FO_MINUTE);
    attempt_to(OFFICER, SMS)->next_us = FO_NEVER; /* the end of his ladder */
    step_until(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED), 2 * FO_MINUTE);
    cr_assert_eq(attempt_to(OFFICER, SMS)->next_us, FO_NEVER);
    cr_assert_eq(attempt_to(OFFICER, SMS)->state, FO_ATTEMPT_ACCEPTED);
}

Test(attempt_more, a_receipt_is_not_waited_for_when_it_is_over)
{
    struct fo_policy policy = receipts(FO_HOUR);
    people_begin_with(&policy);
    strike(true);
    step_until(paged(OFFICER, SMS) == 1, 2 * FO_MINUTE);
    step_for(FO_SECOND);
    struct fo_attempt *attempt = attempt_to(OFFICER, SMS);
    attempt->next_us = FO_NEVER;
    cr_assert_neq(attempt->arrive_us, FO_NEVER);
    strike(false);
    step_until(!struck(), 2 * FO_MINUTE);
    fo_deadline_set(&world.engine.deadlines,
                    FO_TIMER_ATTEMPT + (unsigned)(attempt - world.engine.attempts), world.now_us);
    give_tick();
    cr_assert_eq(attempt->arrive_us, FO_NEVER);
    cr_assert_not(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED));
}

Test(attempt_more, a_report_that_it_will_not_arrive_goes_to_the_next_channel_at_once)
{
    struct fo_policy policy = receipts(FO_HOUR);
    policy.persons[OFFICER].channels[0] = SMS;
    policy.persons[OFFICER].channels[1] = MAIL;
    people_begin_with(&policy);
    strike(true);
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 0U);
    result_of(attempt_to(OFFICER, SMS), FO_OUTCOME_FAILED);
    step_for(FO_SECOND);
    cr_assert(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED));
    cr_assert_eq(paged(OFFICER, MAIL), 1U);
}

Test(attempt_more, a_failure_told_after_the_receipt_changes_nothing)
{
    struct fo_policy policy = receipts(FO_HOUR);
    policy.persons[OFFICER].channels[0] = SMS;
    policy.persons[OFFICER].channels[1] = MAIL;
    people_begin_with(&policy);
    strike(true);
    step_for(2 * FO_SECOND);
    result_of(attempt_to(OFFICER, SMS), FO_OUTCOME_DELIVERED);
    result_of(attempt_to(OFFICER, SMS), FO_OUTCOME_FAILED);
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 0U);
}

Test(attempt_more, of_a_page_that_was_answered_no_receipt_is_waited_for)
{
    struct fo_policy policy = receipts(FO_MINUTE);
    policy.persons[OFFICER].channels[0] = SMS;
    people_begin_with(&policy);
    world.notify[SMS] = FO_OUTCOMES;
    strike(true);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, OFFICER);
    result_of(attempt_to(OFFICER, SMS), FO_OUTCOME_ACCEPTED);
    cr_assert_eq(attempt_to(OFFICER, SMS)->arrive_us, FO_NEVER);
    step_for(2 * FO_MINUTE);
    cr_assert_not(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED));
}

/* ---- no free attempt ------------------------------------------------------------------------- */

/* All other attempts hang for an hour. */
static void hang_all_but(const struct fo_attempt *kept)
{
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &world.engine.attempts[i];
        if (attempt != kept) {
            *attempt = (struct fo_attempt){
                .state = FO_ATTEMPT_QUEUED,
                .key = {.boot = 1, .sequence = i + 1},
                .notify = {.incident = struck()->number, .person = HEAD, .epoch = struck()->epoch},
                .result_us = world.now_us + FO_HOUR,
                .retry_us = FO_NEVER,
                .next_us = FO_NEVER,
                .arrive_us = FO_NEVER};
        }
    }
}

static void expect_next_when_free(uint8_t outcome, uint8_t state)
{
    struct fo_policy policy = receipts(0);
    policy.channels[MAIL].timeout_us = 10 * FO_MINUTE;
    policy.rungs[0].wait_us = FO_HOUR;
    people_begin_with(&policy);
    world.notify[MAIL] = outcome;
    strike(true);
    step_for(FO_SECOND);
    struct fo_attempt *attempt = attempt_to(OFFICER, MAIL);
    cr_assert_eq(attempt->state, state);
    hang_all_but(attempt);
    step_for(65 * FO_SECOND); /* his next channel was due after 60 */
    cr_assert_eq(paged(OFFICER, SMS), 0U);
    cr_assert_eq(attempt->state, state, "it is not thrown out for its own next step");
    world.engine.attempts[100].state = FO_ATTEMPT_FREE;
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, SMS), 1U);
}

Test(attempt_more, the_next_channel_waits_for_a_free_attempt_and_takes_it)
{
    expect_next_when_free(FO_OUTCOMES, FO_ATTEMPT_QUEUED);
    expect_next_when_free(FO_OUTCOME_ACCEPTED, FO_ATTEMPT_ACCEPTED);
}

Test(attempt_more, a_free_attempt_wants_nothing)
{
    people_begin();
    cr_assert_eq(fo_attempt_run(&world.engine, FO_ATTEMPTS_MAX - 1), FO_NEVER);
}

/* ---- a process that crashes ------------------------------------------------------------------ */

/* The chief's page has gone out again since the mark, and says so. */
static bool is_resent(void)
{
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        if (command->kind == FO_COMMAND_NOTIFY && command->notify.person == CHIEF &&
            command->notify.resend && command->reason == FO_REASON_GENERATOR_NOT_AUTO) {
            return true;
        }
    }
    return false;
}

Test(attempt_more, each_crash_doubles_the_wait_before_the_same_page_up_to_five_minutes)
{
    static const fo_us waits_us[] = {0,
                                     0,
                                     5 * FO_SECOND,
                                     10 * FO_SECOND,
                                     20 * FO_SECOND,
                                     40 * FO_SECOND,
                                     80 * FO_SECOND,
                                     160 * FO_SECOND,
                                     5 * FO_MINUTE,
                                     5 * FO_MINUTE,
                                     5 * FO_MINUTE};
    struct fo_policy policy = receipts(0);
    policy.rungs[0].wait_us = 24 * FO_HOUR;
    policy.persons[CHIEF].channel_wait_us = 24 * FO_HOUR;
    people_begin_with(&policy);
    world.notify[TERMINAL] = FO_OUTCOMES;
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(paged(CHIEF, TERMINAL) == 1, 5 * FO_SECOND);
    for (unsigned i = 0; i < sizeof waits_us / sizeof waits_us[0]; i++) {
        monitor_die();
        mark();
        fo_us died_us = world.now_us;
        monitor_restart();
        step_until(is_resent(), 6 * FO_MINUTE);
        cr_assert_eq(world.now_us - died_us, waits_us[i], "crash %u: %lld ms", i,
                     (long long)((world.now_us - died_us) / 1000));
    }
}

Test(attempt_more, a_wait_that_ran_out_while_nobody_ran_is_one_more_try)
{
    people_begin();
    world.notify[TERMINAL] = FO_OUTCOMES;
    strike(true);
    struct fo_attempt *attempt = attempt_to(CHIEF, TERMINAL);
    attempt->emit = true;
    attempt->emit_us = world.now_us + FO_SECOND;
    attempt->again = UINT8_MAX;
    world.snapshot_length =
        fo_snapshot_encode(&world.engine, world.now_us, world.wall_ms, world.snapshot);
    monitor_die();
    step_for(2 * FO_SECOND);
    monitor_restart();
    cr_assert_eq(attempt_to(CHIEF, TERMINAL)->again, UINT8_MAX, "it has been counted to the end");
    cr_assert_eq(attempt_to(CHIEF, TERMINAL)->emit_us, world.now_us + 5 * FO_MINUTE);
}
