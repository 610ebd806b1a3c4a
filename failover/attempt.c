/* SPDX-License-Identifier: Apache-2.0 */
/* One try to reach one person by one channel (see attempt.h). It never decides whom to call; it
 * only makes sure that each page runs down its person's ladder to the end. */
#include "failover/attempt.h"

#include "failover/assert.h"
#include "failover/channel.h"
#include "failover/incident.h"
#include "failover/record.h"

#include <string.h>

#define AGAIN_FREE 2 /* crashes after which it is made again at once */
#define AGAIN_FIRST_US (5 * FO_SECOND)
#define AGAIN_CAP_US (5 * FO_MINUTE)

static void touch(struct fo_engine *engine, unsigned index)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_ATTEMPT + index, engine->now_us);
    fo_durable(engine);
}

bool fo_attempt_settled(const struct fo_attempt *attempt)
{
    return attempt->state != FO_ATTEMPT_QUEUED && attempt->state != FO_ATTEMPT_RETRY &&
           attempt->state != FO_ATTEMPT_HELD && attempt->next_us == FO_NEVER;
}

/* Made again after crashes, and its turn has not come. */
static bool waits_its_turn(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    FO_ASSERT(attempt->state == FO_ATTEMPT_QUEUED);
    return attempt->notify.resend && attempt->emit && attempt->emit_us > engine->now_us;
}

bool fo_attempt_waits(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    return attempt->state == FO_ATTEMPT_QUEUED ? waits_its_turn(engine, attempt)
                                               : attempt->state != FO_ATTEMPT_FREE;
}

uint8_t fo_attempt_free(const struct fo_engine *engine)
{
    uint8_t oldest = FO_NONE;
    for (uint8_t i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE) {
            return i;
        }
        if (fo_attempt_settled(attempt) &&
            (oldest == FO_NONE || attempt->order < engine->attempts[oldest].order)) {
            oldest = i;
        }
    }
    return oldest;
}

/* An attempt is over: pages that waited for a free one may go on. */
static void settled(struct fo_engine *engine)
{
    if (!engine->attempts_starved) {
        return;
    }
    engine->attempts_starved = false;
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        if (engine->incidents[slot].state != FO_INCIDENT_FREE) {
            fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
        }
    }
}

/* ---- making one ---------------------------------------------------------------------------- */

static void queue(struct fo_engine *engine, unsigned index)
{
    struct fo_attempt *attempt = &engine->attempts[index];
    const struct fo_channel_policy *channel = &engine->policy.channels[attempt->notify.channel];
    attempt->state = FO_ATTEMPT_QUEUED;
    attempt->key = fo_key_next(engine);
    attempt->emit = true;
    attempt->emit_us = engine->now_us;
    attempt->retry_us = FO_NEVER;
    attempt->arrive_us = FO_NEVER;
    attempt->result_us = engine->now_us + channel->timeout_us;
    touch(engine, index);
}

void fo_attempt_hold(struct fo_engine *engine, struct fo_attempt *attempt)
{
    attempt->state = FO_ATTEMPT_HELD;
    attempt->emit = false;
    attempt->result_us = engine->now_us + engine->policy.channels[attempt->notify.channel].hold_us;
}

struct fo_attempt *fo_attempt_make(struct fo_engine *engine, unsigned slot, unsigned person,
                                   uint8_t channel, enum fo_message message)
{
    uint8_t index = fo_attempt_free(engine);
    FO_ASSERT(index != FO_NONE);
    struct fo_attempt *attempt = &engine->attempts[index];
    memset(attempt, 0, sizeof *attempt);
    attempt->slot = (uint8_t)slot;
    attempt->used = (uint8_t)(1U << channel);
    attempt->order = ++engine->attempt_order;
    attempt->created_us = engine->now_us;
    attempt->next_us = FO_NEVER;
    attempt->notify = (struct fo_notify){
        .incident = engine->incidents[slot].number,
        .epoch = engine->incidents[slot].epoch,
        .rung = engine->incidents[slot].branches[0].rung,
        .person = (uint8_t)person,
        .channel = channel,
        .message = (uint8_t)message,
        .attempt = 1,
        /* that a drill is over because of something real is itself real */
        .drill = engine->incidents[slot].drill && message != FO_MESSAGE_ABORTED,
        .round = engine->incidents[slot].round,
    };
    queue(engine, index);
    return attempt;
}

/* ---- one attempt in time ------------------------------------------------------------------- */

