/* SPDX-License-Identifier: Apache-2.0 */
/* The profiles of SNMP cards by name and by preference, and the full OIDs of their objects. It
 * holds no value and runs nothing; snmp_map.c and snmp_detect.c walk what it hands out,
 * probe_once.c names it. */
#ifndef PROBES_SNMP_PROFILE_H
#define PROBES_SNMP_PROFILE_H

#include "probes/snmp_object.h"

/* The profile of that name, or NULL. */
const struct pb_snmp_profile *pb_snmp_profile_find(const char *name);
/* All profiles in the order in which "auto" prefers them: makers' own before the standard one,
 * because they say more. Static storage. */
const struct pb_snmp_profile *const *pb_snmp_profiles(unsigned *count);
/* The index of the object that says where the load is fed from: it proves that a card has this
 * profile. */
unsigned pb_snmp_profile_source(const struct pb_snmp_profile *profile);
/* Full OID of an object; with extra_zero the variant that ends in one more .0. */
struct pb_oid pb_snmp_profile_oid(const struct pb_snmp_profile *profile, unsigned object,
                                  bool extra_zero);

#endif
