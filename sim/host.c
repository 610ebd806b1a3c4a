/* SPDX-License-Identifier: Apache-2.0 */
/* Life and death of one simulated host. It owns the order in which links, listener and processes go
 * and come; how a link or a process is moved is in link.c and process.c. */
#include "sim/host.h"

#include "sim/freebind.h"
#include "sim/netns.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void on_restart(uv_timer_t *timer);

/* Stopped or going, by what its own fault and the host's say together. */
static void run_freeze_or_thaw(struct sim_host_run *run)
{
    bool frozen = run->state == SIM_RUN_STOPPED || run->host->state == SIM_HOST_FROZEN;
    if (run->process.pid != 0 && frozen != run->process.frozen) {
        sim_process_signal(&run->process, frozen ? SIGSTOP : SIGCONT);
        run->process.frozen = frozen;
    }
}

static void run_start(struct sim_host_run *run)
{
    const struct sim_host *host = run->host;
    if (host->stopping || !host->alive || host->booting || run->state == SIM_RUN_DEAD) {
        return;
    }
    if (run->process.pid != 0) {
        run->again = run->killed;
        return;
    }
    if (!sim_process_start(&run->process)) {
        uv_timer_start(&run->restart, on_restart, 1000, 0); /* out of processes: try again */
        return;
    }
    run_freeze_or_thaw(run);
}

static void on_restart(uv_timer_t *timer)
{
    run_start(timer->data);
}

static void run_kill(struct sim_host_run *run)
{
    uv_timer_stop(&run->restart);
    run->killed = run->process.pid != 0;
    run->again = false;
    sim_process_signal(&run->process, SIGKILL);
}

static void on_visitor_closed(uv_handle_t *handle)
{
    free(handle);
}

/* A connect is the whole question: "is the host there?" */
static void on_visitor(uv_stream_t *listener, int status)
{
    uv_tcp_t *visitor = status < 0 ? NULL : malloc(sizeof(*visitor));
    if (visitor != NULL) {
        uv_tcp_init(listener->loop, visitor);
        uv_accept(listener, (uv_stream_t *)visitor);
        uv_close((uv_handle_t *)visitor, on_visitor_closed);
    }
}

static bool listener_start(struct sim_host *host)
{
    struct sim_netns_visit visit;
    if (host->plan->listen.sin_family == 0 || host->listener_busy) {
        return true;
    }
    if (!sim_netns_enter(&visit, host->plan->netns)) {
        return false;
    }
    int error = sim_freebind_listen(host->loop, &host->listener,
                                    (const struct sockaddr *)&host->plan->listen,
                                    sizeof(host->plan->listen), on_visitor);
    sim_netns_leave(&visit);
    errno = error;
    host->listening = error == 0;
    host->listener_busy = host->listening;
    if (host->listening) {
        host->listener.data = host;
    }
    return error == 0;
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct sim_host *host = handle->data;
    host->listener_busy = false;
    if (host->alive && !host->stopping) {
        listener_start(host); /* came back while the old one was closing */
    }
}

static void listener_stop(struct sim_host *host)
{
    if (host->listening) {
        host->listening = false;
        uv_close((uv_handle_t *)&host->listener, on_listener_closed);
    }
}

/* Every link up or down, by what death and the network faults say together. */
static bool links_apply(struct sim_host *host)
{
    bool good = true;
    for (unsigned i = 0; i < host->plan->interface_count; i++) {
        bool cut = !host->alive || host->network_lost || host->interface_down[i];
        struct sim_link *link = &host->links[i];
        good = (cut ? sim_link_cut(link) : sim_link_join(link)) && good;
    }
    return good;
}

static bool host_die(struct sim_host *host)
{
    host->alive = false;
    host->booting = false;
    uv_timer_stop(&host->boot);
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        run_kill(&host->runs[i]);
    }
    bool good = links_apply(host);
    int error = errno;
    for (unsigned i = 0; i < host->plan->interface_count; i++) {
        sim_link_strip(&host->links[i], host->plan->addresses, host->plan->address_count);
    }
    listener_stop(host);
    errno = error;
    return good;
}

static void processes_start(struct sim_host *host)
{
    host->booting = false;
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        run_start(&host->runs[i]);
    }
}

static void on_boot(uv_timer_t *timer)
{
    processes_start(timer->data);
}

static bool host_rise(struct sim_host *host)
{
    host->alive = true;
    host->booting = true;
    uv_timer_start(&host->boot, on_boot, host->plan->boot_ms, 0);
    bool good = links_apply(host);
    return listener_start(host) && good;
}

