/* SPDX-License-Identifier: Apache-2.0 */
/* The name of an incident for people and files, "INC-20261121-0003": the day of its opening on the
 * site's wall and its number, of at least four digits. It owns this form and its size, and knows no
 * incident: whoever writes or reads a name calls it. Pure. */
#ifndef MONITORD_INCIDENT_NAME_H
#define MONITORD_INCIDENT_NAME_H

#include "config/site.h"

#define MD_INCIDENT_PREFIX "INC-"
#define MD_INCIDENT_NAME_SIZE 24 /* "INC-20261121-4294967295" and its end */

void md_incident_name(const struct site *site, uint32_t number, fo_wall_ms opened_wall_ms,
                      char name[MD_INCIDENT_NAME_SIZE]);
/* The number in a name; 0 when the text (may be NULL) is none as a whole. Numbers begin at 1. */
uint32_t md_incident_number(const char *name);

#endif
