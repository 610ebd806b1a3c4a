/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a drill (see drill_begin.h). Changes fail closed: whatever stands against it
 * refuses it whole. */
#include "failover/drill_begin.h"

#include "failover/drill.h"
#include "failover/incident.h"
#include "failover/moving.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/switchover.h"

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
    if (fo_moving(engine) != FO_NONE) {
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
    uint8_t slot = fo_drill_is_forbidden(engine) ? FO_NONE : fo_incident_slot(engine);
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
