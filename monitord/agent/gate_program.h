/* SPDX-License-Identifier: Apache-2.0 */
/* The gate's program, as instructions of the kernel's own machine: what it lets pass and when.
 * Pure: addresses in, instructions out; gate.c loads and attaches them. It never decides who may
 * serve. */
#ifndef MONITORD_AGENT_GATE_PROGRAM_H
#define MONITORD_AGENT_GATE_PROGRAM_H

#include <linux/bpf.h>
#include <netinet/in.h>
#include <stddef.h>

#define MD_GATE_INSTRUCTIONS_MAX 128

/* The service address; 0 / all zero: no address of that family. */
struct md_gate_address {
    struct in_addr address4;
    struct in6_addr address6;
};

/* Writes a tc classifier (direct action) for ethernet frames without a VLAN tag in the data. It
 * drops IPv4 and IPv6 from or to the service address, ARP with it as sender or target, and
 * neighbour solicitations and advertisements with it as target, unless CLOCK_BOOTTIME in
 * nanoseconds is below the 64-bit deadline in the first value of the array map map_fd. Everything
 * else is left to the filters behind it. A frame of these kinds too short to be judged counts as
 * one for the service address. Returns the number of instructions, at most
 * MD_GATE_INSTRUCTIONS_MAX. */
size_t md_gate_program_build(const struct md_gate_address *address, int map_fd,
                             struct bpf_insn *instructions);

#endif
