/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: one root cause with what it explains folded into it. This room owns their life
 * (opened, worse, recovered, closed) and the set of conditions that hold; whom it concerns and who
 * is called is escalation.c's. Every room that knows a fact calls fo_condition_set. */
#ifndef FAILOVER_INCIDENT_H
#define FAILOVER_INCIDENT_H

#include "failover/engine_state.h"
#include "failover/record.h"

/* States that a condition holds or does not. Says nothing twice: repeating it is cheap and without
 * effect. */
void fo_condition_set(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                      bool holds);
/* Whether it holds, as last stated (and as the snapshot said, before anything was stated). */
bool fo_condition_holds(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* Something that happened and is over: an incident that recovers by itself. */
void fo_condition_pulse(struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* The severity of a condition that holds may have changed (a network more is down …). */
void fo_condition_weigh(struct fo_engine *engine, uint16_t cause, struct fo_subject subject);

/* Lets time pass for the incident in this slot; when it wants to be called again. */
fo_us fo_incident_run(struct fo_engine *engine, unsigned slot);
/* Slot of the open incident with this root or open child, FO_NONE. */
uint8_t fo_incident_find(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* Slot of the incident with this number that is not closed, FO_NONE. */
uint8_t fo_incident_numbered(const struct fo_engine *engine, uint32_t number);
/* The newest thing the machine did about the incident of this condition. */
void fo_incident_did(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                     enum fo_reason did);
/* A person says it is over. False when a cause is left that only facts can end. */
bool fo_incident_resolve(struct fo_engine *engine, unsigned slot);
/* A new epoch: what was acknowledged before does not silence it. */
void fo_incident_worsen(struct fo_engine *engine, unsigned slot, uint16_t why);
/* A record about the incident in slot. */
struct fo_record *fo_incident_note(struct fo_engine *engine, unsigned slot, enum fo_reason reason,
                                   unsigned why);
/* After a start: which conditions the decoded incidents say hold. */
void fo_incident_boot(struct fo_engine *engine);

#endif
