/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the probes past our own gate (it would drop them while it is shut) and listens before it.
 * It owns its packet sockets for the time of one question. */
#include "monitord/agent/address_probe.h"

#include "failover/assert.h"

#include <string.h>
#include <unistd.h>

#define ROUNDS 3
#define PAUSE_MS 100
#define LAST_MS 300
#define FRAME_BUFFER 2048

static void on_ear_closed(uv_handle_t *handle)
{
    struct md_probe_ear *ear = handle->data;
    md_packet_close(&ear->packet);
    ear->closing = false;
}

static void close_ears(struct md_address_probe *probe)
{
    for (unsigned i = 0; i < probe->interface_count; i++) {
        struct md_probe_ear *ear = &probe->ears[i];
        if (ear->open) {
            ear->open = false;
            ear->closing = true;
            uv_close((uv_handle_t *)&ear->poll, on_ear_closed);
        }
    }
}

static void on_frame(uv_poll_t *poll, int status, int events)
{
    struct md_probe_ear *ear = poll->data;
    struct md_address_probe *probe = ear->owner;
    uint8_t frame[FRAME_BUFFER];
    (void)status;
    (void)events;
    /* a busy network is read a bit at a time, so that the beats are not late */
    for (int i = 0; i < 64; i++) {
        ssize_t length = read(ear->packet.fd, frame, sizeof frame);
        if (length < 0) {
            return;
        }
        if (md_frame_claims_address(frame, (size_t)length, ear->packet.mac, probe->address.address4,
                                    &probe->address.address6)) {
            probe->heard = true;
        }
    }
}

static void open_ear(struct md_address_probe *probe, unsigned index)
{
    struct md_probe_ear *ear = &probe->ears[index];
    ear->owner = probe;
    if (ear->closing || md_packet_open(&ear->packet, probe->interfaces[index], true, true) != 0) {
        return;
    }
    if (uv_poll_init(probe->loop, &ear->poll, ear->packet.fd) != 0) {
        md_packet_close(&ear->packet);
        return;
    }
    ear->poll.data = ear;
    ear->open = true;
    uv_poll_start(&ear->poll, UV_READABLE, on_frame);
}

static void ask(struct md_address_probe *probe)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    uint8_t frame[MD_FRAME_MAX];
    for (unsigned i = 0; i < probe->interface_count; i++) {
        const struct md_probe_ear *ear = &probe->ears[i];
        if (ear->open && probe->address.address4.s_addr != 0) {
            size_t length = md_frame_arp_probe(frame, ear->packet.mac, probe->address.address4);
            md_packet_send(&ear->packet, frame, length);
        }
        if (ear->open && memcmp(&probe->address.address6, &none, sizeof none) != 0) {
            size_t length = md_frame_nd_probe(frame, ear->packet.mac, &probe->address.address6);
            md_packet_send(&ear->packet, frame, length);
        }
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct md_address_probe *probe = timer->data;
    unsigned open = 0;
    if (probe->round < ROUNDS && !probe->heard) {
        ask(probe);
        probe->round++;
        uv_timer_start(timer, on_timer, probe->round < ROUNDS ? PAUSE_MS : LAST_MS, 0);
        return;
    }
    for (unsigned i = 0; i < probe->interface_count; i++) {
        open += probe->ears[i].open ? 1 : 0;
    }
    close_ears(probe);
    probe->running = false;
    probe->callback(probe->context, open > 0 && !probe->heard);
}

void md_address_probe_init(struct md_address_probe *probe, uv_loop_t *loop,
                           const struct md_gate_address *address,
                           md_address_probe_callback callback, void *context)
{
    memset(probe, 0, sizeof *probe);
    probe->loop = loop;
    probe->address = *address;
    probe->callback = callback;
    probe->context = context;
    int result = uv_timer_init(loop, &probe->timer);
    FO_ASSERT(result == 0);
    probe->timer.data = probe;
}

void md_address_probe_add(struct md_address_probe *probe, const char *interface)
{
    for (unsigned i = 0; i < probe->interface_count; i++) {
        if (strcmp(probe->interfaces[i], interface) == 0) {
            return;
        }
    }
    FO_ASSERT(probe->interface_count < MD_ADDRESS_PROBE_INTERFACES_MAX);
    probe->interfaces[probe->interface_count++] = interface;
}

void md_address_probe_start(struct md_address_probe *probe)
{
    if (probe->running) {
        return;
    }
    probe->running = true;
    probe->heard = false;
    probe->round = 0;
    for (unsigned i = 0; i < probe->interface_count; i++) {
        open_ear(probe, i);
    }
    uv_timer_start(&probe->timer, on_timer, 0, 0);
}

void md_address_probe_close(struct md_address_probe *probe)
{
    close_ears(probe);
    uv_close((uv_handle_t *)&probe->timer, NULL);
}
