/* SPDX-License-Identifier: Apache-2.0 */
/* The shell around one agent (see server.h). */
#include "sim/storm/server.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "sim/storm/host.h"
#include "sim/storm/network.h"
#include "sim/storm/pair.h"
#include "sim/storm/safety.h"
#include "sim/storm/trace.h"

#include <inttypes.h>
#include <string.h>

#define TURN_STEPS_MAX 512 /* at one instant; more is a loop that never ends */
#define PROMOTE_US (20 * FO_MS)
#define TOP_WRITE_US (10 * FO_MS)
#define LEAVE_BACK_US (20 * FO_SECOND)

void storm_server_init(struct storm_world *world)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        struct storm_server *server = &world->servers[i];
        server->top_holder = server->top_disk_holder = FO_VOTER_NONE;
        server->promote_us = FO_NEVER;
        server->drained_us = FO_NEVER;
        server->address_us = FO_NEVER;
        server->top_due_us = FO_NEVER;
        server->alone_us = FO_NEVER;
        server->position = 1000;
    }
}

bool storm_server_serves(const struct storm_world *world, unsigned server)
{
    const struct storm_server *self = &world->servers[server];
    if (world->pair.on) {
        return storm_pair_serves(world, server);
    }
    return self->sick == 0 && self->hung == 0 && self->promote_us <= world->now_us &&
           world->nodes[server].host_up && storm_host_gate_open(world, server);
}

/* What was asked for long enough ago is on the disk. */
static void disk_take(struct storm_server *server, fo_us now_us)
{
    if (server->top_due_us <= now_us) {
        server->top_disk = server->top;
        server->top_disk_holder = server->top_holder;
        server->standing_disk = server->standing;
        server->serial_disk = server->top_serial;
        server->top_due_us = FO_NEVER;
    }
}

/* ---- start and end --------------------------------------------------------------------------- */

static void start_host(struct storm_world *world, struct storm_node *node)
{
    node->up = true;
    node->host_up = true;
    node->boot = storm_host_boot(world);
    node->until_us = world->now_us;
    node->froze_us = FO_NEVER;
    node->up_since_us = world->now_us;
    node->inbox_count = 0;
}

static void start(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    start_host(world, node);
    server->output.count = 0;
    server->next_act = 0;
    server->read_back = false;
    server->gate_failed = false;
    server->gate_us = 0; /* A9 */
    server->promote_us = FO_NEVER;
    server->drained_us = FO_NEVER;
    server->address_us = FO_NEVER;
    server->alone_us = FO_NEVER;
    server->leaving = false;
    server->forced = false;
    server->clock_said = true;
    server->health_said = FO_HEALTH_UNKNOWN;
    server->position_said = 0;
    server->top = server->top_disk;
    server->top_holder = server->top_disk_holder;
    server->top_due_us = FO_NEVER;
    fo_agent_init(&server->agent, &world->policy.lease, (enum fo_voter)index, node->boot,
                  server->top_disk, (enum fo_voter)server->top_disk_holder,
                  storm_clock_now(world, node));
    fo_agent_init_standing(&server->agent, (enum fo_standing)server->standing_disk);
    server->standing = server->standing_disk;
    server->top_serial = server->serial_disk = 0;
    storm_say(world, "server %u: agent starts", index);
}

void storm_server_kill(struct storm_world *world, unsigned index, bool host, fo_us back_us)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    disk_take(server, world->now_us);
    node->up = false;
    node->host_up = node->host_up && !host;
    storm_pair_lose(world, index, host);
    if (host) {
        server->gate_us = 0;
        server->promote_us = FO_NEVER;
    }
    if (node->start_us < world->now_us || node->start_us < world->now_us + back_us) {
        node->start_us = world->now_us + back_us;
    }
    storm_server_touch(world, index);
}

void storm_server_leave(struct storm_world *world, unsigned index)
{
    if (world->nodes[index].up && !world->pair.on) {
        world->servers[index].leaving = true;
        storm_server_touch(world, index);
    }
}

void storm_server_force(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    if (world->nodes[index].up && server->agent.standing == FO_STANDING_GIVEN) {
        server->forced = true;
        storm_server_touch(world, index);
    }
}

void storm_server_unstick(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    if (server->stuck == 0 && world->nodes[index].up && server->agent.gate_lost) {
        server->gate_us = 0;
        server->read_back = true;
        storm_server_touch(world, index);
    }
}

/* ---- acts ------------------------------------------------------------------------------------ */

static void open_gate(struct storm_world *world, unsigned index, fo_us until_us)
{
    struct storm_server *server = &world->servers[index];
    bool was_open = storm_host_gate_open(world, index);
    server->gate_us = until_us;
    if (!was_open) {
        world->counts.openings++;
    }
    if (server->agent.on_own_vote && server->alone_us == FO_NEVER) {
        server->alone_us = world->now_us;
    } else if (!server->agent.on_own_vote) {
        server->alone_us = FO_NEVER;
    }
    storm_safety_gate(world, index);
}

