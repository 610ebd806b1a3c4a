/* SPDX-License-Identifier: Apache-2.0 */
/* The networks (see network.h). */
#include "sim/storm/network.h"

#include "failover/assert.h"

#define BURST_LOSS 950 /* permille */
#define CALM_TRIP_US 400

void storm_network_init(struct storm_world *world)
{
    struct storm_network *network = &world->network;
    network->free_count = STORM_FLIGHTS_MAX;
    for (unsigned i = 0; i < STORM_FLIGHTS_MAX; i++) {
        network->free[i] = (uint16_t)(STORM_FLIGHTS_MAX - 1 - i);
    }
    network->trip_us = CALM_TRIP_US;
}

static void take_off(struct storm_world *world, const struct storm_letter *letter, fo_us delay_us)
{
    struct storm_network *network = &world->network;
    if (network->free_count == 0) {
        world->counts.letters_lost++;
        return;
    }
    unsigned flight = network->free[--network->free_count];
    network->flights[flight] = *letter;
    storm_queue_set(&world->queue, STORM_PLACE_FLIGHT + flight, world->now_us + delay_us);
}

static fo_us draw_delay(struct storm_world *world)
{
    const struct storm_network *network = &world->network;
    fo_us delay_us = storm_random_below(&world->networking, network->trip_us);
    if (storm_random_chance(&world->networking, network->delay_permille)) {
        delay_us += storm_random_scale(&world->networking, FO_MS, network->delay_max_us);
    }
    return delay_us;
}

static void send_one(struct storm_world *world, struct storm_letter *letter)
{
    struct storm_network *network = &world->network;
    struct storm_random *random = &world->networking;
    if (network->cut[letter->net][letter->from][letter->to] != 0) {
        return;
    }
    bool burst = network->burst[letter->from] != 0 || network->burst[letter->to] != 0;
    if (storm_random_chance(random, burst ? BURST_LOSS : network->loss_permille)) {
        return;
    }
    take_off(world, letter, draw_delay(world));
    if (storm_random_chance(random, network->duplicate_permille)) {
        take_off(world, letter, draw_delay(world));
    }
}

void storm_network_send(struct storm_world *world, uint8_t from, const struct fo_datagram *datagram)
{
    struct storm_network *network = &world->network;
    struct storm_letter *letter = &network->history[network->history_next];
    FO_ASSERT(from < FO_VOTERS);
    network->history_next = (network->history_next + 1) % STORM_HISTORY;
    letter->from = from;
    letter->sent_us = world->now_us;
    letter->heard_us = from < FO_SERVERS ? world->safety.heard_us[from][1 - from] : 0;
    letter->datagram = *datagram;
    for (uint8_t to = 0; to < FO_VOTERS; to++) {
        bool meant = datagram->to == FO_VOTER_NONE ? to != from : to == datagram->to;
        for (uint8_t net = 0; meant && net < world->policy.net_count; net++) {
            letter->to = to;
            letter->net = net;
            send_one(world, letter);
        }
    }
}

const struct storm_letter *storm_network_arrive(struct storm_world *world, unsigned flight)
{
    struct storm_network *network = &world->network;
    FO_ASSERT(flight < STORM_FLIGHTS_MAX && network->free_count < STORM_FLIGHTS_MAX);
    storm_queue_set(&world->queue, STORM_PLACE_FLIGHT + flight, FO_NEVER);
    network->free[network->free_count++] = (uint16_t)flight;
    return &network->flights[flight];
}

void storm_network_replay(struct storm_world *world, struct storm_random *random, uint8_t to)
{
    struct storm_network *network = &world->network;
    for (unsigned i = 0; i < 100; i++) {
        struct storm_letter letter = network->history[storm_random_below(random, STORM_HISTORY)];
        bool grant = letter.datagram.kind == FO_DATAGRAM_ANSWER && letter.datagram.answer.given;
        if (letter.datagram.kind == 0 || (!grant && i >= 10)) {
            continue;
        }
        letter.to = grant ? letter.datagram.to : to;
        if (letter.to < FO_VOTERS && letter.to != letter.from) {
            take_off(world, &letter, storm_random_below(random, 20 * FO_MS));
        }
    }
}

bool storm_network_passes(const struct storm_world *world, uint8_t from, uint8_t to)
{
    const struct storm_network *network = &world->network;
    for (unsigned net = 0; net < world->policy.net_count; net++) {
        if (network->cut[net][from][to] == 0 && network->burst[from] == 0 &&
            network->burst[to] == 0) {
            return true;
        }
    }
    return false;
}

void storm_network_calm(struct storm_world *world)
{
    struct storm_network *network = &world->network;
    network->loss_permille = 0;
    network->duplicate_permille = 0;
    network->delay_permille = 0;
    network->trip_us = CALM_TRIP_US;
    for (unsigned flight = 0; flight < STORM_FLIGHTS_MAX; flight++) {
        if (storm_queue_due(&world->queue, STORM_PLACE_FLIGHT + flight) != FO_NEVER) {
            storm_network_arrive(world, flight);
        }
    }
}
