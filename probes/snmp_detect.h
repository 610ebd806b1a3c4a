/* SPDX-License-Identifier: Apache-2.0 */
/* Which profile an SNMP card has: asks for the one object of each profile that says where the load
 * is fed from, and takes the first profile in order of preference that answers. It does not look at
 * sysObjectID, which cards fill in as they like. Pure; the SNMP driver feeds it. */
#ifndef PROBES_SNMP_DETECT_H
#define PROBES_SNMP_DETECT_H

#include "probes/snmp_map.h"

struct pb_snmp_detect {
    uint16_t open;  /* bit per profile not yet decided */
    uint16_t found; /* bit per profile that answered with a number */
    uint8_t asked[PB_SNMP_BATCH];
    uint8_t asked_count;
    uint8_t batch;
};
void pb_snmp_detect_init(struct pb_snmp_detect *detect);
/* The next request; false when all is known. Followed by pb_snmp_detect_answer. */
bool pb_snmp_detect_ask(struct pb_snmp_detect *detect, struct pb_snmp_request *request);
void pb_snmp_detect_answer(struct pb_snmp_detect *detect, const struct pb_snmp_answer *answer);
/* The profile, once pb_snmp_detect_ask has returned false; NULL when the card has none of them. */
const struct pb_snmp_profile *pb_snmp_detect_choice(const struct pb_snmp_detect *detect);

#endif
