/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents and conditions (see incident.h). It opens, folds, re-parents, worsens, recovers and
 * closes; it never pages anybody: escalation.c reads what is written here on the same timer. */
#include "failover/incident.h"

#include "failover/assert.h"
#include "failover/cause.h"

#include <string.h>

#define CAUSE_FIRST 100
#define EPOCH_MAX 250

static uint64_t *raised(struct fo_engine *engine, struct fo_subject subject)
{
    FO_ASSERT(subject.kind < FO_SUBJECT_KINDS);
    FO_ASSERT(subject.index < 64);
    return &engine->raised[subject.kind][subject.index];
}

static uint64_t bit_of(uint16_t cause)
{
    FO_ASSERT(fo_reason_is_cause(cause) && cause - CAUSE_FIRST < 64);
    return (uint64_t)1 << (cause - CAUSE_FIRST);
}

static void touch(struct fo_engine *engine, unsigned slot)
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

bool fo_condition_holds(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    FO_ASSERT(subject.kind < FO_SUBJECT_KINDS && subject.index < 64);
    return (engine->raised[subject.kind][subject.index] & bit_of(cause)) != 0;
}

/* ---- finding ------------------------------------------------------------------------------- */

static bool is_root(const struct fo_incident *incident, uint16_t cause, struct fo_subject subject)
{
    return incident->cause == cause && fo_subject_equal(incident->subject, subject);
}

static uint8_t child_index(const struct fo_incident *incident, uint16_t cause,
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
        if (incident->state != FO_INCIDENT_OPEN) {
            continue;
        }
        uint8_t child = child_index(incident, cause, subject);
        if ((is_root(incident, cause, subject) && incident->active) ||
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
static uint8_t find_home(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state == FO_INCIDENT_FREE) {
            continue;
        }
        if (is_root(incident, cause, subject) ||
            (incident->state == FO_INCIDENT_OPEN && incident->active &&
             child_index(incident, cause, subject) != FO_NONE)) {
            return slot;
        }
    }
    return FO_NONE;
}

/* The incident whose root explains this condition. */
static uint8_t find_root(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t best = FO_NONE;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state != FO_INCIDENT_OPEN || !incident->active) {
            continue;
        }
        enum fo_explains how =
            fo_cause_explains(engine, incident->cause, incident->subject, cause, subject);
        if (how == FO_EXPLAINS_ALWAYS) {
            return slot;
        }
        if (how == FO_EXPLAINS_NEAR && best == FO_NONE &&
            engine->now_us - incident->opened_us <= engine->policy.child_window_us) {
            best = slot;
        }
    }
    return best;
}

/* A slot to open an incident in; one that has recovered makes room when all are taken. */
static uint8_t find_slot(struct fo_engine *engine)
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
    touch(engine, slot);
    if (incident->fresh || incident->epoch >= EPOCH_MAX) {
        return; /* its pages have not gone out yet: they will say it */
    }
    incident->epoch++;
    incident->fresh = true;
    incident->message = FO_MESSAGE_WORSENED;
    incident->acked_by = FO_NONE;
    incident->ack_until_us = FO_NEVER;
    incident->acked = 0;
    incident->paged = 0;
    incident->loops = 0;
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_EPOCH, why);
}

/* A condition has come into this incident: its severity, and whether people must hear of it. */
static void weigh(struct fo_engine *engine, unsigned slot, uint16_t cause,
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

void fo_condition_weigh(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t slot = fo_incident_find(engine, cause, subject);
    if (slot != FO_NONE &&
        fo_cause_severity(engine, cause, subject) < engine->incidents[slot].severity) {
        weigh(engine, slot, cause, subject);
    }
}

/* ---- raising ------------------------------------------------------------------------------- */

/* Room for a child, FO_NONE when all are taken by conditions that hold. */
static uint8_t child_room(struct fo_incident *incident)
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

static bool fold(struct fo_engine *engine, unsigned slot, uint16_t cause, struct fo_subject subject)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint8_t at = child_index(incident, cause, subject);
    bool again = at != FO_NONE;
    if (!again) {
        at = child_room(incident);
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
    if (!again) {
        weigh(engine, slot, cause, subject);
    }
    touch(engine, slot);
    return true;
}

static void reopen(struct fo_engine *engine, unsigned slot)
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
    }
    touch(engine, slot);
}

static void open_in(struct fo_engine *engine, unsigned slot, uint16_t cause,
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
    incident->next_rung_us = FO_NEVER;
    incident->ack_until_us = FO_NEVER;
    incident->acked_by = FO_NONE;
    incident->owned_by = FO_NONE;
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_OPENED, cause);
    touch(engine, slot);
}

