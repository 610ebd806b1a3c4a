/* SPDX-License-Identifier: Apache-2.0 */
/* One agent on the bench: its clock is moved by hand, the beats and answers of the monitor and of
 * the peer are made by hand, and the acts of the newest step can be looked at. The tests of the
 * agent's rules include it; it asserts nothing about them. */
#ifndef TESTS_UNIT_FAILOVER_LEASE_BENCH_H
#define TESTS_UNIT_FAILOVER_LEASE_BENCH_H

#include "failover/lease.h"
#include "failover/reason.h"

#include <criterion/criterion.h>
#include <string.h>

#define BENCH_START (10 * FO_SECOND)
#define BENCH_L INT64_C(600000)
#define BENCH_AB INT64_C(1004003)
#define BENCH_BOOT 77
#define MONITOR_BOOT 90
#define PEER_BOOT 50

static struct fo_agent agent;
static struct fo_agent_output out;
static fo_us now_us;
static uint64_t their_seq[FO_VOTERS];

static inline enum fo_voter bench_peer(void)
{
    return agent.voter.self == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
}

static inline void step(struct fo_agent_event event)
{
    event.now_us = now_us;
    fo_agent_step(&agent, &event, &out);
}

static inline void tell(enum fo_agent_event_kind kind)
{
    step((struct fo_agent_event){.kind = (uint8_t)kind});
}

static inline void tell_health(enum fo_health health)
{
    step((struct fo_agent_event){
        .kind = FO_AGENT_SERVICE, .health = (uint8_t)health, .position = 4711});
}

static inline void tell_well(enum fo_agent_event_kind kind, bool well)
{
    step((struct fo_agent_event){.kind = (uint8_t)kind, .well = well});
}

/* How many acts of this kind the newest step handed out. */
static inline uint32_t acts(enum fo_agent_act_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < out.count; i++) {
        count += out.acts[i].kind == kind;
    }
    return count;
}

/* Place of the first act of this kind in the newest step; -1 none. */
static inline int act_at(enum fo_agent_act_kind kind)
{
    for (uint32_t i = 0; i < out.count; i++) {
        if (out.acts[i].kind == kind) {
            return (int)i;
        }
    }
    return -1;
}

static inline const struct fo_agent_act *act(enum fo_agent_act_kind kind)
{
    int at = act_at(kind);
    cr_assert_geq(at, 0, "no such act: %d", (int)kind);
    return &out.acts[at];
}

static inline uint32_t notes(enum fo_reason reason)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < out.count; i++) {
        count += out.acts[i].kind == FO_AGENT_ACT_NOTE && out.acts[i].reason == reason;
    }
    return count;
}

/* The first beat the newest step sent; NULL none. */
static inline const struct fo_beat *sent_beat(void)
{
    for (uint32_t i = 0; i < out.count; i++) {
        const struct fo_agent_act *sent = &out.acts[i];
        if (sent->kind == FO_AGENT_ACT_SEND && sent->datagram.kind == FO_DATAGRAM_BEAT) {
            return &sent->datagram.beat;
        }
    }
    return NULL;
}

static inline const struct fo_answer *sent_answer(void)
{
    for (uint32_t i = 0; i < out.count; i++) {
        const struct fo_agent_act *sent = &out.acts[i];
        if (sent->kind == FO_AGENT_ACT_SEND && sent->datagram.kind == FO_DATAGRAM_ANSWER) {
            return &sent->datagram.answer;
        }
    }
    return NULL;
}

/* A well-formed beat of another voter that echoes our newest. */
static inline struct fo_datagram beat_from(enum fo_voter sender)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_BEAT, .to = FO_VOTER_NONE};
    struct fo_beat *beat = &datagram.beat;
    beat->sender = (uint8_t)sender;
    beat->stamp.boot = sender == FO_VOTER_M ? MONITOR_BOOT : PEER_BOOT;
    beat->stamp.seq = ++their_seq[sender];
    beat->echo[agent.voter.self] =
        (struct fo_stamp){.boot = agent.voter.boot, .seq = agent.voter.seq};
    beat->lease_us = agent.voter.params.lease_us;
    beat->silence_us = FO_NEVER;
    beat->choice = FO_VOTER_NONE;
    beat->next = FO_VOTER_NONE;
    beat->health = FO_HEALTH_OK;
    return datagram;
}

static inline void hear(const struct fo_datagram *datagram)
{
    step((struct fo_agent_event){.kind = FO_AGENT_DATAGRAM, .datagram = *datagram});
}

static inline void hear_monitor(uint8_t choice, uint64_t choice_epoch)
{
    struct fo_datagram datagram = beat_from(FO_VOTER_M);
    datagram.beat.choice = choice;
    datagram.beat.choice_epoch = choice_epoch;
    hear(&datagram);
}

static inline void hear_peer(enum fo_claim claim, uint64_t epoch)
{
    struct fo_datagram datagram = beat_from(bench_peer());
    datagram.beat.claim = (uint8_t)claim;
    datagram.beat.epoch = epoch;
    hear(&datagram);
}

/* A grant for our beat `seq`. */
static inline void hear_grant(enum fo_voter voter, uint64_t seq)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_ANSWER, .to = agent.voter.self};
    datagram.answer = (struct fo_answer){
        .sender = (uint8_t)voter,
        .of = {.boot = agent.voter.boot, .seq = seq},
        .given = true,
        .holder = agent.voter.self,
        .lease_us = agent.voter.params.lease_us,
    };
    hear(&datagram);
}

/* Time passes; the timer is served at each deadline. Nothing is heard. */
static inline void pass(fo_us length_us)
{
    fo_us end_us = now_us + length_us;
    while (fo_agent_next_deadline(&agent) <= end_us) {
        fo_us due_us = fo_agent_next_deadline(&agent);
        now_us = due_us > now_us ? due_us : now_us;
        tell(FO_AGENT_TIMER);
    }
    now_us = end_us;
}

static inline void start_with(enum fo_voter self, uint64_t top, enum fo_voter top_holder,
                              const struct fo_lease_params *params)
{
    memset(their_seq, 0, sizeof their_seq);
    now_us = BENCH_START;
    fo_agent_init(&agent, params, self, BENCH_BOOT, top, top_holder, now_us);
    tell_health(FO_HEALTH_OK);
}

static inline void start_as(enum fo_voter self)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(self, 0, FO_VOTER_NONE, &params);
}

/* A candidate, chosen by M with epoch 10 (P) or 11 (S), its own vote taken; one round of beats. */
static inline void start_candidate(enum fo_voter self)
{
    start_as(self);
    pass(BENCH_AB);
    hear_monitor((uint8_t)self, 10 + (uint64_t)self);
}

/* A holder with an open gate, by a grant of M for its newest beat, at now_us. */
static inline void start_holder(enum fo_voter self)
{
    start_candidate(self);
    hear_grant(FO_VOTER_M, agent.voter.seq);
}

/* M and peer go on in the ordinary way for a while: beats, and M grants each of ours. */
static inline void live(fo_us length_us, uint8_t choice, uint64_t choice_epoch)
{
    for (fo_us end_us = now_us + length_us; now_us < end_us;) {
        pass(50 * FO_MS);
        hear_monitor(choice, choice_epoch);
        hear_grant(FO_VOTER_M, agent.voter.seq);
    }
}

#endif
