/* SPDX-License-Identifier: Apache-2.0 */
/* Deep Sea Electronics controllers by their GenComm pages (register = page * 256 + offset): engine
 * and alternator values, control mode, engine state and the named alarms of page 8. Data and one
 * rule; modbus_map.c walks it. */
#include "probes/modbus_map.h"

#define WHOLE   \
    {           \
        1000, 1 \
    }
#define TENTHS \
    {          \
        100, 1 \
    }
#define FIELD(at, kind, id, none, units)                                      \
    {                                                                         \
        .address = (at), .format = PB_MODBUS_##kind, .variable = FO_VAR_##id, \
        .sentinels = PB_SENTINELS_GENCOMM_##none, .scale = units              \
    }
#define STATE(at)                                                              \
    {                                                                          \
        .address = (at), .format = PB_MODBUS_U16, .variable = PB_MODBUS_STATE, \
        .sentinels = PB_SENTINELS_GENCOMM_U16, .scale = WHOLE                  \
    }

enum field {
    FIELD_MODE,
    FIELD_OIL,
    FIELD_COOLANT,
    FIELD_FUEL,
    FIELD_BATTERY,
    FIELD_SPEED,
    FIELD_FREQUENCY,
    FIELD_VOLTAGE,
    FIELD_ENGINE,
    FIELD_POWER,
    FIELD_LOAD,
    FIELD_RUN_TIME,
    FIELD_ALARMS_1,
    FIELD_ALARMS_2,
    FIELD_ALARMS_3,
    FIELD_COUNT
};
static const struct pb_modbus_field fields[] = {
    [FIELD_MODE] = STATE(772),
    [FIELD_OIL] = FIELD(1024, U16, ENGINE_OIL_PRESSURE, U16, WHOLE),
    [FIELD_COOLANT] = FIELD(1025, S16, ENGINE_COOLANT_TEMPERATURE, S16, WHOLE),
    [FIELD_FUEL] = FIELD(1027, U16, FUEL_LEVEL, U16, WHOLE),
    [FIELD_BATTERY] = FIELD(1029, U16, ENGINE_BATTERY_VOLTAGE, U16, TENTHS),
    [FIELD_SPEED] = FIELD(1030, U16, GENERATOR_SPEED, U16, WHOLE),
    [FIELD_FREQUENCY] = FIELD(1031, U16, GENERATOR_FREQUENCY, U16, TENTHS),
    [FIELD_VOLTAGE] = FIELD(1032, U32, GENERATOR_VOLTAGE, U32, TENTHS),
    [FIELD_ENGINE] = STATE(1408),
    [FIELD_POWER] = FIELD(1536, S32, GENERATOR_POWER, S32, WHOLE),
    [FIELD_LOAD] = FIELD(1558, S16, GENERATOR_LOAD, S16, TENTHS),
    [FIELD_RUN_TIME] = FIELD(1798, U32, ENGINE_RUN_SECONDS, U32, WHOLE),
    [FIELD_ALARMS_1] = STATE(2049),
    [FIELD_ALARMS_2] = STATE(2050),
    [FIELD_ALARMS_3] = STATE(2051),
};
_Static_assert(FIELD_COUNT <= PB_MODBUS_FIELDS_MAX, "fields fit the map");

/* One request each; a page that a model does not have costs only itself. 32-bit values lie inside
 * one block, so that their two words cannot tear. */
static const struct pb_modbus_block blocks[] = {
    {772, 1, FIELD_MODE, 1},      {1024, 10, FIELD_OIL, 7}, {1408, 1, FIELD_ENGINE, 1},
    {1536, 2, FIELD_POWER, 1},    {1558, 1, FIELD_LOAD, 1}, {1798, 2, FIELD_RUN_TIME, 1},
    {2049, 3, FIELD_ALARMS_1, 3},
};

#define SPEED_TURNING 100   /* rpm: above it the engine turns (power.md 4.1) */
#define POWER_LOADED 500000 /* thousandths of a watt */
#define PERCENT_LOADED 1000 /* thousandths of a percent */

