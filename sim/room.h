/* SPDX-License-Identifier: Apache-2.0 */
/* The living room: the plant in steps of 100 ms, the devices on the network, and the list of what
 * is injected. It owns all of it and one timer on the caller's loop; it takes no order by itself
 * (fault.c does) and prints nothing. */
#ifndef SIM_ROOM_H
#define SIM_ROOM_H

#include "sim/device.h"
#include "sim/host.h"
#include "sim/line.h"

#define SIM_INJECTED_MAX 64

/* One fault that has not been taken back. */
struct sim_injected {
    char name[SIM_NAME_MAX];
    char key[SIM_NAME_MAX];
    char value[64];
};
struct sim_room {
    uv_loop_t *loop;
    struct sim_room_plan plan;
    struct sim_plant plant;
    unsigned device_count; /* opened */
    struct sim_device devices[SIM_DEVICES_MAX];
    unsigned host_count; /* opened */
    struct sim_host hosts[SIM_HOSTS_MAX];
    unsigned line_count; /* opened */
    struct sim_line lines[SIM_LINES_MAX];
    uv_timer_t timer;
    uv_timer_t patience; /* for processes that were asked to end */
    uv_signal_t children;
    bool open, stopping;
    void (*on_stopped)(void *context);
    void *context;
    uint64_t started_ms; /* of the loop */
    unsigned injected_count;
    struct sim_injected injected[SIM_INJECTED_MAX];
};

/* Brings the plan (already in room->plan) to life. False: *problem says what could not be opened
 * (static until the next call); sim_room_stop is still due. */
bool sim_room_open(struct sim_room *room, uv_loop_t *loop, const char **problem);
/* Asks the processes to end, kills them after 3 s (at once when called again), then closes
 * everything and calls on_stopped. The loop must run until it is empty before the memory goes. */
void sim_room_stop(struct sim_room *room, void (*on_stopped)(void *context), void *context);

#endif
