/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile world for the lease core, in true time: two agents and a monitor on hosts whose clocks
 * drift, a network that loses, delays, doubles, reorders and replays, processes that die, restart,
 * and freeze between any two of their acts, and a gate that is an absolute end on the host's own
 * clock. Deterministic by seed. It counts instants with two open gates and judges nothing else;
 * test_lease_world.c is the only one that includes it. */
#ifndef TESTS_UNIT_FAILOVER_LEASE_WORLD_H
#define TESTS_UNIT_FAILOVER_LEASE_WORLD_H

#include "failover/lease.h"
#include "failover/lease_claim.h"
#include "failover/lease_voter.h"
#include "failover/reason.h"

#include <string.h>

#define NODES 3
#define FLIGHT_MAX 2048
#define INBOX_MAX 256
#define HISTORY_MAX 1024
#define MS FO_MS

struct flight {
    fo_us at_us; /* true time */
    uint8_t to;
    struct fo_datagram datagram;
};
struct node {
    uint8_t self;
    bool up;         /* the process runs (or is frozen) */
    fo_us until_us;  /* true time: frozen, or down until then */
    bool stays_down; /* host gone for the rest of the run */
    struct fo_agent agent;
    struct fo_monitor monitor;
    /* the host's clock */
    fo_us clock_us, clock_at_us;
    int64_t rate_ppm;
    /* the kernel's gate: an absolute end on the host's own clock */
    fo_us gate_us;
    uint64_t top;
    uint8_t top_holder;
    uint8_t standing, standing_disk; /* X1 */
    uint64_t serial, serial_disk;    /* of the newest write; of the newest that is done */
    /* what the process still has to do before it looks at anything new */
    struct fo_agent_output todo;
    uint32_t todo_next;
    fo_us todo_at_us;
    bool read_back, well, drained, leaves;
    uint8_t health;
    uint32_t inbox_count;
    struct fo_datagram inbox[INBOX_MAX];
};
struct world {
    uint64_t random;
    struct fo_lease_params params;
    fo_us now_us; /* true time */
    struct node nodes[NODES];
    uint32_t flight_count;
    struct flight flights[FLIGHT_MAX];
    struct fo_datagram history[HISTORY_MAX];
    uint32_t history_next;
    bool cut[NODES][NODES];
    uint32_t loss_permille;
    bool calm;                  /* healed: no loss, no delay above 2 ms, no lateness */
    bool relative_gate;         /* T1: the gate is told the time left, not the end */
    uint32_t restless_permille; /* how often M changes its mind without a reason, per step */
    uint64_t boots;
    fo_us ordered_us;
    uint32_t steps;
    /* what happened, so that a world in which nothing happens is noticed */
    uint32_t openings, moves, lapses, releases, both_open, left;
    uint8_t last_opened;
};

static struct world world; /* too large for a stack */

/* ---- chance ---------------------------------------------------------------------------------- */

