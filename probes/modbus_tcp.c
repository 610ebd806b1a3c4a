/* SPDX-License-Identifier: Apache-2.0 */
/* The connections to Modbus gateways: connect when there is something to ask, ask one thing at a
 * time, close after every silence so that a late answer cannot meet the next question. A gateway
 * that drips or hangs costs its own queue only; the Modbus driver is the caller. */
#include "probes/modbus_tcp.h"

#include "failover/assert.h"
#include "probes/modbus_codec.h"

#include <stdlib.h>
#include <string.h>

#define READ_SIZE 1024
#define GRACE_MS 1 /* one more turn of the loop: sockets are read after timers */

enum link { LINK_CLOSED, LINK_CONNECTING, LINK_READY, LINK_CLOSING };

struct pb_modbus_gateway {
    struct pb_modbus_tcp *all;
    struct cfg_address address;
    enum link link;
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    uv_timer_t deadline;
    struct pb_modbus_ask *current; /* on the wire, or waiting for the connection */
    struct pb_modbus_queue queue;
    uint16_t transaction;
    bool used;            /* this connection has answered before */
    bool foreign;         /* an answer to something else came while waiting */
    bool overdue;         /* the deadline has passed once */
    bool writing;         /* the write request is not ours yet */
    bool waiting;         /* a question waits for it */
    enum fo_reason early; /* failed at once: told from the timer */
    struct pb_modbus_frame frame;
    uint8_t request[PB_MBAP_MAX];
    char buffer[READ_SIZE];
};

struct pb_modbus_tcp {
    uv_loop_t *loop;
    struct pb_modbus_codec *codec;
    unsigned count;
    struct pb_modbus_gateway *gateways[PB_GATEWAYS_MAX];
    unsigned handles;
    bool stopping;
    void (*done)(void *context);
    void *context;
};

static void pump(struct pb_modbus_gateway *gateway);
static void begin_connect(struct pb_modbus_gateway *gateway);

/* ---- closing --------------------------------------------------------------------------------- */
static void finish_if_closed(struct pb_modbus_tcp *all)
{
    if (!all->stopping || all->handles > 0) {
        return;
    }
    void (*done)(void *) = all->done;
    void *context = all->context;
    for (unsigned i = 0; i < all->count; i++) {
        free(all->gateways[i]);
    }
    pb_modbus_codec_close(all->codec);
    free(all);
    if (done != NULL) {
        done(context);
    }
}

