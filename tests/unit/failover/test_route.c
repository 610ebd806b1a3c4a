/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the preferred route: away from a dead line or one long worse than another, back after a
 * hold, never to a flapping one, and two bad lines do not change places. */
#include "failover/route.h"
#include "tests/lib/engine_fixture.h"

static void set_line(unsigned line, bool ok)
{
    world.target_ok[line][0] = ok;
    world.target_ok[line][1] = ok;
}

static unsigned active(void)
{
    return world.engine.route.active;
}

/* Seconds in which each line loses the samples of both its targets once: 0 none, 4 a quarter. */
static unsigned loses_each[WORLD_LINES];
static unsigned ticked;

static void lossy_for(fo_us length_us)
{
    fo_us until_us = world.now_us + length_us;
    while (world.now_us < until_us) {
        ticked++;
        for (unsigned line = 0; line < WORLD_LINES; line++) {
            set_line(line, loses_each[line] == 0 || ticked % loses_each[line] != 0);
        }
        step_for(FO_SECOND);
    }
}

#define lossy_until(condition, bound_us)                                                   \
    do {                                                                                   \
        fo_us lossy_until_end = world.now_us + (bound_us);                                 \
        while (!(condition) && world.now_us < lossy_until_end) {                           \
            lossy_for(FO_SECOND);                                                          \
        }                                                                                  \
        cr_assert((condition), "not within %lld s: %s", (long long)(bound_us) / FO_SECOND, \
                  #condition);                                                             \
    } while (0)

static unsigned state_of(unsigned line)
{
    return look()->lines[line].state;
}

Test(route, a_dead_line_is_left_and_the_incident_says_so)
{
    world_begin();
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 1);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->line, LINE_B);
    cr_assert_neq(told(FO_COMMAND_ROUTE)->incident, 0);
    cr_assert_eq(incident_of(FO_REASON_LINE_DOWN)->did, FO_REASON_LINE_CHANGED);
    cr_assert(look()->lines[LINE_B].active);
    cr_assert_eq(seen(FO_REASON_LINE_CHANGED)->b, LINE_A);
}

Test(route, the_return_waits_until_the_preferred_line_has_held)
{
    world_begin();
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    set_line(LINE_A, true);
    step_until(state_of(LINE_A) == FO_STATE_OK, 2 * FO_MINUTE);
    step_for(5 * FO_MINUTE - FO_SECOND);
    cr_assert_eq(active(), LINE_B);
    step_until(active() == LINE_A, 2 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 2);
}

Test(route, the_traffic_does_not_return_to_a_line_that_comes_back_degraded)
{
    world_begin();
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    loses_each[LINE_A] = 4;
    lossy_for(30 * FO_MINUTE);
    cr_assert_eq(state_of(LINE_A), FO_STATE_DEGRADED);
    cr_assert_eq(state_of(LINE_B), FO_STATE_OK);
    cr_assert_eq(active(), LINE_B);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 1, "it has not been there in between");
    loses_each[LINE_A] = 0;
    lossy_until(state_of(LINE_A) == FO_STATE_OK, 2 * FO_MINUTE);
    lossy_for(5 * FO_MINUTE - 2 * FO_SECOND);
    cr_assert_eq(active(), LINE_B, "OK, and not yet for the whole hold");
    lossy_until(active() == LINE_A, 4 * FO_SECOND);
}

Test(route, a_degradation_or_silence_in_between_begins_the_hold_anew)
{
    world_begin();
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    set_line(LINE_A, true);
    step_until(state_of(LINE_A) == FO_STATE_OK, 2 * FO_MINUTE);
    step_for(4 * FO_MINUTE);
    loses_each[LINE_A] = 2;
    lossy_until(state_of(LINE_A) == FO_STATE_DEGRADED, FO_MINUTE);
    loses_each[LINE_A] = 0;
    lossy_until(state_of(LINE_A) == FO_STATE_OK, 2 * FO_MINUTE);
    step_for(4 * FO_MINUTE);
    world.probing = false;
    step_until(state_of(LINE_A) == FO_STATE_UNKNOWN, 5 * FO_SECOND);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    step_until(state_of(LINE_A) == FO_STATE_OK, 5 * FO_SECOND);
    step_for(5 * FO_MINUTE - FO_SECOND);
    cr_assert_eq(active(), LINE_B);
    step_until(active() == LINE_A, 2 * FO_SECOND);
}

