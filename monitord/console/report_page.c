/* SPDX-License-Identifier: Apache-2.0 */
/* The incident report as a document for paper: labels in front, blanks left where only people can
 * write, in HTML also the timeline. It words what report.c gathered and reads nothing else. */
#include "monitord/console/paper.h"
#include "monitord/console/report.h"
#include "monitord/console/timeline.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 1200
#define TIME_INDENT 24 /* columns of a row that begins with a time */

struct sheet {
    struct md_paper *paper;
    const struct md_speech *speech;
    const json_t *report;
};

static const char *word(const struct sheet *sheet, enum md_word id)
{
    return md_say(sheet->speech, id);
}

static void heading(const struct sheet *sheet, enum md_word id)
{
    md_paper_heading(sheet->paper, word(sheet, id));
}

static void field(const struct sheet *sheet, enum md_word label, const char *text)
{
    md_paper_field(sheet->paper, label, text);
}

/* "2026-11-21 03:12:44" of an RFC 3339 time. */
static void stamp(const char *time, char text[24])
{
    snprintf(text, 24, "%.19s", time);
    char *t = strchr(text, 'T');
    if (t != NULL) {
        *t = ' ';
    }
}

static void reason_of(const struct sheet *sheet, const char *code, const json_t *subject,
                      char *text, size_t size)
{
    json_t *view = json_pack("{s:s, s:O?}", "root", code, "subject", (json_t *)subject);

    md_say_incident(sheet->speech, json_object_get(sheet->report, "redundancy"), view, text, size);
    json_decref(view);
}

static void put_head(const struct sheet *sheet)
{
    const json_t *report = sheet->report;
    const char *state = md_fact_text(report, "state");
    bool drill = md_fact_true(report, "drill");
    char text[TEXT], issue[64], number[16];
    unsigned severity = (unsigned)md_fact_number(report, "severity", 0);

    snprintf(number, sizeof(number), "%.0f", md_fact_number(report, "issue", 1));
    md_text_fill(issue, sizeof(issue), sheet->speech->language,
                 md_fact_true(report, "final") ? MD_WORD_REPORT_FINAL : MD_WORD_REPORT_ISSUE,
                 number, NULL);
    md_paper_open(sheet->paper, word(sheet, MD_WORD_REPORT_TITLE), issue);
    field(sheet, MD_WORD_REPORT_SITE, md_fact_text(report, "site"));
    field(sheet, MD_WORD_REPORT_ID, md_fact_text(report, "incident"));
    field(sheet, MD_WORD_REPORT_KIND,
          word(sheet, drill ? MD_WORD_REPORT_DRILL : MD_WORD_REPORT_REAL));
    snprintf(text, sizeof(text), "%s",
             word(sheet, strcmp(state, "closed") == 0      ? MD_WORD_CLOSED
                         : strcmp(state, "recovered") == 0 ? MD_WORD_RECOVERED
                                                           : MD_WORD_OPEN));
    if (severity >= 1 && severity <= 4) {
        char level[100];
        snprintf(number, sizeof(number), "%u", severity);
        md_text_fill(level, sizeof(level), sheet->speech->language, MD_WORD_SEVERITY, number,
                     word(sheet, MD_WORD_SEVERITY_1 + severity - 1), NULL);
        md_text_append(text, sizeof(text), "  ");
        md_text_append(text, sizeof(text), level);
    }
    field(sheet, MD_WORD_REPORT_STATE, text);
    stamp(md_fact_text(report, "made"), text);
    field(sheet, MD_WORD_REPORT_MADE_AT, text);
}

static void put_time(const struct sheet *sheet, enum md_word label, const char *key,
                     enum md_word missing)
{
    const char *time = md_fact_text(json_object_get(sheet->report, "times"), key);
    double after = md_fact_number(json_object_get(sheet->report, "after_s"), key, -1);
    char text[TEXT], length[48], later[100];

    if (time[0] == '\0') {
        field(sheet, label, word(sheet, missing));
        return;
    }
    stamp(time, text);
    if (after >= 0) {
        md_say_duration(sheet->speech, after, length, sizeof(length));
        md_text_fill(later, sizeof(later), sheet->speech->language, MD_WORD_REPORT_AFTER, length,
                     NULL);
        md_text_append(text, sizeof(text), "  ");
        md_text_append(text, sizeof(text), later);
    }
    field(sheet, label, text);
}

