/* SPDX-License-Identifier: Apache-2.0 */
/* Orders (see order.h). Changes fail closed: an order that is not complete is refused and recorded.
 */
#include "failover/order.h"

#include "failover/answer.h"
#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/drill.h"
#include "failover/drill_begin.h"
#include "failover/duty.h"
#include "failover/hand.h"
#include "failover/incident.h"
#include "failover/inhibit.h"
#include "failover/ladder.h"
#include "failover/record.h"
#include "failover/restore.h"
#include "failover/roster.h"
#include "failover/shed.h"
#include "failover/switchover.h"
#include "failover/window.h"

static bool is_maintenance(uint8_t kind)
{
    return kind == FO_ORDER_MAINTENANCE_BEGIN || kind == FO_ORDER_MAINTENANCE_END;
}

static struct fo_subject subject_of(const struct fo_order *order)
{
    if (order->server < FO_SERVERS) {
        return fo_subject_of(FO_SUBJECT_SERVER, order->server);
    }
    return is_maintenance(order->kind) || order->kind == FO_ORDER_RESTORE
               ? order->subject
               : fo_subject_of(FO_SUBJECT_SITE, 0);
}

static void note(struct fo_engine *engine, const struct fo_order *order, enum fo_reason reason,
                 unsigned why)
{
    struct fo_record *record = fo_note_more(engine, reason, why, subject_of(order));
    record->person = order->person;
    record->incident = order->incident;
    record->a = order->kind;
    record->b = order->second;
}

static bool is_person(const struct fo_engine *engine, uint8_t person)
{
    return person < engine->policy.person_count;
}

/* Two different humans, both of this site; a substitute nobody has approved approves nothing. */
static bool is_approved(const struct fo_engine *engine, const struct fo_order *order)
{
    return is_person(engine, order->second) &&
           fo_roster_human(engine, order->second) != fo_roster_human(engine, order->person) &&
           (fo_roster_counts(engine) >> order->second & 1) != 0;
}

static bool needs_two(uint8_t kind)
{
    return kind == FO_ORDER_SWITCH || kind == FO_ORDER_MAINTENANCE_BEGIN ||
           kind == FO_ORDER_DRILL_BEGIN || kind == FO_ORDER_ADOPT_LADDER ||
           kind == FO_ORDER_RESTORE;
}

/* One person alone, for a reason given: done, and told to who decides; nobody can suppress that. */
static bool breaks_glass(const struct fo_order *order)
{
    return order->alone &&
           (order->kind == FO_ORDER_SWITCH || order->kind == FO_ORDER_MAINTENANCE_BEGIN);
}

/* Changes of what the machine does by itself fail closed when they cannot be kept. */
static bool is_change(uint8_t kind)
{
    return kind == FO_ORDER_SWITCH || kind == FO_ORDER_MAINTENANCE_BEGIN ||
           kind == FO_ORDER_MAINTENANCE_END || kind == FO_ORDER_HOLD || kind == FO_ORDER_RELEASE ||
           kind == FO_ORDER_DRILL_BEGIN || kind == FO_ORDER_ADOPT_LADDER ||
           kind == FO_ORDER_RESTORE;
}

static uint16_t order_drill_end(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t slot = fo_incident_numbered(engine, order->incident);
    if (slot == FO_NONE || engine->incidents[slot].state != FO_INCIDENT_OPEN ||
        !fo_incident_is_beside(engine, &engine->incidents[slot])) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    fo_drill_end(engine, slot, FO_REASON_DRILL_ENDED);
    return FO_REASON_NONE;
}

static uint16_t order_people(struct fo_engine *engine, const struct fo_order *order)
{
    switch (order->kind) {
        case FO_ORDER_HANDOVER:
        case FO_ORDER_AWAY:
        case FO_ORDER_BACK:
            return fo_duty_order(engine, order);
        case FO_ORDER_DRILL_BEGIN:
            return fo_drill_begin(engine, order);
        case FO_ORDER_DRILL_END:
            return order_drill_end(engine, order);
        case FO_ORDER_ADOPT_LADDER:
            fo_ladder_adopt(engine);
            return FO_REASON_NONE;
        default:
            return fo_hand_order(engine, order);
    }
}

