/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the serial framing: the specification's own CRC, answers, refusals, other slaves,
 * echoes, noise, and every way of cutting an answer in two. */
#include "probes/modbus_rtu_frame.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct pb_modbus_question question = {.unit = 17,
                                                   .function = CFG_FUNCTION_HOLDING,
                                                   .first = 1024,
                                                   .count = 2};

static size_t close_frame(uint8_t *bytes, size_t length)
{
    uint16_t crc = pb_rtu_crc(bytes, length);
    bytes[length] = (uint8_t)crc;
    bytes[length + 1] = (uint8_t)(crc >> 8);
    return length + 2;
}

static size_t make_answer(uint8_t *bytes, uint8_t unit, uint8_t function, uint8_t count)
{
    bytes[0] = unit;
    bytes[1] = function;
    bytes[2] = count;
    for (unsigned i = 0; i < count; i++) {
        bytes[3 + i] = (uint8_t)(0x40 + i);
    }
    return close_frame(bytes, 3u + count);
}

static enum pb_rtu_verdict judge(const uint8_t *bytes, size_t length, size_t *used)
{
    enum fo_reason reason;
    return pb_rtu_judge(&question, bytes, length, used, &reason);
}

Test(modbus_rtu_frame, the_crc_is_that_of_the_specification)
{
    const uint8_t example[] = {0x02, 0x07}; /* MODBUS over Serial Line 1.02, appendix B: 1241h */
    cr_assert_eq(pb_rtu_crc(example, sizeof example), 0x1241);
}

Test(modbus_rtu_frame, a_question_is_eight_bytes_with_its_crc)
{
    uint8_t bytes[PB_RTU_REQUEST];
    pb_rtu_encode(&question, bytes);
    const uint8_t head[] = {17, 3, 0x04, 0x00, 0x00, 0x02};
    cr_assert_arr_eq(bytes, head, sizeof head);
    cr_assert_eq(pb_rtu_crc(bytes, PB_RTU_REQUEST), 0, "the CRC over its own CRC is 0");
}

Test(modbus_rtu_frame, an_answer_is_one_only_when_it_is_whole)
{
    uint8_t bytes[16];
    uint16_t registers[2];
    size_t used, length = make_answer(bytes, 17, 3, 4);
    for (size_t cut = 0; cut < length; cut++) {
        cr_assert_eq(judge(bytes, cut, &used), PB_RTU_MORE, "cut after %zu", cut);
        cr_assert_eq(used, 0);
    }
    cr_assert_eq(judge(bytes, length, &used), PB_RTU_ANSWER);
    cr_assert_eq(used, length);
    pb_modbus_exchange_take(&question, bytes + 1, registers);
    cr_assert_eq(registers[0], 0x4041);
    cr_assert_eq(registers[1], 0x4243);
}

Test(modbus_rtu_frame, one_wrong_bit_anywhere_is_never_an_answer)
{
    uint8_t good[16], bytes[16];
    size_t used, length = make_answer(good, 17, 3, 4);
    for (size_t bit = 0; bit < length * 8; bit++) {
        memcpy(bytes, good, sizeof bytes);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_neq(judge(bytes, length, &used), PB_RTU_ANSWER, "bit %zu", bit);
        cr_assert_neq(judge(bytes, length, &used), PB_RTU_EXCEPTION, "bit %zu", bit);
    }
}

Test(modbus_rtu_frame, a_refusal_says_why)
{
    uint8_t bytes[5] = {17, 0x83, 2};
    enum fo_reason reason;
    size_t used, length = close_frame(bytes, 3);
    cr_assert_eq(pb_rtu_judge(&question, bytes, length, &used, &reason), PB_RTU_EXCEPTION);
    cr_assert_eq(reason, FO_REASON_NO_SUCH_OBJECT);
}

Test(modbus_rtu_frame, what_others_say_is_passed_over_and_ours_behind_it_is_found)
{
    static const struct {
        uint8_t unit, function, count;
    } others[] = {{18, 3, 4}, {17, 4, 4}, {17, 3, 2}, {17, 3, 6}, {1, 1, 1}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        uint8_t bytes[64];
        size_t used,
            first = make_answer(bytes, others[i].unit, others[i].function, others[i].count);
        size_t length = first + make_answer(bytes + first, 17, 3, 4);
        cr_assert_eq(judge(bytes, length, &used), PB_RTU_FOREIGN, "case %zu", i);
        cr_assert_eq(used, first);
        cr_assert_eq(judge(bytes + used, length - used, &used), PB_RTU_ANSWER, "case %zu", i);
    }
}

Test(modbus_rtu_frame, our_own_echo_and_the_bytes_of_a_turning_driver_are_passed_over)
{
    uint8_t bytes[32];
    size_t used;
    pb_rtu_encode(&question, bytes);
    for (size_t cut = 3; cut < PB_RTU_REQUEST; cut++) {
        cr_assert_eq(judge(bytes, cut, &used), PB_RTU_MORE);
    }
    cr_assert_eq(judge(bytes, PB_RTU_REQUEST, &used), PB_RTU_FOREIGN);
    cr_assert_eq(used, PB_RTU_REQUEST);
    bytes[0] = 0xff;
    (void)make_answer(bytes + 1, 17, 3, 4);
    cr_assert_eq(judge(bytes, 10, &used), PB_RTU_FOREIGN);
    cr_assert_eq(used, 1);
}

Test(modbus_rtu_frame, an_echo_is_never_an_answer_even_where_it_looks_like_one)
{
    /* 20 coils at 0300h: the echo is as long as the answer and announces the same three bytes */
    const struct pb_modbus_question coils = {
        .unit = 17, .function = CFG_FUNCTION_COILS, .first = 0x0300, .count = 20};
    uint8_t bytes[PB_RTU_REQUEST];
    enum fo_reason reason;
    size_t used;
    pb_rtu_encode(&coils, bytes);
    cr_assert_eq(pb_rtu_judge(&coils, bytes, sizeof bytes, &used, &reason), PB_RTU_FOREIGN);
}

Test(modbus_rtu_frame, what_no_slave_says_is_noise)
{
    uint8_t bytes[PB_RTU_MAX];
    enum fo_reason reason;
    size_t used;
    memset(bytes, 0x55, sizeof bytes); /* function 85 */
    cr_assert_eq(pb_rtu_judge(&question, bytes, 3, &used, &reason), PB_RTU_NOISE);
    cr_assert_eq(reason, FO_REASON_BAD_FRAME);
    const uint8_t endless[] = {17, 3, 255}; /* longer than a frame may be */
    cr_assert_eq(judge(endless, sizeof endless, &used), PB_RTU_NOISE);
}
