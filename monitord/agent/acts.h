/* SPDX-License-Identifier: Apache-2.0 */
/* Does what the lease core says, one act at a time, in order. It may queue an event that an act
 * answers with; it never feeds one. agent.c calls it from its pump. */
#ifndef MONITORD_AGENT_ACTS_H
#define MONITORD_AGENT_ACTS_H

#include "monitord/agent/agent_state.h"

void md_act_do(struct md_agent *agent, const struct fo_agent_act *act);
/* Once a second: puts the address back when somebody took it away, tries again what failed. */
void md_act_keep_address(struct md_agent *agent);
/* Calls people for a reason, with the facts of this moment. */
void md_act_call_people(struct md_agent *agent, unsigned reason);

#endif
