/* SPDX-License-Identifier: Apache-2.0 */
/* The hands of the agent: gate, address, announcements, steps, disk and calls to people, as the
 * core orders them. It owns the order within one act and no decision about the lease. */
#include "monitord/agent/acts.h"

#include "failover/assert.h"
#include "monitord/agent/gate_keeper.h"
#include "monitord/log.h"
#include "probes/clock.h"

#include <string.h>

static void make_unfit(struct md_agent *agent, const char *why)
{
    agent->unfit_until_us = pb_clock_us() + MD_AGENT_UNFIT_US;
    agent->unfit_why = why;
}

/* What an event left behind has no end of its own: it counts as holding. */
static bool cause_holds(const struct md_agent *agent, unsigned reason)
{
    switch (reason) {
        case FO_REASON_MONITOR_MISSED:
            return agent->monitor_missed;
        case FO_REASON_LEASE_LAPSED:
            return agent->alone_stopped;
        case FO_REASON_GATE_LOST:
            return !agent->gate_ready || agent->core.gate_lost;
        case FO_REASON_SERVED_ALONE:
            return agent->core.alone;
        case FO_REASON_FORCED:
            return agent->core.forced;
        default:
            return true;
    }
}

bool md_act_ask_cause(void *context, unsigned reason, struct md_alarm_facts *facts)
{
    struct md_agent *agent = context;
    const struct fo_heard *heard = agent->core.voter.heard;
    unsigned peer = agent->config->self == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
    fo_us now_us = pb_clock_us();
    fo_us monitor_us = agent->core.monitor_seen_us, peer_us = heard[peer].last_us;
    *facts = (struct md_alarm_facts){
        .active = agent->core.gate_open,
        .epoch = agent->core.epoch,
        .monitor_silent_us = monitor_us == FO_NEVER ? FO_NEVER : now_us - monitor_us,
        .peer_silent_us = peer_us == FO_NEVER ? FO_NEVER : now_us - peer_us};
    return cause_holds(agent, reason);
}

/* ---- gate ---------------------------------------------------------------------------------- */
static void open_gate(struct md_agent *agent, fo_us until_us)
{
    fo_us now_us = pb_clock_us();
    /* the core counts from a send time in the past: nothing beyond one lease from now can be right
     */
    FO_ASSERT(until_us == FO_NEVER || until_us <= now_us + agent->config->lease.lease_max_us);
    if (!agent->gate_ready) {
        md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_GATE_LOST});
        return; /* the core hears it before anything else happens */
    }
    bool shut = *agent->gate.deadline_ns / 1000 <= (uint64_t)now_us;
    md_gate_open_until(&agent->gate, until_us);
    if (shut) {
        md_gate_keeper_look(
            agent); /* open without a gate is no harm now, but would be at its end */
    }
}

/* ---- address ------------------------------------------------------------------------------- */
static void order_step(struct md_agent *agent, enum md_step step);

/* In the worker. */
static void change_address(void *context)
{
    struct md_agent *agent = context;
    struct md_address_order *order = &agent->address_order;
    order->was_missing = order->check && !md_address_present(&agent->address);
    if (order->doing_up) {
        order->result = order->check && !order->was_missing ? 0 : md_address_add(&agent->address);
    } else {
        order->result = md_address_remove(&agent->address);
    }
}

static void start_address(struct md_agent *agent, bool check);

static void address_is_up(struct md_agent *agent)
{
    struct md_address_order *order = &agent->address_order;
    if (order->check && order->was_missing) {
        md_log(MD_LOG_WARNING, "service address on %s had been taken away: added again",
               agent->address.interface);
    }
    if (!order->check || order->was_missing) {
        md_announce_start(&agent->announce);
    }
    if (!order->check) {
        order_step(agent, MD_STEP_PROMOTE);
    }
}

static void on_address_changed(void *context)
{
    struct md_agent *agent = context;
    struct md_address_order *order = &agent->address_order;
    order->busy = false;
    if (order->result != 0) {
        md_log(MD_LOG_ERROR, "service address on %s cannot be %s: %s", agent->address.interface,
               order->doing_up ? "added" : "removed", strerror(order->result));
    } else {
        order->up = order->doing_up;
    }
    if (order->doing_up && !agent->core.gate_open) {
        md_gate_keeper_end(agent); /* the lease ended while the worker was at it */
    }
    if (order->doing_up != order->want_up) {
        start_address(agent, false); /* the lease went the other way meanwhile */
    } else if (order->doing_up && order->result != 0) {
        make_unfit(agent, "address");
    } else if (order->doing_up) {
        address_is_up(agent);
    }
    agent->pump(agent);
}

static void start_address(struct md_agent *agent, bool check)
{
    struct md_address_order *order = &agent->address_order;
    if (!order->busy) {
        order->busy = true;
        order->doing_up = order->want_up;
        order->check = check;
        md_worker_give(&agent->worker, &(struct md_job){change_address, on_address_changed, agent});
    }
}

void md_act_keep_address(struct md_agent *agent)
{
    struct md_address_order *order = &agent->address_order;
    if (agent->gate.by_agent && !agent->core.gate_open) {
        return; /* between two openings it is away on purpose */
    }
    if (order->want_up || order->up) {
        start_address(agent, order->want_up && order->up);
    }
}

