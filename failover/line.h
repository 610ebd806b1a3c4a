/* SPDX-License-Identifier: Apache-2.0 */
/* The carrier lines: health of each far target, loss and round trip, down and degraded. Which of
 * them carries the traffic is route.h's; it only learns that a line has changed. Called by
 * engine.c; route.c and view.c ask whether a line flaps. */
#ifndef FAILOVER_LINE_H
#define FAILOVER_LINE_H

#include "failover/engine_state.h"

void fo_line_init(struct fo_engine *engine);
/* A statement about one far target of one line; both are of the policy. */
void fo_line_probe(struct fo_engine *engine, const struct fo_probe *probe);
/* Lets time pass for one line; when it wants to be called again. */
fo_us fo_line_run(struct fo_engine *engine, unsigned line);
void fo_line_forget(struct fo_engine *engine);
/* Went down too often of late. */
bool fo_line_is_flapping(const struct fo_engine *engine, unsigned line, fo_us now_us);
/* When it no longer counts as flapping. */
fo_us fo_line_calm_us(const struct fo_engine *engine, unsigned line);

#endif
