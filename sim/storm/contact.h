/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of the contact network: P1, P5, P6, P17 and P18 of the escalation page. It stands
 * outside the engine: from records, acts, results and people's words it keeps its own list of
 * incidents, of who is owed a call and until when, and compares. Time in which the daemon is down
 * or late does not count. */
#ifndef SIM_STORM_CONTACT_H
#define SIM_STORM_CONTACT_H

#include "sim/storm/world.h"

/* What is known of the incident of this number; NULL. Number 0: a free place. */
struct storm_case *storm_contact_case(struct storm_world *world, uint32_t number);
/* The engine's own incident of this number that is not closed; NULL. */
const struct fo_incident *storm_contact_incident(const struct storm_world *world, uint32_t number);

/* One step of the engine. */
void storm_contact_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out);
/* A page goes out; a channel has taken it to its person. */
void storm_contact_paged(struct storm_world *world, const struct fo_notify *notify);
void storm_contact_reached(struct storm_world *world, const struct fo_notify *notify);
/* The daemon starts again, with what the journal kept or with nothing. */
void storm_contact_restart(struct storm_world *world);
/* Every STORM_LOOK_US: is anything overdue? */
void storm_contact_look(struct storm_world *world);

#endif
