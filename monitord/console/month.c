/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers a month from the journal in one pass. It owns the arithmetic: what counts as an outage,
 * as watched, as accepted; most rows are only looked at, not parsed. Proofs of contacts are
 * proof.h's, findings month_findings.c's, words month_page.c's. */
#include "monitord/console/month.h"

#include "monitord/console/month_gathering.h"
#include "monitord/fact.h"

#include "monitord/wall_time.h"

#include <stdlib.h>
#include <string.h>

static json_t *list_of(const struct md_month_gathering *gathering, const char *key)
{
    return json_object_get(gathering->report, key);
}

static void add(json_t *object, const char *key, double more)
{
    json_object_set_new(object, key, json_real(md_fact_number(object, key, 0) + more));
}

static json_t *time_text(const struct md_month_gathering *gathering, int64_t wall_ms)
{
    char text[MD_WALL_TEXT_SIZE];

    md_wall_text(gathering->site->timezone, wall_ms, text);
    return json_string(text);
}

/* ---- single rows ---------------------------------------------------------------------------- */

static void note_outage(struct md_month_gathering *gathering, const json_t *body)
{
    json_t *service = md_fact_find(list_of(gathering, "services"), "name",
                                   md_fact_text(json_object_get(body, "subject"), "name"));
    double down_s = md_fact_number(body, "a", 0) / 1e6;
    double target_s = md_fact_number(service, "recovery_time_s", -1);

    if (service == NULL) {
        return; /* of a service that the site no longer has */
    }
    add(service, "outages", 1);
    add(service, "down_s", down_s);
    add(service, "exceeded", target_s > 0 && down_s > target_s ? 1 : 0);
    if (down_s > md_fact_number(service, "longest_s", 0)) {
        json_object_set_new(service, "longest_s", json_real(down_s));
    }
}

static json_t *incident_of(const struct md_month_gathering *gathering, const json_t *body)
{
    double number = md_fact_number(body, "number", -1);
    json_t *entry;
    size_t i;

    json_array_foreach(list_of(gathering, "incidents"), i, entry)
    {
        if (md_fact_number(entry, "number", 0) == number) {
            return entry;
        }
    }
    return NULL;
}

static void note_incident(struct md_month_gathering *gathering, const json_t *body,
                          const char *name, int64_t wall_ms)
{
    json_t *incident = incident_of(gathering, body);

    const char *why = md_fact_text(body, "why");
    bool drill = strcmp(why, "drill") == 0 || strcmp(why, "switchover_drill") == 0;

    if (strcmp(name, "incident_opened") == 0 && !drill) {
        json_array_append_new(
            list_of(gathering, "incidents"),
            json_pack("{s:O?, s:O?, s:O?, s:O?, s:o, s:I, s:n, s:b, s:b, s:n}", "incident",
                      json_object_get(body, "incident"), "number", json_object_get(body, "number"),
                      "root", json_object_get(body, "why"), "subject",
                      json_object_get(body, "subject"), "opened", time_text(gathering, wall_ms),
                      "opened_ms", (json_int_t)wall_ms, "lasted_s", "false_alarm", 0, "concluded",
                      0, "due"));
    } else if (strcmp(name, "incident_recovered") == 0 && incident != NULL) {
        double opened_ms = md_fact_number(incident, "opened_ms", 0);
        json_object_set_new(incident, "lasted_s",
                            json_real(((double)wall_ms - opened_ms) / 1000.0));
    }
}

