/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of a site without agents, as monitor-executor is one: it fences by outlet and runs
 * the scripts that promote and demote. A key is done once; one that has ended is told again from a
 * ledger that outlives the monitor, also after an hour. Faults refuse, come late, do it and say no,
 * or say nothing. It decides nothing. acts.c asks, run.c drives it. */
#ifndef SIM_STORM_EXECUTOR_H
#define SIM_STORM_EXECUTOR_H

#include "sim/storm/world.h"

/* One act of the engine: fence, promote or demote. synced: the journal has it; else it is refused.
 */
void storm_executor_do(struct storm_world *world, const struct fo_command *command, bool synced);
/* What is under way at this place is due: its effect, or its end. */
void storm_executor_run(struct storm_world *world, unsigned place);
/* Nothing is under way. */
bool storm_executor_rests(const struct storm_world *world);

#endif
