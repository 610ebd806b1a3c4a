/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of single pages (see paging.h). */
#include "sim/storm/paging.h"

#include "failover/assert.h"
#include "sim/storm/contact.h"
#include "sim/storm/host.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

#define AGAIN_US (10 * FO_SECOND) /* R of P4 */

/* ---- acts and results ------------------------------------------------------------------------ */

/* P7: counts the first pages of one person in one epoch by one channel. */
static void count_page(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_contact *contact = &world->contact;
    uint64_t hash =
        storm_random_mix((uint64_t)notify->incident << 24 | (uint64_t)notify->epoch << 16 |
                             (uint64_t)notify->person << 8 | notify->channel,
                         0);
    for (unsigned i = 0; i < STORM_PAGES; i++) {
        struct storm_page *page = &contact->pages[(hash + i) % STORM_PAGES];
        if (page->incident == 0) {
            if (contact->page_count == STORM_PAGES / 2) {
                memset(contact->pages, 0, sizeof contact->pages); /* old ones are forgotten */
                contact->page_count = 0;
            }
            contact->page_count++;
            *page = (struct storm_page){.incident = notify->incident,
                                        .epoch = notify->epoch,
                                        .person = notify->person,
                                        .channel = notify->channel,
                                        .count = 1};
            return;
        }
        if (page->incident == notify->incident && page->epoch == notify->epoch &&
            page->person == notify->person && page->channel == notify->channel) {
            if (++page->count > 1 + contact->crashes) {
                storm_break_law(world, STORM_LAW_P7,
                                "person %u is paged first %u times for incident %u epoch %u",
                                notify->person, page->count, notify->incident, notify->epoch);
            }
            return;
        }
    }
}

/* P8, P9: marked when it is a drill and only then, and then for its list only. */
static void check_drill(struct storm_world *world, const struct fo_notify *notify)
{
    const struct storm_case *known = storm_contact_case(world, notify->incident);
    bool listed = world->policy.persons[notify->person].drill;
    bool beside = known != NULL && known->drill;
    bool drill = (world->policy.drill || beside) && notify->message != FO_MESSAGE_ABORTED;
    if (known == NULL && !world->policy.drill) {
        return; /* about what is closed and forgotten */
    }
    if (notify->drill != drill) {
        storm_break_law(world, STORM_LAW_P8, "person %u in a drill: %d, marked: %d", notify->person,
                        drill, notify->drill);
    }
    if ((world->policy.drill || beside) && !listed) {
        storm_break_law(world, STORM_LAW_P9, "person %u is not on the drill list", notify->person);
    }
}

/* P15: to each person, by each way, twice for each occasion at the most: the page and its end. */
static void count_call(struct storm_world *world, const struct fo_notify *notify)
{
    struct storm_case *known = storm_contact_case(world, notify->incident);
    if (known == NULL || notify->attempt != 1 || notify->resend) {
        return;
    }
    known->pages[notify->person]++;
    if (known->pages[notify->person] > 2 * STORM_CHANNELS * known->calls) {
        storm_break_law(world, STORM_LAW_P15, "person %u is paged %u times on %u occasions",
                        notify->person, known->pages[notify->person], known->calls);
    }
}

static void note_outstanding(struct storm_world *world, const struct fo_command *command)
{
    struct storm_contact *contact = &world->contact;
    struct storm_outstanding *waits = &contact->outstanding[contact->outstanding_next];
    contact->outstanding_next = (contact->outstanding_next + 1) % STORM_OUTSTANDING;
    fo_us timeout_us = world->policy.channels[command->notify.channel].timeout_us;
    *waits =
        (struct storm_outstanding){.key = command->key,
                                   .incident = command->notify.incident,
                                   .until_us = world->now_us + timeout_us / 2,
                                   .recovered = command->notify.message == FO_MESSAGE_RECOVERED ||
                                                command->notify.message == FO_MESSAGE_ABORTED};
}

static void note_again(struct storm_world *world, const struct fo_command *command)
{
    struct storm_contact *contact = &world->contact;
    for (unsigned i = 0; i < contact->owed_count; i++) {
        if (fo_key_equal(contact->owed[i], command->key)) {
            contact->owed[i] = contact->owed[--contact->owed_count];
            return;
        }
    }
}

