/* SPDX-License-Identifier: Apache-2.0 */
/* Words that end alarms (see alarm.h). */
#include "sim/storm/alarm.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/trace.h"

#define CAUSE_FIRST 100
#define BIT(cause) (UINT64_C(1) << (FO_REASON_##cause - CAUSE_FIRST))
#define VOLTAGE_MILLI 40000 /* V: above it there are mains */
/* A source is good only when it has been for a while: what hangs on several of them may be raised
 * between such a word and its effect. The longest hold of the storm's sites. */
#define HOLD_MAX_US (5 * FO_SECOND)

/* Mains that some see and others do not are believed only after this long (failover/mains.c), and
 * then end what was said of the generator meanwhile. */
#define MIXED_MAX_US (10 * FO_SECOND)

/* The subjects that exist in the storm; each has one word of conditions. */
static const struct fo_subject subjects[STORM_SUBJECTS] = {
    {FO_SUBJECT_SITE, 0},    {FO_SUBJECT_MONITOR, 0}, {FO_SUBJECT_DEVICE, 0},
    {FO_SUBJECT_DEVICE, 1},  {FO_SUBJECT_DEVICE, 2},  {FO_SUBJECT_DEVICE, 3},
    {FO_SUBJECT_SERVER, 0},  {FO_SUBJECT_SERVER, 1},  {FO_SUBJECT_LINE, 0},
    {FO_SUBJECT_LINE, 1},    {FO_SUBJECT_SERVICE, 0}, {FO_SUBJECT_SERVICE, 1},
    {FO_SUBJECT_CHANNEL, 0}, {FO_SUBJECT_CHANNEL, 1}, {FO_SUBJECT_CHANNEL, 2},
};

/* ---- what was said --------------------------------------------------------------------------- */

static bool says_mains(const struct fo_value *value)
{
    if (value->quality != FO_GOOD) {
        return false;
    }
    switch (value->variable) {
        case FO_VAR_UPS_STATUS:
            return (value->milli & FO_UPS(OL)) != 0;
        case FO_VAR_TRANSFER_SOURCE:
            return value->milli == FO_SOURCE_MAINS;
        case FO_VAR_MAINS_VOLTAGE:
            return value->milli >= VOLTAGE_MILLI;
        default:
            return false;
    }
}

static void note_reading(struct storm_world *world, const struct fo_reading *reading)
{
    struct storm_words *words = &world->words;
    if (reading->quality != FO_GOOD) {
        return;
    }
    words->any_us = world->now_us;
    words->any_device_us = world->now_us;
    words->device_us[reading->device] = world->now_us;
    for (unsigned i = 0; i < reading->count; i++) {
        if (says_mains(&reading->values[i])) {
            words->mains_us = world->now_us;
        }
    }
}

static void note_probe(struct storm_world *world, const struct fo_probe *probe)
{
    struct storm_words *words = &world->words;
    if (probe->quality != FO_GOOD) {
        return;
    }
    if (probe->kind == FO_PROBE_TARGET) {
        words->line_asked_us[probe->index] = world->now_us;
    }
    if (!probe->ok) {
        return;
    }
    words->any_us = world->now_us;
    switch (probe->kind) {
        case FO_PROBE_TARGET:
            words->line_us[probe->index] = world->now_us;
            break;
        case FO_PROBE_HOST:
            words->host_us = world->now_us;
            if (world->pair.on) { /* nobody else speaks for it */
                words->server_us[probe->index] = world->now_us;
            }
            break;
        case FO_PROBE_SERVICE:
            words->service_us = world->now_us;
            if (world->pair.on) {
                words->server_us[0] = words->server_us[1] = world->now_us;
            }
            break;
        default:
            break;
    }
}

static void note_self(struct storm_world *world, const struct fo_self *self)
{
    struct storm_words *words = &world->words;
    switch (self->kind) {
        case FO_SELF_CLOCK:
        case FO_SELF_JOURNAL:
            words->monitor_us = self->value != 0 ? world->now_us : words->monitor_us;
            break;
        case FO_SELF_CHANNEL:
            if (self->value != 0 && self->index < STORM_CHANNELS) {
                words->channel_us[self->index] = world->now_us;
            }
            break;
        case FO_SELF_ANSWERS:
            words->answers_us = self->value <= 1 ? world->now_us : words->answers_us;
            break;
        default:
            break;
    }
}

/* A beat that M has taken in speaks for its sender, and for the other server when it has heard it.
 */
static void note_beat(struct storm_world *world, const struct fo_beat *beat)
{
    struct storm_words *words = &world->words;
    const struct fo_lease_params *lease = &world->policy.lease;
    if (beat->sender >= FO_SERVERS) {
        return;
    }
    const struct fo_heard *heard = &world->daemon.engine.monitor.voter.heard[beat->sender];
    if (heard->last.boot != beat->stamp.boot || heard->last.seq != beat->stamp.seq) {
        return;
    }
    words->any_us = world->now_us;
    words->server_us[beat->sender] = world->now_us;
    if (beat->silence_us < lease->lease_us - 2 * lease->beat_us) {
        words->server_us[1 - beat->sender] = world->now_us;
    }
}

static void note_event(struct storm_world *world, const struct fo_event *event)
{
    switch (event->kind) {
        case FO_EVENT_READING:
            note_reading(world, &event->reading);
            break;
        case FO_EVENT_PROBE:
            note_probe(world, &event->probe);
            break;
        case FO_EVENT_DATAGRAM:
            if (event->datagram.datagram.kind == FO_DATAGRAM_BEAT) {
                note_beat(world, &event->datagram.datagram.beat);
            }
            break;
        case FO_EVENT_SELF:
            note_self(world, &event->self);
            break;
        default:
            break;
    }
}

