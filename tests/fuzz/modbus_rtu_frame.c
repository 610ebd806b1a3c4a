/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the framing of Modbus RTU: any bytes on the line; nothing is used that was not there, and
 * an answer is of our unit, our function, our size, with its CRC. Built by the fuzz preset, run by
 * tests/run. */
#include "probes/modbus_rtu_frame.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    uint8_t copy[PB_RTU_MAX];
    enum fo_reason reason;
    size_t used;

    if (size < 5) {
        return 0;
    }
    const struct pb_modbus_question question = {.unit = (uint8_t)(1 + data[0] % 247),
                                                .function = (uint8_t)(1 + data[1] % 4),
                                                .first = data[2],
                                                .count = (uint16_t)(1 + data[3] % 125)};
    bool mend = data[4] & 1; /* or no frame would ever get past its CRC */
    data += 5;
    size = size - 5 < PB_RTU_MAX ? size - 5 : PB_RTU_MAX;
    for (size_t i = 0; i < size; i++) {
        copy[i] = data[i];
    }
    if (mend && size >= 4) {
        uint16_t crc = pb_rtu_crc(copy, size - 2);
        copy[size - 2] = (uint8_t)crc;
        copy[size - 1] = (uint8_t)(crc >> 8);
    }
    for (size_t at = 0; at <= size;) {
        enum pb_rtu_verdict verdict = pb_rtu_judge(&question, copy + at, size - at, &used, &reason);
        demand(used <= size - at);
        demand((used > 0) == (verdict == PB_RTU_ANSWER || verdict == PB_RTU_EXCEPTION ||
                              verdict == PB_RTU_FOREIGN));
        if (verdict == PB_RTU_ANSWER) {
            demand(copy[at] == question.unit && copy[at + 1] == question.function);
            demand(used == 5 + pb_modbus_exchange_bytes(&question));
            demand(pb_rtu_crc(copy + at, used) == 0);
            pb_modbus_exchange_take(&question, copy + at + 1, registers);
        }
        if (used == 0) {
            break;
        }
        at += used;
    }
    return 0;
}
