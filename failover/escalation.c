/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network at work (see escalation.h). Only a person's acknowledgement stops a branch;
 * it expires; a worse state begins anew; and when all rungs are through it starts over, for ever.
 */
#include "failover/escalation.h"

#include "failover/assert.h"
#include "failover/attempt.h"
#include "failover/incident.h"
#include "failover/ladder.h"
#include "failover/page.h"
#include "failover/record.h"
#include "failover/roster.h"

#define PAGES_PER_TURN 4
#define LOOPS_MAX 20 /* doublings of the loop's interval that can matter */

uint64_t fo_escalation_unpaged(const struct fo_incident *incident)
{
    return incident->wanted & ~incident->paged & ~incident->refused;
}

static fo_us rung_wait(const struct fo_engine *engine, const struct fo_incident *incident,
                       uint8_t rung)
{
    return rung < engine->ladders[incident->ladder].rung_count
               ? fo_ladder_at(engine, incident, rung)->wait_us
               : 0;
}

bool fo_escalation_is_breach(const struct fo_incident *incident)
{
    bool breach = incident->active && incident->cause == FO_REASON_SERVICE_RTO_BREACHED;
    for (unsigned i = 0; i < incident->child_count; i++) {
        breach = breach || (incident->children[i].open &&
                            incident->children[i].cause == FO_REASON_SERVICE_RTO_BREACHED);
    }
    return breach;
}

void fo_escalation_depute(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    if (!incident->deputy && engine->deciders != 0) {
        incident->deputy = true;
        fo_incident_note(engine, slot, FO_REASON_DECIDER_ABSENT, 0);
    }
}

/* ---- up -------------------------------------------------------------------------------------- */

/* All rungs of the branch are through and nobody has taken it: all its persons again, after a
 * growing interval, save those whose word is in and only does not suffice. */
static void loop_over(struct fo_engine *engine, unsigned slot, unsigned branch)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    const struct fo_policy *policy = &engine->policy;
    uint64_t persons = fo_ladder_branch(engine, incident, branch);
    fo_us wait_us = policy->loop_first_us;
    for (unsigned i = 0; i < climb->loops && wait_us < policy->loop_cap_us; i++) {
        wait_us *= 2;
    }
    wait_us = fo_earlier(wait_us, policy->loop_cap_us);
    wait_us = wait_us > 0 ? wait_us : FO_SECOND;
    if (fo_escalation_is_breach(incident)) {
        fo_escalation_depute(engine, slot);
    }
    climb->loops = (uint8_t)(climb->loops < LOOPS_MAX ? climb->loops + 1 : LOOPS_MAX);
    incident->message = FO_MESSAGE_REMINDER;
    incident->wanted |= persons;
    incident->paged &= ~(persons & ~incident->acked);
    incident->refused &= ~persons;
    climb->next_rung_us = engine->now_us + wait_us;
    fo_incident_note(engine, slot, FO_REASON_LADDER_LOOPED, 0)->b = wait_us;
}

/* The next rung that has somebody new in it, in the same instant. */
static void climb_on(struct fo_engine *engine, unsigned slot, unsigned branch)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    uint8_t next;
    fo_durable(engine);
    while ((next = fo_ladder_next(engine, incident, branch, climb->rung)) != FO_NONE) {
        uint64_t persons = fo_ladder_rung(engine, incident, next);
        climb->rung = next;
        incident->wanted |= persons;
        if ((fo_escalation_unpaged(incident) & persons) != 0) {
            fo_incident_note(engine, slot, FO_REASON_RUNG_REACHED, 0)->b = climb->rung;
            climb->next_rung_us = engine->now_us + rung_wait(engine, incident, climb->rung);
            return;
        }
        fo_incident_note(engine, slot, FO_REASON_RUNG_EMPTY, 0)->b = climb->rung;
    }
    loop_over(engine, slot, branch);
}

static bool is_over(const struct fo_incident *incident)
{
    bool open = incident->active;
    for (unsigned i = 0; i < incident->child_count; i++) {
        open = open || incident->children[i].open;
    }
    return !open && !incident->drill;
}

static void begin_branch(struct fo_engine *engine, unsigned slot, unsigned branch)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    uint64_t persons = fo_ladder_up_to(engine, incident, branch, climb->rung) & ~incident->refused;
    bool quiet = incident->severity >= FO_SEVERITY_INFORMATION || is_over(incident);
    if (persons == 0) {
        fo_incident_note(engine, slot, FO_REASON_RUNG_EMPTY, 0)->b = climb->rung;
        climb_on(engine, slot, branch);
    } else {
        fo_incident_note(engine, slot, FO_REASON_RUNG_REACHED, 0)->b = climb->rung;
        climb->next_rung_us = engine->now_us + rung_wait(engine, incident, climb->rung);
    }
    if (quiet) {
        climb->next_rung_us = FO_NEVER; /* told once, nobody is chased */
    }
}

