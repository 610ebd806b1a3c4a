/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of the journal against every way to spoil it, and what a reader finds in a good one. */
#include "monitord/journal_chain.h"
#include "monitord/journal_read.h"
#include "monitord/journal_writer.h"
#include "tests/lib/daemon_fixture.h"

#include <sqlite3.h>

#define ROWS 12

struct file {
    char directory[64], path[96];
};

static void add_row(struct md_journal_file *file, const char *kind, const char *body, int64_t at)
{
    char error[256];
    struct md_journal_row row = {
        .kind = kind, .body = (char *)body, .at_us = at, .wall_ms = 1700000000000 + at};

    cr_assert(md_journal_file_row(file, 5, &row, error, sizeof(error)), "%s", error);
}

static void make_file(struct file *place)
{
    char error[256], body[64];
    struct md_journal_file *file;

    cr_assert_geq(sodium_init(), 0);
    strcpy(place->directory, "/tmp/noroshi-test-XXXXXX");
    cr_assert_not_null(mkdtemp(place->directory));
    snprintf(place->path, sizeof(place->path), "%s/journal.sqlite", place->directory);
    file = md_journal_file_open(place->directory, "site-1", error, sizeof(error));
    cr_assert_not_null(file, "%s", error);
    cr_assert(md_journal_file_begin(file, error, sizeof(error)));
    for (int i = 1; i <= ROWS; i++) {
        snprintf(body, sizeof(body), "{\"detail\":\"row %d\",\"reason\":\"start\"}", i);
        add_row(file, "start", body, i);
    }
    cr_assert(md_journal_file_snapshot(file, 5, "boot", 9, 9, (const uint8_t *)"abc", 3, error,
                                       sizeof(error)));
    cr_assert(md_journal_file_commit(file, error, sizeof(error)), "%s", error);
    md_journal_file_close(file);
}

static void remove_file(struct file *place)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", place->directory);
    cr_assert_eq(system(command), 0);
}

/* As somebody with the file and a tool would, triggers out of the way. */
static void spoil(const struct file *place, const char *sql)
{
    sqlite3 *database;
    char *message = NULL;
    char all[1024];

    snprintf(all, sizeof(all),
             "DROP TRIGGER entry_is_append_only_1; DROP TRIGGER entry_is_append_only_2; %s", sql);
    cr_assert_eq(sqlite3_open(place->path, &database), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(database, all, NULL, NULL, &message), SQLITE_OK, "%s", message);
    sqlite3_close(database);
}

static struct md_journal_verdict verify(const struct file *place)
{
    struct md_journal_verdict verdict;
    char error[256];
    struct md_journal_reader *reader = md_journal_reader_open(place->path, error, sizeof(error));

    cr_assert_not_null(reader, "%s", error);
    md_journal_verify(reader, &verdict);
    md_journal_reader_close(reader);
    return verdict;
}

static void expect_bad(const char *sql, int64_t seq, const char *problem)
{
    struct file place;
    struct md_journal_verdict verdict;

    make_file(&place);
    spoil(&place, sql);
    verdict = verify(&place);
    cr_assert(verdict.readable);
    cr_assert_not(verdict.good, "not seen: %s", sql);
    cr_assert_eq(verdict.bad_seq, seq, "%s: %lld", sql, (long long)verdict.bad_seq);
    cr_assert_str_eq(verdict.problem, problem);
    remove_file(&place);
}

Test(journal_read, a_good_chain_is_good_to_its_last_row)
{
    struct file place;
    struct md_journal_verdict verdict;

    make_file(&place);
    verdict = verify(&place);
    cr_assert(verdict.good, "%s at %lld", verdict.problem, (long long)verdict.bad_seq);
    cr_assert_eq(verdict.rows, ROWS);
    cr_assert_eq(strlen(verdict.last_hash), 64);
    remove_file(&place);
}

Test(journal_read, one_changed_letter_shows_at_its_row)
{
    expect_bad("UPDATE entry SET body = replace(body, 'row 5', 'row 6') WHERE seq = 5", 5, "hash");
}

