/* SPDX-License-Identifier: Apache-2.0 */
/* The pump around the engine. It owns the turn of the loop, the order law and what a failed
 * assertion leaves behind; it never decides what to do (failover/) and never does it itself (the
 * acts). */
#include "monitord/driver.h"

#include "failover/assert.h"
#include "monitord/code_names.h"
#include "monitord/driver_step.h"
#include "monitord/journal_read.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void rearm(struct md_driver *driver)
{
    fo_us due_us = driver->host.next_us;
    fo_us budget_us = md_pending_next_us(driver->pending);
    fo_us turn_us = md_clock_next_turn_us(&driver->clock);

    if (budget_us < due_us) {
        due_us = budget_us;
    }
    if (turn_us < due_us) {
        due_us = turn_us;
    }
    md_loop_timer_set(&driver->timer, due_us);
}

/* Looks whether we slept; if so the engine hears it before anything else (lease.md M3). */
static void look_for_stall(struct md_driver *driver)
{
    fo_us now_us = pb_clock_us();
    fo_us gap_us = md_clock_turn(&driver->clock, now_us);
    struct fo_event event = {
        .kind = FO_EVENT_SELF, .now_us = now_us, .self = {.kind = FO_SELF_STALL, .value = gap_us}};

    if (gap_us > 0) {
        md_log(MD_LOG_WARNING, "loop: stood still for %lld ms", (long long)(gap_us / FO_MS));
        md_step_one(driver, &event);
    }
}

static void pump(struct md_driver *driver)
{
    md_step_pump(driver);
    rearm(driver);
}

void md_driver_feed(struct md_driver *driver, const struct fo_event *event)
{
    if (driver->stopping) {
        return;
    }
    if (driver->stepping) {
        md_step_put_off(driver, event);
        return;
    }
    driver->stepping = true;
    look_for_stall(driver);
    md_step_one(driver, event);
    pump(driver);
    driver->stepping = false;
}

void md_driver_result(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
                      unsigned reason, int detail)
{
    md_step_finish(driver, key, outcome, reason, detail);
    if (!driver->stepping && !driver->stopping) {
        driver->stepping = true;
        look_for_stall(driver);
        pump(driver);
        driver->stepping = false;
    }
}

/* ---- orders ---- */

static bool is_change(const struct fo_order *order)
{
    return order->kind >= FO_ORDER_SWITCH;
}

/* The engine refuses in its records. */
static uint16_t refusal_of(const struct fo_output *out)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];

        if (record->reason == FO_REASON_ORDER_REFUSED ||
            record->reason == FO_REASON_ACKNOWLEDGE_IGNORED) {
            return record->why != 0 ? record->why : record->reason;
        }
    }
    return 0;
}

static void note_order(struct md_driver *driver, const struct md_order_note *note)
{
    fo_wall_ms wall_ms = md_wall_now_ms();

    md_step_row(driver, "order", md_order_body(driver->config.site, &driver->book, note, wall_ms),
                wall_ms);
}

uint64_t md_driver_note_order(struct md_driver *driver, const struct md_order_note *note)
{
    note_order(driver, note);
    return md_step_append(driver, 0, md_wall_now_ms());
}

static void take_order(struct md_driver *driver, const struct fo_order *order,
                       struct md_order_note *note, struct md_order_outcome *outcome)
{
    struct fo_event event = {.kind = FO_EVENT_ORDER, .now_us = pb_clock_us(), .order = *order};

    FO_ASSERT(!driver->stepping);
    memset(outcome, 0, sizeof(*outcome));
    note->order = md_order_name(order->kind);
    note->person = order->person;
    note->second = order->second;
    note->incident = order->incident;
    outcome->journal_dead = !md_journal_alive(driver->journal);
    if (is_change(order) && (outcome->journal_dead || driver->host.lost)) {
        outcome->reason = driver->host.lost ? FO_REASON_ENGINE_ASSERTION : FO_REASON_JOURNAL_DEAD;
        note->refused = fo_reason_name(outcome->reason);
        md_driver_note_order(driver, note);
        return;
    }
    driver->stepping = true;
    look_for_stall(driver);
    note_order(driver, note);
    outcome->ticket = md_step_one(driver, &event);
    outcome->reason = refusal_of(driver->host.out);
    outcome->taken = outcome->reason == 0 && !driver->host.lost;
    pump(driver);
    driver->stepping = false;
}

void md_driver_order(struct md_driver *driver, const struct fo_order *order, uint32_t uid,
                     struct md_order_outcome *outcome)
{
    struct md_order_note note = {.uid = uid};

    take_order(driver, order, &note, outcome);
}

