/* SPDX-License-Identifier: Apache-2.0 */
/* One seed from its beginning to its end. The world is the caller's, large, and used again and
 * again: nothing in it is on the heap. A failed assertion of the engine ends the seed as a broken
 * law. */
#ifndef SIM_STORM_RUN_H
#define SIM_STORM_RUN_H

#include "sim/storm/world.h"

/* Runs `seed` under `plan` until it is over, a law is broken, or events_max events have been
 * stepped into the engine and the agents. The result is in world: broken, counts, hash. */
void storm_run(struct storm_world *world, uint64_t seed, const struct storm_plan *plan,
               uint64_t events_max, bool trace);
/* Everything allowed that lies within the bounds (and beyond them). */
struct storm_plan storm_plan_all(bool beyond);

#endif
