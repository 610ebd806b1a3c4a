/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the boot-time clock. It never caches a reading, because rule V3 of the lease wants the
 * instant after a datagram was read; every probe calls it. */
#include "probes/clock.h"

#include "failover/assert.h"

#include <time.h>

fo_us pb_clock_us(void)
{
    struct timespec now;
    int rc = clock_gettime(CLOCK_BOOTTIME, &now);
    FO_ASSERT(rc == 0);
    return (fo_us)now.tv_sec * FO_SECOND + now.tv_nsec / 1000;
}
