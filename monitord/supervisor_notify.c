/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams to systemd. It owns the conditions under which they may be sent; app.c brings the
 * figures. */
#include "monitord/supervisor_notify.h"

#include "monitord/log.h"

#include <systemd/sd-daemon.h>

bool md_supervisor_well(const struct md_supervisor_facts *facts)
{
    return facts->step_age_us <= MD_SUPERVISOR_STEP_MAX_US &&
           facts->loop_lag_us <= MD_SUPERVISOR_LAG_MAX_US &&
           (!facts->journal_alive || facts->journal_lag_us <= MD_SUPERVISOR_JOURNAL_MAX_US);
}

void md_supervisor_tell(struct md_supervisor *supervisor, const struct md_supervisor_facts *facts)
{
    if (!md_supervisor_well(facts)) {
        supervisor->withheld++;
        md_log(MD_LOG_WARNING, "supervisor: watchdog withheld: step age %lld ms, loop lag %lld ms",
               (long long)(facts->step_age_us / FO_MS), (long long)(facts->loop_lag_us / FO_MS));
        return;
    }
    sd_notifyf(0, "%sWATCHDOG=1\nSTATUS=%s", supervisor->ready ? "" : "READY=1\n", facts->status);
    supervisor->ready = true;
}

void md_supervisor_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
