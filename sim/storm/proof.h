/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of a pair without agents: laws N1 to N4, and what S4 means there. It stands outside
 * the engine: it compares what is done with what is true of the two servers (who has been made to
 * serve, whose outlet has moved) and with what the probes have said. It changes nothing but the
 * record of a broken law. */
#ifndef SIM_STORM_PROOF_H
#define SIM_STORM_PROOF_H

#include "sim/storm/world.h"

/* A script begins that makes this server serve (N2). */
void storm_proof_promote(struct storm_world *world, unsigned server);
/* It serves from now on (N1). */
void storm_proof_serves(struct storm_world *world, unsigned server);
/* One step of the engine: what it was told, what it starts (S4), which acts leave (N4), who is
 * called. */
void storm_proof_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out);
/* Every STORM_LOOK_US: whether somebody serves. */
void storm_proof_look(struct storm_world *world, bool served);
/* Everything has healed: somebody serves, or people have been told why not (N3). */
void storm_proof_healed(struct storm_world *world, bool served);

#endif
