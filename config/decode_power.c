/* SPDX-License-Identifier: Apache-2.0 */
/* Reads ups, generators and transfer_switches: from the rating plate to struct cfg_device and the
 * engine's thresholds. It never relates devices to each other or to servers; crosscheck.c and the
 * rooms that name a device do. Called by load.c before everything that may refer to a device. */
#include "config/decode.h"
#include "config/decode_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_ALARM_LAW_US (40 * FO_SECOND) /* Showa 48 notice 1 of the FDMA */

CFG_HEALTH_TABLE(communication_table, "3", "5", "3", "0s");

/* One device of any kind; each kind's table offers the keys that kind has. */
struct device_text {
    const char *name;
    uint8_t driver;
    const char *address, *profile, *place;
    int64_t interval, timeout, unit, frozen_after;
    struct cfg_snmp snmp;
    struct cfg_texts scale, owners, source_a, source_b;
    struct cfg_health_text communication;
    int64_t low_runtime, low_charge, low_hold, silent_margin, runtime_needed;
    int64_t start_warn, start_alarm, transfer_alarm, fuel_low, battery_low;
    int64_t full_load_lasts, half_load_lasts, expected_load, fuel_reserve, test_every;
};
#define AT(field) offsetof(struct device_text, field)
#define DEVICE_KEY(key, type, required, standard, least, most, choices, table) \
    {                                                                          \
#key, type, required, AT(key), standard, least, most, choices, table   \
    }
#define DEVICE_KEYS                                                                             \
    DEVICE_KEY(name, CFG_TYPE_NAME, true, NULL, 0, 0, NULL, NULL),                              \
        DEVICE_KEY(driver, CFG_TYPE_CHOICE, true, NULL, 0, 0, cfg_words_driver, NULL),          \
        DEVICE_KEY(address, CFG_TYPE_TEXT, true, NULL, 0, 100, NULL, NULL),                     \
        DEVICE_KEY(profile, CFG_TYPE_NAME, false, NULL, 0, 0, NULL, NULL),                      \
        DEVICE_KEY(place, CFG_TYPE_TEXT, false, NULL, 0, 60, NULL, NULL),                       \
        DEVICE_KEY(interval, CFG_TYPE_DURATION, false, "1s", 100 * FO_MS, FO_HOUR, NULL, NULL), \
        DEVICE_KEY(timeout, CFG_TYPE_DURATION, false, NULL, 10 * FO_MS, FO_MINUTE, NULL, NULL), \
        DEVICE_KEY(unit, CFG_TYPE_INTEGER, false, "1", 0, 255, NULL, NULL),                     \
        DEVICE_KEY(snmp, CFG_TYPE_GROUP, false, NULL, 0, 0, NULL, &cfg_table_snmp),             \
        DEVICE_KEY(scale, CFG_TYPE_TEXTS, false, NULL, 0, CFG_SCALES_MAX, NULL, NULL),          \
        DEVICE_KEY(owners, CFG_TYPE_TEXTS, false, NULL, 0, CFG_UNITS_MAX, NULL, NULL),          \
        DEVICE_KEY(frozen_after, CFG_TYPE_DURATION, false, "1h", 0, 24 * FO_HOUR, NULL, NULL),  \
        DEVICE_KEY(communication, CFG_TYPE_GROUP, false, NULL, 0, 0, NULL, &communication_table)

static const struct cfg_key ups_keys[] = {
    DEVICE_KEYS,
    {"low_runtime", CFG_TYPE_DURATION, false, AT(low_runtime), "5min", FO_SECOND, 24 * FO_HOUR,
     NULL, NULL},
    {"low_charge", CFG_TYPE_SHARE, false, AT(low_charge), "20%", 0, 100000, NULL, NULL},
    {"low_hold", CFG_TYPE_DURATION, false, AT(low_hold), "5s", 0, 10 * FO_MINUTE, NULL, NULL},
    {"silent_margin", CFG_TYPE_DURATION, false, AT(silent_margin), "60s", 0, FO_HOUR, NULL, NULL},
    {"runtime_needed", CFG_TYPE_DURATION, false, AT(runtime_needed), NULL, FO_SECOND, 24 * FO_HOUR,
     NULL, NULL},
};
const struct cfg_table cfg_table_ups = CFG_TABLE("a UPS", ups_keys);

