/* SPDX-License-Identifier: Apache-2.0 */
/* The search for a card's profile, one bit per profile. It settles at least one profile with each
 * answer, so it ends; the SNMP driver runs it for devices whose profile is "auto". */
#include "probes/snmp_detect.h"

#include "failover/assert.h"

#include <string.h>

#define ERROR_TOO_BIG 1

void pb_snmp_detect_init(struct pb_snmp_detect *detect)
{
    unsigned count;
    memset(detect, 0, sizeof *detect);
    (void)pb_snmp_profiles(&count);
    FO_ASSERT(count < 16);
    detect->open = (uint16_t)((1U << count) - 1);
    detect->batch = PB_SNMP_BATCH;
}

bool pb_snmp_detect_ask(struct pb_snmp_detect *detect, struct pb_snmp_request *request)
{
    unsigned count;
    const struct pb_snmp_profile *const *profiles = pb_snmp_profiles(&count);

    memset(request, 0, sizeof *request);
    for (unsigned i = 0; i < count && request->count < detect->batch; i++) {
        if (detect->open & 1U << i) {
            detect->asked[request->count] = (uint8_t)i;
            request->oids[request->count++] =
                pb_snmp_profile_oid(profiles[i], pb_snmp_profile_source(profiles[i]), false);
        }
    }
    detect->asked_count = request->count;
    return request->count > 0;
}

static void settle(struct pb_snmp_detect *detect, unsigned profile, bool found)
{
    detect->open = (uint16_t)(detect->open & ~(1U << profile));
    if (found) {
        detect->found = (uint16_t)(detect->found | 1U << profile);
    }
}

void pb_snmp_detect_answer(struct pb_snmp_detect *detect, const struct pb_snmp_answer *answer)
{
    unsigned count = detect->asked_count;

    FO_ASSERT(count > 0);
    detect->asked_count = 0;
    if (answer->error_status == ERROR_TOO_BIG && count > 1) {
        detect->batch = (uint8_t)(count / 2);
        return;
    }
    if (answer->error_status != 0 && answer->error_index >= 1 &&
        (unsigned)answer->error_index <= count) {
        settle(detect, detect->asked[answer->error_index - 1], false);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        settle(detect, detect->asked[i],
               answer->error_status == 0 && i < answer->count &&
                   answer->varbinds[i].type == PB_SNMP_INTEGER);
    }
}

const struct pb_snmp_profile *pb_snmp_detect_choice(const struct pb_snmp_detect *detect)
{
    unsigned count;
    const struct pb_snmp_profile *const *profiles = pb_snmp_profiles(&count);
    FO_ASSERT(detect->open == 0);
    for (unsigned i = 0; i < count; i++) {
        if (detect->found & 1U << i) {
            return profiles[i];
        }
    }
    return NULL;
}
