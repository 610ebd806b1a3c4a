/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the heap of deadlines. */
#include "failover/deadline.h"

#include <criterion/criterion.h>

static struct fo_deadlines set;

Test(deadline, an_empty_set_is_never_due)
{
    fo_deadline_init(&set);
    cr_assert_eq(set.due_us[fo_deadline_first(&set)], FO_NEVER);
}

Test(deadline, the_earliest_comes_first_and_ties_in_the_order_of_their_names)
{
    fo_deadline_init(&set);
    fo_deadline_set(&set, FO_TIMER_OUTPUT, 50);
    fo_deadline_set(&set, FO_TIMER_PLAN, 40);
    fo_deadline_set(&set, FO_TIMER_MAINS, 40);
    cr_assert_eq(fo_deadline_first(&set), FO_TIMER_MAINS);
    fo_deadline_set(&set, FO_TIMER_MAINS, FO_NEVER);
    cr_assert_eq(fo_deadline_first(&set), FO_TIMER_PLAN);
    fo_deadline_set(&set, FO_TIMER_PLAN, 60);
    cr_assert_eq(fo_deadline_first(&set), FO_TIMER_OUTPUT);
}

Test(deadline, bringing_moves_a_deadline_nearer_only)
{
    fo_deadline_init(&set);
    fo_deadline_bring(&set, FO_TIMER_PLAN, 100);
    fo_deadline_bring(&set, FO_TIMER_PLAN, 200);
    cr_assert_eq(set.due_us[FO_TIMER_PLAN], 100);
    fo_deadline_bring(&set, FO_TIMER_PLAN, 50);
    cr_assert_eq(set.due_us[FO_TIMER_PLAN], 50);
}

Test(deadline, whatever_is_set_the_first_is_the_least)
{
    uint64_t dice = 7;
    fo_deadline_init(&set);
    for (int round = 0; round < 20000; round++) {
        dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
        unsigned timer = (unsigned)((dice >> 33) % FO_TIMERS);
        fo_us due_us = (dice >> 20) % 5 == 0 ? FO_NEVER : (fo_us)(dice >> 40) % 1000;
        fo_deadline_set(&set, timer, due_us);
        if (round % 50 != 0) {
            continue;
        }
        unsigned least = 0;
        for (unsigned i = 1; i < FO_TIMERS; i++) {
            least = set.due_us[i] < set.due_us[least] ? i : least;
        }
        cr_assert_eq(fo_deadline_first(&set), least);
    }
}