static struct fo_record *note(struct fo_engine *engine, const struct fo_attempt *attempt,
                              enum fo_reason reason, unsigned why)
{
    struct fo_record *record = fo_note_more(
        engine, reason, why, fo_subject_of(FO_SUBJECT_CHANNEL, attempt->notify.channel));
    record->incident = attempt->notify.incident;
    record->key = attempt->key;
    record->person = attempt->notify.person;
    record->epoch = attempt->notify.epoch;
    record->a = attempt->notify.attempt;
    record->b = attempt->notify.message;
    return record;
}

/* Its incident is still the one in that place (places are used again). */
static bool is_of(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    const struct fo_incident *incident = &engine->incidents[attempt->slot];
    return incident->state != FO_INCIDENT_FREE && incident->number == attempt->notify.incident;
}

bool fo_attempt_moot(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    const struct fo_incident *incident = &engine->incidents[attempt->slot];
    return attempt->notify.message != FO_MESSAGE_RECOVERED &&
           attempt->notify.message != FO_MESSAGE_ABORTED &&
           (!is_of(engine, attempt) || incident->state != FO_INCIDENT_OPEN ||
            incident->epoch != attempt->notify.epoch);
}

static void emit(struct fo_engine *engine, struct fo_attempt *attempt)
{
    note(engine, attempt,
         attempt->notify.resend ? FO_REASON_ATTEMPT_REPEATED : FO_REASON_ATTEMPT_QUEUED, 0);
    struct fo_command *command = fo_command_add(engine, FO_COMMAND_NOTIFY);
    command->reason = is_of(engine, attempt) ? engine->incidents[attempt->slot].cause : 0;
    command->incident = attempt->notify.incident;
    command->key = attempt->key;
    command->deadline_us = attempt->result_us;
    command->notify = attempt->notify;
    attempt->emit = false;
    fo_durable(engine);
}

/* The attempt did not get through by its channel: the next channel now, and this one again a little
 * later where that may help. Nobody waits for a channel that has just said no. */
static void miss(struct fo_engine *engine, unsigned index, bool again, uint16_t why)
{
    struct fo_attempt *attempt = &engine->attempts[index];
    const struct fo_channel_policy *channel = &engine->policy.channels[attempt->notify.channel];
    fo_durable(engine);
    if (attempt->next_us != FO_NEVER) {
        attempt->next_us = engine->now_us;
    }
    if (again && attempt->notify.attempt <= channel->retries) {
        attempt->state = FO_ATTEMPT_RETRY;
        attempt->retry_us = engine->now_us + channel->retry_us;
        attempt->result_us = FO_NEVER;
        return;
    }
    attempt->state = FO_ATTEMPT_FAILED;
    attempt->result_us = FO_NEVER;
    note(engine, attempt, FO_REASON_ATTEMPT_FAILED, why);
}

/* The person's next channel is tried as well; the one before goes on by itself. */
static void climb_ladder(struct fo_engine *engine, unsigned index)
{
    struct fo_attempt *attempt = &engine->attempts[index];
    uint8_t channel = fo_channel_next(engine, attempt->notify.person, attempt->used, false, false);
    attempt->next_us = FO_NEVER;
    fo_durable(engine);
    if (channel == FO_NONE) {
        return; /* the end of the ladder; the next rung and the loop go on */
    }
    uint8_t room = fo_attempt_free(engine);
    if (room == FO_NONE || room == index) {
        attempt->next_us = engine->now_us + FO_SECOND; /* all are under way */
        return;
    }
    uint8_t used = attempt->used;
    unsigned person = attempt->notify.person;
    struct fo_attempt *next = fo_attempt_make(engine, attempt->slot, person, channel,
                                              (enum fo_message)attempt->notify.message);
    next->used |= used;
    next->ladder = true;
    next->next_us = engine->now_us + engine->policy.persons[person].channel_wait_us;
}

void fo_attempt_give_way(struct fo_engine *engine, struct fo_attempt *attempt)
{
    FO_ASSERT(fo_attempt_waits(engine, attempt));
    bool unsent =
        attempt->state != FO_ATTEMPT_ACCEPTED && attempt->state != FO_ATTEMPT_ACKNOWLEDGED;
    attempt->state = unsent ? FO_ATTEMPT_FAILED : attempt->state;
    attempt->emit = false;
    attempt->next_us = FO_NEVER;
    attempt->result_us = FO_NEVER;
    note(engine, attempt, FO_REASON_ATTEMPT_FAILED, FO_REASON_GAVE_WAY);
    fo_durable(engine);
}

