/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the preferred route: away from a dead line, back after a hold, never to a flapping one.
 */
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
    step_for(4 * FO_MINUTE);
    cr_assert_eq(active(), LINE_B);
    step_until(active() == LINE_A, 2 * FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_ROUTE), 2);
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
        line->ok_us = known == 0 ? FO_NEVER : world.now_us - FO_LINE_RETURN_US;
        fo_deadline_set(&world.engine.deadlines, FO_TIMER_ROUTE, world.now_us);
        mark();
        give_tick();
        cr_assert_eq(told(FO_COMMAND_ROUTE) != NULL, known == 1);
    }
}
