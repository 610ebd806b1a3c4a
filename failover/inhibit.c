/* SPDX-License-Identifier: Apache-2.0 */
/* The promotion checks (see inhibit.h; DESIGN section 5). Each has a number and a reason, and all
 * are always evaluated, so that the journal tells the whole picture and not only the first no. */
#include "failover/inhibit.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/supply.h"
#include "failover/verdict.h"
#include "failover/window.h"

#define REPEAT_US (20 * FO_SECOND) /* between two choices of the same server when nobody holds */

void fo_inhibit_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        engine->inhibit.maintenance_us[i] = FO_NEVER;
        engine->inhibit.overrun_us[i] = FO_NEVER;
    }
    engine->inhibit.hold = false;
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        engine->switches[i] = (struct fo_switch_note){.at_us = FO_NEVER};
    }
    engine->switch_next = 0;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        engine->switched_us[i] = FO_NEVER;
        engine->first_us[i] = FO_NEVER;
    }
}

static bool is_ordered(const struct fo_need *need)
{
    return need->cause == FO_REASON_OPERATOR_ORDER;
}

/* The other server is heard not to hold (had it said so to us, it would have been adopted), through
 * its peer too, or the peer has not heard it either. */
static bool nobody_holds(const struct fo_engine *engine, unsigned other)
{
    const struct fo_server *server = &engine->servers[other];
    return server->hearing == FO_HEARING_WELL ||
           (server->hearing == FO_HEARING_PATH &&
            (server->claim == FO_CLAIM_NONE || fo_verdict_is_deaf(engine, other))) ||
           fo_verdict_peer_confirms(engine, other);
}

static uint16_t check_witnesses(const struct fo_engine *engine, const struct fo_need *need)
{
    if (fo_agentless(engine) && need->cause == FO_REASON_SERVER_DEAD) {
        return engine->servers[need->from].hearing == FO_HEARING_DEAD
                   ? 0
                   : FO_REASON_BLOCKED_ONE_WITNESS;
    }
    switch (need->cause) {
        case FO_REASON_SERVER_DEAD:
            return fo_monitor_verdict_dead(&engine->monitor, (enum fo_voter)need->from,
                                           engine->now_us)
                       ? 0
                       : FO_REASON_BLOCKED_ONE_WITNESS;
        case FO_REASON_MONITOR_RESTARTED:
            return nobody_holds(engine, 1U - need->target) ? 0 : FO_REASON_BLOCKED_ONE_WITNESS;
        default:
            return 0; /* its own statement, its UPS's, or a person's */
    }
}

static uint16_t check_grant(const struct fo_engine *engine, const struct fo_need *need)
{
    const struct fo_voter_state *voter = &engine->monitor.voter;
    const struct fo_heard *heard = &voter->heard[need->target];
    if (fo_agentless(engine)) {
        return 0; /* no lease to be had: the proof stands in for it */
    }
    bool obtainable = voter->clock_well && voter->vote != FO_VOTE_ABSTAIN &&
                      heard->last_us != FO_NEVER && heard->beat.lease_us == voter->params.lease_us;
    return obtainable ? 0 : FO_REASON_BLOCKED_GRANT;
}

static uint16_t check_standby(const struct fo_engine *engine, const struct fo_need *need)
{
    const struct fo_server *target = &engine->servers[need->target];
    if (target->hearing != FO_HEARING_WELL) {
        return FO_REASON_BLOCKED_NO_STANDBY;
    }
    if (fo_agentless(engine)) {
        return 0; /* what is known of its health is the service's, which is to be brought back */
    }
    bool unsure = need->planned && target->health != FO_HEALTH_OK;
    return fo_verdict_is_ready(engine, need->target) && !unsure
               ? 0
               : FO_REASON_BLOCKED_STANDBY_UNHEALTHY;
}

static uint16_t check_power(const struct fo_engine *engine, const struct fo_need *need)
{
    enum fo_supply supply = fo_supply_set(engine, engine->policy.servers[need->target].power);
    /* beside a dead server, minutes on a dying battery are better than nothing */
    bool powered = supply < FO_SUPPLY_DYING || (supply == FO_SUPPLY_DYING && !need->planned);
    return powered ? 0 : FO_REASON_BLOCKED_STANDBY_UNPOWERED;
}

