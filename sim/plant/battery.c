/* SPDX-License-Identifier: Apache-2.0 */
/* Energy in and out of one battery, in millijoules. It owns the discharge curve and the effect of
 * ageing and nothing else; ups.c steps it. */
#include "sim/plant/battery.h"

#define PEUKERT_PERMILLE 250
#define FACTOR_LOWEST 800
#define FACTOR_HIGHEST 2000
#define TAPER_PERMILLE 900
#define EMPTY_DV 420 /* 48 V string: 42 V empty, 54 V floating */
#define FULL_DV 540
#define SAG_DV 20

void sim_battery_init(struct sim_battery *battery, uint32_t capacity_wh, uint32_t rated_w,
                      uint32_t charger_w, uint32_t health_permille)
{
    *battery = (struct sim_battery){.capacity_wh = capacity_wh,
                                    .rated_w = rated_w,
                                    .charger_w = charger_w,
                                    .health_permille = health_permille};
    battery->energy_mj = sim_battery_full_mj(battery);
}

int64_t sim_battery_full_mj(const struct sim_battery *battery)
{
    return (int64_t)battery->capacity_wh * 3600 * battery->health_permille;
}

uint32_t sim_battery_drain_w(const struct sim_battery *battery, uint32_t load_w)
{
    int64_t relative = (int64_t)load_w * 1000 / battery->rated_w - 1000;
    int64_t factor = 1000 + relative * PEUKERT_PERMILLE / 1000;
    if (factor < FACTOR_LOWEST) {
        factor = FACTOR_LOWEST;
    }
    if (factor > FACTOR_HIGHEST) {
        factor = FACTOR_HIGHEST;
    }
    return (uint32_t)((int64_t)load_w * factor / 1000);
}

void sim_battery_discharge(struct sim_battery *battery, uint32_t load_w, uint32_t speed_permille)
{
    /* watts x milliseconds = millijoules */
    int64_t out =
        (int64_t)sim_battery_drain_w(battery, load_w) * SIM_STEP_MS * speed_permille / 1000;
    battery->energy_mj = battery->energy_mj > out ? battery->energy_mj - out : 0;
}

void sim_battery_charge(struct sim_battery *battery, uint32_t speed_permille)
{
    int64_t full = sim_battery_full_mj(battery);
    int64_t in = (int64_t)battery->charger_w * SIM_STEP_MS * speed_permille / 1000;
    if (sim_battery_charge_permille(battery) >= TAPER_PERMILLE) {
        in /= 2;
    }
    battery->energy_mj = battery->energy_mj + in < full ? battery->energy_mj + in : full;
}

uint32_t sim_battery_charge_permille(const struct sim_battery *battery)
{
    int64_t full = sim_battery_full_mj(battery);
    return full == 0 ? 0 : (uint32_t)(battery->energy_mj * 1000 / full);
}

void sim_battery_set_charge(struct sim_battery *battery, uint32_t permille)
{
    battery->energy_mj = sim_battery_full_mj(battery) / 1000 * (permille > 1000 ? 1000 : permille);
}

void sim_battery_set_health(struct sim_battery *battery, uint32_t permille)
{
    battery->health_permille = permille > 1000 ? 1000 : permille;
    int64_t full = sim_battery_full_mj(battery);
    if (battery->energy_mj > full) {
        battery->energy_mj = full;
    }
}

int64_t sim_battery_runtime_ms(const struct sim_battery *battery, uint32_t load_w,
                               uint32_t speed_permille)
{
    int64_t drain = (int64_t)sim_battery_drain_w(battery, load_w) * speed_permille;
    return drain == 0 ? INT64_MAX : battery->energy_mj * 1000 / drain;
}

uint32_t sim_battery_voltage_dv(const struct sim_battery *battery, bool discharging)
{
    uint32_t open = EMPTY_DV + (FULL_DV - EMPTY_DV) * sim_battery_charge_permille(battery) / 1000;
    return discharging ? open - SAG_DV : open;
}
