/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions (see condition.h): what holds is put into the incident it belongs to: its own, that of
 * the cause that explains it, or a new one; and what is over is taken out again. It pages nobody:
 * escalation.c reads what is written here on the same timer. */
#include "failover/condition.h"

#include "failover/assert.h"
#include "failover/cause.h"
#include "failover/drill.h"
#include "failover/incident.h"

bool fo_condition_holds(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    FO_ASSERT(subject.kind < FO_SUBJECT_KINDS && subject.index < 64);
    return (engine->raised[subject.kind][subject.index] & fo_incident_bit(cause)) != 0;
}

/* The incident whose root explains this condition. */
static uint8_t find_root(const struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t best = FO_NONE;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state != FO_INCIDENT_OPEN || !incident->active ||
            fo_incident_is_beside(engine, incident)) {
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

/* The oldest incident that this cause explains; FO_NONE. */
static uint8_t find_explained(const struct fo_engine *engine, uint16_t cause,
                              struct fo_subject subject, uint8_t except)
{
    uint8_t best = FO_NONE;
    for (uint8_t slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        const struct fo_incident *incident = &engine->incidents[slot];
        if (slot == except || incident->state != FO_INCIDENT_OPEN ||
            fo_incident_is_beside(engine, incident) ||
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

/* A condition that holds becomes a child, again if it had been one before. */
static void adopt(struct fo_incident *kept, uint16_t cause, struct fo_subject subject,
                  fo_us since_us)
{
    uint8_t at = fo_incident_child(kept, cause, subject);
    if (at != FO_NONE && kept->children[at].open) {
        return;
    }
    at = at != FO_NONE ? at : fo_incident_child_room(kept);
    FO_ASSERT(at != FO_NONE);
    kept->children[at] =
        (struct fo_child){.cause = cause, .subject = subject, .open = true, .since_us = since_us};
}

static unsigned count_open(const struct fo_incident *incident)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < incident->child_count; i++) {
        count += incident->children[i].open ? 1 : 0;
    }
    return count;
}

bool fo_condition_may_merge(const struct fo_engine *engine, unsigned from, unsigned into)
{
    FO_ASSERT(from < FO_INCIDENTS_MAX && into < FO_INCIDENTS_MAX && from != into);
    const struct fo_incident *old = &engine->incidents[from];
    unsigned open = count_open(old) + (old->active ? 1 : 0);
    return open + count_open(&engine->incidents[into]) <= FO_CHILDREN_MAX;
}

/* The root of `from` and its children become children of `into`; people who were reached stay
 * known, so that they hear the end of it. */
void fo_condition_merge(struct fo_engine *engine, unsigned from, unsigned into)
{
    struct fo_incident *old = &engine->incidents[from];
    struct fo_incident *kept = &engine->incidents[into];
    bool untold = old->fresh || (old->wanted & ~old->paged & ~old->refused) != 0;
    bool news = false;
    fo_incident_note(engine, from, FO_REASON_INCIDENT_REPARENTED, kept->cause)->b = kept->number;
    for (uint8_t i = 0; i <= old->child_count; i++) {
        bool root = i == old->child_count;
        bool open = root ? old->active : old->children[i].open;
        uint16_t cause = root ? old->cause : old->children[i].cause;
        struct fo_subject subject = root ? old->subject : old->children[i].subject;
        if (open) {
            adopt(kept, cause, subject, root ? old->opened_us : old->children[i].since_us);
            news = news || (untold && fo_cause_repages(cause) &&
                            fo_cause_severity(engine, cause, subject) <= 2);
        }
    }
    kept->class2 = kept->class2 || old->class2;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        kept->accepted[i] |= old->accepted[i];
    }
    bool worse = old->severity < kept->severity;
    kept->severity = worse ? old->severity : kept->severity;
    old->state = FO_INCIDENT_FREE;
    fo_incident_touch(engine, from);
    if (worse || news) { /* what nobody has been told yet is not lost with its number */
        fo_incident_worsen(engine, into, old->cause);
    }
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
    uint8_t at = FO_NONE;
    if (was_active) { /* a child before it was the root: a second entry would never close */
        at = fo_incident_child(incident, old_cause, old_subject);
        at = at == FO_NONE ? fo_incident_child_room(incident) : at;
    }
    if (at != FO_NONE) {
        incident->children[at] = (struct fo_child){
            .cause = old_cause, .subject = old_subject, .open = true, .since_us = since_us};
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_REPARENTED, cause); /* b 0: it stays */
    fo_incident_weigh(engine, slot, cause, subject);
    fo_incident_touch(engine, slot);
}

static bool raise_condition(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t slot = fo_incident_home(engine, cause, subject);
    if (slot != FO_NONE) {
        if (fo_incident_is_root(&engine->incidents[slot], cause, subject)) {
            fo_incident_reopen(engine, slot);
            return true;
        }
        return fo_incident_fold(engine, slot, cause, subject);
    }
    slot = find_root(engine, cause, subject);
    if (slot != FO_NONE) {
        return fo_incident_fold(engine, slot, cause, subject);
    }
    slot = find_explained(engine, cause, subject, FO_NONE);
    if (slot != FO_NONE) {
        take_root(engine, slot, cause, subject);
    } else {
        slot = fo_incident_slot(engine);
        if (slot == FO_NONE) {
            return fo_incident_fold(engine, 0, cause,
                                    subject); /* never lost: it stands in another's story */
        }
        fo_incident_open(engine, slot, cause, subject);
    }
    uint8_t other = FO_NONE;
    while ((other = find_explained(engine, cause, subject, slot)) != FO_NONE) {
        if (!fo_output_room(engine) || !fo_condition_may_merge(engine, other, slot)) {
            break; /* it stays on its own; that is untidy and harmless */
        }
        fo_condition_merge(engine, other, slot);
    }
    return true;
}

static void clear_condition(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        struct fo_incident *incident = &engine->incidents[slot];
        if (incident->state != FO_INCIDENT_OPEN || fo_incident_is_beside(engine, incident)) {
            continue;
        }
        uint8_t child = fo_incident_child(incident, cause, subject);
        if (fo_incident_is_root(incident, cause, subject) && incident->active) {
            incident->active = false;
            incident->clear_us = engine->now_us;
        } else if (child != FO_NONE && incident->children[child].open) {
            incident->children[child].open = false;
            incident->children[child].since_us = engine->now_us;
        } else {
            continue;
        }
        if (!incident->active && count_open(incident) == 0) {
            incident->clean_us = engine->now_us;
        }
        fo_incident_touch(engine, slot);
    }
}

