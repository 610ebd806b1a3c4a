/* SPDX-License-Identifier: Apache-2.0 */
/* Relates the keys of one device entry to its driver. It never looks at another device;
 * crosscheck.c does. */
#include "config/decode_device.h"

#include "config/names.h"
#include "config/profile_library.h"
#include "config/profile_text.h"
#include "config/units.h"

#include <stdio.h>
#include <string.h>

const char *const cfg_words_driver[] = {"snmp", "modbus-tcp", "modbus-rtu", NULL};
static const char *const version_words[] = {"1", "2c", "3", NULL};
static const char *const auth_words[] = {"none",    "MD5",     "SHA",     "SHA-224",
                                         "SHA-256", "SHA-384", "SHA-512", NULL};
static const char *const priv_words[] = {"none", "DES", "AES", NULL};

#define AT(field) offsetof(struct cfg_snmp, field)
static const struct cfg_key snmp_keys[] = {
    {"version", CFG_TYPE_CHOICE, false, AT(version), "2c", 0, 0, version_words, NULL},
    {"community", CFG_TYPE_TEXT, false, AT(community), NULL, 0, 64, NULL, NULL},
    {"user", CFG_TYPE_NAME, false, AT(user), NULL, 0, 32, NULL, NULL},
    {"auth", CFG_TYPE_CHOICE, false, AT(auth), "none", 0, 0, auth_words, NULL},
    {"auth_password_file", CFG_TYPE_PATH, false, AT(auth_password_file), NULL, 0, 0, NULL, NULL},
    {"priv", CFG_TYPE_CHOICE, false, AT(priv), "none", 0, 0, priv_words, NULL},
    {"priv_password_file", CFG_TYPE_PATH, false, AT(priv_password_file), NULL, 0, 0, NULL, NULL},
    {"context", CFG_TYPE_TEXT, false, AT(context), NULL, 0, 32, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_snmp = CFG_TABLE("an snmp group", snmp_keys);

static const char *const kind_words[] = {"UPS", "generator", "transfer switch"};

/* ---- SNMP access ---------------------------------------------------------------------------- */

static void secret_check(struct cfg_source *source, config_setting_t *group, const char *protocol,
                         const char *file_key, bool wanted, const char *file)
{
    if (wanted && file == NULL) {
        cfg_error_at(source, group, file_key,
                     "is missing; %s needs a file with the password, mode 0600", protocol);
    } else if (!wanted && file != NULL) {
        cfg_error_at(source, group, file_key, "is not used without %s", protocol);
    }
}

static void version3_check(struct cfg_source *source, config_setting_t *group,
                           const struct cfg_snmp *snmp)
{
    if (snmp->user == NULL) {
        cfg_error_at(source, group, "user", "is missing; version 3 needs a user");
    }
    if (snmp->community != NULL) {
        cfg_error_at(source, group, "community", "is not used with version 3; it has users");
    }
    secret_check(source, group, "auth", "auth_password_file", snmp->auth != CFG_AUTH_NONE,
                 snmp->auth_password_file);
    secret_check(source, group, "priv", "priv_password_file", snmp->priv != CFG_PRIV_NONE,
                 snmp->priv_password_file);
    if (snmp->priv != CFG_PRIV_NONE && snmp->auth == CFG_AUTH_NONE) {
        cfg_error_at(source, group, "priv", "needs auth as well (RFC 3414, security levels)");
    } else if (snmp->auth == CFG_AUTH_NONE) {
        cfg_warning_at(source, group, "auth",
                       "is \"none\": anybody on the network can answer for the device");
    }
    if (snmp->auth == CFG_AUTH_MD5 || snmp->priv == CFG_PRIV_DES) {
        cfg_warning_at(source, group, snmp->auth == CFG_AUTH_MD5 ? "auth" : "priv",
                       "is weak; SHA-256 and AES are better where the card has them");
    }
}

void cfg_snmp_check(struct cfg_source *source, config_setting_t *group, const struct cfg_snmp *snmp)
{
    static const char *const version3_keys[] = {
        "user", "auth", "auth_password_file", "priv", "priv_password_file", "context"};
    config_setting_t *place = cfg_section(group, "snmp");
    if (snmp->version == CFG_SNMP_V3) {
        version3_check(source, place, snmp);
        return;
    }
    if (snmp->community == NULL) {
        cfg_error_at(source, place != NULL ? place : group, place != NULL ? "community" : "snmp",
                     "is missing; an SNMP device needs snmp = { community = \"…\"; }");
    }
    for (unsigned i = 0; i < sizeof version3_keys / sizeof version3_keys[0]; i++) {
        if (cfg_member(place, version3_keys[i]) != NULL) {
            cfg_error_at(source, place, version3_keys[i], "is not used before version 3");
        }
    }
}

/* ---- driver and address --------------------------------------------------------------------- */

static void driver_check(struct cfg_source *source, config_setting_t *group,
                         struct cfg_device *device)
{
    bool snmp = device->driver == CFG_DRIVER_SNMP;
    if (snmp) {
        cfg_snmp_check(source, group, &device->snmp);
    } else if (cfg_member(group, "snmp") != NULL) {
        cfg_error_at(source, group, "snmp", "is not used with driver \"%s\"",
                     cfg_words_driver[device->driver]);
    }
    if (snmp && cfg_member(group, "unit") != NULL) {
        cfg_error_at(source, group, "unit", "is not used with driver \"snmp\"");
    }
    if (device->driver == CFG_DRIVER_MODBUS_RTU && (device->unit == 0 || device->unit > 247)) {
        cfg_error_at(source, group, "unit", "must be 1 … 247 on a serial line; 0 is for all");
    }
    if (device->address_text == NULL) {
        return;
    }
    const char *problem = device->driver == CFG_DRIVER_MODBUS_RTU
                              ? cfg_serial_parse(device->address_text, &device->serial)
                              : cfg_address_parse(device->address_text, &device->address);
    if (problem != NULL) {
        cfg_error_at(source, group, "address", "\"%.60s\" %s", device->address_text, problem);
    }
}

/* ---- profile -------------------------------------------------------------------------------- */

static uint8_t protocol_of(const struct cfg_device *device)
{
    return device->driver == CFG_DRIVER_SNMP ? CFG_PROTOCOL_SNMP : CFG_PROTOCOL_MODBUS;
}

/* The profiles that would suit, as a list for a hint; *near the one most like the name. */
static void suitable_print(const struct cfg_device *device, const struct cfg_profiles *profiles,
                           char *list, size_t size, const char **near)
{
    unsigned distance = 64;
    list[0] = '\0';
    *near = NULL;
    for (unsigned i = 0; i < cfg_profiles_count(profiles); i++) {
        const struct cfg_profile *profile = cfg_profiles_at(profiles, i);
        if (profile->kind == device->kind && profile->protocol == protocol_of(device)) {
            size_t used = strlen(list);
            snprintf(list + used, size - used, "%s\"%s\"", used == 0 ? "" : ", ", profile->name);
            if (device->profile != NULL) {
                cfg_name_offer(device->profile, profile->name, near, &distance);
            }
        }
    }
}

static void profile_take(struct cfg_source *source, config_setting_t *group,
                         const struct cfg_profiles *profiles, struct cfg_device *device)
{
    bool snmp = device->driver == CFG_DRIVER_SNMP;
    device->profiles = profiles;
    if (device->profile == NULL && snmp) {
        device->profile = "auto";
    }
    if (device->profile != NULL && snmp && strcmp(device->profile, "auto") == 0) {
        return;
    }
    if (device->profile != NULL) {
        device->chosen =
            cfg_profiles_find(profiles, device->profile, device->kind, protocol_of(device));
    }
    if (device->chosen != NULL) {
        return;
    }
    char list[200];
    const char *near;
    suitable_print(device, profiles, list, sizeof list, &near);
    const char *kind = kind_words[device->kind], *driver = cfg_words_driver[device->driver];
    if (device->profile == NULL) {
        cfg_error_at(source, group, "profile", "is missing; for a %s by %s there %s%s", kind,
                     driver, list[0] != '\0' ? "is " : "is no profile; try another driver", list);
    } else {
        cfg_error_at(source, group, "profile",
                     "\"%.40s\" does not suit a %s by %s; %s%s%sthere is %s", device->profile, kind,
                     driver, near != NULL ? "did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"? " : "", list[0] != '\0' ? list : "none by this driver");
    }
}

/* ---- scales of its own ---------------------------------------------------------------------- */

static void scale_take(struct cfg_source *source, config_setting_t *group, const char *text,
                       struct cfg_device *device)
{
    char name[64];
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    struct cfg_own_scale *scale = &device->scales[device->scale_count];
    if (length == 0 || length >= sizeof name || !cfg_scale_parse(equals + 1, &scale->scale)) {
        cfg_error_at(source, group, "scale",
                     "\"%.60s\" is not a scale; write \"battery.runtime=60\": what one raw unit is "
                     "worth",
                     text);
        return;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    enum fo_variable variable = fo_variable_find(name);
    if (variable == FO_VARIABLE_COUNT || cfg_variable_has_states(variable)) {
        cfg_error_at(source, group, "scale", "no number is called \"%.60s\"", name);
        return;
    }
    scale->variable = (uint8_t)variable;
    device->scale_count++;
}

void cfg_device_fill(struct cfg_source *source, config_setting_t *group,
                     const struct cfg_texts *scales, const struct cfg_profiles *profiles,
                     struct cfg_device *device)
{
    driver_check(source, group, device);
    profile_take(source, group, profiles, device);
    for (unsigned i = 0; i < scales->count && i < CFG_SCALES_MAX; i++) {
        scale_take(source, group, scales->items[i], device);
    }
}
