/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the blocks of a profile and turns words into values. It does not know any device; the two
 * profiles have their own rooms, and the Modbus driver calls this. */
#include "probes/modbus_map.h"

#include "failover/assert.h"

#include <string.h>

const struct pb_modbus_profile *pb_modbus_profile_find(const char *name)
{
    static const struct pb_modbus_profile *const profiles[] = {&pb_modbus_gencomm,
                                                               &pb_modbus_transfer};
    for (unsigned i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (strcmp(profiles[i]->name, name) == 0) {
            return profiles[i];
        }
    }
    return NULL;
}

void pb_modbus_map_init(struct pb_modbus_map *map, const struct pb_modbus_profile *profile)
{
    FO_ASSERT(profile->field_count <= PB_MODBUS_FIELDS_MAX);
    FO_ASSERT(profile->block_count <= PB_MODBUS_BLOCKS_MAX);
    memset(map, 0, sizeof *map);
    map->profile = profile;
    map->function = PB_MODBUS_READ_HOLDING;
    memset(map->origin, UINT8_MAX, sizeof map->origin);
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
    for (unsigned i = 0; i < map->profile->field_count; i++) {
        struct pb_modbus_cell *cell = &map->cells[i];
        cell->gone = cell->gone && !relearn;
        cell->due = !cell->gone;
        cell->known = false;
        cell->reason = cell->gone ? FO_REASON_NO_SUCH_OBJECT : FO_REASON_NO_ANSWER;
    }
}

static unsigned words(const struct pb_modbus_field *field)
{
    return field->format == PB_MODBUS_U32 || field->format == PB_MODBUS_S32 ? 2 : 1;
}

/* The first field of a block that is still due, or -1. */
static int due_field(const struct pb_modbus_map *map, unsigned block)
{
    const struct pb_modbus_block *row = &map->profile->blocks[block];
    for (unsigned i = row->field; i < row->field + row->fields; i++) {
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
        int field = due_field(map, block);
        if (field < 0) {
            continue;
        }
        map->asked = true;
        map->block = (uint8_t)block;
        map->field = (uint8_t)field;
        question->function = map->function;
        if (map->split[block]) {
            question->first = map->profile->fields[field].address;
            question->count = (uint16_t)words(&map->profile->fields[field]);
        } else {
            question->first = map->profile->blocks[block].first;
            question->count = map->profile->blocks[block].count;
        }
        return true;
    }
    return false;
}

static int64_t raw_of(const struct pb_modbus_field *field, const uint16_t *at)
{
    uint32_t both = (uint32_t)at[0] << 16;
    switch ((enum pb_modbus_format)field->format) {
        case PB_MODBUS_U16:
            return at[0];
        case PB_MODBUS_S16:
            return (int16_t)at[0];
        case PB_MODBUS_U32:
            return both | at[1];
        case PB_MODBUS_S32:
            return (int32_t)(both | at[1]);
    }
    FO_ASSERT(false);
    return 0;
}

static void settle(struct pb_modbus_cell *cell, enum fo_reason reason)
{
    cell->due = false;
    cell->known = false;
    cell->reason = (uint16_t)reason;
    cell->gone = reason == FO_REASON_NO_SUCH_OBJECT;
}

static void take(struct pb_modbus_map *map, unsigned field, const uint16_t *at)
{
    struct pb_modbus_cell *cell = &map->cells[field];
    cell->due = false;
    cell->known = true;
    cell->reason = FO_REASON_NONE;
    cell->raw = raw_of(&map->profile->fields[field], at);
}

void pb_modbus_map_answer(struct pb_modbus_map *map, const uint16_t *registers)
{
    const struct pb_modbus_block *block = &map->profile->blocks[map->block];

    FO_ASSERT(map->asked);
    map->asked = false;
    map->answered = true;
    map->function_known = true;
    if (map->split[map->block]) {
        take(map, map->field, registers);
        return;
    }
    for (unsigned i = block->field; i < block->field + block->fields; i++) {
        const struct pb_modbus_field *field = &map->profile->fields[i];
        FO_ASSERT(field->address >= block->first &&
                  field->address + words(field) <= block->first + block->count);
        take(map, i, registers + (field->address - block->first));
    }
}

void pb_modbus_map_refused(struct pb_modbus_map *map, enum fo_reason reason)
{
    const struct pb_modbus_block *block = &map->profile->blocks[map->block];

    FO_ASSERT(map->asked);
    map->asked = false;
    map->answered = true;
    if (reason == FO_REASON_NO_SUCH_OBJECT && map->profile->any_function && !map->function_known &&
        !map->function_tried) {
        map->function_tried = true;
        map->function =
            map->function == PB_MODBUS_READ_HOLDING ? PB_MODBUS_READ_INPUT : PB_MODBUS_READ_HOLDING;
        return; /* the same question again, by the other function */
    }
    if (map->split[map->block]) {
        settle(&map->cells[map->field], reason);
        return;
    }
    if (reason == FO_REASON_NO_SUCH_OBJECT && block->fields > 1) {
        map->split[map->block] = true; /* its fields are still due, one by one */
        return;
    }
    for (unsigned i = block->field; i < block->field + block->fields; i++) {
        settle(&map->cells[i], reason);
    }
}

void pb_modbus_map_silent(struct pb_modbus_map *map, enum fo_reason reason)
{
    FO_ASSERT(reason != FO_REASON_NONE);
    map->asked = false;
    for (unsigned i = 0; i < map->profile->field_count; i++) {
        if (map->cells[i].due) {
            map->cells[i].due = false;
            map->cells[i].reason = (uint16_t)reason;
        }
    }
}

void pb_modbus_map_read(struct pb_modbus_map *map, struct fo_reading *reading)
{
    struct pb_values set;
    bool any = false;

    memset(&set, 0, sizeof set);
    memset(reading, 0, sizeof *reading);
    memset(map->origin, UINT8_MAX, sizeof map->origin);
    for (unsigned i = 0; i < map->profile->field_count; i++) {
        const struct pb_modbus_field *field = &map->profile->fields[i];
        const struct pb_modbus_cell *cell = &map->cells[i];
        any = any || cell->known;
        if (field->variable == PB_MODBUS_STATE) {
            continue;
        }
        enum fo_variable variable = (enum fo_variable)field->variable;
        pb_values_set(&set, cell->known ? pb_value_raw(variable, cell->raw, field->scale,
                                                       (enum pb_sentinels)field->sentinels)
                                        : pb_value_absent(variable, (enum fo_reason)cell->reason));
        map->origin[variable] = (uint8_t)i;
    }
    map->profile->conclude(map->cells, &set, map->origin);
    reading->quality = any ? FO_GOOD : FO_ABSENT;
    reading->reason = any ? FO_REASON_NONE : map->cells[0].reason;
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (set.present[i] && reading->count < FO_VARIABLES_MAX) {
            reading->values[reading->count++] = set.values[i];
        }
    }
}

const struct pb_modbus_field *pb_modbus_map_trace(const struct pb_modbus_map *map,
                                                  enum fo_variable variable,
                                                  const struct pb_modbus_cell **cell)
{
    FO_ASSERT(variable < FO_VARIABLE_COUNT);
    unsigned field = map->origin[variable];
    if (field == UINT8_MAX) {
        return NULL;
    }
    *cell = &map->cells[field];
    return &map->profile->fields[field];
}
