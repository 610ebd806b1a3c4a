/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up profiles and puts OIDs together. It holds the order of preference of "auto" and no
 * table of its own; snmp_map.c and the SNMP driver call it. */
#include "probes/snmp_profile.h"

#include "failover/assert.h"
#include "probes/snmp_tables.h"

#include <string.h>

const struct pb_snmp_profile *const *pb_snmp_profiles(unsigned *count)
{
    static const struct pb_snmp_profile *const profiles[] = {
        &pb_snmp_apc,   &pb_snmp_xups,  &pb_snmp_mge,        &pb_snmp_cyberpower, &pb_snmp_xppc,
        &pb_snmp_jema2, &pb_snmp_jema1, &pb_snmp_mitsubishi, &pb_snmp_rfc1628};
    *count = sizeof profiles / sizeof profiles[0];
    return profiles;
}

const struct pb_snmp_profile *pb_snmp_profile_find(const char *name)
{
    unsigned count;
    const struct pb_snmp_profile *const *profiles = pb_snmp_profiles(&count);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(profiles[i]->name, name) == 0) {
            return profiles[i];
        }
    }
    return NULL;
}

unsigned pb_snmp_profile_source(const struct pb_snmp_profile *profile)
{
    for (unsigned i = 0; i < profile->count; i++) {
        if (profile->objects[i].flags & PB_SNMP_SOURCE) {
            return i;
        }
    }
    FO_ASSERT(false); /* every table has one; a test looks */
    return 0;
}

struct pb_oid pb_snmp_profile_oid(const struct pb_snmp_profile *profile, unsigned object,
                                  bool extra_zero)
{
    struct pb_oid oid = profile->root;
    FO_ASSERT(object < profile->count);
    const struct pb_snmp_object *row = &profile->objects[object];

    FO_ASSERT(oid.length + row->tail_length + 1 <= PB_OID_MAX);
    memcpy(oid.arcs + oid.length, row->tail, row->tail_length * sizeof row->tail[0]);
    oid.length = (uint8_t)(oid.length + row->tail_length);
    if (extra_zero) {
        oid.arcs[oid.length++] = 0;
    }
    return oid;
}
