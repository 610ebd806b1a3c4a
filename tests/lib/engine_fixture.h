/* SPDX-License-Identifier: Apache-2.0 */
/* A site in a box for tests of the engine: the engine itself, two real agents of the lease core, a
 * network between the three, power devices, lines and people who answer, all on one virtual clock.
 * Tests change what the world does and then step until something has happened; nothing sleeps. */
#ifndef TESTS_LIB_ENGINE_FIXTURE_H
#define TESTS_LIB_ENGINE_FIXTURE_H

#include "failover/condition.h"
#include "failover/engine.h"
#include "failover/engine_state.h"
#include "failover/invariant.h"
#include "failover/view.h"

#include <criterion/criterion.h>
#include <string.h>

#define FIXTURE __attribute__((unused)) static

enum { UPS_A, UPS_B, GENERATOR, SWITCH, WORLD_DEVICES };
enum { LINE_A, LINE_B, WORLD_LINES };
enum { CALLS, ORDERS, WORLD_SERVICES }; /* 119番受付 (class 2, by the server), and one by lines */
enum { TERMINAL, MAIL, SMS, WORLD_CHANNELS };
enum { CHIEF, OFFICER, MANAGER, HEAD, WORLD_PERSONS };
enum { ROLE_CHIEF, ROLE_OFFICER, ROLE_MANAGER, ROLE_HEAD };

#define WORLD_TRIP_US 400
#define WORLD_MESSAGES 256
#define WORLD_LOG 4096

struct world_message {
    fo_us at_us;
    uint8_t to;
    struct fo_datagram datagram;
};
struct world_result {
    fo_us at_us;
    struct fo_result result;
};
struct world_device {
    bool answers;
    int64_t status, runtime_s, charge;                                 /* UPS; -1 not said */
    int64_t generator, mode, fuel, volts, battery_mv, source, mains_v; /* -1 not said */
};
struct world {
    struct fo_policy policy;
    struct fo_engine engine;
    struct fo_output out;
    fo_us now_us;
    fo_wall_ms wall_ms;
    uint64_t boots;
    bool monitor_alive;
    /* agents */
    struct fo_agent agents[FO_SERVERS];
    bool alive[FO_SERVERS], clean_drain[FO_SERVERS];
    fo_us gate_us[FO_SERVERS], drained_us[FO_SERVERS];
    bool cut[FO_VOTERS][FO_VOTERS];                /* from, to */
    struct world_message messages[WORLD_MESSAGES]; /* under way, in no order */
    unsigned message_count;
    /* what is probed each second */
    struct world_device devices[WORLD_DEVICES];
    bool target_ok[WORLD_LINES][2], host_ok[FO_SERVERS], net_ok, probing, answers_silent;
    bool lines_service_ok;
    fo_us next_probe_us;
    /* how commands come out; FO_OUTCOMES = no result at all */
    uint8_t choose, fence, route, notify[FO_CHANNELS_MAX];
    struct world_result results[256];
    /* everything that came out; a forgetful world starts its logs over when they are full */
    bool forgetful;
    struct fo_record records[WORLD_LOG];
    unsigned record_count, record_mark;
    struct fo_command commands[WORLD_LOG];
    unsigned command_count, command_mark;
    uint8_t snapshot[FO_SNAPSHOT_MAX];
    size_t snapshot_length;
    fo_us snapshot_us;
};
static struct world world;

/* ---- policy ---------------------------------------------------------------------------------- */

FIXTURE struct fo_health_policy fixture_health(void)
{
    return (struct fo_health_policy){
        .bad_of = 3, .window = 3, .good_run = 2, .hold_us = 0, .stale_us = 3 * FO_SECOND};
}

