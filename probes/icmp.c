/* SPDX-License-Identifier: Apache-2.0 */
/* Packing, checksum and careful unpacking of ICMP echoes. It trusts no length field of a packet;
 * line_probe.c and the fuzzer call it. */
#include "probes/icmp.h"

#include <string.h>

#define TYPE_REPLY 0
#define TYPE_UNREACHABLE 3
#define TYPE_REQUEST 8
#define HEADER 8
#define IP_MIN 20
#define PROTOCOL_ICMP 1

static uint16_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2) {
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    }
    if (length % 2 != 0) {
        sum += (uint32_t)bytes[length - 1] << 8;
    }
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

void pb_icmp_encode(const struct pb_icmp_echo *echo, uint8_t bytes[PB_ICMP_ECHO_SIZE])
{
    memset(bytes, 0, PB_ICMP_ECHO_SIZE);
    bytes[0] = TYPE_REQUEST;
    put_u16(bytes + 4, echo->id);
    put_u16(bytes + 6, echo->sequence);
    memcpy(bytes + HEADER, &echo->cookie, sizeof echo->cookie);
    put_u16(bytes + 2, checksum(bytes, PB_ICMP_ECHO_SIZE));
}

/* Length of an IPv4 header that is whole and carries ICMP; 0 otherwise. */
static size_t ip_header(const uint8_t *packet, size_t length)
{
    if (length < IP_MIN || packet[0] >> 4 != 4 || packet[9] != PROTOCOL_ICMP) {
        return 0;
    }
    size_t header = (size_t)(packet[0] & 15) * 4;
    return header >= IP_MIN && header <= length ? header : 0;
}

enum pb_icmp_kind pb_icmp_decode(const uint8_t *packet, size_t length, struct pb_icmp_echo *echo,
                                 uint32_t *source, uint32_t *target)
{
    size_t header = ip_header(packet, length);

    memset(echo, 0, sizeof *echo);
    if (header == 0 || length - header < HEADER) {
        return PB_ICMP_OTHER;
    }
    const uint8_t *icmp = packet + header;
    size_t rest = length - header;
    memcpy(source, packet + 12, sizeof *source);
    if (checksum(icmp, rest) != 0) {
        return PB_ICMP_OTHER;
    }
    if (icmp[0] == TYPE_REPLY && rest == PB_ICMP_ECHO_SIZE) {
        echo->id = get_u16(icmp + 4);
        echo->sequence = get_u16(icmp + 6);
        memcpy(&echo->cookie, icmp + HEADER, sizeof echo->cookie);
        return PB_ICMP_REPLY;
    }
    if (icmp[0] != TYPE_UNREACHABLE) {
        return PB_ICMP_OTHER;
    }
    /* what follows is the head of the packet that could not be delivered: ours, or not */
    const uint8_t *inner = icmp + HEADER;
    size_t inner_header = ip_header(inner, rest - HEADER);
    if (inner_header == 0 || rest - HEADER - inner_header < HEADER ||
        inner[inner_header] != TYPE_REQUEST) {
        return PB_ICMP_OTHER;
    }
    memcpy(target, inner + 16, sizeof *target);
    echo->id = get_u16(inner + inner_header + 4);
    echo->sequence = get_u16(inner + inner_header + 6);
    return PB_ICMP_UNREACHABLE;
}