static const struct cfg_key generator_keys[] = {
    DEVICE_KEYS,
    {"start_warn", CFG_TYPE_DURATION, false, AT(start_warn), "15s", FO_SECOND, FO_HOUR, NULL, NULL},
    {"start_alarm", CFG_TYPE_DURATION, false, AT(start_alarm), "40s", FO_SECOND, FO_HOUR, NULL,
     NULL},
    {"transfer_alarm", CFG_TYPE_DURATION, false, AT(transfer_alarm), "20s", FO_SECOND, FO_HOUR,
     NULL, NULL},
    {"fuel_low", CFG_TYPE_SHARE, false, AT(fuel_low), "50%", 0, 100000, NULL, NULL},
    {"battery_low", CFG_TYPE_VOLTS, false, AT(battery_low), NULL, 1000, 60000, NULL, NULL},
    {"full_load_lasts", CFG_TYPE_DURATION, false, AT(full_load_lasts), NULL, FO_HOUR,
     1000 * FO_HOUR, NULL, NULL},
    {"half_load_lasts", CFG_TYPE_DURATION, false, AT(half_load_lasts), NULL, FO_HOUR,
     1000 * FO_HOUR, NULL, NULL},
    {"expected_load", CFG_TYPE_SHARE, false, AT(expected_load), "70%", 1000, 100000, NULL, NULL},
    {"fuel_reserve", CFG_TYPE_DURATION, false, AT(fuel_reserve), "72h", FO_HOUR, 1000 * FO_HOUR,
     NULL, NULL},
    {"test_every", CFG_TYPE_DURATION, false, AT(test_every), NULL, 24 * FO_HOUR, 10000 * FO_HOUR,
     NULL, NULL},
};
const struct cfg_table cfg_table_generator = CFG_TABLE("a generator", generator_keys);

static const struct cfg_key transfer_keys[] = {
    DEVICE_KEYS,
    {"source_a", CFG_TYPE_TEXTS, false, AT(source_a), NULL, 0, FO_DEVICES_MAX, NULL, NULL},
    {"source_b", CFG_TYPE_TEXTS, false, AT(source_b), NULL, 0, FO_DEVICES_MAX, NULL, NULL},
};
const struct cfg_table cfg_table_transfer_switch = CFG_TABLE("a transfer switch", transfer_keys);

static void policy_fill(const struct device_text *text, struct fo_device_policy *policy)
{
    policy->low_runtime_us = text->low_runtime;
    policy->low_charge_milli = (uint32_t)text->low_charge;
    policy->low_hold_us = text->low_hold;
    policy->silent_margin_us = text->silent_margin;
    policy->start_warn_us = text->start_warn;
    policy->start_alarm_us = text->start_alarm;
    policy->transfer_alarm_us = text->transfer_alarm;
    policy->fuel_low_milli = (uint32_t)text->fuel_low;
    policy->battery_low_milli = (uint32_t)text->battery_low;
    policy->margin_us = text->runtime_needed;
    policy->full_load_us = text->full_load_lasts;
    policy->half_load_us = text->half_load_lasts;
    policy->expected_load_milli = (uint32_t)text->expected_load;
    policy->fuel_reserve_us = text->fuel_reserve;
    policy->test_every_us = text->test_every;
}

/* Where a device stands in the site. */
struct slot {
    struct cfg_device *device;
    struct fo_device_policy *policy;
};