FIXTURE void fixture_policy_power(struct fo_policy *policy)
{
    policy->device_count = WORLD_DEVICES;
    for (unsigned i = 0; i < WORLD_DEVICES; i++) {
        policy->devices[i] = (struct fo_device_policy){
            .kind = i == GENERATOR ? FO_DEVICE_GENERATOR
                                   : (i == SWITCH ? FO_DEVICE_TRANSFER_SWITCH : FO_DEVICE_UPS),
            .interval_us = FO_SECOND,
            .communication = fixture_health(),
            .low_runtime_us = 5 * FO_MINUTE,
            .low_charge_milli = 20000,
            .low_hold_us = 5 * FO_SECOND,
            .silent_margin_us = 60 * FO_SECOND,
            .start_warn_us = 15 * FO_SECOND,
            .start_alarm_us = 40 * FO_SECOND,
            .transfer_alarm_us = 20 * FO_SECOND,
            .fuel_low_milli = 50000,
            .battery_low_milli = 23000};
    }
    policy->devices[UPS_A].feeds_servers = 1;
    policy->devices[UPS_B].feeds_servers = 2;
}

FIXTURE void fixture_policy_people(struct fo_policy *policy)
{
    policy->channel_count = WORLD_CHANNELS;
    policy->channels[TERMINAL] = (struct fo_channel_policy){.kind = FO_CHANNEL_TERMINAL,
                                                            .timeout_us = 10 * FO_SECOND,
                                                            .retry_us = 5 * FO_SECOND,
                                                            .retries = 1};
    policy->channels[MAIL] = (struct fo_channel_policy){.kind = FO_CHANNEL_SMTP,
                                                        .needs_lines = 3,
                                                        .timeout_us = 20 * FO_SECOND,
                                                        .retry_us = 5 * FO_SECOND,
                                                        .retries = 1};
    policy->channels[SMS] = (struct fo_channel_policy){.kind = FO_CHANNEL_SMS,
                                                       .timeout_us = 30 * FO_SECOND,
                                                       .retry_us = 10 * FO_SECOND,
                                                       .retries = 2};
    policy->person_count = WORLD_PERSONS;
    for (unsigned i = 0; i < WORLD_PERSONS; i++) {
        policy->persons[i] = (struct fo_person_policy){
            .roles = 1U << i, .channel_wait_us = 60 * FO_SECOND, .drill = i <= OFFICER};
        memset(policy->persons[i].channels, FO_NONE, FO_CHANNELS_MAX);
        policy->persons[i].channels[0] = i == CHIEF ? TERMINAL : MAIL;
        policy->persons[i].channels[1] = SMS;
    }
    policy->rung_count = 3;
    policy->rungs[0] = (struct fo_rung_policy){.roles = 1U << ROLE_CHIEF | 1U << ROLE_OFFICER,
                                               .wait_us = 3 * FO_MINUTE};
    policy->rungs[1] =
        (struct fo_rung_policy){.roles = 1U << ROLE_MANAGER, .wait_us = 3 * FO_MINUTE};
    policy->rungs[2] = (struct fo_rung_policy){.roles = 1U << ROLE_HEAD, .wait_us = 5 * FO_MINUTE};
}

FIXTURE struct fo_policy fixture_policy(void)
{
    struct fo_policy policy;
    memset(&policy, 0, sizeof policy);
    policy.lease = FO_LEASE_DEFAULTS;
    policy.net_count = 1;
    fixture_policy_power(&policy);
    fixture_policy_people(&policy);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy.servers[i] = (struct fo_server_policy){
            .preferred = i == 0, .power = 1ULL << i, .host = fixture_health()};
    }
    policy.line_count = WORLD_LINES;
    for (unsigned i = 0; i < WORLD_LINES; i++) {
        policy.lines[i] = (struct fo_line_policy){.targets = 2,
                                                  .carrier = (uint8_t)i,
                                                  .building = FO_NONE,
                                                  .route = (uint8_t)i,
                                                  .preferred = i == 0,
                                                  .power = 1ULL << i,
                                                  .target = fixture_health(),
                                                  .targets_bad = 2,
                                                  .loss_degraded_permille = 100};
    }
    policy.service_count = WORLD_SERVICES;
    policy.services[CALLS] = (struct fo_service_policy){.availability_class = 2,
                                                        .recovery_time_us = 60 * FO_SECOND,
                                                        .needs_server = true,
                                                        .check = fixture_health(),
                                                        .checked = true};
    policy.services[ORDERS] = (struct fo_service_policy){
        .availability_class = 1, .needs_lines = 3, .check = fixture_health()};
    policy.choose_budget_us = 100 * FO_MS;
    policy.take_over_us = 3 * FO_SECOND;
    policy.verify_us = 10 * FO_SECOND;
    policy.drain_us = 30 * FO_SECOND;
    policy.fence_us = 60 * FO_SECOND;
    policy.block_us = FO_HOUR;
    policy.settled_us = 10 * FO_MINUTE;
    policy.switchovers_per_hour = 2;
    policy.acknowledge_us = 30 * FO_MINUTE;
    policy.loop_first_us = 2 * FO_MINUTE;
    policy.loop_cap_us = 10 * FO_MINUTE;
    policy.clean_us = 30 * FO_SECOND;
    policy.child_window_us = 60 * FO_SECOND;
    policy.child_grace_us = 10 * FO_SECOND;
    policy.stall_us = FO_SECOND;
    return policy;
}

