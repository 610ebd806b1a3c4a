/* SPDX-License-Identifier: Apache-2.0 */
/* Healing, and the laws of liveness (see heal.h). */
#include "sim/storm/heal.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/contact.h"
#include "sim/storm/daemon.h"
#include "sim/storm/hand.h"
#include "sim/storm/host.h"
#include "sim/storm/people.h"
#include "sim/storm/proof.h"
#include "sim/storm/room.h"
#include "sim/storm/roster.h"
#include "sim/storm/server.h"
#include "sim/storm/strike.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

#define CHIEF 0
#define SECOND 1

void storm_heal_init(struct storm_world *world)
{
    struct storm_random random = storm_random_stream(world->seed, "healing", 0);
    world->chaos_us = storm_random_scale(&random, 5 * FO_SECOND, 20 * FO_MINUTE);
    if (world->chaos_us > world->plan.chaos_max_us) {
        world->chaos_us = world->plan.chaos_max_us;
    }
    world->heal_without = storm_random_chance(&random, 700)
                              ? (uint8_t)FO_VOTER_NONE
                              : (uint8_t)storm_random_below(&random, FO_SERVERS);
    if (world->plan.steady.on) {
        world->chaos_us = world->plan.chaos_max_us;
    }
    storm_queue_set(&world->queue, STORM_PLACE_PHASE, world->chaos_us);
    storm_queue_set(&world->queue, STORM_PLACE_LOOK, STORM_LOOK_US);
}

static void say(struct storm_world *world, struct fo_order order)
{
    storm_people_say(world, &order, 0);
}

/* People lift what people have set, and say what only they can know. */
static void lift(struct storm_world *world)
{
    for (uint8_t i = 0; i < STORM_PERSONS; i++) {
        say(world, (struct fo_order){
                       .kind = FO_ORDER_BACK, .person = i, .second = FO_NONE, .server = FO_NONE});
    }
    for (uint8_t i = 0; i <= FO_SERVERS; i++) {
        say(world, (struct fo_order){.kind = FO_ORDER_MAINTENANCE_END,
                                     .person = CHIEF,
                                     .second = SECOND,
                                     .server = i < FO_SERVERS ? i : FO_NONE});
    }
    say(world,
        (struct fo_order){
            .kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE, .server = FO_NONE});
}

static void resolve(struct storm_world *world)
{
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *incident = &world->daemon.engine.incidents[i];
        if (incident->state == FO_INCIDENT_OPEN) {
            say(world, (struct fo_order){.kind = FO_ORDER_RESOLVE,
                                         .person = CHIEF,
                                         .second = FO_NONE,
                                         .server = FO_NONE,
                                         .incident = incident->number});
        }
    }
}

/* A vote that stands to a server which is gone for good (X1) binds until a person who has seen that
 * it is off says so at the console of the other one. */
static void force(struct storm_world *world)
{
    if (world->heal_without < FO_SERVERS) {
        storm_server_force(world, 1U - world->heal_without);
    }
}

/* A site that waits for people gets them; where no proof can be had, an order would be refused and
 * they use their hands. */
static void order_switch(struct storm_world *world)
{
    const struct fo_server_policy *policy = &world->policy.servers[0];
    uint8_t server = world->heal_without == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
    bool no_order = world->pair.on && policy->fence_required && !policy->fence_available;
    if (no_order && !storm_room_served(world)) {
        storm_hand_serve(world, server);
    } else if (!storm_room_served(world)) {
        storm_say(world, "people order the switchover to server %u", server);
        say(world,
            (struct fo_order){
                .kind = FO_ORDER_SWITCH, .person = CHIEF, .second = SECOND, .server = server});
    }
}

static void heal(struct storm_world *world)
{
    storm_say(world, "HEALED");
    if (world->heal_without < FO_SERVERS) {
        world->nodes[world->heal_without].stays_down = true;
        storm_server_kill(world, world->heal_without, true, 0);
    }
    storm_people_hush(world);
    if (world->safety.frozen) { /* people start what has stopped itself anew */
        storm_daemon_kill(world, false, 0);
    }
    storm_strike_heal(world);
    storm_roster_fill(world);
}