Test(journal_read, a_changed_time_or_kind_shows)
{
    expect_bad("UPDATE entry SET wall_ms = wall_ms + 1 WHERE seq = 3", 3, "hash");
    expect_bad("UPDATE entry SET kind = 'stop' WHERE seq = 4", 4, "hash");
    expect_bad("UPDATE entry SET boot = 6 WHERE seq = 1", 1, "hash");
}

Test(journal_read, a_deleted_row_shows_as_a_gap)
{
    expect_bad("DELETE FROM entry WHERE seq = 7", 7, "gap");
    expect_bad("DELETE FROM entry WHERE seq = 1", 1, "gap");
}

Test(journal_read, a_deleted_row_shows_even_when_the_numbers_are_closed_up)
{
    expect_bad(
        "DELETE FROM entry WHERE seq = 7;"
        "UPDATE entry SET seq = seq - 1 WHERE seq > 7",
        7, "hash");
}

Test(journal_read, two_rows_that_changed_places_show)
{
    expect_bad(
        "UPDATE entry SET seq = 100 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 5;"
        "UPDATE entry SET seq = 5 WHERE seq = 100",
        4, "hash");
}

Test(journal_read, a_row_whose_own_hash_was_made_again_shows_at_the_next)
{
    struct file place;
    struct md_journal_verdict verdict;
    uint8_t hash[MD_JOURNAL_HASH_SIZE] = {0};
    char hex[65], sql[256];

    make_file(&place);
    md_journal_hash(hash, 1, 5, 1, 1700000000001, "start", "{}", hash);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    snprintf(sql, sizeof(sql), "UPDATE entry SET body = '{}', hash = x'%s' WHERE seq = 1", hex);
    spoil(&place, sql);
    verdict = verify(&place);
    cr_assert_not(verdict.good);
    cr_assert_eq(verdict.bad_seq, 2);
    remove_file(&place);
}

Test(journal_read, a_cut_off_end_shows_against_the_snapshot)
{
    expect_bad("DELETE FROM entry WHERE seq > 10", 11, "snapshot beyond the end");
}

Test(journal_read, rows_of_the_journal_refuse_to_be_changed_by_ordinary_means)
{
    struct file place;
    sqlite3 *database;

    make_file(&place);
    cr_assert_eq(sqlite3_open(place.path, &database), SQLITE_OK);
    cr_assert_neq(sqlite3_exec(database, "DELETE FROM entry WHERE seq = 1", NULL, NULL, NULL),
                  SQLITE_OK);
    cr_assert_neq(sqlite3_exec(database, "UPDATE entry SET body = ''", NULL, NULL, NULL),
                  SQLITE_OK);
    sqlite3_close(database);
    remove_file(&place);
}

Test(journal_read, a_file_that_is_no_journal_is_refused)
{
    struct file place;
    char error[256] = "";

    make_file(&place);
    spoil(&place, "DROP TABLE meta");
    cr_assert_null(md_journal_reader_open(place.path, error, sizeof(error)));
    cr_assert(strlen(error) > 0);
    cr_assert_null(md_journal_reader_open("/nonexistent/journal.sqlite", error, sizeof(error)));
    remove_file(&place);
}

/* ---- reading ---- */

struct seen {
    unsigned count;
    int64_t first, last;
    unsigned stop_after;
};

static bool see(void *context, const struct md_journal_entry *entry)
{
    struct seen *seen = context;

    if (seen->count == 0) {
        seen->first = entry->seq;
    }
    seen->last = entry->seq;
    seen->count++;
    return seen->stop_after == 0 || seen->count < seen->stop_after;
}

Test(journal_read, rows_come_from_a_number_on_until_the_reader_has_enough)
{
    struct file place;
    struct seen seen = {0};
    char error[256];
    struct md_journal_reader *reader;

    make_file(&place);
    reader = md_journal_reader_open(place.path, error, sizeof(error));
    cr_assert(md_journal_read_from(reader, 4, 3, see, &seen));
    cr_assert(seen.count == 3 && seen.first == 4 && seen.last == 6);
    seen = (struct seen){.stop_after = 5};
    cr_assert(md_journal_read_from(reader, 1, 0, see, &seen));
    cr_assert_eq(seen.count, 5);
    md_journal_reader_close(reader);
    remove_file(&place);
}

