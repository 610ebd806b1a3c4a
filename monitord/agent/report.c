/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the status of the agent from its state and from the kernel's own view of the gate. It
 * changes nothing. agent.c answers `status` with it. */
#include "monitord/agent/report.h"

#include "monitord/wall_time.h"
#include "probes/clock.h"

#define SCHEMA 1

static unsigned peer_of(const struct md_agent *agent)
{
    return agent->config->self == FO_VOTER_P ? FO_VOTER_S : FO_VOTER_P;
}

/* A lost cable is a reason to give the lease away only if somebody better is there: when a switch
 * goes that both servers hang on, the holder stays and answers again as soon as the switch does. */
static bool peer_is_well(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_heard *peer = &agent->core.voter.heard[peer_of(agent)];
    return peer->last_us != FO_NEVER && now_us - peer->last_us <= agent->config->lease.lease_us &&
           peer->beat.health == FO_HEALTH_OK;
}

enum fo_health md_agent_health(const struct md_agent *agent, fo_us now_us, const char **why)
{
    enum fo_health service = md_service_watch_health(&agent->service);
    *why = NULL;
    if (!agent->gate_ready) {
        *why = "gate";
        return FO_HEALTH_FAILED;
    }
    if (now_us < agent->unfit_until_us) {
        *why = agent->unfit_why;
        return FO_HEALTH_FAILED;
    }
    if (service != FO_HEALTH_OK) {
        *why = "service";
        return service;
    }
    if (md_link_watch_lost(&agent->link) && peer_is_well(agent, now_us)) {
        *why = "link";
        return FO_HEALTH_FAILED;
    }
    return FO_HEALTH_OK;
}

static const char *health_name(enum fo_health health)
{
    return health == FO_HEALTH_OK ? "ok" : health == FO_HEALTH_FAILED ? "failed" : "unknown";
}

static const char *claim_name(uint8_t claim)
{
    return claim == FO_CLAIM_HOLD ? "hold" : claim == FO_CLAIM_WANT ? "want" : "none";
}

static const char *vote_name(uint8_t vote)
{
    static const char *const names[] = {"abstaining", "free", "peer", "self"};
    return names[vote & 3];
}

static const char *standing_name(uint8_t standing)
{
    static const char *const names[] = {"none", "given", "taken", "taken"};
    return names[standing & 3];
}

static json_t *age(fo_us since_us, fo_us now_us)
{
    return since_us == FO_NEVER ? json_null() : json_integer((now_us - since_us) / 1000);
}

static json_t *left(fo_us until_us, fo_us now_us)
{
    if (until_us == FO_NEVER) {
        return json_null();
    }
    return json_integer(until_us > now_us ? (until_us - now_us) / 1000 : 0);
}

static json_t *name_or_null(const char *name)
{
    return name != NULL ? json_string(name) : json_null();
}

static json_t *report_grants(const struct md_agent *agent, fo_us now_us)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        fo_us until_us = agent->core.until_us[i];
        if (i != agent->config->self && until_us > now_us) {
            json_array_append_new(
                list, json_pack("{s:s, s:o}", "voter", i == FO_VOTER_M ? "monitor" : "peer",
                                "left_ms", left(until_us, now_us)));
        }
    }
    return list;
}

static const char *server_name(const struct md_agent *agent, uint8_t voter)
{
    return voter == agent->config->self ? "self" : voter == peer_of(agent) ? "peer" : NULL;
}

static json_t *report_choice(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_heard *monitor = &agent->core.voter.heard[FO_VOTER_M];
    if (monitor->last_us == FO_NEVER || now_us - monitor->last_us > agent->config->lease.lease_us) {
        return json_null();
    }
    const char *name = server_name(agent, monitor->beat.choice);
    return json_string(name != NULL ? name : "none");
}

static json_t *report_service(const struct md_agent *agent)
{
    const struct md_service_watch *service = &agent->service;
    return json_pack(
        "{s:s, s:o, s:o, s:I, s:I}", "health", health_name(md_service_watch_health(service)), "pid",
        service->pid > 0 ? json_integer(service->pid) : json_null(), "check_reason",
        name_or_null(service->check_reason != 0 ? fo_reason_name(service->check_reason) : NULL),
        "checks", (json_int_t)service->checks, "checks_failed", (json_int_t)service->checks_failed);
}

static json_t *report_counts(const struct md_agent *agent)
{
    const struct pb_heartbeat_counts *wire = pb_heartbeat_count(agent->heartbeat);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "promotes",
        (json_int_t)agent->counts.promotes, "demotes", (json_int_t)agent->counts.demotes,
        "announces", (json_int_t)agent->counts.announces, "lapses",
        (json_int_t)agent->counts.lapses, "gate_losses", (json_int_t)agent->counts.gate_losses,
        "steps_failed", (json_int_t)agent->counts.steps_failed, "sent", (json_int_t)wire->sent,
        "send_errors", (json_int_t)wire->send_errors, "received", (json_int_t)wire->received,
        "refused",
        (json_int_t)(wire->bad_size + wire->bad_hash + wire->bad_version + wire->not_for_us +
                     wire->bad_field),
        "announced_frames", (json_int_t)agent->announce.sent);
}

static const char *gate_name(const struct md_agent *agent, fo_us now_us)
{
    if (!agent->gate_ready) {
        return "missing";
    }
    return md_gate_until_us(&agent->gate) > now_us ? "open" : "shut";
}

static bool is_silent(const struct md_agent *agent, fo_us last_us, fo_us now_us)
{
    return last_us == FO_NEVER || now_us - last_us > agent->config->lease.lease_us;
}

