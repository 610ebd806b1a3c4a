/* SPDX-License-Identifier: Apache-2.0 */
/* The two doors of the engine (see engine.h). It gives the event to its room, then runs every timer
 * that is due, evidence before verdict, and checks the laws. It knows no rule itself. */
#include "failover/engine.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/condition.h"
#include "failover/direction.h"
#include "failover/durable.h"
#include "failover/duty.h"
#include "failover/engine_state.h"
#include "failover/escalation.h"
#include "failover/incident.h"
#include "failover/inhibit.h"
#include "failover/invariant.h"
#include "failover/ladder.h"
#include "failover/line.h"
#include "failover/mains.h"
#include "failover/network.h"
#include "failover/order.h"
#include "failover/outlying.h"
#include "failover/plan_boot.h"
#include "failover/power.h"
#include "failover/record.h"
#include "failover/restore.h"
#include "failover/route.h"
#include "failover/self.h"
#include "failover/server.h"
#include "failover/service.h"
#include "failover/shed.h"
#include "failover/switchover.h"
#include "failover/verdict.h"

#include <string.h>

#define CLOCK_STEP_MS 2000 /* of the wall clock against ours, between two events */
#define TURNS_MAX 4096     /* timers one step may run; far above what its output has room for */

size_t fo_engine_size(void)
{
    return sizeof(struct fo_engine);
}

void fo_engine_init(struct fo_engine *engine, const struct fo_policy *policy)
{
    FO_ASSERT(engine != NULL);
    FO_ASSERT(fo_policy_valid(policy));
    memset(engine, 0, sizeof *engine);
    engine->policy = *policy;
    engine->saved_us = FO_NEVER;
    engine->self.heard_us = FO_NEVER;
    fo_deadline_init(&engine->deadlines);
    fo_power_init(engine);
    fo_shed_init(engine);
    fo_restore_init(engine);
    fo_line_init(engine);
    fo_route_init(engine);
    fo_server_init(engine);
    fo_service_init(engine);
    fo_inhibit_init(engine);
    fo_ladder_init(engine);
    engine->plan.target = FO_NONE;
    engine->plan.from = FO_NONE;
    engine->plan.person = FO_NONE;
    engine->plan.deadline_us = FO_NEVER;
    engine->after_fence_deadline_us = FO_NEVER;
}

fo_us fo_next_deadline(const struct fo_engine *engine)
{
    return engine->deadlines.due_us[fo_deadline_first(&engine->deadlines)];
}

/* ---- events ---------------------------------------------------------------------------------- */

