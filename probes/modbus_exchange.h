/* SPDX-License-Identifier: Apache-2.0 */
/* One question and whether a frame is its answer: transaction, unit, function and count must all
 * match, or yesterday's answer becomes today's voltage. Pure; modbus_tcp.c asks it. */
#ifndef PROBES_MODBUS_EXCHANGE_H
#define PROBES_MODBUS_EXCHANGE_H

#include "failover/reason.h"

#include <stddef.h>
#include <stdint.h>

#define PB_MODBUS_REGISTERS_MAX 125 /* MODBUS Application Protocol 1.1b3, 6.3 */
enum pb_modbus_function { PB_MODBUS_READ_HOLDING = 3, PB_MODBUS_READ_INPUT = 4 };

struct pb_modbus_question {
    uint16_t transaction;
    uint8_t unit;
    uint8_t function; /* enum pb_modbus_function */
    uint16_t first;
    uint16_t count; /* 1 … PB_MODBUS_REGISTERS_MAX */
};
enum pb_exchange_verdict {
    PB_EXCHANGE_ANSWER,    /* the registers that were asked for */
    PB_EXCHANGE_EXCEPTION, /* the device refuses; reason set */
    PB_EXCHANGE_FOREIGN,   /* another transaction: a late answer; wait on */
    PB_EXCHANGE_WRONG      /* our transaction, but not an answer to our question */
};
/* frame: a whole frame of at least PB_MBAP_HEADER + 1 bytes. *reason is FO_REASON_NONE on ANSWER;
 * on EXCEPTION: NO_SUCH_OBJECT (codes 1 and 2), CARD_LOST_DEVICE (10 and 11: the gateway cannot
 * reach the unit), else DEVICE_ERROR; otherwise BAD_FRAME. */
enum pb_exchange_verdict pb_modbus_exchange_judge(const struct pb_modbus_question *question,
                                                  const uint8_t *frame, size_t length,
                                                  enum fo_reason *reason);

#endif
