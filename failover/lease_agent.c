/* SPDX-License-Identifier: Apache-2.0 */
/* The agent of the quorum lease, rules A1 to A5 and A7 to A9: beats, the own vote, the lease, the
 * gate, and the order of a release. It never touches the gate or a socket; it says what is to be
 * done, in order, and dispatch-agent (or the storm) does it. */
#include "failover/assert.h"
#include "failover/lease.h"
#include "failover/lease_alone.h"
#include "failover/lease_beat.h"
#include "failover/lease_claim.h"
#include "failover/lease_pledge.h"
#include "failover/lease_standing.h"
#include "failover/lease_voter.h"
#include "failover/reason.h"

#include <string.h>

#define MONITOR_MISSED_US (60 * FO_SECOND) /* section 10: then people are called */

void fo_agent_init(struct fo_agent *agent, const struct fo_lease_params *params, enum fo_voter self,
                   uint64_t boot, uint64_t top, enum fo_voter top_holder, fo_us now_us)
{
    FO_ASSERT(self == FO_VOTER_P || self == FO_VOTER_S);
    /* what the disk says is no more trusted than what the network says */
    bool known = top > 0 && top < FO_EPOCH_LIMIT && top_holder < FO_SERVERS;

    memset(agent, 0, sizeof *agent);
    fo_voter_init(&agent->voter, params, self, boot, now_us);
    agent->top = known ? top : 0;
    agent->top_holder = known ? (uint8_t)top_holder : (uint8_t)FO_VOTER_NONE;
    fo_beat_burst(agent, now_us);
    agent->monitor_seen_us = FO_NEVER;
    agent->alone_since_us = now_us;
    agent->started_us = now_us;
    agent->stepped_us = now_us;
}

fo_us fo_agent_lease_until(const struct fo_agent *agent)
{
    fo_us until_us = 0;
    for (size_t i = 0; i < FO_VOTERS; i++) {
        if (i != agent->voter.self && agent->until_us[i] > until_us) {
            until_us = agent->until_us[i];
        }
    }
    return until_us;
}

static fo_us earlier(fo_us a_us, fo_us b_us)
{
    return a_us < b_us ? a_us : b_us;
}

fo_us fo_agent_next_deadline(const struct fo_agent *agent)
{
    fo_us due_us = earlier(agent->next_beat_us, fo_voter_deadline(&agent->voter));
    if (agent->gate_open) {
        due_us = earlier(due_us, agent->gate_until_us);
    }
    return earlier(due_us, fo_alone_deadline(agent));
}

static void top_take(struct fo_agent *agent, uint64_t epoch, uint8_t holder,
                     struct fo_agent_output *out)
{
    if (epoch <= agent->top) {
        return;
    }
    agent->top = epoch;
    agent->top_holder = holder;
    fo_standing_persist(agent, out);
}

/* ---- A5, A8: the release --------------------------------------------------------------------- */

/* The gate is shut: only now is the lease given back, and the others told. */
static void release_finish(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    FO_ASSERT(agent->claim != FO_CLAIM_NONE && !agent->gate_open);
    agent->shutting = false;
    agent->gate_until_us = 0;
    agent->void_seq = agent->voter.seq;
    memset(agent->until_us, 0, sizeof agent->until_us);
    fo_voter_release_self(&agent->voter);
    if (agent->held) {
        /* every order heard so far is used up, else M's old one would give it straight back */
        agent->released_epoch =
            agent->order_epoch > agent->epoch ? agent->order_epoch : agent->epoch;
    }
    agent->claim = FO_CLAIM_NONE;
    agent->held = false;
    agent->forced = false;
    agent->alone = false;
    agent->on_own_vote = false;
    agent->own_until_us = 0;
    agent->voter.freed[agent->voter.self] =
        (struct fo_stamp){.boot = agent->voter.boot, .seq = agent->voter.seq + 1};
    fo_beat_burst(agent, now_us);
    fo_beat_send(agent, now_us, out);
}

static void release_begin(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    bool outranked = fo_claim_outranked(agent, agent->epoch, now_us);

    FO_ASSERT(!agent->shutting);
    if (outranked && agent->gate_open) {
        fo_agent_note(out, FO_REASON_TWO_ANSWERS);
    }
    agent->offer = agent->held && !outranked;
    agent->gate_open = false;
    if (agent->gate_until_us == 0) {
        release_finish(agent, now_us, out); /* it was never open: nothing to shut */
        return;
    }
    agent->claim = FO_CLAIM_WANT;
    agent->shutting = true;
    fo_agent_push(out, FO_AGENT_ACT_SHUT);
}

