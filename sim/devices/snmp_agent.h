/* SPDX-License-Identifier: Apache-2.0 */
/* An SNMP v1/v2c agent for one simulated device: GET, GETNEXT, GETBULK and SET over UDP on the
 * room's loop, many agents in one process, none of them ever blocking. It serves whatever list its
 * owner fills in and misbehaves on demand; it knows no UPS. room.c owns the agents. */
#ifndef SIM_DEVICES_SNMP_AGENT_H
#define SIM_DEVICES_SNMP_AGENT_H

#include "sim/devices/misbehave.h"
#include "sim/devices/ups_mib.h"

#include <netinet/in.h>
#include <uv.h>

/* Fills the list as of now; context is the owner's. */
typedef void (*sim_objects_fill)(void *context, struct sim_object_list *list);

/* A SET of one whole number; false refuses it. context is the owner's. */
typedef bool (*sim_objects_set)(void *context, const uint32_t *name, size_t length, int64_t number);

struct sim_snmp_agent; /* opaque: net-snmp's types stay inside */

/* Once per process, before the first agent: no MIB files, no configuration, no state on disk. */
void sim_snmp_library_init(void);
/* Opens the agent's socket in the calling thread's network namespace and starts answering.
 * address->sin_port 0 takes a free port; *address is set to what was bound. community must outlive
 * the agent. NULL: errno says why. */
struct sim_snmp_agent *sim_snmp_agent_open(uv_loop_t *loop, struct sockaddr_in *address,
                                           const char *community, sim_objects_fill fill,
                                           void *context);
/* From now on SETs are asked of `set` instead of refused. */
void sim_snmp_agent_on_set(struct sim_snmp_agent *agent, sim_objects_set set);
/* How it behaves from now on: enum sim_comms; frozen is its owner's affair. */
void sim_snmp_agent_set_comms(struct sim_snmp_agent *agent, uint8_t comms);
/* Closes it; its memory goes when the loop has run its close callback. */
void sim_snmp_agent_close(struct sim_snmp_agent *agent);

#endif
