/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd is told: ready, alive, a line of status. WATCHDOG goes out only while the pump
 * itself moves, not while mere timers run. Without systemd it does nothing. The app calls it once a
 * second. */
#ifndef MONITORD_SUPERVISOR_NOTIFY_H
#define MONITORD_SUPERVISOR_NOTIFY_H

#include "failover/types.h"

#include <stdint.h>

#define MD_SUPERVISOR_STEP_MAX_US (5 * FO_SECOND)
#define MD_SUPERVISOR_LAG_MAX_US (5 * FO_SECOND)
#define MD_SUPERVISOR_JOURNAL_MAX_US FO_MINUTE /* unless the journal is known to be dead */

struct md_supervisor {
    bool ready;
    uint64_t withheld; /* times WATCHDOG was not sent */
};
struct md_supervisor_facts {
    fo_us step_age_us, loop_lag_us, journal_lag_us;
    bool journal_alive;
    const char *status; /* one line */
};
/* Whether the pump is well enough to say so. Pure. */
bool md_supervisor_well(const struct md_supervisor_facts *facts);
/* READY the first time that it is well, then WATCHDOG while it is, and STATUS. */
void md_supervisor_tell(struct md_supervisor *supervisor, const struct md_supervisor_facts *facts);
void md_supervisor_stopping(void);

#endif
