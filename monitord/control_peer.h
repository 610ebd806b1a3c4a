/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the control server: its whole state, and one connected peer with what is still to
 * be written to it. control.c and control_peer.c alone include it. */
#ifndef MONITORD_CONTROL_PEER_H
#define MONITORD_CONTROL_PEER_H

#include "monitord/control_wire.h"
#include "monitord/status_text.h"

#include <uv.h>

/* What is written, to one peer or to several. */
struct md_said {
    unsigned uses;
    size_t length; /* with its newline */
    char *text;
};

enum md_wish { WISH_NONE, WISH_PICTURE, WISH_UNDER_WAY }; /* of a peer that waits for a status */

struct md_peer {
    uv_pipe_t pipe;
    struct md_control *control;
    struct md_peer *next;
    struct md_line_buffer lines;
    uid_t uid;
    bool watching, closing, close_after_write, reading;
    enum md_wish wish;
    char *held;       /* answer that waits for the journal */
    uint64_t ticket;  /* … until it has this */
    uint64_t held_ms; /* … since */
    uint64_t took_ms; /* the peer last took everything */
};

struct md_control {
    uv_loop_t *loop;
    uv_pipe_t server;
    uv_timer_t timer;
    uv_idle_t builder; /* runs while a picture is being made */
    struct md_status_text picture;
    struct md_control_hooks hooks;
    struct md_peer *peers;
    unsigned peer_count, handles_open;
    bool stopping, picture_due;
    uint64_t picture_ms;
    char path[108];
    void (*done)(void *context);
    void *done_context;
};

/* The reference that uses starts with is the caller's; text is taken over. NULL: no text, or out of
 * memory. */
struct md_said *md_said_new(char *text);
void md_said_drop(struct md_said *said);

/* Bytes that the peer has not taken yet. */
size_t md_peer_queue(const struct md_peer *peer);
/* Writes what is said; said stays the caller's (NULL: nothing to say, the peer is dropped). */
void md_peer_say(struct md_peer *peer, struct md_said *said);
/* The same with a text of its own, taken over. */
void md_peer_send(struct md_peer *peer, char *text);
/* A refusal: code and what a person reads. */
void md_peer_refuse(struct md_peer *peer, const char *code, const char *message);
/* Closes it; no call about it after this. Freed when the loop has turned. */
void md_peer_drop(struct md_peer *peer);

/* control.c: lines that have come are taken as far as nothing holds them back. */
void md_control_read_on(struct md_peer *peer);
/* One handle of the server or of a peer has been closed; the last one frees the server. */
void md_control_handle_gone(struct md_control *control);

#endif
