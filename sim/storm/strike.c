/* SPDX-License-Identifier: Apache-2.0 */
/* Swarm and strikes (see strike.h). */
#include "sim/storm/strike.h"

#include "failover/assert.h"
#include "sim/storm/daemon.h"
#include "sim/storm/host.h"
#include "sim/storm/hurt.h"
#include "sim/storm/network.h"
#include "sim/storm/trace.h"

#include <inttypes.h>

#define BIT(kind) STORM_FAULT_BIT(STORM_FAULT_##kind)
/* What hurts agents and their beats. */
#define OF_AGENTS                                                                                  \
    BIT(LOSS) | BIT(DELAY) | BIT(DUPLICATE) | BIT(LATENESS) | BIT(REPLAY) | BIT(CLOCK_RATE) |      \
        BIT(LEAVE) | BIT(POSITION_LAG)

/* ---- the swarm ------------------------------------------------------------------------------- */

static uint64_t draw_kinds(struct storm_world *world, struct storm_random *random)
{
    uint64_t kinds = 0;
    uint32_t density = (uint32_t)storm_random_between(random, 50, 700);
    struct storm_random pair = storm_random_stream(world->seed, "swarm of the pair", 0);
    for (unsigned kind = 0; kind < STORM_FAULT_COUNT; kind++) {
        if (kind >= STORM_FAULT_FIRST_PAIR && kind < STORM_FAULT_FIRST_BEYOND) {
            bool there = storm_random_chance(&pair, 500) && world->pair.on;
            kinds |= there ? STORM_FAULT_BIT(kind) : 0;
            continue;
        }
        bool drawn = storm_random_chance(random, density);
        bool beyond = kind >= STORM_FAULT_FIRST_BEYOND;
        if (beyond ? world->plan.beyond : drawn) {
            kinds |= STORM_FAULT_BIT(kind);
        }
    }
    return world->pair.on ? kinds & ~(OF_AGENTS) : kinds;
}

/* What is not allowed is drawn all the same, so that the rest stays as it is. */
static bool has(const struct storm_world *world, unsigned kind)
{
    return (world->plan.drawn & world->plan.allowed & STORM_FAULT_BIT(kind)) != 0;
}

static void draw_weather(struct storm_world *world, struct storm_random *random)
{
    struct storm_network *network = &world->network;
    uint32_t loss = (uint32_t)storm_random_scale(random, 1, 400);
    uint32_t duplicate = (uint32_t)storm_random_scale(random, 1, 300);
    uint32_t delay = (uint32_t)storm_random_scale(random, 1, 500);
    fo_us delay_max_us = storm_random_scale(random, 2 * FO_MS, 2 * FO_SECOND);
    uint32_t late = (uint32_t)storm_random_scale(random, 1, 100);
    uint32_t noise = (uint32_t)storm_random_scale(random, 1, 200);
    network->loss_permille = has(world, STORM_FAULT_LOSS) ? loss : 0;
    network->duplicate_permille = has(world, STORM_FAULT_DUPLICATE) ? duplicate : 0;
    network->delay_permille = has(world, STORM_FAULT_DELAY) ? delay : 0;
    network->delay_max_us = delay_max_us;
    world->late_permille = has(world, STORM_FAULT_LATENESS) ? late : 0;
    world->room.noise_permille = has(world, STORM_FAULT_NOISE) ? noise : 0;
}

/* As on a switch that is not loaded: 3 ms once in a hundred, processes late by some ms as often. */
static void steady_weather(struct storm_world *world)
{
    const struct storm_steady *steady = &world->plan.steady;
    world->network.loss_permille = steady->loss_permille;
    world->network.delay_permille = 10;
    world->network.delay_max_us = 3 * FO_MS;
    world->late_permille = 10;
    if (steady->standby_away) {
        world->nodes[FO_VOTER_S].stays_down = true;
        world->nodes[FO_VOTER_S].host_up = false;
    }
}

void storm_strike_init(struct storm_world *world)
{
    if (world->plan.steady.on) {
        steady_weather(world);
        return;
    }
    struct storm_random random = storm_random_stream(world->seed, "swarm", 0);
    world->plan.drawn = draw_kinds(world, &random);
    world->strike_gap_us = storm_random_scale(&random, 30 * FO_MS, 20 * FO_SECOND);
    draw_weather(world, &random);
    storm_queue_set(&world->queue, STORM_PLACE_STRIKE, storm_random_below(&random, 5 * FO_SECOND));
}

