/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the file of a dispatch-agent: who it is, its heartbeat networks, the service it carries and
 * the programs that promote and demote it. It never opens the key and never starts a program.
 * Called by load.c. */
#include "config/decode.h"
#include "config/service_check.h"
#include "config/units.h"

#include <net/if.h>

/* ---- agent ---------------------------------------------------------------------------------- */

static const char *const voter_words[] = {"P", "S", NULL}; /* FO_VOTER_P, FO_VOTER_S */

struct agent_text {
    const char *name, *state_directory, *control_socket, *key_file, *watchdog;
    uint8_t voter, language, when_alone, watchdog_stop;
    int64_t monitor_missed, watchdog_timeout;
};
#define AT(field) offsetof(struct agent_text, field)
enum { WATCHDOG_DISARM, WATCHDOG_KEEP };
static const char *const watchdog_words[] = {"disarm", "keep", NULL};
static const struct cfg_key agent_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"voter", CFG_TYPE_CHOICE, true, AT(voter), NULL, 0, 0, voter_words, NULL},
    {"language", CFG_TYPE_CHOICE, false, AT(language), "ja", 0, 0, cfg_words_language, NULL},
    {"state_directory", CFG_TYPE_PATH, false, AT(state_directory), "/var/lib/noroshi-agent", 0, 60,
     NULL, NULL},
    {"control_socket", CFG_TYPE_PATH, false, AT(control_socket), NULL, 0, 100, NULL, NULL},
    {"key_file", CFG_TYPE_PATH, false, AT(key_file), "/etc/noroshi/key", 0, 0, NULL, NULL},
    {"when_alone", CFG_TYPE_CHOICE, false, AT(when_alone), "resume", 0, 0, cfg_words_alone, NULL},
    {"monitor_missed", CFG_TYPE_DURATION, false, AT(monitor_missed), "60s", FO_SECOND, FO_HOUR,
     NULL, NULL},
    {"watchdog", CFG_TYPE_PATH, false, AT(watchdog), NULL, 0, 0, NULL, NULL},
    /* well above the 5 s after which systemd replaces an agent that hangs, so that a reset of the
     * host stays the last resort */
    {"watchdog_timeout", CFG_TYPE_DURATION, false, AT(watchdog_timeout), "30s", 10 * FO_SECOND,
     10 * FO_MINUTE, NULL, NULL},
    {"watchdog_stop", CFG_TYPE_CHOICE, false, AT(watchdog_stop), "disarm", 0, 0, watchdog_words,
     NULL},
};
#undef AT
static const struct cfg_table agent_table = CFG_TABLE("the agent group", agent_keys);

static void watchdog_fill(struct cfg_source *source, config_setting_t *group,
                          const struct agent_text *text, struct cfg_agent *agent)
{
    static const char *const idle[] = {"watchdog_timeout", "watchdog_stop"};
    agent->watchdog = text->watchdog;
    agent->watchdog_timeout_us = text->watchdog_timeout;
    agent->watchdog_keeps = text->watchdog_stop == WATCHDOG_KEEP;
    for (unsigned i = 0; i < 2 && group != NULL && text->watchdog == NULL; i++) {
        if (cfg_member(group, idle[i]) != NULL) {
            cfg_warning_at(source, group, idle[i],
                           "has no effect without a device: watchdog = \"/dev/watchdog0\"");
        }
    }
}

static bool agent_decode(struct cfg_source *source, config_setting_t *root, struct cfg_agent *agent)
{
    config_setting_t *group = cfg_section(root, "agent");
    struct agent_text text = {0};
    cfg_table_read(source, group, &agent_table, &text);
    agent->name = text.name != NULL ? text.name : "";
    agent->self = text.voter;
    agent->language = text.language;
    agent->key_file = text.key_file;
    agent->state_directory = text.state_directory;
    agent->control_socket =
        text.control_socket != NULL
            ? text.control_socket
            : cfg_arena_join(source->arena, text.state_directory, "/agent.sock");
    agent->monitor_missed_us = text.monitor_missed;
    watchdog_fill(source, group, &text, agent);
    return text.when_alone == CFG_ALONE_RESUME;
}

/* ---- heartbeat ------------------------------------------------------------------------------ */

