/* SPDX-License-Identifier: Apache-2.0 */
/* Life of the room: opens what the plan names, steps the plant by the clock, shows it to the
 * devices, gives power to hosts and lines, reaps children, closes in reverse. Faults and looks come
 * in through fault.c and state.c. */
#include "sim/room.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* After a stop of this process the room does not race to catch up with more than this. */
#define CATCH_UP_STEPS 20
/* Processes that were asked to end are killed after this. */
#define PATIENCE_MS 3000

/* Carried by a UPS that delivers, and by an outlet that is on where it is plugged into one. */
static bool is_powered(const struct sim_room *room, const struct sim_host_plan *plan)
{
    bool plugged = plan->supply_count == 0;
    for (unsigned i = 0; i < plan->supply_count; i++) {
        const struct sim_supply_plan *supply = &plan->supplies[i];
        plugged = plugged || sim_outlet_is_on(&room->plant.strips[supply->strip], supply->outlet);
    }
    return plugged && sim_plant_powered(&room->plant, plan->power);
}

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
    for (unsigned i = 0; i < room->host_count; i++) {
        struct sim_host *host = &room->hosts[i];
        sim_host_power(host, is_powered(room, host->plan));
    }
    for (unsigned i = 0; i < room->line_count; i++) {
        struct sim_line *line = &room->lines[i];
        sim_line_power(line, sim_plant_powered(&room->plant, line->plan->power));
    }
}

static void open_problem(const char *name, const char *netns, char *problem, size_t size)
{
    snprintf(problem, size, "%s cannot listen%s%s: %s", name, netns[0] != '\0' ? " in netns " : "",
             netns, strerror(errno));
}

static bool devices_open(struct sim_room *room, char *problem, size_t size)
{
    for (unsigned i = 0; i < room->plan.device_count; i++) {
        const struct sim_device_plan *plan = &room->plan.devices[i];
        if (!sim_device_open(&room->devices[i], room->loop, plan, &room->plant)) {
            open_problem(plan->name, plan->netns, problem, size);
            return false;
        }
        room->device_count++;
    }
    return true;
}

static bool hosts_open(struct sim_room *room, char *problem, size_t size)
{
    for (unsigned i = 0; i < room->plan.host_count; i++) {
        const struct sim_host_plan *plan = &room->plan.hosts[i];
        room->host_count++;
        if (!sim_host_open(&room->hosts[i], room->loop, plan, is_powered(room, plan))) {
            open_problem(plan->name, plan->netns, problem, size);
            return false;
        }
    }
    return true;
}

static unsigned processes_running(const struct sim_room *room)
{
    unsigned running = 0;
    for (unsigned i = 0; i < room->host_count; i++) {
        running += sim_host_running(&room->hosts[i]);
    }
    return running;
}

static void room_close(struct sim_room *room)
{
    if (!room->open) {
        return;
    }
    room->open = false;
    uv_close((uv_handle_t *)&room->timer, NULL);
    uv_close((uv_handle_t *)&room->patience, NULL);
    uv_close((uv_handle_t *)&room->children, NULL);
    for (unsigned i = 0; i < room->host_count; i++) {
        sim_host_close(&room->hosts[i]);
    }
    for (unsigned i = 0; i < room->line_count; i++) {
        sim_line_close(&room->lines[i]);
    }
    for (unsigned i = 0; i < room->device_count; i++) {
        sim_device_close(&room->devices[i]);
    }
    room->on_stopped(room->context);
}

static void on_patience_over(uv_timer_t *timer)
{
    room_close(timer->data);
}

/* Every child that has ended, also orphans of killed processes, which come to us as subreaper. */
static void on_child(uv_signal_t *handle, int number)
{
    (void)number;
    struct sim_room *room = handle->data;
    pid_t pid;
    int status;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < room->host_count; i++) {
            if (sim_host_reap(&room->hosts[i], pid, status)) {
                break;
            }
        }
    }
    if (room->stopping && processes_running(room) == 0) {
        room_close(room);
    }
}

static void handles_open(struct sim_room *room)
{
    uv_timer_init(room->loop, &room->timer);
    uv_timer_init(room->loop, &room->patience);
    uv_signal_init(room->loop, &room->children);
    room->timer.data = room;
    room->patience.data = room;
    room->children.data = room;
    room->open = true;
    uv_signal_start(&room->children, on_child, SIGCHLD);
}

bool sim_room_open(struct sim_room *room, uv_loop_t *loop, const char **problem)
{
    static char text[256];
    *problem = text;
    room->loop = loop;
    room->plant = room->plan.plant;
    room->started_ms = uv_now(loop);
    handles_open(room);
    sim_processes_init();
    if (!devices_open(room, text, sizeof(text))) {
        return false;
    }
    for (unsigned i = 0; i < room->plan.line_count; i++) {
        const struct sim_line_plan *plan = &room->plan.lines[i];
        bool powered = sim_plant_powered(&room->plant, plan->power);
        room->line_count++;
        if (!sim_line_open(&room->lines[i], room->loop, plan, i, powered)) {
            open_problem(plan->name, plan->netns, text, sizeof(text));
            return false;
        }
    }
    if (!hosts_open(room, text, sizeof(text))) {
        return false;
    }
    uv_timer_start(&room->timer, on_tick, SIM_STEP_MS, SIM_STEP_MS);
    return true;
}

void sim_room_stop(struct sim_room *room, void (*on_stopped)(void *context), void *context)
{
    bool again = room->stopping;
    room->stopping = true;
    room->on_stopped = on_stopped;
    room->context = context;
    for (unsigned i = 0; i < room->host_count; i++) {
        sim_host_terminate(&room->hosts[i]);
    }
    if (again || processes_running(room) == 0) {
        room_close(room);
    } else {
        uv_timer_start(&room->patience, on_patience_over, PATIENCE_MS, 0);
    }
}
