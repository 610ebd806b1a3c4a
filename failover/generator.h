/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of one generator: ready at rest; after a loss of the mains voltage
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
/* The device carries the load, or does not any more: from now on, or for longer already. */
void fo_generator_set_loaded(struct fo_engine *engine, unsigned device, bool loaded);
/* What this device says of the mains (enum fo_vote_mains), and what its voltages say. */
void fo_generator_vote(struct fo_engine *engine, struct fo_device *state, uint8_t said);
uint8_t fo_generator_mains(const struct fo_facts *facts);

#endif
