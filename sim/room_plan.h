/* SPDX-License-Identifier: Apache-2.0 */
/* A room file (libconfig) as plain data: the wiring and sizes of the plant, the devices on the
 * network, the hosts with their processes, the lines. Made once by sim_room_plan_read; room.c
 * brings it to life. It opens nothing but the file. */
#ifndef SIM_ROOM_PLAN_H
#define SIM_ROOM_PLAN_H

#include "sim/link.h"
#include "sim/plant/plant.h"
#include "sim/room_keys.h"

#define SIM_NAME_MAX 32
#define SIM_DEVICES_MAX (SIM_UPS_MAX + SIM_GENERATORS_MAX + SIM_TRANSFERS_MAX + SIM_STRIPS_MAX)
#define SIM_HOSTS_MAX 8
#define SIM_LINES_MAX 4
#define SIM_RUNS_MAX 4       /* processes of one host */
#define SIM_ARGUMENTS_MAX 20 /* of one command */
#define SIM_INTERFACES_MAX 8
#define SIM_ADDRESSES_MAX 8
#define SIM_SOCKET_DEFAULT "/run/noroshi-room/sim.sock"

enum sim_device_kind {
    SIM_DEVICE_UPS,
    SIM_DEVICE_GENERATOR,
    SIM_DEVICE_TRANSFER,
    SIM_DEVICE_STRIP
};
struct sim_device_plan {
    char name[SIM_NAME_MAX];
    char netns[SIM_NAME_MAX]; /* "": the room's own network */
    char community[SIM_NAME_MAX];
    struct sockaddr_in address; /* family 0: not on the network */
    uint8_t kind;               /* enum sim_device_kind */
    uint8_t index;              /* among its kind in the plant */
    uint8_t unit;
};
struct sim_run_plan {
    char name[SIM_NAME_MAX]; /* "agent" */
    char command[SIM_ARGUMENTS_MAX][256];
    unsigned arguments;
    char log[256];       /* appended to; "": the room's own standard error */
    uint32_t restart_ms; /* after it has ended by itself; UINT32_MAX: never */
};
#define SIM_SUPPLIES_MAX 4 /* outlets of one host */
struct sim_supply_plan {
    uint8_t strip, outlet; /* index of the strip; number of the outlet */
};
struct sim_host_plan {
    char name[SIM_NAME_MAX];
    char netns[SIM_NAME_MAX];
    uint32_t power;        /* bit per UPS, any one carries it; 0: always powered */
    unsigned supply_count; /* 0: plugged in for good; else any one that is on carries it */
    struct sim_supply_plan supplies[SIM_SUPPLIES_MAX];
    struct sockaddr_in listen; /* the host's own answer to a TCP connect; family 0: none */
    unsigned interface_count, address_count, run_count;
    char interfaces[SIM_INTERFACES_MAX][16];
    uint32_t boot_ms; /* from power to its processes */
    /* its own; others are gone after a restart; none given: all stay */
    struct sim_host_address addresses[SIM_ADDRESSES_MAX];
    struct sim_run_plan runs[SIM_RUNS_MAX];
};
struct sim_line_plan {
    char name[SIM_NAME_MAX];
    char netns[SIM_NAME_MAX];
    char interface[16];
    struct sockaddr_in reflector; /* STAMP, at its far end; family 0: none */
    uint32_t power;               /* as for a host: without power the line is down */
};
struct sim_room_plan {
    char file[256];
    char control[108]; /* unix socket */
    unsigned device_count, host_count, line_count;
    struct sim_plant plant; /* as at the first instant */
    struct sim_device_plan devices[SIM_DEVICES_MAX];
    struct sim_host_plan hosts[SIM_HOSTS_MAX];
    struct sim_line_plan lines[SIM_LINES_MAX];
};

/* Reads the file into *plan. False when there is any finding. */
bool sim_room_plan_read(const char *file, const struct sim_defines *defines,
                        struct sim_room_plan *plan, struct cfg_findings *findings);

#endif
