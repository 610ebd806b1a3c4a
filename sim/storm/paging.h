/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of single pages: P4 (what was under way at a crash is done again under its key), P7
 * (one first page per person, epoch and channel), P8 (a drill is marked and stays inside). It
 * stands outside the engine and looks at what really goes out. daemon.c reports to it. */
#ifndef SIM_STORM_PAGING_H
#define SIM_STORM_PAGING_H

#include "sim/storm/world.h"

/* One act that really goes out, from the journal or without it; one result that is delivered. */
void storm_paging_act(struct storm_world *world, const struct fo_command *command, bool synced);
void storm_paging_result(struct storm_world *world, const struct fo_result *result);
/* The daemon dies; it starts again, the engine has been decoded. */
void storm_paging_crash(struct storm_world *world);
void storm_paging_restart(struct storm_world *world);
/* Every STORM_LOOK_US. */
void storm_paging_look(struct storm_world *world);

#endif
