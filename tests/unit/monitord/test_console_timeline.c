/* SPDX-License-Identifier: Apache-2.0 */
/* The axis of the timeline: where a moment stands between detection and the end. What is drawn is
 * tested with the report that holds it. */
#include "monitord/console/timeline.h"

#include <criterion/criterion.h>

Test(timeline, detection_stands_at_the_left_and_the_end_at_the_right)
{
    cr_expect_float_eq(md_timeline_place(0, 900), 0, 1e-12);
    cr_expect_float_eq(md_timeline_place(900, 900), 1, 1e-12);
}

Test(timeline, what_lies_outside_is_kept_on_the_sheet)
{
    cr_expect_float_eq(md_timeline_place(-10, 900), 0, 1e-12);
    cr_expect_float_eq(md_timeline_place(901, 900), 1, 1e-12);
    cr_expect_float_eq(md_timeline_place(1, 0), 0, 1e-12);
}

Test(timeline, tenths_of_a_second_and_hours_are_told_apart_on_one_sheet)
{
    double day_s = 86400;

    cr_expect_gt(md_timeline_place(0.3, day_s) - md_timeline_place(0, day_s), 0.05);
    cr_expect_gt(md_timeline_place(1, day_s) - md_timeline_place(0.3, day_s), 0.05);
    cr_expect_gt(md_timeline_place(day_s, day_s) - md_timeline_place(6 * 3600.0, day_s), 0.05);
}

Test(timeline, later_is_never_further_left)
{
    double before = -1;

    for (double seconds = 0; seconds < 4000; seconds += 7) {
        double place = md_timeline_place(seconds, 3600);
        cr_assert_geq(place, before);
        before = place;
    }
}
