/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of one poll and what their answers mean, cell by cell. The reading itself is put
 * together in snmp_reading.c; the SNMP driver calls this, and nothing here touches a socket. */
#include "probes/snmp_map.h"

#include "failover/assert.h"
#include "failover/reason.h"
#include "probes/oid.h"
#include "probes/text_number.h"

#include <string.h>

#define ERROR_TOO_BIG 1
#define ERROR_NO_SUCH_NAME 2

void pb_snmp_map_init(struct pb_snmp_map *map, const struct cfg_profile *profile,
                      const struct cfg_device *device)
{
    FO_ASSERT(profile->count > 0 && profile->count <= CFG_POINTS_MAX);
    FO_ASSERT(profile->protocol == CFG_PROTOCOL_SNMP);
    memset(map, 0, sizeof *map);
    map->profile = profile;
    map->device = device;
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
    const struct cfg_point *objects = map->profile->points;
    for (unsigned i = 0; i < object; i++) {
        if (objects[i].variable == objects[object].variable && objects[i].line == 0 &&
            map->cells[i].known) {
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
        struct pb_cell *cell = &map->cells[i];
        uint8_t flags = map->profile->points[i].flags;
        cell->due = ((flags & CFG_POINT_OFTEN) || slow) && (!cell->gone || relearn);
        if (!relearn && (flags & CFG_POINT_FALLBACK) && is_replaced(map, i)) {
            cell->due = false;
        }
    }
    for (unsigned i = 0; i < map->profile->count; i++) {
        struct pb_cell *cell = &map->cells[i];
        if (cell->due) {
            cell->known = false;
            cell->gone = false;
            cell->reason = FO_REASON_NO_ANSWER;
        }
    }
    map->uptime.due = slow && map->device != NULL && map->device->frozen_after_us > 0 &&
                      (!map->uptime.gone || relearn);
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
static void end_walk(struct pb_snmp_map *map, enum fo_reason reason)
{
    map->walking = false;
    map->walked = true;
    map->alarms_known = reason == FO_REASON_NONE;
    map->alarms_reason = (uint16_t)reason;
}

/* The rows have been read, or there are none. */
static void finish_walk(struct pb_snmp_map *map)
{
    map->walk_valid = true;
    map->walk_alarms = map->alarms;
    map->walk_poll = map->polls;
    end_walk(map, FO_REASON_NONE);
}

/* Decides, once the count is known, whether the table has to be read. */
static bool start_walk(struct pb_snmp_map *map)
{
    const struct pb_cell *count = NULL;
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->profile->points[i].flags & CFG_POINT_ALARM_COUNT) {
            count = &map->cells[i];
        }
    }
    if (count == NULL || map->profile->alarms.column.length == 0) {
        end_walk(map, FO_REASON_NO_SUCH_OBJECT);
    } else if (!count->known) {
        end_walk(map, (enum fo_reason)count->reason);
    } else if (map->walk_valid && count->raw == map->walk_count &&
               map->polls - map->walk_poll < PB_SNMP_ALARM_POLLS) {
        map->alarms = map->walk_alarms; /* as many as before: very likely the same ones */
        end_walk(map, FO_REASON_NONE);
    } else {
        map->walk_count = count->raw;
        map->walk_valid = false;
        map->walking = count->raw > 0;
        map->cursor = map->profile->alarms.column;
        if (!map->walking) {
            finish_walk(map);
        }
    }
    return map->walking;
}

/* A row's description is the OID of a well-known alarm; anything else (a maker's own alarm, the
 * placeholder 0.0) has no bit. */
static void take_alarm(struct pb_snmp_map *map, const struct cfg_oid *value)
{
    const struct cfg_alarms *alarms = &map->profile->alarms;
    if (!pb_oid_begins(value, &alarms->parent) || value->length == alarms->parent.length) {
        return;
    }
    for (unsigned i = 0; i < alarms->count; i++) {
        if (alarms->names[i].number == value->arcs[alarms->parent.length]) {
            map->alarms |= UINT32_C(1) << alarms->names[i].alarm;
        }
    }
}

static void answer_walk(struct pb_snmp_map *map, const struct pb_snmp_answer *answer)
{
    const struct cfg_oid *column = &map->profile->alarms.column;
    const struct pb_snmp_varbind *row = &answer->varbinds[0];

    if (answer->error_status == ERROR_NO_SUCH_NAME) {
        finish_walk(map); /* v1: the end of what the agent has */
        return;
    }
    if (answer->error_status != 0 || answer->count != 1) {
        end_walk(map, answer->error_status != 0 ? FO_REASON_DEVICE_ERROR : FO_REASON_BAD_FRAME);
        return;
    }
    if (row->type == PB_SNMP_MISSING || !pb_oid_begins(&row->oid, column)) {
        finish_walk(map);
        return;
    }
    if (!pb_oid_follows(&row->oid, &map->cursor)) {
        end_walk(map, FO_REASON_BAD_FRAME); /* an agent that would walk us in circles */
        return;
    }
    if (row->type == PB_SNMP_OID) {
        take_alarm(map, &row->value);
    }
    map->cursor = row->oid;
    if (++map->walked_rows >= PB_SNMP_ALARM_ROWS) {
        finish_walk(map);
    }
}

/* ---- requests and answers -------------------------------------------------------------------- */
static struct pb_cell *cell_of(struct pb_snmp_map *map, unsigned point)
{
    FO_ASSERT(point < map->profile->count || point == PB_SNMP_UPTIME);
    return point == PB_SNMP_UPTIME ? &map->uptime : &map->cells[point];
}

