/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the contact network itself: who owns what has failed, networks that are edited under
 * incidents that are open, and the questions that have nobody as their answer. */
#include "failover/ladder.h"
#include "tests/lib/people_fixture.h"

/* ---- who owns it ----------------------------------------------------------------------------- */

enum { UNIT_POWER = 1, UNIT_CALLS = 2, UNIT_NOBODY = 4 };

static struct fo_incident about(enum fo_subject_kind kind, uint8_t index)
{
    return (struct fo_incident){.subject = {(uint8_t)kind, index}, .severity = 1};
}

/* The first rung has the chief (power) and the officer (calls), and is for the owner's people. */
static void begin_owned(void)
{
    struct fo_policy policy = people_policy();
    policy.rungs[0].of_owner = true;
    policy.persons[CHIEF].units = UNIT_POWER;
    policy.persons[OFFICER].units = UNIT_CALLS;
    policy.devices[UPS_A].owners = UNIT_POWER;
    policy.devices[UPS_B].owners = UNIT_NOBODY;
    policy.servers[1].owners = UNIT_CALLS;
    policy.lines[LINE_B].owners = UNIT_POWER;
    policy.services[CALLS].owners = UNIT_CALLS | UNIT_POWER;
    people_begin_with(&policy);
}

static uint64_t rung_of(struct fo_incident incident)
{
    return fo_ladder_rung(&world.engine, &incident, 0);
}

Test(ladder, the_units_that_own_what_has_failed_are_called)
{
    begin_owned();
    cr_assert_eq(rung_of(about(FO_SUBJECT_DEVICE, UPS_A)), person_bit(CHIEF));
    cr_assert_eq(rung_of(about(FO_SUBJECT_SERVER, 1)), person_bit(OFFICER));
    cr_assert_eq(rung_of(about(FO_SUBJECT_LINE, LINE_B)), person_bit(CHIEF));
    cr_assert_eq(rung_of(about(FO_SUBJECT_SERVICE, CALLS)),
                 person_bit(CHIEF) | person_bit(OFFICER));
}

Test(ladder, when_nobody_owns_it_the_rung_is_not_empty)
{
    begin_owned();
    uint64_t all = person_bit(CHIEF) | person_bit(OFFICER);
    cr_assert_eq(rung_of(about(FO_SUBJECT_SITE, 0)), all, "the room as a whole");
    cr_assert_eq(rung_of(about(FO_SUBJECT_DEVICE, UPS_B)), all, "its unit has nobody on the rung");
    cr_assert_eq(rung_of(about(FO_SUBJECT_DEVICE, GENERATOR)), all, "no unit is named");
}

Test(ladder, a_rung_that_is_not_for_owners_has_everybody)
{
    begin_owned();
    struct fo_incident incident = about(FO_SUBJECT_DEVICE, UPS_A);
    cr_assert_eq(fo_ladder_rung(&world.engine, &incident, 1), person_bit(MANAGER));
}

/* ---- nobody ---------------------------------------------------------------------------------- */

Test(ladder, a_rung_beyond_the_last_and_a_branch_that_is_not_called_have_nobody)
{
    people_begin();
    struct fo_incident incident = about(FO_SUBJECT_SITE, 0);
    cr_assert_eq(fo_ladder_rung(&world.engine, &incident, 5), 0U);
    cr_assert_eq(fo_ladder_up_to(&world.engine, &incident, 0, FO_NONE), 0U);
    cr_assert_neq(fo_ladder_up_to(&world.engine, &incident, 0, 0), 0U);
    cr_assert_eq(fo_ladder_next(&world.engine, &incident, 0, FO_NONE), FO_NONE);
}

Test(ladder, who_decides_is_replaced_by_the_deputy_when_absent_and_when_nobody_is_on_duty)
{
    people_begin();
    struct fo_incident incident = about(FO_SUBJECT_SITE, 0);
    cr_assert_eq(fo_ladder_deciders(&world.engine, &incident), person_bit(DECIDER));
    incident.deputy = true;
    cr_assert_eq(fo_ladder_deciders(&world.engine, &incident),
                 person_bit(DECIDER) | person_bit(HEAD));
    incident.deputy = false;
    world.engine.deciders = 0;
    cr_assert_eq(fo_ladder_deciders(&world.engine, &incident), person_bit(HEAD));
}

/* ---- edited under way ------------------------------------------------------------------------ */

