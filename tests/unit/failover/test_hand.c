/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what people enter by hand: a fault they have seen, that two incidents are one, calls
 * they made themselves. Each is kept, and what cannot be meant is refused with its reason. */
#include "tests/lib/people_fixture.h"

static void enter(struct fo_order order)
{
    order.person = OFFICER;
    order.server = FO_NONE;
    mark();
    give_order(order);
}

static void report(struct fo_subject subject)
{
    enter((struct fo_order){.kind = FO_ORDER_REPORT, .second = FO_NONE, .subject = subject});
}

static void join(uint32_t from, uint32_t into)
{
    enter((struct fo_order){
        .kind = FO_ORDER_MERGE, .second = FO_NONE, .incident = from, .value = into});
}

static void called(uint32_t incident, uint8_t whom, uint32_t how)
{
    enter((struct fo_order){
        .kind = FO_ORDER_CALLED, .second = whom, .incident = incident, .value = how});
}

static bool is_refused(unsigned why)
{
    return seen_why(FO_REASON_ORDER_REFUSED, why) != NULL;
}

static struct fo_subject device(uint8_t index)
{
    return (struct fo_subject){FO_SUBJECT_DEVICE, index};
}

static uint32_t number_of(enum fo_reason cause)
{
    cr_assert_not_null(incident_of(cause));
    return incident_of(cause)->number;
}

/* ---- a fault somebody has seen --------------------------------------------------------------- */

Test(hand, a_fault_that_somebody_has_seen_is_called_at_once)
{
    people_begin();
    report(device(GENERATOR));
    step_for(FO_SECOND);
    cr_assert_not_null(incident_of(FO_REASON_REPORTED));
    cr_assert_geq(paged(CHIEF, FO_NONE), 1U);
    cr_assert_not(seen(FO_REASON_MERGE_OFFERED), "nothing else is open about it");
}

Test(hand, each_fault_that_somebody_has_seen_is_called_and_joined_by_nobody_but_people)
{
    people_begin();
    report(device(GENERATOR));
    step_for(FO_SECOND);
    report(device(SWITCH));
    step_for(FO_SECOND);
    cr_assert_geq(paged(CHIEF, FO_NONE), 1U);
    report((struct fo_subject){FO_SUBJECT_SERVER, 1});
    step_for(FO_SECOND);
    cr_assert_geq(paged(CHIEF, FO_NONE), 1U);
    cr_assert_eq(open_incidents(), 3U);
}

Test(hand, a_fault_of_something_this_site_does_not_have_is_refused)
{
    people_begin();
    report(device(WORLD_DEVICES));
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    cr_assert_eq(open_incidents(), 0U);
}

Test(hand, a_fault_that_is_a_child_of_an_open_incident_is_offered_to_it)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_B].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_MAINS_LOST), 5 * FO_SECOND);
    step_until(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    report(device(UPS_B));
    cr_assert(seen(FO_REASON_MERGE_OFFERED));
    cr_assert_eq(seen(FO_REASON_MERGE_OFFERED)->b, number_of(FO_REASON_MAINS_LOST));
    cr_assert_eq(seen(FO_REASON_MERGE_OFFERED)->person, OFFICER);
    report(device(GENERATOR));
    cr_assert_not(seen(FO_REASON_MERGE_OFFERED), "the mains are not about the generator");
}

Test(hand, a_fault_of_the_root_of_a_story_with_children_is_offered_to_it_once)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_LOW), 10 * FO_SECOND);
    report(device(UPS_A));
    cr_assert_eq(seen_count(FO_REASON_MERGE_OFFERED), 1U);
    cr_assert_eq(seen(FO_REASON_MERGE_OFFERED)->b, number_of(FO_REASON_UPS_ON_BATTERY));
}

Test(hand, a_story_that_can_have_no_more_children_is_joined_by_nothing)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    report(device(GENERATOR));
    struct fo_incident *full =
        (struct fo_incident *)(uintptr_t)incident_of(FO_REASON_UPS_ON_BATTERY);
    for (uint8_t i = 0; i < FO_CHILDREN_MAX; i++) {
        full->children[i] = (struct fo_child){
            .cause = FO_REASON_CONTACT_UNPROVEN, .subject = {FO_SUBJECT_ROLE, i}, .open = true};
    }
    full->child_count = FO_CHILDREN_MAX;
    enter((struct fo_order){.kind = FO_ORDER_MERGE,
                            .second = FO_NONE,
                            .incident = number_of(FO_REASON_REPORTED),
                            .value = full->number});
    cr_assert(is_refused(FO_REASON_BLOCKED_IN_PROGRESS));
    cr_assert_not_null(incident_of(FO_REASON_REPORTED));
}

Test(hand, a_child_that_is_over_is_not_what_somebody_sees_now)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_B].status = FO_UPS(OB);
    step_until(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        for (unsigned j = 0; j < world.engine.incidents[i].child_count; j++) {
            world.engine.incidents[i].children[j].open = false;
        }
    }
    report(device(UPS_B));
    cr_assert_not(seen(FO_REASON_MERGE_OFFERED));
}

Test(hand, a_drill_is_no_story_that_a_real_fault_may_be_part_of)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .value = FO_REASON_UPS_ON_BATTERY,
                                 .subject = device(UPS_A),
                                 .until_us = world.now_us + FO_HOUR});
    cr_assert_not_null(incident_of(FO_REASON_UPS_ON_BATTERY));
    report(device(UPS_A));
    cr_assert_not(seen(FO_REASON_MERGE_OFFERED));
    cr_assert_not_null(incident_of(FO_REASON_REPORTED));
}

