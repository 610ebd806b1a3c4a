/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of conditions: which story one belongs to, new causes behind old alarms, recovery. */
#include "tests/unit/failover/condition_bench.h"

Test(condition, saying_it_twice_says_nothing_new)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_OPENED), 1);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_BYPASS, device(0)));
    set(FO_REASON_UPS_BYPASS, device(1), false);
    cr_assert_eq(open_incidents(), 1);
}

Test(condition, an_incident_recovers_when_clean_for_long_enough_and_then_closes)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_UPS_BYPASS, device(0), false);
    step_for(29 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), 2 * FO_SECOND);
    cr_assert_eq(look()->incidents[0].state, FO_INCIDENT_RECOVERED);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), FO_MINUTE);
    cr_assert_eq(look()->incident_count, 0);
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_eq(look()->incidents[0].number, 2, "numbers are never used again");
}

Test(condition, back_within_the_clean_time_is_a_flap_of_the_same_incident)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_UPS_BYPASS, device(0), false);
    step_for(20 * FO_SECOND);
    set(FO_REASON_UPS_BYPASS, device(0), true);
    step_for(20 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->number, 1);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->epoch, 1);
}

Test(condition, back_after_people_were_told_it_was_over_is_a_new_epoch)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    step_for(2 * FO_SECOND);
    set(FO_REASON_UPS_BYPASS, device(0), false);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), 31 * FO_SECOND);
    step_for(5 * FO_SECOND);
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->number, 1);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->epoch, 2);
}

Test(condition, an_alarm_that_came_before_its_cause_keeps_its_number)
{
    begin();
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_SILENT, device(1), true);
    cr_assert_eq(open_incidents(), 2);
    step_for(3 * FO_SECOND);
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->number, 1);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_SILENT));
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_REPARENTED), 2);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 2, "it is worse than was said");
}

Test(condition, an_old_alarm_is_not_explained_by_a_new_cause)
{
    begin();
    set(FO_REASON_UPS_SILENT, device(1), true);
    step_for(2 * FO_MINUTE);
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert_eq(open_incidents(), 2);
}

Test(condition, people_reached_by_a_merged_alarm_hear_the_end)
{
    begin();
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_SILENT, device(1), true);
    step_for(2 * FO_SECOND);
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert_neq(incident_of(FO_REASON_MAINS_LOST)->accepted[TERMINAL], 0);
}

Test(condition, what_is_left_when_its_root_is_gone_becomes_its_own)
{
    begin();
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_ON_BATTERY, device(1), true);
    cr_assert_eq(open_incidents(), 1);
    set(FO_REASON_MAINS_LOST, site, false);
    set(FO_REASON_UPS_ON_BATTERY, device(0), false);
    step_for(9 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    step_until(open_incidents() == 2, 2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->subject.index, 1);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_ON_BATTERY, device(1)));
    set(FO_REASON_UPS_ON_BATTERY, device(1), false);
    step_until(open_incidents() == 0, FO_MINUTE);
}

Test(condition, many_devices_at_once_are_one_story)
{
    struct fo_policy policy = fixture_policy();
    policy.device_count = FO_DEVICES_MAX;
    for (unsigned i = WORLD_DEVICES; i < FO_DEVICES_MAX; i++) {
        policy.devices[i] = policy.devices[UPS_A];
    }
    begin_with(&policy);
    for (uint8_t i = 0; i < FO_DEVICES_MAX; i++) {
        set(FO_REASON_UPS_SILENT, device(i), true);
    }
    cr_assert_eq(incident_of(FO_REASON_UPS_SILENT)->number, 1);
    cr_assert_eq(incident_of(FO_REASON_UPS_SILENT)->child_count, FO_CHILDREN_MAX);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_SILENT, device(20)));
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_UPS_SILENT, device(40)),
                  "beyond the limit: asked again at the next statement");
    set(FO_REASON_UPS_SILENT, device(20), false);
    set(FO_REASON_UPS_SILENT, device(40), true);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_SILENT, device(40)));
}

Test(condition, more_incidents_than_places_stand_in_another_story)
{
    struct fo_policy policy = fixture_policy();
    policy.child_window_us = 0;
    policy.device_count = FO_DEVICES_MAX;
    for (unsigned i = WORLD_DEVICES; i < FO_DEVICES_MAX; i++) {
        policy.devices[i] = policy.devices[UPS_A];
    }
    begin_with(&policy);
    for (uint8_t i = 0; i <= FO_INCIDENTS_MAX; i++) {
        step_for(FO_SECOND);
        set(FO_REASON_UPS_BYPASS, device(i), true);
    }
    cr_assert_eq(open_incidents(), FO_INCIDENTS_MAX);
    cr_assert(child_of(FO_REASON_UPS_BYPASS, FO_REASON_UPS_BYPASS));
}

