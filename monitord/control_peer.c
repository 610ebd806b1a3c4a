/* SPDX-License-Identifier: Apache-2.0 */
/* One peer of the control socket: what is written to it, and its end. It reads nothing and knows no
 * order; control.c calls it. */
#include "monitord/control_peer.h"

#include "monitord/json_value.h"

#include <stdlib.h>
#include <string.h>

struct write {
    uv_write_t request;
    struct md_peer *peer;
    struct md_said *said;
};

void md_control_handle_gone(struct md_control *control)
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

static void on_closed(uv_handle_t *handle)
{
    struct md_peer *peer = handle->data;
    struct md_control *control = peer->control;

    md_lines_free(&peer->lines);
    free(peer->held);
    free(peer);
    md_control_handle_gone(control);
}

void md_peer_drop(struct md_peer *peer)
{
    struct md_control *control = peer->control;

    if (peer->closing) {
        return;
    }
    peer->closing = true;
    for (struct md_peer **at = &control->peers; *at != NULL; at = &(*at)->next) {
        if (*at == peer) {
            *at = peer->next;
            break;
        }
    }
    control->peer_count--;
    uv_close((uv_handle_t *)&peer->pipe, on_closed);
}

size_t md_peer_queue(const struct md_peer *peer)
{
    return uv_stream_get_write_queue_size((const uv_stream_t *)&peer->pipe);
}

struct md_said *md_said_new(char *text)
{
    struct md_said *said = text != NULL ? calloc(1, sizeof(*said)) : NULL;

    if (said == NULL) {
        free(text);
        return NULL;
    }
    *said = (struct md_said){.uses = 1, .length = strlen(text) + 1, .text = text};
    text[said->length - 1] = '\n'; /* in place of its end: it is bytes now */
    return said;
}

void md_said_drop(struct md_said *said)
{
    if (said != NULL && --said->uses == 0) {
        free(said->text);
        free(said);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct write *write = request->data;
    struct md_peer *peer = write->peer;

    md_said_drop(write->said);
    free(write);
    if (peer->closing) {
        return;
    }
    if (status < 0) {
        md_peer_drop(peer);
        return;
    }
    if (md_peer_queue(peer) == 0) {
        peer->took_ms = uv_now(peer->control->loop);
        if (peer->close_after_write) {
            md_peer_drop(peer);
            return;
        }
    }
    md_control_read_on(peer);
}

void md_peer_say(struct md_peer *peer, struct md_said *said)
{
    struct write *write = calloc(1, sizeof(*write));

    if (write == NULL || said == NULL) {
        free(write);
        md_peer_drop(peer);
        return;
    }
    uv_buf_t buffer = uv_buf_init(said->text, (unsigned)said->length);
    write->peer = peer;
    write->said = said;
    write->request.data = write;
    if (uv_write(&write->request, (uv_stream_t *)&peer->pipe, &buffer, 1, on_written) != 0) {
        free(write);
        md_peer_drop(peer);
        return;
    }
    said->uses++;
}

void md_peer_send(struct md_peer *peer, char *text)
{
    struct md_said *said = md_said_new(text);

    md_peer_say(peer, said);
    md_said_drop(said);
}

void md_peer_refuse(struct md_peer *peer, const char *code, const char *message)
{
    md_peer_send(peer, md_json_dump(json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message",
                                              message)));
}
