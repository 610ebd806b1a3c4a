/* SPDX-License-Identifier: Apache-2.0 */
/* One try to reach one person by one channel (see attempt.h). It never decides whom to call; it
 * only makes sure that each page runs down its person's ladder to the end. */
#include "failover/attempt.h"

#include "failover/assert.h"
#include "failover/incident.h"
#include "failover/record.h"

#include <string.h>

static void touch(struct fo_engine *engine, unsigned index)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_ATTEMPT + index, engine->now_us);
    fo_durable(engine);
}

static bool is_settled(const struct fo_attempt *attempt)
{
    return attempt->state != FO_ATTEMPT_QUEUED && attempt->state != FO_ATTEMPT_RETRY &&
           attempt->next_us == FO_NEVER;
}

/* A free attempt, or the oldest of those that are over; FO_NONE. */
static uint8_t find_free(struct fo_engine *engine)
{
    uint8_t oldest = FO_NONE;
    for (uint8_t i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE) {
            return i;
        }
        if (is_settled(attempt) &&
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

/* ---- channels ------------------------------------------------------------------------------ */

static bool is_usable(const struct fo_engine *engine, unsigned channel)
{
    FO_ASSERT(channel < engine->policy.channel_count);
    if ((engine->self.channels_down >> channel & 1) != 0) {
        return false;
    }
    uint64_t lines = engine->policy.channels[channel].needs_lines;
    if (lines == 0) {
        return true;
    }
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        if ((lines >> i & 1) != 0 && engine->lines[i].state != FO_STATE_DOWN) {
            return true;
        }
    }
    return false;
}

/* The person's next channel that is not in `used`; only one that needs no line if told so. */
static uint8_t find_channel(const struct fo_engine *engine, unsigned person, uint8_t used,
                            bool lineless, bool any)
{
    const struct fo_person_policy *policy = &engine->policy.persons[person];
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        uint8_t channel = policy->channels[i];
        if ((used >> channel & 1) != 0 ||
            (lineless && engine->policy.channels[channel].needs_lines != 0)) {
            continue;
        }
        if (any || is_usable(engine, channel)) {
            return channel;
        }
    }
    return FO_NONE;
}

/* For the end of an incident: the first channel that reached this person before. */
static uint8_t find_reached(const struct fo_engine *engine, unsigned slot, unsigned person)
{
    const struct fo_person_policy *policy = &engine->policy.persons[person];
    uint8_t reached = FO_NONE;
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        uint8_t channel = policy->channels[i];
        if ((engine->incidents[slot].accepted[channel] >> person & 1) == 0) {
            continue;
        }
        if (is_usable(engine, channel)) {
            return channel;
        }
        reached = reached == FO_NONE ? channel : reached;
    }
    return reached;
}

/* ---- making one ---------------------------------------------------------------------------- */

static void queue(struct fo_engine *engine, unsigned index)
{
    struct fo_attempt *attempt = &engine->attempts[index];
    const struct fo_channel_policy *channel = &engine->policy.channels[attempt->notify.channel];
    attempt->state = FO_ATTEMPT_QUEUED;
    attempt->key = fo_key_next(engine);
    attempt->emit = true;
    attempt->retry_us = FO_NEVER;
    attempt->result_us = engine->now_us + channel->timeout_us;
    touch(engine, index);
}

static struct fo_attempt *make(struct fo_engine *engine, unsigned slot, unsigned person,
                               uint8_t channel, enum fo_message message)
{
    uint8_t index = find_free(engine);
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
        .rung = engine->incidents[slot].rung,
        .person = (uint8_t)person,
        .channel = channel,
        .message = (uint8_t)message,
        .attempt = 1,
        .drill = engine->incidents[slot].drill,
    };
    queue(engine, index);
    return attempt;
}

/* Two free ones: the ladder's own, and the parallel one of class 2. */
static bool has_room(struct fo_engine *engine)
{
    unsigned room = 0;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX && room < 2; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        room += attempt->state == FO_ATTEMPT_FREE || is_settled(attempt) ? 1 : 0;
    }
    engine->attempts_starved = engine->attempts_starved || room < 2;
    return room >= 2;
}

bool fo_attempt_page(struct fo_engine *engine, unsigned slot, unsigned person,
                     enum fo_message message)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    FO_ASSERT(person < engine->policy.person_count);
    const struct fo_incident *incident = &engine->incidents[slot];
    if (!has_room(engine)) {
        return false;
    }
    if (message == FO_MESSAGE_RECOVERED) {
        uint8_t reached = find_reached(engine, slot, person);
        if (reached != FO_NONE) {
            make(engine, slot, person, reached, message);
        }
        return true;
    }
    uint8_t first = find_channel(engine, person, 0, false, false);
    if (first == FO_NONE) {
        first = find_channel(engine, person, 0, false, true); /* none can work: try all the same */
    }
    if (first == FO_NONE) {
        return true; /* a person without a channel: config says so, nothing can be done here */
    }
    struct fo_attempt *main = make(engine, slot, person, first, message);
    main->ladder = true;
    main->next_us = engine->now_us + engine->policy.persons[person].channel_wait_us;
    if (incident->class2 && engine->policy.channels[first].needs_lines != 0) {
        uint8_t lineless = find_channel(engine, person, main->used, true, false);
        if (lineless != FO_NONE) {
            main->used |= (uint8_t)(1U << lineless);
            make(engine, slot, person, lineless, message);
        }
    }
    return true;
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

