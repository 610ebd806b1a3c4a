/* SPDX-License-Identifier: Apache-2.0 */
/* The asking end of the control sockets. It owns one connection and its half-read line. */
#include "sim/client.h"

#include "sim/room_plan.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ASK_MS 5000

bool sim_client_open(struct sim_client *client, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    md_lines_init(&client->lines, MD_CONTROL_REPLY_MAX);
    client->fd = -1;
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd >= 0 && connect(client->fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        return true;
    }
    int error = errno;
    sim_client_close(client);
    errno = error;
    return false;
}

bool sim_client_send(struct sim_client *client, const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (text == NULL) {
        return false;
    }
    size_t length = strlen(text);
    text[length++] = '\n'; /* over the end: it is sent by length */
    size_t sent = 0;
    while (sent < length) {
        ssize_t step = send(client->fd, text + sent, length - sent, MSG_NOSIGNAL);
        if (step < 0 && errno != EINTR) {
            break;
        }
        sent += step > 0 ? (size_t)step : 0;
    }
    free(text);
    return sent == length;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads once if there is something within the bound. */
static bool client_fill(struct sim_client *client, int timeout_ms)
{
    char bytes[16384];
    struct pollfd ready = {.fd = client->fd, .events = POLLIN};
    int polled = poll(&ready, 1, timeout_ms);
    if (polled <= 0) {
        errno = polled < 0 ? errno : EAGAIN;
        return false;
    }
    ssize_t length = recv(client->fd, bytes, sizeof(bytes), 0);
    if (length <= 0 || !md_lines_feed(&client->lines, bytes, (size_t)length)) {
        errno = ECONNRESET;
        return false;
    }
    return true;
}

json_t *sim_client_next(struct sim_client *client, int timeout_ms)
{
    int64_t deadline_ms = now_ms() + timeout_ms;
    for (;;) {
        char *line = md_lines_next(&client->lines);
        if (line != NULL) {
            json_t *object = json_loads(line, 0, NULL);
            if (object != NULL) {
                return object;
            }
            continue; /* a line that is no JSON is no answer */
        }
        int64_t left_ms = deadline_ms - now_ms();
        if (!client_fill(client, left_ms > 0 ? (int)left_ms : 0)) {
            return NULL;
        }
    }
}

void sim_client_close(struct sim_client *client)
{
    if (client->fd >= 0) {
        close(client->fd);
    }
    client->fd = -1;
    md_lines_free(&client->lines);
}

json_t *sim_client_ask(const char *path, const json_t *object)
{
    struct sim_client client;
    if (!sim_client_open(&client, path)) {
        return NULL;
    }
    json_t *answer = sim_client_send(&client, object) ? sim_client_next(&client, ASK_MS) : NULL;
    int error = errno;
    sim_client_close(&client);
    errno = error;
    return answer;
}

json_t *sim_client_fault(char *const *words, int count, char *message, size_t size)
{
    json_t *set = json_object();
    if (count < 2) {
        snprintf(message, size, "a fault is NAME key=value ...");
        json_decref(set);
        return NULL;
    }
    for (int i = 1; i < count; i++) {
        char *equals = strchr(words[i], '=');
        if (equals == NULL || equals == words[i]) {
            snprintf(message, size, "%s is not key=value", words[i]);
            json_decref(set);
            return NULL;
        }
        *equals = '\0';
        json_object_set_new(set, words[i], json_string(equals + 1));
    }
    return json_pack("{s:s s:s s:o}", "order", "fault", "name", words[0], "set", set);
}

const char *sim_room_socket(const char *given)
{
    const char *environment = getenv("NOROSHI_ROOM");
    if (given != NULL) {
        return given;
    }
    return environment != NULL && environment[0] != '\0' ? environment : SIM_SOCKET_DEFAULT;
}
