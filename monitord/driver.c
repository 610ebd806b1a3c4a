/* SPDX-License-Identifier: Apache-2.0 */
/* The pump around the engine. It owns the turn of the loop, the order law and what a failed
 * assertion leaves behind; it never decides what to do (failover/) and never does it itself (the
 * acts). */
#include "monitord/driver.h"

#include "failover/assert.h"
#include "monitord/code_names.h"
#include "monitord/engine_host.h"
#include "monitord/key_ledger.h"
#include "monitord/log.h"
#include "monitord/loop_timer.h"
#include "monitord/pending.h"
#include "monitord/record_json.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_EVENTS_MAX 64    /* fed from within an act */
#define WAITING_RESULTS_MAX 1024 /* > MD_LEDGER_RUNNING_MAX + FO_COMMANDS_MAX */
#define ROWS_MAX (FO_RECORDS_MAX + FO_COMMANDS_MAX + 4)

struct md_driver {
    struct md_driver_config config;
    struct md_journal *journal;
    struct md_engine_host host;
    fo_us now_us, last_step_us;
    uint64_t steps;

    struct md_clock clock;
    struct md_loop_timer timer;
    uv_prepare_t prepare;
    uv_check_t check;
    bool tick_due, stepping, stopping;

    struct md_incident_book book;
    struct md_key_ledger keys;
    struct md_pending *pending;
    struct fo_event events[WAITING_EVENTS_MAX]; /* ring */
    unsigned event_first, event_count;
    struct fo_result results[WAITING_RESULTS_MAX]; /* ring */
    unsigned result_first, result_count;

    struct md_journal_row rows[ROWS_MAX]; /* of the step under way */
    unsigned row_count;
    unsigned handles_open;
    void (*done)(void *context);
    void *done_context;
};

static void pump(struct md_driver *driver);

/* ---- rows of the present step -------------------------------------------------------------------
 */

static void add_row(struct md_driver *driver, const char *kind, char *body, fo_wall_ms wall_ms)
{
    struct md_journal_row *row;

    if (body == NULL || driver->row_count == ROWS_MAX) {
        md_log(MD_LOG_ERROR, "journal: a row of kind %s could not be made", kind);
        free(body);
        return;
    }
    row = &driver->rows[driver->row_count++];
    row->kind = kind;
    row->body = body;
    row->at_us = driver->now_us;
    row->wall_ms = wall_ms;
}

static uint64_t append_rows(struct md_driver *driver, size_t snapshot_length, fo_wall_ms wall_ms)
{
    uint64_t ticket =
        md_journal_append(driver->journal, driver->rows, driver->row_count, driver->host.snapshot,
                          snapshot_length, driver->now_us, wall_ms);

    driver->row_count = 0;
    return ticket;
}

static bool goes_at_once(const struct fo_command *command)
{
    return command->kind == FO_COMMAND_SEND || command->kind == FO_COMMAND_POLL;
}

/* ---- acting
 * --------------------------------------------------------------------------------------- */

static void queue_event(struct md_driver *driver, const struct fo_event *event)
{
    if (driver->event_count == WAITING_EVENTS_MAX) {
        md_log(MD_LOG_ERROR, "driver: an event of kind %u was dropped", event->kind);
        return;
    }
    driver->events[(driver->event_first + driver->event_count++) % WAITING_EVENTS_MAX] = *event;
}

static void queue_result(struct md_driver *driver, const struct fo_result *result)
{
    FO_ASSERT(driver->result_count < WAITING_RESULTS_MAX);
    driver->results[(driver->result_first + driver->result_count++) % WAITING_RESULTS_MAX] =
        *result;
}

/* The next put-off event, results first; false when there is none. */
static bool take_waiting(struct md_driver *driver, struct fo_event *event)
{
    if (driver->result_count > 0) {
        *event = (struct fo_event){.kind = FO_EVENT_RESULT,
                                   .now_us = pb_clock_us(),
                                   .result = driver->results[driver->result_first]};
        driver->result_first = (driver->result_first + 1) % WAITING_RESULTS_MAX;
        driver->result_count--;
        return true;
    }
    if (driver->event_count > 0) {
        *event = driver->events[driver->event_first];
        driver->event_first = (driver->event_first + 1) % WAITING_EVENTS_MAX;
        driver->event_count--;
        return true;
    }
    return false;
}