/* ---- what they can end ----------------------------------------------------------------------- */

static fo_us later(fo_us a_us, fo_us b_us)
{
    return a_us > b_us ? a_us : b_us;
}

static fo_us word_about_site(const struct storm_world *world, unsigned cause)
{
    const struct storm_words *words = &world->words;
    switch (cause) {
        case FO_REASON_MAINS_LOST:
            return words->mains_us;
        case FO_REASON_LINES_ALL_DOWN:
            return later(words->line_us[0], words->line_us[1]) + HOLD_MAX_US;
        case FO_REASON_TWO_ANSWERS:
            return words->answers_us;
        case FO_REASON_CONTACTS_CUT: {
            fo_us channel_us = 0;
            for (unsigned i = 0; i < STORM_CHANNELS; i++) {
                channel_us = later(channel_us, words->channel_us[i]);
            }
            return later(channel_us, later(words->line_us[0], words->line_us[1]) + HOLD_MAX_US);
        }
        default:
            return later(words->host_us + HOLD_MAX_US,
                         later(words->server_us[0], words->server_us[1]));
    }
}

static fo_us word_about_device(const struct storm_world *world, unsigned cause, unsigned device)
{
    bool of_start =
        cause == FO_REASON_GENERATOR_NO_START || cause == FO_REASON_GENERATOR_START_SLOW ||
        cause == FO_REASON_GENERATOR_NO_TRANSFER || cause == FO_REASON_GENERATOR_REFUSED;
    /* who carries the load is said by other devices too */
    return of_start ? later(world->words.any_device_us, world->words.mains_us + MIXED_MAX_US)
                    : world->words.device_us[device];
}

/* The newest word that can end a condition of this cause about this subject. */
static fo_us word_about(const struct storm_world *world, unsigned cause, struct fo_subject subject)
{
    const struct storm_words *words = &world->words;
    switch (subject.kind) {
        case FO_SUBJECT_SITE:
            return word_about_site(world, cause);
        case FO_SUBJECT_DEVICE:
            return word_about_device(world, cause, subject.index);
        case FO_SUBJECT_SERVER:
            return words->server_us[subject.index] + (world->pair.on ? HOLD_MAX_US : 0);
        case FO_SUBJECT_LINE:
            return cause == FO_REASON_LINE_DEGRADED ? words->line_asked_us[subject.index]
                                                    : words->line_us[subject.index] + HOLD_MAX_US;
        case FO_SUBJECT_SERVICE:
            return later(
                later(words->service_us, later(words->line_us[0], words->line_us[1])) + HOLD_MAX_US,
                later(words->server_us[0], words->server_us[1]));
        case FO_SUBJECT_CHANNEL:
            return words->channel_us[subject.index];
        default:
            FO_ASSERT(subject.kind == FO_SUBJECT_MONITOR);
            return cause == FO_REASON_MONITOR_CLOCK || cause == FO_REASON_JOURNAL_DEAD
                       ? words->monitor_us
                       : words->any_us + HOLD_MAX_US; /* it may have said so just before */
    }
}

/* A path that was at fault and of which nobody knows any more, a UPS that is silent and turns out
 * to be so on battery: what is worse is said instead. */
static bool is_outgrown(const struct storm_world *world, unsigned cause, uint64_t now)
{
    if (cause == FO_REASON_UPS_SILENT) {
        return (now & BIT(UPS_SILENT_ON_BATTERY)) != 0;
    }
    uint64_t site = world->daemon.engine.raised[FO_SUBJECT_SITE][0];
    return cause == FO_REASON_SERVER_HEARTBEAT_PATH &&
           ((now & (BIT(SERVER_DEAD) | BIT(SERVER_UNREACHABLE))) != 0 ||
            (site & BIT(BOTH_SERVERS_DEAD)) != 0);
}

/* ---- one step -------------------------------------------------------------------------------- */

static void compare(struct storm_world *world, unsigned at, uint64_t now, bool freely)
{
    struct storm_words *words = &world->words;
    uint64_t changed = words->raised[at] ^ now;
    for (unsigned bit = 0; changed >> bit != 0 && bit < 64; bit++) {
        if ((changed >> bit & 1) == 0) {
            continue;
        }
        unsigned cause = CAUSE_FIRST + bit;
        if ((now >> bit & 1) != 0) {
            words->since_us[at][bit] = world->now_us;
        } else if (!freely && !is_outgrown(world, cause, now) &&
                   word_about(world, cause, subjects[at]) < words->since_us[at][bit]) {
            storm_break_law(world, STORM_LAW_S8, "%s of %u/%u is taken back, and nothing said so",
                            fo_reason_name((enum fo_reason)cause), subjects[at].kind,
                            subjects[at].index);
        }
        if (changed >> bit == 1) {
            break;
        }
    }
    words->raised[at] = now;
}

void storm_alarm_step(struct storm_world *world, const struct fo_event *event)
{
    /* a person's word ends what waits for one; a boot knows what its snapshot knew, and nothing
     * against itself */
    bool freely = event->kind == FO_EVENT_ORDER || event->kind == FO_EVENT_BOOT;
    note_event(world, event);
    for (unsigned at = 0; at < STORM_SUBJECTS; at++) {
        uint64_t now = world->daemon.engine.raised[subjects[at].kind][subjects[at].index];
        if (now != world->words.raised[at]) {
            compare(world, at, now, freely);
        }
    }
}
