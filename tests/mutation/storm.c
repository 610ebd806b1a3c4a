/* SPDX-License-Identifier: Apache-2.0 */
/* The storm as a killer of mutants: `mutation_storm SEED EVENTS` runs seed after seed until so many
 * events are stepped, without the simulated room around it, and exits 1 with the law that broke. It
 * never shrinks and never reports more. tests/mutation/run calls it. */
#include "sim/storm/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS_PER_SEED UINT64_C(2000000) /* a mutant may never come to an end */

static struct storm_world world;

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: mutation_storm SEED EVENTS\n", stderr);
        return 2;
    }
    struct storm_plan plan = storm_plan_all(false);
    uint64_t seed = strtoull(argv[1], NULL, 10);
    uint64_t left = strtoull(argv[2], NULL, 10);
    for (; left > 0; seed++) {
        storm_run(&world, seed, &plan, EVENTS_PER_SEED, false);
        if (world.broken.law != STORM_LAW_NONE) {
            printf("law %s, seed %" PRIu64 ": %s\n", storm_law_name(world.broken.law), seed,
                   world.broken.text);
            return 1;
        }
        left -= world.counts.events < left ? world.counts.events : left;
    }
    return 0;
}
