/* SPDX-License-Identifier: Apache-2.0 */
/* One UDP socket per heartbeat network: binds it (again and again, until the network is there),
 * counts and drops what is not a good datagram for us, and sends one datagram on every network
 * without queueing. It knows nothing of leases; monitord and dispatch-agent call it. */
#include "probes/heartbeat.h"

#include "failover/assert.h"
#include "probes/clock.h"
#include "probes/heartbeat_wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define REBIND_MS 500
/* Larger than a datagram by more than one byte, so that a longer one is seen to be longer. */
#define RECEIVE_SIZE (2 * PB_WIRE_SIZE)

struct net {
    struct pb_heartbeat *owner;
    uint8_t index;
    bool open;    /* the socket exists and is bound */
    bool closing; /* uv_close was called, the callback has not come yet */
    uv_udp_t udp;
};

struct pb_heartbeat {
    uv_loop_t *loop;
    struct pb_heartbeat_config config;
    struct cfg_net net_rows[FO_NETS_MAX];
    struct net nets[FO_NETS_MAX];
    uv_timer_t rebind;
    pb_heartbeat_sink sink;
    void *context;
    struct pb_heartbeat_counts counts;
    unsigned handles; /* open or closing */
    bool stopping;
    void (*done)(void *context);
    char buffer[RECEIVE_SIZE]; /* one loop, one receive at a time */
};

static void finish_if_closed(struct pb_heartbeat *heartbeat)
{
    if (!heartbeat->stopping || heartbeat->handles > 0) {
        return;
    }
    void (*done)(void *) = heartbeat->done;
    void *context = heartbeat->context;
    sodium_memzero(heartbeat->config.key, sizeof heartbeat->config.key);
    free(heartbeat);
    if (done != NULL) {
        done(context);
    }
}

static void on_net_closed(uv_handle_t *handle)
{
    struct net *net = handle->data;
    net->closing = false;
    net->owner->handles--;
    finish_if_closed(net->owner);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct pb_heartbeat *heartbeat = handle->data;
    heartbeat->handles--;
    finish_if_closed(heartbeat);
}

static void close_net(struct net *net)
{
    net->open = false;
    net->closing = true;
    uv_close((uv_handle_t *)&net->udp, on_net_closed);
}

/* ---- receiving ------------------------------------------------------------------------------- */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct net *net = handle->data;
    *buf = uv_buf_init(net->owner->buffer, RECEIVE_SIZE);
}

static void count_refused(struct pb_heartbeat_counts *counts, enum pb_wire_verdict verdict)
{
    switch (verdict) {
        case PB_WIRE_SIZE_WRONG:
            counts->bad_size++;
            break;
        case PB_WIRE_VERSION_WRONG:
            counts->bad_version++;
            break;
        case PB_WIRE_HASH_WRONG:
            counts->bad_hash++;
            break;
        case PB_WIRE_FIELD_WRONG:
            counts->bad_field++;
            break;
        case PB_WIRE_OK:
            break;
    }
}

static void on_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buf,
                       const struct sockaddr *from, unsigned flags)
{
    (void)flags; /* a truncated datagram is longer than ours and so of the wrong size */
    struct net *net = udp->data;
    struct pb_heartbeat *heartbeat = net->owner;
    struct fo_datagram datagram;

    if (heartbeat->stopping || (length == 0 && from == NULL)) {
        return; /* nothing more to read in this turn */
    }
    if (length < 0) {
        close_net(net); /* the timer opens it again */
        return;
    }
    fo_us now_us = pb_clock_us();
    enum pb_wire_verdict verdict = pb_wire_decode((const uint8_t *)buf->base, (size_t)length,
                                                  heartbeat->config.key, &datagram);
    if (verdict != PB_WIRE_OK) {
        count_refused(&heartbeat->counts, verdict);
        return;
    }
    uint8_t sender =
        datagram.kind == FO_DATAGRAM_BEAT ? datagram.beat.sender : datagram.answer.sender;
    if (sender == heartbeat->config.self ||
        (datagram.to != FO_VOTER_NONE && datagram.to != heartbeat->config.self)) {
        heartbeat->counts.not_for_us++;
        return;
    }
    heartbeat->counts.received++;
    heartbeat->sink(heartbeat->context, net->index, now_us, &datagram);
}

/* ---- binding --------------------------------------------------------------------------------- */
/* The address may come later than we do: bind all the same, receive and send as soon as it does. */
static void allow_absent_address(uv_udp_t *udp, int family)
{
    uv_os_fd_t fd;
    int one = 1;
    if (uv_fileno((uv_handle_t *)udp, &fd) != 0) {
        return;
    }
    if (family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &one, sizeof one);
    } else {
        (void)setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof one);
    }
}

