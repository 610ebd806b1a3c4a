/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network's laws (see contact.h). */
#include "sim/storm/contact.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/host.h"
#include "sim/storm/policy.h"
#include "sim/storm/room.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

#define FIRST_US (30 * FO_SECOND) /* T0 of P1, T1 of P5 */
#define INFORMATION 4

static uint64_t bit_of(unsigned person)
{
    FO_ASSERT(person < FO_PERSONS_MAX);
    return UINT64_C(1) << person;
}

struct storm_case *storm_contact_case(struct storm_world *world, uint32_t number)
{
    for (unsigned i = 0; i < STORM_CASES; i++) {
        if (world->contact.cases[i].number == number) {
            return &world->contact.cases[i];
        }
    }
    return NULL;
}

const struct fo_incident *storm_contact_incident(const struct storm_world *world, uint32_t number)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world->daemon.engine.incidents[i];
        if (incident->state != FO_INCIDENT_FREE && incident->number == number) {
            return incident;
        }
    }
    return NULL;
}

static bool anybody(const struct storm_world *world)
{
    return storm_policy_persons(&world->policy, STORM_RUNGS) != 0;
}

/* ---- records --------------------------------------------------------------------------------- */

static struct storm_case *open_case(struct storm_world *world, uint32_t number)
{
    struct storm_case *opened = storm_contact_case(world, number);
    opened = opened != NULL ? opened : storm_contact_case(world, 0);
    if (opened == NULL) {
        storm_break_law(world, STORM_LAW_S10, "more than %d incidents", STORM_CASES);
        return NULL;
    }
    memset(opened, 0, sizeof *opened);
    opened->number = number;
    opened->epoch = 1;
    opened->chased = true;
    opened->crashes = world->contact.crashes;
    opened->first_due_us = world->now_us + FIRST_US;
    opened->first_missing = anybody(world);
    opened->paged_us = world->now_us;
    return opened;
}

/* People of the rungs so far are owed a call in this epoch (P6). */
static void owe(struct storm_world *world, struct storm_case *said, unsigned rung)
{
    said->owed = storm_policy_persons(&world->policy, rung);
    said->owed_due_us = world->now_us + FIRST_US;
}

static void note_epoch(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *said = storm_contact_case(world, record->incident);
    const struct fo_incident *incident = storm_contact_incident(world, record->incident);
    if (said == NULL || incident == NULL) {
        return;
    }
    if (record->epoch < said->epoch) {
        storm_break_law(world, STORM_LAW_P6, "incident %u falls from epoch %u to %u", said->number,
                        said->epoch, record->epoch);
    }
    said->epoch = record->epoch;
    said->told = 0;
    said->recovered = false;
    said->chased = true;
    said->quiet_until_us = 0;
    said->paged_us = world->now_us;
    owe(world, said,
        incident->branches[0].rung < STORM_RUNGS ? incident->branches[0].rung : STORM_RUNGS - 1);
}

static void note_breach(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *said = storm_contact_case(world, record->incident);
    if (said == NULL || record->why != FO_REASON_SERVICE_RTO_BREACHED) {
        return;
    }
    said->breach = storm_policy_persons(&world->policy, STORM_RUNGS);
    said->breach_due_us = world->now_us + FIRST_US;
}

/* What the one that is gone still owed, the other owes now. */
static void inherit(struct storm_world *world, const struct storm_case *gone,
                    struct storm_case *kept)
{
    if (gone->owed != 0 && gone->severity < kept->severity) {
        kept->owed |= gone->owed;
        kept->owed_due_us = world->now_us + FIRST_US;
    }
    if (gone->breach != 0) {
        kept->breach |= gone->breach;
        kept->breach_due_us = world->now_us + FIRST_US;
    }
    if (gone->first_missing && !kept->paged) {
        kept->first_missing = true;
        kept->first_due_us = world->now_us + FIRST_US;
    }
}

/* The last word of a step about an incident that is gone says where it went. */
static bool is_last(const struct fo_output *out, uint32_t at)
{
    for (uint32_t i = at + 1; i < out->record_count; i++) {
        if (out->records[i].reason == FO_REASON_INCIDENT_REPARENTED &&
            out->records[i].incident == out->records[at].incident) {
            return false;
        }
    }
    return true;
}

static void note_merge(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *gone = storm_contact_case(world, record->incident);
    struct storm_case *kept = storm_contact_case(world, (uint32_t)record->b);
    if (gone == NULL || record->b == 0 || storm_contact_incident(world, gone->number) != NULL) {
        return; /* the incident has changed its root and stays */
    }
    if (kept != NULL) {
        kept->reached |= gone->reached;
        inherit(world, gone, kept);
    }
    memset(gone, 0, sizeof *gone);
}

static void note_recovered(struct storm_case *over)
{
    over->recovered = true;
    over->chased = false;
    over->first_missing = false;
    over->owed = 0;
    over->breach = 0;
}