static void put_times(const struct sheet *sheet)
{
    bool over = strcmp(md_fact_text(sheet->report, "state"), "open") != 0;
    enum md_word action = over ? MD_WORD_REPORT_NOT_NEEDED : MD_WORD_REPORT_NOT_YET;

    heading(sheet, MD_WORD_REPORT_TIMES);
    put_time(sheet, MD_WORD_REPORT_DETECTED, "detected", MD_WORD_REPORT_NO_DATA);
    put_time(sheet, MD_WORD_REPORT_DECIDED, "decided", action);
    put_time(sheet, MD_WORD_REPORT_ACTED, "acted", action);
    put_time(sheet, MD_WORD_REPORT_RESTORED, "restored", action);
    put_time(sheet, MD_WORD_REPORT_RECOVERED, "recovered", MD_WORD_REPORT_NOT_YET);
    put_time(sheet, MD_WORD_REPORT_CLOSED, "closed", MD_WORD_REPORT_NOT_YET);
}

static void put_services(const struct sheet *sheet)
{
    const json_t *services = json_object_get(sheet->report, "services");
    char name[200], text[TEXT], digit[16], outage[48], target[48];
    json_t *service;
    size_t i;

    heading(sheet, MD_WORD_REPORT_SERVICES);
    json_array_foreach(services, i, service)
    {
        double outage_s = md_fact_number(service, "outage_s", -1);
        double target_s = md_fact_number(service, "recovery_time_s", -1);
        snprintf(digit, sizeof(digit), "%.0f", md_fact_number(service, "class", 0));
        snprintf(name, sizeof(name), "%.190s", md_fact_text(service, "name"));
        if (digit[0] != '0') {
            md_text_fill(name, sizeof(name), sheet->speech->language, MD_WORD_REPORT_SERVICE,
                         md_fact_text(service, "name"), digit, NULL);
        }
        md_say_duration(sheet->speech, outage_s, outage, sizeof(outage));
        md_say_duration(sheet->speech, target_s, target, sizeof(target));
        if (json_is_boolean(json_object_get(service, "within"))) {
            md_text_fill(text, sizeof(text), sheet->speech->language,
                         json_is_false(json_object_get(service, "within")) ? MD_WORD_REPORT_BREACHED
                         : md_fact_true(service, "ongoing")                ? MD_WORD_REPORT_ONGOING
                                                                           : MD_WORD_REPORT_WITHIN,
                         outage, target, NULL);
        } else if (outage_s >= 0) {
            md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_SERVICE_DOWN, outage,
                         NULL);
        } else {
            snprintf(text, sizeof(text), "%s", word(sheet, MD_WORD_REPORT_NO_OUTAGE));
        }
        md_paper_row(sheet->paper, name, 32, text, false);
    }
    if (json_array_size(services) == 0) {
        field(sheet, MD_WORD_LABEL_SERVICE, "");
    }
}

static void put_cause(const struct sheet *sheet)
{
    char text[TEXT];
    json_t *child;
    size_t i;

    heading(sheet, MD_WORD_REPORT_CAUSE);
    reason_of(sheet, md_fact_text(sheet->report, "root"), json_object_get(sheet->report, "subject"),
              text, sizeof(text));
    field(sheet, MD_WORD_REPORT_SUSPECTED, text);
    json_array_foreach(json_object_get(sheet->report, "children"), i, child)
    {
        char time[24];
        reason_of(sheet, md_fact_text(child, "cause"), json_object_get(child, "subject"), text,
                  sizeof(text));
        stamp(md_fact_text(child, "at"), time);
        md_text_append(text, sizeof(text), "  ");
        md_text_append(text, sizeof(text), time);
        field(sheet, MD_WORD_REPORT_CHILDREN, text);
    }
}

static void put_things(const struct sheet *sheet, const char *key, enum md_word label,
                       void (*say)(const struct md_speech *, const json_t *, char *, size_t))
{
    char text[TEXT], detail[TEXT];
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(json_object_get(sheet->report, "redundancy"), key), i, entry)
    {
        const char *state = md_fact_text(entry, "state");
        say(sheet->speech, entry, detail, sizeof(detail));
        snprintf(text, sizeof(text), "%.100s  %s %s  ", md_fact_text(entry, "name"),
                 md_say_mark(sheet->speech, state), md_say_state(sheet->speech, state));
        md_text_append(text, sizeof(text), detail);
        field(sheet, label, text);
    }
}