void md_driver_answer(struct md_driver *driver, const struct fo_order *order, const char *channel,
                      struct md_order_outcome *outcome)
{
    struct md_order_note note = {.channel = channel};

    take_order(driver, order, &note, outcome);
}

bool md_driver_is_synced(const struct md_driver *driver, uint64_t ticket)
{
    return md_journal_synced_ticket(driver->journal) >= ticket;
}

/* ---- the loop ---- */

static void on_timer(void *context, fo_us due_us)
{
    struct md_driver *driver = context;

    md_clock_note_lag(&driver->clock, due_us, pb_clock_us());
    driver->tick_due = true;
}

/* Timers decide only here, after every socket of this turn has been read (lease.md M3). */
static void on_check(uv_check_t *check)
{
    struct md_driver *driver = check->data;
    struct fo_event tick = {.kind = FO_EVENT_TICK};

    if (driver->stopping) {
        return;
    }
    driver->stepping = true;
    look_for_stall(driver);
    tick.now_us = pb_clock_us();
    if (driver->tick_due && driver->host.next_us <= tick.now_us) {
        md_step_one(driver, &tick);
    }
    driver->tick_due = false;
    pump(driver);
    driver->stepping = false;
}

static fo_us thread_cpu_us(void)
{
    struct timespec used;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0) {
        return 0;
    }
    return (fo_us)used.tv_sec * FO_SECOND + used.tv_nsec / 1000;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct md_driver *driver = prepare->data;

    if (!driver->stopping) {
        md_clock_note_busy(&driver->clock, thread_cpu_us(), pb_clock_us());
        driver->stepping = true;
        look_for_stall(driver);
        pump(driver);
        driver->stepping = false;
    }
}

static void on_synced(void *context, uint64_t ticket)
{
    struct md_driver *driver = context;

    (void)ticket;
    if (!driver->stopping && !driver->stepping) {
        driver->stepping = true;
        pump(driver);
        driver->stepping = false;
        driver->config.acts.synced(driver->config.acts.context);
    }
}

static void on_journal_state(void *context, bool alive)
{
    struct md_driver *driver = context;
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .now_us = pb_clock_us(),
                             .self = {.kind = FO_SELF_JOURNAL, .value = alive ? 1 : 0}};

    md_driver_feed(driver, &event);
}

/* ---- start and stop ---- */

static void observe(void *context, const struct fo_event *event, enum md_host_seen seen)
{
    struct md_driver *driver = context;

    md_recorder_take(driver->recorder, &driver->host, event, seen);
}

static void free_driver(struct md_driver *driver)
{
    md_recorder_stop(driver->recorder);
    md_pending_free(driver->pending);
    md_host_free(&driver->host);
    free(driver);
}

static struct md_driver *allocate(const struct md_driver_config *config)
{
    struct md_driver *driver = calloc(1, sizeof(*driver));

    if (driver == NULL) {
        return NULL;
    }
    driver->config = *config;
    driver->pending = md_pending_new();
    if (driver->pending == NULL ||
        !md_host_init(&driver->host, &config->site->policy, config->boot)) {
        free_driver(driver);
        return NULL;
    }
    driver->host.before_step = config->before_step;
    driver->host.before_step_context = config->test_context;
    driver->host.observe = observe;
    driver->host.observe_context = driver;
    return driver;
}

/* The engine as the newest snapshot has it; says in `detail` what was found. Returns whether this
 * host has not booted since. */
static bool restore(struct md_driver *driver, char *detail, size_t detail_size)
{
    struct md_stored_snapshot about;
    char error[256];
    size_t length = md_journal_snapshot(driver->config.site->state_directory, driver->host.snapshot,
                                        FO_SNAPSHOT_MAX, &about, error, sizeof(error));
    bool restored = md_host_restore(&driver->host, length);

    if (error[0] != '\0') {
        md_log(MD_LOG_ERROR, "journal: snapshot: %s", error);
    }
    if (restored) {
        snprintf(detail, detail_size, "restored from row %llu", (unsigned long long)about.seq);
    } else {
        snprintf(detail, detail_size, "%s", length > 0 ? "snapshot refused" : "no snapshot");
    }
    return restored && strcmp(about.host_boot, driver->config.host_boot) == 0;
}

void md_driver_view(struct md_driver *driver, struct fo_view *view)
{
    fo_us now_us = pb_clock_us();

    md_host_view(&driver->host, now_us < driver->now_us ? driver->now_us : now_us, view);
}

static void start_handles(struct md_driver *driver)
{
    uv_prepare_init(driver->config.loop, &driver->prepare);
    uv_check_init(driver->config.loop, &driver->check);
    driver->prepare.data = driver;
    driver->check.data = driver;
    uv_prepare_start(&driver->prepare, on_prepare);
    uv_check_start(&driver->check, on_check);
    driver->handles_open = 3;
}