static void note_closed(struct storm_world *world, struct storm_case *over)
{
    uint64_t left = over->reached & ~over->told;
    if (left != 0 && over->crashes == world->contact.crashes) {
        storm_break_law(world, STORM_LAW_P18, "incident %u closes, not all are told: %" PRIx64,
                        over->number, left);
    }
    memset(over, 0, sizeof *over);
}

static void note_record(struct storm_world *world, const struct fo_output *out, uint32_t at)
{
    const struct fo_record *record = &out->records[at];
    bool heavy =
        record->reason == FO_REASON_INCIDENT_OPENED || record->reason == FO_REASON_INCIDENT_EPOCH;
    struct storm_case *known =
        record->incident != 0 ? storm_contact_case(world, record->incident) : NULL;
    switch (record->reason) {
        case FO_REASON_INCIDENT_OPENED:
            open_case(world, record->incident);
            note_breach(world, record);
            break;
        case FO_REASON_INCIDENT_CHILD_FOLDED:
            note_breach(world, record);
            break;
        case FO_REASON_INCIDENT_EPOCH:
            note_epoch(world, record);
            break;
        case FO_REASON_INCIDENT_REPARENTED:
            if (is_last(out, at)) {
                note_merge(world, record);
            }
            break;
        case FO_REASON_INCIDENT_RECOVERED:
            if (known != NULL) {
                note_recovered(known);
            }
            break;
        case FO_REASON_INCIDENT_CLOSED:
            if (known != NULL) {
                note_closed(world, known);
            }
            break;
        default:
            break;
    }
    known = heavy ? storm_contact_case(world, record->incident) : NULL;
    if (known != NULL) {
        known->severity = (uint8_t)record->a;
    }
}

/* ---- people's words -------------------------------------------------------------------------- */

static bool is_recorded(const struct fo_output *out, enum fo_reason reason)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == reason) {
            return true;
        }
    }
    return false;
}

static void note_word(struct storm_world *world, const struct fo_order *order,
                      const struct fo_output *out)
{
    struct storm_case *known =
        order->incident != 0 ? storm_contact_case(world, order->incident) : NULL;
    if (known == NULL || order->kind > FO_ORDER_RESOLVE || order->person >= STORM_PERSONS ||
        is_recorded(out, FO_REASON_ACKNOWLEDGE_IGNORED)) {
        return;
    }
    known->spoken_us = world->now_us;
    if (order->kind == FO_ORDER_ACKNOWLEDGE || order->kind == FO_ORDER_OWN) {
        fo_us until_us = world->now_us + world->policy.acknowledge_us;
        known->quiet_until_us = until_us > known->quiet_until_us ? until_us : known->quiet_until_us;
        known->owed = 0;
        known->first_missing = false;
        known->taker = order->person;
    } else if (order->kind == FO_ORDER_CANNOT) {
        known->owed &= ~bit_of(order->person);
        known->breach &= ~bit_of(order->person);
        known->quiet_until_us =
            order->person == known->taker ? world->now_us : known->quiet_until_us;
    }
}

/* P1 asks only for incidents on which a class-2 service hangs; the engine knows which. */
static void look_at_opened(struct storm_world *world, const struct fo_output *out)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason != FO_REASON_INCIDENT_OPENED) {
            continue;
        }
        struct storm_case *opened = storm_contact_case(world, out->records[i].incident);
        const struct fo_incident *incident =
            storm_contact_incident(world, out->records[i].incident);
        if (opened != NULL && incident != NULL) {
            opened->first_missing = opened->first_missing && incident->class2;
        }
    }
}

/* P18: whom the engine means to tell that it is over. */
static void note_told(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    if (known == NULL || notify->message != FO_MESSAGE_RECOVERED) {
        return;
    }
    if ((known->reached & bit_of(notify->person)) == 0) {
        storm_break_law(world, STORM_LAW_P18, "person %u hears the end of incident %u only",
                        notify->person, notify->incident);
    }
    known->told |= bit_of(notify->person);
}

void storm_contact_step(struct storm_world *world, const struct fo_event *event,
                        const struct fo_output *out)
{
    if (event->kind == FO_EVENT_ORDER) {
        note_word(world, &event->order, out);
    }
    if (out->record_count == 0) {
        return;
    }
    for (uint32_t i = 0; i < out->record_count; i++) {
        note_record(world, out, i);
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (out->commands[i].kind == FO_COMMAND_NOTIFY) {
            note_told(world, &out->commands[i].notify);
        }
    }
    look_at_opened(world, out);
}

/* ---- pages and answers ------------------------------------------------------------------------
 */

static bool may_work(const struct storm_world *world, unsigned channel)
{
    return world->policy.channels[channel].needs_lines == 0 || storm_room_line_up(world, 0) ||
           storm_room_line_up(world, 1);
}