struct incidents {
    unsigned count;
    struct md_journal_incident list[4];
};

static bool see_incident(void *context, const struct md_journal_incident *incident)
{
    struct incidents *seen = context;

    seen->list[seen->count++] = *incident;
    return seen->count < 4;
}

static void add_incidents(struct file *place)
{
    char error[256];
    struct md_journal_file *file =
        md_journal_file_open(place->directory, "site-1", error, sizeof(error));

    cr_assert(md_journal_file_begin(file, error, sizeof(error)));
    add_row(file, "record",
            "{\"incident\":\"INC-20261121-0001\",\"name\":\"incident_opened\",\"number\":1,"
            "\"reason\":220,\"subject\":{\"kind\":\"site\",\"name\":\"s\"},\"why\":\"mains_lost\"}",
            100);
    add_row(file, "command",
            "{\"incident\":\"INC-20261121-0001\",\"key\":\"5-1\",\"kind\":\"notify\",\"number\":1}",
            101);
    add_row(file, "result", "{\"key\":\"5-1\",\"outcome\":\"accepted\"}", 102);
    add_row(file, "result", "{\"key\":\"5-2\",\"outcome\":\"failed\"}", 103);
    add_row(file, "record",
            "{\"incident\":\"INC-20261121-0002\",\"name\":\"incident_opened\",\"number\":2,"
            "\"reason\":220,\"subject\":{\"kind\":\"line\",\"name\":\"a\"},\"why\":\"line_down\"}",
            104);
    add_row(file, "record", "{\"name\":\"incident_recovered\",\"number\":1,\"reason\":223}", 105);
    cr_assert(md_journal_file_commit(file, error, sizeof(error)));
    md_journal_file_close(file);
}

Test(journal_read, an_incident_is_told_with_the_results_of_its_own_commands)
{
    struct file place;
    struct seen seen = {0};
    struct incidents incidents = {0};
    char error[256];
    struct md_journal_reader *reader;

    make_file(&place);
    add_incidents(&place);
    reader = md_journal_reader_open(place.path, error, sizeof(error));
    cr_assert(md_journal_read_incident(reader, 1, see, &seen));
    cr_assert_eq(seen.count, 4, "opened, command, its result, recovered; not %u", seen.count);
    cr_assert(md_journal_read_incidents(reader, 0, see_incident, &incidents));
    cr_assert_eq(incidents.count, 2);
    cr_assert_eq(incidents.list[0].number, 2);
    cr_assert_str_eq(incidents.list[0].root, "line_down");
    cr_assert_eq(incidents.list[0].recovered_wall_ms, 0);
    cr_assert_str_eq(incidents.list[1].id, "INC-20261121-0001");
    cr_assert_eq(incidents.list[1].recovered_wall_ms, 1700000000105);
    md_journal_reader_close(reader);
    remove_file(&place);
}

Test(journal_read, the_newest_snapshot_comes_back_as_it_was)
{
    struct file place;
    struct md_stored_snapshot about;
    uint8_t bytes[16];
    char error[256];

    make_file(&place);
    cr_assert_eq(
        md_journal_snapshot(place.directory, bytes, sizeof(bytes), &about, error, sizeof(error)),
        3);
    cr_assert_arr_eq(bytes, "abc", 3);
    cr_assert(about.seq == ROWS && about.boot == 5 && about.at_us == 9);
    cr_assert_str_eq(about.host_boot, "boot");
    cr_assert_eq(md_journal_snapshot(place.directory, bytes, 2, &about, error, sizeof(error)), 0);
    cr_assert(strlen(error) > 0, "too long for the buffer, and nobody says so");
    remove_file(&place);
    cr_assert_eq(
        md_journal_snapshot(place.directory, bytes, sizeof(bytes), &about, error, sizeof(error)),
        0);
    cr_assert_str_eq(error, "", "a first start is no error");
}
