/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP echo as bytes (RFC 792): builds a request and recognises what came back for it. Pure;
 * line_probe.c sends and receives. */
#ifndef PROBES_ICMP_H
#define PROBES_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_ICMP_ECHO_SIZE 24 /* header 8, cookie 8, padding 8 */

struct pb_icmp_echo {
    uint16_t id;
    uint16_t sequence;
    uint64_t cookie; /* random: nobody off the path can answer for the target */
};
/* Bytes of an echo request, checksum included. */
void pb_icmp_encode(const struct pb_icmp_echo *echo, uint8_t bytes[PB_ICMP_ECHO_SIZE]);

enum pb_icmp_kind {
    PB_ICMP_OTHER,      /* not for us, malformed, wrong checksum */
    PB_ICMP_REPLY,      /* echo reply; echo is filled in */
    PB_ICMP_UNREACHABLE /* a router says that our request cannot be delivered; id and sequence are
                           filled in, cookie 0, and target is whom we had asked */
};
/* packet: as a raw socket gives it, with its IPv4 header. source and target in network byte order;
 * target is only set for PB_ICMP_UNREACHABLE. */
enum pb_icmp_kind pb_icmp_decode(const uint8_t *packet, size_t length, struct pb_icmp_echo *echo,
                                 uint32_t *source, uint32_t *target);

#endif
