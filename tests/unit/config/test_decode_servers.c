/* SPDX-License-Identifier: Apache-2.0 */
/* The redundant pair and the acts of the executor. */
#include "tests/unit/config/site_text.h"

Test(decode_servers, a_defect_of_a_server_or_an_act_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"preferred = true; ", "", "servers", "servers", "has 0 preferred servers", false},
        {"name = \"server-2\";", "name = \"server-2\"; preferred = true;", "servers", "servers",
         "has 2 preferred servers", false},
        {"\"server-2\"", "\"server-1\"", "10.1.1.2:22", "servers[1].name", "already taken", false},
        {"power = [\"ups-b\"];\n    heartbeat", "power = [\"ups-c\"];\n    heartbeat",
         "10.1.1.2:22", "servers[1].power[0]", "no power device is called \"ups-c\"; did you mean",
         false},
        {"power = [\"ups-a\"];\n    heartbeat", "\n    heartbeat", "10.1.1.1:22",
         "servers[0].power", "is not stated", true},
        {"power = [\"ups-b\"];\n    heartbeat", "power = [\"ups-b\", \"ups-b\"];\n    heartbeat",
         "10.1.1.2:22", "servers[1].power[1]", "is listed twice", false},
        {"power = [\"ups-b\"];\n    heartbeat", "power = [\"ups-a\"];\n    heartbeat",
         "10.1.1.2:22", "servers[1].power", "both servers depend on the same single UPS", true},
        {"[\"10.1.1.1:7320\", \"10.1.2.1:7320\"]", "[\"10.1.1.1:7320\"]", "[\"10.1.1.1",
         "servers[0].heartbeat", "has 1 addresses for 2 heartbeat networks", false},
        {"\"10.1.2.1:7320\"", "\"10.1.2.1\"", "[\"10.1.1.1", "servers[0].heartbeat", "has no port",
         false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"off-2\"];", "10.1.1.1:22",
         "servers[0].fence[0]", "no act is called \"off-2\"; did you mean \"off-1\"?", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"route-line-1\"];", "10.1.1.1:22",
         "servers[0].fence", "is a route", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence_required = true;", "10.1.1.1:22",
         "servers[0].fence_required", "there is no fence", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; virtual_machine = true;", "10.1.1.1:22",
         "servers[0].virtual_machine", "paused with its clocks", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; host_interval = \"2min\";", "10.1.1.1:22",
         "servers[0].host_interval", "must be 100ms … 1min", false},
        {"host = \"10.1.1.2:22\";", "preferred = \"yes\"; host = \"10.1.1.2:22\";", "10.1.1.2:22",
         "servers[1].preferred", "must be true or false", false},
        {"program = \"/usr/sbin/fence_apc\"", "program = \"fence_apc\"", "off-1", "acts[0].program",
         "is not an absolute path", false},
        {" program = \"/usr/sbin/fence_apc\";", "", "off-1", "acts[0].program", "is missing",
         false},
        {"kind = \"route\";", "kind = \"route\"; program = \"/sbin/ip\";", "route-line-1",
         "acts[1].program", "is not used for a route", false},
        {"kind = \"route\";", "kind = \"route\"; options = \"a=b\";", "route-line-1",
         "acts[1].options", "is only for a fence-agent", false},
        {"program = \"/usr/sbin/fence_apc\"",
         "options = \"ip=192.0.2.1\\n action = off\"; program = \"/usr/sbin/fence_apc\"", "off-1",
         "acts[0].options", "gives the action; leave that line out", false},
        {"program = \"/usr/sbin/fence_apc\"",
         "options = \"option=off\"; program = \"/usr/sbin/fence_apc\"", "off-1", "acts[0].options",
         "gives the action", false},
        {"{ name = \"route-line-1\"",
         "{ name = \"off-1\"; kind = \"script\"; program = \"/opt/off\"; },{ name = "
         "\"route-line-1\"",
         "route-line-1", "acts[1].name", "already taken", false},
        {"name = \"route-line-1\"; kind = \"route\"", "name = \"x\"; kind = \"root\"", "\"root\"",
         "acts[1].kind", "did you mean \"route\"?", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_servers, a_ups_feeds_only_the_servers_it_alone_carries)
{
    char *text = text_spoil(SITE_TEXT, "power = [\"ups-a\"];\n    heartbeat",
                            "power = [\"ups-b\", \"ups-a\"];\n    heartbeat");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    cr_assert_eq(site->policy.servers[0].power, 3);
    cr_assert_eq(site->policy.devices[0].feeds_servers, 0);
    cr_assert_eq(site->policy.devices[1].feeds_servers, 2);
    cfg_site_free(site);
    unlink(path);
    free(path);
    free(text);
    free(findings);
}

Test(decode_servers, several_levels_of_fencing_keep_their_order)
{
    char *acts = text_spoil(SITE_TEXT, "  { name = \"route-line-1\"",
                            "  { name = \"off-2\"; kind = \"script\"; program = \"/opt/off\"; },\n"
                            "  { name = \"route-line-1\"");
    char *text = text_spoil(acts, "host = \"10.1.1.1:22\";",
                            "host = \"10.1.1.1:22\"; fence = [\"off-2\", \"off-1\"];\n"
                            "fence_required = true; virtual_machine = true;");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    cr_assert_str_eq(site->servers[0].fence[0], "off-2");
    cr_assert_str_eq(site->servers[0].fence[1], "off-1");
    cr_assert_null(site->servers[0].fence[2]);
    cr_assert(site->policy.servers[0].fence_required);
    cr_assert(site->policy.servers[0].fence_available);
    cr_assert_not(site->policy.servers[1].fence_available);
    cfg_site_free(site);
    unlink(path);
    free(path);
    free(text);
    free(acts);
    free(findings);
}
