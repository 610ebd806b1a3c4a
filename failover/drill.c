/* SPDX-License-Identifier: Apache-2.0 */
/* Drills (see drill.h). Nothing a drill says holds, so no rule about the real room ever reads one.
 */
#include "failover/drill.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/incident.h"
#include "failover/inhibit.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/switchover.h"

static bool has_real(const struct fo_engine *engine)
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

uint8_t fo_drill_moving(const struct fo_engine *engine)
{
    for (uint8_t i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && fo_incident_is_beside(engine, incident) &&
            incident->cause == FO_REASON_SWITCHOVER_DRILL) {
            return i;
        }
    }
    return FO_NONE;
}

/* The move itself, before anything is opened for it: only from a server that serves, only inside a
 * window of the site that is open to the drill's end, and by the checks of any planned one. */
static uint16_t begin_move(struct fo_engine *engine, const struct fo_order *order)
{
    fo_us window_us = engine->inhibit.maintenance_us[FO_MAINTENANCE_SITE];
    uint16_t reason = FO_REASON_NONE;
    if (order->subject.kind != FO_SUBJECT_SERVER) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    if (window_us == FO_NEVER || window_us < order->until_us) {
        return FO_REASON_BLOCKED_NO_WINDOW;
    }
    if (fo_drill_moving(engine) != FO_NONE) {
        return FO_REASON_BLOCKED_IN_PROGRESS;
    }
    if (!fo_server_serves(engine)) {
        return FO_REASON_SERVICE_DOWN; /* it would be no planned one */
    }
    return fo_plan_order(engine, order->subject.index, order->person, true, &reason)
               ? FO_REASON_NONE
               : reason;
}

uint16_t fo_drill_begin(struct fo_engine *engine, const struct fo_order *order)
{
    uint16_t cause = (uint16_t)order->value;
    fo_us length_us = order->until_us - engine->now_us;
    if (engine->policy.drill) {
        return FO_REASON_DRILL; /* all of it is one already, and ends with what it plays */
    }
    if (order->value > UINT16_MAX || !fo_reason_is_cause(cause) ||
        !fo_policy_has(&engine->policy, order->subject)) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    if (order->until_us <= engine->now_us || length_us > FO_DRILL_MAX_US) {
        return FO_REASON_TOO_LATE;
    }
    uint8_t slot = has_real(engine) ? FO_NONE : fo_incident_slot(engine);
    if (slot == FO_NONE) {
        return FO_REASON_BLOCKED_IN_PROGRESS; /* people are needed for what is real */
    }
    bool moves = cause == FO_REASON_SWITCHOVER_DRILL;
    uint16_t refused = moves ? begin_move(engine, order) : FO_REASON_NONE;
    if (refused != FO_REASON_NONE) {
        return refused;
    }
    fo_incident_open(engine, slot, cause, order->subject);
    struct fo_incident *incident = &engine->incidents[slot];
    incident->drill = true;
    incident->did = moves ? FO_REASON_SWITCHOVER_STARTED : FO_REASON_NONE;
    incident->roll_call = moves || cause == FO_REASON_DRILL;
    incident->until_us = order->until_us;
    struct fo_record *record = fo_incident_note(engine, slot, FO_REASON_DRILL_STARTED, cause);
    record->person = order->person;
    record->b = order->second;
    return FO_REASON_NONE;
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

void fo_drill_yield(struct fo_engine *engine)
{
    if (!has_real(engine)) {
        return;
    }
    if (fo_drill_moving(engine) != FO_NONE) {
        fo_inhibit_give_up(engine);
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
    uint8_t slot = fo_drill_moving(engine);
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
