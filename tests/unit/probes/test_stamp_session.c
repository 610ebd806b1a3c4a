/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the bookkeeping of a STAMP session against a reflector of a few lines: proof, both
 * directions, silence, reordering, doubling, restart, strangers, and numbers that wrap. */
#include "probes/stamp_session.h"

#include <criterion/criterion.h>

#define INTERVAL_US FO_SECOND
#define BOUND_US (500 * FO_MS)

static struct pb_stamp_session session;
static fo_us now_us;
static uint32_t count; /* of the reflector */
static bool copies;

static uint64_t time_of(uint32_t number)
{
    return (uint64_t)number << 20 | 0xabcde;
}

static uint32_t send(void)
{
    uint32_t number = pb_stamp_session_next(&session);
    pb_stamp_session_sent(&session, time_of(number), now_us);
    return number;
}

/* The packet has come to the reflector; the number it answers with. */
static uint32_t reflect(uint32_t number)
{
    uint32_t mine = count++;
    return copies ? number : mine;
}

static bool come_back(uint32_t number, uint32_t reflected)
{
    return pb_stamp_session_take(
        &session,
        &(struct pb_stamp_reply){
            .sequence = reflected, .sender_sequence = number, .sender_timestamp = time_of(number)});
}

static struct pb_stamp_statement settle_after(fo_us length_us)
{
    now_us += length_us;
    return pb_stamp_session_settle(&session, now_us, BOUND_US);
}

enum fate { RETURNS, LOST_OUT, LOST_BACK };
static struct pb_stamp_statement pass(enum fate fate)
{
    uint32_t number = send();
    if (fate != LOST_OUT) {
        uint32_t reflected = reflect(number);
        if (fate == RETURNS) {
            cr_assert(come_back(number, reflected));
        }
    }
    return settle_after(INTERVAL_US);
}

static void expect(struct pb_stamp_statement said, uint32_t sent, uint32_t out, uint32_t back)
{
    cr_assert_eq(said.reflector, PB_STAMP_STATEFUL);
    cr_assert(said.sent == sent && said.lost_out == out && said.lost_back == back,
              "sent %u, lost out %u, back %u", said.sent, said.lost_out, said.lost_back);
}

static void expect_nothing(struct pb_stamp_statement said, enum pb_stamp_reflector reflector)
{
    cr_assert_eq(said.reflector, reflector);
    cr_assert(said.sent == 0 && said.lost_out == 0 && said.lost_back == 0);
}

static void begin(void)
{
    pb_stamp_session_begin(&session, 0);
    now_us = 1000 * FO_SECOND;
    count = 0;
    copies = false;
}

static void begin_proven(void)
{
    begin();
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    expect(pass(RETURNS), 1, 0, 0);
}

/* ---- proof ----------------------------------------------------------------------------------- */

Test(stamp_session, numbers_begin_at_0_and_one_is_left_out_at_once)
{
    begin();
    cr_assert_eq(pb_stamp_session_next(&session), 0U);
    cr_assert_eq(pb_stamp_session_next(&session), 0U, "asking sends nothing");
    cr_assert_eq(send(), 0U);
    cr_assert_eq(send(), 2U);
    for (uint32_t number = 3; number <= 8; number++) {
        cr_assert_eq(send(), number);
    }
    cr_assert_eq(send(), 10U, "not proven yet: another one");
}

Test(stamp_session, a_count_is_proven_by_the_number_left_out_and_none_is_left_out_then)
{
    begin_proven();
    for (uint32_t number = 3; number < 40; number++) {
        cr_assert_eq(pb_stamp_session_next(&session), number);
        expect(pass(RETURNS), 1, 0, 0);
    }
}

Test(stamp_session, a_count_that_did_not_begin_at_0_is_proven_as_well)
{
    begin();
    count = 77;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    expect(pass(RETURNS), 1, 0, 0);
}

