/* SPDX-License-Identifier: Apache-2.0 */
/* Reads lines (carrier circuits): what they share with each other, what carries their equipment,
 * and how they are probed. It never ranks one line over another beyond "preferred". Called by
 * load.c after the devices. */
#include "config/decode.h"
#include "config/units.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

CFG_HEALTH_TABLE(target_table, "3", "5", "5", "10s");
#define REFLECTOR_PORT "862"       /* STAMP: RFC 8762, section 4.1 */
#define LEAVE_MIN (10 * FO_SECOND) /* nothing is left before its alarm (line.c) has been raised */

struct line_text {
    const char *name, *carrier, *building, *route, *interface, *gateway, *reflector;
    struct cfg_texts targets, power, owners;
    int64_t interval, timeout, targets_bad, loss_degraded, delay_degraded, jitter_degraded,
        return_hold, leave_hold;
    bool preferred;
    struct cfg_health_text target_health;
};
#define AT(field) offsetof(struct line_text, field)
static const struct cfg_key line_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"preferred", CFG_TYPE_BOOL, false, AT(preferred), "false", 0, 0, NULL, NULL},
    {"carrier", CFG_TYPE_TEXT, false, AT(carrier), NULL, 0, 120, NULL, NULL},
    {"building", CFG_TYPE_TEXT, false, AT(building), NULL, 0, 120, NULL, NULL},
    {"route", CFG_TYPE_TEXT, false, AT(route), NULL, 0, 120, NULL, NULL},
    {"interface", CFG_TYPE_NAME, true, AT(interface), NULL, 0, IFNAMSIZ - 1, NULL, NULL},
    {"gateway", CFG_TYPE_TEXT, false, AT(gateway), NULL, 0, 40, NULL, NULL},
    {"targets", CFG_TYPE_TEXTS, true, AT(targets), NULL, 0, FO_TARGETS_MAX, NULL, NULL},
    {"reflector", CFG_TYPE_TEXT, false, AT(reflector), NULL, 0, 40, NULL, NULL},
    {"interval", CFG_TYPE_DURATION, false, AT(interval), "1s", 100 * FO_MS, FO_MINUTE, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, AT(timeout), "500ms", 10 * FO_MS, FO_MINUTE, NULL, NULL},
    {"target_health", CFG_TYPE_GROUP, false, AT(target_health), NULL, 0, 0, NULL, &target_table},
    {"targets_bad", CFG_TYPE_INTEGER, false, AT(targets_bad), NULL, 1, FO_TARGETS_MAX, NULL, NULL},
    {"delay_degraded", CFG_TYPE_DURATION, false, AT(delay_degraded), NULL, FO_MS, FO_MINUTE, NULL,
     NULL},
    {"jitter_degraded", CFG_TYPE_DURATION, false, AT(jitter_degraded), NULL, FO_MS, FO_MINUTE, NULL,
     NULL},
    {"loss_degraded", CFG_TYPE_SHARE, false, AT(loss_degraded), "5%", 100, 100000, NULL, NULL},
    {"return_hold", CFG_TYPE_DURATION, false, AT(return_hold), "5min", FO_SECOND, 24 * FO_HOUR,
     NULL, NULL},
    {"leave_hold", CFG_TYPE_DURATION, false, AT(leave_hold), "3min", LEAVE_MIN, 24 * FO_HOUR, NULL,
     NULL},
    {"power", CFG_TYPE_TEXTS, false, AT(power), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
    {"owners", CFG_TYPE_TEXTS, false, AT(owners), NULL, 0, CFG_UNITS_MAX, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_line = CFG_TABLE("a line", line_keys);

static void targets_fill(struct cfg_source *source, config_setting_t *group,
                         const struct line_text *text, struct cfg_line *line,
                         struct fo_line_policy *policy)
{
    for (unsigned i = 0; i < text->targets.count && i < FO_TARGETS_MAX; i++) {
        const char *problem = cfg_ipv4_parse(text->targets.items[i], &line->targets[i]);
        if (problem != NULL) {
            cfg_error_at(source, group, "targets", "\"%.40s\" %s", text->targets.items[i], problem);
        }
        for (unsigned j = 0; problem == NULL && j < i; j++) {
            if (line->targets[j].s_addr == line->targets[i].s_addr) {
                cfg_error_at(source, group, "targets", "\"%s\" is listed twice",
                             text->targets.items[i]);
            }
        }
    }
    policy->targets = text->targets.count;
    policy->targets_bad = text->targets_bad != 0 ? (uint8_t)text->targets_bad : text->targets.count;
    if (policy->targets_bad > policy->targets && policy->targets > 0) {
        cfg_error_at(source, group, "targets_bad", "is more than the %u targets there are",
                     policy->targets);
    }
    config_setting_t *targets = cfg_member(group, "targets");
    if (targets != NULL && text->targets.count == 0 && config_setting_length(targets) == 0) {
        cfg_error_at(source, group, "targets", "is empty; name far addresses that answer a ping");
    } else if (text->targets.count == 1) {
        cfg_warning_at(source, group, "targets",
                       "one far target cannot be told from the line itself; name two or more");
    }
}

/* "192.0.2.1:862"; the port may be left out. */
static void reflector_fill(struct cfg_source *source, config_setting_t *group, const char *text,
                           struct cfg_line *line)
{
    struct cfg_address address;
    char with_port[64];
    snprintf(with_port, sizeof with_port, "%s%s", text,
             strchr(text, ':') == NULL ? ":" REFLECTOR_PORT : "");
    const char *problem = cfg_address_parse(with_port, &address);
    if (problem == NULL && address.storage.ss_family != AF_INET) {
        problem = "is not an IPv4 address; far ends are asked by IPv4 only";
    }
    if (problem != NULL) {
        cfg_error_at(source, group, "reflector", "\"%s\" %s", text, problem);
        return;
    }
    memcpy(&line->reflector, &address.storage, sizeof line->reflector);
}

/* Lines that share a carrier, building or route get one number for it. */
static uint8_t share_number(const char *const *texts, unsigned index)
{
    for (unsigned i = 0; texts[index] != NULL && i <= index; i++) {
        if (texts[i] != NULL && strcmp(texts[i], texts[index]) == 0) {
            return (uint8_t)i;
        }
    }
    return FO_NONE;
}

static void share_check(struct cfg_source *source, config_setting_t *root, const char *key,
                        const struct site *site, uint8_t number, unsigned index)
{
    if (number != FO_NONE && number != index) {
        cfg_warning_at(source, cfg_list_item(root, "lines", index), key,
                       "is the same as that of \"%s\"; one fault there takes both lines",
                       site->lines[number].name != NULL ? site->lines[number].name : "?");
    }
}

static void shares_fill(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    const char *carriers[FO_LINES_MAX], *buildings[FO_LINES_MAX], *routes[FO_LINES_MAX];
    for (unsigned i = 0; i < site->line_count; i++) {
        carriers[i] = site->lines[i].carrier;
        buildings[i] = site->lines[i].building;
        routes[i] = site->lines[i].route;
    }
    for (unsigned i = 0; i < site->line_count; i++) {
        struct fo_line_policy *policy = &site->policy.lines[i];
        policy->carrier = share_number(carriers, i);
        policy->building = share_number(buildings, i);
        policy->route = share_number(routes, i);
        share_check(source, root, "carrier", site, policy->carrier, i);
        share_check(source, root, "building", site, policy->building, i);
        share_check(source, root, "route", site, policy->route, i);
        for (unsigned j = 0; j < i; j++) {
            const char *mine = site->lines[i].interface, *other = site->lines[j].interface;
            if (mine != NULL && other != NULL && strcmp(mine, other) == 0) {
                cfg_error_at(source, cfg_list_item(root, "lines", i), "interface",
                             "\"%s\" is already the interface of \"%s\"; they would be one line",
                             mine, site->lines[j].name != NULL ? site->lines[j].name : "?");
            }
        }
    }
}

static void line_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                        struct site *site)
{
    struct line_text text = {0};
    cfg_table_read(source, group, &cfg_table_line, &text);
    cfg_name_unique(source, group, "name", site->lines, sizeof site->lines[0], index, text.name);
    struct cfg_line *line = &site->lines[index];
    struct fo_line_policy *policy = &site->policy.lines[index];
    *line = (struct cfg_line){.name = text.name,
                              .carrier = text.carrier,
                              .building = text.building,
                              .route = text.route,
                              .interface = text.interface,
                              .interval_us = text.interval,
                              .timeout_us = text.timeout,
                              .preferred = text.preferred,
                              .line = cfg_line_at(group, NULL)};
    if (text.gateway != NULL) {
        const char *problem = cfg_ipv4_parse(text.gateway, &line->gateway);
        if (problem != NULL) {
            cfg_error_at(source, group, "gateway", "\"%s\" %s", text.gateway, problem);
        }
    }
    if (text.reflector != NULL) {
        reflector_fill(source, group, text.reflector, line);
    }
    targets_fill(source, group, &text, line, policy);
    policy->preferred = text.preferred;
    policy->owners = cfg_owners_resolve(source, group, &text.owners, site);
    policy->loss_degraded_permille = (uint32_t)(text.loss_degraded / 100);
    policy->delay_degraded_us = text.delay_degraded;
    policy->jitter_degraded_us = text.jitter_degraded;
    policy->return_us = text.return_hold;
    policy->leave_us = text.leave_hold;
    policy->power = cfg_names_resolve(source, group, "power", &text.power, site->devices,
                                      sizeof site->devices[0], site->device_count, "power device");
    for (unsigned device = 0; device < site->device_count; device++) {
        if (policy->power >> device & 1) {
            site->policy.devices[device].feeds_lines |= (uint64_t)1 << index;
        }
    }
    cfg_health_fill(source, group, "target_health", &text.target_health, text.interval,
                    &policy->target);
}

#define ROUTE_ACT "route-" /* and the line's name: how the executor finds the gateway of an act */

static bool gateway_stated(config_setting_t *root, unsigned line)
{
    return cfg_member(cfg_list_item(root, "lines", line), "gateway") != NULL;
}

/* The act that moves the traffic to a line is found by its name; a script of such a name may stand
 * for a change that cannot be checked here. */
static void route_check(struct cfg_source *source, config_setting_t *root, const struct site *site,
                        unsigned index, bool routed[FO_LINES_MAX])
{
    const size_t prefix = sizeof ROUTE_ACT - 1;
    const struct cfg_act *act = &site->acts[index];
    bool set = act->kind != NULL && strcmp(act->kind, "snmp-set") == 0;
    if (act->name == NULL || act->kind == NULL || (!set && strcmp(act->kind, "route") != 0)) {
        return;
    }
    const char *name = strncmp(act->name, ROUTE_ACT, prefix) == 0 ? act->name + prefix : NULL;
    uint8_t line = cfg_name_find(site->lines, sizeof site->lines[0], site->line_count, name);
    if (line != FO_NONE && (set || gateway_stated(root, line))) {
        routed[line] = true;
    } else if (set) {
        cfg_error_at(source, cfg_list_item(root, "acts", index), "name",
                     "leads to no line, so nothing ever asks for it; the act that moves the "
                     "traffic to line \"X\" is named \"" ROUTE_ACT "X\"");
    } else {
        cfg_error_at(source, cfg_list_item(root, "acts", index), "name",
                     "leads to no line with a gateway; the route of line \"X\" is named "
                     "\"" ROUTE_ACT "X\", and the line has gateway = \"…\"");
    }
}

static void routes_check(struct cfg_source *source, config_setting_t *root, const struct site *site)
{
    bool routed[FO_LINES_MAX] = {false};
    for (unsigned i = 0; i < site->act_count; i++) {
        route_check(source, root, site, i, routed);
    }
    for (unsigned i = 0; i < site->line_count && site->line_count > 1; i++) {
        if (gateway_stated(root, i) && !routed[i]) {
            cfg_warning_at(source, cfg_list_item(root, "lines", i), "gateway",
                           "is never used; the executor needs an act { name = \"" ROUTE_ACT
                           "%s\"; kind = \"route\"; } to move the traffic here",
                           site->lines[i].name != NULL ? site->lines[i].name : "?");
        }
    }
}

void cfg_decode_lines(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "lines", FO_LINES_MAX), preferred = 0;
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "lines", i);
        if (group != NULL) {
            line_decode(source, group, i, site);
            preferred += site->lines[i].preferred;
        }
    }
    site->line_count = site->policy.line_count = (uint8_t)count;
    shares_fill(source, root, site);
    routes_check(source, root, site);
    if (preferred > 1) {
        cfg_error_at(source, root, "lines", "has %u preferred lines; at most one can be",
                     preferred);
    } else if (preferred == 0 && count > 0) { /* the first one, as the man page says */
        site->lines[0].preferred = site->policy.lines[0].preferred = true;
    }
}
