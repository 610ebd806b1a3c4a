/* SPDX-License-Identifier: Apache-2.0 */
/* One process of a simulated host: started in the host's namespace, killed, frozen or let go with
 * everything it started itself. It never outlives the room, not even one that was killed; what it
 * started itself outlives it only then. host.c owns the processes; nobody calls
 * these from another thread than the room's. */
#ifndef SIM_PROCESS_H
#define SIM_PROCESS_H

#include "sim/room_plan.h"

#include <sys/types.h>

struct sim_process {
    const struct sim_run_plan *plan;
    const char *netns;
    pid_t pid;       /* 0: none is running */
    bool frozen;     /* stopped by us */
    int last_status; /* of waitpid; -1: never ended */
    uint32_t starts;
};

/* Once per process image, before the first start: descendants whose parent dies come to us. */
void sim_processes_init(void);
/* Forks and executes. False: errno says why. A program that cannot be executed ends with 127 and
 * says so in its log. */
bool sim_process_start(struct sim_process *process);
/* A signal for it and all its descendants. */
void sim_process_signal(const struct sim_process *process, int number);
/* A signal for it alone. */
void sim_process_tell(const struct sim_process *process, int number);

#endif
