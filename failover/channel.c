/* SPDX-License-Identifier: Apache-2.0 */
/* Channels (see channel.h). What a channel hangs on is configuration; whether that works is the
 * lines' rooms' and the self-tests' statement. */
#include "failover/channel.h"

#include "failover/assert.h"

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
