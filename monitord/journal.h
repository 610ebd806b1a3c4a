/* SPDX-License-Identifier: Apache-2.0 */
/* The journal as the daemon's loop sees it: append a batch, be told when it is on disk, be told
 * when the disk is gone and when it is back. Batches are atomic and keep their order. The loop
 * never waits; the file belongs to the writer thread (journal_writer.h). The driver owns one. */
#ifndef MONITORD_JOURNAL_H
#define MONITORD_JOURNAL_H

#include "monitord/journal_row.h"

#include <uv.h>

#define MD_JOURNAL_ROWS_MAX 20000               /* held in memory while the disk is gone */
#define MD_JOURNAL_BYTES_MAX (16 * 1024 * 1024) /* of bodies, likewise */
#define MD_JOURNAL_LATE_US (3 * FO_SECOND)      /* a sync that takes longer counts as dead */
#define MD_JOURNAL_RETRY_MS 1000

struct md_journal;
struct md_journal_config {
    const char *directory; /* must exist */
    const char *site_name;
    uint64_t boot;         /* of this process; below 2^63 */
    const char *host_boot; /* text of /proc/sys/kernel/random/boot_id */
    /* everything up to this ticket is on disk; on the loop */
    void (*synced)(void *context, uint64_t ticket);
    /* false: dead since now; true: it takes and keeps rows again; on the loop, only on a change */
    void (*state)(void *context, bool alive);
    void *context;
    /* Called by the writer thread before each commit; non-zero makes the commit fail as a full disk
     * would; it may block. NULL outside tests. */
    int (*before_commit)(void *context);
    void *before_commit_context;
};

/* Opens or makes the file (the first open is done here, so that a site whose disk is wrong hears it
 * at the start) and starts the writer. NULL with a line for the log when even memory or a thread is
 * missing; a file that cannot be written is not that: the journal starts dead. config is copied. */
struct md_journal *md_journal_start(uv_loop_t *loop, const struct md_journal_config *config,
                                    char *error, size_t error_size);
/* Adds one batch: `count` rows (bodies are taken over, also when refused), and the engine's
 * snapshot when length > 0 (copied). Returns its ticket, from 1; 0 when the memory limits refuse
 * the batch (its rows are counted as lost, and the loss is journalled when the disk is back). */
uint64_t md_journal_append(struct md_journal *journal, struct md_journal_row *rows, unsigned count,
                           const uint8_t *snapshot, size_t length, fo_us now_us,
                           fo_wall_ms wall_ms);
/* Must be called at least once a second: finds a sync that takes too long. */
void md_journal_check(struct md_journal *journal, fo_us now_us);
bool md_journal_alive(const struct md_journal *journal);
uint64_t md_journal_synced_ticket(const struct md_journal *journal);
/* Age of the oldest batch that is not on disk; 0 when there is none. */
fo_us md_journal_lag_us(const struct md_journal *journal, fo_us now_us);
/* Longest time from append to sync of the last minute. */
fo_us md_journal_latency_us(const struct md_journal *journal);
/* Rows that memory had no place for, since the start. For tests: people read it in the journal. */
uint64_t md_journal_lost_rows(const struct md_journal *journal);
/* Number of the newest row on disk and its hash in hex ("" before the first write of this process):
 * an anchor to be kept elsewhere, because a chain alone does not show a cut-off end. */
uint64_t md_journal_anchor(const struct md_journal *journal, char hex[65]);
/* Writes what is left (at most one try), ends the thread, frees the journal; no callback after it.
 */
void md_journal_stop(struct md_journal *journal);

#endif
