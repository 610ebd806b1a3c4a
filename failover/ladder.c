/* SPDX-License-Identifier: Apache-2.0 */
/* Rungs, branches and the persons on them (see ladder.h). Derived sets are made when the duty
 * changes, not when somebody is called. */
#include "failover/ladder.h"

#include "failover/assert.h"
#include "failover/durable.h"
#include "failover/record.h"
#include "failover/roster.h"

#include <string.h>

static struct fo_ladder of_policy(const struct fo_policy *policy)
{
    struct fo_codec codec = {.mode = FO_CODEC_HASH};
    struct fo_ladder ladder;
    memset(&ladder, 0, sizeof ladder);
    FO_ASSERT(policy->rung_count <= FO_RUNGS_MAX);
    ladder.rung_count = policy->rung_count;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        ladder.severities[i] = policy->branches[i].severity;
    }
    memcpy(ladder.rungs, policy->rungs, policy->rung_count * sizeof ladder.rungs[0]);
    fo_durable_ladder(&codec, &ladder);
    ladder.id = codec.hash != 0 ? codec.hash : 1;
    return ladder;
}

void fo_ladder_init(struct fo_engine *engine)
{
    memset(engine->ladders, 0, sizeof engine->ladders);
    engine->ladder = 0;
    engine->ladders[0] = of_policy(&engine->policy);
    fo_ladder_derive(engine);
}

static bool is_used(const struct fo_engine *engine, unsigned ladder)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (engine->incidents[i].state != FO_INCIDENT_FREE &&
            engine->incidents[i].ladder == ladder) {
            return true;
        }
    }
    return false;
}

static void climb_from_below(struct fo_engine *engine, struct fo_incident *incident)
{
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        struct fo_climb *climb = &incident->branches[i];
        uint8_t first = fo_ladder_first(engine, incident, i);
        uint8_t last = fo_ladder_last(engine, incident, i);
        bool stands = climb->rung != FO_NONE && first != FO_NONE && climb->rung >= first &&
                      climb->rung <= last &&
                      fo_ladder_at(engine, incident, climb->rung)->branch == i;
        if (!stands) {
            climb->rung = first;
        }
    }
}

static void adopt(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    incident->ladder = engine->ladder;
    climb_from_below(engine, incident);
    struct fo_record *record = fo_note_more(engine, FO_REASON_LADDER_ADOPTED, 0, incident->subject);
    record->incident = incident->number;
    record->epoch = incident->epoch;
    fo_deadline_set(&engine->deadlines, FO_TIMER_INCIDENT + slot, engine->now_us);
}

void fo_ladder_adopt(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (engine->incidents[i].state != FO_INCIDENT_FREE &&
            engine->incidents[i].ladder != engine->ladder) {
            adopt(engine, i);
        }
    }
    fo_durable(engine);
}

void fo_ladder_boot(struct fo_engine *engine)
{
    struct fo_ladder now = of_policy(&engine->policy);
    uint8_t place = FO_NONE;
    for (uint8_t i = 0; i < FO_LADDERS_MAX && place == FO_NONE; i++) {
        place = engine->ladders[i].id == now.id ? i : FO_NONE;
    }
    for (uint8_t i = 0; i < FO_LADDERS_MAX && place == FO_NONE; i++) {
        place = !is_used(engine, i) ? i : FO_NONE;
    }
    bool full = place == FO_NONE; /* edited so often: the oldest of them ends now */
    place = full ? (uint8_t)((engine->ladder + 1U) % FO_LADDERS_MAX) : place;
    bool kept = false;
    engine->ladder = place;
    engine->ladders[place] = now;
    fo_ladder_derive(engine);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        struct fo_incident *incident = &engine->incidents[i];
        if (incident->state != FO_INCIDENT_FREE && incident->ladder == place && full) {
            climb_from_below(engine, incident);
        }
        kept = kept || (incident->state == FO_INCIDENT_OPEN && incident->ladder != place);
    }
    if (kept) {
        fo_note(engine, FO_REASON_LADDER_KEPT, 0, fo_subject_of(FO_SUBJECT_SITE, 0), 0, 0);
    }
}

void fo_ladder_derive(struct fo_engine *engine)
{
    uint64_t held[FO_ROLES_MAX];
    engine->deciders = 0;
    engine->deputies = 0;
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        held[i] = fo_roster_role(engine, i);
        if (engine->policy.roles[i].decides) {
            engine->deciders |= held[i];
            engine->deputies |= fo_roster_of(engine, engine->policy.roles[i].deputies);
        }
    }
    for (unsigned i = 0; i < FO_LADDERS_MAX; i++) {
        const struct fo_ladder *ladder = &engine->ladders[i];
        for (unsigned rung = 0; rung < FO_RUNGS_MAX; rung++) {
            uint64_t persons = 0;
            for (unsigned role = 0; rung < ladder->rung_count && role < FO_ROLES_MAX; role++) {
                persons |= (ladder->rungs[rung].roles >> role & 1) != 0 ? held[role] : 0;
            }
            engine->rung_persons[i][rung] = persons;
        }
    }
}

/* ---- rungs ----------------------------------------------------------------------------------- */

static const struct fo_ladder *ladder_of(const struct fo_engine *engine,
                                         const struct fo_incident *incident)
{
    FO_ASSERT(incident->ladder < FO_LADDERS_MAX);
    return &engine->ladders[incident->ladder];
}

