/* SPDX-License-Identifier: Apache-2.0 */
/* Words that end alarms (see alarm.h). */
#include "sim/storm/alarm.h"

#include "failover/reason.h"
#include "sim/storm/trace.h"

#include <string.h>

#define VOLTAGE_MILLI 40000 /* V: above it there are mains */

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
    switch (probe->kind) {
        case FO_PROBE_TARGET:
            words->line_us[probe->index] = world->now_us;
            break;
        case FO_PROBE_HOST:
            words->server_us = world->now_us;
            break;
        case FO_PROBE_SERVICE:
            words->service_us = world->now_us;
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
                world->words.server_us = world->now_us;
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

static fo_us word_about_site(const struct storm_world *world, uint16_t cause)
{
    const struct storm_words *words = &world->words;
    switch (cause) {
        case FO_REASON_MAINS_LOST:
            return words->mains_us;
        case FO_REASON_LINES_ALL_DOWN:
            return later(words->line_us[0], words->line_us[1]);
        case FO_REASON_TWO_ANSWERS:
            return words->answers_us;
        default:
            return words->server_us;
    }
}

/* The newest word that can end an alarm of this cause about this subject. */
static fo_us word_about(const struct storm_world *world, uint16_t cause, struct fo_subject subject)
{
    const struct storm_words *words = &world->words;
    bool of_start = cause == FO_REASON_GENERATOR_NO_START ||
                    cause == FO_REASON_GENERATOR_START_SLOW ||
                    cause == FO_REASON_GENERATOR_NO_TRANSFER;
    switch (subject.kind) {
        case FO_SUBJECT_SITE:
            return word_about_site(world, cause);
        case FO_SUBJECT_DEVICE:
            return of_start ? later(words->mains_us, words->device_us[subject.index])
                            : words->device_us[subject.index];
        case FO_SUBJECT_SERVER:
            return words->server_us;
        case FO_SUBJECT_LINE:
            return cause == FO_REASON_LINE_DEGRADED ? words->line_asked_us[subject.index]
                                                    : words->line_us[subject.index];
        case FO_SUBJECT_SERVICE:
            return later(later(words->service_us, words->server_us),
                         later(words->line_us[0], words->line_us[1]));
        case FO_SUBJECT_CHANNEL:
            return words->channel_us[subject.index];
        default:
            return cause == FO_REASON_MONITOR_CLOCK || cause == FO_REASON_JOURNAL_DEAD
                       ? words->monitor_us
                       : world->now_us; /* about itself: over at once, or when anything is heard */
    }
}

/* ---- incidents ------------------------------------------------------------------------------- */

static struct storm_alarm *find(struct storm_world *world, uint32_t number)
{
    for (unsigned i = 0; i < STORM_CASES; i++) {
        if (world->alarms[i].number == number) {
            return &world->alarms[i];
        }
    }
    return NULL;
}

static void since_now(struct storm_world *world, uint32_t number, fo_us since_us)
{
    struct storm_alarm *alarm = find(world, number);
    alarm = alarm != NULL ? alarm : find(world, 0);
    if (alarm != NULL) {
        *alarm = (struct storm_alarm){.number = number, .since_us = since_us};
    }
}

static void check_recovered(struct storm_world *world, const struct fo_record *record)
{
    const struct storm_alarm *alarm = find(world, record->incident);
    if (alarm == NULL || alarm->resolved) {
        return;
    }
    if (word_about(world, record->why, record->subject) < alarm->since_us) {
        storm_break_law(world, STORM_LAW_S8, "incident %u (%s %u/%u) recovers, and nothing said so",
                        record->incident, fo_reason_name(record->why), record->subject.kind,
                        record->subject.index);
    }
}

void storm_alarm_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out)
{
    note_event(world, event);
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct fo_record *record = &out->records[i];
        struct storm_alarm *alarm = record->incident != 0 ? find(world, record->incident) : NULL;
        switch (record->reason) {
            case FO_REASON_INCIDENT_OPENED:
            case FO_REASON_INCIDENT_EPOCH:
                since_now(world, record->incident, world->now_us);
                break;
            case FO_REASON_RESOLVED:
                if (alarm != NULL) {
                    alarm->resolved = true;
                }
                break;
            case FO_REASON_INCIDENT_RECOVERED:
                check_recovered(world, record);
                break;
            case FO_REASON_INCIDENT_CLOSED:
                if (alarm != NULL) {
                    alarm->number = 0;
                }
                break;
            default:
                break;
        }
    }
}

void storm_alarm_restart(struct storm_world *world)
{
    memset(world->alarms, 0, sizeof world->alarms);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world->daemon.engine.incidents[i];
        if (incident->state == FO_INCIDENT_OPEN) {
            since_now(world, incident->number, incident->active ? world->now_us : 0);
        }
    }
    /* a daemon that starts knows nothing against itself, its channels and the address */
    world->words.monitor_us = world->now_us;
    world->words.answers_us = world->now_us;
    for (unsigned i = 0; i < STORM_CHANNELS; i++) {
        world->words.channel_us[i] = world->now_us;
    }
}
