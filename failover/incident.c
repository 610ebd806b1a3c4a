/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents and conditions (see incident.h). It opens, folds, re-parents, worsens, recovers and
 * closes; it never pages anybody: escalation.c reads what is written here on the same timer. */
#include "failover/incident.h"

#include "failover/assert.h"
#include "failover/cause.h"

#include <string.h>

#define CAUSE_FIRST 100
#define EPOCH_MAX 250

uint64_t *fo_incident_raised(struct fo_engine *engine, struct fo_subject subject)
{
    FO_ASSERT(subject.kind < FO_SUBJECT_KINDS);
    FO_ASSERT(subject.index < 64);
    return &engine->raised[subject.kind][subject.index];
}

uint64_t fo_incident_bit(uint16_t cause)
{
    FO_ASSERT(fo_reason_is_cause(cause));
    return (uint64_t)1 << (cause - CAUSE_FIRST) % 64;
}

void fo_incident_touch(struct fo_engine *engine, unsigned slot)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
    fo_durable(engine);
}

struct fo_record *fo_incident_note(struct fo_engine *engine, unsigned slot, enum fo_reason reason,
                                   unsigned why)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    const struct fo_incident *incident = &engine->incidents[slot];
    struct fo_record *record = fo_note_more(engine, reason, why, incident->subject);
    record->incident = incident->number;
    record->epoch = incident->epoch;
    record->a = incident->severity;
    return record;
}

bool fo_incident_is_beside(const struct fo_engine *engine, const struct fo_incident *incident)
{
    return incident->drill && !engine->policy.drill;
}

/* ---- finding ------------------------------------------------------------------------------- */

bool fo_incident_is_root(const struct fo_incident *incident, uint16_t cause,
                         struct fo_subject subject)
{
    return incident->cause == cause && fo_subject_equal(incident->subject, subject);
}

uint8_t fo_incident_child(const struct fo_incident *incident, uint16_t cause,
                          struct fo_subject subject)
{
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (incident->children[i].cause == cause &&
            fo_subject_equal(incident->children[i].subject, subject)) {
            return i;
        }
    }
    return FO_NONE;
}

uint8_t fo_incident_find(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state != FO_INCIDENT_OPEN || fo_incident_is_beside(engine, incident)) {
            continue;
        }
        uint8_t child = fo_incident_child(incident, cause, subject);
        if ((fo_incident_is_root(incident, cause, subject) && incident->active) ||
            (child != FO_NONE && incident->children[child].open)) {
            return slot;
        }
    }
    return FO_NONE;
}

uint8_t fo_incident_numbered(const struct fo_engine *engine, uint32_t number)
{
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        if (engine->incidents[slot].state != FO_INCIDENT_FREE &&
            engine->incidents[slot].number == number) {
            return slot;
        }
    }
    return FO_NONE;
}

/* An incident this condition belongs to already: its root or one of its children, gone or not. */
uint8_t fo_incident_home(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state == FO_INCIDENT_FREE || fo_incident_is_beside(engine, incident)) {
            continue;
        }
        if (fo_incident_is_root(incident, cause, subject) ||
            (incident->state == FO_INCIDENT_OPEN && incident->active &&
             fo_incident_child(incident, cause, subject) != FO_NONE)) {
            return slot;
        }
    }
    return FO_NONE;
}

/* A slot to open an incident in; one that has recovered makes room when all are taken. */
uint8_t fo_incident_slot(struct fo_engine *engine)
{
    uint8_t oldest = FO_NONE;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state == FO_INCIDENT_FREE) {
            return slot;
        }
        if (incident->state == FO_INCIDENT_RECOVERED && incident->recovering == 0 &&
            (oldest == FO_NONE || incident->closed_us < engine->incidents[oldest].closed_us)) {
            oldest = slot;
        }
    }
    if (oldest != FO_NONE) {
        fo_incident_note(engine, oldest, FO_REASON_INCIDENT_CLOSED, 0);
        engine->incidents[oldest].state = FO_INCIDENT_FREE;
    }
    return oldest;
}

/* ---- worse --------------------------------------------------------------------------------- */

void fo_incident_worsen(struct fo_engine *engine, unsigned slot, uint16_t why)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    FO_ASSERT(incident->state == FO_INCIDENT_OPEN);
    fo_incident_touch(engine, slot);
    if (incident->fresh || incident->epoch >= EPOCH_MAX) {
        return; /* its pages have not gone out yet: they will say it */
    }
    incident->epoch++;
    incident->fresh = true;
    incident->message = FO_MESSAGE_WORSENED;
    incident->round = 0;
    incident->acked = 0;
    incident->paged = 0;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        incident->branches[i].acked_by = FO_NONE;
        incident->branches[i].ack_until_us = FO_NEVER;
        incident->branches[i].next_rung_us = FO_NEVER;
        incident->branches[i].loops = 0;
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_EPOCH, why);
}

/* A condition has come into this incident: its severity, and whether people must hear of it. */
void fo_incident_weigh(struct fo_engine *engine, unsigned slot, uint16_t cause,
                       struct fo_subject subject)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint8_t severity = fo_cause_severity(engine, cause, subject);
    incident->class2 = incident->class2 || fo_cause_touches_class2(engine, subject);
    bool worse = severity < incident->severity;
    if (worse) {
        incident->severity = severity;
    }
    /* what costs a service of class 2 is never hidden behind its explanation */
    if (worse || (fo_cause_repages(cause) && severity <= 2)) {
        fo_incident_worsen(engine, slot, cause);
    }
}

