/* SPDX-License-Identifier: Apache-2.0 */
/* What must survive a crash: incidents, attempts, the plan, blocks, holds, epochs, outage clocks
 * (see snapshot.h and the [durable] marks of engine_state.h). Damaged bytes are refused as a whole.
 */
#include "failover/snapshot.h"

#include "failover/assert.h"
#include "failover/engine.h"

#define MAGIC 0x48534f4eU /* "NOSH" */
#define VERSION 1
#define SUM_SIZE 8

/* ---- the walk -------------------------------------------------------------------------------- */

static void walk_key(struct fo_codec *codec, struct fo_key *key)
{
    FO_FIELD(codec, key->boot);
    FO_FIELD(codec, key->sequence);
}

static void walk_subject(struct fo_codec *codec, struct fo_subject *subject)
{
    FO_FIELD(codec, subject->kind);
    FO_FIELD(codec, subject->index);
}

static void walk_device(struct fo_codec *codec, struct fo_device *device)
{
    fo_codec_bool(codec, &device->on_battery);
    fo_codec_bool(codec, &device->dying);
    fo_codec_instant(codec, &device->outage_us);
    FO_FIELD(codec, device->runtime_us);
    fo_codec_instant(codec, &device->runtime_at_us);
}

static void walk_plan(struct fo_codec *codec, struct fo_plan *plan)
{
    FO_FIELD(codec, plan->step);
    FO_FIELD(codec, plan->cause);
    FO_FIELD(codec, plan->from);
    FO_FIELD(codec, plan->target);
    FO_FIELD(codec, plan->person);
    fo_codec_bool(codec, &plan->planned);
    fo_codec_bool(codec, &plan->intent);
    fo_codec_bool(codec, &plan->unjournalled);
    fo_codec_bool(codec, &plan->released);
    fo_codec_bool(codec, &plan->undo);
    fo_codec_bool(codec, &plan->emit);
    walk_key(codec, &plan->key);
    fo_codec_instant(codec, &plan->started_us);
    fo_codec_instant(codec, &plan->deadline_us);
    FO_FIELD(codec, plan->epoch);
}

static void walk_incident(struct fo_codec *codec, struct fo_incident *incident)
{
    FO_FIELD(codec, incident->state);
    if (incident->state == FO_INCIDENT_FREE) {
        return;
    }
    FO_FIELD(codec, incident->number);
    FO_FIELD(codec, incident->severity);
    FO_FIELD(codec, incident->epoch);
    FO_FIELD(codec, incident->cause);
    walk_subject(codec, &incident->subject);
    FO_FIELD(codec, incident->did);
    fo_codec_instant(codec, &incident->opened_us);
    FO_FIELD(codec, incident->opened_wall_ms);
    fo_codec_bool(codec, &incident->active);
    fo_codec_bool(codec, &incident->drill);
    fo_codec_bool(codec, &incident->class2);
    fo_codec_bool(codec, &incident->fresh);
    fo_codec_instant(codec, &incident->clear_us);
    fo_codec_instant(codec, &incident->clean_us);
    fo_codec_instant(codec, &incident->closed_us);
    FO_FIELD(codec, incident->message);
    FO_FIELD(codec, incident->rung);
    FO_FIELD(codec, incident->loops);
    fo_codec_instant(codec, &incident->next_rung_us);
    FO_FIELD(codec, incident->acked_by);
    FO_FIELD(codec, incident->owned_by);
    fo_codec_instant(codec, &incident->ack_until_us);
    FO_FIELD(codec, incident->wanted);
    FO_FIELD(codec, incident->paged);
    FO_FIELD(codec, incident->acked);
    FO_FIELD(codec, incident->refused);
    FO_FIELD(codec, incident->recovering);
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        FO_FIELD(codec, incident->accepted[i]);
    }
    FO_FIELD(codec, incident->child_count);
    for (unsigned i = 0; i < incident->child_count && i < FO_CHILDREN_MAX; i++) {
        FO_FIELD(codec, incident->children[i].cause);
        walk_subject(codec, &incident->children[i].subject);
        fo_codec_bool(codec, &incident->children[i].open);
        fo_codec_instant(codec, &incident->children[i].since_us);
    }
}

static void walk_attempt(struct fo_codec *codec, struct fo_attempt *attempt)
{
    FO_FIELD(codec, attempt->state);
    if (attempt->state == FO_ATTEMPT_FREE) {
        return;
    }
    FO_FIELD(codec, attempt->slot);
    FO_FIELD(codec, attempt->used);
    fo_codec_bool(codec, &attempt->emit);
    fo_codec_bool(codec, &attempt->ladder);
    FO_FIELD(codec, attempt->notify.incident);
    FO_FIELD(codec, attempt->notify.epoch);
    FO_FIELD(codec, attempt->notify.rung);
    FO_FIELD(codec, attempt->notify.person);
    FO_FIELD(codec, attempt->notify.channel);
    FO_FIELD(codec, attempt->notify.message);
    FO_FIELD(codec, attempt->notify.attempt);
    fo_codec_bool(codec, &attempt->notify.resend);
    fo_codec_bool(codec, &attempt->notify.drill);
    walk_key(codec, &attempt->key);
    FO_FIELD(codec, attempt->order);
    fo_codec_instant(codec, &attempt->created_us);
    fo_codec_instant(codec, &attempt->result_us);
    fo_codec_instant(codec, &attempt->retry_us);
    fo_codec_instant(codec, &attempt->next_us);
}

