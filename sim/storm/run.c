/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of one seed (see run.h): what is due first, happens. */
#include "sim/storm/run.h"

#include "failover/assert.h"
#include "sim/storm/conduct.h"
#include "sim/storm/daemon.h"
#include "sim/storm/executor.h"
#include "sim/storm/heal.h"
#include "sim/storm/host.h"
#include "sim/storm/network.h"
#include "sim/storm/overdue.h"
#include "sim/storm/paging.h"
#include "sim/storm/people.h"
#include "sim/storm/policy.h"
#include "sim/storm/room.h"
#include "sim/storm/server.h"
#include "sim/storm/strike.h"
#include "sim/storm/trace.h"

#include <setjmp.h>
#include <string.h>

static struct storm_world *running;
static jmp_buf escape;

static void on_assertion(const char *file, int line, const char *text)
{
    if (running == NULL) {
        return; /* not ours: the default trap */
    }
    storm_break_law(running, STORM_LAW_S10, "%s:%d: %s", file, line, text);
    longjmp(escape, 1);
}

struct storm_plan storm_plan_all(bool beyond)
{
    return (struct storm_plan){.allowed = UINT64_MAX,
                               .beyond = beyond,
                               .strikes_max = STORM_STRIKES_MAX,
                               .chaos_max_us = FO_NEVER};
}

static void begin(struct storm_world *world, uint64_t seed, const struct storm_plan *plan,
                  bool trace)
{
    memset(world, 0, sizeof *world);
    world->seed = seed;
    world->plan = *plan;
    world->trace = trace;
    world->last_opened = FO_VOTER_NONE;
    world->networking = storm_random_stream(seed, "network", 0);
    world->process = storm_random_stream(seed, "process", 0);
    world->disk = storm_random_stream(seed, "disk", 0);
    world->probing = storm_random_stream(seed, "probes", 0);
    world->person = storm_random_stream(seed, "persons", 0);
    world->site = storm_random_stream(seed, "site", 0);
    storm_queue_init(&world->queue);
    storm_policy_draw(world);
    storm_host_init(world);
    storm_network_init(world);
    storm_server_init(world);
    storm_daemon_init(world);
    storm_people_init(world);
    storm_room_init(world);
    storm_strike_init(world);
    storm_heal_init(world);
    storm_server_touch(world, 0);
    storm_server_touch(world, 1);
    storm_daemon_touch(world);
}

/* ---- what is due ----------------------------------------------------------------------------- */

static void arrive(struct storm_world *world, unsigned flight)
{
    const struct storm_letter *letter = storm_network_arrive(world, flight);
    if (letter->to == FO_VOTER_M) {
        storm_daemon_arrive(world, letter);
    } else {
        storm_server_arrive(world, letter->to, letter);
    }
}

static void say_word(struct storm_world *world, unsigned place)
{
    const struct storm_node *node = &world->nodes[FO_VOTER_M];
    if (node->up && !storm_host_awake(world, node)) {
        storm_queue_set(&world->queue, STORM_PLACE_WORD + place, node->until_us);
        return;
    }
    struct fo_event event = {.kind = FO_EVENT_ORDER, .order = storm_people_word(world, place)};
    storm_say(world, "order: kind %u person %u second %u server %u incident %u", event.order.kind,
              event.order.person, event.order.second, event.order.server, event.order.incident);
    storm_daemon_offer(world, &event);
}

static void do_single(struct storm_world *world, unsigned place)
{
    switch (place) {
        case STORM_PLACE_STRIKE:
            storm_strike(world);
            break;
        case STORM_PLACE_PHASE:
            storm_heal_phase(world);
            break;
        case STORM_PLACE_LOOK:
            storm_heal_look(world);
            storm_daemon_watch(world);
            storm_daemon_roster(world, false);
            storm_overdue_look(world);
            storm_conduct_look(world);
            storm_paging_look(world);
            break;
        case STORM_PLACE_SYNC:
            storm_daemon_synced(world);
            break;
        case STORM_PLACE_OVERDUE:
            storm_daemon_overdue(world);
            break;
        case STORM_PLACE_GENERATOR:
            storm_room_generator(world);
            break;
        default:
            FO_ASSERT(place >= STORM_PLACE_BATTERY && place < STORM_PLACE_SOURCE);
            storm_room_power(world);
            break;
    }
}

static void probe(struct storm_world *world, unsigned source)
{
    struct fo_event event;
    storm_room_source(world, source, &event);
    storm_daemon_offer(world, &event);
}

static void do_due(struct storm_world *world, unsigned place)
{
    if (place >= STORM_PLACE_WORK) {
        storm_executor_run(world, place - STORM_PLACE_WORK);
    } else if (place >= STORM_PLACE_FLIGHT) {
        arrive(world, place - STORM_PLACE_FLIGHT);
    } else if (place >= STORM_PLACE_RESULT) {
        storm_daemon_result(world, place - STORM_PLACE_RESULT);
    } else if (place >= STORM_PLACE_WORD) {
        say_word(world, place - STORM_PLACE_WORD);
    } else if (place >= STORM_PLACE_FAULT) {
        storm_strike_end(world, place - STORM_PLACE_FAULT);
    } else if (place >= STORM_PLACE_SOURCE) {
        probe(world, place - STORM_PLACE_SOURCE);
    } else if (place >= STORM_PLACE_STRIKE) {
        do_single(world, place);
    } else if (place == FO_VOTER_M) {
        storm_daemon_run(world);
    } else {
        storm_server_run(world, place);
    }
}

void storm_run(struct storm_world *world, uint64_t seed, const struct storm_plan *plan,
               uint64_t events_max, bool trace)
{
    begin(world, seed, plan, trace);
    running = world;
    fo_assert_set_hook(on_assertion);
    if (setjmp(escape) == 0) {
        while (world->phase < STORM_DONE && world->broken.law == STORM_LAW_NONE &&
               world->counts.events < events_max) {
            unsigned place = storm_queue_first(&world->queue);
            FO_ASSERT(place < STORM_PLACES);
            world->now_us = storm_queue_due(&world->queue, place);
            do_due(world, place);
        }
    }
    running = NULL;
    fo_assert_set_hook(NULL);
    world->counts.site_us = world->now_us;
    world->counts.worlds = 1;
    world->hash = storm_random_mix(world->hash, fo_engine_hash(&world->daemon.engine));
}
