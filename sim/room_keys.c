/* SPDX-License-Identifier: Apache-2.0 */
/* Reads single keys of libconfig groups and collects what is wrong with them. It owns the forms of
 * values; which keys exist is its callers' affair. */
#include "sim/room_keys.h"

#include "config/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_keys_error(const struct sim_keys *keys, const char *key, const char *message)
{
    const config_setting_t *setting = key == NULL ? NULL : config_setting_lookup(keys->group, key);
    const config_setting_t *where = setting != NULL ? setting : keys->group;
    char path[160];
    snprintf(path, sizeof(path), "%s%s%s", keys->path,
             keys->path[0] != '\0' && key != NULL ? "." : "", key == NULL ? "" : key);
    cfg_finding_add(keys->findings, false, keys->file, config_setting_source_line(where), path,
                    "%s", message);
}

static const char *define_find(const struct sim_defines *defines, const char *name, size_t length)
{
    for (unsigned i = 0; defines != NULL && i < defines->count; i++) {
        const char *entry = defines->entries[i];
        if (strncmp(entry, name, length) == 0 && entry[length] == '=') {
            return entry + length + 1;
        }
    }
    char copy[64];
    if (length >= sizeof(copy)) {
        return NULL;
    }
    memcpy(copy, name, length);
    copy[length] = '\0';
    return getenv(copy);
}

/* Copies text with every ${NAME} replaced; NULL when it is good, else what is wrong. */
static const char *text_expand(const struct sim_defines *defines, const char *text, char *value,
                               size_t size)
{
    size_t length = 0;
    while (*text != '\0') {
        const char *piece = text;
        size_t piece_length = 1;
        size_t skip = 1;
        const char *end = text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        if (end != NULL) {
            piece = define_find(defines, text + 2, (size_t)(end - text) - 2);
            if (piece == NULL) {
                return "a ${NAME} that is not defined; use --define NAME=VALUE";
            }
            piece_length = strlen(piece);
            skip = (size_t)(end - text) + 1;
        }
        if (length + piece_length >= size) {
            return "too long";
        }
        memcpy(value + length, piece, piece_length);
        length += piece_length;
        text += skip;
    }
    value[length] = '\0';
    return NULL;
}

bool sim_keys_text(const struct sim_keys *keys, const char *key, char *value, size_t size)
{
    const config_setting_t *setting = config_setting_lookup(keys->group, key);
    if (setting == NULL) {
        return false;
    }
    const char *text = config_setting_get_string(setting);
    if (text == NULL) {
        sim_keys_error(keys, key, "must be a text in double quotes");
        return false;
    }
    const char *wrong = text_expand(keys->defines, text, value, size);
    if (wrong != NULL) {
        value[0] = '\0';
        sim_keys_error(keys, key, wrong);
        return false;
    }
    return true;
}

bool sim_keys_element(const struct sim_keys *keys, const config_setting_t *list, unsigned index,
                      char *value, size_t size)
{
    const char *text = config_setting_get_string_elem(list, (int)index);
    const char *wrong = text == NULL ? "must hold texts in double quotes"
                                     : text_expand(keys->defines, text, value, size);
    if (wrong != NULL) {
        value[0] = '\0';
        sim_keys_error(keys, config_setting_name(list), wrong);
        return false;
    }
    return true;
}