/* ---- the engine ------------------------------------------------------------------------------ */

FIXTURE void fixture_send(uint8_t from, const struct fo_datagram *datagram)
{
    for (uint8_t to = 0; to < FO_VOTERS; to++) {
        bool addressed = datagram->to == to || (datagram->to == FO_VOTER_NONE && to != from);
        if (!addressed || world.cut[from][to]) {
            continue;
        }
        cr_assert_lt(world.message_count, (unsigned)WORLD_MESSAGES, "the network is full");
        world.messages[world.message_count++] = (struct world_message){
            .at_us = world.now_us + WORLD_TRIP_US, .to = to, .datagram = *datagram};
    }
}

FIXTURE void fixture_result_at(fo_us at_us, struct fo_key key, uint8_t outcome)
{
    if (outcome >= FO_OUTCOMES) {
        return;
    }
    unsigned i = 0;
    while (i < 256 && world.results[i].at_us != FO_NEVER) {
        i++;
    }
    cr_assert_lt(i, 256U, "too many results under way");
    world.results[i] =
        (struct world_result){.at_us = at_us, .result = {.key = key, .outcome = outcome}};
}

FIXTURE void fixture_do(const struct fo_command *command)
{
    if (world.forgetful && world.command_count == WORLD_LOG) {
        world.command_count = 0;
    }
    cr_assert_lt(world.command_count, (unsigned)WORLD_LOG);
    switch (command->kind) {
        case FO_COMMAND_SEND:
            fixture_send(FO_VOTER_M, &command->datagram);
            return; /* not logged: there are too many */
        case FO_COMMAND_CHOOSE:
            fixture_result_at(world.now_us + 5 * FO_MS, command->key, world.choose);
            break;
        case FO_COMMAND_FENCE:
            fixture_result_at(world.now_us + FO_SECOND, command->key, world.fence);
            break;
        case FO_COMMAND_ROUTE:
            fixture_result_at(world.now_us + 50 * FO_MS, command->key, world.route);
            break;
        case FO_COMMAND_NOTIFY:
            fixture_result_at(world.now_us + 500 * FO_MS, command->key,
                              world.notify[command->notify.channel]);
            break;
        default:
            break;
    }
    world.commands[world.command_count++] = *command;
}

/* One event into the engine, and what comes out into the world. */
FIXTURE void give(struct fo_event event)
{
    if (!world.monitor_alive) {
        return;
    }
    event.now_us = world.now_us;
    event.wall_ms = world.wall_ms + world.now_us / FO_MS;
    fo_step(&world.engine, &event, &world.out);
    fo_invariant_check_all(&world.engine);
    for (unsigned i = 0; i < world.out.record_count; i++) {
        if (world.forgetful && world.record_count == WORLD_LOG) {
            world.record_count = 0;
        }
        cr_assert_lt(world.record_count, (unsigned)WORLD_LOG);
        world.records[world.record_count++] = world.out.records[i];
    }
    if (world.out.durable) {
        world.snapshot_length =
            fo_snapshot_encode(&world.engine, event.now_us, event.wall_ms, world.snapshot);
        world.snapshot_us = world.now_us;
    }
    for (unsigned i = 0; i < world.out.command_count; i++) {
        fixture_do(&world.out.commands[i]);
    }
}

