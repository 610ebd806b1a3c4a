/* SPDX-License-Identifier: Apache-2.0 */
/* STAMP test packets as bytes (RFC 8762, unauthenticated mode): writes what a Session-Sender sends
 * and reads what a Session-Reflector sends back. TWAMP-Test reflectors (RFC 5357) use the same
 * layout. Pure; stamp_session.c gives the numbers their meaning, stamp_probe.c has the socket. */
#ifndef PROBES_STAMP_H
#define PROBES_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packets of RFC 8762; the port is the site file's. */
#define PB_STAMP_SIZE 44 /* of either packet: section 4.2.1, and 4.3.1 */
/* A TWAMP-Test reflector without padding ends behind the Sender TTL (RFC 5357, section 4.2.1). */
#define PB_STAMP_REPLY_MIN 41

struct pb_stamp_reply {
    uint32_t sequence;         /* the reflector's: its own count, or ours copied (stateless) */
    uint32_t sender_sequence;  /* ours, as it reached the reflector */
    uint64_t sender_timestamp; /* likewise */
};

/* timestamp: NTP format, seconds since 1900 in the upper half. The error estimate says that our
 * clock is not known to be synchronised, for nobody shall subtract clocks here. */
void pb_stamp_encode(uint32_t sequence, uint64_t timestamp, uint8_t bytes[PB_STAMP_SIZE]);
/* False when it is too short to be a reply. What the reflector's clock says and what stands behind
 * the base packet (padding, extensions of RFC 8972) is not read. */
bool pb_stamp_decode(const uint8_t *bytes, size_t length, struct pb_stamp_reply *reply);

#endif
