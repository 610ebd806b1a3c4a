/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's file: tables, transactions and the end of the chain. It never retries, never holds
 * a row back and never reads more than the last row; the writer thread in journal.c is its only
 * caller. */
#include "monitord/journal_writer.h"

#include "monitord/journal_chain.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_journal_file {
    sqlite3 *database;
    sqlite3_stmt *insert_entry, *put_snapshot;
    uint64_t seq, committed_seq;
    uint8_t hash[MD_JOURNAL_HASH_SIZE], committed_hash[MD_JOURNAL_HASH_SIZE];
};

static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA wal_autocheckpoint = 1000;"
    "PRAGMA journal_size_limit = 67108864;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, boot INTEGER, at_us INTEGER,"
    " wall_ms INTEGER, kind TEXT, body TEXT, hash BLOB);"
    "CREATE TABLE IF NOT EXISTS snapshot(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER,"
    " boot INTEGER, at_us INTEGER, wall_ms INTEGER, host_boot TEXT, bytes BLOB);"
    "CREATE TRIGGER IF NOT EXISTS entry_is_append_only_1 BEFORE UPDATE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'append only'); END;"
    "CREATE TRIGGER IF NOT EXISTS entry_is_append_only_2 BEFORE DELETE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'append only'); END;"
    "COMMIT;";

static bool fail(struct md_journal_file *file, const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s", what,
             file->database != NULL ? sqlite3_errmsg(file->database) : "out of memory");
    return false;
}

static bool put_meta(struct md_journal_file *file, const char *key, const char *value, char *error,
                     size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(file->database,
                                  "INSERT INTO meta(key, value) VALUES(?1, ?2)"
                                  " ON CONFLICT(key) DO NOTHING",
                                  -1, &statement, NULL);

    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE || fail(file, "meta", error, error_size);
}