static uint8_t find(const struct fo_engine *engine, const struct fo_incident *incident,
                    unsigned branch, unsigned from)
{
    const struct fo_ladder *ladder = ladder_of(engine, incident);
    uint8_t severity = ladder->severities[branch];
    if (severity != 0 && incident->severity > severity) {
        return FO_NONE;
    }
    for (unsigned i = from; i < ladder->rung_count; i++) {
        if (ladder->rungs[i].branch == branch) {
            return (uint8_t)i;
        }
    }
    return FO_NONE;
}

uint8_t fo_ladder_first(const struct fo_engine *engine, const struct fo_incident *incident,
                        unsigned branch)
{
    FO_ASSERT(branch < FO_BRANCHES_MAX);
    return find(engine, incident, branch, 0);
}

uint8_t fo_ladder_next(const struct fo_engine *engine, const struct fo_incident *incident,
                       unsigned branch, uint8_t rung)
{
    FO_ASSERT(branch < FO_BRANCHES_MAX);
    return rung == FO_NONE ? FO_NONE : find(engine, incident, branch, rung + 1U);
}

uint8_t fo_ladder_last(const struct fo_engine *engine, const struct fo_incident *incident,
                       unsigned branch)
{
    uint8_t last = FO_NONE;
    for (uint8_t i = fo_ladder_first(engine, incident, branch); i != FO_NONE;
         i = fo_ladder_next(engine, incident, branch, i)) {
        last = i;
    }
    return last;
}

const struct fo_rung_policy *fo_ladder_at(const struct fo_engine *engine,
                                          const struct fo_incident *incident, uint8_t rung)
{
    const struct fo_ladder *ladder = ladder_of(engine, incident);
    FO_ASSERT(rung < ladder->rung_count);
    return &ladder->rungs[rung];
}

/* ---- persons --------------------------------------------------------------------------------- */

uint64_t fo_ladder_listed(const struct fo_engine *engine, const struct fo_incident *incident)
{
    uint64_t listed = 0;
    if (!incident->drill) {
        return UINT64_MAX;
    }
    for (unsigned i = 0; i < engine->policy.person_count; i++) {
        listed |= engine->policy.persons[i].drill ? (uint64_t)1 << i : 0;
    }
    return listed;
}

static uint32_t owners(const struct fo_engine *engine, struct fo_subject subject)
{
    const struct fo_policy *policy = &engine->policy;
    switch (subject.kind) {
        case FO_SUBJECT_DEVICE:
            return policy->devices[subject.index].owners;
        case FO_SUBJECT_SERVER:
            return policy->servers[subject.index].owners;
        case FO_SUBJECT_LINE:
            return policy->lines[subject.index].owners;
        case FO_SUBJECT_SERVICE:
            return policy->services[subject.index].owners;
        default:
            return 0;
    }
}

/* Those of the units that own what has failed; all when that is nobody, because a rung that could
 * have called somebody must not be empty. */
static uint64_t of_owner(const struct fo_engine *engine, const struct fo_incident *incident,
                         uint64_t persons)
{
    uint32_t units = owners(engine, incident->subject);
    uint64_t theirs = 0;
    for (unsigned i = 0; i < engine->policy.person_count; i++) {
        theirs |= (engine->policy.persons[i].units & units) != 0 ? (uint64_t)1 << i : 0;
    }
    return (persons & theirs) != 0 ? persons & theirs : persons;
}

uint64_t fo_ladder_rung(const struct fo_engine *engine, const struct fo_incident *incident,
                        uint8_t rung)
{
    if (rung >= ladder_of(engine, incident)->rung_count) {
        return 0;
    }
    uint64_t persons = engine->rung_persons[incident->ladder][rung];
    if (ladder_of(engine, incident)->rungs[rung].of_owner) {
        persons = of_owner(engine, incident, persons);
    }
    return persons & fo_ladder_listed(engine, incident);
}

uint64_t fo_ladder_up_to(const struct fo_engine *engine, const struct fo_incident *incident,
                         unsigned branch, uint8_t rung)
{
    uint64_t persons = 0;
    for (uint8_t i = fo_ladder_first(engine, incident, branch); i != FO_NONE && i <= rung;
         i = fo_ladder_next(engine, incident, branch, i)) {
        persons |= rung != FO_NONE ? fo_ladder_rung(engine, incident, i) : 0;
    }
    return persons;
}

uint64_t fo_ladder_branch(const struct fo_engine *engine, const struct fo_incident *incident,
                          unsigned branch)
{
    return fo_ladder_up_to(engine, incident, branch, FO_RUNGS_MAX);
}

uint64_t fo_ladder_all(const struct fo_engine *engine, const struct fo_incident *incident)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        persons |= fo_ladder_branch(engine, incident, i);
    }
    return persons;
}

uint64_t fo_ladder_deciders(const struct fo_engine *engine, const struct fo_incident *incident)
{
    uint64_t persons = engine->deciders & fo_ladder_all(engine, incident);
    if (incident->deputy || persons == 0) {
        persons |= engine->deputies & fo_ladder_all(engine, incident);
    }
    return persons & fo_ladder_listed(engine, incident) & fo_roster_counts(engine);
}
