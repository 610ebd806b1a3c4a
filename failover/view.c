/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the view (see view.h). It reads the engine as of an instant and changes nothing. */
#include "failover/view.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/direction.h"
#include "failover/engine_state.h"
#include "failover/inhibit.h"
#include "failover/line.h"
#include "failover/moving.h"
#include "failover/network.h"
#include "failover/roster.h"
#include "failover/server.h"
#include "failover/supply.h"
#include "failover/verdict.h"
#include "failover/window.h"

#include <string.h>

static fo_us age_of(fo_us at_us, fo_us now_us)
{
    return at_us == FO_NEVER ? FO_NEVER : now_us - at_us;
}

static fo_us left_until(fo_us at_us, fo_us now_us)
{
    if (at_us == FO_NEVER) {
        return FO_NEVER;
    }
    return at_us > now_us ? at_us - now_us : 0;
}

static void fill_service(const struct fo_engine *engine, unsigned index, struct fo_view *view)
{
    const struct fo_service *service = &engine->services[index];
    view->services[index] = (struct fo_view_service){
        .state = service->state,
        .reason = service->reason,
        .down_us = service->down_us == FO_NEVER ? 0 : view->now_us - service->down_us,
        .last_outage_us = service->last_outage_us,
        .recovery_time_us = engine->policy.services[index].recovery_time_us,
    };
}

static uint8_t server_role(const struct fo_engine *engine, unsigned index)
{
    const struct fo_server *server = &engine->servers[index];
    const struct fo_monitor *monitor = &engine->monitor;
    if (monitor->fenced[index] != 0 && monitor->fenced[index] == server->stamp.boot &&
        server->hearing != FO_HEARING_WELL) {
        return FO_ROLE_FENCED;
    }
    if (!fo_server_is_heard(engine, index)) {
        return FO_ROLE_UNKNOWN;
    }
    return server->claim == FO_CLAIM_HOLD ? FO_ROLE_ACTIVE : FO_ROLE_STANDBY;
}

static void judge_server(const struct fo_engine *engine, unsigned index, struct fo_view_server *out)
{
    const struct fo_server *server = &engine->servers[index];
    struct fo_subject site = {.kind = FO_SUBJECT_SITE};
    out->state = FO_STATE_UNKNOWN;
    switch (server->hearing) {
        case FO_HEARING_WELL:
            out->state = server->health == FO_HEALTH_FAILED ? FO_STATE_DEGRADED : FO_STATE_OK;
            out->reason = server->health == FO_HEALTH_FAILED ? FO_REASON_SERVICE_FAILED : 0;
            break;
        case FO_HEARING_DEAD:
            out->state = FO_STATE_DOWN;
            out->reason = FO_REASON_SERVER_DEAD;
            break;
        case FO_HEARING_PATH:
            out->state = FO_STATE_DEGRADED;
            out->reason = FO_REASON_SERVER_HEARTBEAT_PATH;
            break;
        case FO_HEARING_SILENT:
            out->reason = FO_REASON_SERVER_UNREACHABLE;
            break;
        default:
            out->reason = FO_REASON_NOT_READ_YET;
            break;
    }
    if (fo_condition_holds(engine, FO_REASON_BOTH_SERVERS_DEAD, site)) {
        out->state = FO_STATE_DOWN;
        out->reason = FO_REASON_BOTH_SERVERS_DEAD;
    }
}

static void fill_server(const struct fo_engine *engine, unsigned index, struct fo_view *view)
{
    const struct fo_server *server = &engine->servers[index];
    struct fo_view_server *out = &view->servers[index];
    out->role = server_role(engine, index);
    judge_server(engine, index, out);
    out->heartbeat_age_us = age_of(engine->monitor.voter.heard[index].last_us, view->now_us);
    out->service_ok = fo_server_is_heard(engine, index) && server->health == FO_HEALTH_OK;
    out->powered = fo_supply_set(engine, engine->policy.servers[index].power) != FO_SUPPLY_GONE;
    out->epoch = server->epoch;
}

