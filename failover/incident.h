/* SPDX-License-Identifier: Apache-2.0 */
/* One incident: a root cause with what it explains folded into it. This room owns its parts: root,
 * children, severity, epoch, number, what the machine did. When something is raised, folded or over
 * is condition.c's decision; who is called is escalation.c's. */
#ifndef FAILOVER_INCIDENT_H
#define FAILOVER_INCIDENT_H

#include "failover/engine_state.h"
#include "failover/record.h"

/* The set of causes that hold for a subject, and the bit of a cause in it. */
uint64_t *fo_incident_raised(struct fo_engine *engine, struct fo_subject subject);
/* From 164 on a cause shares its bit with the one 64 before it, of another kind of subject. */
uint64_t fo_incident_bit(uint16_t cause);
/* The incident has changed: durable, and its timer runs in this step. */
void fo_incident_touch(struct fo_engine *engine, unsigned slot);
/* A record about the incident in slot; a = severity. */
struct fo_record *fo_incident_note(struct fo_engine *engine, unsigned slot, enum fo_reason reason,
                                   unsigned why);

/* A drill in the engine that watches the real room: it stands beside what is real, explains nothing
 * and is explained by nothing. */
bool fo_incident_is_beside(const struct fo_engine *engine, const struct fo_incident *incident);
bool fo_incident_is_root(const struct fo_incident *incident, uint16_t cause,
                         struct fo_subject subject);
/* Index of the child with this cause and subject, open or not; FO_NONE. */
uint8_t fo_incident_child(const struct fo_incident *incident, uint16_t cause,
                          struct fo_subject subject);
/* Room for a child, FO_NONE when all are taken by conditions that hold. */
uint8_t fo_incident_child_room(struct fo_incident *incident);

/* Slot of the open incident with this root or open child, FO_NONE. */
uint8_t fo_incident_find(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* An incident this condition belongs to already: its root or one of its children, gone or not. */
uint8_t fo_incident_home(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject);
/* Slot of the incident with this number that is not closed, FO_NONE. */
uint8_t fo_incident_numbered(const struct fo_engine *engine, uint32_t number);
/* A slot to open an incident in; one that has recovered makes room when all are taken. */
uint8_t fo_incident_slot(struct fo_engine *engine);

void fo_incident_open(struct fo_engine *engine, unsigned slot, uint16_t cause,
                      struct fo_subject subject);
/* The root is back: the same incident goes on; a new epoch if people were told it was over. */
void fo_incident_reopen(struct fo_engine *engine, unsigned slot);
/* The condition becomes a child. False when there is no room. */
bool fo_incident_fold(struct fo_engine *engine, unsigned slot, uint16_t cause,
                      struct fo_subject subject);
/* A condition has come into this incident: its severity, and whether people must hear of it. */
void fo_incident_weigh(struct fo_engine *engine, unsigned slot, uint16_t cause,
                       struct fo_subject subject);
/* A new epoch: what was acknowledged before does not silence it. */
void fo_incident_worsen(struct fo_engine *engine, unsigned slot, uint16_t why);
/* The newest thing the machine did about the incident of this condition. */
void fo_incident_did(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                     enum fo_reason did);
/* After a start: which conditions the decoded incidents say hold. */
void fo_incident_boot(struct fo_engine *engine);

#endif
