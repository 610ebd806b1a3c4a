/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the question who has an address, and reads what hosts say of it (see address_frame.h). It
 * owns the layout of the packets and believes no length in them; address_watch.c calls it. */
#include "probes/address_frame.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <string.h>

#define ARP_SIZE 28 /* RFC 826, Ethernet and IPv4 */
#define IP6_SIZE 40
#define IP6_LENGTH 4 /* of what follows the header */
#define IP6_NEXT 6
#define IP6_HOPS 7
#define IP6_SOURCE 8
#define IP6_TO 24
#define ND_CHECKSUM (IP6_SIZE + 2)
#define ND_FLAGS (IP6_SIZE + 4)
#define ND_TARGET (IP6_SIZE + 8)
#define ND_OPTIONS (IP6_SIZE + 24)
#define ND_SIZE 24 /* of a solicitation or advertisement without options */
#define ND_HOPS 255
#define ND_SOLICITED 0x40  /* an answer, RFC 4861 section 4.4 */
#define OPTION_UNIT 8      /* lengths of options are in such units; a station takes one */
#define IS_MULTICAST6 0xff /* first byte of an IPv6 address */

struct pb_ip pb_ip_of(const struct sockaddr *address)
{
    struct pb_ip ip = {0};

    if (address != NULL && address->sa_family == AF_INET) {
        ip.family = AF_INET;
        memcpy(ip.bytes, &((const struct sockaddr_in *)address)->sin_addr, 4);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        ip.family = AF_INET6;
        memcpy(ip.bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    }
    return ip;
}

bool pb_ip_same(const struct pb_ip *a, const struct pb_ip *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool pb_ip_one_network(const struct pb_ip *a, const struct pb_ip *b, const struct pb_ip *mask)
{
    if (a->family == 0 || a->family != b->family || a->family != mask->family ||
        mask->bytes[0] == 0) {
        return false;
    }
    for (unsigned i = 0; i < sizeof(mask->bytes); i++) {
        if (((a->bytes[i] ^ b->bytes[i]) & mask->bytes[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* RFC 4443 section 2.3: over the pseudo header of RFC 8200 section 8.1 and the message. What comes
 * with its checksum in place gives 0 when it is good. */
static uint16_t checksum6(const uint8_t *bytes, size_t message)
{
    uint32_t sum = (uint32_t)message + IPPROTO_ICMPV6;

    for (size_t i = IP6_SOURCE; i < IP6_SIZE + message; i++) {
        sum += (i & 1) != 0 ? bytes[i] : (uint32_t)bytes[i] << 8;
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static size_t ask4(const struct pb_ip *address, const struct pb_ip *own, const uint8_t *station,
                   uint8_t *bytes, uint8_t to[6])
{
    static const uint8_t head[8] = {0, ARPHRD_ETHER, ETHERTYPE_IP >> 8, 0, 6, 4, 0, ARPOP_REQUEST};

    memcpy(bytes, head, sizeof(head));
    memcpy(bytes + 8, station, 6);
    memcpy(bytes + 14, own->bytes, 4);
    memcpy(bytes + 24, address->bytes, 4);
    memset(to, 0xff, 6);
    return ARP_SIZE;
}

static size_t ask6(const struct pb_ip *address, const struct pb_ip *own, const uint8_t *station,
                   uint8_t *bytes, uint8_t to[6])
{
    static const uint8_t group[13] = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};
    static const uint8_t all[2] = {0x33, 0x33}; /* RFC 2464 section 7 */
    size_t size = ND_SIZE + OPTION_UNIT;

    bytes[0] = 0x60;
    bytes[IP6_LENGTH + 1] = (uint8_t)size;
    bytes[IP6_NEXT] = IPPROTO_ICMPV6;
    bytes[IP6_HOPS] = ND_HOPS;
    memcpy(bytes + IP6_SOURCE, own->bytes, 16);
    memcpy(bytes + IP6_TO, group, sizeof(group));
    memcpy(bytes + IP6_TO + 13, address->bytes + 13, 3);
    bytes[IP6_SIZE] = ND_NEIGHBOR_SOLICIT;
    memcpy(bytes + ND_TARGET, address->bytes, 16);
    bytes[ND_OPTIONS] = ND_OPT_SOURCE_LINKADDR;
    bytes[ND_OPTIONS + 1] = 1;
    memcpy(bytes + ND_OPTIONS + 2, station, 6);
    uint16_t sum = checksum6(bytes, size);
    bytes[ND_CHECKSUM] = (uint8_t)(sum >> 8);
    bytes[ND_CHECKSUM + 1] = (uint8_t)sum;
    memcpy(to, all, sizeof(all));
    memcpy(to + 2, bytes + IP6_TO + 12, 4);
    return IP6_SIZE + size;
}

size_t pb_address_question(const struct pb_ip *address, const struct pb_ip *own,
                           const uint8_t station[6], uint8_t bytes[PB_ADDRESS_QUESTION_MAX],
                           uint8_t to[6])
{
    memset(bytes, 0, PB_ADDRESS_QUESTION_MAX);
    return address->family == AF_INET6 ? ask6(address, own, station, bytes, to)
                                       : ask4(address, own, station, bytes, to);
}

static bool is_station(const uint8_t *bytes)
{
    static const uint8_t nobody[6];

    return memcmp(bytes, nobody, 6) != 0;
}

static enum pb_address_said read4(const uint8_t *bytes, size_t length, const struct pb_ip *address,
                                  const struct pb_ip *own, uint8_t station[6])
{
    static const uint8_t head[8] = {0, ARPHRD_ETHER, ETHERTYPE_IP >> 8, 0, 6, 4, 0, ARPOP_REPLY};

    if (length < ARP_SIZE || memcmp(bytes, head, sizeof(head)) != 0 ||
        memcmp(bytes + 14, address->bytes, 4) != 0 || !is_station(bytes + 8)) {
        return PB_ADDRESS_NOTHING;
    }
    memcpy(station, bytes + 8, 6);
    return memcmp(bytes + 24, own->bytes, 4) == 0 ? PB_ADDRESS_ANSWERED : PB_ADDRESS_ANNOUNCED;
}

/* The length of the message behind the header; 0 when it is no valid advertisement. */
static size_t advertisement(const uint8_t *bytes, size_t length)
{
    if (length < IP6_SIZE + ND_SIZE || bytes[0] >> 4 != 6 || bytes[IP6_NEXT] != IPPROTO_ICMPV6 ||
        bytes[IP6_HOPS] != ND_HOPS) {
        return 0;
    }
    size_t message = (size_t)bytes[IP6_LENGTH] << 8 | bytes[IP6_LENGTH + 1];

    if (message < ND_SIZE || message > length - IP6_SIZE || bytes[IP6_SIZE] != ND_NEIGHBOR_ADVERT ||
        bytes[IP6_SIZE + 1] != 0 ||
        (bytes[IP6_TO] == IS_MULTICAST6 && (bytes[ND_FLAGS] & ND_SOLICITED) != 0) ||
        checksum6(bytes, message) != 0) {
        return 0;
    }
    return message;
}

/* The first Target Link-Layer Address of an Ethernet station among whole options; NULL when there
 * is none or an option is not whole. */
static const uint8_t *target_station(const uint8_t *bytes, size_t end)
{
    const uint8_t *found = NULL;
    size_t at = ND_OPTIONS;

    while (at < end) {
        if (end - at < OPTION_UNIT || bytes[at + 1] == 0 ||
            (size_t)bytes[at + 1] * OPTION_UNIT > end - at) {
            return NULL;
        }
        if (found == NULL && bytes[at] == ND_OPT_TARGET_LINKADDR && bytes[at + 1] == 1) {
            found = bytes + at + 2;
        }
        at += (size_t)bytes[at + 1] * OPTION_UNIT;
    }
    return found != NULL && is_station(found) ? found : NULL;
}

static enum pb_address_said read6(const uint8_t *bytes, size_t length, const struct pb_ip *address,
                                  const struct pb_ip *own, uint8_t station[6])
{
    size_t message = advertisement(bytes, length);
    const uint8_t *target = message > 0 ? target_station(bytes, IP6_SIZE + message) : NULL;

    if (target == NULL || memcmp(bytes + ND_TARGET, address->bytes, 16) != 0) {
        return PB_ADDRESS_NOTHING;
    }
    memcpy(station, target, 6);
    return (bytes[ND_FLAGS] & ND_SOLICITED) != 0 && memcmp(bytes + IP6_TO, own->bytes, 16) == 0
               ? PB_ADDRESS_ANSWERED
               : PB_ADDRESS_ANNOUNCED;
}

enum pb_address_said pb_address_read(const uint8_t *bytes, size_t length,
                                     const struct pb_ip *address, const struct pb_ip *own,
                                     uint8_t station[6])
{
    return address->family == AF_INET6 ? read6(bytes, length, address, own, station)
                                       : read4(bytes, length, address, own, station);
}
