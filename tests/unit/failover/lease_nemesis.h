/* SPDX-License-Identifier: Apache-2.0 */
/* What is done to the world of lease_world.h, and its running: kills, freezes, cuts, loss, replays,
 * fences, sick services and clocks, at random instants, until it is healed. It never looks whether
 * a rule was broken. test_lease_world.c is the only one that includes it. */
#ifndef TESTS_UNIT_FAILOVER_LEASE_NEMESIS_H
#define TESTS_UNIT_FAILOVER_LEASE_NEMESIS_H

#include "tests/unit/failover/lease_world.h"

/* ---- the nemesis ----------------------------------------------------------------------------- */

static void node_kill(struct node *node, bool host)
{
    node->up = false;
    node->until_us = world.now_us + random_below(chance(500) ? 5 * MS : 300 * MS);
    if (host) {
        node->gate_us = 0;
    }
}

static void fence(uint8_t server)
{
    struct node *node = &world.nodes[FO_VOTER_M];
    struct fo_monitor_output out;

    if (!node->up || node->todo_next < node->todo.count) {
        return;
    }
    node_kill(&world.nodes[server], true);
    fo_monitor_fenced(&node->monitor, (enum fo_voter)server, clock_of(node), &out);
    for (uint32_t k = 0; k < out.count; k++) {
        network_send(FO_VOTER_M, &out.sends[k]);
    }
}

/* Old datagrams once more, grants above all. */
static void replay(uint8_t to)
{
    for (int i = 0; i < 200; i++) {
        const struct fo_datagram *old = &world.history[random_below(HISTORY_MAX)];
        if (old->kind == FO_DATAGRAM_BEAT && i < 5) {
            flight_add(to, old);
        } else if (old->kind == FO_DATAGRAM_ANSWER && old->answer.given) {
            flight_add(old->to, old);
        }
    }
}

static void isolate(uint8_t self)
{
    for (uint8_t i = 0; i < NODES; i++) {
        world.cut[i][self] = world.cut[self][i] = true;
    }
}

static void nemesis_strike(void)
{
    struct node *node = &world.nodes[random_below(NODES)];
    struct node *server = &world.nodes[random_below(FO_SERVERS)];
    uint8_t a = (uint8_t)random_below(NODES), b = (uint8_t)random_below(NODES);

    switch (random_below(17)) {
        case 0:
            node_kill(node, false);
            break;
        case 1:
            node_kill(node, true);
            break;
        case 2:
        case 3: /* SIGSTOP */
            node->until_us = world.now_us + random_below(chance(500) ? 50 * MS : 500 * MS);
            break;
        case 4:
            world.cut[a][b] = true;
            break;
        case 5:
            world.cut[a][b] = world.cut[b][a] = true;
            break;
        case 6:
        case 7:
            memset(world.cut, 0, sizeof world.cut);
            break;
        case 8:
            world.loss_permille = (uint32_t)random_below(500);
            break;
        case 9:
            server->health = server->health == FO_HEALTH_OK ? FO_HEALTH_FAILED : FO_HEALTH_OK;
            break;
        case 10:
            clock_set_rate(node);
            node->well = !chance(100);
            break;
        case 11:
            replay(a);
            break;
        case 12:
        case 13: /* cut off from everybody, while the others may be restarting */
            isolate(server->self);
            if (chance(300)) {
                node_kill(&world.nodes[FO_VOTER_M], false);
            }
            break;
        case 14: /* an ordered leave, M away or not; it ends when all has been told, or by a kill */
        case 15:
            server->leaves = server->up;
            if (chance(700)) {
                node_kill(&world.nodes[FO_VOTER_M], false);
            }
            break;
        default:
            if (chance(300)) {
                fence(server->self);
            }
            server->health = FO_HEALTH_OK;
            break;
    }
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void world_init(uint64_t seed, uint32_t drift_ppm)
{
    memset(&world, 0, sizeof world);
    world.random = seed * 0x2545f4914f6cdd1du;
    world.params = FO_LEASE_DEFAULTS;
    world.params.beat_us = 10 * MS;
    world.params.lease_us = 110 * MS;
    world.params.lease_max_us = (seed % 4 < 2 ? 110 : 150) * MS;
    world.params.margin_us = 1;
    world.params.drift_ppm = drift_ppm;
    world.params.alone_resumes = false;
    world.last_opened = FO_VOTER_NONE;
    world.restless_permille = seed % 3 == 0 ? 40 : 4;
    for (uint8_t i = 0; i < NODES; i++) {
        struct node *node = &world.nodes[i];
        node->self = i;
        node->well = true;
        node->health = FO_HEALTH_OK;
        node->clock_us = random_below(100 * FO_SECOND);
        clock_set_rate(node);
        node_start(node);
    }
}

static void world_run_until(fo_us end_us)
{
    fo_us strike_us = world.now_us;

    while (world.now_us < end_us) {
        fo_us next_us = end_us;
        int64_t what = -1; /* nobody; 0… a node; NODES… a flight */
        uint8_t first = (uint8_t)random_below(NODES);
        for (uint32_t k = 0; k < world.flight_count; k++) {
            if (world.flights[k].at_us < next_us) {
                next_us = world.flights[k].at_us;
                what = NODES + (int64_t)k;
            }
        }
        for (uint8_t k = 0; k < NODES; k++) {
            uint8_t i = (uint8_t)((first + k) % NODES);
            fo_us due_us = node_due_us(&world.nodes[i]);
            if (due_us < next_us) {
                next_us = due_us;
                what = i;
            }
        }
        if (!world.calm && strike_us <= next_us) {
            world.now_us = strike_us > world.now_us ? strike_us : world.now_us;
            nemesis_strike();
            strike_us = world.now_us + random_below(chance(300) ? 30 * MS : 600 * MS);
            continue;
        }
        world.now_us = next_us;
        world.steps++;
        if (what >= NODES) {
            network_deliver((uint32_t)(what - NODES));
        } else if (what >= 0) {
            node_run(&world.nodes[what]);
        }
    }
}

static void world_heal(void)
{
    world.calm = true;
    world.flight_count = 0;
    memset(world.cut, 0, sizeof world.cut);
    for (uint8_t i = 0; i < NODES; i++) {
        world.nodes[i].well = true;
        world.nodes[i].health = FO_HEALTH_OK;
        world.nodes[i].until_us = world.now_us;
        world.nodes[i].todo_at_us = world.now_us;
    }
    world.ordered_us = world.now_us;
}

static void host_remove(uint8_t self)
{
    node_kill(&world.nodes[self], true);
    world.nodes[self].stays_down = true;
}

#endif
