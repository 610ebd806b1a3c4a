/* SPDX-License-Identifier: Apache-2.0 */
/* A raw ethernet socket on one interface: opens it, tells its hardware address, sends a frame. It
 * knows no protocol; announce.c and address_probe.c use it. */
#ifndef MONITORD_AGENT_PACKET_H
#define MONITORD_AGENT_PACKET_H

#include "monitord/agent/frames.h"

#include <stdbool.h>

struct md_packet {
    int fd; /* -1: not open */
    int ifindex;
    uint8_t mac[MD_MAC_SIZE];
};

/* Opens a non-blocking socket bound to the interface. receive: it sees every frame that arrives,
 * also those that a tc filter drops later. bypass: what it sends does not pass tc filters. On
 * failure fd is -1 and the result an errno value; else 0. */
int md_packet_open(struct md_packet *packet, const char *interface, bool receive, bool bypass);
/* False when the kernel did not take the whole frame. */
bool md_packet_send(const struct md_packet *packet, const uint8_t *frame, size_t length);
/* The interface is up and has its carrier: what is sent goes somewhere. */
bool md_packet_has_link(const struct md_packet *packet, const char *interface);
void md_packet_close(struct md_packet *packet);

#endif
