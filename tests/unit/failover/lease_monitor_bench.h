/* SPDX-License-Identifier: Apache-2.0 */
/* The lease's monitor on the bench: its clock is moved by hand, and the beats of both servers are
 * made by hand. The tests of the monitor's rules include it; it asserts nothing about them. */
#ifndef TESTS_UNIT_FAILOVER_LEASE_MONITOR_BENCH_H
#define TESTS_UNIT_FAILOVER_LEASE_MONITOR_BENCH_H

#include "failover/lease.h"
#include "failover/lease_voter.h"

#include <criterion/criterion.h>
#include <string.h>

#define START (10 * FO_SECOND)
#define L_US INT64_C(600000)
#define LP_US INT64_C(603202)
#define AB_US INT64_C(1004003)
#define H_US INT64_C(50000)

static struct fo_monitor monitor;
static struct fo_monitor_output out;
static fo_us now_us;
static uint64_t their_seq[FO_SERVERS];

static inline void start(void)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    memset(their_seq, 0, sizeof their_seq);
    now_us = START;
    fo_monitor_init(&monitor, &params, 90, START);
    fo_monitor_tick(&monitor, now_us, &out);
}

static inline void start_free(void)
{
    start();
    now_us += AB_US;
    fo_monitor_tick(&monitor, now_us, &out);
}

/* Boot 7 for P, 8 for S; epoch 10 for P, 11 for S. */
static inline struct fo_datagram beat_from(enum fo_voter sender, enum fo_claim claim)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_BEAT, .to = FO_VOTER_NONE};
    datagram.beat = (struct fo_beat){
        .sender = (uint8_t)sender,
        .stamp = {.boot = 7 + (uint64_t)sender, .seq = ++their_seq[sender]},
        .claim = (uint8_t)claim,
        .held = claim == FO_CLAIM_HOLD,
        .lease_us = L_US,
        .epoch = 10 + (uint64_t)sender,
        .silence_us = FO_NEVER,
        .choice = FO_VOTER_NONE,
        .next = FO_VOTER_NONE,
    };
    datagram.beat.echo[FO_VOTER_M] =
        (struct fo_stamp){.boot = monitor.voter.boot, .seq = monitor.voter.seq};
    return datagram;
}

static inline void receive(const struct fo_datagram *datagram)
{
    fo_monitor_receive(&monitor, datagram, now_us, &out);
}

static inline void hear(enum fo_voter sender, enum fo_claim claim)
{
    struct fo_datagram datagram = beat_from(sender, claim);
    receive(&datagram);
}

static inline void choose(enum fo_voter server)
{
    fo_monitor_choose(&monitor, server, now_us, &out);
}

static inline const struct fo_answer *answer(void)
{
    for (uint32_t i = 0; i < out.count; i++) {
        if (out.sends[i].kind == FO_DATAGRAM_ANSWER) {
            return &out.sends[i].answer;
        }
    }
    return NULL;
}

static inline const struct fo_beat *beat(void)
{
    for (uint32_t i = 0; i < out.count; i++) {
        if (out.sends[i].kind == FO_DATAGRAM_BEAT) {
            return &out.sends[i].beat;
        }
    }
    return NULL;
}

#endif
