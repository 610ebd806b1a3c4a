/* SPDX-License-Identifier: Apache-2.0 */
/* The tank of one generator: burns by load, in nanolitres per step. Pure; generator.c calls it. */
#ifndef SIM_PLANT_FUEL_H
#define SIM_PLANT_FUEL_H

#include "sim/plant/mains.h"

struct sim_fuel {
    uint32_t tank_l;       /* 1 … 1000000 */
    uint32_t idle_ml_hour; /* burnt without load */
    uint32_t full_ml_hour; /* burnt at full load */
    int64_t left_nl;
};

/* A full tank. */
void sim_fuel_init(struct sim_fuel *fuel, uint32_t tank_l, uint32_t idle_ml_hour,
                   uint32_t full_ml_hour);
/* One step of running at load_permille of the rating; speed is permille of real time. */
void sim_fuel_burn(struct sim_fuel *fuel, uint32_t load_permille, uint32_t speed_permille);
/* Level in permille of the tank. */
uint32_t sim_fuel_permille(const struct sim_fuel *fuel);
/* Sets the level, 0 … 1000 permille. */
void sim_fuel_set(struct sim_fuel *fuel, uint32_t permille);

#endif
