/* SPDX-License-Identifier: Apache-2.0 */
/* The table-driven reader: one group of settings against one table of keys. It never knows which
 * section it reads and never relates two keys; libconfig itself would take an unknown key, a wrong
 * type or a missing unit without a word. Called by the decode rooms. */
#include "config/schema.h"

#include "config/names.h"
#include "config/units.h"
#include "failover/assert.h"

#include <stdio.h>
#include <string.h>

#define NAME_BYTES_MAX 63
#define TEXT_BYTES_MAX 255

static enum cfg_measure measure_of(enum cfg_type type)
{
    switch (type) {
        case CFG_TYPE_DURATION:
            return CFG_MEASURE_DURATION;
        case CFG_TYPE_SHARE:
            return CFG_MEASURE_SHARE;
        case CFG_TYPE_VOLTS:
            return CFG_MEASURE_VOLTS;
        case CFG_TYPE_PPM:
            return CFG_MEASURE_PPM;
        case CFG_TYPE_BYTES:
            return CFG_MEASURE_BYTES;
        default:
            return CFG_MEASURES;
    }
}

static const char *type_wanted(enum cfg_type type)
{
    static const char *const wanted[] = {
        [CFG_TYPE_TEXT] = "a text in quotation marks",
        [CFG_TYPE_NAME] = "a name in quotation marks",
        [CFG_TYPE_PATH] = "an absolute path in quotation marks",
        [CFG_TYPE_DURATION] = "a time with its unit in quotation marks, like \"500ms\" or \"30s\"",
        [CFG_TYPE_SHARE] = "a share in quotation marks, like \"25%\"",
        [CFG_TYPE_VOLTS] = "a voltage in quotation marks, like \"23.5V\"",
        [CFG_TYPE_PPM] = "a share in quotation marks, like \"1000ppm\"",
        [CFG_TYPE_BYTES] = "a size in quotation marks, like \"64MiB\"",
        [CFG_TYPE_INTEGER] = "a whole number",
        [CFG_TYPE_BOOL] = "true or false",
        [CFG_TYPE_CHOICE] = "one of its words in quotation marks",
        [CFG_TYPE_ADDRESS] = "an address in quotation marks, like \"192.0.2.1:502\"",
        [CFG_TYPE_TEXTS] = "an array of texts, like [\"a\", \"b\"]",
        [CFG_TYPE_GROUP] = "a group, like { … }",
        [CFG_TYPE_SECTION] = "a group, like { … }",
        [CFG_TYPE_LIST] = "a list of groups, like ( { … }, { … } )",
    };
    return wanted[type];
}

/* ---- one value ------------------------------------------------------------------------------ */

/* Where a value is being read; group and key for findings. */
struct reading {
    struct cfg_source *source;
    config_setting_t *group;
    const struct cfg_key *key;
};

static void value_refuse(const struct reading *reading, const char *what)
{
    cfg_error_at(reading->source, reading->group, reading->key->name, "%s", what);
}

/* "1s … 1h" or "1 … 255" for the range of a key. */
static void range_print(const struct cfg_key *key, char *text, size_t size)
{
    char lowest[32], highest[32];
    enum cfg_measure measure = measure_of(key->type);
    if (measure == CFG_MEASURES) {
        snprintf(text, size, "%lld … %lld", (long long)key->lowest, (long long)key->highest);
        return;
    }
    cfg_measure_print(measure, key->lowest, lowest, sizeof lowest);
    cfg_measure_print(measure, key->highest, highest, sizeof highest);
    snprintf(text, size, "%s … %s", lowest, highest);
}

static bool range_check(const struct reading *reading, int64_t value)
{
    const struct cfg_key *key = reading->key;
    if (value >= key->lowest && value <= key->highest) {
        return true;
    }
    char range[80];
    range_print(key, range, sizeof range);
    cfg_error_at(reading->source, reading->group, key->name, "must be %s", range);
    return false;
}

