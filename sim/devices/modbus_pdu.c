/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus TCP requests to replies, by hand and without a socket. It owns no register; the caller
 * gives the reader of the machine. */
#include "sim/devices/modbus_pdu.h"

#include <string.h>

#define HEADER 7
#define ILLEGAL_FUNCTION 1
#define ILLEGAL_ADDRESS 2
#define ILLEGAL_VALUE 3

static uint16_t word_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void word_put(uint8_t *bytes, uint16_t word)
{
    bytes[0] = (uint8_t)(word >> 8);
    bytes[1] = (uint8_t)word;
}

int sim_modbus_frame(const uint8_t *bytes, size_t length)
{
    if (length < 6) {
        return 0;
    }
    unsigned follows = word_at(bytes + 4);
    if (word_at(bytes + 2) != 0 || follows < 2 || follows + 6 > SIM_MODBUS_ADU_MAX) {
        return -1;
    }
    return length >= follows + 6 ? (int)(follows + 6) : 0;
}

static size_t refuse(uint8_t *pdu, uint8_t function, uint8_t code)
{
    pdu[0] = function | 0x80;
    pdu[1] = code;
    return 2;
}

static size_t registers_read(const uint8_t *request, size_t length, sim_register_read read,
                             const void *machine, uint8_t *pdu)
{
    if (length != 5) {
        return refuse(pdu, request[0], ILLEGAL_VALUE);
    }
    unsigned first = word_at(request + 1);
    unsigned count = word_at(request + 3);
    if (count < 1 || count > SIM_MODBUS_REGISTERS_MAX) {
        return refuse(pdu, request[0], ILLEGAL_VALUE);
    }
    for (unsigned i = 0; i < count; i++) {
        uint16_t value;
        if (first + i > UINT16_MAX || !read(machine, (uint16_t)(first + i), &value)) {
            return refuse(pdu, request[0], ILLEGAL_ADDRESS);
        }
        word_put(pdu + 2 + 2 * i, value);
    }
    pdu[0] = request[0];
    pdu[1] = (uint8_t)(2 * count);
    return 2 + 2 * count;
}

size_t sim_modbus_answer(const uint8_t *frame, size_t length, uint8_t unit, sim_register_read read,
                         const void *machine, uint8_t reply[SIM_MODBUS_ADU_MAX])
{
    if (length < HEADER + 1 || frame[6] != unit) {
        return 0;
    }
    const uint8_t *request = frame + HEADER;
    uint8_t *pdu = reply + HEADER;
    size_t written;
    if (request[0] == 3 || request[0] == 4) {
        written = registers_read(request, length - HEADER, read, machine, pdu);
    } else {
        written = refuse(pdu, request[0], ILLEGAL_FUNCTION);
    }
    memcpy(reply, frame, 4);
    word_put(reply + 4, (uint16_t)(written + 1));
    reply[6] = unit;
    return HEADER + written;
}
