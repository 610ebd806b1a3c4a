/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the kernel for the state of a few interfaces, each second and whenever it announces a change
 * (rtnetlink). It never changes an interface; the fleet calls it. */
#include "probes/own_network.h"

#include "failover/assert.h"
#include "failover/reason.h"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEWS_A_TURN 64

struct pb_own_network {
    const struct cfg_net *nets;
    unsigned count;
    pb_own_network_callback callback;
    void *context;
    int fd; /* rtnetlink; -1: only the timer looks */
    uv_poll_t poll;
    uv_timer_t timer;
    unsigned handles;
    bool stopping;
    void (*done)(void *context);
    void *done_context;
};

static bool same_host(const struct sockaddr *a, const struct sockaddr_storage *b)
{
    if (a == NULL || a->sa_family != b->ss_family) {
        return false;
    }
    if (a->sa_family == AF_INET) {
        const struct in_addr *own = &((const struct sockaddr_in *)a)->sin_addr;
        const struct in_addr *wanted = &((const struct sockaddr_in *)b)->sin_addr;
        return wanted->s_addr == INADDR_ANY || own->s_addr == wanted->s_addr;
    }
    if (a->sa_family == AF_INET6) {
        const struct in6_addr *own = &((const struct sockaddr_in6 *)a)->sin6_addr;
        const struct in6_addr *wanted = &((const struct sockaddr_in6 *)b)->sin6_addr;
        return IN6_IS_ADDR_UNSPECIFIED(wanted) || memcmp(own, wanted, sizeof *own) == 0;
    }
    return false;
}

/* IFF_RUNNING is the kernel's word for "up, and has carrier". */
static bool is_well(const struct ifaddrs *list, const struct cfg_net *net)
{
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        if (strcmp(i->ifa_name, net->interface) == 0 && (i->ifa_flags & IFF_UP) != 0 &&
            (i->ifa_flags & IFF_RUNNING) != 0 && same_host(i->ifa_addr, &net->bind.storage)) {
            return true;
        }
    }
    return false;
}

static void look(struct pb_own_network *own)
{
    struct ifaddrs *list = NULL;
    bool asked = getifaddrs(&list) == 0;

    for (unsigned i = 0; i < own->count && !own->stopping; i++) {
        if (own->nets[i].interface == NULL) {
            continue;
        }
        bool ok = asked && is_well(list, &own->nets[i]);
        struct fo_probe statement = {.kind = FO_PROBE_OWN_NETWORK,
                                     .index = (uint8_t)i,
                                     .quality = asked ? FO_GOOD : FO_ABSENT,
                                     .ok = ok,
                                     .reason = ok ? FO_REASON_NONE : FO_REASON_NO_ROUTE};
        own->callback(own->context, &statement);
    }
    if (asked) {
        freeifaddrs(list);
    }
}

static void on_timer(uv_timer_t *timer)
{
    look(timer->data);
}

/* What the news say does not matter, only that there are some. */
static void on_news(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct pb_own_network *own = poll->data;
    char news[4096];
    for (int i = 0; i < NEWS_A_TURN; i++) {
        if (recv(own->fd, news, sizeof news, MSG_DONTWAIT) < 0) {
            break;
        }
    }
    look(own);
}

static void open_news(struct pb_own_network *own, uv_loop_t *loop)
{
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    own->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (own->fd < 0) {
        return;
    }
    if (bind(own->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        uv_poll_init(loop, &own->poll, own->fd) != 0) {
        close(own->fd);
        own->fd = -1;
        return;
    }
    own->poll.data = own;
    own->handles++;
    (void)uv_poll_start(&own->poll, UV_READABLE, on_news);
}

struct pb_own_network *pb_own_network_start(uv_loop_t *loop, const struct cfg_net *nets,
                                            unsigned count, pb_own_network_callback callback,
                                            void *context)
{
    FO_ASSERT(count <= FO_NETS_MAX);
    struct pb_own_network *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return NULL;
    }
    own->nets = nets;
    own->count = count;
    own->callback = callback;
    own->context = context;
    (void)uv_timer_init(loop, &own->timer);
    own->timer.data = own;
    own->handles = 1;
    open_news(own, loop);
    (void)uv_timer_start(&own->timer, on_timer, 0, PB_OWN_NETWORK_MS);
    return own;
}

static void on_closed(uv_handle_t *handle)
{
    struct pb_own_network *own = handle->data;
    if (--own->handles > 0) {
        return;
    }
    void (*done)(void *) = own->done;
    void *context = own->done_context;
    if (own->fd >= 0) {
        close(own->fd);
    }
    free(own);
    if (done != NULL) {
        done(context);
    }
}

void pb_own_network_stop(struct pb_own_network *own, void (*done)(void *context), void *context)
{
    FO_ASSERT(!own->stopping);
    own->stopping = true;
    own->done = done;
    own->done_context = context;
    if (own->fd >= 0) {
        uv_close((uv_handle_t *)&own->poll, on_closed);
    }
    uv_close((uv_handle_t *)&own->timer, on_closed);
}
