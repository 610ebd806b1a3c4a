/* SPDX-License-Identifier: Apache-2.0 */
/* Steps, copies and restores the engine behind the guard. It owns what a failed assertion leaves
 * behind and decides nothing else; driver.c calls it for every event. */
#include "monitord/engine_host.h"

#include "monitord/log.h"

#include <stdlib.h>
#include <string.h>

bool md_host_init(struct md_engine_host *host, const struct fo_policy *policy, uint64_t boot)
{
    memset(host, 0, sizeof(*host));
    host->policy = policy;
    host->boot = boot;
    host->engine_size = fo_engine_size();
    host->engine = calloc(1, host->engine_size);
    host->last_good = calloc(1, host->engine_size);
    host->out = calloc(1, sizeof(*host->out));
    host->snapshot = malloc(FO_SNAPSHOT_MAX);
    host->view = calloc(1, sizeof(*host->view));
    host->next_us = FO_NEVER;
    if (host->engine == NULL || host->last_good == NULL || host->out == NULL ||
        host->snapshot == NULL || host->view == NULL) {
        md_host_free(host);
        return false;
    }
    return true;
}

void md_host_free(struct md_engine_host *host)
{
    free(host->engine);
    free(host->last_good);
    free(host->out);
    free(host->snapshot);
    free(host->view);
    memset(host, 0, sizeof(*host));
}

struct work {
    struct md_engine_host *host;
    const struct fo_event *event;
    struct fo_view *view;
    fo_us now_us;
    size_t length;
    bool restored;
};

static void do_init(void *context)
{
    struct work *work = context;

    fo_engine_init(work->host->engine, work->host->policy);
}

static void do_restore(void *context)
{
    struct work *work = context;

    do_init(context);
    work->restored = fo_snapshot_decode(work->host->engine, work->host->snapshot, work->length);
}

bool md_host_restore(struct md_engine_host *host, size_t length)
{
    struct work work = {.host = host, .length = length};
    struct md_guard_failure failure;

    if (length > 0 && md_guard_run(do_restore, &work, &failure) && work.restored) {
        return true;
    }
    fo_engine_init(host->engine, host->policy);
    return false;
}

static void do_step(void *context)
{
    struct work *work = context;
    struct md_engine_host *host = work->host;

    if (host->before_step != NULL) {
        host->before_step(host->before_step_context, work->event);
    }
    fo_step(host->engine, work->event, host->out);
    host->next_us = fo_next_deadline(host->engine);
    host->snapshot_length = 0;
    if (host->out->durable) {
        host->snapshot_length = fo_snapshot_encode(host->engine, work->event->now_us,
                                                   work->event->wall_ms, host->snapshot);
    }
}

static void show(struct md_engine_host *host, const struct fo_event *event, enum md_host_seen seen)
{
    if (host->observe != NULL) {
        host->observe(host->observe_context, event, seen);
    }
}

/* One step or none: the copy is what remains of a step that failed half way. */
static bool try_step(struct md_engine_host *host, const struct fo_event *event,
                     struct md_guard_failure *failure)
{
    struct work work = {.host = host, .event = event};

    memcpy(host->last_good, host->engine, host->engine_size);
    if (md_guard_run(do_step, &work, failure)) {
        show(host, event, MD_HOST_SEEN_STEP);
        return true;
    }
    memcpy(host->engine, host->last_good, host->engine_size);
    host->out->command_count = 0;
    host->out->record_count = 0;
    host->snapshot_length = 0;
    host->assertions++;
    show(host, event, MD_HOST_SEEN_FAILED);
    return false;
}

/* Even the copy from before the failing event cannot take the news: start from nothing, so that
 * alarms and pages live; what was open before is in the journal. */
static bool rebuild(struct md_engine_host *host, const struct fo_event *assertion)
{
    struct md_guard_failure failure;
    struct work work = {.host = host};
    struct fo_event boot = {.kind = FO_EVENT_BOOT,
                            .now_us = assertion->now_us,
                            .wall_ms = assertion->wall_ms,
                            .boot = {.boot = host->boot, .same_host_boot = true}};

    if (!md_guard_run(do_init, &work, &failure)) {
        return false;
    }
    show(host, NULL, MD_HOST_SEEN_ANEW);
    return try_step(host, &boot, &failure) && try_step(host, assertion, &failure);
}

static bool too_many(struct md_engine_host *host, fo_us now_us)
{
    if (now_us - host->assertions_since_us > MD_HOST_ASSERTIONS_WINDOW_US) {
        host->assertions_since_us = now_us;
        host->recent_assertions = 0;
    }
    return ++host->recent_assertions > MD_HOST_ASSERTIONS_MAX;
}

static enum md_host_step lose(struct md_engine_host *host)
{
    host->lost = true;
    host->next_us = FO_NEVER;
    host->out->command_count = 0;
    host->out->record_count = 0;
    host->snapshot_length = 0;
    md_log(MD_LOG_ERROR, "engine: given up after %u failed assertions", host->assertions);
    return MD_HOST_LOST;
}

enum md_host_step md_host_step(struct md_engine_host *host, const struct fo_event *event,
                               struct md_guard_failure *failure)
{
    struct md_guard_failure again;
    struct fo_event assertion = {.kind = FO_EVENT_SELF,
                                 .now_us = event->now_us,
                                 .wall_ms = event->wall_ms,
                                 .self = {.kind = FO_SELF_ASSERTION}};

    host->out->command_count = 0;
    host->out->record_count = 0;
    host->snapshot_length = 0;
    if (host->lost || try_step(host, event, failure)) {
        return MD_HOST_STEPPED;
    }
    if (too_many(host, event->now_us) ||
        (!try_step(host, &assertion, &again) && !rebuild(host, &assertion))) {
        return lose(host);
    }
    /* a timer that fails again and again must not spin the loop */
    if (host->next_us < event->now_us + MD_HOST_TICK_PAUSE_US) {
        host->next_us = event->now_us + MD_HOST_TICK_PAUSE_US;
    }
    return MD_HOST_FROZE;
}

static void do_view(void *context)
{
    struct work *work = context;

    fo_view_fill(work->host->engine, work->now_us, work->view);
}

void md_host_view(struct md_engine_host *host, fo_us now_us, struct fo_view *view)
{
    struct work work = {.host = host, .view = view, .now_us = now_us};
    struct md_guard_failure failure;

    if (!host->lost && md_guard_run(do_view, &work, &failure)) {
        *host->view = *view;
        return;
    }
    *view = *host->view;
    view->mode = FO_MODE_FROZEN;
    view->acting = false;
}