static void finish(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
                   unsigned reason, int detail)
{
    struct fo_result result = {
        .key = key, .outcome = (uint8_t)outcome, .reason = (uint16_t)reason, .detail = detail};

    if (md_key_end(&driver->keys, &result)) {
        queue_result(driver, &result);
    }
}

/* The disk is dead or too late: what availability demands goes on, what can wait for people does
 * not. */
static void act_unsynced(struct md_driver *driver, const struct fo_command *command)
{
    switch (command->kind) {
        case FO_COMMAND_CHOOSE:
            finish(driver, command->key, FO_OUTCOME_UNJOURNALLED, FO_REASON_JOURNAL_DEAD, 0);
            break;
        case FO_COMMAND_NOTIFY:
            driver->config.acts.notify(driver->config.acts.context, command);
            break;
        default:
            finish(driver, command->key, FO_OUTCOME_FAILED, FO_REASON_BLOCKED_JOURNAL, 0);
            break;
    }
}

static void act_synced(struct md_driver *driver, const struct md_pending_command *waited)
{
    const struct md_acts *acts = &driver->config.acts;
    const struct fo_command *command = &waited->command;

    /* the order law: what is done is on disk */
    FO_ASSERT(waited->ticket != 0);
    FO_ASSERT(waited->ticket <= md_journal_synced_ticket(driver->journal));

    switch (command->kind) {
        case FO_COMMAND_CHOOSE:
            finish(driver, command->key, FO_OUTCOME_DONE, FO_REASON_NONE, 0);
            break;
        case FO_COMMAND_NOTIFY:
            acts->notify(acts->context, command);
            break;
        case FO_COMMAND_FENCE:
            acts->fence(acts->context, command);
            break;
        case FO_COMMAND_ROUTE:
            acts->route(acts->context, command);
            break;
        default:
            finish(driver, command->key, FO_OUTCOME_FAILED, FO_REASON_NONE, command->kind);
            break;
    }
}

static void act_on_pending(struct md_driver *driver)
{
    struct md_pending_command waited;

    while (md_pending_take_synced(driver->pending, md_journal_synced_ticket(driver->journal),
                                  &waited)) {
        act_synced(driver, &waited);
    }
    while (md_pending_take_overdue(driver->pending, pb_clock_us(), &waited)) {
        act_unsynced(driver, &waited.command);
    }
    while (!md_journal_alive(driver->journal) && md_pending_take(driver->pending, &waited)) {
        act_unsynced(driver, &waited.command);
    }
}

static void await_sync(struct md_driver *driver, const struct fo_command *command, uint64_t ticket)
{
    struct fo_result earlier;
    fo_us until_us = command->kind == FO_COMMAND_CHOOSE
                         ? driver->now_us + driver->config.site->policy.choose_budget_us
                         : FO_NEVER;

    switch (md_key_begin(&driver->keys, command->key, &earlier)) {
        case MD_KEY_NEW:
            break;
        case MD_KEY_RUNNING:
            return;
        case MD_KEY_FINISHED:
            queue_result(driver, &earlier);
            return;
        case MD_KEY_NO_ROOM:
        default:
            earlier = (struct fo_result){.key = command->key, .outcome = FO_OUTCOME_RETRY};
            queue_result(driver, &earlier);
            return;
    }
    if (ticket == 0) {
        act_unsynced(driver, command); /* the journal had no room for it */
    } else if (!md_pending_add(driver->pending, ticket, until_us, command)) {
        md_log(MD_LOG_ERROR, "driver: too many commands wait for the journal");
        act_unsynced(driver, command);
    }
}

/* ---- one event
 * -------------------------------------------------------------------------------------- */

static void note_incidents(struct md_driver *driver, fo_wall_ms wall_ms)
{
    const struct fo_output *out = driver->host.out;

    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == FO_REASON_INCIDENT_OPENED) {
            md_incident_note(&driver->book, out->records[i].incident, wall_ms);
        }
    }
}

