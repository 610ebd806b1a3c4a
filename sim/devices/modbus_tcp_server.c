/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of one simulated Modbus TCP device. It owns their buffers and timers and never
 * blocks; every answer comes from modbus_pdu.c and leaves whole, in half, byte by byte or spoilt.
 */
#include "sim/devices/modbus_tcp_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DRIP_MS 150
#define INPUT_MAX (2 * SIM_MODBUS_ADU_MAX)

struct client {
    uv_tcp_t tcp;
    uv_timer_t drip;
    struct sim_modbus_server *server;
    struct client *next;
    uint8_t input[INPUT_MAX];
    size_t input_length;
    uint8_t output[SIM_MODBUS_ADU_MAX]; /* being dripped */
    size_t output_length, output_sent;
    unsigned open_handles;
};
struct sim_modbus_server {
    uv_tcp_t listener;
    struct client *clients;
    unsigned client_count;
    sim_register_read read;
    const void *machine;
    uint32_t noise;
    uint8_t unit;
    uint8_t comms;
    bool closing, listener_closed;
};

static void server_free_if_done(struct sim_modbus_server *server)
{
    if (server->closing && server->listener_closed && server->clients == NULL) {
        free(server);
    }
}

static void on_client_handle_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    if (--client->open_handles > 0) {
        return;
    }
    struct sim_modbus_server *server = client->server;
    for (struct client **at = &server->clients; *at != NULL; at = &(*at)->next) {
        if (*at == client) {
            *at = client->next;
            break;
        }
    }
    server->client_count--;
    free(client);
    server_free_if_done(server);
}

static void client_close(struct client *client)
{
    if (uv_is_closing((uv_handle_t *)&client->tcp)) {
        return;
    }
    uv_close((uv_handle_t *)&client->tcp, on_client_handle_closed);
    uv_close((uv_handle_t *)&client->drip, on_client_handle_closed);
}

/* Small answers always fit a healthy socket's buffer; a client that does not read is dropped. */
static void client_send(struct client *client, const uint8_t *bytes, size_t length)
{
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)length);
    if (uv_try_write((uv_stream_t *)&client->tcp, &buffer, 1) != (int)length) {
        client_close(client);
    }
}

static void on_drip(uv_timer_t *timer)
{
    struct client *client = timer->data;
    client_send(client, client->output + client->output_sent, 1);
    client->output_sent++;
    if (client->output_sent >= client->output_length) {
        client->output_length = 0;
        uv_timer_stop(timer);
    }
}

static void reply_send(struct client *client, uint8_t *reply, size_t length)
{
    struct sim_modbus_server *server = client->server;
    switch (server->comms) {
        case SIM_COMMS_SILENT:
            return;
        case SIM_COMMS_HALF:
            client_send(client, reply, length / 2);
            return;
        case SIM_COMMS_DRIP:
            if (client->output_length == 0) {
                memcpy(client->output, reply, length);
                client->output_length = length;
                client->output_sent = 0;
                uv_timer_start(&client->drip, on_drip, DRIP_MS, DRIP_MS);
            }
            return;
        case SIM_COMMS_GARBAGE:
            sim_garbage_fill(reply, length, &server->noise);
            break;
        case SIM_COMMS_WRONG_ID:
            reply[0] ^= 0x5a;
            break;
        default:
            break;
    }
    client_send(client, reply, length);
}

static void input_answer(struct client *client)
{
    struct sim_modbus_server *server = client->server;
    for (;;) {
        int frame = sim_modbus_frame(client->input, client->input_length);
        if (frame < 0) {
            client_close(client);
            return;
        }
        if (frame == 0) {
            return;
        }
        uint8_t reply[SIM_MODBUS_ADU_MAX];
        size_t length = sim_modbus_answer(client->input, (size_t)frame, server->unit, server->read,
                                          server->machine, reply);
        client->input_length -= (size_t)frame;
        memmove(client->input, client->input + frame, client->input_length);
        if (length > 0) {
            reply_send(client, reply, length);
        }
        if (uv_is_closing((uv_handle_t *)&client->tcp)) {
            return;
        }
    }
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct client *client = handle->data;
    buffer->base = (char *)client->input + client->input_length;
    buffer->len = sizeof(client->input) - client->input_length;
}

static void on_bytes(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    struct client *client = stream->data;
    if (length < 0) {
        client_close(client);
        return;
    }
    client->input_length += (size_t)length;
    input_answer(client);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct sim_modbus_server *server = listener->data;
    struct client *client = status < 0 ? NULL : calloc(1, sizeof(*client));
    if (client == NULL) {
        return;
    }
    client->server = server;
    client->next = server->clients;
    server->clients = client;
    server->client_count++;
    client->open_handles = 2;
    uv_tcp_init(listener->loop, &client->tcp);
    uv_timer_init(listener->loop, &client->drip);
    client->tcp.data = client;
    client->drip.data = client;
    if (uv_accept(listener, (uv_stream_t *)&client->tcp) != 0 ||
        server->client_count > SIM_MODBUS_CLIENTS_MAX ||
        uv_read_start((uv_stream_t *)&client->tcp, on_buffer, on_bytes) != 0) {
        client_close(client);
    }
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct sim_modbus_server *server = handle->data;
    server->listener_closed = true;
    server_free_if_done(server);
}

struct sim_modbus_server *sim_modbus_server_open(uv_loop_t *loop, struct sockaddr_in *address,
                                                 uint8_t unit, sim_register_read read,
                                                 const void *machine)
{
    struct sim_modbus_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return NULL;
    }
    server->unit = unit;
    server->read = read;
    server->machine = machine;
    server->noise = 0x502;
    /* with a family given the socket is made here, in this thread's namespace */
    int failed = uv_tcp_init_ex(loop, &server->listener, AF_INET);
    if (failed != 0) {
        free(server);
        errno = -failed;
        return NULL;
    }
    server->listener.data = server;
    failed = uv_tcp_bind(&server->listener, (const struct sockaddr *)address, 0);
    if (failed == 0) {
        failed = uv_listen((uv_stream_t *)&server->listener, 16, on_connection);
    }
    if (failed != 0) {
        sim_modbus_server_close(server);
        errno = -failed;
        return NULL;
    }
    int size = sizeof(*address);
    uv_tcp_getsockname(&server->listener, (struct sockaddr *)address, &size);
    return server;
}

void sim_modbus_server_set_comms(struct sim_modbus_server *server, uint8_t comms)
{
    server->comms = comms;
}

void sim_modbus_server_close(struct sim_modbus_server *server)
{
    server->closing = true;
    uv_close((uv_handle_t *)&server->listener, on_listener_closed);
    for (struct client *client = server->clients; client != NULL; client = client->next) {
        client_close(client);
    }
}