/* The root of `from` and its children become children of `into`; people who were reached stay
 * known, so that they hear the end of it. */
static void merge(struct fo_engine *engine, unsigned from, unsigned into)
{
    struct fo_incident *old = &engine->incidents[from];
    struct fo_incident *kept = &engine->incidents[into];
    fo_incident_note(engine, from, FO_REASON_INCIDENT_REPARENTED, kept->cause)->b = kept->number;
    for (uint8_t i = 0; i <= old->child_count; i++) {
        bool root = i == old->child_count;
        bool open = root ? old->active : old->children[i].open;
        uint16_t cause = root ? old->cause : old->children[i].cause;
        struct fo_subject subject = root ? old->subject : old->children[i].subject;
        uint8_t at =
            open && child_index(kept, cause, subject) == FO_NONE ? child_room(kept) : FO_NONE;
        if (at != FO_NONE) {
            kept->children[at] =
                (struct fo_child){.cause = cause,
                                  .subject = subject,
                                  .open = true,
                                  .since_us = root ? old->opened_us : old->children[i].since_us};
        }
    }
    kept->class2 = kept->class2 || old->class2;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        kept->accepted[i] |= old->accepted[i];
    }
    if (old->severity < kept->severity) {
        kept->severity = old->severity;
    }
    old->state = FO_INCIDENT_FREE;
    touch(engine, from);
}

/* A cause has come to light behind an incident that is already open: the incident keeps its number
 * and its people, and changes its root. */
static void take_root(struct fo_engine *engine, unsigned slot, uint16_t cause,
                      struct fo_subject subject)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint16_t old_cause = incident->cause;
    struct fo_subject old_subject = incident->subject;
    bool was_active = incident->active;
    fo_us since_us = incident->opened_us;
    incident->cause = cause;
    incident->subject = subject;
    incident->active = true;
    incident->clear_us = FO_NEVER;
    incident->clean_us = FO_NEVER;
    uint8_t at = was_active ? child_room(incident) : FO_NONE;
    if (at != FO_NONE) {
        incident->children[at] = (struct fo_child){
            .cause = old_cause, .subject = old_subject, .open = true, .since_us = since_us};
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_REPARENTED, cause)->b = old_cause;
    weigh(engine, slot, cause, subject);
    touch(engine, slot);
}

/* The oldest incident that this cause explains; FO_NONE. */
static uint8_t find_explained(const struct fo_engine *engine, uint16_t cause,
                              struct fo_subject subject, uint8_t except)
{
    uint8_t best = FO_NONE;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (slot == except || incident->state != FO_INCIDENT_OPEN ||
            engine->now_us - incident->opened_us > engine->policy.child_window_us ||
            fo_cause_explains(engine, cause, subject, incident->cause, incident->subject) ==
                FO_EXPLAINS_NOT) {
            continue;
        }
        if (best == FO_NONE || incident->number < engine->incidents[best].number) {
            best = slot;
        }
    }
    return best;
}

static bool raise_condition(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t slot = find_home(engine, cause, subject);
    if (slot != FO_NONE) {
        if (is_root(&engine->incidents[slot], cause, subject)) {
            reopen(engine, slot);
            return true;
        }
        return fold(engine, slot, cause, subject);
    }
    slot = find_root(engine, cause, subject);
    if (slot != FO_NONE) {
        return fold(engine, slot, cause, subject);
    }
    slot = find_explained(engine, cause, subject, FO_NONE);
    if (slot != FO_NONE) {
        take_root(engine, slot, cause, subject);
    } else {
        slot = find_slot(engine);
        if (slot == FO_NONE) {
            return fold(engine, 0, cause, subject); /* never lost: it stands in another's story */
        }
        open_in(engine, slot, cause, subject);
    }
    uint8_t other = FO_NONE;
    while ((other = find_explained(engine, cause, subject, slot)) != FO_NONE) {
        if (!fo_output_room(engine)) {
            break; /* it stays on its own; that is untidy and harmless */
        }
        merge(engine, other, slot);
    }
    return true;
}

/* ---- clearing ------------------------------------------------------------------------------ */

static bool any_child_open(const struct fo_incident *incident)
{
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (incident->children[i].open) {
            return true;
        }
    }
    return false;
}

