/* SPDX-License-Identifier: Apache-2.0 */
/* One batch of journal rows on its way to the disk: atomic, with the engine's snapshot when there
 * is one. It owns the bodies and the copy of the snapshot; journal.c queues it. */
#ifndef MONITORD_JOURNAL_BATCH_H
#define MONITORD_JOURNAL_BATCH_H

#include "monitord/journal_row.h"

struct md_batch {
    struct md_batch *next;
    uint64_t ticket;
    fo_us at_us;
    fo_wall_ms wall_ms;
    size_t bytes, snapshot_length;
    uint8_t *snapshot;
    unsigned count;
    struct md_journal_row rows[];
};
/* Takes the bodies over, copies the snapshot (length 0: none). NULL when out of memory: the bodies
 * then stay the caller's. */
struct md_batch *md_batch_new(const struct md_journal_row *rows, unsigned count,
                              const uint8_t *snapshot, size_t length);
/* Drops the snapshot: a newer one follows. */
void md_batch_drop_snapshot(struct md_batch *batch);
void md_batch_free(struct md_batch *batch);

#endif
