/* SPDX-License-Identifier: Apache-2.0 */
/* Ethernet frames that speak of an address: gratuitous ARP, unsolicited neighbour advertisement,
 * and the probes that ask whether somebody else answers for it. Pure: bytes out, bytes in. It never
 * opens a socket; announce.c and address_probe.c do. */
#ifndef MONITORD_AGENT_FRAMES_H
#define MONITORD_AGENT_FRAMES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_FRAME_MAX 96
#define MD_MAC_SIZE 6

/* Each writes one whole frame of at most MD_FRAME_MAX bytes and returns its length. */

/* Gratuitous ARP (RFC 5227 section 3, "ARP announcement"): broadcast, sender and target are the
 * address; as a reply (some equipment learns only from replies) when reply is true. */
size_t md_frame_arp_announce(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE], struct in_addr address,
                             bool reply);
/* ARP probe (RFC 5227 section 2.1.1): broadcast request, sender 0.0.0.0. */
size_t md_frame_arp_probe(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE], struct in_addr address);
/* Unsolicited neighbour advertisement to all nodes with the override flag (RFC 4861 section 7.2.6).
 */
size_t md_frame_nd_announce(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE],
                            const struct in6_addr *address);
/* Neighbour solicitation from the unspecified address, as in duplicate address detection (RFC 4862
 * section 5.4.2). */
size_t md_frame_nd_probe(uint8_t *frame, const uint8_t mac[MD_MAC_SIZE],
                         const struct in6_addr *address);

/* Whether the frame says that a host other than `mac` answers for the address: any ARP packet with
 * the address as sender, or a neighbour advertisement with it as target. An address that is 0 / all
 * zero is not looked for. */
bool md_frame_claims_address(const uint8_t *frame, size_t length, const uint8_t mac[MD_MAC_SIZE],
                             struct in_addr address4, const struct in6_addr *address6);

/* Whether the frame shows that others reach this host and want something of it: it was sent to
 * `mac` itself, or it asks for the address (ARP request, neighbour solicitation). Not our own. */
bool md_frame_wants_us(const uint8_t *frame, size_t length, const uint8_t mac[MD_MAC_SIZE],
                       struct in_addr address4, const struct in6_addr *address6);

#endif
