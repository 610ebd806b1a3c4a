/* SPDX-License-Identifier: Apache-2.0 */
/* State of the services (see service.h). A probe through the service address is the best witness;
 * before it has made up its mind the lease says whether anybody serves at all. */
#include "failover/service.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/supply.h"

#define CONFIRM_US                                                                 \
    (2 * FO_SECOND) /* nobody holds: a lapse or a takeover may be over in a moment \
                     */

void fo_service_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        engine->services[i] = (struct fo_service){
            .reason = FO_REASON_NOT_READ_YET, .good_us = FO_NEVER, .down_us = FO_NEVER};
        fo_source_init(&engine->services[i].check);
    }
}

static struct fo_subject subject_of(unsigned service)
{
    return fo_subject_of(FO_SUBJECT_SERVICE, service);
}

/* It answers, and says that it is at its limit. Believed after as many in a row as make it down,
 * and as many good ones as make it well end it. A switchover would not help, so no verdict reads
 * this. */
static void note_load(struct fo_engine *engine, const struct fo_probe *probe)
{
    struct fo_service *service = &engine->services[probe->index];
    const struct fo_health_policy *policy = &engine->policy.services[probe->index].check;
    bool busy = probe->ok && probe->reason == FO_REASON_OVERLOADED;
    if (!probe->ok || busy == service->overloaded) {
        service->load_run = 0;
        return;
    }
    service->load_run++;
    if (service->load_run >= (busy ? policy->bad_of : policy->good_run)) {
        service->overloaded = busy;
        service->load_run = 0;
        fo_condition_set(engine, FO_REASON_SERVICE_OVERLOADED, subject_of(probe->index), busy);
    }
}

void fo_service_probe(struct fo_engine *engine, const struct fo_probe *probe)
{
    FO_ASSERT(probe->index < engine->policy.service_count);
    if (probe->quality == FO_ABSENT) {
        return;
    }
    struct fo_service *service = &engine->services[probe->index];
    const struct fo_health_policy *policy = &engine->policy.services[probe->index].check;
    uint8_t before = service->check.state;
    if (fo_source_sample(&service->check, policy, probe->ok, engine->now_us)) {
        fo_network_source(engine, before, service->check.state);
        fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    }
    if (probe->ok) {
        service->good_us = engine->now_us;
    }
    note_load(engine, probe);
    fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + probe->index,
                    fo_service_run(engine, probe->index));
    if (engine->plan.step == FO_PLAN_VERIFY) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    }
}

void fo_service_forget(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        uint8_t before = engine->services[i].check.state;
        fo_source_forget(&engine->services[i].check);
        fo_network_source(engine, before, FO_STATE_UNKNOWN);
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
}

/* ---- evidence -------------------------------------------------------------------------------- */

/* Since when nobody serves, as far as the lease tells; FO_NEVER when somebody does or it cannot
 * be told. */
static fo_us unserved_us(const struct fo_engine *engine)
{
    if (engine->now_us < engine->warm_us || engine->active == FO_NONE) {
        return FO_NEVER;
    }
    const struct fo_server *server = &engine->servers[engine->active];
    bool released = fo_server_is_heard(engine, engine->active) && server->claim != FO_CLAIM_HOLD;
    if (!released && server->hearing != FO_HEARING_DEAD) {
        return FO_NEVER;
    }
    return server->held_us != FO_NEVER ? server->held_us : engine->now_us;
}

/* Since when that is known: an answer newer than this is somebody's after all. */
static fo_us known_us(const struct fo_engine *engine)
{
    FO_ASSERT(engine->active < FO_SERVERS);
    const struct fo_server *server = &engine->servers[engine->active];
    return server->hearing == FO_HEARING_DEAD ? server->hearing_us : server->claim_us;
}