/* A file of a newer schema is not written: it would be damaged. */
static bool check_schema(struct md_journal_file *file, char *error, size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    int version = 0;

    if (sqlite3_prepare_v2(file->database, "SELECT value FROM meta WHERE key = 'schema'", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        version = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
    if (version != MD_JOURNAL_SCHEMA_VERSION) {
        snprintf(error, error_size, "schema %d, this program writes %d", version,
                 MD_JOURNAL_SCHEMA_VERSION);
        return false;
    }
    return true;
}

static bool read_end(struct md_journal_file *file, char *error, size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(file->database, "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1",
                           -1, &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        file->seq = (uint64_t)sqlite3_column_int64(statement, 0);
        if (sqlite3_column_bytes(statement, 1) == MD_JOURNAL_HASH_SIZE) {
            memcpy(file->hash, sqlite3_column_blob(statement, 1), MD_JOURNAL_HASH_SIZE);
        }
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return fail(file, "end of the chain", error, error_size);
    }
    file->committed_seq = file->seq;
    memcpy(file->committed_hash, file->hash, MD_JOURNAL_HASH_SIZE);
    return true;
}

static bool prepare(struct md_journal_file *file, char *error, size_t error_size)
{
    if (sqlite3_prepare_v3(file->database,
                           "INSERT INTO entry(seq, boot, at_us, wall_ms, kind, body, hash)"
                           " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                           -1, SQLITE_PREPARE_PERSISTENT, &file->insert_entry, NULL) != SQLITE_OK ||
        sqlite3_prepare_v3(file->database,
                           "INSERT OR REPLACE INTO snapshot(id, seq, boot, at_us, wall_ms,"
                           " host_boot, bytes) VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6)",
                           -1, SQLITE_PREPARE_PERSISTENT, &file->put_snapshot, NULL) != SQLITE_OK) {
        return fail(file, "prepare", error, error_size);
    }
    return true;
}

struct md_journal_file *md_journal_file_open(const char *directory, const char *site_name,
                                             char *error, size_t error_size)
{
    struct md_journal_file *file = calloc(1, sizeof(*file));
    char path[1024];
    char version[16];

    if (file == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    snprintf(path, sizeof(path), "%s/%s", directory, MD_JOURNAL_FILE);
    snprintf(version, sizeof(version), "%d", MD_JOURNAL_SCHEMA_VERSION);
    if (sqlite3_open_v2(path, &file->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        fail(file, path, error, error_size);
        md_journal_file_close(file);
        return NULL;
    }
    sqlite3_busy_timeout(file->database, 2000);
    if (sqlite3_exec(file->database, schema, NULL, NULL, NULL) != SQLITE_OK) {
        fail(file, path, error, error_size);
        md_journal_file_close(file);
        return NULL;
    }
    if (!put_meta(file, "schema", version, error, error_size) ||
        !put_meta(file, "site", site_name, error, error_size) ||
        !check_schema(file, error, error_size) || !read_end(file, error, error_size) ||
        !prepare(file, error, error_size)) {
        md_journal_file_close(file);
        return NULL;
    }
    return file;
}

void md_journal_file_close(struct md_journal_file *file)
{
    if (file == NULL) {
        return;
    }
    sqlite3_finalize(file->insert_entry);
    sqlite3_finalize(file->put_snapshot);
    sqlite3_close(file->database);
    free(file);
}

bool md_journal_file_begin(struct md_journal_file *file, char *error, size_t error_size)
{
    return sqlite3_exec(file->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ||
           fail(file, "begin", error, error_size);
}

bool md_journal_file_row(struct md_journal_file *file, uint64_t boot,
                         const struct md_journal_row *row, char *error, size_t error_size)
{
    sqlite3_stmt *insert = file->insert_entry;
    int64_t seq = (int64_t)file->seq + 1;
    int code;

    md_journal_hash(file->hash, seq, (int64_t)boot, row->at_us, row->wall_ms, row->kind, row->body,
                    file->hash);
    sqlite3_bind_int64(insert, 1, seq);
    sqlite3_bind_int64(insert, 2, (int64_t)boot);
    sqlite3_bind_int64(insert, 3, row->at_us);
    sqlite3_bind_int64(insert, 4, row->wall_ms);
    sqlite3_bind_text(insert, 5, row->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 6, row->body, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 7, file->hash, MD_JOURNAL_HASH_SIZE, SQLITE_STATIC);
    code = sqlite3_step(insert);
    sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
    if (code != SQLITE_DONE) {
        return fail(file, "entry", error, error_size);
    }
    file->seq = (uint64_t)seq;
    return true;
}

bool md_journal_file_snapshot(struct md_journal_file *file, uint64_t boot, const char *host_boot,
                              fo_us at_us, fo_wall_ms wall_ms, const uint8_t *bytes, size_t length,
                              char *error, size_t error_size)
{
    sqlite3_stmt *put = file->put_snapshot;
    int code;

    sqlite3_bind_int64(put, 1, (int64_t)file->seq);
    sqlite3_bind_int64(put, 2, (int64_t)boot);
    sqlite3_bind_int64(put, 3, at_us);
    sqlite3_bind_int64(put, 4, wall_ms);
    sqlite3_bind_text(put, 5, host_boot, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(put, 6, bytes, length, SQLITE_STATIC);
    code = sqlite3_step(put);
    sqlite3_reset(put);
    sqlite3_clear_bindings(put);
    return code == SQLITE_DONE || fail(file, "snapshot", error, error_size);
}

bool md_journal_file_commit(struct md_journal_file *file, char *error, size_t error_size)
{
    if (sqlite3_exec(file->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        return fail(file, "commit", error, error_size);
    }
    file->committed_seq = file->seq;
    memcpy(file->committed_hash, file->hash, MD_JOURNAL_HASH_SIZE);
    return true;
}

void md_journal_file_rollback(struct md_journal_file *file)
{
    if (sqlite3_get_autocommit(file->database) == 0) {
        sqlite3_exec(file->database, "ROLLBACK", NULL, NULL, NULL);
    }
    file->seq = file->committed_seq;
    memcpy(file->hash, file->committed_hash, MD_JOURNAL_HASH_SIZE);
}

uint64_t md_journal_file_seq(const struct md_journal_file *file)
{
    return file->seq;
}

const uint8_t *md_journal_file_hash(const struct md_journal_file *file)
{
    return file->hash;
}
