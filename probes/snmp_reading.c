/* SPDX-License-Identifier: Apache-2.0 */
/* From the cells of one SNMP poll to one reading, and the doubts that need time: a card that lost
 * its UPS, values that stand still. It asks nothing and keeps nothing but where each value came
 * from; the SNMP driver calls it. */
#include "probes/snmp_reading.h"

#include "failover/assert.h"
#include "probes/assemble.h"
#include "probes/oid.h"

#include <string.h>

/* A card that says "on battery" while its own count of seconds stands still shows old values. */
static bool is_stuck(struct pb_snmp_map *map, const struct pb_values *set, int64_t bits,
                     fo_us now_us)
{
    int64_t seconds = pb_values_good(set, FO_VAR_BATTERY_ON_SECONDS, 0);
    if ((bits & FO_UPS(OB)) == 0 || seconds == 0 || seconds != map->on_seconds) {
        map->on_seconds = seconds;
        map->on_seconds_us = now_us;
        return false;
    }
    return now_us - map->on_seconds_us > PB_SNMP_FROZEN_US;
}

/* FNV-1a over what a poll knows. */
static uint64_t hash_of(const struct pb_snmp_map *map)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (unsigned i = 0; i < map->profile->count; i++) {
        const struct pb_cell *cell = &map->cells[i];
        uint64_t word = cell->known ? (uint64_t)cell->raw : UINT64_MAX;
        for (unsigned byte = 0; byte < sizeof word; byte++) {
            hash = (hash ^ (word >> (8 * byte) & 0xff)) * UINT64_C(1099511628211);
        }
    }
    return hash;
}

/* The card is alive, its clock moves, and not one measurement of its device has moved for very
 * long: they may be the last ones it ever got. */
static bool is_frozen(struct pb_snmp_map *map, fo_us now_us)
{
    fo_us limit_us = map->device != NULL ? map->device->frozen_after_us : 0;
    uint64_t hash = hash_of(map);
    if (limit_us == 0 || !map->uptime.known) {
        return false;
    }
    if (map->still_us == 0 || hash != map->still_hash) {
        map->still_hash = hash;
        map->still_us = now_us;
        map->still_uptime = map->uptime.raw;
        return false;
    }
    return now_us - map->still_us > limit_us && map->uptime.raw != map->still_uptime;
}

static bool knows_anything(const struct pb_snmp_map *map)
{
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->cells[i].known) {
            return true;
        }
    }
    return false;
}

static void judge_whole(struct pb_snmp_map *map, struct pb_values *set, int64_t bits, fo_us now_us,
                        struct fo_reading *reading)
{
    bool stuck = is_stuck(map, set, bits, now_us);
    bool frozen = is_frozen(map, now_us);
    unsigned first = cfg_profile_source(map->profile);
    reading->quality = FO_GOOD;
    if (bits & CFG_STATE_CARD_LOST) {
        pb_values_mark(set, FO_STALE, FO_REASON_CARD_LOST_DEVICE);
        reading->quality = FO_ABSENT;
        reading->reason = FO_REASON_CARD_LOST_DEVICE;
    } else if (stuck || frozen) {
        pb_values_mark(set, FO_SUSPECT, FO_REASON_FROZEN);
    } else if (!knows_anything(map)) {
        reading->quality = FO_ABSENT;
        reading->reason = map->cells[first < map->profile->count ? first : 0].reason;
    }
}

void pb_snmp_reading_make(struct pb_snmp_map *map, fo_us now_us, struct fo_reading *reading)
{
    struct pb_values set;
    const struct pb_material material = {
        .profile = map->profile,
        .cells = map->cells,
        .scales = map->device != NULL ? map->device->scales : NULL,
        .scale_count = map->device != NULL ? map->device->scale_count : 0,
        .memory = &map->memory,
        .alarms = map->alarms,
        .alarms_known = map->alarms_known,
        .alarms_reason = map->alarms_reason,
    };
    memset(reading, 0, sizeof *reading);
    int64_t bits = pb_assemble(&material, &set, map->origin);
    judge_whole(map, &set, bits, now_us, reading);
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (set.present[i] && reading->count < FO_VARIABLES_MAX) {
            reading->values[reading->count++] = set.values[i];
        }
    }
}

bool pb_snmp_reading_trace(const struct pb_snmp_map *map, enum fo_variable variable,
                           struct pb_snmp_trace *trace)
{
    FO_ASSERT(variable < FO_VARIABLE_COUNT);
    unsigned point = map->origin[variable];
    if (point == UINT8_MAX) {
        return false;
    }
    const struct pb_cell *cell = &map->cells[point];
    const struct cfg_oid *oid = &map->profile->points[point].oid;
    trace->oid = cell->extra_zero ? pb_oid_with_zero(*oid) : *oid;
    trace->raw = cell->raw;
    trace->known = cell->known;
    trace->fraction = cell->fraction;
    return true;
}
