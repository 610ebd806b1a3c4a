/* SPDX-License-Identifier: Apache-2.0 */
/* An eventfd behind a uv_poll. It owns the descriptor and carries nothing but the waking. */
#include "monitord/agent/wakeup.h"

#include "failover/assert.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct md_wakeup *wakeup = poll->data;
    uint64_t times;
    (void)status;
    (void)events;
    if (read(wakeup->fd, &times, sizeof times) == (ssize_t)sizeof times) {
        wakeup->woken(wakeup->context);
    }
}

bool md_wakeup_init(struct md_wakeup *wakeup, uv_loop_t *loop, void (*woken)(void *context),
                    void *context)
{
    wakeup->woken = woken;
    wakeup->context = context;
    wakeup->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wakeup->fd < 0) {
        return false;
    }
    if (uv_poll_init(loop, &wakeup->poll, wakeup->fd) != 0) {
        close(wakeup->fd);
        return false;
    }
    wakeup->poll.data = wakeup;
    return uv_poll_start(&wakeup->poll, UV_READABLE, on_readable) == 0;
}

void md_wakeup_send(struct md_wakeup *wakeup)
{
    uint64_t one = 1;
    ssize_t written = write(wakeup->fd, &one, sizeof one);
    FO_ASSERT(written == (ssize_t)sizeof one || errno == EAGAIN); /* full: it is awake already */
}

void md_wakeup_close(struct md_wakeup *wakeup)
{
    uv_poll_stop(&wakeup->poll);
    close(wakeup->fd);
    uv_close((uv_handle_t *)&wakeup->poll, NULL);
}
