/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts frames out of a serial line by the length their own head announces, and believes none
 * without its CRC. A frame of another slave is told from ours by unit, function and count. */
#include "probes/modbus_rtu_frame.h"

#include "failover/assert.h"

#include <string.h>

#define CRC_BYTES 2
#define EXCEPTION_BIT 0x80
#define EXCEPTION_FRAME 5
#define UNIT_MAX 247  /* MODBUS over Serial Line 1.02, 2.2 */
#define WRITE_FRAME 8 /* the answer to functions 5, 6, 15 and 16, which somebody else may ask */

uint16_t pb_rtu_crc(const uint8_t *bytes, size_t length)
{
    uint16_t crc = 0xffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1);
        }
    }
    return crc;
}

void pb_rtu_encode(const struct pb_modbus_question *question, uint8_t bytes[PB_RTU_REQUEST])
{
    bytes[0] = question->unit;
    bytes[1] = question->function;
    bytes[2] = (uint8_t)(question->first >> 8);
    bytes[3] = (uint8_t)question->first;
    bytes[4] = (uint8_t)(question->count >> 8);
    bytes[5] = (uint8_t)question->count;
    uint16_t crc = pb_rtu_crc(bytes, PB_RTU_REQUEST - CRC_BYTES);
    bytes[6] = (uint8_t)crc;
    bytes[7] = (uint8_t)(crc >> 8);
}

/* The length the head announces; 0: no frame of a slave begins so. length >= 3. */
static size_t announced(const uint8_t *bytes)
{
    if (bytes[1] & EXCEPTION_BIT) {
        return EXCEPTION_FRAME;
    }
    switch (bytes[1]) {
        case CFG_FUNCTION_COILS:
        case CFG_FUNCTION_DISCRETE:
        case CFG_FUNCTION_HOLDING:
        case CFG_FUNCTION_INPUT: {
            size_t whole = 3u + bytes[2] + CRC_BYTES;
            return whole <= PB_RTU_MAX ? whole : 0;
        }
        case 5:
        case 6:
        case 15:
        case 16:
            return WRITE_FRAME;
        default:
            return 0;
    }
}

static bool is_echo(const struct pb_modbus_question *question, const uint8_t *bytes, size_t length)
{
    uint8_t request[PB_RTU_REQUEST];
    pb_rtu_encode(question, request);
    return memcmp(bytes, request, length < PB_RTU_REQUEST ? length : PB_RTU_REQUEST) == 0;
}

enum pb_rtu_verdict pb_rtu_judge(const struct pb_modbus_question *question, const uint8_t *bytes,
                                 size_t length, size_t *used, enum fo_reason *reason)
{
    *used = 0;
    *reason = FO_REASON_NONE;
    if (length < 3) {
        return PB_RTU_MORE;
    }
    /* some adapters hear themselves; that comes first, or it could be taken for an answer */
    if (is_echo(question, bytes, length)) {
        *used = length < PB_RTU_REQUEST ? 0 : PB_RTU_REQUEST;
        return *used > 0 ? PB_RTU_FOREIGN : PB_RTU_MORE;
    }
    if (bytes[0] == 0 || bytes[0] > UNIT_MAX) {
        *used = 1; /* no slave's: what drivers put on the line as they turn on */
        return PB_RTU_FOREIGN;
    }
    size_t whole = announced(bytes);
    if (whole != 0 && length < whole) {
        return PB_RTU_MORE;
    }
    if (whole == 0 || pb_rtu_crc(bytes, whole - CRC_BYTES) !=
                          (uint16_t)(bytes[whole - 2] | bytes[whole - 1] << 8)) {
        *reason = FO_REASON_BAD_FRAME;
        return PB_RTU_NOISE;
    }
    *used = whole;
    switch (pb_modbus_exchange_judge_pdu(question, bytes[0], bytes + 1, whole - 1 - CRC_BYTES,
                                         reason)) {
        case PB_EXCHANGE_ANSWER:
            return PB_RTU_ANSWER;
        case PB_EXCHANGE_EXCEPTION:
            return PB_RTU_EXCEPTION;
        default:
            *reason = FO_REASON_NONE;
            return PB_RTU_FOREIGN;
    }
}