Test(route, a_line_long_degraded_beside_a_clean_one_is_left_once_and_its_incident_says_so)
{
    world_begin();
    lossy_for(FO_MINUTE);
    loses_each[LINE_A] = 4;
    lossy_until(state_of(LINE_A) == FO_STATE_DEGRADED, 2 * FO_MINUTE);
    lossy_for(2 * FO_MINUTE + 50 * FO_SECOND);
    cr_assert_eq(active(), LINE_A, "it may pass");
    lossy_until(active() == LINE_B, 30 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->reason, FO_REASON_LINE_DEGRADED);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->incident, incident_of(FO_REASON_LINE_DEGRADED)->number);
    cr_assert_eq(incident_of(FO_REASON_LINE_DEGRADED)->did, FO_REASON_LINE_CHANGED);
    lossy_for(FO_HOUR);
    cr_assert_eq(active(), LINE_B);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 1);
}

Test(route, a_degradation_that_passes_moves_nothing)
{
    world_begin();
    lossy_for(FO_MINUTE);
    for (unsigned i = 0; i < 5; i++) {
        loses_each[LINE_A] = 4;
        lossy_until(state_of(LINE_A) == FO_STATE_DEGRADED, 2 * FO_MINUTE);
        lossy_for(FO_MINUTE);
        loses_each[LINE_A] = 0;
        lossy_until(state_of(LINE_A) == FO_STATE_OK, 2 * FO_MINUTE);
    }
    lossy_for(10 * FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_ROUTE));
}

Test(route, two_lines_that_are_both_bad_do_not_change_places)
{
    world_begin();
    loses_each[LINE_A] = 3;
    loses_each[LINE_B] = 5;
    lossy_for(2 * FO_HOUR);
    cr_assert_eq(state_of(LINE_A), FO_STATE_DEGRADED);
    cr_assert_eq(state_of(LINE_B), FO_STATE_DEGRADED);
    cr_assert_not(told(FO_COMMAND_ROUTE), "33 % and 20 %: the one in use stays");
    cr_assert(incident_of(FO_REASON_LINE_DEGRADED), "and people are called");
}

Test(route, of_two_bad_lines_one_that_is_far_better_is_taken_and_kept)
{
    world_begin();
    loses_each[LINE_A] = 3;
    loses_each[LINE_B] = 9;
    lossy_until(active() == LINE_B, 6 * FO_MINUTE);
    cr_assert_eq(state_of(LINE_B), FO_STATE_DEGRADED);
    lossy_for(2 * FO_HOUR);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 1);
}

/* A loss of so many in a hundred, as the ring of a line has it. */
static void set_loss(unsigned line, uint8_t percent)
{
    world.engine.lines[line].loss.filled = FO_LOSS_SAMPLES;
    world.engine.lines[line].loss.count = percent;
}

static void run_route(void)
{
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_ROUTE, world.now_us);
    mark();
    give_tick();
}

