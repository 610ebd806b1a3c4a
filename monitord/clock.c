/* SPDX-License-Identifier: Apache-2.0 */
/* Lag meter, stall detector and the check of the clock's rate. It owns figures about time and never
 * an action on them; driver.c and app.c call it. */
#include "monitord/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#define RATE_BOUND_PPM 500 /* lease.md section 1 */

void md_clock_init(struct md_clock *clock, fo_us stall_us, fo_us now_us)
{
    *clock = (struct md_clock){
        .stall_us = stall_us < MD_CLOCK_STALL_MIN_US ? MD_CLOCK_STALL_MIN_US : stall_us,
        .turn_us = now_us,
        .lag_since_us = now_us,
        .long_since_us = now_us};
}

static void open_window(struct md_clock *clock, fo_us now_us)
{
    if (now_us - clock->long_since_us > MD_CLOCK_LONG_WINDOW_US) {
        memcpy(clock->lags[1], clock->lags[0], sizeof(clock->lags[0]));
        memset(clock->lags[0], 0, sizeof(clock->lags[0]));
        clock->busy_us[1] = clock->busy_us[0];
        clock->busy_us[0] = 0;
        clock->long_since_us = now_us;
    }
}

fo_us md_clock_turn(struct md_clock *clock, fo_us now_us)
{
    fo_us gap = now_us - clock->turn_us;

    clock->turn_us = now_us;
    if (gap <= clock->stall_us) {
        return 0;
    }
    clock->stalls++;
    return gap;
}

fo_us md_clock_next_turn_us(const struct md_clock *clock)
{
    return clock->turn_us + clock->stall_us / 4;
}

void md_clock_note_lag(struct md_clock *clock, fo_us due_us, fo_us now_us)
{
    fo_us lag = now_us > due_us ? now_us - due_us : 0;

    if (now_us - clock->lag_since_us > MD_CLOCK_LAG_WINDOW_US) {
        clock->lag_us[1] = clock->lag_us[0];
        clock->lag_us[0] = 0;
        clock->lag_since_us = now_us;
    }
    if (lag > clock->lag_us[0]) {
        clock->lag_us[0] = lag;
    }
    open_window(clock, now_us);
    fo_us step = lag / MD_CLOCK_LAG_STEP_US;
    clock->lags[0][step < MD_CLOCK_LAG_STEPS ? step : MD_CLOCK_LAG_STEPS - 1]++;
}

fo_us md_clock_lag_p999_us(const struct md_clock *clock)
{
    uint64_t all = 0, longer = 0;

    for (unsigned i = 0; i < MD_CLOCK_LAG_STEPS; i++) {
        all += (uint64_t)clock->lags[0][i] + clock->lags[1][i];
    }
    for (unsigned i = MD_CLOCK_LAG_STEPS; i > 0; i--) {
        longer += (uint64_t)clock->lags[0][i - 1] + clock->lags[1][i - 1];
        if (longer * 1000 > all) {
            return (fo_us)i * MD_CLOCK_LAG_STEP_US;
        }
    }
    return 0;
}

void md_clock_note_busy(struct md_clock *clock, fo_us cpu_us, fo_us now_us)
{
    fo_us busy_us = clock->cpu_us != 0 ? cpu_us - clock->cpu_us : 0;

    open_window(clock, now_us);
    clock->cpu_us = cpu_us;
    if (busy_us > clock->busy_us[0]) {
        clock->busy_us[0] = busy_us;
    }
}

fo_us md_clock_busy_us(const struct md_clock *clock)
{
    return clock->busy_us[0] > clock->busy_us[1] ? clock->busy_us[0] : clock->busy_us[1];
}

fo_us md_clock_lag_us(const struct md_clock *clock)
{
    return clock->lag_us[0] > clock->lag_us[1] ? clock->lag_us[0] : clock->lag_us[1];
}

bool md_clock_rate_within(long tick, long freq)
{
    /* tick is in microseconds per 10 ms, freq in 2^-16 ppm; both in 2^-16 ppm to lose nothing */
    int64_t scaled = (int64_t)(tick - 10000) * 100 * 65536 + freq;

    return llabs(scaled) <= (int64_t)RATE_BOUND_PPM * 65536;
}

bool md_clock_rate_well(void)
{
    struct timex timex = {0};

    return adjtimex(&timex) != -1 && md_clock_rate_within(timex.tick, timex.freq);
}
