/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of incidents at their limits: places, children, epochs and flaps that are used up, stories
 * that are joined, and output that is full. */
#include "failover/condition.h"
#include "tests/unit/failover/condition_bench.h"

static unsigned slot_of(enum fo_reason cause)
{
    cr_assert_not_null(incident_of(cause));
    return (unsigned)(incident_of(cause) - world.engine.incidents);
}

/* The engine is stepping, with so many records written already. */
static void stepping(unsigned records)
{
    world.out.record_count = records;
    world.out.command_count = 0;
    world.engine.out = &world.out;
}

static void stepped(void)
{
    world.engine.out = NULL;
}

#define NO_ROOM (FO_RECORDS_MAX - 20)

/* As many children as there can be, all of them open. */
static void fill_children(unsigned slot)
{
    struct fo_incident *incident = &world.engine.incidents[slot];
    for (uint8_t i = 0; i < FO_CHILDREN_MAX; i++) {
        incident->children[i] = (struct fo_child){
            .cause = FO_REASON_CONTACT_UNPROVEN, .subject = {FO_SUBJECT_PERSON, i}, .open = true};
    }
    incident->child_count = FO_CHILDREN_MAX;
}

/* ---- which story ----------------------------------------------------------------------------- */

Test(incident, of_two_stories_that_may_explain_it_the_first_does)
{
    begin();
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_MONITOR_NETWORK, monitor, true);
    cr_assert_eq(open_incidents(), 2U);
    set(FO_REASON_UPS_SILENT, device(1), true);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_SILENT));
}

Test(incident, of_two_alarms_behind_a_new_cause_the_older_keeps_its_number)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_UPS_BYPASS, device(0), false);
    step_for(20 * FO_SECOND);
    set(FO_REASON_UPS_SILENT, device(1), true); /* the second, and in the second place */
    step_until(seen(FO_REASON_INCIDENT_CLOSED), FO_MINUTE);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true); /* the third, in the first place */
    cr_assert_eq(slot_of(FO_REASON_UPS_ON_BATTERY), 0U);
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert_eq(open_incidents(), 1U);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->number, 2U);
}

Test(incident, what_has_become_a_child_again_is_over_where_it_is_open)
{
    begin();
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_MAINS_LOST, site, false);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 15 * FO_SECOND); /* left over: its own */
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_UPS_ON_BATTERY, device(0), false);
    fo_us clear_us = incident_of(FO_REASON_UPS_ON_BATTERY)->clear_us;
    step_for(FO_SECOND);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    set(FO_REASON_UPS_ON_BATTERY, device(0), false);
    cr_assert_not(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->clear_us, clear_us, "long over there");
}

/* ---- joining --------------------------------------------------------------------------------- */

static void begin_two(unsigned *from, unsigned *into)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    set(FO_REASON_GENERATOR_FAULT, device(2), true);
    cr_assert_eq(open_incidents(), 2U);
    *from = slot_of(FO_REASON_UPS_BYPASS);
    *into = slot_of(FO_REASON_GENERATOR_FAULT);
}

static void join(unsigned from, unsigned into)
{
    stepping(0);
    fo_condition_merge(&world.engine, from, into);
    stepped();
}

Test(incident, what_is_a_child_already_is_not_a_child_twice)
{
    unsigned from, into;
    begin_two(&from, &into);
    struct fo_incident *kept = &world.engine.incidents[into];
    kept->children[0] =
        (struct fo_child){.cause = FO_REASON_UPS_BYPASS, .subject = device(0), .open = true};
    kept->child_count = 1;
    join(from, into);
    cr_assert_eq(kept->child_count, 1);
}

Test(incident, whom_either_has_reached_the_joined_one_has_reached)
{
    unsigned from, into;
    begin_two(&from, &into);
    world.engine.incidents[from].accepted[SMS] = 5;
    world.engine.incidents[into].accepted[SMS] = 2;
    join(from, into);
    cr_assert_eq(world.engine.incidents[into].accepted[SMS], 7U);
}

Test(incident, the_joined_one_is_of_class_2_when_either_was)
{
    for (unsigned set_bits = 0; set_bits < 4; set_bits++) {
        unsigned from, into;
        begin_two(&from, &into);
        world.engine.incidents[from].class2 = (set_bits & 1) != 0;
        world.engine.incidents[into].class2 = (set_bits & 2) != 0;
        join(from, into);
        cr_assert_eq(world.engine.incidents[into].class2, set_bits != 0);
    }
}

/* An outage of class 2 that is joined to something else; told says what has become of its pages. */
static uint8_t epoch_after_joining(uint64_t wanted, uint64_t paged_bits, uint64_t refused)
{
    unsigned from, into;
    begin();
    set(FO_REASON_GENERATOR_NO_START, device(2), true);
    set(FO_REASON_SWITCHOVER_FAILED, server(0), true);
    from = slot_of(FO_REASON_SWITCHOVER_FAILED);
    into = slot_of(FO_REASON_GENERATOR_NO_START);
    struct fo_incident *old = &world.engine.incidents[from];
    old->fresh = world.engine.incidents[into].fresh = false;
    old->wanted = wanted;
    old->paged = paged_bits;
    old->refused = refused;
    join(from, into);
    return world.engine.incidents[into].epoch;
}