static void boot(struct fo_engine *engine, const struct fo_boot *event)
{
    FO_ASSERT(event->boot != 0);
    uint64_t epoch_seen = engine->monitor.epoch_seen; /* from the snapshot */
    engine->boot = event->boot;
    engine->sequence = 0;
    engine->started_us = engine->now_us;
    engine->warm_us = engine->now_us +
                      fo_lease_promise_us(&engine->policy.lease, engine->policy.lease.lease_max_us);
    fo_monitor_init(&engine->monitor, &engine->policy.lease, event->boot, engine->now_us);
    engine->monitor.epoch_seen = epoch_seen;
    /* a snapshot from later than now was taken on another clock, whatever we are told */
    bool other_clock = !event->same_host_boot || engine->saved_us > engine->now_us;
    if (engine->saved_us != FO_NEVER && other_clock) {
        fo_durable_carry(engine);
    }
    fo_us gone_us = 0;
    if (engine->saved_us != FO_NEVER) {
        gone_us = other_clock ? (engine->wall_ms - engine->saved_wall_ms) * FO_MS
                              : engine->now_us - engine->saved_us;
    }
    engine->booted = true;
    fo_note(engine, FO_REASON_MONITOR_RESTARTED, 0, fo_subject_of(FO_SUBJECT_MONITOR, 0),
            other_clock ? 0 : 1, gone_us);
    fo_ladder_boot(engine);
    fo_incident_boot(engine);
    fo_self_boot(engine);
    fo_attempt_boot(engine);
    fo_power_boot(engine);
    fo_shed_boot(engine);
    fo_restore_boot(engine);
    fo_route_boot(engine);
    fo_plan_boot(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MONITOR, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MODE, engine->now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
    fo_durable(engine);
}

/* The event names something the policy does not have: said once, and nothing else. */
static void refuse(struct fo_engine *engine, const struct fo_event *event, int64_t index)
{
    fo_note(engine, FO_REASON_ORDER_REFUSED, FO_REASON_NO_SUCH_OBJECT,
            fo_subject_of(FO_SUBJECT_MONITOR, 0), event->kind, index);
}

static void probe(struct fo_engine *engine, const struct fo_event *event)
{
    const struct fo_probe *said = &event->probe;
    const struct fo_policy *policy = &engine->policy;
    if (said->kind == FO_PROBE_HOST && said->index < FO_SERVERS) {
        fo_server_probe(engine, said);
    } else if (said->kind == FO_PROBE_SERVICE && said->index < policy->service_count) {
        fo_service_probe(engine, said);
    } else if (said->kind == FO_PROBE_TARGET && said->index < policy->line_count &&
               said->target < policy->lines[said->index].targets) {
        fo_line_probe(engine, said);
    } else if (said->kind == FO_PROBE_DIRECTION && said->index < policy->line_count &&
               fo_direction_fits(said)) {
        fo_direction_probe(engine, said);
    } else if (said->kind == FO_PROBE_OWN_NETWORK && said->index < FO_NETS_MAX) {
        if (said->quality != FO_ABSENT) {
            fo_network_probe(engine, said->index, said->ok);
        }
    } else {
        refuse(engine, event, said->index);
    }
}

static void result(struct fo_engine *engine, const struct fo_event *event)
{
    if (!fo_plan_result(engine, &event->result) && !fo_route_result(engine, &event->result) &&
        !fo_attempt_result(engine, &event->result) && !fo_shed_result(engine, &event->result) &&
        !fo_restore_result(engine, &event->result)) {
        refuse(engine, event, (int64_t)event->result.key.sequence);
    }
}

/* Devices of another place: told by the watch over them (outlying.h), already held and counted. */
static void place(struct fo_engine *engine, const struct fo_event *event)
{
    const struct fo_place_said *said = &event->place;
    if (said->place >= engine->policy.place_count || !fo_outlying_may_say(said->cause)) {
        refuse(engine, event, said->place);
        return;
    }
    fo_condition_set(engine, said->cause, fo_subject_of(FO_SUBJECT_PLACE, said->place),
                     said->holds);
}

static void take(struct fo_engine *engine, const struct fo_event *event)
{
    switch (event->kind) {
        case FO_EVENT_TICK:
            break;
        case FO_EVENT_BOOT:
            boot(engine, &event->boot);
            break;
        case FO_EVENT_READING:
            if (event->reading.device < engine->policy.device_count) {
                fo_power_reading(engine, &event->reading);
            } else {
                refuse(engine, event, event->reading.device);
            }
            break;
        case FO_EVENT_PROBE:
            probe(engine, event);
            break;
        case FO_EVENT_DATAGRAM:
            if (!fo_agentless(engine)) { /* else whoever says it beats is a stranger */
                fo_server_datagram(engine, &event->datagram);
            }
            break;
        case FO_EVENT_RESULT:
            result(engine, event);
            break;
        case FO_EVENT_ORDER:
            fo_order_event(engine, &event->order);
            break;
        case FO_EVENT_SELF:
            fo_self_event(engine, &event->self);
            break;
        case FO_EVENT_ROSTER:
            fo_duty_event(engine, &event->roster);
            break;
        case FO_EVENT_PLACE:
            place(engine, event);
            break;
        default:
            refuse(engine, event, 0);
            break;
    }
}

/* ---- timers ---------------------------------------------------------------------------------- */

static void run_monitor(struct fo_engine *engine)
{
    struct fo_monitor_output sends;
    if (fo_agentless(engine)) {
        return; /* no lease, and nobody to send to */
    }
    fo_monitor_tick(&engine->monitor, engine->now_us, &sends);
    fo_monitor_emit(engine, &sends);
}

static fo_us run_incident(struct fo_engine *engine, unsigned slot)
{
    fo_us life_us = fo_condition_run(engine, slot);
    fo_us call_us = fo_escalation_run(engine, slot);
    return life_us < call_us ? life_us : call_us;
}

/* Reads at once; as many as there is room for. */
static fo_us run_output(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count && engine->poll != 0; i++) {
        if ((engine->poll >> i & 1) == 0) {
            continue;
        }
        if (!fo_output_room(engine)) {
            return engine->now_us;
        }
        fo_command_add(engine, FO_COMMAND_POLL)->device = (uint8_t)i;
        engine->poll &= ~((uint64_t)1 << i);
    }
    return FO_NEVER;
}