static void give_up_moot(struct fo_engine *engine, struct fo_attempt *attempt)
{
    bool waits = attempt->state == FO_ATTEMPT_RETRY || attempt->state == FO_ATTEMPT_HELD;
    bool goes_on = attempt->next_us != FO_NEVER || attempt->arrive_us != FO_NEVER || waits;
    if (goes_on && fo_attempt_moot(engine, attempt)) {
        fo_durable(engine);
        attempt->next_us = FO_NEVER;
        attempt->arrive_us = FO_NEVER;
        attempt->state = waits ? FO_ATTEMPT_FAILED : attempt->state;
    }
}

/* Accepted, and nothing says that it arrived: the next channel does not wait any longer. */
static void run_delivery(struct fo_engine *engine, struct fo_attempt *attempt)
{
    if (attempt->arrive_us <= engine->now_us) {
        attempt->arrive_us = FO_NEVER;
        note(engine, attempt, FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED);
        if (attempt->next_us != FO_NEVER) {
            attempt->next_us = engine->now_us;
        }
        fo_durable(engine);
    }
    if (attempt->state == FO_ATTEMPT_HELD && attempt->result_us <= engine->now_us) {
        attempt->state = FO_ATTEMPT_FAILED;
        note(engine, attempt, FO_REASON_ATTEMPT_FAILED, FO_REASON_TOO_OLD);
        attempt->result_us = FO_NEVER;
        fo_durable(engine);
    }
}

static fo_us next_run_us(const struct fo_attempt *attempt)
{
    fo_us due_us = fo_earlier(attempt->next_us, attempt->arrive_us);
    if (attempt->state == FO_ATTEMPT_RETRY) {
        return fo_earlier(due_us, attempt->retry_us);
    }
    if (attempt->emit) {
        due_us = fo_earlier(due_us, attempt->emit_us);
    }
    return attempt->state == FO_ATTEMPT_QUEUED || attempt->state == FO_ATTEMPT_HELD
               ? fo_earlier(due_us, attempt->result_us)
               : due_us;
}

fo_us fo_attempt_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_ATTEMPTS_MAX);
    struct fo_attempt *attempt = &engine->attempts[index];
    if (attempt->state == FO_ATTEMPT_FREE) {
        return FO_NEVER;
    }
    give_up_moot(engine, attempt);
    if (attempt->state == FO_ATTEMPT_RETRY && attempt->retry_us <= engine->now_us) {
        if (fo_channel_usable(engine, attempt->notify.channel)) {
            attempt->notify.attempt++; /* a mark of repetition stays: the first may have arrived */
            queue(engine, index);
        } else {
            miss(engine, index, false, FO_REASON_CHANNEL_DOWN);
        }
    }
    if (attempt->emit && attempt->emit_us <= engine->now_us) {
        emit(engine, attempt);
    }
    if (attempt->state == FO_ATTEMPT_QUEUED && attempt->result_us <= engine->now_us) {
        miss(engine, index, false, FO_REASON_NO_ANSWER);
    }
    run_delivery(engine, attempt);
    if (attempt->next_us <= engine->now_us) {
        climb_ladder(engine, index);
    }
    if (fo_attempt_settled(attempt)) {
        settled(engine);
        return attempt->arrive_us;
    }
    return next_run_us(attempt);
}

/* The person knows of the incident now, and must hear its end, even if that has come meanwhile. */
static void note_reached(struct fo_engine *engine, const struct fo_attempt *attempt)
{
    struct fo_incident *incident = &engine->incidents[attempt->slot];
    uint64_t bit = (uint64_t)1 << attempt->notify.person;
    if (!is_of(engine, attempt) || attempt->notify.message == FO_MESSAGE_RECOVERED ||
        attempt->notify.message == FO_MESSAGE_BRIEF ||
        attempt->notify.message == FO_MESSAGE_ABORTED) {
        return; /* it has told its end itself */
    }
    incident->accepted[attempt->notify.channel] |= bit;
    if (incident->state == FO_INCIDENT_RECOVERED) {
        incident->recovering |= bit;
        fo_incident_touch(engine, attempt->slot);
    }
}

