/* SPDX-License-Identifier: Apache-2.0 */
/* The frames byte by byte, and who is taken to claim an address. */
#include "monitord/agent/frames.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

static const uint8_t mac[MD_MAC_SIZE] = {0x02, 0x00, 0x5e, 0x10, 0x00, 0x01};
static const uint8_t other_mac[MD_MAC_SIZE] = {0x02, 0x00, 0x5e, 0x10, 0x00, 0x02};

static struct in_addr address4(const char *text)
{
    struct in_addr address;
    cr_assert_eq(inet_pton(AF_INET, text, &address), 1);
    return address;
}

static struct in6_addr address6(const char *text)
{
    struct in6_addr address;
    cr_assert_eq(inet_pton(AF_INET6, text, &address), 1);
    return address;
}

Test(agent_frames, a_gratuitous_arp_names_the_address_twice_and_goes_to_everybody)
{
    static const uint8_t expected[] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x08, 0x06,
        0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01,
        192,  0,    2,    100,  0,    0,    0,    0,    0,    0,    192,  0,    2,    100};
    uint8_t frame[MD_FRAME_MAX];
    cr_assert_eq(md_frame_arp_announce(frame, mac, address4("192.0.2.100"), false),
                 sizeof expected);
    cr_assert_arr_eq(frame, expected, sizeof expected);
    md_frame_arp_announce(frame, mac, address4("192.0.2.100"), true);
    cr_assert_eq(frame[21], 2, "as a reply");
    cr_assert_arr_eq(frame + 32, expected, 6, "whose target is everybody");
}

Test(agent_frames, an_arp_probe_has_no_sender_address)
{
    static const uint8_t nobody[4];
    uint8_t frame[MD_FRAME_MAX];
    struct in_addr address = address4("192.0.2.100");
    cr_assert_eq(md_frame_arp_probe(frame, mac, address), 42);
    cr_assert_arr_eq(frame + 28, nobody, 4);
    cr_assert_arr_eq(frame + 38, (uint8_t *)&address, 4);
}

