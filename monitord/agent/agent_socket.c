/* SPDX-License-Identifier: Apache-2.0 */
/* Accepts, bounds and answers connections on the agent's socket. It owns the connections; what an
 * order means is agent.c's. */
#include "monitord/agent/agent_socket.h"

#include "monitord/control_wire.h"
#include "monitord/unix_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct connection {
    struct md_agent_socket *owner;
    uv_pipe_t pipe;
    uv_timer_t timer;
    uv_write_t write;
    struct md_line_buffer lines;
    char *reply;      /* being written; NULL none */
    unsigned handles; /* not yet closed */
    bool closing;
    char buffer[1024];
};
struct md_agent_socket {
    uv_loop_t *loop;
    uv_pipe_t listener;
    md_agent_order order;
    void *context;
    struct connection *connections[MD_AGENT_CONNECTIONS_MAX];
    bool stopping, listener_closed;
    char path[108]; /* sun_path */
};

static void free_if_done(struct md_agent_socket *socket)
{
    for (size_t i = 0; i < MD_AGENT_CONNECTIONS_MAX; i++) {
        if (socket->connections[i] != NULL) {
            return;
        }
    }
    if (socket->stopping && socket->listener_closed) {
        free(socket);
    }
}

static void on_connection_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct md_agent_socket *socket = connection->owner;
    if (--connection->handles > 0) {
        return;
    }
    for (size_t i = 0; i < MD_AGENT_CONNECTIONS_MAX; i++) {
        if (socket->connections[i] == connection) {
            socket->connections[i] = NULL;
        }
    }
    md_lines_free(&connection->lines);
    free(connection->reply);
    free(connection);
    free_if_done(socket);
}

static void close_connection(struct connection *connection)
{
    if (!connection->closing) {
        connection->closing = true;
        uv_close((uv_handle_t *)&connection->pipe, on_connection_closed);
        uv_close((uv_handle_t *)&connection->timer, on_connection_closed);
    }
}

static void on_timeout(uv_timer_t *timer)
{
    close_connection(timer->data);
}

static void answer_next(struct connection *connection);

static void on_written(uv_write_t *write, int status)
{
    struct connection *connection = write->data;
    free(connection->reply);
    connection->reply = NULL;
    if (connection->closing) {
        return;
    }
    if (status != 0) {
        close_connection(connection);
        return;
    }
    answer_next(connection);
}

/* Nobody's number when it cannot be told: nobody may order anything. */
static uid_t peer_of(const struct connection *connection)
{
    uid_t uid = (uid_t)-1;
    (void)md_unix_peer_uid(&connection->pipe, &uid);
    return uid;
}

/* One order at a time: the next one waits in the buffer until this one's answer is out. */
static void answer_next(struct connection *connection)
{
    struct md_agent_socket *socket = connection->owner;
    char *line = connection->reply == NULL ? md_lines_next(&connection->lines) : NULL;
    if (line == NULL) {
        return;
    }
    json_t *order = json_loads(line, 0, NULL);
    json_t *answer =
        order != NULL ? socket->order(socket->context, order, peer_of(connection)) : NULL;
    json_decref(order);
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    json_decref(answer);
    size_t length = text != NULL ? strlen(text) : 0;
    char *reply = text != NULL ? realloc(text, length + 1) : NULL;
    if (reply == NULL) {
        free(text);
        close_connection(connection);
        return;
    }
    reply[length] = '\n'; /* takes the place of the end: the length says where it stops */
    connection->reply = reply;
    connection->write.data = connection;
    uv_buf_t bytes = uv_buf_init(reply, (unsigned)length + 1);
    if (uv_write(&connection->write, (uv_stream_t *)&connection->pipe, &bytes, 1, on_written) !=
        0) {
        close_connection(connection);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *bytes)
{
    struct connection *connection = handle->data;
    (void)suggested;
    *bytes = uv_buf_init(connection->buffer, sizeof connection->buffer);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
    struct connection *connection = stream->data;
    if (count < 0 ||
        (count > 0 && !md_lines_feed(&connection->lines, bytes->base, (size_t)count))) {
        close_connection(connection);
        return;
    }
    if (count > 0) {
        uv_timer_again(&connection->timer);
        answer_next(connection);
    }
}

static void on_connect(uv_stream_t *listener, int status)
{
    struct md_agent_socket *socket = listener->data;
    struct connection *connection = status == 0 ? calloc(1, sizeof *connection) : NULL;
    size_t place = 0;
    while (place < MD_AGENT_CONNECTIONS_MAX && socket->connections[place] != NULL) {
        place++;
    }
    if (connection == NULL) {
        return;
    }
    connection->owner = socket;
    connection->pipe.data = connection->timer.data = connection;
    md_lines_init(&connection->lines, MD_AGENT_ORDER_MAX);
    uv_pipe_init(socket->loop, &connection->pipe, 0);
    uv_timer_init(socket->loop, &connection->timer);
    connection->handles = 2;
    if (place < MD_AGENT_CONNECTIONS_MAX) {
        socket->connections[place] = connection;
    }
    /* accepted in any case: a connection left in the queue would never be reported again */
    if (uv_accept(listener, (uv_stream_t *)&connection->pipe) != 0 ||
        place == MD_AGENT_CONNECTIONS_MAX ||
        uv_read_start((uv_stream_t *)&connection->pipe, on_alloc, on_read) != 0) {
        close_connection(connection);
        return;
    }
    uv_timer_start(&connection->timer, on_timeout, MD_AGENT_CONNECTION_MS, MD_AGENT_CONNECTION_MS);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct md_agent_socket *socket = handle->data;
    socket->listener_closed = true;
    free_if_done(socket);
}

struct md_agent_socket *md_agent_socket_start(uv_loop_t *loop, const char *path,
                                              md_agent_order order, void *context, int *error)
{
    struct md_agent_socket *socket = calloc(1, sizeof *socket);
    *error = ENOMEM;
    if (socket == NULL) {
        return NULL;
    }
    size_t length = strlen(path);
    if (length >= sizeof socket->path) {
        *error = ENAMETOOLONG;
        free(socket);
        return NULL;
    }
    memcpy(socket->path, path, length + 1);
    socket->loop = loop;
    socket->order = order;
    socket->context = context;
    socket->listener.data = socket;
    uv_pipe_init(loop, &socket->listener, 0);
    unlink(path);
    mode_t mask = umask(0177);
    int result = uv_pipe_bind(&socket->listener, path);
    umask(mask);
    if (result == 0) {
        result = uv_listen((uv_stream_t *)&socket->listener, MD_AGENT_CONNECTIONS_MAX, on_connect);
    }
    if (result != 0) {
        *error = -result;
        md_agent_socket_stop(socket);
        return NULL;
    }
    return socket;
}

void md_agent_socket_stop(struct md_agent_socket *socket)
{
    socket->stopping = true;
    unlink(socket->path);
    uv_close((uv_handle_t *)&socket->listener, on_listener_closed);
    for (size_t i = 0; i < MD_AGENT_CONNECTIONS_MAX; i++) {
        if (socket->connections[i] != NULL) {
            close_connection(socket->connections[i]);
        }
    }
}