Test(stamp_session, a_copy_is_never_taken_for_a_count_whatever_is_lost)
{
    begin();
    copies = true;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    expect_nothing(pass(RETURNS), PB_STAMP_STATELESS);
    for (uint32_t i = 0; i < 500; i++) {
        expect_nothing(pass(i % 7 % 3), PB_STAMP_STATELESS);
    }
}

Test(stamp_session, without_a_hole_between_two_replies_nothing_is_proven)
{
    begin();
    send(); /* 0 is lost on the way out */
    settle_after(INTERVAL_US);
    for (unsigned i = 0; i < 7; i++) { /* 2 to 8; its count begins with 2 */
        expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    }
    expect(pass(RETURNS), 1, 0, 0); /* 10 */
}

Test(stamp_session, a_number_that_never_moves_counts_nothing)
{
    begin();
    for (unsigned i = 0; i < 30; i++) {
        cr_assert(come_back(send(), 7));
        expect_nothing(settle_after(INTERVAL_US), i == 0 ? PB_STAMP_UNPROVEN : PB_STAMP_STATELESS);
    }
}

/* ---- directions ------------------------------------------------------------------------------ */

Test(stamp_session, what_the_reflector_never_counted_was_lost_on_the_way_out)
{
    begin_proven();
    struct pb_stamp_statement said = pass(LOST_OUT);
    cr_assert_not(said.answered);
    expect(said, 0, 0, 0);
    expect(pass(RETURNS), 2, 1, 0);
}

Test(stamp_session, what_it_counted_and_did_not_return_was_lost_on_the_way_back)
{
    begin_proven();
    expect(pass(LOST_BACK), 0, 0, 0);
    expect(pass(LOST_BACK), 0, 0, 0);
    expect(pass(RETURNS), 3, 0, 2);
}

/* Some two thousand packets of every fate: the sums are the truth. */
static void expect_truth(uint32_t passes)
{
    uint32_t seed = 12345, out = 0, back = 0, told_sent = 0, told_out = 0, told_back = 0;
    for (uint32_t i = 0; i < passes; i++) {
        seed = seed * 1664525 + 1013904223;
        unsigned draw = seed >> 16 & 1023;
        enum fate fate = draw < 200 ? LOST_OUT : draw < 300 ? LOST_BACK : RETURNS;
        fate = i + 1 == passes ? RETURNS : fate;
        out += fate == LOST_OUT;
        back += fate == LOST_BACK;
        struct pb_stamp_statement said = pass(fate);
        cr_assert_eq(said.reflector, PB_STAMP_STATEFUL);
        told_sent += said.sent;
        told_out += said.lost_out;
        told_back += said.lost_back;
    }
    cr_assert_eq(told_sent, passes);
    cr_assert_eq(told_out, out);
    cr_assert_eq(told_back, back);
}

Test(stamp_session, over_many_packets_of_every_fate_the_sums_are_the_truth)
{
    begin_proven();
    expect_truth(2000);
}

Test(stamp_session, a_silence_is_accounted_for_by_the_next_reply_however_long_it_was)
{
    begin_proven();
    for (unsigned i = 0; i < 5000; i++) {
        struct pb_stamp_statement said = pass(i < 2000 ? LOST_BACK : LOST_OUT);
        cr_assert_not(said.answered);
        expect(said, 0, 0, 0);
    }
    expect(pass(RETURNS), 5001, 3000, 2000);
}

Test(stamp_session, a_reply_counts_as_soon_as_it_is_as_old_as_its_bound)
{
    begin_proven();
    uint32_t number = send();
    cr_assert(come_back(number, reflect(number)));
    expect(settle_after(BOUND_US - 1), 0, 0, 0);
    expect(settle_after(1), 1, 0, 0);
}

/* ---- order ----------------------------------------------------------------------------------- */

Test(stamp_session, a_reply_that_is_late_was_lost_and_comes_to_no_account)
{
    begin_proven();
    uint32_t number = send();
    uint32_t reflected = reflect(number);
    settle_after(INTERVAL_US);
    expect(pass(RETURNS), 2, 0, 1);
    cr_assert(come_back(number, reflected));
    expect(pass(RETURNS), 1, 0, 0);
}