static void report(enum fo_subject_kind kind, uint8_t index)
{
    give_order((struct fo_order){.kind = FO_ORDER_REPORT,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .subject = {(uint8_t)kind, index}});
}

static void restart_with(const struct fo_policy *policy)
{
    monitor_die();
    world.policy = *policy;
    monitor_restart();
}

/* The rung on which branch 0 stands when an incident at rung `at` changes to this network. */
static uint8_t adopted_at(const struct fo_policy *policy, unsigned branch, uint8_t at)
{
    people_begin();
    strike(true);
    ((struct fo_incident *)(uintptr_t)struck())->branches[branch].rung = at;
    world.snapshot_length =
        fo_snapshot_encode(&world.engine, world.now_us, world.wall_ms, world.snapshot);
    restart_with(policy);
    strike(true);
    cr_assert_eq(struck()->branches[branch].rung, at, "it keeps the network it began with");
    give_order((struct fo_order){.kind = FO_ORDER_ADOPT_LADDER, .person = OFFICER, .second = HEAD});
    cr_assert_eq(struck()->ladder, world.engine.ladder);
    return struck()->branches[branch].rung;
}

Test(ladder, an_incident_that_changes_its_network_stays_on_its_rung_if_that_is_one_of_its_branch)
{
    struct fo_policy policy = people_policy();
    policy.rungs[0].wait_us = FO_MINUTE;
    cr_assert_eq(adopted_at(&policy, 0, 2), 2);
    policy.rungs[1].branch = 1; /* in between, but of another branch now */
    cr_assert_eq(adopted_at(&policy, 0, 1), 0);
    policy = people_policy();
    policy.rung_count = 2; /* above the last */
    cr_assert_eq(adopted_at(&policy, 0, 3), 0);
    policy = people_policy();
    policy.rungs[0].branch = 1; /* below the first */
    cr_assert_eq(adopted_at(&policy, 0, 0), 1);
    policy = people_policy();
    policy.rung_count = 4; /* the branch is gone */
    cr_assert_eq(adopted_at(&policy, 1, 4), FO_NONE);
}

Test(ladder, an_incident_of_the_network_in_force_is_left_alone_when_others_change)
{
    people_begin();
    strike(true);
    unsigned adopted = seen_count(FO_REASON_LADDER_ADOPTED);
    give_order((struct fo_order){.kind = FO_ORDER_ADOPT_LADDER, .person = OFFICER, .second = HEAD});
    cr_assert_eq(seen_count(FO_REASON_LADDER_ADOPTED), adopted);
}

static struct fo_incident *reported(struct fo_subject subject)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        struct fo_incident *incident = &world.engine.incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && incident->cause == FO_REASON_REPORTED &&
            incident->subject.kind == subject.kind && incident->subject.index == subject.index) {
            return incident;
        }
    }
    cr_assert(false, "it was reported");
    return NULL;
}

Test(ladder, more_networks_than_can_be_kept_end_the_oldest)
{
    static const struct fo_subject things[] = {{FO_SUBJECT_DEVICE, UPS_A},
                                               {FO_SUBJECT_SERVER, 1},
                                               {FO_SUBJECT_LINE, LINE_A},
                                               {FO_SUBJECT_SERVICE, ORDERS}};
    struct fo_policy policy = people_policy();
    people_begin();
    for (unsigned i = 0; i < FO_LADDERS_MAX; i++) {
        report((enum fo_subject_kind)things[i].kind, things[i].index);
        cr_assert_eq(reported(things[i])->ladder, i);
        reported(things[i])->branches[0].rung = 3;
        world.snapshot_length =
            fo_snapshot_encode(&world.engine, world.now_us, world.wall_ms, world.snapshot);
        policy.rungs[0].wait_us += FO_SECOND;
        policy.rung_count = i + 1 == FO_LADDERS_MAX ? 2 : 5;
        mark();
        restart_with(&policy);
        cr_assert(seen(FO_REASON_LADDER_KEPT), "the others keep theirs");
    }
    cr_assert_eq(world.engine.ladder, 0, "the oldest gave way");
    cr_assert_eq(reported(things[0])->branches[0].rung, 0, "its incident begins from below");
    for (unsigned i = 1; i < FO_LADDERS_MAX; i++) {
        cr_assert_eq(reported(things[i])->ladder, i);
        cr_assert_eq(reported(things[i])->branches[0].rung, 3);
    }
}
