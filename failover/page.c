/* SPDX-License-Identifier: Apache-2.0 */
/* One page to one person (see page.h): by which ways it begins. The attempts then walk by
 * themselves. */
#include "failover/page.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/channel.h"
#include "failover/condition.h"
#include "failover/record.h"

#define PLACES 2         /* the ladder's own, and the parallel one of class 2 */
#define LEAST_GRAVE 255U /* drills; what is over, and the news of it */

static bool is_open(const struct fo_attempt *attempt)
{
    return attempt->state == FO_ATTEMPT_FREE || fo_attempt_settled(attempt);
}

static unsigned severity_of(const struct fo_incident *incident)
{
    return incident->state == FO_INCIDENT_OPEN && !incident->drill ? incident->severity
                                                                   : LEAST_GRAVE;
}

/* Places of incidents are used again: what is of another one is over. */
static unsigned attempt_severity(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    const struct fo_incident *incident = &engine->incidents[attempt->slot];
    bool over = incident->number != attempt->notify.incident || fo_attempt_moot(engine, attempt);
    return over ? LEAST_GRAVE : severity_of(incident);
}

/* How readily a waiting attempt gives way: the less grave the more, and of two as grave the one
 * that was made again after crashes, because it has had its chance. */
static unsigned readiness(const struct fo_engine *engine, const struct fo_attempt *attempt)
{
    unsigned again = attempt->state == FO_ATTEMPT_QUEUED ? 1 : 0;
    return 2 * attempt_severity(engine, attempt) + again;
}

static bool may_give_way(const struct fo_engine *engine, const struct fo_attempt *attempt,
                         unsigned severity)
{
    return !is_open(attempt) && fo_attempt_waits(engine, attempt) &&
           readiness(engine, attempt) > 2 * severity;
}

/* The readiest of those that may, the oldest among equals; FO_NONE. */
static uint8_t gives_way(const struct fo_engine *engine, unsigned severity)
{
    uint8_t chosen = FO_NONE;
    unsigned most = 0;
    for (uint8_t i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        if (!may_give_way(engine, attempt, severity)) {
            continue;
        }
        unsigned ready = readiness(engine, attempt);
        if (ready > most || (ready == most && attempt->order < engine->attempts[chosen].order)) {
            chosen = i;
            most = ready;
        }
    }
    return chosen;
}

/* Room for a page of this severity. Where all places are taken, what only waits gives way; nobody
 * does so for nothing. */
static bool make_room(struct fo_engine *engine, unsigned severity)
{
    unsigned open = 0, more = 0;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX && open < PLACES; i++) {
        open += is_open(&engine->attempts[i]) ? 1 : 0;
        more += may_give_way(engine, &engine->attempts[i], severity) ? 1 : 0;
    }
    if (open + more < PLACES) {
        engine->attempts_starved = true;
        return false;
    }
    for (; open < PLACES; open++) {
        uint8_t index = gives_way(engine, severity);
        FO_ASSERT(index != FO_NONE);
        fo_attempt_give_way(engine, &engine->attempts[index]);
    }
    return true;
}

/* Both lines are down: all that needs none at once, and what needs one waits for it. */
static void page_without_lines(struct fo_engine *engine, unsigned slot, struct fo_attempt *main,
                               enum fo_message message)
{
    unsigned person = main->notify.person;
    const struct fo_person_policy *policy = &engine->policy.persons[person];
    uint8_t used = main->used;
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        uint8_t channel = policy->channels[i];
        bool lineless = engine->policy.channels[channel].needs_lines == 0;
        bool waits =
            fo_channel_waits(engine, channel) && engine->policy.channels[channel].hold_us > 0;
        bool wanted = (used >> channel & 1) == 0 &&
                      ((lineless && fo_channel_usable(engine, channel)) || waits);
        if (!wanted || fo_attempt_free(engine) == FO_NONE) {
            continue;
        }
        struct fo_attempt *more = fo_attempt_make(engine, slot, person, channel, message);
        used |= (uint8_t)(1U << channel);
        if (waits) {
            fo_attempt_hold(engine, more);
        }
    }
    main->used |= used;
}

static bool page_end(struct fo_engine *engine, unsigned slot, unsigned person,
                     enum fo_message message)
{
    uint8_t channel = message == FO_MESSAGE_RECOVERED
                          ? fo_channel_reached(engine, slot, person)
                          : fo_channel_next(engine, person, 0, false, true);
    if (channel != FO_NONE) {
        fo_attempt_make(engine, slot, person, channel, message);
    }
    return true;
}

bool fo_page_person(struct fo_engine *engine, unsigned slot, unsigned person,
                    enum fo_message message)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    FO_ASSERT(person < engine->policy.person_count);
    const struct fo_incident *incident = &engine->incidents[slot];
    if (!make_room(engine, severity_of(incident))) {
        return false;
    }
    if (message == FO_MESSAGE_RECOVERED || message == FO_MESSAGE_ABORTED) {
        return page_end(engine, slot, person, message);
    }
    uint8_t first = fo_channel_next(engine, person, 0, false, false);
    if (first == FO_NONE) {
        first =
            fo_channel_next(engine, person, 0, false, true); /* none can work: try all the same */
    }
    if (first == FO_NONE) {
        return true; /* a person without a channel: config says so, nothing can be done here */
    }
    struct fo_attempt *main = fo_attempt_make(engine, slot, person, first, message);
    main->ladder = true;
    main->next_us = engine->now_us + engine->policy.persons[person].channel_wait_us;
    if (incident->class2 && engine->policy.channels[first].needs_lines != 0) {
        uint8_t lineless = fo_channel_next(engine, person, main->used, true, false);
        if (lineless != FO_NONE) {
            main->used |= (uint8_t)(1U << lineless);
            fo_attempt_make(engine, slot, person, lineless, message);
        }
    }
    if (incident->class2 &&
        fo_condition_holds(engine, FO_REASON_LINES_ALL_DOWN, fo_subject_of(FO_SUBJECT_SITE, 0))) {
        page_without_lines(engine, slot, main, message);
    }
    return true;
}
