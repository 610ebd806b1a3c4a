/* SPDX-License-Identifier: Apache-2.0 */
/* What a recording is made of, as canonical bytes: the whole engine, its policy, one event, and a
 * hash of what a step said. The recorder of the daemon writes them and the replay reads them back,
 * on any machine and by any compiler. No sum and no version of their own: the recording has both.
 * It holds no name and no address, because the engine has none. */
#ifndef FAILOVER_IMAGE_H
#define FAILOVER_IMAGE_H

#include "failover/engine.h"

#define FO_IMAGE_MAX 131072 /* bytes of a whole engine, all incidents and attempts in use */
#define FO_POLICY_BYTES_MAX 32768
#define FO_EVENT_BYTES_MAX 1024

/* Every field of the engine that is not its policy or follows from it; returns the length. Not
 * within a step. */
size_t fo_image_encode(const struct fo_engine *engine, uint8_t bytes[FO_IMAGE_MAX]);
/* Into a freshly initialised engine, which then goes on where the other was: the same events give
 * the same hashes when the policy is the same. The policy may be another one as long as it has all
 * the things that the bytes name. False (engine unchanged) when it has not, or the bytes are
 * damaged. */
bool fo_image_decode(struct fo_engine *engine, const uint8_t *bytes, size_t length);

size_t fo_policy_encode(const struct fo_policy *policy, uint8_t bytes[FO_POLICY_BYTES_MAX]);
/* False (policy worthless) when the bytes are no valid policy. */
bool fo_policy_decode(struct fo_policy *policy, const uint8_t *bytes, size_t length);

/* 0 for an event of no known kind, or with more values than a reading may have. */
size_t fo_event_encode(const struct fo_event *event, uint8_t bytes[FO_EVENT_BYTES_MAX]);
/* False (event worthless) when the bytes are no event. What it names may still be unknown to the
 * policy: fo_step says so. */
bool fo_event_decode(struct fo_event *event, const uint8_t *bytes, size_t length);

/* 64-bit hash of all commands and records of a step, equal on every compiler. */
uint64_t fo_output_hash(const struct fo_output *out);

#endif
