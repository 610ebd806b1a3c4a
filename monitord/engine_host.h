/* SPDX-License-Identifier: Apache-2.0 */
/* The engine in its place in the daemon: its memory, the copy from before each event, its snapshot
 * and its newest view. It carries the house rule for a failed assertion: automatic actions stop,
 * alarms and the screen live on. It neither journals nor acts; the driver does, and is its only
 * caller. */
#ifndef MONITORD_ENGINE_HOST_H
#define MONITORD_ENGINE_HOST_H

#include "failover/engine.h"
#include "failover/view.h"
#include "monitord/engine_guard.h"

#define MD_HOST_ASSERTIONS_MAX 10              /* this many within … */
#define MD_HOST_ASSERTIONS_WINDOW_US FO_MINUTE /* … and the engine is given up */
#define MD_HOST_TICK_PAUSE_US FO_SECOND        /* no tick so soon after a failed assertion */

/* What an observer is told of: every step and everything else that changes the engine. */
enum md_host_seen {
    MD_HOST_SEEN_STEP,
    MD_HOST_SEEN_FAILED, /* an assertion ended the step: the engine is as it was before it */
    MD_HOST_SEEN_ANEW    /* made anew; its BOOT follows. The event is NULL */
};

struct md_engine_host {
    const struct fo_policy *policy;
    uint64_t boot;
    struct fo_engine *engine, *last_good;
    size_t engine_size;
    struct fo_output *out;  /* of the newest step */
    uint8_t *snapshot;      /* FO_SNAPSHOT_MAX bytes */
    size_t snapshot_length; /* > 0: the newest step changed durable state */
    struct fo_view *view;   /* the newest good one */
    fo_us next_us;          /* when a tick is due */
    bool lost;              /* beyond use: no step any more, mode frozen for ever */
    unsigned assertions, recent_assertions;
    fo_us assertions_since_us;
    /* called after each step, also a failed one; NULL nobody */
    void (*observe)(void *context, const struct fo_event *event, enum md_host_seen seen);
    void *observe_context;
    /* for tests: called inside the guard before each step */
    void (*before_step)(void *context, const struct fo_event *event);
    void *before_step_context;
};

/* False when out of memory (nothing to free). policy outlives the host. */
bool md_host_init(struct md_engine_host *host, const struct fo_policy *policy, uint64_t boot);
void md_host_free(struct md_engine_host *host);
/* The engine from `length` bytes in host->snapshot; a fresh one when they are refused (false). */
bool md_host_restore(struct md_engine_host *host, size_t length);

enum md_host_step {
    MD_HOST_STEPPED,
    MD_HOST_FROZE, /* an assertion failed: the event is dropped, the engine knows, out is what it
                      says */
    MD_HOST_LOST   /* … and it cannot even be told; out is empty. Returned once */
};
/* One event; out, snapshot and next_us are those of this step. failure is set unless STEPPED. A
 * lost host steps nothing. */
enum md_host_step md_host_step(struct md_engine_host *host, const struct fo_event *event,
                               struct md_guard_failure *failure);
/* The engine's view as of now_us, or the newest good one in mode frozen. */
void md_host_view(struct md_engine_host *host, fo_us now_us, struct fo_view *view);

#endif
