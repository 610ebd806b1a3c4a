/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor about itself (see self.h). Alarms and calls go on whatever is wrong with us;
 * automatic actions stop when they could not be trusted. */
#include "failover/self.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/contact.h"
#include "failover/incident.h"
#include "failover/line.h"
#include "failover/power.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/service.h"
#include "failover/switchover.h"

#include <string.h>

/* A stall longer than this may have cost probes their answers; a shorter one only costs the agents'
 * beats, which come far more often. */
#define FORGET_US FO_SECOND

static struct fo_subject monitor_subject(void)
{
    return fo_subject_of(FO_SUBJECT_MONITOR, 0);
}

/* A gap in our loop: silence during it was ours. First everything is stale, then we look again. */
static void stalled(struct fo_engine *engine, int64_t length_us)
{
    fo_monitor_stalled(&engine->monitor, engine->now_us);
    fo_note(engine, FO_REASON_MONITOR_STALLED, 0, monitor_subject(), length_us, 0);
    fo_deadline_set(&engine->deadlines, FO_TIMER_VERDICT, engine->now_us);
    if (length_us <= FORGET_US || length_us <= engine->policy.stall_us) {
        return;
    }
    fo_power_forget(engine);
    fo_line_forget(engine);
    fo_server_forget(engine);
    fo_service_forget(engine);
    fo_condition_pulse(engine, FO_REASON_MONITOR_STALLED, monitor_subject());
}

static void journal(struct fo_engine *engine, bool well)
{
    engine->self.journal_dead = !well;
    fo_condition_set(engine, FO_REASON_JOURNAL_DEAD, monitor_subject(), !well);
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
}

static void assertion(struct fo_engine *engine)
{
    if (engine->self.frozen) {
        return;
    }
    engine->self.frozen = true;
    fo_note(engine, FO_REASON_MODE_CHANGED, FO_REASON_ENGINE_ASSERTION, monitor_subject(),
            FO_MODE_FROZEN, 0);
    fo_condition_set(engine, FO_REASON_ENGINE_ASSERTION, monitor_subject(), true);
    fo_plan_freeze(engine);
}

static void channel(struct fo_engine *engine, unsigned index, bool works)
{
    if (index >= engine->policy.channel_count) {
        return;
    }
    uint8_t bit = (uint8_t)(1U << index);
    uint8_t down = engine->self.channels_down;
    engine->self.channels_known |= bit;
    engine->self.channels_down = (uint8_t)(works ? down & ~bit : down | bit);
    fo_condition_set(engine, FO_REASON_CHANNEL_DOWN, fo_subject_of(FO_SUBJECT_CHANNEL, index),
                     !works);
    fo_contact_changed(engine);
}

/* What is overdue was due before: one story, which keeps those who have heard of the one and tells
 * the other to them. */
static void drill(struct fo_engine *engine, int64_t due)
{
    struct fo_subject site = fo_subject_of(FO_SUBJECT_SITE, 0);
    fo_condition_set(engine, FO_REASON_DRILL_OVERDUE, site, due >= FO_DRILL_OVERDUE);
    fo_condition_set(engine, FO_REASON_DRILL_DUE, site, due >= FO_DRILL_DUE_SOON);
    uint8_t soon = fo_incident_find(engine, FO_REASON_DRILL_DUE, site);
    uint8_t over = fo_incident_find(engine, FO_REASON_DRILL_OVERDUE, site);
    if (soon != FO_NONE && over != FO_NONE && soon != over &&
        fo_condition_may_merge(engine, soon, over)) {
        fo_condition_merge(engine, soon, over);
    }
}

void fo_self_event(struct fo_engine *engine, const struct fo_self *self)
{
    FO_ASSERT(engine->out != NULL);
    switch (self->kind) {
        case FO_SELF_STALL:
            stalled(engine, self->value);
            break;
        case FO_SELF_CLOCK:
            engine->self.clock_unwell = self->value == 0;
            fo_monitor_clock(&engine->monitor, self->value != 0);
            fo_condition_set(engine, FO_REASON_MONITOR_CLOCK, monitor_subject(), self->value == 0);
            fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
            break;
        case FO_SELF_JOURNAL:
            journal(engine, self->value != 0);
            break;
        case FO_SELF_ASSERTION:
            assertion(engine);
            break;
        case FO_SELF_CHANNEL:
            channel(engine, self->index, self->value != 0);
            break;
        case FO_SELF_ANSWERS:
            engine->self.answers = self->value;
            memcpy(engine->self.stations, self->stations, sizeof engine->self.stations);
            fo_condition_set(engine, FO_REASON_TWO_ANSWERS, fo_subject_of(FO_SUBJECT_SITE, 0),
                             self->value > 1);
            break;
        case FO_SELF_PROVEN:
            if (self->index < engine->policy.person_count) {
                fo_condition_set(engine, FO_REASON_CONTACT_UNPROVEN,
                                 fo_subject_of(FO_SUBJECT_PERSON, self->index), self->value == 0);
            }
            break;
        case FO_SELF_AHEAD:
            if (self->index < engine->policy.role_count) {
                fo_condition_set(engine, FO_REASON_ROSTER_GAP_AHEAD,
                                 fo_subject_of(FO_SUBJECT_ROLE, self->index), self->value == 0);
            }
            break;
        case FO_SELF_DRILL:
            drill(engine, self->value);
            break;
        default:
            break;
    }
}

void fo_self_boot(struct fo_engine *engine)
{
    FO_ASSERT(engine->out != NULL);
    fo_condition_set(engine, FO_REASON_MONITOR_CLOCK, monitor_subject(), false);
    fo_condition_set(engine, FO_REASON_JOURNAL_DEAD, monitor_subject(), false);
    fo_condition_set(engine, FO_REASON_TWO_ANSWERS, fo_subject_of(FO_SUBJECT_SITE, 0), false);
    for (unsigned i = 0; i < engine->policy.channel_count; i++) {
        fo_condition_set(engine, FO_REASON_CHANNEL_DOWN, fo_subject_of(FO_SUBJECT_CHANNEL, i),
                         false);
    }
}
