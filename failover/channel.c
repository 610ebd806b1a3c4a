/* SPDX-License-Identifier: Apache-2.0 */
/* Channels (see channel.h). What a channel hangs on is configuration; whether that works is the
 * lines' rooms' and the self-tests' statement. */
#include "failover/channel.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/condition.h"
#include "failover/record.h"

static bool has_line(const struct fo_engine *engine, unsigned channel)
{
    uint64_t lines = engine->policy.channels[channel].needs_lines;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        if ((lines >> i & 1) != 0 && engine->lines[i].state != FO_STATE_DOWN) {
            return true;
        }
    }
    return lines == 0;
}

bool fo_channel_usable(const struct fo_engine *engine, unsigned channel)
{
    FO_ASSERT(channel < engine->policy.channel_count);
    return (engine->self.channels_down >> channel & 1) == 0 && has_line(engine, channel);
}

bool fo_channel_waits(const struct fo_engine *engine, unsigned channel)
{
    FO_ASSERT(channel < engine->policy.channel_count);
    return (engine->self.channels_down >> channel & 1) == 0 && !has_line(engine, channel);
}

uint8_t fo_channel_next(const struct fo_engine *engine, unsigned person, uint8_t used,
                        bool lineless, bool any)
{
    const struct fo_person_policy *policy = &engine->policy.persons[person];
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        uint8_t channel = policy->channels[i];
        if ((used >> channel & 1) != 0 ||
            (lineless && engine->policy.channels[channel].needs_lines != 0)) {
            continue;
        }
        if (any || fo_channel_usable(engine, channel)) {
            return channel;
        }
    }
    return FO_NONE;
}

uint8_t fo_channel_reached(const struct fo_engine *engine, unsigned slot, unsigned person)
{
    const struct fo_person_policy *policy = &engine->policy.persons[person];
    uint8_t reached = FO_NONE;
    for (unsigned i = 0; i < FO_CHANNELS_MAX && policy->channels[i] != FO_NONE; i++) {
        uint8_t channel = policy->channels[i];
        if ((engine->incidents[slot].accepted[channel] >> person & 1) == 0) {
            continue;
        }
        if (fo_channel_usable(engine, channel)) {
            return channel;
        }
        reached = reached == FO_NONE ? channel : reached;
    }
    return reached;
}

/* A terminal and a lamp are in the building; everything else leads out of it. */
static bool leads_out(const struct fo_channel_policy *channel)
{
    return channel->kind != FO_CHANNEL_TERMINAL && channel->kind != FO_CHANNEL_TOWER;
}

/* Known to work; a line that is unknown takes an alarm back no more than it raises one. */
static bool is_known_good(const struct fo_engine *engine, unsigned channel)
{
    uint64_t lines = engine->policy.channels[channel].needs_lines;
    bool good = lines == 0;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        uint8_t state = engine->lines[i].state;
        good =
            good || ((lines >> i & 1) != 0 && (state == FO_STATE_OK || state == FO_STATE_DEGRADED));
    }
    return good && (engine->self.channels_down >> channel & 1) == 0;
}

void fo_channel_changed(struct fo_engine *engine)
{
    unsigned out = 0, usable = 0, good = 0;
    for (unsigned i = 0; i < engine->policy.channel_count; i++) {
        bool works = fo_channel_usable(engine, i);
        bool leads = leads_out(&engine->policy.channels[i]);
        out += leads ? 1 : 0;
        usable += leads && works ? 1 : 0;
        good += leads && is_known_good(engine, i) ? 1 : 0;
        fo_attempt_channel(engine, i, works);
    }
    if (good > 0 || (out > 0 && usable == 0)) {
        fo_condition_set(engine, FO_REASON_CONTACTS_CUT, fo_subject_of(FO_SUBJECT_SITE, 0),
                         usable == 0);
    }
}