static void take_record(struct md_month_gathering *gathering, const struct md_journal_entry *entry)
{
    static const char *const wanted[] = {"\"incident_opened\"", "\"incident_recovered\"",
                                         "\"service_restored\"", "\"switchover_"};
    bool known = false;

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && !known; i++) {
        known = strstr(entry->body, wanted[i]) != NULL;
    }
    if (!known || entry->wall_ms < gathering->from_ms) {
        return;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *name = md_fact_text(body, "name");
    if (strcmp(name, "service_restored") == 0) {
        note_outage(gathering, body);
    } else if (strcmp(name, "switchover_held") == 0 || strcmp(name, "switchover_failed") == 0 ||
               strcmp(name, "switchover_handed_to_people") == 0) {
        if (strcmp(name, "switchover_held") == 0 &&
            strcmp(md_fact_text(body, "why"), "monitor_restarted") == 0) {
            json_decref(body); /* the first choice of a server after a start is no switchover */
            return;
        }
        json_array_append_new(
            list_of(gathering, "switchovers"),
            json_pack("{s:o, s:s, s:O?, s:O?}", "at", time_text(gathering, entry->wall_ms),
                      "reason", name, "why", json_object_get(body, "why"), "subject",
                      json_object_get(body, "subject")));
    } else {
        note_incident(gathering, body, name, entry->wall_ms);
    }
    json_decref(body);
}

