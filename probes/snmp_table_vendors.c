/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of makers' own MIBs: PowerNet (APC), XUPS (Eaton Powerware), MG-SNMP-UPS (Eaton
 * MGE), CPS (CyberPower), XPPC (MegaTec and the cards built on it). Data only; snmp_profile.c hands
 * it out. */
#include "probes/snmp_tables.h"

#define OFTEN PB_SNMP_OFTEN
#define FALLBACK PB_SNMP_FALLBACK
#define COUNT_OF(table) (sizeof(table) / sizeof(table)[0])
#define ON_LINE FO_UPS(OL)
#define ON_BATTERY (FO_UPS(OB) | FO_UPS(DISCHRG))
#define ON_BYPASS (FO_UPS(OL) | FO_UPS(BYPASS))

/* ---- PowerNet-MIB ---------------------------------------------------------------------------- */
/* upsBasicOutputStatus. onBatteryTest(15) and selfTest(28) look like a battery run and are none;
 * states without an entry (unknown 1, rebooting 8, hotStandby 14 …) leave the source unknown. */
static const struct pb_snmp_state apc_output[] = {
    {2, ON_LINE},
    {3, ON_BATTERY},
    {4, ON_LINE | FO_UPS(BOOST)},
    {5, FO_UPS(OFF)},
    {6, ON_BYPASS},
    {7, FO_UPS(OFF)},
    {9, ON_BYPASS},
    {10, ON_BYPASS},
    {11, FO_UPS(OFF)},
    {12, ON_LINE | FO_UPS(TRIM)},
    {13, ON_LINE | FO_UPS(ECO)},
    {15, ON_LINE | FO_UPS(TEST)},
    {16, ON_BYPASS},
    {17, ON_BYPASS},
    {18, ON_LINE | FO_UPS(ECO)},
    {28, ON_LINE | FO_UPS(TEST)},
};
static const struct pb_snmp_state apc_battery[] = {{1, 0},
                                                   {2, 0},
                                                   {3, FO_UPS(LB)},
                                                   {4, FO_UPS(RB)},
                                                   {5, FO_UPS(RB)}};
