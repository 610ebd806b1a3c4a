/* SPDX-License-Identifier: Apache-2.0 */
/* A pair without agents as it truly is (see pair.h). */
#include "sim/storm/pair.h"

#include "failover/assert.h"
#include "sim/storm/network.h"
#include "sim/storm/trace.h"

#define PAIRS_PERMILLE 300 /* they step little: a small part of the events */
#define RESULT_US FO_SECOND

static void longer(fo_us *time_us, fo_us least_us)
{
    *time_us = *time_us > least_us ? *time_us : least_us;
}

/* As config/agentless.c would have it: one checked service is the second witness, nobody says how
 * far the data has come, and a script's time fits into its step. */
void storm_pair_draw(struct storm_world *world)
{
    struct storm_random random = storm_random_stream(world->seed, "pair", 0);
    struct fo_policy *policy = &world->policy;
    struct storm_pair *pair = &world->pair;
    bool drawn = storm_random_chance(&random, PAIRS_PERMILLE);
    bool wanted =
        world->plan.pairs == STORM_PAIRS_DRAWN ? drawn : world->plan.pairs == STORM_PAIRS_ALWAYS;
    bool accepted = storm_random_chance(&random, 200);
    bool available = storm_random_chance(&random, 800);
    uint8_t first = policy->servers[1].preferred ? 1 : 0;
    first = storm_random_chance(&random, 100) ? (uint8_t)(1 - first) : first;
    pair->script_us = storm_random_scale(&random, FO_SECOND, 20 * FO_SECOND);
    pair->dark_us = FO_NEVER;
    if (!wanted || world->plan.steady.on) {
        return;
    }
    pair->on = true;
    pair->serves[first] = pair->bound[first] = true;
    world->counts.pairs = 1;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy->servers[i].agentless = true;
        policy->servers[i].fence_available = available;
        policy->servers[i].fence_required = !accepted;
    }
    policy->services[STORM_CALLS].checked = true;
    policy->position_bound = 0;
    longer(&policy->take_over_us, pair->script_us + RESULT_US);
    longer(&policy->drain_us, pair->script_us + RESULT_US);
}

/* ---- what is true, and what a probe finds ---------------------------------------------------- */

bool storm_pair_reachable(const struct storm_world *world, unsigned server)
{
    const struct storm_node *node = &world->nodes[server];
    return node->host_up && node->until_us <= world->now_us;
}

bool storm_pair_serves(const struct storm_world *world, unsigned server)
{
    const struct storm_server *self = &world->servers[server];
    return world->pair.serves[server] && self->sick == 0 && self->hung == 0 &&
           storm_pair_reachable(world, server);
}

static bool is_near(const struct storm_world *world, unsigned server)
{
    return storm_network_passes(world, FO_VOTER_M, (uint8_t)server) &&
           storm_network_passes(world, (uint8_t)server, FO_VOTER_M);
}

bool storm_pair_host_found(const struct storm_world *world, unsigned server)
{
    return world->pair.host_filtered[server] == 0 && is_near(world, server) &&
           storm_pair_reachable(world, server);
}

bool storm_pair_service_found(const struct storm_world *world)
{
    bool found = false;
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        found = found || (storm_pair_serves(world, i) && is_near(world, i));
    }
    return found && world->pair.service_filtered == 0;
}

/* ---- what is done to it ---------------------------------------------------------------------- */

void storm_pair_begin(struct storm_world *world, unsigned server)
{
    FO_ASSERT(world->pair.on && storm_pair_reachable(world, server));
    if (world->last_opened != server) {
        world->counts.switchovers += world->last_opened != FO_VOTER_NONE ? 1 : 0;
        world->last_opened = (uint8_t)server;
    }
    world->counts.openings += world->pair.serves[server] ? 0 : 1;
    world->pair.serves[server] = true;
    world->pair.bound[server] = true;
    world->hash = storm_random_mix(world->hash, (uint64_t)world->now_us << 1 | server);
    storm_say(world, "server %u: serves", server);
}

void storm_pair_cease(struct storm_world *world, unsigned server)
{
    world->pair.serves[server] = false;
    storm_say(world, "server %u: serves no longer", server);
}

void storm_pair_lose(struct storm_world *world, unsigned server, bool power)
{
    struct storm_pair *pair = &world->pair;
    pair->serves[server] = false;
    for (unsigned i = 0; i < STORM_WORKS && power; i++) {
        struct storm_work *work = &pair->works[i];
        bool script = work->kind == FO_COMMAND_PROMOTE || work->kind == FO_COMMAND_DEMOTE;
        if (work->key.sequence != 0 && !work->ended && script && work->server == server) {
            work->effect_us = FO_NEVER; /* a connection to it does not come back with it */
            work->outcome = work->outcome == FO_OUTCOME_DONE ? FO_OUTCOME_FAILED : work->outcome;
        }
    }
}

void storm_pair_unbind(struct storm_world *world, unsigned server)
{
    world->pair.bound[server] = false;
}
