/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers an incident report from the journal and the live status. It owns the question which rows
 * belong to an incident: those with its number, and decisions of its time whose cause is among its
 * causes. It words nothing (report_page.c does); main.c calls it. */
#include "monitord/console/report.h"

#include "monitord/console/past.h"
#include "monitord/fact.h"
#include "monitord/incident_name.h"
#include "monitord/wall_time.h"

#include <stdlib.h>
#include <string.h>

#define CAUSES_MAX (FO_CHILDREN_MAX + 1)
#define BEFORE_MS 10000 /* what led to the incident may stand before its opening */
#define AFTER_MS 60000  /* and what ended it, behind its recovery */

struct gathering {
    json_t *report;
    const char *id, *timezone;
    const json_t *status;
    unsigned causes[CAUSES_MAX];
    size_t cause_count;
    int64_t opened_ms, end_ms; /* end INT64_MAX while it goes on */
    int64_t decided_ms, acted_ms, restored_ms, recovered_ms, closed_ms;
    int64_t first_row, last_row, rows;
    int issue;
};

static json_t *time_or_null(const struct gathering *gathering, int64_t wall_ms)
{
    char text[MD_WALL_TEXT_SIZE];

    if (wall_ms == 0) {
        return json_null();
    }
    md_wall_text(gathering->timezone, wall_ms, text);
    return json_string(text);
}

/* Seconds after detection; 0 before the opening is known. */
static json_t *since_opening(const struct gathering *gathering, int64_t wall_ms)
{
    return json_real(gathering->opened_ms == 0 ? 0
                                               : (double)(wall_ms - gathering->opened_ms) / 1000.0);
}

static bool has_cause(const struct gathering *gathering, unsigned reason)
{
    for (size_t i = 0; i < gathering->cause_count; i++) {
        if (gathering->causes[i] == reason) {
            return true;
        }
    }
    return false;
}

static void add_cause(struct gathering *gathering, unsigned reason)
{
    if (reason != FO_REASON_NONE && gathering->cause_count < CAUSES_MAX &&
        !has_cause(gathering, reason)) {
        gathering->causes[gathering->cause_count++] = reason;
    }
}

static bool has_cause_between(const struct gathering *gathering, unsigned low, unsigned high)
{
    for (size_t i = 0; i < gathering->cause_count; i++) {
        if (gathering->causes[i] >= low && gathering->causes[i] <= high) {
            return true;
        }
    }
    return false;
}

static json_t *list_of(const struct gathering *gathering, const char *key)
{
    return json_object_get(gathering->report, key);
}

/* ---- rows that carry the incident's number -------------------------------------------------- */

static void record_of_incident(struct gathering *gathering, const json_t *body, unsigned reason,
                               int64_t wall_ms)
{
    unsigned why = md_text_reason_number(md_fact_text(body, "why"));

    switch (reason) {
        case FO_REASON_INCIDENT_OPENED:
            gathering->opened_ms = wall_ms;
            gathering->issue = 1;
            add_cause(gathering, why);
            json_object_set(gathering->report, "root", json_object_get(body, "why"));
            json_object_set(gathering->report, "subject", json_object_get(body, "subject"));
            json_object_set(gathering->report, "severity", json_object_get(body, "a"));
            json_object_set(gathering->report, "number", json_object_get(body, "number"));
            break;
        case FO_REASON_INCIDENT_CHILD_FOLDED:
            add_cause(gathering, why);
            json_array_append_new(
                list_of(gathering, "children"),
                json_pack("{s:O?, s:O?, s:o}", "cause", json_object_get(body, "why"), "subject",
                          json_object_get(body, "subject"), "at",
                          time_or_null(gathering, wall_ms)));
            break;
        case FO_REASON_INCIDENT_REPARENTED:
            add_cause(gathering, why);
            break;
        case FO_REASON_INCIDENT_EPOCH:
            gathering->issue++;
            json_object_set(gathering->report, "severity", json_object_get(body, "a"));
            break;
        case FO_REASON_INCIDENT_RECOVERED:
            gathering->recovered_ms = wall_ms;
            gathering->issue++;
            break;
        case FO_REASON_INCIDENT_CLOSED:
            gathering->closed_ms = wall_ms;
            gathering->issue++;
            break;
        default:
            break;
    }
}

