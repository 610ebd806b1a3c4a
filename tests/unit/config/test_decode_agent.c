/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's file: who it is, whom it hears, what it carries. */
#include "tests/unit/config/site_text.h"

Test(decode_agent, the_good_text_has_no_error)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert(text_accepted(AGENT_TEXT, true, findings));
    cr_assert_eq(findings->count, 1); /* the risk of when_alone */
    free(findings);
}

Test(decode_agent, a_defect_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"voter = \"P\"", "voter = \"Q\"", "voter", "agent.voter", "must be one of \"P\", \"S\"",
         false},
        {" voter = \"P\";", "", "agent", "agent.voter", "is missing", false},
        {"name = \"server-1\";", "when_alone = \"resumed\"; name = \"server-1\";", "agent",
         "agent.when_alone", "did you mean \"resume\"?", false},
        {"name = \"server-1\";", "watchdog = \"watchdog0\"; name = \"server-1\";", "agent",
         "agent.watchdog", "is not an absolute path", false},
        {"name = \"server-1\";",
         "watchdog = \"/dev/watchdog0\"; watchdog_timeout = \"5s\"; name = \"server-1\";", "agent",
         "agent.watchdog_timeout", "10s", false},
        {"name = \"server-1\";", "watchdog_stop = \"keep\"; name = \"server-1\";", "agent",
         "agent.watchdog_stop", "has no effect without a device", true},
        {" monitor = \"10.1.1.3:7320\";", "", "networks", "heartbeat.networks",
         "leads to no monitor", false},
        {"bind = \"10.1.2.1:7320\";", "bind = \"10.1.2.1\";", "net-2", "heartbeat.networks[1].bind",
         "has no port", false},
        {"10.1.1.9/24", "10.1.1.9", "10.1.1.9", "service.address", "with its prefix", false},
        {"10.1.1.9/24", "10.1.1.9/33", "10.1.1.9", "service.address", "with its prefix", false},
        {"address = \"10.1.1.9/24\";", "", "service", "service.address",
         "the address that moves between the servers", false},
        {"address = \"10.1.1.9/24\";", "address6 = \"2001:db8::9\";", "service", "service.address6",
         "is not an IPv6 address with its prefix", false},
        {" interface = \"eth1\";\n  check", "\n  check", "service", "service.interface",
         "is missing", false},
        {"check = { kind = \"tcp\"; address = \"127.0.0.1:80\"; };", "", "service", "service.check",
         "would never be noticed", true},
        {"kind = \"tcp\";", "kind = \"tcp\"; health = { bad = 17; };", "tcp",
         "service.check.health.bad", "must be 1 … 16", false},
        {"promote = \"/usr", "promote = \"usr", "steps", "steps.promote", "is not an absolute path",
         false},
        {" alarm = \"/usr/local/sbin/alarm\";", "", "steps", "steps.alarm", "no alarm program",
         true},
        {"steps = {", "step = {}; steps = {", "step = {}", "step", "did you mean \"steps\"?",
         false},
        {"networks = (", "lease = \"6s\"; lease_max = \"6s\"; networks = (", "lease_max",
         "heartbeat.lease_max", "only for intervals above 80ms", false},
    };
    DEFECTS_CHECK(AGENT_TEXT, true, defects);
}

Test(decode_agent, an_address_of_the_sixth_version_is_enough)
{
    char *text =
        text_spoil(AGENT_TEXT, "address = \"10.1.1.9/24\";", "address6 = \"2001:db8::9/64\";");
    char *path = text_write(text, strlen(text));
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct cfg_agent *agent = cfg_agent_load(path, findings);
    cr_assert_not_null(agent);
    cr_assert_eq(agent->service_prefix6, 64);
    cr_assert_eq(agent->service_address6.s6_addr[15], 9);
    cr_assert_eq(agent->service_address4.s_addr, 0);
    cr_assert_eq(agent->monitor[1].length, 0);
    cfg_agent_free(agent);
    unlink(path);
    free(path);
    free(text);
    free(findings);
}

Test(decode_agent, a_missing_section_is_an_error)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted("steps = { alarm = \"/a\"; };\n", true, findings));
    cr_assert_eq(findings->errors, 3); /* agent, heartbeat, service */
    free(findings);
}

Test(decode_agent, a_watchdog_is_only_used_where_it_is_named)
{
    static const char *const words[] = {
        "name = \"server-1\";", "watchdog = \"/dev/watchdog0\"; name = \"server-1\";",
        "watchdog = \"/dev/watchdog0\"; watchdog_timeout = \"60s\"; watchdog_stop = \"keep\";"
        " name = \"server-1\";"};
    for (unsigned i = 0; i < 3; i++) {
        char *text = text_spoil(AGENT_TEXT, words[0], words[i]);
        char *path = text_write(text, strlen(text));
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        struct cfg_agent *agent = cfg_agent_load(path, findings);
        cr_assert_not_null(agent);
        cr_assert_eq(agent->watchdog != NULL, i > 0);
        cr_assert_eq(agent->watchdog_timeout_us, (i == 2 ? 60 : 30) * FO_SECOND);
        cr_assert_eq(agent->watchdog_keeps, i == 2);
        cfg_agent_free(agent);
        unlink(path);
        free(path);
        free(text);
        free(findings);
    }
}
