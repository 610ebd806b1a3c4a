/* SPDX-License-Identifier: Apache-2.0 */
/* One automatic transfer switch: asks the generator to run when the mains has been bad for a while,
 * moves the load over when the generator is good, and back when the mains has been good for long
 * enough. Pure integers in steps of SIM_STEP_MS; plant.c steps it. */
#ifndef SIM_PLANT_TRANSFER_H
#define SIM_PLANT_TRANSFER_H

#include "sim/plant/mains.h"

enum sim_transfer_source { SIM_SOURCE_NONE, SIM_SOURCE_MAINS, SIM_SOURCE_GENERATOR };
struct sim_transfer {
    uint32_t nominal_v, nominal_hz;
    uint32_t start_ms;    /* mains bad this long: start contact closes */
    uint32_t transfer_ms; /* generator good this long: over to it */
    uint32_t return_ms;   /* mains good this long: back to it */
    uint32_t open_ms;     /* both contacts open while it moves */
    bool stuck;           /* does not move, whatever it sees */
    /* state */
    uint8_t position; /* enum sim_transfer_source; none while it moves */
    uint8_t target;   /* where it is moving to */
    bool asks;        /* start contact closed */
    uint32_t open_left_ms;
    uint32_t mains_bad_ms, mains_good_ms, generator_good_ms;
    struct sim_supply mains, generator; /* as seen in the last step */
};

/* On a good mains. */
void sim_transfer_init(struct sim_transfer *transfer, uint32_t nominal_v, uint32_t nominal_hz);
/* One step with what stands at its two inputs; generator_ready: voltage is established. */
void sim_transfer_step(struct sim_transfer *transfer, struct sim_supply mains,
                       struct sim_supply generator, bool generator_ready);
/* What its output gives. */
struct sim_supply sim_transfer_supply(const struct sim_transfer *transfer);

#endif