static void put_redundancy(const struct sheet *sheet)
{
    const json_t *redundancy = json_object_get(sheet->report, "redundancy");
    char text[200], time[24];

    stamp(md_fact_text(json_is_object(redundancy) ? redundancy : sheet->report,
                       json_is_object(redundancy) ? "as_of" : "made"),
          time);
    md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_REPORT_REDUNDANCY, time,
                 NULL);
    md_paper_heading(sheet->paper, text);
    if (!json_is_object(redundancy)) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NOW));
        return;
    }
    put_things(sheet, "servers", MD_WORD_LABEL_SERVER, md_say_server);
    put_things(sheet, "lines", MD_WORD_LABEL_LINE, md_say_line);
    put_things(sheet, "power", MD_WORD_LABEL_POWER, md_say_device);
}

static void put_none(const struct sheet *sheet, const char *key)
{
    if (json_array_size(json_object_get(sheet->report, key)) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

static void put_measures(const struct sheet *sheet)
{
    char text[TEXT];
    json_t *measure;
    size_t i;

    heading(sheet, MD_WORD_REPORT_MEASURES);
    put_none(sheet, "measures");
    json_array_foreach(json_object_get(sheet->report, "measures"), i, measure)
    {
        char time[24];
        char length[48], what[TEXT];
        md_say_duration(sheet->speech, md_fact_number(measure, "after_s", 0), length,
                        sizeof(length));
        reason_of(sheet, md_fact_text(measure, "reason"), json_object_get(measure, "subject"), what,
                  sizeof(what));
        snprintf(text, sizeof(text), "+%s", length);
        md_say_add(text, sizeof(text), what);
        stamp(md_fact_text(measure, "at"), time);
        md_paper_row(sheet->paper, time, TIME_INDENT, text, true);
    }
}

static const char *outcome_text(const struct sheet *sheet, const char *outcome)
{
    return word(sheet, strcmp(outcome, "accepted") == 0 ? MD_WORD_REPORT_DELIVERED
                       : strcmp(outcome, "retry") == 0  ? MD_WORD_REPORT_RESULT_RETRY
                       : strcmp(outcome, "failed") == 0 ? MD_WORD_REPORT_RESULT_FAILED
                                                        : MD_WORD_REPORT_PENDING);
}

static void put_contacts(const struct sheet *sheet)
{
    static const char *const messages[] = {"opened",   "worsened", "reminder", "recovered",
                                           "handover", "brief",    "unstable", "aborted"};
    char text[TEXT], number[32], part[100];
    json_t *contact;
    size_t i;

    heading(sheet, MD_WORD_REPORT_CONTACTS);
    put_none(sheet, "contacts");
    json_array_foreach(json_object_get(sheet->report, "contacts"), i, contact)
    {
        const char *message = md_fact_text(contact, "message");
        const char *acknowledged = md_fact_text(contact, "acknowledged");
        char time[24];
        for (unsigned m = 0; m < sizeof messages / sizeof messages[0]; m++) {
            if (strcmp(message, messages[m]) == 0) {
                message = word(sheet, MD_WORD_MESSAGE_OPENED + m);
                break;
            }
        }
        stamp(md_fact_text(contact, "at"), time);
        snprintf(number, sizeof(number), "%.0f", md_fact_number(contact, "attempt", 1));
        md_text_fill(part, sizeof(part), sheet->speech->language, MD_WORD_ATTEMPT, number, NULL);
        text[0] = '\0';
        md_say_add(text, sizeof(text), md_fact_text(contact, "title"));
        md_say_add(text, sizeof(text), md_fact_text(contact, "channel"));
        if (md_fact_true(contact, "resend")) {
            md_say_add(text, sizeof(text), word(sheet, MD_WORD_TAG_RESEND));
        }
        md_say_add(text, sizeof(text), message);
        md_say_add(text, sizeof(text), part);
        md_say_add(text, sizeof(text), outcome_text(sheet, md_fact_text(contact, "outcome")));
        if (acknowledged[0] != '\0' && strcmp(md_fact_text(contact, "message"), "recovered") != 0) {
            char clock[9];
            md_fact_clock(acknowledged, clock);
            md_say_add_filled(sheet->speech, text, sizeof(text), MD_WORD_ACKED_AT, clock);
        }
        md_paper_row(sheet->paper, time, TIME_INDENT, text, true);
    }
}

static const char *order_text(const struct sheet *sheet, const char *order)
{
    static const char *const names[] = {"acknowledge",     "own",    "cannot",
                                        "resolve",         "switch", "maintenance_begin",
                                        "maintenance_end", "hold",   "release"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(order, names[i]) == 0) {
            return word(sheet, MD_WORD_ORDER_ACKNOWLEDGE + i);
        }
    }
    return order;
}

static void put_orders(const struct sheet *sheet)
{
    char text[TEXT];
    json_t *order;
    size_t i;

    heading(sheet, MD_WORD_REPORT_ORDERS);
    put_none(sheet, "orders");
    json_array_foreach(json_object_get(sheet->report, "orders"), i, order)
    {
        const char *refused = md_fact_text(order, "refused");
        const char *title = md_fact_text(order, "title");
        char time[24];
        stamp(md_fact_text(order, "at"), time);
        snprintf(text, sizeof(text), "%s  %.200s", order_text(sheet, md_fact_text(order, "order")),
                 title[0] != '\0' ? title : md_fact_text(order, "person"));
        if (refused[0] != '\0') {
            md_say_add_filled(sheet->speech, text, sizeof(text), MD_WORD_REPORT_REFUSED,
                              md_say_reason(sheet->speech, refused, MD_TEXT_TITLE));
        }
        md_paper_row(sheet->paper, time, TIME_INDENT, text, true);
    }
}

/* What was recorded by `resolve`; false: nothing, the blanks are for the pen. */
static bool put_conclusion(const struct sheet *sheet)
{
    static const struct {
        const char *key;
        enum md_word word;
    } texts[] = {{"cause", MD_WORD_CONCLUDE_CAUSE},
                 {"prevention", MD_WORD_CONCLUDE_PREVENTION},
                 {"deferral", MD_WORD_CONCLUDE_DEFERRED},
                 {"due", MD_WORD_CONCLUDE_DUE},
                 {"person", MD_WORD_CONCLUDE_BY}};
    const json_t *conclusion = json_object_get(sheet->report, "conclusion");
    char text[TEXT * 2];

    if (!json_is_object(conclusion)) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_CONCLUDE_MISSING));
        return false;
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        snprintf(text, sizeof(text), "%s", md_fact_text(conclusion, texts[i].key));
        if (i == 0 && md_fact_true(conclusion, "false_alarm")) {
            md_say_add(text, sizeof(text), word(sheet, MD_WORD_CONCLUDE_FALSE));
        }
        if (text[0] != '\0') {
            field(sheet, texts[i].word, text);
        }
    }
    return true;
}