static uint16_t check_position(const struct fo_engine *engine, const struct fo_need *need)
{
    if (engine->policy.position_bound == 0 || need->from == FO_NONE) {
        return 0;
    }
    if (is_ordered(need) && !need->planned) {
        return 0; /* nobody serves, and two persons know that the newest data may be lost */
    }
    uint64_t ahead = engine->servers[need->from].position;
    uint64_t behind = engine->servers[need->target].position;
    return ahead > behind && ahead - behind > engine->policy.position_bound
               ? FO_REASON_BLOCKED_POSITION
               : 0;
}

/* Somebody works on what runs on the servers: that it stops is no reason to move it. */
static bool is_service_worked_on(const struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        if (engine->policy.services[i].needs_server &&
            fo_window_holds(engine, fo_subject_of(FO_SUBJECT_SERVICE, i))) {
            return true;
        }
    }
    return false;
}

static uint16_t check_maintenance(const struct fo_engine *engine, const struct fo_need *need)
{
    const struct fo_inhibit *inhibit = &engine->inhibit;
    bool target = inhibit->maintenance_us[need->target] != FO_NEVER ||
                  inhibit->overrun_us[need->target] != FO_NEVER;
    bool site = inhibit->maintenance_us[FO_MAINTENANCE_SITE] != FO_NEVER ||
                inhibit->overrun_us[FO_MAINTENANCE_SITE] != FO_NEVER;
    bool service = need->cause == FO_REASON_SERVICE_FAILED && is_service_worked_on(engine);
    return target || service || (site && !is_ordered(need)) ? FO_REASON_BLOCKED_MAINTENANCE : 0;
}

/* ---- the block period ----------------------------------------------------------------------- */

static fo_us hour_full_us(const struct fo_engine *engine)
{
    unsigned count = 0;
    fo_us first_us = FO_NEVER;
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        const struct fo_switch_note *note = &engine->switches[i];
        if (note->at_us != FO_NEVER && engine->now_us - note->at_us < FO_HOUR) {
            count++;
            first_us = note->at_us < first_us ? note->at_us : first_us;
        }
    }
    if (engine->policy.switchovers_per_hour == 0) {
        return engine->now_us + FO_HOUR; /* this site moves nothing without a person */
    }
    return count >= engine->policy.switchovers_per_hour ? first_us + FO_HOUR : FO_NEVER;
}

static fo_us same_cause_us(const struct fo_engine *engine, uint16_t cause)
{
    fo_us until_us = FO_NEVER;
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        const struct fo_switch_note *note = &engine->switches[i];
        if (note->at_us != FO_NEVER && note->cause == cause &&
            engine->now_us - note->at_us < engine->policy.block_us &&
            (until_us == FO_NEVER || note->at_us + engine->policy.block_us > until_us)) {
            until_us = note->at_us + engine->policy.block_us;
        }
    }
    return until_us;
}

fo_us fo_inhibit_period_us(const struct fo_engine *engine, const struct fo_need *need)
{
    fo_us hour_us = hour_full_us(engine);
    if (hour_us != FO_NEVER) {
        return hour_us;
    }
    fo_us until_us = same_cause_us(engine, need->cause);
    fo_us healthy_us = engine->servers[need->target].healthy_us;
    bool settled =
        healthy_us != FO_NEVER && engine->now_us - healthy_us >= engine->policy.settled_us;
    /* while nobody serves another move is worth it, if the server that takes over is not shaky */
    bool dark = need->cause == FO_REASON_SERVER_DEAD || need->cause == FO_REASON_SERVICE_FAILED ||
                need->cause == FO_REASON_SERVER_DEAF;
    return dark && settled ? FO_NEVER : until_us;
}

fo_us fo_inhibit_blocked_us(const struct fo_engine *engine, unsigned target)
{
    fo_us latest_us = FO_NEVER;
    FO_ASSERT(target < FO_SERVERS);
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        const struct fo_switch_note *note = &engine->switches[i];
        if (note->at_us == FO_NEVER) {
            continue;
        }
        struct fo_need need = {
            .cause = note->cause, .from = (uint8_t)(1 - target), .target = (uint8_t)target};
        fo_us until_us = fo_inhibit_period_us(engine, &need);
        if (until_us != FO_NEVER && (latest_us == FO_NEVER || until_us > latest_us)) {
            latest_us = until_us;
        }
    }
    return latest_us;
}

