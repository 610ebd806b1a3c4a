/* SPDX-License-Identifier: Apache-2.0 */
/* The grid of one device's polls. It never reads a clock and never starts anything; device.c asks
 * it once for each poll that ended. */
#include "probes/cadence.h"

#include "failover/assert.h"

void pb_cadence_init(struct pb_cadence *cadence, fo_us interval_us, unsigned index, unsigned count,
                     fo_us now_us)
{
    FO_ASSERT(interval_us > 0);
    FO_ASSERT(count > 0 && index < count);
    cadence->interval_us = interval_us;
    cadence->next_us = now_us + interval_us / count * index;
    cadence->silent = 0;
}

/* How far apart polls are after this many silent ones. */
static fo_us pace_us(const struct pb_cadence *cadence)
{
    fo_us slowest =
        cadence->interval_us > PB_CADENCE_SLOWEST_US ? cadence->interval_us : PB_CADENCE_SLOWEST_US;
    fo_us pace = cadence->interval_us;
    for (unsigned i = PB_CADENCE_PATIENCE; i < cadence->silent && pace < slowest; i++) {
        pace *= 2;
    }
    return pace > slowest ? slowest : pace;
}

fo_us pb_cadence_next(struct pb_cadence *cadence, fo_us now_us, bool answered)
{
    FO_ASSERT(cadence->interval_us > 0);
    cadence->silent = answered ? 0 : cadence->silent + (cadence->silent < 1000 ? 1 : 0);
    fo_us pace = pace_us(cadence);
    cadence->next_us += pace;
    if (cadence->next_us <= now_us) {
        fo_us missed = (now_us - cadence->next_us) / cadence->interval_us + 1;
        cadence->next_us += missed * cadence->interval_us;
    }
    FO_ASSERT(cadence->next_us > now_us);
    return cadence->next_us;
}
