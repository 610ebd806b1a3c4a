/* SPDX-License-Identifier: Apache-2.0 */
/* What changes who is on duty: the shell's calendar, a shift that is handed over, a person who
 * leaves for a call or is back. roster.c answers who holds a role then; escalation.c does what
 * follows. */
#ifndef FAILOVER_DUTY_H
#define FAILOVER_DUTY_H

#include "failover/engine_state.h"

/* The duty has changed. A role that has nobody keeps its holder, and that is an incident. */
void fo_duty_event(struct fo_engine *engine, const struct fo_roster *roster);
/* Hand-over, left for a call, back: 0 or the reason of refusal. */
uint16_t fo_duty_order(struct fo_engine *engine, const struct fo_order *order);

#endif
