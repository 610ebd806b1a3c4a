/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts: one try to reach one person by one channel, and the person's ladder of channels. This
 * room owns which channel is used, retries and results; whom to page and when is escalation.c's. */
#ifndef FAILOVER_ATTEMPT_H
#define FAILOVER_ATTEMPT_H

#include "failover/engine_state.h"

/* A free attempt, or the oldest of those that are over; FO_NONE. */
uint8_t fo_attempt_free(const struct fo_engine *engine);
/* It goes no further by itself: its place may be used again. */
bool fo_attempt_settled(const struct fo_attempt *attempt);
/* Whether it only waits: for its turn after crashes, for its channel, or for the person's next one.
 */
bool fo_attempt_waits(const struct fo_engine *engine, const struct fo_attempt *attempt);
/* Whether what it says is over meanwhile, or of an epoch before; news of an end never is. */
bool fo_attempt_moot(const struct fo_engine *engine, const struct fo_attempt *attempt);
/* An attempt that only waits goes no further, and its place is free: a graver page needs it. */
void fo_attempt_give_way(struct fo_engine *engine, struct fo_attempt *attempt);
/* A new attempt, on its way in this step. There must be a free one. */
struct fo_attempt *fo_attempt_make(struct fo_engine *engine, unsigned slot, unsigned person,
                                   uint8_t channel, enum fo_message message);
/* It waits until one of its channel's lines is back, or its channel's hold has passed. */
void fo_attempt_hold(struct fo_engine *engine, struct fo_attempt *attempt);
/* Lets time pass for one attempt; when it wants to be called again. */
fo_us fo_attempt_run(struct fo_engine *engine, unsigned index);
/* The outcome of a notify command; false when the key is of no attempt. */
bool fo_attempt_result(struct fo_engine *engine, const struct fo_result *result);
/* The attempts of the incident in slot to these persons go no further. */
void fo_attempt_stop(struct fo_engine *engine, unsigned slot, uint64_t persons, bool acknowledged);
/* A channel can work, or cannot (any more): what waited for it goes out, and nobody waits for it.
 */
void fo_attempt_channel(struct fo_engine *engine, unsigned channel, bool works);
/* After a start: what has no result is done again with the same key. */
void fo_attempt_boot(struct fo_engine *engine);

#endif
