/* SPDX-License-Identifier: Apache-2.0 */
/* One page to one person (see page.h): by which ways it begins. The attempts then walk by
 * themselves. */
#include "failover/page.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/channel.h"
#include "failover/condition.h"
#include "failover/record.h"

/* Two free ones: the ladder's own, and the parallel one of class 2. */
static bool has_room(struct fo_engine *engine)
{
    unsigned room = 0;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX && room < 2; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        room += attempt->state == FO_ATTEMPT_FREE || fo_attempt_settled(attempt) ? 1 : 0;
    }
    engine->attempts_starved = engine->attempts_starved || room < 2;
    return room >= 2;
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
    if (!has_room(engine)) {
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
