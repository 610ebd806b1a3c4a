/* SPDX-License-Identifier: Apache-2.0 */
/* Rule A1 of the quorum lease: when an agent beats and what its beat says; and the list of acts
 * that a step hands out. It changes nothing but the beat's own timing. lease_agent.c calls it. */
#include "failover/lease_beat.h"

#include "failover/assert.h"
#include "failover/lease_claim.h"
#include "failover/lease_pledge.h"
#include "failover/lease_voter.h"

#include <string.h>

#define CANDIDATE_BEAT_US (5 * FO_MS) /* A1 */
#define BURST_BEATS 3                 /* A1: at 0, 2 000 and 5 000 */
#define BURST_SECOND_US (2 * FO_MS)
#define BURST_THIRD_US (3 * FO_MS)

struct fo_agent_act *fo_agent_push(struct fo_agent_output *out, enum fo_agent_act_kind kind)
{
    FO_ASSERT(out->count < FO_AGENT_ACTS_MAX);
    struct fo_agent_act *act = &out->acts[out->count++];
    memset(act, 0, sizeof *act);
    act->kind = (uint8_t)kind;
    act->holder = FO_VOTER_NONE;
    return act;
}

void fo_agent_note(struct fo_agent_output *out, enum fo_reason reason)
{
    fo_agent_push(out, FO_AGENT_ACT_NOTE)->reason = (uint16_t)reason;
}

void fo_beat_burst(struct fo_agent *agent, fo_us now_us)
{
    agent->burst = BURST_BEATS;
    agent->next_beat_us = now_us;
}

static fo_us beat_interval_us(const struct fo_agent *agent, fo_us now_us)
{
    const struct fo_lease_params *params = &agent->voter.params;

    if (agent->claim == FO_CLAIM_NONE) {
        return params->beat_us;
    }
    if (!agent->gate_open) {
        return CANDIDATE_BEAT_US;
    }
    bool low = agent->gate_until_us - now_us < params->lease_us / 2;
    return low ? params->beat_us / 2 : params->beat_us;
}

/* How long the peer has not been heard; a young process only speaks for its own lifetime. */
static fo_us peer_silence_us(const struct fo_agent *agent, fo_us now_us)
{
    fo_us silence_us = fo_voter_silence_us(&agent->voter, fo_claim_peer(agent), now_us);
    fo_us age_us = now_us - agent->started_us;
    bool young = age_us < fo_voter_abstention_us(&agent->voter.params);

    return silence_us == FO_NEVER && young ? age_us : silence_us;
}

static struct fo_relayed relay(const struct fo_agent *agent)
{
    const struct fo_heard *heard = &agent->voter.heard[fo_claim_peer(agent)];
    const struct fo_beat *beat = &heard->beat;

    if (heard->last_us == FO_NEVER) {
        return (struct fo_relayed){.known = false};
    }
    return (struct fo_relayed){.known = true,
                               .claim = beat->claim,
                               .health = beat->health,
                               .offer = beat->offer,
                               .leaving = beat->leaving,
                               .alone = beat->alone,
                               .forced = beat->forced};
}

void fo_beat_send(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    struct fo_agent_act *act = fo_agent_push(out, FO_AGENT_ACT_SEND);
    struct fo_beat *beat = &act->datagram.beat;

    act->datagram.kind = FO_DATAGRAM_BEAT;
    act->datagram.to = FO_VOTER_NONE;
    fo_voter_beat(&agent->voter, now_us, beat);
    agent->ring_us[agent->voter.seq % FO_AGENT_RING] = now_us;
    beat->claim = agent->claim;
    beat->draining = agent->draining;
    beat->offer = agent->offer;
    beat->forced = agent->forced;
    beat->alone = agent->alone;
    beat->leaving = agent->leaving;
    beat->held = agent->held;
    fo_pledge_say(agent, beat);
    beat->health = agent->health;
    beat->epoch = agent->claim == FO_CLAIM_NONE ? agent->top : agent->epoch;
    beat->choice_epoch = agent->order_epoch;
    beat->position = agent->position;
    beat->silence_us = peer_silence_us(agent, now_us);
    beat->relayed = relay(agent);
    FO_ASSERT(beat->claim != FO_CLAIM_HOLD || agent->gate_open);

    agent->burst = agent->burst > 0 ? agent->burst - 1 : 0;
    if (agent->burst == 2) {
        agent->next_beat_us = now_us + BURST_SECOND_US;
    } else if (agent->burst == 1) {
        agent->next_beat_us = now_us + BURST_THIRD_US;
    } else {
        agent->next_beat_us = now_us + beat_interval_us(agent, now_us);
    }
}

void fo_beat_run(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out)
{
    if (now_us < agent->next_beat_us) {
        return;
    }
    /* While the gate is being shut nothing may go out: a claim would renew promises that nobody
     * uses, and a beat without a claim would be the release itself. */
    if (agent->shutting) {
        agent->next_beat_us = now_us + agent->voter.params.beat_us;
        return;
    }
    fo_beat_send(agent, now_us, out);
}
