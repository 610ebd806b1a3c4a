/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the gate where it must be: loads and attaches it until that succeeds, notices when somebody
 * took it away, puts it back shut, and tells the lease. It never opens it. agent.c and acts.c call
 * it. */
#ifndef MONITORD_AGENT_GATE_KEEPER_H
#define MONITORD_AGENT_GATE_KEEPER_H

#include "monitord/agent/agent_state.h"

/* Looks at the kernel and mends what is missing, in the worker; then queues FO_AGENT_GATE_LOST when
 * the gate was there and is not, FO_AGENT_GATE_SHUT when it is there again and reads back shut, and
 * lets `pump` feed them. A call while a look runs makes one more look follow it. */
void md_gate_keeper_look(struct md_agent *agent);
/* The same at once, before anything runs: it may wait for the kernel. */
void md_gate_keeper_look_now(struct md_agent *agent);
/* The lease has ended: where no kernel guards the address, it is taken away here and now. True when
 * nothing answers any more, as far as this side of the kernel can say. */
bool md_gate_keeper_end(struct md_agent *agent);
/* Shuts the gate at once; FO_AGENT_GATE_SHUT follows when a look that began after this has found
 * the program attached, FO_AGENT_GATE_LOST when it has not. */
void md_gate_keeper_shut(struct md_agent *agent);

#endif
