/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of each act that leaves the daemon: done, refused, failed, never heard of again, and
 * when its result comes back. Pages, fencing, routes and the shutdown plan; executor.c does what a
 * pair without agents needs. It decides nothing. daemon.c calls it once the journal has the act. */
#ifndef SIM_STORM_ACTS_H
#define SIM_STORM_ACTS_H

#include "sim/storm/world.h"

/* synced: the journal has it; else only what is allowed without it is done. */
void storm_acts_do(struct storm_world *world, const struct fo_command *command, bool synced);

#endif
