/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the check group of a service. It never makes a probe; probes/ and the agent do, from what
 * this room leaves in the site. decode_services.c and decode_agent.c call it. */
#include "config/service_check.h"

#include <string.h>

const char *const cfg_words_check[] = {"none", "tcp", "http", NULL};

CFG_HEALTH_TABLE(health_table, "3", "3", "2", "0s");

#define AT(field) offsetof(struct cfg_check_text, field)
static const struct cfg_key check_keys[] = {
    {"kind", CFG_TYPE_CHOICE, false, AT(kind), "none", 0, 0, cfg_words_check, NULL},
    {"address", CFG_TYPE_ADDRESS, false, AT(address), NULL, 0, 0, NULL, NULL},
    {"path", CFG_TYPE_PATH, false, AT(path), NULL, 0, 0, NULL, NULL},
    {"interval", CFG_TYPE_DURATION, false, AT(interval), "1s", 20 * FO_MS, FO_MINUTE, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, AT(timeout), "1s", 10 * FO_MS, FO_MINUTE, NULL, NULL},
    {"health", CFG_TYPE_GROUP, false, AT(health), NULL, 0, 0, NULL, &health_table},
};
const struct cfg_table cfg_table_check = CFG_TABLE("a check", check_keys);

static void relations_check(struct cfg_source *source, config_setting_t *check,
                            const struct cfg_check_text *text)
{
    const char *kind = NULL;
    if (config_setting_lookup_string(check, "kind", &kind) != CONFIG_TRUE) {
        if (cfg_member(check, "kind") == NULL) {
            cfg_error_at(source, check, "kind", "is missing; write kind = \"http\" or \"tcp\"");
        }
        return;
    }
    if (strcmp(kind, cfg_words_check[text->kind]) != 0) {
        return; /* not a word of ours; said already */
    }
    if (text->kind != CFG_CHECK_NONE && cfg_member(check, "address") == NULL) {
        cfg_error_at(source, check, "address", "is missing; the check must know whom to ask");
    }
    if (text->kind != CFG_CHECK_HTTP && text->path != NULL) {
        cfg_error_at(source, check, "path", "is only for kind = \"http\"");
    }
}

void cfg_check_fill(struct cfg_source *source, config_setting_t *group, const char *key,
                    struct cfg_check_text *text, struct fo_health_policy *health)
{
    config_setting_t *place = cfg_section(group, key);
    if (place != NULL) {
        relations_check(source, place, text);
    }
    if (text->kind == CFG_CHECK_HTTP && text->path == NULL) {
        text->path = "/";
    }
    cfg_health_fill(source, place != NULL ? place : group, "health", &text->health, text->interval,
                    health);
}
