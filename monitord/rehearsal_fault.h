/* SPDX-License-Identifier: Apache-2.0 */
/* One thing of a site that fails in a rehearsal, and what its failure does to what is heard: a
 * server dies, a line goes down, a UPS runs down on battery, another power device falls silent, the
 * mains go. Pure; rehearsal.c calls it. */
#ifndef MONITORD_REHEARSAL_FAULT_H
#define MONITORD_REHEARSAL_FAULT_H

#include "config/site.h"
#include "failover/event.h"

enum md_thing {
    MD_THING_NONE, /* no such name */
    MD_THING_SERVER,
    MD_THING_LINE,
    MD_THING_UPS,
    MD_THING_DEVICE,
    MD_THING_MAINS
};
struct md_rehearsal_fault {
    enum md_thing thing;
    uint8_t index; /* among its kind; meaningless for NONE and MAINS */
};

/* name: of a server, line or power device of the site, or "mains". */
struct md_rehearsal_fault md_rehearsal_fault_find(const struct site *site, const char *name);
/* One line that says that name is none, and which there are. */
void md_rehearsal_fault_names(const struct site *site, const char *name, char *error, size_t size);
/* Changes what was read or asked to what it would be with the fault. active: the server that holds
 * the lease when the thing fails, FO_NONE: none. */
void md_rehearsal_fault_reading(const struct md_rehearsal_fault *fault, const struct site *site,
                                struct fo_reading *reading);
void md_rehearsal_fault_probe(const struct md_rehearsal_fault *fault, const struct site *site,
                              uint8_t active, struct fo_probe *probe);

#endif
