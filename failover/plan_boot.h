/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the plan that a start of the monitor finds under way: its step is taken up again
 * with the same key, save where only a proof made anew can be believed. It decides nothing more;
 * switchover.c goes on with it. engine.c calls it at the boot event. */
#ifndef FAILOVER_PLAN_BOOT_H
#define FAILOVER_PLAN_BOOT_H

#include "failover/engine_state.h"

/* After the snapshot has been read: sets what the plan's timer will do. */
void fo_plan_boot(struct fo_engine *engine);

#endif
