/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of law S8: an alarm recovers only after something has said so, or a person has. It
 * stands outside the engine: it notes when which source last said anything that could end which
 * alarm, and compares when an incident recovers. Silence, staleness and a stall are no such word.
 * daemon.c reports each step to it. */
#ifndef SIM_STORM_ALARM_H
#define SIM_STORM_ALARM_H

#include "sim/storm/world.h"

/* One step of the engine. */
void storm_alarm_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out);
/* The daemon starts again: incidents that were open need a word from now on. */
void storm_alarm_restart(struct storm_world *world);

#endif
