/* SPDX-License-Identifier: Apache-2.0 */
/* Is the dispatch service on this host well: its process (known dead at once, by pidfd) and its
 * check (n of m, as configured). It says so and never acts on it; agent.c owns it and adds its own
 * reasons. */
#ifndef MONITORD_AGENT_SERVICE_WATCH_H
#define MONITORD_AGENT_SERVICE_WATCH_H

#include "config/site.h"
#include "failover/health.h"
#include "probes/check.h"

#include <sys/types.h>
#include <uv.h>

/* On the loop, when the health has changed. */
typedef void (*md_service_callback)(void *context, enum fo_health health);

enum md_poll_state { MD_POLL_NONE, MD_POLL_ACTIVE, MD_POLL_CLOSING };
struct md_service_watch {
    uv_loop_t *loop;
    const struct cfg_agent *config;
    struct pb_check *check; /* NULL: no check configured */
    struct fo_source source;
    uint16_t check_reason; /* enum fo_reason of the newest failed check; 0 after a good one */
    uint64_t checks, checks_failed;
    uv_timer_t timer;
    uv_poll_t process_poll;
    enum md_poll_state poll_state;
    int pidfd;
    pid_t pid;      /* of the living process; 0 none is known */
    uint8_t health; /* enum fo_health, as last told */
    bool closing;
    md_service_callback callback;
    void *context;
};

/* config outlives the object. With neither check nor pid file the service counts as well. The
 * callback never comes before this returns; read md_service_watch_health once. */
void md_service_watch_start(struct md_service_watch *watch, uv_loop_t *loop,
                            const struct cfg_agent *config, md_service_callback callback,
                            void *context);
enum fo_health md_service_watch_health(const struct md_service_watch *watch);
/* No callback after this. The loop must run until its handles are closed. */
void md_service_watch_close(struct md_service_watch *watch);

#endif
