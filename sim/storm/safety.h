/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of the safety laws I and S1 to S10, and of what a crash may forget (L5). It stands
 * outside the engine: it keeps its own book of what was heard, ordered, proven and done, in true
 * time, and compares. It changes nothing but the record of a broken law. */
#ifndef SIM_STORM_SAFETY_H
#define SIM_STORM_SAFETY_H

#include "sim/storm/world.h"

/* The kernel of this server was told a new end of the gate (law I). */
void storm_safety_gate(struct storm_world *world, unsigned server);
/* A server is promoted under this epoch (S1). */
void storm_safety_promote(struct storm_world *world, unsigned server, uint64_t epoch);
/* A voter has taken in this letter; heard: what its core remembers of the others. */
void storm_safety_heard(struct storm_world *world, uint8_t to, const struct storm_letter *letter,
                        const struct fo_heard *heard);
/* The fence of this command was carried out, and whether its proof will be delivered. */
void storm_safety_fence(struct storm_world *world, const struct fo_command *command, bool proven);
void storm_safety_result(struct storm_world *world, const struct fo_result *result);
/* One step of the engine. */
void storm_safety_step(struct storm_world *world, const struct fo_event *event,
                       const struct fo_output *out);
/* The daemon is about to die: what it has decided must be in its newest snapshot. */
void storm_safety_crash(struct storm_world *world);
/* The engine has been decoded from this image. */
void storm_safety_restored(struct storm_world *world, const struct storm_image *image);

#endif