static void gate_shut_take(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    agent->gate_lost = false;
    if (agent->shutting) {
        release_finish(agent, now_us, out);
    }
}

/* The gate cannot be relied on: no release, no renewal; it ends by the lease, or the shell's
 * watchdog ends the host's part in it. */
static void gate_lost_take(struct fo_agent *agent, struct fo_agent_output *out)
{
    if (!agent->gate_lost) {
        fo_agent_note(out, FO_REASON_GATE_LOST);
    }
    agent->gate_lost = true;
    agent->gate_open = false;
    if (agent->gate_until_us != 0) {
        agent->claim = FO_CLAIM_WANT;
        agent->shutting = true;
    }
}

/* Somebody turns out to have held a higher epoch before: ours is the later holding, and its number
 * must say so. */
static void epoch_raise(struct fo_agent *agent, struct fo_agent_output *out)
{
    uint64_t epoch = fo_claim_opening_epoch(agent);

    if (agent->gate_open && epoch > agent->epoch) {
        agent->epoch = epoch;
        agent->promoted = epoch;
        top_take(agent, epoch, agent->voter.self, out);
    }
}

static void claim_review(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    uint64_t epoch = 0;
    enum fo_ground ground = fo_claim_ground(agent, now_us, &epoch);

    if (agent->shutting) {
        return;
    }
    agent->ground = (uint8_t)ground;
    if (ground == FO_GROUND_NONE) {
        if (agent->claim != FO_CLAIM_NONE) {
            release_begin(agent, now_us, out);
        }
        return;
    }
    agent->epoch = epoch;
    if (agent->claim == FO_CLAIM_NONE) {
        agent->claim = FO_CLAIM_WANT;
        agent->offer = false;
        fo_beat_burst(agent, now_us);
    }
    epoch_raise(agent, out);
}

/* ---- A2, A4: own vote and gate --------------------------------------------------------------- */

/* A lapse: the kernel has shut the gate by itself. It heals with the next grant. */
static void lapse_look(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    if (agent->gate_open && now_us >= agent->gate_until_us) {
        agent->gate_open = false;
        agent->claim = FO_CLAIM_WANT;
        fo_alone_lapsed(agent);
        fo_beat_burst(agent, now_us);
        fo_agent_note(out, FO_REASON_LEASE_LAPSED);
    }
}

static void gate_opened(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    agent->gate_open = true;
    agent->claim = FO_CLAIM_HOLD;
    agent->held = true;
    agent->epoch = fo_claim_opening_epoch(agent);
    top_take(agent, agent->epoch, agent->voter.self, out);
    bool fresh = agent->promoted != agent->epoch;
    fo_agent_push(out, fresh ? FO_AGENT_ACT_PROMOTE : FO_AGENT_ACT_ANNOUNCE)->epoch = agent->epoch;
    agent->promoted = agent->epoch;
    fo_beat_burst(agent, now_us);
}

static void gate_settle(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    if (agent->claim == FO_CLAIM_NONE || agent->shutting) {
        return;
    }
    FO_ASSERT(!agent->gate_lost); /* who has lost it claims nothing, or is shutting it */
    if (agent->voter.vote == FO_VOTE_FREE) {
        agent->voter.vote = FO_VOTE_SELF;
    }
    fo_alone_settle(agent, now_us);
    if (agent->voter.vote != FO_VOTE_SELF) {
        return;
    }
    fo_us end_us = fo_agent_lease_until(agent);
    bool alone = agent->on_own_vote || fo_pledge_taken(agent);
    if (alone && agent->own_until_us > end_us) {
        end_us = agent->own_until_us;
    }
    end_us -= agent->voter.params.gate_us;
    if (end_us <= now_us || (agent->gate_open && end_us <= agent->gate_until_us)) {
        return;
    }
    agent->gate_until_us = end_us;
    fo_agent_push(out, FO_AGENT_ACT_GATE)->until_us = end_us;
    if (!agent->gate_open) {
        gate_opened(agent, now_us, out);
    }
}

/* ---- datagrams ------------------------------------------------------------------------------- */

