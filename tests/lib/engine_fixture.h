/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of the engine's tests: time that passes, what was seen, told and recorded since a
 * mark, and the ways a test can begin. It stands on engine_world.h, which holds the world itself;
 * the unit tests of failover/ include it. */
#ifndef TESTS_LIB_ENGINE_FIXTURE_H
#define TESTS_LIB_ENGINE_FIXTURE_H

#include "tests/lib/engine_world.h"

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
            bool served = gate_is_open(0) || gate_is_open(1) || world.serves[0] || world.serves[1];
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
