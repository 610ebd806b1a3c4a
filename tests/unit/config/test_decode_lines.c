/* SPDX-License-Identifier: Apache-2.0 */
/* Carrier lines: what they share is a risk and said as a warning; one line under two names is not.
 */
#include "tests/unit/config/site_text.h"

Test(decode_lines, a_defect_of_a_line_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"\"c-2\"", "\"c-1\"", "line-2", "lines[1].carrier", "the same as that of \"line-1\"",
         true},
        {"\"b-2\"", "\"b-1\"", "line-2", "lines[1].building", "the same as that of \"line-1\"",
         true},
        {"\"r-2\"", "\"r-1\"", "line-2", "lines[1].route", "the same as that of \"line-1\"", true},
        {"\"eth4\"", "\"eth3\"", "eth3\"; power = [\"ups-b\"]", "lines[1].interface",
         "is already the interface of \"line-1\"", false},
        {"\"eth4\"", "\"averylonginterface\"", "averylong", "lines[1].interface",
         "longer than 15 bytes", false},
        {"name = \"line-2\"", "name = \"line-3\"", "[\"line-1\", \"line-2\"]",
         "channels[2].needs[1]", "no line is called \"line-2\"; did you mean", false},
        {"[\"198.51.100.1\", \"203.0.113.1\"]; },", "[\"198.51.100.1\"]; },", "[\"198",
         "lines[0].targets", "one far target", true},
        {"[\"198.51.100.1\", \"203.0.113.1\"]; },", "[]; },", "targets = []", "lines[0].targets",
         "is empty", false},
        {"\"203.0.113.1\"]; },", "\"198.51.100.1\"]; },", "[\"198", "lines[0].targets",
         "is listed twice", false},
        {"\"203.0.113.1\"]; },", "\"203.0.113.1:53\"]; },", "[\"198", "lines[0].targets",
         "is not a numeric IPv4 address", false},
        {"gateway = \"10.1.3.1\"", "gateway = \"10.1.3.1:80\"", "eth3", "lines[0].gateway",
         "is not a numeric IPv4 address", false},
        {" gateway = \"10.1.3.1\";", "", "route-line-1", "acts[1].name",
         "leads to no line with a gateway", false},
        {"route-line-1", "route-line-2", "route-line-2", "acts[1].name",
         "leads to no line with a gateway", false},
        {"interface = \"eth4\";", "interface = \"eth4\"; gateway = \"10.1.4.1\";", "eth4",
         "lines[1].gateway", "is never used", true},
        {"interface = \"eth3\";", "interface = \"eth3\"; targets_bad = 3;", "eth3",
         "lines[0].targets_bad", "is more than the 2 targets", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; loss_degraded = \"0%\";", "eth3",
         "lines[0].loss_degraded", "must be 0.1% … 100%", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; return_hold = \"999ms\";", "eth3",
         "lines[0].return_hold", "must be 1s … 1d", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; leave_hold = \"9s\";", "eth3",
         "lines[0].leave_hold", "must be 10s … 1d", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; reflector = \"far.example.jp\";", "eth3",
         "lines[0].reflector", "names are not accepted", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; reflector = \"192.0.2.7:0\";", "eth3",
         "lines[0].reflector", "has a port that is not 1 … 65535", false},
        {"interface = \"eth3\";", "interface = \"eth3\"; reflector = \"[2001:db8::1]:862\";",
         "eth3", "lines[0].reflector", "is not an IPv4 address", false},
        {" power = [\"ups-a\"];\n    targets", "\n    targets", "line-1\"; carrier",
         "lines[0].power", "is not stated", true},
        {"eth4\"; power = [\"ups-b\"]", "eth4\"; power = [\"ups-a\"]", "eth4", "lines[1].power",
         "depends on the same single UPS as \"line-1\"", true},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(decode_lines, at_most_one_line_is_preferred_and_the_first_when_none_is)
{
    char *one =
        text_spoil(SITE_TEXT, "interface = \"eth4\";", "interface = \"eth4\"; preferred = true;");
    char *two = text_spoil(one, "interface = \"eth3\";", "interface = \"eth3\"; preferred = true;");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert_not(text_accepted(two, false, findings));
    cr_assert_not_null(strstr(findings->list[0].message, "2 preferred lines"));
    memset(findings, 0, sizeof *findings);
    char *path = text_write(one, strlen(one)), *none = text_write(SITE_TEXT, strlen(SITE_TEXT));
    struct site *second = cfg_site_load(path, findings), *first = cfg_site_load(none, findings);
    cr_assert(second->policy.lines[1].preferred && !second->policy.lines[0].preferred);
    cr_assert(first->policy.lines[0].preferred && !first->policy.lines[1].preferred);
    cfg_site_free(first);
    cfg_site_free(second);
    unlink(path);
    unlink(none);
    free(path);
    free(none);
    free(one);
    free(two);
    free(findings);
}

Test(decode_lines, lines_that_share_a_carrier_share_its_number)
{
    char *text = text_spoil(SITE_TEXT, "\"c-2\"", "\"c-1\"");
    char *bare = text_spoil(text, "building = \"b-1\"; ", "");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(bare, strlen(bare));
    struct site *site = cfg_site_load(path, findings);
    cr_assert_not_null(site);
    cr_assert_eq(site->policy.lines[0].carrier, site->policy.lines[1].carrier);
    cr_assert_neq(site->policy.lines[0].route, site->policy.lines[1].route);
    cr_assert_eq(site->policy.lines[0].building, FO_NONE);
    cfg_site_free(site);
    unlink(path);
    free(path);
    free(bare);
    free(text);
    free(findings);
}

Test(decode_lines, a_reflector_has_the_port_of_stamp_unless_another_is_given)
{
    char *one = text_spoil(SITE_TEXT, "interface = \"eth3\";",
                           "interface = \"eth3\"; reflector = \"192.0.2.7\";");
    char *two = text_spoil(one, "interface = \"eth4\";",
                           "interface = \"eth4\"; reflector = \"192.0.2.7:20862\";");
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *path = text_write(two, strlen(two)), *none = text_write(SITE_TEXT, strlen(SITE_TEXT));
    struct site *site = cfg_site_load(path, findings), *bare = cfg_site_load(none, findings);
    cr_assert_eq(site->lines[0].reflector.sin_family, AF_INET);
    cr_assert_eq(site->lines[0].reflector.sin_addr.s_addr, htonl(0xc0000207));
    cr_assert_eq(site->lines[0].reflector.sin_port, htons(862));
    cr_assert_eq(site->lines[1].reflector.sin_port, htons(20862));
    cr_assert_eq(bare->lines[0].reflector.sin_port, 0, "not given: the far end is not asked");
    cfg_site_free(site);
    cfg_site_free(bare);
    unlink(path);
    unlink(none);
    free(path);
    free(none);
    free(one);
    free(two);
    free(findings);
}
