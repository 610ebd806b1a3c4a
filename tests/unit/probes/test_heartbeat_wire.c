/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the heartbeat's bytes: what goes out comes in, and nothing else does. */
#include "probes/heartbeat_wire.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

static const uint8_t key[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static struct fo_datagram full_beat(void)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_BEAT, .to = FO_VOTER_NONE};
    datagram.beat = (struct fo_beat){
        .sender = FO_VOTER_M,
        .stamp = {0x1122334455667788, 42},
        .echo = {{11, 12}, {13, 14}, {0, 0}},
        .claim = FO_CLAIM_NONE,
        .draining = true,
        .forced = true,
        .rejoin = true,
        .health = FO_HEALTH_FAILED,
        .lease_us = 600000,
        .epoch = UINT64_MAX,
        .position = 77,
        .silence_us = FO_NEVER,
        .relayed = {true, FO_CLAIM_HOLD, FO_HEALTH_OK, true, false, true, false},
        .freed = {{21, 22}, {23, 24}},
        .choice = FO_VOTER_S,
        .next = FO_VOTER_NONE,
        .choice_epoch = 9,
        .fenced = {0, 31},
    };
    return datagram;
}

static struct fo_datagram full_answer(void)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_ANSWER, .to = FO_VOTER_P};
    datagram.answer = (struct fo_answer){.sender = FO_VOTER_S,
                                         .stamp = {5, 6},
                                         .of = {7, 8},
                                         .given = true,
                                         .reason = FO_ANSWER_OLD_EPOCH,
                                         .holder = FO_VOTER_P,
                                         .lease_us = 250000};
    return datagram;
}

/* Gives changed bytes a right hash again: what a holder of the key could send. */
static void sign(uint8_t bytes[PB_WIRE_SIZE])
{
    crypto_generichash(bytes + PB_WIRE_SIZE - 32, 32, bytes, PB_WIRE_SIZE - 32, key, sizeof key);
}

static enum pb_wire_verdict decode(const uint8_t bytes[PB_WIRE_SIZE], struct fo_datagram *out)
{
    return pb_wire_decode(bytes, PB_WIRE_SIZE, key, out);
}

Test(heartbeat_wire, a_beat_comes_back_field_by_field)
{
    uint8_t bytes[PB_WIRE_SIZE];
    struct fo_datagram sent = full_beat(), got;

    pb_wire_encode(&sent, key, bytes);
    cr_assert_eq(decode(bytes, &got), PB_WIRE_OK);
    cr_assert_eq(got.kind, FO_DATAGRAM_BEAT);
    cr_assert_eq(got.to, FO_VOTER_NONE);
    cr_assert_eq(got.beat.sender, FO_VOTER_M);
    cr_assert_eq(got.beat.stamp.boot, sent.beat.stamp.boot);
    cr_assert_eq(got.beat.stamp.seq, 42);
    cr_assert_arr_eq(got.beat.echo, sent.beat.echo, sizeof sent.beat.echo);
    cr_assert(got.beat.draining && got.beat.forced && got.beat.rejoin);
    cr_assert_not(got.beat.offer || got.beat.alone || got.beat.leaving);
    cr_assert_eq(got.beat.health, FO_HEALTH_FAILED);
    cr_assert_eq(got.beat.lease_us, 600000);
    cr_assert_eq(got.beat.epoch, UINT64_MAX);
    cr_assert_eq(got.beat.position, 77);
    cr_assert_eq(got.beat.silence_us, FO_NEVER);
    cr_assert(got.beat.relayed.known && got.beat.relayed.offer && got.beat.relayed.alone);
    cr_assert_not(got.beat.relayed.leaving || got.beat.relayed.forced);
    cr_assert_eq(got.beat.relayed.claim, FO_CLAIM_HOLD);
    cr_assert_eq(got.beat.relayed.health, FO_HEALTH_OK);
    cr_assert_arr_eq(got.beat.freed, sent.beat.freed, sizeof sent.beat.freed);
    cr_assert_eq(got.beat.choice, FO_VOTER_S);
    cr_assert_eq(got.beat.next, FO_VOTER_NONE);
    cr_assert_eq(got.beat.choice_epoch, 9);
    cr_assert_eq(got.beat.fenced[1], 31);
}

Test(heartbeat_wire, an_answer_comes_back_field_by_field)
{
    uint8_t bytes[PB_WIRE_SIZE];
    struct fo_datagram sent = full_answer(), got;

    pb_wire_encode(&sent, key, bytes);
    cr_assert_eq(decode(bytes, &got), PB_WIRE_OK);
    cr_assert_eq(got.kind, FO_DATAGRAM_ANSWER);
    cr_assert_eq(got.to, FO_VOTER_P);
    cr_assert_eq(got.answer.sender, FO_VOTER_S);
    cr_assert_eq(got.answer.stamp.seq, 6);
    cr_assert_eq(got.answer.of.boot, 7);
    cr_assert_eq(got.answer.of.seq, 8);
    cr_assert(got.answer.given);
    cr_assert_eq(got.answer.reason, FO_ANSWER_OLD_EPOCH);
    cr_assert_eq(got.answer.holder, FO_VOTER_P);
    cr_assert_eq(got.answer.lease_us, 250000);
}

