/* SPDX-License-Identifier: Apache-2.0 */
/* From the cells of one SNMP poll to one reading: scales, lines of a three-phase UPS joined, the
 * status from source, battery and alarms, doubts. It asks nothing and keeps nothing but where each
 * value came from; the SNMP driver calls it. */
#include "probes/snmp_reading.h"

#include "failover/assert.h"
#include "probes/ups_belief.h"

#include <string.h>

#define LINES 3

static const struct pb_snmp_object *object_at(const struct pb_snmp_map *map, unsigned object)
{
    FO_ASSERT(object < map->profile->count);
    return &map->profile->objects[object];
}

static struct fo_value value_of(const struct pb_snmp_map *map, unsigned object,
                                enum fo_variable variable)
{
    const struct pb_snmp_object *row = object_at(map, object);
    const struct pb_snmp_cell *cell = &map->cells[object];
    if (!cell->known) {
        return pb_value_absent(variable, (enum fo_reason)cell->reason);
    }
    return pb_value_raw(variable, cell->raw, row->scale, (enum pb_sentinels)row->sentinels);
}

static void set_value(struct pb_snmp_map *map, struct pb_values *set, struct fo_value value,
                      unsigned object)
{
    pb_values_set(set, value);
    map->origin[value.variable] = (uint8_t)object;
}

/* Plain objects: the first one that knows the variable gives it. */
static void read_plain(struct pb_snmp_map *map, struct pb_values *set)
{
    for (unsigned i = 0; i < map->profile->count; i++) {
        const struct pb_snmp_object *row = object_at(map, i);
        if (row->line != 0 || row->variable == PB_NO_VARIABLE) {
            continue;
        }
        enum fo_variable variable = (enum fo_variable)row->variable;
        struct fo_value value = value_of(map, i, variable);
        if (!set->present[variable] ||
            (set->values[variable].quality == FO_ABSENT && value.quality != FO_ABSENT)) {
            set_value(map, set, value, i);
        }
    }
}

/* Puts the next line's value into the joined one; an unknown line makes the whole unknown. */
static struct fo_value join_value(struct fo_value all, struct fo_value line, enum pb_join join)
{
    if (all.quality == FO_ABSENT || line.quality == FO_ABSENT) {
        return all.quality == FO_ABSENT
                   ? all
                   : pb_value_absent(all.variable, (enum fo_reason)line.reason);
    }
    if (join == PB_JOIN_SUM) {
        int64_t sum;
        if (__builtin_add_overflow(all.milli, line.milli, &sum)) {
            return pb_value_absent(all.variable, FO_REASON_IMPLAUSIBLE);
        }
        return pb_value_milli((enum fo_variable)all.variable, sum);
    }
    bool take = join == PB_JOIN_LOWEST ? line.milli < all.milli : line.milli > all.milli;
    if (take) {
        line.variable = all.variable;
        return line;
    }
    return all;
}

/* The rows of one table whose line 1 is object `first`: rows the card does not have are not lines
 * of this UPS, and the values by line are only shown when there is more than one. */
static void read_lines(struct pb_snmp_map *map, struct pb_values *set, unsigned first)
{
    const struct pb_snmp_object *one = object_at(map, first);
    unsigned lines = 1;

    while (lines < LINES && first + lines < map->profile->count) {
        const struct pb_snmp_object *row = object_at(map, first + lines);
        if (row->line != lines + 1 || row->joined != one->joined ||
            map->cells[first + lines].gone) {
            break;
        }
        lines++;
    }
    enum fo_variable joined = (enum fo_variable)one->joined;
    struct fo_value all = value_of(map, first, joined);
    for (unsigned i = 0; i < lines; i++) {
        const struct pb_snmp_object *row = object_at(map, first + i);
        if (lines > 1 && row->variable != PB_NO_VARIABLE) {
            set_value(map, set, value_of(map, first + i, (enum fo_variable)row->variable),
                      first + i);
        }
        if (i > 0) {
            all = join_value(all, value_of(map, first + i, joined), (enum pb_join)one->join);
        }
    }
    if (!set->present[joined] || set->values[joined].quality == FO_ABSENT) {
        set_value(map, set, all, first);
    }
}

/* ---- status ---------------------------------------------------------------------------------- */
static bool find_state(const struct pb_snmp_object *row, int64_t raw, int64_t *bits)
{
    for (unsigned i = 0; i < row->state_count; i++) {
        if (row->states[i].raw == raw) {
            *bits |= row->states[i].bits;
            return true;
        }
    }
    return false;
}