bool fo_attempt_result(struct fo_engine *engine, const struct fo_result *result)
{
    unsigned index = 0;
    while (index < FO_ATTEMPTS_MAX && (engine->attempts[index].state == FO_ATTEMPT_FREE ||
                                       !fo_key_equal(engine->attempts[index].key, result->key))) {
        index++;
    }
    if (index == FO_ATTEMPTS_MAX) {
        return false;
    }
    struct fo_attempt *attempt = &engine->attempts[index];
    bool waits = attempt->state == FO_ATTEMPT_QUEUED;
    touch(engine, index);
    if (result->outcome == FO_OUTCOME_ACCEPTED || result->outcome == FO_OUTCOME_DELIVERED ||
        result->outcome == FO_OUTCOME_DONE) {
        /* a late yes is still a yes: the person was reached */
        if (attempt->state != FO_ATTEMPT_ACKNOWLEDGED) {
            attempt->state = FO_ATTEMPT_ACCEPTED;
        }
        bool arrived = result->outcome == FO_OUTCOME_DELIVERED;
        fo_us delivery_us = engine->policy.channels[attempt->notify.channel].delivery_us;
        attempt->result_us = FO_NEVER;
        attempt->arrive_us =
            arrived || delivery_us == 0 || attempt->state == FO_ATTEMPT_ACKNOWLEDGED
                ? FO_NEVER
                : engine->now_us + delivery_us;
        note_reached(engine, attempt);
        note(engine, attempt, arrived ? FO_REASON_ATTEMPT_DELIVERED : FO_REASON_ATTEMPT_ACCEPTED,
             result->reason);
        return true;
    }
    if (waits) {
        miss(engine, index, result->outcome == FO_OUTCOME_RETRY, result->reason);
    } else if (attempt->arrive_us != FO_NEVER) {
        attempt->arrive_us = engine->now_us; /* the report says that it will not arrive */
    }
    return true;
}

void fo_attempt_stop(struct fo_engine *engine, unsigned slot, uint64_t persons, bool acknowledged)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE ||
            attempt->notify.incident != engine->incidents[slot].number ||
            (persons >> attempt->notify.person & 1) == 0) {
            continue;
        }
        attempt->next_us = FO_NEVER;
        attempt->arrive_us = FO_NEVER;
        if (attempt->state == FO_ATTEMPT_RETRY || attempt->state == FO_ATTEMPT_HELD) {
            attempt->state = FO_ATTEMPT_FAILED;
        }
        if (acknowledged) {
            attempt->state = FO_ATTEMPT_ACKNOWLEDGED;
            attempt->emit = false;
        }
        touch(engine, i);
    }
}

void fo_attempt_channel(struct fo_engine *engine, unsigned channel, bool works)
{
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE || attempt->notify.channel != channel) {
            continue;
        }
        if (works && attempt->state == FO_ATTEMPT_HELD) {
            queue(engine, i);
            attempt->notify.delayed = true;
        } else if (!works && attempt->state != FO_ATTEMPT_HELD && attempt->next_us != FO_NEVER) {
            attempt->next_us = engine->now_us; /* nobody waits for what cannot work */
            touch(engine, i);
        }
    }
}

/* A crash again and again must not send the same page again and again; the first times it may. */
static fo_us again_us(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    fo_us wait_us = AGAIN_FIRST_US;
    if (attempt->again <= AGAIN_FREE) {
        return engine->now_us;
    }
    for (unsigned i = AGAIN_FREE + 1U; i < attempt->again && wait_us < AGAIN_CAP_US; i++) {
        wait_us *= 2;
    }
    return engine->now_us + fo_earlier(wait_us, AGAIN_CAP_US);
}

void fo_attempt_boot(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &engine->attempts[i];
        engine->attempt_order =
            attempt->order > engine->attempt_order ? attempt->order : engine->attempt_order;
        if (attempt->state == FO_ATTEMPT_FREE) {
            continue;
        }
        if (attempt->state == FO_ATTEMPT_QUEUED) {
            /* one that already waits for its turn was not sent meanwhile */
            bool waits = attempt->emit && attempt->emit_us > engine->now_us;
            attempt->again += !waits && attempt->again < UINT8_MAX ? 1 : 0;
            attempt->emit_us = waits ? attempt->emit_us : again_us(engine, attempt);
            attempt->notify.resend = true;
            attempt->emit = true;
            attempt->result_us =
                attempt->emit_us + engine->policy.channels[attempt->notify.channel].timeout_us;
        }
        fo_deadline_set(&engine->deadlines, FO_TIMER_ATTEMPT + i, engine->now_us);
    }
}