Test(heartbeat_wire, each_single_flipped_bit_is_refused)
{
    struct fo_datagram both[] = {full_beat(), full_answer()}, got;
    for (int which = 0; which < 2; which++) {
        uint8_t bytes[PB_WIRE_SIZE];
        pb_wire_encode(&both[which], key, bytes);
        for (int bit = 0; bit < PB_WIRE_SIZE * 8; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_assert_neq(decode(bytes, &got), PB_WIRE_OK, "bit %d", bit);
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        cr_assert_eq(decode(bytes, &got), PB_WIRE_OK);
    }
}

Test(heartbeat_wire, every_other_length_and_every_other_key_is_refused)
{
    uint8_t bytes[PB_WIRE_SIZE + 1] = {0}, other[32] = {9};
    struct fo_datagram sent = full_beat(), got;

    pb_wire_encode(&sent, key, bytes);
    for (size_t length = 0; length <= PB_WIRE_SIZE + 1; length++) {
        if (length != PB_WIRE_SIZE) {
            cr_assert_eq(pb_wire_decode(bytes, length, key, &got), PB_WIRE_SIZE_WRONG);
        }
    }
    cr_assert_eq(pb_wire_decode(bytes, PB_WIRE_SIZE, other, &got), PB_WIRE_HASH_WRONG);
}

Test(heartbeat_wire, another_version_is_told_apart_from_a_wrong_hash)
{
    uint8_t bytes[PB_WIRE_SIZE];
    struct fo_datagram sent = full_beat(), got;

    pb_wire_encode(&sent, key, bytes);
    bytes[4] = PB_WIRE_VERSION + 1;
    sign(bytes);
    cr_assert_eq(decode(bytes, &got), PB_WIRE_VERSION_WRONG);
}

/* What the key's holder must not get through either: values no enumeration has. */
Test(heartbeat_wire, a_field_out_of_range_is_refused_even_with_a_right_hash)
{
    static const struct {
        bool answer;
        unsigned at;
        uint8_t value;
    } cases[] = {
        {false, 5, 0},
        {false, 5, 3},
        {false, 6, 3},
        {false, 6, 0xff},
        {false, 7, 3},
        {false, 7, 2}, /* to itself */
        {false, 72, 3},
        {false, 74, 3},
        {false, 75, 2},
        {false, 76, 2},
        {false, 77, 3},
        {false, 78, 32}, /* no such flag */
        {false, 78, 0},  /* nothing was heard, and yet there is a claim */
        {false, 79, 3},
        {false, 80, 0x80},
        {false, 104, 0x80},
        {false, 168, 1},
        {false, 223, 1},
        {true, 40, 2},
        {true, 41, FO_ANSWER_REASONS},
        {true, 42, 2},
        {true, 43, 1},
        {true, 48, 0xff},
        {true, 56, 1},
        {true, 223, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[PB_WIRE_SIZE];
        struct fo_datagram sent = cases[i].answer ? full_answer() : full_beat(), got;
        pb_wire_encode(&sent, key, bytes);
        bytes[cases[i].at] = cases[i].value;
        sign(bytes);
        cr_assert_eq(decode(bytes, &got), PB_WIRE_FIELD_WRONG, "case %zu", i);
    }
}

Test(heartbeat_wire, of_a_server_that_was_not_heard_nothing_is_relayed)
{
    static const uint8_t said[][3] = {{1, 0, 0}, {0, 2, 0}, {0, 0, 1}};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        uint8_t bytes[PB_WIRE_SIZE];
        struct fo_datagram sent = full_beat(), got;
        sent.beat.relayed = (struct fo_relayed){.known = false};
        pb_wire_encode(&sent, key, bytes);
        cr_assert_eq(decode(bytes, &got), PB_WIRE_OK);
        cr_assert_not(got.beat.relayed.known);
        memcpy(bytes + 77, said[i], 3);
        sign(bytes);
        cr_assert_eq(decode(bytes, &got), PB_WIRE_FIELD_WRONG, "case %zu", i);
    }
}

Test(heartbeat_wire, a_sender_without_a_boot_identity_is_refused)
{
    uint8_t bytes[PB_WIRE_SIZE];
    struct fo_datagram sent = full_beat(), got;

    sent.beat.stamp.boot = 0;
    pb_wire_encode(&sent, key, bytes);
    cr_assert_eq(decode(bytes, &got), PB_WIRE_FIELD_WRONG);
}