static fo_us run_timer(struct fo_engine *engine, unsigned timer)
{
    if (timer >= FO_TIMER_OUTPUT) {
        return run_output(engine);
    }
    if (timer == FO_TIMER_RESTORE) {
        return fo_restore_run(engine);
    }
    if (timer == FO_TIMER_SHED) {
        return fo_shed_run(engine);
    }
    if (timer >= FO_TIMER_ATTEMPT) {
        return fo_attempt_run(engine, timer - FO_TIMER_ATTEMPT);
    }
    if (timer >= FO_TIMER_INCIDENT) {
        return run_incident(engine, timer - FO_TIMER_INCIDENT);
    }
    if (timer == FO_TIMER_MODE) {
        return fo_inhibit_run(engine);
    }
    if (timer >= FO_TIMER_SERVICE) {
        return fo_service_run(engine, timer - FO_TIMER_SERVICE);
    }
    if (timer == FO_TIMER_PLAN) {
        fo_plan_run(engine);
        return FO_NEVER;
    }
    if (timer == FO_TIMER_VERDICT) {
        return fo_verdict_run(engine);
    }
    if (timer >= FO_TIMER_SERVER) {
        return fo_server_run(engine, timer - FO_TIMER_SERVER);
    }
    if (timer == FO_TIMER_NETWORK) {
        return fo_network_run(engine);
    }
    if (timer == FO_TIMER_ROUTE) {
        return fo_route_run(engine);
    }
    if (timer >= FO_TIMER_LINE) {
        return fo_line_run(engine, timer - FO_TIMER_LINE);
    }
    if (timer == FO_TIMER_MAINS) {
        return fo_mains_run(engine);
    }
    if (timer >= FO_TIMER_DEVICE) {
        return fo_power_run(engine, timer - FO_TIMER_DEVICE);
    }
    run_monitor(engine);
    return FO_NEVER;
}

/* Runs what is due. What finds no room in this step's output stays due: the next tick is at once.
 */
static void run_due(struct fo_engine *engine)
{
    for (unsigned turn = 0;; turn++) {
        unsigned timer = fo_deadline_first(&engine->deadlines);
        if (engine->deadlines.due_us[timer] > engine->now_us || !fo_output_room(engine)) {
            return;
        }
        FO_ASSERT(turn < TURNS_MAX);
        fo_deadline_set(&engine->deadlines, timer, FO_NEVER);
        fo_deadline_bring(&engine->deadlines, timer, run_timer(engine, timer));
    }
}

/* No rule reads the wall clock, so a step of it delays and skips nothing; but it is worth a record,
 * because people compare times. */
static void watch_clock(struct fo_engine *engine, const struct fo_event *event)
{
    int64_t offset_ms = event->wall_ms - event->now_us / FO_MS;
    int64_t step_ms = offset_ms - engine->wall_offset_ms;
    engine->wall_offset_ms = offset_ms;
    if (event->kind != FO_EVENT_BOOT && (step_ms >= CLOCK_STEP_MS || step_ms <= -CLOCK_STEP_MS)) {
        fo_note(engine, FO_REASON_CLOCK_STEPPED, 0, fo_subject_of(FO_SUBJECT_MONITOR, 0), step_ms,
                0);
    }
}

void fo_step(struct fo_engine *engine, const struct fo_event *event, struct fo_output *out)
{
    FO_ASSERT(engine->booted != (event->kind == FO_EVENT_BOOT));
    FO_ASSERT(event->now_us >= 0 && (!engine->booted || event->now_us >= engine->now_us));
    out->durable = false;
    out->command_count = 0;
    out->record_count = 0;
    engine->out = out;
    engine->now_us = event->now_us;
    engine->wall_ms = event->wall_ms;
    watch_clock(engine, event);
    take(engine, event);
    run_due(engine);
    fo_invariant_check(engine, out);
    if (out->durable) {
        fo_invariant_check_all(engine);
    }
    engine->out = NULL;
}
