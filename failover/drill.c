/* SPDX-License-Identifier: Apache-2.0 */
/* Drills (see drill.h). Nothing a drill says holds, so no rule about the real room ever reads one.
 */
#include "failover/drill.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/incident.h"
#include "failover/moving.h"
#include "failover/record.h"

bool fo_drill_is_forbidden(const struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && !incident->drill &&
            incident->severity < FO_SEVERITY_INFORMATION) {
            return true;
        }
    }
    return false;
}

void fo_drill_end(struct fo_engine *engine, unsigned slot, enum fo_reason why)
{
    struct fo_incident *incident = &engine->incidents[slot];
    FO_ASSERT(incident->state == FO_INCIDENT_OPEN && incident->drill);
    bool aborted = why == FO_REASON_DRILL_ABORTED;
    fo_attempt_stop(engine, slot, UINT64_MAX, false);
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        incident->branches[i].next_rung_us = FO_NEVER;
        incident->branches[i].ack_until_us = FO_NEVER;
    }
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        incident->recovering |= incident->accepted[i];
    }
    incident->recovering |= aborted ? incident->paged : 0;
    incident->message = aborted ? FO_MESSAGE_ABORTED : FO_MESSAGE_RECOVERED;
    incident->state = FO_INCIDENT_RECOVERED;
    incident->active = false;
    incident->fresh = false;
    incident->clear_us = engine->now_us;
    incident->clean_us = engine->now_us;
    incident->closed_us = engine->now_us + engine->policy.clean_us;
    fo_incident_note(engine, slot, why, incident->cause)->b = engine->now_us - incident->opened_us;
    fo_incident_touch(engine, slot);
    /* a move that has released nothing yet is given up, the rest is gone through with */
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
}

/* The window of the site is over before its time: the machine must be free to act. */
static void give_up_window(struct fo_engine *engine)
{
    engine->inhibit.maintenance_us[FO_MAINTENANCE_SITE] = FO_NEVER;
    engine->inhibit.overrun_us[FO_MAINTENANCE_SITE] = FO_NEVER;
    fo_note(engine, FO_REASON_MODE_CHANGED, FO_REASON_DRILL_ABORTED,
            fo_subject_of(FO_SUBJECT_SITE, 0), 0, 0);
    fo_durable(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MODE, engine->now_us);
}

void fo_drill_yield(struct fo_engine *engine)
{
    if (!fo_drill_is_forbidden(engine)) {
        return;
    }
    if (fo_moving(engine) != FO_NONE) {
        give_up_window(engine);
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && fo_incident_is_beside(engine, incident)) {
            fo_drill_end(engine, i, FO_REASON_DRILL_ABORTED);
        }
    }
}

/* People on the list are asked; the machine gives nothing back by itself. */
static void ask_giving_back(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_record *record = fo_incident_note(engine, slot, FO_REASON_DRILL_SWITCHED, 0);
    record->a = incident->subject.index;
    record->b = engine->now_us - incident->opened_us;
    fo_incident_worsen(engine, slot, FO_REASON_DRILL_SWITCHED);
    incident->message = FO_MESSAGE_GIVE_BACK;
}

void fo_drill_did(struct fo_engine *engine, unsigned target, enum fo_reason did)
{
    uint8_t slot = fo_moving(engine);
    if (slot == FO_NONE) {
        return;
    }
    struct fo_incident *incident = &engine->incidents[slot];
    bool there = incident->subject.index == target;
    if (there) {
        incident->did = (uint16_t)did;
        fo_durable(engine);
    }
    if (did == FO_REASON_SWITCHOVER_VERIFIED && there) {
        ask_giving_back(engine, slot);
    } else if (did == FO_REASON_SWITCHOVER_VERIFIED) {
        fo_drill_end(engine, slot, FO_REASON_DRILL_ENDED); /* given back */
    }
}

fo_us fo_drill_run(struct fo_engine *engine, unsigned slot)
{
    if (engine->incidents[slot].until_us <= engine->now_us) {
        fo_drill_end(engine, slot, FO_REASON_DRILL_ENDED);
        return engine->now_us;
    }
    return engine->incidents[slot].until_us;
}
