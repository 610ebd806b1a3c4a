/* SPDX-License-Identifier: Apache-2.0 */
/* Services: class 2 has a recovery time, and one that can be kept. */
#include "tests/unit/config/site_text.h"

Test(decode_services, a_defect_of_a_service_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {" recovery_time = \"60s\";", "", "service-1", "services[0].recovery_time",
         "availability class 2 needs the time", false},
        {"availability_class = 2", "class = 2; availability_class = 2", "service-1",
         "services[0].class", "unknown key in a service; did you mean \"availability_class\"?",
         false},
        {"availability_class = 2", "availability_class = 3", "service-1",
         "services[0].availability_class", "must be 1 … 2", false},
        {"recovery_time = \"60s\"", "recovery_time = 60", "service-1", "services[0].recovery_time",
         "60 has no unit", false},
        {"recovery_time = \"60s\";\n    needs = [\"server\", \"line-1\"]",
         "recovery_time = \"2s\"; needs = [\"server\"]", "service-1", "services[0].recovery_time",
         "cannot be met: a take-over may last", false},
        {"recovery_time = \"60s\"", "recovery_time = \"5s\"", "service-1",
         "services[0].recovery_time", "shorter than a take-over with its proof", true},
        {"interface = \"eth3\";", "interface = \"eth3\"; interval = \"1min\";", "service-1",
         "services[0].recovery_time", "is noticed only after 180500ms", false},
        {"[\"server\", \"line-1\"]", "[\"sever\", \"line-1\"]", "[\"sever", "services[0].needs[0]",
         "no line is called \"sever\"; did you mean \"server\"?", false},
        {"[\"server\", \"line-1\"]", "[]", "needs = []", "services[0].needs", "is empty", false},
        {"kind = \"http\"; address", "kind = \"htp\"; address", "10.1.1.9:80",
         "services[0].check.kind", "did you mean \"http\"?", false},
        {"kind = \"http\"; address", "address", "10.1.1.9:80", "services[0].check.kind",
         "is missing", false},
        {"address = \"10.1.1.9:80\"; ", "", "/health", "services[0].check.address", "is missing",
         false},
        {"kind = \"http\"; address", "kind = \"tcp\"; address", "/health", "services[0].check.path",
         "is only for kind", false},
        {"needs = [\"server\", \"line-1\"];",
         "needs = [\"server\"]; address6 = \"2001:db8::9/64\";", "address6", "services[0].address6",
         "without a port or a prefix", false},
        {"needs = [\"server\", \"line-1\"];", "needs = [\"line-1\"]; address6 = \"2001:db8::9\";",
         "address6", "services[0].address6", "only for a service that needs \"server\"", false},
        {"path = \"/health\"", "path = \"health\"", "\"health\"", "services[0].check.path",
         "must begin with", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_services, a_service_on_the_servers_without_a_check_is_a_warning)
{
    static const struct defect defects[] = {
        {"    check = { kind = \"http\"; address = \"10.1.1.9:80\"; path = \"/health\"; }; } );",
         "} );", "service-1", "services[0].check", "only the agents say", true},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_services, the_ipv6_address_that_moves_with_a_service_is_kept)
{
    struct cfg_findings findings = {0};
    char *text = text_spoil(SITE_TEXT, "needs = [\"server\", \"line-1\"];",
                            "needs = [\"server\", \"line-1\"]; address6 = \"2001:db8::9\";");
    struct site *site = cfg_site_read("site", text, strlen(text), NULL, &findings);
    cr_assert_not_null(site);
    cr_assert_eq(site->services[0].address6.s6_addr[15], 9);
    cfg_site_free(site);
    free(text);
}
