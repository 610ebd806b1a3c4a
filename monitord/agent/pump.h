/* SPDX-License-Identifier: Apache-2.0 */
/* The pump of the agent: events go into the lease core one by one, its acts are done in order, and
 * only then comes the next event. agent.c and intake.c feed it. */
#ifndef MONITORD_AGENT_PUMP_H
#define MONITORD_AGENT_PUMP_H

#include "monitord/agent/agent_state.h"

/* Feeds what is queued, and what has changed of this server's well-being or position; then sets the
 * timer to the core's next deadline. Does nothing while it is at work already. */
void md_agent_pump(struct md_agent *agent);
/* Queues one event and pumps; nothing once the agent is stopping. */
void md_agent_feed(struct md_agent *agent, const struct fo_agent_event *event);

#endif
