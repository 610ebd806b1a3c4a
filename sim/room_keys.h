/* SPDX-License-Identifier: Apache-2.0 */
/* Typed keys out of one libconfig group, with a finding for everything that does not fit: wrong
 * type, missing unit, out of range, unknown key. room_plan.c and the drill's reader use it; it
 * knows no key itself. */
#ifndef SIM_ROOM_KEYS_H
#define SIM_ROOM_KEYS_H

#include "config/diagnostic.h"

#include <libconfig.h>
#include <netinet/in.h>
#include <stdint.h>

#define SIM_DEFINES_MAX 16
/* What ${NAME} stands for: definitions of the command line first, then the environment. */
struct sim_defines {
    unsigned count;
    const char *entries[SIM_DEFINES_MAX]; /* "NAME=VALUE", the caller's */
};

struct sim_keys {
    struct cfg_findings *findings;
    const char *file;
    config_setting_t *group;
    char path[96]; /* "ups[0]" */
    const struct sim_defines *defines;
};

/* One error about a key of the group (key NULL: about the group), at its line. */
void sim_keys_error(const struct sim_keys *keys, const char *key, const char *message);
/* Each returns whether the key is there and good; *value is untouched otherwise. */
bool sim_keys_text(const struct sim_keys *keys, const char *key, char *value, size_t size);
bool sim_keys_number(const struct sim_keys *keys, const char *key, uint32_t *value, uint32_t lowest,
                     uint32_t highest);
/* "2s", as milliseconds. */
bool sim_keys_duration(const struct sim_keys *keys, const char *key, uint32_t *value_ms);
/* "85%", as permille, 0 … 1000. */
bool sim_keys_share(const struct sim_keys *keys, const char *key, uint32_t *value_permille);
/* "127.0.0.1:502"; port 0: a free one is taken. */
bool sim_keys_address(const struct sim_keys *keys, const char *key, struct sockaddr_in *value);
/* A required text. */
bool sim_keys_name(const struct sim_keys *keys, char *value, size_t size);
/* Text number `index` of a list of texts, ${…} replaced; false: it is none, or it does not fit. */
bool sim_keys_element(const struct sim_keys *keys, const config_setting_t *list, unsigned index,
                      char *value, size_t size);
/* A finding for every key of the group that is not in the NULL-terminated list. */
void sim_keys_known(const struct sim_keys *keys, const char *const *known);
/* The list or array under the key; NULL when it is absent or of another type (a finding). At most
 * `most` elements (a finding; *count is cut). */
config_setting_t *sim_keys_list(const struct sim_keys *keys, const char *key, unsigned most,
                                unsigned *count);
/* Keys of element `index` of that list: the group must be one (a finding; false). */
bool sim_keys_enter(const struct sim_keys *keys, const char *key, config_setting_t *list,
                    unsigned index, struct sim_keys *inner);
/* "500ms" or "2s" as milliseconds; "85%" as permille. False: it is none. */
bool sim_duration_parse(const char *text, uint32_t *value_ms);
bool sim_share_parse(const char *text, uint32_t *value_permille);

#endif
