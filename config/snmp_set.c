/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the objects of an snmp-set (see snmp_set.h). A value is checked against its type here,
 * because a router that refuses it would say so only in the hour the line is needed. */
#include "config/snmp_set.h"

#include "config/decode_device.h"
#include "config/profile_text.h"
#include "config/units.h"

#include <arpa/inet.h>
#include <string.h>

#define TIMEOUT_US (8 * FO_SECOND)
#define TIMEOUT_MAX_US (9 * FO_SECOND)
#define EXCHANGES 4 /* set and read back, with version 3 after a question for the engine each */

static const char *const type_words[] = {"integer", "unsigned", "text", "ip-address", NULL};

struct value_text {
    const char *oid, *value;
    uint8_t type;
};
#define AT(field) offsetof(struct value_text, field)
static const struct cfg_key value_keys[] = {
    {"oid", CFG_TYPE_TEXT, true, AT(oid), NULL, 0, 0, NULL, NULL},
    {"type", CFG_TYPE_CHOICE, true, AT(type), NULL, 0, 0, type_words, NULL},
    {"value", CFG_TYPE_TEXT, true, AT(value), NULL, 0, CFG_SNMP_TEXT_MAX, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_snmp_value = CFG_TABLE("an object to set", value_keys);

/* ---- one object ----------------------------------------------------------------------------- */

/* "-1" or "4294967295": digits and nothing else, inside the range. */
static bool whole_parse(const char *text, int64_t lowest, int64_t highest, int64_t *number)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t length = strspn(digits, "0123456789");
    int64_t sum = 0;
    if (length == 0 || length > 10 || digits[length] != '\0') {
        return false;
    }
    for (const char *digit = digits; *digit != '\0'; digit++) {
        sum = sum * 10 + (*digit - '0');
    }
    *number = digits == text ? sum : -sum;
    return *number >= lowest && *number <= highest;
}

/* NULL when good, else what is wrong with it and a hint. */
static const char *value_take(const char *text, struct cfg_snmp_value *value)
{
    struct in_addr address;
    switch ((enum cfg_snmp_type)value->type) {
        case CFG_SNMP_INTEGER:
            return whole_parse(text, INT32_MIN, INT32_MAX, &value->integer)
                       ? NULL
                       : "is no integer; write the number itself, -2147483648 … 2147483647, not "
                         "its name in the MIB";
        case CFG_SNMP_UNSIGNED:
            return whole_parse(text, 0, UINT32_MAX, &value->integer)
                       ? NULL
                       : "is no unsigned number; write 0 … 4294967295";
        case CFG_SNMP_IP_ADDRESS: {
            const char *problem = cfg_ipv4_parse(text, &address);
            value->integer = problem == NULL ? (int64_t)ntohl(address.s_addr) : 0;
            return problem;
        }
        default:
            value->text = text;
            return NULL;
    }
}

static bool oid_good(const char *text, struct cfg_oid *oid)
{
    return cfg_oid_parse(text, 0, oid) && oid->length >= 3 && oid->arcs[0] == 1 &&
           oid->arcs[1] <= 3;
}

static bool oid_taken(const struct cfg_act *act, const struct cfg_oid *oid)
{
    for (unsigned i = 0; i < act->value_count; i++) {
        const struct cfg_oid *other = &act->values[i].oid;
        if (other->length == oid->length &&
            memcmp(other->arcs, oid->arcs, oid->length * sizeof oid->arcs[0]) == 0) {
            return true;
        }
    }
    return false;
}

static void value_decode(struct cfg_source *source, config_setting_t *group, struct cfg_act *act)
{
    struct value_text text = {.type = CFG_SNMP_TYPES}; /* stays so when the key is wrong */
    cfg_table_read(source, group, &cfg_table_snmp_value, &text);
    struct cfg_snmp_value *value = &act->values[act->value_count];
    *value = (struct cfg_snmp_value){.type = text.type};
    if (text.oid != NULL && !oid_good(text.oid, &value->oid)) {
        cfg_error_at(source, group, "oid",
                     "\"%.60s\" is no whole OID; write its numbers from the top with the instance "
                     "at the end and no dot before them, like \"1.3.6.1.2.1.2.2.1.7.3\"; "
                     "`snmptranslate -On NAME` prints them",
                     text.oid);
    } else if (text.oid != NULL && oid_taken(act, &value->oid)) {
        cfg_error_at(source, group, "oid", "is listed twice; one request sets it once");
    }
    const char *problem =
        text.type != CFG_SNMP_TYPES && text.value != NULL ? value_take(text.value, value) : NULL;
    if (problem != NULL) {
        cfg_error_at(source, group, "value", "\"%.40s\" %s", text.value, problem);
    }
    act->value_count++;
}

/* ---- the act -------------------------------------------------------------------------------- */

static void version_check(struct cfg_source *source, config_setting_t *group,
                          const struct cfg_snmp *snmp)
{
    config_setting_t *place = cfg_section(group, "snmp");
    cfg_snmp_check(source, group, snmp);
    if (snmp->version == CFG_SNMP_V1) {
        cfg_error_at(
            source, place, "version",
            "must be \"2c\" or \"3\"; an answer of version 1 does not tell what it refuses");
    } else if (snmp->version == CFG_SNMP_V2C && snmp->community != NULL) {
        cfg_warning_at(source, place, "community",
                       "goes over the network in plain text, and whoever hears it can set the "
                       "same; version 3 with auth and priv is better where the router has it");
    }
}

static void times_check(struct cfg_source *source, config_setting_t *group, struct cfg_act *act)
{
    char text[32];
    if (cfg_member(group, "timeout") == NULL) {
        act->timeout_us = TIMEOUT_US;
    } else if (act->timeout_us > TIMEOUT_MAX_US) {
        cfg_error_at(source, group, "timeout",
                     "must be at most 9s for an snmp-set; after 10s a change of line counts as "
                     "failed and is tried again");
        return;
    }
    if (EXCHANGES * act->exchange_us > act->timeout_us) {
        cfg_measure_print(CFG_MEASURE_DURATION, act->timeout_us / EXCHANGES, text, sizeof text);
        cfg_error_at(source, group, "exchange_timeout",
                     "must be at most %s, a quarter of timeout: it sets, reads back, and with "
                     "version 3 first asks for the engine each time",
                     text);
    }
}

void cfg_snmp_set_fill(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_snmp_set_text *text, struct cfg_act *act)
{
    act->address = text->address.address;
    act->snmp = text->snmp;
    act->exchange_us = text->exchange_timeout;
    if (cfg_member(group, "address") == NULL) {
        cfg_error_at(source, group, "address",
                     "is missing; an snmp-set needs the router's, like \"192.0.2.1:161\"");
    }
    version_check(source, group, &act->snmp);
    times_check(source, group, act);
    config_setting_t *set = cfg_member(group, "set");
    if (set == NULL || (config_setting_is_list(set) && config_setting_length(set) == 0)) {
        cfg_error_at(source, group, "set",
                     "names no object; an snmp-set needs at least one { oid = \"…\"; "
                     "type = \"integer\"; value = \"1\"; }");
    }
    unsigned count = cfg_list_count(source, group, "set", CFG_SNMP_VALUES_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *item = cfg_list_item(group, "set", i);
        if (item != NULL) {
            value_decode(source, item, act);
        }
    }
}

void cfg_snmp_set_refuse(struct cfg_source *source, config_setting_t *group)
{
    static const char *const keys[] = {"address", "snmp", "exchange_timeout", "set"};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (cfg_member(group, keys[i]) != NULL) {
            cfg_error_at(source, group, keys[i], "is only for an snmp-set");
        }
    }
}