/* A3: a grant counts from the sending of the beat it answers. */
static void answer_take(struct fo_agent *agent, const struct fo_answer *answer)
{
    const struct fo_voter_state *voter = &agent->voter;
    uint64_t seq = answer->of.seq;
    fo_us lease_us = earlier(answer->lease_us, voter->params.lease_us);

    if (answer->sender >= FO_VOTERS || answer->sender == voter->self || !answer->given ||
        lease_us <= 0 || agent->claim == FO_CLAIM_NONE) {
        return;
    }
    if (answer->of.boot != voter->boot || seq <= agent->void_seq || seq > voter->seq ||
        voter->seq - seq >= FO_AGENT_RING) {
        return;
    }
    fo_us until_us = agent->ring_us[seq % FO_AGENT_RING] + lease_us;
    if (until_us > agent->until_us[answer->sender]) {
        agent->until_us[answer->sender] = until_us;
    }
}

static void drain_look(struct fo_agent *agent, bool asked, struct fo_agent_output *out)
{
    if (asked && !agent->draining) {
        agent->draining = true;
        if (agent->held) {
            fo_agent_push(out, FO_AGENT_ACT_DRAIN);
        } else {
            agent->drained = true; /* nothing is served here: at once */
        }
    } else if (!asked && agent->draining) {
        if (agent->held && !agent->drained && !agent->shutting) {
            fo_agent_push(out, FO_AGENT_ACT_UNDRAIN);
        }
        agent->draining = false;
        agent->drained = false;
    }
}

static void monitor_take(struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us,
                         struct fo_agent_output *out)
{
    uint8_t self = agent->voter.self;
    bool chosen = beat->choice == self;

    agent->monitor_seen_us = now_us;
    agent->monitor_missed = false;
    if (chosen && beat->choice_epoch > agent->order_epoch) {
        agent->order_epoch = beat->choice_epoch;
    }
    agent->fenced = beat->fenced[self] == agent->voter.boot;
    drain_look(agent, chosen && beat->next == fo_claim_peer(agent), out);
}

static void peer_take(struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us,
                      struct fo_agent_output *out)
{
    /* the last word of M counts for ever, unless somebody has held since it was said */
    const struct fo_beat *monitor = &agent->voter.heard[FO_VOTER_M].beat;
    bool chosen = agent->monitor_seen_us != FO_NEVER && monitor->choice == beat->sender;
    bool newest = fo_claim_monitor(agent, now_us) != NULL || monitor->choice_epoch >= agent->top;
    struct fo_ballot ballot = {
        .candidate = agent->claim != FO_CLAIM_NONE,
        .top_epoch = agent->top,
        .chosen = chosen && newest,
    };

    fo_standing_heard(agent, beat, now_us, out);
    if (beat->claim == FO_CLAIM_HOLD) {
        if (beat->epoch > agent->top) {
            agent->offer = false; /* taken */
        }
        top_take(agent, beat->epoch, beat->sender, out);
    }
    if (beat->claim != FO_CLAIM_NONE) {
        struct fo_agent_act *act = fo_agent_push(out, FO_AGENT_ACT_SEND);
        fo_voter_answer(&agent->voter, beat, &ballot, now_us, &act->datagram);
    }
}

static void beat_take(struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us,
                      struct fo_agent_output *out)
{
    if (beat->sender >= FO_VOTERS || beat->sender == agent->voter.self) {
        return;
    }
    const struct fo_stamp *newest = &agent->voter.heard[beat->sender].newest;
    struct fo_stamp before = *newest;
    enum fo_accept accept = fo_voter_hear(&agent->voter, beat, now_us);
    struct fo_datagram again;

    /* what was heard before is an echo of the network, or a replay, and no life */
    bool news = newest->boot != before.boot || newest->seq != before.seq;
    if (news && fo_alone_heard(agent, now_us)) {
        fo_agent_note(out, FO_REASON_ORDER_REFUSED);
    }
    if (accept == FO_ACCEPT_AGAIN &&
        fo_voter_answer_again(&agent->voter, (enum fo_voter)beat->sender, &again)) {
        fo_agent_push(out, FO_AGENT_ACT_SEND)->datagram = again;
    } else if (accept == FO_ACCEPT_NEW && beat->sender == FO_VOTER_M) {
        monitor_take(agent, beat, now_us, out);
    } else if (accept == FO_ACCEPT_NEW) {
        peer_take(agent, beat, now_us, out);
    }
}

