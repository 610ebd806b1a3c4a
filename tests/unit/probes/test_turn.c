/* SPDX-License-Identifier: Apache-2.0 */
/* What one turn of the loop may do, and that nobody is limited where there is no fleet. */
#include "probes/turn.h"

#include <criterion/criterion.h>

Test(turn, a_turn_serves_so_many_and_the_next_one_the_rest)
{
    for (unsigned turn = 0; turn < 3; turn++) {
        pb_turn_begin();
        for (unsigned i = 0; i < PB_TURN_MAX; i++) {
            cr_assert(pb_turn_take());
        }
        cr_assert_not(pb_turn_take());
        cr_assert_not(pb_turn_take(), "asking again made room");
    }
}

Test(turn, without_a_fleet_nothing_is_limited)
{
    for (unsigned i = 0; i < 1000; i++) {
        cr_assert(pb_turn_take());
    }
    pb_turn_begin();
    pb_turn_end();
    for (unsigned i = 0; i < 1000; i++) {
        cr_assert(pb_turn_take());
    }
}
