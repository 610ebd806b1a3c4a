/* SPDX-License-Identifier: Apache-2.0 */
/* The book of the plan under way: its step and deadline, its one command, and what journal and
 * incidents are told of it. It decides nothing; switchover.c calls it. */
#ifndef FAILOVER_PLAN_H
#define FAILOVER_PLAN_H

#include "failover/engine_state.h"

/* The server that the plan moves to. */
struct fo_subject fo_plan_target(const struct fo_plan *plan);
/* A record about the plan: a target, b old server or -1, its key and person. The caller may fill in
 * more. */
struct fo_record *fo_plan_note(struct fo_engine *engine, enum fo_reason reason, unsigned why);
/* What the machine has just done stands in the incident that it was done for. */
void fo_plan_did(struct fo_engine *engine, enum fo_reason reason);
/* The next step, to be over within length_us. */
void fo_plan_step_to(struct fo_engine *engine, enum fo_plan_step step, fo_us length_us);
/* How long a choice may be on its way to the journal and back. */
fo_us fo_plan_choose_us(const struct fo_engine *engine);
/* The plan is over; the next need may be looked at. */
void fo_plan_end(struct fo_engine *engine);
/* The command of the step goes out, under the plan's key; or under a new one. */
void fo_plan_emit(struct fo_engine *engine);
void fo_plan_command(struct fo_engine *engine);

#endif
