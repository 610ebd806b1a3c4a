/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the probes past our own gate (it would drop them while it is shut) and listens before it.
 * It owns its packet sockets for the time of one question. */
#include "monitord/agent/address_probe.h"

#include "failover/assert.h"
#include "failover/types.h"
#include "monitord/agent/packet.h"
#include "probes/clock.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 3
#define PAUSE_US (100 * FO_MS)
#define LAST_US (300 * FO_MS)
#define CLIENT_US (1200 * FO_MS) /* a client asks again each second (RFC 4861, RetransTimer) */
#define FRAME_BUFFER 2048
#define SERVICE_INTERFACE 0

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

static void ask(const struct md_address_probe *probe, const struct md_packet *packet)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    uint8_t frame[MD_FRAME_MAX];
    if (packet->fd >= 0 && probe->address.address4.s_addr != 0) {
        md_packet_send(packet, frame,
                       md_frame_arp_probe(frame, packet->mac, probe->address.address4));
    }
    if (packet->fd >= 0 && memcmp(&probe->address.address6, &none, sizeof none) != 0) {
        md_packet_send(packet, frame,
                       md_frame_nd_probe(frame, packet->mac, &probe->address.address6));
    }
}

struct heard {
    bool claim, client;
};

/* Reads what has arrived: whether somebody else claims the address, or wants this host. */
static void hear(const struct md_address_probe *probe, const struct md_packet *packet,
                 bool is_service, struct heard *heard)
{
    const struct md_gate_address *address = &probe->address;
    uint8_t frame[FRAME_BUFFER];
    ssize_t length;
    while (!heard->claim && (length = read(packet->fd, frame, sizeof frame)) >= 0) {
        heard->claim = md_frame_claims_address(frame, (size_t)length, packet->mac,
                                               address->address4, &address->address6);
        heard->client = heard->client ||
                        (is_service && md_frame_wants_us(frame, (size_t)length, packet->mac,
                                                         address->address4, &address->address6));
    }
}

/* Listens until then; less when somebody claims the address, or has been heard who was waited for.
 */
static void listen_until(const struct md_address_probe *probe, const struct md_packet *packets,
                         fo_us end_us, bool for_client, struct heard *heard)
{
    struct pollfd waiting[MD_ADDRESS_PROBE_INTERFACES_MAX];
    for (unsigned i = 0; i < probe->interface_count; i++) {
        waiting[i] = (struct pollfd){.fd = packets[i].fd, .events = POLLIN};
    }
    for (fo_us now_us;
         !heard->claim && !(for_client && heard->client) && (now_us = pb_clock_us()) < end_us;) {
        poll(waiting, probe->interface_count, (int)((end_us - now_us + 999) / 1000));
        for (unsigned i = 0; i < probe->interface_count; i++) {
            if ((waiting[i].revents & POLLIN) != 0) {
                hear(probe, &packets[i], i == SERVICE_INTERFACE, heard);
            }
            if ((waiting[i].revents & (POLLERR | POLLNVAL)) != 0) {
                waiting[i].fd = -1; /* the interface went down: what it said before counts */
            }
        }
    }
}

/* Asks on every interface, three times, and listens for so long after the last. */
static void ask_thrice(const struct md_address_probe *probe, const struct md_packet *packets,
                       fo_us last_us, bool for_client, struct heard *heard)
{
    for (int round = 0; round < ROUNDS && !heard->claim && !(for_client && heard->client);
         round++) {
        for (unsigned i = 0; i < probe->interface_count; i++) {
            ask(probe, &packets[i]);
        }
        fo_us pause_us = round < ROUNDS - 1 ? PAUSE_US : last_us;
        listen_until(probe, packets, pb_clock_us() + pause_us, for_client, heard);
    }
}

static bool service_has_link(const struct md_address_probe *probe, const struct md_packet *packets)
{
    return md_packet_has_link(&packets[SERVICE_INTERFACE], probe->interfaces[SERVICE_INTERFACE]);
}

enum md_address_word md_address_probe_run(const struct md_address_probe *probe)
{
    struct md_packet packets[MD_ADDRESS_PROBE_INTERFACES_MAX];
    struct heard heard = {0};
    FO_ASSERT(probe->interface_count > 0);
    for (unsigned i = 0; i < probe->interface_count; i++) {
        md_packet_open(&packets[i], probe->interfaces[i], true, true);
    }
    bool asked = service_has_link(probe, packets);
    if (asked) {
        ask_thrice(probe, packets, CLIENT_US, true, &heard);
    }
    if (heard.client) { /* what was asked before, a deaf host may have asked */
        ask_thrice(probe, packets, LAST_US, false, &heard);
    }
    asked = asked && service_has_link(probe, packets);
    for (unsigned i = 0; i < probe->interface_count; i++) {
        md_packet_close(&packets[i]);
    }
    return !asked         ? MD_ADDRESS_NOT_ASKED
           : heard.claim  ? MD_ADDRESS_ANSWERED
           : heard.client ? MD_ADDRESS_FREE
                          : MD_ADDRESS_DEAF;
}