/* The checksum over the pseudo header and the message with its checksum in place is zero. */
static uint16_t sum_of(const uint8_t *frame, size_t length)
{
    uint32_t sum = (uint32_t)(length - 54) + IPPROTO_ICMPV6;
    for (size_t i = 22; i < length; i += 2) {
        sum += (uint32_t)frame[i] << 8 | frame[i + 1];
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

Test(agent_frames, a_neighbour_advertisement_is_whole)
{
    uint8_t frame[MD_FRAME_MAX];
    struct in6_addr address = address6("2001:db8::100"), all = address6("ff02::1");
    size_t length = md_frame_nd_announce(frame, mac, &address);
    cr_assert_eq(length, 86);
    cr_assert_eq(sum_of(frame, length), 0);
    cr_assert_eq(frame[0] << 8 | frame[1], 0x3333);
    cr_assert_eq(frame[21], 255, "RFC 4861 section 7.1.2: the hop limit is 255");
    cr_assert_arr_eq(frame + 22, address.s6_addr, 16);
    cr_assert_arr_eq(frame + 38, all.s6_addr, 16);
    cr_assert_eq(frame[54], 136);
    cr_assert_eq(frame[58], 0x20, "override, not solicited");
    cr_assert_arr_eq(frame + 62, address.s6_addr, 16);
    cr_assert_arr_eq(frame + 80, mac, 6);
}

Test(agent_frames, a_neighbour_probe_goes_to_the_solicited_node_group)
{
    uint8_t frame[MD_FRAME_MAX];
    struct in6_addr address = address6("2001:db8::12:3456");
    struct in6_addr group = address6("ff02::1:ff12:3456"), nobody = address6("::");
    size_t length = md_frame_nd_probe(frame, mac, &address);
    cr_assert_eq(length, 78);
    cr_assert_eq(sum_of(frame, length), 0);
    cr_assert_arr_eq(frame + 22, nobody.s6_addr, 16);
    cr_assert_arr_eq(frame + 38, group.s6_addr, 16);
    cr_assert_arr_eq(frame + 2, group.s6_addr + 12, 4);
    cr_assert_eq(frame[54], 135);
}

Test(agent_frames, who_speaks_as_the_address_claims_it)
{
    uint8_t frame[MD_FRAME_MAX];
    struct in_addr wanted4 = address4("192.0.2.100"), none4 = {0};
    struct in6_addr wanted6 = address6("2001:db8::100"), none6 = address6("::");
    size_t length = md_frame_arp_announce(frame, other_mac, wanted4, true);
    cr_assert(md_frame_claims_address(frame, length, mac, wanted4, &none6));
    cr_assert_not(md_frame_claims_address(frame, length, other_mac, wanted4, &none6),
                  "our own frame is no other's claim");
    cr_assert_not(md_frame_claims_address(frame, length, mac, address4("192.0.2.101"), &none6));
    cr_assert_not(md_frame_claims_address(frame, length, mac, none4, &wanted6));
    cr_assert_not(md_frame_claims_address(frame, length - 1, mac, wanted4, &none6), "cut short");

    length = md_frame_nd_announce(frame, other_mac, &wanted6);
    cr_assert(md_frame_claims_address(frame, length, mac, none4, &wanted6));
    cr_assert_not(md_frame_claims_address(frame, length, mac, none4, &none6));
    cr_assert_not(md_frame_claims_address(frame, 77, mac, none4, &wanted6), "cut short");
}

Test(agent_frames, who_only_asks_for_the_address_does_not_claim_it)
{
    uint8_t frame[MD_FRAME_MAX];
    struct in_addr wanted4 = address4("192.0.2.100");
    struct in6_addr wanted6 = address6("2001:db8::100");
    size_t length = md_frame_arp_probe(frame, other_mac, wanted4);
    cr_assert_not(md_frame_claims_address(frame, length, mac, wanted4, &wanted6));
    length = md_frame_nd_probe(frame, other_mac, &wanted6);
    cr_assert_not(md_frame_claims_address(frame, length, mac, wanted4, &wanted6));
}

Test(agent_frames, who_asks_for_the_address_or_sends_to_this_host_wants_it)
{
    uint8_t frame[MD_FRAME_MAX];
    struct in_addr wanted4 = address4("192.0.2.100"), none4 = {0};
    struct in6_addr wanted6 = address6("2001:db8::100"), none6 = address6("::");
    size_t length = md_frame_arp_probe(frame, other_mac, wanted4);
    cr_assert(md_frame_wants_us(frame, length, mac, wanted4, &none6));
    cr_assert_not(md_frame_wants_us(frame, length, other_mac, wanted4, &none6), "our own question");
    cr_assert_not(md_frame_wants_us(frame, length, mac, address4("192.0.2.101"), &none6));
    cr_assert_not(md_frame_wants_us(frame, length, mac, none4, &wanted6));
    cr_assert_not(md_frame_wants_us(frame, length - 1, mac, wanted4, &none6), "cut short");
    memcpy(frame, mac, sizeof mac);
    cr_assert(md_frame_wants_us(frame, 14, mac, none4, &none6), "it was sent to us");
    cr_assert_not(md_frame_wants_us(frame, 13, mac, none4, &none6));

    length = md_frame_arp_announce(frame, other_mac, wanted4, true);
    cr_assert_not(md_frame_wants_us(frame, length, mac, wanted4, &none6),
                  "an answer is no question");
    length = md_frame_nd_probe(frame, other_mac, &wanted6);
    cr_assert(md_frame_wants_us(frame, length, mac, none4, &wanted6));
    cr_assert_not(md_frame_wants_us(frame, length, mac, none4, &none6));
    cr_assert_not(md_frame_wants_us(frame, 77, mac, none4, &wanted6), "cut short");
    length = md_frame_nd_announce(frame, other_mac, &wanted6);
    cr_assert_not(md_frame_wants_us(frame, length, mac, none4, &wanted6));
}
