/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a drill, and its plan, on the same paper as the incident report. It words what
 * drill_result.c judged and reads nothing else (see drill.h). */
#include "monitord/console/drill.h"
#include "monitord/console/drill_library.h"
#include "monitord/console/paper.h"
#include "monitord/console/timeline.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 900
#define STEP_INDENT 12
#define NAME_INDENT 32

struct sheet {
    struct md_paper *paper;
    const struct md_speech *speech;
    const json_t *result;
    bool plan;
};

static const char *word(const struct sheet *sheet, enum md_word id)
{
    return md_say(sheet->speech, id);
}

/* On the real servers, not in the twin. */
static bool is_real(const struct sheet *sheet)
{
    return strcmp(md_fact_text(sheet->result, "kind"), "switchover") == 0;
}

static void field(const struct sheet *sheet, enum md_word label, const char *key)
{
    char text[TEXT];

    snprintf(text, sizeof(text), "%.800s", md_fact_text(sheet->result, key));
    if (strlen(text) > 18 && text[10] == 'T') { /* a time */
        text[10] = ' ';
        text[19] = '\0';
    }
    md_paper_field(sheet->paper, label, text);
}

static unsigned count_of(const struct sheet *sheet, const char *verdict)
{
    unsigned count = 0;
    json_t *step;
    size_t i;

    json_array_foreach(json_object_get(sheet->result, "steps"), i, step)
    {
        count += strcmp(md_fact_text(step, "verdict"), verdict) == 0 ? 1 : 0;
    }
    return count;
}

static void add_number(const struct sheet *sheet, char *text, size_t size, enum md_word what,
                       double number)
{
    if (number > 0) {
        md_say_add_number(sheet->speech, text, size, what, "0", number);
    }
}

/* What keeps a drill from having held besides its expectations. */
static void add_beyond(const struct sheet *sheet, char *text, size_t size)
{
    const json_t *messages = json_object_get(sheet->result, "messages");
    unsigned beyond = 0;
    json_t *service;
    size_t i;

    json_array_foreach(json_object_get(sheet->result, "services"), i, service)
    {
        beyond += json_is_false(json_object_get(service, "within")) ? 1 : 0;
    }
    add_number(sheet, text, size, MD_WORD_DRILL_BEYOND, beyond);
    add_number(sheet, text, size, MD_WORD_DRILL_UNMARKED,
               md_fact_number(messages, "left", 0) - md_fact_number(messages, "marked", 0));
    if (!md_fact_true(sheet->result, "journal_intact")) {
        md_say_add(text, size, word(sheet, MD_WORD_DRILL_JOURNAL_BROKEN));
    }
}

static void put_verdict(const struct sheet *sheet)
{
    const char *aborted = md_fact_text(sheet->result, "aborted");
    char text[TEXT], numbers[2][16];
    unsigned held = count_of(sheet, "held"), expected = 0;
    json_t *step;
    size_t i;

    json_array_foreach(json_object_get(sheet->result, "steps"), i, step)
    {
        expected += strcmp(md_fact_text(step, "kind"), "fault") != 0 ? 1 : 0;
    }
    snprintf(numbers[0], sizeof(numbers[0]), "%u", expected - held);
    snprintf(numbers[1], sizeof(numbers[1]), "%u", held);
    if (aborted[0] != '\0') {
        md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_DRILL_CUT,
                     word(sheet, strcmp(aborted, "real") == 0 ? MD_WORD_DRILL_CUT_REAL
                                                              : MD_WORD_DRILL_CUT_ORDER),
                     NULL);
    } else if (md_fact_true(sheet->result, "held")) {
        md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_DRILL_HELD, numbers[1],
                     NULL);
    } else {
        md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_DRILL_FAILED, numbers[0],
                     numbers[1], NULL);
        add_beyond(sheet, text, sizeof(text));
    }
    md_paper_field(sheet->paper, MD_WORD_DRILL_VERDICT, text);
}

/* How long it may last, and what else ends it. */
static void put_timer(const struct sheet *sheet)
{
    char text[TEXT], length[48];

    md_say_duration(sheet->speech, md_fact_number(sheet->result, "timer_s", 0), length,
                    sizeof(length));
    md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_DRILL_TIMER_IS, length, NULL);
    md_paper_field(sheet->paper, MD_WORD_DRILL_TIMER, text);
}

