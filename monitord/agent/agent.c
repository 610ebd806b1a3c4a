/* SPDX-License-Identifier: Apache-2.0 */
/* The composition of the agent and its pump: events go into the lease core one by one, its acts are
 * done in order, and only then comes the next event. It owns the loop and the life of every part;
 * it has no rule of its own about who may serve. main.c calls it. */
#include "monitord/agent/agent.h"

#include "failover/assert.h"
#include "monitord/agent/acts.h"
#include "monitord/agent/agent_socket.h"
#include "monitord/agent/agent_state.h"
#include "monitord/agent/gate_keeper.h"
#include "monitord/agent/process.h"
#include "monitord/agent/report.h"
#include "monitord/clock.h"
#include "monitord/engine_guard.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 1000
#define LEAVE_BEATS                                                              \
    4 /* of silence after a release before the process ends, so that all hear it \
       */
#define LEAVE_EXTRA_US (5 * FO_SECOND)

/* ---- the pump ------------------------------------------------------------------------------ */
void md_agent_queue(struct md_agent *agent, const struct fo_agent_event *event)
{
    FO_ASSERT(agent->event_count < MD_AGENT_EVENTS_MAX);
    unsigned place = (agent->event_first + agent->event_count++) % MD_AGENT_EVENTS_MAX;
    agent->events[place] = *event;
}

static void queue_health(struct md_agent *agent)
{
    const char *why = NULL;
    enum fo_health health = md_agent_health(agent, pb_clock_us(), &why);
    if (health == agent->health_told && agent->position.position == agent->core.position) {
        return;
    }
    if (health != agent->health_told) {
        md_log(health == FO_HEALTH_FAILED ? MD_LOG_WARNING : MD_LOG_NOTICE, "health: %s%s%s",
               health == FO_HEALTH_OK       ? "ok"
               : health == FO_HEALTH_FAILED ? "failed"
                                            : "unknown",
               why != NULL ? ", because of " : "", why != NULL ? why : "");
    }
    agent->health_told = (uint8_t)health;
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_SERVICE,
                                                   .health = (uint8_t)health,
                                                   .position = agent->position.position});
}

static void feed_one(struct md_agent *agent)
{
    static struct fo_agent_output out; /* large; one agent a process, one step at a time */
    struct fo_agent_event event = agent->events[agent->event_first];
    agent->event_first = (agent->event_first + 1) % MD_AGENT_EVENTS_MAX;
    agent->event_count--;
    if (event.kind != FO_AGENT_DATAGRAM) {
        event.now_us = pb_clock_us(); /* a datagram brings the time it was read at */
    }
    fo_agent_step(&agent->core, &event, &out);
    for (uint32_t i = 0; i < out.count; i++) {
        md_act_do(agent, &out.acts[i]);
    }
}

static void pump(struct md_agent *agent)
{
    if (agent->pumping) {
        return;
    }
    agent->pumping = true;
    do {
        while (agent->event_count > 0) {
            feed_one(agent);
        }
        queue_health(agent);
    } while (agent->event_count > 0);
    agent->pumping = false;
    if (!agent->stopping) {
        md_loop_timer_set(&agent->timer, fo_agent_next_deadline(&agent->core));
    }
}

static void feed(struct md_agent *agent, const struct fo_agent_event *event)
{
    if (!agent->stopping) {
        md_agent_queue(agent, event);
        pump(agent);
    }
}

/* ---- what comes in ------------------------------------------------------------------------- */
static void on_deadline(void *context, fo_us due_us)
{
    struct md_agent *agent = context;
    fo_us now_us = pb_clock_us();
    md_clock_note_lag(&agent->clock, due_us, now_us);
    if (now_us - due_us > agent->config->lease.lease_us / 2) {
        md_log(MD_LOG_WARNING, "this process stood still for %lld ms",
               (long long)((now_us - due_us) / FO_MS));
    }
    feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_TIMER});
}

static void on_datagram(void *context, uint8_t net, fo_us now_us,
                        const struct fo_datagram *datagram)
{
    (void)net;
    feed(context, &(struct fo_agent_event){
                      .kind = FO_AGENT_DATAGRAM, .now_us = now_us, .datagram = *datagram});
}

static void on_service(void *context, enum fo_health health)
{
    struct md_agent *agent = context;
    (void)health; /* the whole is more than the service: queue_health sees what is new */
    if (!agent->stopping) {
        pump(agent);
    }
}

static void on_link(void *context)
{
    on_service(context, FO_HEALTH_UNKNOWN);
}

static void on_position(void *context, uint64_t value)
{
    on_service(context, FO_HEALTH_UNKNOWN);
    (void)value;
}

static void on_step(void *context, enum md_step step, bool ok, const char *detail)
{
    struct md_agent *agent = context;
    if (!ok) {
        agent->counts.steps_failed++;
        md_log(MD_LOG_ERROR, "%s step failed: %s", md_step_name(step), detail);
    }
    if (step == MD_STEP_PROMOTE && !ok) {
        agent->unfit_until_us = pb_clock_us() + MD_AGENT_UNFIT_US;
        agent->unfit_why = "promote step";
        if (!agent->pumping && !agent->stopping) {
            pump(agent);
        }
    }
    /* a drain that failed is no drain: the monitor's own deadline ends the attempt and calls people
     */
    if (step == MD_STEP_DRAIN && ok && !agent->stopping) {
        md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_DRAINED});
        pump(agent);
    }
}

