/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that wait for the journal: each may go when the batch that holds it is on disk. The
 * order law as a queue: first in, first out, nothing passes. Pure; the driver owns one. */
#ifndef MONITORD_PENDING_H
#define MONITORD_PENDING_H

#include "failover/command.h"

#define MD_PENDING_MAX 512

struct md_pending_command {
    uint64_t ticket; /* of the batch it was appended with */
    fo_us until_us;  /* choose: end of its budget; act: its deadline; page: FO_NEVER */
    struct fo_command command;
};
struct md_pending;

/* NULL when out of memory. */
struct md_pending *md_pending_new(void);
void md_pending_free(struct md_pending *pending);
unsigned md_pending_count(const struct md_pending *pending);
/* False when it is full. */
bool md_pending_add(struct md_pending *pending, uint64_t ticket, fo_us until_us,
                    const struct fo_command *command);
/* Takes the oldest command whose ticket is at most `synced`; false when there is none. */
bool md_pending_take_synced(struct md_pending *pending, uint64_t synced,
                            struct md_pending_command *waited);
/* Takes the oldest command whatever its ticket; false when empty. */
bool md_pending_take(struct md_pending *pending, struct md_pending_command *waited);
/* Takes the oldest command that is late. */
bool md_pending_take_overdue(struct md_pending *pending, fo_us now_us,
                             struct md_pending_command *waited);
/* Its time ended at or before now_us: an act is not to be begun any more, because the engine has
 * gone on without it, and people may have. */
bool md_pending_is_late(const struct md_pending_command *waited, fo_us now_us);
/* The earliest end of a time; FO_NEVER. */
fo_us md_pending_next_us(const struct md_pending *pending);

#endif
