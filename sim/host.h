/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated host: a namespace with its links, the processes that run there, and its own answer
 * to a TCP connect. It can be powered off, frozen, cut off from its networks, and single processes
 * can die; a host that comes back has lost what a restart loses. room.c owns the hosts and tells
 * them about power and about children that ended. */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "sim/link.h"
#include "sim/process.h"

#include <uv.h>

enum sim_host_state { SIM_HOST_WELL, SIM_HOST_FROZEN, SIM_HOST_DEAD, SIM_HOST_STATES };
/* What a fault has done to one process; killed is over at once, the others last. */
enum sim_run_state { SIM_RUN_WELL, SIM_RUN_STOPPED, SIM_RUN_DEAD, SIM_RUN_KILLED, SIM_RUN_STATES };

struct sim_host;
struct sim_host_run {
    struct sim_host *host;
    struct sim_process process;
    uv_timer_t restart;
    uint8_t state; /* enum sim_run_state but killed */
    bool killed;   /* by us, and not yet reaped */
    bool again;    /* to be started as soon as it is reaped */
};
struct sim_host {
    const struct sim_host_plan *plan;
    uv_loop_t *loop;
    uint8_t state; /* enum sim_host_state: what a fault has done */
    bool powered, alive, booting, stopping;
    bool network_lost;
    bool interface_down[SIM_INTERFACES_MAX];
    struct sim_link links[SIM_INTERFACES_MAX];
    struct sim_host_run runs[SIM_RUNS_MAX];
    uv_timer_t boot;
    uv_tcp_t listener;
    bool listening, listener_busy; /* busy: open or still closing */
};

/* Opens its listener and, unless it has no power, starts its processes. False: errno says why;
 * close is due all the same. The plan must outlive it. */
bool sim_host_open(struct sim_host *host, uv_loop_t *loop, const struct sim_host_plan *plan,
                   bool powered);
/* Power of its UPSes as of now: losing it is a death, getting it back a start. */
void sim_host_power(struct sim_host *host, bool powered);
/* Faults; false with errno when the kernel refuses. */
bool sim_host_set_state(struct sim_host *host, enum sim_host_state state);
bool sim_host_set_network(struct sim_host *host, bool lost);
bool sim_host_set_interface(struct sim_host *host, unsigned interface, bool down);
bool sim_host_set_run(struct sim_host *host, unsigned run, enum sim_run_state state);
/* A child of the room has ended. True: it was this host's. */
bool sim_host_reap(struct sim_host *host, pid_t pid, int status);
/* Asks every process to end; none is started again. */
void sim_host_terminate(struct sim_host *host);
/* Processes that are still there. */
unsigned sim_host_running(const struct sim_host *host);
/* Kills what is left, joins its links again and closes its handles on the loop. */
void sim_host_close(struct sim_host *host);
/* "well", "frozen", "dead" as it is now, whatever the reason; "booting". Static storage. */
const char *sim_host_status(const struct sim_host *host);

#endif
