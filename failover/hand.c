/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by hand (see hand.h). Each leaves its record, whatever follows from it. */
#include "failover/hand.h"

#include "failover/answer.h"
#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/record.h"

static bool is_about(const struct fo_incident *incident, struct fo_subject subject)
{
    bool about = fo_subject_equal(incident->subject, subject);
    for (unsigned i = 0; i < incident->child_count; i++) {
        about = about || (incident->children[i].open &&
                          fo_subject_equal(incident->children[i].subject, subject));
    }
    return about;
}

/* The open incident that this report may be about; the ladder begins all the same. */
static uint16_t report(struct fo_engine *engine, const struct fo_order *order)
{
    uint32_t same = 0;
    if (!fo_policy_has(&engine->policy, order->subject)) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &engine->incidents[i];
        if (incident->state == FO_INCIDENT_OPEN && !fo_incident_is_beside(engine, incident) &&
            is_about(incident, order->subject)) {
            same = incident->number;
        }
    }
    fo_condition_set(engine, FO_REASON_REPORTED, order->subject, true);
    uint8_t slot = fo_incident_find(engine, FO_REASON_REPORTED, order->subject);
    if (slot == FO_NONE) {
        return FO_REASON_BLOCKED_IN_PROGRESS; /* every place is taken by what holds: it is told */
    }
    if (same != 0) {
        struct fo_record *record = fo_incident_note(engine, slot, FO_REASON_MERGE_OFFERED, 0);
        record->person = order->person;
        record->b = same;
    }
    return FO_REASON_NONE;
}

static uint16_t join(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t from = fo_incident_numbered(engine, order->incident);
    uint8_t into = fo_incident_numbered(engine, order->value);
    if (from == FO_NONE || into == FO_NONE || from == into ||
        engine->incidents[from].state != FO_INCIDENT_OPEN ||
        engine->incidents[into].state != FO_INCIDENT_OPEN ||
        engine->incidents[from].cause != FO_REASON_REPORTED) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    if (!fo_condition_may_merge(engine, from, into)) {
        return FO_REASON_BLOCKED_IN_PROGRESS; /* it has all the children that one can have */
    }
    struct fo_subject subject = engine->incidents[from].subject;
    fo_condition_merge(engine, from, into);
    fo_condition_set(engine, FO_REASON_REPORTED, subject, false); /* the other one says it now */
    return FO_REASON_NONE;
}

static uint16_t called(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t slot = fo_incident_numbered(engine, order->incident);
    if (slot == FO_NONE || order->second >= engine->policy.person_count ||
        order->value > FO_CALLED_CANNOT) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    struct fo_record *record = fo_incident_note(engine, slot, FO_REASON_CALLED_BY_HAND, 0);
    record->subject = fo_subject_of(FO_SUBJECT_PERSON, order->second);
    record->person = order->person;
    record->b = order->value;
    if (order->value == FO_CALLED_TAKEN || order->value == FO_CALLED_CANNOT) {
        struct fo_order word = {
            .kind = order->value == FO_CALLED_TAKEN ? FO_ORDER_ACKNOWLEDGE : FO_ORDER_CANNOT,
            .person = order->second,
            .second = order->person,
            .server = FO_NONE,
            .incident = order->incident};
        fo_answer_order(engine, &word);
    }
    return FO_REASON_NONE;
}

static uint16_t outside(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t slot = fo_incident_numbered(engine, order->incident);
    if (slot == FO_NONE) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    if (engine->incidents[slot].drill) {
        return FO_REASON_DRILL; /* nobody outside hears of a drill */
    }
    struct fo_record *record = fo_incident_note(engine, slot, FO_REASON_OUTSIDE_CALLED, 0);
    record->person = order->person;
    record->b = order->value;
    return FO_REASON_NONE;
}

uint16_t fo_hand_order(struct fo_engine *engine, const struct fo_order *order)
{
    switch (order->kind) {
        case FO_ORDER_REPORT:
            return report(engine, order);
        case FO_ORDER_MERGE:
            return join(engine, order);
        case FO_ORDER_CALLED:
            return called(engine, order);
        default:
            FO_ASSERT(order->kind == FO_ORDER_OUTSIDE);
            return outside(engine, order);
    }
}