void storm_paging_act(struct storm_world *world, const struct fo_command *command, bool synced)
{
    const struct fo_notify *notify = &command->notify;
    if (command->kind != FO_COMMAND_NOTIFY) {
        return;
    }
    FO_ASSERT(notify->person < STORM_PERSONS && notify->channel < STORM_CHANNELS);
    storm_contact_paged(world, notify);
    check_drill(world, notify);
    count_call(world, notify);
    if (synced) {
        note_outstanding(world, command);
    }
    if (notify->resend) {
        note_again(world, command);
    }
    bool first = notify->message == FO_MESSAGE_OPENED || notify->message == FO_MESSAGE_WORSENED;
    if (first && notify->attempt == 1 && !notify->resend) {
        count_page(world, notify);
    }
}

void storm_paging_result(struct storm_world *world, const struct fo_result *result)
{
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &world->daemon.engine.attempts[i];
        if (attempt->state == FO_ATTEMPT_FREE || !fo_key_equal(attempt->key, result->key)) {
            continue;
        }
        if (result->outcome == FO_OUTCOME_ACCEPTED || result->outcome == FO_OUTCOME_DELIVERED) {
            storm_contact_reached(world, &attempt->notify);
        }
    }
    for (unsigned i = 0; i < STORM_OUTSTANDING; i++) {
        struct storm_outstanding *waits = &world->contact.outstanding[i];
        if (waits->incident != 0 && fo_key_equal(waits->key, result->key)) {
            waits->incident = 0;
        }
    }
}

/* ---- crashes --------------------------------------------------------------------------------- */

void storm_paging_crash(struct storm_world *world)
{
    world->contact.crashes++;
    world->contact.owed_count = 0;
}

/* P4: what was handed to a channel and has no result is still under way after the restart. */
static void check_outstanding(struct storm_world *world)
{
    const struct fo_engine *engine = &world->daemon.engine;
    for (unsigned i = 0; i < STORM_OUTSTANDING; i++) {
        struct storm_outstanding *waits = &world->contact.outstanding[i];
        const struct fo_incident *incident =
            waits->incident != 0 ? storm_contact_incident(world, waits->incident) : NULL;
        const struct storm_case *known = storm_contact_case(world, waits->incident);
        bool spoken = known == NULL || known->spoken_us >= waits->since_us;
        bool live = incident != NULL && !spoken && waits->until_us > world->now_us &&
                    (incident->state == FO_INCIDENT_OPEN) != waits->recovered;
        bool found = false;
        for (unsigned j = 0; live && !found && j < FO_ATTEMPTS_MAX; j++) {
            found = engine->attempts[j].state == FO_ATTEMPT_QUEUED &&
                    fo_key_equal(engine->attempts[j].key, waits->key);
        }
        if (live && !found) {
            storm_break_law(world, STORM_LAW_P4, "page %" PRIu64 " of incident %u is lost",
                            waits->key.sequence, waits->incident);
        }
        waits->incident = 0;
    }
}

/* What the restored engine has under way must be done again under the same key. */
static void owe_attempts(struct storm_world *world)
{
    struct storm_contact *contact = &world->contact;
    const struct fo_engine *engine = &world->daemon.engine;
    contact->owed_count = 0;
    contact->owed_due_us = world->now_us + AGAIN_US;
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        /* one that has been made again after crash upon crash takes its time */
        if (engine->attempts[i].state == FO_ATTEMPT_QUEUED &&
            engine->attempts[i].emit_us <= engine->now_us) {
            contact->owed[contact->owed_count++] = engine->attempts[i].key;
        }
    }
}

void storm_paging_restart(struct storm_world *world)
{
    check_outstanding(world);
    owe_attempts(world);
}

void storm_paging_look(struct storm_world *world)
{
    struct storm_contact *contact = &world->contact;
    if (!storm_host_awake(world, &world->nodes[FO_VOTER_M]) || world->daemon.journal.slow != 0) {
        contact->owed_due_us += STORM_LOOK_US;
    } else if (contact->owed_count > 0 && world->now_us > contact->owed_due_us) {
        storm_break_law(world, STORM_LAW_P4, "%u pages were not sent again after the restart",
                        contact->owed_count);
    }
}