Test(incident, who_has_not_been_paged_about_an_outage_is_paged_when_it_is_joined)
{
    cr_assert_eq(epoch_after_joining(3, 3, 0), 1, "all have been told");
    cr_assert_eq(epoch_after_joining(3, 1, 0), 2, "one has not");
    cr_assert_eq(epoch_after_joining(3, 1, 2), 1, "he cannot anyway");
}

Test(incident, two_outages_that_nobody_was_told_of_are_one_page)
{
    unsigned from, into;
    begin();
    set(FO_REASON_GENERATOR_FAULT, device(2), true);
    set(FO_REASON_SWITCHOVER_FAILED, server(0), true);
    from = slot_of(FO_REASON_SWITCHOVER_FAILED);
    into = slot_of(FO_REASON_GENERATOR_FAULT);
    struct fo_incident *old = &world.engine.incidents[from];
    old->children[0] =
        (struct fo_child){.cause = FO_REASON_SERVICE_DOWN, .subject = service(CALLS), .open = true};
    old->child_count = 1;
    old->fresh = true;
    world.engine.incidents[into].fresh = false;
    join(from, into);
    cr_assert_eq(world.engine.incidents[into].epoch, 2);
    cr_assert_eq(world.engine.incidents[into].child_count, 2);
}

Test(incident, what_nobody_need_be_told_twice_is_no_news_in_a_joined_story)
{
    unsigned from, into;
    begin_two(&from, &into);
    world.engine.incidents[from].fresh = true;
    world.engine.incidents[into].fresh = false;
    join(from, into);
    cr_assert_eq(world.engine.incidents[into].epoch, 1);
}

Test(incident, an_outage_of_class_1_is_no_news_in_a_joined_story)
{
    unsigned from, into;
    begin();
    set(FO_REASON_GENERATOR_FAULT, device(2), true);
    set(FO_REASON_SERVICE_DOWN, service(ORDERS), true);
    from = slot_of(FO_REASON_SERVICE_DOWN);
    into = slot_of(FO_REASON_GENERATOR_FAULT);
    world.engine.incidents[from].fresh = true;
    world.engine.incidents[into].fresh = false;
    join(from, into);
    cr_assert_eq(world.engine.incidents[into].epoch, 1);
}

Test(incident, a_story_that_can_have_no_more_children_takes_none)
{
    unsigned from, into;
    begin_two(&from, &into);
    cr_assert(fo_condition_may_merge(&world.engine, from, into));
    fill_children(into);
    cr_assert_not(fo_condition_may_merge(&world.engine, from, into));
    world.engine.incidents[from].active = false;
    cr_assert(fo_condition_may_merge(&world.engine, from, into), "nothing of it is open");
}

Test(incident, a_cause_that_explains_more_than_it_can_hold_leaves_the_rest_alone)
{
    begin();
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_SILENT, device(1), true);
    fill_children(slot_of(FO_REASON_UPS_SILENT));
    set(FO_REASON_MAINS_LOST, site, true);
    cr_assert_eq(open_incidents(), 2U);
    cr_assert_not_null(incident_of(FO_REASON_UPS_SILENT));
}

Test(incident, without_room_for_what_must_be_said_stories_stay_apart)
{
    begin();
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_UPS_SILENT, device(1), true);
    stepping(NO_ROOM);
    fo_condition_set(&world.engine, FO_REASON_MAINS_LOST, site, true);
    stepped();
    cr_assert_eq(open_incidents(), 2U);
}

/* ---- ending ---------------------------------------------------------------------------------- */

Test(incident, a_person_ends_it_although_some_of_it_was_over_before)
{
    begin();
    set(FO_REASON_SERVICE_FAILED, server(0), true);
    set(FO_REASON_SWITCHOVER_FAILED, server(1), true);
    set(FO_REASON_SERVER_HEARTBEAT_PATH, server(0), true);
    set(FO_REASON_SERVER_HEARTBEAT_PATH, server(0), false);
    unsigned slot = slot_of(FO_REASON_SERVICE_FAILED);
    cr_assert_eq(world.engine.incidents[slot].child_count, 2);
    stepping(0);
    cr_assert(fo_condition_resolve(&world.engine, slot));
    stepped();
    cr_assert_not(world.engine.incidents[slot].active);
    cr_assert_neq(world.engine.incidents[slot].clean_us, FO_NEVER);
}

Test(incident, children_are_released_when_there_is_room_for_them)
{
    begin();
    set(FO_REASON_MAINS_LOST, site, true);
    set(FO_REASON_UPS_ON_BATTERY, device(0), true);
    set(FO_REASON_MAINS_LOST, site, false);
    unsigned slot = slot_of(FO_REASON_MAINS_LOST);
    world.now_us += world.policy.child_grace_us;
    world.engine.now_us = world.now_us;
    stepping(NO_ROOM);
    cr_assert_eq(fo_condition_run(&world.engine, slot), world.now_us, "at once when there is");
    cr_assert_eq(open_incidents(), 1U);
    stepping(0);
    cr_assert_gt(fo_condition_run(&world.engine, slot), world.now_us);
    stepped();
    cr_assert_eq(open_incidents(), 2U);
}

