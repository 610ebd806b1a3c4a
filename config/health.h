/* SPDX-License-Identifier: Apache-2.0 */
/* The group of five keys that says when a source counts as bad and as good again; the same five
 * stand in many sections with different defaults. */
#ifndef CONFIG_HEALTH_H
#define CONFIG_HEALTH_H

#include "config/schema.h"

struct cfg_health_text {
    int64_t bad, of, good; /* samples */
    int64_t hold, stale;   /* us; stale 0: not given */
};
/* The keys with their defaults; use: CFG_HEALTH_TABLE(name, "3", "5", "3", "5s"). */
#define CFG_HEALTH_TABLE(name, bad_of, window, good_run, held)                                     \
    static const struct cfg_key name##_keys[] = {                                                  \
        {"bad", CFG_TYPE_INTEGER, false, offsetof(struct cfg_health_text, bad), bad_of, 1, 16,     \
         NULL, NULL},                                                                              \
        {"of", CFG_TYPE_INTEGER, false, offsetof(struct cfg_health_text, of), window, 1, 16, NULL, \
         NULL},                                                                                    \
        {"good", CFG_TYPE_INTEGER, false, offsetof(struct cfg_health_text, good), good_run, 1, 16, \
         NULL, NULL},                                                                              \
        {"hold", CFG_TYPE_DURATION, false, offsetof(struct cfg_health_text, hold), held, 0,        \
         FO_HOUR, NULL, NULL},                                                                     \
        {"stale", CFG_TYPE_DURATION, false, offsetof(struct cfg_health_text, stale), NULL,         \
         10 * FO_MS, 24 * FO_HOUR, NULL, NULL}};                                                   \
    static const struct cfg_table name = CFG_TABLE("a health group", name##_keys)

/* Fills *health; stale defaults to three intervals. Findings about group.key (the health group may
 * be missing): more bad samples than the window holds, staler than polled. */
void cfg_health_fill(struct cfg_source *source, config_setting_t *group, const char *key,
                     const struct cfg_health_text *text, fo_us interval_us,
                     struct fo_health_policy *health);

#endif
