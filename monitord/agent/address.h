/* SPDX-License-Identifier: Apache-2.0 */
/* The service address on its interface: adds it, removes it, asks whether it is there, by
 * rtnetlink. Each call is one short exchange with the kernel. It never opens or shuts the gate;
 * agent.c calls it only behind a gate that is attached. */
#ifndef MONITORD_AGENT_ADDRESS_H
#define MONITORD_AGENT_ADDRESS_H

#include "monitord/agent/gate_program.h"

#include <stdbool.h>
#include <stdint.h>

struct md_service_address {
    struct md_gate_address address;
    uint8_t prefix4, prefix6;
    const char *interface; /* owned by the caller, outlives the calls */
};

/* Adds what is configured (IPv6 without duplicate address detection and never chosen as a source:
 * the lease says who answers). Present already is success. Returns 0 or an errno value. */
int md_address_add(const struct md_service_address *address);
/* Removes it. Not there, or no such interface, is success. Returns 0 or an errno value. */
int md_address_remove(const struct md_service_address *address);
/* Whether every configured one of the two is on the interface. */
bool md_address_present(const struct md_service_address *address);

#endif
