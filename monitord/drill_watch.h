/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's watch over the day of the next drill: reads the journal's new rows every twenty
 * seconds, beside the loop, and says to the engine when a drill is due soon, overdue, or carried
 * out. It owns the rhythm, and that no such notice begins at night; what counts as a drill is
 * drill_due.h's. The chores of each second run it. */
#ifndef MONITORD_DRILL_WATCH_H
#define MONITORD_DRILL_WATCH_H

#include "config/site.h"
#include "monitord/drill_due.h"

#include <uv.h>

#define MD_DRILL_DAY_FROM 8 /* hours of the site's clock: a notice waits for the morning … */
#define MD_DRILL_DAY_TO 20  /* … from this hour on */

struct md_drill_watch;
/* NULL when out of memory, or when the site demands no drill. feed takes events for the engine; it
 * is never called after a stop. */
struct md_drill_watch *md_drill_watch_start(uv_loop_t *loop, const struct site *site,
                                            void (*feed)(void *context,
                                                         const struct fo_event *event),
                                            void *context);
/* Once a second, with both clocks. Nothing is said before the journal has been read. */
void md_drill_watch_round(struct md_drill_watch *watch, fo_us now_us, fo_wall_ms wall_ms);
/* What the journal has told so far, for the status; NULL: it has not been read yet. NULL is
 * allowed.
 */
const struct md_drill_due *md_drill_watch_facts(const struct md_drill_watch *watch);
/* Nothing is said any more; the memory goes when what is being read has been. NULL is allowed. */
void md_drill_watch_stop(struct md_drill_watch *watch);

#endif
