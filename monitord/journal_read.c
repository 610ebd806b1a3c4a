/* SPDX-License-Identifier: Apache-2.0 */
/* Queries on a journal opened read-only. It owns the SQL of reading and the check of the chain; it
 * never writes and never judges an incident. monitorctl and the tests call it. */
#include "monitord/journal_read.h"

#include "monitord/journal_chain.h"

#include <sodium.h>
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_journal_reader {
    sqlite3 *database;
};

#define COLUMNS "SELECT seq, boot, at_us, wall_ms, kind, body, hash FROM entry "

static bool answers(sqlite3 *database)
{
    return sqlite3_exec(database, "SELECT count(*) FROM meta", NULL, NULL, NULL) == SQLITE_OK;
}

/* A journal nobody has open, in a place we may not write, can only be read as immutable: its WAL
 * was folded in when the last connection closed. */
struct md_journal_reader *md_journal_reader_open(const char *path, char *error, size_t error_size)
{
    static const char *const modes[] = {"mode=ro", "mode=ro&immutable=1"};
    struct md_journal_reader *reader = calloc(1, sizeof(*reader));
    char uri[1200];

    if (reader == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (strchr(path, '?') != NULL || strchr(path, '#') != NULL || strchr(path, '%') != NULL ||
            (size_t)snprintf(uri, sizeof(uri), "file:%s?%s", path, modes[i]) >= sizeof(uri)) {
            snprintf(error, error_size, "%.200s: not a usable path", path);
            break;
        }
        int code =
            sqlite3_open_v2(uri, &reader->database,
                            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
        if (code == SQLITE_OK) {
            sqlite3_busy_timeout(reader->database, 2000);
            if (answers(reader->database)) {
                return reader;
            }
        }
        snprintf(error, error_size, "%s: %s", path,
                 reader->database != NULL ? sqlite3_errmsg(reader->database) : "out of memory");
        sqlite3_close(reader->database);
        reader->database = NULL;
    }
    free(reader);
    return NULL;
}

void md_journal_reader_close(struct md_journal_reader *reader)
{
    if (reader != NULL) {
        sqlite3_close(reader->database);
        free(reader);
    }
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text != NULL ? (const char *)text : "";
}

static void entry_of(sqlite3_stmt *statement, struct md_journal_entry *entry)
{
    entry->seq = sqlite3_column_int64(statement, 0);
    entry->boot = sqlite3_column_int64(statement, 1);
    entry->at_us = sqlite3_column_int64(statement, 2);
    entry->wall_ms = sqlite3_column_int64(statement, 3);
    entry->kind = text_of(statement, 4);
    entry->body = text_of(statement, 5);
}

static bool run(struct md_journal_reader *reader, const char *sql, int64_t first, int64_t second,
                md_journal_each each, void *context)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(reader->database, sql, -1, &statement, NULL);

    if (code == SQLITE_OK) {
        sqlite3_bind_int64(statement, 1, first);
        sqlite3_bind_int64(statement, 2, second);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            struct md_journal_entry entry;

            entry_of(statement, &entry);
            if (!each(context, &entry)) {
                code = SQLITE_DONE;
                break;
            }
        }
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE;
}

bool md_journal_read_from(struct md_journal_reader *reader, int64_t from, int64_t limit,
                          md_journal_each each, void *context)
{
    return run(reader, COLUMNS "WHERE seq >= ?1 ORDER BY seq LIMIT ?2", from,
               limit > 0 ? limit : -1, each, context);
}

bool md_journal_read_incident(struct md_journal_reader *reader, uint32_t number,
                              md_journal_each each, void *context)
{
    return run(reader,
               COLUMNS
               "WHERE (json_valid(body) AND (json_extract(body, '$.number') = ?1"
               " OR (kind = 'result' AND json_extract(body, '$.key') IN"
               " (SELECT json_extract(body, '$.key') FROM entry WHERE kind = 'command'"
               " AND json_extract(body, '$.number') = ?1)))) AND seq >= ?2 ORDER BY seq",
               number, 0, each, context);
}

static void copy_column(char *target, size_t size, sqlite3_stmt *statement, int column)
{
    snprintf(target, size, "%s", text_of(statement, column));
}

bool md_journal_read_incidents(struct md_journal_reader *reader, int64_t limit,
                               md_journal_each_incident each, void *context)
{
    static const char sql[] =
        "SELECT o.seq, json_extract(o.body, '$.number'), json_extract(o.body, '$.incident'),"
        " coalesce(json_extract(o.body, '$.why'), ''), json_extract(o.body, '$.subject.kind'),"
        " json_extract(o.body, '$.subject.name'), o.wall_ms,"
        " (SELECT max(r.wall_ms) FROM entry r WHERE r.seq > o.seq AND r.kind = 'record'"
        "   AND json_extract(r.body, '$.name') = 'incident_recovered'"
        "   AND json_extract(r.body, '$.number') = json_extract(o.body, '$.number')),"
        " (SELECT max(c.wall_ms) FROM entry c WHERE c.seq > o.seq AND c.kind = 'record'"
        "   AND json_extract(c.body, '$.name') = 'incident_closed'"
        "   AND json_extract(c.body, '$.number') = json_extract(o.body, '$.number'))"
        " FROM entry o WHERE o.kind = 'record'"
        " AND json_extract(o.body, '$.name') = 'incident_opened' ORDER BY o.seq DESC LIMIT ?1";
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(reader->database, sql, -1, &statement, NULL);

    if (code == SQLITE_OK) {
        sqlite3_bind_int64(statement, 1, limit > 0 ? limit : -1);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            struct md_journal_incident incident;

            incident.opened_seq = sqlite3_column_int64(statement, 0);
            incident.number = (uint32_t)sqlite3_column_int64(statement, 1);
            copy_column(incident.id, sizeof(incident.id), statement, 2);
            copy_column(incident.root, sizeof(incident.root), statement, 3);
            copy_column(incident.subject_kind, sizeof(incident.subject_kind), statement, 4);
            copy_column(incident.subject, sizeof(incident.subject), statement, 5);
            incident.opened_wall_ms = sqlite3_column_int64(statement, 6);
            incident.recovered_wall_ms = sqlite3_column_int64(statement, 7);
            incident.closed_wall_ms = sqlite3_column_int64(statement, 8);
            if (!each(context, &incident)) {
                code = SQLITE_DONE;
                break;
            }
        }
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE;
}