static void contact_of_incident(struct gathering *gathering, const json_t *body, int64_t wall_ms)
{
    json_t *same = md_fact_find(list_of(gathering, "contacts"), "key", md_fact_text(body, "key"));

    if (strcmp(md_fact_text(body, "kind"), "notify") != 0) {
        return;
    }
    if (same != NULL) { /* again after a restart: the same attempt, by its key */
        json_object_set_new(same, "resend", json_true());
        return;
    }
    if (md_fact_true(body, "drill")) {
        json_object_set_new(gathering->report, "drill", json_true());
    }
    json_array_append_new(
        list_of(gathering, "contacts"),
        json_pack("{s:o, s:o, s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:s, s:n}", "at",
                  time_or_null(gathering, wall_ms), "after_s", since_opening(gathering, wall_ms),
                  "key", json_object_get(body, "key"), "person", json_object_get(body, "person"),
                  "channel", json_object_get(body, "channel"), "message",
                  json_object_get(body, "message"), "attempt", json_object_get(body, "attempt"),
                  "rung", json_object_get(body, "rung"), "resend", json_object_get(body, "resend"),
                  "outcome", "pending", "acknowledged"));
}

/* A person answered: every attempt to reach that person so far is answered by it. */
static void acknowledge(struct gathering *gathering, const char *person, int64_t wall_ms)
{
    json_t *contact;
    size_t i;

    json_array_foreach(list_of(gathering, "contacts"), i, contact)
    {
        if (strcmp(md_fact_text(contact, "person"), person) == 0 &&
            json_is_null(json_object_get(contact, "acknowledged"))) {
            json_object_set_new(contact, "acknowledged", time_or_null(gathering, wall_ms));
        }
    }
}

static void result_of_incident(struct gathering *gathering, const json_t *body)
{
    json_t *contact =
        md_fact_find(list_of(gathering, "contacts"), "key", md_fact_text(body, "key"));
    const char *outcome = md_fact_text(body, "outcome");

    if (contact != NULL) {
        json_object_set_new(contact, "outcome",
                            json_string(strcmp(outcome, "done") == 0 ? "accepted" : outcome));
    }
}

/* Cause and prevention, or why they are put off: the newest word counts. */
static void conclusion_of_incident(struct gathering *gathering, const json_t *body, int64_t wall_ms)
{
    json_t *conclusion = json_loads(md_fact_text(body, "text"), 0, NULL);

    if (json_is_object(conclusion) && !json_is_string(json_object_get(body, "refused"))) {
        json_object_set(conclusion, "person", json_object_get(body, "person"));
        json_object_set_new(conclusion, "at", time_or_null(gathering, wall_ms));
        json_object_set(gathering->report, "conclusion", conclusion);
    }
    json_decref(conclusion);
}

static void order_of_incident(struct gathering *gathering, const json_t *body, int64_t wall_ms)
{
    if (strcmp(md_fact_text(body, "order"), "conclude") == 0) {
        conclusion_of_incident(gathering, body, wall_ms);
        return;
    }
    json_array_append_new(
        list_of(gathering, "orders"),
        json_pack("{s:o, s:o, s:O?, s:O?, s:O?}", "at", time_or_null(gathering, wall_ms), "after_s",
                  since_opening(gathering, wall_ms), "order", json_object_get(body, "order"),
                  "person", json_object_get(body, "person"), "refused",
                  json_object_get(body, "refused")));
}

