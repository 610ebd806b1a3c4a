/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the framing of Modbus TCP: any bytes, cut anywhere, and whatever comes out of the
 * judgement must be an answer of the size that was asked for. Built by the fuzz preset, run by
 * tests/run. */
#include "probes/modbus_exchange.h"
#include "probes/modbus_frame.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pb_modbus_frame frame;
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    enum fo_reason reason;

    if (size < 4) {
        return 0;
    }
    const struct pb_modbus_question question = {.transaction = data[0],
                                                .unit = data[1],
                                                .function = (uint8_t)(1 + data[2] % 4),
                                                .first = 0,
                                                .count = (uint16_t)(1 + data[3] % 125)};
    pb_modbus_frame_reset(&frame);
    for (size_t at = 4; at < size && frame.verdict != PB_FRAME_FAULT;) {
        size_t piece = 1 + data[at] % 7;
        at += pb_modbus_frame_feed(&frame, data + at, piece < size - at ? piece : size - at);
        if (frame.verdict != PB_FRAME_READY) {
            continue;
        }
        if (pb_modbus_exchange_judge(&question, frame.bytes, frame.length, &reason) ==
            PB_EXCHANGE_ANSWER) {
            if (frame.length != PB_MBAP_HEADER + 2 + pb_modbus_exchange_bytes(&question)) {
                abort();
            }
            pb_modbus_exchange_take(&question, frame.bytes + PB_MBAP_HEADER, registers);
        }
        pb_modbus_frame_reset(&frame);
    }
    return 0;
}