static int64_t bits_of_alarms(uint32_t alarms, bool source_known)
{
    static const struct {
        enum fo_ups_alarm alarm;
        int64_t bits;
    } meanings[] = {
        {FO_UPS_ALARM_BATTERY_BAD, FO_UPS(RB)},
        {FO_UPS_ALARM_LOW_BATTERY, FO_UPS(LB)},
        {FO_UPS_ALARM_DEPLETED_BATTERY, FO_UPS(LB)},
        {FO_UPS_ALARM_OUTPUT_OVERLOAD, FO_UPS(OVER)},
        {FO_UPS_ALARM_ON_BYPASS, FO_UPS(BYPASS)},
        {FO_UPS_ALARM_TEST_IN_PROGRESS, FO_UPS(TEST)},
        {FO_UPS_ALARM_COMMUNICATIONS_LOST, PB_STATE_CARD_LOST},
    };
    int64_t bits = 0;
    for (unsigned i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (alarms & UINT32_C(1) << meanings[i].alarm) {
            bits |= meanings[i].bits;
        }
    }
    if (!source_known && (alarms & UINT32_C(1) << FO_UPS_ALARM_ON_BATTERY)) {
        bits |= FO_UPS(OB) | FO_UPS(DISCHRG);
    }
    return bits;
}

/* Sets ups.status and ups.alarms; returns all bits, PB_STATE_CARD_LOST among them. */
static int64_t read_status(struct pb_snmp_map *map, struct pb_values *set)
{
    unsigned source = pb_snmp_profile_source(map->profile);
    bool source_known = false;
    int64_t bits = 0;

    for (unsigned i = 0; i < map->profile->count; i++) {
        const struct pb_snmp_object *row = object_at(map, i);
        const struct pb_snmp_cell *cell = &map->cells[i];
        if (!cell->known) {
            continue;
        }
        bool found = find_state(row, cell->raw, &bits);
        if (i == source) {
            source_known = found;
        }
        if ((row->flags & PB_SNMP_ALARM_COUNT) && cell->raw > 0) {
            bits |= FO_UPS(ALARM);
        }
        if (row->flags & PB_SNMP_ALARM_COUNT) {
            map->origin[FO_VAR_UPS_ALARMS] = (uint8_t)i;
        }
    }
    if (map->alarms_known) {
        bits |= bits_of_alarms(map->alarms, source_known);
        pb_values_set(set, pb_value_milli(FO_VAR_UPS_ALARMS, map->alarms));
    } else {
        pb_values_set(set, pb_value_absent(FO_VAR_UPS_ALARMS, (enum fo_reason)map->alarms_reason));
    }
    struct fo_value status = pb_value_milli(FO_VAR_UPS_STATUS, bits & ~PB_STATE_CARD_LOST);
    if (!map->cells[source].known) {
        status = pb_value_absent(FO_VAR_UPS_STATUS, (enum fo_reason)map->cells[source].reason);
    } else if (!source_known) {
        status.quality = FO_SUSPECT; /* it answers "other" or a number its MIB does not have */
        status.reason = FO_REASON_SENTINEL;
    }
    set_value(map, set, status, source);
    return bits;
}

/* ---- doubts about the whole ------------------------------------------------------------------ */
/* A card that says "on battery" while its own count of seconds stands still shows old values. */
static bool is_frozen(struct pb_snmp_map *map, const struct pb_values *set, int64_t bits,
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

static void mark_all(struct pb_values *set, enum fo_quality quality, enum fo_reason reason)
{
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (set->present[i] && set->values[i].quality != FO_ABSENT && i != FO_VAR_UPS_ALARMS) {
            set->values[i].quality = (uint8_t)quality;
            set->values[i].reason = (uint16_t)reason;
        }
    }
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

void pb_snmp_reading_make(struct pb_snmp_map *map, fo_us now_us, struct fo_reading *reading)
{
    struct pb_values set;

    memset(reading, 0, sizeof *reading);
    memset(&set, 0, sizeof set);
    memset(map->origin, UINT8_MAX, sizeof map->origin);
    read_plain(map, &set);
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (object_at(map, i)->line == 1) {
            read_lines(map, &set, i);
        }
    }
    int64_t bits = read_status(map, &set);
    pb_ups_believe(&set, bits);
    reading->quality = FO_GOOD;
    if (bits & PB_STATE_CARD_LOST) {
        mark_all(&set, FO_STALE, FO_REASON_CARD_LOST_DEVICE);
        reading->quality = FO_ABSENT;
        reading->reason = FO_REASON_CARD_LOST_DEVICE;
    } else if (is_frozen(map, &set, bits, now_us)) {
        mark_all(&set, FO_SUSPECT, FO_REASON_FROZEN);
    } else if (!knows_anything(map)) {
        reading->quality = FO_ABSENT;
        reading->reason = map->cells[pb_snmp_profile_source(map->profile)].reason;
    }
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
    unsigned object = map->origin[variable];
    if (object == UINT8_MAX) {
        return false;
    }
    const struct pb_snmp_cell *cell = &map->cells[object];
    trace->oid = pb_snmp_profile_oid(map->profile, object, cell->extra_zero);
    trace->raw = cell->raw;
    trace->known = cell->known;
    return true;
}
