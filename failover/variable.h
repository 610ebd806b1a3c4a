/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of what a power device can say, under the names of RFC 9271 / NUT (generators,
 * which NUT does not name, in the same style). It owns names, units and plausible ranges; it never
 * holds a value. Probes fill readings by these ids, the engine reads them, status prints them by
 * name. */
#ifndef FAILOVER_VARIABLE_H
#define FAILOVER_VARIABLE_H

#include "failover/types.h"

/* X(id, name, unit, lowest, highest): plausible range in thousandths of the unit; outside it the
 * value is suspect. Every value travels as int64_t thousandths of its unit (see fo_value).
 * FLAGS: ups.status is a set of enum fo_ups_token bits, states are small enumerations; these are
 * carried whole, not in thousandths, and have unit "". */
#define FO_VARIABLES(X)                                                               \
    X(BATTERY_CHARGE, "battery.charge", "%", 0, 100000)                               \
    X(BATTERY_RUNTIME, "battery.runtime", "s", 0, 1000000000LL)                       \
    X(BATTERY_VOLTAGE, "battery.voltage", "V", 0, 1500000)                            \
    X(BATTERY_CURRENT, "battery.current", "A", -5000000, 5000000)                     \
    X(BATTERY_TEMPERATURE, "battery.temperature", "°C", -40000, 120000)               \
    X(BATTERY_ON_SECONDS, "battery.on_seconds", "s", 0, 10000000000LL)                \
    X(INPUT_VOLTAGE, "input.voltage", "V", 0, 1000000)                                \
    X(INPUT_FREQUENCY, "input.frequency", "Hz", 0, 500000)                            \
    X(INPUT_L1_VOLTAGE, "input.L1-N.voltage", "V", 0, 1000000)                        \
    X(INPUT_L2_VOLTAGE, "input.L2-N.voltage", "V", 0, 1000000)                        \
    X(INPUT_L3_VOLTAGE, "input.L3-N.voltage", "V", 0, 1000000)                        \
    X(OUTPUT_VOLTAGE, "output.voltage", "V", 0, 1000000)                              \
    X(OUTPUT_FREQUENCY, "output.frequency", "Hz", 0, 500000)                          \
    X(OUTPUT_CURRENT, "output.current", "A", 0, 10000000)                             \
    X(OUTPUT_POWER, "output.realpower", "W", -1000000000LL, 10000000000LL)            \
    X(OUTPUT_L1_PERCENT, "output.L1.power.percent", "%", 0, 300000)                   \
    X(OUTPUT_L2_PERCENT, "output.L2.power.percent", "%", 0, 300000)                   \
    X(OUTPUT_L3_PERCENT, "output.L3.power.percent", "%", 0, 300000)                   \
    X(UPS_LOAD, "ups.load", "%", 0, 300000)                                           \
    X(UPS_STATUS, "ups.status", "", 0, 0)                                             \
    X(UPS_ALARMS, "ups.alarms", "", 0, 0)                                             \
    X(GENERATOR_STATUS, "generator.status", "", 0, 0)                                 \
    X(GENERATOR_MODE, "generator.mode", "", 0, 0)                                     \
    X(GENERATOR_SPEED, "generator.speed", "rpm", 0, 10000000)                         \
    X(GENERATOR_VOLTAGE, "generator.voltage", "V", 0, 20000000)                       \
    X(GENERATOR_FREQUENCY, "generator.frequency", "Hz", 0, 500000)                    \
    X(GENERATOR_LOAD, "generator.load", "%", 0, 300000)                               \
    X(GENERATOR_POWER, "generator.realpower", "W", -1000000000LL, 10000000000LL)      \
    X(FUEL_LEVEL, "fuel.level", "%", 0, 130000)                                       \
    X(ENGINE_OIL_PRESSURE, "engine.oil.pressure", "kPa", 0, 2000000)                  \
    X(ENGINE_COOLANT_TEMPERATURE, "engine.coolant.temperature", "°C", -50000, 200000) \
    X(ENGINE_BATTERY_VOLTAGE, "engine.battery.voltage", "V", 0, 60000)                \
    X(ENGINE_RUN_SECONDS, "engine.run_seconds", "s", 0, 10000000000LL)                \
    X(TRANSFER_SOURCE, "transfer.source", "", 0, 0)                                   \
    X(MAINS_VOLTAGE, "mains.voltage", "V", 0, 20000000)                               \
    X(MAINS_FREQUENCY, "mains.frequency", "Hz", 0, 500000)                            \
    X(GENERATOR_ALARMS, "generator.alarms", "", 0, 0)                                 \
    X(AMBIENT_TEMPERATURE, "ambient.temperature", "°C", -40000, 120000)               \
    X(AMBIENT_HUMIDITY, "ambient.humidity", "%", 0, 100000)                           \
    X(ROOM_CONTACTS, "room.contacts", "", 0, 0)