static void walk_actions(struct fo_codec *codec, struct fo_engine *engine)
{
    FO_FIELD(codec, engine->route.active);
    FO_FIELD(codec, engine->route.wanted);
    walk_key(codec, &engine->route.key);
    fo_codec_instant(codec, &engine->route.deadline_us);
    walk_plan(codec, &engine->plan);
    walk_key(codec, &engine->after_fence);
    FO_FIELD(codec, engine->after_fence_server);
    fo_codec_instant(codec, &engine->after_fence_deadline_us);
    FO_FIELD(codec, engine->switch_next);
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        fo_codec_instant(codec, &engine->switches[i].at_us);
        FO_FIELD(codec, engine->switches[i].cause);
        FO_FIELD(codec, engine->switches[i].from);
        FO_FIELD(codec, engine->switches[i].target);
        fo_codec_bool(codec, &engine->switches[i].automatic);
    }
    for (unsigned i = 0; i <= FO_SERVERS; i++) {
        fo_codec_instant(codec, &engine->inhibit.maintenance_us[i]);
    }
    fo_codec_bool(codec, &engine->inhibit.hold);
}

void fo_snapshot_walk(struct fo_codec *codec, struct fo_engine *engine)
{
    FO_FIELD(codec, engine->active);
    FO_FIELD(codec, engine->monitor.epoch_seen);
    FO_FIELD(codec, engine->last_number);
    fo_codec_bool(codec, &engine->mains.lost);
    fo_codec_instant(codec, &engine->mains.lost_us);
    for (unsigned i = 0; i < FO_DEVICES_MAX; i++) {
        walk_device(codec, &engine->devices[i]);
    }
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        fo_codec_instant(codec, &engine->services[i].down_us);
        FO_FIELD(codec, engine->services[i].last_outage_us);
    }
    walk_actions(codec, engine);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        walk_incident(codec, &engine->incidents[i]);
    }
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        walk_attempt(codec, &engine->attempts[i]);
    }
}

/* ---- doors ----------------------------------------------------------------------------------- */

static void walk_header(struct fo_codec *codec, uint32_t *magic, uint16_t *version, fo_us *now_us,
                        fo_wall_ms *wall_ms)
{
    FO_FIELD(codec, *magic);
    FO_FIELD(codec, *version);
    FO_FIELD(codec, *now_us);
    FO_FIELD(codec, *wall_ms);
}

size_t fo_snapshot_encode(const struct fo_engine *engine, fo_us now_us, fo_wall_ms wall_ms,
                          uint8_t *bytes)
{
    struct fo_codec codec = {
        .mode = FO_CODEC_WRITE, .out = bytes, .length = FO_SNAPSHOT_MAX - SUM_SIZE};
    uint32_t magic = MAGIC;
    uint16_t version = VERSION;
    FO_ASSERT(bytes != NULL);
    walk_header(&codec, &magic, &version, &now_us, &wall_ms);
    /* the walk writes to its engine only when it reads bytes */
    fo_snapshot_walk(&codec, (struct fo_engine *)(uintptr_t)engine);
    uint64_t sum = fo_codec_sum(bytes, codec.at);
    codec.length = FO_SNAPSHOT_MAX;
    FO_FIELD(&codec, sum);
    return codec.at;
}

static bool is_index(uint8_t index, unsigned count)
{
    return index == FO_NONE || index < count;
}

static bool is_subject(const struct fo_policy *policy, struct fo_subject subject)
{
    switch (subject.kind) {
        case FO_SUBJECT_DEVICE:
            return subject.index < policy->device_count;
        case FO_SUBJECT_SERVER:
            return subject.index < FO_SERVERS;
        case FO_SUBJECT_LINE:
            return subject.index < policy->line_count;
        case FO_SUBJECT_SERVICE:
            return subject.index < policy->service_count;
        case FO_SUBJECT_CHANNEL:
            return subject.index < policy->channel_count;
        default:
            return subject.kind < FO_SUBJECT_KINDS && subject.index == 0;
    }
}

