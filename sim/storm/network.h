/* SPDX-License-Identifier: Apache-2.0 */
/* The heartbeat networks between the three voters: loss, delay, reordering, duplicates, cuts in one
 * direction, and old datagrams once more. It carries letters and never looks into them; server.c
 * and daemon.c send, run.c takes what has arrived. */
#ifndef SIM_STORM_NETWORK_H
#define SIM_STORM_NETWORK_H

#include "sim/storm/world.h"

void storm_network_init(struct storm_world *world);
/* On every network, to whom it is addressed. */
void storm_network_send(struct storm_world *world, uint8_t from,
                        const struct fo_datagram *datagram);
/* The letter of this flight; its place is free afterwards. The letter stays valid until the next
 * send. */
const struct storm_letter *storm_network_arrive(struct storm_world *world, unsigned flight);
/* Old datagrams to one node, grants above all. */
void storm_network_replay(struct storm_world *world, struct storm_random *random, uint8_t to);
/* Whether anything can pass from one to the other now. */
bool storm_network_passes(const struct storm_world *world, uint8_t from, uint8_t to);
/* Everything under way is lost, and the weather is fine from now on. */
void storm_network_calm(struct storm_world *world);

#endif