FIXTURE void give_tick(void)
{
    give((struct fo_event){.kind = FO_EVENT_TICK});
}

FIXTURE void give_self(uint8_t kind, uint8_t index, int64_t value)
{
    give((struct fo_event){.kind = FO_EVENT_SELF,
                           .self = {.kind = kind, .index = index, .value = value}});
}

FIXTURE void give_order(struct fo_order order)
{
    give((struct fo_event){.kind = FO_EVENT_ORDER, .order = order});
}

FIXTURE void give_probe(uint8_t kind, uint8_t index, uint8_t target, bool ok)
{
    give((struct fo_event){.kind = FO_EVENT_PROBE,
                           .probe = {.kind = kind,
                                     .index = index,
                                     .target = target,
                                     .quality = FO_GOOD,
                                     .ok = ok,
                                     .reason = ok ? 0 : FO_REASON_NO_ANSWER,
                                     .rtt_us = 4 * FO_MS}});
}

FIXTURE void fixture_value(struct fo_reading *reading, uint8_t variable, int64_t value,
                           int64_t scale)
{
    if (value >= 0) {
        reading->values[reading->count++] =
            (struct fo_value){.variable = variable, .milli = value * scale, .quality = FO_GOOD};
    }
}

FIXTURE void give_reading(uint8_t device)
{
    const struct world_device *said = &world.devices[device];
    struct fo_event event = {.kind = FO_EVENT_READING, .reading = {.device = device}};
    struct fo_reading *reading = &event.reading;
    reading->quality = said->answers ? FO_GOOD : FO_ABSENT;
    reading->reason = said->answers ? 0 : FO_REASON_NO_ANSWER;
    if (said->answers && world.policy.devices[device].kind == FO_DEVICE_UPS) {
        fixture_value(reading, FO_VAR_UPS_STATUS, said->status, 1);
        fixture_value(reading, FO_VAR_BATTERY_RUNTIME, said->runtime_s, 1000);
        fixture_value(reading, FO_VAR_BATTERY_CHARGE, said->charge, 1000);
    } else if (said->answers) {
        fixture_value(reading, FO_VAR_GENERATOR_STATUS, said->generator, 1);
        fixture_value(reading, FO_VAR_GENERATOR_MODE, said->mode, 1);
        fixture_value(reading, FO_VAR_GENERATOR_VOLTAGE, said->volts, 1000);
        fixture_value(reading, FO_VAR_FUEL_LEVEL, said->fuel, 1000);
        fixture_value(reading, FO_VAR_ENGINE_BATTERY_VOLTAGE, said->battery_mv, 1);
        fixture_value(reading, FO_VAR_TRANSFER_SOURCE, said->source, 1);
        fixture_value(reading, FO_VAR_MAINS_VOLTAGE, said->mains_v, 1000);
    }
    give(event);
}

/* ---- the agents ------------------------------------------------------------------------------ */

FIXTURE void fixture_agent(uint8_t server, struct fo_agent_event event)
{
    struct fo_agent_output out;
    if (!world.alive[server]) {
        return;
    }
    event.now_us = world.now_us;
    fo_agent_step(&world.agents[server], &event, &out);
    for (unsigned i = 0; i < out.count; i++) {
        const struct fo_agent_act *act = &out.acts[i];
        switch (act->kind) {
            case FO_AGENT_ACT_SEND:
                fixture_send(server, &act->datagram);
                break;
            case FO_AGENT_ACT_GATE:
                world.gate_us[server] = act->until_us;
                break;
            case FO_AGENT_ACT_SHUT:
                world.gate_us[server] = 0;
                fixture_agent(server, (struct fo_agent_event){.kind = FO_AGENT_GATE_SHUT});
                break;
            case FO_AGENT_ACT_DRAIN:
                world.drained_us[server] =
                    world.clean_drain[server] ? world.now_us + 10 * FO_MS : FO_NEVER;
                break;
            default:
                break;
        }
    }
    /* the invariant of the lease: never two open gates */
    cr_assert_not(world.gate_us[0] > world.now_us && world.gate_us[1] > world.now_us);
}