static bool is_incident(const struct fo_engine *engine, const struct fo_incident *incident)
{
    const struct fo_policy *policy = &engine->policy;
    bool fits = incident->state < FO_INCIDENT_STATES && incident->child_count <= FO_CHILDREN_MAX &&
                fo_reason_is_cause(incident->cause) && is_subject(policy, incident->subject) &&
                incident->severity >= 1 && incident->severity <= 4 && incident->epoch >= 1 &&
                incident->message < FO_MESSAGES && incident->number >= 1 &&
                incident->number <= engine->last_number &&
                is_index(incident->acked_by, policy->person_count) &&
                is_index(incident->owned_by, policy->person_count) &&
                (incident->state == FO_INCIDENT_OPEN || !incident->active) &&
                incident->active == (incident->clear_us == FO_NEVER);
    for (unsigned i = 0; fits && i < incident->child_count; i++) {
        fits = fo_reason_is_cause(incident->children[i].cause) &&
               is_subject(policy, incident->children[i].subject);
    }
    return fits;
}

static bool is_attempt(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    const struct fo_policy *policy = &engine->policy;
    return attempt->state < FO_ATTEMPT_STATES && attempt->slot < FO_INCIDENTS_MAX &&
           attempt->notify.person < policy->person_count &&
           attempt->notify.channel < policy->channel_count &&
           attempt->notify.message < FO_MESSAGES && attempt->key.sequence != 0 &&
           (attempt->state != FO_ATTEMPT_QUEUED || attempt->result_us != FO_NEVER) &&
           (attempt->state != FO_ATTEMPT_RETRY || attempt->retry_us != FO_NEVER) &&
           (!attempt->notify.drill || policy->persons[attempt->notify.person].drill);
}

static bool is_plan(const struct fo_plan *plan)
{
    return plan->step == FO_PLAN_NONE ||
           (plan->step < FO_PLAN_STEPS && plan->target < FO_SERVERS &&
            (plan->from == FO_NONE || plan->from == 1 - plan->target) && plan->key.sequence != 0 &&
            plan->deadline_us != FO_NEVER && (plan->step > FO_PLAN_DRAIN || plan->from != FO_NONE));
}

/* Everything the bytes name is of this policy, and no law of the engine is broken by it. */
static bool is_believable(const struct fo_engine *engine)
{
    const struct fo_policy *policy = &engine->policy;
    bool fits = is_index(engine->active, FO_SERVERS) && is_plan(&engine->plan) &&
                is_index(engine->route.active, policy->line_count) &&
                is_index(engine->route.wanted, policy->line_count) &&
                (engine->route.active != FO_NONE || engine->route.wanted == FO_NONE) &&
                engine->mains.lost == (engine->mains.lost_us != FO_NEVER) &&
                engine->switch_next < FO_SWITCHES_KEPT &&
                (engine->after_fence.sequence == 0 || engine->after_fence_server < FO_SERVERS);
    for (unsigned i = 0; fits && i < FO_DEVICES_MAX; i++) {
        const struct fo_device *device = &engine->devices[i];
        fits = (i < policy->device_count || !device->on_battery) &&
               device->on_battery == (device->outage_us != FO_NEVER) && device->runtime_us >= 0;
    }
    for (unsigned i = 0; fits && i < FO_INCIDENTS_MAX; i++) {
        fits = engine->incidents[i].state == FO_INCIDENT_FREE ||
               is_incident(engine, &engine->incidents[i]);
    }
    for (unsigned i = 0; fits && i < FO_ATTEMPTS_MAX; i++) {
        fits = engine->attempts[i].state == FO_ATTEMPT_FREE ||
               is_attempt(engine, &engine->attempts[i]);
    }
    return fits;
}

bool fo_snapshot_decode(struct fo_engine *engine, const uint8_t *bytes, size_t length)
{
    struct fo_engine before = *engine;
    uint32_t magic = 0;
    uint16_t version = 0;
    FO_ASSERT(!engine->booted);
    if (length <= SUM_SIZE || length > FO_SNAPSHOT_MAX) {
        return false;
    }
    struct fo_codec tail = {
        .mode = FO_CODEC_READ, .in = bytes, .length = length, .at = length - SUM_SIZE};
    uint64_t sum = 0;
    FO_FIELD(&tail, sum);
    if (sum != fo_codec_sum(bytes, length - SUM_SIZE)) {
        return false;
    }
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = bytes, .length = length - SUM_SIZE};
    walk_header(&codec, &magic, &version, &engine->saved_us, &engine->saved_wall_ms);
    if (magic == MAGIC && version == VERSION && !codec.bad) {
        fo_snapshot_walk(&codec, engine);
        if (!codec.bad && codec.at == codec.length && is_believable(engine)) {
            return true;
        }
    }
    *engine = before;
    return false;
}

void fo_snapshot_carry(struct fo_engine *engine)
{
    fo_wall_ms passed_ms = engine->wall_ms - engine->saved_wall_ms;
    FO_ASSERT(engine->saved_us != FO_NEVER);
    passed_ms = passed_ms > 0 ? passed_ms : 0;
    struct fo_codec codec = {
        .mode = FO_CODEC_SHIFT,
        .shift_us = engine->now_us - engine->saved_us - passed_ms * FO_MS,
    };
    fo_snapshot_walk(&codec, engine);
}
