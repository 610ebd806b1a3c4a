/* SPDX-License-Identifier: Apache-2.0 */
/* One event and all that follows: step, journal, sync, act, result. It owns the order law and the
 * batch of rows of a step; it never decides what to do (failover/) and never does it itself (the
 * acts). */
#include "monitord/driver_step.h"

#include "failover/assert.h"
#include "monitord/code_names.h"
#include "monitord/incident_name.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows of the present step ---- */

void md_step_row(struct md_driver *driver, const char *kind, char *body, fo_wall_ms wall_ms)
{
    struct md_journal_row *row;

    if (body == NULL || driver->row_count == MD_STEP_ROWS_MAX) {
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

uint64_t md_step_append(struct md_driver *driver, size_t snapshot_length, fo_wall_ms wall_ms)
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

/* ---- acting ---- */

void md_step_put_off(struct md_driver *driver, const struct fo_event *event)
{
    if (driver->event_count == MD_WAITING_EVENTS_MAX) {
        md_log(MD_LOG_ERROR, "driver: an event of kind %u was dropped", event->kind);
        return;
    }
    driver->events[(driver->event_first + driver->event_count++) % MD_WAITING_EVENTS_MAX] = *event;
}

static void queue_result(struct md_driver *driver, const struct fo_result *result)
{
    FO_ASSERT(driver->result_count < MD_WAITING_RESULTS_MAX);
    driver->results[(driver->result_first + driver->result_count++) % MD_WAITING_RESULTS_MAX] =
        *result;
}

/* The next put-off event, results first; false when there is none. */
static bool take_waiting(struct md_driver *driver, struct fo_event *event)
{
    if (driver->result_count > 0) {
        *event = (struct fo_event){.kind = FO_EVENT_RESULT,
                                   .now_us = pb_clock_us(),
                                   .result = driver->results[driver->result_first]};
        driver->result_first = (driver->result_first + 1) % MD_WAITING_RESULTS_MAX;
        driver->result_count--;
        return true;
    }
    if (driver->event_count > 0) {
        *event = driver->events[driver->event_first];
        driver->event_first = (driver->event_first + 1) % MD_WAITING_EVENTS_MAX;
        driver->event_count--;
        return true;
    }
    return false;
}

void md_step_finish(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
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
            md_step_finish(driver, command->key, FO_OUTCOME_UNJOURNALLED, FO_REASON_JOURNAL_DEAD,
                           0);
            break;
        case FO_COMMAND_NOTIFY:
            driver->config.acts.notify(driver->config.acts.context, command);
            break;
        default:
            md_step_finish(driver, command->key, FO_OUTCOME_FAILED, FO_REASON_BLOCKED_JOURNAL, 0);
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
            md_step_finish(driver, command->key, FO_OUTCOME_DONE, FO_REASON_NONE, 0);
            break;
        case FO_COMMAND_NOTIFY:
            acts->notify(acts->context, command);
            break;
        case FO_COMMAND_FENCE:
        case FO_COMMAND_ROUTE:
        case FO_COMMAND_SHED:
        case FO_COMMAND_RESTORE:
        case FO_COMMAND_PROMOTE:
        case FO_COMMAND_DEMOTE:
            if (md_pending_is_late(waited, pb_clock_us())) {
                act_unsynced(driver, command);
            } else {
                acts->execute(acts->context, command);
            }
            break;
        default:
            md_step_finish(driver, command->key, FO_OUTCOME_FAILED, FO_REASON_NONE, command->kind);
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

/* A page is wanted however late it is. */
static fo_us may_begin_until_us(const struct md_driver *driver, const struct fo_command *command)
{
    switch (command->kind) {
        case FO_COMMAND_CHOOSE:
            return driver->now_us + driver->config.site->policy.choose_budget_us;
        case FO_COMMAND_NOTIFY:
            return FO_NEVER;
        default:
            return command->deadline_us;
    }
}

static void await_sync(struct md_driver *driver, const struct fo_command *command, uint64_t ticket)
{
    struct fo_result earlier;
    fo_us until_us = may_begin_until_us(driver, command);

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

/* ---- one event ---- */

/* What opens has a name from now on, and the recorder holds its stretch until it is closed. */
static void note_incidents(struct md_driver *driver, fo_wall_ms wall_ms)
{
    const struct fo_output *out = driver->host.out;
    char id[MD_INCIDENT_NAME_SIZE];

    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];

        if (record->reason == FO_REASON_INCIDENT_OPENED) {
            md_incident_book_note(&driver->book, record->incident, wall_ms);
            md_incident_book_name(&driver->book, driver->config.site, record->incident, wall_ms,
                                  id);
            md_recorder_pin(driver->recorder, id);
        } else if (record->reason == FO_REASON_INCIDENT_CLOSED) {
            md_incident_book_name(&driver->book, driver->config.site, record->incident, wall_ms,
                                  id);
            md_recorder_unpin(driver->recorder, id);
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
        md_step_row(driver, "record",
                    md_record_body(site, &driver->book, &out->records[i], wall_ms), wall_ms);
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (!goes_at_once(&out->commands[i])) {
            md_step_row(driver, "command",
                        md_command_body(site, &driver->book, &out->commands[i], wall_ms), wall_ms);
        }
    }
    if (driver->row_count == 0 && driver->host.snapshot_length == 0) {
        return 0;
    }
    return md_step_append(driver, driver->host.snapshot_length, wall_ms);
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

/* Names and recordings of incidents that were open before this start. */
static void note_restored_incidents(struct md_driver *driver)
{
    struct fo_view *view = calloc(1, sizeof(*view));
    char id[MD_INCIDENT_NAME_SIZE];

    if (view == NULL) {
        return;
    }
    md_host_view(&driver->host, driver->now_us, view);
    for (unsigned i = 0; i < view->incident_count; i++) {
        const struct fo_view_incident *incident = &view->incidents[i];

        md_incident_book_note(&driver->book, incident->number, incident->opened_wall_ms);
        md_incident_book_name(&driver->book, driver->config.site, incident->number,
                              incident->opened_wall_ms, id);
        md_recorder_pin(driver->recorder, id);
    }
    md_recorder_settle(driver->recorder);
    free(view);
}

/* What an assertion left behind: a row, and people called by hand when the engine cannot. */
static void after_assertion(struct md_driver *driver, const struct fo_event *event,
                            const struct md_guard_failure *failure, enum md_host_step how)
{
    char detail[300];

    snprintf(detail, sizeof(detail), "%s:%d: %s (event kind %u)%s", failure->file, failure->line,
             failure->text, event->kind, how == MD_HOST_LOST ? "; engine given up" : "");
    md_step_row(driver, "alarm", md_note_body(fo_reason_name(FO_REASON_ENGINE_ASSERTION), detail),
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
        md_step_row(driver, "result", md_result_body(&event->result), event->wall_ms);
    }
    how = md_host_step(&driver->host, event, &failure);
    if (how != MD_HOST_STEPPED) {
        after_assertion(driver, event, &failure, how);
    }
    if (event->kind == FO_EVENT_BOOT) {
        note_restored_incidents(driver);
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

uint64_t md_step_one(struct md_driver *driver, const struct fo_event *event)
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

void md_step_pump(struct md_driver *driver)
{
    struct fo_event event;

    act_on_pending(driver);
    while (take_waiting(driver, &event)) {
        md_step_one(driver, &event);
        act_on_pending(driver);
    }
}
