/* SPDX-License-Identifier: Apache-2.0 */
/* Reads services: their availability class, their recovery time, what they need and how they are
 * asked. It never guesses a recovery time: the policy names none, and a class 2 service without one
 * is an error. Called by load.c after the lines. */
#include "config/decode.h"
#include "config/service_check.h"
#include "config/units.h"

#include <string.h>

#define NEEDS_SERVER "server" /* the word in `needs` for the pair of dispatch servers */

struct service_text {
    const char *name, *address6;
    int64_t availability_class, recovery_time;
    struct cfg_texts needs, owners;
    struct cfg_check_text check;
};
#define AT(field) offsetof(struct service_text, field)
static const struct cfg_key service_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"availability_class", CFG_TYPE_INTEGER, true, AT(availability_class), NULL, 1, 2, NULL, NULL},
    {"recovery_time", CFG_TYPE_DURATION, false, AT(recovery_time), NULL, FO_SECOND, 24 * FO_HOUR,
     NULL, NULL},
    {"needs", CFG_TYPE_TEXTS, true, AT(needs), NULL, 0, 1 + FO_LINES_MAX, NULL, NULL},
    {"owners", CFG_TYPE_TEXTS, false, AT(owners), NULL, 0, CFG_UNITS_MAX, NULL, NULL},
    {"check", CFG_TYPE_GROUP, false, AT(check), NULL, 0, 0, NULL, &cfg_table_check},
    {"address6", CFG_TYPE_TEXT, false, AT(address6), NULL, 0, 64, NULL, NULL},
};
const struct cfg_table cfg_table_service = CFG_TABLE("a service", service_keys);

static void needs_fill(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_texts *needs, const struct site *site,
                       struct fo_service_policy *policy)
{
    /* the pair stands among the names as one more, so that a slip gets the same hint */
    struct {
        const char *name;
    } names[FO_LINES_MAX + 1];
    for (unsigned i = 0; i < site->line_count; i++) {
        names[i].name = site->lines[i].name;
    }
    names[site->line_count].name = NEEDS_SERVER;
    uint64_t bits = cfg_names_resolve(source, group, "needs", needs, names, sizeof names[0],
                                      site->line_count + 1u, "line");
    uint64_t server = (uint64_t)1 << site->line_count;
    policy->needs_server = (bits & server) != 0;
    policy->needs_lines = bits & ~server;
    if (needs->count == 0 && cfg_member(group, "needs") != NULL) {
        cfg_error_at(source, group, "needs",
                     "is empty; name \"" NEEDS_SERVER
                     "\", lines, or both, else nothing could ever "
                     "be said about this service");
    }
}

static void address6_fill(struct cfg_source *source, config_setting_t *group, const char *text,
                          bool needs_server, struct in6_addr *address6)
{
    const char *problem = text != NULL ? cfg_ipv6_parse(text, address6) : NULL;
    if (problem != NULL) {
        cfg_error_at(source, group, "address6", "\"%s\" %s", text, problem);
    } else if (text != NULL && !needs_server) {
        cfg_error_at(source, group, "address6",
                     "is only for a service that needs \"" NEEDS_SERVER
                     "\"; it is the address that moves between the servers");
    }
}

static void service_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                           struct site *site)
{
    struct service_text text = {0};
    cfg_table_read(source, group, &cfg_table_service, &text);
    cfg_name_unique(source, group, "name", site->services, sizeof site->services[0], index,
                    text.name);
    struct cfg_service *service = &site->services[index];
    struct fo_service_policy *policy = &site->policy.services[index];
    needs_fill(source, group, &text.needs, site, policy);
    policy->owners = cfg_owners_resolve(source, group, &text.owners, site);
    cfg_check_fill(source, group, "check", &text.check, &policy->check);
    *service = (struct cfg_service){.name = text.name,
                                    .check = text.check.kind,
                                    .address = text.check.address.address,
                                    .http_path = text.check.path,
                                    .interval_us = text.check.interval,
                                    .timeout_us = text.check.timeout,
                                    .line = cfg_line_at(group, NULL)};
    address6_fill(source, group, text.address6, policy->needs_server, &service->address6);
    policy->availability_class = (uint8_t)text.availability_class;
    policy->recovery_time_us = text.recovery_time;
    policy->checked = text.check.kind != CFG_CHECK_NONE;
    if (text.availability_class == 2 && cfg_member(group, "recovery_time") == NULL) {
        cfg_error_at(source, group, "recovery_time",
                     "is missing; availability class 2 needs the time within which the service "
                     "must be back, for example \"60s\"; no default exists");
    }
    if (policy->needs_server && cfg_member(group, "check") == NULL) {
        cfg_warning_at(source, group, "check",
                       "is missing; without it only the agents say whether the service answers");
    }
}

void cfg_decode_services(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "services", FO_SERVICES_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "services", i);
        if (group != NULL) {
            service_decode(source, group, i, site);
        }
    }
    site->service_count = site->policy.service_count = (uint8_t)count;
}
