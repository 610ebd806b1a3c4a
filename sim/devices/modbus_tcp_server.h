/* SPDX-License-Identifier: Apache-2.0 */
/* A Modbus TCP server for one simulated device on the room's loop: a few connections, one request
 * at a time on each, misbehaving on demand. It owns sockets; the frames are modbus_pdu.c's and the
 * registers its owner's. */
#ifndef SIM_DEVICES_MODBUS_TCP_SERVER_H
#define SIM_DEVICES_MODBUS_TCP_SERVER_H

#include "sim/devices/misbehave.h"
#include "sim/devices/modbus_pdu.h"

#include <netinet/in.h>
#include <uv.h>

#define SIM_MODBUS_CLIENTS_MAX 8

struct sim_modbus_server; /* opaque */

/* Listens in the calling thread's network namespace. address->sin_port 0 takes a free port;
 * *address is set to what was bound. machine is handed to read and must outlive the server. NULL:
 * errno says why. */
struct sim_modbus_server *sim_modbus_server_open(uv_loop_t *loop, struct sockaddr_in *address,
                                                 uint8_t unit, sim_register_read read,
                                                 const void *machine);
/* How it behaves from now on: enum sim_comms; frozen is its owner's affair. */
void sim_modbus_server_set_comms(struct sim_modbus_server *server, uint8_t comms);
/* Closes it and its connections; its memory goes when the loop has run the close callbacks. */
void sim_modbus_server_close(struct sim_modbus_server *server);

#endif