/* A condition of its own about each person: as many incidents as there are, then children. */
static void fill_the_house(void)
{
    struct fo_policy policy = people_policy();
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = PEOPLE; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
    }
    people_begin_with(&policy);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX + FO_CHILDREN_MAX; i++) {
        world.out.record_count = world.out.command_count = 0;
        world.engine.out = &world.out;
        fo_condition_set(&world.engine, FO_REASON_CONTACT_UNPROVEN,
                         (struct fo_subject){FO_SUBJECT_PERSON, (uint8_t)i}, true);
        world.engine.out = NULL;
    }
}

Test(hand, a_report_for_which_there_is_no_place_left_is_refused_and_not_just_lost)
{
    fill_the_house();
    cr_assert_eq(open_incidents(), (unsigned)FO_INCIDENTS_MAX);
    report((struct fo_subject){FO_SUBJECT_PERSON, 3});
    cr_assert(is_refused(FO_REASON_BLOCKED_IN_PROGRESS));
    cr_assert_not(seen(FO_REASON_OPERATOR_ORDER));
    cr_assert_not(seen(FO_REASON_MERGE_OFFERED));
}

/* ---- two that are one ------------------------------------------------------------------------ */

/* A line is down, and somebody reports the same line. */
static void begin_twice_told(void)
{
    people_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(incident_of(FO_REASON_LINE_DOWN), 10 * FO_SECOND);
    report((struct fo_subject){FO_SUBJECT_LINE, LINE_A});
    cr_assert_eq(open_incidents(), 2U);
}

Test(hand, what_was_reported_goes_into_the_incident_that_it_is_about)
{
    begin_twice_told();
    join(number_of(FO_REASON_REPORTED), number_of(FO_REASON_LINE_DOWN));
    cr_assert_not(seen(FO_REASON_ORDER_REFUSED));
    cr_assert_null(incident_of(FO_REASON_REPORTED));
    cr_assert_not_null(incident_of(FO_REASON_LINE_DOWN));
}

Test(hand, only_a_reported_incident_can_be_joined_to_another_open_one)
{
    begin_twice_told();
    uint32_t reported = number_of(FO_REASON_REPORTED), line = number_of(FO_REASON_LINE_DOWN);
    const struct {
        uint32_t from, into;
    } wrong[] = {{99, line}, {reported, 99}, {reported, reported}, {line, reported}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        join(wrong[i].from, wrong[i].into);
        cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT), "%u", i);
        cr_assert_eq(open_incidents(), 2U);
    }
}

Test(hand, what_is_over_is_joined_to_nothing_and_nothing_to_it)
{
    begin_twice_told();
    uint32_t reported = number_of(FO_REASON_REPORTED), line = number_of(FO_REASON_LINE_DOWN);
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = true;
    step_until(!incident_of(FO_REASON_LINE_DOWN), 5 * FO_MINUTE);
    join(reported, line);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    begin_twice_told();
    reported = number_of(FO_REASON_REPORTED), line = number_of(FO_REASON_LINE_DOWN);
    say_about(incident_of(FO_REASON_REPORTED), FO_ORDER_RESOLVE, OFFICER);
    step_until(!incident_of(FO_REASON_REPORTED), 5 * FO_MINUTE);
    join(reported, line);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
}

/* ---- calls made by hand ---------------------------------------------------------------------- */

Test(hand, a_call_that_was_answered_by_nobody_or_without_a_word_stops_nobody)
{
    people_begin();
    strike(true);
    called(struck()->number, MANAGER, FO_CALLED_NO_ANSWER);
    cr_assert_eq(seen(FO_REASON_CALLED_BY_HAND)->b, FO_CALLED_NO_ANSWER);
    cr_assert_eq(seen(FO_REASON_CALLED_BY_HAND)->subject.index, MANAGER);
    cr_assert_not(is_stopped(struck(), 0));
    called(struck()->number, MANAGER, FO_CALLED_REACHED);
    cr_assert(seen(FO_REASON_CALLED_BY_HAND));
    cr_assert_not(is_stopped(struck(), 0));
}

Test(hand, who_says_on_the_telephone_that_he_cannot_is_passed_over)
{
    people_begin();
    strike(true);
    called(struck()->number, CHIEF, FO_CALLED_CANNOT);
    cr_assert(seen(FO_REASON_CANNOT));
    cr_assert_eq(seen(FO_REASON_CANNOT)->person, CHIEF);
    cr_assert_neq(struck()->refused & person_bit(CHIEF), 0U);
    called(struck()->number, MANAGER, FO_CALLED_TAKEN);
    cr_assert(seen(FO_REASON_ACKNOWLEDGED));
    cr_assert(is_stopped(struck(), 0));
}

Test(hand, a_call_about_nothing_or_to_nobody_or_with_no_known_end_is_refused)
{
    people_begin();
    strike(true);
    called(99, MANAGER, FO_CALLED_REACHED);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    called(struck()->number, PEOPLE, FO_CALLED_REACHED);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    called(struck()->number, MANAGER, FO_CALLED_CANNOT + 1);
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    cr_assert_not(seen(FO_REASON_CALLED_BY_HAND));
}

Test(hand, a_call_to_somebody_outside_about_nothing_is_refused)
{
    people_begin();
    strike(true);
    enter((struct fo_order){.kind = FO_ORDER_OUTSIDE, .incident = 99, .value = 2});
    cr_assert(is_refused(FO_REASON_NO_SUCH_OBJECT));
    cr_assert_not(seen(FO_REASON_OUTSIDE_CALLED));
}
