/* SPDX-License-Identifier: Apache-2.0 */
/* When the next drill is due, from journal and wall clock to the engine (see drill_watch.h). The
 * journal is read by a thread of the pool, each row once, so that a large one never holds the loop;
 * the thread works on figures of its own, which become the watch's when it is done. */
#include "monitord/drill_watch.h"

#include "monitord/journal_schema.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define INTERVAL_US (20 * FO_SECOND) /* a few new rows, by their number */
#define NOTHING (-1)                 /* said so far */

struct md_drill_watch {
    uv_loop_t *loop;
    const struct site *site;
    void (*feed)(void *context, const struct fo_event *event);
    void *context;
    uv_work_t work;
    struct md_drill_due due, reading; /* as known, of the rows before next_seq … */
    int64_t next_seq, reading_seq;    /* … and the thread's while under_way */
    fo_us next_us;
    int said; /* enum fo_drill_due */
    bool known, read, under_way, stopped;
};

struct md_drill_watch *md_drill_watch_start(uv_loop_t *loop, const struct site *site,
                                            void (*feed)(void *context,
                                                         const struct fo_event *event),
                                            void *context)
{
    struct md_drill_watch *watch = site->drill_every_us == 0 ? NULL : calloc(1, sizeof(*watch));

    if (watch != NULL) {
        watch->loop = loop;
        watch->site = site;
        watch->feed = feed;
        watch->context = context;
        watch->next_us = FO_NEVER; /* so long after the first round */
        watch->said = NOTHING;
    }
    return watch;
}

static bool take_row(void *context, const struct md_journal_entry *entry)
{
    struct md_drill_watch *watch = context;

    watch->reading_seq = entry->seq + 1;
    return md_drill_due_take(&watch->reading, entry);
}

/* In a thread of the pool. */
static void read_journal(uv_work_t *work)
{
    struct md_drill_watch *watch = work->data;
    char path[1024], error[256];
    struct md_journal_reader *reader;

    snprintf(path, sizeof(path), "%s/%s", watch->site->state_directory, MD_JOURNAL_FILE);
    reader = md_journal_reader_open(path, error, sizeof(error));
    watch->read =
        reader != NULL && md_journal_read_from(reader, watch->next_seq, 0, take_row, watch);
    md_journal_reader_close(reader);
}

static void on_read(uv_work_t *work, int status)
{
    struct md_drill_watch *watch = work->data;

    watch->under_way = false;
    if (watch->stopped) {
        free(watch);
        return;
    }
    if (status == 0 && watch->read) {
        watch->due = watch->reading;
        watch->next_seq = watch->reading_seq;
        watch->known = true;
    } else {
        md_log(MD_LOG_WARNING, "drills: the journal cannot be read for the last one");
    }
}

/* Nobody is called at night because of a drill; that one is carried out is said at any hour. What
 * was open before our start stays open until it is known to be over. */
static bool may_be_said(const struct md_drill_watch *watch, enum fo_drill_due state,
                        fo_wall_ms wall_ms)
{
    struct tm local;

    if (state == FO_DRILL_NOT_DUE || (int)state <= watch->said) {
        return true;
    }
    md_wall_local(watch->site->timezone, wall_ms, &local);
    return local.tm_hour >= MD_DRILL_DAY_FROM && local.tm_hour < MD_DRILL_DAY_TO;
}

static void say(struct md_drill_watch *watch, fo_us now_us, fo_wall_ms wall_ms)
{
    const struct site *site = watch->site;
    enum fo_drill_due state =
        md_drill_due_state(&watch->due, site->drill_every_us, site->drill_notice_us, wall_ms);
    struct fo_event event = {.kind = FO_EVENT_SELF,
                             .now_us = now_us,
                             .self = {.kind = FO_SELF_DRILL, .value = (int64_t)state}};

    if ((int)state != watch->said && may_be_said(watch, state, wall_ms)) {
        watch->said = (int)state;
        watch->feed(watch->context, &event);
    }
}

void md_drill_watch_round(struct md_drill_watch *watch, fo_us now_us, fo_wall_ms wall_ms)
{
    if (watch->next_us == FO_NEVER) {
        watch->next_us = now_us + INTERVAL_US;
    }
    if (watch->known) {
        say(watch, now_us, wall_ms);
    }
    if (!watch->under_way && now_us >= watch->next_us) {
        watch->next_us = now_us + INTERVAL_US;
        watch->reading = watch->due;
        watch->reading_seq = watch->next_seq;
        watch->work.data = watch;
        watch->under_way = uv_queue_work(watch->loop, &watch->work, read_journal, on_read) == 0;
    }
}

const struct md_drill_due *md_drill_watch_facts(const struct md_drill_watch *watch)
{
    return watch != NULL && watch->known ? &watch->due : NULL;
}

void md_drill_watch_stop(struct md_drill_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    watch->stopped = true;
    if (!watch->under_way) {
        free(watch);
    }
}
