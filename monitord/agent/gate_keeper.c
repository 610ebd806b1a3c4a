/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over the gate. It owns the flags gate_loaded and gate_ready of the agent; a heartbeat
 * network's interface without the gate is mended too, but only the service interface decides. */
#include "monitord/agent/gate_keeper.h"

#include "monitord/log.h"

#include <stdio.h>
#include <string.h>

#define SERVICE_HOOK 0

static void say_error(struct md_agent *agent, const char *error)
{
    if (strcmp(agent->gate_error, error) != 0) {
        snprintf(agent->gate_error, sizeof agent->gate_error, "%s", error);
        md_log(MD_LOG_ERROR, "%s", error);
    }
}

static bool load(struct md_agent *agent)
{
    char error[160];
    if (!agent->gate_loaded) {
        struct md_gate_hook hooks[MD_GATE_INTERFACES_MAX];
        unsigned count = agent->gate.hook_count;
        memcpy(hooks, agent->gate.hooks, sizeof hooks);
        agent->gate_loaded =
            md_gate_load(&agent->gate, &agent->address.address, error, sizeof error);
        if (!agent->gate_loaded) {
            md_gate_close(&agent->gate);
            say_error(agent, error);
        }
        agent->gate.hook_count = count;
        memcpy(agent->gate.hooks, hooks, sizeof hooks);
    }
    return agent->gate_loaded;
}

static void lose(struct md_agent *agent)
{
    md_gate_open_until(&agent->gate, 0); /* what is put back is shut */
    agent->gate_ready = false;
    agent->counts.gate_losses++;
    md_log(MD_LOG_ERROR, "the gate on %s is gone: shut, demoting", agent->gate.hooks[0].interface);
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_LOST});
}

static void regain(struct md_agent *agent)
{
    if (!md_gate_shut(&agent->gate)) {
        say_error(agent, "the gate is attached but does not read back as shut");
        return;
    }
    agent->gate_ready = true;
    agent->gate_error[0] = '\0';
    md_log(MD_LOG_NOTICE, "the gate on %s is attached and shut", agent->gate.hooks[0].interface);
    md_agent_alarm_withdraw(&agent->alarm, FO_REASON_GATE_LOST);
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_SHUT});
}

bool md_gate_keeper_look(struct md_agent *agent)
{
    char error[160];
    bool whole = true;
    if (!load(agent)) {
        return false;
    }
    for (unsigned i = 0; i < agent->gate.hook_count; i++) {
        if (md_gate_attached(&agent->gate, i)) {
            continue;
        }
        if (i == SERVICE_HOOK) {
            whole = false;
            if (agent->gate_ready) {
                lose(agent);
            }
        }
        if (!md_gate_attach(&agent->gate, i, error, sizeof error)) {
            say_error(agent, error);
        } else if (i == SERVICE_HOOK) {
            regain(agent);
        }
    }
    return whole && agent->gate_ready;
}
