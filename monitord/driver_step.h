/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the driver: its whole state, one step with everything that follows from it, and the
 * order law. driver.c alone includes it; it keeps the turn of the loop, the orders of people and
 * the life of the whole. */
#ifndef MONITORD_DRIVER_STEP_H
#define MONITORD_DRIVER_STEP_H

#include "monitord/acts.h"
#include "monitord/clock.h"
#include "monitord/engine_host.h"
#include "monitord/journal.h"
#include "monitord/key_ledger.h"
#include "monitord/loop_timer.h"
#include "monitord/pending.h"
#include "monitord/recorder.h"
#include "monitord/record_json.h"

#define MD_WAITING_EVENTS_MAX 64    /* fed from within an act */
#define MD_WAITING_RESULTS_MAX 1024 /* > MD_LEDGER_RUNNING_MAX + FO_COMMANDS_MAX */
#define MD_STEP_ROWS_MAX (FO_RECORDS_MAX + FO_COMMANDS_MAX + 4)

struct md_driver {
    struct md_driver_config config;
    struct md_journal *journal;
    struct md_engine_host host;
    struct md_recorder *recorder; /* NULL: none */
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
    struct fo_event events[MD_WAITING_EVENTS_MAX]; /* ring */
    unsigned event_first, event_count;
    struct fo_result results[MD_WAITING_RESULTS_MAX]; /* ring */
    unsigned result_first, result_count;

    struct md_journal_row rows[MD_STEP_ROWS_MAX]; /* of the step under way */
    unsigned row_count;
    unsigned handles_open;
    void (*done)(void *context);
    void *done_context;
};

/* Adds a row to the batch of the step under way; body is taken over (NULL: out of memory, logged).
 */
void md_step_row(struct md_driver *driver, const char *kind, char *body, fo_wall_ms wall_ms);
/* Hands the rows to the journal with the first snapshot_length bytes of the host's snapshot.
 * Ticket, or 0 when the journal has no room. */
uint64_t md_step_append(struct md_driver *driver, size_t snapshot_length, fo_wall_ms wall_ms);
/* Steps one event (raised to the newest time seen), journals what it said, sends what goes at once
 * and puts the rest behind the journal. Ticket, 0 when nothing was kept. */
uint64_t md_step_one(struct md_driver *driver, const struct fo_event *event);
/* Everything that is due: commands whose batch is on disk, their results, put-off events, until
 * quiet. */
void md_step_pump(struct md_driver *driver);
/* Puts an event off until the step under way is over. */
void md_step_put_off(struct md_driver *driver, const struct fo_event *event);
/* The outcome of a command becomes a put-off event; ignored when the key is not under way. */
void md_step_finish(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
                    unsigned reason, int detail);

#endif
