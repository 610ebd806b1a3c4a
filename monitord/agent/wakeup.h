/* SPDX-License-Identifier: Apache-2.0 */
/* How a thread wakes the loop: an eventfd. libuv's own uv_async_send is not used in this program:
 * while a sender of lower priority is preempted half way, the loop's thread spins for it, and under
 * real-time scheduling it spins until the kernel throttles it, nearly a second. worker.c and
 * child.c use this. */
#ifndef MONITORD_AGENT_WAKEUP_H
#define MONITORD_AGENT_WAKEUP_H

#include <stdbool.h>
#include <uv.h>

struct md_wakeup {
    uv_poll_t poll;
    int fd;
    void (*woken)(void *context);
    void *context;
};

/* woken runs on the loop, at least once after each md_wakeup_send. False when the kernel has no
 * descriptor left. */
bool md_wakeup_init(struct md_wakeup *wakeup, uv_loop_t *loop, void (*woken)(void *context),
                    void *context);
/* From any thread; never waits. */
void md_wakeup_send(struct md_wakeup *wakeup);
/* No thread may send any more. The loop must turn once more before the object's memory goes. */
void md_wakeup_close(struct md_wakeup *wakeup);

#endif
