/* SPDX-License-Identifier: Apache-2.0 */
/* Compares an answer with its question field by field. It never judges what registers say. */
#include "probes/modbus_exchange.h"

#include "failover/assert.h"
#include "probes/modbus_frame.h"

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

size_t pb_modbus_exchange_bytes(const struct pb_modbus_question *question)
{
    bool bits = question->function <= CFG_FUNCTION_DISCRETE;
    return bits ? (question->count + 7u) / 8u : question->count * 2u;
}

enum pb_exchange_verdict pb_modbus_exchange_judge_pdu(const struct pb_modbus_question *question,
                                                      uint8_t unit, const uint8_t *pdu,
                                                      size_t length, enum fo_reason *reason)
{
    FO_ASSERT(length >= 1);
    FO_ASSERT(question->count >= 1 && question->count <= PB_MODBUS_REGISTERS_MAX);
    *reason = FO_REASON_BAD_FRAME;
    if (unit != question->unit) {
        return PB_EXCHANGE_WRONG;
    }
    if (pdu[0] == (question->function | EXCEPTION_BIT)) {
        if (length != 2) {
            return PB_EXCHANGE_WRONG;
        }
        *reason = reason_of_exception(pdu[1]);
        return PB_EXCHANGE_EXCEPTION;
    }
    size_t bytes = pb_modbus_exchange_bytes(question);
    if (pdu[0] != question->function || length != 2 + bytes || pdu[1] != bytes) {
        return PB_EXCHANGE_WRONG;
    }
    *reason = FO_REASON_NONE;
    return PB_EXCHANGE_ANSWER;
}

enum pb_exchange_verdict pb_modbus_exchange_judge(const struct pb_modbus_question *question,
                                                  const uint8_t *frame, size_t length,
                                                  enum fo_reason *reason)
{
    FO_ASSERT(length > PB_MBAP_HEADER);
    *reason = FO_REASON_BAD_FRAME;
    if ((frame[0] << 8 | frame[1]) != question->transaction) {
        return PB_EXCHANGE_FOREIGN;
    }
    return pb_modbus_exchange_judge_pdu(question, frame[PB_MBAP_HEADER - 1], frame + PB_MBAP_HEADER,
                                        length - PB_MBAP_HEADER, reason);
}

void pb_modbus_exchange_take(const struct pb_modbus_question *question, const uint8_t *pdu,
                             uint16_t *registers)
{
    const uint8_t *bytes = pdu + 2;
    bool bits = question->function <= CFG_FUNCTION_DISCRETE;
    for (unsigned i = 0; i < question->count; i++) {
        registers[i] = bits ? (uint16_t)(bytes[i / 8] >> i % 8 & 1)
                            : (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
}
