/* SPDX-License-Identifier: Apache-2.0 */
/* Faults, done and undone (see hurt.h). */
#include "sim/storm/hurt.h"

#include "failover/assert.h"
#include "sim/storm/daemon.h"
#include "sim/storm/hand.h"
#include "sim/storm/host.h"
#include "sim/storm/network.h"
#include "sim/storm/orders.h"
#include "sim/storm/people.h"
#include "sim/storm/room.h"
#include "sim/storm/roster.h"
#include "sim/storm/server.h"

#define BACK_MAX_US (30 * FO_SECOND)
#define PAUSE_MAX_US (5 * FO_SECOND)
#define BEYOND_PPM 100000

/* ---- faults that last: a counter each -------------------------------------------------------- */

static uint8_t *counter_of_server(struct storm_world *world, const struct storm_fault *fault)
{
    struct storm_server *server = &world->servers[fault->a % FO_SERVERS];
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_SERVICE_FAIL:
            return &server->sick;
        case STORM_FAULT_SERVICE_HANG:
            return &server->hung;
        case STORM_FAULT_DRAIN_HANG:
            return &server->drain_hung;
        case STORM_FAULT_GATE_STUCK:
            return &server->stuck;
        case STORM_FAULT_POSITION_LAG:
            return &server->lag;
        default:
            return NULL;
    }
}

static uint8_t *counter_of_room(struct storm_world *world, const struct storm_fault *fault)
{
    struct storm_room *room = &world->room;
    struct storm_device *device = &room->devices[fault->a % STORM_DEVICES];
    unsigned line = fault->a % STORM_LINES;
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_MAINS:
            return &room->mains_away;
        case STORM_FAULT_GENERATOR_BROKEN:
            return &room->generator_broken;
        case STORM_FAULT_UPS_SICK:
            return &room->devices[fault->a % 2].sick;
        case STORM_FAULT_DEVICE_SILENT:
            return &device->silent;
        case STORM_FAULT_DEVICE_FROZEN:
            return &device->frozen;
        case STORM_FAULT_DEVICE_LIES:
            return &device->lying;
        case STORM_FAULT_LINE_CUT:
            return &room->line_cut[line];
        case STORM_FAULT_TARGET_DEAD:
            return &room->target_dead[line][fault->b % STORM_TARGETS];
        case STORM_FAULT_LINE_LOSSY:
            return &room->line_lossy[line];
        case STORM_FAULT_OWN_NETWORK:
            return &room->own_network;
        case STORM_FAULT_TWO_ANSWERS:
            return &room->two_answers;
        case STORM_FAULT_HOST_FILTERED:
            return &world->pair.host_filtered[fault->a % FO_SERVERS];
        case STORM_FAULT_SERVICE_FILTERED:
            return &world->pair.service_filtered;
        case STORM_FAULT_SCRIPTS_FAIL:
            return &world->pair.scripts_fail;
        default:
            return NULL;
    }
}

static uint8_t *counter_of(struct storm_world *world, const struct storm_fault *fault)
{
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_BURST:
            return &world->network.burst[fault->a % FO_VOTERS];
        case STORM_FAULT_CLOCK_UNWELL:
            return &world->nodes[fault->a % FO_VOTERS].unwell;
        case STORM_FAULT_DISK_SLOW:
            return &world->daemon.journal.slow;
        case STORM_FAULT_DISK_DEAD:
            return &world->daemon.journal.dead;
        case STORM_FAULT_FENCE_FAILS:
            return &world->daemon.fence_fails;
        case STORM_FAULT_FENCE_LIES:
            return &world->daemon.fence_lies;
        case STORM_FAULT_ROUTE_FAILS:
            return &world->daemon.route_fails;
        case STORM_FAULT_CHANNEL_DEAD:
            return &world->people.channel_dead[fault->a % STORM_CHANNELS];
        case STORM_FAULT_CHANNEL_MUTE:
            return &world->people.channel_mute[fault->a % STORM_CHANNELS];
        case STORM_FAULT_PEOPLE_AWAY:
            return &world->people.away;
        default: {
            uint8_t *counter = counter_of_server(world, fault);
            return counter != NULL ? counter : counter_of_room(world, fault);
        }
    }
}

static void cut(struct storm_world *world, unsigned nets, unsigned from, unsigned to, int by)
{
    for (unsigned net = 0; net < STORM_NETS; net++) {
        if (nets == STORM_NETS || nets == net) {
            uint8_t *count = &world->network.cut[net][from][to];
            *count = (uint8_t)(*count + by);
        }
    }
}

static void isolate(struct storm_world *world, unsigned node, int by)
{
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        if (i != node) {
            cut(world, STORM_NETS, node, i, by);
            cut(world, STORM_NETS, i, node, by);
        }
    }
}

