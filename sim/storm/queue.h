/* SPDX-License-Identifier: Apache-2.0 */
/* The storm's agenda: a bounded set of numbered places, each with the instant at which it is due,
 * earliest first, ties by number. It owns no meaning of a place: world.h says what each one is. No
 * allocation; setting, removing and finding the first never fail. */
#ifndef SIM_STORM_QUEUE_H
#define SIM_STORM_QUEUE_H

#include "failover/types.h"

#define STORM_PLACES 2048

struct storm_queue {
    fo_us due_us[STORM_PLACES];
    uint16_t heap[STORM_PLACES];
    uint16_t at[STORM_PLACES]; /* where a place stands in the heap; STORM_PLACES: nowhere */
    unsigned count;
};

void storm_queue_init(struct storm_queue *queue);
/* FO_NEVER takes the place out. */
void storm_queue_set(struct storm_queue *queue, unsigned place, fo_us due_us);
/* The earliest place, STORM_PLACES when nothing is due ever. */
unsigned storm_queue_first(const struct storm_queue *queue);
fo_us storm_queue_due(const struct storm_queue *queue, unsigned place);

#endif
