/* SPDX-License-Identifier: Apache-2.0 */
/* The relations between the numbers of the lease, and the risk of serving alone. */
#include "tests/unit/config/site_text.h"

Test(lease_text, a_lease_that_does_not_fit_its_interval_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"lease = \"600ms\"", "lease = \"299ms\"", "299ms", "heartbeat.lease",
         "at least 300ms, better 550ms", false},
        {"lease = \"600ms\"", "lease = \"549ms\"", "549ms", "heartbeat.lease", "550ms is calmer",
         true},
        {"lease = \"600ms\"", "lease = \"1001ms\"", "1001ms", "heartbeat.lease",
         "must not be longer than lease_max", false},
        {"lease = \"600ms\"", "lease = \"600ms\"; lease_max = \"2s\"", "2s", "heartbeat.lease_max",
         "only for intervals above 80ms", false},
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

Test(lease_text, a_single_network_is_a_warning_and_two_with_a_short_lease)
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

Test(lease_text, what_is_accepted_the_engine_accepts_as_well)
{
    static const char *const leases[] = {
        "interval = \"10ms\"; lease = \"120ms\"", "interval = \"20ms\"; lease = \"250ms\"",
        "interval = \"1s\"; lease = \"12s\"; lease_max = \"60s\"",
        "interval = \"50ms\"; lease = \"600ms\"; gate_margin = \"50ms\"; drift = \"500ppm\"",
        "interval = \"50ms\"; lease = \"1s\"; margin = \"100ms\""};
    for (unsigned i = 0; i < sizeof leases / sizeof leases[0]; i++) {
        char *text = text_spoil(SITE_TEXT, "interval = \"50ms\"; lease = \"600ms\"", leases[i]);
        char *calm = text_spoil(text, "recovery_time = \"60s\"", "recovery_time = \"5min\"");
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        char *path = text_write(calm, strlen(calm));
        struct site *site = cfg_site_load(path, findings);
        cr_assert_not_null(site, "%s", leases[i]);
        cr_assert(fo_lease_params_valid(&site->policy.lease), "%s", leases[i]);
        cfg_site_free(site);
        unlink(path);
        free(path);
        free(calm);
        free(text);
        free(findings);
    }
}