fo_us fo_inhibit_handed_us(const struct fo_engine *engine, unsigned target)
{
    FO_ASSERT(target < FO_SERVERS);
    if (!fo_condition_holds(engine, FO_REASON_SWITCHOVER_FAILED,
                            fo_subject_of(FO_SUBJECT_SERVER, target))) {
        return FO_NEVER;
    }
    fo_us at_us = engine->switched_us[target];
    return at_us != FO_NEVER && engine->now_us - at_us < engine->policy.settled_us
               ? at_us + engine->policy.settled_us
               : FO_NEVER;
}

/* Nobody holds: there is no old server to protect, only a choice that must not be made in a loop.
 */
static bool is_repeated(const struct fo_engine *engine, const struct fo_need *need)
{
    fo_us at_us = engine->first_us[need->target];
    return at_us != FO_NEVER && engine->now_us - at_us < REPEAT_US;
}

static uint16_t check_period(const struct fo_engine *engine, const struct fo_need *need)
{
    if (is_ordered(need)) {
        return 0;
    }
    if (need->cause == FO_REASON_MONITOR_RESTARTED) {
        return is_repeated(engine, need) ? FO_REASON_BLOCKED_PERIOD : 0;
    }
    bool blocked = fo_inhibit_handed_us(engine, need->target) != FO_NEVER ||
                   fo_inhibit_period_us(engine, need) != FO_NEVER;
    return blocked ? FO_REASON_BLOCKED_PERIOD : 0;
}

void fo_inhibit_note(struct fo_engine *engine, const struct fo_need *need)
{
    FO_ASSERT(engine->switch_next < FO_SWITCHES_KEPT);
    FO_ASSERT(need->target < FO_SERVERS);
    engine->switched_us[need->target] = engine->now_us;
    fo_durable(engine);
    if (need->cause == FO_REASON_MONITOR_RESTARTED) {
        engine->first_us[need->target] = engine->now_us;
        return;
    }
    if (is_ordered(need)) {
        return;
    }
    engine->switches[engine->switch_next] = (struct fo_switch_note){
        .at_us = engine->now_us, .cause = need->cause, .from = need->from, .target = need->target};
    engine->switch_next = (uint8_t)((engine->switch_next + 1) % FO_SWITCHES_KEPT);
}

/* ---- ourselves ------------------------------------------------------------------------------- */

static uint16_t check_monitor(const struct fo_engine *engine)
{
    if (engine->self.frozen) {
        return FO_REASON_BLOCKED_ASSERTION;
    }
    return engine->self.clock_unwell || engine->now_us < engine->monitor.quiet_until_us
               ? FO_REASON_BLOCKED_MONITOR_UNWELL
               : 0;
}

bool fo_inhibit_needs_fence(const struct fo_engine *engine, const struct fo_need *need)
{
    /* a server that is heard, and says that it does not serve, needs no proof; one without an agent
     * says nothing */
    return need->from != FO_NONE && engine->policy.servers[need->from].fence_required &&
           (fo_agentless(engine) || !fo_server_is_heard(engine, need->from));
}

static uint16_t check_fence(const struct fo_engine *engine, const struct fo_need *need)
{
    if (!fo_inhibit_needs_fence(engine, need)) {
        return 0;
    }
    if (!engine->policy.servers[need->from].fence_available) {
        return FO_REASON_BLOCKED_FENCE_PROOF;
    }
    return engine->self.journal_dead ? FO_REASON_BLOCKED_JOURNAL : 0;
}

bool fo_inhibit_check(const struct fo_engine *engine, const struct fo_need *need,
                      uint16_t failed[FO_CHECKS])
{
    FO_ASSERT(need->cause != FO_REASON_NONE && need->target < FO_SERVERS);
    FO_ASSERT(need->from == FO_NONE || need->from == 1 - need->target);
    failed[FO_CHECK_NONE] = 0;
    failed[FO_CHECK_WITNESSES] = check_witnesses(engine, need);
    failed[FO_CHECK_GRANT] = check_grant(engine, need);
    failed[FO_CHECK_STANDBY] = check_standby(engine, need);
    failed[FO_CHECK_POWER] = check_power(engine, need);
    failed[FO_CHECK_POSITION] = check_position(engine, need);
    failed[FO_CHECK_MAINTENANCE] = check_maintenance(engine, need);
    failed[FO_CHECK_HOLD] =
        engine->inhibit.hold && !is_ordered(need) ? FO_REASON_BLOCKED_OPERATOR_HOLD : 0;
    failed[FO_CHECK_PERIOD] = check_period(engine, need);
    failed[FO_CHECK_MONITOR] = check_monitor(engine);
    failed[FO_CHECK_NETWORK] = fo_network_is_cut(engine) ? FO_REASON_BLOCKED_OWN_NETWORK : 0;
    failed[FO_CHECK_WARM] = engine->now_us < engine->warm_us ? FO_REASON_BLOCKED_WARM_UP : 0;
    failed[FO_CHECK_FENCE] = check_fence(engine, need);
    for (unsigned i = 0; i < FO_CHECKS; i++) {
        if (failed[i] != 0) {
            return false;
        }
    }
    return true;
}