/* Follows power and fault; true when nothing had to be done. */
static bool host_follow(struct sim_host *host)
{
    bool alive = host->powered && host->state != SIM_HOST_DEAD;
    if (alive != host->alive) {
        return alive ? host_rise(host) : host_die(host);
    }
    return true;
}

bool sim_host_open(struct sim_host *host, uv_loop_t *loop, const struct sim_host_plan *plan,
                   bool powered)
{
    *host = (struct sim_host){.plan = plan, .loop = loop, .powered = powered, .alive = powered};
    uv_timer_init(loop, &host->boot);
    host->boot.data = host;
    for (unsigned i = 0; i < plan->interface_count; i++) {
        host->links[i] = (struct sim_link){.netns = plan->netns, .name = plan->interfaces[i]};
    }
    for (unsigned i = 0; i < plan->run_count; i++) {
        struct sim_host_run *run = &host->runs[i];
        *run = (struct sim_host_run){.host = host};
        run->process =
            (struct sim_process){.plan = &plan->runs[i], .netns = plan->netns, .last_status = -1};
        uv_timer_init(loop, &run->restart);
        run->restart.data = run;
    }
    if (!listener_start(host)) {
        return false;
    }
    if (host->alive) {
        processes_start(host);
    }
    return true;
}

void sim_host_power(struct sim_host *host, bool powered)
{
    if (powered != host->powered && !host->stopping) {
        host->powered = powered;
        host_follow(host);
    }
}

bool sim_host_set_state(struct sim_host *host, enum sim_host_state state)
{
    host->state = (uint8_t)state;
    bool good = host_follow(host);
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        run_freeze_or_thaw(&host->runs[i]);
    }
    return good;
}

bool sim_host_set_network(struct sim_host *host, bool lost)
{
    host->network_lost = lost;
    return links_apply(host);
}

bool sim_host_set_interface(struct sim_host *host, unsigned interface, bool down)
{
    host->interface_down[interface] = down;
    return links_apply(host);
}

bool sim_host_set_run(struct sim_host *host, unsigned index, enum sim_run_state state)
{
    struct sim_host_run *run = &host->runs[index];
    if (state == SIM_RUN_KILLED) {
        run->state = SIM_RUN_WELL;
        sim_process_signal(&run->process, SIGKILL);
        return true;
    }
    run->state = (uint8_t)state;
    if (state == SIM_RUN_DEAD) {
        run_kill(run);
        return true;
    }
    run_freeze_or_thaw(run);
    run_start(run);
    return true;
}

bool sim_host_reap(struct sim_host *host, pid_t pid, int status)
{
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        struct sim_host_run *run = &host->runs[i];
        if (run->process.pid != pid) {
            continue;
        }
        sim_process_signal(&run->process, SIGKILL); /* what it left behind goes with it */
        run->process.pid = 0;
        run->process.frozen = false;
        run->process.last_status = status;
        uint32_t wait_ms = run->again ? 0 : run->process.plan->restart_ms;
        run->killed = false;
        run->again = false;
        if (wait_ms != UINT32_MAX && !host->stopping && host->alive) {
            uv_timer_start(&run->restart, on_restart, wait_ms, 0);
        }
        return true;
    }
    return false;
}

void sim_host_terminate(struct sim_host *host)
{
    host->stopping = true;
    uv_timer_stop(&host->boot);
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        uv_timer_stop(&host->runs[i].restart);
        sim_process_tell(&host->runs[i].process, SIGTERM);
        sim_process_signal(&host->runs[i].process, SIGCONT); /* a frozen one cannot end */
    }
}

unsigned sim_host_running(const struct sim_host *host)
{
    unsigned running = 0;
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        running += host->runs[i].process.pid != 0 ? 1 : 0;
    }
    return running;
}

void sim_host_close(struct sim_host *host)
{
    host->stopping = true;
    for (unsigned i = 0; i < host->plan->run_count; i++) {
        sim_process_signal(&host->runs[i].process, SIGKILL);
        uv_close((uv_handle_t *)&host->runs[i].restart, NULL);
    }
    for (unsigned i = 0; i < host->plan->interface_count; i++) {
        sim_link_join(&host->links[i]);
    }
    listener_stop(host);
    uv_close((uv_handle_t *)&host->boot, NULL);
}

const char *sim_host_status(const struct sim_host *host)
{
    if (!host->alive) {
        return "dead";
    }
    if (host->state == SIM_HOST_FROZEN) {
        return "frozen";
    }
    return host->booting ? "booting" : "well";
}
