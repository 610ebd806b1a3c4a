/* SPDX-License-Identifier: Apache-2.0 */
/* Loss of a line on the way out (上り) and on the way back (下り), as far as its far end counts
 * what reaches it (STAMP, RFC 8762). It only informs: whether a line is degraded or down and which
 * one carries the traffic stays with the echoes of line.h. A call needs both directions, so the
 * round trip is what people get; echoes ask several far ends and the reflector is one, which may
 * count wrongly or fall silent, and no source decides alone. engine.c, line.c and view.c call it.
 */
#ifndef FAILOVER_DIRECTION_H
#define FAILOVER_DIRECTION_H

#include "failover/engine_state.h"

/* So many statements in a row without an answer: the far end does not report. Fewer happen by
 * chance: at 30 % loss each way, ten in a row once in half an hour. */
#define FO_DIRECTION_SILENT 10

void fo_direction_init(struct fo_direction *direction);
/* Whether its counts are possible: no more lost than sent, no more lost on the way back than came
 * there. */
bool fo_direction_fits(const struct fo_probe *probe);
/* A statement of the far end of a line of the policy; it fits. */
void fo_direction_probe(struct fo_engine *engine, const struct fo_probe *probe);
/* Our own loop stood still: nothing is known until the next statement. */
void fo_direction_forget(struct fo_direction *direction);
/* Why the directions of this line are not known (enum fo_reason), 0 when they are: NOT_READ_YET,
 * NO_ANSWER (the far end does not report), UNCOUNTED (it answers and counts nothing), TOO_OLD. */
uint16_t fo_direction_reason(const struct fo_engine *engine, unsigned line, fo_us now_us);

#endif
