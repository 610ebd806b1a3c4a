/* SPDX-License-Identifier: Apache-2.0 */
/* The day's curves: minutes in, buckets out, bounded, and harmless when the file is broken. */
#include "monitord/history.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/noroshi-history-XXXXXX";
static char path[100];
static uv_loop_t loop;
static struct md_history *history;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/%s", folder, MD_HISTORY_FILE);
    uv_loop_init(&loop);
    history = md_history_start(&loop, folder, NULL);
    cr_assert_not_null(history);
}

static void tear_down(void)
{
    md_history_stop(history);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    unlink(path);
    rmdir(folder);
}

TestSuite(history, .init = set_up, .fini = tear_down, .timeout = 120);

static void note(double charge, int64_t minute)
{
    json_t *status =
        json_pack("{s:[{s:s, s:s, s:{s:f, s:n}}], s:[{s:s, s:i, s:n}]}", "power", "name", "ups-a",
                  "quality", "good", "variables", "battery.charge", charge, "ups.load", "lines",
                  "name", "line-a", "loss_permille", 3, "rtt_ms");

    cr_assert_not_null(status);
    md_history_note(history, status, minute * FO_MINUTE, minute * 60000);
    uv_run(&loop, UV_RUN_DEFAULT);
    json_decref(status);
}

static json_t *curve(json_t *whole, const char *series)
{
    json_t *list = json_object_get(whole, series);

    cr_assert_not_null(list, "no series %s", series);
    cr_assert_eq(json_array_size(list), 48u);
    return list;
}

Test(history, a_day_in_48_buckets_with_gaps_where_nothing_was_measured)
{
    note(100, 10000);
    note(50, 10001);
    note(80, 10001 + 60);
    json_t *whole = md_history_read(path, (10001 + 60) * 60000LL + 500, 48);
    json_t *charge = curve(whole, "power/ups-a/battery.charge");
    cr_expect_float_eq(json_number_value(json_array_get(charge, 47)), 80, 0.01);
    cr_expect(json_is_null(json_array_get(charge, 46)));
    cr_expect_float_eq(json_number_value(json_array_get(charge, 45)), 75, 0.01);
    curve(whole, "lines/line-a/loss");
    cr_expect_null(json_object_get(whole, "power/ups-a/ups.load"), "null is not measured");
    json_decref(whole);
}

Test(history, it_is_due_once_a_minute)
{
    cr_expect(md_history_due(history, 0));
    note(1, 5);
    cr_expect_not(md_history_due(history, 5 * FO_MINUTE + 59 * FO_SECOND));
    cr_expect(md_history_due(history, 6 * FO_MINUTE));
}

Test(history, the_file_never_grows_beyond_its_ring)
{
    sqlite3 *file;
    sqlite3_stmt *count;

    for (int64_t minute = 20000; minute < 20000 + MD_HISTORY_MINUTES + 50; minute += 10) {
        note(50, minute);
    }
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    sqlite3_prepare_v2(file, "SELECT count(*), min(minute) FROM history", -1, &count, NULL);
    cr_assert_eq(sqlite3_step(count), SQLITE_ROW);
    cr_expect_leq(sqlite3_column_int(count, 0), 2 * MD_HISTORY_MINUTES / 10 + 4);
    cr_expect_geq(sqlite3_column_int(count, 1), 20040);
    sqlite3_finalize(count);
    sqlite3_close(file);
}

Test(history, a_broken_file_is_made_anew)
{
    md_history_stop(history);
    FILE *file = fopen(path, "w");
    fputs("this is no database, and long enough to be taken for a broken one", file);
    fclose(file);
    history = md_history_start(&loop, folder, NULL);
    cr_assert_not_null(history);
    note(70, 30000);
    json_t *whole = md_history_read(path, 30000 * 60000LL, 48);
    curve(whole, "power/ups-a/battery.charge");
    json_decref(whole);
    cr_expect_null(md_history_read("/nonexistent/history.sqlite", 0, 48));
}