/* ---- the chain ---- */

static bool bad(struct md_journal_verdict *verdict, int64_t seq, const char *problem)
{
    verdict->good = false;
    verdict->bad_seq = seq;
    snprintf(verdict->problem, sizeof(verdict->problem), "%s", problem);
    return false;
}

/* One row against what the chain says it must be; moves `hash` on. */
static bool check_row(sqlite3_stmt *statement, int64_t expected, uint8_t *hash,
                      struct md_journal_verdict *verdict)
{
    struct md_journal_entry entry;
    const void *stored = sqlite3_column_blob(statement, 6);
    int stored_size = sqlite3_column_bytes(statement, 6);

    entry_of(statement, &entry);
    if (entry.seq != expected) {
        return bad(verdict, expected, "gap");
    }
    md_journal_hash(hash, entry.seq, entry.boot, entry.at_us, entry.wall_ms, entry.kind, entry.body,
                    hash);
    if (stored_size != MD_JOURNAL_HASH_SIZE || memcmp(stored, hash, MD_JOURNAL_HASH_SIZE) != 0) {
        return bad(verdict, entry.seq, "hash");
    }
    verdict->rows++;
    sodium_bin2hex(verdict->last_hash, sizeof(verdict->last_hash), hash, MD_JOURNAL_HASH_SIZE);
    return true;
}

static int64_t snapshot_seq(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    int64_t seq = 0;

    if (sqlite3_prepare_v2(database, "SELECT seq FROM snapshot WHERE id = 1", -1, &statement,
                           NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        seq = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return seq;
}

void md_journal_verify(struct md_journal_reader *reader, struct md_journal_verdict *verdict)
{
    sqlite3_stmt *statement = NULL;
    uint8_t hash[MD_JOURNAL_HASH_SIZE] = {0};
    int64_t expected = 1;
    bool going = true;
    int code;

    memset(verdict, 0, sizeof(*verdict));
    verdict->good = true;
    /* one transaction, so that rows and snapshot are of one instant beside a running daemon */
    sqlite3_exec(reader->database, "BEGIN", NULL, NULL, NULL);
    code = sqlite3_prepare_v2(reader->database, COLUMNS "ORDER BY seq", -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) {
            break;
        }
        going = check_row(statement, expected, hash, verdict);
        if (!going) {
            break;
        }
        expected++;
    }
    sqlite3_finalize(statement);
    verdict->readable = code == SQLITE_DONE || !going;
    if (!verdict->readable) {
        bad(verdict, expected, "unreadable");
    } else if (going && snapshot_seq(reader->database) >= expected) {
        bad(verdict, expected, "snapshot beyond the end");
    }
    sqlite3_exec(reader->database, "COMMIT", NULL, NULL, NULL);
}

/* ---- the snapshot, before the writer starts ---- */

static size_t take_snapshot(sqlite3_stmt *statement, uint8_t *bytes, size_t size,
                            struct md_stored_snapshot *about, char *error, size_t error_size)
{
    const unsigned char *host_boot = sqlite3_column_text(statement, 4);
    size_t length = (size_t)sqlite3_column_bytes(statement, 5);

    if (length > size) {
        snprintf(error, error_size, "a snapshot of %zu bytes is too long", length);
        return 0;
    }
    about->seq = (uint64_t)sqlite3_column_int64(statement, 0);
    about->boot = (uint64_t)sqlite3_column_int64(statement, 1);
    about->at_us = sqlite3_column_int64(statement, 2);
    about->wall_ms = sqlite3_column_int64(statement, 3);
    snprintf(about->host_boot, sizeof(about->host_boot), "%s",
             host_boot != NULL ? (const char *)host_boot : "");
    if (length > 0) {
        memcpy(bytes, sqlite3_column_blob(statement, 5), length);
    }
    return length;
}

size_t md_journal_snapshot(const char *directory, uint8_t *bytes, size_t size,
                           struct md_stored_snapshot *about, char *error, size_t error_size)
{
    char path[1024];
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    size_t length = 0;
    int code;

    error[0] = '\0';
    memset(about, 0, sizeof(*about));
    snprintf(path, sizeof(path), "%s/%s", directory, MD_JOURNAL_FILE);
    code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(database, 2000);
        code = sqlite3_prepare_v2(database,
                                  "SELECT seq, boot, at_us, wall_ms, host_boot, bytes"
                                  " FROM snapshot WHERE id = 1",
                                  -1, &statement, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        length = take_snapshot(statement, bytes, size, about, error, error_size);
    } else if (code != SQLITE_DONE && code != SQLITE_CANTOPEN) {
        snprintf(error, error_size, "%s: %s", path,
                 database != NULL ? sqlite3_errmsg(database) : "out of memory");
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return length;
}
