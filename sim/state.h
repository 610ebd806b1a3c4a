/* SPDX-License-Identifier: Apache-2.0 */
/* The room as JSON: what is really so, whatever the devices show. For `monitorsim state`, tests and
 * drills. It changes nothing. */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include "sim/room.h"

#include <jansson.h>

/* New reference; NULL only when out of memory. Shape in monitorsim(1). */
json_t *sim_state_json(const struct sim_room *room);
/* What --endpoints writes: {"schema":1,"control":PATH,"addresses":{NAME:"IP:PORT"}}. */
json_t *sim_endpoints_json(const struct sim_room *room);

#endif