static const struct pb_snmp_state apc_replace[] = {{1, 0}, {2, FO_UPS(RB)}};
static const struct pb_snmp_state apc_communication[] = {{1, 0}, {2, PB_STATE_CARD_LOST}};
static const struct pb_snmp_object apc_objects[] = {
    {ARCS(4, 1, 1, 0), STATE(PB_SNMP_SOURCE), STATES(apc_output)},
    {ARCS(2, 1, 1, 0), STATE(0), STATES(apc_battery)},
    {ARCS(8, 1, 0), STATE(0), STATES(apc_communication)},
    {ARCS(2, 2, 4, 0), STATE(0), STATES(apc_replace)},
    {ARCS(2, 1, 2, 0), VALUE(BATTERY_ON_SECONDS, TICKS, COUNT, OFTEN)},
    {ARCS(2, 2, 3, 0), VALUE(BATTERY_RUNTIME, TICKS, COUNT, OFTEN)},
    {ARCS(2, 3, 1, 0), VALUE(BATTERY_CHARGE, TENTHS, COUNT, OFTEN)},
    {ARCS(2, 2, 1, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN | FALLBACK)},
    {ARCS(3, 3, 1, 0), VALUE(INPUT_VOLTAGE, TENTHS, COUNT, OFTEN)},
    {ARCS(3, 2, 1, 0), VALUE(INPUT_VOLTAGE, WHOLE, COUNT, OFTEN | FALLBACK)},
    {ARCS(4, 3, 3, 0), VALUE(UPS_LOAD, TENTHS, COUNT, OFTEN)},
    {ARCS(4, 2, 3, 0), VALUE(UPS_LOAD, WHOLE, COUNT, OFTEN | FALLBACK)},
    {ARCS(2, 3, 4, 0), VALUE(BATTERY_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(2, 3, 2, 0), VALUE(BATTERY_TEMPERATURE, TENTHS, SIGNED, 0)},
    {ARCS(2, 2, 2, 0), VALUE(BATTERY_TEMPERATURE, WHOLE, TEMPERATURE, FALLBACK)},
    {ARCS(3, 3, 4, 0), VALUE(INPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(3, 2, 4, 0), VALUE(INPUT_FREQUENCY, WHOLE, COUNT, FALLBACK)},
    {ARCS(4, 3, 1, 0), VALUE(OUTPUT_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 1, 0), VALUE(OUTPUT_VOLTAGE, WHOLE, COUNT, FALLBACK)},
    {ARCS(4, 3, 2, 0), VALUE(OUTPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 2, 0), VALUE(OUTPUT_FREQUENCY, WHOLE, COUNT, FALLBACK)},
    {ARCS(4, 3, 4, 0), VALUE(OUTPUT_CURRENT, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 4, 0), VALUE(OUTPUT_CURRENT, WHOLE, COUNT, FALLBACK)},
};
const struct pb_snmp_profile pb_snmp_apc = {.name = "apc-powernet",
                                            ROOT(1, 3, 6, 1, 4, 1, 318, 1, 1, 1),
                                            .objects = apc_objects,
                                            .count = COUNT_OF(apc_objects)};

/* ---- XUPS-MIB -------------------------------------------------------------------------------- */
/* xupsOutputSource: other 1, none 2, normal 3, bypass 4, battery 5, booster 6, reducer 7,
 * parallelCapacity 8, parallelRedundant 9, highEfficiencyMode 10, maintenanceBypass 11 */
static const struct pb_snmp_state xups_output[] = {
    {2, FO_UPS(OFF)},
    {3, ON_LINE},
    {4, ON_BYPASS},
    {5, ON_BATTERY},
    {6, ON_LINE | FO_UPS(BOOST)},
    {7, ON_LINE | FO_UPS(TRIM)},
    {8, ON_LINE},
    {9, ON_LINE},
    {10, ON_LINE | FO_UPS(ECO)},
    {11, ON_BYPASS},
};
/* xupsBatteryAbmStatus: charging 1, discharging 2, floating 3, resting 4, unknown 5 … */
static const struct pb_snmp_state xups_battery[] = {{1, FO_UPS(CHRG)},
                                                    {2, FO_UPS(DISCHRG)},
                                                    {3, 0},
                                                    {4, 0},
                                                    {5, 0}};
static const struct pb_snmp_object xups_objects[] = {
    {ARCS(4, 5, 0), STATE(PB_SNMP_SOURCE), STATES(xups_output)},
    {ARCS(2, 5, 0), STATE(0), STATES(xups_battery)},
    {ARCS(2, 1, 0), VALUE(BATTERY_RUNTIME, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 4, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 4, 1, 2, 1),
     LINE(1, FO_VAR_INPUT_L1_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 4, 1, 2, 2),
     LINE(2, FO_VAR_INPUT_L2_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 4, 1, 2, 3),
     LINE(3, FO_VAR_INPUT_L3_VOLTAGE, INPUT_VOLTAGE, LOWEST, WHOLE, COUNT, OFTEN)},
    {ARCS(4, 1, 0), VALUE(UPS_LOAD, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 2, 0), VALUE(BATTERY_VOLTAGE, WHOLE, COUNT, 0)},
    {ARCS(2, 3, 0), VALUE(BATTERY_CURRENT, WHOLE, SIGNED, 0)},
    {ARCS(3, 1, 0), VALUE(INPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 0), VALUE(OUTPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 4, 1, 2, 1), VALUE(OUTPUT_VOLTAGE, WHOLE, COUNT, PB_SNMP_ROW)},
    {ARCS(4, 4, 1, 3, 1), LINE(1, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, WHOLE, COUNT, 0)},
    {ARCS(4, 4, 1, 3, 2), LINE(2, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, WHOLE, COUNT, 0)},
    {ARCS(4, 4, 1, 3, 3), LINE(3, PB_NO_VARIABLE, OUTPUT_CURRENT, HIGHEST, WHOLE, COUNT, 0)},
    {ARCS(4, 4, 1, 4, 1), LINE(1, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
    {ARCS(4, 4, 1, 4, 2), LINE(2, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
    {ARCS(4, 4, 1, 4, 3), LINE(3, PB_NO_VARIABLE, OUTPUT_POWER, SUM, WHOLE, SIGNED, 0)},
};
const struct pb_snmp_profile pb_snmp_xups = {.name = "eaton-xups",
                                             ROOT(1, 3, 6, 1, 4, 1, 534, 1),
                                             .objects = xups_objects,
                                             .count = COUNT_OF(xups_objects)};

/* ---- MG-SNMP-UPS-MIB ------------------------------------------------------------------------- */
/* Its booleans: yes 1, no 2. */
static const struct pb_snmp_state mge_on_battery[] = {{1, ON_BATTERY}, {2, ON_LINE}};
static const struct pb_snmp_state mge_low[] = {{1, FO_UPS(LB)}, {2, 0}};
static const struct pb_snmp_state mge_replace[] = {{1, FO_UPS(RB)}, {2, 0}};
static const struct pb_snmp_state mge_bypass[] = {{1, FO_UPS(BYPASS)}, {2, 0}};
static const struct pb_snmp_state mge_overload[] = {{1, FO_UPS(OVER)}, {2, 0}};
static const struct pb_snmp_object mge_objects[] = {
    {ARCS(7, 3, 0), STATE(PB_SNMP_SOURCE), STATES(mge_on_battery)},
    {ARCS(5, 14, 0), STATE(0), STATES(mge_low)},
    {ARCS(5, 11, 0), STATE(0), STATES(mge_replace)},
    {ARCS(7, 4, 0), STATE(0), STATES(mge_bypass)},
    {ARCS(7, 10, 0), STATE(0), STATES(mge_overload)},
    {ARCS(5, 1, 0), VALUE(BATTERY_RUNTIME, WHOLE, COUNT, OFTEN)},
    {ARCS(5, 2, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN)},
    {ARCS(6, 2, 1, 2, 1),
     LINE(1, FO_VAR_INPUT_L1_VOLTAGE, INPUT_VOLTAGE, LOWEST, TENTHS, COUNT, OFTEN)},
    {ARCS(6, 2, 1, 2, 2),
     LINE(2, FO_VAR_INPUT_L2_VOLTAGE, INPUT_VOLTAGE, LOWEST, TENTHS, COUNT, OFTEN)},
    {ARCS(6, 2, 1, 2, 3),
     LINE(3, FO_VAR_INPUT_L3_VOLTAGE, INPUT_VOLTAGE, LOWEST, TENTHS, COUNT, OFTEN)},
    {ARCS(7, 2, 1, 4, 1),
     LINE(1, FO_VAR_OUTPUT_L1_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
    {ARCS(7, 2, 1, 4, 2),
     LINE(2, FO_VAR_OUTPUT_L2_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
    {ARCS(7, 2, 1, 4, 3),
     LINE(3, FO_VAR_OUTPUT_L3_PERCENT, UPS_LOAD, HIGHEST, WHOLE, COUNT, OFTEN)},
};
const struct pb_snmp_profile pb_snmp_mge = {.name = "eaton-mge",
                                            ROOT(1, 3, 6, 1, 4, 1, 705, 1),
                                            .objects = mge_objects,
                                            .count = COUNT_OF(mge_objects)};

/* ---- CPS-MIB --------------------------------------------------------------------------------- */
/* upsBaseOutputStatus: unknown 1, onLine 2, onBattery 3, onBoost 4, onSleep 5, off 6, rebooting 7,
 * onECO 8, onBypass 9, onBuck 10 */
static const struct pb_snmp_state cps_output[] = {
    {2, ON_LINE},
    {3, ON_BATTERY},
    {4, ON_LINE | FO_UPS(BOOST)},
    {5, FO_UPS(OFF)},
    {6, FO_UPS(OFF)},
    {8, ON_LINE | FO_UPS(ECO)},
    {9, ON_BYPASS},
    {10, ON_LINE | FO_UPS(TRIM)},
};
static const struct pb_snmp_state cps_battery[] = {{1, 0}, {2, 0}, {3, FO_UPS(LB)}};
static const struct pb_snmp_state cps_replace[] = {{1, 0}, {2, FO_UPS(RB)}};
static const struct pb_snmp_object cps_objects[] = {
    {ARCS(4, 1, 1, 0), STATE(PB_SNMP_SOURCE), STATES(cps_output)},
    {ARCS(2, 1, 1, 0), STATE(0), STATES(cps_battery)},
    {ARCS(2, 2, 5, 0), STATE(0), STATES(cps_replace)},
    {ARCS(2, 2, 4, 0), VALUE(BATTERY_RUNTIME, TICKS, COUNT, OFTEN)},
    {ARCS(2, 2, 1, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 2, 1, 0), VALUE(INPUT_VOLTAGE, TENTHS, COUNT, OFTEN)},
    {ARCS(4, 2, 3, 0), VALUE(UPS_LOAD, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 2, 3, 0), VALUE(BATTERY_TEMPERATURE, WHOLE, TEMPERATURE, 0)},
    {ARCS(3, 2, 4, 0), VALUE(INPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 1, 0), VALUE(OUTPUT_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 2, 0), VALUE(OUTPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 4, 0), VALUE(OUTPUT_CURRENT, TENTHS, COUNT, 0)},
};
const struct pb_snmp_profile pb_snmp_cyberpower = {.name = "cyberpower",
                                                   ROOT(1, 3, 6, 1, 4, 1, 3808, 1, 1, 1),
                                                   .objects = cps_objects,
                                                   .count = COUNT_OF(cps_objects)};

/* ---- XPPC-MIB -------------------------------------------------------------------------------- */
/* upsBaseOutputStatus: unknown 1, onLine 2, onBattery 3, onBoost 4, sleeping 5, onBypass 6,
 * rebooting 7, standBy 8, onBuck 9. upsSmartBatteryRunTimeRemaining is read as seconds. */
static const struct pb_snmp_state xppc_output[] = {
    {2, ON_LINE},   {3, ON_BATTERY},  {4, ON_LINE | FO_UPS(BOOST)}, {5, FO_UPS(OFF)},
    {6, ON_BYPASS}, {8, FO_UPS(OFF)}, {9, ON_LINE | FO_UPS(TRIM)},
};
static const struct pb_snmp_state xppc_battery[] = {{1, 0}, {2, 0}, {3, FO_UPS(LB)}};
static const struct pb_snmp_object xppc_objects[] = {
    {ARCS(4, 1, 1, 0), STATE(PB_SNMP_SOURCE), STATES(xppc_output)},
    {ARCS(2, 1, 1, 0), STATE(0), STATES(xppc_battery)},
    {ARCS(2, 2, 4, 0), VALUE(BATTERY_RUNTIME, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 2, 1, 0), VALUE(BATTERY_CHARGE, WHOLE, COUNT, OFTEN)},
    {ARCS(3, 2, 1, 0), VALUE(INPUT_VOLTAGE, TENTHS, COUNT, OFTEN)},
    {ARCS(4, 2, 3, 0), VALUE(UPS_LOAD, WHOLE, COUNT, OFTEN)},
    {ARCS(2, 2, 2, 0), VALUE(BATTERY_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(2, 2, 3, 0), VALUE(BATTERY_TEMPERATURE, TENTHS, SIGNED, 0)},
    {ARCS(3, 2, 4, 0), VALUE(INPUT_FREQUENCY, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 1, 0), VALUE(OUTPUT_VOLTAGE, TENTHS, COUNT, 0)},
    {ARCS(4, 2, 2, 0), VALUE(OUTPUT_FREQUENCY, TENTHS, COUNT, 0)},
};
const struct pb_snmp_profile pb_snmp_xppc = {.name = "megatec-xppc",
                                             ROOT(1, 3, 6, 1, 4, 1, 935, 1, 1, 1),
                                             .objects = xppc_objects,
                                             .count = COUNT_OF(xppc_objects)};