/* ---- the end of a window ----------------------------------------------------------------------
 */

static bool is_device_well(const struct fo_engine *engine, unsigned index)
{
    const struct fo_device *device = &engine->devices[index];
    return device->communication.state == FO_STATE_OK && !device->on_battery && device->signs == 0;
}

/* What was worked on is as it should be: each server in question is heard and well, a line carries,
 * a device answers without a sign of trouble, a service answers. */
static bool is_finished(const struct fo_engine *engine, unsigned scope)
{
    struct fo_subject subject = fo_window_subject(scope);
    if (subject.kind == FO_SUBJECT_LINE) {
        return engine->lines[subject.index].state == FO_STATE_OK ||
               engine->lines[subject.index].state == FO_STATE_DEGRADED;
    }
    if (subject.kind == FO_SUBJECT_SERVICE) {
        return engine->services[subject.index].state == FO_STATE_OK ||
               engine->services[subject.index].state == FO_STATE_DEGRADED;
    }
    if (subject.kind == FO_SUBJECT_DEVICE) {
        return is_device_well(engine, subject.index);
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        bool asked = scope == i || scope == FO_MAINTENANCE_SITE;
        if (asked && !fo_verdict_is_ready(engine, i)) {
            return false;
        }
    }
    return true;
}

static void window_ends(struct fo_engine *engine, unsigned scope)
{
    engine->inhibit.maintenance_us[scope] = FO_NEVER;
    fo_note(engine, FO_REASON_MODE_CHANGED, FO_REASON_BLOCKED_MAINTENANCE, fo_window_subject(scope),
            0, 0);
    if (engine->policy.overrun_us > 0 && !is_finished(engine, scope)) {
        engine->inhibit.overrun_us[scope] = engine->now_us + engine->policy.overrun_us;
    }
    fo_durable(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
}

/* The window is over and the work is not: still nothing automatic towards it, and people hear of
 * it; until it is well, or nobody can be waited for any longer. */
static fo_us run_overrun(struct fo_engine *engine, unsigned scope)
{
    fo_us *until_us = &engine->inhibit.overrun_us[scope];
    bool over = *until_us != FO_NEVER && !is_finished(engine, scope);
    if (*until_us != FO_NEVER && (!over || *until_us <= engine->now_us)) {
        *until_us = FO_NEVER;
        fo_durable(engine);
        fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    }
    fo_condition_set(engine, FO_REASON_MAINTENANCE_OVERRUN, fo_window_subject(scope), over);
    return *until_us != FO_NEVER ? engine->now_us + FO_SECOND : FO_NEVER;
}

/* What was information while somebody worked on it is no longer, when nobody does: it is told. */
static void weigh_anew(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        struct fo_subject server = fo_subject_of(FO_SUBJECT_SERVER, i);
        fo_condition_weigh(engine, FO_REASON_SERVER_DEAD, server);
        fo_condition_weigh(engine, FO_REASON_SERVER_UNREACHABLE, server);
    }
    fo_condition_weigh(engine, FO_REASON_REDUNDANCY_LOST, fo_subject_of(FO_SUBJECT_SITE, 0));
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        unsigned place = fo_window_place(incident->subject);
        if (incident->state == FO_INCIDENT_OPEN && incident->active && !incident->drill &&
            place >= FO_WINDOW_LINE && place < FO_WINDOWS) {
            fo_condition_weigh(engine, incident->cause, incident->subject);
        }
    }
}

fo_us fo_inhibit_run(struct fo_engine *engine)
{
    fo_us due_us = FO_NEVER;
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        if (engine->inhibit.maintenance_us[i] <= engine->now_us) {
            window_ends(engine, i);
        }
        fo_us until_us = engine->inhibit.maintenance_us[i];
        fo_us overrun_us = run_overrun(engine, i);
        due_us = until_us < due_us ? until_us : due_us;
        due_us = overrun_us < due_us ? overrun_us : due_us;
    }
    weigh_anew(engine);
    return due_us;
}
