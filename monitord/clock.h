/* SPDX-License-Identifier: Apache-2.0 */
/* How well our own loop keeps time: the lag of its timers and the gaps between its turns. Pure:
 * times come in, figures go out. The driver feeds it and asks it whether we slept. */
#ifndef MONITORD_CLOCK_H
#define MONITORD_CLOCK_H

#include "failover/types.h"

#define MD_CLOCK_LAG_STEP_US 250 /* resolution of the lags that are counted */
#define MD_CLOCK_LAG_STEPS 128   /* the last one: longer than 31 ms */
#define MD_CLOCK_LONG_WINDOW_US (10 * FO_MINUTE)

struct md_clock {
    fo_us stall_us;                /* a longer gap is a stall */
    fo_us turn_us;                 /* the loop was last seen turning */
    fo_us lag_us[2], lag_since_us; /* longest lag of this and of the last window */
    uint64_t stalls;
    /* of this and of the last long window: how often each lag was seen, the longest turn */
    uint32_t lags[2][MD_CLOCK_LAG_STEPS];
    fo_us busy_us[2], long_since_us;
    fo_us cpu_us; /* of the loop's thread when the present turn began; 0 not known */
};
#define MD_CLOCK_LAG_WINDOW_US (5 * FO_SECOND)
#define MD_CLOCK_STALL_MIN_US (20 * FO_MS)

void md_clock_init(struct md_clock *clock, fo_us stall_us, fo_us now_us);
/* The loop turns. Returns the gap since it last did when that is a stall, else 0. */
fo_us md_clock_turn(struct md_clock *clock, fo_us now_us);
/* The latest instant at which the loop must turn again so that waiting is never taken for a stall.
 */
fo_us md_clock_next_turn_us(const struct md_clock *clock);
/* A timer set for due_us ran at now_us. */
void md_clock_note_lag(struct md_clock *clock, fo_us due_us, fo_us now_us);
/* Longest lag of the last one to two windows. */
fo_us md_clock_lag_us(const struct md_clock *clock);

/* The lag that one timer in a thousand exceeds, in the last one to two long windows: the upper end
 * of its step. */
fo_us md_clock_lag_p999_us(const struct md_clock *clock);
/* A turn of the loop ends and the next begins; cpu_us is the CPU time of the loop's thread. Waiting
 * for sockets costs none, so the difference is what all callbacks of the turn have used. */
void md_clock_note_busy(struct md_clock *clock, fo_us cpu_us, fo_us now_us);
/* Most CPU time any one turn took in the last one to two long windows. */
fo_us md_clock_busy_us(const struct md_clock *clock);

/* Whether this host's clock rate is within the bound of lease.md section 1 (adjtimex); false too
 * when the kernel cannot be asked. */
bool md_clock_rate_well(void);
/* The rule alone: tick and freq as adjtimex reports them. */
bool md_clock_rate_within(long tick, long freq);

#endif
