/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of duty (see duty.h). It knows no date: a shift is whatever the shell says until it says
 * otherwise. */
#include "failover/duty.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/escalation.h"
#include "failover/record.h"

static uint64_t known_persons(const struct fo_engine *engine)
{
    return engine->policy.person_count == FO_PERSONS_MAX
               ? UINT64_MAX
               : ((uint64_t)1 << engine->policy.person_count) - 1;
}

void fo_duty_event(struct fo_engine *engine, const struct fo_roster *roster)
{
    struct fo_duty *duty = &engine->duty;
    uint64_t known = known_persons(engine), outgoing = 0, on = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && (roster->on[i] & known) == 0;
        if (!gap || !duty->known) {
            duty->on[i] = roster->on[i] & known;
        } /* else the holder before stays until somebody else is named */
        duty->outgoing[i] = roster->outgoing[i] & known;
        outgoing |= duty->outgoing[i];
        on |= duty->on[i];
    }
    duty->known = true;
    duty->extra = roster->extra & known;
    duty->released &= outgoing;
    duty->away &= on | outgoing;
    fo_note(engine, FO_REASON_ROSTER_CHANGED, 0, fo_subject_of(FO_SUBJECT_SITE, 0), (int64_t)on,
            (int64_t)outgoing);
    fo_escalation_duty(engine);
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        bool gap = (roster->gaps >> i & 1) != 0 && (roster->on[i] & known) == 0;
        fo_condition_set(engine, FO_REASON_ROSTER_GAP, fo_subject_of(FO_SUBJECT_ROLE, i), gap);
        if (!fo_output_room(engine)) {
            break; /* the shell says it again within the hour */
        }
    }
}

/* The outgoing who share a role with this person. */
static uint64_t outgoing_with(const struct fo_engine *engine, unsigned person)
{
    uint64_t outgoing = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        uint64_t both = engine->duty.on[i] | engine->duty.outgoing[i];
        outgoing |= (both >> person & 1) != 0 ? engine->duty.outgoing[i] : 0;
    }
    return outgoing;
}

uint16_t fo_duty_order(struct fo_engine *engine, const struct fo_order *order)
{
    FO_ASSERT(order->person < engine->policy.person_count);
    struct fo_duty *duty = &engine->duty;
    uint64_t bit = (uint64_t)1 << order->person;
    if (order->kind == FO_ORDER_HANDOVER) {
        uint64_t outgoing = outgoing_with(engine, order->person) & ~duty->released;
        if (outgoing == 0) {
            return FO_REASON_NO_SUCH_OBJECT; /* nobody is waiting to be released */
        }
        duty->released |= outgoing;
        fo_note(engine, FO_REASON_HANDED_OVER, 0, fo_subject_of(FO_SUBJECT_PERSON, order->person),
                (int64_t)outgoing, 0);
    } else {
        FO_ASSERT(order->kind == FO_ORDER_AWAY || order->kind == FO_ORDER_BACK);
        bool away = order->kind == FO_ORDER_AWAY;
        uint32_t person = order->value != 0 ? order->value - 1 : order->person;
        if (person >= engine->policy.person_count) {
            return FO_REASON_NO_SUCH_OBJECT;
        }
        bit = (uint64_t)1 << person;
        duty->away = away ? duty->away | bit : duty->away & ~bit;
        fo_note(engine, FO_REASON_PRESENCE_CHANGED, 0, fo_subject_of(FO_SUBJECT_PERSON, person),
                away, order->person);
    }
    fo_escalation_duty(engine);
    return FO_REASON_NONE;
}