/* The index of a place, taken up when it is new; FO_NONE with a finding when there are too many. */
static uint8_t place_index(struct cfg_source *source, config_setting_t *group, struct site *site,
                           const char *name)
{
    uint8_t known = cfg_name_find(site->places, sizeof site->places[0], site->place_count, name);
    if (known != FO_NONE) {
        return known;
    }
    if (site->place_count == FO_PLACES_MAX) {
        cfg_error_at(source, group, "place", "is one place too many; at most %u are possible",
                     FO_PLACES_MAX);
        return FO_NONE;
    }
    site->places[site->place_count] = name;
    return site->place_count++;
}

/* The next free slot: in the room, or at the place the entry names. False with a finding when there
 * is none. */
static bool slot_take(struct cfg_source *source, config_setting_t *group, struct site *site,
                      const char *place, struct slot *slot)
{
    if (place == NULL) {
        if (site->device_count == FO_DEVICES_MAX) {
            cfg_error_at(source, group, NULL,
                         "is one device too many for the room; at most %u take part in decisions. "
                         "Give those of other buildings a place",
                         FO_DEVICES_MAX);
            return false;
        }
        slot->device = &site->devices[site->device_count];
        slot->policy = &site->policy.devices[site->device_count++];
        return true;
    }
    uint8_t index = place_index(source, group, site, place);
    if (index == FO_NONE) {
        return false;
    }
    struct cfg_outlying *outlying = &site->outlying[site->outlying_count++];
    outlying->place = index;
    slot->device = &outlying->device;
    slot->policy = &outlying->policy;
    return true;
}

static void generator_check(struct cfg_source *source, config_setting_t *group,
                            const struct device_text *text)
{
    if (text->start_warn > text->start_alarm) {
        cfg_error_at(source, group, "start_warn", "must not come after start_alarm");
    }
    if (text->start_alarm > START_ALARM_LAW_US) {
        cfg_warning_at(source, group, "start_alarm",
                       "is longer than the 40s within which an emergency generator must give "
                       "voltage (Fire and Disaster Management Agency notice 1 of 1973)");
    }
    if ((text->full_load_lasts == 0) != (text->half_load_lasts == 0)) {
        cfg_error_at(source, group,
                     text->full_load_lasts == 0 ? "full_load_lasts" : "half_load_lasts",
                     "is missing; hours follow only from both figures of the rating plate");
    } else if (text->half_load_lasts < text->full_load_lasts) {
        cfg_error_at(source, group, "half_load_lasts",
                     "is shorter than full_load_lasts; less load burns less");
    }
}

/* What feeds the two sources of a rack's switch: UPSes and generators, which stand before it. */
static void sources_fill(struct cfg_source *source, config_setting_t *group,
                         const struct device_text *text, const struct site *site,
                         struct fo_device_policy *policy)
{
    static const char *const keys[FO_FEEDS] = {"source_a", "source_b"};
    const struct cfg_texts *texts[FO_FEEDS] = {&text->source_a, &text->source_b};
    if (text->place != NULL && (text->source_a.count > 0 || text->source_b.count > 0)) {
        cfg_error_at(source, group, "place", "has no sources; they are known of the room only");
        return;
    }
    for (unsigned i = 0; i < FO_FEEDS; i++) {
        uint64_t devices =
            cfg_names_resolve(source, group, keys[i], texts[i], site->devices,
                              sizeof site->devices[0], site->device_count, "power device");
        for (unsigned d = 0; devices >> d != 0; d++) {
            if ((devices >> d & 1) != 0 && site->devices[d].kind == FO_DEVICE_TRANSFER_SWITCH) {
                cfg_error_at(source, group, keys[i],
                             "\"%s\" is a transfer switch; name the UPS or generator behind it",
                             site->devices[d].name);
                devices &= ~((uint64_t)1 << d);
            }
        }
        policy->sources[i] = devices;
    }
    if (policy->sources[0] != 0 && policy->sources[0] == policy->sources[1]) {
        cfg_warning_at(source, group, "source_b",
                       "is the same as source_a; if it fails, both are lost");
    }
}

