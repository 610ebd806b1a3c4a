/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of events that wait for the pump. It owns their order and nothing else. */
#include "monitord/agent/agent_state.h"

#include "failover/assert.h"

void md_agent_queue(struct md_agent *agent, const struct fo_agent_event *event)
{
    FO_ASSERT(agent->event_count < MD_AGENT_EVENTS_MAX);
    unsigned place = (agent->event_first + agent->event_count++) % MD_AGENT_EVENTS_MAX;
    agent->events[place] = *event;
}
