/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of changes of duty: roles with nobody in them, who stays until somebody is named, and a
 * network of as many persons as there can be. */
#include "failover/ladder.h"
#include "failover/roster.h"
#include "tests/lib/people_fixture.h"

static bool gap_of(unsigned role)
{
    return fo_condition_holds(&world.engine, FO_REASON_ROSTER_GAP,
                              (struct fo_subject){FO_SUBJECT_ROLE, (uint8_t)role});
}

Test(duty, a_role_with_nobody_in_it_keeps_who_held_it_and_people_hear_of_it)
{
    people_begin();
    duty.on[ROLE_CHIEF] = 0;
    duty.gaps = 1U << ROLE_CHIEF;
    give_roster();
    cr_assert(gap_of(ROLE_CHIEF));
    cr_assert_eq(world.engine.duty.on[ROLE_CHIEF], person_bit(CHIEF), "until somebody is named");
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B);
    give_roster();
    cr_assert_not(gap_of(ROLE_CHIEF), "somebody is named: no gap, whatever was said");
    cr_assert_eq(world.engine.duty.on[ROLE_CHIEF], person_bit(CHIEF_B));
}

Test(duty, at_the_first_word_about_the_duty_a_gap_is_a_gap)
{
    struct fo_policy policy = people_policy();
    world_begin_with(&policy);
    memset(&duty, 0, sizeof duty);
    duty.gaps = 1U << ROLE_CHIEF;
    give_roster();
    cr_assert(gap_of(ROLE_CHIEF));
    cr_assert_eq(world.engine.duty.on[ROLE_CHIEF], 0U, "nobody was named before");
}

Test(duty, persons_the_site_does_not_have_are_not_on_duty)
{
    people_begin();
    duty.on[ROLE_CHIEF] = person_bit(PEOPLE) | person_bit(63);
    duty.gaps = 1U << ROLE_CHIEF;
    give_roster();
    cr_assert(gap_of(ROLE_CHIEF), "nobody who is known");
    cr_assert_eq(world.engine.duty.on[ROLE_CHIEF], person_bit(CHIEF));
}

Test(duty, a_full_house_of_persons_is_on_duty_to_the_last)
{
    struct fo_policy policy = people_policy();
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = PEOPLE; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
    }
    people_begin_with(&policy);
    cr_assert_neq(world.engine.duty.on[ROLE_OFFICER] & person_bit(63), 0U);
}

/* As many incidents as there are, each taken by the chief in every branch. */
static void take_a_full_house(void)
{
    struct fo_policy policy = people_policy();
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = PEOPLE; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
    }
    people_begin_with(&policy);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        world.out.record_count = world.out.command_count = 0;
        world.engine.out = &world.out;
        fo_condition_set(&world.engine, FO_REASON_CONTACT_UNPROVEN,
                         (struct fo_subject){FO_SUBJECT_PERSON, (uint8_t)i}, true);
        world.engine.out = NULL;
        world.engine.incidents[i].fresh = false;
        for (unsigned j = 0; j < FO_BRANCHES_MAX; j++) {
            world.engine.incidents[i].branches[j].acked_by = CHIEF;
            world.engine.incidents[i].branches[j].ack_until_us = world.now_us + FO_HOUR;
        }
    }
}

static unsigned gaps(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        count += gap_of(i) ? 1 : 0;
    }
    return count;
}

Test(duty, a_shift_that_leaves_a_full_house_is_followed_in_all_of_it)
{
    take_a_full_house();
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B);
    duty.gaps = UINT32_MAX;
    give_roster();
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        for (unsigned j = 0; j < FO_BRANCHES_MAX; j++) {
            cr_assert_eq(world.engine.incidents[i].branches[j].acked_by, FO_NONE);
        }
    }
    cr_assert(seen_why(FO_REASON_ACKNOWLEDGE_EXPIRED, FO_REASON_HANDED_OVER));
    unsigned told = gaps();
    cr_assert_eq(told, 0U, "no room for more in this step");
    give_roster();
    cr_assert_gt(gaps(), told, "the next word tells on");
}

Test(duty, a_change_elsewhere_leaves_an_incident_with_who_has_taken_it)
{
    take_a_full_house();
    duty.on[ROLE_OFFICER] = 0; /* the chief is there all the same */
    duty.gaps = 1U << ROLE_OFFICER;
    give_roster();
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        cr_assert_eq(world.engine.incidents[i].branches[0].acked_by, CHIEF);
    }
    cr_assert_null(seen_why(FO_REASON_ACKNOWLEDGE_EXPIRED, FO_REASON_HANDED_OVER));
}

Test(duty, the_last_of_the_roles_may_be_a_deputy_like_any_other)
{
    struct fo_policy policy = people_policy();
    policy.role_count = FO_ROLES_MAX;
    policy.persons[TEAM].roles |= 1U << (FO_ROLES_MAX - 1);
    policy.roles[ROLE_CHIEF].deputies = 1U << (FO_ROLES_MAX - 1);
    people_begin_with(&policy);
    duty.on[ROLE_CHIEF] = 0;
    give_roster();
    cr_assert_eq(fo_roster_role(&world.engine, ROLE_CHIEF), person_bit(TEAM));
}

Test(duty, while_one_of_two_in_a_role_is_away_the_deputy_is_called_as_well)
{
    people_begin();
    duty.on[ROLE_CHIEF] = person_bit(CHIEF) | person_bit(CHIEF_B);
    give_roster();
    cr_assert_eq(fo_roster_role(&world.engine, ROLE_CHIEF),
                 person_bit(CHIEF) | person_bit(CHIEF_B));
    give_order((struct fo_order){.kind = FO_ORDER_AWAY, .person = CHIEF, .second = FO_NONE});
    cr_assert_eq(fo_roster_role(&world.engine, ROLE_CHIEF),
                 person_bit(CHIEF) | person_bit(CHIEF_B) | person_bit(DEPUTY));
    give_order((struct fo_order){.kind = FO_ORDER_BACK, .person = CHIEF, .second = FO_NONE});
    cr_assert_eq(fo_roster_role(&world.engine, ROLE_CHIEF),
                 person_bit(CHIEF) | person_bit(CHIEF_B));
}