static void datagram_take(struct fo_agent *agent, const struct fo_datagram *datagram, fo_us now_us,
                          struct fo_agent_output *out)
{
    if (datagram->to != agent->voter.self && datagram->to != FO_VOTER_NONE) {
        return;
    }
    if (datagram->kind == FO_DATAGRAM_BEAT) {
        beat_take(agent, &datagram->beat, now_us, out);
    } else if (datagram->kind == FO_DATAGRAM_ANSWER) {
        answer_take(agent, &datagram->answer);
        fo_standing_answered(agent, &datagram->answer, out);
    }
}

/* ---- one step -------------------------------------------------------------------------------- */

static void event_take(struct fo_agent *agent, const struct fo_agent_event *event,
                       struct fo_agent_output *out)
{
    switch ((enum fo_agent_event_kind)event->kind) {
        case FO_AGENT_TIMER:
            break;
        case FO_AGENT_DATAGRAM:
            datagram_take(agent, &event->datagram, event->now_us, out);
            break;
        case FO_AGENT_SERVICE:
            FO_ASSERT(event->health <= FO_HEALTH_FAILED);
            agent->health = event->health;
            agent->position = event->position;
            break;
        case FO_AGENT_CLOCK:
            agent->voter.clock_well = event->well;
            break;
        case FO_AGENT_GATE_SHUT:
            gate_shut_take(agent, event->now_us, out);
            break;
        case FO_AGENT_GATE_LOST:
            gate_lost_take(agent, out);
            break;
        case FO_AGENT_LEAVE:
            agent->leaving = true;
            break;
        case FO_AGENT_DRAINED:
            agent->drained = agent->draining;
            break;
        case FO_AGENT_ADDRESS_FREE:
            if (fo_alone_answered(agent, event->well, event->now_us)) {
                fo_agent_note(out, FO_REASON_SERVED_ALONE);
            }
            break;
        case FO_AGENT_FORCE:
            fo_agent_note(out, fo_standing_force(agent, event->now_us, out) ||
                                       fo_alone_force(agent, event->now_us)
                                   ? FO_REASON_FORCED
                                   : FO_REASON_ORDER_REFUSED);
            break;
        case FO_AGENT_KEPT:
            FO_ASSERT(event->serial <= agent->persist_serial);
            agent->kept_serial =
                event->serial > agent->kept_serial ? event->serial : agent->kept_serial;
            break;
    }
}

/* Orders of an M that is gone bind no longer: the wish for a hand-over, and a fencing that failed.
 * Section 10: people are called by the agent when M has not been heard for so long; once. */
static void monitor_look(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    fo_us since_us =
        agent->monitor_seen_us == FO_NEVER ? agent->started_us : agent->monitor_seen_us;

    if (now_us - since_us > FO_CLAIM_COLD_US) {
        agent->fenced = false;
        drain_look(agent, false, out);
    }
    if (!agent->monitor_missed && now_us - since_us >= MONITOR_MISSED_US) {
        agent->monitor_missed = true;
        fo_agent_note(out, FO_REASON_MONITOR_MISSED);
    }
}

void fo_agent_step(struct fo_agent *agent, const struct fo_agent_event *event,
                   struct fo_agent_output *out)
{
    fo_us now_us = event->now_us;

    FO_ASSERT(now_us >= agent->started_us && now_us < FO_NOW_LIMIT);
    out->count = 0;
    fo_alone_stepped(agent, now_us);
    fo_voter_expire(&agent->voter, now_us);
    lapse_look(agent, now_us, out);
    event_take(agent, event, out);
    claim_review(agent, now_us, out);
    fo_standing_settle(agent, now_us, out);
    if (fo_alone_asks(agent, now_us)) {
        fo_agent_push(out, FO_AGENT_ACT_ASK_ADDRESS);
    }
    gate_settle(agent, now_us, out);
    fo_beat_run(agent, now_us, out);
    if (agent->promoted != 0 && (agent->claim == FO_CLAIM_NONE || agent->gate_lost)) {
        agent->promoted = 0;
        fo_agent_push(out, FO_AGENT_ACT_DEMOTE);
    }
    monitor_look(agent, now_us, out);
    FO_ASSERT(!agent->held || agent->voter.vote == FO_VOTE_SELF);
    FO_ASSERT(!agent->gate_open || (agent->held && !agent->shutting));
    FO_ASSERT(!agent->shutting || agent->claim == FO_CLAIM_WANT);
}