void storm_contact_paged(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    if (known == NULL || notify->message == FO_MESSAGE_RECOVERED) {
        return;
    }
    known->paged_us = world->now_us;
    known->paged = true;
    known->first_missing = known->first_missing && !may_work(world, notify->channel);
    if (notify->epoch >= known->epoch) {
        known->owed &= ~bit_of(notify->person);
        known->breach &= ~bit_of(notify->person);
    }
}

void storm_contact_reached(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    if (known != NULL && notify->message != FO_MESSAGE_RECOVERED &&
        notify->message != FO_MESSAGE_BRIEF) { /* that tells its end itself */
        known->reached |= bit_of(notify->person);
    }
}

/* ---- restarts ---------------------------------------------------------------------------------
 */

static void keep_case(struct storm_world *world, const struct fo_incident *incident)
{
    struct storm_case *known = storm_contact_case(world, incident->number);
    uint64_t reached = known != NULL ? known->reached : 0;
    known = open_case(world, incident->number);
    if (known == NULL) {
        return;
    }
    known->crashes = UINT32_MAX; /* which of the told were forgotten cannot be known */
    known->reached = reached;
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        known->reached |= incident->accepted[i];
    }
    known->epoch = incident->epoch;
    known->severity = incident->severity;
    known->paged = !incident->fresh;
    known->first_missing = incident->fresh && incident->class2 && anybody(world);
    known->quiet_until_us = incident->branches[0].acked_by != FO_NONE
                                ? world->now_us + world->policy.acknowledge_us
                                : 0;
    known->taker = incident->branches[0].acked_by;
    if (incident->state == FO_INCIDENT_RECOVERED) {
        note_recovered(known);
    }
}

void storm_contact_restart(struct storm_world *world)
{
    struct storm_contact *contact = &world->contact;
    for (unsigned i = 0; i < STORM_CASES; i++) {
        struct storm_case *known = &contact->cases[i];
        if (known->number != 0 && storm_contact_incident(world, known->number) == NULL) {
            memset(known, 0, sizeof *known);
        }
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (world->daemon.engine.incidents[i].state != FO_INCIDENT_FREE) {
            keep_case(world, &world->daemon.engine.incidents[i]);
        }
    }
}

/* ---- what is overdue ------------------------------------------------------------------------- */

static fo_us longest_silence_us(const struct storm_world *world)
{
    const struct fo_policy *policy = &world->policy;
    fo_us longest_us =
        policy->loop_cap_us > policy->loop_first_us ? policy->loop_cap_us : policy->loop_first_us;
    for (unsigned i = 0; i < policy->rung_count; i++) {
        longest_us = policy->rungs[i].wait_us > longest_us ? policy->rungs[i].wait_us : longest_us;
    }
    return longest_us + longest_us / 8 + FIRST_US;
}

static void look_at(struct storm_world *world, struct storm_case *known)
{
    fo_us now_us = world->now_us;
    const struct fo_incident *incident = storm_contact_incident(world, known->number);
    if (known->first_missing && now_us > known->first_due_us) {
        storm_break_law(world, STORM_LAW_P1, "incident %u has no page by a way that can work",
                        known->number);
    }
    if (known->owed != 0 && now_us > known->owed_due_us) {
        storm_break_law(world, STORM_LAW_P6, "incident %u epoch %u is not told to %" PRIx64,
                        known->number, known->epoch, known->owed);
    }
    if (known->breach != 0 && now_us > known->breach_due_us) {
        storm_break_law(world, STORM_LAW_P5, "the breach in incident %u is not told to %" PRIx64,
                        known->number, known->breach);
    }
    bool chased = known->chased && incident != NULL && incident->severity < INFORMATION &&
                  anybody(world) && !world->daemon.engine.attempts_starved;
    fo_us since_us =
        known->quiet_until_us > known->paged_us ? known->quiet_until_us : known->paged_us;
    if (chased && now_us - since_us > longest_silence_us(world)) {
        storm_break_law(world, STORM_LAW_P17, "incident %u: nobody was called for %" PRId64 " s",
                        known->number, (now_us - since_us) / FO_SECOND);
    }
}

void storm_contact_look(struct storm_world *world)
{
    struct storm_contact *contact = &world->contact;
    const struct storm_node *node = &world->nodes[FO_VOTER_M];
    bool awake = storm_host_awake(world, node);
    for (unsigned i = 0; i < STORM_CASES; i++) {
        struct storm_case *known = &contact->cases[i];
        if (known->number == 0) {
            continue;
        }
        if (!awake || world->daemon.journal.slow != 0) {
            known->first_due_us += STORM_LOOK_US;
            known->owed_due_us += STORM_LOOK_US;
            known->breach_due_us += STORM_LOOK_US;
            known->paged_us += STORM_LOOK_US;
        } else {
            look_at(world, known);
        }
    }
}
