/* SPDX-License-Identifier: Apache-2.0 */
/* What people order of their own accord: switchovers, maintenance, drills, changes of duty, entries
 * by hand; right ones, wrong ones and nonsense. It only draws them; strike.c has them said. */
#ifndef SIM_STORM_ORDERS_H
#define SIM_STORM_ORDERS_H

#include "sim/storm/world.h"

/* An operator at the console: switch, maintenance, hold, sometimes alone for a reason given. */
struct fo_order storm_order_operator(const struct storm_world *world, struct storm_random *random,
                                     fo_us local_us);
/* Handing over, leaving for a call, coming back. */
struct fo_order storm_order_duty(struct storm_random *random);
/* Reports, mergers, ticks of the call tree, gate records, a new contact network. */
struct fo_order storm_order_entry(const struct storm_world *world, struct storm_random *random);
/* A drill begins or ends. */
struct fo_order storm_order_drill(const struct storm_world *world, struct storm_random *random,
                                  fo_us local_us);
/* A window of the whole site by two persons, and a switchover drill in it: to the server that the
 * monitor does not take for the active one. */
struct fo_order storm_order_window(fo_us until_us);
struct fo_order storm_order_switchover_drill(const struct storm_world *world, fo_us until_us);
/* A wrong word: the wrong incident, or one that is over, or a person there is not. */
struct fo_order storm_order_mistake(const struct storm_world *world, struct storm_random *random);

#endif
