/* SPDX-License-Identifier: Apache-2.0 */
/* Duty (see roster.h). It knows no date: a shift is whatever the shell says until it says
 * otherwise.
 */
#include "failover/roster.h"

#include "failover/assert.h"

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