/* Of a line that was down and is not known any more the alarm still stands: it counts as lost. */
static uint8_t judge_lines(const struct fo_engine *engine, uint64_t lines, bool *lost)
{
    unsigned down = 0;
    unsigned up = 0;
    unsigned all = 0;
    *lost = false;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        if ((lines >> i & 1) == 0) {
            continue;
        }
        uint8_t state = engine->lines[i].state;
        all++;
        down += state == FO_STATE_DOWN ? 1 : 0;
        up += state == FO_STATE_OK || state == FO_STATE_DEGRADED ? 1 : 0;
        *lost = *lost || state == FO_STATE_DOWN ||
                fo_condition_holds(engine, FO_REASON_LINE_DOWN, fo_subject_of(FO_SUBJECT_LINE, i));
    }
    if (all == 0) {
        return FO_STATE_OK;
    }
    if (down == all) {
        return FO_STATE_DOWN;
    }
    return up > 0 ? FO_STATE_OK : FO_STATE_UNKNOWN; /* one down, one not known: not known */
}

/* Its check says that it is well; what it said before an outage ends none. */
static bool is_answered(const struct fo_service *service, const struct fo_service_policy *policy)
{
    return policy->checked && service->check.state == FO_STATE_OK &&
           (service->down_us == FO_NEVER || service->good_us > service->down_us);
}

/* Up, down or unknown, before anything that only degrades it. */
static uint8_t judge(const struct fo_engine *engine, unsigned index, uint16_t *reason, bool *lost)
{
    const struct fo_service *service = &engine->services[index];
    const struct fo_service_policy *policy = &engine->policy.services[index];
    fo_us gone_us = policy->needs_server ? unserved_us(engine) : FO_NEVER;
    bool answered = gone_us != FO_NEVER && policy->checked && service->good_us != FO_NEVER &&
                    service->good_us > known_us(engine) && service->check.state == FO_STATE_OK;
    uint8_t lines = judge_lines(engine, policy->needs_lines, lost);
    *reason = FO_REASON_NONE;
    if (policy->checked && service->check.state == FO_STATE_DOWN) {
        *reason = FO_REASON_SERVICE_DOWN;
        return FO_STATE_DOWN;
    }
    if (gone_us != FO_NEVER && !answered) {
        *reason = engine->servers[engine->active].hearing == FO_HEARING_DEAD
                      ? FO_REASON_SERVER_DEAD
                      : FO_REASON_SERVICE_DOWN;
        return FO_STATE_DOWN;
    }
    if (lines == FO_STATE_DOWN) {
        *reason = FO_REASON_LINES_ALL_DOWN;
        return FO_STATE_DOWN;
    }
    bool silent = lines == FO_STATE_UNKNOWN && *lost; /* and silence ends no outage */
    if (!silent && is_answered(service, policy)) {
        return FO_STATE_OK;
    }
    if (!silent && policy->needs_server && fo_server_serves(engine) &&
        engine->servers[engine->active].health != FO_HEALTH_FAILED) {
        return FO_STATE_OK;
    }
    if (!policy->needs_server && !policy->checked && lines != FO_STATE_UNKNOWN) {
        return FO_STATE_OK;
    }
    *reason = silent || service->check.stale ? FO_REASON_TOO_OLD : FO_REASON_NOT_READ_YET;
    return FO_STATE_UNKNOWN;
}

/* It answers; what of its strength is lost? */
static uint16_t degraded_by(const struct fo_engine *engine, unsigned index, bool line_lost)
{
    const struct fo_service_policy *policy = &engine->policy.services[index];
    struct fo_subject site = fo_subject_of(FO_SUBJECT_SITE, 0);
    if (engine->services[index].overloaded) {
        return FO_REASON_SERVICE_OVERLOADED;
    }
    if (policy->needs_server) {
        if (fo_condition_holds(engine, FO_REASON_REDUNDANCY_LOST, site)) {
            return FO_REASON_REDUNDANCY_LOST;
        }
        if (engine->active != FO_NONE &&
            fo_supply_set(engine, engine->policy.servers[engine->active].power) != FO_SUPPLY_GOOD) {
            return FO_REASON_UPS_ON_BATTERY;
        }
    }
    if (engine->mains.lost) {
        return FO_REASON_MAINS_LOST;
    }
    return line_lost ? FO_REASON_LINE_DOWN : FO_REASON_NONE;
}

/* ---- the outage clock ------------------------------------------------------------------------ */

