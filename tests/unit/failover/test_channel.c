/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a person's ways to be reached: which comes next, which reached him, and what a page does
 * with all of them when both lines are down. */
#include "failover/channel.h"
#include "failover/page.h"
#include "tests/lib/people_fixture.h"

enum { WEBHOOK = WORLD_CHANNELS, SIP, CHANNELS };

/* Mail and a webhook need a line; SMS and the telephone do not. */
static struct fo_policy many_ways(void)
{
    struct fo_policy policy = people_policy();
    policy.channel_count = CHANNELS;
    policy.channels[WEBHOOK] = policy.channels[MAIL];
    policy.channels[SIP] = policy.channels[SMS];
    return policy;
}

static void ways_of(struct fo_policy *policy, unsigned person, const uint8_t *ways, unsigned count)
{
    memset(policy->persons[person].channels, FO_NONE, FO_CHANNELS_MAX);
    memcpy(policy->persons[person].channels, ways, count);
}

Test(channel, the_next_way_without_a_line_passes_over_all_that_need_one)
{
    struct fo_policy policy = many_ways();
    ways_of(&policy, OFFICER, (const uint8_t[]){MAIL, WEBHOOK, SIP}, 3);
    people_begin_with(&policy);
    cr_assert_eq(fo_channel_next(&world.engine, OFFICER, 1U << MAIL, false, false), WEBHOOK);
    cr_assert_eq(fo_channel_next(&world.engine, OFFICER, 1U << MAIL, true, false), SIP);
    cr_assert_eq(fo_channel_next(&world.engine, OFFICER, 1U << SIP, true, false), FO_NONE);
}

Test(channel, a_person_with_as_many_ways_as_there_are_is_looked_at_to_the_last)
{
    struct fo_policy policy = people_policy();
    policy.channel_count = FO_CHANNELS_MAX;
    for (uint8_t i = 0; i < FO_CHANNELS_MAX; i++) {
        policy.channels[i] = policy.channels[SMS];
        policy.persons[OFFICER].channels[i] = i;
    }
    people_begin_with(&policy);
    strike(true);
    unsigned slot = (unsigned)(struck() - world.engine.incidents);
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        world.engine.incidents[slot].accepted[i] = 0;
    }
    cr_assert_eq(fo_channel_reached(&world.engine, slot, OFFICER), FO_NONE);
    world.engine.incidents[slot].accepted[FO_CHANNELS_MAX - 1] = person_bit(OFFICER);
    cr_assert_eq(fo_channel_reached(&world.engine, slot, OFFICER), FO_CHANNELS_MAX - 1);
    cr_assert_eq(fo_channel_next(&world.engine, OFFICER, UINT8_MAX, false, true), FO_NONE);
}

/* ---- both lines down ------------------------------------------------------------------------- */

static void begin_without_lines(const struct fo_policy *policy)
{
    people_begin_with(policy);
    both_lines(false);
    step_until(lines_down(), 10 * FO_SECOND);
    step_for(2 * FO_SECOND);
    mark();
}

Test(channel, without_lines_each_way_that_needs_none_is_used_at_once_to_the_last)
{
    struct fo_policy policy = people_policy();
    policy.channel_count = FO_CHANNELS_MAX;
    for (uint8_t i = 0; i < FO_CHANNELS_MAX; i++) {
        policy.channels[i] = policy.channels[i % 2 == 0 ? SMS : MAIL];
        policy.persons[OFFICER].channels[i] = i;
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        policy.persons[i].channels[0] = i == OFFICER ? 0 : SMS;
    }
    begin_without_lines(&policy);
    strike(true);
    step_for(FO_SECOND);
    for (uint8_t i = 0; i < FO_CHANNELS_MAX; i++) {
        bool lineless = policy.channels[i].needs_lines == 0;
        cr_assert_eq(paged_about(struck(), OFFICER, i), lineless ? 1U : 0U, "way %u", i);
    }
}

Test(channel, a_way_known_to_be_broken_is_not_used_although_it_needs_no_line)
{
    struct fo_policy policy = many_ways();
    ways_of(&policy, OFFICER, (const uint8_t[]){MAIL, SMS, SIP}, 3);
    begin_without_lines(&policy);
    give_self(FO_SELF_CHANNEL, SIP, 0);
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged_about(struck(), OFFICER, SMS), 1U);
    cr_assert_eq(paged_about(struck(), OFFICER, SIP), 0U);
}

