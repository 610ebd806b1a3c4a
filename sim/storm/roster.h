/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of the storm's site: who is on duty in truth, and when the daemon says so to its
 * engine. It draws shifts, overlaps, substitutes and gaps; what follows from them is the engine's
 * business, and the checkers' (duty.h). */
#ifndef SIM_STORM_ROSTER_H
#define SIM_STORM_ROSTER_H

#include "sim/storm/world.h"

/* Another shift; the daemon says it as soon as it can. */
void storm_roster_change(struct storm_world *world, struct storm_random *random);
/* Everybody is there, in the roles that are theirs. Nothing when nobody was ever named. */
void storm_roster_fill(struct storm_world *world);
/* What the daemon has to say now, if anything; `again`: whatever it has said before. */
bool storm_roster_take(struct storm_world *world, bool again, struct fo_roster *roster);

#endif
