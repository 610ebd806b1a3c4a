/* SPDX-License-Identifier: Apache-2.0 */
/* Asks every network whether somebody answers for the service address (rule X2 of the lease): three
 * ARP and neighbour probes on each interface, and a listening ear until a while after the last. It
 * opens nothing; agent.c passes the outcome to the lease. */
#ifndef MONITORD_AGENT_ADDRESS_PROBE_H
#define MONITORD_AGENT_ADDRESS_PROBE_H

#include "monitord/agent/gate_program.h"
#include "monitord/agent/packet.h"

#include <stdbool.h>
#include <uv.h>

#define MD_ADDRESS_PROBE_INTERFACES_MAX 5

/* On the loop. free_address: at least one interface could be asked, none of those that could was
 * answered. */
typedef void (*md_address_probe_callback)(void *context, bool free_address);

struct md_address_probe;
struct md_probe_ear {
    struct md_address_probe *owner;
    struct md_packet packet;
    uv_poll_t poll;
    bool open, closing;
};
struct md_address_probe {
    uv_loop_t *loop;
    struct md_gate_address address;
    unsigned interface_count;
    const char *interfaces[MD_ADDRESS_PROBE_INTERFACES_MAX]; /* outlive the object */
    struct md_probe_ear ears[MD_ADDRESS_PROBE_INTERFACES_MAX];
    uv_timer_t timer;
    unsigned round;
    bool running, heard;
    md_address_probe_callback callback;
    void *context;
};

void md_address_probe_init(struct md_address_probe *probe, uv_loop_t *loop,
                           const struct md_gate_address *address,
                           md_address_probe_callback callback, void *context);
/* One more interface to ask; a name twice counts once. */
void md_address_probe_add(struct md_address_probe *probe, const char *interface);
/* Three probes, 100 ms apart, and 300 ms for the last answer. Ignored while one is under way. */
void md_address_probe_start(struct md_address_probe *probe);
/* No callback after this. The loop must run until the handles are closed. */
void md_address_probe_close(struct md_address_probe *probe);

#endif
