/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of when a device is asked. */
#include "probes/cadence.h"

#include <criterion/criterion.h>

Test(cadence, a_fleet_is_spread_over_one_interval)
{
    struct pb_cadence cadence;
    for (unsigned i = 0; i < 64; i++) {
        pb_cadence_init(&cadence, FO_SECOND, i, 64, 5 * FO_SECOND);
        cr_assert_eq(cadence.next_us, 5 * FO_SECOND + FO_SECOND / 64 * i);
        cr_assert_lt(cadence.next_us, 6 * FO_SECOND);
    }
}

Test(cadence, polls_stay_on_their_grid_however_late_they_end)
{
    struct pb_cadence cadence;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, 0);
    cr_assert_eq(pb_cadence_next(&cadence, 10 * FO_MS, true), FO_SECOND);
    cr_assert_eq(pb_cadence_next(&cadence, FO_SECOND + 900 * FO_MS, true), 2 * FO_SECOND);
}

Test(cadence, a_grid_point_just_missed_is_made_good_at_once)
{
    struct pb_cadence cadence;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, 0);
    cr_assert_eq(pb_cadence_next(&cadence, FO_SECOND + FO_MS, false), FO_SECOND + FO_MS);
    cr_assert_eq(pb_cadence_next(&cadence, 2 * FO_SECOND + 500 * FO_MS, false),
                 2 * FO_SECOND + 500 * FO_MS);
    cr_assert_eq(pb_cadence_next(&cadence, 2 * FO_SECOND + 600 * FO_MS, true), 3 * FO_SECOND);
}

Test(cadence, grid_points_missed_by_more_are_not_caught_up)
{
    struct pb_cadence cadence;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, 0);
    cr_assert_eq(pb_cadence_next(&cadence, FO_SECOND + 500 * FO_MS + 1, true), 2 * FO_SECOND);
    cr_assert_eq(pb_cadence_next(&cadence, 60 * FO_SECOND + 700 * FO_MS, true), 61 * FO_SECOND);
    cr_assert_eq(pb_cadence_next(&cadence, 61 * FO_SECOND + 900 * FO_MS, true), 62 * FO_SECOND);
}

Test(cadence, a_silent_device_is_asked_half_as_often_and_never_less)
{
    struct pb_cadence cadence;
    fo_us now = 0;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, now);
    for (int i = 0; i < 2000; i++) {
        fo_us next = pb_cadence_next(&cadence, now + 400 * FO_MS, false);
        cr_assert_eq(next - now, i < PB_CADENCE_PATIENCE ? FO_SECOND : 2 * FO_SECOND, "poll %d", i);
        now = next;
    }
    cr_assert_eq(pb_cadence_next(&cadence, now + 1, true) - now, FO_SECOND);
}

Test(cadence, the_next_poll_is_never_in_the_past)
{
    struct pb_cadence cadence;
    fo_us now = 0;
    pb_cadence_init(&cadence, 7, 0, 1, now);
    for (fo_us step = 0; step < 500; step++) {
        now += step % 37; /* how long the poll took */
        fo_us next = pb_cadence_next(&cadence, now, step % 3 != 0);
        cr_assert_geq(next, now);
        cr_assert_leq(next, now + 14);
        now = next;
    }
}