/* The engine found an order without effect: the last one of that person was refused. */
static void refuse_last(struct gathering *gathering, const json_t *body)
{
    const json_t *orders = list_of(gathering, "orders");

    for (size_t i = json_array_size(orders); i > 0; i--) {
        json_t *order = json_array_get(orders, i - 1);
        if (json_equal(json_object_get(order, "person"), json_object_get(body, "person"))) {
            if (!json_is_string(json_object_get(order, "refused"))) {
                json_object_set(order, "refused", json_object_get(body, "name"));
            }
            return;
        }
    }
}

static bool each_own_row(void *context, const struct md_journal_entry *entry)
{
    struct gathering *gathering = context;
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *incident = md_fact_text(body, "incident");

    /* the daemon may no longer know the day of an incident that is concluded late */
    bool late = strcmp(md_fact_text(body, "order"), "conclude") == 0;
    if (incident[0] == '\0' || strcmp(incident, gathering->id) == 0 || late) {
        if (strcmp(entry->kind, "record") == 0) {
            unsigned reason = (unsigned)md_fact_number(body, "reason", 0);
            record_of_incident(gathering, body, reason, entry->wall_ms);
            if (reason == FO_REASON_ACKNOWLEDGED || reason == FO_REASON_OWNED) {
                acknowledge(gathering, md_fact_text(body, "person"), entry->wall_ms);
            } else if (reason == FO_REASON_ACKNOWLEDGE_IGNORED) {
                refuse_last(gathering, body);
            }
        } else if (strcmp(entry->kind, "command") == 0) {
            contact_of_incident(gathering, body, entry->wall_ms);
        } else if (strcmp(entry->kind, "result") == 0) {
            result_of_incident(gathering, body);
        } else if (strcmp(entry->kind, "order") == 0) {
            order_of_incident(gathering, body, entry->wall_ms);
        }
        gathering->first_row = gathering->first_row == 0 ? entry->seq : gathering->first_row;
        gathering->last_row = entry->seq;
        gathering->rows++;
    }
    json_decref(body);
    return true;
}

/* ---- decisions of the same time ------------------------------------------------------------- */

/* Whether a decision, which carries no incident number, was made for this incident. */
static bool belongs(const struct gathering *gathering, unsigned reason, unsigned why)
{
    bool servers =
        has_cause_between(gathering, FO_REASON_SERVER_DEAD, FO_REASON_TWO_ANSWERS) ||
        has_cause_between(gathering, FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED);

    switch (reason) {
        case FO_REASON_FENCE_STARTED:
        case FO_REASON_FENCE_PROVEN:
        case FO_REASON_FENCE_FAILED:
        case FO_REASON_SERVICE_RESTORED:
            return servers;
        case FO_REASON_LINE_CHANGED:
            return has_cause_between(gathering, FO_REASON_LINE_DOWN, FO_REASON_LINE_DEGRADED);
        case FO_REASON_MAINS_RETURNED:
        case FO_REASON_GENERATOR_RUNNING:
        case FO_REASON_GENERATOR_LOADED:
            return has_cause_between(gathering, FO_REASON_MAINS_LOST,
                                     FO_REASON_TRANSFER_SWITCH_SILENT);
        case FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE:
            return servers;
        default:
            return ((reason >= FO_REASON_SWITCHOVER_STARTED && reason <= FO_REASON_DEMOTE_FAILED &&
                     reason != FO_REASON_CHECK_PASSED) ||
                    (reason >= FO_REASON_BLOCKED_MAINTENANCE &&
                     reason <= FO_REASON_BLOCKED_ASSERTION)) &&
                   has_cause(gathering, why);
    }
}

static void note_times(struct gathering *gathering, unsigned reason, int64_t wall_ms)
{
    if (gathering->decided_ms == 0 &&
        (reason == FO_REASON_SWITCHOVER_STARTED || reason == FO_REASON_SWITCHOVER_CHOSE ||
         reason == FO_REASON_LINE_CHANGED)) {
        gathering->decided_ms = wall_ms;
    }
    if (gathering->acted_ms == 0 &&
        (reason == FO_REASON_SWITCHOVER_HELD || reason == FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE ||
         reason == FO_REASON_LINE_CHANGED || reason == FO_REASON_GENERATOR_LOADED)) {
        gathering->acted_ms = wall_ms;
    }
    if (reason == FO_REASON_SERVICE_RESTORED ||
        (reason == FO_REASON_SWITCHOVER_VERIFIED && gathering->restored_ms == 0)) {
        gathering->restored_ms = wall_ms;
    }
}

