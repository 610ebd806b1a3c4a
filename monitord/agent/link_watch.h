/* SPDX-License-Identifier: Apache-2.0 */
/* Does the service interface have its cable: asks the kernel every 100 ms for the carrier, and says
 * so after two misses in a row. It never judges what that means for the lease; report.c joins it
 * with the rest. */
#ifndef MONITORD_AGENT_LINK_WATCH_H
#define MONITORD_AGENT_LINK_WATCH_H

#include "failover/health.h"

#include <stdbool.h>
#include <uv.h>

#define MD_LINK_INTERVAL_MS 100

typedef void (*md_link_callback)(void *context);

struct md_link_watch {
    const char *interface;
    struct fo_source source;
    uv_timer_t timer;
    int fd;
    md_link_callback changed;
    void *context;
};

/* interface outlives the object; changed is called on the loop. False when the kernel has no socket
 * left. */
bool md_link_watch_start(struct md_link_watch *watch, uv_loop_t *loop, const char *interface,
                         md_link_callback changed, void *context);
/* The interface is down or without carrier; not said of one that does not exist. */
bool md_link_watch_lost(const struct md_link_watch *watch);
/* No callback after this. The loop must turn once more before the object's memory goes. */
void md_link_watch_close(struct md_link_watch *watch);

#endif
