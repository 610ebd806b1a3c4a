/* SPDX-License-Identifier: Apache-2.0 */
/* The host's watchdog device, where the site names one: it resets the host when nobody feeds it in
 * time. It arms it, feeds it in the worker, and lets go of it. It never judges whether the agent is
 * well; agent.c does, and leaves the feeding out when it is not. */
#ifndef MONITORD_AGENT_WATCHDOG_H
#define MONITORD_AGENT_WATCHDOG_H

#include "failover/types.h"
#include "monitord/agent/worker.h"

/* Some devices cannot wait as long as they are told. Below this a host that is only busy would be
 * reset: it is fed once a second. */
#define MD_WATCHDOG_TIMEOUT_MIN_S 3

struct md_watchdog {
    struct md_worker *worker;
    const char *device; /* NULL: the site names none */
    int fd;             /* -1: not armed */
    int timeout_s;      /* as the device has it */
    bool busy;          /* the worker feeds it */
    int result;         /* the worker's, until the job is done: 0 or an errno value */
    bool well_said;     /* the newest judgement, for the log */
    uint64_t fed, withheld;
    char error[200]; /* why it is not armed, or not fed; "" when all is well */
};

/* Opens the device, which starts its clock, and sets its timeout (rounded up to whole seconds). A
 * device that is not there, is in use, is no watchdog or has too short a timeout is said on
 * standard error with a hint; the object then does nothing. NULL: none, and nothing is said. device
 * and worker outlive the object. */
void md_watchdog_arm(struct md_watchdog *watchdog, struct md_worker *worker, const char *device,
                     fo_us timeout_us);
/* Once a second: feeds it when well, else lets its clock run. Returns at once; the device may be
 * slow, so a worker that hangs is not fed for either. */
void md_watchdog_look(struct md_watchdog *watchdog, bool well);
/* Lets go of it, after the worker has stopped. disarm: its clock stops (magic close), where its
 * driver allows that; else it runs on, and the host is reset unless somebody feeds it. */
void md_watchdog_close(struct md_watchdog *watchdog, bool disarm);

#endif
