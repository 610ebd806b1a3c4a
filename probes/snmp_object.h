/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of the tables that say what SNMP cards can be asked: objects under a root, their
 * scales, the sentinels and the meaning of their states. Types only; the tables fill them,
 * snmp_profile.h hands them out. */
#ifndef PROBES_SNMP_OBJECT_H
#define PROBES_SNMP_OBJECT_H

#include "probes/oid.h"
#include "probes/scale.h"

#define PB_SNMP_TAIL_MAX 9       /* arcs of an object under its profile's root */
#define PB_SNMP_OBJECTS_MAX 40   /* objects of one profile */
#define PB_SNMP_ALARMS_KNOWN 24  /* upsAlarmBatteryBad 1 … upsAlarmTestInProgress 24 (RFC 1628) */
#define PB_NO_VARIABLE UINT8_MAX /* an object that only contributes a state */

/* Beside the bits of ups.status (FO_UPS), a state may say that the card has lost its UPS. */
#define PB_STATE_CARD_LOST ((int64_t)1 << 62)
_Static_assert(FO_UPS_TOKEN_COUNT < 62, "room for the bit beside the tokens");
struct pb_snmp_state {
    int64_t raw;
    int64_t bits;
};

/* How rows of one table become one value beside their own. */
enum pb_join { PB_JOIN_NONE, PB_JOIN_LOWEST, PB_JOIN_HIGHEST, PB_JOIN_SUM };

enum pb_snmp_flag {
    PB_SNMP_OFTEN = 1,    /* asked with every poll, the others with every second one */
    PB_SNMP_ROW = 2,      /* some agents answer it with one more .0 at the end */
    PB_SNMP_FALLBACK = 4, /* only used when an earlier object of the same variable is not there */
    PB_SNMP_SOURCE = 8,   /* its state says where the load is fed from: status needs it */
    PB_SNMP_ALARM_COUNT = 16 /* number of rows of the alarm table */
};
struct pb_snmp_object {
    uint32_t tail[PB_SNMP_TAIL_MAX];
    uint8_t tail_length;
    uint8_t variable; /* enum fo_variable of this object itself, or PB_NO_VARIABLE */
    uint8_t joined;   /* the variable its row contributes to, or PB_NO_VARIABLE */
    uint8_t join;     /* enum pb_join */
    uint8_t line;     /* 1 … 3 of a table by lines; 0 not one */
    uint8_t flags;    /* set of enum pb_snmp_flag */
    uint8_t sentinels;
    struct pb_scale scale;
    const struct pb_snmp_state *states; /* NULL, or the meaning of its raw values */
    uint8_t state_count;
};
struct pb_snmp_profile {
    const char *name;
    struct pb_oid root;
    const struct pb_snmp_object *objects;
    uint8_t count;
    uint8_t alarm_tail[4]; /* column of alarm identities (RFC 1628 upsAlarmDescr); length 0: none */
    uint8_t alarm_tail_length;
    uint8_t known_tail[3]; /* parent of the well-known alarms' own OIDs */
};

#endif
