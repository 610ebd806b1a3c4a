/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of a pair without agents (see proof.h). */
#include "sim/storm/proof.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/contact.h"
#include "sim/storm/pair.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

/* ---- N1, N2: what is true -------------------------------------------------------------------- */

static bool is_accepted(const struct storm_world *world)
{
    return !world->policy.servers[0].fence_required;
}

/* Made to serve and never switched off since; or about to be. */
static bool may_serve(const struct storm_world *world, unsigned server)
{
    for (unsigned i = 0; i < STORM_WORKS; i++) {
        const struct storm_work *work = &world->pair.works[i];
        if (work->key.sequence != 0 && work->kind == FO_COMMAND_PROMOTE && work->server == server &&
            work->effect_us != FO_NEVER) {
            return true;
        }
    }
    return world->pair.bound[server];
}

/* The way back to the one that was demoted in order leans on one witness, the service that is found
 * no longer. Should the monitor have been wrong about who served, that witness can be wrong as
 * well: such a site is excused while the service really cannot be found. */
static bool is_way_back(const struct storm_world *world)
{
    return world->daemon.engine.plan.undo &&
           (!storm_pair_service_found(world) || world->room.own_network != 0 ||
            world->room.noise_permille > 0);
}

void storm_proof_promote(struct storm_world *world, unsigned server)
{
    unsigned other = 1 - server;
    if (!may_serve(world, other)) {
        return;
    }
    if (is_accepted(world) || is_way_back(world) || world->plan.beyond) {
        world->pair.excused = true;
        return;
    }
    storm_break_law(
        world, STORM_LAW_N2,
        "server %u is promoted, %u has not been switched off since it was made to serve", server,
        other);
}

void storm_proof_serves(struct storm_world *world, unsigned server)
{
    bool both = world->pair.serves[server] && world->pair.serves[1 - server];
    if (!both) {
        world->pair.excused = false;
        return;
    }
    if (world->pair.excused || is_accepted(world) || world->plan.beyond) {
        world->counts.accepted_overlaps++;
        return;
    }
    storm_break_law(world, STORM_LAW_N1, "both serve, server %u was made to last", server);
}

/* ---- S4: what the probes have said ----------------------------------------------------------- */

static void forget_runs(struct storm_world *world)
{
    struct storm_pair *pair = &world->pair;
    pair->host[0] = pair->host[1] = pair->service = (struct storm_streak){0};
}

static void note_answer(struct storm_streak *run, bool ok, fo_us now_us)
{
    run->since_us = ok && run->count == 0 ? now_us : run->since_us;
    run->count = ok ? run->count + 1 : 0;
}

static void note_event(struct storm_world *world, const struct fo_event *event)
{
    const struct fo_probe *probe = &event->probe;
    if (event->kind == FO_EVENT_BOOT ||
        (event->kind == FO_EVENT_SELF && event->self.kind == FO_SELF_STALL)) {
        forget_runs(world);
    } else if (event->kind == FO_EVENT_PROBE && probe->kind == FO_PROBE_HOST) {
        note_answer(&world->pair.host[probe->index], probe->ok, world->now_us);
    } else if (event->kind == FO_EVENT_PROBE && probe->kind == FO_PROBE_SERVICE) {
        note_answer(&world->pair.service, probe->ok, world->now_us);
    }
}

/* It has answered for longer than any of its holds: nobody can take it for silent. */
static bool is_well(const struct storm_world *world, const struct storm_streak *run,
                    const struct fo_health_policy *policy)
{
    fo_us slack_us = 2 * world->policy.devices[0].interval_us;
    return run->count > policy->good_run &&
           world->now_us - run->since_us > policy->hold_us + policy->hold_us / 8 + slack_us;
}

/* A switchover away from this server begins for this cause: two witnesses, or one of the service.
 */
static void check_start(struct storm_world *world, uint16_t cause, unsigned from)
{
    const struct storm_pair *pair = &world->pair;
    const struct fo_policy *policy = &world->policy;
    bool dead = cause == FO_REASON_SERVER_DEAD;
    FO_ASSERT(from < FO_SERVERS);
    if (dead && is_well(world, &pair->host[from], &policy->servers[from].host)) {
        storm_break_law(world, STORM_LAW_S4, "server %u is called dead, its host answers", from);
    }
    if ((dead || cause == FO_REASON_SERVICE_FAILED) &&
        is_well(world, &pair->service, &policy->services[STORM_CALLS].check)) {
        storm_break_law(world, STORM_LAW_S4, "a move because of %s, the service answers",
                        fo_reason_name((enum fo_reason)cause));
    }
}

