/* SPDX-License-Identifier: Apache-2.0 */
/* Which profile an SNMP card has, by what it answers and not by sysObjectID, which cards fill in as
 * they like. First every profile's source of the load is asked for; where several answer, or none,
 * charge, runtime, voltage and load are asked for as well. Pure; the SNMP driver feeds it. */
#ifndef PROBES_SNMP_DETECT_H
#define PROBES_SNMP_DETECT_H

#include "config/profile_library.h"
#include "probes/snmp_map.h"

#define PB_DETECT_KEYS_MAX (CFG_PROFILES_MAX * 5)

enum pb_detect_stage { PB_DETECT_SOURCES, PB_DETECT_VALUES, PB_DETECT_DONE };
struct pb_detect_key {
    uint8_t profile; /* index in the library */
    uint8_t point;   /* of that profile, or UINT8_MAX - n for its n-th object of `identify` */
    bool open, usable;
};
struct pb_snmp_detect {
    const struct cfg_profiles *profiles;
    uint8_t kind; /* enum fo_device_kind: only profiles of this kind are looked for */
    uint8_t stage;
    uint16_t count;
    struct pb_detect_key keys[PB_DETECT_KEYS_MAX];
    uint16_t asked[PB_SNMP_BATCH];
    uint8_t asked_count;
    uint8_t batch;
    const struct cfg_profile *found; /* decided; NULL: none */
};

/* profiles may be NULL: then nothing is found. They must outlive the search and what it finds. */
void pb_snmp_detect_init(struct pb_snmp_detect *detect, const struct cfg_profiles *profiles,
                         uint8_t kind);
/* The next request; false when all is known. Followed by pb_snmp_detect_answer. */
bool pb_snmp_detect_ask(struct pb_snmp_detect *detect, struct pb_snmp_request *request);
void pb_snmp_detect_answer(struct pb_snmp_detect *detect, const struct pb_snmp_answer *answer);
/* The profile, once pb_snmp_detect_ask has returned false; NULL when the card has none of them. */
const struct cfg_profile *pb_snmp_detect_choice(const struct pb_snmp_detect *detect);

#endif