/* The longest outage of a service that ended in the time of the incident. */
static void note_outage(struct gathering *gathering, const json_t *body)
{
    const char *name = md_fact_text(json_object_get(body, "subject"), "name");
    double outage_s = md_fact_number(body, "a", 0) / 1e6;
    json_t *service = md_fact_find(list_of(gathering, "services"), "name", name);

    if (service != NULL) {
        if (md_fact_number(service, "outage_s", -1) < outage_s) {
            json_object_set_new(service, "outage_s", json_real(outage_s));
        }
        return;
    }
    json_array_append_new(list_of(gathering, "services"),
                          json_pack("{s:s, s:n, s:n, s:f, s:n}", "name", name, "class",
                                    "recovery_time_s", "outage_s", outage_s, "within"));
}

static bool each_near_row(void *context, const struct md_journal_entry *entry)
{
    struct gathering *gathering = context;
    json_t *body;

    if (entry->wall_ms > gathering->end_ms) {
        return false;
    }
    if (strcmp(entry->kind, "record") != 0 || entry->wall_ms < gathering->opened_ms - BEFORE_MS) {
        return true;
    }
    body = json_loads(entry->body, 0, NULL);
    unsigned reason = (unsigned)md_fact_number(body, "reason", 0);
    unsigned why = md_text_reason_number(md_fact_text(body, "why"));
    if (json_object_get(body, "incident") == NULL && belongs(gathering, reason, why)) {
        note_times(gathering, reason, entry->wall_ms);
        if (reason == FO_REASON_SERVICE_RESTORED) {
            note_outage(gathering, body);
        }
        json_array_append_new(
            list_of(gathering, "measures"),
            json_pack("{s:o, s:o, s:O?, s:O?, s:O?}", "at", time_or_null(gathering, entry->wall_ms),
                      "after_s", since_opening(gathering, entry->wall_ms), "reason",
                      json_object_get(body, "name"), "why", json_object_get(body, "why"), "subject",
                      json_object_get(body, "subject")));
    }
    json_decref(body);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void put_services(struct gathering *gathering)
{
    json_t *service;
    size_t i;

    json_array_foreach(json_object_get(gathering->status, "services"), i, service)
    {
        json_array_append_new(
            list_of(gathering, "services"),
            json_pack("{s:O?, s:O?, s:O?, s:n, s:n}", "name", json_object_get(service, "name"),
                      "class", json_object_get(service, "class"), "recovery_time_s",
                      json_object_get(service, "recovery_time_s"), "outage_s", "within"));
    }
}

/* A service still down now has been so for at least that long; then who kept the target. */
static void judge_services(struct gathering *gathering)
{
    json_t *service, *live;
    size_t i, j;

    json_array_foreach(list_of(gathering, "services"), i, service)
    {
        json_array_foreach(json_object_get(gathering->status, "services"), j, live)
        {
            double down_s = md_fact_number(live, "down_s", 0);
            if (gathering->recovered_ms == 0 && down_s > 0 &&
                json_equal(json_object_get(live, "name"), json_object_get(service, "name")) &&
                down_s > md_fact_number(service, "outage_s", 0)) {
                json_object_set_new(service, "outage_s", json_real(down_s));
                json_object_set_new(service, "ongoing", json_true());
            }
        }
        double outage_s = md_fact_number(service, "outage_s", -1);
        double target_s = md_fact_number(service, "recovery_time_s", -1);
        if (outage_s >= 0 && target_s > 0) {
            json_object_set_new(service, "within", json_boolean(outage_s <= target_s));
        }
    }
}

static json_t *after(const struct gathering *gathering, int64_t wall_ms)
{
    return wall_ms == 0 ? json_null()
                        : json_real((double)(wall_ms - gathering->opened_ms) / 1000.0);
}

static void put_times(struct gathering *gathering)
{
    json_object_set_new(gathering->report, "times",
                        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "detected",
                                  time_or_null(gathering, gathering->opened_ms), "decided",
                                  time_or_null(gathering, gathering->decided_ms), "acted",
                                  time_or_null(gathering, gathering->acted_ms), "restored",
                                  time_or_null(gathering, gathering->restored_ms), "recovered",
                                  time_or_null(gathering, gathering->recovered_ms), "closed",
                                  time_or_null(gathering, gathering->closed_ms)));
    json_object_set_new(
        gathering->report, "after_s",
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "decided", after(gathering, gathering->decided_ms),
                  "acted", after(gathering, gathering->acted_ms), "restored",
                  after(gathering, gathering->restored_ms), "recovered",
                  after(gathering, gathering->recovered_ms), "closed",
                  after(gathering, gathering->closed_ms)));
}

