/* SPDX-License-Identifier: Apache-2.0 */
/* A unix stream server of bounded lines of JSON. It owns its clients and never an order: it asks
 * the hooks and writes what they say. app.c starts and stops it. */
#include "monitord/control.h"

#include "monitord/control_peer.h"
#include "monitord/json_value.h"
#include "monitord/log.h"
#include "monitord/unix_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- pictures: made a few devices a turn, for all who asked before it was begun ---- */

static void give_picture(struct md_control *control)
{
    struct md_said *said = md_said_new(md_status_text_take(&control->picture));
    struct md_peer *next;

    for (struct md_peer *peer = control->peers; peer != NULL; peer = next) {
        next = peer->next;
        if (peer->wish == WISH_UNDER_WAY) {
            peer->wish = WISH_NONE;
            md_peer_say(peer, said);
            if (!peer->closing) {
                md_control_read_on(peer);
            }
        }
    }
    md_said_drop(said);
}

static bool begin_picture(struct md_control *control)
{
    bool wanted = false;

    for (struct md_peer *peer = control->peers; peer != NULL; peer = peer->next) {
        if (peer->wish == WISH_PICTURE) {
            peer->wish = WISH_UNDER_WAY;
            wanted = true;
        }
    }
    if (wanted && !md_status_text_begin(&control->picture, &control->hooks)) {
        give_picture(control); /* nothing: they are dropped */
    }
    return wanted;
}

static void on_builder(uv_idle_t *builder)
{
    struct md_control *control = builder->data;

    if (control->picture.bytes == NULL) {
        if (!begin_picture(control)) {
            uv_idle_stop(builder);
        }
    } else if (md_status_text_more(&control->picture, &control->hooks)) {
        give_picture(control);
    }
}

static void want_picture(struct md_peer *peer)
{
    peer->wish = WISH_PICTURE;
    uv_idle_start(&peer->control->builder, on_builder);
}

static void hold_answer(struct md_peer *peer, json_t *answer, uint64_t ticket)
{
    peer->held = md_json_dump(answer);
    peer->ticket = ticket;
    peer->held_ms = uv_now(peer->control->loop);
    if (peer->held == NULL) {
        md_peer_drop(peer);
    }
}

/* One whole line. */
static void take_line(struct md_peer *peer, const char *line)
{
    struct md_control *control = peer->control;
    json_error_t error;
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    const char *order = json_string_value(json_object_get(request, "order"));
    uint64_t ticket = 0;

    if (order == NULL) {
        md_peer_refuse(peer, "bad-request", "one JSON object a line, with \"order\"");
    } else if (strcmp(order, "status") == 0) {
        want_picture(peer);
    } else if (strcmp(order, "watch") == 0) {
        peer->watching = true;
        want_picture(peer);
    } else {
        json_t *answer = control->hooks.order(control->hooks.context, peer->uid, request, &ticket);

        if (ticket != 0 && !control->hooks.synced(control->hooks.context, ticket)) {
            hold_answer(peer, answer, ticket);
        } else {
            md_peer_send(peer, md_json_dump(answer));
        }
    }
    json_decref(request);
}

/* An answer that is still to come holds back what its peer says next, as does a peer that does not
 * take what it was told. */
static bool may_read(const struct md_peer *peer)
{
    return !peer->closing && !peer->close_after_write && peer->held == NULL &&
           peer->wish == WISH_NONE && md_peer_queue(peer) <= MD_CONTROL_QUEUE_MAX;
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
    struct md_peer *peer = stream->data;

    if (count < 0) {
        md_peer_drop(peer);
        return;
    }
    if (peer->close_after_write) {
        return;
    }
    if (count > 0 && !md_lines_feed(&peer->lines, buffer->base, (size_t)count)) {
        peer->close_after_write = true;
        md_peer_refuse(peer, "too-long", "a line is longer than an order can be");
        return;
    }
    md_control_read_on(peer);
}

/* Takes lines one by one as long as nothing holds them back; then what follows waits in the
 * socket. */