static uint64_t random_next(void)
{
    world.random += 0x9e3779b97f4a7c15u;
    uint64_t z = world.random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static fo_us random_below(fo_us limit)
{
    return limit <= 0 ? 0 : (fo_us)(random_next() % (uint64_t)limit);
}

static bool chance(uint32_t permille)
{
    return random_next() % 1000 < permille;
}

/* ---- clocks and gates ------------------------------------------------------------------------ */

static fo_us clock_of(const struct node *node)
{
    fo_us passed_us = world.now_us - node->clock_at_us;
    return node->clock_us + passed_us * (1000000 + node->rate_ppm) / 1000000;
}

/* The true time at which the host's clock shows local_us. */
static fo_us true_time(const struct node *node, fo_us local_us)
{
    if (local_us >= FO_NEVER / 2) {
        return FO_NEVER;
    }
    fo_us left_us = local_us - node->clock_us;
    fo_us rate = 1000000 + node->rate_ppm;
    fo_us at_us = node->clock_at_us + (left_us * 1000000 + rate - 1) / rate;
    return at_us > world.now_us ? at_us : world.now_us;
}

static void clock_set_rate(struct node *node)
{
    fo_us local_us = clock_of(node);
    int64_t limit = world.params.drift_ppm;
    node->clock_us = local_us;
    node->clock_at_us = world.now_us;
    node->rate_ppm = chance(400)   ? limit
                     : chance(600) ? -limit
                                   : random_below(2 * limit + 1) - limit;
}

static bool gate_open(const struct node *node)
{
    return clock_of(node) < node->gate_us;
}

static void gates_check(void)
{
    if (gate_open(&world.nodes[FO_VOTER_P]) && gate_open(&world.nodes[FO_VOTER_S])) {
        world.both_open++;
    }
}

/* ---- network --------------------------------------------------------------------------------- */

static void flight_add(uint8_t to, const struct fo_datagram *datagram)
{
    if (world.flight_count == FLIGHT_MAX) {
        return;
    }
    fo_us delay_us = 0;
    if (world.calm) {
        delay_us = random_below(2 * MS);
    } else if (!chance(600)) {
        delay_us = random_below(chance(700) ? 2 * MS : chance(800) ? 20 * MS : 400 * MS);
    }
    world.flights[world.flight_count++] =
        (struct flight){.at_us = world.now_us + delay_us, .to = to, .datagram = *datagram};
}

static void network_send(uint8_t from, const struct fo_datagram *datagram)
{
    world.history[world.history_next++ % HISTORY_MAX] = *datagram;
    for (uint8_t to = 0; to < NODES; to++) {
        bool meant = datagram->to == FO_VOTER_NONE ? to != from : to == datagram->to;
        if (!meant || world.cut[from][to]) {
            continue;
        }
        if (world.calm || !chance(world.loss_permille)) {
            flight_add(to, datagram);
        }
        if (!world.calm && chance(100)) {
            flight_add(to, datagram);
        }
    }
}

static void network_deliver(uint32_t index)
{
    struct node *node = &world.nodes[world.flights[index].to];
    if (node->up && node->inbox_count < INBOX_MAX) {
        node->inbox[node->inbox_count++] = world.flights[index].datagram;
    }
    world.flights[index] = world.flights[--world.flight_count];
}

/* ---- processes ------------------------------------------------------------------------------- */

static void node_start(struct node *node)
{
    uint64_t boot = ++world.boots * 7919;
    node->up = true;
    node->inbox_count = 0;
    node->todo.count = 0;
    node->todo_next = 0;
    node->read_back = false;
    node->drained = false;
    node->leaves = false;
    if (node->self == FO_VOTER_M) {
        fo_monitor_init(&node->monitor, &world.params, boot, clock_of(node));
        return;
    }
    node->gate_us = 0; /* A9 */
    fo_agent_init(&node->agent, &world.params, (enum fo_voter)node->self, boot, node->top,
                  (enum fo_voter)node->top_holder, clock_of(node));
    fo_agent_init_standing(&node->agent, (enum fo_standing)node->standing_disk);
    node->standing = node->standing_disk;
    node->serial = node->serial_disk = 0;
}

static fo_us process_lateness(void)
{
    if (world.calm || !chance(60)) {
        return 0;
    }
    return random_below(chance(900) ? 5 * MS : 300 * MS);
}

static void act_do(struct node *node, const struct fo_agent_act *act)
{
    switch ((enum fo_agent_act_kind)act->kind) {
        case FO_AGENT_ACT_SEND:
            network_send(node->self, &act->datagram);
            break;
        case FO_AGENT_ACT_GATE:
            node->gate_us = act->until_us;
            if (world.relative_gate) {
                node->gate_us = clock_of(node) + act->until_us - node->agent.stepped_us;
            }
            gates_check();
            break;
        case FO_AGENT_ACT_SHUT:
            node->gate_us = 0;
            node->read_back = true;
            break;
        case FO_AGENT_ACT_PROMOTE:
            world.openings++;
            world.moves += world.last_opened != node->self;
            world.last_opened = node->self;
            break;
        case FO_AGENT_ACT_DEMOTE:
            world.releases++;
            break;
        case FO_AGENT_ACT_DRAIN:
            node->drained = true;
            break;
        case FO_AGENT_ACT_PERSIST:
            node->top = act->epoch;
            node->top_holder = act->holder;
            node->standing = act->standing;
            node->serial = act->serial;
            break;
        case FO_AGENT_ACT_NOTE:
            world.lapses += act->reason == FO_REASON_LEASE_LAPSED;
            break;
        case FO_AGENT_ACT_ANNOUNCE:
        case FO_AGENT_ACT_ASK_ADDRESS:
        case FO_AGENT_ACT_UNDRAIN:
            break;
    }
}

/* The other server is gone for good and this one's vote stands to it: only a person can say so. */
static bool people_force(const struct node *node)
{
    fo_us silence_us =
        fo_voter_silence_us(&node->agent.voter, fo_claim_peer(&node->agent), clock_of(node));
    return world.calm && world.nodes[1 - node->self].stays_down &&
           node->agent.standing == FO_STANDING_GIVEN && silence_us > world.params.lease_us;
}

/* One event for an agent: what waits, in an order that chance decides. */
static void agent_step(struct node *node)
{
    struct fo_agent_event event = {.kind = FO_AGENT_TIMER, .now_us = clock_of(node)};
    fo_us due_us = fo_agent_next_deadline(&node->agent);

    if (node->read_back) {
        event.kind = FO_AGENT_GATE_SHUT;
        node->read_back = false;
    } else if (node->drained && chance(300)) {
        event.kind = FO_AGENT_DRAINED;
        node->drained = false;
    } else if (node->serial > node->serial_disk && chance(300)) {
        node->standing_disk = node->standing; /* a restart before this has lost it */
        event.kind = FO_AGENT_KEPT;
        event.serial = node->serial_disk = node->serial;
    } else if (people_force(node)) {
        event.kind = FO_AGENT_FORCE;
    } else if (node->leaves && !node->agent.leaving) {
        event.kind = FO_AGENT_LEAVE;
    } else if (node->agent.voter.clock_well != node->well) {
        event.kind = FO_AGENT_CLOCK;
        event.well = node->well;
    } else if (node->agent.health != node->health) {
        event.kind = FO_AGENT_SERVICE;
        event.health = node->health;
    } else if (node->inbox_count > 0 && (event.now_us < due_us || chance(500))) {
        event.kind = FO_AGENT_DATAGRAM;
        event.datagram = node->inbox[0];
        node->inbox_count--;
        memmove(node->inbox, node->inbox + 1, node->inbox_count * sizeof node->inbox[0]);
    }
    node->todo_next = 0;
    fo_agent_step(&node->agent, &event, &node->todo);
}

/* What an engine would do, and much that it would not. */
static void monitor_decide(struct node *node, struct fo_monitor_output *out)
{
    struct fo_monitor *monitor = &node->monitor;
    fo_us local_us = clock_of(node);
    enum fo_voter holder = fo_monitor_holder(monitor, local_us);
    bool dead = monitor->choice < FO_SERVERS &&
                fo_monitor_verdict_dead(monitor, (enum fo_voter)monitor->choice, local_us);

    out->count = 0;
    fo_monitor_clock(monitor, node->well);
    if (world.calm) {
        bool settled = holder != FO_VOTER_NONE && holder == monitor->choice;
        if (!settled && world.now_us - world.ordered_us > 400 * MS) {
            enum fo_voter server = world.nodes[FO_VOTER_P].stays_down   ? FO_VOTER_S
                                   : world.nodes[FO_VOTER_S].stays_down ? FO_VOTER_P
                                   : world.cut[FO_VOTER_P][FO_VOTER_M]  ? FO_VOTER_S
                                                                        : FO_VOTER_P;
            world.ordered_us = world.now_us;
            fo_monitor_choose(monitor, server, local_us, out);
        }
    } else if (dead && chance(500)) {
        fo_monitor_choose(monitor, (enum fo_voter)(1 - monitor->choice), local_us, out);
    } else if (chance(world.restless_permille) ||
               (monitor->choice == FO_VOTER_NONE && chance(100))) {
        fo_monitor_choose(monitor, chance(500) ? FO_VOTER_P : FO_VOTER_S, local_us, out);
    } else if (chance(3)) {
        fo_monitor_set_next(monitor, chance(500) ? FO_VOTER_P : FO_VOTER_S, local_us, out);
    } else if (monitor->next < FO_SERVERS && monitor->choice < FO_SERVERS && chance(300) &&
               monitor->voter.heard[monitor->choice].beat.claim == FO_CLAIM_NONE) {
        fo_monitor_choose(monitor, (enum fo_voter)monitor->next, local_us, out);
    }
}

static void monitor_step(struct node *node)
{
    struct fo_monitor_output out[2];
    fo_us local_us = clock_of(node);

    if (node->inbox_count > 0) {
        fo_monitor_receive(&node->monitor, &node->inbox[0], local_us, &out[0]);
        node->inbox_count--;
        memmove(node->inbox, node->inbox + 1, node->inbox_count * sizeof node->inbox[0]);
    } else {
        fo_monitor_tick(&node->monitor, local_us, &out[0]);
    }
    monitor_decide(node, &out[1]);
    node->todo.count = 0;
    node->todo_next = 0;
    for (int i = 0; i < 2; i++) {
        for (uint32_t k = 0; k < out[i].count; k++) {
            struct fo_agent_act *act = &node->todo.acts[node->todo.count++];
            act->kind = FO_AGENT_ACT_SEND;
            act->datagram = out[i].sends[k];
        }
    }
}

/* One act, or one event; a frozen process does neither. Between any two it may be late. */
static void node_run(struct node *node)
{
    if (!node->up) {
        node_start(node);
    } else if (node->todo_next < node->todo.count) {
        act_do(node, &node->todo.acts[node->todo_next++]);
    } else if (node->self == FO_VOTER_M) {
        monitor_step(node);
    } else if (node->leaves && (world.calm || fo_agent_may_end(&node->agent))) {
        world.left += node->standing_disk == FO_STANDING_GIVEN;
        node->up = false;
    } else {
        agent_step(node);
    }
    node->todo_at_us = world.now_us + process_lateness();
}

/* The true time at which this node has something to do. */
static fo_us node_due_us(const struct node *node)
{
    fo_us due_us = world.now_us;

    if (node->stays_down) {
        return FO_NEVER;
    }
    bool busy = node->todo_next < node->todo.count || node->inbox_count > 0 || node->read_back ||
                node->drained;
    bool agent = node->self != FO_VOTER_M;
    if (node->up && agent) {
        busy |= node->agent.voter.clock_well != node->well || node->agent.health != node->health ||
                node->serial > node->serial_disk || people_force(node) ||
                (node->leaves &&
                 (world.calm || !node->agent.leaving || fo_agent_may_end(&node->agent)));
    }
    if (node->up && !busy) {
        due_us = true_time(node, agent ? fo_agent_next_deadline(&node->agent)
                                       : fo_monitor_next_deadline(&node->monitor));
    }
    due_us = due_us > node->todo_at_us ? due_us : node->todo_at_us;
    return due_us > node->until_us ? due_us : node->until_us;
}

#endif