/* Journals what the step said; returns the ticket, 0 when there was nothing to keep. */
static uint64_t journal_output(struct md_driver *driver, fo_wall_ms wall_ms)
{
    const struct site *site = driver->config.site;
    const struct fo_output *out = driver->host.out;

    note_incidents(driver, wall_ms);
    for (uint32_t i = 0; i < out->record_count; i++) {
        add_row(driver, "record", md_record_body(site, &driver->book, &out->records[i], wall_ms),
                wall_ms);
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (!goes_at_once(&out->commands[i])) {
            add_row(driver, "command",
                    md_command_body(site, &driver->book, &out->commands[i], wall_ms), wall_ms);
        }
    }
    if (driver->row_count == 0 && driver->host.snapshot_length == 0) {
        return 0;
    }
    return append_rows(driver, driver->host.snapshot_length, wall_ms);
}

static void send_at_once(struct md_driver *driver)
{
    const struct md_acts *acts = &driver->config.acts;

    for (uint32_t i = 0; i < driver->host.out->command_count; i++) {
        const struct fo_command *command = &driver->host.out->commands[i];

        if (command->kind == FO_COMMAND_SEND) {
            acts->send(acts->context, &command->datagram);
        } else if (command->kind == FO_COMMAND_POLL) {
            acts->poll(acts->context, command->device);
        }
    }
}

/* What an assertion left behind: a row, and people called by hand when the engine cannot. */
static void after_assertion(struct md_driver *driver, const struct fo_event *event,
                            const struct md_guard_failure *failure, enum md_host_step how)
{
    char detail[300];

    snprintf(detail, sizeof(detail), "%s:%d: %s (event kind %u)%s", failure->file, failure->line,
             failure->text, event->kind, how == MD_HOST_LOST ? "; engine given up" : "");
    add_row(driver, "alarm", md_note_body(fo_reason_name(FO_REASON_ENGINE_ASSERTION), detail),
            event->wall_ms);
    if (how == MD_HOST_LOST) {
        driver->config.acts.engine_lost(driver->config.acts.context);
    }
}

/* Steps one event and carries its output out. Returns the journal's ticket, 0 when nothing was
 * kept. */
static uint64_t step(struct md_driver *driver, const struct fo_event *event)
{
    struct md_guard_failure failure;
    const struct fo_output *out = driver->host.out;
    enum md_host_step how;
    uint64_t ticket;

    if (event->kind == FO_EVENT_RESULT) {
        add_row(driver, "result", md_result_body(&event->result), event->wall_ms);
    }
    how = md_host_step(&driver->host, event, &failure);
    if (how != MD_HOST_STEPPED) {
        after_assertion(driver, event, &failure, how);
    }
    send_at_once(driver);
    ticket = journal_output(driver, event->wall_ms);
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (!goes_at_once(&out->commands[i])) {
            await_sync(driver, &out->commands[i], ticket);
        }
    }
    driver->steps++;
    driver->last_step_us = driver->now_us;
    if (out->record_count > 0 || how != MD_HOST_STEPPED) {
        driver->config.acts.changed(driver->config.acts.context);
    }
    return ticket;
}

static uint64_t step_one(struct md_driver *driver, const struct fo_event *event)
{
    struct fo_event stamped = *event;

    if (stamped.now_us < driver->now_us) {
        stamped.now_us = driver->now_us;
    }
    driver->now_us = stamped.now_us;
    if (stamped.wall_ms == 0) {
        stamped.wall_ms = md_wall_now_ms();
    }
    return step(driver, &stamped);
}

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
        step_one(driver, &event);
    }
}

/* Everything that is due now: commands whose batch is on disk, their results, put-off events, until
 * quiet. */
static void pump(struct md_driver *driver)
{
    struct fo_event event;

    act_on_pending(driver);
    while (take_waiting(driver, &event)) {
        step_one(driver, &event);
        act_on_pending(driver);
    }
    rearm(driver);
}

void md_driver_feed(struct md_driver *driver, const struct fo_event *event)
{
    if (driver->stopping) {
        return;
    }
    if (driver->stepping) {
        queue_event(driver, event);
        return;
    }
    driver->stepping = true;
    look_for_stall(driver);
    step_one(driver, event);
    pump(driver);
    driver->stepping = false;
}

void md_driver_result(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
                      unsigned reason, int detail)
{
    finish(driver, key, outcome, reason, detail);
    if (!driver->stepping && !driver->stopping) {
        driver->stepping = true;
        look_for_stall(driver);
        pump(driver);
        driver->stepping = false;
    }
}

