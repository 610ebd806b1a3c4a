/* SPDX-License-Identifier: Apache-2.0 */
/* The sense of time of the loop, on times that a test makes up. */
#include "monitord/clock.h"

#include <criterion/criterion.h>

Test(clock, a_gap_longer_than_the_bound_is_a_stall_and_says_how_long)
{
    struct md_clock clock;

    md_clock_init(&clock, 100 * FO_MS, 1000);
    cr_assert_eq(md_clock_turn(&clock, 1000 + 100 * FO_MS), 0);
    cr_assert_eq(md_clock_turn(&clock, 1000 + 201 * FO_MS), 101 * FO_MS);
    cr_assert_eq(md_clock_turn(&clock, 1000 + 202 * FO_MS), 0);
    cr_assert_eq(clock.stalls, 1);
}

Test(clock, the_next_turn_comes_long_before_waiting_looks_like_a_stall)
{
    struct md_clock clock;

    md_clock_init(&clock, 100 * FO_MS, 0);
    md_clock_turn(&clock, 50 * FO_MS);
    cr_assert_eq(md_clock_next_turn_us(&clock), 75 * FO_MS);
}

Test(clock, a_bound_too_small_to_keep_is_raised)
{
    struct md_clock clock;

    md_clock_init(&clock, 1, 0);
    cr_assert_eq(clock.stall_us, MD_CLOCK_STALL_MIN_US);
}

Test(clock, the_longest_lag_is_shown_for_one_to_two_windows)
{
    struct md_clock clock;

    md_clock_init(&clock, FO_SECOND, 0);
    md_clock_note_lag(&clock, 1000, 900);
    cr_assert_eq(md_clock_lag_us(&clock), 0, "early is not late");
    md_clock_note_lag(&clock, 1000, 8000);
    md_clock_note_lag(&clock, 9000, 9500);
    cr_assert_eq(md_clock_lag_us(&clock), 7000);
    md_clock_note_lag(&clock, 6 * FO_SECOND, 6 * FO_SECOND + 10);
    cr_assert_eq(md_clock_lag_us(&clock), 7000);
    md_clock_note_lag(&clock, 12 * FO_SECOND, 12 * FO_SECOND + 10);
    cr_assert_eq(md_clock_lag_us(&clock), 10);
}

Test(clock, five_hundred_ppm_is_well_and_a_little_more_is_not)
{
    cr_assert(md_clock_rate_within(10000, 0));
    cr_assert(md_clock_rate_within(10000, 500L * 65536));
    cr_assert(md_clock_rate_within(10000, -500L * 65536));
    cr_assert_not(md_clock_rate_within(10000, 500L * 65536 + 1));
    cr_assert(md_clock_rate_within(10005, 0), "5 ticks are 500 ppm");
    cr_assert_not(md_clock_rate_within(10006, 0));
    cr_assert(md_clock_rate_within(10006, -100L * 65536), "the two add up");
    cr_assert_not(md_clock_rate_within(10833, 0), "chrony's largest slew");
}
