/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of one poll of a Modbus device: blocks, gaps, states and alarms. */
#include "probes/modbus_map.h"

#include "tests/lib/profiles.h"

#include <criterion/criterion.h>
#include <string.h>

/* A pretended controller: words by address, and addresses it does not have. */
#define WORDS 2200
struct controller {
    uint16_t words[WORDS];
    bool missing[WORDS];
    uint8_t function;
    unsigned requests;
};

static void refuse_page(struct controller *controller, unsigned first, unsigned count)
{
    memset(controller->missing + first, 1, count);
}

static void poll(struct controller *controller, struct pb_modbus_map *map,
                 struct fo_reading *reading)
{
    struct pb_modbus_question question;
    pb_modbus_map_begin(map);
    while (pb_modbus_map_ask(map, &question)) {
        bool gap = question.function != controller->function;
        cr_assert_leq(question.count, PB_MODBUS_REGISTERS_MAX);
        cr_assert_leq(question.first + question.count, WORDS);
        for (unsigned i = 0; i < question.count; i++) {
            gap = gap || controller->missing[question.first + i];
        }
        controller->requests++;
        cr_assert_lt(controller->requests, 1000);
        if (gap) {
            pb_modbus_map_refused(map, FO_REASON_NO_SUCH_OBJECT);
        } else {
            pb_modbus_map_answer(map, controller->words + question.first);
        }
    }
    pb_modbus_map_read(map, reading);
}

static struct fo_value value_of(const struct fo_reading *reading, enum fo_variable variable)
{
    for (unsigned i = 0; i < reading->count; i++) {
        if (reading->values[i].variable == variable) {
            return reading->values[i];
        }
    }
    return (struct fo_value){.quality = 0xff};
}

/* A generator that runs and carries its load. */
static void set_running(struct controller *controller)
{
    memset(controller, 0, sizeof *controller);
    controller->function = CFG_FUNCTION_HOLDING;
    controller->words[772] = 1;
    controller->words[1024] = 410;
    controller->words[1025] = 82;
    controller->words[1027] = 73;
    controller->words[1029] = 276;
    controller->words[1030] = 1500;
    controller->words[1031] = 500;
    controller->words[1033] = 2300;
    controller->words[1408] = 3;
    controller->words[1537] = 12000;
    controller->words[1558] = 605;
    controller->words[1798] = 1;
    controller->words[1799] = 2;
    controller->words[2049] = 0x1111;
    controller->words[2050] = 0x1111;
    controller->words[2051] = 0x1111;
}

Test(modbus_map, a_running_generator_reads_as_its_registers_say)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    poll(&controller, &map, &reading);
    cr_assert_eq(reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_STATUS).milli, FO_GEN_LOADED);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_MODE).milli, FO_GEN_MODE_AUTO);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_OIL_PRESSURE).milli, 410000);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_COOLANT_TEMPERATURE).milli, 82000);
    cr_assert_eq(value_of(&reading, FO_VAR_FUEL_LEVEL).milli, 73000);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_BATTERY_VOLTAGE).milli, 27600);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_SPEED).milli, 1500000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_FREQUENCY).milli, 50000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_VOLTAGE).milli, 230000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_POWER).milli, 12000000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_LOAD).milli, 60500);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_RUN_SECONDS).milli, 65538000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_ALARMS).milli, 0);
    for (unsigned i = 0; i < reading.count; i++) {
        cr_assert_eq(reading.values[i].quality, FO_GOOD);
    }
}

