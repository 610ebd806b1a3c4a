/* SPDX-License-Identifier: Apache-2.0 */
/* The durable state to bytes and back (see engine.h). Damaged bytes, another version, or names that
 * this policy does not have are refused as a whole; it never repairs. */
#include "failover/assert.h"
#include "failover/durable.h"
#include "failover/engine.h"

#define MAGIC 0x48534f4eU /* "NOSH" */
#define VERSION 10
#define SUM_SIZE 8

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
    fo_durable_walk(&codec, (struct fo_engine *)(uintptr_t)engine);
    uint64_t sum = fo_codec_sum(bytes, codec.at);
    codec.length = FO_SNAPSHOT_MAX;
    FO_FIELD(&codec, sum);
    return codec.at;
}

/* A length of time that sums can bear, or not known. */
static bool is_length(fo_us length_us)
{
    return length_us == FO_NEVER || (length_us >= 0 && length_us < FO_NEVER / 4);
}

static bool is_index(uint8_t index, unsigned count)
{
    return index == FO_NONE || index < count;
}

static bool is_of_persons(const struct fo_policy *policy, const struct fo_incident *incident)
{
    uint64_t persons = incident->wanted | incident->paged | incident->acked | incident->refused |
                       incident->recovering;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        persons |= incident->accepted[i];
    }
    return policy->person_count >= FO_PERSONS_MAX || persons >> policy->person_count == 0;
}

static bool are_branches(const struct fo_engine *engine, const struct fo_incident *incident)
{
    const struct fo_ladder *ladder = &engine->ladders[incident->ladder];
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        const struct fo_climb *climb = &incident->branches[i];
        if (!is_index(climb->rung, ladder->rung_count) ||
            (climb->rung != FO_NONE && ladder->rungs[climb->rung].branch != i) ||
            !is_index(climb->acked_by, engine->policy.person_count)) {
            return false;
        }
    }
    return true;
}

static bool are_ladders(const struct fo_engine *engine)
{
    bool fits = engine->ladder < FO_LADDERS_MAX;
    for (unsigned i = 0; i < FO_LADDERS_MAX; i++) {
        const struct fo_ladder *ladder = &engine->ladders[i];
        fits = fits && ladder->rung_count <= FO_RUNGS_MAX;
        for (unsigned j = 0; fits && j < ladder->rung_count; j++) {
            fits = ladder->rungs[j].branch < FO_BRANCHES_MAX && ladder->rungs[j].wait_us > 0;
        }
    }
    return fits;
}

static bool is_incident(const struct fo_engine *engine, const struct fo_incident *incident)
{
    const struct fo_policy *policy = &engine->policy;
    bool fits = incident->state < FO_INCIDENT_STATES && incident->child_count <= FO_CHILDREN_MAX &&
                fo_reason_is_cause(incident->cause) && fo_policy_has(policy, incident->subject) &&
                incident->severity >= 1 && incident->severity <= 4 && incident->epoch >= 1 &&
                incident->message < FO_MESSAGES && incident->number >= 1 &&
                is_of_persons(policy, incident) && incident->ladder < FO_LADDERS_MAX &&
                are_branches(engine, incident) && incident->number <= engine->last_number &&
                is_index(incident->owned_by, policy->person_count) &&
                (incident->state == FO_INCIDENT_OPEN || !incident->active) &&
                (incident->state == FO_INCIDENT_OPEN || incident->closed_us != FO_NEVER) &&
                incident->active == (incident->clear_us == FO_NEVER);
    for (unsigned i = 0; fits && i < incident->child_count; i++) {
        fits = fo_reason_is_cause(incident->children[i].cause) &&
               fo_policy_has(policy, incident->children[i].subject);
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
           (attempt->state != FO_ATTEMPT_HELD || attempt->result_us != FO_NEVER) &&
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

/* A stage that has left READY is one the policy has, and so is its act. */
static bool is_stage(const struct fo_policy *policy, unsigned index, const struct fo_stage *stage)
{
    return stage->state == FO_STAGE_READY ||
           (stage->state < FO_STAGE_STATES && index < policy->stage_count &&
            stage->since_us != FO_NEVER &&
            (stage->state != FO_STAGE_SHEDDING ||
             (stage->act < policy->stages[index].acts && stage->key.sequence != 0)));
}

static bool is_restore(const struct fo_policy *policy, const struct fo_restore *restore)
{
    return restore->stages == 0 ? restore->stage == FO_NONE
                                : restore->stages >> policy->stage_count == 0 &&
                                      restore->stage < policy->stage_count &&
                                      restore->act < policy->stages[restore->stage].acts;
}

bool fo_durable_fits(const struct fo_engine *engine)
{
    const struct fo_policy *policy = &engine->policy;
    bool fits = is_index(engine->active, FO_SERVERS) && is_plan(&engine->plan) &&
                are_ladders(engine) && is_index(engine->route.active, policy->line_count) &&
                is_index(engine->route.wanted, policy->line_count) &&
                (engine->route.active != FO_NONE || engine->route.wanted == FO_NONE) &&
                engine->mains.lost == (engine->mains.lost_us != FO_NEVER) &&
                engine->switch_next < FO_SWITCHES_KEPT && is_restore(policy, &engine->restore) &&
                (engine->after_fence.sequence == 0 || engine->after_fence_server < FO_SERVERS);
    for (unsigned i = 0; fits && i < FO_DEVICES_MAX; i++) {
        const struct fo_device *device = &engine->devices[i];
        fits = (i < policy->device_count || !device->on_battery) &&
               device->on_battery == (device->outage_us != FO_NEVER) &&
               is_length(device->runtime_us);
    }
    for (unsigned i = 0; fits && i < FO_STAGES_MAX; i++) {
        fits = is_stage(policy, i, &engine->stages[i]);
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
    bool known = magic == MAGIC && version == VERSION && is_length(engine->saved_us);
    if (known && !codec.bad) {
        fo_durable_walk(&codec, engine);
        if (!codec.bad && codec.at == codec.length && fo_durable_fits(engine)) {
            return true;
        }
    }
    *engine = before;
    return false;
}
