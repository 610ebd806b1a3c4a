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
        {"roles = ( {", "drills = { every = \"30d\"; notice = \"30d\"; };\nroles = ( {", "notice",
         "drills.notice", "must be shorter than every", false},
        {"roles = ( {", "drills = { every = \"0s\"; notice = \"1d\"; };\nroles = ( {", "notice",
         "drills.notice", "no drill is demanded", false},
        {"roles = ( {", "drills = { every = \"401d\"; };\nroles = ( {", "401d", "drills.every",
         "must be 0s", false},
        {"roles = ( {", "monitor = { stall = \"1 s\"; };\nroles = ( {", "site", "site.when_alone",
         "stop", true}, /* one blank before a unit is fine */
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_policy,
     a_drill_is_wanted_each_month_and_announced_before_unless_the_site_says_otherwise)
{
    static const struct {
        const char *group;
        fo_us every_us, notice_us;
    } groups[] = {
        {"roles = ( {", 35 * 24 * FO_HOUR, 7 * 24 * FO_HOUR},
        {"drills = { every = \"10d\"; };\nroles = ( {", 10 * 24 * FO_HOUR, 2 * 24 * FO_HOUR},
        {"drills = { every = \"30d\"; notice = \"24h\"; };\nroles = ( {", 30 * 24 * FO_HOUR,
         24 * FO_HOUR},
        {"drills = { every = \"0s\"; };\nroles = ( {", 0, 0},
    };
    for (unsigned i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        char *text = text_spoil(SITE_TEXT, "roles = ( {", groups[i].group);
        char *path = text_write(text, strlen(text));
        struct site *site = cfg_site_load(path, findings);
        cr_assert_not_null(site);
        cr_assert_eq(site->drill_every_us, groups[i].every_us, "%s", groups[i].group);
        cr_assert_eq(site->drill_notice_us, groups[i].notice_us, "%s", groups[i].group);
        cfg_site_free(site);
        unlink(path);
        free(path);
        free(text);
        free(findings);
    }
}
