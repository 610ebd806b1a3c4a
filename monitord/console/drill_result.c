/* SPDX-License-Identifier: Apache-2.0 */
/* Judges what a twin brought back: times from the fault, outages against the recovery times, who
 * was called, whether every message was marked. Pure: JSON in, JSON out (see drill.h). */
#include "monitord/console/drill.h"

#include "monitord/fact.h"

#include <math.h>
#include <string.h>

#define REPORTS_MOST 4 /* kept whole enough for their timelines */
#define ROWS_MOST 12   /* of one list of a report: the journal takes at most 64 KiB */
#define SLACK_MS 500   /* between the wall clocks of the drill and of the twin's journal */

/* Whether a fault's text ("line-a state=down") is about the thing of that name. */
static bool is_about(const json_t *step, const char *name)
{
    const char *text = md_fact_text(step, "text");
    size_t length = strlen(name);

    return length > 0 && strncmp(text, name, length) == 0 && text[length] == ' ';
}

/* The newest fault before the moment about the thing of that name, else the newest of all; NULL:
 * none. *wall_ms is when it was injected. */
static const json_t *fault_before(const json_t *raw, const char *name, double moment_ms,
                                  double *wall_ms)
{
    double began_ms = md_fact_number(raw, "began_wall_ms", 0);
    const json_t *found = NULL;
    bool about = false;
    json_t *step;
    size_t i;

    json_array_foreach(json_object_get(raw, "steps"), i, step)
    {
        double at_ms = began_ms + 1000.0 * md_fact_number(step, "at_s", 0);
        if (strcmp(md_fact_text(step, "kind"), "fault") == 0 && at_ms <= moment_ms + SLACK_MS &&
            (!about || is_about(step, name))) {
            about = is_about(step, name);
            found = step;
            *wall_ms = at_ms;
        }
    }
    return found;
}

static json_t *later(const json_t *report, const char *key, double detect_s)
{
    double after = md_fact_number(json_object_get(report, "after_s"), key, -1);

    return after < 0 ? json_null() : json_real(detect_s + after);
}

static json_t *times_of(const json_t *raw)
{
    json_t *list = json_array(), *report;
    size_t i;

    json_array_foreach(json_object_get(raw, "reports"), i, report)
    {
        double opened_ms = md_fact_number(report, "opened_wall_ms", 0), fault_ms = opened_ms;
        const char *name = md_fact_text(json_object_get(report, "subject"), "name");
        const json_t *fault = fault_before(raw, name, opened_ms, &fault_ms);
        double detect_s = fmax(0, (opened_ms - fault_ms) / 1000.0);
        json_array_append_new(
            list,
            json_pack("{s:O?, s:O?, s:O?, s:O?, s:f, s:o, s:o, s:o}", "incident",
                      json_object_get(report, "incident"), "root", json_object_get(report, "root"),
                      "subject", json_object_get(report, "subject"), "fault",
                      json_object_get(fault, "text"), "detect_s", detect_s, "decide_s",
                      later(report, "decided", detect_s), "act_s", later(report, "acted", detect_s),
                      "restore_s", later(report, "restored", detect_s)));
    }
    return list;
}

/* Each service once, with its longest outage. */
static json_t *services_of(const json_t *raw)
{
    json_t *list = json_array(), *report, *service;
    size_t i, k;

    json_array_foreach(json_object_get(raw, "reports"), i, report)
    {
        json_array_foreach(json_object_get(report, "services"), k, service)
        {
            json_t *same = md_fact_find(list, "name", md_fact_text(service, "name"));
            if (same == NULL) {
                json_array_append(list, service);
            } else if (md_fact_number(service, "outage_s", -1) >
                       md_fact_number(same, "outage_s", -1)) {
                json_object_update(same, service);
            }
        }
    }
    return list;
}

