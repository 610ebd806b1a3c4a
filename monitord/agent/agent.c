/* SPDX-License-Identifier: Apache-2.0 */
/* The composition of the agent: starts every part in order, looks after them once a second, leaves
 * in order. It owns the loop and the life of every part; it has no rule of its own about who may
 * serve. main.c calls it. */
#include "monitord/agent/agent.h"

#include "failover/assert.h"
#include "monitord/agent/acts.h"
#include "monitord/agent/agent_socket.h"
#include "monitord/agent/agent_state.h"
#include "monitord/agent/gate_keeper.h"
#include "monitord/agent/intake.h"
#include "monitord/agent/process.h"
#include "monitord/agent/pump.h"
#include "monitord/clock.h"
#include "monitord/engine_guard.h"
#include "monitord/host.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_FILE "agent.lock" /* in the state directory */
#define TICK_MS 1000
#define LEAVE_BEATS                                                              \
    4 /* of silence after a release before the process ends, so that all hear it \
       */
#define LEAVE_EXTRA_US (5 * FO_SECOND)
#define CORE_LATE_US FO_SECOND /* one tick: the core's timer and the tick may come in any order */

/* ---- once a second ------------------------------------------------------------------------- */
static void watch_clock(struct md_agent *agent)
{
    bool well = md_clock_rate_well();
    if (!agent->clock_told || well != agent->clock_well) {
        agent->clock_told = true;
        agent->clock_well = well;
        if (!well) {
            md_log(MD_LOG_ERROR,
                   "the clock is slewed beyond the bound of the lease: no claim, no grant");
        }
        md_agent_feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_CLOCK, .well = well});
    }
}

/* The death of the monitor is an alarm like any other; and so is staying dark because both others
 * are gone and the site said "stop". */
static void watch_others(struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    fo_us seen_us = core->monitor_seen_us == FO_NEVER ? agent->started_us : core->monitor_seen_us;
    bool missed = now_us - seen_us >= agent->config->monitor_missed_us;
    bool stopped = core->held && !core->gate_open && !agent->config->lease.alone_resumes && missed;
    if (missed && !agent->monitor_missed) {
        md_agent_alarm_call(&agent->alarm, FO_REASON_MONITOR_MISSED);
    } else if (!missed && agent->monitor_missed) {
        md_log(MD_LOG_NOTICE, "the monitor is heard again");
        md_agent_alarm_withdraw(&agent->alarm, FO_REASON_MONITOR_MISSED);
    }
    if (stopped && !agent->alone_stopped) {
        md_agent_alarm_call(&agent->alarm, FO_REASON_LEASE_LAPSED);
    }
    agent->monitor_missed = missed;
    agent->alone_stopped = stopped;
}

/* Whether this agent can vouch for its host: the core is stepped in time, and where the service
 * address may be, a gate guards it (a release whose gate cannot be shut and read back hangs in
 * `shutting`: lease.md A5 lets the watchdog bite). The device's own timeout is the patience. */
static bool vouches(const struct md_agent *agent, fo_us now_us)
{
    bool guarded = agent->gate_ready && !agent->core.shutting;
    bool in_time = fo_agent_next_deadline(&agent->core) > now_us - CORE_LATE_US;
    return in_time && (guarded || !agent->address_order.up);
}

static const char *describe(const struct md_agent *agent)
{
    if (!agent->gate_ready) {
        return "the gate is missing";
    }
    return agent->core.gate_open ? "active" : agent->core.held ? "lapsed" : "standby";
}

static void stop_all(struct md_agent *agent);

/* Leaving in order: released, told, and the demote step ended. */
static void look_whether_left(struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    if (!agent->leaving || agent->stopping) {
        return;
    }
    bool released = fo_agent_may_end(core);
    if (!released) {
        agent->left_since_us = now_us;
    }
    bool told =
        released && now_us - agent->left_since_us >= LEAVE_BEATS * agent->config->lease.beat_us;
    bool at_rest =
        md_steps_idle(&agent->steps) && !agent->address_order.busy && !agent->top_file.busy;
    if ((told && at_rest) || now_us >= agent->leave_by_us) {
        agent->disorderly = !told || !at_rest;
        stop_all(agent);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct md_agent *agent = timer->data;
    fo_us now_us = pb_clock_us();
    if (agent->core.shutting) {
        agent->gate_shut_asked = true; /* whatever went wrong with the first asking */
    }
    md_gate_keeper_look(agent);
    md_agent_pump(agent);
    watch_clock(agent);
    watch_others(agent, now_us);
    md_act_keep_address(agent);
    md_top_file_retry(&agent->top_file);
    md_watchdog_look(&agent->watchdog, vouches(agent, now_us));
    md_process_alive(describe(agent));
}

static void on_leave_tick(uv_timer_t *timer)
{
    look_whether_left(timer->data, pb_clock_us());
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct md_agent *agent = signal->data;
    fo_us now_us = pb_clock_us();
    if (agent->leaving) {
        md_log(MD_LOG_WARNING, "signal %d again: not waiting any longer", number);
        agent->leave_by_us = now_us;
        return;
    }
    md_log(MD_LOG_NOTICE, "signal %d: leaving in order", number);
    md_process_stopping();
    agent->leaving = true;
    agent->left_since_us = now_us;
    agent->leave_by_us = now_us + agent->config->step_timeout_us + LEAVE_EXTRA_US;
    md_agent_feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_LEAVE});
    uv_timer_start(&agent->leave_tick, on_leave_tick, 5, 5);
}