static void on_tcp_closed(uv_handle_t *handle)
{
    struct pb_modbus_gateway *gateway = handle->data;
    struct pb_modbus_tcp *all = gateway->all;

    gateway->link = LINK_CLOSED;
    all->handles--;
    if (all->stopping) {
        finish_if_closed(all);
    } else if (gateway->current != NULL) {
        begin_connect(gateway); /* the connection went away under its question */
    } else {
        pump(gateway);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct pb_modbus_gateway *gateway = handle->data;
    gateway->all->handles--;
    finish_if_closed(gateway->all);
}

static void close_link(struct pb_modbus_gateway *gateway)
{
    if (gateway->link == LINK_CONNECTING || gateway->link == LINK_READY) {
        gateway->link = LINK_CLOSING;
        uv_close((uv_handle_t *)&gateway->tcp, on_tcp_closed);
    }
}

/* ---- outcomes -------------------------------------------------------------------------------- */
static void finish_ask(struct pb_modbus_gateway *gateway, enum fo_reason reason,
                       const uint16_t *registers)
{
    struct pb_modbus_ask *ask = gateway->current;
    FO_ASSERT(ask != NULL);
    gateway->current = NULL;
    uv_timer_stop(&gateway->deadline);
    ask->way = NULL;
    ask->callback(ask->context, reason, registers);
    pump(gateway);
}

static void fail_ask(struct pb_modbus_gateway *gateway, enum fo_reason reason)
{
    close_link(gateway);
    finish_ask(gateway, reason, NULL);
}

static enum fo_reason reason_of_error(int error)
{
    switch (error) {
        case UV_ECONNREFUSED:
        case UV_ECONNRESET:
        case UV_EPIPE:
        case UV_EOF:
            return FO_REASON_REFUSED;
        case UV_EHOSTUNREACH:
            return FO_REASON_UNREACHABLE;
        case UV_ETIMEDOUT:
            return FO_REASON_NO_ANSWER;
        default:
            return FO_REASON_NO_ROUTE;
    }
}

/* A gateway may have closed an idle connection just when we asked: once, ask again on a new one. */
static void lose_link(struct pb_modbus_gateway *gateway, int error)
{
    struct pb_modbus_ask *ask = gateway->current;
    if (ask != NULL && gateway->used && !ask->repeated) {
        ask->repeated = true;
        close_link(gateway); /* on_tcp_closed connects again */
    } else if (ask != NULL) {
        fail_ask(gateway, reason_of_error(error));
    } else {
        close_link(gateway);
    }
}

static void on_deadline(uv_timer_t *timer)
{
    struct pb_modbus_gateway *gateway = timer->data;

    FO_ASSERT(gateway->current != NULL);
    if (gateway->early != FO_REASON_NONE) {
        fail_ask(gateway, gateway->early);
        return;
    }
    if (!gateway->overdue) {
        gateway->overdue = true;
        uv_timer_start(&gateway->deadline, on_deadline, GRACE_MS, 0);
        return;
    }
    if (gateway->foreign) {
        fail_ask(gateway, FO_REASON_BAD_FRAME);
    } else if (gateway->frame.length > 0) {
        fail_ask(gateway, FO_REASON_TOO_LATE);
    } else {
        fail_ask(gateway, FO_REASON_NO_ANSWER);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct pb_modbus_gateway *gateway = handle->data;
    *buf = uv_buf_init(gateway->buffer, READ_SIZE);
}

static void take_frame(struct pb_modbus_gateway *gateway)
{
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    enum fo_reason reason;
    struct pb_modbus_ask *ask = gateway->current;
    struct pb_modbus_frame frame = gateway->frame;

    pb_modbus_frame_reset(&gateway->frame);
    if (ask == NULL) {
        return; /* nobody asked: a late or a second answer */
    }
    switch (pb_modbus_exchange_judge(&ask->question, frame.bytes, frame.length, &reason)) {
        case PB_EXCHANGE_FOREIGN:
            gateway->foreign = true;
            break;
        case PB_EXCHANGE_WRONG:
            fail_ask(gateway, reason);
            break;
        case PB_EXCHANGE_EXCEPTION:
            gateway->used = true;
            finish_ask(gateway, reason, NULL);
            break;
        case PB_EXCHANGE_ANSWER:
            if (!pb_modbus_codec_decode(gateway->all->codec, &ask->question, frame.bytes,
                                        frame.length, registers)) {
                fail_ask(gateway, FO_REASON_BAD_FRAME);
                break;
            }
            gateway->used = true;
            finish_ask(gateway, FO_REASON_NONE, registers);
            break;
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct pb_modbus_gateway *gateway = stream->data;
    const uint8_t *bytes = (const uint8_t *)buf->base;
    size_t at = 0;

    if (count < 0) {
        lose_link(gateway, (int)count);
        return;
    }
    while (gateway->link == LINK_READY && at < (size_t)count) {
        at += pb_modbus_frame_feed(&gateway->frame, bytes + at, (size_t)count - at);
        if (gateway->frame.verdict == PB_FRAME_READY) {
            take_frame(gateway);
        } else if (gateway->frame.verdict == PB_FRAME_FAULT) {
            if (gateway->current != NULL) {
                fail_ask(gateway, FO_REASON_BAD_FRAME);
            } else {
                close_link(gateway);
            }
        }
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */
static void send_question(struct pb_modbus_gateway *gateway);

/* What fails while it is being asked fails on the loop's next turn, not inside the asking. */
static void fail_soon(struct pb_modbus_gateway *gateway, enum fo_reason reason)
{
    gateway->early = reason;
    uv_timer_start(&gateway->deadline, on_deadline, 0, 0);
}

static void on_write(uv_write_t *write, int status)
{
    struct pb_modbus_gateway *gateway = write->data;
    bool waiting = gateway->waiting;

    gateway->writing = false;
    gateway->waiting = false;
    if (gateway->link != LINK_READY) {
        return;
    }
    if (status < 0) {
        lose_link(gateway, status);
    } else if (waiting && gateway->current != NULL) {
        send_question(gateway);
    }
}

static void send_question(struct pb_modbus_gateway *gateway)
{
    struct pb_modbus_ask *ask = gateway->current;

    if (gateway->writing) {
        gateway->waiting = true;
        return;
    }
    pb_modbus_frame_reset(&gateway->frame);
    ask->question.transaction = ++gateway->transaction;
    size_t length = pb_modbus_codec_encode(gateway->all->codec, &ask->question, gateway->request);
    if (length == 0) {
        fail_soon(gateway, FO_REASON_NO_ROUTE);
        return;
    }
    uv_buf_t buf = uv_buf_init((char *)gateway->request, (unsigned)length);
    gateway->write.data = gateway;
    int rc = uv_write(&gateway->write, (uv_stream_t *)&gateway->tcp, &buf, 1, on_write);
    gateway->writing = rc == 0;
    if (rc != 0) {
        fail_soon(gateway, reason_of_error(rc));
    }
}

static void on_connect(uv_connect_t *connect, int status)
{
    struct pb_modbus_gateway *gateway = connect->data;

    if (gateway->link != LINK_CONNECTING) {
        return; /* closed meanwhile */
    }
    if (status == 0) {
        gateway->link = LINK_READY;
        status = uv_read_start((uv_stream_t *)&gateway->tcp, on_alloc, on_read);
    }
    if (status != 0) {
        if (gateway->current != NULL) {
            fail_ask(gateway, reason_of_error(status));
        } else {
            close_link(gateway);
        }
        return;
    }
    if (gateway->current != NULL) {
        send_question(gateway);
    } else {
        pump(gateway);
    }
}

static void begin_connect(struct pb_modbus_gateway *gateway)
{
    FO_ASSERT(gateway->link == LINK_CLOSED);
    gateway->used = false;
    if (uv_tcp_init(gateway->all->loop, &gateway->tcp) != 0) {
        return; /* the deadline ends the question */
    }
    gateway->tcp.data = gateway;
    gateway->connect.data = gateway;
    gateway->link = LINK_CONNECTING;
    gateway->all->handles++;
    int rc = uv_tcp_connect(&gateway->connect, &gateway->tcp,
                            (const struct sockaddr *)&gateway->address.storage, on_connect);
    if (rc == 0) {
        (void)uv_tcp_nodelay(&gateway->tcp, 1);
    } else if (gateway->current != NULL) {
        fail_soon(gateway, reason_of_error(rc));
    } else {
        close_link(gateway);
    }
}

/* Starts the next question if the connection is free for one. */
static void pump(struct pb_modbus_gateway *gateway)
{
    if (gateway->all->stopping || gateway->current != NULL || gateway->queue.first == NULL ||
        gateway->link == LINK_CLOSING || gateway->link == LINK_CONNECTING) {
        return;
    }
    struct pb_modbus_ask *ask = pb_modbus_queue_take(&gateway->queue);
    gateway->current = ask;
    gateway->foreign = false;
    gateway->overdue = false;
    gateway->early = FO_REASON_NONE;
    uv_update_time(gateway->all->loop);
    uv_timer_start(&gateway->deadline, on_deadline, (uint64_t)(ask->timeout_us / FO_MS) + 1, 0);
    if (gateway->link == LINK_READY) {
        send_question(gateway);
    } else {
        begin_connect(gateway);
    }
}

/* ---- all gateways
 * --------------------------------------------------------------------------------- */
static bool same_address(const struct cfg_address *a, const struct cfg_address *b)
{
    return a->length == b->length && memcmp(&a->storage, &b->storage, a->length) == 0;
}

static struct pb_modbus_gateway *find_gateway(struct pb_modbus_tcp *all,
                                              const struct cfg_address *address)
{
    for (unsigned i = 0; i < all->count; i++) {
        if (same_address(&all->gateways[i]->address, address)) {
            return all->gateways[i];
        }
    }
    if (all->count == PB_GATEWAYS_MAX) {
        return NULL;
    }
    struct pb_modbus_gateway *gateway = calloc(1, sizeof *gateway);
    if (gateway == NULL) {
        return NULL;
    }
    gateway->all = all;
    gateway->address = *address;
    (void)uv_timer_init(all->loop, &gateway->deadline);
    gateway->deadline.data = gateway;
    all->handles++;
    all->gateways[all->count++] = gateway;
    return gateway;
}

struct pb_modbus_tcp *pb_modbus_tcp_start(uv_loop_t *loop)
{
    struct pb_modbus_tcp *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return NULL;
    }
    all->loop = loop;
    all->codec = pb_modbus_codec_open();
    if (all->codec == NULL) {
        free(all);
        return NULL;
    }
    return all;
}

bool pb_modbus_tcp_ask(struct pb_modbus_tcp *all, struct pb_modbus_ask *ask)
{
    FO_ASSERT(ask->way == NULL && !all->stopping);
    struct pb_modbus_gateway *gateway = find_gateway(all, &ask->address);
    if (gateway == NULL) {
        return false;
    }
    ask->way = gateway;
    ask->repeated = false;
    pb_modbus_queue_add(&gateway->queue, ask);
    pump(gateway);
    return true;
}

void pb_modbus_tcp_cancel(struct pb_modbus_tcp *all, struct pb_modbus_ask *ask)
{
    struct pb_modbus_gateway *gateway = ask->way;

    FO_ASSERT(gateway != NULL && gateway->all == all);
    ask->way = NULL;
    if (gateway->current == ask) {
        gateway->current = NULL;
        uv_timer_stop(&gateway->deadline);
        close_link(gateway); /* its answer may still be on the way */
        pump(gateway);
        return;
    }
    pb_modbus_queue_remove(&gateway->queue, ask);
}

void pb_modbus_tcp_stop(struct pb_modbus_tcp *all, void (*done)(void *context), void *context)
{
    FO_ASSERT(!all->stopping);
    all->stopping = true;
    all->done = done;
    all->context = context;
    for (unsigned i = 0; i < all->count; i++) {
        FO_ASSERT(all->gateways[i]->current == NULL && all->gateways[i]->queue.first == NULL);
        close_link(all->gateways[i]);
        uv_close((uv_handle_t *)&all->gateways[i]->deadline, on_timer_closed);
    }
    finish_if_closed(all);
}
