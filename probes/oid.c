/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing and writing object identifiers. It never parses text: all OIDs of this project are
 * tables or come from the wire. */
#include "probes/oid.h"

#include "failover/assert.h"

#include <stdio.h>
#include <string.h>

bool pb_oid_equal(const struct pb_oid *a, const struct pb_oid *b)
{
    return a->length == b->length && memcmp(a->arcs, b->arcs, a->length * sizeof a->arcs[0]) == 0;
}

bool pb_oid_begins(const struct pb_oid *oid, const struct pb_oid *prefix)
{
    return oid->length >= prefix->length &&
           memcmp(oid->arcs, prefix->arcs, prefix->length * sizeof prefix->arcs[0]) == 0;
}

void pb_oid_format(const struct pb_oid *oid, char *text, size_t size)
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
