/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to reach people, as the engine sees them: which of them can work now, given the lines
 * and their own tests, and which comes next on a person's ladder. It sends nothing; attempt.c asks.
 */
#ifndef FAILOVER_CHANNEL_H
#define FAILOVER_CHANNEL_H

#include "failover/engine_state.h"

/* It has not failed its test, and it needs no line or one of its lines is not down. */
bool fo_channel_usable(const struct fo_engine *engine, unsigned channel);
/* It is well itself and only its lines are down. */
bool fo_channel_waits(const struct fo_engine *engine, unsigned channel);
/* The person's next channel that is not in `used`; only one that needs no line if told so; `any`:
 * also one that cannot work. FO_NONE when there is none. */
uint8_t fo_channel_next(const struct fo_engine *engine, unsigned person, uint8_t used,
                        bool lineless, bool any);
/* For the end of an incident: the first channel that reached this person before. */
uint8_t fo_channel_reached(const struct fo_engine *engine, unsigned slot, unsigned person);
#endif
