/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what is made of registers: each shipped Modbus profile is walked poll by poll with
 * answers, refusals and silence as the bytes say, and every reading must be one that may be
 * believed. Run by tests/fuzz/run. */
#include "probes/modbus_map.h"
#include "tests/fuzz/reading_check.h"

#define POLLS 4
#define QUESTIONS_MAX (2 * (CFG_BLOCKS_MAX + CFG_POINTS_MAX)) /* by both functions */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reply(struct pb_modbus_map *map, const struct pb_modbus_question *question,
                  struct bytes *bytes)
{
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    uint8_t kind = take_byte(bytes);

    if (question->count == 0 || question->count > 2000 || question->function < 1 ||
        question->function > 4 ||
        (question->function > 2 && question->count > PB_MODBUS_REGISTERS_MAX)) {
        abort(); /* no device would answer that */
    }
    if (kind % 16 == 14) {
        pb_modbus_map_refused(map, FO_REASON_NO_SUCH_OBJECT);
    } else if (kind % 16 == 15) {
        pb_modbus_map_silent(map, FO_REASON_NO_ANSWER);
    } else {
        for (unsigned i = 0; i < PB_MODBUS_REGISTERS_MAX; i++) {
            registers[i] = (uint16_t)take_word(bytes);
        }
        pb_modbus_map_answer(map, registers);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, data + size};
    struct pb_modbus_map map;
    struct pb_modbus_question question;
    struct fo_reading reading;

    pb_modbus_map_init(&map, profile_by(take_byte(&bytes), CFG_PROTOCOL_MODBUS), NULL);
    for (unsigned poll = 0; poll < POLLS; poll++) {
        unsigned questions = 0;
        pb_modbus_map_begin(&map);
        while (pb_modbus_map_ask(&map, &question)) {
            if (++questions > QUESTIONS_MAX) {
                abort(); /* a poll ends */
            }
            reply(&map, &question, &bytes);
        }
        pb_modbus_map_read(&map, &reading);
        reading_check(&reading);
    }
    return 0;
}
