/* SPDX-License-Identifier: Apache-2.0 */
/* The packets by which hosts say who has an address: ARP (RFC 826) for IPv4, neighbour discovery
 * (RFC 4861) for IPv6, each from the header that follows Ethernet's. Pure: bytes out, bytes in. It
 * counts nobody and opens no socket; address_watch.c calls it. */
#ifndef PROBES_ADDRESS_FRAME_H
#define PROBES_ADDRESS_FRAME_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_ADDRESS_QUESTION_MAX 72 /* a neighbour solicitation with its option */

/* An address of either family, without a port. */
struct pb_ip {
    int family;        /* AF_INET or AF_INET6; 0: none */
    uint8_t bytes[16]; /* in network order; those beyond the family's length are 0 */
};
/* family 0 of what is neither; NULL is neither. An IPv4 address written as IPv6 is IPv6. */
struct pb_ip pb_ip_of(const struct sockaddr *address);
bool pb_ip_same(const struct pb_ip *a, const struct pb_ip *b);
/* Whether both are of one family and agree in the bits of mask, which is no mask of no bits. */
bool pb_ip_one_network(const struct pb_ip *a, const struct pb_ip *b, const struct pb_ip *mask);

/* Who has the address? Asked by own, of the same family, at station. Writes it into bytes and the
 * hardware address it goes to into to: everybody (ARP), or the solicited-node group, which every
 * host with the address hears. Returns its length. */
size_t pb_address_question(const struct pb_ip *address, const struct pb_ip *own,
                           const uint8_t station[6], uint8_t bytes[PB_ADDRESS_QUESTION_MAX],
                           uint8_t to[6]);

enum pb_address_said { /* of the address, by the sender of a packet */
                       PB_ADDRESS_NOTHING,
                       PB_ADDRESS_ANNOUNCED, /* to everybody, or in answer to somebody else */
                       PB_ADDRESS_ANSWERED   /* to own, who has asked */
};
/* station: where it says that the address is; untouched when it says nothing. Of IPv6 only a valid
 * advertisement counts (RFC 4861 section 7.1.2: hop limit 255, which no router lets through, a good
 * checksum, whole options) and only one with a Target Link-Layer Address option: without it nobody
 * learns of a station. */
enum pb_address_said pb_address_read(const uint8_t *bytes, size_t length,
                                     const struct pb_ip *address, const struct pb_ip *own,
                                     uint8_t station[6]);

#endif