static void fill_line(const struct fo_engine *engine, unsigned index, struct fo_view *view)
{
    const struct fo_line *line = &engine->lines[index];
    view->lines[index] = (struct fo_view_line){
        .state = line->state,
        .reason = line->reason,
        .active = engine->route.active == index,
        .loss_permille = fo_loss_permille(&line->loss),
        .rtt_us = line->rtt_us,
        .jitter_us = line->jitter_us,
        .loss_out_permille = UINT32_MAX,
        .loss_back_permille = UINT32_MAX,
        .direction_reason = fo_direction_reason(engine, index, view->now_us),
    };
    if (view->lines[index].direction_reason == FO_REASON_NONE) {
        view->lines[index].loss_out_permille = fo_loss_permille(&line->direction.out);
        view->lines[index].loss_back_permille = fo_loss_permille(&line->direction.back);
    }
}

static void fill_incident(const struct fo_engine *engine, const struct fo_incident *incident,
                          struct fo_view *view)
{
    FO_ASSERT(view->incident_count < FO_INCIDENTS_MAX);
    struct fo_view_incident *out = &view->incidents[view->incident_count++];
    *out = (struct fo_view_incident){
        .number = incident->number,
        .state = incident->state,
        .severity = incident->severity,
        .epoch = incident->epoch,
        .cause = incident->cause,
        .subject = incident->subject,
        .did = incident->did,
        .opened_wall_ms = incident->opened_wall_ms,
        .age_us = view->now_us - incident->opened_us,
        .acked_by = incident->branches[0].acked_by,
        .owned_by = incident->owned_by,
        .rung = incident->branches[0].rung == FO_NONE ? 0 : incident->branches[0].rung,
        .next_rung_us = FO_NEVER,
        .round = incident->round,
        .unstable = incident->unstable,
        .deputy = incident->deputy,
        .roll_call = incident->roll_call,
        .wanted = incident->wanted,
        .acked = incident->acked,
        .drill = incident->drill,
        .class2 = incident->class2,
        .child_count = incident->child_count,
    };
    fo_us ack_us = FO_NEVER, rung_us = FO_NEVER;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        const struct fo_climb *climb = &incident->branches[i];
        out->acked_by = out->acked_by == FO_NONE ? climb->acked_by : out->acked_by;
        ack_us = climb->ack_until_us < ack_us ? climb->ack_until_us : ack_us;
        rung_us = climb->next_rung_us < rung_us ? climb->next_rung_us : rung_us;
    }
    out->next_rung_us = left_until(rung_us, view->now_us);
    ack_us = left_until(ack_us, view->now_us);
    out->ack_left_us = ack_us == FO_NEVER ? 0 : ack_us;
    for (unsigned i = 0; i < incident->child_count; i++) {
        out->children[i] = (struct fo_view_child){.cause = incident->children[i].cause,
                                                  .subject = incident->children[i].subject,
                                                  .open = incident->children[i].open};
    }
    (void)engine;
}

/* Open ones first, then worst first, then newest first. */
static bool comes_before(const struct fo_incident *a, const struct fo_incident *b)
{
    if (a->state != b->state) {
        return a->state == FO_INCIDENT_OPEN;
    }
    return a->severity != b->severity ? a->severity < b->severity : a->number > b->number;
}

static void fill_incidents(const struct fo_engine *engine, struct fo_view *view)
{
    uint8_t order[FO_INCIDENTS_MAX];
    unsigned count = 0;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        if (engine->incidents[slot].state == FO_INCIDENT_FREE) {
            continue;
        }
        unsigned at = count++;
        while (at > 0 &&
               comes_before(&engine->incidents[slot], &engine->incidents[order[at - 1]])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = slot;
    }
    for (unsigned i = 0; i < count; i++) {
        fill_incident(engine, &engine->incidents[order[i]], view);
    }
}

static uint8_t attempt_state(uint8_t state)
{
    switch (state) {
        case FO_ATTEMPT_ACCEPTED:
            return 1;
        case FO_ATTEMPT_FAILED:
            return 2;
        case FO_ATTEMPT_ACKNOWLEDGED:
            return 3;
        default:
            return 0;
    }
}