Test(stamp_session, replies_may_overtake_each_other_on_the_way_back)
{
    begin_proven();
    uint32_t first = send(), second = send();
    uint32_t one = reflect(first), two = reflect(second);
    cr_assert(come_back(second, two));
    cr_assert(come_back(first, one));
    expect(settle_after(INTERVAL_US), 2, 0, 0);
}

Test(stamp_session, a_packet_that_was_overtaken_on_the_way_out_is_not_lost)
{
    begin_proven();
    uint32_t first = send();
    now_us += BOUND_US;
    uint32_t second = send();
    uint32_t two = reflect(second), one = reflect(first);
    cr_assert(come_back(second, two));
    cr_assert(come_back(first, one));
    expect(settle_after(10), 1, 0, 0); /* the edge lies between the two */
    expect(settle_after(INTERVAL_US), 1, 0, 0);
    expect(pass(RETURNS), 1, 0, 0);
    expect(pass(LOST_OUT), 0, 0, 0);
    expect(pass(RETURNS), 2, 1, 0);
}

Test(stamp_session, a_packet_that_is_doubled_on_the_way_out_hides_no_loss)
{
    begin_proven();
    uint32_t number = send();
    uint32_t one = reflect(number), two = reflect(number);
    cr_assert(come_back(number, one));
    cr_assert(come_back(number, two));
    expect(settle_after(INTERVAL_US), 1, 0, 0);
    number = send();
    one = reflect(number);
    two = reflect(number);
    cr_assert(come_back(number, one));
    expect(settle_after(INTERVAL_US), 1, 0, 0);
    cr_assert(come_back(number, two), "behind its settlement");
    expect(pass(LOST_OUT), 0, 0, 0);
    expect(pass(RETURNS), 2, 1, 0);
}

Test(stamp_session, a_reply_that_is_doubled_on_the_way_back_changes_nothing)
{
    begin_proven();
    uint32_t number = send();
    uint32_t reflected = reflect(number);
    cr_assert(come_back(number, reflected));
    cr_assert(come_back(number, reflected));
    expect(settle_after(INTERVAL_US), 1, 0, 0);
    cr_assert(come_back(number, reflected));
    expect(pass(RETURNS), 1, 0, 0);
}

/* ---- another count --------------------------------------------------------------------------- */

Test(stamp_session, a_restart_is_stated_by_nobody_and_the_new_count_is_proven_again)
{
    begin_proven();
    for (unsigned i = 0; i < 100; i++) {
        pass(RETURNS);
    }
    pass(LOST_OUT);
    count = 0;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    struct pb_stamp_statement said = {.reflector = PB_STAMP_UNPROVEN};
    for (unsigned i = 0; i < 9 && said.reflector == PB_STAMP_UNPROVEN; i++) {
        said = pass(RETURNS);
        cr_assert(said.lost_out == 0 && said.lost_back == 0);
    }
    expect(said, 1, 0, 0);
    expect_truth(200);
}

Test(stamp_session, a_restart_after_a_few_packets_is_seen_as_well)
{
    begin_proven();
    count = 0;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
}

Test(stamp_session, a_count_that_jumps_ahead_is_another_count)
{
    begin_proven();
    count += 1000;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
}

Test(stamp_session, a_box_that_copies_in_the_place_of_one_that_counted_is_found_out)
{
    begin_proven();
    copies = true;
    expect(pass(RETURNS), 1, 0, 0); /* by chance it may be our number */
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    unsigned i = 0;
    for (; i < 10 && pass(RETURNS).reflector != PB_STAMP_STATELESS; i++) {
    }
    cr_assert_lt(i, 10U);
    copies = false;
    count = 500;
    for (i = 0; i < 20 && pass(RETURNS).reflector != PB_STAMP_STATEFUL; i++) {
    }
    cr_assert_lt(i, 20U, "and one that counts again, too");
}

