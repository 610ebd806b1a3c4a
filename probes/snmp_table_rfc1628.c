/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of RFC 1628 (UPS-MIB, section 4) and of the makers' MIBs that kept its layout under
 * their own root. Data only; snmp_profile.c hands it out. */
#include "probes/snmp_tables.h"

/* upsOutputSource: other 1, none 2, normal 3, bypass 4, battery 5, booster 6, reducer 7. other(1)
 * has no entry: where the load is fed from is then not known. */
static const struct pb_snmp_state output_source[] = {
    {2, FO_UPS(OFF)},
    {3, FO_UPS(OL)},
    {4, FO_UPS(OL) | FO_UPS(BYPASS)},
    {5, FO_UPS(OB) | FO_UPS(DISCHRG)},
    {6, FO_UPS(OL) | FO_UPS(BOOST)},
    {7, FO_UPS(OL) | FO_UPS(TRIM)},
};
/* upsBatteryStatus: unknown 1, batteryNormal 2, batteryLow 3, batteryDepleted 4 */
static const struct pb_snmp_state battery_status[] = {{1, 0},
                                                      {2, 0},
                                                      {3, FO_UPS(LB)},
                                                      {4, FO_UPS(LB)}};

#define OFTEN PB_SNMP_OFTEN
static const struct pb_snmp_object objects[] = {
    {ARCS(4, 1, 0), STATE(PB_SNMP_SOURCE), STATES(output_source)},
    {ARCS(2, 1, 0), STATE(0), STATES(battery_status)},
    {ARCS(2, 2, 0), VALUE(BATTERY_ON_SECONDS, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 3, 0), VALUE(BATTERY_RUNTIME, MINUTES, COUNT, OFTEN)},
    {ARCS(2, 4, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN)},
    {ARCS(6, 1, 0), STATE(PB_SNMP_ALARM_COUNT)},
    {ARCS(3, 3, 1, 3, 1),
     LINE(1, FO_VAR_INPUT_L1_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 3, 1, 3, 2),
     LINE(2, FO_VAR_INPUT_L2_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 3, 1, 3, 3),
     LINE(3, FO_VAR_INPUT_L3_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(4, 4, 1, 5, 1),
     LINE(1, FO_VAR_OUTPUT_L1_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
    {ARCS(4, 4, 1, 5, 2),
     LINE(2, FO_VAR_OUTPUT_L2_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
    {ARCS(4, 4, 1, 5, 3),
     LINE(3, FO_VAR_OUTPUT_L3_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 5, 0), VALUE(BATTERY_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(2, 6, 0), VALUE(BATTERY_CURRENT, TENTHS, SIGNED, 0)},
    {ARCS(2, 7, 0), VALUE(BATTERY_TEMPERATURE, WHOLE, TEMPERATURE, 0)},
    {ARCS(3, 3, 1, 2, 1), VALUE(INPUT_FREQUENCY, TENTHS, COUNT, PB_SNMP_ROW)},
    {ARCS(4, 2, 0), VALUE(OUTPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 4, 1, 2, 1), VALUE(OUTPUT_VOLTAGE, WHOLE, COUNT, PB_SNMP_ROW)},
    {ARCS(4, 4, 1, 3, 1), LINE(1, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, TENTHS, COUNT, 0)},
    {ARCS(4, 4, 1, 3, 2), LINE(2, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, TENTHS, COUNT, 0)},
    {ARCS(4, 4, 1, 3, 3), LINE(3, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, TENTHS, COUNT, 0)},
    {ARCS(4, 4, 1, 4, 1), LINE(1, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
    {ARCS(4, 4, 1, 4, 2), LINE(2, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
    {ARCS(4, 4, 1, 4, 3), LINE(3, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
};

/* upsAlarmTable: the column upsAlarmDescr (6.2.1.2) holds OIDs under upsWellKnownAlarms (6.3). */
#define LAYOUT                                                                                   \
    .objects = objects, .count = sizeof objects / sizeof objects[0], .alarm_tail = {6, 2, 1, 2}, \
    .alarm_tail_length = 4, .known_tail = {6, 3}

const struct pb_snmp_profile pb_snmp_rfc1628 = {.name = "rfc1628",
                                                ROOT(1, 3, 6, 1, 2, 1, 33, 1),
                                                LAYOUT};
const struct pb_snmp_profile pb_snmp_jema1 = {.name = "jema-ups",
                                              ROOT(1, 3, 6, 1, 4, 1, 4550, 1, 1),
                                              LAYOUT};
const struct pb_snmp_profile pb_snmp_jema2 = {.name = "jema-ups2",
                                              ROOT(1, 3, 6, 1, 4, 1, 4550, 2, 1),
                                              LAYOUT};
const struct pb_snmp_profile pb_snmp_mitsubishi = {.name = "mitsubishi-ups",
                                                   ROOT(1, 3, 6, 1, 4, 1, 13891, 101),
                                                   LAYOUT};