FIXTURE void agent_health(uint8_t server, enum fo_health health)
{
    fixture_agent(server,
                  (struct fo_agent_event){
                      .kind = FO_AGENT_SERVICE, .health = (uint8_t)health, .position = 100});
}

FIXTURE void agent_start(uint8_t server)
{
    world.alive[server] = true;
    world.gate_us[server] = 0;
    world.drained_us[server] = FO_NEVER;
    fo_agent_init(&world.agents[server], &world.policy.lease, (enum fo_voter)server,
                  ++world.boots * 7919, 0, FO_VOTER_NONE, world.now_us);
    agent_health(server, FO_HEALTH_OK);
}

/* The host dies: nothing of it answers any more. */
FIXTURE void host_die(uint8_t server)
{
    world.alive[server] = false;
    world.host_ok[server] = false;
}

FIXTURE bool gate_is_open(uint8_t server)
{
    return world.alive[server] && world.gate_us[server] > world.now_us;
}

/* ---- time ------------------------------------------------------------------------------------ */

FIXTURE void fixture_probe_all(void)
{
    for (uint8_t i = 0; i < WORLD_DEVICES; i++) {
        give_reading(i);
    }
    for (uint8_t i = 0; i < world.policy.line_count; i++) {
        for (uint8_t j = 0; j < world.policy.lines[i].targets; j++) {
            give_probe(FO_PROBE_TARGET, i, j, world.target_ok[i][j]);
        }
    }
    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        give_probe(FO_PROBE_HOST, i, 0, world.host_ok[i]);
    }
    for (uint8_t i = 0; i < world.policy.service_count; i++) {
        if (world.policy.services[i].checked) {
            bool served = gate_is_open(0) || gate_is_open(1);
            give_probe(FO_PROBE_SERVICE, i, 0, served && !world.answers_silent);
        }
    }
    give_probe(FO_PROBE_OWN_NETWORK, 0, 0, world.net_ok);
}

FIXTURE fo_us fixture_next_us(void)
{
    fo_us next_us = world.monitor_alive ? fo_next_deadline(&world.engine) : FO_NEVER;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        if (world.alive[i]) {
            fo_us agent_us = fo_agent_next_deadline(&world.agents[i]);
            next_us = agent_us < next_us ? agent_us : next_us;
            next_us = world.drained_us[i] < next_us ? world.drained_us[i] : next_us;
        }
    }
    for (unsigned i = 0; i < world.message_count; i++) {
        next_us = world.messages[i].at_us < next_us ? world.messages[i].at_us : next_us;
    }
    for (unsigned i = 0; i < 256; i++) {
        next_us = world.results[i].at_us < next_us ? world.results[i].at_us : next_us;
    }
    if (world.probing && world.next_probe_us < next_us) {
        next_us = world.next_probe_us;
    }
    return next_us;
}

FIXTURE void fixture_deliver(void)
{
    for (unsigned i = 0; i < world.message_count;) {
        struct world_message message = world.messages[i];
        if (message.at_us > world.now_us) {
            i++;
            continue;
        }
        world.messages[i] = world.messages[--world.message_count];
        if (message.to == FO_VOTER_M) {
            give((struct fo_event){.kind = FO_EVENT_DATAGRAM,
                                   .datagram = {.datagram = message.datagram}});
        } else {
            fixture_agent(message.to, (struct fo_agent_event){.kind = FO_AGENT_DATAGRAM,
                                                              .datagram = message.datagram});
        }
    }
    for (unsigned i = 0; i < 256; i++) {
        struct world_result result = world.results[i];
        if (result.at_us <= world.now_us) {
            world.results[i].at_us = FO_NEVER;
            give((struct fo_event){.kind = FO_EVENT_RESULT, .result = result.result});
        }
    }
}

