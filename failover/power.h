/* SPDX-License-Identifier: Apache-2.0 */
/* Power devices as the engine meets them: one reading in, communication and staleness judged, then
 * on to the machine of its kind. engine.c calls it; it never acts on anything. */
#ifndef FAILOVER_POWER_H
#define FAILOVER_POWER_H

#include "failover/engine_state.h"

/* A device of which nothing is known yet. */
void fo_power_device_init(struct fo_device *device);
void fo_power_init(struct fo_engine *engine);
/* A reading of a device the policy has. */
void fo_power_reading(struct fo_engine *engine, const struct fo_reading *reading);
/* Lets time pass for one device; when it wants to be called again. */
fo_us fo_power_run(struct fo_engine *engine, unsigned device);
/* Our own loop stood still: all that was known of devices is stale. */
void fo_power_forget(struct fo_engine *engine);
/* After a start: what the snapshot knew of outages goes on. */
void fo_power_boot(struct fo_engine *engine);

#endif
