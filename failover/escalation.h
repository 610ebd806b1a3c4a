/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called about an incident, and when: rungs, acknowledgements, reminders, the loop that
 * never gives up, and the news that it is over. It owns no channel (attempt.c) and no cause
 * (incident.c). */
#ifndef FAILOVER_ESCALATION_H
#define FAILOVER_ESCALATION_H

#include "failover/engine_state.h"

/* Derived from the policy: the persons of each rung. */
void fo_escalation_init(struct fo_engine *engine);
/* Lets time pass for the incident in slot; when it wants to be called again. */
fo_us fo_escalation_run(struct fo_engine *engine, unsigned slot);
/* A person's word about an incident: acknowledge, own, cannot, resolve. False with the reason of
 * refusal when it has no effect (then it has been recorded as ignored). */
bool fo_escalation_order(struct fo_engine *engine, const struct fo_order *order);

#endif
