/* SPDX-License-Identifier: Apache-2.0 */
/* One event, one step, its acts, the next event. It owns that order; what an act does is acts.c's,
 * what is right is the core's. */
#include "monitord/agent/pump.h"

#include "monitord/agent/acts.h"
#include "monitord/agent/report.h"
#include "monitord/log.h"
#include "probes/clock.h"

static void queue_health(struct md_agent *agent)
{
    const char *why = NULL;
    enum fo_health health = md_agent_health(agent, pb_clock_us(), &why);
    if (health == agent->health_told && agent->position.position == agent->core.position) {
        return;
    }
    if (health != agent->health_told) {
        md_log(health == FO_HEALTH_FAILED ? MD_LOG_WARNING : MD_LOG_NOTICE, "health: %s%s%s",
               health == FO_HEALTH_OK       ? "ok"
               : health == FO_HEALTH_FAILED ? "failed"
                                            : "unknown",
               why != NULL ? ", because of " : "", why != NULL ? why : "");
    }
    agent->health_told = (uint8_t)health;
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_SERVICE,
                                                   .health = (uint8_t)health,
                                                   .position = agent->position.position});
}

static void feed_one(struct md_agent *agent)
{
    static struct fo_agent_output out; /* large; one agent a process, one step at a time */
    struct fo_agent_event event = agent->events[agent->event_first];
    agent->event_first = (agent->event_first + 1) % MD_AGENT_EVENTS_MAX;
    agent->event_count--;
    if (event.kind != FO_AGENT_DATAGRAM) {
        event.now_us = pb_clock_us(); /* a datagram brings the time it was read at */
    }
    fo_agent_step(&agent->core, &event, &out);
    for (uint32_t i = 0; i < out.count; i++) {
        md_act_do(agent, &out.acts[i]);
    }
}

void md_agent_pump(struct md_agent *agent)
{
    if (agent->pumping) {
        return;
    }
    agent->pumping = true;
    do {
        while (agent->event_count > 0) {
            feed_one(agent);
        }
        queue_health(agent);
    } while (agent->event_count > 0);
    agent->pumping = false;
    if (!agent->stopping) {
        md_loop_timer_set(&agent->timer, fo_agent_next_deadline(&agent->core));
    }
}

void md_agent_feed(struct md_agent *agent, const struct fo_agent_event *event)
{
    if (!agent->stopping) {
        md_agent_queue(agent, event);
        md_agent_pump(agent);
    }
}
