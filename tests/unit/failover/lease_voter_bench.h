/* SPDX-License-Identifier: Apache-2.0 */
/* One voter on the bench: fresh or with its abstention over, and beats of P made by hand. The tests
 * of the voter's rules include it; it asserts nothing about them. */
#ifndef TESTS_UNIT_FAILOVER_LEASE_VOTER_BENCH_H
#define TESTS_UNIT_FAILOVER_LEASE_VOTER_BENCH_H

#include "failover/lease_voter.h"

#include <criterion/criterion.h>

#define START (10 * FO_SECOND)
#define L_US INT64_C(600000)
#define LP_US INT64_C(603202)

static struct fo_voter_state voter;
static struct fo_lease_params params;
static const struct fo_ballot yes; /* nothing speaks against a grant */

static inline void start_as(enum fo_voter self)
{
    params = FO_LEASE_DEFAULTS;
    fo_voter_init(&voter, &params, self, 99, START);
}

/* A monitor's voter whose abstention is over and that has sent one beat, at `now`. */
static inline fo_us start_free(void)
{
    start_as(FO_VOTER_M);
    fo_us now_us = START + fo_voter_abstention_us(&params);
    struct fo_beat own;

    fo_voter_expire(&voter, now_us);
    fo_voter_beat(&voter, now_us, &own);
    return now_us;
}

/* A beat of P (boot 7 unless changed) that echoes the voter's newest beat and claims. */
static inline struct fo_beat beat_of_p(uint64_t seq, enum fo_claim claim)
{
    struct fo_beat beat = {
        .sender = FO_VOTER_P,
        .stamp = {.boot = 7, .seq = seq},
        .claim = (uint8_t)claim,
        .lease_us = L_US,
        .epoch = 10,
        .silence_us = FO_NEVER,
        .choice = FO_VOTER_NONE,
        .next = FO_VOTER_NONE,
    };
    beat.echo[voter.self] = (struct fo_stamp){.boot = voter.boot, .seq = voter.seq};
    return beat;
}

static inline struct fo_answer answer_to(const struct fo_beat *beat, fo_us now_us)
{
    struct fo_datagram answer;
    fo_voter_answer(&voter, beat, &yes, now_us, &answer);
    cr_assert_eq(answer.kind, FO_DATAGRAM_ANSWER);
    cr_assert_eq(answer.to, beat->sender);
    return answer.answer;
}

static inline struct fo_answer hear_and_answer(const struct fo_beat *beat, fo_us now_us)
{
    fo_voter_expire(&voter, now_us);
    cr_assert_eq(fo_voter_hear(&voter, beat, now_us), FO_ACCEPT_NEW);
    return answer_to(beat, now_us);
}

#endif
