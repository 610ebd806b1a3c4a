/* SPDX-License-Identifier: Apache-2.0 */
/* Rule A6 of the quorum lease: on what ground an agent may claim the lease, and with which epoch.
 * Pure judgement of the agent's state; it changes nothing. lease_agent.c asks it after each event.
 */
#ifndef FAILOVER_LEASE_CLAIM_H
#define FAILOVER_LEASE_CLAIM_H

#include "failover/lease.h"

/* (e): M silent for longer than this is gone; what it asked for last is forgotten. */
#define FO_CLAIM_COLD_US (30 * FO_SECOND)

/* Of A6; the first that applies in this order. */
enum fo_ground {
    FO_GROUND_NONE,
    FO_GROUND_FORCED,  /* (d) */
    FO_GROUND_HELD,    /* (b) */
    FO_GROUND_CHOSEN,  /* (a) */
    FO_GROUND_OFFERED, /* (c) */
    FO_GROUND_COLD     /* (e) */
};

/* The ground on which this agent may claim now, and the epoch of such a claim: the one it has, the
 * one M ordered, or a new one of its own. */
enum fo_ground fo_claim_ground(const struct fo_agent *agent, fo_us now_us, uint64_t *epoch);
/* The epoch with which the gate opens: that of the claim, unless somebody is known to have held a
 * higher one; then this is a new holding with a number of its own, so that held epochs only rise.
 */
uint64_t fo_claim_opening_epoch(const struct fo_agent *agent);
/* A8: a beat of the peer, at most L old, holds with a higher epoch than `epoch`; or, while our own
 * gate is shut, wants it back after holding it: of two lapsed holders the later one goes on, else
 * both would wait for ever when M is gone. */
bool fo_claim_outranked(const struct fo_agent *agent, uint64_t epoch, fo_us now_us);
/* The newest beat of M if it is at most L old, else NULL. */
const struct fo_beat *fo_claim_monitor(const struct fo_agent *agent, fo_us now_us);
/* The other server. */
enum fo_voter fo_claim_peer(const struct fo_agent *agent);

#endif
