/* SPDX-License-Identifier: Apache-2.0 */
/* One device of the room on the network: the machine as it is shown, the server that shows it, and
 * how it misbehaves. It owns the picture of the machine, which stands still when it is frozen; the
 * machine itself lives in the plant. room.c owns the devices. */
#ifndef SIM_DEVICE_H
#define SIM_DEVICE_H

#include "sim/devices/modbus_tcp_server.h"
#include "sim/devices/snmp_agent.h"
#include "sim/room_plan.h"

struct sim_device {
    const struct sim_device_plan *plan;
    struct sockaddr_in address;  /* as bound; family 0: not on the network */
    uint8_t comms;               /* enum sim_comms */
    uint64_t started_ms, now_ms; /* of the loop, for sysUpTime, which moves even when frozen */
    struct sim_ups ups;          /* the one of these that plan->kind says */
    struct sim_generator generator;
    struct sim_transfer transfer;
    struct sim_outlets strip;
    struct sim_outlets *switched; /* the strip itself, in the plant: it takes orders */
    struct sim_snmp_agent *agent;
    struct sim_modbus_server *server;
};

/* Starts serving in its namespace. False: errno says why. The plan and the plant must outlive it.
 */
bool sim_device_open(struct sim_device *device, uv_loop_t *loop, const struct sim_device_plan *plan,
                     struct sim_plant *plant);
/* Takes a new picture of the machine unless it is frozen. */
void sim_device_show(struct sim_device *device, const struct sim_plant *plant, uint64_t now_ms);
void sim_device_set_comms(struct sim_device *device, enum sim_comms comms);
/* Stops serving; handles close on the loop. */
void sim_device_close(struct sim_device *device);

#endif