Test(condition, one_that_has_recovered_makes_room)
{
    struct fo_policy policy = fixture_policy();
    policy.child_window_us = 0;
    policy.person_count = 0;
    policy.device_count = FO_DEVICES_MAX;
    for (unsigned i = WORLD_DEVICES; i < FO_DEVICES_MAX; i++) {
        policy.devices[i] = policy.devices[UPS_A];
    }
    begin_with(&policy);
    for (uint8_t i = 0; i < FO_INCIDENTS_MAX; i++) {
        step_for(FO_SECOND);
        set(FO_REASON_UPS_BYPASS, device(i), true);
    }
    set(FO_REASON_UPS_BYPASS, device(3), false);
    set(FO_REASON_UPS_BYPASS, device(4), false);
    step_for(31 * FO_SECOND);
    set(FO_REASON_UPS_OVERLOAD, device(40), true);
    cr_assert(incident_of(FO_REASON_UPS_OVERLOAD));
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_CLOSED), 1);
}

Test(condition, a_class_2_outage_behind_its_explanation_raises_it)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, 1);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, 2);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_RTO_HALF, service(CALLS), true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, 3, "as grave as before, and worse");
}

Test(condition, a_child_that_flaps_pages_nobody_twice)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), false);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, 2);
}

Test(condition, what_was_worse_within_one_instant_is_one_page)
{
    begin();
    world.out.record_count = 0;
    world.engine.out = &world.out;
    fo_condition_set(&world.engine, FO_REASON_SERVER_DEAD, server(0), true);
    fo_condition_set(&world.engine, FO_REASON_SERVICE_DOWN, service(CALLS), true);
    world.engine.out = NULL;
    give_tick();
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, 1);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, 1);
    step_for(FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
}

Test(condition, a_pulse_opens_and_recovers_by_itself)
{
    begin();
    world.out.record_count = 0;
    world.engine.out = &world.out;
    fo_condition_pulse(&world.engine, FO_REASON_MONITOR_STALLED, monitor);
    world.engine.out = NULL;
    give_tick();
    cr_assert(incident_of(FO_REASON_MONITOR_STALLED));
    step_until(!incident_of(FO_REASON_MONITOR_STALLED), 31 * FO_SECOND);
}

Test(condition, a_person_ends_what_only_a_person_can_end)
{
    begin();
    set(FO_REASON_SWITCHOVER_FAILED, server(1), true);
    set(FO_REASON_ENGINE_ASSERTION, monitor, true);
    step_for(FO_SECOND);
    for (unsigned number = 1; number <= 2; number++) {
        give_order(
            (struct fo_order){.kind = FO_ORDER_RESOLVE, .person = CHIEF, .incident = number});
    }
    cr_assert_eq(seen_count(FO_REASON_RESOLVED), 2);
    step_until(open_incidents() == 0, 31 * FO_SECOND);
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_SWITCHOVER_FAILED, server(1)));
}

Test(condition, a_sticky_child_ends_with_its_person_too_if_nothing_else_is_left)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    set(FO_REASON_SWITCHOVER_FAILED, server(1), true);
    cr_assert(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SWITCHOVER_FAILED));
    struct fo_order resolve = {.kind = FO_ORDER_RESOLVE, .person = CHIEF, .incident = 1};
    give_order(resolve);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED), "the server is still dead");
    set(FO_REASON_SERVER_DEAD, server(0), false);
    give_order(resolve);
    cr_assert(seen(FO_REASON_RESOLVED));
    step_until(open_incidents() == 0, 31 * FO_SECOND);
}

Test(condition, resolving_is_refused_while_a_child_of_fact_is_open)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    set(FO_REASON_REDUNDANCY_LOST, site, true);
    set(FO_REASON_SERVER_DEAD, server(0), false);
    give_order((struct fo_order){.kind = FO_ORDER_RESOLVE, .person = CHIEF, .incident = 1});
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED));
}

Test(condition, the_line_alarm_behind_both_lines_is_folded)
{
    begin();
    set(FO_REASON_LINE_DOWN, line(0), true);
    set(FO_REASON_LINE_DOWN, line(1), true);
    cr_assert_eq(open_incidents(), 2);
    set(FO_REASON_LINES_ALL_DOWN, site, true);
    cr_assert_eq(open_incidents(), 1);
    set(FO_REASON_LINES_ALL_DOWN, site, false);
    set(FO_REASON_LINE_DOWN, line(1), false);
    step_for(11 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_LINE_DOWN));
}

Test(condition, incidents_and_conditions_survive_a_crash)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    set(FO_REASON_REDUNDANCY_LOST, site, true);
    monitor_die();
    monitor_restart();
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_REDUNDANCY_LOST, site));
    cr_assert(child_of(FO_REASON_SERVER_DEAD, FO_REASON_REDUNDANCY_LOST));
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->number, 2);
}

Test(condition, the_newest_deed_stands_in_the_incident)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    world.out.record_count = 0;
    world.engine.out = &world.out;
    fo_incident_did(&world.engine, FO_REASON_SERVER_DEAD, server(0), FO_REASON_SWITCHOVER_CHOSE);
    fo_incident_did(&world.engine, FO_REASON_SERVER_DEAD, server(1), FO_REASON_FENCE_STARTED);
    world.engine.out = NULL;
    cr_assert_eq(look()->incidents[0].did, FO_REASON_SWITCHOVER_CHOSE);
}

