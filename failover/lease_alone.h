/* SPDX-License-Identifier: Apache-2.0 */
/* Serving on the own vote alone: X2 (the last holder, when everybody else is gone without a word)
 * and F1 (force by authorised people). The only two ways to a gate without a majority. Pure;
 * lease_agent.c calls it in each step. */
#ifndef FAILOVER_LEASE_ALONE_H
#define FAILOVER_LEASE_ALONE_H

#include "failover/lease.h"

/* A beat of another voter that is newer than all heard of its process came in, whether a rule
 * accepts it or not. Ends a wait of X2; before the gate is open it ends a force, which had stood on
 * the others' silence (true is returned). */
bool fo_alone_heard(struct fo_agent *agent, fo_us now_us);
/* At each step: when this process was paused, the others' silence proves nothing and is forgotten.
 */
void fo_alone_stepped(struct fo_agent *agent, fo_us now_us);
/* The gate shut by itself although the own vote kept it open: this process was paused, and what it
 * stood on has to be shown anew. */
void fo_alone_lapsed(struct fo_agent *agent);
/* F1: begins the wait. False when it is refused: somebody was heard within L, there is a lease, or
 * this server is not fit to claim. */
bool fo_alone_force(struct fo_agent *agent, fo_us now_us);
/* F1: when the promises to the others are surely over; FO_NEVER when nothing waits. */
fo_us fo_alone_deadline(const struct fo_agent *agent);
/* X2: true when the address is to be asked for now; noted, so that it is not asked at each step. */
bool fo_alone_asks(struct fo_agent *agent, fo_us now_us);
/* X2: what the probes for the address said; true when this server serves alone from now on. */
bool fo_alone_answered(struct fo_agent *agent, bool nobody_answered, fo_us now_us);
/* A majority ends both; a force whose wait is over begins. `now` is also the time of the newest
 * beat when one is due in this step. */
void fo_alone_settle(struct fo_agent *agent, fo_us now_us);

#endif
