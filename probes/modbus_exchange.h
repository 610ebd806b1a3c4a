/* SPDX-License-Identifier: Apache-2.0 */
/* One question and whether a frame is its answer: transaction, unit, function and count must all
 * match, or yesterday's answer becomes today's voltage. Pure; modbus_tcp.c asks it. */
#ifndef PROBES_MODBUS_EXCHANGE_H
#define PROBES_MODBUS_EXCHANGE_H

#include "config/profile.h"
#include "failover/reason.h"

#include <stddef.h>
#include <stdint.h>

#define PB_MODBUS_REGISTERS_MAX 125 /* MODBUS Application Protocol 1.1b3, 6.3 */

struct pb_modbus_question {
    uint16_t transaction;
    uint8_t unit;
    uint8_t function; /* enum cfg_function */
    uint16_t first;
    uint16_t count; /* of registers or bits, 1 … PB_MODBUS_REGISTERS_MAX */
};
enum pb_exchange_verdict {
    PB_EXCHANGE_ANSWER,    /* the registers that were asked for */
    PB_EXCHANGE_EXCEPTION, /* the device refuses; reason set */
    PB_EXCHANGE_FOREIGN,   /* another transaction: a late answer; wait on */
    PB_EXCHANGE_WRONG      /* our transaction, but not an answer to our question */
};
/* The bytes behind the byte count of an answer to this question. */
size_t pb_modbus_exchange_bytes(const struct pb_modbus_question *question);
/* unit and pdu (function and what follows, `length` >= 1 bytes) as they came. *reason is
 * FO_REASON_NONE on ANSWER; on EXCEPTION: NO_SUCH_OBJECT (codes 1 and 2), CARD_LOST_DEVICE (10 and
 * 11: the gateway cannot reach the unit), else DEVICE_ERROR; otherwise BAD_FRAME. Never FOREIGN. */
enum pb_exchange_verdict pb_modbus_exchange_judge_pdu(const struct pb_modbus_question *question,
                                                      uint8_t unit, const uint8_t *pdu,
                                                      size_t length, enum fo_reason *reason);
/* The same for a whole TCP frame of at least PB_MBAP_HEADER + 1 bytes, transaction and all. */
enum pb_exchange_verdict pb_modbus_exchange_judge(const struct pb_modbus_question *question,
                                                  const uint8_t *frame, size_t length,
                                                  enum fo_reason *reason);
/* The registers or bits of a pdu that was judged an ANSWER, question->count of them. */
void pb_modbus_exchange_take(const struct pb_modbus_question *question, const uint8_t *pdu,
                             uint16_t *registers);

#endif