static bool measure_take(const struct reading *reading, const char *text, int64_t *out)
{
    enum cfg_measure measure = measure_of(reading->key->type);
    int64_t value;
    static const char *const why[] = {
        [CFG_PARSED_NO_NUMBER] = "is not a number with a unit",
        [CFG_PARSED_NO_UNIT] = "has no unit",
        [CFG_PARSED_WRONG_UNIT] = "has a unit that does not fit here",
        [CFG_PARSED_TOO_FINE] = "has more digits than its unit allows",
        [CFG_PARSED_TOO_LARGE] = "is too large",
    };
    enum cfg_parsed parsed = cfg_measure_parse(measure, text, &value);
    if (parsed != CFG_PARSED_OK) {
        cfg_error_at(reading->source, reading->group, reading->key->name,
                     "\"%.40s\" %s; units here: %s, for example \"%s\"", text, why[parsed],
                     cfg_measure_units(measure), cfg_measure_example(measure));
        return false;
    }
    if (!range_check(reading, value)) {
        return false;
    }
    *out = value;
    return true;
}

static bool name_good(const char *text)
{
    if (text[0] == '\0' || strlen(text) > NAME_BYTES_MAX) {
        return false;
    }
    return strpbrk(text, " \t\r\n\"'\\=/") == NULL;
}

static bool text_take(const struct reading *reading, const char *text, const char **out)
{
    const struct cfg_key *key = reading->key;
    size_t most = key->highest > 0 ? (size_t)key->highest : TEXT_BYTES_MAX;
    if (strlen(text) > most) {
        cfg_error_at(reading->source, reading->group, key->name, "is longer than %zu bytes", most);
        return false;
    }
    if (text[0] == '\0') {
        value_refuse(reading, "is empty; leave the key out if there is nothing to say");
        return false;
    }
    if (key->type == CFG_TYPE_NAME && !name_good(text)) {
        value_refuse(reading,
                     "is not a name; at most 63 bytes, without blanks, quotation marks, "
                     "\"=\", \"/\" and \"\\\"");
        return false;
    }
    if (key->type == CFG_TYPE_PATH && text[0] != '/') {
        value_refuse(reading, "is not an absolute path; it must begin with \"/\"");
        return false;
    }
    if (most <= TEXT_BYTES_MAX) { /* only long texts may have several lines */
        for (const char *byte = text; *byte != '\0'; byte++) {
            if ((unsigned char)*byte < ' ') {
                value_refuse(reading, "holds a line break or a tab");
                return false;
            }
        }
    }
    *out = cfg_arena_copy(reading->source->arena, text);
    return true;
}

/* "a", "b", "c" */
static void choices_print(const struct cfg_key *key, char *list, size_t size)
{
    list[0] = '\0';
    for (unsigned i = 0; key->choices[i] != NULL; i++) {
        size_t used = strlen(list);
        snprintf(list + used, size - used, "%s\"%s\"", i == 0 ? "" : ", ", key->choices[i]);
    }
}

static bool choice_take(const struct reading *reading, const char *text, uint8_t *out)
{
    const char *near = NULL;
    unsigned distance = 64;
    char list[160];
    for (unsigned i = 0; reading->key->choices[i] != NULL; i++) {
        const char *choice = reading->key->choices[i];
        if (strcmp(choice, text) == 0) {
            *out = (uint8_t)i;
            return true;
        }
        cfg_name_offer(text, choice, &near, &distance);
    }
    choices_print(reading->key, list, sizeof list);
    cfg_error_at(reading->source, reading->group, reading->key->name,
                 "\"%.40s\" is not known; it must be one of %s%s%s%s", text, list,
                 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                 near != NULL ? "\"?" : "");
    return false;
}

static bool address_take(const struct reading *reading, const char *text, struct cfg_endpoint *out)
{
    const char *problem = cfg_address_parse(text, &out->address);
    if (problem != NULL) {
        cfg_error_at(reading->source, reading->group, reading->key->name, "\"%.60s\" %s", text,
                     problem);
        return false;
    }
    out->text = cfg_arena_copy(reading->source->arena, text);
    return true;
}

