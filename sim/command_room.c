/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim room`: reads the file, brings the room to life, says `ready`, and runs until it is
 * told to stop. It owns the loop and the order of opening and closing. */
#include "sim/commands.h"
#include "sim/control.h"
#include "sim/state.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct running {
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct sim_room *room;
    struct sim_control *control;
};

static void on_stopped(void *context)
{
    struct running *running = context;
    for (unsigned i = 0; i < 2; i++) {
        uv_close((uv_handle_t *)&running->signals[i], NULL);
    }
    if (running->control != NULL) {
        sim_control_close(running->control);
        running->control = NULL;
    }
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    struct running *running = signal->data;
    sim_room_stop(running->room, on_stopped, running);
}

/* Written beside and moved over, so that a reader sees the whole file or none. */
static bool endpoints_write(const struct sim_room *room, const char *path)
{
    char beside[512];
    if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside)) {
        errno = ENAMETOOLONG;
        return false;
    }
    json_t *object = sim_endpoints_json(room);
    bool written = json_dump_file(object, beside, JSON_INDENT(2)) == 0;
    json_decref(object);
    return written && rename(beside, path) == 0;
}

static bool running_start(struct running *running, const char *endpoints)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    const char *problem;
    for (unsigned i = 0; i < 2; i++) {
        uv_signal_init(&running->loop, &running->signals[i]);
        running->signals[i].data = running;
        uv_signal_start(&running->signals[i], on_signal, numbers[i]);
    }
    if (!sim_room_open(running->room, &running->loop, &problem)) {
        fprintf(stderr, "monitorsim: %s\n", problem);
        return false;
    }
    running->control = sim_control_open(running->room);
    if (running->control == NULL) {
        fprintf(stderr, "monitorsim: %s: %s\n", running->room->plan.control, strerror(errno));
        return false;
    }
    if (endpoints != NULL && !endpoints_write(running->room, endpoints)) {
        fprintf(stderr, "monitorsim: %s: %s\n", endpoints, strerror(errno));
        return false;
    }
    return true;
}

static int room_run(struct sim_room *room, const char *endpoints)
{
    struct running running = {.room = room};
    uv_loop_init(&running.loop);
    signal(SIGPIPE, SIG_IGN);
    sim_snmp_library_init();
    bool started = running_start(&running, endpoints);
    if (started) {
        printf("ready\n");
        fflush(stdout);
    } else {
        sim_room_stop(room, on_stopped, &running);
    }
    uv_run(&running.loop, UV_RUN_DEFAULT);
    uv_loop_close(&running.loop);
    return started ? SIM_EXIT_OK : SIM_EXIT_FAILED;
}

static int plan_read(const char *file, const struct sim_defines *defines, struct sim_room *room)
{
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    if (findings == NULL) {
        return SIM_EXIT_FAILED;
    }
    bool good = sim_room_plan_read(file, defines, &room->plan, findings);
    cfg_findings_print(findings, stderr);
    free(findings);
    return good ? SIM_EXIT_OK : SIM_EXIT_USAGE;
}

int sim_command_room(int argc, char **argv)
{
    static const struct option options[] = {
        {"endpoints", required_argument, NULL, 'e'}, {"define", required_argument, NULL, 'd'}, {0}};
    struct sim_defines defines = {0};
    const char *endpoints = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'e') {
            endpoints = optarg;
        } else if (option == 'd' && defines.count < SIM_DEFINES_MAX &&
                   strchr(optarg, '=') != NULL) {
            defines.entries[defines.count++] = optarg;
        } else {
            fprintf(stderr,
                    "usage: monitorsim room FILE [--endpoints FILE] "
                    "[--define NAME=VALUE]...\n");
            return SIM_EXIT_USAGE;
        }
    }
    if (optind != argc - 1) {
        fprintf(stderr, "monitorsim room: give one room file\n");
        return SIM_EXIT_USAGE;
    }
    struct sim_room *room = calloc(1, sizeof(*room));
    if (room == NULL) {
        return SIM_EXIT_FAILED;
    }
    int code = plan_read(argv[optind], &defines, room);
    if (code == SIM_EXIT_OK) {
        code = room_run(room, endpoints);
    }
    free(room);
    return code;
}
