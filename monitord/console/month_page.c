/* SPDX-License-Identifier: Apache-2.0 */
/* The monthly report as a document for paper, and the command that prints it. It words what month.c
 * gathered (see month.h). */
#include "monitord/console/month.h"

#include "monitord/console/mask.h"
#include "monitord/console/paper.h"
#include "monitord/console/past.h"
#include "monitord/console/people.h"
#include "monitord/fact.h"

#include "config/load.h"
#include "monitord/wall_time.h"

#include <math.h>
#include <string.h>

#define TEXT 600
#define NAME_INDENT 32

struct sheet {
    struct md_paper *paper;
    const struct md_speech *speech;
    const json_t *report;
};

static const char *word(const struct sheet *sheet, enum md_word id)
{
    return md_say(sheet->speech, id);
}

/* A whole number of the object as text. */
static const char *whole(const json_t *object, const char *key, char text[24])
{
    snprintf(text, 24, "%.0f", md_fact_number(object, key, 0));
    return text;
}

static void stamp(const char *time, char text[24])
{
    snprintf(text, 24, "%.16s", time);
    char *t = strchr(text, 'T');
    if (t != NULL) {
        *t = ' ';
    }
}

static void put_none(const struct sheet *sheet, const char *key)
{
    if (json_array_size(json_object_get(sheet->report, key)) == 0) {
        md_paper_note(sheet->paper, word(sheet, MD_WORD_REPORT_NONE));
    }
}

static void put_head(const struct sheet *sheet)
{
    const json_t *report = sheet->report;
    char text[TEXT], time[24], length[48], share[16], starts[24];
    double period_s = md_fact_number(report, "period_s", 0);
    double watched_s = md_fact_number(report, "watched_s", 0);

    md_paper_open(sheet->paper, word(sheet, MD_WORD_MONTH_TITLE), md_fact_text(report, "month"));
    md_paper_field(sheet->paper, MD_WORD_REPORT_SITE, md_fact_text(report, "site"));
    snprintf(text, sizeof(text), "%s", md_fact_text(report, "month"));
    stamp(md_fact_text(report, "made"), time);
    if (md_fact_true(report, "so_far")) {
        md_say_add_filled(sheet->speech, text, sizeof(text), MD_WORD_MONTH_SO_FAR, time);
    }
    md_paper_field(sheet->paper, MD_WORD_MONTH_PERIOD, text);
    md_say_duration(sheet->speech, watched_s, length, sizeof(length));
    snprintf(share, sizeof(share), "%.2f", period_s > 0 ? 100 * watched_s / period_s : 0);
    md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_MONTH_WATCHED_OF, length,
                 share, whole(report, "starts", starts), NULL);
    md_paper_field(sheet->paper, MD_WORD_MONTH_WATCHED, text);
    md_paper_field(sheet->paper, MD_WORD_REPORT_MADE_AT, time);
}

static void put_service(const struct sheet *sheet, const json_t *service)
{
    char text[TEXT] = "", part[200], name[200], lengths[2][48], number[24], digit[24];
    double target_s = md_fact_number(service, "recovery_time_s", -1);
    const json_t *available = json_object_get(service, "available");

    md_text_fill(name, sizeof(name), sheet->speech->language, MD_WORD_REPORT_SERVICE,
                 md_fact_text(service, "name"), whole(service, "class", digit), NULL);
    if (json_is_number(available)) {
        /* cut, not rounded: 99.9999 % is not all */
        snprintf(number, sizeof(number), "%.4f", floor(json_number_value(available) * 1e4) / 1e4);
        md_say_add_filled(sheet->speech, text, sizeof(text), MD_WORD_MONTH_AVAILABLE, number);
    }
    if (md_fact_number(service, "outages", 0) > 0) {
        md_say_duration(sheet->speech, md_fact_number(service, "down_s", 0), lengths[0], 48);
        md_say_duration(sheet->speech, md_fact_number(service, "longest_s", 0), lengths[1], 48);
        md_text_fill(part, sizeof(part), sheet->speech->language, MD_WORD_MONTH_OUTAGES,
                     whole(service, "outages", number), lengths[0], lengths[1], NULL);
        md_say_add(text, sizeof(text), part);
    } else {
        md_say_add(text, sizeof(text), word(sheet, MD_WORD_MONTH_NO_OUTAGES));
    }
    if (target_s > 0) {
        md_say_duration(sheet->speech, target_s, lengths[0], 48);
        md_text_fill(part, sizeof(part), sheet->speech->language, MD_WORD_MONTH_TARGET, lengths[0],
                     whole(service, "exceeded", number), NULL);
        md_say_add(text, sizeof(text), part);
    }
    md_paper_row(sheet->paper, name, NAME_INDENT, text, false);
}

