/* SPDX-License-Identifier: Apache-2.0 */
/* One tank and its burning. It never refuels by itself; faults set the level, generator.c burns. */
#include "sim/plant/fuel.h"

#define NL_PER_L 1000000000LL
#define STEPS_PER_HOUR (3600 * 1000 / SIM_STEP_MS)

void sim_fuel_init(struct sim_fuel *fuel, uint32_t tank_l, uint32_t idle_ml_hour,
                   uint32_t full_ml_hour)
{
    *fuel = (struct sim_fuel){.tank_l = tank_l,
                              .idle_ml_hour = idle_ml_hour,
                              .full_ml_hour = full_ml_hour,
                              .left_nl = (int64_t)tank_l * NL_PER_L};
}

void sim_fuel_burn(struct sim_fuel *fuel, uint32_t load_permille, uint32_t speed_permille)
{
    int64_t span = (int64_t)fuel->full_ml_hour - fuel->idle_ml_hour;
    int64_t ml_hour = fuel->idle_ml_hour + span * load_permille / 1000;
    int64_t nl = ml_hour * 1000000 / STEPS_PER_HOUR * speed_permille / 1000;
    fuel->left_nl = fuel->left_nl > nl ? fuel->left_nl - nl : 0;
}

uint32_t sim_fuel_permille(const struct sim_fuel *fuel)
{
    return (uint32_t)(fuel->left_nl / (fuel->tank_l * (NL_PER_L / 1000)));
}

void sim_fuel_set(struct sim_fuel *fuel, uint32_t permille)
{
    fuel->left_nl = fuel->tank_l * (NL_PER_L / 1000) * (permille > 1000 ? 1000 : permille);
}
