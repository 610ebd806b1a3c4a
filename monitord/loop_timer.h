/* SPDX-License-Identifier: Apache-2.0 */
/* One timer of the loop with an absolute end in CLOCK_BOOTTIME microseconds (timerfd): libuv's own
 * timers count whole milliseconds and stand still in a suspend. It owns the descriptor; the driver
 * has one. */
#ifndef MONITORD_LOOP_TIMER_H
#define MONITORD_LOOP_TIMER_H

#include "failover/types.h"

#include <uv.h>

struct md_loop_timer {
    uv_poll_t poll;
    int fd;
    fo_us due_us; /* FO_NEVER: not set */
    void (*fired)(void *context, fo_us due_us);
    void *context;
    void (*closed)(void *context);
};
/* 0 or a negative errno. fired runs on the loop, in its polling phase. */
int md_loop_timer_init(uv_loop_t *loop, struct md_loop_timer *timer,
                       void (*fired)(void *context, fo_us due_us), void *context);
/* Sets or moves the end; FO_NEVER stops it; a time that is past fires at once. */
void md_loop_timer_set(struct md_loop_timer *timer, fo_us due_us);
/* Closes; `closed` (may be NULL) is called when the memory may go. */
void md_loop_timer_close(struct md_loop_timer *timer, void (*closed)(void *context));

#endif
