/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of whether a frame answers its question, and of the codec that reads it. */
#include "probes/modbus_codec.h"

#include <criterion/criterion.h>

static const struct pb_modbus_question question = {.transaction = 0x0107,
                                                   .unit = 1,
                                                   .function = 3,
                                                   .first = 1024,
                                                   .count = 2};

static enum pb_exchange_verdict judge(const uint8_t *frame, size_t length, enum fo_reason *reason)
{
    return pb_modbus_exchange_judge(&question, frame, length, reason);
}

Test(modbus_exchange, transaction_unit_function_and_count_must_all_match)
{
    static const struct {
        uint8_t bytes[15];
        size_t length;
        enum pb_exchange_verdict verdict;
        enum fo_reason reason;
    } cases[] = {
        {{1, 7, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2}, 13, PB_EXCHANGE_ANSWER, FO_REASON_NONE},
        {{1, 6, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2}, 13, PB_EXCHANGE_FOREIGN, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 7, 2, 3, 4, 0, 1, 0, 2}, 13, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 7, 1, 4, 4, 0, 1, 0, 2}, 13, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 5, 1, 3, 2, 0, 1}, 11, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 7, 1, 3, 2, 0, 1, 0, 2}, 13, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 9, 1, 3, 6, 0, 1, 0, 2, 0, 3}, 15, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 3, 1, 0x83, 2}, 9, PB_EXCHANGE_EXCEPTION, FO_REASON_NO_SUCH_OBJECT},
        {{1, 7, 0, 0, 0, 3, 1, 0x83, 1}, 9, PB_EXCHANGE_EXCEPTION, FO_REASON_NO_SUCH_OBJECT},
        {{1, 7, 0, 0, 0, 3, 1, 0x83, 4}, 9, PB_EXCHANGE_EXCEPTION, FO_REASON_DEVICE_ERROR},
        {{1, 7, 0, 0, 0, 3, 1, 0x83, 11}, 9, PB_EXCHANGE_EXCEPTION, FO_REASON_CARD_LOST_DEVICE},
        {{1, 7, 0, 0, 0, 3, 1, 0x84, 2}, 9, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 4, 1, 0x83, 2, 0}, 10, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
        {{1, 7, 0, 0, 0, 2, 1, 3}, 8, PB_EXCHANGE_WRONG, FO_REASON_BAD_FRAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum fo_reason reason = FO_REASON_NONE;
        cr_assert_eq(judge(cases[i].bytes, cases[i].length, &reason), cases[i].verdict, "case %zu",
                     i);
        cr_assert_eq(reason, cases[i].reason, "case %zu", i);
    }
}

Test(modbus_exchange, libmodbus_writes_the_question_and_reads_the_answer)
{
    static const uint8_t expected[] = {1, 7, 0, 0, 0, 6, 1, 3, 4, 0, 0, 2};
    static const uint8_t answer[] = {1, 7, 0, 0, 0, 7, 1, 3, 4, 0x12, 0x34, 0xff, 0xfe};
    uint8_t bytes[PB_MBAP_MAX];
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    struct pb_modbus_codec *codec = pb_modbus_codec_open();

    cr_assert_not_null(codec);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(pb_modbus_codec_encode(codec, &question, bytes), sizeof expected);
        cr_assert_arr_eq(bytes, expected, sizeof expected);
        cr_assert(pb_modbus_codec_decode(codec, &question, answer, sizeof answer, registers));
        cr_assert_eq(registers[0], 0x1234);
        cr_assert_eq(registers[1], 0xfffe);
    }
    pb_modbus_codec_close(codec);
}

Test(modbus_exchange, a_half_frame_neither_blocks_the_codec_nor_spoils_the_next_one)
{
    static const uint8_t answer[] = {1, 7, 0, 0, 0, 7, 1, 3, 4, 0x12, 0x34, 0xff, 0xfe};
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    struct pb_modbus_codec *codec = pb_modbus_codec_open();

    cr_assert_not_null(codec);
    cr_assert_not(pb_modbus_codec_decode(codec, &question, answer, 10, registers));
    cr_assert(pb_modbus_codec_decode(codec, &question, answer, sizeof answer, registers));
    cr_assert_eq(registers[1], 0xfffe);
    pb_modbus_codec_close(codec);
}
