/* SPDX-License-Identifier: Apache-2.0 */
/* Acts that set objects of a router: what is refused, and what the executor gets. */
#include "config/drill.h"
#include "tests/unit/config/site_text.h"

#include <arpa/inet.h>

static const char snmp_act[] =
    "{ name = \"route-line-1\"; kind = \"snmp-set\";\n"
    "    address = \"192.0.2.31:161\";\n"
    "    snmp = { community = \"router-key\"; };\n"
    "    set = (\n"
    "      { oid = \"1.3.6.1.2.1.4.21.1.7.0.0.0.0\"; type = \"ip-address\";\n"
    "        value = \"192.0.2.1\"; },\n"
    "      { oid = \"1.3.6.1.2.1.2.2.1.7.3\"; type = \"integer\"; value = \"-1\"; },\n"
    "      { oid = \"1.3.6.1.4.1.99999.1.0\"; type = \"unsigned\"; value = \"4294967295\"; },\n"
    "      { oid = \"1.3.6.1.2.1.1.6.0\"; type = \"text\"; value = \"way-b\"; } ); }";

static char *site_text(void)
{
    return text_spoil(SITE_TEXT, "{ name = \"route-line-1\"; kind = \"route\"; }", snmp_act);
}

#define LONG_72 "123456789012345678901234567890123456789012345678901234567890123456789012"

Test(snmp_set, a_defect_of_an_object_is_found_at_its_line_with_a_hint)
{
    static const struct defect defects[] = {
        {"1.3.6.1.2.1.2.2.1.7.3", "ifAdminStatus.3", "ifAdminStatus", "acts[1].set[1].oid",
         "is no whole OID; write its numbers from the top", false},
        {"\"1.3.6.1.2.1.2.2.1.7.3", "\".1.3.6.1.2.1.2.2.1.7.3", "\"integer\"", "acts[1].set[1].oid",
         "no dot before them", false},
        {"1.3.6.1.2.1.2.2.1.7.3", "2.2.1.7.3", "\"integer\"", "acts[1].set[1].oid",
         "is no whole OID", false},
        {"1.3.6.1.2.1.2.2.1.7.3", "1.3", "\"integer\"", "acts[1].set[1].oid", "is no whole OID",
         false},
        {"1.3.6.1.2.1.2.2.1.7.3", "1.4.6", "\"integer\"", "acts[1].set[1].oid", "is no whole OID",
         false},
        {"1.3.6.1.2.1.2.2.1.7.3", "1.3.6.1.2.1.4.21.1.7.0.0.0.0", "\"integer\"",
         "acts[1].set[1].oid", "is listed twice", false},
        {"oid = \"1.3.6.1.2.1.2.2.1.7.3\"; ", "", "\"integer\"", "acts[1].set[1].oid", "is missing",
         false},
        {"\"integer\"", "\"intger\"", "intger", "acts[1].set[1].type", "did you mean \"integer\"?",
         false},
        {"\"-1\"", "\"up(1)\"", "\"integer\"", "acts[1].set[1].value", "not its name in the MIB",
         false},
        {"\"-1\"", "\"2147483648\"", "\"integer\"", "acts[1].set[1].value", "is no integer", false},
        {"\"-1\"", "\"-2147483649\"", "\"integer\"", "acts[1].set[1].value", "is no integer",
         false},
        {"\"-1\"", "\"-\"", "\"integer\"", "acts[1].set[1].value", "is no integer", false},
        {"\"-1\"", "-1", "\"integer\"", "acts[1].set[1].value", "a text in quotation marks", false},
        {"\"4294967295\"", "\"4294967296\"", "\"unsigned\"", "acts[1].set[2].value",
         "is no unsigned number; write 0", false},
        {"\"4294967295\"", "\"-1\"", "\"unsigned\"", "acts[1].set[2].value",
         "is no unsigned number", false},
        {"value = \"192.0.2.1\"", "value = \"192.0.2\"", "value = \"192.0.2\"",
         "acts[1].set[0].value", "\"192.0.2\"", false},
        {"\"way-b\"", "\"" LONG_72 "\"", "\"text\"", "acts[1].set[3].value",
         "is longer than 71 bytes", false},
        {"\"way-b\"; }",
         "\"1\"; }, { oid = \"1.3.1\"; type = \"text\"; value = \"1\"; },"
         "{ oid = \"1.3.2\"; type = \"text\"; value = \"1\"; },"
         "{ oid = \"1.3.3\"; type = \"text\"; value = \"1\"; },"
         "{ oid = \"1.3.4\"; type = \"text\"; value = \"1\"; },"
         "{ oid = \"1.3.5\"; type = \"text\"; value = \"1\"; }",
         "set = (", "acts[1].set", "at most 8", false},
    };
    char *good = site_text();
    DEFECTS_CHECK(good, false, defects);
    free(good);
}

