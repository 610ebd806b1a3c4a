/* SPDX-License-Identifier: Apache-2.0 */
/* Duty (see roster.h). It knows no date: a shift is whatever the shell says until it says
 * otherwise.
 */
#include "failover/roster.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/escalation.h"
#include "failover/ladder.h"
#include "failover/record.h"

#include <string.h>

static uint64_t holders(const struct fo_engine *engine, unsigned role)
{
    const struct fo_duty *duty = &engine->duty;
    if (duty->known) {
        return duty->on[role] | (duty->outgoing[role] & ~duty->released);
    }
    uint64_t persons = 0;
    for (unsigned i = 0; i < engine->policy.person_count; i++) {
        persons |= (engine->policy.persons[i].roles >> role & 1) != 0 ? (uint64_t)1 << i : 0;
    }
    return persons;
}

unsigned fo_roster_human(const struct fo_engine *engine, unsigned person)
{
    FO_ASSERT(person < engine->policy.person_count);
    uint8_t human = engine->policy.persons[person].human;
    return human != 0 ? human - 1U : person;
}

uint64_t fo_roster_role(const struct fo_engine *engine, unsigned role)
{
    FO_ASSERT(role < FO_ROLES_MAX);
    uint64_t persons = holders(engine, role);
    if ((persons & ~engine->duty.away) == 0 || (persons & engine->duty.away) != 0) {
        uint32_t deputies = engine->policy.roles[role].deputies;
        for (unsigned i = 0; deputies >> i != 0; i++) {
            persons |= (deputies >> i & 1) != 0 ? holders(engine, i) : 0;
            if (i + 1 == FO_ROLES_MAX) {
                break;
            }
        }
    }
    uint64_t humans = 0; /* another id of one who is called anyway calls nobody twice */
    for (unsigned i = 0; i < engine->policy.person_count; i++) {
        humans |= (persons >> i & 1) != 0 ? (uint64_t)1 << fo_roster_human(engine, i) : 0;
    }
    return humans;
}

uint64_t fo_roster_of(const struct fo_engine *engine, uint32_t roles)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        persons |= (roles >> i & 1) != 0 ? fo_roster_role(engine, i) : 0;
    }
    return persons;
}

uint64_t fo_roster_counts(const struct fo_engine *engine)
{
    return ~engine->duty.extra;
}

static uint64_t known_persons(const struct fo_engine *engine)
{
    return engine->policy.person_count == FO_PERSONS_MAX
               ? UINT64_MAX
               : ((uint64_t)1 << engine->policy.person_count) - 1;
}

void fo_roster_event(struct fo_engine *engine, const struct fo_roster *roster)
{
    struct fo_duty *duty = &engine->duty;
    uint64_t known = known_persons(engine), outgoing = 0, on = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && (roster->on[i] & known) == 0;
        if (!gap || !duty->known) {
            duty->on[i] = roster->on[i] & known;
        } /* else the holder before stays until somebody else is named */
        duty->outgoing[i] = roster->outgoing[i] & known;
        outgoing |= duty->outgoing[i];
        on |= duty->on[i];
    }
    duty->known = true;
    duty->extra = roster->extra & known;
    duty->released &= outgoing;
    duty->away &= on | outgoing;
    fo_note(engine, FO_REASON_ROSTER_CHANGED, 0, fo_subject_of(FO_SUBJECT_SITE, 0), (int64_t)on,
            (int64_t)outgoing);
    fo_escalation_duty(engine);
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && (roster->on[i] & known) == 0;
        fo_condition_set(engine, FO_REASON_ROSTER_GAP, fo_subject_of(FO_SUBJECT_ROLE, i), gap);
        if (!fo_output_room(engine)) {
            break; /* the shell says it again within the hour */
        }
    }
}

/* The outgoing who share a role with this person. */
static uint64_t outgoing_with(const struct fo_engine *engine, unsigned person)
{
    uint64_t outgoing = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        uint64_t both = engine->duty.on[i] | engine->duty.outgoing[i];
        outgoing |= (both >> person & 1) != 0 ? engine->duty.outgoing[i] : 0;
    }
    return outgoing;
}

uint16_t fo_roster_order(struct fo_engine *engine, const struct fo_order *order)
{
    FO_ASSERT(order->person < engine->policy.person_count);
    struct fo_duty *duty = &engine->duty;
    uint64_t bit = (uint64_t)1 << order->person;
    if (order->kind == FO_ORDER_HANDOVER) {
        uint64_t outgoing = outgoing_with(engine, order->person) & ~duty->released;
        if (outgoing == 0) {
            return FO_REASON_NO_SUCH_OBJECT; /* nobody is waiting to be released */
        }
        duty->released |= outgoing;
        fo_note(engine, FO_REASON_HANDED_OVER, 0, fo_subject_of(FO_SUBJECT_PERSON, order->person),
                (int64_t)outgoing, 0);
    } else {
        FO_ASSERT(order->kind == FO_ORDER_AWAY || order->kind == FO_ORDER_BACK);
        bool away = order->kind == FO_ORDER_AWAY;
        duty->away = away ? duty->away | bit : duty->away & ~bit;
        fo_note(engine, FO_REASON_PRESENCE_CHANGED, 0,
                fo_subject_of(FO_SUBJECT_PERSON, order->person), away, 0);
    }
    fo_escalation_duty(engine);
    return FO_REASON_NONE;
}