/* Time for a start, the first choice, a plan that is under way to end, and its retries. */
static fo_us settling_us(const struct storm_world *world)
{
    const struct fo_policy *policy = &world->policy;
    fo_us abstention_us = fo_lease_promise_us(&policy->lease, policy->lease.lease_max_us);
    return 4 * abstention_us + 20 * FO_SECOND + policy->drain_us + policy->fence_us +
           2 * policy->take_over_us + policy->verify_us + 30 * policy->devices[0].interval_us;
}

static fo_us closing_us(const struct storm_world *world)
{
    const struct fo_policy *policy = &world->policy;
    return 6 * policy->clean_us + 4 * policy->child_grace_us + 2 * policy->channels[0].timeout_us +
           40 * policy->devices[0].interval_us + 30 * FO_SECOND;
}

static void check_served(struct storm_world *world, const char *when)
{
    if (!storm_room_served(world)) {
        storm_break_law(world, STORM_LAW_L1, "nobody serves %s", when);
    }
}

static void check_rest(struct storm_world *world)
{
    const struct fo_engine *engine = &world->daemon.engine;
    fo_us quiet_us = world->now_us - world->quiet_us;
    if (world->heal_without != FO_VOTER_NONE) {
        return; /* what is gone is a reason to call */
    }
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (engine->incidents[i].state == FO_INCIDENT_OPEN) {
            storm_break_law(world, STORM_LAW_L4, "incident %u stays open: %s on %u/%u",
                            engine->incidents[i].number, fo_reason_name(engine->incidents[i].cause),
                            engine->incidents[i].subject.kind, engine->incidents[i].subject.index);
        }
    }
    if (engine->plan.step != FO_PLAN_NONE) {
        storm_break_law(world, STORM_LAW_L4, "a plan stays in step %u", engine->plan.step);
    }
    if (quiet_us < 5 * FO_SECOND) {
        storm_break_law(world, STORM_LAW_L4, "a command %" PRId64 " us ago although all is well",
                        quiet_us);
    }
}

/* Every incident that is open has reached somebody, if there is anybody to reach. */
static void check_delivered(struct storm_world *world)
{
    for (unsigned i = 0; i < STORM_CASES; i++) {
        const struct storm_case *known = &world->contact.cases[i];
        if (known->number != 0 && known->chased && known->reached == 0 &&
            known->quiet_until_us == 0) {
            storm_break_law(world, STORM_LAW_L2, "incident %u has reached nobody", known->number);
        }
    }
}

void storm_heal_phase(struct storm_world *world)
{
    fo_us next_us = FO_NEVER;
    if (world->plan.steady.on) {
        world->phase = STORM_DONE; /* there is nothing to heal */
        return;
    }
    world->phase++;
    world->phase_us = world->now_us;
    switch ((enum storm_phase)world->phase) {
        case STORM_HEALED:
            heal(world);
            next_us = settling_us(world);
            break;
        case STORM_LIFTED:
            if (world->pair.on) {
                storm_proof_healed(world, storm_room_served(world));
                storm_hand_part(world);
            }
            lift(world);
            force(world);
            resolve(world);
            next_us = settling_us(world);
            break;
        case STORM_ORDERED:
            order_switch(world);
            next_us = settling_us(world);
            break;
        case STORM_SERVED:
            check_served(world, "although all is well and people have ordered it");
            resolve(world);
            next_us = closing_us(world);
            break;
        case STORM_CLOSING:
            check_delivered(world);
            resolve(world);
            next_us = closing_us(world);
            break;
        default:
            FO_ASSERT(world->phase == STORM_DONE);
            check_served(world, "at the end");
            check_rest(world);
            break;
    }
    storm_queue_set(&world->queue, STORM_PLACE_PHASE,
                    next_us == FO_NEVER ? FO_NEVER : world->now_us + next_us);
}

void storm_heal_look(struct storm_world *world)
{
    bool served = storm_room_served(world);
    storm_queue_set(&world->queue, STORM_PLACE_LOOK, world->now_us + STORM_LOOK_US);
    world->counts.dark_us += served ? 0 : STORM_LOOK_US;
    storm_proof_look(world, served);
    if (world->phase >= STORM_SERVED) {
        check_served(world, "any more");
    }
}
