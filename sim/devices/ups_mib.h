/* SPDX-License-Identifier: Apache-2.0 */
/* A UPS as the objects of RFC 1628 (UPS-MIB, 1.3.6.1.2.1.33) and the system group of RFC 3418:
 * a list in the order of the object identifiers, made anew for each request. Pure: no socket and no
 * SNMP library; snmp_agent.c serves the list. */
#ifndef SIM_DEVICES_UPS_MIB_H
#define SIM_DEVICES_UPS_MIB_H

#include "sim/plant/ups.h"

#include <stddef.h>

#define SIM_OID_MAX 18
#define SIM_OBJECTS_MAX 128

enum sim_object_type {
    SIM_OBJECT_INTEGER,
    SIM_OBJECT_GAUGE,
    SIM_OBJECT_COUNTER,
    SIM_OBJECT_TICKS, /* hundredths of a second */
    SIM_OBJECT_TEXT,
    SIM_OBJECT_OID
};
struct sim_object {
    uint32_t name[SIM_OID_MAX];
    uint8_t length;
    uint8_t type; /* enum sim_object_type */
    uint8_t oid_length;
    int64_t number;
    const char *text; /* static or the caller's */
    uint32_t oid[SIM_OID_MAX];
};
struct sim_object_list {
    size_t count;
    struct sim_object objects[SIM_OBJECTS_MAX];
};

/* Clears the list and fills it, in order. name: sysName and upsIdentName, must outlive the list.
 * upsEstimatedMinutesRemaining is in MINUTES, 1 or more (PositiveInteger); upsSecondsOnBattery in
 * seconds. */
void sim_ups_mib_fill(struct sim_object_list *list, const struct sim_ups *ups, const char *name,
                      uint64_t uptime_ms);
/* Order of two names: below, equal or above zero. */
int sim_oid_compare(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length);
/* The object of exactly this name, or NULL. */
const struct sim_object *sim_object_find(const struct sim_object_list *list, const uint32_t *name,
                                         size_t length);
/* The first object after this name, or NULL at the end. */
const struct sim_object *sim_object_next(const struct sim_object_list *list, const uint32_t *name,
                                         size_t length);

#endif
