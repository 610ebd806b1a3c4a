/* SPDX-License-Identifier: Apache-2.0 */
/* The rhythm of quiet tests: first, regular, again after a failure, and what counts as down. */
#include "monitord/self_test.h"

#include <criterion/criterion.h>

static enum md_self_test_news run(struct md_self_test *test, bool works, fo_us *now_us)
{
    uint8_t channel;

    while ((channel = md_self_test_due(test, *now_us)) == FO_NONE) {
        *now_us += FO_SECOND;
    }
    cr_assert_eq(channel, 0);
    return md_self_test_ended(test, channel, works, *now_us);
}

Test(self_test, each_channel_is_tested_a_minute_after_the_start_and_then_every_five)
{
    struct md_self_test test;
    fo_us now_us = 0;

    md_self_test_init(&test, 1, 0);
    cr_assert_eq(run(&test, true, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(now_us, MD_SELF_TEST_FIRST_US);
    run(&test, true, &now_us);
    cr_assert_eq(now_us, MD_SELF_TEST_FIRST_US + MD_SELF_TEST_INTERVAL_US);
}

Test(self_test, three_failures_in_a_row_are_down_and_said_once)
{
    struct md_self_test test;
    fo_us now_us = 0;

    md_self_test_init(&test, 1, 0);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(now_us, MD_SELF_TEST_FIRST_US + MD_SELF_TEST_AGAIN_US);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_DOWN);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(run(&test, true, &now_us), MD_SELF_TEST_WORKS);
    cr_assert_eq(run(&test, true, &now_us), MD_SELF_TEST_SAME);
}

Test(self_test, one_good_test_between_two_bad_ones_starts_the_count_anew)
{
    struct md_self_test test;
    fo_us now_us = 0;

    md_self_test_init(&test, 1, 0);
    run(&test, false, &now_us);
    run(&test, false, &now_us);
    run(&test, true, &now_us);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(run(&test, false, &now_us), MD_SELF_TEST_DOWN);
}

Test(self_test, a_test_under_way_is_not_begun_a_second_time_and_ends_once)
{
    struct md_self_test test;

    md_self_test_init(&test, 2, 0);
    cr_assert_eq(md_self_test_due(&test, FO_HOUR), 0);
    cr_assert_eq(md_self_test_due(&test, FO_HOUR), 1);
    cr_assert_eq(md_self_test_due(&test, FO_HOUR), FO_NONE);
    md_self_test_ended(&test, 0, false, FO_HOUR);
    md_self_test_ended(&test, 0, false, FO_HOUR);
    md_self_test_ended(&test, 0, false, FO_HOUR);
    cr_assert_eq(test.channels[0].failures, 1);
    cr_assert_eq(md_self_test_ended(&test, 7, false, FO_HOUR), MD_SELF_TEST_SAME);
}

Test(self_test, a_test_that_was_given_up_counts_neither_way_and_comes_again_soon)
{
    struct md_self_test test;
    fo_us now_us = MD_SELF_TEST_FIRST_US;

    md_self_test_init(&test, 1, 0);
    cr_assert_eq(md_self_test_due(&test, now_us), 0);
    md_self_test_put_off(&test, 0, now_us);
    cr_assert_not(test.channels[0].known);
    cr_assert_eq(md_self_test_ended(&test, 0, false, now_us), MD_SELF_TEST_SAME, "none is on");
    cr_assert_eq(test.channels[0].failures, 0);
    cr_assert_eq(run(&test, true, &now_us), MD_SELF_TEST_SAME);
    cr_assert_eq(now_us, MD_SELF_TEST_FIRST_US + MD_SELF_TEST_AGAIN_US);
}