static void put_foot(const struct sheet *sheet)
{
    static const enum md_word blanks[] = {MD_WORD_REPORT_BLANK, MD_WORD_REPORT_OUTSIDE,
                                          MD_WORD_REPORT_PREVENTION, MD_WORD_REPORT_SIGN};
    const json_t *evidence = json_object_get(sheet->report, "evidence");
    char text[TEXT], numbers[3][32];

    heading(sheet, MD_WORD_REPORT_BY_PEOPLE);
    bool concluded = put_conclusion(sheet);
    for (size_t i = concluded ? 1 : 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        if (!concluded || blanks[i] != MD_WORD_REPORT_PREVENTION) {
            md_paper_blank(sheet->paper, blanks[i]);
        }
    }
    heading(sheet, MD_WORD_REPORT_EVIDENCE);
    snprintf(numbers[0], sizeof(numbers[0]), "%.0f", md_fact_number(evidence, "first_row", 0));
    snprintf(numbers[1], sizeof(numbers[1]), "%.0f", md_fact_number(evidence, "last_row", 0));
    snprintf(numbers[2], sizeof(numbers[2]), "%.0f", md_fact_number(evidence, "rows", 0));
    md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_REPORT_ROWS,
                 md_fact_text(evidence, "journal"), numbers[0], numbers[1], numbers[2], NULL);
    md_paper_note(sheet->paper, text);
    md_paper_close(sheet->paper);
}

void md_report_page(FILE *out, const struct md_speech *speech, const json_t *report, bool html)
{
    struct md_paper paper = {
        .out = out, .speech = speech, .html = html, .drill = md_fact_true(report, "drill")};
    const struct sheet sheet = {.paper = &paper, .speech = speech, .report = report};

    put_head(&sheet);
    put_times(&sheet);
    if (html) {
        md_paper_pause(&paper);
        md_timeline(out, speech, report);
    }
    put_services(&sheet);
    put_cause(&sheet);
    put_redundancy(&sheet);
    put_measures(&sheet);
    put_contacts(&sheet);
    put_orders(&sheet);
    put_foot(&sheet);
}