Test(condition, a_recovery_time_that_is_spent_anew_is_told_anew)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_RTO_BREACHED, service(CALLS), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_RTO_BREACHED, service(CALLS), false);
    step_for(FO_SECOND);
    unsigned epoch = incident_of(FO_REASON_SERVER_DEAD)->epoch;
    set(FO_REASON_SERVICE_RTO_BREACHED, service(CALLS), true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, epoch + 1);
}

Test(condition, a_child_that_is_back_after_a_clean_time_is_news)
{
    begin();
    set(FO_REASON_SERVER_DEAD, server(0), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), false);
    step_for(31 * FO_SECOND);
    unsigned epoch = incident_of(FO_REASON_SERVER_DEAD)->epoch;
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, epoch + 1);
}

Test(condition, information_that_turns_out_grave_is_told_as_such)
{
    begin();
    set(FO_REASON_UPS_REPLACE_BATTERY, device(0), true);
    cr_assert_eq(incident_of(FO_REASON_UPS_REPLACE_BATTERY)->severity, 4);
    /* under maintenance a dead server is information; the outage behind it is not */
    world.engine.inhibit.maintenance_us[1] = world.now_us + FO_HOUR;
    set(FO_REASON_SERVER_UNREACHABLE, server(1), true);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    step_for(FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVER_UNREACHABLE)->severity, 1);
    cr_assert_neq(incident_of(FO_REASON_SERVER_UNREACHABLE)->branches[0].next_rung_us, FO_NEVER);
}

Test(condition, a_graver_story_that_is_merged_is_told)
{
    begin();
    world.engine.inhibit.maintenance_us[0] = world.now_us + FO_HOUR;
    set(FO_REASON_SERVER_UNREACHABLE, server(0), true); /* information */
    step_for(FO_SECOND);
    set(FO_REASON_REDUNDANCY_LOST, site, true); /* folded into it */
    set(FO_REASON_SERVICE_FAILED, server(1), true);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    step_for(FO_SECOND);
    set(FO_REASON_BOTH_SERVERS_DEAD, site, true);
    step_for(FO_SECOND);
    const struct fo_incident *both = incident_of(FO_REASON_BOTH_SERVERS_DEAD);
    cr_assert_eq(both->severity, 1);
    cr_assert_gt(both->epoch, 1);
    cr_assert_neq(both->branches[0].next_rung_us, FO_NEVER);
}

/* A story that has been told, of a server that was silent and of an outage behind it; both are over
 * for a moment. */
static unsigned tell_an_outage(void)
{
    begin();
    set(FO_REASON_SERVER_UNREACHABLE, server(0), true);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    step_for(FO_SECOND);
    set(FO_REASON_SERVICE_DOWN, service(CALLS), false);
    set(FO_REASON_SERVER_UNREACHABLE, server(0), false);
    step_for(FO_SECOND);
    return incident_of(FO_REASON_SERVER_UNREACHABLE)->epoch;
}

Test(condition, a_child_that_was_over_holds_again_when_it_is_merged)
{
    tell_an_outage();
    set(FO_REASON_SERVICE_DOWN, service(CALLS), true);
    cr_assert_eq(open_incidents(), 2);
    step_for(FO_SECOND);
    set(FO_REASON_SERVER_DEAD, server(0), true);
    cr_assert_eq(open_incidents(), 1);
    cr_assert(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN));
}

Test(condition, what_nobody_has_been_told_is_not_lost_in_a_merger)
{
    unsigned epoch = tell_an_outage();
    world.out.record_count = 0;
    world.engine.out = &world.out;
    fo_condition_set(&world.engine, FO_REASON_SERVICE_DOWN, service(CALLS), true);
    fo_condition_set(&world.engine, FO_REASON_SERVER_DEAD, server(0), true);
    world.engine.out = NULL;
    give_tick();
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->epoch, epoch + 1);
}

Test(condition, what_flaps_and_has_become_graver_than_its_story_is_told)
{
    begin();
    world.engine.inhibit.maintenance_us[1] = world.now_us + FO_SECOND; /* somebody works on it */
    set(FO_REASON_SERVER_DEAD, server(1), true);
    set(FO_REASON_REDUNDANCY_LOST, site, true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, FO_SEVERITY_INFORMATION);
    set(FO_REASON_REDUNDANCY_LOST, site, false);
    world.engine.inhibit.maintenance_us[1] = FO_NEVER;
    set(FO_REASON_REDUNDANCY_LOST, site, true);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, 2);
}

Test(condition, what_was_a_child_before_it_was_the_root_and_is_a_child_again_ends_with_its_cause)
{
    begin();
    set(FO_REASON_UPS_SILENT_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_SILENT_ON_BATTERY, device(0), false);
    set(FO_REASON_UPS_ON_BATTERY, device(0), false);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    cr_assert(incident_of(FO_REASON_UPS_ON_BATTERY), "the root now");
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    set(FO_REASON_UPS_ON_BATTERY, device(0), false);
    set(FO_REASON_MAINS_LOST, site, false);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), 5 * FO_MINUTE);
    cr_assert_eq(open_incidents(), 0, "nothing is left of it");
}
