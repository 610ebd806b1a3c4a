/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm's agenda against the simplest one that can be thought of. */
#include "sim/storm/queue.h"
#include "sim/storm/random.h"

#include <criterion/criterion.h>

static struct storm_queue queue;

static unsigned simplest_first(void)
{
    unsigned first = STORM_PLACES;
    for (unsigned i = 0; i < STORM_PLACES; i++) {
        if (queue.due_us[i] != FO_NEVER &&
            (first == STORM_PLACES || queue.due_us[i] < queue.due_us[first])) {
            first = i;
        }
    }
    return first;
}

Test(storm_queue, nothing_is_due_in_an_empty_one)
{
    storm_queue_init(&queue);
    cr_assert_eq(storm_queue_first(&queue), STORM_PLACES);
    cr_assert_eq(storm_queue_due(&queue, 5), FO_NEVER);
    storm_queue_set(&queue, 5, FO_NEVER);
    cr_assert_eq(storm_queue_first(&queue), STORM_PLACES);
}

Test(storm_queue, the_earliest_comes_first_and_ties_go_by_number)
{
    struct storm_random random = storm_random_stream(1, "queue", 0);
    storm_queue_init(&queue);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned place = (unsigned)storm_random_below(&random, STORM_PLACES);
        fo_us due_us =
            storm_random_chance(&random, 300) ? FO_NEVER : storm_random_below(&random, 500);
        storm_queue_set(&queue, place, due_us);
        cr_assert_eq(storm_queue_due(&queue, place), due_us);
        cr_assert_eq(storm_queue_first(&queue), simplest_first());
    }
}

Test(storm_queue, all_places_at_once_are_worked_off_in_order)
{
    fo_us last_us = 0;
    unsigned count = 0;
    storm_queue_init(&queue);
    for (unsigned i = 0; i < STORM_PLACES; i++) {
        storm_queue_set(&queue, i, (fo_us)(i * 7919 % 1000));
    }
    for (unsigned place; (place = storm_queue_first(&queue)) != STORM_PLACES; count++) {
        cr_assert_geq(storm_queue_due(&queue, place), last_us);
        last_us = storm_queue_due(&queue, place);
        storm_queue_set(&queue, place, FO_NEVER);
    }
    cr_assert_eq(count, STORM_PLACES);
}
