/* SPDX-License-Identifier: Apache-2.0 */
/* The site of the engine's test world as a recording needs it: its policy, and a name for each
 * thing. What runs over recordings is tested with it. */
#ifndef TESTS_LIB_RECORDED_SITE_H
#define TESTS_LIB_RECORDED_SITE_H

#include "config/site.h"
#include "tests/lib/engine_fixture.h"

FIXTURE void recorded_site(struct site *site)
{
    static const char *const devices[] = {"ups-a", "ups-b", "gen-1", "ats-1", "ups-c"};

    site->policy = world.policy;
    site->timezone = "Asia/Tokyo";
    site->device_count = site->policy.device_count;
    site->line_count = site->policy.line_count;
    site->service_count = site->policy.service_count;
    site->channel_count = site->policy.channel_count;
    site->person_count = site->policy.person_count;
    for (unsigned i = 0; i < site->device_count; i++) {
        site->devices[i].name = devices[i % 5];
    }
    site->servers[0].name = "dispatch-1";
    site->servers[1].name = "dispatch-2";
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        site->lines[i].name = i == 0 ? "line-a" : "line-b";
    }
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        site->services[i].name = "service";
    }
    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        site->channels[i].name = "channel";
    }
}

#endif
