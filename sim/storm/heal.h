/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a seed: the world heals, people lift what people have set, and then the laws of
 * liveness are asked: L1 the site is served and stays so, L2 every alarm has reached a person, L4
 * the engine comes to rest. It also measures how long nobody served. run.c calls it at its places
 * on the agenda. */
#ifndef SIM_STORM_HEAL_H
#define SIM_STORM_HEAL_H

#include "sim/storm/world.h"

void storm_heal_init(struct storm_world *world);
/* The next act of the healing is due. */
void storm_heal_phase(struct storm_world *world);
/* Every STORM_LOOK_US. */
void storm_heal_look(struct storm_world *world);

#endif