static json_t *people_of(const json_t *raw)
{
    json_t *list = json_array(), *report, *contact;
    size_t i, k;
    char who[200];

    json_array_foreach(json_object_get(raw, "reports"), i, report)
    {
        json_array_foreach(json_object_get(report, "contacts"), k, contact)
        {
            snprintf(who, sizeof(who), "%.90s/%.90s", md_fact_text(contact, "person"),
                     md_fact_text(contact, "channel"));
            json_t *same = md_fact_find(list, "who", who);
            if (same == NULL) {
                same = json_pack("{s:s, s:O?, s:O?, s:O?, s:i, s:i, s:n}", "who", who, "person",
                                 json_object_get(contact, "person"), "title",
                                 json_object_get(contact, "title"), "channel",
                                 json_object_get(contact, "channel"), "calls", 0, "accepted", 0,
                                 "acknowledged");
                json_array_append_new(list, same);
            }
            bool accepted = strcmp(md_fact_text(contact, "outcome"), "accepted") == 0;
            json_object_set_new(same, "calls", json_real(md_fact_number(same, "calls", 0) + 1));
            json_object_set_new(same, "accepted",
                                json_real(md_fact_number(same, "accepted", 0) + accepted));
            if (json_is_string(json_object_get(contact, "acknowledged"))) {
                json_object_set(same, "acknowledged", json_object_get(contact, "acknowledged"));
            }
        }
    }
    return list;
}

/* Marked in one of the languages where its reader looks first. */
static bool is_marked(const json_t *message)
{
    const char *first = md_fact_text(message, "subject");
    first = first[0] != '\0' ? first : md_fact_text(message, "title");

    for (enum cfg_language language = CFG_LANGUAGE_JA; language <= CFG_LANGUAGE_EN; language++) {
        const char *mark = md_text_word(language, MD_WORD_TAG_DRILL);
        if (strncmp(first, mark, strlen(mark)) == 0) {
            return md_fact_true(message, "drill");
        }
    }
    return false;
}

static json_t *messages_of(const json_t *raw)
{
    json_int_t left = 0, marked = 0;
    json_t *message;
    size_t i;

    json_array_foreach(json_object_get(raw, "messages"), i, message)
    {
        left++;
        marked += is_marked(message) ? 1 : 0;
    }
    return json_pack("{s:I, s:I}", "left", left, "marked", marked);
}

static void cut(json_t *report, const char *key)
{
    json_t *list = json_object_get(report, key);

    while (json_array_size(list) > ROWS_MOST) {
        json_array_remove(list, json_array_size(list) - 1);
    }
}

static json_t *reports_of(const json_t *raw)
{
    static const char *const paper_only[] = {"redundancy", "evidence", "services", "made", "site"};
    json_t *list = json_array(), *report;
    size_t i;

    json_array_foreach(json_object_get(raw, "reports"), i, report)
    {
        if (i == REPORTS_MOST) {
            break;
        }
        json_t *copy = json_deep_copy(report);
        for (size_t k = 0; k < sizeof(paper_only) / sizeof(paper_only[0]); k++) {
            json_object_del(copy, paper_only[k]);
        }
        cut(copy, "measures");
        cut(copy, "contacts");
        cut(copy, "children");
        json_array_append_new(list, copy);
    }
    return list;
}

/* What must be true beyond the scenario's own expectations. */
static bool all_good(const json_t *result)
{
    const json_t *messages = json_object_get(result, "messages");
    json_t *service;
    size_t i;

    json_array_foreach(json_object_get(result, "services"), i, service)
    {
        if (json_is_false(json_object_get(service, "within"))) {
            return false;
        }
    }
    return md_fact_number(messages, "left", 0) == md_fact_number(messages, "marked", -1) &&
           md_fact_true(result, "journal_intact");
}

json_t *md_drill_result(const json_t *raw, const json_t *head, enum md_drill_end end)
{
    json_t *result = json_deep_copy(head);
    const char *aborted = end == MD_DRILL_REAL ? "real" : end == MD_DRILL_ORDERED ? "order" : NULL;
    json_t *steps = json_object_get(raw, "steps");

    json_object_set_new(result, "schema", json_integer(1));
    json_object_set_new(result, "aborted", aborted == NULL ? json_null() : json_string(aborted));
    json_object_set_new(result, "began_wall_ms",
                        json_real(md_fact_number(raw, "began_wall_ms", 0)));
    json_object_set_new(result, "steps", steps == NULL ? json_array() : json_incref(steps));
    json_object_set_new(result, "times", times_of(raw));
    json_object_set_new(result, "services", services_of(raw));
    json_object_set_new(result, "people", people_of(raw));
    json_object_set_new(result, "messages", messages_of(raw));
    json_object_set_new(result, "journal_intact",
                        json_boolean(md_fact_true(raw, "journal_intact")));
    json_object_set_new(result, "reports", reports_of(raw));
    json_object_set_new(
        result, "held",
        json_boolean(end == MD_DRILL_HELD && md_fact_true(raw, "held") && all_good(result)));
    return result;
}
