/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of law S11: what the engine has switched off by the shutdown plan. It keeps its own
 * book of what each UPS said last and of which stage is done, from events and output alone. */
#ifndef SIM_STORM_SHED_H
#define SIM_STORM_SHED_H

#include "sim/storm/world.h"

/* What becomes of an act of a stage: one in ten is never heard of again. */
unsigned storm_shed_outcome(struct storm_world *world, bool synced);
/* One step of the engine. */
void storm_shed_step(struct storm_world *world, const struct fo_event *event,
                     const struct fo_output *out);

#endif
