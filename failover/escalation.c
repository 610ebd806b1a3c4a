/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network at work (see escalation.h). Only a person's acknowledgement stops a rung; it
 * expires; a worse state begins anew; and when all rungs are through it starts over, for ever. */
#include "failover/escalation.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/record.h"

#define PAGES_PER_TURN 4 /* each is at most two attempts */
#define LOOPS_MAX 20     /* doublings of the loop's interval that can matter */
#define SEVERITY_INFORMATION 4

void fo_escalation_init(struct fo_engine *engine)
{
    const struct fo_policy *policy = &engine->policy;
    FO_ASSERT(policy->rung_count <= FO_RUNGS_MAX);
    FO_ASSERT(policy->person_count <= FO_PERSONS_MAX);
    for (unsigned rung = 0; rung < FO_RUNGS_MAX; rung++) {
        engine->rung_persons[rung] = 0;
        for (unsigned i = 0; rung < policy->rung_count && i < policy->person_count; i++) {
            const struct fo_person_policy *person = &policy->persons[i];
            if ((person->roles & policy->rungs[rung].roles) != 0 &&
                (!policy->drill || person->drill)) {
                engine->rung_persons[rung] |= (uint64_t)1 << i;
            }
        }
    }
}

static uint64_t persons_up_to(const struct fo_engine *engine, unsigned rung)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i <= rung && i < engine->policy.rung_count; i++) {
        persons |= engine->rung_persons[i];
    }
    return persons;
}

static uint64_t unpaged(const struct fo_incident *incident)
{
    return incident->wanted & ~incident->paged & ~incident->refused;
}

static fo_us rung_wait(const struct fo_engine *engine, unsigned rung)
{
    return rung < engine->policy.rung_count ? engine->policy.rungs[rung].wait_us : 0;
}

/* All rungs are through and nobody has taken it: everybody again, after a growing interval. */
static void loop_over(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    const struct fo_policy *policy = &engine->policy;
    fo_us wait_us = policy->loop_first_us;
    for (unsigned i = 0; i < incident->loops && wait_us < policy->loop_cap_us; i++) {
        wait_us *= 2;
    }
    wait_us = wait_us < policy->loop_cap_us ? wait_us : policy->loop_cap_us;
    wait_us = wait_us > 0 ? wait_us : FO_SECOND;
    incident->loops = (uint8_t)(incident->loops < LOOPS_MAX ? incident->loops + 1 : LOOPS_MAX);
    incident->message = FO_MESSAGE_REMINDER;
    incident->wanted |= persons_up_to(engine, policy->rung_count);
    incident->paged = 0;
    incident->refused = 0;
    incident->next_rung_us = engine->now_us + wait_us;
    fo_incident_note(engine, slot, FO_REASON_LADDER_LOOPED, 0)->b = wait_us;
}

/* The next rung that has somebody new in it, in the same instant. */
static void climb(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    fo_durable(engine);
    while (incident->rung + 1 < engine->policy.rung_count) {
        incident->rung++;
        incident->wanted |= engine->rung_persons[incident->rung];
        if (unpaged(incident) != 0) {
            fo_incident_note(engine, slot, FO_REASON_RUNG_REACHED, 0)->b = incident->rung;
            incident->next_rung_us = engine->now_us + rung_wait(engine, incident->rung);
            return;
        }
        fo_incident_note(engine, slot, FO_REASON_RUNG_EMPTY, 0)->b = incident->rung;
    }
    loop_over(engine, slot);
}

/* The recovery time of a service has run out in this incident. */
static bool has_breach(const struct fo_incident *incident)
{
    bool breach = incident->active && incident->cause == FO_REASON_SERVICE_RTO_BREACHED;
    for (unsigned i = 0; i < incident->child_count; i++) {
        breach = breach || (incident->children[i].open &&
                            incident->children[i].cause == FO_REASON_SERVICE_RTO_BREACHED);
    }
    return breach;
}

/* The ladder of an epoch begins: from the first rung when it is new, else with everybody who had
 * been called before. */
