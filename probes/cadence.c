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

fo_us pb_cadence_next(struct pb_cadence *cadence, fo_us now_us, bool answered)
{
    fo_us interval_us = cadence->interval_us;

    FO_ASSERT(interval_us > 0);
    cadence->silent = answered ? 0 : cadence->silent + (cadence->silent < 1000 ? 1 : 0);
    cadence->next_us += cadence->silent > PB_CADENCE_PATIENCE ? 2 * interval_us : interval_us;
    fo_us late_us = now_us - cadence->next_us;
    if (late_us > interval_us / 2) {
        cadence->next_us +=
            (late_us - interval_us / 2 + interval_us - 1) / interval_us * interval_us;
    }
    return cadence->next_us > now_us ? cadence->next_us : now_us;
}
