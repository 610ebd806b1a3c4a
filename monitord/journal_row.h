/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the journal on its way from the driver to the disk. Declarations only; the driver
 * makes them, the journal's rooms carry them. */
#ifndef MONITORD_JOURNAL_ROW_H
#define MONITORD_JOURNAL_ROW_H

#include "failover/types.h"

/* One row, without its number and hash: those are the writer's. */
struct md_journal_row {
    const char *kind; /* static: "record" … */
    char *body;       /* owned by the journal once appended */
    fo_us at_us;
    fo_wall_ms wall_ms;
};

#endif
