/* SPDX-License-Identifier: Apache-2.0 */
/* The group of keys that says how a service is asked whether it answers: by the monitor through the
 * service address, by the agent on its own host. */
#ifndef CONFIG_SERVICE_CHECK_H
#define CONFIG_SERVICE_CHECK_H

#include "config/health.h"

struct cfg_check_text {
    uint8_t kind; /* enum cfg_check */
    struct cfg_endpoint address;
    const char *path;
    int64_t interval, timeout;
    struct cfg_health_text health;
};
extern const struct cfg_table cfg_table_check;
/* "none", "tcp", "http": enum cfg_check as written, NULL-terminated. */
extern const char *const cfg_words_check[];

/* Relations inside the group at group.key, and the health policy of it. Sets a missing http path
 * to "/". */
void cfg_check_fill(struct cfg_source *source, config_setting_t *group, const char *key,
                    struct cfg_check_text *text, struct fo_health_policy *health);

#endif
