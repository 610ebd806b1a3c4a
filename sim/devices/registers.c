/* SPDX-License-Identifier: Apache-2.0 */
/* Register images of the simulated controllers. It owns which register says what, at which scale
 * and with which sentinel; it never changes the machine behind it. */
#include "sim/devices/registers.h"

#define UNIMPLEMENTED 0xFFFFU
#define MANUFACTURER 1
#define MODEL 32840 /* 7310 MkII: one that answers engine state 1408 */
#define PAGE(register_number) ((register_number) / 256)
#define ALARM_FIRST 2049
#define ALARM_LAST 2059
#define ALARM_COUNT 44 /* four to a register */

static uint16_t high_word(uint32_t value)
{
    return (uint16_t)(value >> 16);
}

static uint16_t low_word(uint32_t value)
{
    return (uint16_t)value;
}

static uint16_t control_mode(const struct sim_generator *generator)
{
    switch (generator->mode) {
        case SIM_GEN_MODE_OFF:
            return 0;
        case SIM_GEN_MODE_MANUAL:
            return 2;
        default:
            return 1;
    }
}

/* 1408: 0 stopped, 1 pre-start, 2 warming up, 3 running, 4 cooling down. */
static uint16_t engine_state(const struct sim_generator *generator)
{
    static const uint16_t states[SIM_GEN_PHASES] = {
        [SIM_GEN_STOPPED] = 0, [SIM_GEN_PRE_START] = 1, [SIM_GEN_CRANKING] = 1,
        [SIM_GEN_RESTING] = 1, [SIM_GEN_WARMING] = 2,   [SIM_GEN_RUNNING] = 3,
        [SIM_GEN_COOLING] = 4, [SIM_GEN_FAULT] = 0};
    return generator->phase < SIM_GEN_PHASES ? states[generator->phase] : 15;
}

static uint16_t identity_read(const struct sim_generator *generator, uint16_t number)
{
    switch (number) {
        case 768:
            return MANUFACTURER;
        case 769:
            return MODEL;
        case 770:
        case 771:
            return number == 771 ? 1 : 0;
        case 772:
            return control_mode(generator);
        default:
            return UNIMPLEMENTED;
    }
}

/* Page 4, basic instrumentation; 32-bit values have their high word first. */
static uint16_t instruments_read(const struct sim_generator *generator, uint16_t number)
{
    uint32_t phase_amps_d =
        generator->voltage_dv == 0 ? 0 : generator->load_w * 100 / 3 / generator->voltage_dv;
    uint32_t line_to_line_dv = (uint32_t)((uint64_t)generator->voltage_dv * 1732 / 1000);
    uint32_t sag_dv = generator->phase == SIM_GEN_CRANKING ? 40 : 0;
    switch (number) {
        case 1024:
            return (uint16_t)generator->oil_kpa;
        case 1025:
            return (uint16_t)(int16_t)(generator->coolant_mc / 1000);
        case 1027:
            return (uint16_t)((sim_fuel_permille(&generator->fuel) + 5) / 10);
        case 1028:
            return generator->speed_rpm > 1000 ? 278 : 0;
        case 1029:
            return (uint16_t)(generator->start_battery_dv > sag_dv
                                  ? generator->start_battery_dv - sag_dv
                                  : 0);
        case 1030:
            return (uint16_t)generator->speed_rpm;
        case 1031:
            return generator->voltage_dv == 0 ? 0 : (uint16_t)(generator->speed_rpm / 3);
        default:
            break;
    }
    uint32_t value;
    if (number >= 1032 && number <= 1037) {
        value = generator->voltage_dv;
    } else if (number >= 1038 && number <= 1043) {
        value = line_to_line_dv;
    } else if (number >= 1044 && number <= 1049) {
        value = phase_amps_d;
    } else if (number >= 1052 && number <= 1057) {
        value = generator->load_w / 3;
    } else {
        return UNIMPLEMENTED;
    }
    return number % 2 == 0 ? high_word(value) : low_word(value);
}

static uint16_t derived_read(const struct sim_generator *generator, uint16_t number)
{
    switch (number) {
        case 1536:
            return high_word(generator->load_w);
        case 1537:
            return low_word(generator->load_w);
        case 1558:
            return (uint16_t)sim_generator_load_permille(generator);
        case 1798:
            return high_word((uint32_t)(generator->run_ms / 1000));
        case 1799:
            return low_word((uint32_t)(generator->run_ms / 1000));
        case 1808:
            return high_word(generator->starts);
        case 1809:
            return low_word(generator->starts);
        default:
            return UNIMPLEMENTED;
    }
}

/* Alarm nibbles: 1 not active, 3 shutdown, 4 electrical trip, 15 unimplemented. Low fuel and a low
 * start battery are told by their values on page 4: this controller has no nibble for them. */
static uint16_t alarm_nibble(const struct sim_generator *generator, unsigned position)
{
    static const struct {
        uint8_t position, alarm, level;
    } alarms[] = {
        {0, SIM_GEN_ALARM_EMERGENCY_STOP, 3}, /* 2049 */
        {1, SIM_GEN_ALARM_LOW_OIL, 3},
        {2, SIM_GEN_ALARM_HIGH_COOLANT, 3},
        {4, SIM_GEN_ALARM_UNDER_SPEED, 3}, /* 2050 */
        {6, SIM_GEN_ALARM_FAIL_TO_START, 3},
        {13, SIM_GEN_ALARM_OVERLOAD, 4}, /* 2052: generator high current */
    };
    for (unsigned i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
        if (alarms[i].position == position) {
            return (generator->alarms & (1U << alarms[i].alarm)) != 0 ? alarms[i].level : 1;
        }
    }
    /* the others of the first three registers exist on every model and never come here */
    return position < 12 && position != 3 ? 1 : 15;
}

static uint16_t alarm_read(const struct sim_generator *generator, uint16_t number)
{
    if (number == 2048) {
        return ALARM_COUNT;
    }
    if (number < ALARM_FIRST || number > ALARM_LAST) {
        return UNIMPLEMENTED;
    }
    uint16_t word = 0;
    for (unsigned i = 0; i < 4; i++) {
        unsigned position = (unsigned)(number - ALARM_FIRST) * 4 + i;
        word = (uint16_t)(word << 4 | alarm_nibble(generator, position));
    }
    return word;
}

bool sim_gencomm_read(const struct sim_generator *generator, uint16_t number, uint16_t *value)
{
    switch (PAGE(number)) {
        case 3:
            *value = identity_read(generator, number);
            return true;
        case 4:
            *value = instruments_read(generator, number);
            return true;
        case 5:
            *value = number == 1408 ? engine_state(generator) : UNIMPLEMENTED;
            return true;
        case 6:
        case 7:
            *value = derived_read(generator, number);
            return true;
        case 8:
            *value = alarm_read(generator, number);
            return true;
        default:
            return false;
    }
}

bool sim_contacts_read(const struct sim_transfer *transfer, uint16_t number, uint16_t *value)
{
    switch (number) {
        case 0:
            *value = transfer->position;
            return true;
        case 1:
            *value = (uint16_t)transfer->mains.voltage_dv;
            return true;
        case 2:
            *value = (uint16_t)(transfer->mains.frequency_mhz / 100);
            return true;
        case 3:
            *value = (uint16_t)transfer->generator.voltage_dv;
            return true;
        default:
            return false;
    }
}
