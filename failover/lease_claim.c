/* SPDX-License-Identifier: Apache-2.0 */
/* Rule A6 of the quorum lease: who may claim. It reads the agent and decides nothing else; no vote,
 * no gate and no message is touched here. lease_agent.c calls it. */
#include "failover/lease_claim.h"

#include "failover/assert.h"
#include "failover/lease_pledge.h"
#include "failover/lease_voter.h"

#define PEER_FRESH_BEATS 3 /* (c), (e): the peer's beat is at most this many h old */

enum fo_voter fo_claim_peer(const struct fo_agent *agent)
{
    FO_ASSERT(agent->voter.self == FO_VOTER_P || agent->voter.self == FO_VOTER_S);
    return agent->voter.self == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
}

const struct fo_beat *fo_claim_monitor(const struct fo_agent *agent, fo_us now_us)
{
    return fo_voter_beat_of(&agent->voter, FO_VOTER_M, agent->voter.params.lease_us, now_us);
}

bool fo_claim_outranked(const struct fo_agent *agent, uint64_t epoch, fo_us now_us)
{
    const struct fo_beat *peer =
        fo_voter_beat_of(&agent->voter, fo_claim_peer(agent), agent->voter.params.lease_us, now_us);
    if (peer == NULL || peer->epoch <= epoch || peer->claim == FO_CLAIM_NONE) {
        return false;
    }
    return peer->claim == FO_CLAIM_HOLD || (peer->held && !agent->gate_open);
}

/* M silent for longer than this; before its first beat, counted from our start. */
static bool monitor_silent(const struct fo_agent *agent, fo_us limit_us, fo_us now_us)
{
    fo_us silence_us = fo_voter_silence_us(&agent->voter, FO_VOTER_M, now_us);
    if (silence_us == FO_NEVER) {
        silence_us = now_us - agent->started_us;
    }
    return silence_us > limit_us;
}

/* What every ground needs. An unknown service may keep its claim, but not begin one. */
static bool fit_to_claim(const struct fo_agent *agent)
{
    bool service = agent->claim == FO_CLAIM_NONE ? agent->health == FO_HEALTH_OK
                                                 : agent->health != FO_HEALTH_FAILED;
    return service && agent->voter.clock_well && !agent->drained && !agent->leaving &&
           !agent->gate_lost && !agent->fenced && !fo_pledge_bound(agent);
}

/* (a) M chose this server, by an order that is newer than what was last given back. */
static bool ground_chosen(const struct fo_agent *agent, fo_us now_us)
{
    const struct fo_beat *monitor = fo_claim_monitor(agent, now_us);
    return monitor != NULL && monitor->choice == agent->voter.self &&
           monitor->choice_epoch > agent->released_epoch;
}

/* (b) A holder goes on until a newer order of M names the other. An order of an epoch below the
 * one it holds was given before, by an M that did not know: such stale orders bind nobody. A lapsed
 * holder also stops when the peer has held since: its epoch gets no vote there, and its claim would
 * keep the peer from claiming (c, e). */
static bool ground_held(const struct fo_agent *agent, fo_us now_us)
{
    const struct fo_beat *monitor = fo_claim_monitor(agent, now_us);
    const struct fo_beat *peer =
        fo_voter_beat_of(&agent->voter, fo_claim_peer(agent), agent->voter.params.lease_us, now_us);
    bool moved = monitor != NULL && monitor->choice == fo_claim_peer(agent) &&
                 monitor->choice_epoch > agent->epoch;
    bool outlived = !agent->gate_open && peer != NULL && peer->claim == FO_CLAIM_NONE &&
                    peer->epoch > agent->epoch;
    FO_ASSERT(agent->held);
    return !moved && !outlived;
}

/* (c) M is silent and the last holder offers what it held. (e) M is silent for long, this server
 * held last, and the peer neither claims nor knows better. */
