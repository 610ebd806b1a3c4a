/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus on a serial line as bytes: the eight of a question, and what the bytes that follow it on
 * the line are. Pure; it never waits. modbus_rtu.c feeds it. */
#ifndef PROBES_MODBUS_RTU_FRAME_H
#define PROBES_MODBUS_RTU_FRAME_H

#include "probes/modbus_exchange.h"

#define PB_RTU_REQUEST 8 /* unit, function, first, count, CRC */
#define PB_RTU_MAX 256   /* MODBUS over Serial Line 1.02, 2.5.1 */

enum pb_rtu_verdict {
    PB_RTU_MORE,      /* not whole yet */
    PB_RTU_ANSWER,    /* to our question; its pdu begins at bytes[1] */
    PB_RTU_EXCEPTION, /* the device refuses; reason set */
    PB_RTU_FOREIGN,   /* whole, but of another unit, another question, our own echo, or one byte
                         that no slave begins with */
    PB_RTU_NOISE      /* no frame begins here: only silence shows where the next one does */
};

/* CRC-16 of MODBUS over Serial Line 1.02, 6.2.2; the low byte goes on the wire first. */
uint16_t pb_rtu_crc(const uint8_t *bytes, size_t length);
/* question->transaction is not on the wire. */
void pb_rtu_encode(const struct pb_modbus_question *question, uint8_t bytes[PB_RTU_REQUEST]);
/* What bytes[0 … length) begins with, read after a silence or right behind a frame. *used is the
 * length of what can be taken away (ANSWER, EXCEPTION, FOREIGN), else 0. *reason is as in
 * modbus_exchange.h: BAD_FRAME for NOISE, NONE for ANSWER, MORE and FOREIGN. */
enum pb_rtu_verdict pb_rtu_judge(const struct pb_modbus_question *question, const uint8_t *bytes,
                                 size_t length, size_t *used, enum fo_reason *reason);

#endif
