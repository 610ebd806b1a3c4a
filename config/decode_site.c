/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the groups site and heartbeat, and holds the table of everything that may stand at the top
 * of a site file. It never checks whether a section that is missing is needed; crosscheck.c does.
 * Called by load.c first of all. */
#include "config/decode.h"

#include <net/if.h>
#include <string.h>

/* ---- site ----------------------------------------------------------------------------------- */

struct site_text {
    const char *name, *timezone, *state_directory, *control_socket, *executor_socket,
        *control_group, *key_file, *passphrase_file, *duty_file;
    int64_t idle_lock;
    uint8_t language, when_alone;
    bool shadow;
};
#define AT(field) offsetof(struct site_text, field)
static const struct cfg_key site_keys[] = {
    {"name", CFG_TYPE_TEXT, true, AT(name), NULL, 0, 120, NULL, NULL},
    {"language", CFG_TYPE_CHOICE, false, AT(language), "ja", 0, 0, cfg_words_language, NULL},
    {"timezone", CFG_TYPE_TEXT, false, AT(timezone), "Asia/Tokyo", 0, 64, NULL, NULL},
    {"state_directory", CFG_TYPE_PATH, false, AT(state_directory), "/var/lib/noroshi", 0, 60, NULL,
     NULL},
    {"control_socket", CFG_TYPE_PATH, false, AT(control_socket), NULL, 0, 100, NULL, NULL},
    {"control_group", CFG_TYPE_NAME, false, AT(control_group), NULL, 0, 32, NULL, NULL},
    {"executor_socket", CFG_TYPE_PATH, false, AT(executor_socket), NULL, 0, 100, NULL, NULL},
    {"key_file", CFG_TYPE_PATH, false, AT(key_file), "/etc/noroshi/key", 0, 0, NULL, NULL},
    {"when_alone", CFG_TYPE_CHOICE, false, AT(when_alone), "resume", 0, 0, cfg_words_alone, NULL},
    {"passphrase_file", CFG_TYPE_PATH, false, AT(passphrase_file), NULL, 0, 0, NULL, NULL},
    {"duty_file", CFG_TYPE_PATH, false, AT(duty_file), NULL, 0, 0, NULL, NULL},
    {"idle_lock", CFG_TYPE_DURATION, false, AT(idle_lock), "5min", 10 * FO_SECOND, FO_HOUR, NULL,
     NULL},
    {"shadow", CFG_TYPE_BOOL, false, AT(shadow), "false", 0, 0, NULL, NULL},
};
#undef AT
static const struct cfg_table site_table = CFG_TABLE("the site group", site_keys);

static void timezone_check(struct cfg_source *source, config_setting_t *group, const char *name)
{
    bool good = name[0] != '/' && name[0] != '.' && strstr(name, "..") == NULL;
    for (const char *byte = name; *byte != '\0' && good; byte++) {
        good = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/",
                      *byte) != NULL;
    }
    if (!good) {
        cfg_error_at(source, group, "timezone",
                     "is not the name of a time zone; write one like \"Asia/Tokyo\"");
    }
}

/* ---- heartbeat ------------------------------------------------------------------------------ */

struct net_text {
    const char *name, *interface;
    struct cfg_endpoint bind;
};
static const struct cfg_key net_keys[] = {
    {"name", CFG_TYPE_NAME, true, offsetof(struct net_text, name), NULL, 0, 0, NULL, NULL},
    {"bind", CFG_TYPE_ADDRESS, true, offsetof(struct net_text, bind), NULL, 0, 0, NULL, NULL},
    {"interface", CFG_TYPE_NAME, false, offsetof(struct net_text, interface), NULL, 0, IFNAMSIZ - 1,
     NULL, NULL},
};
static const struct cfg_table net_table = CFG_TABLE("a heartbeat network", net_keys);

static const struct cfg_key heartbeat_keys[] = {
    CFG_LEASE_KEYS,
    {"networks", CFG_TYPE_LIST, true, 0, NULL, 0, 0, NULL, &net_table},
};
static const struct cfg_table heartbeat_table = CFG_TABLE("the heartbeat group", heartbeat_keys);

