/* SPDX-License-Identifier: Apache-2.0 */
/* What a generator is doing, put together from what its controller says: state, speed, load,
 * alarms. Pure rules over one set of values; assemble.c calls it for every profile of a generator.
 */
#ifndef PROBES_GENERATOR_BELIEF_H
#define PROBES_GENERATOR_BELIEF_H

#include "probes/ups_belief.h"

/* generator.status: as the controller states it, else by the speed (above 100 rpm it runs); running
 * with a load is "loaded"; a stopping alarm is "fault". Takes back a start battery of 0 V: the
 * controller lives on it. origin[generator.status] follows what decided. */
void pb_generator_believe(struct pb_values *set, uint8_t *origin);

#endif
