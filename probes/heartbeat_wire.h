/* SPDX-License-Identifier: Apache-2.0 */
/* The heartbeat on the wire: fixed size, versioned, big-endian, with a keyed hash over everything
 * (libsodium crypto_generichash). Pure: bytes in, struct out, and back. It refuses what is not
 * exactly right and never judges what a datagram says. */
#ifndef PROBES_HEARTBEAT_WIRE_H
#define PROBES_HEARTBEAT_WIRE_H

#include "failover/lease.h"

#define PB_WIRE_VERSION 2
#define PB_WIRE_SIZE 256 /* every datagram, beat or answer, is exactly this long */

enum pb_wire_verdict {
    PB_WIRE_OK,
    PB_WIRE_SIZE_WRONG,
    PB_WIRE_VERSION_WRONG,
    PB_WIRE_HASH_WRONG,
    PB_WIRE_FIELD_WRONG
};

void pb_wire_encode(const struct fo_datagram *datagram, const uint8_t key[32],
                    uint8_t bytes[PB_WIRE_SIZE]);
/* On PB_WIRE_OK every enumeration and boolean of the datagram is in range. */
enum pb_wire_verdict pb_wire_decode(const uint8_t *bytes, size_t length, const uint8_t key[32],
                                    struct fo_datagram *datagram);

#endif