static void device_decode(struct cfg_source *source, config_setting_t *group,
                          const struct cfg_table *table, uint8_t kind, struct site *site)
{
    struct device_text text = {.driver = CFG_DRIVERS}; /* stays so when the key is wrong */
    struct slot slot;
    cfg_table_read(source, group, table, &text);
    bool driven = text.driver != CFG_DRIVERS;
    cfg_name_unique(source, group, "name", site->devices, sizeof site->devices[0],
                    site->device_count, text.name);
    cfg_name_unique(source, group, "name", site->outlying, sizeof *site->outlying,
                    site->outlying_count, text.name);
    if (!slot_take(source, group, site, text.place, &slot)) {
        return;
    }
    struct cfg_device *device = slot.device;
    fo_us timeout_us = text.interval < 2 * FO_SECOND ? text.interval : 2 * FO_SECOND;
    *device = (struct cfg_device){.name = text.name,
                                  .kind = kind,
                                  .driver = text.driver,
                                  .address_text = text.address,
                                  .profile = text.profile,
                                  .interval_us = text.interval,
                                  .timeout_us = text.timeout != 0 ? text.timeout : timeout_us,
                                  .snmp = text.snmp,
                                  .frozen_after_us = text.frozen_after,
                                  .unit = (uint8_t)text.unit,
                                  .line = cfg_line_at(group, NULL)};
    if (driven) {
        cfg_device_fill(source, group, &text.scale, site->profiles, device);
    }
    if (device->timeout_us > device->interval_us) {
        cfg_warning_at(source, group, "timeout",
                       "is longer than the interval, so a silent device is asked less often");
    }
    slot.policy->kind = kind;
    slot.policy->interval_us = text.interval;
    policy_fill(&text, slot.policy);
    slot.policy->owners = cfg_units_resolve(source, group, "owners", &text.owners, site);
    if (kind == FO_DEVICE_GENERATOR) {
        generator_check(source, group, &text);
    } else if (kind == FO_DEVICE_TRANSFER_SWITCH) {
        sources_fill(source, group, &text, site, slot.policy);
    }
    cfg_health_fill(source, group, "communication", &text.communication, text.interval,
                    &slot.policy->communication);
}

static const struct {
    const char *key;
    const struct cfg_table *table;
    uint8_t kind;
} lists[] = {
    {"ups", &cfg_table_ups, FO_DEVICE_UPS},
    {"generators", &cfg_table_generator, FO_DEVICE_GENERATOR},
    {"transfer_switches", &cfg_table_transfer_switch, FO_DEVICE_TRANSFER_SWITCH},
};
#define LISTS (sizeof lists / sizeof lists[0])

/* Room for every entry that names a place; false with a finding when there is none. */
static bool outlying_reserve(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    unsigned count = 0;
    for (unsigned l = 0; l < LISTS; l++) {
        unsigned entries = cfg_list_count(source, root, lists[l].key, UINT16_MAX);
        for (unsigned i = 0; i < entries; i++) {
            config_setting_t *group = cfg_list_item(root, lists[l].key, i);
            count += group != NULL && cfg_member(group, "place") != NULL ? 1 : 0;
        }
    }
    if (count > FO_OUTLYING_MAX) {
        cfg_error_at(source, root, NULL, "%u devices have a place; at most %u are possible", count,
                     FO_OUTLYING_MAX);
        return false;
    }
    site->outlying = count > 0 ? calloc(count, sizeof *site->outlying) : NULL;
    if (count > 0 && site->outlying == NULL) {
        cfg_error_at(source, root, NULL, "there is no memory for %u devices", count);
        return false;
    }
    return true;
}

void cfg_decode_power(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    if (!outlying_reserve(source, root, site)) {
        return;
    }
    for (unsigned l = 0; l < LISTS; l++) {
        unsigned count = cfg_list_count(source, root, lists[l].key, UINT16_MAX);
        for (unsigned i = 0; i < count; i++) {
            config_setting_t *group = cfg_list_item(root, lists[l].key, i);
            if (group != NULL) {
                device_decode(source, group, lists[l].table, lists[l].kind, site);
            }
        }
    }
    site->policy.device_count = site->device_count;
    site->policy.place_count = site->place_count;
}
