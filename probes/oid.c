/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing and writing object identifiers. It never parses text: all OIDs come
 * from profiles or from the wire. */
#include "probes/oid.h"

#include "failover/assert.h"

#include <stdio.h>
#include <string.h>

bool pb_oid_equal(const struct cfg_oid *a, const struct cfg_oid *b)
{
    return a->length == b->length && memcmp(a->arcs, b->arcs, a->length * sizeof a->arcs[0]) == 0;
}

bool pb_oid_begins(const struct cfg_oid *oid, const struct cfg_oid *prefix)
{
    return oid->length >= prefix->length &&
           memcmp(oid->arcs, prefix->arcs, prefix->length * sizeof prefix->arcs[0]) == 0;
}

bool pb_oid_follows(const struct cfg_oid *a, const struct cfg_oid *b)
{
    unsigned shared = a->length < b->length ? a->length : b->length;
    for (unsigned i = 0; i < shared; i++) {
        if (a->arcs[i] != b->arcs[i]) {
            return a->arcs[i] > b->arcs[i];
        }
    }
    return a->length > b->length;
}

struct cfg_oid pb_oid_with_zero(struct cfg_oid oid)
{
    FO_ASSERT(oid.length < CFG_OID_MAX);
    oid.arcs[oid.length++] = 0;
    return oid;
}

void pb_oid_format(const struct cfg_oid *oid, char *text, size_t size)
{
    size_t at = 0;
    FO_ASSERT(size > 0);
    text[0] = '\0';
    for (unsigned i = 0; i < oid->length && at < size; i++) {
        int written = snprintf(text + at, size - at, i == 0 ? "%u" : ".%u", oid->arcs[i]);
        FO_ASSERT(written > 0);
        at += (size_t)written;
    }
}
