/* SPDX-License-Identifier: Apache-2.0 */
/* Words of people (see answer.h). A word counts for the epoch it answers and for all roles of the
 * person who gives it; a word that has no effect is recorded and changes nothing. */
#include "failover/answer.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/condition.h"
#include "failover/drill.h"
#include "failover/escalation.h"
#include "failover/incident.h"
#include "failover/ladder.h"
#include "failover/record.h"
#include "failover/roster.h"

/* How long an acknowledgement lasts. While a class-2 service is down its time runs, and nobody may
 * sleep through more than half of it; while the service answers there is no such clock, and calling
 * the one who is at work every few seconds would only teach people not to listen. Once the time is
 * spent it says nothing any more: then no longer than the longest round of calls. */
static fo_us acknowledge_us(const struct fo_engine *engine, const struct fo_incident *incident)
{
    fo_us lasts_us = engine->policy.acknowledge_us;
    if (fo_escalation_is_breach(incident)) {
        lasts_us = fo_earlier(lasts_us, engine->policy.loop_cap_us);
        return lasts_us > FO_SECOND ? lasts_us : FO_SECOND;
    }
    for (unsigned i = 0; incident->class2 && i < engine->policy.service_count; i++) {
        const struct fo_service_policy *service = &engine->policy.services[i];
        bool runs = engine->services[i].down_us != FO_NEVER;
        if (runs && service->availability_class == 2) { /* which always has a recovery time */
            lasts_us = fo_earlier(lasts_us, service->recovery_time_us / 2);
        }
    }
    return lasts_us > FO_SECOND ? lasts_us : FO_SECOND;
}

/* Whether what people have said suffices to stop the branch. */
static bool is_answered(const struct fo_engine *engine, const struct fo_incident *incident,
                        unsigned branch)
{
    uint8_t rung = incident->branches[branch].rung;
    if (fo_escalation_is_breach(incident)) {
        uint64_t deciders = fo_ladder_deciders(engine, incident);
        if (deciders != 0 && (deciders & incident->acked) == 0) {
            return false;
        }
    }
    if (!fo_ladder_at(engine, incident, rung)->everybody) {
        return true;
    }
    return (fo_ladder_rung(engine, incident, rung) & ~incident->acked & ~incident->refused) == 0;
}

static void stop_if_answered(struct fo_engine *engine, unsigned slot, unsigned person)
{
    struct fo_incident *incident = &engine->incidents[slot];
    bool breach = fo_escalation_is_breach(incident);
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        struct fo_climb *climb = &incident->branches[i];
        /* a breach is one matter: the word of who decides stops it everywhere */
        bool his = (fo_ladder_branch(engine, incident, i) >> person & 1) != 0 || breach;
        if (climb->rung == FO_NONE || !his) {
            continue;
        }
        climb->acked_by = (uint8_t)person;
        climb->ack_until_us = engine->now_us + acknowledge_us(engine, incident);
        if (is_answered(engine, incident, i)) {
            fo_escalation_stop(engine, slot, i, person);
        }
    }
}

static void acknowledge(struct fo_engine *engine, unsigned slot, unsigned person,
                        enum fo_reason reason)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint64_t bit = (uint64_t)1 << person;
    incident->acked |= bit;
    fo_incident_note(engine, slot, reason, 0)->person = (uint8_t)person;
    fo_attempt_stop(engine, slot, bit, true);
    if (incident->roll_call) {
        if (incident->cause == FO_REASON_DRILL &&
            (incident->wanted & ~incident->acked & ~incident->refused) == 0) {
            fo_drill_end(engine, slot, FO_REASON_DRILL_ENDED);
        }
        return;
    }
    stop_if_answered(engine, slot, person);
}

/* Somebody is left above who has not been called. */
static bool has_higher(const struct fo_engine *engine, const struct fo_incident *incident,
                       unsigned branch)
{
    uint64_t persons = fo_ladder_branch(engine, incident, branch);
    return (persons & ~incident->wanted & ~incident->refused) != 0;
}

/* Up at once while there is an up. When all have been called, one more "cannot" must not start the
 * round of calls over at once, or those who cannot would be called as fast as they can say so. */
static void cannot_on(struct fo_engine *engine, unsigned slot, unsigned branch, unsigned person,
                      bool again)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    bool taken_back = climb->acked_by == person;
    if ((again && !taken_back) || (climb->acked_by != person && climb->acked_by != FO_NONE)) {
        return;
    }
    if (taken_back) { /* nobody answers for it now: the rounds pass nobody by */
        incident->acked &= ~fo_ladder_branch(engine, incident, branch);
    }
    climb->acked_by = FO_NONE;
    climb->ack_until_us = FO_NEVER;
    bool at_once = taken_back || has_higher(engine, incident, branch);
    fo_us wait_us = at_once ? 0 : engine->policy.loop_first_us;
    climb->next_rung_us = fo_earlier(climb->next_rung_us, engine->now_us + wait_us);
}