enum fo_variable {
#define X(id, name, unit, lowest, highest) FO_VAR_##id,
    FO_VARIABLES(X)
#undef X
        FO_VARIABLE_COUNT
};

/* Bits of ups.status; the tokens are NUT's. Text form: tokens in this order joined by one space. */
#define FO_UPS_TOKENS(X)                                                                      \
    X(OL)                                                                                     \
    X(OB)                                                                                     \
    X(LB)                                                                                     \
    X(HB)                                                                                     \
    X(RB)                                                                                     \
    X(CHRG) X(DISCHRG) X(BYPASS) X(CAL) X(OFF) X(OVER) X(TRIM) X(BOOST) X(FSD) X(TEST) X(ECO) \
        X(ALARM)
enum fo_ups_token {
#define X(token) FO_UPS_BIT_##token,
    FO_UPS_TOKENS(X)
#undef X
        FO_UPS_TOKEN_COUNT
};
#define FO_UPS(token) ((int64_t)1 << FO_UPS_BIT_##token)

/* Bits of ups.alarms: number - 1 of the well-known alarms of RFC 1628 section 4 (upsAlarmBatteryBad
 * 1 … upsAlarmTestInProgress 24). */
#define FO_UPS_ALARMS(X)                                                                       \
    X(BATTERY_BAD)                                                                             \
    X(ON_BATTERY)                                                                              \
    X(LOW_BATTERY)                                                                             \
    X(DEPLETED_BATTERY)                                                                        \
    X(TEMP_BAD)                                                                                \
    X(INPUT_BAD) X(OUTPUT_BAD) X(OUTPUT_OVERLOAD) X(ON_BYPASS) X(BYPASS_BAD)                   \
        X(OUTPUT_OFF_AS_REQUESTED) X(UPS_OFF_AS_REQUESTED) X(CHARGER_FAILED) X(UPS_OUTPUT_OFF) \
            X(UPS_SYSTEM_OFF) X(FAN_FAILURE) X(FUSE_FAILURE) X(GENERAL_FAULT)                  \
                X(DIAGNOSTIC_TEST_FAILED) X(COMMUNICATIONS_LOST) X(AWAITING_POWER)             \
                    X(SHUTDOWN_PENDING) X(SHUTDOWN_IMMINENT) X(TEST_IN_PROGRESS)
enum fo_ups_alarm {
#define X(alarm) FO_UPS_ALARM_##alarm,
    FO_UPS_ALARMS(X)
#undef X
        FO_UPS_ALARM_COUNT
};
/* Bits of generator.alarms: active alarms of any level (warning, shutdown, electrical trip). */
#define FO_GENERATOR_ALARMS(X)                                                                 \
    X(EMERGENCY_STOP)                                                                          \
    X(LOW_OIL_PRESSURE)                                                                        \
    X(HIGH_COOLANT_TEMPERATURE)                                                                \
    X(UNDER_SPEED)                                                                             \
    X(OVER_SPEED)                                                                              \
    X(FAIL_TO_START) X(FAIL_TO_STOP) X(LOSS_OF_SPEED_SENSING) X(UNDER_VOLTAGE) X(OVER_VOLTAGE) \
        X(UNDER_FREQUENCY) X(SHUTDOWN) /* some alarm of that level */                          \
        X(ELECTRICAL_TRIP)             /* some alarm of that level */
