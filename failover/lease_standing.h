/* SPDX-License-Identifier: Apache-2.0 */
/* X1 of the quorum lease: the standing vote. A standby that leaves in order while M is away leaves
 * its vote behind for the server that serves, which then needs nobody until the other is back. It
 * decides nothing about claims; lease_agent.c calls it in each step.
 *
 * Only while M is away: with M there the server that serves needs no such vote, and if it died
 * before the other came back, the vote would stand in the way of the only one left (then it takes a
 * person, FO_AGENT_FORCE). Each side writes to its disk before it counts on it or lets it go. */
#ifndef FAILOVER_LEASE_STANDING_H
#define FAILOVER_LEASE_STANDING_H

#include "failover/lease.h"

/* A newly accepted beat of the peer: its vote stands to us, or it is back and wants it again. */
void fo_standing_heard(struct fo_agent *agent, const struct fo_beat *beat, fo_us now_us,
                       struct fo_agent_output *out);
/* An answer of the peer: it has let go. */
void fo_standing_answered(struct fo_agent *agent, const struct fo_answer *answer,
                          struct fo_agent_output *out);
/* F1 on a server whose vote stands: a person says that the other one is off. False when there is no
 * such vote, or the other one was heard within L. */
bool fo_standing_force(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out);
/* In each step: what the disk has taken binds the vote or frees it; a leave may begin one. */
void fo_standing_settle(struct fo_agent *agent, fo_us now_us, struct fo_agent_output *out);
/* Asks for `top` and the standing vote to be written. */
void fo_standing_persist(struct fo_agent *agent, struct fo_agent_output *out);

#endif
