/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of one poll and what their answers mean, cell by cell. The reading itself is put
 * together in snmp_reading.c; the SNMP driver calls this, and nothing here touches a socket. */
#include "probes/snmp_map.h"

#include "failover/assert.h"

#include <string.h>

#define ERROR_TOO_BIG 1
#define ERROR_NO_SUCH_NAME 2

void pb_snmp_map_init(struct pb_snmp_map *map, const struct pb_snmp_profile *profile)
{
    FO_ASSERT(profile->count > 0 && profile->count <= PB_SNMP_OBJECTS_MAX);
    memset(map, 0, sizeof *map);
    map->profile = profile;
    map->batch = PB_SNMP_BATCH;
    map->alarms_reason = FO_REASON_NOT_READ_YET;
    for (unsigned i = 0; i < profile->count; i++) {
        map->cells[i].reason = FO_REASON_NOT_READ_YET;
    }
    memset(map->origin, UINT8_MAX, sizeof map->origin);
}

/* Whether an earlier object already gives the variable of this one. */
static bool is_replaced(const struct pb_snmp_map *map, unsigned object)
{
    const struct pb_snmp_object *objects = map->profile->objects;
    for (unsigned i = 0; i < object; i++) {
        if (objects[i].variable == objects[object].variable && map->cells[i].known) {
            return true;
        }
    }
    return false;
}

void pb_snmp_map_begin(struct pb_snmp_map *map)
{
    bool relearn = map->polls % PB_SNMP_RELEARN_POLLS == 0;
    bool slow = map->polls % 2 == 0;

    map->polls++;
    for (unsigned i = 0; i < map->profile->count; i++) {
        struct pb_snmp_cell *cell = &map->cells[i];
        uint8_t flags = map->profile->objects[i].flags;
        cell->due = ((flags & PB_SNMP_OFTEN) || slow) && (!cell->gone || relearn);
        if (!relearn && (flags & PB_SNMP_FALLBACK) && is_replaced(map, i)) {
            cell->due = false;
        }
    }
    for (unsigned i = 0; i < map->profile->count; i++) {
        struct pb_snmp_cell *cell = &map->cells[i];
        if (cell->due) {
            cell->known = false;
            cell->gone = false;
            cell->reason = FO_REASON_NO_ANSWER;
        }
    }
    map->asked_count = 0;
    map->answered = false;
    map->walking = false;
    map->walked = false;
    map->walked_rows = 0;
    map->alarms = 0;
    map->alarms_known = false;
    map->alarms_reason = FO_REASON_NO_ANSWER;
}

/* ---- the alarm table ------------------------------------------------------------------------- */
static struct pb_oid alarm_column(const struct pb_snmp_profile *profile)
{
    struct pb_oid column = profile->root;
    for (unsigned i = 0; i < profile->alarm_tail_length; i++) {
        column.arcs[column.length++] = profile->alarm_tail[i];
    }
    return column;
}

static void end_walk(struct pb_snmp_map *map, enum fo_reason reason)
{
    map->walking = false;
    map->walked = true;
    map->alarms_known = reason == FO_REASON_NONE;
    map->alarms_reason = (uint16_t)reason;
}

/* Decides, once the count is known, whether the table has to be read. */
static bool start_walk(struct pb_snmp_map *map)
{
    const struct pb_snmp_cell *count = NULL;
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->profile->objects[i].flags & PB_SNMP_ALARM_COUNT) {
            count = &map->cells[i];
        }
    }
    if (count == NULL || map->profile->alarm_tail_length == 0) {
        end_walk(map, FO_REASON_NO_SUCH_OBJECT);
    } else if (!count->known) {
        end_walk(map, (enum fo_reason)count->reason);
    } else if (count->raw <= 0) {
        end_walk(map, FO_REASON_NONE);
    } else {
        map->walking = true;
        map->cursor = alarm_column(map->profile);
    }
    return map->walking;
}

/* Whether a comes after b in the order of a walk. */
static bool oid_follows(const struct pb_oid *a, const struct pb_oid *b)
{
    unsigned shared = a->length < b->length ? a->length : b->length;
    for (unsigned i = 0; i < shared; i++) {
        if (a->arcs[i] != b->arcs[i]) {
            return a->arcs[i] > b->arcs[i];
        }
    }
    return a->length > b->length;
}

/* A row's description is the OID of a well-known alarm; anything else (a maker's own alarm, the
 * placeholder 0.0) has no bit. */
static void take_alarm(struct pb_snmp_map *map, const struct pb_oid *value)
{
    struct pb_oid parent = map->profile->root;
    parent.arcs[parent.length++] = map->profile->known_tail[0];
    parent.arcs[parent.length++] = map->profile->known_tail[1];
    if (pb_oid_begins(value, &parent) && value->length > parent.length) {
        uint32_t number = value->arcs[parent.length];
        if (number >= 1 && number <= PB_SNMP_ALARMS_KNOWN) {
            map->alarms |= UINT32_C(1) << (number - 1);
        }
    }
}

