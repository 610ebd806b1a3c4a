/* SPDX-License-Identifier: Apache-2.0 */
/* Looks into the journal for monitorctl: the list of all incidents and the check of the chain. It
 * never writes and needs no daemon when a file is named. orders.c, report.c and main.c call it. */
#include "monitord/console/past.h"

#include "monitord/console/ask.h"
#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include <stdio.h>
#include <string.h>

#define INCIDENTS_MOST 1000

struct md_journal_reader *md_past_open(const struct md_options *options, char *path, size_t size)
{
    char error[256];
    struct md_journal_reader *reader = NULL;

    if (options->file != NULL) {
        snprintf(path, size, "%s", options->file);
    } else if (!md_ask_where(options, "journal", path, size)) {
        fprintf(stderr,
                "monitorctl: no daemon at %s tells where the journal is; name it with --file "
                "PATH\n",
                options->socket);
        return NULL;
    }
    reader = md_journal_reader_open(path, error, sizeof(error));
    if (reader == NULL) {
        fprintf(stderr, "monitorctl: cannot read the journal %s: %s\n", path, error);
    }
    return reader;
}

const char *md_past_timezone(const json_t *status)
{
    static char zone[32];
    const char *time = md_fact_text(status, "time");
    size_t length = strlen(time);
    unsigned hours = 0, minutes = 0;
    char sign = '+';

    /* RFC 3339 says how far east of Greenwich, POSIX how far west */
    if (length < 6 || sscanf(time + length - 6, "%c%2u:%2u", &sign, &hours, &minutes) != 3) {
        return NULL;
    }
    snprintf(zone, sizeof(zone), "<%c%02u%02u>%c%02u:%02u", sign, hours % 100, minutes % 100,
             sign == '+' ? '-' : '+', hours % 100, minutes % 100);
    return zone;
}

struct listing {
    json_t *list;
    const json_t *status;
    const char *timezone;
};

static bool list_incident(void *context, const struct md_journal_incident *incident)
{
    const struct listing *listing = context;
    char opened[MD_WALL_TEXT_SIZE];
    json_t *known = md_fact_find(json_object_get(listing->status, "incidents"), "id", incident->id);

    if (known != NULL) {
        json_array_append(listing->list, known);
        return true;
    }
    md_wall_text(listing->timezone, incident->opened_wall_ms, opened);
    const char *state = incident->closed_wall_ms != 0      ? "closed"
                        : incident->recovered_wall_ms != 0 ? "recovered"
                                                           : "open";
    json_array_append_new(
        listing->list,
        json_pack("{s:s, s:I, s:s, s:s, s:{s:s, s:s}, s:s}", "id", incident->id, "number",
                  (json_int_t)incident->number, "state", state, "root", incident->root, "subject",
                  "kind", incident->subject_kind, "name", incident->subject, "opened", opened));
    return true;
}

/* The list out of an open reader; closes it. NULL on a read error. */
static json_t *list_all(struct md_journal_reader *reader, const json_t *status)
{
    struct listing listing = {
        .list = json_array(), .status = status, .timezone = md_past_timezone(status)};

    if (!md_journal_read_incidents(reader, INCIDENTS_MOST, list_incident, &listing)) {
        json_decref(listing.list);
        listing.list = NULL;
    }
    md_journal_reader_close(reader);
    return listing.list;
}

json_t *md_past_incidents(const struct md_options *options, const json_t *status)
{
    char path[1024];
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));

    if (reader == NULL) {
        return NULL;
    }
    json_t *list = list_all(reader, status);
    if (list == NULL) {
        fprintf(stderr, "monitorctl: the journal %s cannot be read to its end\n", path);
    }
    return list;
}

json_t *md_past_incidents_quietly(const struct md_options *options, const json_t *status)
{
    char path[1024], error[256];
    struct md_journal_reader *reader = NULL;

    if (md_ask_where(options, "journal", path, sizeof(path))) {
        reader = md_journal_reader_open(path, error, sizeof(error));
    }
    return reader == NULL ? NULL : list_all(reader, status);
}

int md_past_verify(const struct md_options *options)
{
    char path[1024];
    struct md_journal_reader *reader = md_past_open(options, path, sizeof(path));
    struct md_journal_verdict verdict = {0};

    if (reader == NULL) {
        return options->file == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_UNKNOWN;
    }
    md_journal_verify(reader, &verdict);
    md_journal_reader_close(reader);
    if (!verdict.readable) {
        fprintf(stderr, "monitorctl: the journal %s cannot be read\n", path);
        return MD_EXIT_UNKNOWN;
    }
    if (options->json) {
        json_t *object = json_pack("{s:i, s:s, s:b, s:I, s:I, s:s, s:s}", "schema", 1, "journal",
                                   path, "good", (int)verdict.good, "rows",
                                   (json_int_t)verdict.rows, "bad_row", (json_int_t)verdict.bad_seq,
                                   "problem", verdict.problem, "last_hash", verdict.last_hash);
        json_dumpf(object, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
    } else if (verdict.good) {
        printf("journal %s: %lld rows, the chain holds\nlast hash %s\n", path,
               (long long)verdict.rows, verdict.last_hash);
    } else {
        printf(
            "journal %s: BROKEN at row %lld (%s); %lld rows before it are good\nlast good hash "
            "%s\n",
            path, (long long)verdict.bad_seq, verdict.problem, (long long)verdict.rows,
            verdict.last_hash);
    }
    return verdict.good ? MD_EXIT_OK : MD_EXIT_FAILED;
}