/* Room for a child, FO_NONE when all are taken by conditions that hold. */
uint8_t fo_incident_child_room(struct fo_incident *incident)
{
    if (incident->child_count < FO_CHILDREN_MAX) {
        return incident->child_count++;
    }
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (!incident->children[i].open) {
            return i;
        }
    }
    return FO_NONE;
}

/* A child that is back: a flap that people have heard of, or worth telling again? A recovery time
 * that is spent was spent anew. */
static bool is_news(const struct fo_engine *engine, const struct fo_child *child)
{
    return child->cause == FO_REASON_SERVICE_RTO_HALF ||
           child->cause == FO_REASON_SERVICE_RTO_BREACHED ||
           engine->now_us - child->since_us >= engine->policy.clean_us;
}

bool fo_incident_fold(struct fo_engine *engine, unsigned slot, uint16_t cause,
                      struct fo_subject subject)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint8_t at = fo_incident_child(incident, cause, subject);
    bool news = at == FO_NONE || is_news(engine, &incident->children[at]);
    if (at == FO_NONE) {
        at = fo_incident_child_room(incident);
        if (at == FO_NONE) {
            return false;
        }
    }
    incident->children[at] = (struct fo_child){
        .cause = cause, .subject = subject, .open = true, .since_us = engine->now_us};
    incident->clean_us = FO_NEVER;
    struct fo_record *record =
        fo_incident_note(engine, slot, FO_REASON_INCIDENT_CHILD_FOLDED, cause);
    record->subject = subject;
    /* that something flaps is no news, save where it has become graver than its story meanwhile */
    if (news || fo_cause_severity(engine, cause, subject) < incident->severity) {
        fo_incident_weigh(engine, slot, cause, subject);
    }
    fo_incident_touch(engine, slot);
    return true;
}

/* It is back while its story was still open. So many times in so short a while is a fact of its
 * own, told once; after that it is quiet until it has been clean for as long. */
static void flap(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->flap_us == FO_NEVER ||
        engine->now_us - incident->flap_us > engine->policy.flap_us) {
        incident->flap_us = engine->now_us;
        incident->flaps = 0;
    }
    incident->flaps = (uint8_t)(incident->flaps < UINT8_MAX ? incident->flaps + 1 : UINT8_MAX);
    if (incident->flaps >= FO_FLAPS && engine->policy.flap_us > 0 && !incident->unstable) {
        incident->unstable = true;
        fo_incident_note(engine, slot, FO_REASON_INCIDENT_UNSTABLE, incident->cause)->b =
            incident->flaps;
        fo_incident_worsen(engine, slot, FO_REASON_INCIDENT_UNSTABLE);
        incident->message = FO_MESSAGE_UNSTABLE;
    }
}

void fo_incident_reopen(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    bool recovered = incident->state == FO_INCIDENT_RECOVERED;
    incident->state = FO_INCIDENT_OPEN;
    incident->active = true;
    incident->clear_us = FO_NEVER;
    incident->clean_us = FO_NEVER;
    incident->closed_us = FO_NEVER;
    if (recovered) { /* people were told it was over */
        incident->recovering = 0;
        incident->fresh = false;
        fo_incident_worsen(engine, slot, incident->cause);
    } else if (incident->message == FO_MESSAGE_BRIEF) { /* they were told that it was over */
        fo_incident_worsen(engine, slot, incident->cause);
    }
    flap(engine, slot);
    fo_incident_touch(engine, slot);
}

void fo_incident_open(struct fo_engine *engine, unsigned slot, uint16_t cause,
                      struct fo_subject subject)
{
    struct fo_incident *incident = &engine->incidents[slot];
    memset(incident, 0, sizeof *incident);
    incident->number = ++engine->last_number;
    incident->state = FO_INCIDENT_OPEN;
    incident->severity = fo_cause_severity(engine, cause, subject);
    incident->epoch = 1;
    incident->cause = cause;
    incident->subject = subject;
    incident->opened_us = engine->now_us;
    incident->opened_wall_ms = engine->wall_ms;
    incident->active = true;
    incident->drill = engine->policy.drill;
    incident->class2 = fo_cause_touches_class2(engine, subject);
    incident->fresh = true;
    incident->message = FO_MESSAGE_OPENED;
    incident->clear_us = FO_NEVER;
    incident->clean_us = FO_NEVER;
    incident->closed_us = FO_NEVER;
    incident->flap_us = FO_NEVER;
    incident->until_us = FO_NEVER;
    incident->owned_by = FO_NONE;
    incident->ladder = engine->ladder;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        incident->branches[i] = (struct fo_climb){.rung = FO_NONE,
                                                  .acked_by = FO_NONE,
                                                  .next_rung_us = FO_NEVER,
                                                  .ack_until_us = FO_NEVER};
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_OPENED, cause);
    fo_incident_touch(engine, slot);
}

void fo_incident_did(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                     enum fo_reason did)
{
    uint8_t slot = fo_incident_find(engine, cause, subject);
    if (slot != FO_NONE && engine->incidents[slot].did != did) {
        engine->incidents[slot].did = (uint16_t)did;
        fo_durable(engine);
    }
}

void fo_incident_boot(struct fo_engine *engine)
{
    memset(engine->raised, 0, sizeof engine->raised);
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state == FO_INCIDENT_FREE) {
            continue;
        }
        fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
        if (fo_incident_is_beside(engine, incident)) {
            continue; /* nothing it says holds */
        }
        if (incident->active) {
            *fo_incident_raised(engine, incident->subject) |= fo_incident_bit(incident->cause);
        }
        for (uint8_t i = 0; i < incident->child_count; i++) {
            if (incident->children[i].open) {
                *fo_incident_raised(engine, incident->children[i].subject) |=
                    fo_incident_bit(incident->children[i].cause);
            }
        }
    }
}