/* ---- promote, demote, notes ---------------------------------------------------------------- */
static void order_step(struct md_agent *agent, enum md_step step)
{
    struct md_step_facts facts = {
        .epoch = agent->core.epoch, .forced = agent->core.forced, .alone = agent->core.alone};
    md_steps_order(&agent->steps, step, &facts);
}

/* The announcement and the promote step follow when the address is there. */
static void promote(struct md_agent *agent, const struct fo_agent_act *act)
{
    agent->counts.promotes++;
    md_log(MD_LOG_NOTICE, "promote: this server holds the lease, epoch %llu%s%s",
           (unsigned long long)act->epoch, agent->core.alone ? ", alone" : "",
           agent->core.forced ? ", forced" : "");
    agent->address_order.want_up = true;
    start_address(agent, false);
}

static void demote(struct md_agent *agent)
{
    agent->counts.demotes++;
    md_log(MD_LOG_NOTICE, "demote: this server no longer holds the lease");
    md_announce_stop(&agent->announce);
    agent->address_order.want_up = false;
    start_address(agent, false);
    order_step(agent, MD_STEP_DEMOTE);
}

/* ---- X2: does anybody answer for the address ----------------------------------------------- */
static void probe_address(void *context)
{
    struct md_agent *agent = context;
    agent->probed = md_address_probe_run(&agent->probe);
}

static void on_address_probed(void *context)
{
    static const char *const words[] = {
        [MD_ADDRESS_NOT_ASKED] = "nobody can be asked: the service interface has no carrier",
        [MD_ADDRESS_ANSWERED] = "somebody else answers for it",
        [MD_ADDRESS_DEAF] = "nobody answers for it, and nobody reaches this host: it stays shut",
        [MD_ADDRESS_FREE] = "nobody answers for it"};
    struct md_agent *agent = context;
    agent->probing = false;
    if (agent->probed != agent->probe_said || agent->probed == MD_ADDRESS_FREE) {
        md_log(MD_LOG_NOTICE, "service address: %s", words[agent->probed]);
    }
    agent->probe_said = agent->probed;
    md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_ADDRESS_FREE,
                                                   .well = agent->probed == MD_ADDRESS_FREE});
    agent->pump(agent);
}

static void ask_address(struct md_agent *agent)
{
    if (!agent->probing) {
        agent->probing = true;
        md_worker_give(&agent->probe_worker,
                       &(struct md_job){probe_address, on_address_probed, agent});
    }
}

static void take_note(struct md_agent *agent, unsigned reason)
{
    switch (reason) {
        case FO_REASON_GATE_LOST:
        case FO_REASON_SERVED_ALONE:
        case FO_REASON_TWO_ANSWERS:
        case FO_REASON_FORCED:
            md_agent_alarm_call(&agent->alarm, reason);
            break;
        case FO_REASON_LEASE_LAPSED:
            agent->counts.lapses++;
            md_log(MD_LOG_WARNING, "the lease has lapsed: the gate is shut until it is renewed");
            md_gate_keeper_end(agent);
            md_gate_keeper_look(agent); /* now it matters that it is there */
            break;
        case FO_REASON_MONITOR_MISSED:
            break; /* agent.c calls, after the site's own time */
        default:
            md_log(MD_LOG_NOTICE, "lease: %s", fo_reason_name(reason));
            break;
    }
}

void md_act_do(struct md_agent *agent, const struct fo_agent_act *act)
{
    switch ((enum fo_agent_act_kind)act->kind) {
        case FO_AGENT_ACT_SEND:
            pb_heartbeat_send(agent->heartbeat, &act->datagram);
            break;
        case FO_AGENT_ACT_GATE:
            open_gate(agent, act->until_us);
            break;
        case FO_AGENT_ACT_SHUT:
            md_gate_keeper_shut(agent);
            break;
        case FO_AGENT_ACT_PROMOTE:
            promote(agent, act);
            break;
        case FO_AGENT_ACT_ANNOUNCE:
            agent->counts.announces++;
            md_announce_start(&agent->announce);
            if (agent->gate.by_agent) {
                md_act_keep_address(agent); /* it went at the lapse */
            }
            break;
        case FO_AGENT_ACT_DEMOTE:
            demote(agent);
            break;
        case FO_AGENT_ACT_DRAIN:
            order_step(agent, MD_STEP_DRAIN);
            break;
        case FO_AGENT_ACT_UNDRAIN:
            order_step(agent, MD_STEP_PROMOTE); /* serving anew: the same program as at first */
            break;
        case FO_AGENT_ACT_ASK_ADDRESS:
            ask_address(agent);
            break;
        case FO_AGENT_ACT_PERSIST:
            md_top_file_put(&agent->top_file, &(struct md_top){.epoch = act->epoch,
                                                               .holder = act->holder,
                                                               .standing = act->standing,
                                                               .serial = act->serial});
            break;
        case FO_AGENT_ACT_NOTE:
            take_note(agent, act->reason);
            break;
    }
}
