/* SPDX-License-Identifier: Apache-2.0 */
/* A timerfd behind a uv_poll. It owns the descriptor and never decides what a passing of time
 * means. */
#include "monitord/loop_timer.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct md_loop_timer *timer = poll->data;
    uint64_t expirations;
    fo_us due_us = timer->due_us;

    (void)status;
    (void)events;
    if (read(timer->fd, &expirations, sizeof(expirations)) != (ssize_t)sizeof(expirations)) {
        return; /* moved meanwhile */
    }
    timer->due_us = FO_NEVER;
    timer->fired(timer->context, due_us);
}

int md_loop_timer_init(uv_loop_t *loop, struct md_loop_timer *timer,
                       void (*fired)(void *context, fo_us due_us), void *context)
{
    int code;

    timer->fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer->fd < 0) {
        return -errno;
    }
    timer->due_us = FO_NEVER;
    timer->fired = fired;
    timer->context = context;
    timer->closed = NULL;
    code = uv_poll_init(loop, &timer->poll, timer->fd);
    if (code != 0) {
        close(timer->fd);
        return code;
    }
    timer->poll.data = timer;
    return uv_poll_start(&timer->poll, UV_READABLE, on_readable);
}

void md_loop_timer_set(struct md_loop_timer *timer, fo_us due_us)
{
    struct itimerspec spec = {0};

    if (due_us == timer->due_us) {
        return;
    }
    timer->due_us = due_us;
    if (due_us != FO_NEVER) {
        fo_us end = due_us > 0 ? due_us : 1;

        spec.it_value.tv_sec = end / FO_SECOND;
        spec.it_value.tv_nsec = (end % FO_SECOND) * 1000;
    }
    timerfd_settime(timer->fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void on_closed(uv_handle_t *handle)
{
    struct md_loop_timer *timer = handle->data;

    if (timer->closed != NULL) {
        timer->closed(timer->context);
    }
}

void md_loop_timer_close(struct md_loop_timer *timer, void (*closed)(void *context))
{
    timer->closed = closed;
    uv_poll_stop(&timer->poll);
    close(timer->fd);
    uv_close((uv_handle_t *)&timer->poll, on_closed);
}
