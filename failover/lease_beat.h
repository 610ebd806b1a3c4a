/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's beats (rule A1), and the list of acts of one step. Internal to the agent of the
 * lease; lease_agent.c and its rooms call it. */
#ifndef FAILOVER_LEASE_BEAT_H
#define FAILOVER_LEASE_BEAT_H

#include "failover/lease.h"
#include "failover/reason.h"

/* Appends an act, zeroed, holder none; the pointer lives as long as out. */
struct fo_agent_act *fo_agent_push(struct fo_agent_output *out, enum fo_agent_act_kind kind);
void fo_agent_note(struct fo_agent_output *out, enum fo_reason reason);

/* A change of claim: three beats, at 0, 2 000 and 5 000; the first is due now. */
void fo_beat_burst(struct fo_agent *agent, fo_us now_us);
/* One beat now, whatever is due. */
void fo_beat_send(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out);
/* One beat if it is due, unless a release is waiting for its gate. */
void fo_beat_run(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out);

#endif
