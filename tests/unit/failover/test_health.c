/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the hysteresis of one source. */
#include "failover/health.h"

#include <criterion/criterion.h>

static const struct fo_health_policy policy = {.bad_of = 2,
                                               .window = 3,
                                               .good_run = 2,
                                               .hold_us = 5 * FO_SECOND,
                                               .stale_us = 10 * FO_SECOND};
static struct fo_source source;
static fo_us now_us = 100 * FO_SECOND;

static bool say(bool good)
{
    now_us += FO_SECOND;
    return fo_source_sample(&source, &policy, good, now_us);
}

Test(health, nothing_said_is_unknown_and_never_due)
{
    fo_source_init(&source);
    cr_assert_eq(source.state, FO_STATE_UNKNOWN);
    cr_assert_eq(fo_source_due(&source, &policy), FO_NEVER);
    cr_assert_not(fo_source_expire(&source, &policy, now_us));
}

Test(health, one_bad_sample_is_not_down)
{
    fo_source_init(&source);
    cr_assert(say(true));
    cr_assert_not(say(false));
    cr_assert_eq(source.state, FO_STATE_OK);
    cr_assert_not(say(true));
    cr_assert(say(false), "two of the last three are bad");
    cr_assert_eq(source.state, FO_STATE_DOWN);
}

Test(health, bad_from_the_start_needs_its_count_too)
{
    fo_source_init(&source);
    cr_assert_not(say(false));
    cr_assert_eq(source.state, FO_STATE_UNKNOWN);
    cr_assert(say(false));
    cr_assert_eq(source.state, FO_STATE_DOWN);
}

Test(health, a_bad_sample_outside_the_window_is_forgotten)
{
    fo_source_init(&source);
    say(true);
    say(false);
    say(true);
    say(true);
    cr_assert_not(say(false));
    cr_assert_eq(source.state, FO_STATE_OK);
}

Test(health, good_again_needs_a_run_and_its_hold)
{
    fo_source_init(&source);
    say(false);
    say(false);
    cr_assert_not(say(true));
    cr_assert_not(say(true), "the run is there, the hold is not over");
    fo_us due_us = fo_source_due(&source, &policy);
    cr_assert_eq(due_us, now_us - FO_SECOND + policy.hold_us);
    cr_assert_not(fo_source_expire(&source, &policy, due_us - 1));
    cr_assert(fo_source_expire(&source, &policy, due_us));
    cr_assert_eq(source.state, FO_STATE_OK);
}

Test(health, the_hold_may_also_end_with_a_sample)
{
    fo_source_init(&source);
    say(false);
    say(false);
    for (int i = 0; i < 5; i++) {
        cr_assert_not(say(true));
    }
    cr_assert(say(true));
    cr_assert_eq(source.state, FO_STATE_OK);
    cr_assert_not(say(false), "what was before it was good again does not count");
}

Test(health, a_bad_sample_breaks_the_run)
{
    fo_source_init(&source);
    say(false);
    say(false);
    say(true);
    say(false);
    say(true);
    cr_assert_eq(fo_source_due(&source, &policy), now_us + policy.stale_us);
    cr_assert_eq(source.good_run, 1);
}

Test(health, silence_makes_it_stale_not_down)
{
    fo_source_init(&source);
    say(true);
    fo_us due_us = fo_source_due(&source, &policy);
    cr_assert_eq(due_us, now_us + policy.stale_us);
    cr_assert_not(fo_source_expire(&source, &policy, due_us - 1));
    cr_assert(fo_source_expire(&source, &policy, due_us));
    cr_assert_eq(source.state, FO_STATE_UNKNOWN);
    cr_assert(source.stale);
    now_us = due_us;
    cr_assert(say(true));
    cr_assert_not(source.stale);
}

Test(health, forgetting_what_was_never_known_is_not_stale)
{
    fo_source_init(&source);
    fo_source_forget(&source);
    cr_assert_not(source.stale);
    say(true);
    fo_source_forget(&source);
    fo_source_forget(&source);
    cr_assert(source.stale);
}

Test(health, counters_saturate)
{
    fo_source_init(&source);
    for (int i = 0; i < 600; i++) {
        say(true);
    }
    cr_assert_eq(source.good_run, UINT8_MAX);
    cr_assert_eq(source.state, FO_STATE_OK);
}

Test(health, a_run_that_is_too_short_or_of_unknown_beginning_is_not_held)
{
    struct fo_source down = {.state = FO_STATE_DOWN, .last_us = now_us, .good_run = 2};
    down.good_us = FO_NEVER;
    cr_assert_not(fo_source_expire(&down, &policy, now_us + 6 * FO_SECOND));
    down.good_us = now_us;
    down.good_run = 1;
    cr_assert_not(fo_source_expire(&down, &policy, now_us + 6 * FO_SECOND));
    cr_assert_eq(fo_source_due(&down, &policy), now_us + 10 * FO_SECOND, "only its age is due");
    down.good_run = 2;
    cr_assert_eq(fo_source_due(&down, &policy), now_us + 5 * FO_SECOND, "its recovery is");
    down.good_us = now_us + 5 * FO_SECOND;
    cr_assert_eq(fo_source_due(&down, &policy), now_us + 10 * FO_SECOND, "its age comes first");
}