static uint16_t order_switch(struct fo_engine *engine, const struct fo_order *order)
{
    uint16_t reason = FO_REASON_NONE;
    if (order->server >= FO_SERVERS) {
        return FO_REASON_BLOCKED_NO_STANDBY;
    }
    return fo_plan_order(engine, order->server, order->person, false, &reason) ? FO_REASON_NONE
                                                                               : reason;
}

/* Whichever way the loads are being switched. */
static uint16_t order_stop(struct fo_engine *engine)
{
    bool back = fo_restore_stop(engine);
    return fo_shed_stop(engine) || back ? FO_REASON_NONE : FO_REASON_NO_SUCH_OBJECT;
}

static uint16_t order_maintenance(struct fo_engine *engine, const struct fo_order *order)
{
    bool begin = order->kind == FO_ORDER_MAINTENANCE_BEGIN;
    struct fo_subject subject = subject_of(order);
    unsigned scope = fo_window_place(subject);
    if (scope >= FO_WINDOWS || !fo_policy_has(&engine->policy, subject)) {
        return FO_REASON_NO_SUCH_OBJECT;
    }
    if (begin && (order->until_us <= engine->now_us ||
                  order->until_us - engine->now_us > FO_MAINTENANCE_MAX_US)) {
        return FO_REASON_BLOCKED_MAINTENANCE;
    }
    engine->inhibit.maintenance_us[scope] = begin ? order->until_us : FO_NEVER;
    engine->inhibit.overrun_us[scope] = FO_NEVER; /* people have spoken about it */
    fo_deadline_set(&engine->deadlines, FO_TIMER_MODE, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_ROUTE, engine->now_us);
    note(engine, order, FO_REASON_MODE_CHANGED, begin ? FO_REASON_BLOCKED_MAINTENANCE : 0);
    return FO_REASON_NONE;
}

static uint16_t refusal(const struct fo_engine *engine, const struct fo_order *order)
{
    if (!is_person(engine, order->person) || order->kind >= FO_ORDER_KINDS) {
        return FO_REASON_BLOCKED_ONE_WITNESS;
    }
    if (is_change(order->kind) && engine->self.journal_dead) {
        return FO_REASON_BLOCKED_JOURNAL;
    }
    if (needs_two(order->kind) && !is_approved(engine, order) && !breaks_glass(order)) {
        return FO_REASON_BLOCKED_ONE_WITNESS;
    }
    return FO_REASON_NONE;
}

static uint16_t carry_out(struct fo_engine *engine, const struct fo_order *order)
{
    switch (order->kind) {
        case FO_ORDER_SWITCH:
            return order_switch(engine, order);
        case FO_ORDER_MAINTENANCE_BEGIN:
        case FO_ORDER_MAINTENANCE_END:
            return order_maintenance(engine, order);
        case FO_ORDER_HOLD:
        case FO_ORDER_RELEASE:
            engine->inhibit.hold = order->kind == FO_ORDER_HOLD;
            fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
            fo_deadline_set(&engine->deadlines, FO_TIMER_SHED, engine->now_us);
            return FO_REASON_NONE;
        case FO_ORDER_STOP_SHED:
            return order_stop(engine);
        case FO_ORDER_RESTORE:
            return fo_restore_order(engine, order->subject);
        default:
            return order_people(engine, order);
    }
}

void fo_order_event(struct fo_engine *engine, const struct fo_order *order)
{
    FO_ASSERT(engine->out != NULL);
    if (order->kind <= FO_ORDER_RESOLVE) {
        fo_answer_order(engine, order); /* leaves its own records */
        return;
    }
    uint16_t refused = refusal(engine, order);
    if (refused != FO_REASON_NONE) {
        note(engine, order, FO_REASON_ORDER_REFUSED, refused);
        return;
    }
    refused = carry_out(engine, order);
    fo_durable(engine);
    if (refused != FO_REASON_NONE) {
        note(engine, order, FO_REASON_ORDER_REFUSED, refused);
        return;
    }
    note(engine, order, FO_REASON_OPERATOR_ORDER, 0);
    if (breaks_glass(order) && !is_approved(engine, order)) {
        fo_condition_set(engine, FO_REASON_BREAK_GLASS,
                         fo_subject_of(FO_SUBJECT_PERSON, order->person), true);
    }
}
