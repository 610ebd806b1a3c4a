/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a switchover drill goes on: what is otherwise excused by its window is not, and the
 * screen says so. It only looks; drill.c owns such drills. */
#ifndef FAILOVER_MOVING_H
#define FAILOVER_MOVING_H

#include "failover/engine_state.h"

/* The drill, as a slot of incidents; FO_NONE when there is none. */
uint8_t fo_moving(const struct fo_engine *engine);

#endif
