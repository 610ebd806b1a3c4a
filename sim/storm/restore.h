/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of law S12: what the engine has switched on again after an outage. It keeps its own
 * book of what each UPS said, what is off and who ordered it, from events and output alone. */
#ifndef SIM_STORM_RESTORE_H
#define SIM_STORM_RESTORE_H

#include "sim/storm/world.h"

/* One step of the engine. */
void storm_restore_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out);

#endif
