/* SPDX-License-Identifier: Apache-2.0 */
/* Builds and reads the few frames by which hosts tell each other who answers for an address. It
 * owns their layout and the ICMPv6 checksum, never a socket. announce.c and address_probe.c call
 * it. */
#include "monitord/agent/frames.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <string.h>

#define ARP_SIZE 28
#define ARP_OPERATION (ETH_HLEN + 6)
#define ARP_SENDER_MAC (ETH_HLEN + 8)
#define ARP_SENDER (ETH_HLEN + 14)
#define ARP_TARGET_MAC (ETH_HLEN + 18)
#define ARP_TARGET (ETH_HLEN + 24)
#define ICMP6_AT (ETH_HLEN + 40)
#define ND_TARGET (ICMP6_AT + 8)
#define ND_OPTIONS (ICMP6_AT + 24)
#define ND_OPTION_SIZE 8
#define ND_HOP_LIMIT 255

static const uint8_t broadcast[MD_MAC_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t nobody[MD_MAC_SIZE];

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_ethernet(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint16_t type)
{
    memcpy(frame, to, MD_MAC_SIZE);
    memcpy(frame + MD_MAC_SIZE, from, MD_MAC_SIZE);
    put16(frame + 2 * MD_MAC_SIZE, type);
}

static size_t put_arp(uint8_t *frame, const uint8_t *mac, uint16_t operation, struct in_addr sender,
                      const uint8_t *target_mac, struct in_addr target)
{
    put_ethernet(frame, broadcast, mac, ETH_P_ARP);
    put16(frame + ETH_HLEN, ARPHRD_ETHER);
    put16(frame + ETH_HLEN + 2, ETH_P_IP);
    frame[ETH_HLEN + 4] = MD_MAC_SIZE;
    frame[ETH_HLEN + 5] = sizeof(struct in_addr);
    put16(frame + ARP_OPERATION, operation);
    memcpy(frame + ARP_SENDER_MAC, mac, MD_MAC_SIZE);
    memcpy(frame + ARP_SENDER, &sender, sizeof sender);
    memcpy(frame + ARP_TARGET_MAC, target_mac, MD_MAC_SIZE);
    memcpy(frame + ARP_TARGET, &target, sizeof target);
    return ETH_HLEN + ARP_SIZE;
}

size_t md_frame_arp_announce(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE], struct in_addr address,
                             bool reply)
{
    return put_arp(frame, mac, reply ? ARPOP_REPLY : ARPOP_REQUEST, address,
                   reply ? broadcast : nobody, address);
}

size_t md_frame_arp_probe(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE], struct in_addr address)
{
    return put_arp(frame, mac, ARPOP_REQUEST, (struct in_addr){0}, nobody, address);
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i + 1 < length; i += 2) {
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    }
    return sum;
}

/* RFC 4443 section 2.3: over the pseudo header of RFC 8200 section 8.1 and the message, whose
 * length is even. */