static void fill_attempts(const struct fo_engine *engine, struct fo_view *view)
{
    uint8_t order[FO_ATTEMPTS_MAX];
    for (uint8_t i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE) {
            continue;
        }
        unsigned at = view->attempt_count++;
        while (at > 0 && attempt->order > engine->attempts[order[at - 1]].order) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (unsigned i = 0; i < view->attempt_count; i++) {
        const struct fo_attempt *attempt = &engine->attempts[order[i]];
        view->attempts[i] = (struct fo_view_attempt){.notify = attempt->notify,
                                                     .state = attempt_state(attempt->state),
                                                     .age_us = view->now_us - attempt->created_us};
    }
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void block(struct fo_view *view, uint16_t reason, enum fo_subject_kind kind, unsigned index,
                  fo_us until_us)
{
    for (unsigned i = 0; i < view->block_count; i++) {
        if (view->blocks[i].reason == reason && view->blocks[i].subject.kind == kind &&
            view->blocks[i].subject.index == index) {
            return;
        }
    }
    if (view->block_count < FO_BLOCKS_MAX) {
        view->blocks[view->block_count++] =
            (struct fo_view_block){.reason = reason,
                                   .subject = {.kind = (uint8_t)kind, .index = (uint8_t)index},
                                   .until_us = left_until(until_us, view->now_us)};
    }
}

/* What stands against any automatic switchover, whether one is needed or not. */
static void fill_standing_blocks(const struct fo_engine *engine, struct fo_view *view)
{
    const struct fo_self_state *self = &engine->self;
    fo_us now_us = view->now_us;
    if (self->frozen) {
        block(view, FO_REASON_BLOCKED_ASSERTION, FO_SUBJECT_SITE, 0, FO_NEVER);
    }
    if (now_us < engine->warm_us) {
        block(view, FO_REASON_BLOCKED_WARM_UP, FO_SUBJECT_SITE, 0, engine->warm_us);
    }
    if (engine->inhibit.hold) {
        block(view, FO_REASON_BLOCKED_OPERATOR_HOLD, FO_SUBJECT_SITE, 0, FO_NEVER);
    }
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        if (engine->inhibit.maintenance_us[i] != FO_NEVER) {
            struct fo_subject subject = fo_window_subject(i);
            block(view, FO_REASON_BLOCKED_MAINTENANCE, subject.kind, subject.index,
                  engine->inhibit.maintenance_us[i]);
        }
    }
    if (self->clock_unwell || now_us < engine->monitor.quiet_until_us) {
        block(view, FO_REASON_BLOCKED_MONITOR_UNWELL, FO_SUBJECT_MONITOR, 0,
              self->clock_unwell ? FO_NEVER : engine->monitor.quiet_until_us);
    }
    if (self->journal_dead) {
        block(view, FO_REASON_BLOCKED_JOURNAL, FO_SUBJECT_MONITOR, 0, FO_NEVER);
    }
    if (fo_network_is_cut(engine)) {
        block(view, FO_REASON_BLOCKED_OWN_NETWORK, FO_SUBJECT_MONITOR, 0, FO_NEVER);
    }
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        if (fo_line_is_flapping(engine, i, now_us)) {
            block(view, FO_REASON_BLOCKED_LINE_FLAPPING, FO_SUBJECT_LINE, i,
                  fo_line_calm_us(engine, i));
        }
    }
}