/* A roll call: everybody on the list at once, and nobody is chased. */
static void begin_roll_call(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    for (unsigned i = 0; i < engine->policy.person_count; i++) {
        incident->wanted |= (uint64_t)1 << fo_roster_human(engine, i);
    }
    incident->wanted &= fo_ladder_listed(engine, incident);
}

static bool is_of_line(const struct fo_incident *incident)
{
    return incident->cause == FO_REASON_LINE_DOWN || incident->cause == FO_REASON_LINES_ALL_DOWN;
}

/* From the first rung when the epoch is the first, else with everybody who had been called before;
 * a breach concerns all rungs. */
void fo_escalation_begin(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    bool breach = fo_escalation_is_breach(incident);
    if (!incident->fresh) {
        return;
    }
    incident->fresh = false;
    incident->refused = 0;
    incident->wanted = 0;
    incident->deputy = false;
    fo_durable(engine);
    fo_attempt_stop(engine, slot, UINT64_MAX, false);
    if (is_over(incident) && incident->epoch == 1) {
        incident->message = FO_MESSAGE_BRIEF;
    }
    if (incident->roll_call) {
        begin_roll_call(engine, slot);
        return;
    }
    if (!incident->drill && (breach || is_of_line(incident))) {
        /* the carrier or the vendor should know: a person calls them, the engine never does */
        fo_incident_note(engine, slot, FO_REASON_OUTSIDE_PROMPTED, incident->cause);
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        struct fo_climb *climb = &incident->branches[i];
        uint8_t first = fo_ladder_first(engine, incident, i);
        climb->acked_by = FO_NONE;
        climb->ack_until_us = FO_NEVER;
        climb->next_rung_us = FO_NEVER;
        climb->rung = first == FO_NONE        ? FO_NONE
                      : breach                ? fo_ladder_last(engine, incident, i)
                      : climb->rung < FO_NONE ? climb->rung
                                              : first;
        incident->wanted |= fo_ladder_up_to(engine, incident, i, climb->rung);
    }
    if (incident->cause == FO_REASON_BREAK_GLASS) { /* who decides hears of it at once */
        incident->wanted |= engine->deciders & fo_ladder_listed(engine, incident);
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        if (incident->branches[i].rung != FO_NONE) {
            begin_branch(engine, slot, i);
        }
    }
    if (engine->ladders[incident->ladder].rung_count == 0) {
        loop_over(engine, slot, 0); /* nobody at all: it must not be forgotten */
    }
}

/* ---- down ------------------------------------------------------------------------------------ */

void fo_escalation_stop(struct fo_engine *engine, unsigned slot, unsigned branch, unsigned person)
{
    struct fo_incident *incident = &engine->incidents[slot];
    FO_ASSERT(branch < FO_BRANCHES_MAX && person < engine->policy.person_count);
    incident->branches[branch].next_rung_us = FO_NEVER;
    uint64_t called = 0; /* by branches that have no answer yet */
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        const struct fo_climb *climb = &incident->branches[i];
        if (climb->next_rung_us != FO_NEVER) {
            called |= fo_ladder_up_to(engine, incident, i, climb->rung);
        }
    }
    incident->wanted &= incident->paged | called;
    fo_attempt_stop(engine, slot, ~called, false);
}

/* The acknowledgement has run out: its giver first, then the next rung. */
static void expire(struct fo_engine *engine, unsigned slot, unsigned branch)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    uint8_t person = climb->acked_by;
    fo_incident_note(engine, slot, FO_REASON_ACKNOWLEDGE_EXPIRED, 0)->person = person;
    climb->acked_by = FO_NONE;
    climb->ack_until_us = FO_NEVER;
    incident->message = FO_MESSAGE_REMINDER;
    incident->round = (uint8_t)(incident->round + 1);
    incident->wanted |= fo_ladder_up_to(engine, incident, branch, climb->rung);
    /* whoever said yes before him too: his time was over earlier, and the rounds pass nobody by */
    incident->acked &= ~fo_ladder_branch(engine, incident, branch);
    if (person != FO_NONE) {
        uint64_t bit = (uint64_t)1 << person;
        incident->acked &= ~bit;
        incident->wanted |= bit;
        incident->paged &= ~bit;
        incident->refused &= ~bit;
    }
    climb->next_rung_us = engine->now_us + rung_wait(engine, incident, climb->rung);
    fo_durable(engine);
}

/* ---- duty ------------------------------------------------------------------------------------ */

