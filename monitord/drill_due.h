/* SPDX-License-Identifier: Apache-2.0 */
/* When the last drill was carried out, told by the journal, and whether the next one is due. A
 * drill counts when it came to its end, whether it held or not; one that something real or an order
 * has broken off does not. Pure: rows go in, times come out. The daemon's watch feeds it. */
#ifndef MONITORD_DRILL_DUE_H
#define MONITORD_DRILL_DUE_H

#include "failover/event.h"
#include "monitord/journal_read.h"

struct md_drill_due {
    fo_wall_ms first_wall_ms; /* of the journal; 0: it is empty */
    fo_wall_ms last_wall_ms;  /* end of the newest drill that counts; 0: there was none */
    int64_t moving;           /* number of the switchover drill that goes on; 0 none … */
    bool moved;               /* … and it has moved the service */
};
/* One row, oldest first. context: the struct md_drill_due, zeroed to start; always true. */
bool md_drill_due_take(void *context, const struct md_journal_entry *entry);
/* When the next drill must be over: `every` after the last one; after the journal's first row where
 * there was none. 0: never, because none is demanded (every 0) or the journal is empty. */
fo_wall_ms md_drill_due_at(const struct md_drill_due *due, fo_us every_us);
/* Overdue from that instant on, due soon for `notice` before it. */
enum fo_drill_due md_drill_due_state(const struct md_drill_due *due, fo_us every_us,
                                     fo_us notice_us, fo_wall_ms now_wall_ms);

#endif