static void put_rest(struct gathering *gathering, const char *path, int64_t made_wall_ms)
{
    json_t *report = gathering->report;
    const char *state = gathering->closed_ms != 0      ? "closed"
                        : gathering->recovered_ms != 0 ? "recovered"
                                                       : "open";

    json_object_set_new(report, "opened_wall_ms", json_integer(gathering->opened_ms));
    json_object_set_new(report, "issue", json_integer(gathering->issue));
    json_object_set_new(report, "final",
                        json_boolean(gathering->closed_ms != 0 &&
                                     json_is_object(json_object_get(report, "conclusion"))));
    json_object_set_new(report, "state", json_string(state));
    json_object_set_new(report, "made", time_or_null(gathering, made_wall_ms));
    json_object_set_new(report, "site", json_string(md_fact_text(gathering->status, "site")));
    json_object_set_new(
        report, "evidence",
        json_pack("{s:s, s:I, s:I, s:I}", "journal", path, "first_row",
                  (json_int_t)gathering->first_row, "last_row", (json_int_t)gathering->last_row,
                  "rows", (json_int_t)gathering->rows));
    if (json_object_get(gathering->status, "servers") != NULL) {
        json_object_set_new(report, "redundancy",
                            json_pack("{s:O?, s:O?, s:O?, s:O?}", "as_of",
                                      json_object_get(gathering->status, "time"), "servers",
                                      json_object_get(gathering->status, "servers"), "lines",
                                      json_object_get(gathering->status, "lines"), "power",
                                      json_object_get(gathering->status, "power")));
    }
    put_times(gathering);
    judge_services(gathering);
}

json_t *md_report_gather(struct md_journal_reader *reader, const char *path, const char *id,
                         const json_t *status, int64_t made_wall_ms, bool *readable)
{
    struct gathering gathering = {
        .id = id, .timezone = md_past_timezone(status), .status = status, .end_ms = INT64_MAX};

    gathering.report = json_pack("{s:i, s:s, s:b, s:[], s:[], s:[], s:[], s:[], s:n, s:n}",
                                 "schema", 1, "incident", id, "drill", 0, "services", "children",
                                 "measures", "contacts", "orders", "redundancy", "conclusion");
    put_services(&gathering);
    *readable = md_journal_read_incident(reader, md_incident_number(id), each_own_row, &gathering);
    if (!*readable || gathering.opened_ms == 0) {
        json_decref(gathering.report);
        return NULL;
    }
    if (gathering.closed_ms != 0) {
        gathering.end_ms = gathering.closed_ms;
    } else if (gathering.recovered_ms != 0) {
        gathering.end_ms = gathering.recovered_ms + AFTER_MS;
    }
    int64_t from = gathering.first_row > 2000 ? gathering.first_row - 2000 : 1;
    *readable = md_journal_read_from(reader, from, 0, each_near_row, &gathering);
    put_rest(&gathering, path, made_wall_ms);
    return gathering.report;
}