static void begin(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    incident->fresh = false;
    incident->refused = 0;
    fo_durable(engine);
    fo_attempt_stop(engine, slot, FO_NONE, false);
    if (has_breach(incident) && engine->policy.rung_count > 0) {
        incident->rung = (uint8_t)(engine->policy.rung_count - 1); /* everybody must hear of it */
    }
    incident->wanted = persons_up_to(engine, incident->rung);
    if (unpaged(incident) == 0) {
        fo_incident_note(engine, slot, FO_REASON_RUNG_EMPTY, 0)->b = incident->rung;
        climb(engine, slot);
        return;
    }
    fo_incident_note(engine, slot, FO_REASON_RUNG_REACHED, 0)->b = incident->rung;
    incident->next_rung_us = incident->severity >= SEVERITY_INFORMATION
                                 ? FO_NEVER /* information: told once, nobody is chased */
                                 : engine->now_us + rung_wait(engine, incident->rung);
}

/* The acknowledgement has run out: its giver first, then the next rung. */
static void expire(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint8_t person = incident->acked_by;
    fo_incident_note(engine, slot, FO_REASON_ACKNOWLEDGE_EXPIRED, 0)->person = person;
    incident->acked_by = FO_NONE;
    incident->ack_until_us = FO_NEVER;
    incident->message = FO_MESSAGE_REMINDER;
    if (person != FO_NONE) {
        uint64_t bit = (uint64_t)1 << person;
        incident->acked &= ~bit;
        incident->wanted |= bit;
        incident->paged &= ~bit;
        incident->refused &= ~bit;
    }
    incident->next_rung_us = engine->now_us + rung_wait(engine, incident->rung);
    fo_durable(engine);
}

static bool page_some(struct fo_engine *engine, unsigned slot, uint64_t persons,
                      enum fo_message message, uint64_t *done)
{
    unsigned pages = 0;
    for (unsigned i = 0; i < engine->policy.person_count && pages < PAGES_PER_TURN; i++) {
        if ((persons >> i & 1) == 0) {
            continue;
        }
        if (!fo_attempt_page(engine, slot, i, message)) {
            return false;
        }
        *done |= (uint64_t)1 << i;
        pages++;
        fo_durable(engine);
    }
    return true;
}

static fo_us earliest(fo_us a, fo_us b)
{
    return a < b ? a : b;
}

static bool is_stopped(const struct fo_incident *incident)
{
    return incident->acked_by != FO_NONE && incident->next_rung_us == FO_NEVER;
}

static fo_us run_open(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->fresh) {
        begin(engine, slot);
    }
    if (incident->ack_until_us <= engine->now_us) {
        expire(engine, slot);
    }
    if (incident->next_rung_us <= engine->now_us) {
        climb(engine, slot);
    }
    if (!is_stopped(incident) && unpaged(incident) != 0) {
        if (!page_some(engine, slot, unpaged(incident), (enum fo_message)incident->message,
                       &incident->paged)) {
            return earliest(incident->next_rung_us, incident->ack_until_us);
        }
        if (unpaged(incident) != 0) {
            return engine->now_us;
        }
    }
    return earliest(incident->next_rung_us, incident->ack_until_us);
}

fo_us fo_escalation_run(struct fo_engine *engine, unsigned slot)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->state == FO_INCIDENT_OPEN) {
        return run_open(engine, slot);
    }
    if (incident->state == FO_INCIDENT_RECOVERED && incident->recovering != 0) {
        uint64_t told = 0;
        bool room = page_some(engine, slot, incident->recovering, FO_MESSAGE_RECOVERED, &told);
        incident->recovering &= ~told;
        return room && incident->recovering != 0 ? engine->now_us : FO_NEVER;
    }
    return FO_NEVER;
}

/* ---- a person's word ----------------------------------------------------------------------- */

/* How long an acknowledgement lasts. While a class-2 service is down its time runs, and nobody may
 * sleep through more than half of it; while the service answers there is no such clock, and calling
 * the one who is at work every few seconds would only teach people not to listen. */
static fo_us acknowledge_us(const struct fo_engine *engine, const struct fo_incident *incident)
{
    fo_us lasts_us = engine->policy.acknowledge_us;
    for (unsigned i = 0; incident->class2 && i < engine->policy.service_count; i++) {
        const struct fo_service_policy *service = &engine->policy.services[i];
        bool runs = engine->services[i].down_us != FO_NEVER;
        if (runs && service->availability_class == 2 && service->recovery_time_us > 0) {
            lasts_us = earliest(lasts_us, service->recovery_time_us / 2);
        }
    }
    return lasts_us > FO_SECOND ? lasts_us : FO_SECOND;
}

