/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated controllers as holding registers, and the Modbus frames around them. */
#include "sim/devices/registers.h"

#include "sim/devices/misbehave.h"
#include "sim/devices/modbus_pdu.h"

#include <criterion/criterion.h>
#include <string.h>

static struct sim_generator generator_new(void)
{
    const struct sim_generator_plate plate = {.nominal_v = 200,
                                              .nominal_hz = 50,
                                              .rating_w = 10000,
                                              .start_delay_ms = 100,
                                              .crank_ms = 100,
                                              .crank_limit_ms = 500,
                                              .crank_rest_ms = 100,
                                              .crank_attempts = 1,
                                              .warm_ms = 100,
                                              .cool_ms = 1000,
                                              .speed_permille = 1000};
    struct sim_fuel fuel;
    struct sim_generator generator;
    sim_fuel_init(&fuel, 100, 1000, 5000);
    sim_generator_init(&generator, &plate, &fuel);
    return generator;
}

static uint16_t word(const struct sim_generator *generator, uint16_t number)
{
    uint16_t value = 0;
    cr_assert(sim_gencomm_read(generator, number, &value), "register %u", number);
    return value;
}

static uint32_t two_words(const struct sim_generator *generator, uint16_t number)
{
    return (uint32_t)word(generator, number) << 16 | word(generator, number + 1);
}

Test(gencomm, at_rest_in_auto_shows_stopped_and_no_voltage)
{
    struct sim_generator generator = generator_new();
    cr_assert_eq(word(&generator, 772), 1);
    cr_assert_eq(word(&generator, 1408), 0);
    cr_assert_eq(word(&generator, 1030), 0);
    cr_assert_eq(word(&generator, 1029), 264);
    cr_assert_eq(word(&generator, 1027), 100);
    cr_assert_eq(two_words(&generator, 1032), 0);
}

Test(gencomm, under_load_shows_voltage_speed_frequency_and_power)
{
    struct sim_generator generator = generator_new();
    for (int i = 0; i < 100; i++) {
        sim_generator_step(&generator, true, 4000);
    }
    cr_assert_eq(word(&generator, 1408), 3);
    cr_assert_eq(word(&generator, 1030), 1500);
    cr_assert_eq(word(&generator, 1031), 500);
    cr_assert_eq(two_words(&generator, 1032), 2000);
    cr_assert_eq(two_words(&generator, 1038), 3464);
    cr_assert_eq(two_words(&generator, 1536), 4000);
    cr_assert_eq(word(&generator, 1558), 400);
    cr_assert_gt(two_words(&generator, 1798), 8);
    cr_assert_eq(two_words(&generator, 1808), 1);
}

Test(gencomm, modes_have_the_numbers_of_the_controller)
{
    struct sim_generator generator = generator_new();
    generator.mode = SIM_GEN_MODE_OFF;
    cr_assert_eq(word(&generator, 772), 0);
    generator.mode = SIM_GEN_MODE_MANUAL;
    cr_assert_eq(word(&generator, 772), 2);
}

Test(gencomm, an_alarm_is_one_nibble_of_its_register)
{
    struct sim_generator generator = generator_new();
    cr_assert_eq(word(&generator, 2049), 0x111f);
    cr_assert_eq(word(&generator, 2050), 0x1111);
    generator.refuses = true;
    for (int i = 0; i < 100; i++) {
        sim_generator_step(&generator, true, 0);
    }
    cr_assert_eq(word(&generator, 2050), 0x1131, "fail to start is the third of 2050");
    sim_generator_trip(&generator, SIM_GEN_ALARM_EMERGENCY_STOP);
    cr_assert_eq(word(&generator, 2049), 0x311f);
}

Test(gencomm, what_this_model_does_not_have_reads_unimplemented)
{
    struct sim_generator generator = generator_new();
    uint16_t value;
    cr_assert_eq(word(&generator, 1026), 0xffff);
    cr_assert_eq(word(&generator, 2061), 0xffff);
    cr_assert_not(sim_gencomm_read(&generator, 39424, &value));
}

