/* SPDX-License-Identifier: Apache-2.0 */
/* Object identifiers as plain arcs, compared and written out. Pure; everything of SNMP stands on
 * it. */
#ifndef PROBES_OID_H
#define PROBES_OID_H

#include "config/profile.h"

bool pb_oid_equal(const struct cfg_oid *a, const struct cfg_oid *b);
/* Whether oid begins with the arcs of prefix. */
bool pb_oid_begins(const struct cfg_oid *oid, const struct cfg_oid *prefix);
/* Whether a comes after b in the order of a walk. */
bool pb_oid_follows(const struct cfg_oid *a, const struct cfg_oid *b);
/* oid with one more .0 at its end. */
struct cfg_oid pb_oid_with_zero(struct cfg_oid oid);
/* "1.3.6.1.2.1.33.1.4.1.0"; always terminated, cut when it does not fit. */
void pb_oid_format(const struct cfg_oid *oid, char *text, size_t size);

#endif