static void answer_walk(struct pb_snmp_map *map, const struct pb_snmp_answer *answer)
{
    struct pb_oid column = alarm_column(map->profile);
    const struct pb_snmp_varbind *row = &answer->varbinds[0];

    if (answer->error_status == ERROR_NO_SUCH_NAME) {
        end_walk(map, FO_REASON_NONE); /* v1: the end of what the agent has */
        return;
    }
    if (answer->error_status != 0 || answer->count != 1) {
        end_walk(map, answer->error_status != 0 ? FO_REASON_DEVICE_ERROR : FO_REASON_BAD_FRAME);
        return;
    }
    if (row->type == PB_SNMP_MISSING || !pb_oid_begins(&row->oid, &column)) {
        end_walk(map, FO_REASON_NONE);
        return;
    }
    if (!oid_follows(&row->oid, &map->cursor)) {
        end_walk(map, FO_REASON_BAD_FRAME); /* an agent that would walk us in circles */
        return;
    }
    if (row->type == PB_SNMP_OID) {
        take_alarm(map, &row->value);
    }
    map->cursor = row->oid;
    if (++map->walked_rows >= PB_SNMP_ALARM_ROWS) {
        end_walk(map, FO_REASON_NONE);
    }
}

/* ---- requests and answers -------------------------------------------------------------------- */
bool pb_snmp_map_ask(struct pb_snmp_map *map, struct pb_snmp_request *request)
{
    FO_ASSERT(map->asked_count == 0);
    request->next = false;
    request->count = 0;
    for (unsigned i = 0; i < map->profile->count && request->count < map->batch; i++) {
        if (map->cells[i].due) {
            map->asked[request->count] = (uint8_t)i;
            request->oids[request->count++] =
                pb_snmp_profile_oid(map->profile, i, map->cells[i].extra_zero);
        }
    }
    map->asked_count = request->count;
    if (request->count > 0) {
        return true;
    }
    if (map->walked || (!map->walking && !start_walk(map))) {
        return false;
    }
    request->next = true;
    request->count = 1;
    request->oids[0] = map->cursor;
    return true;
}

static void settle(struct pb_snmp_cell *cell, enum fo_reason reason)
{
    cell->due = false;
    cell->known = false;
    cell->reason = (uint16_t)reason;
}

static void take_missing(struct pb_snmp_map *map, unsigned object)
{
    struct pb_snmp_cell *cell = &map->cells[object];
    if ((map->profile->objects[object].flags & PB_SNMP_ROW) && !cell->extra_zero) {
        cell->extra_zero = true; /* still due: asked once more in its other form */
        return;
    }
    cell->extra_zero = false;
    cell->gone = true;
    settle(cell, FO_REASON_NO_SUCH_OBJECT);
}

static void take_varbind(struct pb_snmp_map *map, unsigned object,
                         const struct pb_snmp_varbind *varbind)
{
    struct pb_snmp_cell *cell = &map->cells[object];
    struct pb_oid asked = pb_snmp_profile_oid(map->profile, object, cell->extra_zero);

    if (!pb_oid_equal(&asked, &varbind->oid)) {
        settle(cell, FO_REASON_BAD_FRAME);
    } else if (varbind->type == PB_SNMP_MISSING) {
        take_missing(map, object);
    } else if (varbind->type != PB_SNMP_INTEGER) {
        settle(cell, FO_REASON_WRONG_TYPE);
    } else {
        cell->due = false;
        cell->known = true;
        cell->raw = varbind->integer;
        cell->reason = FO_REASON_NONE;
    }
}

/* Every kind of error settles at least one cell or makes the next request smaller, so a poll ends.
 */
static void answer_error(struct pb_snmp_map *map, const struct pb_snmp_answer *answer,
                         unsigned count)
{
    if (answer->error_status == ERROR_TOO_BIG && count > 1) {
        map->batch = (uint8_t)(count / 2);
        return;
    }
    if (answer->error_index >= 1 && (unsigned)answer->error_index <= count) {
        unsigned object = map->asked[answer->error_index - 1];
        if (answer->error_status == ERROR_NO_SUCH_NAME) {
            take_missing(map, object);
        } else {
            settle(&map->cells[object], FO_REASON_DEVICE_ERROR);
        }
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        settle(&map->cells[map->asked[i]], FO_REASON_DEVICE_ERROR);
    }
}

void pb_snmp_map_answer(struct pb_snmp_map *map, const struct pb_snmp_answer *answer)
{
    unsigned count = map->asked_count;

    FO_ASSERT(answer->count <= PB_SNMP_BATCH);
    map->asked_count = 0;
    map->answered = true;
    if (count == 0) {
        FO_ASSERT(map->walking);
        answer_walk(map, answer);
        return;
    }
    if (answer->error_status != 0) {
        answer_error(map, answer, count);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (i < answer->count) {
            take_varbind(map, map->asked[i], &answer->varbinds[i]);
        } else {
            settle(&map->cells[map->asked[i]], FO_REASON_BAD_FRAME);
        }
    }
}

void pb_snmp_map_silent(struct pb_snmp_map *map, enum fo_reason reason)
{
    FO_ASSERT(reason != FO_REASON_NONE);
    map->asked_count = 0;
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->cells[i].due || !map->answered) {
            settle(&map->cells[i], reason);
        }
    }
    if (!map->walked) {
        end_walk(map, reason);
    }
}
