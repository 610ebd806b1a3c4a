/* SPDX-License-Identifier: Apache-2.0 */
/* The public supply of the simulated room and the form every supply has: a voltage and a frequency
 * at one instant. Pure integers; it knows no clock and nothing that is fed by it. plant.c steps it.
 */
#ifndef SIM_PLANT_MAINS_H
#define SIM_PLANT_MAINS_H

#include <stdbool.h>
#include <stdint.h>

/* All physics moves in steps of this many milliseconds. */
#define SIM_STEP_MS 100

/* What can be measured at one point of the wiring; 0 and 0: dead. */
struct sim_supply {
    uint32_t voltage_dv;    /* 0.1 V */
    uint32_t frequency_mhz; /* millihertz */
};

enum sim_mains_state { SIM_MAINS_OK, SIM_MAINS_LOW, SIM_MAINS_LOST };
struct sim_mains {
    uint32_t nominal_v;  /* 50 … 1000 */
    uint32_t nominal_hz; /* 50 or 60 */
    uint8_t state;       /* enum sim_mains_state; low is a brownout at 60 % */
    uint32_t lost_count; /* outages since the start */
};

/* Mains in good order. */
void sim_mains_init(struct sim_mains *mains, uint32_t nominal_v, uint32_t nominal_hz);
/* Takes effect at the next look; counts an outage when it leaves SIM_MAINS_OK. */
void sim_mains_set(struct sim_mains *mains, enum sim_mains_state state);
struct sim_supply sim_mains_supply(const struct sim_mains *mains);
/* Whether a supply is good enough to run on: 85 … 115 % of the voltage, 96 … 104 % of the frequency
 * (the usual input window of a UPS and of a transfer switch). */
bool sim_supply_good(struct sim_supply supply, uint32_t nominal_v, uint32_t nominal_hz);

#endif
