/* SPDX-License-Identifier: Apache-2.0 */
/* The pump: event in, step, journal, sync, act, result in again. It owns the engine, the journal
 * and the order law: no command that must be journalled leaves before its batch is on disk, save
 * those that the law lets go (a change of holder past its budget, pages while the journal is dead).
 * The app builds it; it knows sockets, channels and executors only as the functions it is given. */
#ifndef MONITORD_DRIVER_H
#define MONITORD_DRIVER_H

#include "failover/event.h"
#include "failover/view.h"
#include "monitord/acts.h"
#include "monitord/recorder.h"

struct md_driver;
/* Restores the engine from the newest snapshot, starts the journal, feeds FO_EVENT_BOOT. NULL with
 * a line in error only when memory or a thread is missing. */
struct md_driver *md_driver_start(const struct md_driver_config *config, char *error,
                                  size_t error_size);
/* One event; now_us is raised to the newest one seen, wall_ms is filled in when 0. A call from
 * within an act is put off until the present step is over. */
void md_driver_feed(struct md_driver *driver, const struct fo_event *event);
/* Outcome of a command given to an act; a key that is not under way is ignored. */
void md_driver_result(struct md_driver *driver, struct fo_key key, enum fo_outcome outcome,
                      unsigned reason, int detail);

struct md_order_outcome {
    bool taken;
    uint16_t reason;   /* enum fo_reason: why it was refused; 0 */
    bool journal_dead; /* refused or not kept because of it */
    uint64_t ticket;   /* answer the person when the journal has reached it */
};
/* A person's order: journalled with the user it came from, then stepped. Changes (hold, release,
 * switch, maintenance) are refused while the journal is dead. Not from within an act. */
void md_driver_order(struct md_driver *driver, const struct fo_order *order, uint32_t uid,
                     struct md_order_outcome *outcome);
/* The same for an answer that came by a channel instead of a user of this host. */
void md_driver_answer(struct md_driver *driver, const struct fo_order *order, const char *channel,
                      struct md_order_outcome *outcome);
/* An order that never reached the engine: refused before ("not-a-person"), or asked for and waiting
 * for a second person. Journalled only; returns the ticket. */
struct md_order_note;
uint64_t md_driver_note_order(struct md_driver *driver, const struct md_order_note *note);
/* Whether the batch is on disk. */
bool md_driver_is_synced(const struct md_driver *driver, uint64_t ticket);

/* Fills the view as of now; of the last good state when the engine is lost. */
void md_driver_view(struct md_driver *driver, struct fo_view *view);
struct md_driver_facts {
    fo_us lag_us, lag_p999_us, busy_us, journal_lag_us, stalls; /* lags and turns: clock.h */
    fo_us last_step_us; /* when the newest step was completed */
    bool journal_alive, engine_lost;
    unsigned assertions;
    uint64_t steps, waiting; /* waiting: commands that wait for the disk */
    struct md_recorder_facts recorder;
};
void md_driver_facts(struct md_driver *driver, struct md_driver_facts *facts);
/* Writes the journal's newest row and hash into the log: an anchor outside the journal. */
void md_driver_log_anchor(struct md_driver *driver);
/* Stops the journal after one last write (a "stop" row with `why`), closes the handles; done is
 * called when the memory has gone. */
void md_driver_stop(struct md_driver *driver, const char *why, void (*done)(void *context),
                    void *context);

#endif