bool sim_keys_number(const struct sim_keys *keys, const char *key, uint32_t *value, uint32_t lowest,
                     uint32_t highest)
{
    const config_setting_t *setting = config_setting_lookup(keys->group, key);
    if (setting == NULL) {
        return false;
    }
    int type = config_setting_type(setting);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
        sim_keys_error(keys, key, "must be a whole number");
        return false;
    }
    long long number = config_setting_get_int64(setting);
    if (number < lowest || number > highest) {
        char message[80];
        snprintf(message, sizeof(message), "must be %u to %u", lowest, highest);
        sim_keys_error(keys, key, message);
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

bool sim_duration_parse(const char *text, uint32_t *value_ms)
{
    int64_t us;
    if (cfg_measure_parse(CFG_MEASURE_DURATION, text, &us) != CFG_PARSED_OK ||
        us / 1000 > UINT32_MAX) {
        return false;
    }
    *value_ms = (uint32_t)(us / 1000);
    return true;
}

bool sim_share_parse(const char *text, uint32_t *value_permille)
{
    int64_t milli;
    if (cfg_measure_parse(CFG_MEASURE_SHARE, text, &milli) != CFG_PARSED_OK || milli > 100000) {
        return false;
    }
    *value_permille = (uint32_t)(milli / 100);
    return true;
}

bool sim_keys_duration(const struct sim_keys *keys, const char *key, uint32_t *value_ms)
{
    char text[64];
    if (!sim_keys_text(keys, key, text, sizeof(text))) {
        return false;
    }
    if (!sim_duration_parse(text, value_ms)) {
        sim_keys_error(keys, key, "must be a duration with its unit, such as \"2s\" or \"500ms\"");
        return false;
    }
    return true;
}

bool sim_keys_share(const struct sim_keys *keys, const char *key, uint32_t *value_permille)
{
    char text[64];
    if (!sim_keys_text(keys, key, text, sizeof(text))) {
        return false;
    }
    if (!sim_share_parse(text, value_permille)) {
        sim_keys_error(keys, key, "must be a share from \"0%\" to \"100%\"");
        return false;
    }
    return true;
}

bool sim_keys_address(const struct sim_keys *keys, const char *key, struct sockaddr_in *value)
{
    char text[64];
    if (!sim_keys_text(keys, key, text, sizeof(text))) {
        return false;
    }
    char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port = colon == NULL ? 65536 : strtoul(colon + 1, &end, 10);
    struct in_addr host;
    if (colon != NULL) {
        *colon = '\0';
    }
    if (port > 65535 || end == colon + 1 || *end != '\0' || cfg_ipv4_parse(text, &host) != NULL) {
        sim_keys_error(keys, key, "must be an IPv4 address with a port, such as \"10.0.0.1:502\"");
        return false;
    }
    *value = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = host, .sin_port = htons((uint16_t)port)};
    return true;
}

bool sim_keys_name(const struct sim_keys *keys, char *value, size_t size)
{
    if (config_setting_lookup(keys->group, "name") == NULL) {
        sim_keys_error(keys, NULL, "has no name");
        return false;
    }
    return sim_keys_text(keys, "name", value, size);
}

void sim_keys_known(const struct sim_keys *keys, const char *const *known)
{
    for (int i = 0; i < config_setting_length(keys->group); i++) {
        const char *name = config_setting_name(config_setting_get_elem(keys->group, (unsigned)i));
        bool found = false;
        char message[320] = "unknown key; keys here:";
        size_t length = strlen(message);
        for (unsigned k = 0; known[k] != NULL; k++) {
            found = found || strcmp(known[k], name) == 0;
            int added = snprintf(message + length, sizeof(message) - length, " %s", known[k]);
            length += length + (size_t)added < sizeof(message) ? (size_t)added : 0;
        }
        if (!found) {
            sim_keys_error(keys, name, message);
        }
    }
}

config_setting_t *sim_keys_list(const struct sim_keys *keys, const char *key, unsigned most,
                                unsigned *count)
{
    config_setting_t *setting = config_setting_lookup(keys->group, key);
    *count = 0;
    if (setting == NULL) {
        return NULL;
    }
    int type = config_setting_type(setting);
    if (type != CONFIG_TYPE_LIST && type != CONFIG_TYPE_ARRAY) {
        sim_keys_error(keys, key, "must be a list");
        return NULL;
    }
    *count = (unsigned)config_setting_length(setting);
    if (*count > most) {
        char message[64];
        snprintf(message, sizeof(message), "has more than %u entries", most);
        sim_keys_error(keys, key, message);
        *count = most;
    }
    return setting;
}

bool sim_keys_enter(const struct sim_keys *keys, const char *key, config_setting_t *list,
                    unsigned index, struct sim_keys *inner)
{
    *inner = *keys;
    inner->group = config_setting_get_elem(list, index);
    snprintf(inner->path, sizeof(inner->path), "%.40s%s%.40s[%u]", keys->path,
             keys->path[0] != '\0' ? "." : "", key, index);
    if (config_setting_type(inner->group) != CONFIG_TYPE_GROUP) {
        sim_keys_error(inner, NULL, "must be a group in braces");
        return false;
    }
    return true;
}
