/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what far ends report: two windows, when they are known, and that they move nothing. */
#include "failover/direction.h"
#include "tests/lib/engine_fixture.h"

static void say(struct fo_probe probe)
{
    probe.kind = FO_PROBE_DIRECTION;
    probe.index = LINE_A;
    give((struct fo_event){.kind = FO_EVENT_PROBE, .probe = probe});
}

static void report(uint32_t sent, uint32_t lost_out, uint32_t lost_back)
{
    say((struct fo_probe){.quality = FO_GOOD,
                          .ok = true,
                          .sent = sent,
                          .lost_out = lost_out,
                          .lost_back = lost_back});
}

static void fail(enum fo_reason reason)
{
    say((struct fo_probe){.quality = FO_GOOD, .reason = (uint16_t)reason});
}

static void expect(enum fo_reason reason, uint32_t out_permille, uint32_t back_permille)
{
    const struct fo_view_line *line = &look()->lines[LINE_A];
    cr_assert_eq(line->direction_reason, reason, "%s", fo_reason_name(line->direction_reason));
    cr_assert_eq(line->loss_out_permille, out_permille, "out %u", line->loss_out_permille);
    cr_assert_eq(line->loss_back_permille, back_permille, "back %u", line->loss_back_permille);
}

static void expect_unknown(enum fo_reason reason)
{
    expect(reason, UINT32_MAX, UINT32_MAX);
}

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    mark();
}

Test(direction, nothing_is_known_before_enough_packets_are_accounted_for)
{
    begin();
    expect_unknown(FO_REASON_NOT_READ_YET);
    report(0, 0, 0); /* it answers, and nothing is accounted for yet */
    expect_unknown(FO_REASON_NOT_READ_YET);
    report(FO_LOSS_FILLED_MIN - 1, 0, 0);
    expect_unknown(FO_REASON_NOT_READ_YET);
    report(1, 0, 0);
    expect(FO_REASON_NONE, 0, 0);
}

Test(direction, the_way_back_is_judged_by_what_came_to_the_far_end)
{
    begin();
    report(100, 20, 8);
    expect(FO_REASON_NONE, 200, 100);
    report(100, 0, 100);
    expect(FO_REASON_NONE, 0, 1000);
    report(100, 100, 0);
    expect(FO_REASON_NONE, 1000, 1000); /* nothing has come there: nothing new of the way back */
}

Test(direction, the_other_line_is_another)
{
    begin();
    report(50, 50, 0);
    cr_assert_eq(look()->lines[LINE_B].direction_reason, FO_REASON_NOT_READ_YET);
    cr_assert_eq(look()->lines[LINE_B].loss_out_permille, UINT32_MAX);
}

Test(direction, what_a_silence_has_cost_stands_in_the_first_report_behind_it)
{
    begin();
    report(100, 0, 0);
    report(1000, 250, 0);
    expect(FO_REASON_NONE, 250, 0);
    report(UINT32_MAX, 0, UINT32_MAX);
    expect(FO_REASON_NONE, 0, 1000);
}

Test(direction, ten_intervals_without_an_answer_are_a_far_end_that_does_not_report)
{
    begin();
    report(100, 20, 0);
    for (unsigned i = 1; i < FO_DIRECTION_SILENT; i++) {
        fail(FO_REASON_NO_ANSWER);
        expect(FO_REASON_NONE, 200, 0);
    }
    fail(FO_REASON_NO_ANSWER);
    expect_unknown(FO_REASON_NO_ANSWER);
    for (unsigned i = 0; i < 300; i++) { /* past what its counter can hold */
        fail(FO_REASON_NO_ANSWER);
    }
    expect_unknown(FO_REASON_NO_ANSWER);
    report(0, 0, 0);
    expect(FO_REASON_NONE, 200, 0);
}

Test(direction, one_answer_between_begins_the_silence_anew)
{
    begin();
    report(100, 0, 0);
    for (unsigned i = 0; i < 3 * FO_DIRECTION_SILENT; i++) {
        if (i % (FO_DIRECTION_SILENT - 1) == 0) {
            report(1, 0, 0);
        }
        fail(FO_REASON_NO_ANSWER);
        expect(FO_REASON_NONE, 0, 0);
    }
}

Test(direction, a_far_end_that_never_answered_does_not_report)
{
    begin();
    for (unsigned i = 0; i < FO_DIRECTION_SILENT; i++) {
        expect_unknown(FO_REASON_NOT_READ_YET);
        fail(FO_REASON_NO_ANSWER);
    }
    expect_unknown(FO_REASON_NO_ANSWER);
}

Test(direction, a_count_that_began_anew_leaves_nothing_of_the_one_before)
{
    begin();
    report(100, 100, 0);
    fail(FO_REASON_NOT_READ_YET);
    expect_unknown(FO_REASON_NOT_READ_YET);
    report(FO_LOSS_FILLED_MIN - 1, 0, 0);
    expect_unknown(FO_REASON_NOT_READ_YET);
    report(1, 0, 0);
    expect(FO_REASON_NONE, 0, 0);
    fail(FO_REASON_UNCOUNTED);
    expect_unknown(FO_REASON_UNCOUNTED);
}

Test(direction, what_was_said_ages)
{
    begin();
    fo_us stale_us = world.policy.lines[LINE_A].target.stale_us;
    report(100, 0, 0);
    world.now_us += stale_us;
    expect(FO_REASON_NONE, 0, 0);
    world.now_us += 1;
    expect_unknown(FO_REASON_TOO_OLD);
    say((struct fo_probe){.quality = FO_ABSENT, .reason = FO_REASON_NO_ROUTE});
    expect_unknown(FO_REASON_TOO_OLD); /* it could not be asked */
    fail(FO_REASON_NO_ANSWER);
    expect(FO_REASON_NONE, 0, 0); /* once without an answer is no silence */
}

Test(direction, a_gap_in_our_own_loop_makes_it_old_until_the_next_word)
{
    begin();
    report(100, 0, 0);
    give_self(FO_SELF_STALL, 0, 5 * FO_SECOND);
    expect_unknown(FO_REASON_TOO_OLD);
    report(0, 0, 0);
    expect(FO_REASON_NONE, 0, 0);
}

Test(direction, it_informs_and_neither_degrades_a_line_nor_moves_the_traffic)
{
    world_begin();
    for (unsigned i = 0; i < 60; i++) {
        report(100, 100, 0);
        step_for(FO_SECOND);
    }
    expect(FO_REASON_NONE, 1000, UINT32_MAX); /* nothing ever came to the far end */
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_OK);
    cr_assert(look()->lines[LINE_A].active);
    cr_assert_not(told(FO_COMMAND_ROUTE));
    cr_assert_not(incident_of(FO_REASON_LINE_DEGRADED));
}

Test(direction, more_lost_than_sent_is_possible_nowhere)
{
    begin();
    cr_assert(fo_direction_fits(&(struct fo_probe){.sent = 5, .lost_out = 5}));
    cr_assert(fo_direction_fits(&(struct fo_probe){.sent = 5, .lost_out = 2, .lost_back = 3}));
    cr_assert_not(fo_direction_fits(&(struct fo_probe){.sent = 5, .lost_out = 6}));
    cr_assert_not(fo_direction_fits(&(struct fo_probe){.sent = 5, .lost_out = 3, .lost_back = 3}));
    cr_assert_not(
        fo_direction_fits(&(struct fo_probe){.sent = 5, .lost_out = 3, .lost_back = UINT32_MAX}));
}
