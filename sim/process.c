/* SPDX-License-Identifier: Apache-2.0 */
/* Children of the room: fork, namespace, session of their own, log, execute; and signals for a
 * whole family, found in /proc by session and parentage. It reaps nothing: host.c does, when
 * SIGCHLD comes. */
#include "sim/process.h"

#include "sim/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SCANS 3 /* a family can grow while it is being killed */
#define PROCESSES_MAX 4096

struct relation {
    pid_t pid, parent, session;
};

void sim_processes_init(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* In the child: never returns. */
static void child_execute(const struct sim_process *process, pid_t room)
{
    char *arguments[SIM_ARGUMENTS_MAX + 1];
    const struct sim_run_plan *plan = process->plan;
    sigset_t none;
    for (unsigned i = 0; i < plan->arguments; i++) {
        arguments[i] = (char *)(uintptr_t)plan->command[i];
    }
    arguments[plan->arguments] = NULL;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != room) {
        _exit(127); /* the room died before the line above */
    }
    int input = open("/dev/null", O_RDONLY);
    int log =
        plan->log[0] == '\0' ? STDERR_FILENO : open(plan->log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (input < 0 || log < 0) {
        perror(plan->log);
        _exit(127);
    }
    dup2(input, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close_range(3, ~0U, 0);
    execvp(arguments[0], arguments);
    dprintf(STDERR_FILENO, "monitorsim: cannot execute %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

bool sim_process_start(struct sim_process *process)
{
    struct sim_netns_visit visit;
    pid_t room = getpid();
    if (!sim_netns_enter(&visit, process->netns)) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        child_execute(process, room);
    }
    int error = errno;
    sim_netns_leave(&visit);
    if (pid < 0) {
        errno = error;
        return false;
    }
    process->pid = pid;
    process->frozen = false;
    process->starts++;
    return true;
}

/* Parent and session of one process; false when it is gone. */
static bool relation_read(pid_t pid, struct relation *relation)
{
    char path[64], text[512];
    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    const char *after = strrchr(text, ')'); /* the name in between may hold anything */
    char state;
    int parent, group, session;
    if (after == NULL ||
        sscanf(after + 1, " %c %d %d %d", &state, &parent, &group, &session) != 4) {
        return false;
    }
    *relation = (struct relation){pid, parent, session};
    return true;
}

static unsigned relations_read(struct relation *relations)
{
    unsigned count = 0;
    DIR *directory = opendir("/proc");
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL && count < PROCESSES_MAX) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid > 0 && relation_read(pid, &relations[count])) {
            count++;
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return count;
}

/* Marks and signals the family of root; returns how many there were. */
static unsigned family_signal(const struct relation *relations, unsigned count, pid_t root,
                              int number)
{
    static bool member[PROCESSES_MAX];
    unsigned found = 0, before;
    memset(member, 0, sizeof(member));
    do {
        before = found;
        for (unsigned i = 0; i < count; i++) {
            bool child = relations[i].pid == root || relations[i].session == root;
            for (unsigned k = 0; !child && k < count; k++) {
                child = member[k] && relations[i].parent == relations[k].pid;
            }
            if (child && !member[i]) {
                member[i] = true;
                found++;
                kill(relations[i].pid, number);
            }
        }
    } while (found != before);
    return found;
}

void sim_process_signal(const struct sim_process *process, int number)
{
    struct relation *relations = malloc(PROCESSES_MAX * sizeof(*relations));
    if (process->pid == 0 || relations == NULL) {
        free(relations);
        return;
    }
    unsigned before = 0;
    for (unsigned i = 0; i < SCANS; i++) {
        unsigned count = relations_read(relations);
        unsigned found = family_signal(relations, count, process->pid, number);
        if (found == before) {
            break;
        }
        before = found;
    }
    free(relations);
}

void sim_process_tell(const struct sim_process *process, int number)
{
    if (process->pid != 0) {
        kill(process->pid, number);
    }
}
