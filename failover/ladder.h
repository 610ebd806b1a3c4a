/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network of an incident: which persons stand on which rung of which branch now. An
 * incident keeps the network it began with, also when the site file is edited under it. This room
 * only answers; escalation.c climbs. */
#ifndef FAILOVER_LADDER_H
#define FAILOVER_LADDER_H

#include "failover/engine_state.h"

/* The policy's network is the one in force. */
void fo_ladder_init(struct fo_engine *engine);
/* After a start: the policy's network may be another than that of the incidents that are open. */
void fo_ladder_boot(struct fo_engine *engine);
/* The duty has changed: who stands where. */
void fo_ladder_derive(struct fo_engine *engine);
/* Open incidents change to the network in force. */
void fo_ladder_adopt(struct fo_engine *engine);

/* The first rung of a branch, and the one after `rung`, for this incident; FO_NONE when there is
 * none, or the incident is not grave enough for the branch. */
uint8_t fo_ladder_first(const struct fo_engine *engine, const struct fo_incident *incident,
                        unsigned branch);
uint8_t fo_ladder_next(const struct fo_engine *engine, const struct fo_incident *incident,
                       unsigned branch, uint8_t rung);
uint8_t fo_ladder_last(const struct fo_engine *engine, const struct fo_incident *incident,
                       unsigned branch);
const struct fo_rung_policy *fo_ladder_at(const struct fo_engine *engine,
                                          const struct fo_incident *incident, uint8_t rung);
/* Persons of one rung; of a branch up to and with a rung; of a whole branch; of all branches. */
uint64_t fo_ladder_rung(const struct fo_engine *engine, const struct fo_incident *incident,
                        uint8_t rung);
uint64_t fo_ladder_up_to(const struct fo_engine *engine, const struct fo_incident *incident,
                         unsigned branch, uint8_t rung);
uint64_t fo_ladder_branch(const struct fo_engine *engine, const struct fo_incident *incident,
                          unsigned branch);
uint64_t fo_ladder_all(const struct fo_engine *engine, const struct fo_incident *incident);
/* Persons without whose word a breach is not over: those who decide, and their deputies when the
 * incident says that they are absent. 0: there are none. */
uint64_t fo_ladder_deciders(const struct fo_engine *engine, const struct fo_incident *incident);
/* In a drill only persons of the drill list are ever meant. */
uint64_t fo_ladder_listed(const struct fo_engine *engine, const struct fo_incident *incident);

#endif
