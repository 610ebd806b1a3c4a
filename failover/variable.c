/* SPDX-License-Identifier: Apache-2.0 */
/* Names, units and plausible ranges of everything a power device can say: static tables made from
 * the lists in variable.h. It never holds a value. Probes, the engine, status and the site file's
 * device profiles call it. */
#include "failover/variable.h"

#include "failover/assert.h"

struct variable {
    const char *name, *unit;
    int64_t lowest, highest; /* both 0: states and flags, everything is plausible */
};
static const struct variable variables[FO_VARIABLE_COUNT] = {
#define X(id, name_text, unit_text, low, high) \
    [FO_VAR_##id] = {.name = name_text, .unit = unit_text, .lowest = low, .highest = high},
    FO_VARIABLES(X)
#undef X
};

static const char *const ups_tokens[FO_UPS_TOKEN_COUNT] = {
#define X(token) [FO_UPS_BIT_##token] = #token,
    FO_UPS_TOKENS(X)
#undef X
};

static const char *const ups_alarms[FO_UPS_ALARM_COUNT] = {
    [FO_UPS_ALARM_BATTERY_BAD] = "battery_bad",
    [FO_UPS_ALARM_ON_BATTERY] = "on_battery",
    [FO_UPS_ALARM_LOW_BATTERY] = "low_battery",
    [FO_UPS_ALARM_DEPLETED_BATTERY] = "depleted_battery",
    [FO_UPS_ALARM_TEMP_BAD] = "temp_bad",
    [FO_UPS_ALARM_INPUT_BAD] = "input_bad",
    [FO_UPS_ALARM_OUTPUT_BAD] = "output_bad",
    [FO_UPS_ALARM_OUTPUT_OVERLOAD] = "output_overload",
    [FO_UPS_ALARM_ON_BYPASS] = "on_bypass",
    [FO_UPS_ALARM_BYPASS_BAD] = "bypass_bad",
    [FO_UPS_ALARM_OUTPUT_OFF_AS_REQUESTED] = "output_off_as_requested",
    [FO_UPS_ALARM_UPS_OFF_AS_REQUESTED] = "ups_off_as_requested",
    [FO_UPS_ALARM_CHARGER_FAILED] = "charger_failed",
    [FO_UPS_ALARM_UPS_OUTPUT_OFF] = "ups_output_off",
    [FO_UPS_ALARM_UPS_SYSTEM_OFF] = "ups_system_off",
    [FO_UPS_ALARM_FAN_FAILURE] = "fan_failure",
    [FO_UPS_ALARM_FUSE_FAILURE] = "fuse_failure",
    [FO_UPS_ALARM_GENERAL_FAULT] = "general_fault",
    [FO_UPS_ALARM_DIAGNOSTIC_TEST_FAILED] = "diagnostic_test_failed",
    [FO_UPS_ALARM_COMMUNICATIONS_LOST] = "communications_lost",
    [FO_UPS_ALARM_AWAITING_POWER] = "awaiting_power",
    [FO_UPS_ALARM_SHUTDOWN_PENDING] = "shutdown_pending",
    [FO_UPS_ALARM_SHUTDOWN_IMMINENT] = "shutdown_imminent",
    [FO_UPS_ALARM_TEST_IN_PROGRESS] = "test_in_progress",
};
static const char *const generator_alarms[FO_GENERATOR_ALARM_COUNT] = {
    [FO_GENERATOR_ALARM_EMERGENCY_STOP] = "emergency_stop",
    [FO_GENERATOR_ALARM_LOW_OIL_PRESSURE] = "low_oil_pressure",
    [FO_GENERATOR_ALARM_HIGH_COOLANT_TEMPERATURE] = "high_coolant_temperature",
    [FO_GENERATOR_ALARM_UNDER_SPEED] = "under_speed",
    [FO_GENERATOR_ALARM_OVER_SPEED] = "over_speed",
    [FO_GENERATOR_ALARM_FAIL_TO_START] = "fail_to_start",
    [FO_GENERATOR_ALARM_FAIL_TO_STOP] = "fail_to_stop",
    [FO_GENERATOR_ALARM_LOSS_OF_SPEED_SENSING] = "loss_of_speed_sensing",
    [FO_GENERATOR_ALARM_UNDER_VOLTAGE] = "under_voltage",
    [FO_GENERATOR_ALARM_OVER_VOLTAGE] = "over_voltage",
    [FO_GENERATOR_ALARM_UNDER_FREQUENCY] = "under_frequency",
    [FO_GENERATOR_ALARM_SHUTDOWN] = "shutdown",
    [FO_GENERATOR_ALARM_ELECTRICAL_TRIP] = "electrical_trip",
};

static const char *const room_contacts[FO_ROOM_CONTACT_COUNT] = {
    [FO_ROOM_CONTACT_DOOR_OPEN] = "door_open",
    [FO_ROOM_CONTACT_WATER] = "water",
    [FO_ROOM_CONTACT_SMOKE] = "smoke",
    [FO_ROOM_CONTACT_FIRE_PANEL] = "fire_panel",
    [FO_ROOM_CONTACT_BREAKER_TRIP] = "breaker_trip",
    [FO_ROOM_CONTACT_AIR_CONDITIONER] = "air_conditioner",
    [FO_ROOM_CONTACT_MAINS_LOST] = "mains_lost",
    [FO_ROOM_CONTACT_GENERATOR_RUNNING] = "generator_running",
    [FO_ROOM_CONTACT_GENERATOR_FAULT] = "generator_fault",
    [FO_ROOM_CONTACT_FUEL_LOW] = "fuel_low",
    [FO_ROOM_CONTACT_DC_SUPPLY] = "dc_supply",
    [FO_ROOM_CONTACT_INTRUSION] = "intrusion",
    [FO_ROOM_CONTACT_PANIC] = "panic",
    [FO_ROOM_CONTACT_SOURCE_A_LOST] = "source_a_lost",
    [FO_ROOM_CONTACT_SOURCE_B_LOST] = "source_b_lost",
};

static const char *const generator_statuses[FO_GEN_STATUSES] = {
    [FO_GEN_STOPPED] = "stopped", [FO_GEN_CRANKING] = "cranking", [FO_GEN_WARMING] = "warming",
    [FO_GEN_RUNNING] = "running", [FO_GEN_LOADED] = "loaded",     [FO_GEN_COOLING] = "cooling",
    [FO_GEN_FAULT] = "fault",
};
static const char *const generator_modes[FO_GEN_MODES] = {
    [FO_GEN_MODE_OFF] = "off",
    [FO_GEN_MODE_MANUAL] = "manual",
    [FO_GEN_MODE_AUTO] = "auto",
    [FO_GEN_MODE_TEST] = "test",
};
static const char *const transfer_sources[FO_SOURCES] = {
    [FO_SOURCE_NONE] = "none", [FO_SOURCE_MAINS] = "mains", [FO_SOURCE_GENERATOR] = "generator",
    [FO_SOURCE_A] = "a",       [FO_SOURCE_B] = "b",
};

const char *fo_variable_name(enum fo_variable variable)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    return variables[variable].name;
}

