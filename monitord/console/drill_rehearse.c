/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorctl drill rehearse NAME`: what the engine would decide if that thing failed now. It owns
 * the way to the newest recording and the page; the engine runs ahead in monitord/rehearsal.h.
 * drill.c calls it. */
#include "monitord/console/client.h"
#include "monitord/console/drill.h"
#include "monitord/console/people.h"
#include "monitord/console/plain.h"
#include "monitord/console/replay.h"
#include "monitord/console/replay_page.h"
#include "monitord/recorder_folder.h"
#include "monitord/rehearsal.h"
#include "monitord/wall_time.h"

#include "config/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLACE 1200
#define TEXT 600
#define OLD_S 60.0 /* a segment's length: a recorder that writes is never so far behind */

struct page {
    const struct md_options *options;
    const struct md_speech *speech;
    json_t *decisions; /* NULL: printed at once */
    const struct md_rehearsal_summary *summary;
    const struct site *site; /* the running one, for the titles of persons; NULL: not readable */
    struct site *named;      /* the recorded one with those titles */
    bool begun, old;
    char thing[200];
};

/* A recording does not name the stages of the shutdown plan; the running site does. */
static const char *name_of_act(const struct page *page, const struct site *site,
                               const struct fo_command *act)
{
    const char *name = NULL;

    if (act->kind == FO_COMMAND_SHED) {
        name = page->site != NULL && act->stage < page->site->policy.stage_count
                   ? page->site->stages[act->stage].name
                   : NULL;
    } else if (act->kind == FO_COMMAND_ROUTE) {
        name = act->line < site->line_count ? site->lines[act->line].name : NULL;
    } else {
        name = act->server < FO_SERVERS ? site->servers[act->server].name : NULL;
    }
    return name != NULL ? name : "-";
}

/* The head of the page, before the first decision; that the newest input is not of the present is
 * an error and no page. */
static void begin(struct page *page)
{
    double age_s = (double)(md_wall_now_ms() - page->summary->as_of_ms) / 1000;
    char text[TEXT], age[48], as_of[MD_WALL_TEXT_SIZE];

    if (page->begun) {
        return;
    }
    page->begun = true;
    page->old = page->options->file == NULL && age_s > OLD_S;
    md_say_duration(page->speech, age_s < 0 ? 0 : (double)(long long)age_s, age, sizeof(age));
    md_wall_text(NULL, page->summary->as_of_ms, as_of);
    if (page->old) {
        md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REHEARSAL_OLD, age, NULL);
        md_plain_line(stderr, page->speech, text);
    } else if (!page->options->json) {
        md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REHEARSAL_TITLE,
                     page->options->second, NULL);
        md_plain_line(stdout, page->speech, text);
        md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REHEARSAL_AS_OF, as_of,
                     age, NULL);
        md_plain_line(stdout, page->speech, text);
    }
}

/* A recording holds numbers of persons; the running site knows their titles. */
static const struct site *with_titles(const struct page *page, const struct site *recorded)
{
    if (page->site == NULL || page->named == NULL ||
        page->site->person_count != recorded->person_count) {
        return recorded;
    }
    *page->named = *recorded;
    memcpy(page->named->persons, page->site->persons, sizeof(recorded->persons));
    for (unsigned i = 0; i < recorded->person_count; i++) {
        page->named->persons[i].id = page->site->persons[i].title;
    }
    return page->named;
}

static void print_records(const struct page *page, const struct md_replay_decision *decision,
                          const char *after)
{
    const struct fo_output *out = decision->recorded;
    char said[TEXT], line[TEXT + 80];

    for (uint32_t i = 0; i < out->record_count; i++) {
        md_replay_say_record(page->speech, decision->site, &out->records[i], said, sizeof(said));
        snprintf(line, sizeof(line), "  %-9s %s", i == 0 ? after : "", said);
        md_plain_line(stdout, page->speech, line);
    }
}

static void note_records(const struct page *page, const struct md_replay_decision *decision,
                         double after_s)
{
    const struct fo_output *out = decision->recorded;
    json_t *records = json_array();
    char said[TEXT];

    for (uint32_t i = 0; i < out->record_count; i++) {
        md_replay_say_record(page->speech, decision->site, &out->records[i], said, sizeof(said));
        json_array_append_new(
            records, json_pack("{s:s, s:s, s:s}", "reason", fo_reason_name(out->records[i].reason),
                               "why", fo_reason_name(out->records[i].why), "text", said));
    }
    json_array_append_new(page->decisions,
                          json_pack("{s:f, s:o}", "after_s", after_s, "records", records));
}

static void on_decision(void *context, const struct md_replay_decision *recorded, fo_us after_us)
{
    struct page *page = context;
    struct md_replay_decision named = *recorded, *decision = &named;
    char length[48], after[64];

    begin(page);
    named.site = with_titles(page, recorded->site);
    if (page->old) {
        return;
    }

    for (uint32_t i = 0; i < decision->recorded->command_count && page->thing[0] == '\0'; i++) {
        const struct fo_command *command = &decision->recorded->commands[i];
        if (command->kind == FO_COMMAND_CHOOSE || command->kind == FO_COMMAND_FENCE ||
            command->kind == FO_COMMAND_ROUTE || command->kind == FO_COMMAND_SHED ||
            command->kind == FO_COMMAND_PROMOTE || command->kind == FO_COMMAND_DEMOTE) {
            snprintf(page->thing, sizeof(page->thing), "%.190s",
                     name_of_act(page, decision->site, command));
        }
    }
    if (page->decisions != NULL) {
        note_records(page, decision, (double)after_us / FO_SECOND);
        return;
    }
    md_say_duration(page->speech, (double)after_us / FO_SECOND, length, sizeof(length));
    md_text_fill(after, sizeof(after), page->speech->language, MD_WORD_REHEARSAL_AFTER, length,
                 NULL);
    print_records(page, decision, after);
}

/* ---- the end of it -------------------------------------------------------------------------- */

static void print_end(const struct page *page, const struct md_rehearsal_summary *summary)
{
    enum md_word word = summary->act.kind == FO_COMMAND_FENCE    ? MD_WORD_REHEARSAL_FENCE
                        : summary->act.kind == FO_COMMAND_ROUTE  ? MD_WORD_REHEARSAL_ROUTE
                        : summary->act.kind == FO_COMMAND_SHED   ? MD_WORD_REHEARSAL_SHED
                        : summary->act.kind == FO_COMMAND_DEMOTE ? MD_WORD_REHEARSAL_DEMOTE
                                                                 : MD_WORD_REHEARSAL_CHOOSE;
    char text[TEXT], length[48], calls[24];

    md_say_duration(
        page->speech,
        (double)(summary->acted ? summary->acted_us : MD_REHEARSAL_LENGTH_US) / FO_SECOND, length,
        sizeof(length));
    if (summary->acted) {
        md_text_fill(text, sizeof(text), page->speech->language, word, page->thing, length, NULL);
    } else {
        md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REHEARSAL_NO_ACT, length,
                     NULL);
    }
    md_plain_line(stdout, page->speech, text);
    snprintf(calls, sizeof(calls), "%llu", (unsigned long long)summary->calls);
    md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REHEARSAL_CALLS, calls, NULL);
    md_plain_line(stdout, page->speech, text);
    md_plain_line(stdout, page->speech, md_say(page->speech, MD_WORD_REHEARSAL_TOUCHED_NOTHING));
}

static void print_json(const struct page *page, const struct md_rehearsal_summary *summary,
                       const char *as_of)
{
    static const char *const acts[] = {
        [FO_COMMAND_CHOOSE] = "switch",   [FO_COMMAND_FENCE] = "fence",
        [FO_COMMAND_ROUTE] = "route",     [FO_COMMAND_SHED] = "shed",
        [FO_COMMAND_PROMOTE] = "promote", [FO_COMMAND_DEMOTE] = "demote"};
    json_t *act = summary->acted
                      ? json_pack("{s:s, s:s, s:f}", "kind", acts[summary->act.kind], "name",
                                  page->thing, "after_s", (double)summary->acted_us / FO_SECOND)
                      : json_null();
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:O, s:o, s:I}", "schema", 1, "kind", "rehearsal", "failed",
                  page->options->second, "as_of", as_of, "decisions", page->decisions, "act", act,
                  "calls", (json_int_t)summary->calls);

    json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}

/* ---- the recording -------------------------------------------------------------------------- */

/* The newest two segments of the daemon's folder, older first; how many. */
static size_t find_segments(const struct md_options *options, char paths[2][PLACE])
{
    char folder[PLACE / 2];
    struct md_folder_list list;
    size_t count = 0;
    uint64_t number;

    if (options->file != NULL) {
        snprintf(paths[0], PLACE, "%s", options->file);
        return 1;
    }
    if (!md_replay_folder(options, folder, sizeof(folder))) {
        return 0;
    }
    if (!md_folder_read(folder, "", &list)) {
        fprintf(stderr, "monitorctl: %s: %s\n", folder, strerror(errno));
        return 0;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (md_folder_segment(list.files[i].name, &number)) {
            if (count == 2) {
                memcpy(paths[0], paths[1], PLACE);
                count = 1;
            }
            snprintf(paths[count++], PLACE, "%s/%s", folder, list.files[i].name);
        }
    }
    md_folder_free(&list);
    if (count == 0) {
        fprintf(stderr, "monitorctl: %s holds no recording yet\n", folder);
    }
    return count;
}

int md_drill_rehearse(const struct md_options *options)
{
    char paths[2][PLACE], error[512], as_of[MD_WALL_TEXT_SIZE];
    const char *list[2] = {paths[0], paths[1]};
    json_t *answer = md_client_ask(options->socket, json_pack("{s:s}", "order", "status"), error);
    struct md_speech speech = md_options_speech(options, json_object_get(answer, "status"));
    struct site *site = answer != NULL ? md_people_site(options, false) : NULL;
    struct md_rehearsal_summary summary;
    struct page page = {.options = options,
                        .speech = &speech,
                        .summary = &summary,
                        .site = site,
                        .named = calloc(1, sizeof(*page.named)),
                        .decisions = options->json ? json_array() : NULL};
    const struct md_rehearsal_hooks hooks = {.decision = on_decision, .context = &page};
    size_t count = find_segments(options, paths);
    int code = MD_EXIT_NO_DAEMON;

    if (count > 0) {
        enum md_rehearsal_result result =
            md_rehearsal_run(list, count, options->second, &hooks, &summary, error, sizeof(error));
        code = result == MD_REHEARSAL_NO_SUCH_THING ? MD_EXIT_FAILED : MD_EXIT_UNKNOWN;
        if (result != MD_REHEARSAL_DONE) {
            fprintf(stderr, "monitorctl: %s\n", error);
        } else if (begin(&page), !page.old && !summary.failed) {
            md_wall_text(NULL, summary.as_of_ms, as_of);
            options->json ? print_json(&page, &summary, as_of) : print_end(&page, &summary);
            code = MD_EXIT_OK;
        }
    }
    free(page.named);
    json_decref(page.decisions);
    cfg_site_free(site);
    json_decref(answer);
    return code;
}
