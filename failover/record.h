/* SPDX-License-Identifier: Apache-2.0 */
/* How a room of the engine says something: records, commands, keys. It owns the output's limits:
 * what does not fit stays in the state of the room that wanted it (see fo_output_room). */
#ifndef FAILOVER_RECORD_H
#define FAILOVER_RECORD_H

#include "failover/engine_state.h"
#include "failover/reason.h"

/* One due timer or one event adds at most this much; engine.c runs no further timer otherwise. */
#define FO_RECORDS_PER_TURN 32
#define FO_COMMANDS_PER_TURN 12

static inline struct fo_subject fo_subject_of(enum fo_subject_kind kind, unsigned index)
{
    return (struct fo_subject){.kind = (uint8_t)kind, .index = (uint8_t)index};
}
static inline bool fo_subject_equal(struct fo_subject a, struct fo_subject b)
{
    return a.kind == b.kind && a.index == b.index;
}

/* The next key of this process. */
struct fo_key fo_key_next(struct fo_engine *engine);
/* Whether one more turn's worth of records and commands fits into this step's output. */
bool fo_output_room(const struct fo_engine *engine);
/* A record with the given fields and nothing else. */
void fo_note(struct fo_engine *engine, enum fo_reason reason, unsigned why,
             struct fo_subject subject, int64_t a, int64_t b);
/* A record to be filled in further by the caller; valid until the next record of this step. */
struct fo_record *fo_note_more(struct fo_engine *engine, enum fo_reason reason, unsigned why,
                               struct fo_subject subject);
/* A fresh command, all indices FO_NONE; valid within this step. */
struct fo_command *fo_command_add(struct fo_engine *engine, enum fo_command_kind kind);
/* The sends of the lease core, and its next deadline. */
void fo_monitor_emit(struct fo_engine *engine, const struct fo_monitor_output *sends);
/* Durable state has changed: a snapshot goes into the same journal transaction. */
void fo_durable(struct fo_engine *engine);

#endif
