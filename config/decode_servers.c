/* SPDX-License-Identifier: Apache-2.0 */
/* Reads acts (what the executor may run) and servers (the redundant pair). It never decides who is
 * active; it only says what each server hangs on. Called by load.c after the power devices. */
#include "config/decode.h"
#include "config/decode_device.h"
#include "config/snmp_set.h"
#include "config/units.h"

#include <string.h>

/* ---- acts ----------------------------------------------------------------------------------- */

static const char *const act_words[] = {"fence-agent", "route",    "script",
                                        "outlet",      "snmp-set", NULL};
enum act_kind { ACT_FENCE_AGENT, ACT_ROUTE, ACT_SCRIPT, ACT_OUTLET, ACT_SNMP_SET, ACT_KINDS };

struct act_text {
    const char *name, *program, *restore, *options;
    uint8_t kind;
    int64_t timeout;
    struct cfg_snmp_set_text set;
};
static const struct cfg_key act_keys[] = {
    {"name", CFG_TYPE_NAME, true, offsetof(struct act_text, name), NULL, 0, 0, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, offsetof(struct act_text, kind), NULL, 0, 0, act_words, NULL},
    {"program", CFG_TYPE_PATH, false, offsetof(struct act_text, program), NULL, 0, 0, NULL, NULL},
    {"restore", CFG_TYPE_PATH, false, offsetof(struct act_text, restore), NULL, 0, 0, NULL, NULL},
    {"options", CFG_TYPE_TEXT, false, offsetof(struct act_text, options), NULL, 0,
     CFG_ACT_OPTIONS_MAX, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, offsetof(struct act_text, timeout), "20s", FO_SECOND,
     10 * FO_MINUTE, NULL, NULL},
    {"address", CFG_TYPE_ADDRESS, false, offsetof(struct act_text, set.address), NULL, 0, 0, NULL,
     NULL},
    {"snmp", CFG_TYPE_GROUP, false, offsetof(struct act_text, set.snmp), NULL, 0, 0, NULL,
     &cfg_table_snmp},
    {"exchange_timeout", CFG_TYPE_DURATION, false, offsetof(struct act_text, set.exchange_timeout),
     "1s", 100 * FO_MS, 2 * FO_SECOND, NULL, NULL},
    {"set", CFG_TYPE_LIST, false, 0, NULL, 0, 0, NULL, &cfg_table_snmp_value},
};
const struct cfg_table cfg_table_act = CFG_TABLE("an act", act_keys);

/* Whether a line of options gives the action, which is the executor's to give: an agent that takes
 * the first of two would switch off when it is asked for the state. */
static bool names_action(const char *options)
{
    for (const char *line = options; *line != '\0'; line += line[0] == '\n' ? 1 : 0) {
        line += strspn(line, " \t\r");
        size_t name = strcspn(line, " \t\r=\n");
        if ((name == strlen("action") && strncmp(line, "action", name) == 0) ||
            (name == strlen("option") && strncmp(line, "option", name) == 0)) {
            return true;
        }
        line += strcspn(line, "\n");
    }
    return false;
}

/* What a kind of act has no use for, and what it cannot do without. */
static void act_check(struct cfg_source *source, config_setting_t *group,
                      const struct act_text *text)
{
    bool runs = text->kind != ACT_ROUTE && text->kind != ACT_SNMP_SET && text->kind < ACT_KINDS;
    if (text->kind == ACT_ROUTE && text->program != NULL) {
        cfg_error_at(source, group, "program", "is not used for a route; the executor sets it");
    } else if (text->kind == ACT_SNMP_SET && text->program != NULL) {
        cfg_error_at(source, group, "program",
                     "is not used for an snmp-set; the executor speaks to the router itself");
    } else if (runs && cfg_member(group, "program") == NULL) {
        cfg_error_at(source, group, "program", "is missing; a %s act runs a program",
                     act_words[text->kind]);
    }
    if ((!runs || text->kind == ACT_SCRIPT) && text->kind < ACT_KINDS && text->options != NULL) {
        cfg_error_at(source, group, "options", "is only for a fence-agent or an outlet");
    } else if (text->options != NULL && names_action(text->options)) {
        cfg_error_at(source, group, "options",
                     "gives the action; leave that line out, the executor gives off, status, on");
    }
    if (text->kind != ACT_SCRIPT && text->kind < ACT_KINDS && text->restore != NULL) {
        cfg_error_at(source, group, "restore",
                     "means nothing but for a script; an outlet is switched on by its own program");
    }
}

