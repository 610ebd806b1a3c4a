/* SPDX-License-Identifier: Apache-2.0 */
/* Offsets of a test packet (see stamp.h). It owns them and nothing else; the fuzzer reads with it
 * as well. */
#include "probes/stamp.h"

#include <string.h>

#define AT_SEQUENCE 0
#define AT_TIMESTAMP 4
#define AT_ERROR 12
#define AT_SENDER_SEQUENCE 24 /* of a reply, behind its receive timestamp */
#define AT_SENDER_TIMESTAMP 28
/* RFC 4656, section 4.1.2: S (synchronised) 0, Z (NTP format) 0, scale 32, multiplier 1: one
 * second. A multiplier of 0 would make the packet void. */
#define ERROR_ESTIMATE (32U << 8 | 1U)

static void put(uint8_t *at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        at[i] = (uint8_t)(value >> 8 * (size - 1 - i));
    }
}

static uint64_t get(const uint8_t *at, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

void pb_stamp_encode(uint32_t sequence, uint64_t timestamp, uint8_t bytes[PB_STAMP_SIZE])
{
    memset(bytes, 0, PB_STAMP_SIZE);
    put(bytes + AT_SEQUENCE, sequence, 4);
    put(bytes + AT_TIMESTAMP, timestamp, 8);
    put(bytes + AT_ERROR, ERROR_ESTIMATE, 2);
}

bool pb_stamp_decode(const uint8_t *bytes, size_t length, struct pb_stamp_reply *reply)
{
    if (length < PB_STAMP_REPLY_MIN) {
        return false;
    }
    reply->sequence = (uint32_t)get(bytes + AT_SEQUENCE, 4);
    reply->sender_sequence = (uint32_t)get(bytes + AT_SENDER_SEQUENCE, 4);
    reply->sender_timestamp = get(bytes + AT_SENDER_TIMESTAMP, 8);
    return true;
}
