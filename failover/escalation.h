/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called about an incident, and when: rungs, reminders, the loop that never gives up,
 * changes of duty, and the news that it is over. It owns no channel (attempt.c), no cause
 * (incident.c) and no person's word (answer.c). */
#ifndef FAILOVER_ESCALATION_H
#define FAILOVER_ESCALATION_H

#include "failover/engine_state.h"

/* Lets time pass for the incident in slot; when it wants to be called again. */
fo_us fo_escalation_run(struct fo_engine *engine, unsigned slot);
/* The ladder of the epoch begins, if it has not yet. */
void fo_escalation_begin(struct fo_engine *engine, unsigned slot);
/* The duty has changed: who has left is released, who has come hears of what is open. */
void fo_escalation_duty(struct fo_engine *engine);

/* Persons who are to be paged and have not been. */
uint64_t fo_escalation_unpaged(const struct fo_incident *incident);
/* The recovery time of a service has run out in this incident. */
bool fo_escalation_is_breach(const struct fo_incident *incident);
/* Who must decide does not: from now on the deputy's word counts (対策基準 第12条5). Recorded once
 * in an epoch. */
void fo_escalation_depute(struct fo_engine *engine, unsigned slot);
/* One branch has its answer: it climbs no further until the acknowledgement runs out. Those whom no
 * other branch calls are called no further. */
void fo_escalation_stop(struct fo_engine *engine, unsigned slot, unsigned branch, unsigned person);

#endif