static void act_decode(struct cfg_source *source, config_setting_t *group, struct site *site)
{
    struct act_text text = {.kind = ACT_KINDS}; /* stays so when the key is wrong */
    cfg_table_read(source, group, &cfg_table_act, &text);
    cfg_name_unique(source, group, "name", site->acts, sizeof site->acts[0], site->act_count,
                    text.name);
    act_check(source, group, &text);
    struct cfg_act *act = &site->acts[site->act_count++];
    *act = (struct cfg_act){.name = text.name,
                            .kind = act_words[text.kind],
                            .program = text.program,
                            .restore = text.restore,
                            .options = text.options,
                            .timeout_us = text.timeout,
                            .line = cfg_line_at(group, NULL),
                            .program_line = cfg_line_at(group, "program"),
                            .options_line = cfg_line_at(group, "options")};
    if (text.kind == ACT_SNMP_SET) {
        cfg_snmp_set_fill(source, group, &text.set, act);
    } else if (text.kind < ACT_KINDS) {
        cfg_snmp_set_refuse(source, group);
    }
}

void cfg_decode_acts(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "acts", CFG_ACTS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "acts", i);
        if (group != NULL) {
            act_decode(source, group, site);
        }
    }
}

/* ---- servers -------------------------------------------------------------------------------- */

CFG_HEALTH_TABLE(host_table, "3", "3", "3", "0s");

struct server_text {
    const char *name, *promote, *demote;
    bool preferred, fence_required, virtual_machine, accept;
    struct cfg_endpoint host;
    struct cfg_texts heartbeat, power, fence, owners;
    int64_t host_interval, host_timeout;
    struct cfg_health_text host_health;
};
#define AT(field) offsetof(struct server_text, field)
static const struct cfg_key server_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"preferred", CFG_TYPE_BOOL, false, AT(preferred), "false", 0, 0, NULL, NULL},
    {"host", CFG_TYPE_ADDRESS, true, AT(host), NULL, 0, 0, NULL, NULL},
    {"host_interval", CFG_TYPE_DURATION, false, AT(host_interval), "1s", 100 * FO_MS, FO_MINUTE,
     NULL, NULL},
    {"host_timeout", CFG_TYPE_DURATION, false, AT(host_timeout), "500ms", 10 * FO_MS, FO_MINUTE,
     NULL, NULL},
    {"host_health", CFG_TYPE_GROUP, false, AT(host_health), NULL, 0, 0, NULL, &host_table},
    {"heartbeat", CFG_TYPE_TEXTS, false, AT(heartbeat), NULL, 0, FO_NETS_MAX, NULL, NULL},
    {"power", CFG_TYPE_TEXTS, false, AT(power), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
    {"fence", CFG_TYPE_TEXTS, false, AT(fence), NULL, 0, CFG_FENCE_LEVELS_MAX, NULL, NULL},
    {"owners", CFG_TYPE_TEXTS, false, AT(owners), NULL, 0, CFG_UNITS_MAX, NULL, NULL},
    {"fence_required", CFG_TYPE_BOOL, false, AT(fence_required), "false", 0, 0, NULL, NULL},
    {"virtual_machine", CFG_TYPE_BOOL, false, AT(virtual_machine), "false", 0, 0, NULL, NULL},
    {"promote", CFG_TYPE_NAME, false, AT(promote), NULL, 0, 0, NULL, NULL},
    {"demote", CFG_TYPE_NAME, false, AT(demote), NULL, 0, 0, NULL, NULL},
    {"accept_unfenced_promotion", CFG_TYPE_BOOL, false, AT(accept), "false", 0, 0, NULL, NULL},
};
const struct cfg_table cfg_table_server = CFG_TABLE("a server", server_keys);

static void heartbeat_fill(struct cfg_source *source, config_setting_t *group,
                           const struct cfg_texts *texts, struct site *site,
                           struct cfg_server *server)
{
    config_setting_t *array = cfg_member(group, "heartbeat");
    if (texts->count != site->net_count && array != NULL) {
        cfg_error_at(source, group, "heartbeat",
                     "has %u addresses for %u heartbeat networks; one for each, in the order of "
                     "heartbeat.networks",
                     texts->count, site->net_count);
    }
    for (unsigned i = 0; i < texts->count && i < FO_NETS_MAX; i++) {
        const char *problem = cfg_address_parse(texts->items[i], &server->heartbeat[i]);
        if (problem != NULL) {
            cfg_error_at(source, array, NULL, "\"%.60s\" %s", texts->items[i], problem);
        }
    }
}

