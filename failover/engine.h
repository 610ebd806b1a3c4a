/* SPDX-License-Identifier: Apache-2.0 */
/* The two doors of the engine. It is a pure function of its state and the event: no clock, no I/O,
 * no allocation, no floating point. monitord, monitorsim and the offline replay call it; it calls
 * nobody. The struct is defined in engine_state.h for its own rooms, for embedding and for tests
 * only. */
#ifndef FAILOVER_ENGINE_H
#define FAILOVER_ENGINE_H

#include "failover/assert.h"
#include "failover/command.h"
#include "failover/event.h"
#include "failover/policy.h"

struct fo_engine;
/* Size for callers that keep the engine on their heap or in an arena. */
size_t fo_engine_size(void);
/* Empty engine for this policy (copied). The first event must be FO_EVENT_BOOT. */
void fo_engine_init(struct fo_engine *engine, const struct fo_policy *policy);
/* One event in; out is overwritten with what must be journalled and done, in order. Never fails: an
 * event that means nothing (unknown key, index out of the policy, person unknown) leaves a record.
 */
void fo_step(struct fo_engine *engine, const struct fo_event *event, struct fo_output *out);
/* When the next FO_EVENT_TICK must be given at the latest; FO_NEVER. */
fo_us fo_next_deadline(const struct fo_engine *engine);

/* ---- durable state ------------------------------------------------------------------------- */
#define FO_SNAPSHOT_MAX 65536
/* Canonical bytes of the durable part (incidents, attempts, plan, blocks, holds, epochs,
 * countdowns): same state, same bytes on every compiler. Returns the length, at most
 * FO_SNAPSHOT_MAX. */
size_t fo_snapshot_encode(const struct fo_engine *engine, fo_us now_us, fo_wall_ms wall_ms,
                          uint8_t *bytes);
/* Into a freshly initialised engine, before FO_EVENT_BOOT. False (engine unchanged) when the bytes
 * are damaged, of another version, or name things the policy does not have. */
bool fo_snapshot_decode(struct fo_engine *engine, const uint8_t *bytes, size_t length);
/* 64-bit hash of the whole engine state (not only the durable part), equal on every compiler. */
uint64_t fo_engine_hash(const struct fo_engine *engine);

#endif
