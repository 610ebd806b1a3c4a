/* SPDX-License-Identifier: Apache-2.0 */
/* The reading at the end of one poll of an SNMP card, and where each value of it came from. Pure;
 * the SNMP driver calls it after snmp_map.h has said that the poll is complete. */
#ifndef PROBES_SNMP_READING_H
#define PROBES_SNMP_READING_H

#include "failover/event.h"
#include "probes/snmp_map.h"

#define PB_SNMP_FROZEN_US (120 * FO_SECOND) /* seconds on battery must have moved by then */

/* The reading of this poll (device is left 0). FO_ABSENT with NO_SUCH_OBJECT when the card has none
 * of the profile's objects; FO_ABSENT with CARD_LOST_DEVICE, and stale values, when the card says
 * that it has lost its UPS. now_us only serves to see what moves: seconds on battery, and the
 * measurements as a whole while the card's own clock runs. */
void pb_snmp_reading_make(struct pb_snmp_map *map, fo_us now_us, struct fo_reading *reading);
/* Where a value of the last reading came from and its raw number. False when the variable has no
 * source in this profile. known false: raw is meaningless. */
struct pb_snmp_trace {
    struct cfg_oid oid;
    int64_t raw;
    bool known, fraction; /* fraction: raw counts thousandths */
};
bool pb_snmp_reading_trace(const struct pb_snmp_map *map, enum fo_variable variable,
                           struct pb_snmp_trace *trace);

#endif
