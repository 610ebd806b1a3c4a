/* SPDX-License-Identifier: Apache-2.0 */
/* The contact network's laws (see contact.h). */
#include "sim/storm/contact.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/duty.h"
#include "sim/storm/room.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

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

static uint64_t everybody(const struct storm_world *world, uint32_t number)
{
    const struct fo_incident *incident = storm_contact_incident(world, number);
    return incident != NULL ? storm_duty_all(world, incident) : 0;
}

/* P3: which lines and channels are out now, as one number. */
static unsigned ways_out(const struct storm_world *world)
{
    unsigned out = 0;
    for (unsigned i = 0; i < STORM_LINES; i++) {
        out |= storm_room_line_up(world, i) ? 0 : 1U << i;
    }
    for (unsigned i = 0; i < STORM_CHANNELS; i++) {
        out |= world->people.channel_dead[i] == 0 ? 0 : 1U << (STORM_LINES + i);
    }
    return out;
}

/* Before anybody who stands behind a channel of the longest ladder is called by the next one. */
static fo_us longest_wait_us(const struct storm_world *world)
{
    fo_us wait_us = 0;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        fo_us one_us = world->policy.persons[i].channel_wait_us;
        wait_us = one_us > wait_us ? one_us : wait_us;
    }
    return wait_us;
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
    opened->first_due_us = world->now_us + STORM_FIRST_US;
    opened->first_missing = everybody(world, number) != 0;
    opened->inside_missing = opened->first_missing;
    opened->inside_due_us = opened->first_due_us + longest_wait_us(world);
    opened->paged_us = world->now_us;
    opened->calls = 1;
    return opened;
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
    said->chased = !said->drill;
    said->quiet_until_us = 0;
    said->paged_us = world->now_us;
    said->owed = said->drill ? 0 : storm_duty_called(world, incident); /* P6 */
    said->owed_due_us = world->now_us + STORM_FIRST_US;
}

static void note_breach(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *said = storm_contact_case(world, record->incident);
    if (said == NULL || record->why != FO_REASON_SERVICE_RTO_BREACHED) {
        return;
    }
    said->breach = everybody(world, said->number);
    said->breach_due_us = world->now_us + STORM_FIRST_US;
}

/* P10: who decides hears at once that somebody has acted alone. */
static void note_glass(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *said = storm_contact_case(world, record->incident);
    const struct fo_incident *incident = storm_contact_incident(world, record->incident);
    if (said != NULL && incident != NULL && record->why == FO_REASON_BREAK_GLASS) {
        said->glass = storm_duty_deciders(world, incident);
        said->glass_due_us = world->now_us + STORM_FIRST_US;
    }
}

static void note_drill(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *said = storm_contact_case(world, record->incident);
    if (said == NULL || world->policy.drill) {
        return;
    }
    said->drill = true;
    said->chased = false;
    said->first_missing = false;
    said->inside_missing = false;
}

/* What the one that is gone still owed, the other owes now. */
static void inherit(struct storm_world *world, const struct storm_case *gone,
                    struct storm_case *kept)
{
    if (gone->owed != 0 && gone->severity < kept->severity) {
        kept->owed |= gone->owed;
        kept->owed_due_us = world->now_us + STORM_FIRST_US;
    }
    if (gone->breach != 0) {
        kept->breach |= gone->breach;
        kept->breach_due_us = world->now_us + STORM_FIRST_US;
    }
    if (gone->first_missing && !kept->paged) {
        kept->first_missing = true;
        kept->first_due_us = world->now_us + STORM_FIRST_US;
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
        kept->calls++;
        inherit(world, gone, kept);
    }
    memset(gone, 0, sizeof *gone);
}

static void note_recovered(struct storm_case *over)
{
    over->recovered = true;
    over->chased = false;
    over->first_missing = false;
    over->inside_missing = false;
    over->owed = 0;
    over->breach = 0;
    over->glass = 0;
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

/* P15: what gives reason to call people; that one more alarm was folded in does not. */
static void note_occasion(struct storm_world *world, const struct fo_record *record)
{
    struct storm_case *known =
        record->incident != 0 ? storm_contact_case(world, record->incident) : NULL;
    switch (record->reason) {
        case FO_REASON_ROSTER_CHANGED:
        case FO_REASON_HANDED_OVER:
        case FO_REASON_PRESENCE_CHANGED:
            for (unsigned i = 0; i < STORM_CASES; i++) {
                world->contact.cases[i].calls++;
            }
            break;
        case FO_REASON_INCIDENT_EPOCH:
        case FO_REASON_INCIDENT_RECOVERED:
        case FO_REASON_RUNG_REACHED:
        case FO_REASON_LADDER_LOOPED:
        case FO_REASON_ACKNOWLEDGE_EXPIRED:
        case FO_REASON_LADDER_ADOPTED:
        case FO_REASON_DRILL_STARTED:
        case FO_REASON_DRILL_ENDED:
        case FO_REASON_DRILL_ABORTED:
            if (known != NULL) {
                known->calls++;
            }
            break;
        default:
            break;
    }
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
            note_glass(world, record);
            break;
        case FO_REASON_DRILL_STARTED:
            note_drill(world, record);
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
        case FO_REASON_DRILL_ENDED:
        case FO_REASON_DRILL_ABORTED:
            if (known != NULL) {
                note_recovered(known);
                known->aborted = record->reason == FO_REASON_DRILL_ABORTED;
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
    note_occasion(world, record);
    known = heavy ? storm_contact_case(world, record->incident) : NULL;
    if (known != NULL) {
        known->severity = (uint8_t)record->a;
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
            opened->inside_missing =
                opened->inside_missing && opened->severity < FO_SEVERITY_INFORMATION;
            world->counts.ways |= opened->first_missing ? UINT32_C(1) << ways_out(world) : 0;
        }
    }
}

/* P18: whom the engine means to tell that it is over. */
static void note_told(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    bool aborted = notify->message == FO_MESSAGE_ABORTED;
    if (known == NULL || (notify->message != FO_MESSAGE_RECOVERED && !aborted)) {
        return;
    }
    if ((known->reached & bit_of(notify->person)) == 0 && !aborted) {
        storm_break_law(world, STORM_LAW_P18, "person %u hears the end of incident %u only",
                        notify->person, notify->incident);
    }
    known->told |= bit_of(notify->person);
}

void storm_contact_step(struct storm_world *world, const struct fo_output *out)
{
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
    if (known == NULL || notify->message == FO_MESSAGE_RECOVERED ||
        notify->message == FO_MESSAGE_ABORTED) {
        return;
    }
    known->paged_us = world->now_us;
    known->paged = true;
    known->first_missing = known->first_missing && !may_work(world, notify->channel);
    bool inside = world->policy.channels[notify->channel].needs_lines == 0;
    known->inside_missing = known->inside_missing && !inside;
    if (notify->epoch >= known->epoch) {
        known->owed &= ~bit_of(notify->person);
        known->breach &= ~bit_of(notify->person);
        known->glass &= ~bit_of(notify->person);
    }
}

void storm_contact_reached(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    if (known != NULL && notify->message != FO_MESSAGE_RECOVERED &&
        notify->message != FO_MESSAGE_ABORTED &&
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
    known->first_missing = known->first_missing && incident->fresh && incident->class2;
    known->inside_missing = false;
    known->drill = incident->drill && !world->policy.drill;
    known->chased = !known->drill;
    known->calls++; /* what was under way goes out again */
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
