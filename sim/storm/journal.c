/* SPDX-License-Identifier: Apache-2.0 */
/* The journal (see journal.h). Three images take turns: on the disk, being written, and queued. */
#include "sim/storm/journal.h"

#include "failover/assert.h"

#include <string.h>

#define SLOW_SYNC_MAX_US (3 * FO_SECOND)

void storm_journal_init(struct storm_world *world)
{
    struct storm_journal *journal = &world->daemon.journal;
    struct storm_random random = storm_random_stream(world->seed, "journal", 0);
    journal->disk = 0;
    journal->flying = 1;
    journal->queued = 2;
    journal->alive = true;
    journal->sync_us = storm_random_scale(&random, 200, 30 * FO_MS);
}

static void fly(struct storm_world *world)
{
    struct storm_journal *journal = &world->daemon.journal;
    uint8_t free = journal->flying;
    FO_ASSERT(!journal->in_flight);
    journal->flying = journal->queued;
    journal->queued = free;
    journal->images[free].length = 0;
    journal->in_flight = true;
    fo_us takes_us = 1 + storm_random_below(&world->disk, 2 * journal->sync_us);
    if (journal->slow != 0) {
        takes_us += storm_random_scale(&world->disk, 10 * FO_MS, SLOW_SYNC_MAX_US);
    }
    storm_queue_set(&world->queue, STORM_PLACE_SYNC, world->now_us + takes_us);
}

uint64_t storm_journal_append(struct storm_world *world, fo_us local_us, fo_wall_ms wall_ms)
{
    struct storm_journal *journal = &world->daemon.journal;
    struct storm_image *image = &journal->images[journal->queued];
    if (!journal->alive) {
        return 0;
    }
    image->length = fo_snapshot_encode(&world->daemon.engine, local_us, wall_ms, image->bytes);
    image->ticket = ++journal->ticket;
    image->host_boot = world->daemon.host_boots;
    image->book = world->safety.book;
    if (!journal->in_flight) {
        fly(world);
    }
    return journal->ticket;
}

bool storm_journal_synced(struct storm_world *world)
{
    struct storm_journal *journal = &world->daemon.journal;
    storm_queue_set(&world->queue, STORM_PLACE_SYNC, FO_NEVER);
    journal->in_flight = false;
    if (journal->dead != 0) {
        journal->alive = false;
        return false;
    }
    uint8_t free = journal->disk;
    journal->disk = journal->flying;
    journal->flying = free;
    journal->synced = journal->images[journal->disk].ticket;
    if (journal->images[journal->queued].length > 0) {
        fly(world);
    }
    return true;
}

bool storm_journal_revive(struct storm_world *world, fo_us local_us, fo_wall_ms wall_ms)
{
    struct storm_journal *journal = &world->daemon.journal;
    if (journal->alive) {
        return false;
    }
    journal->alive = true;
    storm_journal_append(world, local_us, wall_ms);
    return true;
}

const struct storm_image *storm_journal_crash(struct storm_world *world)
{
    struct storm_journal *journal = &world->daemon.journal;
    if (journal->in_flight && journal->dead == 0 && storm_random_chance(&world->disk, 500)) {
        storm_journal_synced(world); /* it reached the disk, and nobody was told */
    }
    storm_queue_set(&world->queue, STORM_PLACE_SYNC, FO_NEVER);
    storm_queue_set(&world->queue, STORM_PLACE_OVERDUE, FO_NEVER);
    journal->in_flight = false;
    journal->images[journal->queued].length = 0;
    journal->count = 0;
    journal->alive = true;
    return &journal->images[journal->disk];
}

/* ---- commands that wait ---------------------------------------------------------------------- */

static void set_overdue(struct storm_world *world)
{
    struct storm_journal *journal = &world->daemon.journal;
    fo_us due_us = FO_NEVER;
    for (unsigned i = 0; i < journal->count; i++) {
        fo_us until_us = journal->pending[(journal->first + i) % STORM_PENDING_MAX].until_us;
        due_us = until_us < due_us ? until_us : due_us;
    }
    storm_queue_set(&world->queue, STORM_PLACE_OVERDUE, due_us);
}

bool storm_journal_wait(struct storm_world *world, uint64_t ticket, fo_us until_us,
                        const struct fo_command *command)
{
    struct storm_journal *journal = &world->daemon.journal;
    if (journal->count == STORM_PENDING_MAX) {
        return false;
    }
    journal->pending[(journal->first + journal->count++) % STORM_PENDING_MAX] =
        (struct storm_pending){.ticket = ticket, .until_us = until_us, .command = *command};
    if (until_us != FO_NEVER) {
        set_overdue(world);
    }
    return true;
}

static void take_at(struct storm_journal *journal, unsigned at, struct fo_command *command)
{
    *command = journal->pending[(journal->first + at) % STORM_PENDING_MAX].command;
    for (unsigned i = at; i > 0; i--) {
        journal->pending[(journal->first + i) % STORM_PENDING_MAX] =
            journal->pending[(journal->first + i - 1) % STORM_PENDING_MAX];
    }
    journal->first = (journal->first + 1) % STORM_PENDING_MAX;
    journal->count--;
}

bool storm_journal_take(struct storm_world *world, struct fo_command *command, bool *synced)
{
    struct storm_journal *journal = &world->daemon.journal;
    if (journal->count == 0) {
        return false;
    }
    const struct storm_pending *first = &journal->pending[journal->first];
    bool timed = first->until_us != FO_NEVER;
    *synced = first->ticket <= journal->synced;
    if (*synced || !journal->alive) {
        take_at(journal, 0, command);
        if (timed) {
            set_overdue(world);
        }
        return true;
    }
    for (unsigned i = 0; i < journal->count; i++) {
        if (journal->pending[(journal->first + i) % STORM_PENDING_MAX].until_us <= world->now_us) {
            take_at(journal, i, command);
            set_overdue(world);
            return true;
        }
    }
    return false;
}