/* ---- strikes --------------------------------------------------------------------------------- */

static unsigned pick_kind(const struct storm_world *world, struct storm_random *random)
{
    unsigned kinds[STORM_FAULT_COUNT];
    unsigned count = 0;
    for (unsigned kind = STORM_FAULT_FIRST_STRIKE; kind < STORM_FAULT_COUNT; kind++) {
        if ((world->plan.drawn & STORM_FAULT_BIT(kind)) != 0) {
            kinds[count++] = kind;
        }
    }
    return count == 0 ? STORM_FAULT_COUNT : kinds[storm_random_below(random, count)];
}

static struct storm_fault *free_fault(struct storm_world *world)
{
    for (unsigned i = 0; i < STORM_FAULTS_MAX; i++) {
        if (!world->faults[i].active) {
            return &world->faults[i];
        }
    }
    return NULL;
}

static bool left_out(const struct storm_world *world, uint32_t strike)
{
    return strike >= world->plan.strikes_max || strike >= STORM_STRIKES_MAX ||
           (world->plan.left_out[strike / 64] >> (strike % 64) & 1) != 0;
}

static void strike_now(struct storm_world *world, struct storm_random *random, uint32_t strike)
{
    struct storm_fault *fault = free_fault(world);
    unsigned kind = pick_kind(world, random);
    if (kind == STORM_FAULT_COUNT || fault == NULL || !has(world, kind)) {
        return;
    }
    *fault = (struct storm_fault){.kind = (uint8_t)kind,
                                  .a = (uint8_t)storm_random_below(random, 256),
                                  .b = (uint8_t)storm_random_below(random, 256),
                                  .c = (uint8_t)storm_random_below(random, 256),
                                  .strike = strike};
    fo_us lasts_us = storm_random_scale(random, FO_MS, 60 * FO_SECOND);
    fault->until_us = world->now_us + lasts_us;
    world->counts.strikes++;
    if (world->struck_count < STORM_STRUCK_MAX) {
        world->struck[world->struck_count++] =
            (struct storm_struck){.at_us = world->now_us, .fault = *fault};
    }
    storm_say(world, "STRIKE %u: %s (%u %u %u) for %" PRId64 " ms", strike, storm_fault_name(kind),
              fault->a, fault->b, fault->c, lasts_us / FO_MS);
    fault->active = storm_hurt_begin(world, fault, random);
    if (fault->active) {
        storm_queue_set(&world->queue, STORM_PLACE_FAULT + (unsigned)(fault - world->faults),
                        fault->until_us);
    }
}

void storm_strike(struct storm_world *world)
{
    uint32_t strike = world->strikes++;
    struct storm_random random = storm_random_stream(world->seed, "strike", strike);
    fo_us gap_us = storm_random_scale(&random, FO_MS, 2 * world->strike_gap_us);
    storm_queue_set(&world->queue, STORM_PLACE_STRIKE, world->now_us + gap_us);
    if (!left_out(world, strike)) {
        strike_now(world, &random, strike);
    }
}

void storm_strike_end(struct storm_world *world, unsigned place)
{
    struct storm_fault *fault = &world->faults[place];
    FO_ASSERT(place < STORM_FAULTS_MAX && fault->active);
    storm_queue_set(&world->queue, STORM_PLACE_FAULT + place, FO_NEVER);
    fault->active = false;
    storm_say(world, "strike %u is over: %s", fault->strike, storm_fault_name(fault->kind));
    storm_hurt_end(world, fault);
}

void storm_strike_heal(struct storm_world *world)
{
    storm_queue_set(&world->queue, STORM_PLACE_STRIKE, FO_NEVER);
    for (unsigned i = 0; i < STORM_FAULTS_MAX; i++) {
        if (world->faults[i].active) {
            storm_strike_end(world, i);
        }
    }
    storm_network_calm(world);
    world->late_permille = 0;
    world->room.noise_permille = 0;
    storm_hurt_heal(world);
}