/* ---- start and stop ------------------------------------------------------------------------ */
static void stop_all(struct md_agent *agent)
{
    agent->stopping = true;
    if (agent->gate_loaded) {
        md_gate_shut(&agent->gate);
    }
    md_worker_stop(&agent->worker);
    md_worker_stop(&agent->probe_worker);
    md_worker_stop(&agent->disk_worker);
    md_address_remove(&agent->address); /* long done after an orderly leave */
    md_watchdog_close(&agent->watchdog, !agent->disorderly && !agent->config->watchdog_keeps);
    md_loop_timer_close(&agent->timer, NULL);
    uv_close((uv_handle_t *)&agent->tick, NULL);
    uv_close((uv_handle_t *)&agent->leave_tick, NULL);
    uv_close((uv_handle_t *)&agent->terminate, NULL);
    uv_close((uv_handle_t *)&agent->interrupt, NULL);
    md_announce_close(&agent->announce);
    md_steps_close(&agent->steps);
    md_service_watch_close(&agent->service);
    md_position_close(&agent->position);
    md_link_watch_close(&agent->link);
    md_agent_alarm_close(&agent->alarm);
    if (agent->heartbeat != NULL) {
        pb_heartbeat_stop(agent->heartbeat, NULL);
    }
    if (agent->socket != NULL) {
        md_agent_socket_stop(agent->socket);
    }
}

static bool start_heartbeat(struct md_agent *agent, const uint8_t key[32])
{
    const struct cfg_agent *config = agent->config;
    unsigned peer = config->self == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
    struct pb_heartbeat_config heartbeat = {
        .self = config->self, .net_count = config->net_count, .nets = config->nets};
    memcpy(heartbeat.peers[peer], config->peer, sizeof config->peer);
    memcpy(heartbeat.peers[FO_VOTER_M], config->monitor, sizeof config->monitor);
    memcpy(heartbeat.key, key, sizeof heartbeat.key);
    agent->heartbeat = pb_heartbeat_start(&agent->loop, &heartbeat, md_intake_datagram, agent);
    sodium_memzero(heartbeat.key, sizeof heartbeat.key);
    return agent->heartbeat != NULL;
}

static void on_top_written(void *context, uint64_t serial)
{
    struct md_agent *agent = context;
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_KEPT, .serial = serial});
    agent->pump(agent);
}

static void start_core(struct md_agent *agent)
{
    struct md_top top;
    uint64_t boot = 0;
    int error = 0;
    if (!md_top_file_open(&agent->top_file, &agent->disk_worker, agent->config->state_directory,
                          &top, &error)) {
        md_log(MD_LOG_ERROR, "%s/%s: %s; going on as if nothing had been held",
               agent->config->state_directory, MD_TOP_FILE, strerror(error));
    }
    agent->top_file.on_written = on_top_written;
    agent->top_file.context = agent;
    while (boot == 0) {
        randombytes_buf(&boot, sizeof boot);
    }
    agent->started_us = pb_clock_us();
    md_clock_init(&agent->clock, agent->config->lease.lease_us / 2, agent->started_us);
    fo_agent_init(&agent->core, &agent->config->lease, (enum fo_voter)agent->config->self, boot,
                  top.epoch, (enum fo_voter)top.holder, agent->started_us);
    fo_agent_init_standing(&agent->core, (enum fo_standing)top.standing);
}

static void prepare_address(struct md_agent *agent)
{
    const struct cfg_agent *config = agent->config;
    agent->address = (struct md_service_address){
        .address = {.address4 = config->service_address4, .address6 = config->service_address6},
        .prefix4 = config->service_prefix4,
        .prefix6 = config->service_prefix6,
        .interface = config->service_interface};
    agent->gate.map_fd = agent->gate.program_fd = -1;
    md_announce_init(&agent->announce, &agent->loop, &agent->worker, &agent->gate,
                     &agent->address.address, config->service_interface);
    agent->probe.address = agent->address.address;
    md_gate_guard(&agent->gate, config->service_interface);
    md_address_probe_add(&agent->probe, config->service_interface);
    for (unsigned i = 0; i < config->net_count; i++) {
        if (config->nets[i].interface != NULL) {
            md_gate_guard(&agent->gate, config->nets[i].interface);
            md_address_probe_add(&agent->probe, config->nets[i].interface);
        }
    }
}

/* Whatever a former process left: the gate is replaced by a shut one, the address goes, and the
 * demote step brings the service to the same start every time (rule A9). */
