/* SPDX-License-Identifier: Apache-2.0 */
/* Drills (see drill.h). Nothing a drill says holds, so no rule about the real room ever reads one.
 */
#include "failover/drill.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/incident.h"
#include "failover/record.h"

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
    fo_incident_open(engine, slot, cause, order->subject);
    struct fo_incident *incident = &engine->incidents[slot];
    incident->drill = true;
    incident->roll_call = cause == FO_REASON_DRILL;
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
}

void fo_drill_abort(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && fo_incident_is_beside(engine, incident)) {
            fo_drill_end(engine, i, FO_REASON_DRILL_ABORTED);
        }
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
