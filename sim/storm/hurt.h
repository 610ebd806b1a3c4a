/* SPDX-License-Identifier: Apache-2.0 */
/* How each kind of fault is done to the world and undone. Faults that last are counted, so that two
 * of a kind may overlap. strike.c decides when; nothing here draws whether. */
#ifndef SIM_STORM_HURT_H
#define SIM_STORM_HURT_H

#include "sim/storm/world.h"

/* True when the fault lasts and has to be ended. */
bool storm_hurt_begin(struct storm_world *world, struct storm_fault *fault,
                      struct storm_random *random);
void storm_hurt_end(struct storm_world *world, const struct storm_fault *fault);
/* After all faults have been ended: what is down or frozen comes back, clocks keep their bound. */
void storm_hurt_heal(struct storm_world *world);

#endif
