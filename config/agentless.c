/* SPDX-License-Identifier: Apache-2.0 */
/* Servers without agents (see agentless.h). A lease needs an agent on both servers, so it is both
 * or neither; where there is none, the proof that the other server is off stands in for the lease.
 * crosscheck.c calls it. */
#include "config/agentless.h"

#include "config/decode.h"

#include <string.h>

#define RESULT_US FO_SECOND /* for the script's outcome to come back */

static const struct cfg_act *act_of(const struct site *site, const char *name)
{
    uint8_t act = cfg_name_find(site->acts, sizeof site->acts[0], site->act_count, name);
    return act != FO_NONE ? &site->acts[act] : NULL;
}

static void longer(fo_us *time_us, fo_us timeout_us)
{
    *time_us = timeout_us + RESULT_US > *time_us ? timeout_us + RESULT_US : *time_us;
}

/* The act at group.key must be a script that there is; its time goes into *time_us. */
static void script_check(struct cfg_source *source, config_setting_t *group, const char *key,
                         const char *name, const struct site *site, fo_us *time_us)
{
    const struct cfg_act *act = name != NULL ? act_of(site, name) : NULL;
    if (name == NULL) {
        cfg_error_at(source, group, key,
                     "is missing: without heartbeat = [ … ] this server has no agent, and the "
                     "executor has to know how it is told; name an act of kind \"script\"");
    } else if (act == NULL) {
        cfg_error_at(source, group, key, "\"%s\" is no act of this file", name);
    } else if (act->kind == NULL || strcmp(act->kind, "script") != 0) {
        cfg_error_at(source, group, key, "\"%s\" is not a \"script\"", name);
    } else {
        longer(time_us, act->timeout_us);
    }
}

/* What only a server with an agent, or only one without, can have. */
static void keys_check(struct cfg_source *source, config_setting_t *group, bool agentless)
{
    static const char *const without[] = {"promote", "demote", "accept_unfenced_promotion"};
    for (unsigned i = 0; !agentless && i < sizeof without / sizeof without[0]; i++) {
        if (cfg_member(group, without[i]) != NULL) {
            cfg_error_at(source, group, without[i],
                         "is only for a server without an agent; this one has heartbeat = [ … ]");
        }
    }
    if (agentless && cfg_member(group, "fence_required") != NULL) {
        cfg_error_at(source, group, "fence_required",
                     "says nothing for a server without an agent: the proof is always demanded, "
                     "unless accept_unfenced_promotion = true");
    }
}

static void proof_check(struct cfg_source *source, config_setting_t *group, const struct site *site,
                        unsigned index)
{
    const struct cfg_server *server = &site->servers[index];
    const struct fo_server_policy *policy = &site->policy.servers[index];
    for (unsigned i = 0; server->fence[i] != NULL; i++) {
        const struct cfg_act *act = act_of(site, server->fence[i]);
        if (act != NULL && act->kind != NULL && strcmp(act->kind, "script") == 0) {
            cfg_error_at(source, group, "fence",
                         "\"%s\" is a script, whose word is no proof; without an agent only a "
                         "\"fence-agent\" that reads the power back is",
                         act->name);
        }
    }
    if (!policy->fence_required) {
        cfg_warning_at(source, group, "accept_unfenced_promotion",
                       "is true: the other server is promoted although nothing proves that this "
                       "one is off; should it only be unreachable, both serve at the same time "
                       "until a person ends it");
    } else if (!policy->fence_available) {
        cfg_warning_at(source, group, "fence",
                       "is not stated and this server has no agent, so nothing can prove it off: "
                       "automatic switchover away from it is impossible, people will be called");
    }
}

static void witness_check(struct cfg_source *source, config_setting_t *root,
                          const struct site *site)
{
    bool asked = false;
    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_service_policy *service = &site->policy.services[i];
        asked = asked || (service->checked && service->needs_server);
    }
    if (!asked && site->service_count > 0) {
        cfg_error_at(source, root, "services",
                     "has none that needs \"server\" and has a check; without agents that probe "
                     "through the service address is the second witness of a dead server");
    }
    if (site->policy.position_bound != 0) {
        cfg_error_at(source, cfg_section(root, "switchover"), "position_bound",
                     "cannot be kept: without agents nobody says how far the data has come");
    }
}

void cfg_agentless_check(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    struct fo_policy *policy = &site->policy;
    bool first = policy->servers[0].agentless, second = policy->servers[1].agentless;
    config_setting_t *group[FO_SERVERS];
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        group[i] = cfg_list_item(root, "servers", i);
        if (group[i] == NULL) {
            return; /* decode_servers.c has said that the pair is not there */
        }
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        bool agentless = policy->servers[i].agentless;
        keys_check(source, group[i], agentless);
        if (agentless && first != second) {
            cfg_error_at(source, group[i], "heartbeat",
                         "is missing, so this server has no agent, but \"%s\" has one; a lease "
                         "needs an agent on both: give both one, or neither",
                         site->servers[1 - i].name != NULL ? site->servers[1 - i].name : "");
        }
    }
    if (!first || !second) {
        return;
    }
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        const struct cfg_server *server = &site->servers[i];
        script_check(source, group[i], "promote", server->promote, site, &policy->take_over_us);
        script_check(source, group[i], "demote", server->demote, site, &policy->drain_us);
        proof_check(source, group[i], site, i);
    }
    witness_check(source, root, site);
}
