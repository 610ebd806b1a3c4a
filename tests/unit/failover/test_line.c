/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the carrier lines: several targets, loss, round trip, staleness. */
#include "failover/line.h"
#include "tests/lib/engine_fixture.h"

static void line_fails(unsigned line)
{
    world.target_ok[line][0] = false;
    world.target_ok[line][1] = false;
}

static void line_works(unsigned line)
{
    world.target_ok[line][0] = true;
    world.target_ok[line][1] = true;
}

Test(line, one_dead_target_is_not_a_dead_line)
{
    world_begin();
    world.target_ok[LINE_A][0] = false;
    step_for(20 * FO_SECOND);
    cr_assert_neq(look()->lines[LINE_A].state, FO_STATE_DOWN);
    cr_assert_not(told(FO_COMMAND_ROUTE));
}

Test(line, all_targets_down_is_a_dead_line_and_degrades_what_needs_it)
{
    world_begin();
    line_fails(LINE_A);
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DOWN);
    cr_assert_eq(look()->lines[LINE_A].reason, FO_REASON_LINE_DOWN);
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->services[ORDERS].reason, FO_REASON_LINE_DOWN);
    line_works(LINE_A);
    step_until(look()->lines[LINE_A].state == FO_STATE_OK, 5 * FO_MINUTE);
    step_until(!incident_of(FO_REASON_LINE_DOWN), FO_MINUTE);
}

Test(line, loss_above_its_limit_degrades_with_hysteresis)
{
    world_begin();
    step_for(50 * FO_SECOND);
    for (int i = 0; i < 30 && look()->lines[LINE_A].state != FO_STATE_DEGRADED; i++) {
        world.target_ok[LINE_A][0] = i % 2 == 0;
        step_for(FO_SECOND);
    }
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DEGRADED);
    cr_assert_geq(look()->lines[LINE_A].loss_permille, 100U);
    cr_assert_not(incident_of(FO_REASON_LINE_DEGRADED), "it may be the beginning of an outage");
    for (int i = 0; i < 12; i++) {
        world.target_ok[LINE_A][0] = i % 2 == 0;
        step_for(FO_SECOND);
    }
    cr_assert(incident_of(FO_REASON_LINE_DEGRADED));
    world.target_ok[LINE_A][0] = true;
    step_for(10 * FO_SECOND);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DEGRADED, "not yet half of its limit");
    step_until(look()->lines[LINE_A].state == FO_STATE_OK, 2 * FO_MINUTE);
    cr_assert_lt(look()->lines[LINE_A].loss_permille, 50U);
}

Test(line, round_trips_are_smoothed)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    cr_assert_eq(look()->lines[LINE_A].rtt_us, FO_NEVER);
    cr_assert_eq(look()->lines[LINE_A].loss_permille, UINT32_MAX);
    give_probe(FO_PROBE_TARGET, LINE_A, 0, true);
    cr_assert_eq(look()->lines[LINE_A].rtt_us, 4 * FO_MS);
    give((struct fo_event){
        .kind = FO_EVENT_PROBE,
        .probe = {.kind = FO_PROBE_TARGET, .quality = FO_GOOD, .ok = true, .rtt_us = 12 * FO_MS}});
    cr_assert_eq(look()->lines[LINE_A].rtt_us, 5 * FO_MS);
}

/* One echo of each of the first line's two targets. */
static void give_echoes(fo_us near_us, fo_us far_us)
{
    for (uint8_t target = 0; target < 2; target++) {
        give((struct fo_event){.kind = FO_EVENT_PROBE,
                               .probe = {.kind = FO_PROBE_TARGET,
                                         .target = target,
                                         .quality = FO_GOOD,
                                         .ok = true,
                                         .rtt_us = target == 0 ? near_us : far_us}});
    }
}