/* To the next instant at which anything happens, not beyond until_us. */
FIXTURE void step_once(fo_us until_us)
{
    fo_us next_us = fixture_next_us();
    if (next_us > until_us) {
        world.now_us = until_us;
        return;
    }
    world.now_us = next_us > world.now_us ? next_us : world.now_us;
    fixture_deliver();
    for (uint8_t i = 0; i < FO_SERVERS; i++) {
        if (world.alive[i] && world.drained_us[i] <= world.now_us) {
            world.drained_us[i] = FO_NEVER;
            fixture_agent(i, (struct fo_agent_event){.kind = FO_AGENT_DRAINED});
        }
        if (world.alive[i] && fo_agent_next_deadline(&world.agents[i]) <= world.now_us) {
            fixture_agent(i, (struct fo_agent_event){.kind = FO_AGENT_TIMER});
        }
    }
    if (world.probing && world.next_probe_us <= world.now_us) {
        world.next_probe_us = world.now_us + FO_SECOND;
        fixture_probe_all();
    }
    if (world.monitor_alive && fo_next_deadline(&world.engine) <= world.now_us) {
        give_tick();
    }
}

FIXTURE void step_for(fo_us length_us)
{
    fo_us until_us = world.now_us + length_us;
    while (world.now_us < until_us) {
        step_once(until_us);
    }
}

/* Steps until the condition holds; fails the test when it does not within the bound. */
#define step_until(condition, bound_us)                                                \
    do {                                                                               \
        fo_us step_until_end = world.now_us + (bound_us);                              \
        while (!(condition) && world.now_us < step_until_end) {                        \
            step_once(step_until_end);                                                 \
        }                                                                              \
        cr_assert((condition), "not within %lld ms: %s", (long long)(bound_us) / 1000, \
                  #condition);                                                         \
    } while (0)

/* ---- looking --------------------------------------------------------------------------------- */

/* From here on only what is new is seen. */
FIXTURE void mark(void)
{
    world.record_mark = world.record_count;
    world.command_mark = world.command_count;
}

FIXTURE const struct fo_record *seen(enum fo_reason reason)
{
    for (unsigned i = world.record_mark; i < world.record_count; i++) {
        if (world.records[i].reason == reason) {
            return &world.records[i];
        }
    }
    return NULL;
}

FIXTURE unsigned seen_count(enum fo_reason reason)
{
    unsigned count = 0;
    for (unsigned i = world.record_mark; i < world.record_count; i++) {
        count += world.records[i].reason == reason ? 1 : 0;
    }
    return count;
}

FIXTURE const struct fo_record *seen_why(enum fo_reason reason, unsigned why)
{
    for (unsigned i = world.record_mark; i < world.record_count; i++) {
        if (world.records[i].reason == reason && world.records[i].why == why) {
            return &world.records[i];
        }
    }
    return NULL;
}

FIXTURE const struct fo_command *told(enum fo_command_kind kind)
{
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == kind) {
            return &world.commands[i];
        }
    }
    return NULL;
}

FIXTURE unsigned told_count(enum fo_command_kind kind)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        count += world.commands[i].kind == kind ? 1 : 0;
    }
    return count;
}

/* Pages to a person by a channel (FO_NONE: by any) since the mark. */
FIXTURE unsigned paged(uint8_t person, uint8_t channel)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        count += command->kind == FO_COMMAND_NOTIFY && command->notify.person == person &&
                         (channel == FO_NONE || command->notify.channel == channel)
                     ? 1
                     : 0;
    }
    return count;
}

/* The open incident with this root, or NULL. */
FIXTURE const struct fo_incident *incident_of(enum fo_reason cause)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world.engine.incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && incident->cause == cause) {
            return incident;
        }
    }
    return NULL;
}

FIXTURE bool child_of(enum fo_reason root, enum fo_reason child)
{
    const struct fo_incident *incident = incident_of(root);
    for (unsigned i = 0; incident != NULL && i < incident->child_count; i++) {
        if (incident->children[i].cause == child && incident->children[i].open) {
            return true;
        }
    }
    return false;
}

FIXTURE unsigned open_incidents(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        count += world.engine.incidents[i].state == FO_INCIDENT_OPEN ? 1 : 0;
    }
    return count;
}

FIXTURE struct fo_view *look(void)
{
    static struct fo_view view;
    fo_view_fill(&world.engine, world.now_us, &view);
    return &view;
}

