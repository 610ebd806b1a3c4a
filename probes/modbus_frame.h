/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the byte stream of a Modbus TCP connection into frames by the length in the MBAP header.
 * Pure; it never waits and never judges what a frame says. modbus_tcp.c feeds it. */
#ifndef PROBES_MODBUS_FRAME_H
#define PROBES_MODBUS_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define PB_MBAP_HEADER \
    7 /* transaction, protocol, length, unit (MODBUS Messaging Guide 1.0b, 3.1.3) */
#define PB_MBAP_MAX 260 /* whole frame: header and at most 253 bytes */

enum pb_frame_verdict {
    PB_FRAME_MORE,  /* not whole yet */
    PB_FRAME_READY, /* bytes[0 … length) is one frame; reset before feeding on */
    PB_FRAME_FAULT  /* not Modbus TCP: the stream cannot be trusted any more */
};
struct pb_modbus_frame {
    uint8_t bytes[PB_MBAP_MAX];
    size_t length;
    enum pb_frame_verdict verdict;
};
void pb_modbus_frame_reset(struct pb_modbus_frame *frame);
/* Takes bytes up to the end of the present frame; returns how many were taken. */
size_t pb_modbus_frame_feed(struct pb_modbus_frame *frame, const uint8_t *bytes, size_t count);

#endif
