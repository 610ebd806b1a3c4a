/* SPDX-License-Identifier: Apache-2.0 */
/* A queue of batches between the loop and the writer thread, and the judgement whether the disk is
 * well. It owns the thread, the queue and its limits; it never decides what waits for the disk
 * (driver.c) and never touches SQL (journal_writer.c). */
#include "monitord/journal.h"

#include "monitord/journal_batch.h"
#include "monitord/journal_writer.h"
#include "monitord/log.h"
#include "monitord/record_json.h"
#include "probes/clock.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_BATCHES_MAX 256 /* in one transaction */

struct md_journal {
    struct md_journal_config config;
    char *directory, *site_name, *host_boot; /* copies behind config */
    uv_async_t async;
    uv_thread_t thread;

    /* shared, under lock */
    uv_mutex_t lock;
    uv_cond_t wake;
    struct md_batch *head, *tail;
    unsigned rows_held;
    size_t bytes_held;
    uint64_t done_ticket, lost_rows, lost_rows_written;
    fo_us worst_us; /* from append to sync, since the loop last looked */
    uint64_t end_seq;
    uint8_t end_hash[MD_JOURNAL_HASH_SIZE];
    bool stopping, writer_well;
    char error[256];

    /* the loop's */
    uint64_t next_ticket, synced_ticket;
    fo_us latency_us[2], latency_since_us; /* longest of this and of the last half minute */
    bool alive;

    /* the writer's */
    struct md_journal_file *file;
    uint64_t group_ticket; /* last batch of a group whose commit was in doubt; 0 none */
    uint64_t doubt_seq;
    uint8_t doubt_hash[MD_JOURNAL_HASH_SIZE];
};

/* ---- the writer thread ---- */

static bool write_batch(struct md_journal *journal, const struct md_batch *batch, char *error)
{
    for (unsigned i = 0; i < batch->count; i++) {
        if (!md_journal_file_row(journal->file, journal->config.boot, &batch->rows[i], error,
                                 256)) {
            return false;
        }
    }
    return true;
}

/* Rows that the memory limits refused leave a row that says so. */
static bool write_loss(struct md_journal *journal, const struct md_batch *first, uint64_t lost,
                       char *error)
{
    char detail[64];
    struct md_journal_row row = {.kind = "alarm", .at_us = first->at_us, .wall_ms = first->wall_ms};
    bool written;

    snprintf(detail, sizeof(detail), "%llu rows lost before this one", (unsigned long long)lost);
    row.body = md_note_body("journal_rows_lost", detail);
    if (row.body == NULL) {
        snprintf(error, 256, "out of memory");
        return false;
    }
    written = md_journal_file_row(journal->file, journal->config.boot, &row, error, 256);
    free(row.body);
    return written;
}

static bool write_rows(struct md_journal *journal, const struct md_batch *first,
                       uint64_t last_ticket, uint64_t lost, char *error)
{
    const struct md_batch *snapshot = NULL;

    if (lost > 0 && !write_loss(journal, first, lost, error)) {
        return false;
    }
    for (const struct md_batch *batch = first; batch != NULL && batch->ticket <= last_ticket;
         batch = batch->next) {
        if (!write_batch(journal, batch, error)) {
            return false;
        }
        if (batch->snapshot_length > 0) {
            snapshot = batch;
        }
    }
    return snapshot == NULL ||
           md_journal_file_snapshot(journal->file, journal->config.boot, journal->config.host_boot,
                                    snapshot->at_us, snapshot->wall_ms, snapshot->snapshot,
                                    snapshot->snapshot_length, error, 256);
}

/* A commit that failed may have reached the disk all the same; the end of the chain tells. */
static bool was_written_after_all(struct md_journal *journal)
{
    return journal->doubt_seq != 0 && md_journal_file_seq(journal->file) == journal->doubt_seq &&
           memcmp(md_journal_file_hash(journal->file), journal->doubt_hash, MD_JOURNAL_HASH_SIZE) ==
               0;
}