static void nets_decode(struct cfg_source *source, config_setting_t *heartbeat, struct site *site)
{
    unsigned count = cfg_list_count(source, heartbeat, "networks", FO_NETS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(heartbeat, "networks", i);
        struct net_text text = {0};
        if (group == NULL) {
            continue;
        }
        cfg_table_read(source, group, &net_table, &text);
        cfg_name_unique(source, group, "name", site->nets, sizeof site->nets[0], i, text.name);
        site->nets[i] = (struct cfg_net){text.name, text.bind.address, text.interface};
        if (text.interface == NULL) {
            cfg_warning_at(source, group, "interface",
                           "is not stated, so a fault of the monitor's own network cannot be told "
                           "from silent servers");
        }
    }
    site->net_count = site->policy.net_count = (uint8_t)count;
}

static void heartbeat_decode(struct cfg_source *source, config_setting_t *root, bool alone_resumes,
                             struct site *site)
{
    config_setting_t *heartbeat = cfg_section(root, "heartbeat");
    struct cfg_lease_text text = {0};
    cfg_table_read(source, heartbeat, &heartbeat_table, &text);
    nets_decode(source, heartbeat, site);
    cfg_lease_fill(source, heartbeat, &text, site->net_count, alone_resumes, &site->policy.lease);
}

/* ---- the top of the file -------------------------------------------------------------------- */

#define SECTION(name, table)                                      \
    {                                                             \
        name, CFG_TYPE_SECTION, false, 0, NULL, 0, 0, NULL, table \
    }
#define LIST(name, table)                                      \
    {                                                          \
        name, CFG_TYPE_LIST, false, 0, NULL, 0, 0, NULL, table \
    }
struct file_text {
    const char *profile_directory;
};
static const struct cfg_key file_keys[] = {
    {"profile_directory", CFG_TYPE_PATH, false, offsetof(struct file_text, profile_directory), NULL,
     0, 0, NULL, NULL},
    SECTION("site", &site_table),
    SECTION("heartbeat", &heartbeat_table),
    LIST("ups", &cfg_table_ups),
    LIST("generators", &cfg_table_generator),
    LIST("transfer_switches", &cfg_table_transfer_switch),
    LIST("acts", &cfg_table_act),
    LIST("servers", &cfg_table_server),
    LIST("lines", &cfg_table_line),
    LIST("services", &cfg_table_service),
    LIST("channels", &cfg_table_channel),
    LIST("units", &cfg_table_unit),
    LIST("roles", &cfg_table_role),
    LIST("persons", &cfg_table_person),
    LIST("branches", &cfg_table_branch),
    LIST("ladder", &cfg_table_rung),
    LIST("rosters", &cfg_table_roster),
    LIST("outside", &cfg_table_outside),
    SECTION("switchover", &cfg_table_switchover),
    SECTION("escalation", &cfg_table_escalation),
    SECTION("monitor", &cfg_table_monitor),
    SECTION("recorder", &cfg_table_recorder),
    SECTION("drills", &cfg_table_drills),
    SECTION("shutdown", &cfg_table_shutdown),
};
const struct cfg_table cfg_site_file = CFG_TABLE("a site file", file_keys);

void cfg_decode_site(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    config_setting_t *group = cfg_section(root, "site");
    struct site_text text = {0};
    struct file_text file = {0};
    cfg_table_read(source, root, &cfg_site_file, &file);
    site->profile_directory = file.profile_directory;
    cfg_table_read(source, group, &site_table, &text);
    timezone_check(source, group, text.timezone);
    site->name = text.name != NULL ? text.name : "";
    site->language = text.language;
    site->timezone = text.timezone;
    site->state_directory = text.state_directory;
    site->control_socket =
        text.control_socket != NULL
            ? text.control_socket
            : cfg_arena_join(source->arena, text.state_directory, "/control.sock");
    site->executor_socket =
        text.executor_socket != NULL
            ? text.executor_socket
            : cfg_arena_join(source->arena, text.state_directory, "/executor.sock");
    site->control_group = text.control_group;
    site->key_file = text.key_file;
    site->passphrase_file = text.passphrase_file;
    site->duty_file = text.duty_file;
    site->idle_lock_us = text.idle_lock;
    site->shadow = text.shadow;
    if (text.shadow) {
        cfg_warning_at(source, group, "shadow",
                       "is true: nothing is done and nobody is called; take it out at go-live");
    }
    heartbeat_decode(source, root, text.when_alone == CFG_ALONE_RESUME, site);
}