static json_t *on_order(void *context, const json_t *order, uid_t uid)
{
    struct md_agent *agent = context;
    const char *name = json_string_value(json_object_get(order, "order"));
    if (name != NULL && strcmp(name, "status") == 0) {
        return json_pack("{s:b, s:o}", "ok", 1, "status", md_agent_report(agent));
    }
    if (name != NULL && strcmp(name, "force") == 0) {
        if (uid != 0 || !json_is_true(json_object_get(order, "peer_is_off"))) {
            return json_pack("{s:b, s:s}", "ok", 0, "error", "not-allowed");
        }
        md_log(MD_LOG_WARNING, "order: force, with the statement that the peer is off");
        feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_FORCE});
        return agent->core.forced ? json_pack("{s:b}", "ok", 1)
                                  : json_pack("{s:b, s:s}", "ok", 0, "error", "refused");
    }
    return json_pack("{s:b, s:s}", "ok", 0, "error", "unknown-order");
}

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
        feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_CLOCK, .well = well});
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
        md_act_call_people(agent, FO_REASON_MONITOR_MISSED);
    } else if (!missed && agent->monitor_missed) {
        md_log(MD_LOG_NOTICE, "the monitor is heard again");
        md_agent_alarm_withdraw(&agent->alarm, FO_REASON_MONITOR_MISSED);
    }
    if (stopped && !agent->alone_stopped) {
        md_act_call_people(agent, FO_REASON_LEASE_LAPSED);
    }
    agent->monitor_missed = missed;
    agent->alone_stopped = stopped;
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
    bool released = core->claim == FO_CLAIM_NONE && core->burst == 0;
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
    pump(agent);
    watch_clock(agent);
    watch_others(agent, now_us);
    md_act_keep_address(agent);
    md_top_file_retry(&agent->top_file);
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
    feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_LEAVE});
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
    agent->heartbeat = pb_heartbeat_start(&agent->loop, &heartbeat, on_datagram, agent);
    sodium_memzero(heartbeat.key, sizeof heartbeat.key);
    return agent->heartbeat != NULL;
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
    while (boot == 0) {
        randombytes_buf(&boot, sizeof boot);
    }
    agent->started_us = pb_clock_us();
    md_clock_init(&agent->clock, agent->config->lease.lease_us / 2, agent->started_us);
    fo_agent_init(&agent->core, &agent->config->lease, (enum fo_voter)agent->config->self, boot,
                  top.epoch, (enum fo_voter)top.holder, agent->started_us);
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
    md_announce_init(&agent->announce, &agent->loop, &agent->worker, &agent->address.address,
                     config->service_interface);
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
        md_act_call_people(agent, FO_REASON_GATE_LOST);
    }
}

static bool start_handles(struct md_agent *agent)
{
    uv_loop_t *loop = &agent->loop;
    agent->pump = pump;
    if (!md_worker_start(&agent->worker, loop) || !md_worker_start(&agent->probe_worker, loop) ||
        !md_worker_start(&agent->disk_worker, loop) ||
        md_loop_timer_init(loop, &agent->timer, on_deadline, agent) != 0 ||
        !md_steps_init(&agent->steps, loop, agent->config, on_step, agent) ||
        !md_agent_alarm_init(&agent->alarm, loop, agent->config) ||
        !md_link_watch_start(&agent->link, loop, agent->config->service_interface, on_link,
                             agent) ||
        !md_position_start(&agent->position, loop, agent->config->position_command, on_position,
                           agent)) {
        md_log(MD_LOG_ERROR, "no handles left to start with");
        return false;
    }
    uv_timer_init(loop, &agent->tick);
    uv_timer_init(loop, &agent->leave_tick);
    uv_signal_init(loop, &agent->terminate);
    uv_signal_init(loop, &agent->interrupt);
    agent->tick.data = agent->leave_tick.data = agent;
    agent->terminate.data = agent->interrupt.data = agent;
    md_service_watch_start(&agent->service, loop, agent->config, on_service, agent);
    return true;
}

static bool start_doors(struct md_agent *agent, const uint8_t key[32])
{
    int error = 0;
    agent->socket =
        md_agent_socket_start(&agent->loop, agent->config->control_socket, on_order, agent, &error);
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
    uv_signal_start(&agent->terminate, on_signal, SIGTERM);
    uv_signal_start(&agent->interrupt, on_signal, SIGINT);
    uv_timer_start(&agent->tick, on_tick, TICK_MS, TICK_MS);
    watch_clock(agent);
    feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_TIMER});
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
    int status = 1;
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
    agent->lock_fd = md_process_lock(config->state_directory);
    if (agent->lock_fd < 0) {
        md_log(MD_LOG_ERROR, "%s/%s: %s", config->state_directory, MD_AGENT_LOCK_FILE,
               errno == EWOULDBLOCK ? "another agent runs here" : strerror(errno));
        uv_loop_close(&agent->loop);
    } else {
        md_process_prefer();
        status = serve(agent, key);
        close(agent->lock_fd);
    }
    free(agent);
    return status;
}
