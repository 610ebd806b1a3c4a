/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of law S8: a condition that people were alarmed for is taken back only after
 * something has said that it is over, or a person has. It keeps its own book of which source last
 * said what could end which condition, and compares it with what the engine takes back. Silence,
 * staleness and a stall are no such word. daemon.c reports each step to it. */
#ifndef SIM_STORM_ALARM_H
#define SIM_STORM_ALARM_H

#include "sim/storm/world.h"

/* One step of the engine; a boot of it is one too. After storm_safety_step, which knows what M
 * heard. */
void storm_alarm_step(struct storm_world *world, const struct fo_event *event);

#endif