void md_control_read_on(struct md_peer *peer)
{
    char *line = NULL;

    while (may_read(peer) && (line = md_lines_next(&peer->lines)) != NULL) {
        take_line(peer, line);
    }
    if (may_read(peer) && !peer->reading) {
        peer->reading = uv_read_start((uv_stream_t *)&peer->pipe, on_allocate, on_read) == 0;
    } else if (!peer->closing && peer->reading && !may_read(peer)) {
        uv_read_stop((uv_stream_t *)&peer->pipe);
        peer->reading = false;
    }
}

/* ---- the server ---- */

static void on_connection(uv_stream_t *server, int status)
{
    struct md_control *control = server->data;
    struct md_peer *peer;

    if (status < 0 || control->stopping) {
        return;
    }
    peer = calloc(1, sizeof(*peer));
    if (peer == NULL || uv_pipe_init(control->loop, &peer->pipe, 0) != 0) {
        free(peer);
        return;
    }
    control->handles_open++;
    control->peer_count++;
    peer->control = control;
    peer->pipe.data = peer;
    peer->took_ms = uv_now(control->loop);
    peer->next = control->peers;
    control->peers = peer;
    md_lines_init(&peer->lines, MD_CONTROL_REQUEST_MAX);
    if (uv_accept(server, (uv_stream_t *)&peer->pipe) != 0 ||
        !md_unix_peer_uid(&peer->pipe, &peer->uid)) {
        md_peer_drop(peer);
        return;
    }
    if (control->peer_count > MD_CONTROL_CLIENTS_MAX) {
        peer->close_after_write = true;
        md_peer_refuse(peer, "busy", "too many consoles are connected");
        return;
    }
    md_control_read_on(peer);
}

static void release_held(struct md_peer *peer)
{
    struct md_control *control = peer->control;
    bool synced = control->hooks.synced(control->hooks.context, peer->ticket);
    char *held = peer->held;

    if (!synced && uv_now(control->loop) - peer->held_ms < MD_CONTROL_SYNC_WAIT_MS) {
        return;
    }
    peer->held = NULL;
    if (!synced) {
        json_t *answer = json_loads(held, 0, NULL);

        free(held);
        json_object_set_new(answer, "journalled", json_false());
        held = md_json_dump(answer);
    }
    md_peer_send(peer, held);
    if (!peer->closing) {
        md_control_read_on(peer);
    }
}

void md_control_synced(struct md_control *control)
{
    struct md_peer *next;

    for (struct md_peer *peer = control->peers; peer != NULL; peer = next) {
        next = peer->next;
        if (peer->held != NULL) {
            release_held(peer);
        }
    }
}

/* A slow console gets fewer pictures, not a queue of old ones. */
static void send_pictures(struct md_control *control)
{
    for (struct md_peer *peer = control->peers; peer != NULL; peer = peer->next) {
        if (peer->watching && peer->wish == WISH_NONE && peer->held == NULL &&
            md_peer_queue(peer) == 0) {
            want_picture(peer);
        }
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct md_control *control = timer->data;
    uint64_t now_ms = uv_now(control->loop);
    struct md_peer *next;

    for (struct md_peer *peer = control->peers; peer != NULL; peer = next) {
        next = peer->next;
        if (md_peer_queue(peer) == 0) {
            peer->took_ms = now_ms;
        } else if (now_ms - peer->took_ms > MD_CONTROL_STUCK_MS) {
            md_log(MD_LOG_INFO, "control: a peer that takes nothing was dropped");
            md_peer_drop(peer);
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

    for (const struct md_peer *peer = control->peers; peer != NULL; peer = peer->next) {
        count += peer->watching ? 1 : 0;
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
    uv_idle_init(loop, &control->builder);
    control->timer.data = control;
    control->builder.data = control;
    control->handles_open = 3;
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
    md_control_handle_gone(handle->data);
}

void md_control_stop(struct md_control *control, void (*done)(void *context), void *context)
{
    control->stopping = true;
    control->done = done;
    control->done_context = context;
    unlink(control->path);
    while (control->peers != NULL) {
        md_peer_drop(control->peers);
    }
    uv_close((uv_handle_t *)&control->server, on_closed);
    uv_close((uv_handle_t *)&control->timer, on_closed);
    uv_close((uv_handle_t *)&control->builder, on_closed);
    md_status_text_drop(&control->picture);
}