static void clear_the_past(struct md_agent *agent)
{
    struct md_step_facts facts = {.start = true};
    md_gate_keeper_look_now(agent);
    int result = md_address_remove(&agent->address);
    if (result != 0) {
        md_log(MD_LOG_ERROR, "service address on %s cannot be removed: %s",
               agent->address.interface, strerror(result));
    }
    md_steps_order(&agent->steps, MD_STEP_DEMOTE, &facts);
    if (!agent->gate_ready) {
        md_agent_alarm_call(&agent->alarm, FO_REASON_GATE_LOST);
    }
}

static bool start_handles(struct md_agent *agent)
{
    uv_loop_t *loop = &agent->loop;
    agent->pump = md_agent_pump;
    if (!md_worker_start(&agent->worker, loop) || !md_worker_start(&agent->probe_worker, loop) ||
        !md_worker_start(&agent->disk_worker, loop) ||
        md_loop_timer_init(loop, &agent->timer, md_intake_deadline, agent) != 0 ||
        !md_steps_init(&agent->steps, loop, agent->config, md_intake_step, agent) ||
        !md_agent_alarm_init(&agent->alarm, loop, agent->config, md_act_ask_cause, agent) ||
        !md_link_watch_start(&agent->link, loop, agent->config->service_interface, md_intake_link,
                             agent) ||
        !md_position_start(&agent->position, loop, agent->config->position_command,
                           md_intake_position, agent)) {
        md_log(MD_LOG_ERROR, "no handles left to start with");
        return false;
    }
    uv_timer_init(loop, &agent->tick);
    uv_timer_init(loop, &agent->leave_tick);
    uv_signal_init(loop, &agent->terminate);
    uv_signal_init(loop, &agent->interrupt);
    agent->tick.data = agent->leave_tick.data = agent;
    agent->terminate.data = agent->interrupt.data = agent;
    md_service_watch_start(&agent->service, loop, agent->config, md_intake_service, agent);
    return true;
}

static bool start_doors(struct md_agent *agent, const uint8_t key[32])
{
    int error = 0;
    agent->socket = md_agent_socket_start(&agent->loop, agent->config->control_socket,
                                          md_intake_order, agent, &error);
    if (agent->socket == NULL) {
        md_log(MD_LOG_ERROR, "%s: %s", agent->config->control_socket, strerror(error));
        return false;
    }
    if (!start_heartbeat(agent, key)) {
        md_log(MD_LOG_ERROR, "heartbeat: out of memory");
        return false;
    }
    return true;
}

static int serve(struct md_agent *agent, const uint8_t key[32])
{
    if (!start_handles(agent)) {
        return 1; /* before the loop has turned, the process simply ends */
    }
    prepare_address(agent);
    start_core(agent);
    if (!start_doors(agent, key)) {
        return 1;
    }
    agent->pumping = true; /* nothing is fed before the past is cleared */
    clear_the_past(agent);
    agent->pumping = false;
    /* last of all: an agent that cannot start resets no host */
    md_watchdog_arm(&agent->watchdog, &agent->worker, agent->config->watchdog,
                    agent->config->watchdog_timeout_us);
    uv_signal_start(&agent->terminate, on_signal, SIGTERM);
    uv_signal_start(&agent->interrupt, on_signal, SIGINT);
    uv_timer_start(&agent->tick, on_tick, TICK_MS, TICK_MS);
    watch_clock(agent);
    md_agent_feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_TIMER});
    md_process_ready();
    md_log(MD_LOG_NOTICE, "%s: started as %s", agent->config->name,
           agent->config->self == FO_VOTER_P ? "P" : "S");
    uv_run(&agent->loop, UV_RUN_DEFAULT);
    md_gate_close(&agent->gate);
    uv_loop_close(&agent->loop);
    md_log(MD_LOG_NOTICE, "%s: left%s", agent->config->name,
           agent->disorderly ? ", not in order" : "");
    return agent->disorderly ? 1 : 0;
}

int md_agent_run(const struct cfg_agent *config, const uint8_t key[32])
{
    int status = 1, lock;
    char error[512];
    struct md_agent *agent = calloc(1, sizeof *agent);
    if (agent == NULL || sodium_init() < 0 || uv_loop_init(&agent->loop) != 0) {
        md_log(MD_LOG_ERROR, "no memory to start with");
        free(agent);
        return 1;
    }
    agent->config = config;
    signal(SIGHUP, SIG_IGN); /* a terminal that goes away is no reason to stop serving */
    signal(SIGPIPE, SIG_IGN);
    md_guard_install();
    lock = md_host_lock(config->state_directory, LOCK_FILE, error, sizeof error);
    if (lock < 0) { /* without a lock there could be two voters of one name: rule V1 */
        if (lock == MD_HOST_LOCK_HELD) {
            md_log(MD_LOG_ERROR, "%s", error);
        }
        uv_loop_close(&agent->loop);
    } else {
        md_process_confine(); /* before there is a second thread */
        md_process_prefer();
        status = serve(agent, key);
        md_host_unlock(lock);
    }
    free(agent);
    return status;
}