/* ---- control mode, register 772 -------------------------------------------------------------- */
static struct fo_value mode_of(const struct pb_modbus_cell *cell)
{
    static const uint8_t modes[] = {
        [0] = FO_GEN_MODE_OFF,  [1] = FO_GEN_MODE_AUTO, [2] = FO_GEN_MODE_MANUAL,
        [3] = FO_GEN_MODE_TEST, [4] = FO_GEN_MODE_AUTO, [5] = FO_GEN_MODES, /* user's own */
        [6] = FO_GEN_MODE_TEST, [7] = FO_GEN_MODE_OFF,
    };
    if (!cell->known) {
        return pb_value_absent(FO_VAR_GENERATOR_MODE, (enum fo_reason)cell->reason);
    }
    if (cell->raw < 0 || cell->raw >= (int64_t)sizeof modes || modes[cell->raw] == FO_GEN_MODES) {
        return pb_value_absent(FO_VAR_GENERATOR_MODE, FO_REASON_SENTINEL);
    }
    return pb_value_milli(FO_VAR_GENERATOR_MODE, modes[cell->raw]);
}

/* ---- named alarms, registers 2049 … 2051: four nibbles each, the highest first ----------------
 */
#define NO_ALARM FO_GENERATOR_ALARM_COUNT
static const uint8_t alarm_at[3][4] = {
    {FO_GENERATOR_ALARM_EMERGENCY_STOP, FO_GENERATOR_ALARM_LOW_OIL_PRESSURE,
     FO_GENERATOR_ALARM_HIGH_COOLANT_TEMPERATURE, NO_ALARM},
    {FO_GENERATOR_ALARM_UNDER_SPEED, FO_GENERATOR_ALARM_OVER_SPEED,
     FO_GENERATOR_ALARM_FAIL_TO_START, FO_GENERATOR_ALARM_FAIL_TO_STOP},
    {FO_GENERATOR_ALARM_LOSS_OF_SPEED_SENSING, FO_GENERATOR_ALARM_UNDER_VOLTAGE,
     FO_GENERATOR_ALARM_OVER_VOLTAGE, FO_GENERATOR_ALARM_UNDER_FREQUENCY},
};

/* Nibble: 2 warning, 3 shutdown, 4 electrical trip, 10 active indication; all others are not
 * active, not enabled or not implemented. */
static int64_t bits_of_nibble(unsigned nibble, unsigned alarm)
{
    int64_t bits = 0;
    if (nibble != 2 && nibble != 3 && nibble != 4 && nibble != 10) {
        return 0;
    }
    if (alarm != NO_ALARM) {
        bits |= (int64_t)1 << alarm;
    }
    if (nibble == 3) {
        bits |= (int64_t)1 << FO_GENERATOR_ALARM_SHUTDOWN;
    }
    if (nibble == 4) {
        bits |= (int64_t)1 << FO_GENERATOR_ALARM_ELECTRICAL_TRIP;
    }
    return bits;
}

static struct fo_value alarms_of(const struct pb_modbus_cell *cells)
{
    int64_t bits = 0;
    bool any = false;
    for (unsigned i = 0; i < 3; i++) {
        const struct pb_modbus_cell *cell = &cells[FIELD_ALARMS_1 + i];
        if (!cell->known) {
            continue;
        }
        any = true;
        for (unsigned j = 0; j < 4; j++) {
            bits |= bits_of_nibble((unsigned)(cell->raw >> (12 - 4 * j)) & 15, alarm_at[i][j]);
        }
    }
    if (!any) {
        return pb_value_absent(FO_VAR_GENERATOR_ALARMS,
                               (enum fo_reason)cells[FIELD_ALARMS_1].reason);
    }
    return pb_value_milli(FO_VAR_GENERATOR_ALARMS, bits);
}