/* Cuts: c picks the network, mostly all of them. */
static bool change_cut(struct storm_world *world, const struct storm_fault *fault, int by)
{
    unsigned nets = fault->c < 160 ? STORM_NETS : fault->c % STORM_NETS;
    unsigned from = fault->a % FO_VOTERS;
    unsigned to = (from + 1 + fault->b % 2) % FO_VOTERS;
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_CUT_ONE_WAY:
            cut(world, nets, from, to, by);
            return true;
        case STORM_FAULT_CUT_PAIR:
            cut(world, nets, from, to, by);
            cut(world, nets, to, from, by);
            return true;
        case STORM_FAULT_ISOLATE:
            isolate(world, from, by);
            return true;
        default:
            return false;
    }
}

/* What else follows from a fault that begins or ends. */
static void followed_up(struct storm_world *world, const struct storm_fault *fault, bool begins)
{
    unsigned server = fault->a % FO_SERVERS;
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_SERVICE_FAIL:
        case STORM_FAULT_SERVICE_HANG:
        case STORM_FAULT_POSITION_LAG:
            storm_server_touch(world, server);
            break;
        case STORM_FAULT_GATE_STUCK:
            storm_server_unstick(world, server);
            break;
        case STORM_FAULT_CLOCK_UNWELL:
            if (fault->a % FO_VOTERS == FO_VOTER_M) {
                bool well = world->nodes[FO_VOTER_M].unwell == 0;
                storm_daemon_tell(world, FO_SELF_CLOCK, 0, well ? 1 : 0);
            } else {
                storm_server_touch(world, fault->a % FO_VOTERS);
            }
            break;
        case STORM_FAULT_MAINS:
        case STORM_FAULT_GENERATOR_BROKEN:
            storm_room_power(world);
            break;
        case STORM_FAULT_OWN_NETWORK:
            isolate(world, FO_VOTER_M, begins ? 1 : -1);
            break;
        case STORM_FAULT_TWO_ANSWERS:
            storm_daemon_watch(world);
            break;
        case STORM_FAULT_CHANNEL_DEAD: {
            uint8_t channel = fault->a % STORM_CHANNELS;
            bool works = world->people.channel_dead[channel] == 0;
            storm_daemon_tell(world, FO_SELF_CHANNEL, channel, works ? 1 : 0);
            break;
        }
        case STORM_FAULT_DISK_DEAD:
            if (world->daemon.journal.dead == 0) {
                storm_daemon_disk_well(world);
            }
            break;
        default:
            break;
    }
}

/* ---- faults of one instant ------------------------------------------------------------------- */

static void freeze(struct storm_world *world, unsigned index, fo_us length_us, bool clock_too)
{
    struct storm_node *node = &world->nodes[index];
    if (!node->up) {
        return;
    }
    node->froze_us = node->froze_us == FO_NEVER ? world->now_us : node->froze_us;
    node->until_us = world->now_us + length_us;
    if (clock_too) {
        storm_clock_rate(world, node, node->clock.ppm);
        node->clock.at_us = node->until_us;
        node->froze_us = FO_NEVER; /* it cannot know */
    }
    if (index == FO_VOTER_M) {
        storm_daemon_touch(world);
    } else {
        storm_server_touch(world, index);
    }
}

static void set_rate(struct storm_world *world, unsigned index, int64_t ppm)
{
    storm_clock_rate(world, &world->nodes[index], ppm);
    if (index == FO_VOTER_M) {
        storm_daemon_touch(world);
    } else {
        storm_server_touch(world, index);
    }
}

static void strike_host(struct storm_world *world, const struct storm_fault *fault,
                        struct storm_random *random)
{
    fo_us back_us = storm_random_scale(random, FO_MS, BACK_MAX_US);
    fo_us pause_us = storm_random_scale(random, FO_MS, PAUSE_MAX_US);
    unsigned node = fault->a % FO_VOTERS;
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_AGENT_CRASH:
        case STORM_FAULT_HOST_CRASH:
            storm_server_kill(world, fault->a % FO_SERVERS, fault->kind == STORM_FAULT_HOST_CRASH,
                              back_us);
            break;
        case STORM_FAULT_MONITOR_CRASH:
        case STORM_FAULT_MONITOR_REBOOT:
            storm_daemon_kill(world, fault->kind == STORM_FAULT_MONITOR_REBOOT, back_us);
            break;
        case STORM_FAULT_PAUSE:
            freeze(world, node, pause_us, false);
            break;
        case STORM_FAULT_GUEST_PAUSE:
            freeze(world, node, pause_us, true);
            break;
        case STORM_FAULT_CLOCK_RATE:
            set_rate(world, node, storm_clock_draw(world, random));
            break;
        case STORM_FAULT_DRIFT_BEYOND:
            set_rate(world, node, storm_random_between(random, -BEYOND_PPM, BEYOND_PPM));
            break;
        default:
            FO_ASSERT(fault->kind == STORM_FAULT_LEAVE);
            storm_server_leave(world, fault->a % FO_SERVERS);
            break;
    }
}