struct net_text {
    const char *name, *interface;
    struct cfg_endpoint bind, monitor, peer;
};
#define AT(field) offsetof(struct net_text, field)
static const struct cfg_key net_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"bind", CFG_TYPE_ADDRESS, true, AT(bind), NULL, 0, 0, NULL, NULL},
    {"interface", CFG_TYPE_NAME, false, AT(interface), NULL, 0, IFNAMSIZ - 1, NULL, NULL},
    {"monitor", CFG_TYPE_ADDRESS, false, AT(monitor), NULL, 0, 0, NULL, NULL},
    {"peer", CFG_TYPE_ADDRESS, false, AT(peer), NULL, 0, 0, NULL, NULL},
};
#undef AT
static const struct cfg_table net_table = CFG_TABLE("a heartbeat network", net_keys);
static const struct cfg_key heartbeat_keys[] = {
    CFG_LEASE_KEYS,
    {"networks", CFG_TYPE_LIST, true, 0, NULL, 0, 0, NULL, &net_table},
};
static const struct cfg_table heartbeat_table = CFG_TABLE("the heartbeat group", heartbeat_keys);

static void nets_decode(struct cfg_source *source, config_setting_t *heartbeat,
                        struct cfg_agent *agent)
{
    unsigned count = cfg_list_count(source, heartbeat, "networks", FO_NETS_MAX);
    bool monitor = false, peer = false;
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(heartbeat, "networks", i);
        struct net_text text = {0};
        if (group == NULL) {
            continue;
        }
        cfg_table_read(source, group, &net_table, &text);
        cfg_name_unique(source, group, "name", agent->nets, sizeof agent->nets[0], i, text.name);
        agent->nets[i] = (struct cfg_net){text.name, text.bind.address, text.interface};
        agent->monitor[i] = text.monitor.address;
        agent->peer[i] = text.peer.address;
        monitor = monitor || cfg_member(group, "monitor") != NULL;
        peer = peer || cfg_member(group, "peer") != NULL;
    }
    agent->net_count = (uint8_t)count;
    if (heartbeat != NULL && count == 0 && cfg_member(heartbeat, "networks") != NULL) {
        cfg_error_at(source, heartbeat, "networks", "is empty; an agent needs at least one");
    } else if (count > 0 && !(monitor && peer)) {
        cfg_error_at(source, heartbeat, "networks",
                     "leads to no %s; a lease needs a way to both other voters: %s = \"…\"",
                     monitor ? "peer" : "monitor", monitor ? "peer" : "monitor");
    }
}

static void heartbeat_decode(struct cfg_source *source, config_setting_t *root, bool alone_resumes,
                             struct cfg_agent *agent)
{
    config_setting_t *heartbeat = cfg_section(root, "heartbeat");
    struct cfg_lease_text text = {0};
    cfg_table_read(source, heartbeat, &heartbeat_table, &text);
    nets_decode(source, heartbeat, agent);
    cfg_lease_fill(source, heartbeat, &text, agent->net_count, alone_resumes, &agent->lease);
}

/* ---- service -------------------------------------------------------------------------------- */

struct service_text {
    const char *address, *address6, *interface, *pid_file, *position_command;
    uint8_t gate;
    struct cfg_check_text check;
};
#define AT(field) offsetof(struct service_text, field)
enum { GATE_KERNEL, GATE_AGENT };
static const char *const gate_words[] = {"kernel", "agent", NULL};
static const struct cfg_key service_keys[] = {
    {"address", CFG_TYPE_TEXT, false, AT(address), NULL, 0, 40, NULL, NULL},
    {"address6", CFG_TYPE_TEXT, false, AT(address6), NULL, 0, 64, NULL, NULL},
    {"interface", CFG_TYPE_NAME, true, AT(interface), NULL, 0, IFNAMSIZ - 1, NULL, NULL},
    {"gate", CFG_TYPE_CHOICE, false, AT(gate), "kernel", 0, 0, gate_words, NULL},
    {"check", CFG_TYPE_GROUP, false, AT(check), NULL, 0, 0, NULL, &cfg_table_check},
    {"pid_file", CFG_TYPE_PATH, false, AT(pid_file), NULL, 0, 0, NULL, NULL},
    {"position_command", CFG_TYPE_PATH, false, AT(position_command), NULL, 0, 0, NULL, NULL},
};
#undef AT
static const struct cfg_table service_table = CFG_TABLE("the service group", service_keys);

static void address_fill(struct cfg_source *source, config_setting_t *group,
                         const struct service_text *text, struct cfg_agent *agent)
{
    if (text->address != NULL) {
        const char *problem =
            cfg_prefix4_parse(text->address, &agent->service_address4, &agent->service_prefix4);
        if (problem != NULL) {
            cfg_error_at(source, group, "address", "\"%s\" %s", text->address, problem);
        }
    }
    if (text->address6 != NULL) {
        const char *problem =
            cfg_prefix6_parse(text->address6, &agent->service_address6, &agent->service_prefix6);
        if (problem != NULL) {
            cfg_error_at(source, group, "address6", "\"%s\" %s", text->address6, problem);
        }
    }
    if (group != NULL && text->address == NULL && text->address6 == NULL) {
        cfg_error_at(source, group, "address",
                     "is missing; the address that moves between the servers, with its prefix: "
                     "\"192.0.2.100/24\" (or address6)");
    }
}

