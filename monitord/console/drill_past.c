/* SPDX-License-Identifier: Apache-2.0 */
/* The drills that the journal remembers, and by when the next one must be. It reads rows and
 * decides nothing; drill.c, the monthly report and main.c (by `report drill`) ask it. */
#include "monitord/console/drill.h"

#include "monitord/console/drill_real.h"
#include "monitord/console/past.h"
#include "monitord/console/plain.h"
#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include <string.h>

struct gathering {
    json_t *results;            /* written down when they ended */
    struct md_drill_real *real; /* read out of the rows */
};

static bool take_row(void *context, const struct md_journal_entry *entry)
{
    const struct gathering *gathering = context;
    json_t *results = gathering->results;

    md_drill_real_take(gathering->real, entry);
    /* most rows are none: they are not worth parsing */
    if (strcmp(entry->kind, "order") != 0 || strstr(entry->body, "\"drill_ended\"") == NULL) {
        return true;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    json_t *result = json_loads(md_fact_text(body, "text"), 0, NULL);
    if (strcmp(md_fact_text(body, "order"), "drill_ended") == 0 && json_is_object(result)) {
        json_object_set_new(result, "journalled_wall_ms", json_real((double)entry->wall_ms));
        json_object_set_new(result, "by", json_string(md_fact_text(body, "person")));
        json_array_append(results, result);
    }
    json_decref(result);
    json_decref(body);
    return true;
}

/* Both kinds in the order in which they ended. */
static void merge(json_t *results, const json_t *real)
{
    json_t *result;
    size_t i, at = 0;

    json_array_foreach(real, i, result)
    {
        double ended_ms = md_fact_number(result, "journalled_wall_ms", 0);
        while (at < json_array_size(results) &&
               md_fact_number(json_array_get(results, at), "journalled_wall_ms", 0) <= ended_ms) {
            at++;
        }
        json_array_insert(results, at, result);
    }
}

json_t *md_drill_results(struct md_journal_reader *reader)
{
    struct gathering gathering = {.results = json_array(), .real = md_drill_real_open(NULL)};

    if (gathering.real == NULL || !md_journal_read_from(reader, 1, 0, take_row, &gathering)) {
        json_decref(gathering.results);
        gathering.results = NULL;
    } else {
        merge(gathering.results, md_drill_real_results(gathering.real));
    }
    md_drill_real_close(gathering.real);
    return gathering.results;
}

static json_t *result_find(const json_t *results, const char *id)
{
    json_t *result;
    size_t i;

    if (id == NULL) {
        return json_array_get(results, json_array_size(results) - 1);
    }
    json_array_foreach(results, i, result)
    {
        if (strcmp(md_fact_text(result, "id"), id) == 0) {
            return result;
        }
    }
    return NULL;
}

int md_drill_report(const struct md_options *options, const char *id)
{
    char path[1024];
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));
    json_t *results = reader == NULL ? NULL : md_drill_results(reader);
    json_t *result = result_find(results, id);
    struct md_speech speech = options->speech;

    if (result != NULL && strcmp(md_fact_text(result, "kind"), "switchover") == 0) {
        struct md_journal_verdict chain; /* it stands in this journal, not in one of its own */
        md_journal_verify(reader, &chain);
        json_object_set_new(result, "journal_intact", json_boolean(chain.readable && chain.good));
    }
    md_journal_reader_close(reader);
    if (results == NULL) {
        return reader == NULL && options->file == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_UNKNOWN;
    }
    if (result == NULL) {
        fprintf(stderr, "monitorctl: the journal %s knows no such drill\n", path);
    } else if (options->json) {
        json_dumpf(result, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        speech.ascii = speech.ascii && !options->html;
        md_drill_page(stdout, &speech, result, false, options->html);
    }
    bool held = md_fact_true(result, "held") && md_fact_true(result, "journal_intact");
    int code = held ? MD_EXIT_OK : MD_EXIT_FAILED;
    json_decref(results);
    return code;
}

/* ---- the next one ------------------------------------------------------------------------------
 */

/* How often the site wants one; 0: it does not ask. */
static double every_s(const json_t *site_drills)
{
    return md_fact_number(site_drills, "every_s", MD_DRILL_EVERY_DAYS * 86400.0);
}

/* When the newest drill ended that was not broken off; 0: there was none. */
static double last_ms(const json_t *results)
{
    double newest_ms = 0;
    json_t *result;
    size_t i;

    json_array_foreach(results, i, result)
    {
        newest_ms = json_is_string(json_object_get(result, "aborted"))
                        ? newest_ms
                        : md_fact_number(result, "journalled_wall_ms", 0);
    }
    return newest_ms;
}

/* By when the next one must be, or that it is overdue. After none the daemon alone knows since when
 * one has been wanted. */
static void put_next(const struct md_speech *speech, const json_t *site_drills, double newest_ms,
                     bool overdue)
{
    char line[400], due[MD_WALL_TEXT_SIZE], day[24], days[16];

    snprintf(due, sizeof(due), "%s", md_fact_text(site_drills, "due"));
    if (newest_ms > 0 && every_s(site_drills) > 0) {
        md_wall_text(NULL, (fo_wall_ms)(newest_ms + every_s(site_drills) * 1000), due);
    }
    if (overdue) {
        snprintf(days, sizeof(days), "%.0f", every_s(site_drills) / 86400);
        md_text_fill(day, sizeof(day), speech->language, MD_WORD_DAYS, days, NULL);
        md_text_fill(line, sizeof(line), speech->language, MD_WORD_DRILL_OVERDUE, day, NULL);
        md_plain_line(stdout, speech, line);
    } else if (due[0] != '\0') {
        snprintf(day, sizeof(day), "%.10s", due);
        md_text_fill(line, sizeof(line), speech->language, MD_WORD_DRILL_DUE, day, NULL);
        md_plain_line(stdout, speech, line);
    }
}

int md_drill_put_due(const struct md_options *options, const struct md_speech *speech,
                     const json_t *site_drills)
{
    char path[1024], line[400], day[24];
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));
    json_t *results = reader == NULL ? NULL : md_drill_results(reader);
    const json_t *last = json_array_get(results, json_array_size(results) - 1);
    double newest_ms = last_ms(results);
    double age_s = ((double)md_wall_now_ms() - newest_ms) / 1000;
    bool overdue = every_s(site_drills) > 0 && age_s >= every_s(site_drills);

    md_journal_reader_close(reader);
    if (results == NULL) {
        return MD_EXIT_UNKNOWN;
    }
    snprintf(line, sizeof(line), "%s", md_say(speech, MD_WORD_DRILL_NONE));
    if (last != NULL) {
        snprintf(day, sizeof(day), "%.10s", md_fact_text(last, "started"));
        md_text_fill(
            line, sizeof(line), speech->language, MD_WORD_DRILL_LAST, day,
            md_fact_text(last, "name"),
            md_say(speech, md_fact_true(last, "held") ? MD_WORD_MARK_OK : MD_WORD_MARK_DOWN), NULL);
    }
    md_plain_line(stdout, speech, line);
    put_next(speech, site_drills, newest_ms, overdue);
    json_decref(results);
    return overdue ? MD_EXIT_FAILED : MD_EXIT_OK;
}
