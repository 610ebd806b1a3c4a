/* SPDX-License-Identifier: Apache-2.0 */
/* What holds and what does not: the one door through which the rooms of the engine raise and end
 * causes. This room finds the story a condition belongs to, and lets incidents recover and close;
 * whom it concerns and who is called is escalation.c's. */
#ifndef FAILOVER_CONDITION_H
#define FAILOVER_CONDITION_H

#include "failover/engine_state.h"

/* States that a condition holds or does not. Says nothing twice: repeating it is cheap and without
 * effect. */
void fo_condition_set(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                      bool holds);
/* Whether it holds, as last stated (and as the snapshot said, before anything was stated). */
bool fo_condition_holds(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* Something that happened and is over: an incident that recovers by itself. */
void fo_condition_pulse(struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* The severity of a condition that holds may have changed (a network more is down ...). */
void fo_condition_weigh(struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* Two open incidents are one story: what is in `from` goes into `into`; people who were reached
 * stay known. */
void fo_condition_merge(struct fo_engine *engine, unsigned from, unsigned into);
/* Whether all that is open in `from` has room among the children of `into`. */
bool fo_condition_may_merge(const struct fo_engine *engine, unsigned from, unsigned into);
/* A person says that the incident in slot is over. False when a cause is left that only facts can
 * end. */
bool fo_condition_resolve(struct fo_engine *engine, unsigned slot);
/* Lets time pass for the incident in this slot; when it wants to be called again. */
fo_us fo_condition_run(struct fo_engine *engine, unsigned slot);

#endif
