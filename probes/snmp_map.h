/* SPDX-License-Identifier: Apache-2.0 */
/* One poll of an SNMP card as a pure machine: which request comes next, and what an answer means.
 * It learns which objects a card does not have, degrades by object and never makes a value up. The
 * SNMP driver feeds it; snmp_reading.h makes the reading; tests and the fuzzer do both by hand. */
#ifndef PROBES_SNMP_MAP_H
#define PROBES_SNMP_MAP_H

#include "failover/reason.h"
#include "probes/material.h"

#define PB_SNMP_BATCH 12         /* objects in one request */
#define PB_SNMP_ALARM_ROWS 32    /* rows of the alarm table read at most */
#define PB_SNMP_RELEARN_POLLS 64 /* objects found missing are asked again after so many polls */
#define PB_SNMP_ALARM_POLLS 8 /* an unchanged number of alarms is looked at again after so many */
#define PB_SNMP_TEXT_MAX 71

enum pb_snmp_type {
    PB_SNMP_INTEGER, /* INTEGER, Gauge32, Counter32, TimeTicks, Unsigned32, Counter64 below 2^63 */
    PB_SNMP_OID,
    PB_SNMP_MISSING,  /* noSuchObject, noSuchInstance, endOfMibView, NULL */
    PB_SNMP_FRACTION, /* a float, in thousandths */
    PB_SNMP_TEXT,
    PB_SNMP_ADDRESS, /* IpAddress, as a number in the order of the host */
    PB_SNMP_OTHER    /* a Counter64 from 2^63 … */
};
struct pb_snmp_varbind {
    struct cfg_oid oid;
    uint8_t type; /* enum pb_snmp_type */
    int64_t integer;
    struct cfg_oid value;            /* PB_SNMP_OID */
    char text[PB_SNMP_TEXT_MAX + 1]; /* PB_SNMP_TEXT; cut when longer */
    uint32_t length;                 /* PB_SNMP_TEXT: bytes as the card has it, not cut */
};
struct pb_snmp_request {
    bool next; /* GETNEXT, else GET */
    uint8_t count;
    struct cfg_oid oids[PB_SNMP_BATCH];
};
/* error_status and error_index as in RFC 3416: noSuchName 2, tooBig 1, genErr 5; index from 1. */
struct pb_snmp_answer {
    int error_status, error_index;
    unsigned count; /* of varbinds, at most PB_SNMP_BATCH; more are dropped by the session */
    struct pb_snmp_varbind varbinds[PB_SNMP_BATCH];
};

struct pb_snmp_map {
    const struct cfg_profile *profile;
    const struct cfg_device *device; /* its scales; NULL: none */
    struct pb_cell cells[CFG_POINTS_MAX];
    struct pb_cell uptime; /* sysUpTime: the card's own clock */
    struct pb_memory memory;
    uint32_t polls;
    uint8_t batch;                /* objects per request; smaller after tooBig */
    uint8_t asked[PB_SNMP_BATCH]; /* points; PB_SNMP_UPTIME the card's clock */
    uint8_t asked_count;
    bool answered; /* this poll has had an answer */
    bool walking, walked;
    uint8_t walked_rows;
    struct cfg_oid cursor;
    uint32_t alarms; /* bit per enum fo_ups_alarm */
    uint16_t alarms_reason;
    bool alarms_known;
    bool walk_valid; /* the three below are of a walk that reached its end */
    uint32_t walk_alarms, walk_poll;
    int64_t walk_count; /* rows there should be */
    int64_t on_seconds; /* last raw, to see that it moves */
    fo_us on_seconds_us;
    uint64_t still_hash; /* of all measurements, to see that one of them moves */
    fo_us still_us;
    int64_t still_uptime;
    uint8_t origin[FO_VARIABLE_COUNT]; /* point each value of the last reading came from */
};
#define PB_SNMP_UPTIME CFG_POINTS_MAX

/* device: whose scales and frozen_after count; NULL: none and never. Both must outlive the map. */
void pb_snmp_map_init(struct pb_snmp_map *map, const struct cfg_profile *profile,
                      const struct cfg_device *device);
/* A new poll begins: forgets what will be asked again. */
void pb_snmp_map_begin(struct pb_snmp_map *map);
/* The next request of this poll; false when the poll is complete. Each call that returned true must
 * be followed by pb_snmp_map_answer or pb_snmp_map_silent. */
bool pb_snmp_map_ask(struct pb_snmp_map *map, struct pb_snmp_request *request);
void pb_snmp_map_answer(struct pb_snmp_map *map, const struct pb_snmp_answer *answer);
/* No answer to the last request: what is still due is absent for this poll, which is complete. When
 * nothing has answered in this poll, older values are forgotten too. */
void pb_snmp_map_silent(struct pb_snmp_map *map, enum fo_reason reason);
#endif
