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

Test(cadence, missed_grid_points_are_not_caught_up)
{
    struct pb_cadence cadence;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, 0);
    cr_assert_eq(pb_cadence_next(&cadence, 7 * FO_SECOND + 1, true), 8 * FO_SECOND);
    cr_assert_eq(pb_cadence_next(&cadence, 9 * FO_SECOND, true), 10 * FO_SECOND);
}

Test(cadence, a_silent_device_is_asked_less_often_but_never_later_than_the_slowest_pace)
{
    struct pb_cadence cadence;
    fo_us now = 0;
    pb_cadence_init(&cadence, FO_SECOND, 0, 1, now);
    for (int i = 0; i < 100; i++) {
        fo_us next = pb_cadence_next(&cadence, now + 100 * FO_MS, false);
        fo_us gap = next - now;
        cr_assert_leq(gap, PB_CADENCE_SLOWEST_US);
        cr_assert_eq(gap,
                     i < PB_CADENCE_PATIENCE        ? FO_SECOND
                     : i == PB_CADENCE_PATIENCE     ? 2 * FO_SECOND
                     : i == PB_CADENCE_PATIENCE + 1 ? 4 * FO_SECOND
                                                    : PB_CADENCE_SLOWEST_US,
                     "poll %d: %lld", i, (long long)gap);
        now = next;
    }
    cr_assert_eq(pb_cadence_next(&cadence, now + 1, true) - now, FO_SECOND);
}

Test(cadence, a_device_slower_than_the_slowest_pace_keeps_its_own)
{
    struct pb_cadence cadence;
    fo_us now = 0;
    pb_cadence_init(&cadence, FO_MINUTE, 0, 1, now);
    for (int i = 0; i < 20; i++) {
        fo_us next = pb_cadence_next(&cadence, now + FO_SECOND, false);
        cr_assert_eq(next - now, FO_MINUTE);
        now = next;
    }
}