Test(snmp_set, a_defect_of_the_act_is_found_at_its_line_with_a_hint)
{
    static const struct defect defects[] = {
        {"\"192.0.2.31:161\"", "\"192.0.2.31\"", "192.0.2.31", "acts[1].address", "has no port",
         false},
        {"    address = \"192.0.2.31:161\";\n", "", "route-line-1", "acts[1].address",
         "is missing; an snmp-set needs the router's", false},
        {"    snmp = { community = \"router-key\"; };\n", "", "route-line-1", "acts[1].snmp",
         "is missing", false},
        {"community = \"router-key\"", "version = \"1\"; community = \"router-key\"", "router-key",
         "acts[1].snmp.version", "must be \"2c\" or \"3\"", false},
        {"router-key", "router-key", "router-key", "acts[1].snmp.community", "in plain text", true},
        {"community = \"router-key\"", "version = \"3\"", "version = \"3\"", "acts[1].snmp.user",
         "version 3 needs a user", false},
        {"\"snmp-set\";", "\"snmp-set\"; program = \"/bin/snmpset\";", "route-line-1",
         "acts[1].program", "speaks to the router itself", false},
        {"\"snmp-set\";", "\"snmp-set\"; options = \"a=b\";", "route-line-1", "acts[1].options",
         "is only for", false},
        {"\"snmp-set\";", "\"snmp-set\"; timeout = \"10s\";", "route-line-1", "acts[1].timeout",
         "must be at most 9s", false},
        {"\"snmp-set\";", "\"snmp-set\"; timeout = \"3s\";", "route-line-1",
         "acts[1].exchange_timeout", "must be at most 750ms, a quarter of timeout", false},
        {"{ name = \"route-line-1\"", "{ name = \"router-line-1\"", "router-line-1", "acts[1].name",
         "leads to no line, so nothing ever asks for it", false},
        {"\"10.1.1.1:22\";", "\"10.1.1.1:22\"; fence = [\"route-line-1\"];", "10.1.1.1:22",
         "servers[0].fence", "is an snmp-set", false},
        {"kind = \"fence-agent\";", "kind = \"fence-agent\"; address = \"192.0.2.9:161\";",
         "fence-agent", "acts[0].address", "is only for an snmp-set", false},
        {"kind = \"fence-agent\";", "kind = \"fence-agent\"; exchange_timeout = \"1s\";",
         "fence-agent", "acts[0].exchange_timeout", "is only for an snmp-set", false},
    };
    char *good = site_text();
    DEFECTS_CHECK(good, false, defects);
    free(good);
}

Test(snmp_set, an_act_that_sets_nothing_is_refused)
{
    static const struct defect defects[] = {
        {"set = ( );", "set = (  );", "set = (  )", "acts[1].set", "names no object", false},
        {"set = ( );", "", "route-line-1", "acts[1].set", "names no object", false},
    };
    char *text = site_text();
    char *from = strstr(text, "set = (\n") + strlen("set = ("), *to = strstr(from, " ); }");
    memmove(from, to, strlen(to) + 1);
    DEFECTS_CHECK(text, false, defects);
    free(text);
}

static struct site *site_load(void)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = site_text(), *path = text_write(text, strlen(text));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    unlink(path);
    free(path);
    free(text);
    free(findings);
    return site;
}

Test(snmp_set, the_executor_gets_what_is_written)
{
    struct site *site = site_load();
    const struct cfg_act *act = &site->acts[1];
    cr_assert_str_eq(act->kind, "snmp-set");
    cr_assert_str_eq(act->snmp.community, "router-key");
    cr_assert_eq(act->timeout_us, 8 * FO_SECOND);
    cr_assert_eq(act->exchange_us, FO_SECOND);
    cr_assert_gt(act->address.length, 0);
    cr_assert_eq(act->value_count, 4);
    cr_assert_eq(act->values[0].oid.length, 14);
    cr_assert_eq(act->values[0].integer, 0xc0000201);
    cr_assert_eq(act->values[1].integer, -1);
    cr_assert_eq(act->values[2].type, CFG_SNMP_UNSIGNED);
    cr_assert_eq(act->values[2].integer, 4294967295);
    cr_assert_str_eq(act->values[3].text, "way-b");
    cfg_site_free(site);
}

Test(snmp_set, in_the_twin_of_a_drill_a_program_stands_for_it_and_no_router_is_known)
{
    struct site *site = site_load();
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert(cfg_site_drill(site, "/run/drill/1", findings));
    cr_assert_str_eq(site->acts[1].kind, "script");
    cr_assert_str_eq(site->acts[1].program, "/run/drill/1/act-route-line-1");
    cr_assert_eq(site->acts[1].address.length, 0);
    cr_assert_null(site->acts[1].snmp.community);
    cfg_site_free(site);
    free(findings);
}
