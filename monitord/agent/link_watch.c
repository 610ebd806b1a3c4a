/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the interface's flags (which takes no lock of the kernel's) and keeps their hysteresis. It
 * owns one socket for the question and the timer. */
#include "monitord/agent/link_watch.h"

#include "failover/assert.h"
#include "probes/clock.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Lost after two misses; back after it has been there for a second: a plug that is being pushed in
 * bounces. */
static const struct fo_health_policy policy = {.bad_of = 2,
                                               .window = 2,
                                               .good_run = 5,
                                               .hold_us = FO_SECOND,
                                               .stale_us = FO_MINUTE};

static void on_timer(uv_timer_t *timer)
{
    struct md_link_watch *watch = timer->data;
    struct ifreq request;
    bool was_lost = md_link_watch_lost(watch);
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, watch->interface, strnlen(watch->interface, IF_NAMESIZE - 1));
    if (ioctl(watch->fd, SIOCGIFFLAGS, &request) != 0) {
        fo_source_init(&watch->source); /* the gate is missing then, which says more */
    } else {
        bool there = (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
        fo_source_sample(&watch->source, &policy, there, pb_clock_us());
    }
    if (md_link_watch_lost(watch) != was_lost) {
        watch->changed(watch->context);
    }
}

bool md_link_watch_start(struct md_link_watch *watch, uv_loop_t *loop, const char *interface,
                         md_link_callback changed, void *context)
{
    memset(watch, 0, sizeof *watch);
    watch->interface = interface;
    watch->changed = changed;
    watch->context = context;
    fo_source_init(&watch->source);
    int result = uv_timer_init(loop, &watch->timer);
    FO_ASSERT(result == 0);
    watch->timer.data = watch;
    watch->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (watch->fd < 0) {
        return false;
    }
    uv_timer_start(&watch->timer, on_timer, 0, MD_LINK_INTERVAL_MS);
    return true;
}

bool md_link_watch_lost(const struct md_link_watch *watch)
{
    return watch->source.state == FO_STATE_DOWN;
}

void md_link_watch_close(struct md_link_watch *watch)
{
    close(watch->fd);
    uv_close((uv_handle_t *)&watch->timer, NULL);
}
