/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of minutes (see history.h): a row's place is its minute modulo the ring's length, so the
 * newest writes over the oldest. Writing happens on a worker thread without waiting for the disk.
 */
#include "monitord/history.h"

#include "monitord/log.h"

#include <grp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MINUTE_MS 60000
#define DAY_MINUTES 1440

struct sample {
    char series[MD_HISTORY_NAME_MAX];
    double value;
};
struct note {
    uv_work_t work;
    struct md_history *history; /* NULL: stopped meanwhile */
    char path[1024];
    int64_t minute;
    unsigned count;
    struct sample samples[MD_HISTORY_SERIES_MAX];
};
struct md_history {
    uv_loop_t *loop;
    char path[1024];
    fo_us noted_us; /* FO_NEVER: never */
    struct note *note;
};

/* ---- the file ------------------------------------------------------------------------------- */

static sqlite3 *open_file(const char *path, int flags)
{
    sqlite3 *file = NULL;

    if (sqlite3_open_v2(path, &file, flags, NULL) != SQLITE_OK) {
        sqlite3_close(file);
        return NULL;
    }
    sqlite3_busy_timeout(file, 200);
    return file;
}

static bool make_file(const char *path)
{
    sqlite3 *file = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    bool good = file != NULL &&
                sqlite3_exec(file,
                             "CREATE TABLE IF NOT EXISTS history(series TEXT, slot INTEGER, minute "
                             "INTEGER, value REAL, PRIMARY KEY(series, slot)) WITHOUT ROWID",
                             NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_close(file);
    return good;
}

static void share_file(const char *path, const char *group)
{
    struct group *entry = group != NULL ? getgrnam(group) : NULL;

    if ((entry != NULL && chown(path, (uid_t)-1, entry->gr_gid) != 0) ||
        chmod(path, entry != NULL ? 0640 : 0600) != 0) {
        md_log(MD_LOG_WARNING, "history: %s cannot be shared with the group", path);
    }
}

struct md_history *md_history_start(uv_loop_t *loop, const char *directory, const char *group)
{
    struct md_history *history = calloc(1, sizeof(*history));

    if (history == NULL) {
        return NULL;
    }
    history->loop = loop;
    history->noted_us = FO_NEVER;
    snprintf(history->path, sizeof(history->path), "%s/%s", directory, MD_HISTORY_FILE);
    if (!make_file(history->path)) {
        unlink(history->path); /* worth less than the trouble of mending it */
        if (!make_file(history->path)) {
            md_log(MD_LOG_WARNING, "history: %s cannot be made; curves stay empty", history->path);
            free(history);
            return NULL;
        }
    }
    share_file(history->path, group);
    return history;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void on_work(uv_work_t *work)
{
    struct note *note = work->data;
    sqlite3 *file = open_file(note->path, SQLITE_OPEN_READWRITE);
    sqlite3_stmt *put = NULL;

    if (file == NULL) {
        return;
    }
    sqlite3_exec(file, "PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL);
    sqlite3_prepare_v2(file, "INSERT OR REPLACE INTO history VALUES(?,?,?,?)", -1, &put, NULL);
    for (unsigned i = 0; i < note->count && put != NULL; i++) {
        sqlite3_bind_text(put, 1, note->samples[i].series, -1, SQLITE_STATIC);
        sqlite3_bind_int64(put, 2, note->minute % MD_HISTORY_MINUTES);
        sqlite3_bind_int64(put, 3, note->minute);
        sqlite3_bind_double(put, 4, note->samples[i].value);
        sqlite3_step(put);
        sqlite3_reset(put);
    }
    sqlite3_finalize(put);
    /* what a site no longer has does not stay for ever */
    put = NULL;
    sqlite3_prepare_v2(file, "DELETE FROM history WHERE minute < ? OR minute > ?", -1, &put, NULL);
    sqlite3_bind_int64(put, 1, note->minute - MD_HISTORY_MINUTES);
    sqlite3_bind_int64(put, 2, note->minute);
    sqlite3_step(put);
    sqlite3_finalize(put);
    sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(file);
}

static void on_worked(uv_work_t *work, int status)
{
    struct note *note = work->data;

    (void)status;
    if (note->history != NULL) {
        note->history->note = NULL;
    }
    free(note);
}

static void add(struct note *note, const char *kind, const char *name, const char *what,
                const json_t *value)
{
    struct sample *sample = &note->samples[note->count];

    if (!json_is_number(value) || note->count == MD_HISTORY_SERIES_MAX) {
        return;
    }
    int length = snprintf(sample->series, sizeof(sample->series), "%s/%s/%s", kind, name, what);
    if (length > 0 && (size_t)length < sizeof(sample->series)) {
        sample->value = json_number_value(value);
        note->count++;
    }
}

static void take_samples(struct note *note, const json_t *status)
{
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(status, "power"), i, entry)
    {
        const json_t *variables = json_object_get(entry, "variables");
        const char *quality = json_string_value(json_object_get(entry, "quality"));
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (name != NULL && quality != NULL && strcmp(quality, "good") == 0) {
            add(note, "power", name, "battery.charge",
                json_object_get(variables, "battery.charge"));
            add(note, "power", name, "ups.load", json_object_get(variables, "ups.load"));
        }
    }
    json_array_foreach(json_object_get(status, "lines"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (name != NULL) {
            add(note, "lines", name, "loss", json_object_get(entry, "loss_permille"));
            add(note, "lines", name, "rtt", json_object_get(entry, "rtt_ms"));
        }
    }
}

bool md_history_due(const struct md_history *history, fo_us now_us)
{
    return history != NULL &&
           (history->noted_us == FO_NEVER || now_us - history->noted_us >= FO_MINUTE);
}

void md_history_note(struct md_history *history, const json_t *status, fo_us now_us,
                     fo_wall_ms wall_ms)
{
    struct note *note = history->note == NULL ? calloc(1, sizeof(*note)) : NULL;

    history->noted_us = now_us;
    if (note == NULL) {
        return;
    }
    note->work.data = note;
    note->history = history;
    note->minute = wall_ms / MINUTE_MS;
    snprintf(note->path, sizeof(note->path), "%s", history->path);
    take_samples(note, status);
    if (uv_queue_work(history->loop, &note->work, on_work, on_worked) != 0) {
        free(note);
        return;
    }
    history->note = note;
}

void md_history_stop(struct md_history *history)
{
    if (history != NULL && history->note != NULL) {
        history->note->history = NULL;
    }
    free(history);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* The list of a series, made when it is met first. */
static json_t *list_of(json_t *whole, const char *series, unsigned buckets)
{
    json_t *list = json_object_get(whole, series);

    if (list == NULL) {
        list = json_array();
        for (unsigned i = 0; i < buckets; i++) {
            json_array_append_new(list, json_null());
        }
        json_object_set_new(whole, series, list);
    }
    return list;
}

json_t *md_history_read(const char *path, fo_wall_ms wall_ms, unsigned buckets)
{
    sqlite3 *file = open_file(path, SQLITE_OPEN_READONLY);
    sqlite3_stmt *rows = NULL;
    int64_t now = wall_ms / MINUTE_MS;
    json_t *whole = NULL;

    if (file != NULL && buckets > 0 && buckets <= DAY_MINUTES &&
        sqlite3_prepare_v2(file,
                           "SELECT series, (minute - ?1) * ?2 / ?3, avg(value) FROM history "
                           "WHERE minute >= ?1 AND minute < ?1 + ?3 GROUP BY 1, 2",
                           -1, &rows, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(rows, 1, now - DAY_MINUTES + 1);
        sqlite3_bind_int64(rows, 2, buckets);
        sqlite3_bind_int64(rows, 3, DAY_MINUTES);
        whole = json_object();
        while (sqlite3_step(rows) == SQLITE_ROW) {
            const char *series = (const char *)sqlite3_column_text(rows, 0);
            json_t *list = series != NULL ? list_of(whole, series, buckets) : NULL;
            json_array_set_new(list, (size_t)sqlite3_column_int64(rows, 1),
                               json_real(sqlite3_column_double(rows, 2)));
        }
    }
    sqlite3_finalize(rows);
    sqlite3_close(file);
    return whole;
}
