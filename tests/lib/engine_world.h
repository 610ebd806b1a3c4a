/* SPDX-License-Identifier: Apache-2.0 */
/* A site in a box for tests of the engine: the engine itself, two real agents of the lease core, a
 * network between the three, power devices, lines and people who answer, all on one virtual clock.
 * Tests change what the world does and then step until something has happened; nothing sleeps. */
#ifndef TESTS_LIB_ENGINE_WORLD_H
#define TESTS_LIB_ENGINE_WORLD_H

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
    int64_t load, alarms; /* generator: %, bits + 1; 0 not said */
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
    bool serves[FO_SERVERS]; /* without an agent: it answers at the service address */
    fo_us next_probe_us;
    /* how commands come out; FO_OUTCOMES = no result at all */
    uint8_t choose, fence, route, shed, restore, promote, demote, notify[FO_CHANNELS_MAX];
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
    /* told of each step when set */
    void (*stepped)(const struct fo_event *event, const struct fo_output *out);
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
                                                  .loss_degraded_permille = 100,
                                                  .return_us = 5 * FO_MINUTE,
                                                  .leave_us = 3 * FO_MINUTE};
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
        case FO_COMMAND_PROMOTE:
            world.serves[command->server] = world.promote == FO_OUTCOME_DONE;
            fixture_result_at(world.now_us + FO_SECOND, command->key, world.promote);
            break;
        case FO_COMMAND_DEMOTE:
            world.serves[command->server] = world.demote != FO_OUTCOME_DONE;
            fixture_result_at(world.now_us + FO_SECOND, command->key, world.demote);
            break;
        case FO_COMMAND_SHED:
            fixture_result_at(world.now_us + FO_SECOND, command->key, world.shed);
            break;
        case FO_COMMAND_RESTORE:
            fixture_result_at(world.now_us + FO_SECOND, command->key, world.restore);
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
    if (world.stepped != NULL) {
        world.stepped(&event, &world.out);
    }
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
        fixture_value(reading, FO_VAR_GENERATOR_LOAD, said->load > 0 ? said->load : -1, 1000);
        fixture_value(reading, FO_VAR_GENERATOR_ALARMS, said->alarms > 0 ? said->alarms - 1 : -1,
                      1);
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

#endif
