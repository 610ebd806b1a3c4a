/* SPDX-License-Identifier: Apache-2.0 */
/* The process's standing with its host: memory, scheduling, capabilities, systemd. It owns no
 * state. */
#include "monitord/agent/process.h"

#include "monitord/log.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

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

/* Those of the unit's CapabilityBoundingSet, and CAP_KILL: a step may go on as another user, and
 * its time limit holds for it too. */
static const uint8_t used[] = {CAP_NET_ADMIN, CAP_NET_RAW,  CAP_BPF, CAP_PERFMON,
                               CAP_SYS_NICE,  CAP_IPC_LOCK, CAP_KILL};

void md_process_confine(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    uint32_t kept[_LINUX_CAPABILITY_U32S_3] = {0};
    if (geteuid() != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0 ||
        (prctl(PR_GET_SECUREBITS) & SECBIT_NOROOT) != 0) {
        return;
    }
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        kept[CAP_TO_INDEX(used[i])] |= CAP_TO_MASK(used[i]);
    }
    bool done = syscall(SYS_capget, &header, sets) == 0;
    for (size_t i = 0; done && i < _LINUX_CAPABILITY_U32S_3; i++) {
        sets[i].permitted &= kept[i];
        sets[i].effective &= kept[i];
    }
    if (!done || syscall(SYS_capset, &header, sets) != 0) {
        md_log(MD_LOG_WARNING, "capabilities that are not used cannot be given up: %s",
               strerror(errno));
    }
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
