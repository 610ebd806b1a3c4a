/* SPDX-License-Identifier: Apache-2.0 */
/* Enters and leaves network namespaces with setns(2). It creates none: the installation script or
 * the test does that. */
#include "sim/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool sim_netns_enter(struct sim_netns_visit *visit, const char *name)
{
    char path[128];
    visit->home = -1;
    if (name[0] == '\0') {
        return true;
    }
    if (strchr(name, '/') != NULL ||
        snprintf(path, sizeof(path), "/run/netns/%s", name) >= (int)sizeof(path)) {
        errno = EINVAL;
        return false;
    }
    int there = open(path, O_RDONLY | O_CLOEXEC);
    if (there < 0) {
        return false;
    }
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (home < 0 || setns(there, CLONE_NEWNET) != 0) {
        int error = errno;
        close(there);
        if (home >= 0) {
            close(home);
        }
        errno = error;
        return false;
    }
    close(there);
    visit->home = home;
    return true;
}

void sim_netns_leave(struct sim_netns_visit *visit)
{
    if (visit->home < 0) {
        return;
    }
    if (setns(visit->home, CLONE_NEWNET) != 0) {
        perror("monitorsim: cannot leave a network namespace");
        abort();
    }
    close(visit->home);
    visit->home = -1;
}