Test(route, clearly_better_is_half_the_loss_and_of_two_degraded_ones_ten_points_less)
{
    static const struct {
        uint8_t used, other, used_state, other_state;
        bool lossy, better;
    } cases[] = {
        {6, 3, FO_STATE_DEGRADED, FO_STATE_OK, true, true},
        {6, 4, FO_STATE_DEGRADED, FO_STATE_OK, true, false},
        {0, 4, FO_STATE_DEGRADED, FO_STATE_OK, false, true}, /* slow beside one that is not */
        {0, 4, FO_STATE_OK, FO_STATE_OK, false, false},
        {9, 0, FO_STATE_UNKNOWN, FO_STATE_OK, true, false},
        {20, 10, FO_STATE_DEGRADED, FO_STATE_DEGRADED, true, true},
        {19, 9, FO_STATE_DEGRADED, FO_STATE_DEGRADED, true, true},
        {18, 9, FO_STATE_DEGRADED, FO_STATE_DEGRADED, true, false},  /* nine points */
        {40, 21, FO_STATE_DEGRADED, FO_STATE_DEGRADED, true, false}, /* more than half */
        {0, 0, FO_STATE_DEGRADED, FO_STATE_DEGRADED, false, false},  /* both slow */
        {40, 0, FO_STATE_DEGRADED, FO_STATE_UNKNOWN, true, false},
        {40, 0, FO_STATE_DEGRADED, FO_STATE_DOWN, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_begin();
        world.engine.lines[LINE_A].state = cases[i].used_state;
        world.engine.lines[LINE_A].lossy = cases[i].lossy;
        world.engine.lines[LINE_B].state = cases[i].other_state;
        set_loss(LINE_A, cases[i].used);
        set_loss(LINE_B, cases[i].other);
        run_route();
        cr_assert_eq(world.engine.lines[LINE_B].better_us != FO_NEVER, cases[i].better, "%zu", i);
    }
}

Test(route, a_better_line_that_flaps_or_is_worked_on_is_not_counted_as_one)
{
    world_begin();
    world.engine.lines[LINE_A].state = FO_STATE_DEGRADED;
    world.engine.lines[LINE_A].lossy = true;
    set_loss(LINE_A, 40);
    run_route();
    cr_assert_eq(world.engine.lines[LINE_B].better_us, world.now_us);
    world.engine.inhibit.maintenance_us[FO_WINDOW_LINE + LINE_B] = world.now_us + FO_MINUTE;
    run_route();
    cr_assert_eq(world.engine.lines[LINE_B].better_us, FO_NEVER);
}

Test(route, of_several_better_lines_the_best_is_taken_and_one_that_is_just_silent_is_not)
{
    struct fo_policy policy = fixture_policy();
    policy.line_count = 3;
    policy.lines[2] = policy.lines[LINE_B];
    for (unsigned best = 1; best < 3; best++) {
        for (unsigned silent = 0; silent < 2; silent++) {
            world_begin_empty(&policy);
            for (unsigned i = 0; i < 3; i++) {
                world.engine.lines[i].state = FO_STATE_DEGRADED;
                world.engine.lines[i].targets[1].state = FO_STATE_OK;
                world.engine.lines[i].targets[1].bad = silent == 1 && i == best ? 1 : 0;
                world.engine.lines[i].better_us = world.now_us - 3 * FO_MINUTE;
                set_loss(i, i == 0 ? 60 : (i == best ? 10 : 20));
            }
            run_route();
            cr_assert_eq(told(FO_COMMAND_ROUTE)->line, silent == 0 ? best : 3 - best);
        }
    }
}

Test(route, after_a_line_was_left_for_a_better_one_nothing_returns_for_a_while)
{
    world_begin();
    lossy_for(FO_MINUTE);
    loses_each[LINE_A] = 4;
    lossy_until(active() == LINE_B, 10 * FO_MINUTE);
    loses_each[LINE_A] = 0;
    lossy_for(FO_ROUTE_REST_US - 2 * FO_SECOND);
    cr_assert_eq(active(), LINE_B, "OK for longer than its hold");
    lossy_until(active() == LINE_A, 4 * FO_SECOND);
}

Test(route, two_lines_that_take_turns_in_being_bad_change_places_no_faster_than_the_rest)
{
    world_begin();
    lossy_for(FO_MINUTE);
    loses_each[LINE_A] = 4;
    lossy_until(active() == LINE_B, 10 * FO_MINUTE);
    fo_us left_us = world.now_us;
    loses_each[LINE_A] = 0;
    loses_each[LINE_B] = 4;
    lossy_until(active() == LINE_A, 20 * FO_MINUTE);
    cr_assert_geq(world.now_us - left_us, FO_ROUTE_REST_US - FO_SECOND);
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    cr_assert_eq(active(), LINE_B, "from a dead line at once, rest or not");
}

Test(route, what_was_better_than_the_line_before_is_compared_anew_with_this_one)
{
    world_begin();
    lossy_for(FO_MINUTE);
    loses_each[LINE_A] = 4;
    lossy_until(world.engine.lines[LINE_B].better_us != FO_NEVER, 3 * FO_MINUTE);
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 10 * FO_SECOND);
    cr_assert_eq(world.engine.lines[LINE_B].better_us, FO_NEVER);
    cr_assert_eq(world.engine.route.left_us, FO_NEVER, "left because it was dead");
}

Test(route, a_failed_change_is_tried_again_later)
{
    world_begin();
    world.route = FO_OUTCOME_FAILED;
    set_line(LINE_A, false);
    step_until(told_count(FO_COMMAND_ROUTE) == 2, 20 * FO_SECOND);
    world.route = FO_OUTCOME_DONE;
    step_until(active() == LINE_B, 12 * FO_SECOND);
}

Test(route, an_executor_that_says_nothing_has_failed)
{
    world_begin();
    world.route = FO_OUTCOMES;
    set_line(LINE_A, false);
    step_until(told_count(FO_COMMAND_ROUTE) == 1, 6 * FO_SECOND);
    step_until(told_count(FO_COMMAND_ROUTE) == 2, 25 * FO_SECOND);
}

Test(route, no_change_is_made_to_a_flapping_line)
{
    world_begin();
    for (int i = 0; i < FO_LINE_CHANGES; i++) {
        set_line(LINE_B, false);
        step_for(5 * FO_SECOND);
        set_line(LINE_B, true);
        step_for(5 * FO_SECOND);
    }
    set_line(LINE_A, false);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_ROUTE));
    step_until(told(FO_COMMAND_ROUTE), 11 * FO_MINUTE);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->line, LINE_B);
}

