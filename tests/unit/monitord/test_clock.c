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

/* ---- long windows ---------------------------------------------------------------------------- */

Test(clock, one_lag_in_a_thousand_is_the_one_that_counts)
{
    struct md_clock clock;
    md_clock_init(&clock, 50 * FO_MS, 0);
    cr_assert_eq(md_clock_lag_p999_us(&clock), 0);
    for (int i = 0; i < 2000; i++) {
        md_clock_note_lag(&clock, i, i + 100);
    }
    md_clock_note_lag(&clock, 0, 9 * FO_MS);
    cr_assert_eq(md_clock_lag_p999_us(&clock), 250, "one in two thousand is not one in a thousand");
    md_clock_note_lag(&clock, 0, 9 * FO_MS);
    md_clock_note_lag(&clock, 0, 9 * FO_MS);
    cr_assert_eq(md_clock_lag_p999_us(&clock), 9 * FO_MS + 250);
    md_clock_note_lag(&clock, 0, FO_SECOND);
    md_clock_note_lag(&clock, 0, FO_SECOND);
    md_clock_note_lag(&clock, 0, FO_SECOND);
    cr_assert_eq(md_clock_lag_p999_us(&clock), MD_CLOCK_LAG_STEPS * 250);
}

Test(clock, the_longest_turn_is_kept_for_one_to_two_windows)
{
    struct md_clock clock;
    md_clock_init(&clock, 50 * FO_MS, 0);
    md_clock_note_busy(&clock, 700 * FO_MS, 0);
    cr_assert_eq(md_clock_busy_us(&clock), 0, "what came before the first turn is not known");
    md_clock_note_busy(&clock, 703 * FO_MS, FO_SECOND);
    md_clock_note_busy(&clock, 704 * FO_MS, 2 * FO_SECOND);
    cr_assert_eq(md_clock_busy_us(&clock), 3 * FO_MS);
    md_clock_note_busy(&clock, 705 * FO_MS, MD_CLOCK_LONG_WINDOW_US + FO_SECOND);
    cr_assert_eq(md_clock_busy_us(&clock), 3 * FO_MS);
    md_clock_note_busy(&clock, 706 * FO_MS, 3 * MD_CLOCK_LONG_WINDOW_US);
    cr_assert_eq(md_clock_busy_us(&clock), FO_MS);
}
