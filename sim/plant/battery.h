/* SPDX-License-Identifier: Apache-2.0 */
/* The battery of one UPS: energy that leaves faster than the load alone would say, and comes back
 * slowly. Pure integers in steps of SIM_STEP_MS; it does not know who draws from it. ups.c calls
 * it.
 */
#ifndef SIM_PLANT_BATTERY_H
#define SIM_PLANT_BATTERY_H

#include "sim/plant/mains.h"

#include <stdint.h>

struct sim_battery {
    uint32_t capacity_wh;     /* when new, at rated_w; 1 … 1000000 */
    uint32_t rated_w;         /* load at which the capacity is stated; 1 … 10000000 */
    uint32_t charger_w;       /* what the charger can put in */
    uint32_t health_permille; /* ageing: 1000 new, 0 dead */
    int64_t energy_mj;        /* left, in millijoules */
};

/* A full battery. */
void sim_battery_init(struct sim_battery *battery, uint32_t capacity_wh, uint32_t rated_w,
                      uint32_t charger_w, uint32_t health_permille);
/* What a full battery of this age holds, in millijoules. */
int64_t sim_battery_full_mj(const struct sim_battery *battery);
/* Watts that leave the battery for a load: Peukert's effect, made linear around rated_w (a quarter
 * of the relative difference), 0.8 … 2 times the load. */
uint32_t sim_battery_drain_w(const struct sim_battery *battery, uint32_t load_w);
/* One step under load; speed is permille of real time. */
void sim_battery_discharge(struct sim_battery *battery, uint32_t load_w, uint32_t speed_permille);
/* One step at the charger; the last tenth goes at half the power. */
void sim_battery_charge(struct sim_battery *battery, uint32_t speed_permille);
/* Charge left in permille of what this battery can hold now; 0 when it is dead. */
uint32_t sim_battery_charge_permille(const struct sim_battery *battery);
/* Sets the charge, 0 … 1000 permille. */
void sim_battery_set_charge(struct sim_battery *battery, uint32_t permille);
/* Ages it, 0 … 1000 permille; energy above the new limit is gone. */
void sim_battery_set_health(struct sim_battery *battery, uint32_t permille);
/* Milliseconds of real time left at this load and speed; INT64_MAX at no load. */
int64_t sim_battery_runtime_ms(const struct sim_battery *battery, uint32_t load_w,
                               uint32_t speed_permille);
/* Terminal voltage in 0.1 V of a nominal 48 V string, lower when empty and under load. */
uint32_t sim_battery_voltage_dv(const struct sim_battery *battery, bool discharging);

#endif
