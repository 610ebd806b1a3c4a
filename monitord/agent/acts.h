/* SPDX-License-Identifier: Apache-2.0 */
/* Does what the lease core says, one act at a time, in order. It may queue an event that an act
 * answers with; it never feeds one. agent.c calls it from its pump. */
#ifndef MONITORD_AGENT_ACTS_H
#define MONITORD_AGENT_ACTS_H

#include "monitord/agent/agent_state.h"

void md_act_do(struct md_agent *agent, const struct fo_agent_act *act);
/* Once a second: puts the address back when somebody took it away, tries again what failed. */
void md_act_keep_address(struct md_agent *agent);
/* The md_alarm_ask of the agent's calls to people; context is the struct md_agent. */
bool md_act_ask_cause(void *context, unsigned reason, struct md_alarm_facts *facts);

#endif