static bool write_group(struct md_journal *journal, const struct md_batch *first,
                        uint64_t last_ticket, uint64_t lost, char *error)
{
    const struct md_journal_config *config = &journal->config;
    bool committed = false;

    if (journal->file == NULL) {
        journal->file = md_journal_file_open(config->directory, config->site_name, error, 256);
        if (journal->file == NULL) {
            return false;
        }
        if (was_written_after_all(journal)) {
            return true;
        }
    }
    if (md_journal_file_begin(journal->file, error, 256) &&
        write_rows(journal, first, last_ticket, lost, error)) {
        if (config->before_commit != NULL &&
            config->before_commit(config->before_commit_context) != 0) {
            snprintf(error, 256, "refused by the test");
        } else {
            journal->doubt_seq = md_journal_file_seq(journal->file);
            memcpy(journal->doubt_hash, md_journal_file_hash(journal->file), MD_JOURNAL_HASH_SIZE);
            committed = md_journal_file_commit(journal->file, error, 256);
        }
    }
    if (!committed) {
        md_journal_file_rollback(journal->file);
        md_journal_file_close(journal->file);
        journal->file = NULL;
    }
    return committed;
}

/* The lock is held. Batches up to the ticket are on disk: forget them. */
static void drop_written(struct md_journal *journal, uint64_t last_ticket)
{
    fo_us now_us = pb_clock_us();

    while (journal->head != NULL && journal->head->ticket <= last_ticket) {
        struct md_batch *batch = journal->head;

        if (now_us - batch->at_us > journal->worst_us) {
            journal->worst_us = now_us - batch->at_us;
        }
        journal->head = batch->next;
        journal->rows_held -= batch->count;
        journal->bytes_held -= batch->bytes;
        md_batch_free(batch);
    }
    if (journal->head == NULL) {
        journal->tail = NULL;
    }
    journal->done_ticket = last_ticket;
}

/* The lock is held. A group once tried is tried again as it was, so that doubt can be settled. */
static uint64_t choose_group(struct md_journal *journal)
{
    unsigned count = 0;
    uint64_t last = journal->group_ticket;

    if (last == 0) {
        for (struct md_batch *b = journal->head; b != NULL && count < GROUP_BATCHES_MAX;
             b = b->next) {
            last = b->ticket;
            count++;
        }
    }
    return last;
}

static void writer_main(void *argument)
{
    struct md_journal *journal = argument;
    char error[256];

    uv_mutex_lock(&journal->lock);
    for (;;) {
        while (journal->head == NULL && !journal->stopping) {
            uv_cond_wait(&journal->wake, &journal->lock);
        }
        if (journal->head == NULL) {
            break;
        }
        uint64_t last = choose_group(journal);
        uint64_t lost_upto = journal->lost_rows;
        uint64_t lost = lost_upto - journal->lost_rows_written;
        const struct md_batch *first = journal->head;
        uv_mutex_unlock(&journal->lock);

        error[0] = '\0';
        bool written = write_group(journal, first, last, lost, error);

        uv_mutex_lock(&journal->lock);
        journal->writer_well = written;
        if (written) {
            journal->group_ticket = 0;
            journal->doubt_seq = 0;
            journal->lost_rows_written = lost_upto;
            journal->end_seq = md_journal_file_seq(journal->file);
            memcpy(journal->end_hash, md_journal_file_hash(journal->file), MD_JOURNAL_HASH_SIZE);
            drop_written(journal, last);
        } else {
            journal->group_ticket = last;
            snprintf(journal->error, sizeof(journal->error), "%s", error);
        }
        uv_async_send(&journal->async);
        if (!written) {
            if (journal->stopping) {
                break;
            }
            uv_cond_timedwait(&journal->wake, &journal->lock,
                              (uint64_t)MD_JOURNAL_RETRY_MS * 1000000);
        }
    }
    uv_mutex_unlock(&journal->lock);
    md_journal_file_close(journal->file);
    journal->file = NULL;
}

/* ---- the loop's side ---- */

