/* SPDX-License-Identifier: Apache-2.0 */
/* The plan's own book (see plan.h). */
#include "failover/plan.h"

#include "failover/agentless.h"
#include "failover/drill.h"
#include "failover/incident.h"
#include "failover/record.h"
#include "failover/server.h"

#include <string.h>

#define RESULT_US FO_SECOND /* beyond the journal's budget: the shell itself is stuck */

struct fo_subject fo_plan_target(const struct fo_plan *plan)
{
    return fo_subject_of(FO_SUBJECT_SERVER, plan->target);
}

struct fo_record *fo_plan_note(struct fo_engine *engine, enum fo_reason reason, unsigned why)
{
    const struct fo_plan *plan = &engine->plan;
    struct fo_record *record = fo_note_more(engine, reason, why, fo_plan_target(plan));
    record->key = plan->key;
    record->person = plan->person;
    record->a = plan->target;
    record->b = plan->from == FO_NONE ? -1 : plan->from;
    return record;
}

void fo_plan_did(struct fo_engine *engine, enum fo_reason reason)
{
    const struct fo_plan *plan = &engine->plan;
    if (plan->from != FO_NONE) {
        struct fo_subject from = fo_subject_of(FO_SUBJECT_SERVER, plan->from);
        fo_incident_did(engine, FO_REASON_SERVER_DEAD, from, reason);
        fo_incident_did(engine, FO_REASON_SERVICE_FAILED, from, reason);
        fo_incident_did(engine, FO_REASON_SERVER_DEAF, from, reason);
        for (unsigned i = 0; i < engine->policy.device_count; i++) {
            if (plan->cause == FO_REASON_UPS_LOW &&
                (engine->policy.servers[plan->from].power >> i & 1) != 0) {
                fo_incident_did(engine, FO_REASON_UPS_LOW, fo_subject_of(FO_SUBJECT_DEVICE, i),
                                reason);
            }
        }
    }
    fo_incident_did(engine, FO_REASON_SWITCHOVER_FAILED, fo_plan_target(plan), reason);
    if (plan->cause == FO_REASON_OPERATOR_ORDER) {
        fo_drill_did(engine, plan->target, reason);
    }
}

void fo_plan_step_to(struct fo_engine *engine, enum fo_plan_step step, fo_us length_us)
{
    engine->plan.step = (uint8_t)step;
    engine->plan.deadline_us = engine->now_us + length_us;
    fo_durable(engine);
}

fo_us fo_plan_choose_us(const struct fo_engine *engine)
{
    return engine->policy.choose_budget_us + RESULT_US;
}

void fo_plan_end(struct fo_engine *engine)
{
    memset(&engine->plan, 0, sizeof engine->plan);
    engine->plan.target = FO_NONE;
    engine->plan.from = FO_NONE;
    engine->plan.person = FO_NONE;
    engine->plan.deadline_us = FO_NEVER;
    fo_durable(engine);
    fo_server_touch(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
}

void fo_plan_emit(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    bool without = fo_agentless(engine);
    enum fo_command_kind kind = plan->step == FO_PLAN_FENCE              ? FO_COMMAND_FENCE
                                : without && plan->step == FO_PLAN_DRAIN ? FO_COMMAND_DEMOTE
                                : without && plan->step == FO_PLAN_HOLD  ? FO_COMMAND_PROMOTE
                                                                         : FO_COMMAND_CHOOSE;
    bool old = kind == FO_COMMAND_FENCE || kind == FO_COMMAND_DEMOTE;
    struct fo_command *command = fo_command_add(engine, kind);
    command->server = old ? plan->from : plan->target;
    command->reason = plan->cause;
    command->key = plan->key;
    command->deadline_us = kind == FO_COMMAND_CHOOSE
                               ? engine->now_us + engine->policy.choose_budget_us
                               : plan->deadline_us;
    plan->emit = false;
    fo_durable(engine);
}

void fo_plan_command(struct fo_engine *engine)
{
    engine->plan.key = fo_key_next(engine);
    fo_plan_emit(engine);
}
