/* SPDX-License-Identifier: Apache-2.0 */
/* Serves the room's orders on its unix socket. It owns connections and their line buffers; what an
 * order does is in fault.c, what it shows in state.c. */
#include "sim/control.h"

#include "monitord/control_wire.h"
#include "sim/fault.h"
#include "sim/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PEERS_MAX 16

struct peer {
    uv_pipe_t pipe;
    struct sim_control *control;
    struct peer *next;
    struct md_line_buffer lines;
    char bytes[4096];
};
struct sim_control {
    uv_pipe_t listener;
    struct sim_room *room;
    struct peer *peers;
    unsigned peer_count;
    bool closing, listener_closed;
};
struct answer {
    uv_write_t request;
    char *text; /* from jansson */
};

static void control_free_if_done(struct sim_control *control)
{
    if (control->closing && control->listener_closed && control->peers == NULL) {
        free(control);
    }
}

static void on_peer_closed(uv_handle_t *handle)
{
    struct peer *peer = handle->data;
    struct sim_control *control = peer->control;
    for (struct peer **at = &control->peers; *at != NULL; at = &(*at)->next) {
        if (*at == peer) {
            *at = peer->next;
            break;
        }
    }
    control->peer_count--;
    md_lines_free(&peer->lines);
    free(peer);
    control_free_if_done(control);
}

static void peer_close(struct peer *peer)
{
    if (!uv_is_closing((uv_handle_t *)&peer->pipe)) {
        uv_close((uv_handle_t *)&peer->pipe, on_peer_closed);
    }
}

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    struct answer *answer = request->data;
    free(answer->text);
    free(answer);
}

static void peer_answer(struct peer *peer, json_t *object)
{
    struct answer *answer = calloc(1, sizeof(*answer));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (answer == NULL || text == NULL) {
        free(answer);
        free(text);
        peer_close(peer);
        return;
    }
    answer->text = text;
    answer->request.data = answer;
    uv_buf_t buffers[] = {uv_buf_init(text, (unsigned)strlen(text)), uv_buf_init("\n", 1)};
    if (uv_write(&answer->request, (uv_stream_t *)&peer->pipe, buffers, 2, on_written) != 0) {
        free(answer->text);
        free(answer);
        peer_close(peer);
    }
}

static json_t *refusal(const char *message)
{
    return json_pack("{s:b s:s s:s}", "ok", 0, "error", "refused", "message", message);
}

static json_t *fault_order(struct sim_room *room, const json_t *order)
{
    const char *name = json_string_value(json_object_get(order, "name"));
    json_t *set = json_object_get(order, "set");
    struct sim_setting settings[SIM_SETTINGS_MAX];
    unsigned count = 0;
    const char *key;
    json_t *value;
    char message[512];
    if (name == NULL || !json_is_object(set)) {
        return refusal("a fault needs a name and a set of keys");
    }
    json_object_foreach(set, key, value)
    {
        if (!json_is_string(value) || count == SIM_SETTINGS_MAX) {
            return refusal("values are texts, eight at most");
        }
        settings[count++] = (struct sim_setting){key, json_string_value(value)};
    }
    if (!sim_fault_apply(room, name, settings, count, message, sizeof(message))) {
        return refusal(message);
    }
    return json_pack("{s:b}", "ok", 1);
}

static json_t *order_do(struct sim_room *room, const char *line)
{
    json_t *order = json_loads(line, 0, NULL);
    const char *what = json_string_value(json_object_get(order, "order"));
    json_t *answer;
    if (what == NULL) {
        answer = refusal("an order is one JSON object with the key \"order\"");
    } else if (strcmp(what, "fault") == 0) {
        answer = fault_order(room, order);
    } else if (strcmp(what, "state") == 0) {
        answer = json_pack("{s:b s:o}", "ok", 1, "state", sim_state_json(room));
    } else if (strcmp(what, "endpoints") == 0) {
        answer = json_pack("{s:b s:o}", "ok", 1, "endpoints", sim_endpoints_json(room));
    } else {
        answer = refusal("orders: fault state endpoints");
    }
    json_decref(order);
    return answer;
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct peer *peer = handle->data;
    *buffer = uv_buf_init(peer->bytes, sizeof(peer->bytes));
}

static void on_bytes(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct peer *peer = stream->data;
    if (length < 0 || !md_lines_feed(&peer->lines, buffer->base, (size_t)length)) {
        peer_close(peer);
        return;
    }
    char *line;
    while ((line = md_lines_next(&peer->lines)) != NULL &&
           !uv_is_closing((uv_handle_t *)&peer->pipe)) {
        peer_answer(peer, order_do(peer->control->room, line));
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct sim_control *control = listener->data;
    struct peer *peer = status < 0 ? NULL : calloc(1, sizeof(*peer));
    if (peer == NULL) {
        return;
    }
    peer->control = control;
    peer->next = control->peers;
    control->peers = peer;
    control->peer_count++;
    md_lines_init(&peer->lines, MD_CONTROL_REQUEST_MAX);
    uv_pipe_init(listener->loop, &peer->pipe, 0);
    peer->pipe.data = peer;
    if (uv_accept(listener, (uv_stream_t *)&peer->pipe) != 0 || control->peer_count > PEERS_MAX ||
        uv_read_start((uv_stream_t *)&peer->pipe, on_buffer, on_bytes) != 0) {
        peer_close(peer);
    }
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct sim_control *control = handle->data;
    control->listener_closed = true;
    control_free_if_done(control);
}

/* Whether somebody answers on the socket file. */
static bool socket_alive(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool alive = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return alive;
}

struct sim_control *sim_control_open(struct sim_room *room)
{
    const char *path = room->plan.control;
    if (socket_alive(path)) {
        errno = EADDRINUSE;
        return NULL;
    }
    unlink(path);
    struct sim_control *control = calloc(1, sizeof(*control));
    if (control == NULL) {
        return NULL;
    }
    control->room = room;
    uv_pipe_init(room->loop, &control->listener, 0);
    control->listener.data = control;
    int failed = uv_pipe_bind(&control->listener, path);
    if (failed == 0) {
        failed = uv_listen((uv_stream_t *)&control->listener, 8, on_connection);
    }
    if (failed != 0) {
        sim_control_close(control);
        errno = -failed;
        return NULL;
    }
    return control;
}

void sim_control_close(struct sim_control *control)
{
    control->closing = true;
    /* libuv removes the socket file itself */
    uv_close((uv_handle_t *)&control->listener, on_listener_closed);
    for (struct peer *peer = control->peers; peer != NULL; peer = peer->next) {
        peer_close(peer);
    }
}
