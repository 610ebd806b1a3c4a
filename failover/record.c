/* SPDX-License-Identifier: Apache-2.0 */
/* The pen of the engine: keys, records, commands, and the limits of one step's output. It decides
 * nothing; every room calls it. */
#include "failover/record.h"

#include "failover/assert.h"

#include <string.h>

struct fo_key fo_key_next(struct fo_engine *engine)
{
    FO_ASSERT(engine->boot != 0);
    FO_ASSERT(engine->sequence < UINT64_MAX);
    engine->sequence++;
    return (struct fo_key){.boot = engine->boot, .sequence = engine->sequence};
}

bool fo_output_room(const struct fo_engine *engine)
{
    const struct fo_output *out = engine->out;
    FO_ASSERT(out != NULL);
    return out->record_count + FO_RECORDS_PER_TURN <= FO_RECORDS_MAX &&
           out->command_count + FO_COMMANDS_PER_TURN <= FO_COMMANDS_MAX;
}

struct fo_record *fo_note_more(struct fo_engine *engine, enum fo_reason reason, unsigned why,
                               struct fo_subject subject)
{
    struct fo_output *out = engine->out;
    FO_ASSERT(out != NULL);
    FO_ASSERT(out->record_count < FO_RECORDS_MAX);
    struct fo_record *record = &out->records[out->record_count++];
    *record = (struct fo_record){
        .reason = (uint16_t)reason, .why = (uint16_t)why, .subject = subject, .person = FO_NONE};
    return record;
}

void fo_note(struct fo_engine *engine, enum fo_reason reason, unsigned why,
             struct fo_subject subject, int64_t a, int64_t b)
{
    struct fo_record *record = fo_note_more(engine, reason, why, subject);
    record->a = a;
    record->b = b;
}

struct fo_command *fo_command_add(struct fo_engine *engine, enum fo_command_kind kind)
{
    struct fo_output *out = engine->out;
    FO_ASSERT(out != NULL);
    FO_ASSERT(out->command_count < FO_COMMANDS_MAX);
    struct fo_command *command = &out->commands[out->command_count++];
    memset(command, 0, sizeof *command);
    command->kind = (uint8_t)kind;
    command->server = FO_NONE;
    command->line = FO_NONE;
    command->device = FO_NONE;
    command->stage = FO_NONE;
    command->act = FO_NONE;
    command->deadline_us = FO_NEVER;
    return command;
}

void fo_monitor_emit(struct fo_engine *engine, const struct fo_monitor_output *sends)
{
    FO_ASSERT(sends->count <= FO_MONITOR_SENDS_MAX);
    for (uint32_t i = 0; i < sends->count; i++) {
        fo_command_add(engine, FO_COMMAND_SEND)->datagram = sends->sends[i];
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_MONITOR,
                    fo_monitor_next_deadline(&engine->monitor));
}

void fo_durable(struct fo_engine *engine)
{
    FO_ASSERT(engine->out != NULL);
    engine->out->durable = true;
}