void fo_condition_set(struct fo_engine *engine, uint16_t cause, struct fo_subject subject,
                      bool holds)
{
    uint64_t *bits = fo_incident_raised(engine, subject);
    uint64_t bit = fo_incident_bit(cause);
    if (((*bits & bit) != 0) == holds) {
        return;
    }
    if (!holds) {
        *bits &= ~bit;
        clear_condition(engine, cause, subject);
    } else if (raise_condition(engine, cause, subject)) {
        *bits |= bit;
        fo_drill_yield(engine);
    }
}

void fo_condition_pulse(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    fo_condition_set(engine, cause, subject, true);
    fo_condition_set(engine, cause, subject, false);
}

void fo_condition_weigh(struct fo_engine *engine, uint16_t cause, struct fo_subject subject)
{
    uint8_t slot = fo_incident_find(engine, cause, subject);
    if (slot != FO_NONE &&
        fo_cause_severity(engine, cause, subject) < engine->incidents[slot].severity) {
        fo_incident_weigh(engine, slot, cause, subject);
        fo_drill_yield(engine);
    }
}

bool fo_condition_resolve(struct fo_engine *engine, unsigned slot)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    if (fo_incident_is_beside(engine, incident)) {
        fo_drill_end(engine, slot, FO_REASON_DRILL_ENDED);
        return true;
    }
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

/* The root is gone and this child is not: it becomes an incident of its own. */
static void release_child(struct fo_engine *engine, unsigned slot, unsigned child)
{
    struct fo_child gone = engine->incidents[slot].children[child];
    engine->incidents[slot].children[child].open = false;
    *fo_incident_raised(engine, gone.subject) &= ~fo_incident_bit(gone.cause);
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
    if (count_open(incident) == 0) {
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
    fo_us calm_us = incident->unstable && policy->clean_us < policy->flap_us ? policy->flap_us
                                                                             : policy->clean_us;
    if (engine->now_us - incident->clean_us < calm_us) {
        return incident->clean_us + calm_us;
    }
    incident->state = FO_INCIDENT_RECOVERED;
    incident->closed_us = engine->now_us + policy->clean_us;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        incident->branches[i].next_rung_us = FO_NEVER;
        incident->branches[i].ack_until_us = FO_NEVER;
    }
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        incident->recovering |= incident->accepted[i];
    }
    fo_incident_note(engine, slot, FO_REASON_INCIDENT_RECOVERED, incident->cause)->b =
        incident->clean_us - incident->opened_us;
    fo_durable(engine);
    return incident->closed_us;
}

fo_us fo_condition_run(struct fo_engine *engine, unsigned slot)
{
    FO_ASSERT(slot < FO_INCIDENTS_MAX);
    struct fo_incident *incident = &engine->incidents[slot];
    if (incident->state == FO_INCIDENT_OPEN) {
        return fo_incident_is_beside(engine, incident) ? fo_drill_run(engine, slot)
                                                       : run_open(engine, slot);
    }
    if (incident->state == FO_INCIDENT_RECOVERED) {
        if (engine->now_us < incident->closed_us) {
            return incident->closed_us;
        }
        if (incident->recovering != 0) {
            incident->closed_us = engine->now_us + FO_SECOND; /* not before all have been told */
            fo_durable(engine);
            return incident->closed_us;
        }
        fo_incident_note(engine, slot, FO_REASON_INCIDENT_CLOSED, incident->cause);
        incident->state = FO_INCIDENT_FREE;
        fo_durable(engine);
    }
    return FO_NEVER;
}
