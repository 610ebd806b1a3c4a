/* SPDX-License-Identifier: Apache-2.0 */
/* What is overdue in the checkers' book (see overdue.h). */
#include "sim/storm/overdue.h"

#include "failover/cause.h"
#include "failover/reason.h"
#include "sim/storm/contact.h"
#include "sim/storm/duty.h"
#include "sim/storm/host.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

static fo_us longest_silence_us(const struct storm_world *world)
{
    const struct fo_policy *policy = &world->policy;
    fo_us longest_us =
        policy->loop_cap_us > policy->loop_first_us ? policy->loop_cap_us : policy->loop_first_us;
    for (unsigned i = 0; i < policy->rung_count; i++) {
        longest_us = policy->rungs[i].wait_us > longest_us ? policy->rungs[i].wait_us : longest_us;
    }
    return longest_us + longest_us / 8 + STORM_FIRST_US;
}

/* Whether a page about this incident may wait: fewer than two places for an attempt are free, over,
 * or held by what only waits although it is less grave. */
static bool places_taken(const struct storm_world *world, const struct fo_incident *incident)
{
    const struct fo_engine *engine = &world->daemon.engine;
    unsigned places = 0;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &engine->attempts[i];
        const struct fo_incident *of = &engine->incidents[attempt->slot];
        bool queued = attempt->state == FO_ATTEMPT_QUEUED;
        bool backs_off = queued && attempt->emit && attempt->emit_us > engine->now_us;
        bool over = !queued && attempt->state != FO_ATTEMPT_RETRY &&
                    attempt->state != FO_ATTEMPT_HELD && attempt->next_us == FO_NEVER;
        bool lesser = of->number != attempt->notify.incident || of->drill ||
                      of->state != FO_INCIDENT_OPEN || of->epoch != attempt->notify.epoch ||
                      of->severity > incident->severity ||
                      (backs_off && of->severity == incident->severity);
        places += over || ((!queued || backs_off) && lesser) ? 1 : 0;
    }
    return places < 2;
}

static bool in_maintenance(const struct storm_world *world)
{
    for (unsigned i = 0; i <= FO_SERVERS; i++) {
        if (world->safety.book.maintenance_us[i] > world->now_us) {
            return true;
        }
    }
    return false;
}

/* A way that needs no line is there; else P2 waits for it. */
static bool inside_works(const struct storm_world *world)
{
    return world->people.channel_dead[STORM_TERMINAL] == 0 &&
           world->people.channel_dead[STORM_SMS] == 0;
}

/* Persons who have left, and duty that nobody has, are owed nothing. */
static void forget_absent(const struct storm_world *world, struct storm_case *known,
                          const struct fo_incident *incident)
{
    uint64_t all = storm_duty_all(world, incident);
    known->owed &= storm_duty_called(world, incident);
    known->breach &= all;
    known->glass &= storm_duty_deciders(world, incident);
    if (all == 0) {
        known->first_missing = false;
        known->inside_missing = false;
        known->paged_us = world->now_us;
    }
}

static void look_at_first(struct storm_world *world, struct storm_case *known)
{
    if (known->first_missing && world->now_us > known->first_due_us) {
        storm_break_law(world, in_maintenance(world) ? STORM_LAW_P20 : STORM_LAW_P1,
                        "incident %u has no page by a way that can work", known->number);
    }
    if (!inside_works(world)) {
        known->inside_due_us += STORM_LOOK_US;
    } else if (known->inside_missing && world->now_us > known->inside_due_us) {
        storm_break_law(world, STORM_LAW_P2, "incident %u has no page by a way without lines",
                        known->number);
    }
}

static void look_at_owed(struct storm_world *world, struct storm_case *known)
{
    fo_us now_us = world->now_us;
    if (known->owed != 0 && now_us > known->owed_due_us) {
        storm_break_law(world, STORM_LAW_P6, "incident %u epoch %u is not told to %" PRIx64,
                        known->number, known->epoch, known->owed);
    }
    if (known->breach != 0 && now_us > known->breach_due_us) {
        storm_break_law(world, STORM_LAW_P5, "the breach in incident %u is not told to %" PRIx64,
                        known->number, known->breach);
    }
    if (known->glass != 0 && now_us > known->glass_due_us) {
        storm_break_law(world, STORM_LAW_P10,
                        "that one acted alone (incident %u) is not told to "
                        "%" PRIx64,
                        known->number, known->glass);
    }
}

/* P14: what hangs on a root is no graver than it, and is let go when the root is over. */
static void look_at_children(struct storm_world *world, const struct fo_incident *incident)
{
    const struct fo_engine *engine = &world->daemon.engine;
    fo_us over_us = incident->active ? 0 : engine->now_us - incident->clear_us;
    for (unsigned i = 0; i < incident->child_count; i++) {
        const struct fo_child *child = &incident->children[i];
        if (!child->open || incident->drill) {
            continue;
        }
        if (fo_cause_severity(engine, child->cause, child->subject) < incident->severity) {
            storm_break_law(world, STORM_LAW_P14, "%s hides in incident %u, which is less grave",
                            fo_reason_name(child->cause), incident->number);
        }
        if (over_us > world->policy.child_grace_us + STORM_FIRST_US) {
            storm_break_law(world, STORM_LAW_P14, "%s hides in incident %u, whose root is over",
                            fo_reason_name(child->cause), incident->number);
        }
    }
}

static void look_at(struct storm_world *world, struct storm_case *known,
                    const struct fo_incident *incident)
{
    fo_us now_us = world->now_us;
    forget_absent(world, known, incident);
    look_at_first(world, known);
    look_at_owed(world, known);
    if (incident->state == FO_INCIDENT_OPEN) {
        look_at_children(world, incident);
    }
    bool chased = known->chased && incident->severity < FO_SEVERITY_INFORMATION;
    fo_us since_us =
        known->quiet_until_us > known->paged_us ? known->quiet_until_us : known->paged_us;
    if (chased && now_us - since_us > longest_silence_us(world)) {
        storm_break_law(world, STORM_LAW_P17, "incident %u: nobody was called for %" PRId64 " s",
                        known->number, (now_us - since_us) / FO_SECOND);
    }
}

static void postpone(struct storm_case *known)
{
    known->first_due_us += STORM_LOOK_US;
    known->inside_due_us += STORM_LOOK_US;
    known->owed_due_us += STORM_LOOK_US;
    known->breach_due_us += STORM_LOOK_US;
    known->glass_due_us += STORM_LOOK_US;
    known->paged_us += STORM_LOOK_US;
}

void storm_overdue_look(struct storm_world *world)
{
    struct storm_contact *contact = &world->contact;
    bool awake = storm_host_awake(world, &world->nodes[FO_VOTER_M]);
    for (unsigned i = 0; i < STORM_CASES; i++) {
        struct storm_case *known = &contact->cases[i];
        const struct fo_incident *incident =
            known->number != 0 ? storm_contact_incident(world, known->number) : NULL;
        if (known->number == 0) {
            continue;
        }
        /* while every place for an attempt is really under way, a new page waits */
        if (!awake || world->daemon.journal.slow != 0 ||
            (world->daemon.engine.attempts_starved && incident != NULL &&
             places_taken(world, incident))) {
            postpone(known);
        } else if (incident != NULL) {
            look_at(world, known, incident);
        }
    }
}
