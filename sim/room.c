/* SPDX-License-Identifier: Apache-2.0 */
/* Life of the room: opens what the plan names, steps the plant by the clock, shows it to the
 * devices, closes in reverse. Faults and looks come in through fault.c and state.c. */
#include "sim/room.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* After a stop of this process the room does not race to catch up with more than this. */
#define CATCH_UP_STEPS 20

static void on_tick(uv_timer_t *timer)
{
    struct sim_room *room = timer->data;
    uint64_t now_ms = uv_now(room->loop);
    uint64_t due_ms = now_ms - room->started_ms;
    for (unsigned i = 0; i < CATCH_UP_STEPS && room->plant.now_ms + SIM_STEP_MS <= due_ms; i++) {
        sim_plant_step(&room->plant);
    }
    if (room->plant.now_ms + SIM_STEP_MS <= due_ms) {
        room->started_ms = now_ms - room->plant.now_ms;
    }
    for (unsigned i = 0; i < room->device_count; i++) {
        sim_device_show(&room->devices[i], &room->plant, now_ms);
    }
}

static bool devices_open(struct sim_room *room, char *problem, size_t size)
{
    for (unsigned i = 0; i < room->plan.device_count; i++) {
        const struct sim_device_plan *plan = &room->plan.devices[i];
        if (!sim_device_open(&room->devices[i], room->loop, plan, &room->plant)) {
            snprintf(problem, size, "%s: %s", plan->name, strerror(errno));
            return false;
        }
        room->device_count++;
    }
    return true;
}

bool sim_room_open(struct sim_room *room, uv_loop_t *loop, const char **problem)
{
    static char text[256];
    *problem = text;
    room->loop = loop;
    room->plant = room->plan.plant;
    room->started_ms = uv_now(loop);
    if (!devices_open(room, text, sizeof(text))) {
        return false;
    }
    uv_timer_init(loop, &room->timer);
    room->timer.data = room;
    room->timer_open = true;
    uv_timer_start(&room->timer, on_tick, SIM_STEP_MS, SIM_STEP_MS);
    return true;
}

void sim_room_close(struct sim_room *room)
{
    if (room->timer_open) {
        room->timer_open = false;
        uv_close((uv_handle_t *)&room->timer, NULL);
    }
    for (unsigned i = 0; i < room->device_count; i++) {
        sim_device_close(&room->devices[i]);
    }
    room->device_count = 0;
}
