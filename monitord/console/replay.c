/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the recording of an incident, reads the other site file, and hands both to the replay. It
 * owns the way from a command line to a file; the engine runs in monitord/replay.h, the words are
 * replay_page.c's. main.c calls it. */
#include "monitord/console/replay.h"

#include "config/load.h"
#include "monitord/console/ask.h"
#include "monitord/console/replay_page.h"
#include "monitord/incident_name.h"
#include "monitord/recorder_folder.h"
#include "monitord/wall_time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct run {
    struct md_replay_page page;
    char timezone[64];
    bool json;
    json_t *first; /* the first decision that differs */
};

/* ---- where it is ---------------------------------------------------------------------------- */

bool md_replay_folder(const struct md_options *options, char *path, size_t size)
{
    char journal[1024];

    if (!md_ask_where(options, "journal", journal, sizeof(journal))) {
        fprintf(stderr,
                "monitorctl: no daemon at %s tells where the recordings are; name one with --file "
                "PATH\n",
                options->socket);
        return false;
    }
    char *slash = strrchr(journal, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    return (size_t)snprintf(path, size, "%.900s/recorder", journal) < size;
}

/* Whether a name in the folder is this incident: "INC-20261121-0003", or "3". */
static bool is_incident(const char *name, const char *argument)
{
    char id[MD_INCIDENT_NAME_SIZE];

    snprintf(id, sizeof(id), "%.*s", (int)strcspn(name, "."), name);
    if (strspn(argument, "0123456789") == strlen(argument)) {
        uint32_t number = md_incident_number(id);
        return number != 0 && number == strtoul(argument, NULL, 10);
    }
    return strcmp(id, argument) == 0;
}

static bool find_incident(const char *folder, const char *argument, char *path, size_t size)
{
    struct md_folder_list list;
    char known[400] = "";

    path[0] = '\0';
    if (!md_folder_read(folder, MD_INCIDENT_PREFIX, &list)) {
        fprintf(stderr, "monitorctl: %s: %s\n", folder, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (is_incident(list.files[i].name, argument)) {
            snprintf(path, size, "%s/%s", folder, list.files[i].name);
        }
        if (i + 8 >= list.count) { /* the newest few */
            md_text_append(known, sizeof(known), " ");
            md_text_append(known, sizeof(known), list.files[i].name);
        }
    }
    md_folder_free(&list);
    if (path[0] == '\0') {
        fprintf(stderr,
                "monitorctl: no recording of \"%s\" in %s; the oldest are let go when there is no "
                "room%s%s\n",
                argument, folder, known[0] != '\0' ? "; newest:" : "", known);
    }
    return path[0] != '\0';
}

/* Exit code, or -1: path is set. */
static int find(const struct md_options *options, char *path, size_t size)
{
    char folder[1024];
    struct stat about;

    if (options->file == NULL && !md_replay_folder(options, folder, sizeof(folder))) {
        return MD_EXIT_NO_DAEMON;
    }
    if (options->file != NULL) {
        snprintf(folder, sizeof(folder), "%s", options->file);
        if (options->argument == NULL || stat(folder, &about) != 0 || !S_ISDIR(about.st_mode)) {
            snprintf(path, size, "%s", folder);
            return -1;
        }
    }
    if (options->argument == NULL) {
        snprintf(path, size, "%s", folder);
        return -1;
    }
    return find_incident(folder, options->argument, path, size) ? -1 : MD_EXIT_FAILED;
}

/* ---- what is told --------------------------------------------------------------------------- */

static json_t *words_of(const struct run *run, const struct site *site, const struct fo_output *out)
{
    json_t *list = json_array();
    char text[600];

    for (uint32_t i = 0; out != NULL && i < out->record_count; i++) {
        md_replay_say_record(run->page.speech, site, &out->records[i], text, sizeof(text));
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "reason", fo_reason_name(out->records[i].reason),
                            "why", fo_reason_name(out->records[i].why), "text", text));
    }
    return list;
}

static void on_decision(void *context, const struct md_replay_decision *decision)
{
    struct run *run = context;
    char at[MD_WALL_TEXT_SIZE];

    snprintf(run->timezone, sizeof(run->timezone), "%s",
             decision->site->timezone != NULL ? decision->site->timezone : "");
    run->page.timezone = run->timezone[0] != '\0' ? run->timezone : NULL;
    if (!run->json) {
        md_replay_page_decision(&run->page, decision);
    } else if (decision->differs && run->first == NULL) {
        md_wall_text(decision->site->timezone, decision->event->wall_ms, at);
        run->first = json_pack("{s:s, s:o, s:o}", "at", at, "recorded",
                               words_of(run, decision->site, decision->recorded), "other",
                               words_of(run, decision->site, decision->other));
    }
}

static void on_gap(void *context, const struct md_replay_gap *gap)
{
    struct run *run = context;

    if (!run->json) {
        md_replay_page_gap(&run->page, gap);
    }
}

static void print_json(struct run *run, const char *path, const struct md_replay_summary *summary)
{
    char from[MD_WALL_TEXT_SIZE], to[MD_WALL_TEXT_SIZE];

    md_wall_text(run->page.timezone, summary->from_ms, from);
    md_wall_text(run->page.timezone, summary->to_ms, to);
    json_t *object = json_pack(
        "{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "schema", 1,
        "recording", path, "from", from, "to", to, "segments", (json_int_t)summary->segments,
        "events", (json_int_t)summary->events, "decisions", (json_int_t)summary->decisions,
        "hashes", (json_int_t)summary->hashes, "unequal", (json_int_t)summary->unequal, "torn",
        (json_int_t)summary->torn, "gaps", (json_int_t)summary->gaps, "assertions",
        (json_int_t)summary->assertions, "different", (json_int_t)summary->different,
        "first_difference", run->first != NULL ? run->first : json_null());

    json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}

/* The site with the other policy; NULL after saying why. */
static struct site *load_other(const char *path)
{
    struct cfg_findings *findings = calloc(1, sizeof(*findings));
    struct site *site = findings != NULL ? cfg_site_load(path, findings) : NULL;

    if (site == NULL && findings != NULL) {
        cfg_findings_print(findings, stderr);
    }
    free(findings);
    return site;
}

int md_replay(const struct md_options *options)
{
    char path[1200], error[512];
    struct run run = {
        .json = options->json,
        .page = {.out = stdout, .speech = &options->speech, .beside = options->with != NULL}};
    struct md_replay_hooks hooks = {.decision = on_decision, .gap = on_gap, .context = &run};
    struct md_replay_summary summary;
    struct site *other = options->with != NULL ? load_other(options->with) : NULL;
    int code = options->with != NULL && other == NULL ? MD_EXIT_UNKNOWN
                                                      : find(options, path, sizeof(path));

    if (code < 0) {
        enum md_recording_result result =
            md_replay_run(path, other, &hooks, &summary, error, sizeof(error));

        if (result == MD_RECORDING_FOREIGN && other != NULL && strstr(error, path) == NULL) {
            fprintf(stderr, "monitorctl: %s: %s\n", options->with, error);
        } else if (result != MD_RECORDING_READ) {
            fprintf(stderr, "monitorctl: %s\n", error);
        } else if (options->json) {
            print_json(&run, path, &summary);
        } else {
            md_replay_page_end(&run.page, options->argument != NULL ? options->argument : path,
                               &summary);
        }
        code = result != MD_RECORDING_READ ? MD_EXIT_UNKNOWN
               : summary.unequal > 0       ? MD_EXIT_FAILED
                                           : MD_EXIT_OK;
    }
    cfg_site_free(other);
    return code;
}
