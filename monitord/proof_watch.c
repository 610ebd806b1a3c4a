/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's watch over proofs (see proof_watch.h). The journal is opened for reading by a thread
 * of the pool, so that a large one never holds the loop. */
#include "monitord/proof_watch.h"

#include "monitord/journal_schema.h"
#include "monitord/log.h"
#include "monitord/proof.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_US (2 * FO_MINUTE)
#define INTERVAL_US (6 * FO_HOUR)

struct md_proof_watch {
    uv_loop_t *loop;
    const struct site *site;
    void (*feed)(void *context, const struct fo_event *event);
    void *context;
    uv_work_t work;
    struct md_proof proof;
    fo_us next_us;
    uint64_t late; /* bit per person, as said */
    bool known, read, under_way, stopped;
};

struct md_proof_watch *md_proof_watch_start(uv_loop_t *loop, const struct site *site,
                                            void (*feed)(void *context,
                                                         const struct fo_event *event),
                                            void *context)
{
    struct md_proof_watch *watch = calloc(1, sizeof(*watch));

    if (watch != NULL) {
        watch->loop = loop;
        watch->site = site;
        watch->feed = feed;
        watch->context = context;
        watch->next_us = pb_clock_us() + FIRST_US;
    }
    return watch;
}

/* In a thread of the pool. */
static void read_journal(uv_work_t *work)
{
    struct md_proof_watch *watch = work->data;
    char path[1024], error[256];
    struct md_journal_reader *reader;

    md_proof_init(&watch->proof, watch->site);
    snprintf(path, sizeof(path), "%s/%s", watch->site->state_directory, MD_JOURNAL_FILE);
    reader = md_journal_reader_open(path, error, sizeof(error));
    watch->read =
        reader != NULL && md_journal_read_from(reader, 0, 0, md_proof_take, &watch->proof);
    md_journal_reader_close(reader);
}

static void say(struct md_proof_watch *watch)
{
    fo_wall_ms now_ms = md_wall_now_ms();

    for (unsigned i = 0; i < watch->site->person_count; i++) {
        bool late = md_proof_is_late(&watch->proof, i, MD_PROOF_INCIDENT_DAYS, now_ms);
        struct fo_event event = {
            .kind = FO_EVENT_SELF,
            .now_us = pb_clock_us(),
            .self = {.kind = FO_SELF_PROVEN, .index = (uint8_t)i, .value = late ? 0 : 1}};

        if (!watch->known || late != ((watch->late >> i & 1) != 0)) {
            watch->feed(watch->context, &event);
        }
        watch->late = late ? watch->late | (uint64_t)1 << i : watch->late & ~((uint64_t)1 << i);
    }
    watch->known = true;
}

static void on_read(uv_work_t *work, int status)
{
    struct md_proof_watch *watch = work->data;

    watch->under_way = false;
    if (watch->stopped) {
        free(watch);
        return;
    }
    if (status == 0 && watch->read) {
        say(watch);
    } else {
        md_log(MD_LOG_WARNING, "contacts: the journal cannot be read for proofs");
    }
}

void md_proof_watch_round(struct md_proof_watch *watch, fo_us now_us)
{
    if (watch->under_way || now_us < watch->next_us) {
        return;
    }
    watch->next_us = now_us + INTERVAL_US;
    watch->work.data = watch;
    watch->under_way = uv_queue_work(watch->loop, &watch->work, read_journal, on_read) == 0;
}

void md_proof_watch_stop(struct md_proof_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    watch->stopped = true;
    if (!watch->under_way) {
        free(watch);
    }
}
