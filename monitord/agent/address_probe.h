/* SPDX-License-Identifier: Apache-2.0 */
/* Asks every network whether somebody answers for the service address (rule X2 of the lease): three
 * ARP and neighbour probes on each interface, and a listening ear until a while after the last. It
 * opens nothing; agent.c passes the outcome to the lease. */
#ifndef MONITORD_AGENT_ADDRESS_PROBE_H
#define MONITORD_AGENT_ADDRESS_PROBE_H

#include "monitord/agent/gate_program.h"

#include <stdbool.h>

#define MD_ADDRESS_PROBE_INTERFACES_MAX 5

struct md_address_probe {
    struct md_gate_address address;
    unsigned interface_count;
    const char *interfaces[MD_ADDRESS_PROBE_INTERFACES_MAX]; /* outlive the object */
};

/* One more interface to ask; a name twice counts once. */
void md_address_probe_add(struct md_address_probe *probe, const char *interface);
/* Asks three times, 100 ms apart, and listens 300 ms longer; less when somebody answers. It waits
 * all that time: for a thread of its own. True: the service interface had its carrier before and
 * after, and nobody answered on any interface. A question that went nowhere proves nothing. */
bool md_address_probe_run(const struct md_address_probe *probe);

#endif