static uint64_t of_roles(const struct fo_engine *engine, unsigned person)
{
    return fo_roster_of(engine, engine->policy.persons[person].roles);
}

/* Who had taken it has left: whoever came for him is asked anew, even if called before. */
static void take_over(struct fo_engine *engine, unsigned slot, unsigned branch)
{
    struct fo_incident *incident = &engine->incidents[slot];
    struct fo_climb *climb = &incident->branches[branch];
    uint8_t person = climb->acked_by;
    uint64_t reached = fo_ladder_up_to(engine, incident, branch, climb->rung);
    if (fo_output_room(engine)) { /* a whole shift may leave a full house; its pages say it too */
        fo_incident_note(engine, slot, FO_REASON_ACKNOWLEDGE_EXPIRED, FO_REASON_HANDED_OVER)
            ->person = person;
    }
    incident->acked &= ~((uint64_t)1 << person);
    incident->round = (uint8_t)(incident->round + 1);
    incident->wanted |= reached;
    incident->paged &= ~(reached & of_roles(engine, person) & ~incident->acked);
    incident->acked &= ~fo_ladder_branch(engine, incident, branch); /* nobody answers for it now */
    incident->message = FO_MESSAGE_HANDOVER;
    climb->acked_by = FO_NONE;
    climb->ack_until_us = FO_NEVER;
    climb->next_rung_us = engine->now_us + rung_wait(engine, incident, climb->rung);
}

static void change_duty(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    uint64_t all = fo_ladder_all(engine, incident), reached = 0;
    if (incident->fresh || incident->roll_call) {
        return; /* it begins with those who are there */
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        struct fo_climb *climb = &incident->branches[i];
        reached |= fo_ladder_up_to(engine, incident, i, climb->rung);
        if (climb->acked_by != FO_NONE && (all >> climb->acked_by & 1) == 0) {
            take_over(engine, slot, i);
        }
    }
    uint64_t come = reached & ~incident->wanted & ~incident->refused & ~incident->acked;
    if (come != 0 && incident->severity < FO_SEVERITY_INFORMATION) {
        incident->wanted |= come;
        incident->message = FO_MESSAGE_HANDOVER;
    }
    incident->wanted &= all | incident->paged;
    fo_attempt_stop(engine, slot, ~all, false);
    fo_incident_touch(engine, slot);
}

void fo_escalation_duty(struct fo_engine *engine)
{
    fo_ladder_derive(engine);
    for (unsigned slot = 0; slot < FO_INCIDENTS_MAX; slot++) {
        if (engine->incidents[slot].state == FO_INCIDENT_OPEN) {
            change_duty(engine, slot);
        }
    }
    fo_durable(engine);
}

/* ---- time ------------------------------------------------------------------------------------ */

static bool page_some(struct fo_engine *engine, unsigned slot, uint64_t persons,
                      enum fo_message message, uint64_t *done)
{
    unsigned pages = 0;
    for (unsigned i = 0; i < engine->policy.person_count && pages < PAGES_PER_TURN; i++) {
        if ((persons >> i & 1) == 0) {
            continue;
        }
        if (!fo_page_person(engine, slot, i, message)) {
            return false;
        }
        *done |= (uint64_t)1 << i;
        pages++;
        fo_durable(engine);
    }
    return true;
}

static fo_us next_us(const struct fo_incident *incident)
{
    fo_us due_us = FO_NEVER;
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        due_us = fo_earlier(due_us, incident->branches[i].next_rung_us);
        due_us = fo_earlier(due_us, incident->branches[i].ack_until_us);
    }
    return due_us;
}

static fo_us run_open(struct fo_engine *engine, unsigned slot)
{
    struct fo_incident *incident = &engine->incidents[slot];
    fo_escalation_begin(engine, slot);
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        if (incident->branches[i].ack_until_us <= engine->now_us) {
            expire(engine, slot, i);
        }
    }
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        if (incident->branches[i].next_rung_us <= engine->now_us) {
            climb_on(engine, slot, i);
        }
    }
    if (fo_escalation_unpaged(incident) != 0) {
        if (!page_some(engine, slot, fo_escalation_unpaged(incident),
                       (enum fo_message)incident->message, &incident->paged)) {
            return next_us(incident);
        }
        if (fo_escalation_unpaged(incident) != 0) {
            return engine->now_us;
        }
    }
    return next_us(incident);
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
        enum fo_message message =
            incident->message == FO_MESSAGE_ABORTED ? FO_MESSAGE_ABORTED : FO_MESSAGE_RECOVERED;
        bool room = page_some(engine, slot, incident->recovering, message, &told);
        incident->recovering &= ~told;
        return room && incident->recovering != 0 ? engine->now_us : FO_NEVER;
    }
    return FO_NEVER;
}
