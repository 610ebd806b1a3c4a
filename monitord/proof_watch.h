/* SPDX-License-Identifier: Apache-2.0 */
/* Looks into the journal a few times a day whether everybody on the drill list has been shown to be
 * reachable, and says to the engine who has not. Reading is done beside the loop. It owns the
 * rhythm; what counts as proof is proof.h's. The chores of each second run it. */
#ifndef MONITORD_PROOF_WATCH_H
#define MONITORD_PROOF_WATCH_H

#include "config/site.h"
#include "failover/event.h"

#include <uv.h>

struct md_proof_watch;
/* NULL when out of memory. feed takes events for the engine; it is never called after a stop. */
struct md_proof_watch *md_proof_watch_start(uv_loop_t *loop, const struct site *site,
                                            void (*feed)(void *context,
                                                         const struct fo_event *event),
                                            void *context);
/* Once a second. */
void md_proof_watch_round(struct md_proof_watch *watch, fo_us now_us);
/* Nothing is said any more; the memory goes when what is being read has been. NULL is allowed. */
void md_proof_watch_stop(struct md_proof_watch *watch);

#endif
