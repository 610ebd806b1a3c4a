/* SPDX-License-Identifier: Apache-2.0 */
/* The rounds of announcements after an opening of the gate, and the refresh after them. It owns
 * their timer, and the socket, which is opened anew only when the interface has been replaced. */
#include "monitord/agent/announce.h"

#include "probes/clock.h"

#include <net/if.h>
#include <string.h>

/* Pauses before each round: a switch that is busy learning loses the first one. The first round has
 * no reply form: whoever watches for two answers to one question would take it for the second, so
 * soon after the former holder's last answer. */
static const uint64_t pause_ms[] = {0, 50, 150};
#define ROUNDS (sizeof pause_ms / sizeof pause_ms[0])

static void send_frame(struct md_announce *announce, const uint8_t *frame, size_t length)
{
    if (md_packet_send(&announce->packet, frame, length)) {
        announce->round_sent++;
    } else {
        announce->round_failed++;
    }
}

/* In the worker. */
static void send_round(void *context)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    struct md_announce *announce = context;
    struct md_packet *packet = &announce->packet;
    uint8_t frame[MD_FRAME_MAX];
    announce->round_sent = announce->round_failed = 0;
    if (md_gate_until_us(announce->gate) <= pb_clock_us()) {
        return; /* the kernel's gate would drop it; one kept by the agent would not */
    }
    if (packet->fd >= 0 && if_nametoindex(announce->interface) != (unsigned)packet->ifindex) {
        md_packet_close(packet);
    }
    if (packet->fd < 0 && md_packet_open(packet, announce->interface, false, false) != 0) {
        announce->round_failed++;
        return;
    }
    if (announce->address.address4.s_addr != 0) {
        for (int reply = 0; reply <= (announce->round_replies ? 1 : 0); reply++) {
            size_t length =
                md_frame_arp_announce(frame, packet->mac, announce->address.address4, reply != 0);
            send_frame(announce, frame, length);
        }
    }
    if (memcmp(&announce->address.address6, &none, sizeof none) != 0) {
        size_t length = md_frame_nd_announce(frame, packet->mac, &announce->address.address6);
        send_frame(announce, frame, length);
    }
}

static void on_round_sent(void *context)
{
    struct md_announce *announce = context;
    announce->busy = false;
    announce->sent += announce->round_sent;
    announce->failed += announce->round_failed;
}

static void on_timer(uv_timer_t *timer)
{
    struct md_announce *announce = timer->data;
    if (!announce->busy) { /* else the worker waits for the kernel, and sends late but sends */
        announce->busy = true;
        announce->round_replies = announce->round > 0 && announce->round < ROUNDS;
        md_worker_give(announce->worker, &(struct md_job){send_round, on_round_sent, announce});
    }
    announce->round += announce->round < ROUNDS ? 1 : 0;
    uv_timer_start(timer, on_timer,
                   announce->round < ROUNDS ? pause_ms[announce->round] : MD_ANNOUNCE_REFRESH_MS,
                   0);
}

void md_announce_init(struct md_announce *announce, uv_loop_t *loop, struct md_worker *worker,
                      const struct md_gate *gate, const struct md_gate_address *address,
                      const char *interface)
{
    memset(announce, 0, sizeof *announce);
    announce->gate = gate;
    announce->address = *address;
    announce->interface = interface;
    announce->worker = worker;
    announce->packet.fd = -1;
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
    md_packet_close(&announce->packet);
    uv_close((uv_handle_t *)&announce->timer, NULL);
}