static void judge(struct md_journal *journal, fo_us now_us)
{
    bool alive;
    char error[256];

    uv_mutex_lock(&journal->lock);
    alive = journal->writer_well &&
            (journal->head == NULL || now_us - journal->head->at_us <= MD_JOURNAL_LATE_US);
    snprintf(error, sizeof(error), "%s",
             journal->writer_well ? "sync takes too long" : journal->error);
    uv_mutex_unlock(&journal->lock);
    if (alive == journal->alive) {
        return;
    }
    journal->alive = alive;
    if (alive) {
        md_log(MD_LOG_NOTICE, "journal: writes again");
    } else {
        md_log(MD_LOG_ERROR, "journal: dead: %s", error);
    }
    journal->config.state(journal->config.context, alive);
}

static void note_latency(struct md_journal *journal, fo_us latency_us, fo_us now_us)
{
    if (now_us - journal->latency_since_us > 30 * FO_SECOND) {
        journal->latency_us[1] = journal->latency_us[0];
        journal->latency_us[0] = 0;
        journal->latency_since_us = now_us;
    }
    if (latency_us > journal->latency_us[0]) {
        journal->latency_us[0] = latency_us;
    }
}

static void on_async(uv_async_t *async)
{
    struct md_journal *journal = async->data;
    fo_us now_us = pb_clock_us();
    fo_us latency_us;
    uint64_t done;

    uv_mutex_lock(&journal->lock);
    done = journal->done_ticket;
    latency_us = journal->worst_us;
    journal->worst_us = 0;
    uv_mutex_unlock(&journal->lock);
    note_latency(journal, latency_us, now_us);
    judge(journal, now_us);
    if (done > journal->synced_ticket) {
        journal->synced_ticket = done;
        journal->config.synced(journal->config.context, done);
    }
}

static bool copy_config(struct md_journal *journal, const struct md_journal_config *config)
{
    journal->config = *config;
    journal->directory = strdup(config->directory);
    journal->site_name = strdup(config->site_name);
    journal->host_boot = strdup(config->host_boot);
    journal->config.directory = journal->directory;
    journal->config.site_name = journal->site_name;
    journal->config.host_boot = journal->host_boot;
    return journal->directory != NULL && journal->site_name != NULL && journal->host_boot != NULL;
}

static void free_journal(struct md_journal *journal)
{
    free(journal->directory);
    free(journal->site_name);
    free(journal->host_boot);
    free(journal);
}

static void on_async_closed(uv_handle_t *handle)
{
    struct md_journal *journal = handle->data;

    uv_cond_destroy(&journal->wake);
    uv_mutex_destroy(&journal->lock);
    free_journal(journal);
}

struct md_journal *md_journal_start(uv_loop_t *loop, const struct md_journal_config *config,
                                    char *error, size_t error_size)
{
    struct md_journal *journal = calloc(1, sizeof(*journal));

    if (journal == NULL || !copy_config(journal, config) || uv_mutex_init(&journal->lock) != 0) {
        snprintf(error, error_size, "out of memory");
        if (journal != NULL) {
            free_journal(journal);
        }
        return NULL;
    }
    uv_cond_init(&journal->wake);
    uv_async_init(loop, &journal->async, on_async);
    journal->async.data = journal;
    journal->alive = true;
    journal->file = md_journal_file_open(config->directory, config->site_name, journal->error,
                                         sizeof(journal->error));
    journal->writer_well = journal->file != NULL;
    if (uv_thread_create(&journal->thread, writer_main, journal) != 0) {
        snprintf(error, error_size, "cannot start the journal's thread");
        md_journal_file_close(journal->file);
        uv_close((uv_handle_t *)&journal->async, on_async_closed);
        return NULL;
    }
    uv_async_send(&journal->async);
    return journal;
}

/* The lock is held. */
static bool has_room(const struct md_journal *journal, const struct md_batch *batch)
{
    return journal->rows_held + batch->count <= MD_JOURNAL_ROWS_MAX &&
           journal->bytes_held + batch->bytes <= MD_JOURNAL_BYTES_MAX;
}

