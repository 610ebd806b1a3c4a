/* SPDX-License-Identifier: Apache-2.0 */
/* The one door of config/: the samples load as they are, and what they say arrives in the site. */
#include "config/load.h"
#include "config/units.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES NOROSHI_SOURCE_DIR "/config/samples/"

static struct site *sample_load(const char *path)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct site *site = cfg_site_load(path, findings);
    if (site == NULL) {
        cfg_findings_print(findings, stderr);
    }
    cr_assert_not_null(site);
    cr_assert_eq(findings->errors, 0);
    free(findings);
    return site;
}

static struct cfg_agent *agent_load(const char *path)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct cfg_agent *agent = cfg_agent_load(path, findings);
    cr_assert_not_null(agent);
    cr_assert_eq(findings->count, 1); /* the risk of when_alone, and no other */
    cr_assert_str_eq(findings->list[0].path, "agent.when_alone");
    free(findings);
    return agent;
}

static bool lease_same(const struct fo_lease_params *a, const struct fo_lease_params *b)
{
    return a->beat_us == b->beat_us && a->lease_us == b->lease_us &&
           a->lease_max_us == b->lease_max_us && a->margin_us == b->margin_us &&
           a->gate_us == b->gate_us && a->drift_ppm == b->drift_ppm &&
           a->alone_resumes == b->alone_resumes;
}

Test(load, the_site_of_the_quickstart_arrives_with_every_index_in_its_place)
{
    struct site *site = sample_load(SAMPLES "quickstart/site.conf");
    cr_assert_str_eq(site->name, "見本消防本部 通信指令センター");
    cr_assert_not(site->probe_only);
    cr_assert_eq(site->device_count, 4);
    cr_assert_str_eq(site->devices[0].name, "ups-a");
    cr_assert_str_eq(site->devices[2].name, "gen-1");
    cr_assert_eq(site->devices[3].kind, FO_DEVICE_TRANSFER_SWITCH);
    cr_assert_str_eq(site->devices[0].snmp.community, "public");
    cr_assert_eq(site->policy.device_count, 4);
    cr_assert_eq(site->policy.devices[0].feeds_servers, 1);
    cr_assert_eq(site->policy.devices[1].feeds_servers, 2);
    cr_assert_eq(site->policy.devices[1].feeds_lines, 2);
    cr_assert(site->servers[0].preferred);
    cr_assert(site->policy.servers[0].preferred);
    cr_assert_eq(site->policy.net_count, 2);
    cr_assert_eq(site->servers[1].heartbeat[1].length, sizeof(struct sockaddr_in));
    cr_assert_eq(site->policy.services[0].needs_lines, 0);
    cr_assert(site->policy.services[1].needs_server);
    cr_assert_eq(site->policy.services[1].needs_lines, 3);
    cr_assert_eq(site->policy.services[1].recovery_time_us, 60 * FO_SECOND);
    cr_assert_eq(site->policy.channels[2].needs_lines, 3);
    cr_assert_str_eq(site->channels[2].interfaces[1], "line-b");
    cr_assert_null(site->channels[1].interfaces[0]);
    cr_assert_eq(site->policy.persons[0].channels[0], 0);
    cr_assert_eq(site->policy.persons[0].channels[3], FO_NONE);
    cr_assert_eq(site->policy.rungs[0].wait_us, 10 * FO_SECOND);
    cr_assert(site->policy.rungs[2].everybody);
    cr_assert_str_eq(site->control_socket, "/run/noroshi-room/monitor/control.sock");
    cr_assert_str_eq(site->executor_socket, "/run/noroshi-room/monitor/executor.sock");
    cfg_site_free(site);
}

/* One agent's file against the site it belongs to. */
static void agent_fits(const struct site *site, const struct cfg_agent *agent, unsigned server)
{
    cr_assert_eq(agent->self, server);
    cr_assert_str_eq(agent->name, site->servers[server].name);
    cr_assert(lease_same(&agent->lease, &site->policy.lease));
    cr_assert_eq(agent->net_count, site->net_count);
    for (unsigned net = 0; net < site->net_count; net++) {
        const struct cfg_server *mine = &site->servers[server], *other = &site->servers[1 - server];
        cr_assert(cfg_address_same(&agent->nets[net].bind, &mine->heartbeat[net]));
        cr_assert(cfg_address_same(&agent->peer[net], &other->heartbeat[net]));
        cr_assert(cfg_address_same(&agent->monitor[net], &site->nets[net].bind));
    }
}

