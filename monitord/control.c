/* SPDX-License-Identifier: Apache-2.0 */
/* A unix stream server of bounded lines of JSON. It owns its clients and never an order: it asks
 * the hooks and writes what they say. app.c starts and stops it. */
#include "monitord/control.h"

#include "monitord/control_wire.h"
#include "monitord/json_value.h"
#include "monitord/log.h"
#include "monitord/unix_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    uv_pipe_t pipe;
    struct md_control *control;
    struct client *next;
    struct md_line_buffer lines;
    uid_t uid;
    bool watching, closing, close_after_write;
    char *held;       /* answer that waits for the journal */
    uint64_t ticket;  /* … until it has this */
    uint64_t held_ms; /* … since */
    uint64_t took_ms; /* the peer last took everything */
};

struct md_control {
    uv_loop_t *loop;
    uv_pipe_t server;
    uv_timer_t timer;
    struct md_control_hooks hooks;
    struct client *clients;
    unsigned client_count, handles_open;
    bool stopping, picture_due;
    uint64_t picture_ms;
    char path[108];
    void (*done)(void *context);
    void *done_context;
};

struct write {
    uv_write_t request;
    struct client *client;
    char *text;
};

static void read_lines(struct client *client);
static void start_reading(struct client *client);

static void on_handle_gone(struct md_control *control)
{
    void (*done)(void *) = control->done;
    void *context = control->done_context;

    if (--control->handles_open > 0) {
        return;
    }
    free(control);
    if (done != NULL) {
        done(context);
    }
}

/* ---- one client ---- */

static void on_client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    struct md_control *control = client->control;

    md_lines_free(&client->lines);
    free(client->held);
    free(client);
    on_handle_gone(control);
}

static void drop(struct client *client)
{
    struct md_control *control = client->control;

    if (client->closing) {
        return;
    }
    client->closing = true;
    for (struct client **at = &control->clients; *at != NULL; at = &(*at)->next) {
        if (*at == client) {
            *at = client->next;
            break;
        }
    }
    control->client_count--;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

static void on_written(uv_write_t *request, int status)
{
    struct write *write = request->data;
    struct client *client = write->client;

    free(write->text);
    free(write);
    if (client->closing) {
        return;
    }
    if (status < 0) {
        drop(client);
        return;
    }
    if (uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) == 0) {
        client->took_ms = uv_now(client->control->loop);
        if (client->close_after_write) {
            drop(client);
        }
    }
}

/* Writes text and a newline; takes text over (NULL: nothing to say, the peer is dropped). */
static void send_text(struct client *client, char *text)
{
    struct write *write = calloc(1, sizeof(*write));
    uv_buf_t buffers[2];

    if (write == NULL || text == NULL) {
        free(write);
        free(text);
        drop(client);
        return;
    }
    write->client = client;
    write->text = text;
    write->request.data = write;
    buffers[0] = uv_buf_init(text, (unsigned)strlen(text));
    buffers[1] = uv_buf_init((char *)"\n", 1);
    if (uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) > 2 * MD_CONTROL_REPLY_MAX ||
        uv_write(&write->request, (uv_stream_t *)&client->pipe, buffers, 2, on_written) != 0) {
        free(text);
        free(write);
        drop(client);
    }
}

static char *text_of(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT | MD_JSON_DIGITS) : NULL;

    json_decref(object);
    return text;
}

static void send_error(struct client *client, const char *code, const char *message)
{
    send_text(client,
              text_of(json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message", message)));
}

static char *picture(struct md_control *control)
{
    return text_of(
        json_pack("{s:b, s:o}", "ok", 1, "status", control->hooks.status(control->hooks.context)));
}

static void hold_answer(struct client *client, json_t *answer, uint64_t ticket)
{
    client->held = text_of(answer);
    client->ticket = ticket;
    client->held_ms = uv_now(client->control->loop);
    uv_read_stop((uv_stream_t *)&client->pipe); /* what follows waits in the socket */
    if (client->held == NULL) {
        drop(client);
    }
}

/* One whole line. */
static void take_line(struct client *client, const char *line)
{
    struct md_control *control = client->control;
    json_error_t error;
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    const char *order = json_string_value(json_object_get(request, "order"));
    uint64_t ticket = 0;

    if (order == NULL) {
        send_error(client, "bad-request", "one JSON object a line, with \"order\"");
    } else if (strcmp(order, "status") == 0) {
        send_text(client, picture(control));
    } else if (strcmp(order, "watch") == 0) {
        client->watching = true;
        send_text(client, picture(control));
    } else {
        json_t *answer =
            control->hooks.order(control->hooks.context, client->uid, request, &ticket);

        if (ticket != 0 && !control->hooks.synced(control->hooks.context, ticket)) {
            hold_answer(client, answer, ticket);
        } else {
            send_text(client, text_of(answer));
        }
    }
    json_decref(request);
}

/* Lines are taken one by one: an answer that waits for the journal holds back those behind it. */
static void read_lines(struct client *client)
{
    while (!client->closing && client->held == NULL) {
        char *line = md_lines_next(&client->lines);

        if (line == NULL) {
            break;
        }
        take_line(client, line);
    }
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[16384]; /* one read at a time on one loop */

    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct client *client = stream->data;

    if (count < 0) {
        drop(client);
        return;
    }
    if (client->close_after_write) {
        return;
    }
    if (count > 0 && !md_lines_feed(&client->lines, buffer->base, (size_t)count)) {
        client->close_after_write = true;
        send_error(client, "too-long", "a line is longer than an order can be");
        return;
    }
    read_lines(client);
}

static void start_reading(struct client *client)
{
    uv_read_start((uv_stream_t *)&client->pipe, on_allocate, on_read);
}

/* ---- the server ---- */

static bool peer_uid(uv_pipe_t *pipe, uid_t *uid)
{
    struct ucred credentials;
    socklen_t length = sizeof(credentials);
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)pipe, &fd) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
        return false;
    }
    *uid = credentials.uid;
    return true;
}