const char *fo_variable_unit(enum fo_variable variable)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    return variables[variable].unit;
}

/* failover/ may call four functions of the C library only, and strcmp is not one of them. */
static bool text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

enum fo_variable fo_variable_find(const char *name)
{
    FO_ASSERT(name != NULL);
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (text_equal(variables[i].name, name)) {
            return (enum fo_variable)i;
        }
    }
    return FO_VARIABLE_COUNT;
}

bool fo_variable_plausible(enum fo_variable variable, int64_t milli)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    const struct variable *entry = &variables[variable];
    if (entry->lowest == 0 && entry->highest == 0) {
        return true;
    }
    return milli >= entry->lowest && milli <= entry->highest;
}

const char *fo_ups_token_name(enum fo_ups_token bit)
{
    FO_ASSERT((unsigned)bit < FO_UPS_TOKEN_COUNT);
    return ups_tokens[bit];
}

const char *fo_ups_alarm_name(enum fo_ups_alarm alarm)
{
    FO_ASSERT((unsigned)alarm < FO_UPS_ALARM_COUNT);
    return ups_alarms[alarm];
}

const char *fo_generator_alarm_name(enum fo_generator_alarm alarm)
{
    FO_ASSERT((unsigned)alarm < FO_GENERATOR_ALARM_COUNT);
    return generator_alarms[alarm];
}

const char *fo_room_contact_name(enum fo_room_contact contact)
{
    FO_ASSERT((unsigned)contact < FO_ROOM_CONTACT_COUNT);
    return room_contacts[contact];
}

const char *fo_generator_status_name(enum fo_generator_status status)
{
    FO_ASSERT((unsigned)status < FO_GEN_STATUSES);
    return generator_statuses[status];
}

const char *fo_generator_mode_name(enum fo_generator_mode mode)
{
    FO_ASSERT((unsigned)mode < FO_GEN_MODES);
    return generator_modes[mode];
}

const char *fo_transfer_source_name(enum fo_transfer_source source)
{
    FO_ASSERT((unsigned)source < FO_SOURCES);
    return transfer_sources[source];
}
