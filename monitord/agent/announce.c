/* SPDX-License-Identifier: Apache-2.0 */
/* The rounds of announcements after an opening of the gate. It owns its timer; the socket lives for
 * one round of frames only, because the interface may have been replaced since the last one. */
#include "monitord/agent/announce.h"

#include "monitord/agent/packet.h"

#include <string.h>

/* Pauses before each round: a switch that is busy learning loses the first one. */
static const uint64_t pause_ms[] = {0, 50, 150};
#define ROUNDS (sizeof pause_ms / sizeof pause_ms[0])

static void send_frame(struct md_announce *announce, const struct md_packet *packet,
                       const uint8_t *frame, size_t length)
{
    if (md_packet_send(packet, frame, length)) {
        announce->sent++;
    } else {
        announce->failed++;
    }
}

static void send_round(struct md_announce *announce)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    uint8_t frame[MD_FRAME_MAX];
    struct md_packet packet;
    if (md_packet_open(&packet, announce->interface, false, false) != 0) {
        announce->failed++;
        return;
    }
    if (announce->address.address4.s_addr != 0) {
        for (int reply = 0; reply <= 1; reply++) {
            size_t length =
                md_frame_arp_announce(frame, packet.mac, announce->address.address4, reply != 0);
            send_frame(announce, &packet, frame, length);
        }
    }
    if (memcmp(&announce->address.address6, &none, sizeof none) != 0) {
        size_t length = md_frame_nd_announce(frame, packet.mac, &announce->address.address6);
        send_frame(announce, &packet, frame, length);
    }
    md_packet_close(&packet);
}

static void on_timer(uv_timer_t *timer)
{
    struct md_announce *announce = timer->data;
    send_round(announce);
    announce->round++;
    if (announce->round < ROUNDS) {
        uv_timer_start(timer, on_timer, pause_ms[announce->round], 0);
    }
}

void md_announce_init(struct md_announce *announce, uv_loop_t *loop,
                      const struct md_gate_address *address, const char *interface)
{
    memset(announce, 0, sizeof *announce);
    announce->address = *address;
    announce->interface = interface;
    uv_timer_init(loop, &announce->timer);
    announce->timer.data = announce;
}

void md_announce_start(struct md_announce *announce)
{
    announce->round = 0;
    on_timer(&announce->timer);
}

void md_announce_stop(struct md_announce *announce)
{
    uv_timer_stop(&announce->timer);
}

void md_announce_close(struct md_announce *announce)
{
    uv_close((uv_handle_t *)&announce->timer, NULL);
}