static void clear_condition(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state != FO_INCIDENT_OPEN) {
            continue;
        }
        uint8_t child = child_index(incident, cause, subject);
        if (is_root(incident, cause, subject) && incident->active) {
            incident->active = false;
            incident->clear_us = engine->now_us;
        } else if (child != FO_NONE && incident->children[child].open) {
            incident->children[child].open = false;
        } else {
            continue;
        }
        if (!incident->active && !any_child_open(incident)) {
            incident->clean_us = engine->now_us;
        }
        touch(engine, slot);
    }
}

void fo_condition_set(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                      bool holds)
{
    uint64_t *bits = raised(engine, subject);
    uint64_t bit = bit_of(cause);
    if (((*bits & bit) != 0) == holds) {
        return;
    }
    if (!holds) {
        *bits &= ~bit;
        clear_condition(engine, cause, subject);
    } else if (raise_condition(engine, cause, subject)) {
        *bits |= bit;
    }
}

void fo_condition_pulse(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    fo_condition_set(engine, cause, subject, true);
    fo_condition_set(engine, cause, subject, false);
}

bool fo_incident_resolve(struct fo_engine *engine, unsigned slot)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->active && !fo_cause_is_sticky(incident->cause)) {
        return false;
    }
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (incident->children[i].open && !fo_cause_is_sticky(incident->children[i].cause)) {
            return false;
        }
    }
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (incident->children[i].open) {
            fo_condition_set(engine, incident->children[i].cause, incident->children[i].subject,
                             false);
        }
    }
    if (incident->active) {
        fo_condition_set(engine, incident->cause, incident->subject, false);
    }
    return true;
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

/* ---- time ---------------------------------------------------------------------------------- */

/* The root is gone and this child is not: it becomes an incident of its own. */
static void release_child(struct fo_engine *engine, unsigned slot, unsigned child)
{
    struct fo_child gone = engine->incidents[slot].children[child];
    engine->incidents[slot].children[child].open = false;
    *raised(engine, gone.subject) &= ~bit_of(gone.cause);
    fo_condition_set(engine, gone.cause, gone.subject, true);
}

static void release_children(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    for (uint8_t i = 0; i < incident->child_count; i++) {
        if (incident->children[i].open && fo_output_room(engine)) {
            release_child(engine, slot, i);
        }
    }
    if (!any_child_open(incident)) {
        incident->clean_us = engine->now_us;
    }
}

static fo_us run_open(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    const struct fo_policy *policy = &engine->policy;
    if (incident->active) {
        return FO_NEVER;
    }
    if (incident->clean_us == FO_NEVER) {
        if (engine->now_us - incident->clear_us < policy->child_grace_us) {
            return incident->clear_us + policy->child_grace_us;
        }
        release_children(engine, slot);
        if (incident->clean_us == FO_NEVER) {
            return engine->now_us; /* the rest when there is room */
        }
    }
    if (engine->now_us - incident->clean_us < policy->clean_us) {
        return incident->clean_us + policy->clean_us;
    }
    incident->state = FO_INCIDENT_RECOVERED;
    incident->closed_us = engine->now_us + policy->clean_us;
    incident->next_rung_us = FO_NEVER;
    incident->ack_until_us = FO_NEVER;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        incident->recovering |= incident->accepted[i];
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_RECOVERED, incident->cause)->b =
        incident->clean_us - incident->opened_us;
    fo_durable(engine);
    return incident->closed_us;
}

fo_us fo_incident_run(struct fo_engine *engine, unsigned slot)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->state == FO_INCIDENT_OPEN) {
        return run_open(engine, slot);
    }
    if (incident->state == FO_INCIDENT_RECOVERED) {
        if (engine->now_us < incident->closed_us) {
            return incident->closed_us;
        }
        if (incident->recovering != 0) {
            incident->closed_us = engine->now_us + FO_SECOND; /* not before all have been told */
            return incident->closed_us;
        }
        fo_incident_note(engine, slot, FO_REASON_INCIDENT_CLOSED, incident->cause);
        incident->state = FO_INCIDENT_FREE;
        fo_durable(engine);
    }
    return FO_NEVER;
}

void fo_incident_boot(struct fo_engine *engine)
{
    memset(engine->raised, 0, sizeof engine->raised);
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state == FO_INCIDENT_FREE) {
            continue;
        }
        if (incident->active) {
            *raised(engine, incident->subject) |= bit_of(incident->cause);
        }
        for (uint8_t i = 0; i < incident->child_count; i++) {
            if (incident->children[i].open) {
                *raised(engine, incident->children[i].subject) |=
                    bit_of(incident->children[i].cause);
            }
        }
        fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
    }
}
