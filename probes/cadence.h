/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask a device next: on a fixed grid so that readings do not drift, spread over the
 * interval so that a fleet does not ask all at once, and less often while nothing answers. Pure:
 * time comes in, time goes out. device.c calls it. */
#ifndef PROBES_CADENCE_H
#define PROBES_CADENCE_H

#include "failover/types.h"

/* After this many silent polls in a row the pace halves with each further one, down to one poll in
 * max(interval, PB_CADENCE_SLOWEST_US): a device that comes back is seen within that. */
#define PB_CADENCE_PATIENCE 10
#define PB_CADENCE_SLOWEST_US (5 * FO_SECOND)

struct pb_cadence {
    fo_us interval_us; /* > 0 */
    fo_us next_us;     /* the grid point that comes next */
    unsigned silent;   /* polls without an answer in a row */
};

/* Device `index` of `count` begins index/count of an interval after now. */
void pb_cadence_init(struct pb_cadence *cadence, fo_us interval_us, unsigned index, unsigned count,
                     fo_us now_us);
/* A poll has ended; returns when the next one begins: the first grid point after now_us, or a later
 * one when nothing has answered for long. Grid points that were missed are not caught up. */
fo_us pb_cadence_next(struct pb_cadence *cadence, fo_us now_us, bool answered);

#endif