static const char *give_back_words(const struct sheet *sheet)
{
    const char *code = md_fact_text(sheet->result, "give_back");

    return word(sheet, strcmp(code, "done") == 0        ? MD_WORD_DRILL_BACK_DONE
                       : strcmp(code, "stayed") == 0    ? MD_WORD_DRILL_BACK_STAYED
                       : strcmp(code, "undecided") == 0 ? MD_WORD_DRILL_BACK_OPEN
                                                        : MD_WORD_DRILL_BACK_NONE);
}

static void put_head(const struct sheet *sheet)
{
    char what[TEXT];

    md_paper_open(sheet->paper, word(sheet, sheet->plan ? MD_WORD_DRILL_PLAN : MD_WORD_DRILL_TITLE),
                  md_fact_text(sheet->result, "id"));
    field(sheet, MD_WORD_REPORT_SITE, "site");
    field(sheet, MD_WORD_DRILL_NAME, "name");
    md_drill_described(sheet->speech->language, md_fact_text(sheet->result, "description"), what,
                       sizeof(what));
    md_paper_field(sheet->paper, MD_WORD_DRILL_WHAT, what);
    md_paper_field(
        sheet->paper, MD_WORD_DRILL_KIND,
        word(sheet, is_real(sheet) ? MD_WORD_DRILL_SWITCHOVER : MD_WORD_DRILL_SIMULATOR));
    if (is_real(sheet)) {
        put_timer(sheet);
    }
    if (!sheet->plan) {
        put_verdict(sheet);
        field(sheet, MD_WORD_DRILL_STARTED_AT, "started");
        field(sheet, MD_WORD_DRILL_ENDED_AT, "ended");
        field(sheet, MD_WORD_DRILL_BY, "by");
    }
    if (!sheet->plan && is_real(sheet)) {
        field(sheet, MD_WORD_DRILL_SECOND, "second");
        md_paper_field(sheet->paper, MD_WORD_DRILL_GIVE_BACK, give_back_words(sheet));
    }
}

/* "○ 達成 0.6秒 / 5秒". */
static void verdict_of(const struct sheet *sheet, const json_t *step, char *text, size_t size)
{
    const char *verdict = md_fact_text(step, "verdict"), *seen = md_fact_text(step, "seen");
    bool held = strcmp(verdict, "held") == 0, failed = strcmp(verdict, "failed") == 0;
    char times[120], bound[48];

    md_say_duration(sheet->speech, md_fact_number(step, "measured_s", 0), times, sizeof(times));
    md_say_duration(sheet->speech, md_fact_number(step, "bound_s", 0), bound, sizeof(bound));
    md_text_append(times, sizeof(times), " / ");
    md_text_append(times, sizeof(times), bound);
    if (held || failed) {
        md_say_add_filled(sheet->speech, text, size,
                          held ? MD_WORD_DRILL_STEP_HELD : MD_WORD_DRILL_STEP_FAILED, times);
    } else {
        md_say_add(text, size, word(sheet, MD_WORD_DRILL_STEP_NONE));
    }
    if (failed && seen[0] != '\0') {
        md_say_add_filled(sheet->speech, text, size, MD_WORD_DRILL_STEP_SEEN, seen);
    }
}

/* What is done or must come true: as the scenario wrote it, or by its code. */
static const char *step_text(const struct sheet *sheet, const json_t *step)
{
    const char *code = md_fact_text(step, "code");

    return code[0] == '\0'
               ? md_fact_text(step, "text")
               : word(sheet, strcmp(code, "moves") == 0             ? MD_WORD_DRILL_MOVES
                             : strcmp(code, "service_answers") == 0 ? MD_WORD_DRILL_SERVICE_ANSWERS
                                                                    : MD_WORD_DRILL_PEOPLE_DECIDE);
}