static void on_connection(uv_stream_t *server, int status)
{
    struct md_control *control = server->data;
    struct client *client;

    if (status < 0 || control->stopping) {
        return;
    }
    client = calloc(1, sizeof(*client));
    if (client == NULL || uv_pipe_init(control->loop, &client->pipe, 0) != 0) {
        free(client);
        return;
    }
    control->handles_open++;
    control->client_count++;
    client->control = control;
    client->pipe.data = client;
    client->took_ms = uv_now(control->loop);
    client->next = control->clients;
    control->clients = client;
    md_lines_init(&client->lines, MD_CONTROL_REQUEST_MAX);
    if (uv_accept(server, (uv_stream_t *)&client->pipe) != 0 ||
        !peer_uid(&client->pipe, &client->uid)) {
        drop(client);
        return;
    }
    if (control->client_count > MD_CONTROL_CLIENTS_MAX) {
        client->close_after_write = true;
        send_error(client, "busy", "too many consoles are connected");
        return;
    }
    start_reading(client);
}

static void release_held(struct client *client)
{
    struct md_control *control = client->control;
    bool synced = control->hooks.synced(control->hooks.context, client->ticket);
    char *held = client->held;

    if (!synced && uv_now(control->loop) - client->held_ms < MD_CONTROL_SYNC_WAIT_MS) {
        return;
    }
    client->held = NULL;
    if (!synced) {
        json_t *answer = json_loads(held, 0, NULL);

        free(held);
        json_object_set_new(answer, "journalled", json_false());
        held = text_of(answer);
    }
    send_text(client, held);
    read_lines(client);
    if (!client->closing && client->held == NULL) {
        start_reading(client);
    }
}

void md_control_synced(struct md_control *control)
{
    struct client *next;

    for (struct client *client = control->clients; client != NULL; client = next) {
        next = client->next;
        if (client->held != NULL) {
            release_held(client);
        }
    }
}

static void send_pictures(struct md_control *control)
{
    char *text = NULL;
    struct client *next;

    for (struct client *client = control->clients; client != NULL; client = next) {
        next = client->next;
        /* a slow console gets fewer pictures, not a queue of old ones */
        if (!client->watching || uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) > 0) {
            continue;
        }
        if (text == NULL) {
            text = picture(control);
        }
        send_text(client, text != NULL ? strdup(text) : NULL);
    }
    free(text);
}

static void on_timer(uv_timer_t *timer)
{
    struct md_control *control = timer->data;
    uint64_t now_ms = uv_now(control->loop);
    struct client *next;

    for (struct client *client = control->clients; client != NULL; client = next) {
        next = client->next;
        if (uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) == 0) {
            client->took_ms = now_ms;
        } else if (now_ms - client->took_ms > MD_CONTROL_STUCK_MS) {
            md_log(MD_LOG_INFO, "control: a peer that takes nothing was dropped");
            drop(client);
        }
    }
    md_control_synced(control);
    if (control->picture_due || now_ms - control->picture_ms >= MD_CONTROL_WATCH_MS) {
        control->picture_due = false;
        control->picture_ms = now_ms;
        send_pictures(control);
    }
}

void md_control_changed(struct md_control *control)
{
    control->picture_due = true;
}

unsigned md_control_watchers(const struct md_control *control)
{
    unsigned count = 0;

    for (const struct client *client = control->clients; client != NULL; client = client->next) {
        count += client->watching ? 1 : 0;
    }
    return count;
}

struct md_control *md_control_start(uv_loop_t *loop, const char *path, const char *group,
                                    const struct md_control_hooks *hooks, char *error,
                                    size_t error_size)
{
    struct md_control *control = calloc(1, sizeof(*control));
    int fd;

    if (control == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    fd = md_unix_listen(path, group, error, error_size);
    if (fd < 0) {
        free(control);
        return NULL;
    }
    control->loop = loop;
    control->hooks = *hooks;
    snprintf(control->path, sizeof(control->path), "%s", path);
    uv_pipe_init(loop, &control->server, 0);
    uv_timer_init(loop, &control->timer);
    control->server.data = control;
    control->timer.data = control;
    control->handles_open = 2;
    if (uv_pipe_open(&control->server, fd) != 0 ||
        uv_listen((uv_stream_t *)&control->server, 16, on_connection) != 0) {
        snprintf(error, error_size, "%s: cannot listen", path);
        md_control_stop(control, NULL, NULL);
        return NULL;
    }
    uv_timer_start(&control->timer, on_timer, MD_CONTROL_CHANGE_MS, MD_CONTROL_CHANGE_MS);
    return control;
}

static void on_closed(uv_handle_t *handle)
{
    on_handle_gone(handle->data);
}

void md_control_stop(struct md_control *control, void (*done)(void *context), void *context)
{
    control->stopping = true;
    control->done = done;
    control->done_context = context;
    unlink(control->path);
    while (control->clients != NULL) {
        drop(control->clients);
    }
    uv_close((uv_handle_t *)&control->server, on_closed);
    uv_close((uv_handle_t *)&control->timer, on_closed);
}
