/* SPDX-License-Identifier: Apache-2.0 */
/* The answering half of Modbus TCP: cuts requests out of a byte stream by the MBAP header and makes
 * the answers (MODBUS Application Protocol V1.1b3; read holding and input registers, refusals for
 * the rest). Pure: bytes in, bytes out; modbus_tcp_server.c owns the sockets. */
#ifndef SIM_DEVICES_MODBUS_PDU_H
#define SIM_DEVICES_MODBUS_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_MODBUS_ADU_MAX 260
#define SIM_MODBUS_REGISTERS_MAX 125

/* Reads one register; false: there is none (exception 2). */
typedef bool (*sim_register_read)(const void *machine, uint16_t number, uint16_t *value);

/* Bytes of the whole frame at the front of the stream; 0: more are needed; -1: this is no Modbus
 * TCP, close the connection. */
int sim_modbus_frame(const uint8_t *bytes, size_t length);
/* Answers one whole frame for the unit: bytes written to reply, or 0 when another unit is meant. */
size_t sim_modbus_answer(const uint8_t *frame, size_t length, uint8_t unit, sim_register_read read,
                         const void *machine, uint8_t reply[SIM_MODBUS_ADU_MAX]);

#endif
