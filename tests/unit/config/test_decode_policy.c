/* SPDX-License-Identifier: Apache-2.0 */
/* Thresholds of the site as a whole. */
#include "tests/unit/config/site_text.h"

Test(decode_policy, a_defect_of_the_thresholds_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"roles = ( {", "escalation = { loop_first = \"20min\"; };\nroles = ( {", "loop_first",
         "escalation.loop_first", "must not be longer than loop_cap", false},
        {"roles = ( {", "switchover = { take_over = 2; };\nroles = ( {", "take_over",
         "switchover.take_over", "2 has no unit", false},
        {"roles = ( {", "switchover = { per_hour = -1; };\nroles = ( {", "per_hour",
         "switchover.per_hour", "must be 0 … 20", false},
        {"roles = ( {", "switchover = { take_over = \"59s\"; };\nroles = ( {", "service-1",
         "services[0].recovery_time", "shorter than a take-over with its proof, 69100ms", true},
        {"roles = ( {", "monitor = { stal = \"1s\"; };\nroles = ( {", "stal", "monitor.stal",
         "did you mean \"stall\"?", false},
        {"roles = ( {", "monitor = { trap_port = \"162\"; };\nroles = ( {", "trap_port",
         "monitor.trap_port", "", false},
        {"roles = ( {", "recorder = { size = \"1MiB\"; };\nroles = ( {", "size", "recorder.size",
         "write at least \"4MiB\"", false},
        {"roles = ( {", "recorder = { size = 64; };\nroles = ( {", "size", "recorder.size",
         "64 has no unit", false},
        {"roles = ( {", "recorder = { kept = \"1MiB\"; };\nroles = ( {", "kept", "recorder.kept",
         "must be 4MiB … 64GiB", false},
        {"roles = ( {", "recorder = { size = \"0B\"; };\nroles = ( {", "size", "recorder.size",
         "no incident can be replayed", true},
        {"roles = ( {", "monitor = { stall = \"1 s\"; };\nroles = ( {", "site", "site.when_alone",
         "stop", true}, /* one blank before a unit is fine */
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}
