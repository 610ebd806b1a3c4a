/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the real monitorsim for a test, waits for `ready`, asks it through its socket, and ends
 * it. Everything lives in one temporary directory. Every wait has an upper bound. */
#ifndef TESTS_INTEGRATION_SIM_ROOM_PROCESS_H
#define TESTS_INTEGRATION_SIM_ROOM_PROCESS_H

#include "sim/client.h"
#include "tests/lib/signal_child.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MONITORSIM NOROSHI_BINARY_DIR "/bin/monitorsim"
#define READY_MS 20000

struct room_process {
    char directory[64], control[96], endpoints[96];
    pid_t pid;
};

static int64_t test_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void test_pause(void)
{
    struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
}

/* Waits until the condition is true, asserts that it came true in time. */
#define WAIT_UNTIL(ms, condition)                                                                  \
    do {                                                                                           \
        int64_t wait_end_ = test_now_ms() + (ms);                                                  \
        while (!(condition)) {                                                                     \
            cr_assert_lt(test_now_ms(), wait_end_, "not within %d ms: %s", (int)(ms), #condition); \
            test_pause();                                                                          \
        }                                                                                          \
    } while (0)

/* Runs a program with its output into a pipe and waits for the line "ready". */
static inline pid_t ready_start(char *const arguments[])
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a failed test leaves nothing behind */
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(arguments[0], arguments);
        _exit(127);
    }
    close(ends[1]);
    char text[16] = "";
    size_t length = 0;
    int64_t end_ms = test_now_ms() + READY_MS;
    while (strchr(text, '\n') == NULL) {
        struct pollfd ready = {.fd = ends[0], .events = POLLIN};
        int64_t left_ms = end_ms - test_now_ms();
        cr_assert(left_ms > 0 && poll(&ready, 1, (int)left_ms) == 1, "%s is not ready",
                  arguments[0]);
        ssize_t step = read(ends[0], text + length, sizeof(text) - 1 - length);
        cr_assert_gt(step, 0, "%s ended before it was ready", arguments[0]);
        length += (size_t)step;
    }
    close(ends[0]);
    cr_assert_str_eq(text, "ready\n");
    return pid;
}

/* Ends a program by SIGTERM; returns its wait status. */
static inline int process_end(pid_t pid)
{
    int status = -1;
    signal_child(pid, SIGTERM);
    WAIT_UNTIL(10000, waitpid(pid, &status, WNOHANG) == pid);
    return status;
}

/* `text` is the room file without its control key. */
static inline void room_start(struct room_process *room, const char *text)
{
    char file[96];
    strcpy(room->directory, "/tmp/test-room-XXXXXX");
    cr_assert_not_null(mkdtemp(room->directory));
    snprintf(room->control, sizeof(room->control), "%s/sim.sock", room->directory);
    snprintf(room->endpoints, sizeof(room->endpoints), "%s/endpoints.json", room->directory);
    snprintf(file, sizeof(file), "%s/room.conf", room->directory);
    FILE *stream = fopen(file, "w");
    cr_assert_not_null(stream);
    fprintf(stream, "control = \"%s\";\n%s", room->control, text);
    fclose(stream);
    char *const arguments[] = {MONITORSIM, "room", file, "--endpoints", room->endpoints, NULL};
    room->pid = ready_start(arguments);
}

static inline void room_end(struct room_process *room)
{
    int status = process_end(room->pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "monitorsim ended with %#x", status);
    cr_assert_neq(access(room->control, F_OK), 0, "the socket file is gone");
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", room->directory);
    cr_assert_eq(system(command), 0);
}

/* "127.0.0.1:4711" of a device, from the endpoints file. */
static inline const char *room_address(const struct room_process *room, const char *name)
{
    static char address[64];
    json_t *object = json_load_file(room->endpoints, 0, NULL);
    const char *text =
        json_string_value(json_object_get(json_object_get(object, "addresses"), name));
    cr_assert_not_null(text, "no address for %s", name);
    snprintf(address, sizeof(address), "%s", text);
    json_decref(object);
    return address;
}

/* "NAME key=value …"; returns whether the room agreed. */
static inline bool room_fault(const struct room_process *room, const char *text)
{
    char copy[128], message[256];
    char *words[8];
    int count = 0;
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *rest = copy, *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        words[count++] = word;
    }
    json_t *order = sim_client_fault(words, count, message, sizeof(message));
    cr_assert_not_null(order, "%s", message);
    json_t *answer = sim_client_ask(room->control, order);
    cr_assert_not_null(answer);
    bool good = json_is_true(json_object_get(answer, "ok"));
    json_decref(order);
    json_decref(answer);
    return good;
}

/* New reference. */
static inline json_t *room_state(const struct room_process *room)
{
    json_t *order = json_pack("{s:s}", "order", "state");
    json_t *answer = sim_client_ask(room->control, order);
    cr_assert_not_null(answer);
    json_t *state = json_incref(json_object_get(answer, "state"));
    json_decref(order);
    json_decref(answer);
    return state;
}

/* Whether list[name].key is the text; a list value counts its texts. */
static inline bool room_says(const struct room_process *room, const char *list, const char *name,
                             const char *key, const char *text)
{
    json_t *state = room_state(room);
    json_t *objects = json_object_get(state, list);
    bool says = false;
    for (size_t i = 0; i < json_array_size(objects); i++) {
        const json_t *object = json_array_get(objects, i);
        const char *value = json_string_value(json_object_get(object, key));
        if (strcmp(json_string_value(json_object_get(object, "name")), name) == 0) {
            says = value != NULL && strcmp(value, text) == 0;
        }
    }
    json_decref(state);
    return says;
}

#endif