static void put_switchovers(const struct sheet *sheet)
{
    char text[TEXT], time[24];
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_SWITCHOVERS));
    put_none(sheet, "switchovers");
    json_array_foreach(json_object_get(sheet->report, "switchovers"), i, entry)
    {
        stamp(md_fact_text(entry, "at"), time);
        text[0] = '\0';
        md_say_add(text, sizeof(text),
                   md_say_reason(sheet->speech, md_fact_text(entry, "reason"), MD_TEXT_TITLE));
        md_say_add(text, sizeof(text), md_fact_text(json_object_get(entry, "subject"), "name"));
        md_say_add(text, sizeof(text),
                   md_say_reason(sheet->speech, md_fact_text(entry, "why"), MD_TEXT_TITLE));
        md_paper_row(sheet->paper, time, 22, text, true);
    }
}

static void put_incidents(const struct sheet *sheet)
{
    char text[TEXT], what[300], length[48], numbers[3][24];
    unsigned false_alarms = 0, open = 0;
    const json_t *incidents = json_object_get(sheet->report, "incidents");
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_INCIDENTS));
    json_array_foreach(incidents, i, entry)
    {
        false_alarms += md_fact_true(entry, "false_alarm") ? 1 : 0;
        open += md_fact_true(entry, "concluded") ? 0 : 1;
    }
    snprintf(numbers[0], 24, "%zu", json_array_size(incidents));
    snprintf(numbers[1], 24, "%u", false_alarms);
    snprintf(numbers[2], 24, "%u", open);
    md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_MONTH_COUNTS, numbers[0],
                 numbers[1], numbers[2], NULL);
    md_paper_note(sheet->paper, text);
    json_array_foreach(incidents, i, entry)
    {
        double lasted_s = md_fact_number(entry, "lasted_s", -1);
        text[0] = '\0';
        md_say_incident(sheet->speech, NULL, entry, what, sizeof(what));
        md_say_add(text, sizeof(text), what);
        md_say_duration(sheet->speech, lasted_s, length, sizeof(length));
        md_say_add_filled(sheet->speech, text, sizeof(text),
                          lasted_s >= 0 ? MD_WORD_MONTH_OPEN_FOR : MD_WORD_MONTH_STILL_OPEN,
                          length);
        if (md_fact_true(entry, "false_alarm")) {
            md_say_add(text, sizeof(text), word(sheet, MD_WORD_CONCLUDE_FALSE));
        }
        md_paper_row(sheet->paper, md_fact_text(entry, "incident"), 22, text, false);
    }
}

static void put_channels(const struct sheet *sheet)
{
    char text[TEXT], numbers[3][24];
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_CHANNELS));
    json_array_foreach(json_object_get(sheet->report, "channels"), i, entry)
    {
        md_text_fill(text, sizeof(text), sheet->speech->language, MD_WORD_MONTH_TRIES,
                     whole(entry, "tried", numbers[0]), whole(entry, "accepted", numbers[1]),
                     whole(entry, "failed", numbers[2]), NULL);
        md_paper_row(sheet->paper, md_fact_text(entry, "name"), NAME_INDENT, text, false);
    }
    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_DRILLS));
    put_none(sheet, "drills");
    json_array_foreach(json_object_get(sheet->report, "drills"), i, entry)
    {
        char time[24];
        stamp(md_fact_text(entry, "started"), time);
        snprintf(text, sizeof(text), "%s  %.300s",
                 word(sheet, md_fact_true(entry, "held") ? MD_WORD_MARK_OK : MD_WORD_MARK_DOWN),
                 md_fact_text(entry, "name"));
        md_say_add(text, sizeof(text), md_fact_text(entry, "id"));
        md_paper_row(sheet->paper, time, 22, text, true);
    }
}

