/* SPDX-License-Identifier: Apache-2.0 */
/* The process's standing with its host: memory, scheduling, systemd. It owns no state. */
#include "monitord/agent/process.h"

#include "monitord/log.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <systemd/sd-daemon.h>

/* Above every ordinary process, below the kernel's own threads of the network card (50). */
#define REAL_TIME_PRIORITY 10

void md_process_prefer(void)
{
    struct sched_param parameter = {.sched_priority = REAL_TIME_PRIORITY};
#if defined(__SANITIZE_ADDRESS__)
    md_log(MD_LOG_INFO, "built with a sanitizer: memory is not locked");
#else
    /* on fault: the stacks of threads are locked as far as they are used, not as far as they could
     * be */
    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
        md_log(MD_LOG_WARNING,
               "memory cannot be locked (%s): under memory pressure the lease may lapse",
               strerror(errno));
    }
#endif
    if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameter) != 0) {
        md_log(MD_LOG_WARNING, "no real-time scheduling (%s): under load the lease may lapse",
               strerror(errno));
    }
}

void md_process_prefer_thread(void)
{
    struct sched_param parameter = {.sched_priority = REAL_TIME_PRIORITY};
    sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameter); /* 0: this thread */
}

void md_process_ready(void)
{
    sd_notify(0, "READY=1");
}

void md_process_alive(const char *status)
{
    sd_notifyf(0, "WATCHDOG=1\nSTATUS=%s", status);
}

void md_process_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
