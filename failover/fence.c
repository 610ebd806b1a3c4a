/* SPDX-License-Identifier: Apache-2.0 */
/* Fencing (see fence.h). It never decides that a server must be off; it only carries out what the
 * policy says once the lease has moved, and tells the lease core what has been proven. */
#include "failover/fence.h"

#include "failover/assert.h"
#include "failover/record.h"

static struct fo_subject subject_of(unsigned server)
{
    return fo_subject_of(FO_SUBJECT_SERVER, server);
}

void fo_fence_after(struct fo_engine *engine, uint8_t server)
{
    FO_ASSERT(server < FO_SERVERS);
    const struct fo_server_policy *policy = &engine->policy.servers[server];
    if (!policy->fence_available || policy->fence_required || engine->self.journal_dead ||
        engine->after_fence.sequence != 0 || engine->servers[server].hearing == FO_HEARING_WELL) {
        return;
    }
    engine->after_fence = fo_key_next(engine);
    engine->after_fence_server = server;
    engine->after_fence_boot = fo_fence_process(engine, server);
    engine->after_fence_emit = true;
    engine->after_fence_deadline_us = engine->now_us + engine->policy.fence_us;
    fo_durable(engine);
}

static void emit(struct fo_engine *engine)
{
    struct fo_command *command = fo_command_add(engine, FO_COMMAND_FENCE);
    command->server = engine->after_fence_server;
    command->reason = FO_REASON_SERVER_DEAD;
    command->key = engine->after_fence;
    command->deadline_us = engine->after_fence_deadline_us;
    engine->after_fence_emit = false;
    fo_note_more(engine, FO_REASON_FENCE_STARTED, FO_REASON_SERVER_DEAD,
                 subject_of(engine->after_fence_server))
        ->key = engine->after_fence;
    fo_durable(engine);
}

fo_us fo_fence_run(struct fo_engine *engine)
{
    if (engine->after_fence.sequence == 0) {
        return FO_NEVER;
    }
    FO_ASSERT(engine->after_fence_server < FO_SERVERS);
    if (engine->after_fence_emit) {
        emit(engine);
    }
    if (engine->now_us < engine->after_fence_deadline_us) {
        return engine->after_fence_deadline_us;
    }
    fo_note_more(engine, FO_REASON_FENCE_FAILED, FO_REASON_NO_ANSWER,
                 subject_of(engine->after_fence_server))
        ->key = engine->after_fence;
    engine->after_fence.sequence = 0;
    fo_durable(engine);
    return FO_NEVER;
}

uint64_t fo_fence_process(const struct fo_engine *engine, uint8_t server)
{
    FO_ASSERT(server < FO_SERVERS);
    return engine->monitor.voter.heard[server].last.boot;
}

bool fo_fence_told(struct fo_engine *engine, uint8_t server, uint64_t boot,
                   const struct fo_result *result)
{
    FO_ASSERT(server < FO_SERVERS);
    bool proven = result->outcome == FO_OUTCOME_DONE;
    uint64_t heard = fo_fence_process(engine, server);
    struct fo_record *record =
        fo_note_more(engine, proven ? FO_REASON_FENCE_PROVEN : FO_REASON_FENCE_FAILED,
                     result->reason, subject_of(server));
    record->key = result->key;
    record->a = result->detail;
    record->b = heard == boot || heard == 0 ? 0 : 1;
    if (!proven || record->b != 0) {
        return false;
    }
    if (heard != 0) {
        struct fo_monitor_output sends;
        fo_monitor_fenced(&engine->monitor, (enum fo_voter)server, engine->now_us, &sends);
        fo_monitor_emit(engine, &sends);
    }
    return true;
}

bool fo_fence_result(struct fo_engine *engine, const struct fo_result *result)
{
    if (engine->after_fence.sequence == 0 || !fo_key_equal(engine->after_fence, result->key)) {
        return false;
    }
    fo_fence_told(engine, engine->after_fence_server, engine->after_fence_boot, result);
    engine->after_fence.sequence = 0;
    fo_durable(engine);
    return true;
}

void fo_fence_freeze(struct fo_engine *engine)
{
    if (engine->after_fence_emit) {
        engine->after_fence_emit = false;
        engine->after_fence.sequence = 0;
        fo_durable(engine);
    }
}

void fo_fence_boot(struct fo_engine *engine)
{
    if (engine->after_fence.sequence != 0) {
        engine->after_fence_emit = true;
        engine->after_fence_deadline_us = engine->now_us + engine->policy.fence_us;
    }
}