/* ---- N4: keys -------------------------------------------------------------------------------- */

static void note_act(struct storm_world *world, const struct fo_command *command)
{
    struct storm_pair *pair = &world->pair;
    uint64_t boot = world->nodes[FO_VOTER_M].boot;
    for (unsigned i = 0; i < STORM_WORKS; i++) {
        const struct storm_told *told = &pair->told[i];
        if (told->key.sequence == command->key.sequence && told->key.boot == command->key.boot &&
            told->boot == boot) {
            storm_break_law(world, STORM_LAW_N4, "act %" PRIu64 " leaves twice",
                            command->key.sequence);
        }
    }
    pair->told[pair->told_next] = (struct storm_told){.key = command->key, .boot = boot};
    pair->told_next = (pair->told_next + 1) % STORM_WORKS;
}

/* ---- N3: darkness and pages ------------------------------------------------------------------ */

static bool is_of_service(uint16_t cause)
{
    switch (cause) {
        case FO_REASON_SERVER_DEAD:
        case FO_REASON_SERVER_UNREACHABLE:
        case FO_REASON_BOTH_SERVERS_DEAD:
        case FO_REASON_SERVICE_DOWN:
        case FO_REASON_SERVICE_FAILED:
        case FO_REASON_SERVICE_RTO_BREACHED:
        case FO_REASON_SWITCHOVER_FAILED:
            return true;
        default:
            return false;
    }
}

static bool says_why(const struct fo_incident *incident)
{
    bool said = is_of_service(incident->cause);
    for (unsigned i = 0; i < incident->child_count; i++) {
        said = said || (incident->children[i].open && is_of_service(incident->children[i].cause));
    }
    return said && !incident->drill;
}

static void note_page(struct storm_world *world, const struct fo_notify *notify)
{
    const struct fo_incident *incident = storm_contact_incident(world, notify->incident);
    bool end = notify->message == FO_MESSAGE_RECOVERED || notify->message == FO_MESSAGE_ABORTED;
    if (!end && incident != NULL && (says_why(incident) || world->policy.drill)) {
        world->pair.said_us = world->now_us;
    }
}

static bool is_open_and_told(const struct storm_world *world)
{
    for (unsigned i = 0; i < STORM_CASES; i++) {
        const struct storm_case *known = &world->contact.cases[i];
        const struct fo_incident *incident = known->number != 0 && known->paged
                                                 ? storm_contact_incident(world, known->number)
                                                 : NULL;
        if (incident != NULL && incident->state == FO_INCIDENT_OPEN &&
            (says_why(incident) || world->policy.drill)) {
            return true;
        }
    }
    return false;
}

void storm_proof_look(struct storm_world *world, bool served)
{
    struct storm_pair *pair = &world->pair;
    if (served) {
        pair->dark_us = FO_NEVER;
    } else if (pair->dark_us == FO_NEVER) {
        pair->dark_us = world->now_us;
    }
}

void storm_proof_healed(struct storm_world *world, bool served)
{
    const struct storm_pair *pair = &world->pair;
    fo_us found_us = 16 * world->policy.devices[0].interval_us + STORM_FIRST_US;
    if (served || pair->dark_us == FO_NEVER || world->now_us - pair->dark_us < found_us) {
        return;
    }
    if (pair->said_us < pair->dark_us && !is_open_and_told(world)) {
        storm_break_law(world, STORM_LAW_N3,
                        "nobody has served for %" PRId64 " s, and no page says so",
                        (world->now_us - pair->dark_us) / FO_SECOND);
    }
}

/* ---- one step -------------------------------------------------------------------------------- */

void storm_proof_step(struct storm_world *world, const struct fo_event *event,
                      const struct fo_output *out)
{
    if (!world->pair.on) {
        return;
    }
    note_event(world, event);
    for (uint32_t i = 0; i < out->record_count; i++) {
        if (out->records[i].reason == FO_REASON_SWITCHOVER_STARTED) {
            check_start(world, out->records[i].why, 1U - (unsigned)out->records[i].a);
        }
    }
    for (uint32_t i = 0; i < out->command_count; i++) {
        const struct fo_command *command = &out->commands[i];
        if (command->kind == FO_COMMAND_NOTIFY) {
            note_page(world, &command->notify);
        } else if (command->kind == FO_COMMAND_FENCE || command->kind == FO_COMMAND_PROMOTE ||
                   command->kind == FO_COMMAND_DEMOTE) {
            note_act(world, command);
        }
    }
}
