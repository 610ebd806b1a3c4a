/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the service ought to move, why, and to whom: read from what verdict, power and agents
 * say. It starts nothing; switchover.c asks on its timer. */
#ifndef FAILOVER_NEED_H
#define FAILOVER_NEED_H

#include "failover/engine_state.h"

/* The need as of now; cause FO_REASON_NONE when there is none. */
struct fo_need fo_need_find(const struct fo_engine *engine);
/* Keeps engine->need up to date and records each promotion check of it, once and when it changes.
 * True when there is a need and every check passed. */
bool fo_need_look(struct fo_engine *engine);
/* The checks of a need as records: CHECK_PASSED or BLOCKED_*; a = number of the check, b = target,
 * why = cause. */
void fo_need_note(struct fo_engine *engine, const struct fo_need *need);

#endif
