/* SPDX-License-Identifier: Apache-2.0 */
/* What must survive a crash: incidents, attempts, the plan, blocks, holds, epochs, outage clocks
 * (see durable.h and the [durable] marks of engine_state.h). It only walks over fields; snapshot.c
 * and hash.c say what for. */
#include "failover/durable.h"

#include "failover/assert.h"

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
    FO_FIELD(codec, device->said_battery);
    fo_codec_bool(codec, &device->on_battery);
    fo_codec_bool(codec, &device->dying);
    fo_codec_instant(codec, &device->outage_us);
    FO_FIELD(codec, device->runtime_us);
    fo_codec_instant(codec, &device->runtime_at_us);
    fo_codec_instant(codec, &device->test_due_us);
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
    fo_codec_bool(codec, &plan->drill);
    fo_codec_bool(codec, &plan->emit);
    walk_key(codec, &plan->key);
    fo_codec_instant(codec, &plan->started_us);
    fo_codec_instant(codec, &plan->deadline_us);
    FO_FIELD(codec, plan->epoch);
    FO_FIELD(codec, plan->proof_boot);
    fo_codec_bool(codec, &plan->proven);
}

static void walk_stage(struct fo_codec *codec, struct fo_stage *stage)
{
    FO_FIELD(codec, stage->state);
    FO_FIELD(codec, stage->act);
    fo_codec_bool(codec, &stage->failed);
    fo_codec_bool(codec, &stage->stopped);
    FO_FIELD(codec, stage->off);
    walk_key(codec, &stage->key);
    fo_codec_instant(codec, &stage->since_us);
    fo_codec_instant(codec, &stage->deadline_us);
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
    FO_FIELD(codec, incident->ladder);
    FO_FIELD(codec, incident->round);
    FO_FIELD(codec, incident->flaps);
    FO_FIELD(codec, incident->owned_by);
    fo_codec_bool(codec, &incident->unstable);
    fo_codec_bool(codec, &incident->deputy);
    fo_codec_bool(codec, &incident->roll_call);
    fo_codec_instant(codec, &incident->flap_us);
    fo_codec_instant(codec, &incident->until_us);
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        FO_FIELD(codec, incident->branches[i].rung);
        FO_FIELD(codec, incident->branches[i].loops);
        FO_FIELD(codec, incident->branches[i].acked_by);
        fo_codec_instant(codec, &incident->branches[i].next_rung_us);
        fo_codec_instant(codec, &incident->branches[i].ack_until_us);
    }
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
    FO_FIELD(codec, attempt->again);
    FO_FIELD(codec, attempt->notify.incident);
    FO_FIELD(codec, attempt->notify.epoch);
    FO_FIELD(codec, attempt->notify.rung);
    FO_FIELD(codec, attempt->notify.person);
    FO_FIELD(codec, attempt->notify.channel);
    FO_FIELD(codec, attempt->notify.message);
    FO_FIELD(codec, attempt->notify.attempt);
    fo_codec_bool(codec, &attempt->notify.resend);
    fo_codec_bool(codec, &attempt->notify.drill);
    FO_FIELD(codec, attempt->notify.round);
    fo_codec_bool(codec, &attempt->notify.delayed);
    walk_key(codec, &attempt->key);
    FO_FIELD(codec, attempt->order);
    fo_codec_instant(codec, &attempt->created_us);
    fo_codec_instant(codec, &attempt->result_us);
    fo_codec_instant(codec, &attempt->retry_us);
    fo_codec_instant(codec, &attempt->next_us);
    fo_codec_instant(codec, &attempt->emit_us);
    fo_codec_instant(codec, &attempt->arrive_us);
}

void fo_durable_ladder(struct fo_codec *codec, struct fo_ladder *ladder)
{
    FO_FIELD(codec, ladder->id);
    FO_FIELD(codec, ladder->rung_count);
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        FO_FIELD(codec, ladder->severities[i]);
    }
    for (unsigned i = 0; i < ladder->rung_count && i < FO_RUNGS_MAX; i++) {
        struct fo_rung_policy *rung = &ladder->rungs[i];
        FO_FIELD(codec, rung->roles);
        FO_FIELD(codec, rung->wait_us);
        fo_codec_bool(codec, &rung->everybody);
        FO_FIELD(codec, rung->branch);
        fo_codec_bool(codec, &rung->of_owner);
    }
}

static void walk_duty(struct fo_codec *codec, struct fo_duty *duty)
{
    fo_codec_bool(codec, &duty->known);
    for (unsigned i = 0; duty->known && i < FO_ROLES_MAX; i++) {
        FO_FIELD(codec, duty->on[i]);
        FO_FIELD(codec, duty->outgoing[i]);
    }
    FO_FIELD(codec, duty->extra);
    FO_FIELD(codec, duty->away);
    FO_FIELD(codec, duty->released);
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
    FO_FIELD(codec, engine->after_fence_boot);
    FO_FIELD(codec, engine->switch_next);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fo_codec_instant(codec, &engine->switched_us[i]);
        fo_codec_instant(codec, &engine->first_us[i]);
    }
    for (unsigned i = 0; i < FO_SWITCHES_KEPT; i++) {
        fo_codec_instant(codec, &engine->switches[i].at_us);
        FO_FIELD(codec, engine->switches[i].cause);
        FO_FIELD(codec, engine->switches[i].from);
        FO_FIELD(codec, engine->switches[i].target);
    }
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        fo_codec_instant(codec, &engine->inhibit.maintenance_us[i]);
        fo_codec_instant(codec, &engine->inhibit.overrun_us[i]);
    }
    fo_codec_bool(codec, &engine->inhibit.hold);
}

void fo_durable_walk(struct fo_codec *codec, struct fo_engine *engine)
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
    for (unsigned i = 0; i < FO_STAGES_MAX; i++) {
        walk_stage(codec, &engine->stages[i]);
    }
    FO_FIELD(codec, engine->restore.stages);
    FO_FIELD(codec, engine->restore.stage);
    FO_FIELD(codec, engine->restore.act);
    FO_FIELD(codec, engine->restore.stopped);
    walk_actions(codec, engine);
    walk_duty(codec, &engine->duty);
    FO_FIELD(codec, engine->ladder);
    for (unsigned i = 0; i < FO_LADDERS_MAX; i++) {
        fo_durable_ladder(codec, &engine->ladders[i]);
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        walk_incident(codec, &engine->incidents[i]);
    }
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        walk_attempt(codec, &engine->attempts[i]);
    }
}

void fo_durable_carry(struct fo_engine *engine)
{
    fo_wall_ms passed_ms = engine->wall_ms - engine->saved_wall_ms;
    FO_ASSERT(engine->saved_us != FO_NEVER);
    passed_ms = passed_ms > 0 ? passed_ms : 0;
    struct fo_codec codec = {
        .mode = FO_CODEC_SHIFT,
        .shift_us = engine->now_us - engine->saved_us - passed_ms * FO_MS,
    };
    fo_durable_walk(&codec, engine);
}