Test(modbus_map, the_engine_state_and_the_load_give_the_status)
{
    static const struct {
        uint16_t state, speed, watts;
        int64_t status; /* -1: not known */
    } cases[] = {
        {0, 0, 0, FO_GEN_STOPPED},        {1, 200, 0, FO_GEN_CRANKING},
        {2, 1500, 0, FO_GEN_WARMING},     {3, 1500, 0, FO_GEN_RUNNING},
        {3, 1500, 499, FO_GEN_RUNNING},   {3, 1500, 500, FO_GEN_LOADED},
        {4, 1500, 9000, FO_GEN_COOLING},  {5, 0, 0, FO_GEN_STOPPED},
        {6, 0, 0, FO_GEN_COOLING},        {15, 1500, 0, FO_GEN_RUNNING},
        {15, 1500, 9000, FO_GEN_LOADED},  {0xffff, 100, 0, FO_GEN_STOPPED},
        {0xffff, 101, 0, FO_GEN_RUNNING}, {15, 0xffff, 0, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct controller controller;
        struct pb_modbus_map map;
        struct fo_reading reading;
        set_running(&controller);
        controller.words[1408] = cases[i].state;
        controller.words[1030] = cases[i].speed;
        controller.words[1537] = cases[i].watts;
        controller.words[1558] = 0;
        pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
        poll(&controller, &map, &reading);
        struct fo_value status = value_of(&reading, FO_VAR_GENERATOR_STATUS);
        if (cases[i].status < 0) {
            cr_assert_eq(status.quality, FO_ABSENT, "case %zu", i);
        } else {
            cr_assert_eq(status.milli, cases[i].status, "case %zu", i);
        }
    }
}

Test(modbus_map, named_alarms_are_four_to_a_register_the_highest_nibble_first)
{
    static const struct {
        unsigned address;
        uint16_t word;
        enum fo_generator_alarm alarm;
        bool fault;
    } cases[] = {
        {2049, 0x3111, FO_GENERATOR_ALARM_EMERGENCY_STOP, true},
        {2049, 0x1211, FO_GENERATOR_ALARM_LOW_OIL_PRESSURE, false},
        {2049, 0x1131, FO_GENERATOR_ALARM_HIGH_COOLANT_TEMPERATURE, true},
        {2050, 0x2111, FO_GENERATOR_ALARM_UNDER_SPEED, false},
        {2050, 0x1311, FO_GENERATOR_ALARM_OVER_SPEED, true},
        {2050, 0x1131, FO_GENERATOR_ALARM_FAIL_TO_START, true},
        {2050, 0x1112, FO_GENERATOR_ALARM_FAIL_TO_STOP, false},
        {2051, 0x1411, FO_GENERATOR_ALARM_UNDER_VOLTAGE, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct controller controller;
        struct pb_modbus_map map;
        struct fo_reading reading;
        set_running(&controller);
        controller.words[cases[i].address] = cases[i].word;
        pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
        poll(&controller, &map, &reading);
        int64_t bits = value_of(&reading, FO_VAR_GENERATOR_ALARMS).milli;
        cr_assert(bits & (int64_t)1 << cases[i].alarm, "case %zu: %llx", i, (long long)bits);
        cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_STATUS).milli,
                     cases[i].fault ? FO_GEN_FAULT : FO_GEN_LOADED, "case %zu", i);
    }
}

Test(modbus_map, unimplemented_and_indication_nibbles_are_no_alarms)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    controller.words[2049] = 0xf0f1;
    controller.words[2050] = 0x8989;
    controller.words[2051] = 0xffff;
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    poll(&controller, &map, &reading);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_ALARMS).milli, 0);
}

Test(modbus_map, sentinels_of_gencomm_are_unknown)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    controller.words[1027] = 0xffff;
    controller.words[1025] = 0x7ffe;
    controller.words[1032] = 0xffff;
    controller.words[1033] = 0xffff;
    controller.words[1029] = 0;
    controller.words[772] = 5;
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    poll(&controller, &map, &reading);
    cr_assert_eq(value_of(&reading, FO_VAR_FUEL_LEVEL).reason, FO_REASON_SENTINEL);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_COOLANT_TEMPERATURE).reason, FO_REASON_SENTINEL);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_VOLTAGE).reason, FO_REASON_SENTINEL);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_BATTERY_VOLTAGE).reason,
                 FO_REASON_ZERO_NOT_BELIEVED);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_MODE).quality, FO_ABSENT);
    controller.words[1025] = 0xfff6; /* ten below zero */
    poll(&controller, &map, &reading);
    cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_COOLANT_TEMPERATURE).milli, -10000);
}

Test(modbus_map, a_page_the_model_does_not_have_costs_only_itself)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    refuse_page(&controller, 1280, 256);
    refuse_page(&controller, 2048, 100);
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    poll(&controller, &map, &reading);
    cr_assert_eq(reading.quality, FO_GOOD);
    cr_assert_eq(value_of(&reading, FO_VAR_FUEL_LEVEL).milli, 73000);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_ALARMS).reason, FO_REASON_NO_SUCH_OBJECT);
    cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_STATUS).milli, FO_GEN_LOADED,
                 "by its speed and load");
    unsigned first = controller.requests;
    poll(&controller, &map, &reading);
    cr_assert_leq(controller.requests - first, 5, "what is refused is not asked again each time");
}

