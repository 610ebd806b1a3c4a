/* SPDX-License-Identifier: Apache-2.0 */
/* Fencing: what a proof means to the lease core, and the fencing after a takeover (lease first,
 * then fence), a best effort that no plan waits for. switchover.c calls it. */
#ifndef FAILOVER_FENCE_H
#define FAILOVER_FENCE_H

#include "failover/engine_state.h"

/* The lease has moved away from `server`: turn it off as well, if this site fences but does not
 * demand the proof first. */
void fo_fence_after(struct fo_engine *engine, uint8_t server);
/* Sends the command, gives up at its deadline; when it wants to be called again. */
fo_us fo_fence_run(struct fo_engine *engine);
/* Outcome of that command; false when the key is not of it. */
bool fo_fence_result(struct fo_engine *engine, const struct fo_result *result);
/* The process of a server that a fencing begun now would prove off; 0 when none has been heard. */
uint64_t fo_fence_process(const struct fo_engine *engine, uint8_t server);
/* Records the outcome of any fencing; a proof about `boot` goes to the lease core (V6). False when
 * it is no proof, or when another process of that server has been heard since the fencing began: of
 * that one nothing is proven. */
bool fo_fence_told(struct fo_engine *engine, uint8_t server, uint64_t boot,
                   const struct fo_result *result);
/* Automatic actions stop: what has not gone out does not. */
void fo_fence_freeze(struct fo_engine *engine);
/* After a start: no result is known, the same key again. */
void fo_fence_boot(struct fo_engine *engine);

#endif
