/* SPDX-License-Identifier: Apache-2.0 */
/* The checkers' own reckoning of duty (see duty.h). */
#include "sim/storm/duty.h"

#include "failover/assert.h"
#include "failover/reason.h"

static uint64_t bit_of(unsigned person)
{
    return UINT64_C(1) << person;
}

/* ---- what was said --------------------------------------------------------------------------- */

static void note_roster(struct storm_world *world, const struct fo_roster *roster)
{
    struct storm_duty *duty = &world->safety.book.duty;
    uint64_t on = 0, outgoing = 0;
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && roster->on[i] == 0;
        if (!gap || !duty->known) { /* else who was there stays until somebody else is named */
            duty->on[i] = roster->on[i];
        }
        duty->outgoing[i] = roster->outgoing[i];
        on |= duty->on[i];
        outgoing |= duty->outgoing[i];
    }
    duty->known = true;
    duty->extra = roster->extra;
    duty->released &= outgoing;
    duty->away &= on | outgoing;
}

static bool is_done(const struct fo_output *out, enum fo_reason reason)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == reason) {
            return true;
        }
    }
    return false;
}

static void note_order(struct storm_world *world, const struct fo_order *order,
                       const struct fo_output *out)
{
    struct storm_duty *duty = &world->safety.book.duty;
    if (order->person >= STORM_PERSONS) {
        return;
    }
    uint64_t bit = bit_of(order->person);
    if (order->kind == FO_ORDER_HANDOVER && is_done(out, FO_REASON_HANDED_OVER)) {
        for (unsigned i = 0; i < STORM_ROLES; i++) {
            bool his = ((duty->on[i] | duty->outgoing[i]) & bit) != 0;
            duty->released |= his ? duty->outgoing[i] : 0;
        }
    } else if (order->kind == FO_ORDER_AWAY && is_done(out, FO_REASON_PRESENCE_CHANGED)) {
        duty->away |= bit;
    } else if (order->kind == FO_ORDER_BACK && is_done(out, FO_REASON_PRESENCE_CHANGED)) {
        duty->away &= ~bit;
    }
}

void storm_duty_step(struct storm_world *world, const struct fo_event *event,
                     const struct fo_output *out)
{
    if (event->kind == FO_EVENT_ROSTER) {
        note_roster(world, &event->roster);
    } else if (event->kind == FO_EVENT_ORDER) {
        note_order(world, &event->order, out);
    }
}

/* ---- what follows ---------------------------------------------------------------------------- */

unsigned storm_duty_human(const struct storm_world *world, unsigned person)
{
    FO_ASSERT(person < STORM_PERSONS);
    unsigned human = world->policy.persons[person].human;
    return human != 0 ? human - 1 : person;
}

static uint64_t holders(const struct storm_world *world, unsigned role)
{
    const struct storm_duty *duty = &world->safety.book.duty;
    uint64_t persons = 0;
    if (duty->known) {
        return duty->on[role] | (duty->outgoing[role] & ~duty->released);
    }
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        persons |= (world->policy.persons[i].roles >> role & 1) != 0 ? bit_of(i) : 0;
    }
    return persons;
}

uint64_t storm_duty_role(const struct storm_world *world, unsigned role)
{
    uint64_t persons = holders(world, role);
    uint64_t humans = 0;
    FO_ASSERT(role < STORM_ROLES);
    if (persons == 0 || (persons & world->safety.book.duty.away) != 0) {
        for (unsigned i = 0; i < STORM_ROLES; i++) {
            bool stands_in = (world->policy.roles[role].deputies >> i & 1) != 0;
            persons |= stands_in ? holders(world, i) : 0;
        }
    }
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        humans |= (persons >> i & 1) != 0 ? bit_of(storm_duty_human(world, i)) : 0;
    }
    return humans;
}

static uint64_t listed(const struct storm_world *world, const struct fo_incident *incident)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        persons |= !incident->drill || world->policy.persons[i].drill ? bit_of(i) : 0;
    }
    return persons;
}

uint64_t storm_duty_deciders(const struct storm_world *world, const struct fo_incident *incident)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        persons |= world->policy.roles[i].decides ? storm_duty_role(world, i) : 0;
    }
    return persons & listed(world, incident);
}

static uint64_t owned(const struct storm_world *world, struct fo_subject subject, uint64_t persons)
{
    const struct fo_policy *policy = &world->policy;
    uint64_t theirs = 0;
    uint32_t units = subject.kind == FO_SUBJECT_DEVICE    ? policy->devices[subject.index].owners
                     : subject.kind == FO_SUBJECT_SERVER  ? policy->servers[subject.index].owners
                     : subject.kind == FO_SUBJECT_LINE    ? policy->lines[subject.index].owners
                     : subject.kind == FO_SUBJECT_SERVICE ? policy->services[subject.index].owners
                                                          : 0;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        theirs |= (policy->persons[i].units & units) != 0 ? bit_of(i) : 0;
    }
    return (persons & theirs) != 0 ? persons & theirs : persons;
}

static uint64_t of_rung(const struct storm_world *world, const struct fo_incident *incident,
                        unsigned at)
{
    const struct fo_rung_policy *rung = &world->policy.rungs[at];
    uint64_t persons = 0;
    for (unsigned role = 0; role < STORM_ROLES; role++) {
        persons |= (rung->roles >> role & 1) != 0 ? storm_duty_role(world, role) : 0;
    }
    persons = rung->of_owner ? owned(world, incident->subject, persons) : persons;
    return persons & listed(world, incident);
}

/* Rungs of one branch up to `last`; the first of them always. */
static uint64_t of_branch(const struct storm_world *world, const struct fo_incident *incident,
                          unsigned branch, unsigned last)
{
    uint8_t severity = world->policy.branches[branch].severity;
    uint64_t persons = 0;
    bool first = true;
    if (severity != 0 && incident->severity > severity) {
        return 0;
    }
    for (unsigned i = 0; i < STORM_RUNGS; i++) {
        if (world->policy.rungs[i].branch == branch && (first || i <= last)) {
            persons |= of_rung(world, incident, i);
            first = false;
        }
    }
    return persons;
}

uint64_t storm_duty_all(const struct storm_world *world, const struct fo_incident *incident)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        persons |= of_branch(world, incident, i, STORM_RUNGS);
    }
    return persons;
}

uint64_t storm_duty_called(const struct storm_world *world, const struct fo_incident *incident)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        uint8_t rung = incident->branches[i].rung;
        persons |= of_branch(world, incident, i, rung == FO_NONE ? 0 : rung);
    }
    return persons;
}

uint64_t storm_duty_beside(const struct storm_world *world, const struct fo_incident *incident,
                           unsigned person)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        uint64_t branch = of_branch(world, incident, i, STORM_RUNGS);
        persons |= (branch >> person & 1) != 0 ? branch : 0;
    }
    return persons;
}
