/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the story of a broken law short: takes away kinds of faults, then single strikes, then
 * time, as long as the same law still breaks. It runs the seed again and again and judges nothing
 * itself. command_storm.c calls it after a failure. */
#ifndef SIM_STORM_SHRINK_H
#define SIM_STORM_SHRINK_H

#include "sim/storm/world.h"

struct storm_shrunk {
    struct storm_plan plan; /* the least under which the law still breaks */
    uint32_t runs;
};

/* world: in, the seed as it has just broken under `plan`; out, its run under shrunk->plan. At most
 * runs_max runs. */
void storm_shrink(struct storm_world *world, const struct storm_plan *plan, uint32_t runs_max,
                  struct storm_shrunk *shrunk);

#endif
