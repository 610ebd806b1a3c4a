/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the gate where it must be: loads and attaches it until that succeeds, notices when somebody
 * took it away, puts it back shut, and tells the lease. It never opens it. agent.c and acts.c call
 * it. */
#ifndef MONITORD_AGENT_GATE_KEEPER_H
#define MONITORD_AGENT_GATE_KEEPER_H

#include "monitord/agent/agent_state.h"

/* Looks at the kernel and mends what is missing; queues FO_AGENT_GATE_LOST when the gate was there
 * and is not, FO_AGENT_GATE_SHUT when it is there again and read back shut. Returns whether it is
 * ready now and was not lost in between. */
bool md_gate_keeper_look(struct md_agent *agent);

#endif