/* ---- orders
 * ------------------------------------------------------------------------------------------- */

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

    add_row(driver, "order", md_order_body(driver->config.site, &driver->book, note, wall_ms),
            wall_ms);
}

void md_driver_order(struct md_driver *driver, const struct fo_order *order, uint32_t uid,
                     struct md_order_outcome *outcome)
{
    struct fo_event event = {.kind = FO_EVENT_ORDER, .now_us = pb_clock_us(), .order = *order};
    struct md_order_note note = {.order = md_order_name(order->kind),
                                 .person = order->person,
                                 .uid = uid,
                                 .incident = order->incident};

    FO_ASSERT(!driver->stepping);
    memset(outcome, 0, sizeof(*outcome));
    outcome->journal_dead = !md_journal_alive(driver->journal);
    if (is_change(order) && (outcome->journal_dead || driver->host.lost)) {
        outcome->reason = driver->host.lost ? FO_REASON_ENGINE_ASSERTION : FO_REASON_JOURNAL_DEAD;
        md_driver_note_refusal(driver, note.order, order->person, uid, order->incident,
                               fo_reason_name(outcome->reason));
        return;
    }
    driver->stepping = true;
    look_for_stall(driver);
    note_order(driver, &note);
    outcome->ticket = step_one(driver, &event);
    outcome->reason = refusal_of(driver->host.out);
    outcome->taken = outcome->reason == 0 && !driver->host.lost;
    pump(driver);
    driver->stepping = false;
}

void md_driver_note_refusal(struct md_driver *driver, const char *order, uint8_t person,
                            uint32_t uid, uint32_t incident, const char *code)
{
    struct md_order_note note = {
        .order = order, .refused = code, .person = person, .uid = uid, .incident = incident};

    note_order(driver, &note);
    append_rows(driver, 0, md_wall_now_ms());
}

bool md_driver_is_synced(const struct md_driver *driver, uint64_t ticket)
{
    return md_journal_synced_ticket(driver->journal) >= ticket;
}

/* ---- the loop
 * ------------------------------------------------------------------------------------------ */

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
        step_one(driver, &tick);
    }
    driver->tick_due = false;
    pump(driver);
    driver->stepping = false;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct md_driver *driver = prepare->data;

    if (!driver->stopping) {
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

/* ---- start and stop
 * -------------------------------------------------------------------------------------- */

static void free_driver(struct md_driver *driver)
{
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

/* Names of incidents that were open before this start. */
static void note_restored_incidents(struct md_driver *driver, fo_us now_us)
{
    struct fo_view *view = calloc(1, sizeof(*view));

    if (view == NULL) {
        return;
    }
    md_host_view(&driver->host, now_us, view);
    for (unsigned i = 0; i < view->incident_count; i++) {
        md_incident_note(&driver->book, view->incidents[i].number,
                         view->incidents[i].opened_wall_ms);
    }
    free(view);
}

static void boot(struct md_driver *driver, bool same_host_boot, const char *detail)
{
    struct fo_event event = {
        .kind = FO_EVENT_BOOT,
        .now_us = pb_clock_us(),
        .boot = {.boot = driver->config.boot, .same_host_boot = same_host_boot}};

    driver->stepping = true;
    note_restored_incidents(driver, event.now_us);
    driver->now_us = event.now_us;
    add_row(driver, "start", md_note_body("start", detail), md_wall_now_ms());
    step_one(driver, &event);
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
    facts->journal_lag_us = lag_us > latency_us ? lag_us : latency_us;
    facts->stalls = (fo_us)driver->clock.stalls;
    facts->last_step_us = driver->last_step_us;
    facts->journal_alive = md_journal_alive(driver->journal);
    facts->engine_lost = driver->host.lost;
    facts->assertions = driver->host.assertions;
    facts->steps = driver->steps;
    facts->waiting = md_pending_count(driver->pending);
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
    add_row(driver, "stop", md_note_body("stop", why), md_wall_now_ms());
    append_rows(driver, 0, md_wall_now_ms());
    md_journal_stop(driver->journal);
    uv_close((uv_handle_t *)&driver->prepare, on_closed);
    uv_close((uv_handle_t *)&driver->check, on_closed);
    md_loop_timer_close(&driver->timer, on_timer_closed);
}
