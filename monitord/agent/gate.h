/* SPDX-License-Identifier: Apache-2.0 */
/* The gate in the kernel: attaches the gate's program in both directions, moves its absolute end,
 * shuts it and reads it back. It knows no lease: it is told an instant. What it attached stays when
 * the process ends, so that the kernel shuts the gate without us; only md_gate_remove takes it
 * away. agent.c and `dispatch-agent gate` call it. */
#ifndef MONITORD_AGENT_GATE_H
#define MONITORD_AGENT_GATE_H

#include "failover/types.h"
#include "monitord/agent/gate_program.h"

#include <net/if.h>
#include <stdbool.h>

/* The filter's place at each hook: first in order, and ours by its handle. */
#define MD_GATE_PRIORITY 1
#define MD_GATE_HANDLE 0x4e6f
#define MD_GATE_INTERFACES_MAX 5 /* the service interface and four heartbeat networks */

struct md_gate_hook {
    char interface[IF_NAMESIZE];
    unsigned ifindex; /* 0: not attached */
};
struct md_gate {
    struct md_gate_address address;
    int map_fd, program_fd;
    uint32_t program_id;
    volatile uint64_t *deadline_ns; /* the map's value, shared with the kernel */
    bool by_agent;            /* no program: deadline_ns is own_deadline_ns, and the agent itself */
    uint64_t own_deadline_ns; /* takes the address away at the end (site's explicit choice) */
    unsigned hook_count;
    struct md_gate_hook hooks[MD_GATE_INTERFACES_MAX]; /* the first is the service interface */
};

/* A gate without a program (see by_agent): everything below works on it and guards nothing. */
void md_gate_load_none(struct md_gate *gate, const struct md_gate_address *address);
/* Whether this kernel lets us load the program; false with a line for the log in error. */
bool md_gate_try(char *error, size_t size);
/* Loads the program, shut; attaches nothing yet. False with a line for the log in error; the gate
 * is then safe to close. */
bool md_gate_load(struct md_gate *gate, const struct md_gate_address *address, char *error,
                  size_t size);
/* Names one more interface to guard (a name twice counts once); the first named is the service
 * interface. Attaches nothing yet. False when there are too many or the name is too long. */
bool md_gate_guard(struct md_gate *gate, const char *interface);
/* Attaches to interface number `index` where that is not so already, replacing the filter a former
 * process left there (the new one is shut, so nothing opens in between), and reads both directions
 * back. False with a line for the log in error. */
bool md_gate_attach(struct md_gate *gate, unsigned index, char *error, size_t size);
/* Asks the kernel whether our program is in both directions of interface number `index`. */
bool md_gate_attached(const struct md_gate *gate, unsigned index);
/* Moves the end to an absolute CLOCK_BOOTTIME in microseconds; FO_NEVER: without end; an instant in
 * the past shuts. One store, no system call. */
void md_gate_open_until(struct md_gate *gate, fo_us until_us);
/* Shuts it and reads the map back from the kernel. True says only that the program lets nothing
 * through; that it is attached, md_gate_attached says. */
bool md_gate_shut(struct md_gate *gate);
/* The end as the kernel has it, in microseconds (rounded down), FO_NEVER without end; 0 shut or not
 * readable. */
fo_us md_gate_until_us(const struct md_gate *gate);
/* Lets go of our handles; what is attached stays attached, with the end it has. */
void md_gate_close(struct md_gate *gate);
/* Takes the filter off the interface, whoever attached it. From then on nothing guards the address.
 * False when the interface does not exist or the kernel refuses; true also when there was none. */
bool md_gate_remove(const char *interface, char *error, size_t size);

#endif
