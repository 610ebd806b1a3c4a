/* SPDX-License-Identifier: Apache-2.0 */
/* The site itself and its heartbeat networks. */
#include "tests/unit/config/site_text.h"

Test(decode_site, a_defect_of_site_or_heartbeat_is_found_at_its_line)
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
         "unknown key in a site file; did you mean \"site\"?", false},
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
