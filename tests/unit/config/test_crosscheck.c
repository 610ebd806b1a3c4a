/* SPDX-License-Identifier: Apache-2.0 */
/* A site as a whole: which sections it needs, and what the lease, the networks and the devices say
 * about each other. */
#include "tests/unit/config/site_text.h"

Test(crosscheck, a_file_with_nothing_but_a_device_is_enough_for_a_probe)
{
    static const char text[] =
        "ups: ( { name = \"ups-a\"; driver = \"snmp\";\n"
        "  address = \"[2001:db8::1]:161\"; profile = \"auto\";\n"
        "  snmp: { version = \"1\"; community = \"public\"; }; } );\n";
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    cr_assert_eq(findings->count, 0);
    cr_assert(site->probe_only);
    cr_assert_eq(site->device_count, 1);
    cr_assert_eq(site->devices[0].address.storage.ss_family, AF_INET6);
    cr_assert_eq(site->devices[0].snmp.version, CFG_SNMP_V1);
    cfg_site_free(site);
    unlink(path);
    free(path);
    free(findings);
}

Test(crosscheck, an_empty_file_is_no_site)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted("# nothing\n", false, findings));
    cr_assert_not_null(strstr(findings->list[0].message, "names no device and no site"));
    free(findings);
}

Test(crosscheck, every_missing_section_is_said_at_once)
{
    static const char *const wanted[] = {"heartbeat", "servers", "services", "channels",
                                         "roles",     "persons", "ladder"};
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted("site = { name = \"site-1\"; };\n", false, findings));
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        bool found = false;
        for (int j = 0; j < findings->count; j++) {
            found = found || (strcmp(findings->list[j].path, wanted[i]) == 0 &&
                              strstr(findings->list[j].message, "is missing") != NULL);
        }
        cr_assert(found, "%s", wanted[i]);
    }
    free(findings);
}

Test(crosscheck, a_defect_of_site_or_heartbeat_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"name = \"site-1\"; ", "", "site", "site.name", "is missing", false},
        {"when_alone = \"stop\"", "when_alone = \"halt\"", "halt", "site.when_alone",
         "must be one of \"resume\", \"stop\"", false},
        {"when_alone = \"stop\"", "when_alone = \"stop\"", "site", "site.when_alone",
         "nobody answers until a person orders it", true},
        {"when_alone = \"stop\"", "when_alone = \"resume\"", "site", "site.when_alone",
         "both answer until one network is back", true},
        {"when_alone = \"stop\"", "timezone = \"../../etc/passwd\"", "timezone", "site.timezone",
         "is not the name of a time zone", false},
        {"when_alone = \"stop\"", "state_directory = \"var\"", "site", "site.state_directory",
         "is not an absolute path", false},
        {"site = {", "sites = 3; site = {", "sites", "sites",
         "unknown key in a site file; do you mean \"site\"?", false},
        {"lease = \"600ms\"", "lease = \"299ms\"", "299ms", "heartbeat.lease",
         "at least 300ms, better 550ms", false},
        {"lease = \"600ms\"", "lease = \"549ms\"", "549ms", "heartbeat.lease", "550ms is calmer",
         true},
        {"lease = \"600ms\"", "lease = \"1001ms\"", "1001ms", "heartbeat.lease",
         "must not be longer than lease_max", false},
        {"lease = \"600ms\"", "lease = \"600ms\"; lease_max = \"2s\"", "2s", "heartbeat.lease_max",
         "only for intervals above 80ms", false},
        {"interval = \"50ms\"", "interval = \"5ms\"", "\"5ms\"", "heartbeat.interval",
         "must be 10ms … 1s", false},
        {"interval = \"50ms\"", "drift = \"100ppm\"", "drift", "heartbeat.drift",
         "must be 500ppm … 100000ppm", false},
        {"\"net-2\"", "\"net-1\"", "10.1.2.3", "heartbeat.networks[1].name", "already taken",
         false},
        {" interface = \"eth2\";", "", "10.1.2.3", "heartbeat.networks[1].interface",
         "is not stated", true},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

static char *one_network(const char *lease)
{
    char *a = text_spoil(SITE_TEXT,
                         " },\n               { name = \"net-2\"; bind = "
                         "\"10.1.2.3:7320\"; interface = \"eth2\"; }",
                         " }");
    char *b = text_spoil(a, ", \"10.1.2.1:7320\"", "");
    char *c = text_spoil(b, ", \"10.1.2.2:7320\"", "");
    char *d = text_spoil(c, "interval = \"50ms\"; lease = \"600ms\"", lease);
    free(a);
    free(b);
    free(c);
    return d;
}

Test(crosscheck, a_single_network_is_a_warning_and_two_with_a_short_lease)
{
    static const struct defect defects[] = {
        {"site-1", "site-1", "networks =", "heartbeat.networks", "there is only one", true},
        {"site-1", "site-1", "lease =", "heartbeat.lease", "below 250ms on a single network", true},
    };
    char *calm = one_network("interval = \"50ms\"; lease = \"600ms\"");
    char *quick = one_network("interval = \"20ms\"; lease = \"249ms\"");
    DEFECTS_CHECK(quick, false, defects);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert(text_accepted(calm, false, findings));
    cr_assert_eq(findings->count, 2); /* the network and when_alone */
    free(findings);
    free(calm);
    free(quick);
}

Test(crosscheck, a_defect_of_the_thresholds_is_found_at_its_line)
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
         "do you mean \"stall\"?", false},
        {"roles = ( {", "monitor = { stall = \"1 s\"; };\nroles = ( {", "site", "site.when_alone",
         "stop", true}, /* one blank before a unit is fine */
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}
