/* SPDX-License-Identifier: Apache-2.0 */
/* Which line carries the traffic. It asks for a change; the executor makes it, and it counts from
 * its result on. What a line is worth is line.h's judgement, and directions (direction.h) move
 * nothing. Only engine.c calls it.
 *
 * A line that is down is left at once, for the best of those that work. Besides:
 * - back to the preferred line only after it has been OK (neither down, degraded nor unknown)
 *   without a break for its return_us;
 * - a degraded line is left when a clearly better one has stood beside it without a break for its
 *   leave_us: one that is OK, or degraded too and loses FO_ROUTE_MARGIN_PERMILLE less; either, if
 *   the line in use is lossy, with at most half its loss. Of two bad lines the one in use stays;
 * - after such a change neither of the two happens again for FO_ROUTE_REST_US. */
#ifndef FAILOVER_ROUTE_H
#define FAILOVER_ROUTE_H

#include "failover/engine_state.h"

/* Two lines that lose the same differ by chance: at 20 % each, over 100 samples, by ten points once
 * in twenty-five looks, but not with half the loss for minutes on end. */
#define FO_ROUTE_MARGIN_PERMILLE 100
/* Two lines that take turns in being bad change places six times an hour at most; as long as a
 * line that went down too often must be calm. */
#define FO_ROUTE_REST_US FO_LINE_FLAP_US

/* On the preferred line, the first when none is. */
void fo_route_init(struct fo_engine *engine);
/* Looks at the lines and at the command under way; when it wants to be called again. */
fo_us fo_route_run(struct fo_engine *engine);
/* False when the result is not that of the command under way. */
bool fo_route_result(struct fo_engine *engine, const struct fo_result *result);
/* After a start: the command under way is asked for again, under the same key. */
void fo_route_boot(struct fo_engine *engine);

#endif
