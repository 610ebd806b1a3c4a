/* SPDX-License-Identifier: Apache-2.0 */
/* The three hosts as such: their drifting clocks, and whether the process on them runs, is frozen,
 * or is down. What the process does is server.c's and daemon.c's business; they tell the agenda
 * when their node is due next. */
#ifndef SIM_STORM_HOST_H
#define SIM_STORM_HOST_H

#include "sim/storm/world.h"

/* This host's boottime now. */
fo_us storm_clock_now(const struct storm_world *world, const struct storm_node *node);
/* True time at which the host's clock shows local_us, not before now; FO_NEVER stays. */
fo_us storm_clock_true(const struct storm_world *world, const struct storm_node *node,
                       fo_us local_us);
/* From now on the clock runs ahead by ppm. */
void storm_clock_rate(struct storm_world *world, struct storm_node *node, int64_t ppm);
/* A rate within the bound of the lease, often at its very end. */
int64_t storm_clock_draw(struct storm_world *world, struct storm_random *random);

/* Fresh hosts with clocks that show anything, processes to start now. */
void storm_host_init(struct storm_world *world);
/* A random number that is never 0: the identity of a process. */
uint64_t storm_host_boot(struct storm_world *world);
/* Whether the process runs and is not frozen or late. */
bool storm_host_awake(const struct storm_world *world, const struct storm_node *node);
/* The kernel's gate of this server lets clients through at this instant. */
bool storm_host_gate_open(const struct storm_world *world, unsigned server);
/* A small lateness of the scheduler, mostly none. */
fo_us storm_host_lateness(struct storm_world *world);
bool storm_inbox_put(struct storm_node *node, const struct storm_letter *letter);
const struct storm_letter *storm_inbox_take(struct storm_node *node);

#endif