static uint16_t checksum6(const uint8_t *frame, size_t message_size)
{
    uint32_t sum = (uint32_t)message_size + IPPROTO_ICMPV6;
    sum = add_words(sum, frame + ETH_HLEN + 8, 32);
    sum = add_words(sum, frame + ICMP6_AT, message_size);
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

/* option 0: no link-layer address option. */
static size_t put_nd(uint8_t *frame, uint8_t type, uint8_t flags, const uint8_t *mac,
                     const struct in6_addr *source, const struct in6_addr *destination,
                     const struct in6_addr *target, uint8_t option)
{
    size_t size = 24 + (option != 0 ? ND_OPTION_SIZE : 0);
    /* RFC 2464 section 7: 33:33 and the last four bytes of the group */
    uint8_t to[MD_MAC_SIZE] = {0x33, 0x33};
    memcpy(to + 2, destination->s6_addr + 12, 4);
    memset(frame, 0, MD_FRAME_MAX);
    put_ethernet(frame, to, mac, ETH_P_IPV6);
    frame[ETH_HLEN] = 0x60;
    put16(frame + ETH_HLEN + 4, (uint16_t)size);
    frame[ETH_HLEN + 6] = IPPROTO_ICMPV6;
    frame[ETH_HLEN + 7] = ND_HOP_LIMIT;
    memcpy(frame + ETH_HLEN + 8, source, sizeof *source);
    memcpy(frame + ETH_HLEN + 24, destination, sizeof *destination);
    frame[ICMP6_AT] = type;
    frame[ICMP6_AT + 4] = flags;
    memcpy(frame + ND_TARGET, target, sizeof *target);
    if (option != 0) {
        frame[ND_OPTIONS] = option;
        frame[ND_OPTIONS + 1] = 1; /* in units of 8 bytes */
        memcpy(frame + ND_OPTIONS + 2, mac, MD_MAC_SIZE);
    }
    put16(frame + ICMP6_AT + 2, checksum6(frame, size));
    return ICMP6_AT + size;
}

size_t md_frame_nd_announce(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE],
                            const struct in6_addr *address)
{
    static const struct in6_addr all_nodes = {
        .s6_addr = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    return put_nd(frame, ND_NEIGHBOR_ADVERT, 0x20, mac, address, &all_nodes, address,
                  ND_OPT_TARGET_LINKADDR);
}

size_t md_frame_nd_probe(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE],
                         const struct in6_addr *address)
{
    static const struct in6_addr unspecified = IN6ADDR_ANY_INIT;
    struct in6_addr group = {.s6_addr = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}};
    memcpy(group.s6_addr + 13, address->s6_addr + 13, 3);
    return put_nd(frame, ND_NEIGHBOR_SOLICIT, 0, mac, &unspecified, &group, address, 0);
}

bool md_frame_claims_address(const uint8_t *frame, size_t length, const uint8_t mac[MD_MAC_SIZE],
                             struct in_addr address4, const struct in6_addr *address6)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    if (length < ETH_HLEN + ARP_SIZE || memcmp(frame + MD_MAC_SIZE, mac, MD_MAC_SIZE) == 0) {
        return false; /* too short, or our own */
    }
    uint16_t type = (uint16_t)(frame[12] << 8 | frame[13]);
    if (type == ETH_P_ARP && address4.s_addr != 0) {
        return memcmp(frame + ARP_SENDER, &address4, sizeof address4) == 0;
    }
    if (type == ETH_P_IPV6 && memcmp(address6, &none, sizeof none) != 0) {
        return length >= ND_OPTIONS && frame[ETH_HLEN + 6] == IPPROTO_ICMPV6 &&
               frame[ICMP6_AT] == ND_NEIGHBOR_ADVERT &&
               memcmp(frame + ND_TARGET, address6, sizeof *address6) == 0;
    }
    return false;
}

bool md_frame_wants_us(const uint8_t *frame, size_t length, const uint8_t mac[MD_MAC_SIZE],
                       struct in_addr address4, const struct in6_addr *address6)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    if (length < ETH_HLEN || memcmp(frame + MD_MAC_SIZE, mac, MD_MAC_SIZE) == 0) {
        return false; /* too short, or our own */
    }
    uint16_t type = (uint16_t)(frame[12] << 8 | frame[13]);
    bool asks4 = type == ETH_P_ARP && length >= ETH_HLEN + ARP_SIZE && address4.s_addr != 0 &&
                 frame[ARP_OPERATION + 1] == ARPOP_REQUEST &&
                 memcmp(frame + ARP_TARGET, &address4, sizeof address4) == 0;
    bool asks6 = type == ETH_P_IPV6 && length >= ND_OPTIONS &&
                 memcmp(address6, &none, sizeof none) != 0 &&
                 frame[ETH_HLEN + 6] == IPPROTO_ICMPV6 && frame[ICMP6_AT] == ND_NEIGHBOR_SOLICIT &&
                 memcmp(frame + ND_TARGET, address6, sizeof *address6) == 0;
    return asks4 || asks6 || memcmp(frame, mac, MD_MAC_SIZE) == 0;
}
