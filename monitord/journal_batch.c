/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and frees batches, and counts their bytes. journal.c is the only caller. */
#include "monitord/journal_batch.h"

#include <stdlib.h>
#include <string.h>

struct md_batch *md_batch_new(const struct md_journal_row *rows, unsigned count,
                              const uint8_t *snapshot, size_t length)
{
    struct md_batch *batch = calloc(1, sizeof(*batch) + count * sizeof(rows[0]));

    if (batch == NULL) {
        return NULL;
    }
    if (length > 0) {
        batch->snapshot = malloc(length);
        if (batch->snapshot == NULL) {
            free(batch);
            return NULL;
        }
        memcpy(batch->snapshot, snapshot, length);
        batch->snapshot_length = length;
        batch->bytes = length;
    }
    for (unsigned i = 0; i < count; i++) {
        batch->rows[i] = rows[i];
        batch->bytes += strlen(rows[i].body);
    }
    batch->count = count;
    return batch;
}

void md_batch_drop_snapshot(struct md_batch *batch)
{
    batch->bytes -= batch->snapshot_length;
    batch->snapshot_length = 0;
    free(batch->snapshot);
    batch->snapshot = NULL;
}

void md_batch_free(struct md_batch *batch)
{
    for (unsigned i = 0; i < batch->count; i++) {
        free(batch->rows[i].body);
    }
    free(batch->snapshot);
    free(batch);
}
