/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver is given to work with: the site, the loop, and the functions by which it acts on
 * the world. Declarations only; the app fills them in, tests put their own in place. */
#ifndef MONITORD_ACTS_H
#define MONITORD_ACTS_H

#include "config/site.h"
#include "failover/command.h"

#include <uv.h>

/* How the driver acts. All are called on the loop; a result may come back at any later time, or
 * from within the call, by md_driver_result. */
struct md_acts {
    void (*send)(void *context, const struct fo_datagram *datagram);
    void (*poll)(void *context, unsigned device);
    void (*notify)(void *context, const struct fo_command *command);
    /* fence, route, shed, restore, promote, demote */
    void (*execute)(void *context, const struct fo_command *command);
    /* Something was decided: worth a new picture. */
    void (*changed)(void *context);
    /* The journal moved on: answers that waited for it may go. */
    void (*synced)(void *context);
    /* The engine is beyond use: people must be called without it. Once. */
    void (*engine_lost)(void *context);
    void *context;
};

struct md_driver_config {
    const struct site *site; /* outlives the driver */
    uv_loop_t *loop;
    uint64_t boot;         /* random, 1 … 2^63 - 1 */
    const char *host_boot; /* text that changes when the host boots */
    struct md_acts acts;
    /* For tests: called inside the guard before each step; and see md_journal_config. */
    void (*before_step)(void *context, const struct fo_event *event);
    int (*before_commit)(void *context);
    void *test_context;
};

#endif
