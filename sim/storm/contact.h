/* SPDX-License-Identifier: Apache-2.0 */
/* The checkers' book of the contact network. It stands outside the engine: from records, acts,
 * results and people's words it keeps its own list of incidents, of who is owed a call and until
 * when. What becomes of it in time is overdue.c's; that the end is told to exactly those who were
 * reached (P18) and that nothing falls back (P6) it sees itself. */
#ifndef SIM_STORM_CONTACT_H
#define SIM_STORM_CONTACT_H

#include "sim/storm/world.h"

#define STORM_FIRST_US (30 * FO_SECOND) /* T0 of P1, T1 of P5 */

/* What is known of the incident of this number; NULL. Number 0: a free place. */
struct storm_case *storm_contact_case(struct storm_world *world, uint32_t number);
/* The engine's own incident of this number that is not closed; NULL. */
const struct fo_incident *storm_contact_incident(const struct storm_world *world, uint32_t number);

/* One step of the engine. */
void storm_contact_step(struct storm_world *world, const struct fo_output *out);
/* A page goes out; a channel has taken it to its person. */
void storm_contact_paged(struct storm_world *world, const struct fo_notify *notify);
void storm_contact_reached(struct storm_world *world, const struct fo_notify *notify);
/* The daemon starts again, with what the journal kept or with nothing. */
void storm_contact_restart(struct storm_world *world);

#endif
