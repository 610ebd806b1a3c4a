/* SPDX-License-Identifier: Apache-2.0 */
/* The site of one seed: the lease's times, what hangs on what, and the contact network, drawn
 * within the limits that config/ would accept. It owns the choice only; the engine gets the result
 * as any policy. run.c calls it once per seed. */
#ifndef SIM_STORM_POLICY_H
#define SIM_STORM_POLICY_H

#include "sim/storm/world.h"

void storm_policy_draw(struct storm_world *world);

#endif