enum fo_generator_alarm {
#define X(alarm) FO_GENERATOR_ALARM_##alarm,
    FO_GENERATOR_ALARMS(X)
#undef X
        FO_GENERATOR_ALARM_COUNT
};

/* Bits of room.contacts: dry contacts of the room that are active. */
#define FO_ROOM_CONTACTS(X)                                                                  \
    X(DOOR_OPEN)                                                                             \
    X(WATER)                                                                                 \
    X(SMOKE)                                                                                 \
    X(FIRE_PANEL)                                                                            \
    X(BREAKER_TRIP) X(AIR_CONDITIONER) X(MAINS_LOST) X(GENERATOR_RUNNING) X(GENERATOR_FAULT) \
        X(FUEL_LOW) X(DC_SUPPLY) X(INTRUSION) X(PANIC) X(SOURCE_A_LOST) X(SOURCE_B_LOST)
enum fo_room_contact {
#define X(contact) FO_ROOM_CONTACT_##contact,
    FO_ROOM_CONTACTS(X)
#undef X
        FO_ROOM_CONTACT_COUNT
};

enum fo_generator_status {
    FO_GEN_STOPPED,
    FO_GEN_CRANKING,
    FO_GEN_WARMING,
    FO_GEN_RUNNING,
    FO_GEN_LOADED,
    FO_GEN_COOLING,
    FO_GEN_FAULT,
    FO_GEN_STATUSES
};
enum fo_generator_mode {
    FO_GEN_MODE_OFF,
    FO_GEN_MODE_MANUAL,
    FO_GEN_MODE_AUTO,
    FO_GEN_MODE_TEST,
    FO_GEN_MODES
};
enum fo_transfer_source {
    FO_SOURCE_NONE,
    FO_SOURCE_MAINS,
    FO_SOURCE_GENERATOR,
    FO_SOURCE_A, /* a switch in a rack, between two supplies of the room: see device policy */
    FO_SOURCE_B,
    FO_SOURCES
};

/* One value of one variable. */
struct fo_value {
    int64_t milli;    /* thousandths of the unit; whole for the variables without a unit */
    uint8_t variable; /* enum fo_variable */
    uint8_t quality;  /* enum fo_quality; milli is meaningless when FO_ABSENT */
    uint16_t reason;  /* enum fo_reason: why it is not FO_GOOD; 0 when it is */
};

/* Name such as "battery.charge"; asserts variable < FO_VARIABLE_COUNT. Static storage. */
const char *fo_variable_name(enum fo_variable variable);
/* Unit such as "%", "s", "V", or "" for states and flags. Static storage. */
const char *fo_variable_unit(enum fo_variable variable);
/* The id of a name, or FO_VARIABLE_COUNT when no variable has it. */
enum fo_variable fo_variable_find(const char *name);
/* Whether milli lies in the plausible range of the variable (always, for states and flags). */
bool fo_variable_plausible(enum fo_variable variable, int64_t milli);
/* Token such as "OL"; asserts bit < FO_UPS_TOKEN_COUNT. Static storage. */
const char *fo_ups_token_name(enum fo_ups_token bit);
/* "battery_bad", "emergency_stop", "door_open" …; assert alarm is in range. Static storage. */
const char *fo_ups_alarm_name(enum fo_ups_alarm alarm);
const char *fo_generator_alarm_name(enum fo_generator_alarm alarm);
const char *fo_room_contact_name(enum fo_room_contact contact);
/* Names used in JSON and profiles: "stopped", "cranking" …; "off" "manual" "auto" "test";
 * "none" "mains" "generator" "a" "b". Assert the argument is in range. Static storage. */
const char *fo_generator_status_name(enum fo_generator_status status);
const char *fo_generator_mode_name(enum fo_generator_mode mode);
const char *fo_transfer_source_name(enum fo_transfer_source source);

#endif