static void promote(struct storm_world *world, unsigned index, uint64_t epoch)
{
    if (world->last_opened != index) {
        world->counts.switchovers += world->last_opened != FO_VOTER_NONE ? 1 : 0;
        world->last_opened = (uint8_t)index;
    }
    storm_safety_promote(world, index, epoch);
    world->servers[index].promote_us = world->now_us + PROMOTE_US;
    storm_say(world, "server %u: promoted, epoch %" PRIu64, index, epoch);
}

static void shut_gate(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    if (server->stuck != 0) {
        server->gate_failed = true;
        return;
    }
    server->gate_us = 0;
    server->alone_us = FO_NEVER;
    server->read_back = true;
}

static void do_act(struct storm_world *world, unsigned index, const struct fo_agent_act *act)
{
    struct storm_server *server = &world->servers[index];
    switch ((enum fo_agent_act_kind)act->kind) {
        case FO_AGENT_ACT_SEND:
            storm_network_send(world, (uint8_t)index, &act->datagram);
            break;
        case FO_AGENT_ACT_GATE:
            open_gate(world, index, act->until_us);
            break;
        case FO_AGENT_ACT_SHUT:
            shut_gate(world, index);
            break;
        case FO_AGENT_ACT_PROMOTE:
            promote(world, index, act->epoch);
            break;
        case FO_AGENT_ACT_DEMOTE:
            server->promote_us = FO_NEVER;
            storm_say(world, "server %u: demoted", index);
            break;
        case FO_AGENT_ACT_DRAIN:
            server->drained_us =
                server->drain_hung != 0
                    ? FO_NEVER
                    : world->now_us + storm_random_scale(&world->process, FO_MS, 2 * FO_SECOND);
            break;
        case FO_AGENT_ACT_UNDRAIN:
            server->drained_us = FO_NEVER;
            break;
        case FO_AGENT_ACT_ASK_ADDRESS:
            server->address_us = world->now_us + 1500 * FO_MS;
            server->address_taken = false;
            break;
        case FO_AGENT_ACT_PERSIST:
            server->top = act->epoch;
            server->top_holder = act->holder;
            server->standing = act->standing;
            server->top_serial = act->serial;
            server->top_due_us = world->now_us + TOP_WRITE_US;
            break;
        case FO_AGENT_ACT_NOTE:
            world->counts.lapses += act->reason == FO_REASON_LEASE_LAPSED ? 1 : 0;
            storm_say(world, "server %u: notes %s", index, fo_reason_name(act->reason));
            break;
        case FO_AGENT_ACT_ANNOUNCE:
            break;
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static uint8_t health_of(const struct storm_server *server)
{
    return server->hung != 0   ? FO_HEALTH_UNKNOWN
           : server->sick != 0 ? FO_HEALTH_FAILED
                               : FO_HEALTH_OK;
}

static uint64_t position_of(const struct storm_server *server)
{
    return server->lag != 0 ? server->position / 2 : server->position;
}

static bool address_answers(const struct storm_world *world, unsigned index)
{
    uint8_t peer = (uint8_t)(1 - index);
    return storm_host_gate_open(world, peer) && storm_network_passes(world, (uint8_t)index, peer) &&
           storm_network_passes(world, peer, (uint8_t)index);
}

/* What the shell has to tell the agent beside datagrams and time; false when nothing. */
static bool find_news(struct storm_world *world, unsigned index, struct fo_agent_event *event)
{
    struct storm_server *server = &world->servers[index];
    const struct storm_node *node = &world->nodes[index];
    bool well = node->unwell == 0;
    if (server->read_back || server->gate_failed) {
        event->kind = server->read_back ? FO_AGENT_GATE_SHUT : FO_AGENT_GATE_LOST;
        server->read_back = false;
        server->gate_failed = false;
    } else if (server->drained_us <= world->now_us) {
        event->kind = FO_AGENT_DRAINED;
        server->drained_us = FO_NEVER;
    } else if (server->address_us <= world->now_us) {
        event->kind = FO_AGENT_ADDRESS_FREE;
        event->well = !server->address_taken && !address_answers(world, index);
        server->address_us = FO_NEVER;
    } else if (server->clock_said != well) {
        event->kind = FO_AGENT_CLOCK;
        event->well = well;
        server->clock_said = well;
    } else if (server->health_said != health_of(server) ||
               server->position_said != position_of(server)) {
        event->kind = FO_AGENT_SERVICE;
        event->health = health_of(server);
        event->position = position_of(server);
        server->health_said = event->health;
        server->position_said = event->position;
    } else if (server->serial_disk > server->agent.kept_serial) {
        event->kind = FO_AGENT_KEPT;
        event->serial = server->serial_disk;
    } else if (server->leaving && !server->agent.leaving) {
        event->kind = FO_AGENT_LEAVE;
    } else if (server->forced) {
        event->kind = FO_AGENT_FORCE;
        server->forced = false;
    } else {
        return false;
    }
    return true;
}

static void step(struct storm_world *world, unsigned index, const struct fo_agent_event *event)
{
    struct storm_server *server = &world->servers[index];
    server->next_act = 0;
    fo_agent_step(&server->agent, event, &server->output);
    world->counts.events++;
    uint64_t hash =
        storm_random_mix(world->hash, (uint64_t)event->now_us << 8 | event->kind << 2 | index);
    for (uint32_t i = 0; i < server->output.count; i++) {
        const struct fo_agent_act *act = &server->output.acts[i];
        hash = storm_random_mix(hash, (uint64_t)act->until_us ^ act->epoch << 8 ^ act->kind);
    }
    world->hash = hash;
}

static void take_letter(struct storm_world *world, unsigned index,
                        const struct storm_letter *letter)
{
    struct storm_server *server = &world->servers[index];
    struct fo_agent_event event = {.kind = FO_AGENT_DATAGRAM,
                                   .now_us = storm_clock_now(world, &world->nodes[index])};
    event.datagram = letter->datagram;
    step(world, index, &event);
    storm_safety_heard(world, (uint8_t)index, letter, server->agent.voter.heard);
}

/* The acts of the last step, as far as the process gets; false when it is late with the next. */
static bool do_acts(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    while (server->next_act < server->output.count) {
        do_act(world, index, &server->output.acts[server->next_act++]);
        fo_us late_us = storm_host_lateness(world);
        if (late_us > 0) {
            node->until_us = world->now_us + late_us;
            return false;
        }
    }
    return true;
}

/* One more event, in an order that chance decides where it may; false when nothing is due. */
static bool take_event(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    struct fo_agent_event event = {.kind = FO_AGENT_TIMER, .now_us = storm_clock_now(world, node)};
    bool due = fo_agent_next_deadline(&server->agent) <= event.now_us;
    if (find_news(world, index, &event)) {
        step(world, index, &event);
    } else if (node->inbox_count > 0 && (!due || storm_random_chance(&world->process, 500))) {
        take_letter(world, index, storm_inbox_take(node));
    } else if (due) {
        step(world, index, &event);
    } else {
        return false;
    }
    return true;
}

static void work(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    for (unsigned turn = 0; do_acts(world, index); turn++) {
        if (turn == TURN_STEPS_MAX) {
            storm_break_law(world, STORM_LAW_S7, "agent of server %u steps for ever", index);
            return;
        }
        if (!take_event(world, index)) {
            break;
        }
    }
    disk_take(server, world->now_us);
    if (server->leaving && server->agent.leaving && node->until_us <= world->now_us &&
        fo_agent_may_end(&server->agent)) {
        storm_server_kill(world, index, false, LEAVE_BACK_US);
    }
}

void storm_server_touch(struct storm_world *world, unsigned index)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    unsigned place = STORM_PLACE_NODE + index;
    if (node->up && world->pair.on) { /* nothing of ours runs there */
        storm_queue_set(&world->queue, place, FO_NEVER);
        return;
    }
    if (!node->up) {
        bool never = node->stays_down || node->powerless != 0;
        storm_queue_set(&world->queue, place, never ? FO_NEVER : node->start_us);
        return;
    }
    bool busy =
        server->next_act < server->output.count || node->inbox_count > 0 || server->read_back ||
        server->gate_failed || server->clock_said != (node->unwell == 0) ||
        server->health_said != health_of(server) || server->position_said != position_of(server) ||
        server->serial_disk > server->agent.kept_serial || server->forced ||
        (server->leaving && !server->agent.leaving);
    fo_us due_us = world->now_us;
    if (!busy) {
        due_us = server->top_due_us;
        fo_us core_us = storm_clock_true(world, node, fo_agent_next_deadline(&server->agent));
        due_us = core_us < due_us ? core_us : due_us;
        due_us = server->drained_us < due_us ? server->drained_us : due_us;
        due_us = server->address_us < due_us ? server->address_us : due_us;
    }
    storm_queue_set(&world->queue, place, due_us > node->until_us ? due_us : node->until_us);
}

void storm_server_run(struct storm_world *world, unsigned index)
{
    struct storm_node *node = &world->nodes[index];
    if (world->pair.on) {
        start_host(world, node);
        storm_server_touch(world, index);
        return;
    }
    if (!node->up) {
        start(world, index);
    }
    node->froze_us = FO_NEVER;
    work(world, index);
    storm_server_touch(world, index);
}

void storm_server_arrive(struct storm_world *world, unsigned index,
                         const struct storm_letter *letter)
{
    struct storm_server *server = &world->servers[index];
    struct storm_node *node = &world->nodes[index];
    if (!node->up) {
        return;
    }
    bool busy = node->until_us > world->now_us || node->inbox_count > 0 ||
                server->next_act < server->output.count;
    fo_us late_us = busy ? 0 : storm_host_lateness(world);
    if (!busy && late_us == 0) {
        take_letter(world, index, letter);
        work(world, index);
    } else {
        node->until_us = late_us > 0 ? world->now_us + late_us : node->until_us;
        if (!storm_inbox_put(node, letter)) {
            world->counts.letters_lost++;
        }
    }
    storm_server_touch(world, index);
}
