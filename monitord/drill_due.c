/* SPDX-License-Identifier: Apache-2.0 */
/* The last drill out of journal rows (see drill_due.h). A simulator drill is one row with its
 * result; a switchover drill is told by the records of its beginning, its move and its end. */
#include "monitord/drill_due.h"

#include "monitord/fact.h"

#include <jansson.h>
#include <string.h>

static void count(struct md_drill_due *due, fo_wall_ms wall_ms)
{
    due->last_wall_ms = wall_ms > due->last_wall_ms ? wall_ms : due->last_wall_ms;
}

static void take_order(struct md_drill_due *due, const json_t *body, fo_wall_ms wall_ms)
{
    if (strcmp(md_fact_text(body, "order"), "drill_ended") != 0 ||
        json_is_string(json_object_get(body, "refused"))) {
        return;
    }
    json_t *result = json_loads(md_fact_text(body, "text"), 0, NULL);
    if (json_is_object(result) && !json_is_string(json_object_get(result, "aborted"))) {
        count(due, wall_ms);
    }
    json_decref(result);
}

static void take_record(struct md_drill_due *due, const json_t *body, fo_wall_ms wall_ms)
{
    const char *name = md_fact_text(body, "name");
    int64_t number = json_integer_value(json_object_get(body, "number"));

    if (strcmp(name, "drill_started") == 0 &&
        strcmp(md_fact_text(body, "why"), "switchover_drill") == 0) {
        due->moving = number;
        due->moved = false;
    } else if (due->moving == 0 || number != due->moving) {
        return; /* of a roll call, or of something else */
    } else if (strcmp(name, "drill_switched") == 0) {
        due->moved = true;
    } else if (strcmp(name, "drill_ended") == 0 && due->moved) {
        count(due, wall_ms);
    }
}

bool md_drill_due_take(void *context, const struct md_journal_entry *entry)
{
    struct md_drill_due *due = context;
    bool order = strcmp(entry->kind, "order") == 0;

    if (due->first_wall_ms == 0) {
        due->first_wall_ms = entry->wall_ms;
    }
    /* most rows are none: they are not worth parsing */
    if ((!order && strcmp(entry->kind, "record") != 0) || strstr(entry->body, "drill_") == NULL) {
        return true;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    if (order) {
        take_order(due, body, entry->wall_ms);
    } else {
        take_record(due, body, entry->wall_ms);
    }
    json_decref(body);
    return true;
}

fo_wall_ms md_drill_due_at(const struct md_drill_due *due, fo_us every_us)
{
    fo_wall_ms since_ms = due->last_wall_ms != 0 ? due->last_wall_ms : due->first_wall_ms;

    return since_ms == 0 || every_us == 0 ? 0 : since_ms + every_us / FO_MS;
}

enum fo_drill_due md_drill_due_state(const struct md_drill_due *due, fo_us every_us,
                                     fo_us notice_us, fo_wall_ms now_wall_ms)
{
    fo_wall_ms at_ms = md_drill_due_at(due, every_us);

    if (at_ms == 0 || now_wall_ms < at_ms - notice_us / FO_MS) {
        return FO_DRILL_NOT_DUE;
    }
    return now_wall_ms < at_ms ? FO_DRILL_DUE_SOON : FO_DRILL_OVERDUE;
}
