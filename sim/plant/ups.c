/* SPDX-License-Identifier: Apache-2.0 */
/* The moves of one UPS between input, battery, bypass and off. It owns no protocol; plant.c steps
 * it with what its feeder delivers. */
#include "sim/plant/ups.h"

#define LOSS_PERCENT 8

void sim_ups_init(struct sim_ups *ups, uint32_t nominal_v, uint32_t nominal_hz)
{
    *ups = (struct sim_ups){.nominal_v = nominal_v,
                            .nominal_hz = nominal_hz,
                            .rating_w = 1000,
                            .load_w = 500,
                            .low_ms = 120000,
                            .return_ms = 3000,
                            .speed_permille = 1000,
                            .output_on = true,
                            .input = {nominal_v * 10, nominal_hz * 1000}};
    ups->input_good_ms = ups->return_ms;
    sim_battery_init(&ups->battery, 100, ups->rating_w, ups->rating_w / 10, 1000);
}

static void ups_input_look(struct sim_ups *ups, struct sim_supply input)
{
    bool was_good = ups->input_good_ms > 0;
    bool good = sim_supply_good(input, ups->nominal_v, ups->nominal_hz);
    ups->input = input;
    if (!good) {
        if (was_good) {
            ups->line_bads++;
        }
        ups->input_good_ms = 0;
    } else if (ups->input_good_ms < UINT32_MAX - SIM_STEP_MS) {
        ups->input_good_ms += SIM_STEP_MS;
    }
}

void sim_ups_step(struct sim_ups *ups, struct sim_supply input)
{
    ups_input_look(ups, input);
    bool good = ups->input_good_ms > 0;
    bool settled = ups->input_good_ms >= ups->return_ms;
    if (ups->mode == SIM_UPS_OFF) {
        ups->output_on = false;
        ups->on_battery = false;
    } else if (ups->mode == SIM_UPS_BYPASS) {
        ups->output_on = good;
        ups->on_battery = false;
    } else if (!good || (ups->on_battery && !settled)) {
        /* an empty UPS stays dark until its input has come back */
        bool alive = ups->output_on && ups->battery.energy_mj > 0;
        ups->on_battery = alive;
        ups->output_on = alive;
    } else {
        ups->output_on = ups->output_on || settled;
        ups->on_battery = false;
    }
    if (ups->on_battery) {
        ups->on_battery_ms += SIM_STEP_MS;
        sim_battery_discharge(&ups->battery, ups->load_w, ups->speed_permille);
    } else {
        ups->on_battery_ms = 0;
        if (good && ups->mode != SIM_UPS_OFF) {
            sim_battery_charge(&ups->battery, ups->speed_permille);
        }
    }
}

uint32_t sim_ups_input_w(const struct sim_ups *ups)
{
    if (ups->input_good_ms == 0 || ups->on_battery || ups->mode == SIM_UPS_OFF) {
        return 0;
    }
    uint32_t charging =
        sim_battery_charge_permille(&ups->battery) < 1000 ? ups->battery.charger_w : 0;
    uint32_t load = ups->output_on ? ups->load_w : 0;
    return load + load * LOSS_PERCENT / 100 + charging;
}

uint32_t sim_ups_load_percent(const struct sim_ups *ups)
{
    return ups->output_on ? (uint32_t)((uint64_t)ups->load_w * 100 / ups->rating_w) : 0;
}

int64_t sim_ups_runtime_ms(const struct sim_ups *ups)
{
    return sim_battery_runtime_ms(&ups->battery, ups->load_w, ups->speed_permille);
}

bool sim_ups_low(const struct sim_ups *ups)
{
    return ups->on_battery && sim_ups_runtime_ms(ups) < ups->low_ms;
}
