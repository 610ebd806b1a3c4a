/* SPDX-License-Identifier: Apache-2.0 */
/* One uninterruptible power supply: on its input, on its battery, on bypass, or off. Pure integers
 * in steps of SIM_STEP_MS; it is told its input and tells its output. plant.c steps it, the SNMP
 * device shows it. */
#ifndef SIM_PLANT_UPS_H
#define SIM_PLANT_UPS_H

#include "sim/plant/battery.h"

enum sim_ups_mode { SIM_UPS_NORMAL, SIM_UPS_BYPASS, SIM_UPS_OFF };
struct sim_ups {
    uint32_t nominal_v, nominal_hz;
    uint32_t rating_w;  /* full load */
    uint32_t load_w;    /* what hangs on it */
    uint32_t low_ms;    /* says "battery low" below this runtime */
    uint32_t return_ms; /* input must be good this long before it goes back to it */
    uint32_t speed_permille;
    struct sim_battery battery;
    /* state */
    uint8_t mode; /* enum sim_ups_mode: what people switched it to */
    bool replace_battery;
    bool card_lost; /* the network card has lost the UPS behind it */
    bool on_battery;
    bool output_on;
    struct sim_supply input;
    uint32_t input_good_ms; /* how long the input has been good */
    int64_t on_battery_ms;  /* of the present stay on battery */
    uint32_t line_bads;     /* input failures since the start */
};

/* A full UPS on a good input. */
void sim_ups_init(struct sim_ups *ups, uint32_t nominal_v, uint32_t nominal_hz);
/* One step with this input. */
void sim_ups_step(struct sim_ups *ups, struct sim_supply input);
/* Watts it takes from its input: load, losses of 8 %, charger. */
uint32_t sim_ups_input_w(const struct sim_ups *ups);
/* Load in percent of the rating. */
uint32_t sim_ups_load_percent(const struct sim_ups *ups);
/* Milliseconds of real time left if it ran on its battery now. */
int64_t sim_ups_runtime_ms(const struct sim_ups *ups);
/* Says "low": on battery and below low_ms. */
bool sim_ups_low(const struct sim_ups *ups);

#endif