static void go_down(struct fo_engine *engine, unsigned index)
{
    struct fo_service *service = &engine->services[index];
    const struct fo_service_policy *policy = &engine->policy.services[index];
    fo_us since_us = engine->now_us;
    fo_us gone_us = policy->needs_server ? unserved_us(engine) : FO_NEVER;
    since_us = gone_us < since_us ? gone_us : since_us;
    if (policy->checked && service->good_us != FO_NEVER) {
        /* the newest good answer of the service itself is the better witness */
        since_us = service->check.state == FO_STATE_DOWN || service->good_us > since_us
                       ? service->good_us
                       : since_us;
    }
    service->down_us = since_us;
    fo_durable(engine);
}

static void go_up(struct fo_engine *engine, unsigned index)
{
    struct fo_service *service = &engine->services[index];
    service->last_outage_us = engine->now_us - service->down_us;
    service->down_us = FO_NEVER;
    fo_note(engine, FO_REASON_SERVICE_RESTORED, 0, subject_of(index), service->last_outage_us, 0);
    fo_incident_did(engine, FO_REASON_SERVICE_DOWN, subject_of(index), FO_REASON_SERVICE_RESTORED);
    fo_condition_set(engine, FO_REASON_SERVICE_RTO_BREACHED, subject_of(index), false);
    fo_condition_set(engine, FO_REASON_SERVICE_RTO_HALF, subject_of(index), false);
    fo_condition_set(engine, FO_REASON_SERVICE_DOWN, subject_of(index), false);
    fo_durable(engine);
}

static bool reached(const struct fo_engine *engine, fo_us at_us, fo_us *due_us)
{
    if (engine->now_us >= at_us) {
        return true;
    }
    *due_us = at_us < *due_us ? at_us : *due_us;
    return false;
}

static fo_us run_outage(struct fo_engine *engine, unsigned index)
{
    const struct fo_service *service = &engine->services[index];
    fo_us rto_us = engine->policy.services[index].recovery_time_us;
    fo_us due_us = FO_NEVER;
    /* n of m is confirmation enough; and that all its lines are down is told to people now: one
     * page says both */
    bool proven =
        service->check.state == FO_STATE_DOWN || service->reason == FO_REASON_LINES_ALL_DOWN;
    if (proven || reached(engine, service->down_us + CONFIRM_US, &due_us)) {
        fo_condition_set(engine, FO_REASON_SERVICE_DOWN, subject_of(index), true);
    }
    if (rto_us <= 0) {
        return due_us;
    }
    if (reached(engine, service->down_us + rto_us, &due_us)) {
        fo_condition_set(engine, FO_REASON_SERVICE_RTO_BREACHED, subject_of(index), true);
    } else if (reached(engine, service->down_us + rto_us / 2, &due_us)) {
        fo_condition_set(engine, FO_REASON_SERVICE_RTO_HALF, subject_of(index), true);
    }
    return due_us;
}

fo_us fo_service_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_SERVICES_MAX);
    if (index >= engine->policy.service_count) {
        return FO_NEVER;
    }
    struct fo_service *service = &engine->services[index];
    const struct fo_health_policy *policy = &engine->policy.services[index].check;
    fo_us due_us = FO_NEVER;
    uint8_t before = service->check.state;
    if (before != FO_STATE_UNKNOWN) {
        if (fo_source_expire(&service->check, policy, engine->now_us)) {
            fo_network_source(engine, before, service->check.state);
            fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
        }
        due_us = fo_source_due(&service->check, policy);
    }
    bool line_lost = false;
    uint16_t reason = FO_REASON_NONE;
    uint8_t state = judge(engine, index, &reason, &line_lost);
    if (state == FO_STATE_OK) {
        reason = degraded_by(engine, index, line_lost);
        state = reason != FO_REASON_NONE ? FO_STATE_DEGRADED : FO_STATE_OK;
    }
    service->state = state;
    service->reason = reason;
    if (state == FO_STATE_DOWN && service->down_us == FO_NEVER) {
        go_down(engine, index);
    } else if ((state == FO_STATE_OK || state == FO_STATE_DEGRADED) &&
               service->down_us != FO_NEVER) {
        go_up(engine, index);
    }
    if (service->down_us != FO_NEVER) {
        fo_us outage_us = run_outage(engine, index);
        due_us = outage_us < due_us ? outage_us : due_us;
    }
    return due_us;
}