/* The lock is held. Only the newest snapshot matters; a long queue must not hold hundreds. */
static void drop_older_snapshot(struct md_journal *journal, const struct md_batch *newer)
{
    struct md_batch *tail = journal->tail;

    if (newer->snapshot_length == 0 || tail == NULL || tail == journal->head ||
        journal->writer_well || tail->ticket <= journal->group_ticket) {
        return;
    }
    journal->bytes_held -= tail->snapshot_length;
    md_batch_drop_snapshot(tail);
}

uint64_t md_journal_append(struct md_journal *journal, struct md_journal_row *rows, unsigned count,
                           const uint8_t *snapshot, size_t length, fo_us now_us, fo_wall_ms wall_ms)
{
    struct md_batch *batch = md_batch_new(rows, count, snapshot, length);
    uint64_t ticket = ++journal->next_ticket;
    bool taken = false;

    uv_mutex_lock(&journal->lock);
    if (batch != NULL) {
        batch->ticket = ticket;
        batch->at_us = now_us;
        batch->wall_ms = wall_ms;
        drop_older_snapshot(journal, batch);
        taken = has_room(journal, batch);
    }
    if (taken) {
        if (journal->tail != NULL) {
            journal->tail->next = batch;
        } else {
            journal->head = batch;
        }
        journal->tail = batch;
        journal->rows_held += batch->count;
        journal->bytes_held += batch->bytes;
        if (journal->group_ticket == 0) {
            uv_cond_signal(&journal->wake);
        }
    } else {
        journal->lost_rows += count;
    }
    uv_mutex_unlock(&journal->lock);

    if (!taken) {
        if (batch != NULL) {
            md_batch_free(batch);
        } else {
            for (unsigned i = 0; i < count; i++) {
                free(rows[i].body);
            }
        }
        md_log(MD_LOG_ERROR, "journal: no room in memory, %u rows lost", count);
    }
    return taken ? ticket : 0;
}

void md_journal_check(struct md_journal *journal, fo_us now_us)
{
    note_latency(journal, md_journal_lag_us(journal, now_us), now_us);
    judge(journal, now_us);
}

bool md_journal_alive(const struct md_journal *journal)
{
    return journal->alive;
}

uint64_t md_journal_synced_ticket(const struct md_journal *journal)
{
    return journal->synced_ticket;
}

fo_us md_journal_lag_us(const struct md_journal *journal, fo_us now_us)
{
    uv_mutex_t *lock = (uv_mutex_t *)&journal->lock;
    fo_us lag = 0;

    uv_mutex_lock(lock);
    if (journal->head != NULL && now_us > journal->head->at_us) {
        lag = now_us - journal->head->at_us;
    }
    uv_mutex_unlock(lock);
    return lag;
}

fo_us md_journal_latency_us(const struct md_journal *journal)
{
    return journal->latency_us[0] > journal->latency_us[1] ? journal->latency_us[0]
                                                           : journal->latency_us[1];
}

uint64_t md_journal_lost_rows(const struct md_journal *journal)
{
    uv_mutex_t *lock = (uv_mutex_t *)&journal->lock;
    uint64_t lost;

    uv_mutex_lock(lock);
    lost = journal->lost_rows;
    uv_mutex_unlock(lock);
    return lost;
}

uint64_t md_journal_anchor(const struct md_journal *journal, char hex[65])
{
    uv_mutex_t *lock = (uv_mutex_t *)&journal->lock;
    uint64_t seq;

    uv_mutex_lock(lock);
    seq = journal->end_seq;
    sodium_bin2hex(hex, 65, journal->end_hash, seq > 0 ? MD_JOURNAL_HASH_SIZE : 0);
    uv_mutex_unlock(lock);
    return seq;
}

void md_journal_stop(struct md_journal *journal)
{
    uv_mutex_lock(&journal->lock);
    journal->stopping = true;
    uv_cond_signal(&journal->wake);
    uv_mutex_unlock(&journal->lock);
    uv_thread_join(&journal->thread);
    while (journal->head != NULL) {
        struct md_batch *batch = journal->head;

        journal->head = batch->next;
        md_batch_free(batch);
    }
    uv_close((uv_handle_t *)&journal->async, on_async_closed);
}
