/* SPDX-License-Identifier: Apache-2.0 */
/* One reading turned from a list into a lookup: only values of good quality are facts. It lives
 * for one call; the machines of the devices read it. */
#ifndef FAILOVER_FACTS_H
#define FAILOVER_FACTS_H

#include "failover/assert.h"
#include "failover/event.h"

struct fo_facts {
    uint64_t have; /* bit per enum fo_variable */
    int64_t milli[FO_VARIABLE_COUNT];
};
_Static_assert(FO_VARIABLE_COUNT <= 64, "one bit per variable");

static inline bool fo_facts_has(const struct fo_facts *facts, enum fo_variable variable)
{
    return (facts->have >> variable & 1) != 0;
}
/* The fact, or `otherwise`. */
static inline int64_t fo_facts_get(const struct fo_facts *facts, enum fo_variable variable,
                                   int64_t otherwise)
{
    return fo_facts_has(facts, variable) ? facts->milli[variable] : otherwise;
}
static inline void fo_facts_take(struct fo_facts *facts, const struct fo_reading *reading)
{
    FO_ASSERT(reading->count <= FO_VARIABLES_MAX);
    facts->have = 0;
    for (unsigned i = 0; i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];
        if (value->variable < FO_VARIABLE_COUNT && value->quality == FO_GOOD) {
            facts->have |= (uint64_t)1 << value->variable;
            facts->milli[value->variable] = value->milli;
        }
    }
}

#endif
