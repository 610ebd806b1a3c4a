/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the network at every opening of the gate who answers for the service address now:
 * gratuitous ARP and unsolicited neighbour advertisement, at once and twice again. It never opens
 * the gate; when the gate has shut meanwhile, the gate itself drops what it sends. agent.c owns it.
 */
#ifndef MONITORD_AGENT_ANNOUNCE_H
#define MONITORD_AGENT_ANNOUNCE_H

#include "monitord/agent/gate_program.h"

#include <stdbool.h>
#include <uv.h>

struct md_announce {
    struct md_gate_address address;
    const char *interface;
    unsigned round;
    uv_timer_t timer;
    uint64_t sent, failed; /* frames, for the status */
};

/* interface outlives the object. */
void md_announce_init(struct md_announce *announce, uv_loop_t *loop,
                      const struct md_gate_address *address, const char *interface);
/* Sends at once, and again after 50 and 200 ms; begins anew when a round is under way. */
void md_announce_start(struct md_announce *announce);
/* Sends no more of the present round. */
void md_announce_stop(struct md_announce *announce);
/* Closes the handles; the loop must turn once more before the object's memory goes. */
void md_announce_close(struct md_announce *announce);

#endif
