/* SPDX-License-Identifier: Apache-2.0 */
/* Compares an answer with its question field by field. It never looks at register contents. */
#include "probes/modbus_exchange.h"

#include "failover/assert.h"
#include "probes/modbus_frame.h"

#define FUNCTION_AT PB_MBAP_HEADER
#define EXCEPTION_BIT 0x80

static enum fo_reason reason_of_exception(uint8_t code)
{
    switch (code) {
        case 1: /* illegal function */
        case 2: /* illegal data address */
            return FO_REASON_NO_SUCH_OBJECT;
        case 10: /* gateway path unavailable */
        case 11: /* gateway target device failed to respond */
            return FO_REASON_CARD_LOST_DEVICE;
        default:
            return FO_REASON_DEVICE_ERROR;
    }
}

enum pb_exchange_verdict pb_modbus_exchange_judge(const struct pb_modbus_question *question,
                                                  const uint8_t *frame, size_t length,
                                                  enum fo_reason *reason)
{
    FO_ASSERT(length > FUNCTION_AT);
    FO_ASSERT(question->count >= 1 && question->count <= PB_MODBUS_REGISTERS_MAX);
    *reason = FO_REASON_BAD_FRAME;
    if ((frame[0] << 8 | frame[1]) != question->transaction) {
        return PB_EXCHANGE_FOREIGN;
    }
    if (frame[PB_MBAP_HEADER - 1] != question->unit) {
        return PB_EXCHANGE_WRONG;
    }
    if (frame[FUNCTION_AT] == (question->function | EXCEPTION_BIT)) {
        if (length != FUNCTION_AT + 2) {
            return PB_EXCHANGE_WRONG;
        }
        *reason = reason_of_exception(frame[FUNCTION_AT + 1]);
        return PB_EXCHANGE_EXCEPTION;
    }
    size_t bytes = (size_t)question->count * 2;
    if (frame[FUNCTION_AT] != question->function || length != FUNCTION_AT + 2 + bytes ||
        frame[FUNCTION_AT + 1] != bytes) {
        return PB_EXCHANGE_WRONG;
    }
    *reason = FO_REASON_NONE;
    return PB_EXCHANGE_ANSWER;
}
