/* SPDX-License-Identifier: Apache-2.0 */
/* Engine, policy and events to bytes and back (see image.h). It never repairs: what does not fit is
 * refused as a whole. */
#include "failover/image.h"

#include "failover/assert.h"
#include "failover/durable.h"
#include "failover/ladder.h"
#include "failover/walk.h"

#include <string.h>

size_t fo_image_encode(const struct fo_engine *engine, uint8_t bytes[FO_IMAGE_MAX])
{
    struct fo_codec codec = {.mode = FO_CODEC_WRITE, .out = bytes, .length = FO_IMAGE_MAX};
    /* writing reads the engine; the walks take a plain pointer because they also decode */
    struct fo_engine *walked = (struct fo_engine *)(uintptr_t)engine;
    FO_ASSERT(bytes != NULL && engine->out == NULL);
    fo_durable_walk(&codec, walked);
    fo_walk_rest(&codec, walked);
    return codec.at;
}

static bool is_voter(uint8_t voter, unsigned count)
{
    return voter < count || voter == FO_VOTER_NONE;
}

static bool is_ring(const struct fo_loss *loss)
{
    return loss->next < FO_LOSS_SAMPLES && loss->filled <= FO_LOSS_SAMPLES;
}

/* Numbers that say where in an array to look. */
static bool is_within(const struct fo_engine *engine)
{
    const struct fo_monitor *monitor = &engine->monitor;
    bool fits = is_voter(monitor->choice, FO_SERVERS) && is_voter(monitor->next, FO_SERVERS) &&
                is_voter(monitor->ask.sender, FO_VOTERS) &&
                is_voter(monitor->voter.vote_to, FO_SERVERS) && monitor->voter.vote <= FO_VOTE_SELF;
    for (unsigned i = 0; fits && i < FO_VOTERS; i++) {
        const struct fo_heard *heard = &monitor->voter.heard[i];
        fits = heard->refused_next < sizeof heard->refused / sizeof heard->refused[0] &&
               is_voter(heard->beat.sender, FO_VOTERS) &&
               is_voter(heard->beat.choice, FO_SERVERS) && is_voter(heard->beat.next, FO_SERVERS);
    }
    for (unsigned i = 0; fits && i < FO_LINES_MAX; i++) {
        const struct fo_line *line = &engine->lines[i];
        fits = is_ring(&line->loss) && is_ring(&line->direction.out) &&
               is_ring(&line->direction.back) && line->down_next < FO_LINE_CHANGES &&
               line->state < FO_STATES;
    }
    return fits && (engine->need.cause == FO_REASON_NONE || engine->need.target < FO_SERVERS) &&
           (engine->need.from < FO_SERVERS || engine->need.from == FO_NONE ||
            engine->need.cause == FO_REASON_NONE) &&
           engine->now_us >= 0 &&
           (engine->policy.device_count == FO_DEVICES_MAX ||
            engine->poll >> engine->policy.device_count == 0);
}

bool fo_image_decode(struct fo_engine *engine, const uint8_t *bytes, size_t length)
{
    struct fo_engine before = *engine;
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = bytes, .length = length};
    FO_ASSERT(!engine->booted);
    fo_durable_walk(&codec, engine);
    fo_walk_rest(&codec, engine);
    if (codec.bad || codec.at != length || !fo_durable_fits(engine) || !is_within(engine)) {
        *engine = before;
        return false;
    }
    engine->monitor.voter.params = engine->policy.lease;
    fo_ladder_derive(engine);
    struct fo_deadlines heap;
    fo_deadline_init(&heap);
    for (unsigned i = 0; i < FO_TIMERS; i++) {
        fo_deadline_set(&heap, i, engine->deadlines.due_us[i]);
    }
    engine->deadlines = heap;
    return true;
}