static void fence_fill(struct cfg_source *source, config_setting_t *group,
                       const struct server_text *text, const struct site *site,
                       struct cfg_server *server)
{
    cfg_names_resolve(source, group, "fence", &text->fence, site->acts, sizeof site->acts[0],
                      site->act_count, "act");
    unsigned levels = 0;
    for (unsigned i = 0; i < text->fence.count && i < CFG_FENCE_LEVELS_MAX; i++) {
        uint8_t act =
            cfg_name_find(site->acts, sizeof site->acts[0], site->act_count, text->fence.items[i]);
        if (act == FO_NONE) {
            continue;
        }
        if (site->acts[act].kind == act_words[ACT_ROUTE]) {
            cfg_error_at(source, group, "fence", "\"%s\" is a route; it proves nothing to be off",
                         site->acts[act].name);
        } else if (site->acts[act].kind == act_words[ACT_SNMP_SET]) {
            cfg_error_at(source, group, "fence",
                         "\"%s\" is an snmp-set; what it reads back proves nothing to be off",
                         site->acts[act].name);
        } else if (site->acts[act].kind == act_words[ACT_OUTLET]) {
            cfg_error_at(source, group, "fence",
                         "\"%s\" is an outlet, which is left alone when it cannot be read; a fence "
                         "is a \"fence-agent\"",
                         site->acts[act].name);
        }
        server->fence[levels++] = site->acts[act].name;
    }
    if (text->fence_required && text->fence.count == 0) {
        cfg_error_at(source, group, "fence_required",
                     "is true, but there is no fence; nothing could ever be promoted beside it");
    }
    if (text->virtual_machine && !text->fence_required && text->heartbeat.count > 0) {
        cfg_error_at(source, group, "virtual_machine",
                     "a guest can be paused with its clocks, so its gate may open too late; it "
                     "needs fence = [ … ] and fence_required = true");
    }
}

static void server_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                          struct site *site)
{
    struct server_text text = {0};
    cfg_table_read(source, group, &cfg_table_server, &text);
    cfg_name_unique(source, group, "name", site->servers, sizeof site->servers[0], index,
                    text.name);
    struct cfg_server *server = &site->servers[index];
    struct fo_server_policy *policy = &site->policy.servers[index];
    server->name = text.name;
    server->preferred = text.preferred;
    server->host = text.host.address;
    server->host_interval_us = text.host_interval;
    server->host_timeout_us = text.host_timeout;
    server->line = cfg_line_at(group, NULL);
    heartbeat_fill(source, group, &text.heartbeat, site, server);
    fence_fill(source, group, &text, site, server);
    policy->preferred = text.preferred;
    policy->owners = cfg_owners_resolve(source, group, &text.owners, site);
    server->promote = text.promote;
    server->demote = text.demote;
    policy->agentless = cfg_member(group, "heartbeat") == NULL;
    policy->fence_required = policy->agentless ? !text.accept : text.fence_required;
    policy->fence_available = server->fence[0] != NULL;
    policy->power = cfg_names_resolve(source, group, "power", &text.power, site->devices,
                                      sizeof site->devices[0], site->device_count, "power device");
    if (text.power.count == 0) {
        cfg_warning_at(source, group, "power",
                       "is not stated, so a dying UPS cannot lead to a switchover in time; name "
                       "the UPS that carries this server: power = [\"ups-a\"]");
    }
    cfg_health_fill(source, group, "host_health", &text.host_health, text.host_interval,
                    &policy->host);
}

static void feeds_fill(struct site *site)
{
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        uint64_t power = site->policy.servers[server].power;
        for (unsigned device = 0; device < site->device_count; device++) {
            if (power == (uint64_t)1 << device) { /* it alone */
                site->policy.devices[device].feeds_servers |= (uint64_t)1 << server;
            }
        }
    }
}

void cfg_decode_servers(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "servers", FO_SERVERS), preferred = 0;
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "servers", i);
        if (group != NULL) {
            server_decode(source, group, i, site);
            preferred += site->servers[i].preferred;
        }
    }
    if (count == 0) {
        return; /* crosscheck.c says so where servers are needed */
    }
    if (count < FO_SERVERS) {
        cfg_error_at(source, root, "servers", "has %u entry; a redundant pair is two servers",
                     count);
    } else if (preferred != 1) {
        cfg_error_at(source, root, "servers",
                     "has %u preferred servers; write preferred = true for exactly one", preferred);
    }
    feeds_fill(site);
}