static void open_net(struct net *net)
{
    struct pb_heartbeat *heartbeat = net->owner;
    const struct cfg_address *bind_address = &heartbeat->net_rows[net->index].bind;
    int family = bind_address->storage.ss_family;

    if (net->open || net->closing || bind_address->length == 0) {
        return;
    }
    if (uv_udp_init_ex(heartbeat->loop, &net->udp, (unsigned)family) != 0) {
        return;
    }
    net->udp.data = net;
    heartbeat->handles++;
    allow_absent_address(&net->udp, family);
    const struct sockaddr *address = (const struct sockaddr *)&bind_address->storage;
    if (uv_udp_bind(&net->udp, address, 0) != 0 ||
        uv_udp_recv_start(&net->udp, on_alloc, on_receive) != 0) {
        close_net(net);
        return;
    }
    net->open = true;
}

static void on_rebind(uv_timer_t *timer)
{
    struct pb_heartbeat *heartbeat = timer->data;
    for (unsigned i = 0; i < heartbeat->config.net_count; i++) {
        open_net(&heartbeat->nets[i]);
    }
}

struct pb_heartbeat *pb_heartbeat_start(uv_loop_t *loop, const struct pb_heartbeat_config *config,
                                        pb_heartbeat_sink sink, void *context)
{
    FO_ASSERT(config->self < FO_VOTERS);
    FO_ASSERT(config->net_count <= FO_NETS_MAX);
    FO_ASSERT(sink != NULL);

    if (sodium_init() < 0) {
        return NULL;
    }
    struct pb_heartbeat *heartbeat = calloc(1, sizeof *heartbeat);
    if (heartbeat == NULL) {
        return NULL;
    }
    if (uv_timer_init(loop, &heartbeat->rebind) != 0) {
        free(heartbeat);
        return NULL;
    }
    heartbeat->loop = loop;
    heartbeat->config = *config;
    for (unsigned i = 0; i < config->net_count; i++) {
        heartbeat->net_rows[i] = config->nets[i];
        heartbeat->nets[i].owner = heartbeat;
        heartbeat->nets[i].index = (uint8_t)i;
    }
    heartbeat->config.nets = heartbeat->net_rows;
    heartbeat->sink = sink;
    heartbeat->context = context;
    heartbeat->rebind.data = heartbeat;
    heartbeat->handles = 1;
    on_rebind(&heartbeat->rebind);
    uv_timer_start(&heartbeat->rebind, on_rebind, REBIND_MS, REBIND_MS);
    return heartbeat;
}

/* ---- sending --------------------------------------------------------------------------------- */
static void send_to(struct net *net, unsigned voter, uint8_t *bytes)
{
    struct pb_heartbeat *heartbeat = net->owner;
    const struct cfg_address *peer = &heartbeat->config.peers[voter][net->index];

    if (voter == heartbeat->config.self || peer->length == 0) {
        return;
    }
    uv_buf_t buf = uv_buf_init((char *)bytes, PB_WIRE_SIZE);
    const struct sockaddr *address = (const struct sockaddr *)&peer->storage;
    if (net->open && uv_udp_try_send(&net->udp, &buf, 1, address) == PB_WIRE_SIZE) {
        heartbeat->counts.sent++;
    } else {
        heartbeat->counts.send_errors++;
    }
}

void pb_heartbeat_send(struct pb_heartbeat *heartbeat, const struct fo_datagram *datagram)
{
    uint8_t bytes[PB_WIRE_SIZE];

    FO_ASSERT(!heartbeat->stopping);
    FO_ASSERT(datagram->to == FO_VOTER_NONE || datagram->to < FO_VOTERS);
    pb_wire_encode(datagram, heartbeat->config.key, bytes);
    for (unsigned i = 0; i < heartbeat->config.net_count; i++) {
        for (unsigned voter = 0; voter < FO_VOTERS; voter++) {
            if (datagram->to == FO_VOTER_NONE || datagram->to == voter) {
                send_to(&heartbeat->nets[i], voter, bytes);
            }
        }
    }
}

const struct pb_heartbeat_counts *pb_heartbeat_count(const struct pb_heartbeat *heartbeat)
{
    return &heartbeat->counts;
}

void pb_heartbeat_stop(struct pb_heartbeat *heartbeat, void (*done)(void *context))
{
    FO_ASSERT(!heartbeat->stopping);
    heartbeat->stopping = true;
    heartbeat->done = done;
    for (unsigned i = 0; i < heartbeat->config.net_count; i++) {
        if (heartbeat->nets[i].open) {
            close_net(&heartbeat->nets[i]);
        }
    }
    uv_close((uv_handle_t *)&heartbeat->rebind, on_timer_closed);
}