FIXTURE bool is_blocked(enum fo_reason reason)
{
    const struct fo_view *view = look();
    for (unsigned i = 0; i < view->block_count; i++) {
        if (view->blocks[i].reason == reason) {
            return true;
        }
    }
    return false;
}

/* ---- beginnings ------------------------------------------------------------------------------ */

FIXTURE void monitor_boot(bool same_host_boot)
{
    world.monitor_alive = true;
    give((struct fo_event){
        .kind = FO_EVENT_BOOT,
        .boot = {.boot = ++world.boots * 104729, .same_host_boot = same_host_boot}});
}

/* kill -9 at this instant: what was not in the last snapshot is gone. */
FIXTURE void monitor_die(void)
{
    world.monitor_alive = false;
    for (unsigned i = 0; i < 256; i++) {
        world.results[i].at_us = FO_NEVER;
    }
}

FIXTURE void monitor_restart(void)
{
    fo_engine_init(&world.engine, &world.policy);
    cr_assert(fo_snapshot_decode(&world.engine, world.snapshot, world.snapshot_length));
    monitor_boot(true);
}

/* An empty world: engine booted, nobody there, nothing probed. */
FIXTURE void world_begin_empty(const struct fo_policy *policy)
{
    memset(&world, 0, sizeof world);
    world.policy = *policy;
    world.now_us = 1000 * FO_SECOND;
    world.wall_ms = 1790000000000;
    world.net_ok = true;
    world.notify[TERMINAL] = FO_OUTCOME_ACCEPTED;
    world.notify[MAIL] = FO_OUTCOME_ACCEPTED;
    world.notify[SMS] = FO_OUTCOME_ACCEPTED;
    for (unsigned i = 0; i < 256; i++) {
        world.results[i].at_us = FO_NEVER;
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.host_ok[i] = true;
        world.clean_drain[i] = true;
        world.drained_us[i] = FO_NEVER;
    }
    for (unsigned i = 0; i < WORLD_LINES; i++) {
        world.target_ok[i][0] = true;
        world.target_ok[i][1] = true;
    }
    for (unsigned i = 0; i < WORLD_DEVICES; i++) {
        world.devices[i] = (struct world_device){.answers = true,
                                                 .status = FO_UPS(OL),
                                                 .runtime_s = 2400,
                                                 .charge = 100,
                                                 .generator = i == GENERATOR ? FO_GEN_STOPPED : -1,
                                                 .mode = i == GENERATOR ? FO_GEN_MODE_AUTO : -1,
                                                 .fuel = i == GENERATOR ? 82 : -1,
                                                 .volts = i == GENERATOR ? 0 : -1,
                                                 .battery_mv = i == GENERATOR ? 25500 : -1,
                                                 .source = i == SWITCH ? FO_SOURCE_MAINS : -1,
                                                 .mains_v = -1};
    }
    fo_engine_init(&world.engine, policy);
    monitor_boot(false);
}

/* A well site: the preferred server serves, the other stands by, everything answers. */
FIXTURE void world_begin_with(const struct fo_policy *policy)
{
    world_begin_empty(policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    agent_start(0);
    agent_start(1);
    step_until(gate_is_open(0), 10 * FO_SECOND);
    step_until(world.engine.active == 0 && world.engine.plan.step == FO_PLAN_NONE &&
                   world.engine.services[CALLS].state == FO_STATE_OK,
               10 * FO_SECOND);
    step_for(5 * FO_SECOND);
    mark();
}

FIXTURE void world_begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_with(&policy);
}

/* Mains away at both UPSes, and the switch sees it. */
FIXTURE void mains_fail(void)
{
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(DISCHRG);
    world.devices[UPS_B].status = FO_UPS(OB) | FO_UPS(DISCHRG);
    world.devices[SWITCH].source = FO_SOURCE_NONE;
}

FIXTURE void mains_return(void)
{
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(CHRG);
    world.devices[UPS_B].status = FO_UPS(OL) | FO_UPS(CHRG);
    world.devices[SWITCH].source = FO_SOURCE_MAINS;
}

#endif