static void put_people(const struct sheet *sheet)
{
    char text[TEXT], day[24], age[24];
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_PEOPLE));
    json_array_foreach(json_object_get(sheet->report, "people"), i, entry)
    {
        snprintf(day, sizeof(day), "%.10s", md_fact_text(entry, "proven"));
        md_text_fill(text, sizeof(text), sheet->speech->language,
                     day[0] != '\0' ? MD_WORD_MONTH_ANSWERED : MD_WORD_MONTH_NEVER, day,
                     whole(entry, "age_days", age), NULL);
        md_paper_row(sheet->paper, md_fact_text(entry, "title"), NAME_INDENT, text, false);
    }
}

static void put_findings(const struct sheet *sheet)
{
    char text[TEXT], number[48];
    json_t *entry;
    size_t i;

    md_paper_heading(sheet->paper, word(sheet, MD_WORD_MONTH_FINDINGS));
    put_none(sheet, "findings");
    json_array_foreach(json_object_get(sheet->report, "findings"), i, entry)
    {
        unsigned code = (unsigned)md_fact_number(entry, "code", 0);
        const char *name = md_fact_text(entry, "name"), *more = md_fact_text(entry, "text");
        double value = md_fact_number(entry, "number", 0);
        snprintf(number, sizeof(number), "%.0f", value);
        if (code == MD_MONTH_GAP) {
            md_say_duration(sheet->speech, value, number, sizeof(number));
        }
        bool counts = code == MD_MONTH_NO_DRILL || code == MD_MONTH_GAP;
        md_text_fill(text, sizeof(text), sheet->speech->language,
                     (enum md_word)(MD_WORD_MONTH_FINDING_DRILL + (int)code),
                     counts ? number : name, more[0] != '\0' ? more : number, NULL);
        md_paper_row(sheet->paper, word(sheet, MD_WORD_MARK_DEGRADED), 6, text, false);
    }
}

void md_month_page(FILE *out, const struct md_speech *speech, const json_t *report, bool html)
{
    struct md_paper paper = {.out = out, .speech = speech, .html = html};
    const struct sheet sheet = {.paper = &paper, .speech = speech, .report = report};
    json_t *service;
    size_t i;

    put_head(&sheet);
    md_paper_heading(&paper, word(&sheet, MD_WORD_MONTH_SERVICES));
    json_array_foreach(json_object_get(report, "services"), i, service)
    {
        put_service(&sheet, service);
    }
    put_switchovers(&sheet);
    put_incidents(&sheet);
    put_channels(&sheet);
    put_people(&sheet);
    put_findings(&sheet);
    md_paper_blank(&paper, MD_WORD_REPORT_SIGN);
    md_paper_close(&paper);
}

/* ---- the command ---------------------------------------------------------------------------- */

static int print_month(const struct md_options *options, struct md_journal_reader *reader,
                       struct site *site)
{
    bool readable = true;
    json_t *report = md_month_gather(reader, site, options->second, md_wall_now_ms(), &readable);

    if (report == NULL) {
        fprintf(stderr,
                readable ? "monitorctl: report month: \"%s\" is no month that has begun; "
                           "write it like 2026-11\n"
                         : "monitorctl: the journal could not be read (%s)\n",
                options->second != NULL ? options->second : "");
        return readable ? MD_EXIT_USAGE : MD_EXIT_UNKNOWN;
    }
    json_t *said = json_pack("{s:s}", "language", site->language == CFG_LANGUAGE_JA ? "ja" : "en");
    struct md_speech speech = md_options_speech(options, said);
    speech.ascii = speech.ascii && !options->html;
    md_mask_people(json_object_get(report, "people"), site);
    if (options->json) {
        json_dumpf(report, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        md_month_page(stdout, &speech, report, options->html);
    }
    json_decref(said);
    json_decref(report);
    return MD_EXIT_OK;
}

int md_month(const struct md_options *options)
{
    char path[1024];
    struct site *site = md_people_site(options, true);
    struct md_journal_reader *reader =
        site == NULL ? NULL : md_past_open(options, path, sizeof(path));
    int code = options->file == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_UNKNOWN;

    if (reader != NULL) {
        code = print_month(options, reader, site);
        md_journal_reader_close(reader);
    }
    cfg_site_free(site);
    return code;
}