Test(load, every_sample_loads_and_its_agents_fit_their_site)
{
    glob_t found;
    cr_assert_eq(glob(SAMPLES "*/site.conf", 0, NULL, &found), 0);
    cr_assert_geq(found.gl_pathc, 4);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct site *site = sample_load(found.gl_pathv[i]);
        for (unsigned server = 0; server < FO_SERVERS; server++) {
            char path[PATH_MAX];
            int folder = (int)(strrchr(found.gl_pathv[i], '/') - found.gl_pathv[i]);
            snprintf(path, sizeof path, "%.*s/agent-%u.conf", folder, found.gl_pathv[i],
                     server + 1);
            struct cfg_agent *agent = agent_load(path);
            agent_fits(site, agent, server);
            cfg_agent_free(agent);
        }
        cfg_site_free(site);
    }
    globfree(&found);
}

Test(load, the_agents_of_the_quickstart_name_each_other)
{
    struct cfg_agent *first = agent_load(SAMPLES "quickstart/agent-1.conf");
    struct cfg_agent *second = agent_load(SAMPLES "quickstart/agent-2.conf");
    cr_assert_eq(first->self, FO_VOTER_P);
    cr_assert_eq(second->self, FO_VOTER_S);
    cr_assert_eq(memcmp(&first->peer[1], &second->nets[1].bind, sizeof first->peer[1]), 0);
    cr_assert_eq(memcmp(&second->peer[0], &first->nets[0].bind, sizeof first->peer[0]), 0);
    cr_assert(lease_same(&first->lease, &second->lease));
    cr_assert_eq(first->service_prefix4, 24);
    cr_assert_str_eq(first->control_socket, "/run/noroshi-room/dispatch-1/agent.sock");
    cr_assert_eq(first->check_timeout_us, 150 * FO_MS);
    cr_assert_eq(first->check_health.bad_of, 2);
    cfg_agent_free(first);
    cfg_agent_free(second);
}

Test(load, the_policy_is_filled_with_its_defaults)
{
    struct site *site = sample_load(SAMPLES "quickstart/site.conf");
    const struct fo_policy *policy = &site->policy;
    struct fo_lease_params lease = FO_LEASE_DEFAULTS;
    cr_assert(lease_same(&policy->lease, &lease));
    cr_assert_eq(policy->devices[0].low_runtime_us, 5 * FO_MINUTE);
    cr_assert_eq(policy->devices[0].low_charge_milli, 20000);
    cr_assert_eq(policy->devices[0].low_hold_us, 5 * FO_SECOND);
    cr_assert_eq(policy->devices[0].silent_margin_us, 60 * FO_SECOND);
    cr_assert_eq(policy->devices[0].communication.stale_us, 3 * FO_SECOND);
    cr_assert_eq(policy->devices[2].start_warn_us, 15 * FO_SECOND);
    cr_assert_eq(policy->devices[2].start_alarm_us, 40 * FO_SECOND);
    cr_assert_eq(policy->devices[2].transfer_alarm_us, 20 * FO_SECOND);
    cr_assert_eq(policy->devices[2].fuel_low_milli, 50000);
    cr_assert_eq(policy->devices[2].battery_low_milli, 0);
    cr_assert_eq(policy->lines[0].targets_bad, 3);
    cr_assert_eq(policy->lines[0].loss_degraded_permille, 50);
    cr_assert_eq(policy->lines[0].return_us, 5 * FO_MINUTE);
    cr_assert_eq(policy->lines[0].leave_us, 3 * FO_MINUTE);
    cr_assert_eq(policy->choose_budget_us, 100 * FO_MS);
    cr_assert_eq(policy->take_over_us, 2 * FO_SECOND + fo_lease_promise_us(&lease, 600000));
    cr_assert_eq(policy->verify_us, 10 * FO_SECOND);
    cr_assert_eq(policy->drain_us, 30 * FO_SECOND);
    cr_assert_eq(policy->fence_us, 60 * FO_SECOND);
    cr_assert_eq(policy->block_us, FO_HOUR);
    cr_assert_eq(policy->settled_us, 10 * FO_MINUTE);
    cr_assert_eq(policy->switchovers_per_hour, 2);
    cr_assert_eq(policy->position_bound, 0);
    cr_assert_eq(policy->acknowledge_us, 30 * FO_MINUTE);
    cr_assert_eq(policy->loop_cap_us, 10 * FO_MINUTE);
    cr_assert_eq(policy->clean_us, 10 * FO_SECOND);
    cr_assert_eq(policy->child_window_us, 60 * FO_SECOND);
    cr_assert_eq(policy->child_grace_us, 10 * FO_SECOND);
    cr_assert_eq(policy->stall_us, 100 * FO_MS);
    cfg_site_free(site);
}