static void put_steps(const struct sheet *sheet)
{
    char at[64], text[TEXT], bound[48];
    json_t *step;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_STEPS));
    json_array_foreach(json_object_get(sheet->result, "steps"), i, step)
    {
        const char *kind = md_fact_text(step, "kind");
        bool fault = strcmp(kind, "fault") == 0, never = strcmp(kind, "expect-not") == 0;
        snprintf(at, sizeof(at), "+");
        md_say_duration(sheet->speech, md_fact_number(step, "at_s", 0), at + 1, sizeof(at) - 1);
        text[0] = '\0';
        md_say_add_filled(sheet->speech, text, sizeof(text),
                          fault   ? MD_WORD_DRILL_FAULT
                          : never ? MD_WORD_DRILL_EXPECT_NOT
                                  : MD_WORD_DRILL_EXPECT,
                          step_text(sheet, step));
        if (!fault && sheet->plan) {
            md_say_duration(sheet->speech, md_fact_number(step, "bound_s", 0), bound,
                            sizeof(bound));
            md_say_add_filled(sheet->speech, text, sizeof(text),
                              never ? MD_WORD_DRILL_FOR : MD_WORD_DRILL_WITHIN, bound);
        } else if (!fault) {
            verdict_of(sheet, step, text, sizeof(text));
        }
        md_paper_row(sheet->paper, at, STEP_INDENT, text, true);
    }
}

