/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that comes in to the agent, turned into events of the lease core: deadlines,
 * datagrams, the service, the cable, ends of steps, orders. It owns no state and draws no
 * conclusion about the lease. */
#include "monitord/agent/intake.h"

#include "monitord/agent/pump.h"
#include "monitord/agent/report.h"
#include "monitord/log.h"
#include "probes/clock.h"

#include <string.h>

void md_intake_deadline(void *context, fo_us due_us)
{
    struct md_agent *agent = context;
    fo_us now_us = pb_clock_us();
    md_clock_note_lag(&agent->clock, due_us, now_us);
    if (now_us - due_us > agent->config->lease.lease_us / 2) {
        md_log(MD_LOG_WARNING, "this process stood still for %lld ms",
               (long long)((now_us - due_us) / FO_MS));
    }
    md_agent_feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_TIMER});
}

/* Two held for a while: under when_alone = "resume", or by force. The one who stays says at once
 * who answers from now on, or clients stick to the other's hardware address. */
static void announce_over_other(struct md_agent *agent, fo_us now_us,
                                const struct fo_datagram *datagram)
{
    if (agent->core.gate_open && datagram->kind == FO_DATAGRAM_BEAT &&
        datagram->beat.sender != FO_VOTER_M && datagram->beat.claim == FO_CLAIM_HOLD &&
        now_us - agent->announced_over_us >= FO_SECOND) {
        agent->announced_over_us = now_us;
        md_log(MD_LOG_WARNING, "the other server held as well: announcing again");
        md_announce_start(&agent->announce);
    }
}

void md_intake_datagram(void *context, uint8_t net, fo_us now_us,
                        const struct fo_datagram *datagram)
{
    (void)net;
    md_agent_feed(context, &(struct fo_agent_event){
                               .kind = FO_AGENT_DATAGRAM, .now_us = now_us, .datagram = *datagram});
    announce_over_other(context, now_us, datagram);
}

void md_intake_service(void *context, enum fo_health health)
{
    struct md_agent *agent = context;
    (void)health; /* the whole is more than the service: queue_health sees what is new */
    if (!agent->stopping) {
        md_agent_pump(agent);
    }
}

void md_intake_link(void *context)
{
    struct md_agent *agent = context;
    if (agent->core.gate_open && !md_link_watch_lost(&agent->link)) {
        md_announce_start(&agent->announce); /* the switch may have forgotten us */
    }
    md_intake_service(context, FO_HEALTH_UNKNOWN);
}

void md_intake_position(void *context, uint64_t value)
{
    md_intake_service(context, FO_HEALTH_UNKNOWN);
    (void)value;
}

void md_intake_step(void *context, enum md_step step, bool ok, const char *detail)
{
    struct md_agent *agent = context;
    if (!ok) {
        agent->counts.steps_failed++;
        md_log(MD_LOG_ERROR, "%s step failed: %s", md_step_name(step), detail);
    }
    if (step == MD_STEP_PROMOTE && !ok) {
        agent->unfit_until_us = pb_clock_us() + MD_AGENT_UNFIT_US;
        agent->unfit_why = "promote step";
        if (!agent->pumping && !agent->stopping) {
            md_agent_pump(agent);
        }
    }
    /* a drain that failed is no drain: the monitor's own deadline ends the attempt and calls people
     */
    if (step == MD_STEP_DRAIN && ok && !agent->stopping) {
        md_agent_queue(agent, &(struct fo_agent_event){.kind = FO_AGENT_DRAINED});
        md_agent_pump(agent);
    }
}

json_t *md_intake_order(void *context, const json_t *order, uid_t uid)
{
    struct md_agent *agent = context;
    const char *name = json_string_value(json_object_get(order, "order"));
    if (name != NULL && strcmp(name, "status") == 0) {
        return json_pack("{s:b, s:o}", "ok", 1, "status", md_agent_report(agent));
    }
    if (name != NULL && strcmp(name, "force") == 0) {
        if (uid != 0 || !json_is_true(json_object_get(order, "peer_is_off"))) {
            return json_pack("{s:b, s:s}", "ok", 0, "error", "not-allowed");
        }
        md_log(MD_LOG_WARNING, "order: force, with the statement that the peer is off");
        md_agent_feed(agent, &(struct fo_agent_event){.kind = FO_AGENT_FORCE});
        return agent->core.forced ? json_pack("{s:b}", "ok", 1)
                                  : json_pack("{s:b, s:s}", "ok", 0, "error", "refused");
    }
    return json_pack("{s:b, s:s}", "ok", 0, "error", "unknown-order");
}
