/* SPDX-License-Identifier: Apache-2.0 */
/* An engine that runs over a recording beside the daemon's own: loaded from an image, stepped
 * behind the guard, dead from its first failed assertion on. It owns the engine and its newest
 * output; replay.c and rehearsal.c compare and look ahead with it. */
#ifndef MONITORD_ENGINE_SIDE_H
#define MONITORD_ENGINE_SIDE_H

#include "failover/engine.h"

#include <stddef.h>

struct md_engine_side {
    struct fo_engine *engine;
    struct fo_output *out; /* of the newest step; empty when it is dead */
    bool alive;            /* since its newest image no assertion of it has failed */
};

/* False without memory; md_engine_side_free in either case. The guard must be installed before the
 * first load (md_guard_install). */
bool md_engine_side_make(struct md_engine_side *side);
void md_engine_side_free(struct md_engine_side *side);
/* Begins anew with this policy, from an image (NULL: from nothing). It is alive if the image was
 * taken over whole. */
void md_engine_side_load(struct md_engine_side *side, const struct fo_policy *policy,
                         const uint8_t *image, size_t length);
/* One event; nothing happens when it is dead. */
void md_engine_side_step(struct md_engine_side *side, const struct fo_event *event);

#endif
