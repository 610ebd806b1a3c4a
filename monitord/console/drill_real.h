/* SPDX-License-Identifier: Apache-2.0 */
/* The switchover drills that a journal holds. Nobody writes their results down: each is read out of
 * the rows of its plan, its decisions, its pages and its end, so that none can be lost or differ
 * from what happened. drill_past.c and the monthly report feed it rows, oldest first.
 *
 * A result has the shape of drill.h with "kind":"switchover"; steps have a "code" instead of a text
 * ("moves", "service_answers", "people_decide"); beside these "second" (the approver), "from", "to"
 * and "give_back": "done" | "stayed" | "undecided" | null (it never got so far). */
#ifndef MONITORD_CONSOLE_DRILL_REAL_H
#define MONITORD_CONSOLE_DRILL_REAL_H

#include "monitord/console/drill.h"

struct md_drill_real;
/* timezone as in wall_time.h, alive as long as the gathering. NULL: no memory. */
struct md_drill_real *md_drill_real_open(const char *timezone);
void md_drill_real_take(struct md_drill_real *real, const struct md_journal_entry *entry);
/* All that have ended, oldest first, judged; borrowed, lives until the close. */
json_t *md_drill_real_results(struct md_drill_real *real);
void md_drill_real_close(struct md_drill_real *real);

#endif
