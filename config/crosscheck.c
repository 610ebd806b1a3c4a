/* SPDX-License-Identifier: Apache-2.0 */
/* Relations between sections of a site: which are needed at all, two devices on one address, common
 * causes, times that cannot be kept. It never looks at one key alone; schema.c and the decode rooms
 * have. Called by load.c after everything is read. */
#include "config/crosscheck.h"

#include "config/agentless.h"
#include "config/decode.h"
#include "config/reach.h"
#include "config/units.h"

#include <string.h>

static const char *name_or(const char *name)
{
    return name != NULL ? name : "?";
}

/* The group of a device in its list, for the line of a finding. */
static config_setting_t *device_group(config_setting_t *root, const struct site *site,
                                      unsigned device)
{
    static const char *const lists[] = {"ups", "generators", "transfer_switches"};
    const struct cfg_device *sought = cfg_site_device(site, device);
    uint8_t kind = sought->kind;
    config_setting_t *list = cfg_member(root, lists[kind]);
    for (int i = 0; list != NULL && i < config_setting_length(list); i++) {
        config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        if (cfg_line_at(group, NULL) == sought->line && config_setting_is_group(group)) {
            const char *name = NULL;
            config_setting_lookup_string(group, "name", &name);
            if (name == NULL || sought->name == NULL || strcmp(name, sought->name) == 0) {
                return group;
            }
        }
    }
    return root;
}

/* ---- devices -------------------------------------------------------------------------------- */

static bool text_differs(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") != 0;
}

/* Whether two entries of one address may both be meant. Behind one SNMP address several devices are
 * told apart by community or context (proxies), and one card may be a switch and its generator. */
static bool devices_apart(const struct cfg_device *a, const struct cfg_device *b)
{
    if (a->driver != b->driver) {
        return false;
    }
    if (a->driver != CFG_DRIVER_SNMP) {
        return a->unit != b->unit;
    }
    bool version3 = a->snmp.version == CFG_SNMP_V3;
    bool both = version3 == (b->snmp.version == CFG_SNMP_V3);
    return a->kind != b->kind ||
           (both && (version3 ? text_differs(a->snmp.context, b->snmp.context)
                              : text_differs(a->snmp.community, b->snmp.community)));
}

static void devices_check(struct cfg_source *source, config_setting_t *root,
                          const struct site *site)
{
    for (unsigned i = 0; i < cfg_site_watched(site); i++) {
        const struct cfg_device *device = cfg_site_device(site, i);
        for (unsigned j = 0; j < i; j++) {
            const struct cfg_device *other = cfg_site_device(site, j);
            bool serial = device->serial.path[0] != '\0' &&
                          strcmp(device->serial.path, other->serial.path) == 0;
            if (serial && (device->serial.baud != other->serial.baud ||
                           device->serial.parity != other->serial.parity ||
                           device->serial.stop_bits != other->serial.stop_bits)) {
                cfg_error_at(source, device_group(root, site, i), "address",
                             "%s has other settings for \"%s\"; one line has one speed",
                             device->serial.path, name_or(other->name));
                break;
            }
            if ((serial || cfg_address_same(&device->address, &other->address)) &&
                !devices_apart(device, other)) {
                cfg_error_at(source, device_group(root, site, i), "address",
                             "%s is already the address of \"%s\"%s", device->address_text,
                             name_or(other->name),
                             device->driver == CFG_DRIVER_SNMP
                                 ? ""
                                 : "; devices behind one gateway differ in their unit");
                break;
            }
        }
    }
}

/* ---- common causes -------------------------------------------------------------------------- */

static void causes_check(struct cfg_source *source, config_setting_t *root, const struct site *site)
{
    const struct fo_policy *policy = &site->policy;
    uint64_t first = policy->servers[0].power, second = policy->servers[1].power;
    if (first != 0 && first == second && (first & (first - 1)) == 0) {
        cfg_warning_at(source, cfg_list_item(root, "servers", 1), "power",
                       "both servers depend on the same single UPS; if it fails, both stop");
    }
    for (unsigned i = 1; i < site->line_count; i++) {
        uint64_t here = policy->lines[i].power;
        if (here != 0 && (here & (here - 1)) == 0 && here == policy->lines[0].power) {
            cfg_warning_at(source, cfg_list_item(root, "lines", i), "power",
                           "depends on the same single UPS as \"%s\"; if it fails, both go",
                           name_or(site->lines[0].name));
        }
    }
    if (site->line_count == 1) {
        cfg_warning_at(source, root, "lines", "there is only one line; its loss isolates the site");
    }
    for (unsigned i = 0; i < site->line_count; i++) {
        if (policy->lines[i].power == 0 && site->device_count > 0) {
            cfg_warning_at(source, cfg_list_item(root, "lines", i), "power",
                           "is not stated, so a line that falls with its UPS looks like a fault "
                           "of the carrier");
        }
    }
}