Test(incident, it_is_not_closed_before_all_have_been_told_that_it_is_over)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    step_for(FO_SECOND);
    set(FO_REASON_UPS_BYPASS, device(0), false);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    struct fo_incident *incident = &world.engine.incidents[0];
    world.now_us = world.engine.now_us = incident->closed_us;
    incident->recovering = 1;
    stepping(0);
    cr_assert_eq(fo_condition_run(&world.engine, 0), world.now_us + FO_SECOND);
    cr_assert_eq(incident->state, FO_INCIDENT_RECOVERED);
    incident->recovering = 0;
    world.now_us = world.engine.now_us = incident->closed_us;
    cr_assert_eq(fo_condition_run(&world.engine, 0), FO_NEVER);
    stepped();
    cr_assert_eq(incident->state, FO_INCIDENT_FREE);
}

/* ---- limits ---------------------------------------------------------------------------------- */

Test(incident, the_place_of_the_one_that_closes_first_is_taken_and_of_none_that_must_still_be_told)
{
    begin();
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        world.engine.incidents[i] =
            (struct fo_incident){.state = FO_INCIDENT_RECOVERED,
                                 .number = i + 1,
                                 .closed_us = world.now_us + 100 - i,
                                 .recovering = i == FO_INCIDENTS_MAX - 1 ? 1 : 0};
    }
    stepping(0);
    cr_assert_eq(fo_incident_slot(&world.engine), FO_INCIDENTS_MAX - 2);
    stepped();
}

Test(incident, the_last_epoch_is_kept)
{
    begin();
    set(FO_REASON_UPS_BYPASS, device(0), true);
    step_for(FO_SECOND);
    world.engine.incidents[0].epoch = 250;
    stepping(0);
    fo_incident_worsen(&world.engine, 0, FO_REASON_UPS_BYPASS);
    stepped();
    cr_assert_eq(world.engine.incidents[0].epoch, 250);
    cr_assert_not(world.engine.incidents[0].fresh);
}

Test(incident, where_flaps_are_never_judged_nothing_is_called_unstable)
{
    begin();
    for (unsigned i = 0; i < 2 * FO_FLAPS; i++) { /* within one instant */
        set(FO_REASON_UPS_BYPASS, device(0), true);
        set(FO_REASON_UPS_BYPASS, device(0), false);
    }
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_geq(incident_of(FO_REASON_UPS_BYPASS)->flaps, FO_FLAPS);
    cr_assert_not(incident_of(FO_REASON_UPS_BYPASS)->unstable);
}

Test(incident, flaps_are_counted_to_the_end_of_their_number_and_told_once)
{
    struct fo_policy policy = fixture_policy();
    policy.flap_us = 10 * FO_MINUTE;
    begin_with(&policy);
    for (unsigned i = 0; i < 300; i++) {
        set(FO_REASON_UPS_BYPASS, device(0), true);
        set(FO_REASON_UPS_BYPASS, device(0), false);
    }
    set(FO_REASON_UPS_BYPASS, device(0), true);
    cr_assert_eq(incident_of(FO_REASON_UPS_BYPASS)->flaps, UINT8_MAX);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_UNSTABLE), 1U);
}

Test(incident, what_is_unstable_must_be_clean_for_longer_unless_that_is_shorter)
{
    for (unsigned longer = 0; longer < 2; longer++) {
        struct fo_policy policy = fixture_policy();
        policy.flap_us = 10 * FO_MINUTE;
        policy.clean_us = longer == 1 ? 20 * FO_MINUTE : 30 * FO_SECOND;
        begin_with(&policy);
        set(FO_REASON_UPS_BYPASS, device(0), true);
        world.engine.incidents[0].unstable = true;
        set(FO_REASON_UPS_BYPASS, device(0), false);
        step_for((longer == 1 ? 20 : 10) * FO_MINUTE - FO_SECOND);
        cr_assert_eq(open_incidents(), 1U);
        step_until(open_incidents() == 0, 2 * FO_SECOND);
    }
}

Test(incident, what_comes_back_after_it_was_told_as_over_is_told_again)
{
    begin();
    stepping(0);
    fo_condition_pulse(&world.engine, FO_REASON_MONITOR_STALLED, monitor);
    stepped();
    give_tick();
    cr_assert_eq(world.engine.incidents[0].message, FO_MESSAGE_BRIEF);
    step_for(5 * FO_SECOND);
    set(FO_REASON_MONITOR_STALLED, monitor, true);
    cr_assert_eq(world.engine.incidents[0].epoch, 2);
    cr_assert_eq(world.engine.incidents[0].message, FO_MESSAGE_WORSENED);
}
