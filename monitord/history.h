/* SPDX-License-Identifier: Apache-2.0 */
/* The last day of a few measured values, one a minute: battery charge and load of each UPS of the
 * centre's own room, loss and delay of each line. It lives in a file of its own beside the journal,
 * so that nothing about it can delay a decision, and is bounded by its form: a ring of
 * MD_HISTORY_MINUTES per series. It owns no judgement and is lost without harm. The app feeds it,
 * the console reads it. */
#ifndef MONITORD_HISTORY_H
#define MONITORD_HISTORY_H

#include "failover/types.h"

#include <jansson.h>
#include <uv.h>

#define MD_HISTORY_FILE \
    "history.sqlite"            /* in the site's state_directory, mode 0640 for the group */
#define MD_HISTORY_MINUTES 1500 /* 25 hours */
#define MD_HISTORY_SERIES_MAX 256
#define MD_HISTORY_NAME_MAX 160

struct md_history;
/* Makes the file and its table. group may read it (NULL: nobody else). NULL when it cannot; the
 * monitor does without. */
struct md_history *md_history_start(uv_loop_t *loop, const char *directory, const char *group);
/* Whether a minute has passed since the last note. */
bool md_history_due(const struct md_history *history, fo_us now_us);
/* Keeps the values of a status (status.h), written by a worker thread; while one note is being
 * written the next is left out. */
void md_history_note(struct md_history *history, const json_t *status, fo_us now_us,
                     fo_wall_ms wall_ms);
/* Frees it; a note under way is finished by its thread. NULL is allowed. */
void md_history_stop(struct md_history *history);

/* The last 24 hours before wall_ms of every series: {"power/ups-a/battery.charge":[…]}, `buckets`
 * means in time order, null where nothing was measured. Series: power/NAME/battery.charge %,
 * power/NAME/ups.load %, lines/NAME/loss permille, lines/NAME/rtt ms. New reference; NULL when the
 * file cannot be read. */
json_t *md_history_read(const char *path, fo_wall_ms wall_ms, unsigned buckets);

#endif