Test(modbus_map, one_missing_register_in_a_block_costs_one_value)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    controller.missing[1027] = true;
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    for (int i = 0; i < 3; i++) {
        poll(&controller, &map, &reading);
        cr_assert_eq(value_of(&reading, FO_VAR_FUEL_LEVEL).reason, FO_REASON_NO_SUCH_OBJECT);
        cr_assert_eq(value_of(&reading, FO_VAR_ENGINE_OIL_PRESSURE).milli, 410000);
        cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_VOLTAGE).milli, 230000);
    }
    controller.missing[1027] = false;
    for (int i = 0; i < PB_MODBUS_RELEARN_POLLS; i++) {
        poll(&controller, &map, &reading);
    }
    cr_assert_eq(value_of(&reading, FO_VAR_FUEL_LEVEL).milli, 73000, "asked again in time");
}

Test(modbus_map, silence_makes_the_whole_reading_absent)
{
    struct pb_modbus_map map;
    struct pb_modbus_question question;
    struct fo_reading reading;

    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    pb_modbus_map_begin(&map);
    cr_assert(pb_modbus_map_ask(&map, &question));
    pb_modbus_map_silent(&map, FO_REASON_REFUSED);
    cr_assert_not(pb_modbus_map_ask(&map, &question));
    pb_modbus_map_read(&map, &reading);
    cr_assert_eq(reading.quality, FO_ABSENT);
    cr_assert_eq(reading.reason, FO_REASON_REFUSED);
    for (unsigned i = 0; i < reading.count; i++) {
        cr_assert_eq(reading.values[i].quality, FO_ABSENT, "%s",
                     fo_variable_name((enum fo_variable)reading.values[i].variable));
        cr_assert_eq(reading.values[i].reason, FO_REASON_REFUSED);
    }
}

Test(modbus_map, a_device_that_refuses_everything_is_absent_and_its_poll_ends)
{
    static struct controller controller;
    struct pb_modbus_map map;
    struct fo_reading reading;

    set_running(&controller);
    memset(controller.missing, 1, sizeof controller.missing);
    pb_modbus_map_init(&map, test_profile("deepsea-gencomm"), NULL);
    poll(&controller, &map, &reading);
    cr_assert_eq(reading.quality, FO_ABSENT);
    cr_assert_eq(reading.reason, FO_REASON_NO_SUCH_OBJECT);
}

Test(modbus_map, a_transfer_switch_is_read_by_either_function)
{
    for (uint8_t function = CFG_FUNCTION_HOLDING; function <= CFG_FUNCTION_INPUT; function++) {
        static struct controller controller;
        struct pb_modbus_map map;
        struct fo_reading reading;
        memset(&controller, 0, sizeof controller);
        controller.function = function;
        memcpy(controller.words, (uint16_t[]){2, 0, 0, 2012}, 8);
        pb_modbus_map_init(&map, test_profile("transfer-switch-contacts"), NULL);
        poll(&controller, &map, &reading);
        cr_assert_eq(value_of(&reading, FO_VAR_TRANSFER_SOURCE).milli, FO_SOURCE_GENERATOR);
        cr_assert_eq(value_of(&reading, FO_VAR_MAINS_VOLTAGE).milli, 0);
        cr_assert_eq(value_of(&reading, FO_VAR_MAINS_VOLTAGE).quality, FO_GOOD);
        cr_assert_eq(value_of(&reading, FO_VAR_GENERATOR_VOLTAGE).milli, 201200);
        unsigned before = controller.requests;
        poll(&controller, &map, &reading);
        cr_assert_eq(controller.requests - before, 1);
        controller.words[0] = 3;
        poll(&controller, &map, &reading);
        cr_assert_eq(value_of(&reading, FO_VAR_TRANSFER_SOURCE).quality, FO_ABSENT);
    }
}

Test(modbus_map, every_point_of_a_shipped_profile_lies_in_one_block)
{
    const struct cfg_profiles *profiles = test_profiles();
    for (unsigned p = 0; p < cfg_profiles_count(profiles); p++) {
        const struct cfg_profile *profile = cfg_profiles_at(profiles, p);
        unsigned points = 0;
        for (unsigned i = 0; i < profile->block_count; i++) {
            const struct cfg_block *block = &profile->blocks[i];
            cr_assert_eq(block->point, points, "%s block %u", profile->name, i);
            cr_assert_leq(block->count, CFG_BLOCK_WORDS);
            points += block->points;
            for (unsigned j = block->point; j < block->point + block->points; j++) {
                const struct cfg_point *point = &profile->points[j];
                bool wide = point->format == CFG_FORMAT_U32 || point->format == CFG_FORMAT_S32;
                cr_assert_geq(point->address, block->first);
                cr_assert_leq(point->address + 1 + wide, block->first + block->count);
                cr_assert_eq(point->function, block->function);
            }
        }
        cr_assert_eq(points, profile->protocol == CFG_PROTOCOL_MODBUS ? profile->count : 0);
    }
    cr_assert_null(test_profile("auto"));
}
