/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the blocks of a profile and turns words into raw numbers. It does not know any device; the
 * Modbus driver calls it. */
#include "probes/modbus_map.h"

#include "failover/assert.h"
#include "probes/assemble.h"

#include <string.h>

void pb_modbus_map_init(struct pb_modbus_map *map, const struct cfg_profile *profile,
                        const struct cfg_device *device)
{
    FO_ASSERT(profile->protocol == CFG_PROTOCOL_MODBUS);
    FO_ASSERT(profile->count <= CFG_POINTS_MAX && profile->block_count <= CFG_BLOCKS_MAX);
    memset(map, 0, sizeof *map);
    map->profile = profile;
    map->device = device;
    memset(map->origin, UINT8_MAX, sizeof map->origin);
}

uint8_t pb_modbus_map_function(const struct pb_modbus_map *map, const struct cfg_point *point)
{
    bool exchanged = map->as_input && point->function == CFG_FUNCTION_HOLDING;
    return exchanged ? CFG_FUNCTION_INPUT : point->function;
}

void pb_modbus_map_begin(struct pb_modbus_map *map)
{
    bool relearn = map->polls % PB_MODBUS_RELEARN_POLLS == 0;

    map->polls++;
    map->asked = false;
    map->answered = false;
    map->function_tried = false;
    if (relearn) {
        memset(map->split, 0, sizeof map->split);
    }
    for (unsigned i = 0; i < map->profile->count; i++) {
        struct pb_cell *cell = &map->cells[i];
        cell->gone = cell->gone && !relearn;
        cell->due = !cell->gone;
        cell->known = false;
        cell->reason = cell->gone ? FO_REASON_NO_SUCH_OBJECT : FO_REASON_NO_ANSWER;
    }
}

static unsigned words(const struct cfg_point *point)
{
    return point->format == CFG_FORMAT_U32 || point->format == CFG_FORMAT_S32 ? 2 : 1;
}

/* The first point of a block that is still due, or -1. */
static int due_point(const struct pb_modbus_map *map, unsigned block)
{
    const struct cfg_block *row = &map->profile->blocks[block];
    for (unsigned i = row->point; i < row->point + row->points; i++) {
        if (map->cells[i].due) {
            return (int)i;
        }
    }
    return -1;
}

bool pb_modbus_map_ask(struct pb_modbus_map *map, struct pb_modbus_question *question)
{
    FO_ASSERT(!map->asked);
    for (unsigned block = 0; block < map->profile->block_count; block++) {
        int point = due_point(map, block);
        if (point < 0) {
            continue;
        }
        map->asked = true;
        map->block = (uint8_t)block;
        map->point = (uint8_t)point;
        question->function = pb_modbus_map_function(map, &map->profile->points[point]);
        if (map->split[block]) {
            question->first = map->profile->points[point].address;
            question->count = (uint16_t)words(&map->profile->points[point]);
        } else {
            question->first = map->profile->blocks[block].first;
            question->count = map->profile->blocks[block].count;
        }
        return true;
    }
    return false;
}

static int64_t raw_of(const struct cfg_point *point, const uint16_t *at)
{
    uint32_t both = (uint32_t)at[point->low_word_first && words(point) == 2] << 16;
    uint32_t low = words(point) == 2 ? at[!point->low_word_first] : 0;
    switch ((enum cfg_format)point->format) {
        case CFG_FORMAT_U16:
        case CFG_FORMAT_BIT:
            return at[0];
        case CFG_FORMAT_S16:
            return (int16_t)at[0];
        case CFG_FORMAT_U32:
            return both | low;
        case CFG_FORMAT_S32:
            return (int32_t)(both | low);
    }
    FO_ASSERT(false);
    return 0;
}

static void settle(struct pb_cell *cell, enum fo_reason reason)
{
    cell->due = false;
    cell->known = false;
    cell->reason = (uint16_t)reason;
    cell->gone = reason == FO_REASON_NO_SUCH_OBJECT;
}

static void take(struct pb_modbus_map *map, unsigned point, const uint16_t *at)
{
    struct pb_cell *cell = &map->cells[point];
    cell->due = false;
    cell->known = true;
    cell->reason = FO_REASON_NONE;
    cell->raw = raw_of(&map->profile->points[point], at);
}

void pb_modbus_map_answer(struct pb_modbus_map *map, const uint16_t *registers)
{
    const struct cfg_block *block = &map->profile->blocks[map->block];

    FO_ASSERT(map->asked);
    map->asked = false;
    map->answered = true;
    map->function_known = true;
    if (map->split[map->block]) {
        take(map, map->point, registers);
        return;
    }
    for (unsigned i = block->point; i < block->point + block->points; i++) {
        const struct cfg_point *point = &map->profile->points[i];
        FO_ASSERT(point->address >= block->first &&
                  point->address + words(point) <= block->first + block->count);
        take(map, i, registers + (point->address - block->first));
    }
}

void pb_modbus_map_refused(struct pb_modbus_map *map, enum fo_reason reason)
{
    const struct cfg_block *block = &map->profile->blocks[map->block];

    FO_ASSERT(map->asked);
    map->asked = false;
    map->answered = true;
    if (reason == FO_REASON_NO_SUCH_OBJECT && map->profile->any_function && !map->function_known &&
        !map->function_tried) {
        map->function_tried = true;
        map->as_input = !map->as_input;
        return; /* the same question again, by the other function */
    }
    if (map->split[map->block]) {
        settle(&map->cells[map->point], reason);
        return;
    }
    if (reason == FO_REASON_NO_SUCH_OBJECT && block->points > 1) {
        map->split[map->block] = true; /* its points are still due, one by one */
        return;
    }
    for (unsigned i = block->point; i < block->point + block->points; i++) {
        settle(&map->cells[i], reason);
    }
}

void pb_modbus_map_silent(struct pb_modbus_map *map, enum fo_reason reason)
{
    FO_ASSERT(reason != FO_REASON_NONE);
    map->asked = false;
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->cells[i].due) {
            map->cells[i].due = false;
            map->cells[i].reason = (uint16_t)reason;
        }
    }
}

void pb_modbus_map_read(struct pb_modbus_map *map, struct fo_reading *reading)
{
    struct pb_values set;
    const struct pb_material material = {
        .profile = map->profile,
        .cells = map->cells,
        .scales = map->device != NULL ? map->device->scales : NULL,
        .scale_count = map->device != NULL ? map->device->scale_count : 0,
        .memory = &map->memory,
        .alarms_reason = FO_REASON_NO_SUCH_OBJECT,
    };
    bool any = false;

    memset(reading, 0, sizeof *reading);
    (void)pb_assemble(&material, &set, map->origin);
    for (unsigned i = 0; i < map->profile->count; i++) {
        any = any || map->cells[i].known;
    }
    reading->quality = any ? FO_GOOD : FO_ABSENT;
    reading->reason = any ? FO_REASON_NONE : map->cells[0].reason;
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (set.present[i] && reading->count < FO_VARIABLES_MAX) {
            reading->values[reading->count++] = set.values[i];
        }
    }
}

const struct cfg_point *pb_modbus_map_trace(const struct pb_modbus_map *map,
                                            enum fo_variable variable, const struct pb_cell **cell)
{
    FO_ASSERT(variable < FO_VARIABLE_COUNT);
    unsigned point = map->origin[variable];
    if (point == UINT8_MAX) {
        return NULL;
    }
    *cell = &map->cells[point];
    return &map->profile->points[point];
}