Test(line, a_delay_beyond_its_limit_degrades_and_ends_below_four_fifths_of_it)
{
    struct fo_policy policy = fixture_policy();
    policy.lines[LINE_A].delay_degraded_us = 100 * FO_MS;
    world_begin_empty(&policy);
    give_echoes(99 * FO_MS, 99 * FO_MS);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_OK);
    for (unsigned i = 0; i < 40 && look()->lines[LINE_A].rtt_us < 100 * FO_MS; i++) {
        give_echoes(101 * FO_MS, 101 * FO_MS);
    }
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->lines[LINE_A].reason, FO_REASON_LINE_DEGRADED);
    while (look()->lines[LINE_A].rtt_us > 81 * FO_MS) {
        give_echoes(70 * FO_MS, 70 * FO_MS);
        cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DEGRADED, "not yet four fifths");
    }
    give_echoes(60 * FO_MS, 60 * FO_MS);
    cr_assert_lt(look()->lines[LINE_A].rtt_us, 80 * FO_MS);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_OK);
}

Test(line, jitter_is_the_change_at_one_target_and_not_the_distance_between_two)
{
    struct fo_policy policy = fixture_policy();
    policy.lines[LINE_A].jitter_degraded_us = 30 * FO_MS;
    world_begin_empty(&policy);
    cr_assert_eq(look()->lines[LINE_A].jitter_us, FO_NEVER);
    for (unsigned i = 0; i < 10; i++) {
        give_echoes(5 * FO_MS, 205 * FO_MS);
    }
    cr_assert_eq(look()->lines[LINE_A].jitter_us, 0);
    for (unsigned i = 0; i < 3; i++) {
        give_echoes(5 * FO_MS, i % 2 == 0 ? 405 * FO_MS : 205 * FO_MS);
    }
    cr_assert_geq(look()->lines[LINE_A].jitter_us, 30 * FO_MS);
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_DEGRADED);
}

Test(line, a_target_that_could_not_be_asked_says_nothing)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    for (int i = 0; i < 5; i++) {
        give((struct fo_event){
            .kind = FO_EVENT_PROBE,
            .probe = {
                .kind = FO_PROBE_TARGET, .quality = FO_ABSENT, .reason = FO_REASON_NO_ROUTE}});
    }
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->lines[LINE_A].reason, FO_REASON_NOT_READ_YET);
}

Test(line, silence_of_our_probes_is_unknown_and_ends_no_outage)
{
    world_begin();
    line_fails(LINE_A);
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    world.probing = false;
    step_until(look()->lines[LINE_A].state == FO_STATE_UNKNOWN, 5 * FO_SECOND);
    cr_assert_eq(look()->lines[LINE_A].reason, FO_REASON_TOO_OLD);
    step_for(FO_MINUTE);
    cr_assert(incident_of(FO_REASON_LINE_DOWN));
}

Test(line, both_lines_down_is_its_own_cause_and_moves_nothing)
{
    world_begin();
    line_fails(LINE_A);
    line_fails(LINE_B);
    step_until(incident_of(FO_REASON_LINES_ALL_DOWN), 5 * FO_SECOND);
    cr_assert(child_of(FO_REASON_LINES_ALL_DOWN, FO_REASON_LINE_DOWN));
    cr_assert_not(told(FO_COMMAND_ROUTE));
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_DOWN);
    cr_assert_eq(look()->services[ORDERS].reason, FO_REASON_LINES_ALL_DOWN);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(line, the_loss_of_all_lines_and_of_the_service_behind_them_is_one_page)
{
    struct fo_policy policy = fixture_policy();
    policy.services[ORDERS].availability_class = 2;
    policy.services[ORDERS].recovery_time_us = 60 * FO_SECOND;
    world_begin_with(&policy);
    line_fails(LINE_A);
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    step_for(FO_SECOND);
    mark();
    line_fails(LINE_B);
    step_until(incident_of(FO_REASON_LINES_ALL_DOWN), 5 * FO_SECOND);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_EPOCH), 1);
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U, "at once");
    cr_assert(child_of(FO_REASON_LINES_ALL_DOWN, FO_REASON_SERVICE_DOWN),
              "and the page that goes out now can say it");
    step_for(10 * FO_SECOND);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_EPOCH), 1, "nothing worse came after it");
}

