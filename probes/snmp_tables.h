/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of objects, one per MIB. Plain data; only snmp_profile.c looks at this page. */
#ifndef PROBES_SNMP_TABLES_H
#define PROBES_SNMP_TABLES_H

#include "probes/snmp_object.h"

/* snmp_table_rfc1628.c: RFC 1628 and the MIBs that have its layout under their own root */
extern const struct pb_snmp_profile pb_snmp_rfc1628;    /* 1.3.6.1.2.1.33.1 */
extern const struct pb_snmp_profile pb_snmp_jema1;      /* JEMA-UPS-MIB, 1.3.6.1.4.1.4550.1.1 */
extern const struct pb_snmp_profile pb_snmp_jema2;      /* JEMA-UPS-MIB2, 1.3.6.1.4.1.4550.2.1 */
extern const struct pb_snmp_profile pb_snmp_mitsubishi; /* 1.3.6.1.4.1.13891.101 */
/* snmp_table_vendors.c */
extern const struct pb_snmp_profile pb_snmp_apc;        /* PowerNet-MIB, 318.1.1.1 */
extern const struct pb_snmp_profile pb_snmp_xups;       /* XUPS-MIB, 534.1 */
extern const struct pb_snmp_profile pb_snmp_mge;        /* MG-SNMP-UPS-MIB, 705.1 */
extern const struct pb_snmp_profile pb_snmp_cyberpower; /* CPS-MIB, 3808.1.1.1 */
extern const struct pb_snmp_profile pb_snmp_xppc;       /* XPPC-MIB, 935.1.1.1 */

/* Shorthand of the tables: ARCS(4, 1, 0) gives tail and tail_length, STATES(table) a state table.
 */
#define ARCS(...) \
    .tail = {__VA_ARGS__}, .tail_length = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define ROOT(...) \
    .root = {.arcs = {__VA_ARGS__}, .length = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)}
#define STATES(table) .states = table, .state_count = sizeof(table) / sizeof(table)[0]
#define WHOLE   \
    {           \
        1000, 1 \
    }
#define TENTHS \
    {          \
        100, 1 \
    }
#define TICKS \
    {         \
        10, 1 \
    } /* hundredths of a second */
#define MINUTES  \
    {            \
        60000, 1 \
    } /* to seconds */
/* One value: VALUE(fo_variable, scale, sentinels, flags). */
#define VALUE(id, units, kind, flag_set)                               \
    .variable = FO_VAR_##id, .joined = PB_NO_VARIABLE, .scale = units, \
    .sentinels = PB_SENTINELS_##kind, .flags = (flag_set)
/* One row of a table by lines, which also joins a value of all lines. */
#define LINE(number, own, all, how, units, kind, flag_set)                          \
    .variable = own, .joined = FO_VAR_##all, .join = PB_JOIN_##how, .line = number, \
    .scale = units, .sentinels = PB_SENTINELS_##kind, .flags = (flag_set) | PB_SNMP_ROW
/* A state only. */
#define STATE(flag_set)                                                   \
    .variable = PB_NO_VARIABLE, .joined = PB_NO_VARIABLE, .scale = WHOLE, \
    .sentinels = PB_SENTINELS_NONE, .flags = (flag_set) | PB_SNMP_OFTEN

#endif