static void service_decode(struct cfg_source *source, config_setting_t *root,
                           struct cfg_agent *agent)
{
    config_setting_t *group = cfg_section(root, "service");
    struct service_text text = {0};
    cfg_table_read(source, group, &service_table, &text);
    address_fill(source, group, &text, agent);
    cfg_check_fill(source, group, "check", &text.check, &agent->check_health);
    agent->service_interface = text.interface;
    agent->check = text.check.kind;
    agent->check_address = text.check.address.address;
    agent->check_http_path = text.check.path;
    agent->check_interval_us = text.check.interval;
    agent->check_timeout_us = text.check.timeout;
    agent->pid_file = text.pid_file;
    agent->gate_by_agent = text.gate == GATE_AGENT;
    if (agent->gate_by_agent) {
        cfg_warning_at(
            source, group, "gate",
            "\"agent\": while the agent is frozen or killed this server goes on answering, "
            "and the other may too; for trying things out only");
    }
    agent->position_command = text.position_command;
    if (group != NULL && cfg_member(group, "check") == NULL && text.pid_file == NULL) {
        cfg_warning_at(source, group, "check",
                       "is missing, and so is pid_file: a dead service on a living host would "
                       "never be noticed");
    }
}

/* ---- steps ---------------------------------------------------------------------------------- */

struct steps_text {
    const char *promote, *demote, *drain, *alarm;
    int64_t timeout;
};
static const struct cfg_key steps_keys[] = {
    {"promote", CFG_TYPE_PATH, false, offsetof(struct steps_text, promote), NULL, 0, 0, NULL, NULL},
    {"demote", CFG_TYPE_PATH, false, offsetof(struct steps_text, demote), NULL, 0, 0, NULL, NULL},
    {"drain", CFG_TYPE_PATH, false, offsetof(struct steps_text, drain), NULL, 0, 0, NULL, NULL},
    {"alarm", CFG_TYPE_PATH, false, offsetof(struct steps_text, alarm), NULL, 0, 0, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, offsetof(struct steps_text, timeout), "20s", 100 * FO_MS,
     10 * FO_MINUTE, NULL, NULL},
};
static const struct cfg_table steps_table = CFG_TABLE("the steps group", steps_keys);

static void steps_decode(struct cfg_source *source, config_setting_t *root, struct cfg_agent *agent)
{
    config_setting_t *group = cfg_section(root, "steps");
    struct steps_text text = {0};
    cfg_table_read(source, group, &steps_table, &text);
    agent->promote = text.promote;
    agent->demote = text.demote;
    agent->drain = text.drain;
    agent->step_timeout_us = text.timeout;
    agent->alarm_command = text.alarm;
    if (text.alarm == NULL) {
        cfg_warning_at(source, group != NULL ? group : root, group != NULL ? "alarm" : "steps",
                       "no alarm program: if the monitor dies, this agent can tell nobody but its "
                       "own console; steps = { alarm = \"/…\"; }");
    }
}

/* ---- the file ------------------------------------------------------------------------------- */

static const struct cfg_key file_keys[] = {
    {"agent", CFG_TYPE_SECTION, true, 0, NULL, 0, 0, NULL, &agent_table},
    {"heartbeat", CFG_TYPE_SECTION, true, 0, NULL, 0, 0, NULL, &heartbeat_table},
    {"service", CFG_TYPE_SECTION, true, 0, NULL, 0, 0, NULL, &service_table},
    {"steps", CFG_TYPE_SECTION, false, 0, NULL, 0, 0, NULL, &steps_table},
};
const struct cfg_table cfg_agent_file = CFG_TABLE("an agent's file", file_keys);

void cfg_decode_agent(struct cfg_source *source, struct cfg_agent *agent)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned char nothing[1]; /* the top of a file stores nothing by itself */
    cfg_table_read(source, root, &cfg_agent_file, nothing);
    bool alone_resumes = agent_decode(source, root, agent);
    heartbeat_decode(source, root, alone_resumes, agent);
    service_decode(source, root, agent);
    steps_decode(source, root, agent);
    cfg_alone_note(source, cfg_section(root, "agent"), alone_resumes);
}
