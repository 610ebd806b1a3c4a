/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong in a seed: the weather it draws, and the strikes, each from its own stream of
 * chance so that leaving one out does not change the others. It hurts the world and heals it; it
 * never looks whether a law was broken. run.c calls it. */
#ifndef SIM_STORM_STRIKE_H
#define SIM_STORM_STRIKE_H

#include "sim/storm/world.h"

/* Which kinds this seed knows, how often they strike, and the weather. */
void storm_strike_init(struct storm_world *world);
/* The next strike is due. */
void storm_strike(struct storm_world *world);
/* The fault in this place is over. */
void storm_strike_end(struct storm_world *world, unsigned place);
/* Everything is over: no more strikes, no weather, everything that was broken works. */
void storm_strike_heal(struct storm_world *world);

#endif
