/* SPDX-License-Identifier: Apache-2.0 */
/* Lists what shadow mode would have done. It owns the choice of rows (commands that were decided in
 * shadow mode) and their layout; it judges nothing. main.c calls it. */
#include "monitord/console/shadow_report.h"

#include "monitord/console/client.h"
#include "monitord/console/past.h"
#include "monitord/console/plain.h"
#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include <stdio.h>
#include <string.h>

#define TEXT 600

static const struct {
    const char *kind;
    enum md_word would, count;
} kinds[] = {{"choose", MD_WORD_SHADOW_CHOOSE, MD_WORD_SHADOW_CHOSEN},
             {"fence", MD_WORD_SHADOW_FENCE, MD_WORD_SHADOW_FENCED},
             {"route", MD_WORD_SHADOW_ROUTE, MD_WORD_SHADOW_ROUTED},
             {"notify", MD_WORD_SHADOW_NOTIFY, MD_WORD_SHADOW_NOTIFIED}};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct gathering {
    json_t *acts;
    const char *timezone;
};

static void copy(json_t *act, const json_t *body, const char *key)
{
    json_t *value = json_object_get(body, key);

    if (value != NULL) {
        json_object_set(act, key, value);
    }
}

static bool take_row(void *context, const struct md_journal_entry *entry)
{
    struct gathering *gathering = context;
    char time[MD_WALL_TEXT_SIZE];
    json_t *body, *act;

    /* most rows are no commands: they are not worth parsing */
    if (strcmp(entry->kind, "command") != 0 || strstr(entry->body, "\"shadow\":true") == NULL) {
        return true;
    }
    body = json_loads(entry->body, 0, NULL);
    md_wall_text(gathering->timezone, entry->wall_ms, time);
    act = json_pack("{s:s, s:I}", "time", time, "row", (json_int_t)entry->seq);
    copy(act, body, "kind");
    copy(act, body, "person");
    copy(act, body, "channel");
    copy(act, body, "message");
    copy(act, body, "reason");
    copy(act, body, "incident");
    const char *line = md_fact_text(body, "line");
    json_object_set_new(act, "target",
                        json_string(line[0] != '\0' ? line : md_fact_text(body, "server")));
    json_array_append_new(gathering->acts, act);
    json_decref(body);
    return true;
}

json_t *md_shadow_acts(struct md_journal_reader *reader, const char *timezone)
{
    struct gathering gathering = {.acts = json_array(), .timezone = timezone};
    json_t *counts = json_object(), *act;
    size_t i;

    if (!md_journal_read_from(reader, 1, 0, take_row, &gathering)) {
        json_decref(gathering.acts);
        json_decref(counts);
        return NULL;
    }
    for (size_t kind = 0; kind < KINDS; kind++) {
        json_int_t count = 0;
        json_array_foreach(gathering.acts, i, act)
        {
            count += strcmp(md_fact_text(act, "kind"), kinds[kind].kind) == 0 ? 1 : 0;
        }
        json_object_set_new(counts, kinds[kind].kind, json_integer(count));
    }
    return json_pack("{s:i, s:o, s:o}", "schema", 1, "acts", gathering.acts, "counts", counts);
}

/* "11-27 21:03:12  would have …  why  INC-…". */
static void put_act(const struct md_speech *speech, const json_t *act)
{
    const char *kind = md_fact_text(act, "kind"), *time = md_fact_text(act, "time");
    char line[TEXT], would[TEXT] = "", clock[9];

    md_fact_clock(time, clock);
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kind, kinds[i].kind) == 0) {
            bool page = kinds[i].would == MD_WORD_SHADOW_NOTIFY;
            md_text_fill(would, sizeof(would), speech->language, kinds[i].would,
                         md_fact_text(act, page ? "person" : "target"),
                         md_fact_text(act, "channel"),
                         md_say_message(speech, md_fact_text(act, "message")), NULL);
        }
    }
    snprintf(line, sizeof(line), "%.5s %s", strlen(time) > 10 ? time + 5 : "", clock);
    md_say_add(line, sizeof(line), would);
    md_say_add(line, sizeof(line),
               md_say_reason(speech, md_fact_text(act, "reason"), MD_TEXT_TITLE));
    md_say_add(line, sizeof(line), md_fact_text(act, "incident"));
    md_plain_line(stdout, speech, line);
}

static void put_report(const struct md_speech *speech, const json_t *report)
{
    const json_t *acts = json_object_get(report, "acts");
    char line[TEXT] = "", number[32];
    json_t *act;
    size_t i;

    md_plain_line(stdout, speech, md_say(speech, MD_WORD_SHADOW_TITLE));
    json_array_foreach(acts, i, act)
    {
        put_act(speech, act);
    }
    for (i = 0; i < KINDS; i++) {
        snprintf(number, sizeof(number), "%.0f",
                 md_fact_number(json_object_get(report, "counts"), kinds[i].kind, 0));
        md_say_add_filled(speech, line, sizeof(line), kinds[i].count, number);
    }
    md_plain_line(stdout, speech, line);
    md_plain_line(stdout, speech, md_say(speech, MD_WORD_SHADOW_NONE_DONE));
}

int md_shadow_report(const struct md_options *options)
{
    char path[1024], error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(options->socket, json_pack("{s:s}", "order", "status"), error);
    const json_t *status = json_object_get(answer, "status");
    struct md_speech speech = md_options_speech(options, status);
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));
    json_t *report = NULL;
    int code = options->file == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_UNKNOWN;

    if (reader != NULL) {
        report = md_shadow_acts(reader, md_past_timezone(status));
        md_journal_reader_close(reader);
        code = report != NULL ? MD_EXIT_OK : MD_EXIT_UNKNOWN;
    }
    if (report != NULL && options->json) {
        json_dumpf(report, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (report != NULL) {
        put_report(&speech, report);
    }
    json_decref(report);
    json_decref(answer);
    return code;
}
