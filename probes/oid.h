/* SPDX-License-Identifier: Apache-2.0 */
/* Object identifiers as plain arcs, compared and written out. Pure; everything of SNMP stands on
 * it. */
#ifndef PROBES_OID_H
#define PROBES_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_OID_MAX 24 /* arcs of the longest OID we ask or accept */

struct pb_oid {
    uint32_t arcs[PB_OID_MAX];
    uint8_t length;
};

bool pb_oid_equal(const struct pb_oid *a, const struct pb_oid *b);
/* Whether oid begins with the arcs of prefix. */
bool pb_oid_begins(const struct pb_oid *oid, const struct pb_oid *prefix);
/* "1.3.6.1.2.1.33.1.4.1.0"; always terminated, cut when it does not fit. */
void pb_oid_format(const struct pb_oid *oid, char *text, size_t size);

#endif
