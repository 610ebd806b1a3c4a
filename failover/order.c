/* SPDX-License-Identifier: Apache-2.0 */
/* Orders (see order.h). Changes fail closed: an order that is not complete is refused and recorded.
 */
#include "failover/order.h"

#include "failover/assert.h"
#include "failover/escalation.h"
#include "failover/inhibit.h"
#include "failover/record.h"
#include "failover/switchover.h"

static struct fo_subject subject_of(const struct fo_order *order)
{
    return order->server < FO_SERVERS ? fo_subject_of(FO_SUBJECT_SERVER, order->server)
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

/* Two different persons, both of this site. */
static bool is_approved(const struct fo_engine *engine, const struct fo_order *order)
{
    return is_person(engine, order->second) && order->second != order->person;
}

static uint16_t order_switch(struct fo_engine *engine, const struct fo_order *order)
{
    uint16_t reason = FO_REASON_NONE;
    if (order->server >= FO_SERVERS) {
        return FO_REASON_BLOCKED_NO_STANDBY;
    }
    return fo_plan_order(engine, order->server, order->person, &reason) ? FO_REASON_NONE : reason;
}

static uint16_t order_maintenance(struct fo_engine *engine, const struct fo_order *order)
{
    bool begin = order->kind == FO_ORDER_MAINTENANCE_BEGIN;
    unsigned scope = order->server < FO_SERVERS ? order->server : FO_MAINTENANCE_SITE;
    if (begin && (order->until_us <= engine->now_us ||
                  order->until_us - engine->now_us > FO_MAINTENANCE_MAX_US)) {
        return FO_REASON_BLOCKED_MAINTENANCE;
    }
    engine->inhibit.maintenance_us[scope] = begin ? order->until_us : FO_NEVER;
    fo_deadline_set(&engine->deadlines, FO_TIMER_MODE, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    note(engine, order, FO_REASON_MODE_CHANGED, begin ? FO_REASON_BLOCKED_MAINTENANCE : 0);
    return FO_REASON_NONE;
}

void fo_order_event(struct fo_engine *engine, const struct fo_order *order)
{
    FO_ASSERT(engine->out != NULL);
    uint16_t refused = FO_REASON_NONE;
    bool two = order->kind == FO_ORDER_SWITCH || order->kind == FO_ORDER_MAINTENANCE_BEGIN;
    if (order->kind <= FO_ORDER_RESOLVE) {
        fo_escalation_order(engine, order); /* leaves its own records */
        return;
    }
    if (!is_person(engine, order->person) || order->kind > FO_ORDER_RELEASE ||
        (two && !is_approved(engine, order))) {
        note(engine, order, FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_ONE_WITNESS);
        return;
    }
    switch (order->kind) {
        case FO_ORDER_SWITCH:
            refused = order_switch(engine, order);
            break;
        case FO_ORDER_MAINTENANCE_BEGIN:
        case FO_ORDER_MAINTENANCE_END:
            refused = order_maintenance(engine, order);
            break;
        default:
            FO_ASSERT(order->kind == FO_ORDER_HOLD || order->kind == FO_ORDER_RELEASE);
            engine->inhibit.hold = order->kind == FO_ORDER_HOLD;
            fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
            break;
    }
    fo_durable(engine);
    if (refused != FO_REASON_NONE) {
        note(engine, order, FO_REASON_ORDER_REFUSED, refused);
    } else {
        note(engine, order, FO_REASON_OPERATOR_ORDER, 0);
    }
}