Test(stamp_session, a_count_that_others_move_too_is_not_ours_to_reckon_with)
{
    begin_proven();
    for (unsigned i = 0; i < 10; i++) { /* far from our own number */
        pass(LOST_OUT);
    }
    pass(RETURNS);
    for (unsigned i = 0; i < 3; i++) {
        count++;
        expect(pass(RETURNS), 1, 0, 0);
    }
    count++;
    expect_nothing(pass(RETURNS), PB_STAMP_UNPROVEN);
    for (unsigned i = 0; i < 40; i++) {
        count++;
        struct pb_stamp_statement said = pass(RETURNS);
        cr_assert(said.reflector != PB_STAMP_STATEFUL && said.sent == 0);
    }
}

Test(stamp_session, a_count_that_meets_our_number_by_chance_is_tried_by_one_hole)
{
    begin();
    count = 12; /* ten ahead of ours */
    pass(RETURNS);
    for (unsigned i = 0; i < 9 && pass(RETURNS).reflector != PB_STAMP_STATEFUL; i++) {
    }
    while (count != pb_stamp_session_next(&session)) {
        pass(LOST_OUT);
    }
    pass(RETURNS);
    uint32_t number = pb_stamp_session_next(&session);
    cr_assert_eq(number, count + 1, "one is left out");
    expect(pass(RETURNS), 1, 0, 0);
    expect(pass(RETURNS), 1, 0, 0);
    cr_assert_eq(pb_stamp_session_next(&session), number + 2, "and no other");
}

/* ---- strangers, and the ends of the numbers -------------------------------------------------- */

Test(stamp_session, what_answers_no_packet_of_ours_is_a_stranger)
{
    begin_proven();
    uint32_t number = send();
    struct pb_stamp_reply reply = {
        .sequence = 2, .sender_sequence = number, .sender_timestamp = time_of(number) + 1};
    cr_assert_not(pb_stamp_session_take(&session, &reply), "not our time");
    cr_assert_not(come_back(1, 1), "the hole");
    cr_assert_not(come_back(number + 1, 2), "not sent yet");
    cr_assert_not(come_back(number + PB_STAMP_RING, 2));
    struct pb_stamp_statement said = settle_after(INTERVAL_US);
    cr_assert_not(said.answered);
    expect(said, 0, 0, 0);
    cr_assert(come_back(number, 2));
    cr_assert(settle_after(INTERVAL_US).answered);
}

Test(stamp_session, a_reply_is_taken_as_long_as_its_packet_is_among_the_newest)
{
    begin_proven();
    uint32_t oldest = send();
    for (unsigned i = 1; i < PB_STAMP_RING; i++) {
        send();
    }
    cr_assert(come_back(oldest, 2));
    send();
    send();
    cr_assert_not(come_back(oldest, 2));
    cr_assert_not(come_back(oldest + 1, 3));
}

Test(stamp_session, an_empty_session_knows_nobody)
{
    begin();
    cr_assert_not(come_back(0, 0));
    expect_nothing(settle_after(INTERVAL_US), PB_STAMP_UNPROVEN);
}

Test(stamp_session, both_numbers_may_wrap)
{
    begin();
    pb_stamp_session_begin(&session, UINT32_MAX - 99);
    count = UINT32_MAX - 49;
    pass(RETURNS);
    for (unsigned i = 0; i < 9 && pass(RETURNS).reflector != PB_STAMP_STATEFUL; i++) {
    }
    expect_truth(400);
    cr_assert_lt(pb_stamp_session_next(&session), 1000U);
    cr_assert_lt(count, 1000U);
}

Test(stamp_session, a_copy_that_wraps_stays_a_copy)
{
    begin();
    pb_stamp_session_begin(&session, UINT32_MAX - 20);
    copies = true;
    for (unsigned i = 0; i < 60; i++) {
        cr_assert_neq(pass(i % 5 == 0 ? LOST_BACK : RETURNS).reflector, PB_STAMP_STATEFUL);
    }
}
