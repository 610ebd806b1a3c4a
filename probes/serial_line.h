/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line of the kernel set up for raw bytes. It reads and writes nothing itself;
 * modbus_rtu.c and the daemon's modem own what they open. */
#ifndef PROBES_SERIAL_LINE_H
#define PROBES_SERIAL_LINE_H

#include "config/site.h"
#include "failover/reason.h"

/* A non-blocking file descriptor with this speed and framing (eight data bits, parity N, E or O,
 * one or two stop bits), with nothing old in its buffers, for this process alone. -1 with *reason
 * (NO_ROUTE: there is no such line, it is taken, or it cannot do that). */
int pb_serial_open(const char *path, uint32_t baud, char parity, unsigned stop_bits,
                   enum fo_reason *reason);
/* Microseconds that `count` characters take on the line, start, parity and stop bits included. */
fo_us pb_serial_wire_us(const struct cfg_serial *serial, unsigned count);

#endif