static void boot(struct md_driver *driver, bool same_host_boot, const char *detail)
{
    struct fo_event event = {
        .kind = FO_EVENT_BOOT,
        .now_us = pb_clock_us(),
        .boot = {.boot = driver->config.boot, .same_host_boot = same_host_boot}};

    driver->stepping = true;
    driver->now_us = event.now_us;
    md_step_row(driver, "start", md_note_body("start", detail), md_wall_now_ms());
    md_step_one(driver, &event);
    pump(driver);
    driver->stepping = false;
}

struct md_driver *md_driver_start(const struct md_driver_config *config, char *error,
                                  size_t error_size)
{
    struct md_driver *driver = allocate(config);
    struct md_journal_config journal = {.directory = config->site->state_directory,
                                        .site_name = config->site->name,
                                        .boot = config->boot,
                                        .host_boot = config->host_boot,
                                        .synced = on_synced,
                                        .state = on_journal_state,
                                        .context = driver,
                                        .before_commit = config->before_commit,
                                        .before_commit_context = config->test_context};
    char detail[128];
    bool same_host_boot;

    if (driver == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    md_guard_install();
    driver->recorder = md_recorder_start(config->site, config->boot);
    md_clock_init(&driver->clock, config->site->policy.stall_us, pb_clock_us());
    same_host_boot = restore(driver, detail, sizeof(detail));
    driver->journal = md_journal_start(config->loop, &journal, error, error_size);
    if (driver->journal == NULL) {
        free_driver(driver);
        return NULL;
    }
    if (md_loop_timer_init(config->loop, &driver->timer, on_timer, driver) != 0) {
        snprintf(error, error_size, "no timer");
        md_journal_stop(driver->journal);
        free_driver(driver);
        return NULL;
    }
    start_handles(driver);
    md_recorder_begin(driver->recorder, &driver->host, pb_clock_us(), md_wall_now_ms());
    md_log(MD_LOG_NOTICE, "engine: %s", detail);
    boot(driver, same_host_boot, detail);
    return driver;
}

void md_driver_facts(struct md_driver *driver, struct md_driver_facts *facts)
{
    fo_us now_us = pb_clock_us();
    fo_us lag_us = md_journal_lag_us(driver->journal, now_us);
    fo_us latency_us = md_journal_latency_us(driver->journal);

    md_journal_check(driver->journal, now_us);
    facts->lag_us = md_clock_lag_us(&driver->clock);
    facts->lag_p999_us = md_clock_lag_p999_us(&driver->clock);
    facts->busy_us = md_clock_busy_us(&driver->clock);
    facts->journal_lag_us = lag_us > latency_us ? lag_us : latency_us;
    facts->stalls = (fo_us)driver->clock.stalls;
    facts->last_step_us = driver->last_step_us;
    facts->journal_alive = md_journal_alive(driver->journal);
    facts->engine_lost = driver->host.lost;
    facts->assertions = driver->host.assertions;
    facts->steps = driver->steps;
    facts->waiting = md_pending_count(driver->pending);
    md_recorder_facts(driver->recorder, &facts->recorder);
}

void md_driver_log_anchor(struct md_driver *driver)
{
    char hex[65];
    uint64_t seq = md_journal_anchor(driver->journal, hex);

    md_log(MD_LOG_NOTICE, "journal: anchor row=%llu hash=%s", (unsigned long long)seq, hex);
}

static void on_handle_closed(struct md_driver *driver)
{
    void (*done)(void *) = driver->done;
    void *context = driver->done_context;

    if (--driver->handles_open > 0) {
        return;
    }
    free_driver(driver);
    if (done != NULL) {
        done(context);
    }
}

static void on_closed(uv_handle_t *handle)
{
    on_handle_closed(handle->data);
}

static void on_timer_closed(void *context)
{
    on_handle_closed(context);
}

void md_driver_stop(struct md_driver *driver, const char *why, void (*done)(void *context),
                    void *context)
{
    driver->stopping = true;
    driver->done = done;
    driver->done_context = context;
    driver->now_us = pb_clock_us();
    md_step_row(driver, "stop", md_note_body("stop", why), md_wall_now_ms());
    md_step_append(driver, 0, md_wall_now_ms());
    md_journal_stop(driver->journal);
    uv_close((uv_handle_t *)&driver->prepare, on_closed);
    uv_close((uv_handle_t *)&driver->check, on_closed);
    md_loop_timer_close(&driver->timer, on_timer_closed);
}