static enum fo_ground ground_without_monitor(const struct fo_agent *agent, fo_us now_us)
{
    const struct fo_lease_params *params = &agent->voter.params;
    const struct fo_beat *peer = fo_voter_beat_of(&agent->voter, fo_claim_peer(agent),
                                                  PEER_FRESH_BEATS * params->beat_us, now_us);

    if (fo_pledge_taken(agent) && agent->top_holder == agent->voter.self &&
        monitor_silent(agent, FO_CLAIM_COLD_US, now_us)) {
        return FO_GROUND_COLD; /* X1: nobody else can serve */
    }
    if (peer == NULL || peer->claim != FO_CLAIM_NONE || agent->top == 0) {
        return FO_GROUND_NONE;
    }
    if (peer->offer && peer->epoch == agent->top &&
        monitor_silent(agent, params->lease_us, now_us)) {
        return FO_GROUND_OFFERED;
    }
    if (agent->top_holder == agent->voter.self && peer->epoch <= agent->top &&
        monitor_silent(agent, FO_CLAIM_COLD_US, now_us)) {
        return FO_GROUND_COLD;
    }
    return FO_GROUND_NONE;
}

/* M4's numbering, for a claim that M did not order: above everything heard of. */
static uint64_t own_epoch(const struct fo_agent *agent)
{
    uint64_t seen = agent->top > agent->order_epoch ? agent->top : agent->order_epoch;
    for (size_t i = 0; i < FO_VOTERS; i++) {
        const struct fo_beat *beat = &agent->voter.heard[i].beat;
        seen = beat->epoch > seen ? beat->epoch : seen;
        seen = beat->choice_epoch > seen ? beat->choice_epoch : seen;
    }
    return fo_lease_next_epoch(seen, (enum fo_voter)agent->voter.self);
}

/* M's order; a lapsed holder keeps its number unless the order is newer. */
static uint64_t chosen_epoch(const struct fo_agent *agent, fo_us now_us)
{
    uint64_t ordered = fo_claim_monitor(agent, now_us)->choice_epoch;
    return agent->held && agent->epoch > ordered ? agent->epoch : ordered;
}

/* A claim without M's order keeps the number it began with. */
static uint64_t kept_epoch(const struct fo_agent *agent, enum fo_ground ground)
{
    return agent->ground == ground && agent->claim != FO_CLAIM_NONE ? agent->epoch
                                                                    : own_epoch(agent);
}

uint64_t fo_claim_opening_epoch(const struct fo_agent *agent)
{
    const struct fo_beat *peer = &agent->voter.heard[fo_claim_peer(agent)].beat;
    bool peer_held = peer->held || peer->claim == FO_CLAIM_NONE;
    bool later = agent->top > agent->epoch || (peer_held && peer->epoch > agent->epoch);

    return later ? own_epoch(agent) : agent->epoch;
}

enum fo_ground fo_claim_ground(const struct fo_agent *agent, fo_us now_us, uint64_t *epoch)
{
    enum fo_ground ground = FO_GROUND_NONE;

    FO_ASSERT(!agent->held || agent->claim != FO_CLAIM_NONE);
    *epoch = agent->epoch;
    if (!fit_to_claim(agent)) {
        return FO_GROUND_NONE;
    }
    if (agent->forced) {
        ground = FO_GROUND_FORCED;
        *epoch = kept_epoch(agent, ground);
    } else if (ground_chosen(agent, now_us) && !agent->gate_open) {
        ground = agent->held ? FO_GROUND_HELD : FO_GROUND_CHOSEN;
        *epoch = chosen_epoch(agent, now_us);
    } else if (agent->held) {
        ground = ground_held(agent, now_us) ? FO_GROUND_HELD : FO_GROUND_NONE;
    } else {
        ground = ground_without_monitor(agent, now_us);
        if (ground != FO_GROUND_NONE) {
            *epoch = kept_epoch(agent, ground);
        }
    }
    return fo_claim_outranked(agent, *epoch, now_us) ? FO_GROUND_NONE : ground;
}
