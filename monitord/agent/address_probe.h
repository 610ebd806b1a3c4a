/* SPDX-License-Identifier: Apache-2.0 */
/* Asks every network whether somebody answers for the service address (rule X2 of the lease): three
 * ARP and neighbour probes on each interface, and a listening ear until a while after the last.
 * That nobody answers proves something only to a host that can hear: it first waits for somebody
 * who wants something of this host. It opens nothing; agent.c passes the outcome to the lease. */
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
enum md_address_word {
    MD_ADDRESS_NOT_ASKED, /* the service interface has no carrier: nothing is proven */
    MD_ADDRESS_ANSWERED,  /* by somebody else, on any interface */
    MD_ADDRESS_DEAF,      /* nobody answers, and nothing that is meant for this host comes in by the
                             service interface: perhaps its receiving direction is dead, and who
                             serves alone then takes the address away from the one that serves */
    MD_ADDRESS_FREE       /* nobody answers, and this host is reached */
};

/* Asks three times, 100 ms apart, until something that is meant for this host has come in, for 1.4
 * s at most; then three times anew, and listens 300 ms longer: a receiving direction that has just
 * come back to life would else take the silence before it for a proof. Less when somebody answers.
 * It waits all that time: for a thread of its own. */
enum md_address_word md_address_probe_run(const struct md_address_probe *probe);

#endif