/* What would stand against the switchover away from the server that is active now. */
static void fill_switch_blocks(const struct fo_engine *engine, struct fo_view *view)
{
    if (engine->plan.step != FO_PLAN_NONE) {
        block(view, FO_REASON_BLOCKED_IN_PROGRESS, FO_SUBJECT_SERVER, engine->plan.target,
              engine->plan.deadline_us);
        return;
    }
    for (unsigned i = 1; engine->need.cause != 0 && i < FO_CHECKS; i++) {
        if (engine->need.failed[i] != 0 && i != FO_CHECK_PERIOD) {
            block(view, engine->need.failed[i], FO_SUBJECT_SERVER, engine->need.target, FO_NEVER);
        }
    }
    if (engine->active == FO_NONE || view->now_us < engine->warm_us) {
        return;
    }
    unsigned standby = 1U - engine->active;
    const struct fo_server_policy *active = &engine->policy.servers[engine->active];
    if (active->agentless && active->fence_required && !active->fence_available &&
        engine->need.cause == 0) { /* the need itself says so */
        block(view, FO_REASON_BLOCKED_FENCE_PROOF, FO_SUBJECT_SERVER, standby, FO_NEVER);
    }
    fo_us handed_us = fo_inhibit_handed_us(engine, standby);
    fo_us until_us = fo_inhibit_blocked_us(engine, standby);
    if (handed_us != FO_NEVER && (until_us == FO_NEVER || handed_us > until_us)) {
        until_us = handed_us;
    }
    if (until_us != FO_NEVER) {
        block(view, FO_REASON_BLOCKED_PERIOD, FO_SUBJECT_SERVER, standby, until_us);
    }
    if (!fo_verdict_is_ready(engine, standby)) {
        block(view,
              engine->servers[standby].hearing == FO_HEARING_WELL
                  ? FO_REASON_BLOCKED_STANDBY_UNHEALTHY
                  : FO_REASON_BLOCKED_NO_STANDBY,
              FO_SUBJECT_SERVER, standby, FO_NEVER);
    } else if (fo_supply_set(engine, engine->policy.servers[standby].power) == FO_SUPPLY_GONE) {
        block(view, FO_REASON_BLOCKED_STANDBY_UNPOWERED, FO_SUBJECT_SERVER, standby, FO_NEVER);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static uint8_t mode_of(const struct fo_engine *engine)
{
    if (engine->self.frozen) {
        return FO_MODE_FROZEN;
    }
    if (fo_moving(engine) != FO_NONE) {
        return FO_MODE_DRILL; /* in a window, and that it is a drill is what everybody must see */
    }
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        if (engine->inhibit.maintenance_us[i] != FO_NEVER) {
            return FO_MODE_MAINTENANCE;
        }
    }
    return engine->policy.drill ? FO_MODE_DRILL : FO_MODE_NORMAL;
}

/* The worst of the services; never better than degraded while class 2 has an incident open. */
static uint8_t state_of(const struct fo_engine *engine, const struct fo_view *view)
{
    uint8_t worst = FO_STATE_OK;
    bool unknown = engine->policy.service_count == 0;
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        uint8_t state = view->services[i].state;
        unknown = unknown || state == FO_STATE_UNKNOWN;
        worst = state > worst ? state : worst;
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && incident->class2 &&
            incident->severity < FO_SEVERITY_INFORMATION && worst == FO_STATE_OK) {
            worst = FO_STATE_DEGRADED;
        }
    }
    return worst == FO_STATE_OK && unknown ? FO_STATE_UNKNOWN : worst;
}

static fo_us last_switch_age(const struct fo_engine *engine, fo_us now_us)
{
    fo_us last_us = FO_NEVER;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fo_us at_us = engine->switched_us[i];
        bool first = at_us == engine->first_us[i]; /* nobody served before: nothing was moved */
        if (at_us != FO_NEVER && !first && (last_us == FO_NEVER || at_us > last_us)) {
            last_us = at_us;
        }
    }
    return age_of(last_us, now_us);
}

void fo_view_fill(const struct fo_engine *engine, fo_us now_us, struct fo_view *view)
{
    FO_ASSERT(engine->booted);
    FO_ASSERT(now_us >= engine->now_us);
    memset(view, 0, sizeof *view);
    view->now_us = now_us;
    view->mode = mode_of(engine);
    view->warm = now_us >= engine->warm_us;
    view->plan_step = engine->plan.step;
    view->plan_target = engine->plan.step == FO_PLAN_NONE ? FO_NONE : engine->plan.target;
    view->contacts_cut = fo_condition_holds(engine, FO_REASON_CONTACTS_CUT,
                                            (struct fo_subject){.kind = FO_SUBJECT_SITE});
    view->away = engine->duty.away;
    memcpy(view->stations, engine->self.stations, sizeof view->stations);
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        view->on_duty[i] = fo_roster_role(engine, i);
    }
    view->last_switchover_age_us = last_switch_age(engine, now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fill_service(engine, i, view);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fill_server(engine, i, view);
    }
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        fill_line(engine, i, view);
    }
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        fo_view_device(engine, i, now_us, &view->devices[i]);
    }
    view->stage_count = engine->policy.stage_count;
    view->shed_armed = engine->policy.shed_armed;
    view->mains_lost_us = engine->mains.lost ? now_us - engine->mains.lost_us : FO_NEVER;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        fo_view_stage(engine, i, now_us, &view->stages[i]);
    }
    fo_view_restore(engine, &view->restore);
    fill_incidents(engine, view);
    fill_attempts(engine, view);
    fill_standing_blocks(engine, view);
    fill_switch_blocks(engine, view);
    view->acting = view->warm && !engine->self.frozen && !engine->inhibit.hold &&
                   engine->inhibit.maintenance_us[FO_MAINTENANCE_SITE] == FO_NEVER;
    view->state = state_of(engine, view);
}
