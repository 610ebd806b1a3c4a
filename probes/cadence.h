/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask a device next: on a fixed grid so that readings do not drift, spread over the
 * interval so that a fleet does not ask all at once, and less often while nothing answers. Pure:
 * time comes in, time goes out. device.c calls it. */
#ifndef PROBES_CADENCE_H
#define PROBES_CADENCE_H

#include "failover/types.h"

/* After this many silent polls in a row only every second grid point is used. Not fewer: a source
 * that is heard of less often than in three intervals counts as stale, and "does not answer" must
 * not fade into "not known". */
#define PB_CADENCE_PATIENCE 10

struct pb_cadence {
    fo_us interval_us; /* > 0 */
    fo_us next_us;     /* the grid point that comes next */
    unsigned silent;   /* polls without an answer in a row */
};

/* Device `index` of `count` begins index/count of an interval after now. */
void pb_cadence_init(struct pb_cadence *cadence, fo_us interval_us, unsigned index, unsigned count,
                     fo_us now_us);
/* A poll has ended; returns when the next one begins, never before now_us: at the next grid point,
 * or at once when that one has passed by half an interval at most. Grid points missed by more are
 * not caught up. */
fo_us pb_cadence_next(struct pb_cadence *cadence, fo_us now_us, bool answered);

#endif