/* A page about what is over meanwhile, or of an epoch before, goes no further; the news that it is
 * over does. */
static bool is_moot(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    const struct fo_incident *incident = &engine->incidents[attempt->slot];
    return attempt->notify.message != FO_MESSAGE_RECOVERED &&
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
    uint8_t channel = find_channel(engine, attempt->notify.person, attempt->used, false, false);
    attempt->next_us = FO_NEVER;
    fo_durable(engine);
    if (channel == FO_NONE) {
        return; /* the end of the ladder; the next rung and the loop go on */
    }
    uint8_t room = find_free(engine);
    if (room == FO_NONE || room == index) {
        attempt->next_us = engine->now_us + FO_SECOND; /* all are under way */
        return;
    }
    uint8_t used = attempt->used;
    unsigned person = attempt->notify.person;
    struct fo_attempt *next =
        make(engine, attempt->slot, person, channel, (enum fo_message)attempt->notify.message);
    next->used |= used;
    next->ladder = true;
    next->next_us = engine->now_us + engine->policy.persons[person].channel_wait_us;
}

static fo_us earliest(fo_us a, fo_us b)
{
    return a < b ? a : b;
}

fo_us fo_attempt_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_ATTEMPTS_MAX);
    struct fo_attempt *attempt = &engine->attempts[index];
    if (attempt->state == FO_ATTEMPT_FREE) {
        return FO_NEVER;
    }
    bool goes_on = attempt->next_us != FO_NEVER || attempt->state == FO_ATTEMPT_RETRY;
    if (goes_on && is_moot(engine, attempt)) {
        fo_durable(engine);
        attempt->next_us = FO_NEVER;
        attempt->state = attempt->state == FO_ATTEMPT_RETRY ? FO_ATTEMPT_FAILED : attempt->state;
    }
    if (attempt->state == FO_ATTEMPT_RETRY && attempt->retry_us <= engine->now_us) {
        if (is_usable(engine, attempt->notify.channel)) {
            attempt->notify.attempt++;
            attempt->notify.resend = false;
            queue(engine, index);
        } else {
            miss(engine, index, false, FO_REASON_CHANNEL_DOWN);
        }
    }
    if (attempt->emit) {
        emit(engine, attempt);
    }
    if (attempt->state == FO_ATTEMPT_QUEUED && attempt->result_us <= engine->now_us) {
        miss(engine, index, false, FO_REASON_NO_ANSWER);
    }
    if (attempt->next_us <= engine->now_us) {
        climb_ladder(engine, index);
    }
    if (is_settled(attempt)) {
        settled(engine);
        return FO_NEVER;
    }
    return earliest(attempt->next_us,
                    attempt->state == FO_ATTEMPT_RETRY
                        ? attempt->retry_us
                        : (attempt->state == FO_ATTEMPT_QUEUED ? attempt->result_us : FO_NEVER));
}

/* The person knows of the incident now, and must hear its end, even if that has come meanwhile. */
static void note_reached(struct fo_engine *engine, const struct fo_attempt *attempt)
{
    struct fo_incident *incident = &engine->incidents[attempt->slot];
    uint64_t bit = (uint64_t)1 << attempt->notify.person;
    if (!is_of(engine, attempt) || attempt->notify.message == FO_MESSAGE_RECOVERED) {
        return;
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
        attempt->result_us = FO_NEVER;
        note_reached(engine, attempt);
        note(engine, attempt, FO_REASON_ATTEMPT_ACCEPTED, result->reason);
        return true;
    }
    if (waits) {
        miss(engine, index, result->outcome == FO_OUTCOME_RETRY, result->reason);
    }
    return true;
}

void fo_attempt_stop(struct fo_engine *engine, unsigned slot, unsigned person, bool acknowledged)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        struct fo_attempt *attempt = &engine->attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE ||
            attempt->notify.incident != engine->incidents[slot].number ||
            (person != FO_NONE && attempt->notify.person != person)) {
            continue;
        }
        attempt->next_us = FO_NEVER;
        if (attempt->state == FO_ATTEMPT_RETRY) {
            attempt->state = FO_ATTEMPT_FAILED;
        }
        if (acknowledged && person != FO_NONE) {
            attempt->state = FO_ATTEMPT_ACKNOWLEDGED;
            attempt->emit = false;
        }
        touch(engine, i);
    }
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
            attempt->notify.resend = true;
            attempt->emit = true;
            attempt->result_us =
                engine->now_us + engine->policy.channels[attempt->notify.channel].timeout_us;
        }
        fo_deadline_set(&engine->deadlines, FO_TIMER_ATTEMPT + i, engine->now_us);
    }
}
