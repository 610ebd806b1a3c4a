/* SPDX-License-Identifier: Apache-2.0 */
/* SNMP notifications (traps and informs) as nothing but a reason to ask sooner: is this datagram
 * one, and how is it confirmed. It never reads what a notification says, and no state. Pure;
 * hint_port.c calls it, and the fuzzer. */
#ifndef PROBES_SNMP_HINT_H
#define PROBES_SNMP_HINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pb_hint {
    PB_HINT_NONE,   /* no notification, or not whole */
    PB_HINT_TRAP,   /* nothing is expected: Trap (v1), SNMPv2-Trap, and any SNMPv3 message */
    PB_HINT_INFORM, /* InformRequest of v2c: its sender repeats it until it is confirmed */
};

/* What a datagram is; its outer layers must fill it to the last byte (RFC 1157, 3416, 3412). An
 * SNMPv3 message is taken for a trap unread: it may be encrypted, and confirming an inform in v3
 * needs an engine of our own, which we have not. */
enum pb_hint pb_snmp_hint_read(const uint8_t *bytes, size_t length);
/* Makes the InformRequest the Response that confirms it, in place and of the same length (RFC 3416,
 * 4.2.7). The bytes were read as PB_HINT_INFORM. */
void pb_snmp_hint_confirm(uint8_t *bytes, size_t length);

#endif
