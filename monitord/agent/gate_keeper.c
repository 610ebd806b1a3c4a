/* SPDX-License-Identifier: Apache-2.0 */
/* The watch over the gate. It owns the gate's flags and the look in the worker; a heartbeat
 * network's interface without the gate is mended too, but only the service interface decides. */
#include "monitord/agent/gate_keeper.h"

#include "monitord/log.h"
#include "probes/clock.h"

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
        if (agent->config->gate_by_agent) {
            md_gate_load_none(&agent->gate, &agent->address.address);
            md_log(MD_LOG_WARNING, "no gate in the kernel: a frozen agent goes on answering");
            agent->gate_loaded = true;
        } else {
            agent->gate_loaded =
                md_gate_load(&agent->gate, &agent->address.address, error, sizeof error);
        }
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
    md_gate_open_until(&agent->gate, 0);
    agent->gate_ready = false;
    agent->gate_shut_asked = false;
    agent->counts.gate_losses++;
    /* the other server first, if there is one; whoever took the gate may do so again */
    agent->unfit_until_us = pb_clock_us() + MD_AGENT_GATE_UNFIT_US;
    agent->unfit_why = "gate";
    md_log(MD_LOG_ERROR, "the gate on %s was gone: shut, demoting", agent->gate.hooks[0].interface);
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_LOST});
}

static void regain(struct md_agent *agent)
{
    if (!md_gate_shut(&agent->gate)) {
        say_error(agent, "the gate is attached but does not read back as shut");
        return;
    }
    agent->gate_ready = true;
    agent->gate_shut_asked = false;
    agent->gate_error[0] = '\0';
    md_log(MD_LOG_NOTICE, "the gate on %s is attached and shut", agent->gate.hooks[0].interface);
    md_agent_alarm_withdraw(&agent->alarm, FO_REASON_GATE_LOST);
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_SHUT});
}

/* In the worker. */
static void look(void *context)
{
    struct md_agent *agent = context;
    struct md_gate_look *found = &agent->look;
    found->missing = !md_gate_attached(&agent->gate, SERVICE_HOOK);
    found->error[0] = '\0';
    if (found->missing) {
        md_gate_open_until(&agent->gate, 0); /* what is put back is shut */
    }
    for (unsigned i = 0; i < agent->gate.hook_count; i++) {
        bool done = md_gate_attach(&agent->gate, i, found->error, sizeof found->error);
        if (i == SERVICE_HOOK) {
            found->attached = done;
        }
    }
}

static void judge(struct md_agent *agent)
{
    const struct md_gate_look *found = &agent->look;
    if (found->error[0] != '\0') {
        say_error(agent, found->error);
    }
    if (found->missing && agent->gate_ready) {
        lose(agent);
    }
    if (found->attached && !agent->gate_ready) {
        regain(agent);
    }
    if (agent->gate_shut_asked && agent->gate_ready && !found->again &&
        md_gate_shut(&agent->gate)) {
        agent->gate_shut_asked = false;
        md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_SHUT});
    }
}

static void on_looked(void *context)
{
    struct md_agent *agent = context;
    judge(agent);
    agent->look.running = false;
    if (agent->look.again) {
        agent->look.again = false;
        md_gate_keeper_look(agent);
    }
    agent->pump(agent);
}

void md_gate_keeper_look(struct md_agent *agent)
{
    if (agent->look.running) {
        agent->look.again = true;
    } else if (load(agent)) {
        agent->look.running = true;
        md_worker_give(&agent->worker, &(struct md_job){look, on_looked, agent});
    }
}

void md_gate_keeper_look_now(struct md_agent *agent)
{
    if (load(agent)) {
        look(agent);
        judge(agent);
    }
}

bool md_gate_keeper_end(struct md_agent *agent)
{
    int result = agent->gate.by_agent ? md_address_remove(&agent->address) : 0;
    if (result != 0) {
        md_log(MD_LOG_ERROR, "service address on %s cannot be removed: %s",
               agent->address.interface, strerror(result));
    }
    return result == 0;
}

void md_gate_keeper_shut(struct md_agent *agent)
{
    if (!agent->gate_ready || !md_gate_shut(&agent->gate) || !md_gate_keeper_end(agent)) {
        md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_LOST});
    }
    agent->gate_shut_asked = true;
    md_gate_keeper_look(agent);
}
