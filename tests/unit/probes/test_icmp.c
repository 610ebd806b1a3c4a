/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of ICMP echoes as bytes. */
#include "probes/icmp.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

static const struct pb_icmp_echo asked = {.id = 0x1234, .sequence = 7, .cookie = 0xfeedface};

static uint16_t sum_of(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i += 2) {
        sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void put_ip(uint8_t *packet, uint32_t source, uint32_t target)
{
    memset(packet, 0, 20);
    packet[0] = 0x45;
    packet[9] = 1;
    memcpy(packet + 12, &source, 4);
    memcpy(packet + 16, &target, 4);
}

static size_t make_reply(uint8_t *packet, uint32_t source)
{
    put_ip(packet, source, htonl(0x0a000001));
    pb_icmp_encode(&asked, packet + 20);
    packet[20] = 0;
    packet[22] = packet[23] = 0;
    uint16_t sum = sum_of(packet + 20, PB_ICMP_ECHO_SIZE);
    packet[22] = (uint8_t)(sum >> 8);
    packet[23] = (uint8_t)sum;
    return 20 + PB_ICMP_ECHO_SIZE;
}

Test(icmp, a_request_has_a_checksum_that_sums_to_zero)
{
    uint8_t bytes[PB_ICMP_ECHO_SIZE];
    pb_icmp_encode(&asked, bytes);
    cr_assert_eq(bytes[0], 8);
    cr_assert_eq(sum_of(bytes, sizeof bytes), 0);
}

Test(icmp, a_reply_is_read_back_with_its_source)
{
    uint8_t packet[128];
    struct pb_icmp_echo echo;
    uint32_t source, target;
    size_t length = make_reply(packet, htonl(0xc0000201));

    cr_assert_eq(pb_icmp_decode(packet, length, &echo, &source, &target), PB_ICMP_REPLY);
    cr_assert_eq(echo.id, asked.id);
    cr_assert_eq(echo.sequence, asked.sequence);
    cr_assert_eq(echo.cookie, asked.cookie);
    cr_assert_eq(source, htonl(0xc0000201));
}

Test(icmp, each_damaged_byte_and_each_cut_is_seen)
{
    uint8_t packet[128];
    struct pb_icmp_echo echo;
    uint32_t source, target;
    size_t length = make_reply(packet, htonl(0xc0000201));

    for (size_t i = 20; i < length; i++) {
        packet[i] ^= 0x10;
        cr_assert_eq(pb_icmp_decode(packet, length, &echo, &source, &target), PB_ICMP_OTHER);
        packet[i] ^= 0x10;
    }
    for (size_t cut = 0; cut < length; cut++) {
        cr_assert_eq(pb_icmp_decode(packet, cut, &echo, &source, &target), PB_ICMP_OTHER);
    }
}

Test(icmp, a_router_that_cannot_deliver_names_whom_we_asked)
{
    uint8_t packet[128] = {0};
    struct pb_icmp_echo echo;
    uint32_t source, target;

    put_ip(packet, htonl(0xc0000209), htonl(0x0a000001));
    packet[20] = 3;
    packet[21] = 1;
    put_ip(packet + 28, htonl(0x0a000001), htonl(0xc6336401));
    pb_icmp_encode(&asked, packet + 48);
    size_t icmp = 8 + 20 + 8; /* routers give back eight bytes of what they dropped */
    uint16_t sum = sum_of(packet + 20, icmp);
    packet[22] = (uint8_t)(sum >> 8);
    packet[23] = (uint8_t)sum;
    cr_assert_eq(pb_icmp_decode(packet, 20 + icmp, &echo, &source, &target), PB_ICMP_UNREACHABLE);
    cr_assert_eq(echo.id, asked.id);
    cr_assert_eq(echo.sequence, asked.sequence);
    cr_assert_eq(target, htonl(0xc6336401));
}

Test(icmp, header_lengths_are_not_trusted)
{
    uint8_t packet[128];
    struct pb_icmp_echo echo;
    uint32_t source, target;
    size_t length = make_reply(packet, htonl(0xc0000201));

    for (unsigned words = 0; words < 16; words++) {
        packet[0] = (uint8_t)(0x40 | words);
        enum pb_icmp_kind kind = pb_icmp_decode(packet, length, &echo, &source, &target);
        cr_assert_eq(kind, words == 5 ? PB_ICMP_REPLY : PB_ICMP_OTHER, "%u words", words);
    }
}