static void cannot(struct fo_engine *engine, unsigned slot, unsigned person)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint64_t bit = (uint64_t)1 << person;
    bool again = (incident->refused & bit) != 0;
    fo_incident_note(engine, slot, FO_REASON_CANNOT, 0)->person = (uint8_t)person;
    if (fo_escalation_is_breach(incident) && (engine->deciders & bit) != 0) {
        fo_escalation_depute(engine, slot);
    }
    incident->refused |= bit;
    incident->acked &= ~bit;
    fo_attempt_stop(engine, slot, bit, true);
    if (incident->owned_by == person) {
        incident->owned_by = FO_NONE;
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        bool his = (fo_ladder_branch(engine, incident, i) >> person & 1) != 0 ||
                   incident->branches[i].acked_by == person;
        if (incident->branches[i].rung != FO_NONE && his) {
            cannot_on(engine, slot, i, person, again);
        }
    }
}

/* ---- words without effect -------------------------------------------------------------------- */

static bool ignore(struct fo_engine *engine, const struct fo_order *order, enum fo_reason reason,
                   unsigned why)
{
    struct fo_record *record = fo_note_more(engine, reason, why, fo_subject_of(FO_SUBJECT_SITE, 0));
    record->incident = order->incident;
    record->person = order->person;
    record->epoch = order->epoch;
    record->a = order->kind;
    record->b = order->round;
    return false;
}

/* Answers to a page name the epoch and the round they answer. */
static bool is_old(const struct fo_incident *incident, const struct fo_order *order)
{
    return order->epoch != 0 &&
           (order->epoch != incident->epoch || order->round != incident->round);
}

static bool may_speak(const struct fo_engine *engine, const struct fo_incident *incident,
                      unsigned person)
{
    uint64_t persons =
        incident->roll_call ? incident->wanted : fo_ladder_all(engine, incident) | engine->deciders;
    return (persons & fo_roster_counts(engine) & fo_ladder_listed(engine, incident)) >> person & 1;
}

static bool speak(struct fo_engine *engine, unsigned slot, const struct fo_order *order,
                  unsigned person)
{
    struct fo_incident *incident = &engine->incidents[slot];
    fo_escalation_begin(engine, slot); /* the word counts for the epoch that is open now */
    fo_incident_touch(engine, slot);
    switch (order->kind) {
        case FO_ORDER_ACKNOWLEDGE:
            acknowledge(engine, slot, person, FO_REASON_ACKNOWLEDGED);
            return true;
        case FO_ORDER_OWN:
            incident->owned_by = (uint8_t)person;
            acknowledge(engine, slot, person, FO_REASON_OWNED);
            return true;
        case FO_ORDER_CANNOT:
            cannot(engine, slot, person);
            return true;
        default:
            FO_ASSERT(order->kind == FO_ORDER_RESOLVE);
            if (!fo_condition_resolve(engine, slot)) {
                return ignore(engine, order, FO_REASON_ACKNOWLEDGE_IGNORED, incident->cause);
            }
            fo_incident_note(engine, slot, FO_REASON_RESOLVED, 0)->person = (uint8_t)person;
            return true;
    }
}

bool fo_answer_order(struct fo_engine *engine, const struct fo_order *order)
{
    uint8_t slot = fo_incident_numbered(engine, order->incident);
    if (slot == FO_NONE || order->person >= engine->policy.person_count) {
        return ignore(engine, order, FO_REASON_ACKNOWLEDGE_IGNORED, 0);
    }
    struct fo_incident *incident = &engine->incidents[slot];
    unsigned person = fo_roster_human(engine, order->person);
    uint64_t bit = (uint64_t)1 << person;
    if (incident->state != FO_INCIDENT_OPEN) {
        return ignore(engine, order, FO_REASON_ACKNOWLEDGE_IGNORED, FO_REASON_INCIDENT_RECOVERED);
    }
    if (!may_speak(engine, incident, person)) {
        /* not of this contact network now, or a substitute nobody has approved: it stops nobody
         * else
         */
        fo_attempt_stop(engine, slot, bit, true);
        return ignore(engine, order, FO_REASON_ACKNOWLEDGE_IGNORED, FO_REASON_ROSTER_CHANGED);
    }
    if (is_old(incident, order)) {
        return ignore(engine, order, FO_REASON_ACKNOWLEDGE_OLD, incident->cause);
    }
    bool said = order->kind == FO_ORDER_ACKNOWLEDGE && (incident->acked & bit) != 0;
    if (order->epoch != 0 && said) { /* the same answer once more, or somebody's copy of it */
        return ignore(engine, order, FO_REASON_ACKNOWLEDGE_IGNORED, FO_REASON_ACKNOWLEDGED);
    }
    return speak(engine, slot, order, person);
}