static struct cfg_oid oid_of(const struct pb_snmp_map *map, unsigned point)
{
    static const struct cfg_oid uptime = {{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9};
    if (point == PB_SNMP_UPTIME) {
        return uptime;
    }
    const struct cfg_oid *oid = &map->profile->points[point].oid;
    return map->cells[point].extra_zero ? pb_oid_with_zero(*oid) : *oid;
}

static void add_question(struct pb_snmp_map *map, struct pb_snmp_request *request, unsigned point)
{
    map->asked[request->count] = (uint8_t)point;
    request->oids[request->count++] = oid_of(map, point);
}

/* What the earlier point of the same OID was answered. */
static void share_answers(struct pb_snmp_map *map)
{
    for (unsigned i = 0; i < map->profile->count; i++) {
        const struct cfg_point *point = &map->profile->points[i];
        for (unsigned j = 0; map->cells[i].due && j < i; j++) {
            if (pb_oid_equal(&map->profile->points[j].oid, &point->oid)) {
                map->cells[i] = map->cells[j];
                map->cells[i].due = false;
            }
        }
    }
}

bool pb_snmp_map_ask(struct pb_snmp_map *map, struct pb_snmp_request *request)
{
    FO_ASSERT(map->asked_count == 0);
    request->next = false;
    request->count = 0;
    for (unsigned i = 0; i < map->profile->count && request->count < map->batch; i++) {
        if (map->cells[i].due && (map->profile->points[i].flags & CFG_POINT_AGAIN) == 0) {
            add_question(map, request, i);
        }
    }
    if (map->uptime.due && request->count < map->batch) {
        add_question(map, request, PB_SNMP_UPTIME);
    }
    map->asked_count = request->count;
    if (request->count > 0) {
        return true;
    }
    share_answers(map);
    if (map->walked || (!map->walking && !start_walk(map))) {
        return false;
    }
    request->next = true;
    request->count = 1;
    request->oids[0] = map->cursor;
    return true;
}

static void settle(struct pb_cell *cell, enum fo_reason reason)
{
    cell->due = false;
    cell->known = false;
    cell->reason = (uint16_t)reason;
}

static void take_missing(struct pb_snmp_map *map, unsigned point)
{
    struct pb_cell *cell = cell_of(map, point);
    bool row = point != PB_SNMP_UPTIME && (map->profile->points[point].flags & CFG_POINT_ROW);
    if (row && !cell->extra_zero) {
        cell->extra_zero = true; /* still due: asked once more in its other form */
        return;
    }
    cell->extra_zero = false;
    cell->gone = true;
    settle(cell, FO_REASON_NO_SUCH_OBJECT);
}

static void take_number(struct pb_cell *cell, int64_t raw, bool fraction)
{
    cell->due = false;
    cell->known = true;
    cell->raw = raw;
    cell->fraction = fraction;
    cell->reason = FO_REASON_NONE;
}

static void take_text(struct pb_snmp_map *map, unsigned point, const char *text)
{
    struct pb_cell *cell = cell_of(map, point);
    bool bits =
        point != PB_SNMP_UPTIME && (map->profile->points[point].flags & CFG_POINT_TEXT_BITS);
    int64_t number = 0;
    if (bits ? pb_text_bits(text, &number) : pb_text_milli(text, &number)) {
        bool whole = bits || number % 1000 == 0;
        take_number(cell, whole && !bits ? number / 1000 : number, !whole);
    } else {
        settle(cell, bits ? FO_REASON_SENTINEL : FO_REASON_WRONG_TYPE);
    }
}

static void take_varbind(struct pb_snmp_map *map, unsigned point,
                         const struct pb_snmp_varbind *varbind)
{
    struct pb_cell *cell = cell_of(map, point);
    struct cfg_oid asked = oid_of(map, point);

    if (!pb_oid_equal(&asked, &varbind->oid)) {
        settle(cell, FO_REASON_BAD_FRAME);
        return;
    }
    switch ((enum pb_snmp_type)varbind->type) {
        case PB_SNMP_MISSING:
            take_missing(map, point);
            break;
        case PB_SNMP_INTEGER:
        case PB_SNMP_FRACTION:
            take_number(cell, varbind->integer, varbind->type == PB_SNMP_FRACTION);
            break;
        case PB_SNMP_TEXT:
            take_text(map, point, varbind->text);
            break;
        default:
            settle(cell, FO_REASON_WRONG_TYPE);
            break;
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
        unsigned point = map->asked[answer->error_index - 1];
        if (answer->error_status == ERROR_NO_SUCH_NAME) {
            take_missing(map, point);
        } else {
            settle(cell_of(map, point), FO_REASON_DEVICE_ERROR);
        }
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        settle(cell_of(map, map->asked[i]), FO_REASON_DEVICE_ERROR);
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
            settle(cell_of(map, map->asked[i]), FO_REASON_BAD_FRAME);
        }
    }
}

void pb_snmp_map_silent(struct pb_snmp_map *map, enum fo_reason reason)
{
    FO_ASSERT(reason != FO_REASON_NONE);
    map->asked_count = 0;
    map->uptime.due = false;
    for (unsigned i = 0; i < map->profile->count; i++) {
        if (map->cells[i].due || !map->answered) {
            settle(&map->cells[i], reason);
        }
    }
    if (!map->walked) {
        end_walk(map, reason);
    }
}
