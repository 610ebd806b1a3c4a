/* SPDX-License-Identifier: Apache-2.0 */
/* A drill file (libconfig) as plain data: a name, a description and steps in the order of their
 * times. It reads and checks; runner.c does.
 *
 *   drill = { name = "…"; description = "…"; steps = (
 *     { at = "10s"; fault = "mains state=lost"; },
 *     { at = "10s"; expect = "power ups-a on_battery=true"; within = "10s"; },
 *     { at = "10s"; expect-not = "service 119番受付 state=down"; for = "60s"; } ); }; */
#ifndef SIM_DRILL_SCENARIO_H
#define SIM_DRILL_SCENARIO_H

#include "sim/drill/expect.h"
#include "sim/room_keys.h"

#define SIM_STEPS_MAX 64

enum sim_step_kind { SIM_STEP_FAULT, SIM_STEP_EXPECT, SIM_STEP_EXPECT_NOT };
struct sim_step {
    uint8_t kind;      /* enum sim_step_kind */
    uint32_t at_ms;    /* since the start of the drill */
    uint32_t bound_ms; /* within, or for */
    char text[SIM_EXPECT_MAX];
    struct sim_expect expect; /* of the two last kinds */
};
struct sim_scenario {
    char name[128], description[512];
    unsigned count;
    struct sim_step steps[SIM_STEPS_MAX];
};

/* Reads the file. False when there is any finding. */
bool sim_scenario_read(const char *file, struct sim_scenario *scenario,
                       struct cfg_findings *findings);

#endif