/* Everybody of a rung that wants everybody's word has given it. */
static bool is_answered(const struct fo_engine *engine, const struct fo_incident *incident)
{
    if (incident->rung >= engine->policy.rung_count ||
        !engine->policy.rungs[incident->rung].everybody) {
        return true;
    }
    return (engine->rung_persons[incident->rung] & ~incident->acked & ~incident->refused) == 0;
}

static void acknowledge(struct fo_engine *engine, unsigned slot, unsigned person,
                        enum fo_reason reason)
{
    struct fo_incident *incident = &engine->incidents[slot];
    incident->acked |= (uint64_t)1 << person;
    incident->acked_by = (uint8_t)person;
    incident->ack_until_us = engine->now_us + acknowledge_us(engine, incident);
    fo_incident_note(engine, slot, reason, 0)->person = (uint8_t)person;
    fo_attempt_stop(engine, slot, person, true);
    if (is_answered(engine, incident)) {
        incident->next_rung_us = FO_NEVER;
        fo_attempt_stop(engine, slot, FO_NONE, false);
    }
}

/* Somebody is left above who has not been called. */
static bool has_higher(const struct fo_engine *engine, const struct fo_incident *incident)
{
    uint64_t persons = persons_up_to(engine, engine->policy.rung_count);
    return (persons & ~incident->wanted & ~incident->refused) != 0;
}

/* Up at once while there is an up. When all have been called, one more "cannot" must not start the
 * round of calls over at once, or those who cannot would be called as fast as they can say so. */
static void cannot(struct fo_engine *engine, unsigned slot, unsigned person)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint64_t bit = (uint64_t)1 << person;
    bool again = (incident->refused & bit) != 0;
    fo_incident_note(engine, slot, FO_REASON_CANNOT, 0)->person = (uint8_t)person;
    incident->refused |= bit;
    incident->acked &= ~bit;
    fo_attempt_stop(engine, slot, person, true);
    if (incident->owned_by == person) {
        incident->owned_by = FO_NONE;
    }
    bool taken_back = incident->acked_by == person;
    if ((again && !taken_back) || (incident->acked_by != person && incident->acked_by != FO_NONE)) {
        return;
    }
    incident->acked_by = FO_NONE;
    incident->ack_until_us = FO_NEVER;
    bool at_once = taken_back || has_higher(engine, incident);
    fo_us wait_us = at_once ? 0 : engine->policy.loop_first_us;
    incident->next_rung_us = earliest(incident->next_rung_us, engine->now_us + wait_us);
}

static bool ignore(struct fo_engine *engine, const struct fo_order *order)
{
    struct fo_record *record =
        fo_note_more(engine, FO_REASON_ACKNOWLEDGE_IGNORED, 0, fo_subject_of(FO_SUBJECT_SITE, 0));
    record->incident = order->incident;
    record->person = order->person;
    record->a = order->kind;
    return false;
}

bool fo_escalation_order(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t slot = fo_incident_numbered(engine, order->incident);
    if (slot == FO_NONE || order->person >= engine->policy.person_count ||
        engine->incidents[slot].state != FO_INCIDENT_OPEN) {
        return ignore(engine, order);
    }
    struct fo_incident *incident = &engine->incidents[slot];
    uint64_t bit = (uint64_t)1 << order->person;
    if (((persons_up_to(engine, engine->policy.rung_count) | incident->wanted) & bit) == 0) {
        return ignore(engine, order); /* not of this contact network: it stops nobody */
    }
    if (incident->fresh) {
        begin(engine, slot); /* the word counts for the epoch that is open now */
    }
    fo_durable(engine);
    fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
    switch (order->kind) {
        case FO_ORDER_ACKNOWLEDGE:
            acknowledge(engine, slot, order->person, FO_REASON_ACKNOWLEDGED);
            return true;
        case FO_ORDER_OWN:
            incident->owned_by = order->person;
            acknowledge(engine, slot, order->person, FO_REASON_OWNED);
            return true;
        case FO_ORDER_CANNOT:
            cannot(engine, slot, order->person);
            return true;
        default:
            FO_ASSERT(order->kind == FO_ORDER_RESOLVE);
            if (!fo_condition_resolve(engine, slot)) {
                return ignore(engine, order);
            }
            fo_incident_note(engine, slot, FO_REASON_RESOLVED, 0)->person = order->person;
            return true;
    }
}
