/* SPDX-License-Identifier: Apache-2.0 */
/* What a drill came to, for people and as JSON. It judges nothing; runner.c has. */
#ifndef SIM_DRILL_REPORT_H
#define SIM_DRILL_REPORT_H

#include "sim/drill/runner.h"

/* The summary after the progress lines; injected: the room's list of what is still injected, or
 * NULL when the room did not say. */
void sim_report_print(const struct sim_drill *drill, bool held, const json_t *injected,
                      FILE *stream);
/* New reference: {"schema":1,"drill","description","began_wall_ms","held","steps":[{"at_s","kind",
 * "text","verdict","measured_s","bound_s","seen"}],"injected":[…]|null}. */
json_t *sim_report_json(const struct sim_drill *drill, bool held, json_t *injected);

#endif