Test(line, a_service_that_needs_one_line_of_two_is_told_when_that_line_is_down)
{
    struct fo_policy policy = fixture_policy();
    policy.services[ORDERS].needs_lines = 1U << LINE_A;
    world_begin_with(&policy);
    line_fails(LINE_A);
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_SERVICE_DOWN), "the same samples say both");
    line_works(LINE_A);
    step_until(look()->services[ORDERS].state == FO_STATE_OK, 5 * FO_MINUTE);
}

Test(line, a_line_behind_a_failing_ups_is_explained_by_the_power)
{
    world_begin();
    mains_fail();
    step_until(incident_of(FO_REASON_MAINS_LOST), 3 * FO_SECOND);
    world.devices[UPS_A].answers = false;
    line_fails(LINE_A);
    step_until(child_of(FO_REASON_MAINS_LOST, FO_REASON_LINE_DOWN), 10 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
}

Test(line, down_too_often_is_flapping_until_it_has_been_calm)
{
    world_begin();
    for (int i = 0; i < FO_LINE_CHANGES; i++) {
        cr_assert_not(fo_line_is_flapping(&world.engine, LINE_B, world.now_us));
        line_fails(LINE_B);
        step_until(look()->lines[LINE_B].state == FO_STATE_DOWN, 5 * FO_SECOND);
        line_works(LINE_B);
        step_until(look()->lines[LINE_B].state != FO_STATE_DOWN, 5 * FO_SECOND);
    }
    cr_assert(fo_line_is_flapping(&world.engine, LINE_B, world.now_us));
    cr_assert(is_blocked(FO_REASON_BLOCKED_LINE_FLAPPING));
    step_for(11 * FO_MINUTE);
    cr_assert_not(fo_line_is_flapping(&world.engine, LINE_B, world.now_us));
}

Test(line, silence_of_our_probes_does_not_end_the_loss_of_all_lines)
{
    world_begin();
    line_fails(LINE_A);
    line_fails(LINE_B);
    step_until(incident_of(FO_REASON_LINES_ALL_DOWN), 10 * FO_SECOND);
    world.probing = false;
    step_for(2 * FO_MINUTE);
    cr_assert(incident_of(FO_REASON_LINES_ALL_DOWN));
    cr_assert(incident_of(FO_REASON_LINES_ALL_DOWN)->active);
    world.probing = true;
    line_works(LINE_B);
    step_until(!incident_of(FO_REASON_LINES_ALL_DOWN), 3 * FO_MINUTE);
}

Test(line, the_preferred_line_is_in_use_at_the_start_wherever_it_stands)
{
    struct fo_policy policy = fixture_policy();
    policy.lines[LINE_A].preferred = false;
    policy.lines[LINE_B].preferred = true;
    world_begin_empty(&policy);
    cr_assert_eq(world.engine.route.active, LINE_B);
    policy.lines[LINE_A].preferred = true;
    world_begin_empty(&policy);
    cr_assert_eq(world.engine.route.active, LINE_A, "the first of two");
    policy.lines[LINE_A].preferred = policy.lines[LINE_B].preferred = false;
    world_begin_empty(&policy);
    cr_assert_eq(world.engine.route.active, LINE_A, "the first when none is");
}

Test(line, outages_far_apart_are_no_flapping)
{
    world_begin();
    struct fo_line *line = &world.engine.lines[LINE_A];
    for (unsigned i = 0; i < FO_LINE_CHANGES; i++) {
        line->down_us[i] = world.now_us - (fo_us)i * 3 * FO_MINUTE;
    }
    cr_assert_eq(fo_line_calm_us(&world.engine, LINE_A), world.now_us + FO_LINE_FLAP_US);
    line->down_us[3] = world.now_us - FO_LINE_FLAP_US - 1;
    cr_assert_eq(fo_line_calm_us(&world.engine, LINE_A), FO_NEVER);
}
