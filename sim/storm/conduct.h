/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of how the engine conducts itself: P9 and P11 to P13 and P16 of the escalation page.
 * Nobody outside is called unrecorded, a key names one act, nothing fails back by itself, no line
 * is left for a worse one, no source is silent for long without an alarm, and a duty that nobody
 * has is said. Outside the engine, as all checkers. */
#ifndef SIM_STORM_CONDUCT_H
#define SIM_STORM_CONDUCT_H

#include "sim/storm/world.h"

/* One step of the engine. */
void storm_conduct_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out);
/* Every STORM_LOOK_US: is a source silent for too long? */
void storm_conduct_look(struct storm_world *world);

#endif