/* A value written as a text, from the file or as the default of the table. */
static bool written_take(const struct reading *reading, const char *text, void *field)
{
    switch (reading->key->type) {
        case CFG_TYPE_TEXT:
        case CFG_TYPE_NAME:
        case CFG_TYPE_PATH:
            return text_take(reading, text, field);
        case CFG_TYPE_CHOICE:
            return choice_take(reading, text, field);
        case CFG_TYPE_ADDRESS:
            return address_take(reading, text, field);
        default:
            return measure_take(reading, text, field);
    }
}

static bool texts_take(const struct reading *reading, config_setting_t *setting,
                       struct cfg_texts *out)
{
    int count = config_setting_length(setting);
    if (count > reading->key->highest) {
        cfg_error_at(reading->source, setting, NULL, "has more than %lld elements",
                     (long long)reading->key->highest);
        return false;
    }
    for (int i = 0; i < count; i++) {
        config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
        const char *text = config_setting_get_string(element);
        if (text == NULL || text[0] == '\0' || strlen(text) > TEXT_BYTES_MAX) {
            cfg_error_at(reading->source, element, NULL, "must be a text of 1 … %d bytes",
                         TEXT_BYTES_MAX);
            continue;
        }
        out->items[out->count++] = cfg_arena_copy(reading->source->arena, text);
    }
    return true;
}

static bool type_matches(enum cfg_type type, config_setting_t *setting)
{
    int is = config_setting_type(setting);
    switch (type) {
        case CFG_TYPE_INTEGER:
            return is == CONFIG_TYPE_INT || is == CONFIG_TYPE_INT64;
        case CFG_TYPE_BOOL:
            return is == CONFIG_TYPE_BOOL;
        case CFG_TYPE_TEXTS:
            return is == CONFIG_TYPE_ARRAY || is == CONFIG_TYPE_LIST;
        case CFG_TYPE_GROUP:
        case CFG_TYPE_SECTION:
            return is == CONFIG_TYPE_GROUP;
        case CFG_TYPE_LIST:
            return is == CONFIG_TYPE_LIST;
        default:
            return is == CONFIG_TYPE_STRING;
    }
}

static void type_refuse(const struct reading *reading, config_setting_t *setting)
{
    enum cfg_measure measure = measure_of(reading->key->type);
    int is = config_setting_type(setting);
    if (measure != CFG_MEASURES && (is == CONFIG_TYPE_INT || is == CONFIG_TYPE_INT64)) {
        cfg_error_at(reading->source, setting, NULL,
                     "%lld has no unit; units here: %s, in quotation marks, for example \"%s\"",
                     config_setting_get_int64(setting), cfg_measure_units(measure),
                     cfg_measure_example(measure));
        return;
    }
    cfg_error_at(reading->source, setting, NULL, "must be %s", type_wanted(reading->key->type));
}

static void list_check(const struct reading *reading, config_setting_t *setting)
{
    for (int i = 0; i < config_setting_length(setting); i++) {
        config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
        if (!config_setting_is_group(element)) {
            cfg_error_at(reading->source, element, NULL, "must be a group in braces");
        }
    }
}

/* ---- one group ------------------------------------------------------------------------------ */

static void default_take(const struct reading *reading, void *field)
{
    const struct cfg_key *key = reading->key;
    if (key->type == CFG_TYPE_GROUP) {
        cfg_table_read(reading->source, NULL, key->table, field);
        return;
    }
    if (key->standard == NULL) {
        return;
    }
    if (key->type == CFG_TYPE_INTEGER) {
        int64_t value = 0;
        for (const char *digit = key->standard; *digit != '\0'; digit++) {
            value = value * 10 + (*digit - '0');
        }
        FO_ASSERT(value >= key->lowest && value <= key->highest);
        *(int64_t *)field = value;
    } else if (key->type == CFG_TYPE_BOOL) {
        *(bool *)field = strcmp(key->standard, "true") == 0;
    } else {
        bool good = written_take(reading, key->standard, field);
        FO_ASSERT(good); /* a default of a table that its own type refuses */
    }
}