static void change_duty(struct storm_world *world, struct storm_random *random)
{
    if (storm_random_chance(random, 400)) {
        storm_roster_change(world, random);
        return;
    }
    struct fo_order order = storm_order_duty(random);
    storm_people_say(world, &order, 0);
}

/* A window of the site, the drill in it, and perhaps its end before its time. */
static void drill_switchover(struct storm_world *world, struct storm_random *random, fo_us local_us)
{
    fo_us length_us = storm_random_scale(random, FO_SECOND, 2 * FO_MINUTE);
    struct fo_order window = storm_order_window(local_us + 2 * length_us);
    struct fo_order drill = storm_order_switchover_drill(world, local_us + length_us);
    storm_people_say(world, &window, 0);
    storm_people_say(world, &drill, FO_MS);
}

static void strike_people(struct storm_world *world, const struct storm_fault *fault,
                          struct storm_random *random)
{
    fo_us local_us = storm_clock_now(world, &world->nodes[FO_VOTER_M]);
    struct fo_order order;
    switch ((enum storm_fault_kind)fault->kind) {
        case STORM_FAULT_REPLAY:
            storm_network_replay(world, random, fault->a % FO_VOTERS);
            break;
        case STORM_FAULT_WALL_STEP:
            world->room.wall_ms += storm_random_between(random, -2, 2) * 3600000;
            world->room.wall_stepped = true;
            break;
        case STORM_FAULT_PEOPLE_WRONG:
            order = storm_order_mistake(world, random);
            storm_people_say(world, &order, 0);
            break;
        case STORM_FAULT_DUTY:
            change_duty(world, random);
            break;
        case STORM_FAULT_ENTRIES:
            order = storm_order_entry(world, random);
            storm_people_say(world, &order, 0);
            break;
        case STORM_FAULT_DRILLS:
            if (world->pair.on && storm_random_chance(random, 300)) {
                drill_switchover(world, random, local_us);
                break;
            }
            order = storm_order_drill(world, random, local_us);
            storm_people_say(world, &order, 0);
            break;
        case STORM_FAULT_BY_HAND:
            if (!storm_room_served(world) || fault->b < 32) { /* seldom without need */
                storm_hand_move(world, fault->a % FO_SERVERS);
            }
            break;
        case STORM_FAULT_ASSERTION:
            storm_daemon_assertion(world);
            break;
        default:
            FO_ASSERT(fault->kind == STORM_FAULT_OPERATOR);
            order = storm_order_operator(world, random, local_us);
            storm_people_say(world, &order, 0);
            break;
    }
}

/* ---- the doors ------------------------------------------------------------------------------- */

bool storm_hurt_begin(struct storm_world *world, struct storm_fault *fault,
                      struct storm_random *random)
{
    uint8_t *counter = counter_of(world, fault);
    if (counter != NULL) {
        (*counter)++;
        followed_up(world, fault, true);
        return true;
    }
    if (change_cut(world, fault, 1)) {
        return true;
    }
    bool host = fault->kind >= STORM_FAULT_AGENT_CRASH && fault->kind <= STORM_FAULT_LEAVE &&
                fault->kind != STORM_FAULT_WALL_STEP;
    if (host || fault->kind >= STORM_FAULT_FIRST_BEYOND) {
        strike_host(world, fault, random);
    } else {
        strike_people(world, fault, random);
    }
    return false;
}

void storm_hurt_end(struct storm_world *world, const struct storm_fault *fault)
{
    uint8_t *counter = counter_of(world, fault);
    if (counter != NULL) {
        FO_ASSERT(*counter > 0);
        (*counter)--;
        followed_up(world, fault, false);
    } else {
        change_cut(world, fault, -1);
    }
}

void storm_hurt_heal(struct storm_world *world)
{
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        struct storm_node *node = &world->nodes[i];
        bool beyond = node->clock.ppm > (int64_t)world->policy.lease.drift_ppm ||
                      node->clock.ppm < -(int64_t)world->policy.lease.drift_ppm;
        node->start_us = node->up ? node->start_us : world->now_us;
        node->until_us = node->until_us > world->now_us ? world->now_us : node->until_us;
        if (beyond) {
            storm_clock_rate(world, node, 0);
        }
    }
    storm_daemon_touch(world);
    storm_server_touch(world, 0);
    storm_server_touch(world, 1);
}
