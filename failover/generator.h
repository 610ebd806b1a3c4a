/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of one generator or transfer switch: ready at rest; after a loss of the mains voltage
 * within its time, load within its time. It raises conditions and records; it never starts an
 * engine. */
#ifndef FAILOVER_GENERATOR_H
#define FAILOVER_GENERATOR_H

#include "failover/engine_state.h"
#include "failover/facts.h"

/* What can be read off one engine by itself: fuel, start battery, mode, fault; each believed after
 * two equal readings. outlying.c uses it for engines of other places. */
void fo_generator_signs(struct fo_device *generator, const struct fo_device_policy *policy,
                        const struct fo_facts *facts);
void fo_generator_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
/* Communication, mains or time changed; when it wants to be called again. */
fo_us fo_generator_run(struct fo_engine *engine, unsigned device);

void fo_transfer_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
fo_us fo_transfer_run(struct fo_engine *engine, unsigned device);

#endif