/* A holder whose lease has ended: what it waits for. */
static const char *lapsed_why(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    bool alone = is_silent(agent, core->monitor_seen_us, now_us) &&
                 is_silent(agent, core->voter.heard[peer_of(agent)].last_us, now_us);
    if (!alone) {
        return "no_majority";
    }
    return agent->config->lease.alone_resumes ? "asking_address" : "alone_stop";
}

/* The first thing that would have to change before the gate may open; NULL while it is open. */
static const char *gate_why(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    const char *why = NULL;
    if (!agent->gate_ready || core->gate_lost) {
        return "gate_missing";
    }
    if (md_gate_until_us(&agent->gate) > now_us) {
        return NULL;
    }
    return core->leaving                                          ? "leaving"
           : core->fenced                                         ? "fenced"
           : !agent->clock_well                                   ? "clock_unwell"
           : md_agent_health(agent, now_us, &why) != FO_HEALTH_OK ? "server_unwell"
           : core->shutting                                       ? "shutting"
           : core->held                                           ? lapsed_why(agent, now_us)
           : core->voter.vote == FO_VOTE_ABSTAIN                  ? "abstaining"
           : core->claim == FO_CLAIM_WANT                         ? "no_majority"
                                                                  : "not_chosen";
}

static json_t *report_lease(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    fo_us lease_us = fo_agent_lease_until(core);
    return json_pack("{s:s, s:o, s:o, s:I, s:o, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:o, s:o, s:o}",
                     "gate", gate_name(agent, now_us), "gate_why",
                     name_or_null(gate_why(agent, now_us)), "lease_left_ms", left(lease_us, now_us),
                     "epoch", (json_int_t)(core->claim == FO_CLAIM_NONE ? core->top : core->epoch),
                     "grants", report_grants(agent, now_us), "claim", claim_name(core->claim),
                     "vote", vote_name(core->voter.vote), "standing", standing_name(core->standing),
                     "alone", (int)core->alone, "forced", (int)core->forced, "draining",
                     (int)core->draining, "leaving", (int)core->leaving, "monitor_seen_ms",
                     age(core->monitor_seen_us, now_us), "peer_seen_ms",
                     age(core->voter.heard[peer_of(agent)].last_us, now_us), "choice",
                     report_choice(agent, now_us));
}

static json_t *report_self(const struct md_agent *agent, fo_us now_us)
{
    const struct fo_agent *core = &agent->core;
    const char *why = NULL;
    char time[MD_WALL_TEXT_SIZE];
    enum fo_health health = md_agent_health(agent, now_us, &why);
    md_wall_text(NULL, md_wall_now_ms(), time);
    return json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:o, s:b, s:o, s:I, s:I}",
        "schema", SCHEMA, "server", agent->config->name, "self",
        agent->config->self == FO_VOTER_P ? "P" : "S", "time", time, "role",
        core->gate_open ? "active" : "standby", "health", health_name(health), "health_why",
        name_or_null(why), "service", report_service(agent), "position",
        agent->position.position != 0 ? json_integer((json_int_t)agent->position.position)
                                      : json_null(),
        "link", !md_link_watch_lost(&agent->link), "address", (int)agent->address_order.up, "step",
        name_or_null(agent->steps.running != MD_STEP_NONE ? md_step_name(agent->steps.running)
                                                          : NULL),
        "clock_well", (int)agent->clock_well, "gate_error",
        name_or_null(agent->gate_error[0] != '\0' ? agent->gate_error : NULL), "uptime_s",
        (json_int_t)((now_us - agent->started_us) / FO_SECOND), "loop_lag_ms",
        (json_int_t)(md_clock_lag_us(&agent->clock) / FO_MS));
}

static json_t *report_watchdog(const struct md_watchdog *watchdog)
{
    if (watchdog->device == NULL) {
        return json_null();
    }
    return json_pack("{s:s, s:b, s:i, s:I, s:I, s:o}", "device", watchdog->device, "armed",
                     watchdog->fd >= 0, "timeout_s", watchdog->timeout_s, "fed",
                     (json_int_t)watchdog->fed, "withheld", (json_int_t)watchdog->withheld, "error",
                     name_or_null(watchdog->error[0] != '\0' ? watchdog->error : NULL));
}

json_t *md_agent_report(const struct md_agent *agent)
{
    fo_us now_us = pb_clock_us();
    json_t *report = report_self(agent, now_us);
    json_t *lease = report_lease(agent, now_us);
    json_t *top = json_pack("{s:I, s:o, s:b}", "epoch", (json_int_t)agent->core.top, "holder",
                            name_or_null(server_name(agent, agent->core.top_holder)), "written",
                            !agent->top_file.dirty && !agent->top_file.busy);
    json_t *alarms =
        json_pack("{s:i, s:I, s:I, s:I}", "waiting", (int)agent->alarm.count, "accepted",
                  (json_int_t)agent->alarm.accepted, "failed", (json_int_t)agent->alarm.failed,
                  "dropped", (json_int_t)agent->alarm.dropped);
    bool built = report != NULL && lease != NULL && json_object_update(report, lease) == 0 &&
                 json_object_set_new(report, "top", top) == 0 &&
                 json_object_set_new(report, "alarms", alarms) == 0 &&
                 json_object_set_new(report, "watchdog", report_watchdog(&agent->watchdog)) == 0 &&
                 json_object_set_new(report, "counts", report_counts(agent)) == 0;
    json_decref(lease);
    if (!built) {
        json_decref(report);
        return NULL;
    }
    return report;
}
