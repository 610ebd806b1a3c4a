/* SPDX-License-Identifier: Apache-2.0 */
/* Names and meanings of the laws (see laws.h), for reports only. */
#include "sim/storm/laws.h"

static const char *const names[] = {
#define X(id, says) #id,
    STORM_LAWS(X)
#undef X
};
static const char *const meanings[] = {
#define X(id, says) says,
    STORM_LAWS(X)
#undef X
};

const char *storm_law_name(unsigned law)
{
    return law < STORM_LAW_COUNT ? names[law] : "?";
}

const char *storm_law_says(unsigned law)
{
    return law < STORM_LAW_COUNT ? meanings[law] : "?";
}
