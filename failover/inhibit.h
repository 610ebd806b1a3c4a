/* SPDX-License-Identifier: Apache-2.0 */
/* What stands against an automatic switchover: the promotion checks, maintenance, the operator's
 * hold, the block period. It only says no, with a reason; switchover.c asks. */
#ifndef FAILOVER_INHIBIT_H
#define FAILOVER_INHIBIT_H

#include "failover/engine_state.h"

void fo_inhibit_init(struct fo_engine *engine);
/* All promotion checks for this need, as they stand now: fills failed[] with the reason of each
 * check that failed, 0 for one that passed. True when all passed. */
bool fo_inhibit_check(const struct fo_engine *engine, const struct fo_need *need,
                      uint16_t failed[FO_CHECKS]);
/* Until when automatic switchovers for this cause are blocked by those that were; FO_NEVER when
 * they are not (which is not "for ever"). */
fo_us fo_inhibit_period_us(const struct fo_engine *engine, const struct fo_need *need);
/* A switchover to `target` has failed and was handed to people: until when none is tried without
 * them; FO_NEVER when none has failed lately. */
fo_us fo_inhibit_handed_us(const struct fo_engine *engine, unsigned target);
/* The latest such instant over the causes of the switchovers that were, for the standby `target`:
 * what people are shown. */
fo_us fo_inhibit_blocked_us(const struct fo_engine *engine, unsigned target);
/* A switchover begins: remembered for the block period. */
void fo_inhibit_note(struct fo_engine *engine, const struct fo_need *need);
/* The need demands proof that the old server is off. */
bool fo_inhibit_needs_fence(const struct fo_engine *engine, const struct fo_need *need);
/* Maintenance windows that are over; when the next one is. */
fo_us fo_inhibit_run(struct fo_engine *engine);

#endif
