/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap with places that know where they stand (see queue.h). */
#include "sim/storm/queue.h"

#include "failover/assert.h"

void storm_queue_init(struct storm_queue *queue)
{
    queue->count = 0;
    for (unsigned i = 0; i < STORM_PLACES; i++) {
        queue->due_us[i] = FO_NEVER;
        queue->at[i] = STORM_PLACES;
    }
}

static bool earlier(const struct storm_queue *queue, unsigned a, unsigned b)
{
    return queue->due_us[a] != queue->due_us[b] ? queue->due_us[a] < queue->due_us[b] : a < b;
}

static void put(struct storm_queue *queue, unsigned at, unsigned place)
{
    queue->heap[at] = (uint16_t)place;
    queue->at[place] = (uint16_t)at;
}

static void rise(struct storm_queue *queue, unsigned at, unsigned place)
{
    while (at > 0 && earlier(queue, place, queue->heap[(at - 1) / 2])) {
        put(queue, at, queue->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(queue, at, place);
}

static void sink(struct storm_queue *queue, unsigned at, unsigned place)
{
    for (;;) {
        unsigned child = 2 * at + 1;
        if (child >= queue->count) {
            break;
        }
        if (child + 1 < queue->count &&
            earlier(queue, queue->heap[child + 1], queue->heap[child])) {
            child++;
        }
        if (!earlier(queue, queue->heap[child], place)) {
            break;
        }
        put(queue, at, queue->heap[child]);
        at = child;
    }
    put(queue, at, place);
}

static void settle(struct storm_queue *queue, unsigned at, unsigned place)
{
    if (at > 0 && earlier(queue, place, queue->heap[(at - 1) / 2])) {
        rise(queue, at, place);
    } else {
        sink(queue, at, place);
    }
}

void storm_queue_set(struct storm_queue *queue, unsigned place, fo_us due_us)
{
    FO_ASSERT(place < STORM_PLACES);
    unsigned at = queue->at[place];
    if (queue->due_us[place] == due_us) {
        return;
    }
    queue->due_us[place] = due_us;
    if (at == STORM_PLACES) {
        rise(queue, queue->count++, place);
    } else if (due_us == FO_NEVER) {
        unsigned last = queue->heap[--queue->count];
        queue->at[place] = STORM_PLACES;
        if (last != place) {
            settle(queue, at, last);
        }
    } else {
        settle(queue, at, place);
    }
}

unsigned storm_queue_first(const struct storm_queue *queue)
{
    return queue->count > 0 ? queue->heap[0] : STORM_PLACES;
}

fo_us storm_queue_due(const struct storm_queue *queue, unsigned place)
{
    FO_ASSERT(place < STORM_PLACES);
    return queue->due_us[place];
}