Test(channel, when_no_attempt_is_free_what_has_been_made_is_enough)
{
    struct fo_policy policy = many_ways();
    ways_of(&policy, OFFICER, (const uint8_t[]){SMS, SIP, TERMINAL}, 3);
    begin_without_lines(&policy);
    strike(true);
    step_for(FO_SECOND);
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) { /* two free places, the others under way */
        struct fo_attempt *attempt = &world.engine.attempts[i];
        *attempt = (struct fo_attempt){.state = i < 2 ? FO_ATTEMPT_FREE : FO_ATTEMPT_QUEUED,
                                       .key = {.boot = 1, .sequence = i + 1},
                                       .notify = {.incident = struck()->number},
                                       .result_us = world.now_us + FO_HOUR,
                                       .retry_us = FO_NEVER,
                                       .next_us = FO_NEVER,
                                       .arrive_us = FO_NEVER};
    }
    world.engine.out = &world.out;
    world.out.record_count = world.out.command_count = 0;
    unsigned slot = (unsigned)(struck() - world.engine.incidents);
    cr_assert(fo_page_person(&world.engine, slot, OFFICER, FO_MESSAGE_REMINDER));
    cr_assert_not(fo_page_person(&world.engine, slot, OFFICER, FO_MESSAGE_REMINDER), "later");
    world.engine.out = NULL;
    cr_assert_eq(world.engine.attempts[0].notify.channel, SMS);
    cr_assert_eq(world.engine.attempts[1].notify.channel, SIP);
    cr_assert_eq(world.engine.attempts[2].key.sequence, 3U, "nothing under way was thrown out");
}

static unsigned held(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &world.engine.attempts[i];
        count += attempt->state == FO_ATTEMPT_HELD && attempt->notify.incident == struck()->number
                     ? 1
                     : 0;
    }
    return count;
}

Test(channel, a_page_that_waits_for_a_line_is_given_up_when_none_comes_in_time)
{
    struct fo_policy policy = people_policy();
    policy.channels[MAIL].hold_us = FO_MINUTE;
    begin_without_lines(&policy);
    strike(true);
    step_for(59 * FO_SECOND);
    cr_assert_gt(held(), 0U);
    step_for(2 * FO_SECOND);
    cr_assert_eq(held(), 0U);
    cr_assert(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_TOO_OLD));
    both_lines(true);
    step_until(!lines_down(), 10 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(paged_about(struck(), OFFICER, MAIL), 0U, "too old to be sent");
}

Test(channel, a_page_that_waits_for_a_line_waits_on_while_its_channel_is_broken)
{
    struct fo_policy policy = people_policy();
    policy.channels[MAIL].hold_us = FO_HOUR;
    begin_without_lines(&policy);
    strike(true);
    step_for(FO_SECOND);
    unsigned before = held();
    cr_assert_gt(before, 0U);
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    step_for(FO_SECOND);
    cr_assert_eq(held(), before);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void drill_and_strike(const struct fo_policy *policy)
{
    people_begin_with(policy);
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .value = FO_REASON_MAINS_LOST,
                                 .until_us = world.now_us + FO_HOUR});
    step_for(2 * FO_SECOND);
    mark();
}

static unsigned aborted(uint8_t person)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        count += command->kind == FO_COMMAND_NOTIFY && command->notify.person == person &&
                         command->notify.message == FO_MESSAGE_ABORTED
                     ? 1
                     : 0;
    }
    return count;
}

Test(channel, the_word_that_a_drill_is_over_is_tried_again_like_any_other)
{
    struct fo_policy policy = people_policy();
    drill_and_strike(&policy);
    world.notify[MAIL] = FO_OUTCOME_RETRY;
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(aborted(OFFICER), 1U);
    step_for(6 * FO_SECOND);
    cr_assert_eq(aborted(OFFICER), 2U, "it is not moot because the drill is over");
}

Test(channel, who_has_no_way_at_all_holds_nobody_up_when_a_drill_is_aborted)
{
    struct fo_policy policy = people_policy();
    memset(policy.persons[OFFICER].channels, FO_NONE, FO_CHANNELS_MAX);
    drill_and_strike(&policy);
    strike(true);
    step_for(2 * FO_SECOND);
    cr_assert_eq(aborted(OFFICER), 0U);
    cr_assert_eq(aborted(CHIEF), 1U);
}
