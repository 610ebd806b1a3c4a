/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line as plain bytes: eight bits, no parity, no echo, no flow control. It owns the
 * settings of the line and nothing of what is said on it. modem.c opens one. */
#ifndef MONITORD_SERIAL_LINE_H
#define MONITORD_SERIAL_LINE_H

#include <stdint.h>

/* A descriptor that never blocks, with nothing old in its buffers; -1 with errno. baud is a speed
 * that the site file may name. */
int md_serial_open(const char *path, uint32_t baud);

#endif