size_t fo_policy_encode(const struct fo_policy *policy, uint8_t bytes[FO_POLICY_BYTES_MAX])
{
    struct fo_codec codec = {.mode = FO_CODEC_WRITE, .out = bytes, .length = FO_POLICY_BYTES_MAX};
    FO_ASSERT(bytes != NULL);
    fo_walk_policy(&codec, (struct fo_policy *)(uintptr_t)policy);
    return codec.at;
}

bool fo_policy_decode(struct fo_policy *policy, const uint8_t *bytes, size_t length)
{
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = bytes, .length = length};
    memset(policy, 0, sizeof *policy);
    fo_walk_policy(&codec, policy);
    return !codec.bad && codec.at == length && fo_policy_valid(policy);
}

size_t fo_event_encode(const struct fo_event *event, uint8_t bytes[FO_EVENT_BYTES_MAX])
{
    struct fo_codec codec = {.mode = FO_CODEC_WRITE, .out = bytes, .length = FO_EVENT_BYTES_MAX};
    FO_ASSERT(bytes != NULL);
    fo_walk_event(&codec, (struct fo_event *)(uintptr_t)event);
    return codec.bad ? 0 : codec.at;
}

bool fo_event_decode(struct fo_event *event, const uint8_t *bytes, size_t length)
{
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = bytes, .length = length};
    memset(event, 0, sizeof *event);
    fo_walk_event(&codec, event);
    return !codec.bad && codec.at == length;
}

static void hash_command(struct fo_codec *codec, struct fo_command *command)
{
    FO_FIELD(codec, command->kind);
    FO_FIELD(codec, command->server);
    FO_FIELD(codec, command->line);
    FO_FIELD(codec, command->device);
    FO_FIELD(codec, command->stage);
    FO_FIELD(codec, command->act);
    FO_FIELD(codec, command->reason);
    FO_FIELD(codec, command->incident);
    FO_FIELD(codec, command->key.boot);
    FO_FIELD(codec, command->key.sequence);
    FO_FIELD(codec, command->deadline_us);
    if (command->kind == FO_COMMAND_SEND) {
        fo_walk_datagram(codec, &command->datagram);
    } else if (command->kind == FO_COMMAND_NOTIFY) {
        struct fo_notify *notify = &command->notify;
        FO_FIELD(codec, notify->incident);
        FO_FIELD(codec, notify->epoch);
        FO_FIELD(codec, notify->rung);
        FO_FIELD(codec, notify->person);
        FO_FIELD(codec, notify->channel);
        FO_FIELD(codec, notify->message);
        FO_FIELD(codec, notify->attempt);
        fo_codec_bool(codec, &notify->resend);
        fo_codec_bool(codec, &notify->drill);
        FO_FIELD(codec, notify->round);
        fo_codec_bool(codec, &notify->delayed);
    }
}

uint64_t fo_output_hash(const struct fo_output *out)
{
    struct fo_codec codec = {.mode = FO_CODEC_HASH};
    struct fo_output *walked = (struct fo_output *)(uintptr_t)out;
    fo_codec_bool(&codec, &walked->durable);
    FO_FIELD(&codec, walked->command_count);
    for (uint32_t i = 0; i < walked->command_count; i++) {
        hash_command(&codec, &walked->commands[i]);
    }
    FO_FIELD(&codec, walked->record_count);
    for (uint32_t i = 0; i < walked->record_count; i++) {
        struct fo_record *record = &walked->records[i];
        FO_FIELD(&codec, record->reason);
        FO_FIELD(&codec, record->why);
        FO_FIELD(&codec, record->subject.kind);
        FO_FIELD(&codec, record->subject.index);
        FO_FIELD(&codec, record->incident);
        FO_FIELD(&codec, record->key.boot);
        FO_FIELD(&codec, record->key.sequence);
        FO_FIELD(&codec, record->person);
        FO_FIELD(&codec, record->epoch);
        FO_FIELD(&codec, record->a);
        FO_FIELD(&codec, record->b);
    }
    return codec.hash;
}
