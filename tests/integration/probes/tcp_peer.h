/* SPDX-License-Identifier: Apache-2.0 */
/* A small TCP server on the test's own loop that behaves as a test tells it: answers, drips, stops
 * half way, closes, or says nothing. It never blocks the loop it shares with the code under test.
 */
#ifndef TESTS_TCP_PEER_H
#define TESTS_TCP_PEER_H

#include "tests/integration/probes/loop_room.h"

#include <stdlib.h>

#define PEER_BYTES 1024

struct peer;
struct peer_connection {
    uv_tcp_t tcp;
    uv_timer_t drip;
    struct peer *peer;
    unsigned handles;
    bool closing;
    uint8_t out[PEER_BYTES];
    size_t out_length, out_at;
    struct peer_connection *next;
    uint8_t in[PEER_BYTES];
};
/* Called with each piece the client sent. */
typedef void (*peer_handler)(struct peer_connection *connection, const uint8_t *bytes,
                             size_t length);
struct peer {
    uv_tcp_t server;
    peer_handler handler;
    void *context;
    int port;
    unsigned accepted, requests;
    struct peer_connection *connections;
};

static inline void peer_on_closed(uv_handle_t *handle)
{
    struct peer_connection *connection = handle->data;
    if (--connection->handles == 0) {
        struct peer_connection **at = &connection->peer->connections;
        while (*at != connection) {
            at = &(*at)->next;
        }
        *at = connection->next;
        free(connection);
    }
}

static inline void peer_hang_up(struct peer_connection *connection)
{
    if (!connection->closing) {
        connection->closing = true;
        uv_close((uv_handle_t *)&connection->tcp, peer_on_closed);
        uv_close((uv_handle_t *)&connection->drip, peer_on_closed);
    }
}

static inline void peer_send(struct peer_connection *connection, const void *bytes, size_t length)
{
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)length);
    (void)uv_try_write((uv_stream_t *)&connection->tcp, &buf, 1);
}

static inline void peer_on_drip(uv_timer_t *timer)
{
    struct peer_connection *connection = timer->data;
    if (connection->out_at == connection->out_length) {
        uv_timer_stop(timer);
        return;
    }
    peer_send(connection, connection->out + connection->out_at++, 1);
}

/* Sends one byte each `ms` milliseconds. */
static inline void peer_drip(struct peer_connection *connection, const void *bytes, size_t length,
                             uint64_t ms)
{
    cr_assert_leq(length, PEER_BYTES);
    memcpy(connection->out, bytes, length);
    connection->out_length = length;
    connection->out_at = 0;
    uv_timer_start(&connection->drip, peer_on_drip, ms, ms);
}

static inline void peer_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct peer_connection *connection = handle->data;
    *buf = uv_buf_init((char *)connection->in, PEER_BYTES);
}

static inline void peer_on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct peer_connection *connection = stream->data;
    if (count < 0) {
        peer_hang_up(connection);
    } else if (count > 0) {
        connection->peer->requests++;
        if (connection->peer->handler != NULL) {
            connection->peer->handler(connection, (const uint8_t *)buf->base, (size_t)count);
        }
    }
}

static inline void peer_on_connection(uv_stream_t *server, int status)
{
    struct peer *peer = server->data;
    cr_assert_eq(status, 0);
    struct peer_connection *connection = calloc(1, sizeof *connection);
    cr_assert_not_null(connection);
    connection->peer = peer;
    connection->handles = 2;
    connection->next = peer->connections;
    peer->connections = connection;
    peer->accepted++;
    uv_tcp_init(server->loop, &connection->tcp);
    uv_timer_init(server->loop, &connection->drip);
    connection->tcp.data = connection;
    connection->drip.data = connection;
    cr_assert_eq(uv_accept(server, (uv_stream_t *)&connection->tcp), 0);
    uv_read_start((uv_stream_t *)&connection->tcp, peer_on_alloc, peer_on_read);
}

/* handler NULL: takes every connection and never says a word. */
static inline void peer_open(struct peer *peer, struct room *room, peer_handler handler,
                             void *context)
{
    struct sockaddr_in address;
    int length = sizeof address;
    memset(peer, 0, sizeof *peer);
    peer->handler = handler;
    peer->context = context;
    uv_tcp_init(&room->loop, &peer->server);
    peer->server.data = peer;
    uv_ip4_addr("127.0.0.1", 0, &address);
    cr_assert_eq(uv_tcp_bind(&peer->server, (const struct sockaddr *)&address, 0), 0);
    cr_assert_eq(uv_listen((uv_stream_t *)&peer->server, 64, peer_on_connection), 0);
    uv_tcp_getsockname(&peer->server, (struct sockaddr *)&address, &length);
    peer->port = ntohs(address.sin_port);
}

static inline void peer_close(struct peer *peer)
{
    for (struct peer_connection *c = peer->connections; c != NULL; c = c->next) {
        peer_hang_up(c);
    }
    uv_close((uv_handle_t *)&peer->server, NULL);
}

#endif