static void put_times(const struct sheet *sheet)
{
    static const struct {
        const char *key;
        enum md_word word;
    } times[] = {{"detect_s", MD_WORD_DRILL_TIME_DETECT},
                 {"decide_s", MD_WORD_DRILL_TIME_DECIDE},
                 {"act_s", MD_WORD_DRILL_TIME_ACT},
                 {"restore_s", MD_WORD_DRILL_TIME_RESTORE}};
    char text[TEXT], what[300];
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper,
                     word(sheet, is_real(sheet) ? MD_WORD_DRILL_TIMES_REAL : MD_WORD_DRILL_TIMES));
    json_array_foreach(json_object_get(sheet->result, "times"), i, entry)
    {
        text[0] = '\0';
        md_say_incident(sheet->speech, NULL, entry, what, sizeof(what));
        for (size_t k = 0; k < sizeof(times) / sizeof(times[0]); k++) {
            double seconds = md_fact_number(entry, times[k].key, -1);
            if (seconds >= 0) {
                md_say_add_duration(sheet->speech, text, sizeof(text), times[k].word, seconds);
            }
        }
        md_say_add(text, sizeof(text), md_fact_text(entry, "fault"));
        md_paper_row(sheet->paper, what, NAME_INDENT, text, false);
    }
    if (json_array_size(json_object_get(sheet->result, "times")) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

/* One picture for each incident of the drill. */
static void put_timelines(const struct sheet *sheet)
{
    char what[300];
    json_t *report;
    size_t i;

    if (!sheet->paper->html) {
        return;
    }
    md_paper_pause(sheet->paper);
    json_array_foreach(json_object_get(sheet->result, "reports"), i, report)
    {
        md_say_incident(sheet->speech, NULL, report, what, sizeof(what));
        md_paper_note(sheet->paper, what);
        md_timeline(sheet->paper->out, sheet->speech, report);
    }
}

static void put_services(const struct sheet *sheet)
{
    char text[TEXT], outage[48], target[48];
    json_t *service;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_SERVICES));
    json_array_foreach(json_object_get(sheet->result, "services"), i, service)
    {
        const json_t *within = json_object_get(service, "within");
        snprintf(text, sizeof(text), "%s", word(sheet, MD_WORD_REPORT_NO_OUTAGE));
        if (md_fact_number(service, "outage_s", -1) >= 0) {
            md_say_duration(sheet->speech, md_fact_number(service, "outage_s", 0), outage,
                            sizeof(outage));
            md_say_duration(sheet->speech, md_fact_number(service, "recovery_time_s", 0), target,
                            sizeof(target));
            md_text_fill(text, sizeof(text), sheet->speech->language,
                         json_is_true(within)    ? MD_WORD_REPORT_WITHIN
                         : json_is_false(within) ? MD_WORD_REPORT_BREACHED
                                                 : MD_WORD_SERVICE_DOWN,
                         outage, target, NULL);
        }
        md_paper_row(sheet->paper, md_fact_text(service, "name"), NAME_INDENT, text, false);
    }
    if (json_array_size(json_object_get(sheet->result, "services")) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

static void put_people(const struct sheet *sheet)
{
    char text[TEXT], numbers[3][16], clock[9], who[240];
    json_t *person;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_PEOPLE));
    json_array_foreach(json_object_get(sheet->result, "people"), i, person)
    {
        double calls = md_fact_number(person, "calls", 0);
        double accepted = md_fact_number(person, "accepted", 0);
        const char *title = md_fact_text(person, "title");
        const char *answered = md_fact_text(person, "acknowledged");
        snprintf(numbers[0], sizeof(numbers[0]), "%.0f", calls);
        snprintf(numbers[1], sizeof(numbers[1]), "%.0f", accepted);
        snprintf(numbers[2], sizeof(numbers[2]), "%.0f", calls - accepted);
        md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_MONTH_TRIES, numbers[0],
                     numbers[1], numbers[2], NULL);
        if (answered[0] != '\0') {
            md_fact_clock(answered, clock);
            md_say_add_filled(sheet->speech, text, sizeof(text), MD_WORD_ACKED_AT, clock);
        } else {
            md_say_add(text, sizeof(text), word(sheet, MD_WORD_DRILL_NO_ANSWER));
        }
        snprintf(who, sizeof(who), "%.140s  %.60s",
                 title[0] != '\0' ? title : md_fact_text(person, "person"),
                 md_fact_text(person, "channel"));
        md_paper_row(sheet->paper, who, NAME_INDENT, text, false);
    }
    if (json_array_size(json_object_get(sheet->result, "people")) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

/* Of a plan: what moves with which recovery time, and who will hear of it. */
static void put_scope(const struct sheet *sheet)
{
    char text[TEXT], target[48];
    const json_t *participants = json_object_get(sheet->result, "participants");
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_SCOPE));
    json_array_foreach(json_object_get(sheet->result, "services"), i, entry)
    {
        double target_s = md_fact_number(entry, "recovery_time_s", 0);
        snprintf(text, sizeof(text), "%s", word(sheet, MD_WORD_REPORT_NONE));
        if (target_s > 0) {
            md_say_duration(sheet->speech, target_s, target, sizeof(target));
            md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_SERVICE_TARGET,
                         target, NULL);
        }
        md_paper_row(sheet->paper, md_fact_text(entry, "name"), NAME_INDENT, text, false);
    }
    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_PARTICIPANTS));
    json_array_foreach(participants, i, entry)
    {
        const char *title = md_fact_text(entry, "title");
        md_paper_row(sheet->paper, md_fact_text(entry, "person"), NAME_INDENT, title, false);
    }
    if (json_array_size(participants) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

static void put_foot(const struct sheet *sheet)
{
    const json_t *messages = json_object_get(sheet->result, "messages");
    char text[TEXT], numbers[2][16];

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_DRILL_EVIDENCE));
    snprintf(numbers[0], sizeof(numbers[0]), "%.0f", md_fact_number(messages, "left", 0));
    snprintf(numbers[1], sizeof(numbers[1]), "%.0f", md_fact_number(messages, "marked", 0));
    md_text_fill(text, sizeof(text), sheet->speech->language,
                 is_real(sheet) ? MD_WORD_DRILL_MESSAGES_REAL : MD_WORD_DRILL_MESSAGES, numbers[0],
                 numbers[1], NULL);
    md_paper_note(sheet->paper, text);
    bool intact = md_fact_true(sheet->result, "journal_intact");
    enum md_word chain = intact ? MD_WORD_DRILL_JOURNAL_GOOD : MD_WORD_DRILL_JOURNAL_BAD;
    if (is_real(sheet)) {
        chain = intact ? MD_WORD_DRILL_CHAIN_GOOD : MD_WORD_DRILL_CHAIN_BAD;
    }
    md_paper_note(sheet->paper, word(sheet, chain));
    md_paper_blank(sheet->paper, MD_WORD_DRILL_LESSONS);
    md_paper_blank(sheet->paper, MD_WORD_REPORT_SIGN);
}

void md_drill_page(FILE *out, const struct md_speech *speech, const json_t *result, bool plan,
                   bool html)
{
    struct md_paper paper = {.out = out, .speech = speech, .html = html, .drill = true};
    const struct sheet sheet = {.paper = &paper, .speech = speech, .result = result, .plan = plan};

    put_head(&sheet);
    put_steps(&sheet);
    if (plan && is_real(&sheet)) {
        put_scope(&sheet);
    }
    if (!plan) {
        put_times(&sheet);
        put_timelines(&sheet);
        put_services(&sheet);
        put_people(&sheet);
        put_foot(&sheet);
    }
    md_paper_close(&paper);
}
