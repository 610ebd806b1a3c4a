/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of one generator or transfer switch: ready at rest; after a loss of the mains voltage
 * within its time, load within its time. It raises conditions and records; it never starts an
 * engine. */
#ifndef FAILOVER_GENERATOR_H
#define FAILOVER_GENERATOR_H

#include "failover/engine_state.h"
#include "failover/facts.h"

void fo_generator_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
/* Communication, mains or time changed; when it wants to be called again. */
fo_us fo_generator_run(struct fo_engine *engine, unsigned device);

void fo_transfer_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts);
fo_us fo_transfer_run(struct fo_engine *engine, unsigned device);

#endif
