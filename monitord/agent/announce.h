/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the network at every opening of the gate who answers for the service address now:
 * gratuitous ARP and unsolicited neighbour advertisement, at once and twice again. It never opens
 * the gate; when the gate has shut meanwhile, the gate itself drops what it sends. agent.c owns it.
 */
#ifndef MONITORD_AGENT_ANNOUNCE_H
#define MONITORD_AGENT_ANNOUNCE_H

#include "monitord/agent/gate_program.h"
#include "monitord/agent/packet.h"
#include "monitord/agent/worker.h"

struct md_announce {
    struct md_gate_address address;
    const char *interface;
    struct md_worker *worker; /* opening and closing a packet socket waits for the kernel */
    struct md_packet packet;  /* the worker's; kept open between rounds */
    unsigned round_sent, round_failed; /* the worker's, until the job is done */
    bool busy;
    unsigned round;
    bool round_replies; /* the round that the worker sends has the reply form of ARP as well */
    uv_timer_t timer;
    uint64_t sent, failed; /* frames, for the status */
};

/* interface and worker outlive the object. */
void md_announce_init(struct md_announce *announce, uv_loop_t *loop, struct md_worker *worker,
                      const struct md_gate_address *address, const char *interface);
/* Sends at once, and again after 50 and 200 ms; begins anew when a round is under way. */
void md_announce_start(struct md_announce *announce);
/* Sends no more of the present round. */
void md_announce_stop(struct md_announce *announce);
/* After the worker has stopped. The loop must turn once more before the object's memory goes. */
void md_announce_close(struct md_announce *announce);

#endif
