/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated machines as holding registers: a generator behind a Deep Sea controller (GenComm:
 * register = page x 256 + offset) and a transfer switch with plain contacts. Pure: one register at
 * a time; modbus_pdu.c asks. */
#ifndef SIM_DEVICES_REGISTERS_H
#define SIM_DEVICES_REGISTERS_H

#include "sim/plant/generator.h"
#include "sim/plant/transfer.h"

/* GenComm pages 3, 4, 5, 6, 7 and 8: a register of these pages that this controller does not have
 * reads FFFFh (unimplemented). False: no such page (exception 2). */
bool sim_gencomm_read(const struct sim_generator *generator, uint16_t number, uint16_t *value);
/* Register 0 source (0 none, 1 mains, 2 generator), 1 mains voltage 0.1 V, 2 mains frequency 0.1
 * Hz, 3 generator voltage 0.1 V. False above 3. */
bool sim_contacts_read(const struct sim_transfer *transfer, uint16_t number, uint16_t *value);

#endif