/* ---- state ----------------------------------------------------------------------------------- */
static bool is_loaded(const struct pb_values *values)
{
    return pb_values_good(values, FO_VAR_GENERATOR_POWER, 0) >= POWER_LOADED ||
           pb_values_good(values, FO_VAR_GENERATOR_LOAD, 0) >= PERCENT_LOADED;
}

/* FO_GEN_STATUSES: not known. Register 1408: 0 stopped, 1 pre-start, 2 warming up, 3 running,
 * 4 cooling down, 5 stopped, 6 post run; not on all models: there the speed has to do. */
static enum fo_generator_status engine_status(const struct pb_modbus_cell *cells,
                                              const struct pb_values *values)
{
    static const uint8_t states[] = {FO_GEN_STOPPED, FO_GEN_CRANKING, FO_GEN_WARMING,
                                     FO_GEN_RUNNING, FO_GEN_COOLING,  FO_GEN_STOPPED,
                                     FO_GEN_COOLING};
    const struct pb_modbus_cell *engine = &cells[FIELD_ENGINE];
    enum fo_generator_status status;

    if (engine->known && engine->raw < (int64_t)sizeof states) {
        status = (enum fo_generator_status)states[engine->raw];
    } else {
        int64_t speed = pb_values_good(values, FO_VAR_GENERATOR_SPEED, -1);
        if (speed < 0) {
            return FO_GEN_STATUSES;
        }
        status = speed > SPEED_TURNING * 1000 ? FO_GEN_RUNNING : FO_GEN_STOPPED;
    }
    return status == FO_GEN_RUNNING && is_loaded(values) ? FO_GEN_LOADED : status;
}

static void conclude(const struct pb_modbus_cell *cells, struct pb_values *values, uint8_t *origin)
{
    const int64_t stopping = (int64_t)1 << FO_GENERATOR_ALARM_SHUTDOWN |
                             (int64_t)1 << FO_GENERATOR_ALARM_ELECTRICAL_TRIP |
                             (int64_t)1 << FO_GENERATOR_ALARM_EMERGENCY_STOP |
                             (int64_t)1 << FO_GENERATOR_ALARM_FAIL_TO_START;

    pb_values_set(values, mode_of(&cells[FIELD_MODE]));
    origin[FO_VAR_GENERATOR_MODE] = FIELD_MODE;
    pb_values_set(values, alarms_of(cells));
    origin[FO_VAR_GENERATOR_ALARMS] = FIELD_ALARMS_1;
    /* a controller fed by its battery cannot stand on 0 V */
    if (pb_values_good(values, FO_VAR_ENGINE_BATTERY_VOLTAGE, 1) == 0) {
        pb_values_set(values,
                      pb_value_absent(FO_VAR_ENGINE_BATTERY_VOLTAGE, FO_REASON_ZERO_NOT_BELIEVED));
    }
    enum fo_generator_status status = engine_status(cells, values);
    origin[FO_VAR_GENERATOR_STATUS] = cells[FIELD_ENGINE].known ? FIELD_ENGINE : FIELD_SPEED;
    if (pb_values_good(values, FO_VAR_GENERATOR_ALARMS, 0) & stopping) {
        status = FO_GEN_FAULT;
    }
    if (status == FO_GEN_STATUSES) {
        enum fo_reason reason = cells[FIELD_ENGINE].known
                                    ? FO_REASON_SENTINEL
                                    : (enum fo_reason)cells[FIELD_ENGINE].reason;
        pb_values_set(values, pb_value_absent(FO_VAR_GENERATOR_STATUS, reason));
    } else {
        pb_values_set(values, pb_value_milli(FO_VAR_GENERATOR_STATUS, status));
    }
}

const struct pb_modbus_profile pb_modbus_gencomm = {
    .name = "deepsea-gencomm",
    .blocks = blocks,
    .fields = fields,
    .block_count = sizeof blocks / sizeof blocks[0],
    .field_count = FIELD_COUNT,
    .conclude = conclude,
};
