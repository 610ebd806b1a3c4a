/* SPDX-License-Identifier: Apache-2.0 */
/* The public supply: there, low, or gone. It owns nothing but its own state and never moves by
 * itself; faults set it, plant.c reads it. */
#include "sim/plant/mains.h"

#define LOW_PERCENT 60

void sim_mains_init(struct sim_mains *mains, uint32_t nominal_v, uint32_t nominal_hz)
{
    *mains = (struct sim_mains){.nominal_v = nominal_v, .nominal_hz = nominal_hz};
}

void sim_mains_set(struct sim_mains *mains, enum sim_mains_state state)
{
    if (mains->state == SIM_MAINS_OK && state != SIM_MAINS_OK) {
        mains->lost_count++;
    }
    mains->state = (uint8_t)state;
}

struct sim_supply sim_mains_supply(const struct sim_mains *mains)
{
    if (mains->state == SIM_MAINS_LOST) {
        return (struct sim_supply){0, 0};
    }
    uint32_t percent = mains->state == SIM_MAINS_LOW ? LOW_PERCENT : 100;
    return (struct sim_supply){mains->nominal_v * 10 * percent / 100, mains->nominal_hz * 1000};
}

bool sim_supply_good(struct sim_supply supply, uint32_t nominal_v, uint32_t nominal_hz)
{
    return supply.voltage_dv * 10 >= nominal_v * 85 && supply.voltage_dv * 10 <= nominal_v * 115 &&
           supply.frequency_mhz >= nominal_hz * 960 && supply.frequency_mhz <= nominal_hz * 1040;
}