Test(route, the_return_to_a_line_that_flapped_waits_longer)
{
    world_begin();
    for (int i = 0; i < FO_LINE_CHANGES; i++) {
        set_line(LINE_A, false);
        step_for(5 * FO_SECOND);
        set_line(LINE_A, true);
        step_for(5 * FO_SECOND);
    }
    cr_assert_eq(active(), LINE_B);
    step_for(8 * FO_MINUTE);
    cr_assert_eq(active(), LINE_B);
    step_until(active() == LINE_A, 3 * FO_MINUTE);
}

Test(route, nothing_is_moved_while_the_journal_is_dead)
{
    world_begin();
    give_self(FO_SELF_JOURNAL, 0, 0);
    set_line(LINE_A, false);
    step_for(20 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_ROUTE));
    give_self(FO_SELF_JOURNAL, 0, 1);
    step_until(told(FO_COMMAND_ROUTE), FO_SECOND);
}

Test(route, nothing_is_moved_after_an_assertion_has_frozen_the_engine)
{
    world_begin();
    world.engine.self.frozen = true;
    set_line(LINE_A, false);
    step_for(20 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_ROUTE));
}

Test(route, after_a_crash_the_same_key_is_asked_again)
{
    world_begin();
    world.route = FO_OUTCOMES;
    set_line(LINE_A, false);
    step_until(told(FO_COMMAND_ROUTE), 6 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_ROUTE)->key;
    monitor_die();
    world.route = FO_OUTCOME_DONE;
    mark();
    monitor_restart();
    step_until(active() == LINE_B, FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->key.sequence, key.sequence);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->key.boot, key.boot);
}

Test(route, of_two_good_lines_the_better_is_taken)
{
    struct fo_policy policy = fixture_policy();
    policy.line_count = 3;
    policy.lines[2] = policy.lines[1];
    world_begin_empty(&policy);
    for (int i = 0; i < 30; i++) {
        give_probe(FO_PROBE_TARGET, 0, 0, true);
        give_probe(FO_PROBE_TARGET, 0, 1, true);
        give_probe(FO_PROBE_TARGET, 1, 0, true);
        give_probe(FO_PROBE_TARGET, 1, 1, i % 3 != 0);
        give_probe(FO_PROBE_TARGET, 2, 0, true);
        step_for(100 * FO_MS);
    }
    for (int i = 0; i < 3; i++) {
        give_probe(FO_PROBE_TARGET, 0, 0, false);
        give_probe(FO_PROBE_TARGET, 0, 1, false);
    }
    cr_assert_eq(look()->lines[1].state, FO_STATE_DEGRADED);
    cr_assert_eq(told(FO_COMMAND_ROUTE)->line, 2);
}

Test(route, a_site_without_lines_has_no_route)
{
    struct fo_policy policy = fixture_policy();
    policy.line_count = 0;
    policy.service_count = 1;
    world_begin_empty(&policy);
    step_for(FO_MINUTE);
    cr_assert_eq(active(), FO_NONE);
}

Test(route, of_several_lines_left_a_good_one_is_better_than_the_first)
{
    struct fo_policy policy = fixture_policy();
    policy.line_count = 3;
    policy.lines[2] = policy.lines[LINE_B];
    world_begin_empty(&policy);
    step_for(5 * FO_SECOND);
    for (unsigned third = 0; third < 3; third++) {
        struct fo_engine *engine = &world.engine;
        engine->route.active = LINE_A;
        engine->route.wanted = FO_NONE;
        engine->route.retry_us = 0;
        for (unsigned i = 0; i < 3; i++) {
            engine->lines[i].targets[0].state = FO_STATE_OK;
            engine->lines[i].targets[0].bad = 0;
        }
        engine->lines[LINE_A].state = FO_STATE_DOWN;
        engine->lines[LINE_B].state = third == 2 ? FO_STATE_OK : FO_STATE_DEGRADED;
        engine->lines[2].state = third == 0 ? FO_STATE_OK : FO_STATE_DEGRADED;
        fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, world.now_us);
        mark();
        give_tick();
        cr_assert_not_null(told(FO_COMMAND_ROUTE));
        cr_assert_eq(told(FO_COMMAND_ROUTE)->line, third == 0 ? 2 : LINE_B, "%u", third);
    }
}

Test(route, a_line_of_which_it_is_not_known_since_when_it_works_is_not_returned_to)
{
    world_begin();
    set_line(LINE_A, false);
    step_until(active() == LINE_B, 6 * FO_SECOND);
    struct fo_line *line = &world.engine.lines[LINE_A];
    for (unsigned known = 0; known < 2; known++) {
        line->state = FO_STATE_OK;
        line->ok_us = known == 0 ? FO_NEVER : world.now_us - 5 * FO_MINUTE;
        fo_deadline_set(&world.engine.deadlines, FO_TIMER_ROUTE, world.now_us);
        mark();
        give_tick();
        cr_assert_eq(told(FO_COMMAND_ROUTE) != NULL, known == 1);
    }
}