/* ---- times that cannot be kept --------------------------------------------------------------- */

/* For people: whole milliseconds, rounded up. */
static void need_print(fo_us us, char text[32])
{
    cfg_measure_print(CFG_MEASURE_DURATION, (us + FO_MS - 1) / FO_MS * FO_MS, text, 32);
}

static void budget_check(struct cfg_source *source, config_setting_t *root, const struct site *site,
                         unsigned index)
{
    const struct fo_policy *policy = &site->policy;
    const struct fo_service_policy *service = &policy->services[index];
    config_setting_t *group = cfg_list_item(root, "services", index);
    char need[32];
    if (service->recovery_time_us == 0) {
        return;
    }
    if (service->needs_server) {
        fo_us least_us = policy->choose_budget_us + policy->take_over_us;
        fo_us full_us = least_us + policy->verify_us;
        if (service->recovery_time_us < least_us) {
            need_print(least_us, need);
            cfg_error_at(source, group, "recovery_time",
                         "cannot be met: a take-over may last %s (switchover.choose_budget + "
                         "switchover.take_over)",
                         need);
        } else if (service->recovery_time_us < full_us) {
            need_print(full_us, need);
            cfg_warning_at(source, group, "recovery_time",
                           "is shorter than a take-over with its proof, %s (with "
                           "switchover.verify); it may run out before people hear of a failure",
                           need);
        }
    }
    for (unsigned i = 0; i < site->line_count; i++) {
        const struct fo_health_policy *target = &policy->lines[i].target;
        fo_us notice_us = target->bad_of * site->lines[i].interval_us + site->lines[i].timeout_us;
        if ((service->needs_lines >> i & 1) && service->recovery_time_us < notice_us) {
            need_print(notice_us, need);
            cfg_error_at(source, group, "recovery_time",
                         "cannot be met: that \"%s\" is down is noticed only after %s (interval, "
                         "timeout and target_health.bad of the line)",
                         name_or(site->lines[i].name), need);
        }
    }
}

/* ---- sections ------------------------------------------------------------------------------- */

static bool probe_only(config_setting_t *root)
{
    static const char *const more[] = {
        "site",     "heartbeat", "acts",       "servers",    "lines",    "services",
        "channels", "units",     "roles",      "persons",    "branches", "ladder",
        "rosters",  "outside",   "switchover", "escalation", "monitor"};
    for (unsigned i = 0; i < sizeof more / sizeof more[0]; i++) {
        if (cfg_member(root, more[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static void sections_check(struct cfg_source *source, config_setting_t *root,
                           const struct site *site)
{
    static const struct {
        const char *key, *why;
    } needed[] = {
        {"site", "the name of the site and where its files are"},
        {"heartbeat", "the networks between the monitor and the servers"},
        {"servers", "the two dispatch servers"},
        {"services", "what people need from this site"},
        {"channels", "the ways to reach people"},
        {"roles", "the functions people have in the contact network"},
        {"persons", "who is called"},
        {"ladder", "in which order roles are called"},
    };
    bool agentless = site->policy.servers[0].agentless && site->policy.servers[1].agentless;
    for (unsigned i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        config_setting_t *section = cfg_member(root, needed[i].key);
        if (section == NULL && agentless && strcmp(needed[i].key, "heartbeat") == 0) {
            continue; /* nobody beats; the networks only tell when our own are cut */
        }
        if (section == NULL) {
            cfg_error_at(source, root, needed[i].key, "is missing: %s", needed[i].why);
        } else if (config_setting_is_list(section) && config_setting_length(section) == 0) {
            cfg_error_at(source, root, needed[i].key, "is empty: %s", needed[i].why);
        }
    }
    config_setting_t *heartbeat = cfg_section(root, "heartbeat");
    config_setting_t *networks = cfg_member(heartbeat, "networks");
    if (networks != NULL && config_setting_is_list(networks) &&
        config_setting_length(networks) == 0) {
        cfg_error_at(source, heartbeat, "networks", "is empty; at least one is needed");
    }
}

void cfg_crosscheck(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    site->probe_only = probe_only(root);
    devices_check(source, root, site);
    if (site->probe_only) {
        if (cfg_site_watched(site) == 0) {
            cfg_error_at(source, root, NULL, "the file names no device and no site");
        }
        return;
    }
    sections_check(source, root, site);
    cfg_agentless_check(source, root, site);
    causes_check(source, root, site);
    for (unsigned i = 0; i < site->service_count; i++) {
        budget_check(source, root, site, i);
    }
    cfg_reach_check(source, site);
    if (!site->policy.servers[0].agentless) {
        cfg_alone_note(source, cfg_section(root, "site"), site->policy.lease.alone_resumes);
    }
}
