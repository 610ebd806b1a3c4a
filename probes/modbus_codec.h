/* SPDX-License-Identifier: Apache-2.0 */
/* libmodbus as a codec: it only ever sees a socketpair of ours, in which whole frames lie ready, so
 * its blocking reads have nothing to wait for. modbus_tcp.c is its only caller. */
#ifndef PROBES_MODBUS_CODEC_H
#define PROBES_MODBUS_CODEC_H

#include "probes/modbus_exchange.h"
#include "probes/modbus_frame.h"

#include <stdbool.h>

struct pb_modbus_codec;

/* NULL when a socketpair below file descriptor 1024 (libmodbus uses select) cannot be had: open it
 * early in the life of a process. One serves any number of connections. */
struct pb_modbus_codec *pb_modbus_codec_open(void);
void pb_modbus_codec_close(struct pb_modbus_codec *codec);
/* The bytes of a question; returns their number, 0 when libmodbus refuses. */
size_t pb_modbus_codec_encode(struct pb_modbus_codec *codec,
                              const struct pb_modbus_question *question,
                              uint8_t bytes[PB_MBAP_MAX]);
/* The registers of a frame that pb_modbus_exchange_judge called an answer to question; false when
 * libmodbus does not agree that it is whole. */
bool pb_modbus_codec_decode(struct pb_modbus_codec *codec,
                            const struct pb_modbus_question *question, const uint8_t *frame,
                            size_t length, uint16_t registers[PB_MODBUS_REGISTERS_MAX]);

#endif
