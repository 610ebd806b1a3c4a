/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the network who answers for the service address now, at every opening of the gate and again
 * and again while it is open: gratuitous ARP and unsolicited neighbour advertisement. It never
 * opens the gate and sends nothing while it is shut. agent.c owns it, acts.c and intake.c begin it.
 */
#ifndef MONITORD_AGENT_ANNOUNCE_H
#define MONITORD_AGENT_ANNOUNCE_H

#include "monitord/agent/gate.h"
#include "monitord/agent/packet.h"
#include "monitord/agent/worker.h"

/* Between two announcements of a server that serves. A neighbour that a stranger has given his own
 * hardware address (he took the service address and left) believes him until its own doubt: 8 s
 * after the next use on Linux (RFC 4861 section 10: 5 s of delay, three probes), hours on some
 * routers; with this it comes back within the time. The value is what keepalived is given as
 * garp_master_refresh to heal a partition. */
#define MD_ANNOUNCE_REFRESH_MS 5000

struct md_announce {
    struct md_gate_address address;
    const struct md_gate *gate;
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

/* gate, interface and worker outlive the object; the gate may be loaded later. */
void md_announce_init(struct md_announce *announce, uv_loop_t *loop, struct md_worker *worker,
                      const struct md_gate *gate, const struct md_gate_address *address,
                      const char *interface);
/* Sends at once, again after 50 and 200 ms, and from then on every MD_ANNOUNCE_REFRESH_MS; begins
 * anew when it had begun. What comes due while the gate is shut is left out. */
void md_announce_start(struct md_announce *announce);
/* Sends no more. */
void md_announce_stop(struct md_announce *announce);
/* After the worker has stopped. The loop must turn once more before the object's memory goes. */
void md_announce_close(struct md_announce *announce);

#endif