static bool setting_take(const struct reading *reading, config_setting_t *setting, void *field)
{
    switch (reading->key->type) {
        case CFG_TYPE_INTEGER: {
            int64_t value = config_setting_get_int64(setting);
            if (!range_check(reading, value)) {
                return false;
            }
            *(int64_t *)field = value;
            return true;
        }
        case CFG_TYPE_BOOL:
            *(bool *)field = config_setting_get_bool(setting) == CONFIG_TRUE;
            return true;
        case CFG_TYPE_TEXTS:
            return texts_take(reading, setting, field);
        case CFG_TYPE_GROUP:
            cfg_table_read(reading->source, setting, reading->key->table, field);
            return true;
        case CFG_TYPE_SECTION:
            return true;
        case CFG_TYPE_LIST:
            list_check(reading, setting);
            return true;
        default:
            return written_take(reading, config_setting_get_string(setting), field);
    }
}

static void unknown_report(struct cfg_source *source, config_setting_t *group,
                           const struct cfg_table *table)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(setting), *near = NULL, *longer = NULL;
        unsigned distance = 64;
        bool known = false;
        for (unsigned k = 0; k < table->count && !known; k++) {
            known = strcmp(table->keys[k].name, name) == 0;
            cfg_name_offer(name, table->keys[k].name, &near, &distance);
            if (strlen(name) > 3 && strstr(table->keys[k].name, name) != NULL) {
                longer = table->keys[k].name; /* "class" for "availability_class" */
            }
        }
        near = near != NULL ? near : longer;
        if (!known) {
            cfg_error_at(source, setting, NULL, "unknown key in %s%s%s%s", table->name,
                         near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                         near != NULL ? "\"?" : "");
        }
    }
}

static void missing_report(const struct reading *reading, const struct cfg_table *table)
{
    const struct cfg_key *key = reading->key;
    char list[160] = "";
    if (key->type == CFG_TYPE_CHOICE) {
        choices_print(key, list, sizeof list);
    }
    cfg_error_at(reading->source, reading->group, key->name, "is missing; %s needs it: %s%s",
                 table->name, list[0] != '\0' ? "one of " : type_wanted(key->type), list);
}

void cfg_table_read(struct cfg_source *source, config_setting_t *group,
                    const struct cfg_table *table, void *out)
{
    if (group != NULL) {
        unknown_report(source, group, table);
    }
    for (unsigned i = 0; i < table->count; i++) {
        const struct cfg_key *key = &table->keys[i];
        struct reading reading = {source, group, key};
        void *field = (char *)out + key->offset;
        config_setting_t *setting = cfg_member(group, key->name);
        bool taken = false;
        if (setting != NULL && !type_matches(key->type, setting)) {
            type_refuse(&reading, setting);
        } else if (setting != NULL) {
            taken = setting_take(&reading, setting, field);
        } else if (group != NULL && key->required) {
            missing_report(&reading, table);
        }
        if (!taken) {
            default_take(&reading, field);
        }
    }
}

unsigned cfg_list_count(struct cfg_source *source, config_setting_t *parent, const char *key,
                        unsigned most)
{
    config_setting_t *list = cfg_member(parent, key);
    if (list == NULL || !config_setting_is_list(list)) {
        return 0;
    }
    unsigned count = (unsigned)config_setting_length(list);
    if (count > most) {
        cfg_error_at(source, list, NULL, "has %u entries; at most %u are possible", count, most);
        count = most;
    }
    return count;
}

config_setting_t *cfg_list_item(config_setting_t *parent, const char *key, unsigned index)
{
    config_setting_t *list = cfg_member(parent, key);
    config_setting_t *item = list != NULL ? config_setting_get_elem(list, index) : NULL;
    return item != NULL && config_setting_is_group(item) ? item : NULL;
}

config_setting_t *cfg_section(config_setting_t *parent, const char *key)
{
    config_setting_t *section = cfg_member(parent, key);
    return section != NULL && config_setting_is_group(section) ? section : NULL;
}
