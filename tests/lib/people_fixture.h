/* SPDX-License-Identifier: Apache-2.0 */
/* A contact network with everything in it, for the tests of people's duty: two platoons' chiefs, a
 * deputy, a manager, the head who is also deputy of who decides, and a second branch beside the
 * first. It stands on engine_fixture.h. */
#ifndef TESTS_LIB_PEOPLE_FIXTURE_H
#define TESTS_LIB_PEOPLE_FIXTURE_H

#include "tests/lib/engine_fixture.h"

#include "failover/escalation.h"

enum { CHIEF_B = WORLD_PERSONS, DEPUTY, DECIDER, TEAM, PEOPLE };
enum { ROLE_DEPUTY = ROLE_HEAD + 1, ROLE_DECIDER, ROLE_TEAM, PEOPLE_ROLES };

static struct fo_roster duty;

FIXTURE uint64_t person_bit(unsigned person)
{
    return (uint64_t)1 << person;
}

FIXTURE struct fo_policy people_policy(void)
{
    static const uint8_t roles[PEOPLE] = {ROLE_CHIEF, ROLE_OFFICER, ROLE_MANAGER, ROLE_HEAD,
                                          ROLE_CHIEF, ROLE_DEPUTY,  ROLE_DECIDER, ROLE_TEAM};
    struct fo_policy policy = fixture_policy();
    policy.person_count = PEOPLE;
    for (unsigned i = 0; i < PEOPLE; i++) {
        policy.persons[i] = (struct fo_person_policy){
            .roles = 1U << roles[i], .channel_wait_us = 60 * FO_SECOND, .drill = true};
        memset(policy.persons[i].channels, FO_NONE, FO_CHANNELS_MAX);
        policy.persons[i].channels[0] = roles[i] == ROLE_CHIEF ? TERMINAL : MAIL;
        policy.persons[i].channels[1] = SMS;
    }
    policy.role_count = PEOPLE_ROLES;
    policy.roles[ROLE_CHIEF] =
        (struct fo_role_policy){.required = true, .deputies = 1U << ROLE_DEPUTY};
    policy.roles[ROLE_DECIDER] =
        (struct fo_role_policy){.decides = true, .deputies = 1U << ROLE_HEAD};
    policy.rung_count = 5;
    policy.rungs[3] =
        (struct fo_rung_policy){.roles = 1U << ROLE_DECIDER, .wait_us = 5 * FO_MINUTE};
    policy.rungs[4] =
        (struct fo_rung_policy){.roles = 1U << ROLE_TEAM, .wait_us = 4 * FO_MINUTE, .branch = 1};
    policy.branches[1].severity = 2;
    policy.overrun_us = 30 * FO_MINUTE;
    policy.flap_us = 10 * FO_MINUTE;
    return policy;
}

FIXTURE void give_roster(void)
{
    give((struct fo_event){.kind = FO_EVENT_ROSTER, .roster = duty});
}

/* A well site with the first platoon on duty. */
FIXTURE void people_begin_with(const struct fo_policy *policy)
{
    world_begin_with(policy);
    memset(&duty, 0, sizeof duty);
    for (unsigned i = 0; i < policy->person_count; i++) {
        for (unsigned role = 0; role < policy->role_count; role++) {
            duty.on[role] |= (policy->persons[i].roles >> role & 1) != 0 ? person_bit(i) : 0;
        }
    }
    duty.on[ROLE_CHIEF] = person_bit(CHIEF);
    give_roster();
    mark();
}

FIXTURE void people_begin(void)
{
    struct fo_policy policy = people_policy();
    people_begin_with(&policy);
}

/* Two MACs at the service address: grave, of class 2, raised and ended in an instant. */
FIXTURE void strike(bool holds)
{
    give_self(FO_SELF_ANSWERS, 0, holds ? 2 : 1);
    give_tick();
}

FIXTURE const struct fo_incident *struck(void)
{
    return incident_of(FO_REASON_TWO_ANSWERS);
}

FIXTURE void say_about(const struct fo_incident *incident, uint8_t kind, uint8_t person)
{
    cr_assert_not_null(incident);
    give_order((struct fo_order){
        .kind = kind, .person = person, .second = FO_NONE, .incident = incident->number});
}

/* The answer to a page as it was sent. */
FIXTURE void answer_page(const struct fo_incident *incident, uint8_t person, uint8_t epoch,
                         uint8_t round)
{
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE,
                                 .person = person,
                                 .second = FO_NONE,
                                 .incident = incident->number,
                                 .epoch = epoch,
                                 .round = round});
}

FIXTURE bool is_stopped(const struct fo_incident *incident, unsigned branch)
{
    return incident->branches[branch].acked_by != FO_NONE &&
           incident->branches[branch].next_rung_us == FO_NEVER;
}

/* The newest page to a person since the mark; NULL when there is none. */
FIXTURE const struct fo_notify *page_to(uint8_t person)
{
    for (unsigned i = world.command_count; i > world.command_mark; i--) {
        const struct fo_command *command = &world.commands[i - 1];
        if (command->kind == FO_COMMAND_NOTIFY && command->notify.person == person) {
            return &command->notify;
        }
    }
    return NULL;
}

/* Pages about one incident to a person by a channel since the mark. */
FIXTURE unsigned paged_about(const struct fo_incident *incident, uint8_t person, uint8_t channel)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_notify *notify = &world.commands[i].notify;
        count += world.commands[i].kind == FO_COMMAND_NOTIFY &&
                         notify->incident == incident->number && notify->person == person &&
                         notify->channel == channel
                     ? 1
                     : 0;
    }
    return count;
}

/* Persons paged since the mark. */
FIXTURE uint64_t paged_persons(void)
{
    uint64_t persons = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        persons |= world.commands[i].kind == FO_COMMAND_NOTIFY
                       ? person_bit(world.commands[i].notify.person)
                       : 0;
    }
    return persons;
}

/* First pages (not the end, not a repetition of one) of a person about an epoch by a channel. */
FIXTURE unsigned first_pages(uint8_t person, uint8_t epoch, uint8_t channel)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_notify *notify = &world.commands[i].notify;
        count += world.commands[i].kind == FO_COMMAND_NOTIFY && notify->person == person &&
                         notify->epoch == epoch && notify->channel == channel &&
                         notify->attempt == 1 && notify->message != FO_MESSAGE_REMINDER &&
                         notify->message != FO_MESSAGE_RECOVERED
                     ? 1
                     : 0;
    }
    return count;
}

FIXTURE void both_lines(bool ok)
{
    for (unsigned i = 0; i < WORLD_LINES; i++) {
        world.target_ok[i][0] = ok;
        world.target_ok[i][1] = ok;
    }
}

FIXTURE bool lines_down(void)
{
    return world.engine.lines[LINE_A].state == FO_STATE_DOWN &&
           world.engine.lines[LINE_B].state == FO_STATE_DOWN;
}

#endif
