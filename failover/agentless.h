/* SPDX-License-Identifier: Apache-2.0 */
/* A pair of dispatch servers that one may not touch: no agent, no lease, no gate. What our own
 * probes say stands in for what agents would; the one that is active is known from who was
 * promoted last, and nobody is promoted without proof. verdict.c, need.c, inhibit.c and
 * switchover.c ask; it starts nothing. */
#ifndef FAILOVER_AGENTLESS_H
#define FAILOVER_AGENTLESS_H

#include "failover/engine_state.h"

/* The pair has no agents (both or neither; fo_policy_valid sees to that). */
bool fo_agentless(const struct fo_engine *engine);
/* Brings claim and health of both servers up to date with the probes. Before anybody is known to be
 * active, the preferred server is taken to be it as soon as the service answers. */
void fo_agentless_look(struct fo_engine *engine);
/* enum fo_hearing of a server: DEAD needs two witnesses, the probe of the host and the probe
 * through the service address; what has been dead stays dead until its host answers,
 * or the service of the active one: what waited to act on the death has lost a witness. */
uint8_t fo_agentless_hearing(const struct fo_engine *engine, unsigned server);
/* What was found down has begun to answer again: its check has yet to believe it. */
bool fo_agentless_recovers(const struct fo_engine *engine);
/* The plan still lacks the proof that its old server is off. */
bool fo_agentless_lacks_proof(const struct fo_engine *engine, const struct fo_plan *plan);

#endif