Test(contacts, show_position_and_both_supplies)
{
    struct sim_transfer transfer;
    uint16_t value;
    sim_transfer_init(&transfer, 100, 50);
    sim_transfer_step(&transfer, (struct sim_supply){1000, 50000}, (struct sim_supply){990, 49000},
                      true);
    cr_assert(sim_contacts_read(&transfer, 0, &value) && value == 1);
    cr_assert(sim_contacts_read(&transfer, 1, &value) && value == 1000);
    cr_assert(sim_contacts_read(&transfer, 2, &value) && value == 500);
    cr_assert(sim_contacts_read(&transfer, 3, &value) && value == 990);
    cr_assert_not(sim_contacts_read(&transfer, 4, &value));
}

static bool odd_register(const void *machine, uint16_t number, uint16_t *value)
{
    *value = (uint16_t)(number * 2 + *(const uint16_t *)machine);
    return number < 200;
}

static size_t ask(const char *request, size_t length, uint8_t reply[SIM_MODBUS_ADU_MAX])
{
    static const uint16_t one = 1;
    return sim_modbus_answer((const uint8_t *)request, length, 7, odd_register, &one, reply);
}

Test(modbus, reads_registers_under_the_same_transaction)
{
    uint8_t reply[SIM_MODBUS_ADU_MAX];
    size_t length = ask("\x12\x34\0\0\0\x06\x07\x03\0\x05\0\x02", 12, reply);
    cr_assert_eq(length, 13);
    cr_assert_arr_eq(reply, "\x12\x34\0\0\0\x07\x07\x03\x04\0\x0b\0\x0d", 13);
}

Test(modbus, another_unit_is_not_answered)
{
    uint8_t reply[SIM_MODBUS_ADU_MAX];
    cr_assert_eq(ask("\0\1\0\0\0\x06\x08\x03\0\x05\0\x02", 12, reply), 0);
}

Test(modbus, refuses_what_it_cannot_do_with_the_right_exception)
{
    static const struct {
        const char *request;
        size_t length;
        uint8_t exception;
    } cases[] = {
        {"\0\1\0\0\0\x06\x07\x03\0\xc7\0\x02", 12, 2},   /* runs over the last register */
        {"\0\1\0\0\0\x06\x07\x03\xff\xff\0\x02", 12, 2}, /* over the address space */
        {"\0\1\0\0\0\x06\x07\x03\0\x05\0\0", 12, 3},     /* none asked for */
        {"\0\1\0\0\0\x06\x07\x03\0\x05\0\x7e", 12, 3},   /* 126 */
        {"\0\1\0\0\0\x06\x07\x06\0\x05\0\x01", 12, 1},   /* write */
        {"\0\1\0\0\0\x05\x07\x03\0\x05\0", 11, 3},       /* too short */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t reply[SIM_MODBUS_ADU_MAX];
        cr_assert_eq(ask(cases[i].request, cases[i].length, reply), 9, "case %zu", i);
        cr_assert_eq(reply[7], cases[i].request[7] | 0x80, "case %zu", i);
        cr_assert_eq(reply[8], cases[i].exception, "case %zu", i);
    }
}

Test(modbus, cuts_frames_by_their_length_and_drops_what_is_none)
{
    const uint8_t frame[] = {0, 1, 0, 0, 0, 6, 7, 3, 0, 5, 0, 2, 0, 2};
    for (size_t length = 0; length < 12; length++) {
        cr_assert_eq(sim_modbus_frame(frame, length), 0);
    }
    cr_assert_eq(sim_modbus_frame(frame, 14), 12);
    const uint8_t foreign[] = {0, 1, 0, 9, 0, 6};
    cr_assert_eq(sim_modbus_frame(foreign, 6), -1);
    const uint8_t huge[] = {0, 1, 0, 0, 1, 0};
    cr_assert_eq(sim_modbus_frame(huge, 6), -1);
}

Test(misbehave, every_name_is_found_again_and_noise_repeats_with_its_seed)
{
    for (int i = 0; i < SIM_COMMS_COUNT; i++) {
        cr_assert_eq(sim_comms_find(sim_comms_name((uint8_t)i)), i);
    }
    cr_assert_eq(sim_comms_find("rude"), SIM_COMMS_COUNT);
    uint8_t first[64], second[64];
    uint32_t seed = 5, same = 5;
    sim_garbage_fill(first, sizeof(first), &seed);
    sim_garbage_fill(second, sizeof(second), &same);
    cr_assert_arr_eq(first, second, sizeof(first));
    sim_garbage_fill(second, sizeof(second), &same);
    cr_assert_arr_neq(first, second, sizeof(first));
}
