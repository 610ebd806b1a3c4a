/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of the engine (see invariant.h). It changes nothing. */
#include "failover/invariant.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/record.h"
#include "failover/restore.h"
#include "failover/shed.h"

/* Nothing is switched off unless the site wants it, while the mains are not known to be lost, or
 * before what matters less. */
static void check_shed(const struct fo_engine *engine, const struct fo_command *command)
{
    FO_ASSERT(command->stage < engine->policy.stage_count);
    FO_ASSERT(command->act < engine->policy.stages[command->stage].acts);
    FO_ASSERT(engine->policy.shed_armed && !engine->policy.drill);
    FO_ASSERT(engine->mains.lost);
    FO_ASSERT(fo_shed_is_turn(engine, command->stage));
}

/* Nothing is switched on again but what was ordered and is off, and one at a time. */
static void check_restore(const struct fo_engine *engine, const struct fo_command *command)
{
    FO_ASSERT(command->stage < engine->policy.stage_count);
    FO_ASSERT((engine->restore.stages >> command->stage & 1) != 0);
    FO_ASSERT((fo_restore_left(engine, command->stage) >> command->act & 1) != 0);
    FO_ASSERT(fo_restore_is_acting(engine));
    FO_ASSERT(fo_key_equal(engine->restore.key, command->key));
}

/* Where there are no agents nothing but the proof keeps two from serving. */
static void check_promote(const struct fo_engine *engine, const struct fo_command *command)
{
    const struct fo_plan *plan = &engine->plan;
    FO_ASSERT(fo_agentless(engine));
    FO_ASSERT(plan->step == FO_PLAN_HOLD && plan->target == command->server);
    FO_ASSERT(plan->from == 1 - command->server && engine->active == command->server);
    FO_ASSERT(!fo_agentless_lacks_proof(engine, plan));
}

static void check_output(const struct fo_engine *engine, const struct fo_output *out)
{
    unsigned chooses = 0;
    uint64_t last = 0;
    FO_ASSERT(out->command_count <= FO_COMMANDS_MAX);
    FO_ASSERT(out->record_count <= FO_RECORDS_MAX);
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        bool keyless = command->kind == FO_COMMAND_SEND || command->kind == FO_COMMAND_POLL;
        FO_ASSERT(command->kind < FO_COMMAND_KINDS);
        FO_ASSERT(keyless == (command->key.sequence == 0));
        chooses += command->kind == FO_COMMAND_CHOOSE ? 1 : 0;
        last = command->key.boot == engine->boot && command->key.sequence > last
                   ? command->key.sequence
                   : last;
        FO_ASSERT(command->kind != FO_COMMAND_FENCE || command->server < FO_SERVERS);
        FO_ASSERT(command->kind != FO_COMMAND_ROUTE || command->line < engine->policy.line_count);
        if (command->kind == FO_COMMAND_SHED) {
            check_shed(engine, command);
        }
        if (command->kind == FO_COMMAND_RESTORE) {
            check_restore(engine, command);
        }
        if (command->kind == FO_COMMAND_PROMOTE) {
            check_promote(engine, command);
        }
    }
    FO_ASSERT(chooses <= 1);
    FO_ASSERT(last <= engine->sequence);
}

static void check_plan(const struct fo_engine *engine)
{
    const struct fo_plan *plan = &engine->plan;
    FO_ASSERT(plan->step < FO_PLAN_STEPS);
    if (plan->step == FO_PLAN_NONE) {
        return;
    }
    FO_ASSERT(plan->target < FO_SERVERS);
    FO_ASSERT(plan->from == FO_NONE || plan->from == 1 - plan->target);
    FO_ASSERT(plan->key.sequence != 0);
    FO_ASSERT(plan->deadline_us != FO_NEVER);
    FO_ASSERT(engine->need.cause == FO_REASON_NONE); /* one plan; the next need waits */
}

void fo_invariant_check(const struct fo_engine *engine, const struct fo_output *out)
{
    FO_ASSERT(engine->booted);
    FO_ASSERT(engine->active == FO_NONE || engine->active < FO_SERVERS);
    FO_ASSERT(engine->monitor.choice == FO_VOTER_NONE || engine->monitor.choice < FO_SERVERS);
    FO_ASSERT(engine->route.active == FO_NONE || engine->route.active < engine->policy.line_count);
    FO_ASSERT(engine->mains.lost == (engine->mains.lost_us != FO_NEVER));
    check_output(engine, out);
    check_plan(engine);
    /* nothing is left in the past, unless this step's output is full */
    FO_ASSERT(engine->deadlines.due_us[fo_deadline_first(&engine->deadlines)] > engine->now_us ||
              !fo_output_room(engine));
}

static void check_incident(const struct fo_engine *engine, unsigned slot)
{
    const struct fo_incident *incident = &engine->incidents[slot];
    if (incident->state == FO_INCIDENT_FREE) {
        return;
    }
    FO_ASSERT(incident->number >= 1 && incident->number <= engine->last_number);
    FO_ASSERT(incident->severity >= 1 && incident->severity <= 4);
    FO_ASSERT(incident->epoch >= 1);
    FO_ASSERT(incident->child_count <= FO_CHILDREN_MAX);
    FO_ASSERT(fo_reason_is_cause(incident->cause));
    FO_ASSERT(incident->state == FO_INCIDENT_OPEN || !incident->active);
    FO_ASSERT(incident->active == (incident->clear_us == FO_NEVER));
    for (unsigned i = slot + 1; i < FO_INCIDENTS_MAX; i++) {
        FO_ASSERT(engine->incidents[i].state == FO_INCIDENT_FREE ||
                  engine->incidents[i].number != incident->number);
    }
}

void fo_invariant_check_all(const struct fo_engine *engine)
{
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        check_incident(engine, slot);
    }
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        FO_ASSERT(attempt->state < FO_ATTEMPT_STATES);
        if (attempt->state == FO_ATTEMPT_FREE) {
            continue;
        }
        FO_ASSERT(attempt->slot < FO_INCIDENTS_MAX);
        FO_ASSERT(attempt->notify.person < engine->policy.person_count);
        FO_ASSERT(attempt->notify.channel < engine->policy.channel_count);
        FO_ASSERT(attempt->key.sequence != 0);
        FO_ASSERT(attempt->state != FO_ATTEMPT_QUEUED || attempt->result_us != FO_NEVER);
        FO_ASSERT(attempt->state != FO_ATTEMPT_RETRY || attempt->retry_us != FO_NEVER);
        FO_ASSERT(!attempt->notify.drill || engine->policy.persons[attempt->notify.person].drill);
    }
}
