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

static bool devices_accepted(const char *first, const char *second)
{
    char text[1024];
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    snprintf(text, sizeof text,
             "ups: ( { name = \"a\"; driver = \"snmp\"; address = \"192.0.2.1:161\"; %s } );\n"
             "%s\n",
             first, second);
    bool accepted = text_accepted(text, false, findings);
    free(findings);
    return accepted;
}

Test(crosscheck, two_devices_at_one_address_must_be_told_apart_by_something)
{
#define SECOND(list, access) \
    list ": ( { name = \"b\"; driver = \"snmp\"; address = \"192.0.2.1:161\"; " access " } );"
    static const char one[] = "snmp: { community = \"one\"; };";
    cr_assert_not(devices_accepted(one, SECOND("generators", "snmp: { version = \"9\"; };")));
    cr_assert(devices_accepted(one, SECOND("transfer_switches", "snmp: { community = \"one\"; };")),
              "one card may be a switch and what hangs on it");
    cr_assert_not(
        devices_accepted("snmp: { community = \"one\"; }; }, { name = \"c\"; driver = "
                         "\"snmp\"; address = \"192.0.2.1:161\"; snmp: { community = "
                         "\"one\"; };",
                         ""));
    cr_assert(
        devices_accepted("snmp: { community = \"one\"; }; }, { name = \"c\"; driver = "
                         "\"snmp\"; address = \"192.0.2.1:161\"; snmp: { community = "
                         "\"two\"; };",
                         ""));
#undef SECOND
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
