/* SPDX-License-Identifier: Apache-2.0 */
/* Whether anybody outside can be reached (see contact.h). It judges; channel.c knows what hangs on
 * what. */
#include "failover/contact.h"

#include "failover/attempt.h"
#include "failover/channel.h"
#include "failover/condition.h"
#include "failover/record.h"

/* A terminal and a lamp are in the building; everything else leads out of it. */
static bool leads_out(const struct fo_channel_policy *channel)
{
    return channel->kind != FO_CHANNEL_TERMINAL && channel->kind != FO_CHANNEL_TOWER;
}

/* Known to work, by a word since our own start: of one of its lines, or, where it needs none, of
 * the channel itself. What is unknown takes an alarm back no more than it raises one. */
static bool is_known_good(const struct fo_engine *engine, unsigned channel)
{
    uint64_t lines = engine->policy.channels[channel].needs_lines;
    bool good = lines == 0 && (engine->self.channels_known >> channel & 1) != 0;
    for (unsigned i = 0; i < engine->policy.line_count; i++) {
        uint8_t state = engine->lines[i].state;
        good =
            good || ((lines >> i & 1) != 0 && (state == FO_STATE_OK || state == FO_STATE_DEGRADED));
    }
    return good && (engine->self.channels_down >> channel & 1) == 0;
}

void fo_contact_changed(struct fo_engine *engine)
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
