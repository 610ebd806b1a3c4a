/* SPDX-License-Identifier: Apache-2.0 */
/* Incident names, written and read (see incident_name.h). The day is not checked against the
 * calendar: only the incident itself knows its own. */
#include "monitord/incident_name.h"

#include "monitord/wall_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define DAY_DIGITS 8
#define NUMBER_DIGITS 10 /* of UINT32_MAX */

void md_incident_name(const struct site *site, uint32_t number, fo_wall_ms opened_wall_ms,
                      char name[MD_INCIDENT_NAME_SIZE])
{
    struct tm local;

    md_wall_local(site->timezone, opened_wall_ms, &local);
    snprintf(name, MD_INCIDENT_NAME_SIZE, MD_INCIDENT_PREFIX "%04u%02u%02u-%04" PRIu32,
             (unsigned)(local.tm_year + 1900) % 10000, (unsigned)(local.tm_mon + 1) % 100,
             (unsigned)local.tm_mday % 100, number);
}

uint32_t md_incident_number(const char *name)
{
    const size_t prefix = strlen(MD_INCIDENT_PREFIX);
    size_t digits;
    unsigned long long number;

    if (name == NULL || strncmp(name, MD_INCIDENT_PREFIX, prefix) != 0) {
        return 0;
    }
    name += prefix;
    if (strspn(name, DIGITS) != DAY_DIGITS || name[DAY_DIGITS] != '-') {
        return 0;
    }
    name += DAY_DIGITS + 1;
    digits = strspn(name, DIGITS);
    if (digits == 0 || digits > NUMBER_DIGITS || name[digits] != '\0') {
        return 0;
    }
    number = strtoull(name, NULL, 10);
    return number <= UINT32_MAX ? (uint32_t)number : 0;
}
