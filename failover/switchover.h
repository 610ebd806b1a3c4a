/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of one switchover: fence if demanded, drain if planned, choose, wait for the lease,
 * verify the service. It never sends a grant itself (the lease core does) and never decides alone
 * that a server is dead (verdict.c). engine.c calls it on its timer and on results. */
#ifndef FAILOVER_SWITCHOVER_H
#define FAILOVER_SWITCHOVER_H

#include "failover/event.h"
#include "failover/types.h"

struct fo_engine;
/* The plan's timer: looks at the need for a switchover, and at the deadline of the step. */
void fo_plan_run(struct fo_engine *engine);
/* Outcome of a CHOOSE or FENCE command; false when the key is not of this plan. */
bool fo_plan_result(struct fo_engine *engine, const struct fo_result *result);
/* A person's order to move to `server`, already checked by order.c; drill: as a drill, which is
 * given up with it (drill.h). False with the block's reason in *reason when a check forbids it. */
bool fo_plan_order(struct fo_engine *engine, uint8_t server, uint8_t person, bool drill,
                   uint16_t *reason);
/* Automatic actions stop (a failed assertion): the plan is handed to people. */
void fo_plan_freeze(struct fo_engine *engine);

#endif