static void take_command(struct md_month_gathering *gathering, const struct md_journal_entry *entry)
{
    if (entry->wall_ms < gathering->from_ms || strstr(entry->body, "\"notify\"") == NULL ||
        strstr(entry->body, "\"shadow\":true") != NULL) {
        return;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    json_t *channel =
        md_fact_find(list_of(gathering, "channels"), "name", md_fact_text(body, "channel"));
    if (channel != NULL && !md_fact_true(body, "resend")) {
        add(channel, "tried", 1);
        json_object_set(gathering->channel_of, md_fact_text(body, "key"), channel);
    }
    json_decref(body);
}

static void take_result(struct md_month_gathering *gathering, const struct md_journal_entry *entry)
{
    if (entry->wall_ms < gathering->from_ms || json_object_size(gathering->channel_of) == 0) {
        return;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *key = md_fact_text(body, "key"), *outcome = md_fact_text(body, "outcome");
    json_t *channel = json_object_get(gathering->channel_of, key);
    /* an arrival is told after the acceptance: the first of the two counts */
    bool accepted = strcmp(outcome, "accepted") == 0 || strcmp(outcome, "delivered") == 0;
    if (channel != NULL && (accepted || strcmp(outcome, "failed") == 0)) {
        add(channel, accepted ? "accepted" : "failed", 1);
        json_object_del(gathering->channel_of, key);
    }
    json_decref(body);
}

static void note_conclusion(struct md_month_gathering *gathering, const json_t *body)
{
    json_t *incident = incident_of(gathering, body);
    json_t *text = json_loads(md_fact_text(body, "text"), 0, NULL);

    if (incident != NULL) {
        bool whole = json_is_string(json_object_get(text, "cause"));
        json_object_set_new(incident, "concluded", json_boolean(whole));
        json_object_set_new(incident, "deferred", json_boolean(!whole));
        json_object_set_new(incident, "false_alarm",
                            json_boolean(md_fact_true(text, "false_alarm")));
        json_object_set(incident, "due", json_object_get(text, "due"));
    }
    json_decref(text);
}

static void note_drill(struct md_month_gathering *gathering, const json_t *text, int64_t wall_ms)
{
    bool broken_off = json_is_string(json_object_get(text, "aborted"));

    if (wall_ms > gathering->last_drill_ms && !broken_off) {
        gathering->last_drill_ms = wall_ms;
    }
    if (wall_ms >= gathering->from_ms) {
        json_array_append_new(
            list_of(gathering, "drills"),
            json_pack("{s:O?, s:O?, s:O?, s:b, s:O?}", "id", json_object_get(text, "id"), "name",
                      json_object_get(text, "name"), "started", json_object_get(text, "started"),
                      "held", (int)md_fact_true(text, "held"), "aborted",
                      json_object_get(text, "aborted")));
    }
}

static void note_switchover_drills(struct md_month_gathering *gathering)
{
    json_t *result;
    size_t i;

    json_array_foreach(md_drill_real_results(gathering->real), i, result)
    {
        note_drill(gathering, result, (int64_t)md_fact_number(result, "journalled_wall_ms", 0));
    }
}

/* Drills and conclusions count from before the month, too: they have an age. */
static void take_order(struct md_month_gathering *gathering, const struct md_journal_entry *entry)
{
    json_t *body = json_loads(entry->body, 0, NULL);
    const char *order = md_fact_text(body, "order");

    if (json_is_string(json_object_get(body, "refused"))) {
        json_decref(body);
        return;
    }
    if (strcmp(order, "conclude") == 0) {
        note_conclusion(gathering, body);
    } else if (strcmp(order, "drill_ended") == 0) {
        json_t *text = json_loads(md_fact_text(body, "text"), 0, NULL);
        note_drill(gathering, text, entry->wall_ms);
        json_decref(text);
    }
    json_decref(body);
}

/* Between the last row of one start and the first of the next nobody watched. */
static void take_start(struct md_month_gathering *gathering, const struct md_journal_entry *entry)
{
    int64_t since_ms =
        gathering->last_ms > gathering->from_ms ? gathering->last_ms : gathering->from_ms;

    if (entry->wall_ms >= gathering->from_ms) {
        add(gathering->report, "starts", 1);
        if (entry->wall_ms > since_ms) {
            add(gathering->report, "gap_s", (double)(entry->wall_ms - since_ms) / 1000.0);
        }
    }
}

static bool take_row(void *context, const struct md_journal_entry *entry)
{
    static const struct {
        const char *kind;
        void (*take)(struct md_month_gathering *gathering, const struct md_journal_entry *entry);
    } kinds[] = {{"record", take_record},
                 {"command", take_command},
                 {"result", take_result},
                 {"order", take_order},
                 {"start", take_start}};
    struct md_month_gathering *gathering = context;

    if (entry->wall_ms >= gathering->to_ms) {
        return false;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(entry->kind, kinds[i].kind) == 0) {
            kinds[i].take(gathering, entry);
        }
    }
    md_drill_real_take(gathering->real, entry);
    md_proof_take(gathering->proof, entry);
    gathering->last_ms = entry->wall_ms;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* The month's first and last instant in the site's zone; false: it is none. */
static bool span_of(struct md_month_gathering *gathering, const char *month, int64_t now_ms)
{
    struct tm begin, end;
    int year = 0, number = 0;

    md_wall_local(gathering->site->timezone, now_ms, &begin); /* sets the zone */
    if (month != NULL &&
        (strlen(month) != 7 || strspn(month, "0123456789") != 4 ||
         strspn(month + 5, "0123456789") != 2 || sscanf(month, "%4d-%2d", &year, &number) != 2 ||
         year < 2000 || number < 1 || number > 12)) {
        return false;
    }
    begin = (struct tm){.tm_year = month != NULL ? year - 1900 : begin.tm_year,
                        .tm_mon = month != NULL ? number - 1 : begin.tm_mon,
                        .tm_mday = 1,
                        .tm_isdst = -1};
    end = begin;
    end.tm_mon++;
    gathering->from_ms = (int64_t)mktime(&begin) * 1000;
    gathering->to_ms = (int64_t)mktime(&end) * 1000;
    snprintf(gathering->month, sizeof(gathering->month), "%04d-%02d",
             (begin.tm_year + 1900) % 10000, (begin.tm_mon + 1) % 100);
    gathering->end_ms = gathering->to_ms < now_ms ? gathering->to_ms : now_ms;
    return gathering->from_ms < now_ms;
}

static void put_site(struct md_month_gathering *gathering)
{
    const struct site *site = gathering->site;

    for (unsigned i = 0; i < site->service_count; i++) {
        const struct fo_service_policy *policy = &site->policy.services[i];
        json_t *target = policy->recovery_time_us > 0
                             ? json_real((double)policy->recovery_time_us / 1e6)
                             : json_null();
        json_array_append_new(
            list_of(gathering, "services"),
            json_pack("{s:s, s:i, s:o, s:i, s:i, s:i, s:i}", "name", site->services[i].name,
                      "class", (int)policy->availability_class, "recovery_time_s", target,
                      "outages", 0, "down_s", 0, "longest_s", 0, "exceeded", 0));
    }
    for (unsigned i = 0; i < site->channel_count; i++) {
        json_array_append_new(list_of(gathering, "channels"),
                              json_pack("{s:s, s:i, s:i, s:i}", "name", site->channels[i].name,
                                        "tried", 0, "accepted", 0, "failed", 0));
    }
    for (unsigned i = 0; i < site->person_count; i++) {
        json_array_append_new(list_of(gathering, "people"),
                              json_pack("{s:s, s:s, s:n, s:n}", "person", site->persons[i].id,
                                        "title", site->persons[i].title, "proven", "age_days"));
    }
}

static void finish(struct md_month_gathering *gathering)
{
    json_t *report = gathering->report, *entry;
    double period_s = (double)(gathering->end_ms - gathering->from_ms) / 1000.0;
    double watched_s = period_s - md_fact_number(report, "gap_s", 0);
    size_t i;

    if (gathering->last_ms <= gathering->from_ms) {
        watched_s = 0; /* no row at all */
    }
    json_object_set_new(report, "period_s", json_real(period_s));
    json_object_set_new(report, "watched_s", json_real(watched_s));
    json_array_foreach(list_of(gathering, "services"), i, entry)
    {
        double down_s = md_fact_number(entry, "down_s", 0);
        json_object_set_new(
            entry, "available",
            watched_s > 0 ? json_real(100.0 * (1.0 - down_s / watched_s)) : json_null());
    }
    json_array_foreach(list_of(gathering, "people"), i, entry)
    {
        int64_t proven_ms = md_proof_person(gathering->proof, (unsigned)i); /* in their order */
        if (proven_ms != 0) {
            json_object_set_new(entry, "proven", time_text(gathering, proven_ms));
            json_object_set_new(entry, "age_days",
                                json_real((double)(gathering->end_ms - proven_ms) / 86400e3));
        }
    }
}

json_t *md_month_gather(struct md_journal_reader *reader, const struct site *site,
                        const char *month, int64_t now_ms, bool *readable)
{
    struct md_month_gathering gathering = {.site = site};

    *readable = true;
    if (!span_of(&gathering, month, now_ms)) {
        return NULL;
    }
    gathering.channel_of = json_object();
    gathering.real = md_drill_real_open(site->timezone);
    gathering.proof = calloc(1, sizeof(*gathering.proof));
    if (gathering.real == NULL || gathering.proof == NULL) {
        md_drill_real_close(gathering.real);
        free(gathering.proof);
        json_decref(gathering.channel_of);
        *readable = false;
        return NULL;
    }
    md_proof_init(gathering.proof, site);
    gathering.report = json_pack(
        "{s:i, s:s, s:s, s:o, s:b, s:i, s:i, s:[], s:[], s:[], s:[], s:[], s:[], s:[]}", "schema",
        1, "site", site->name, "month", gathering.month, "made", time_text(&gathering, now_ms),
        "so_far", (int)(gathering.to_ms > now_ms), "starts", 0, "gap_s", 0, "services",
        "switchovers", "incidents", "channels", "drills", "people", "findings");
    put_site(&gathering);
    *readable = md_journal_read_from(reader, 1, 0, take_row, &gathering);
    note_switchover_drills(&gathering);
    finish(&gathering);
    md_month_find(&gathering);
    md_drill_real_close(gathering.real);
    free(gathering.proof);
    json_decref(gathering.channel_of);
    if (!*readable) {
        json_decref(gathering.report);
        return NULL;
    }
    return gathering.report;
}
