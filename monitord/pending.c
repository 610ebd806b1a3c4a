/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded list in order of arrival. It owns the commands while they wait and never acts on one;
 * the driver takes them out. */
#include "monitord/pending.h"

#include <stdlib.h>
#include <string.h>

struct md_pending {
    unsigned count;
    struct md_pending_command list[MD_PENDING_MAX];
};

struct md_pending *md_pending_new(void)
{
    return calloc(1, sizeof(struct md_pending));
}

void md_pending_free(struct md_pending *pending)
{
    free(pending);
}

unsigned md_pending_count(const struct md_pending *pending)
{
    return pending->count;
}

bool md_pending_add(struct md_pending *pending, uint64_t ticket, fo_us until_us,
                    const struct fo_command *command)
{
    struct md_pending_command *added;

    if (pending->count == MD_PENDING_MAX) {
        return false;
    }
    added = &pending->list[pending->count++];
    added->ticket = ticket;
    added->until_us = until_us;
    added->command = *command;
    return true;
}

static void take_at(struct md_pending *pending, unsigned at, struct md_pending_command *waited)
{
    *waited = pending->list[at];
    pending->count--;
    memmove(&pending->list[at], &pending->list[at + 1],
            (pending->count - at) * sizeof(pending->list[0]));
}

bool md_pending_take_synced(struct md_pending *pending, uint64_t synced,
                            struct md_pending_command *waited)
{
    if (pending->count == 0 || pending->list[0].ticket > synced) {
        return false;
    }
    take_at(pending, 0, waited);
    return true;
}

bool md_pending_take(struct md_pending *pending, struct md_pending_command *waited)
{
    return md_pending_take_synced(pending, UINT64_MAX, waited);
}

bool md_pending_is_late(const struct md_pending_command *waited, fo_us now_us)
{
    return waited->until_us <= now_us;
}

bool md_pending_take_overdue(struct md_pending *pending, fo_us now_us,
                             struct md_pending_command *waited)
{
    for (unsigned i = 0; i < pending->count; i++) {
        if (md_pending_is_late(&pending->list[i], now_us)) {
            take_at(pending, i, waited);
            return true;
        }
    }
    return false;
}

fo_us md_pending_next_us(const struct md_pending *pending)
{
    fo_us next = FO_NEVER;

    for (unsigned i = 0; i < pending->count; i++) {
        if (pending->list[i].until_us < next) {
            next = pending->list[i].until_us;
        }
    }
    return next;
}
