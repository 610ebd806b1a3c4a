/* SPDX-License-Identifier: Apache-2.0 */
/* The incident report: which rows of a journal belong to an incident, what times and outages
 * follow, and the page for paper. The journal is written here row by row, as journal_schema.h says.
 */
#include "monitord/console/report.h"
#include "monitord/fact.h"

#include "monitord/console/canvas.h"
#include "monitord/console/past.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPENED_MS 1795198364000LL /* 2026-11-21T03:12:44+09:00 */
#define ID "INC-20261121-0003"
#define OF_INCIDENT "\"incident\":\"" ID "\",\"number\":3"

static char path[] = "/tmp/noroshi-report-XXXXXX";
static sqlite3 *database;
static int rows;
static json_t *status;

static void run(const char *sql)
{
    cr_assert_eq(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(database));
}

static void row(long long after_ms, const char *kind, const char *body)
{
    char *sql = sqlite3_mprintf("INSERT INTO entry VALUES(%d, 161, 0, %lld, %Q, %Q, x'')", ++rows,
                                OPENED_MS + after_ms, kind, body);
    run(sql);
    sqlite3_free(sql);
}

static void set_up(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    close(mkstemp(path));
    cr_assert_eq(sqlite3_open(path, &database), SQLITE_OK);
    run("CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
        "CREATE TABLE entry(seq INTEGER PRIMARY KEY, boot INTEGER, at_us INTEGER,"
        " wall_ms INTEGER, kind TEXT, body TEXT, hash BLOB);"
        "CREATE TABLE snapshot(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, boot INTEGER,"
        " at_us INTEGER, wall_ms INTEGER, host_boot TEXT, bytes BLOB);");
    status = json_load_file(NOROSHI_SOURCE_DIR "/tests/golden/server-lost.json", 0, NULL);
    cr_assert_not_null(status);
}

static void tear_down(void)
{
    json_decref(status);
    sqlite3_close(database);
    unlink(path);
}

TestSuite(report, .init = set_up, .fini = tear_down);

/* A dead server, a switchover in 0.4 s, three attempts to reach people, one acknowledgement. */
static void write_story(void)
{
    row(-90000, "record",
        "{\"reason\":208,\"name\":\"line_changed\",\"subject\":{\"kind\":\"line\",\"name\":"
        "\"line-b\"}}");
    row(0, "record",
        "{\"reason\":220,\"name\":\"incident_opened\",\"why\":\"server_dead\",\"a\":2,\"subject\":{"
        "\"kind\":\"server\",\"name\":\"dispatch-1\"}," OF_INCIDENT "}");
    row(1, "record",
        "{\"reason\":200,\"name\":\"switchover_started\",\"why\":\"server_dead\",\"subject\":{"
        "\"kind\":\"server\",\"name\":\"dispatch-2\"}}");
    row(2, "record",
        "{\"reason\":200,\"name\":\"switchover_started\",\"why\":\"ups_low\",\"subject\":{"
        "\"kind\":\"server\",\"name\":\"dispatch-2\"}}");
    row(210, "record",
        "{\"reason\":202,\"name\":\"switchover_held\",\"why\":\"server_dead\",\"subject\":{"
        "\"kind\":\"server\",\"name\":\"dispatch-2\"}}");
    row(220, "record",
        "{\"reason\":221,\"name\":\"incident_child_folded\",\"why\":\"redundancy_lost\",\"subject\""
        ":{\"kind\":\"site\",\"name\":\"x\"}," OF_INCIDENT "}");
    row(300, "record",
        "{\"reason\":243,\"name\":\"service_restored\",\"a\":300000,\"subject\":{\"kind\":"
        "\"service\",\"name\":\"119番受付\"}}");
    row(420, "record",
        "{\"reason\":203,\"name\":\"switchover_verified\",\"why\":\"server_dead\",\"subject\":{"
        "\"kind\":\"server\",\"name\":\"dispatch-2\"}}");
    row(2000, "command",
        "{\"kind\":\"notify\",\"key\":\"a1-6\",\"person\":\"person-1\",\"channel\":\"terminal\","
        "\"message\":\"opened\",\"attempt\":1,\"rung\":0,\"resend\":false,\"drill\":"
        "false," OF_INCIDENT "}");
    row(2010, "result", "{\"key\":\"a1-6\",\"outcome\":\"accepted\",\"reason\":\"none\"}");
    row(3000, "command",
        "{\"kind\":\"notify\",\"key\":\"a1-7\",\"person\":\"person-2\",\"channel\":\"sms\","
        "\"message\":\"opened\",\"attempt\":1,\"rung\":0,\"resend\":false,\"drill\":"
        "false," OF_INCIDENT "}");
    row(3500, "result", "{\"key\":\"a1-7\",\"outcome\":\"failed\",\"reason\":\"no_answer\"}");
    row(4000, "command",
        "{\"kind\":\"notify\",\"key\":\"a1-8\",\"person\":\"person-2\",\"channel\":\"mail\","
        "\"message\":\"opened\",\"attempt\":1,\"rung\":0,\"resend\":false,\"drill\":"
        "false," OF_INCIDENT "}");
    row(4100, "command", /* again after a crash, with the same key */
        "{\"kind\":\"notify\",\"key\":\"a1-8\",\"person\":\"person-2\",\"channel\":\"mail\","
        "\"message\":\"opened\",\"attempt\":1,\"rung\":0,\"resend\":true,\"drill\":"
        "false," OF_INCIDENT "}");
    row(31000, "order",
        "{\"order\":\"acknowledge\",\"person\":\"person-1\",\"uid\":1000,"
        "\"refused\":null," OF_INCIDENT "}");
    row(31000, "record",
        "{\"reason\":226,\"name\":\"acknowledged\",\"person\":\"person-1\",\"subject\":{\"kind\":"
        "\"server\",\"name\":\"dispatch-1\"}," OF_INCIDENT "}");
}

static void write_end(void)
{
    row(900000, "record",
        "{\"reason\":223,\"name\":\"incident_recovered\",\"why\":\"server_dead\"," OF_INCIDENT "}");
    row(930000, "record",
        "{\"reason\":224,\"name\":\"incident_closed\",\"why\":\"server_dead\"," OF_INCIDENT "}");
}

static json_t *gather(const char *id, const json_t *live)
{
    char error[256];
    bool readable = false;
    struct md_journal_reader *reader = md_journal_reader_open(path, error, sizeof(error));

    cr_assert_not_null(reader, "%s", error);
    json_t *report =
        md_report_gather(reader, "journal.sqlite", id, live, OPENED_MS + 3600000, &readable);
    cr_expect(readable);
    md_journal_reader_close(reader);
    return report;
}

static double after_s(const json_t *report, const char *key)
{
    return md_fact_number(json_object_get(report, "after_s"), key, -1);
}

Test(report, times_are_counted_from_detection)
{
    write_story();
    write_end();
    json_t *report = gather(ID, status);
    cr_assert_not_null(report);
    cr_expect_str_eq(md_fact_text(json_object_get(report, "times"), "detected"),
                     "2026-11-21T03:12:44+09:00");
    cr_expect_float_eq(after_s(report, "decided"), 0.001, 1e-9);
    cr_expect_float_eq(after_s(report, "acted"), 0.21, 1e-9);
    cr_expect_float_eq(after_s(report, "restored"), 0.42, 0.13);
    cr_expect_float_eq(after_s(report, "recovered"), 900, 1e-9);
    cr_expect_float_eq(after_s(report, "closed"), 930, 1e-9);
    cr_expect_str_eq(md_fact_text(report, "state"), "closed");
    json_decref(report);
}

Test(report, only_decisions_for_its_causes_and_its_time_belong_to_it)
{
    write_story();
    json_t *report = gather(ID, status);
    const json_t *measures = json_object_get(report, "measures");
    json_t *measure;
    size_t i;

    cr_expect_eq(json_array_size(measures), 4);
    json_array_foreach(measures, i, measure)
    {
        cr_expect_str_neq(md_fact_text(measure, "why"), "ups_low");
        cr_expect_str_neq(md_fact_text(measure, "reason"), "line_changed");
    }
    json_decref(report);
}

Test(report, an_outage_is_held_against_the_recovery_time)
{
    write_story();
    json_t *report = gather(ID, status);
    const json_t *service = json_array_get(json_object_get(report, "services"), 0);

    cr_expect_str_eq(md_fact_text(service, "name"), "119番受付");
    cr_expect_float_eq(md_fact_number(service, "outage_s", -1), 0.3, 1e-9);
    cr_expect(md_fact_true(service, "within"));
    service = json_array_get(json_object_get(report, "services"), 1);
    cr_expect(json_is_null(json_object_get(service, "outage_s")));
    json_decref(report);
}

Test(report, a_service_still_down_counts_until_now)
{
    write_story();
    json_t *live = json_array_get(json_object_get(status, "services"), 0);
    json_object_set_new(live, "down_s", json_real(75));
    json_t *report = gather(ID, status);
    const json_t *service = json_array_get(json_object_get(report, "services"), 0);

    cr_expect_float_eq(md_fact_number(service, "outage_s", -1), 75, 1e-9);
    cr_expect(json_is_false(json_object_get(service, "within")));
    json_decref(report);
}

Test(report, each_attempt_is_one_line_with_its_outcome_and_acknowledgement)
{
    write_story();
    json_t *report = gather(ID, status);
    const json_t *contacts = json_object_get(report, "contacts");

    cr_assert_eq(json_array_size(contacts), 3);
    cr_expect_str_eq(md_fact_text(json_array_get(contacts, 0), "outcome"), "accepted");
    cr_expect_str_eq(md_fact_text(json_array_get(contacts, 0), "acknowledged"),
                     "2026-11-21T03:13:15+09:00");
    cr_expect_str_eq(md_fact_text(json_array_get(contacts, 1), "outcome"), "failed");
    cr_expect(json_is_null(json_object_get(json_array_get(contacts, 1), "acknowledged")));
    cr_expect_str_eq(md_fact_text(json_array_get(contacts, 2), "outcome"), "pending");
    cr_expect(md_fact_true(json_array_get(contacts, 2), "resend"));
    json_decref(report);
}

Test(report, the_number_of_the_report_counts_what_has_to_be_told)
{
    write_story();
    json_t *report = gather(ID, status);
    cr_expect_eq(md_fact_number(report, "issue", 0), 1);
    cr_expect_not(md_fact_true(report, "final"));
    json_decref(report);
    row(60000, "record",
        "{\"reason\":222,\"name\":\"incident_epoch\",\"why\":\"redundancy_lost\",\"a\":1,"
        "\"epoch\":2," OF_INCIDENT "}");
    write_end();
    report = gather(ID, status);
    cr_expect_eq(md_fact_number(report, "issue", 0), 4);
    cr_expect_eq(md_fact_number(report, "severity", 0), 1);
    cr_expect_not(md_fact_true(report, "final")); /* closed, but nobody has said why */
    json_decref(report);
}

Test(report, cause_and_prevention_make_it_final_even_when_its_day_is_no_longer_known)
{
    write_story();
    write_end();
    row(70000, "order",
        "{\"order\":\"conclude\",\"person\":\"person-1\",\"number\":3,"
        "\"incident\":\"INC-20991231-0003\","
        "\"text\":\"{\\\"cause\\\":\\\"fan\\\",\\\"prevention\\\":\\\"spare\\\"}\"}");
    json_t *report = gather(ID, status);
    cr_expect(md_fact_true(report, "final"));
    cr_expect_str_eq(md_fact_text(json_object_get(report, "conclusion"), "cause"), "fan");
    cr_expect_str_eq(md_fact_text(json_object_get(report, "conclusion"), "person"), "person-1");
    json_decref(report);
}

Test(report, an_incident_the_journal_does_not_know_gives_no_report)
{
    write_story();
    cr_expect_null(gather("INC-20261121-0099", status));
    cr_expect_null(gather("INC-20250101-0003", status));
    cr_expect_null(gather("nonsense", status));
}

static char *page_of(json_t *report, enum cfg_language language, bool html)
{
    const struct md_speech speech = {.language = language};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    md_report_titles(report, NULL);
    md_report_page(out, &speech, report, html);
    fclose(out);
    return text;
}

static char *page(json_t *report, enum cfg_language language)
{
    return page_of(report, language, false);
}

static void check_page(const char *name, enum cfg_language language)
{
    char file[400], wanted[20000] = "";
    const char *mode = getenv("NOROSHI_GOLDEN");
    json_t *report = gather(ID, status);
    char *text = page(report, language);

    snprintf(file, sizeof(file), NOROSHI_SOURCE_DIR "/tests/golden/report.%s.txt", name);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *out = fopen(file, "w");
        fputs(text, out);
        fclose(out);
    }
    FILE *in = fopen(file, "r");
    if (in != NULL) {
        wanted[fread(wanted, 1, sizeof(wanted) - 1, in)] = '\0';
        fclose(in);
    }
    cr_expect(strcmp(text, wanted) == 0, "%s differs; printed:\n%s", file, text);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cr_expect_leq(md_columns(line), 80, "%s", line);
    }
    free(text);
    json_decref(report);
}

Test(report, the_page_fits_on_paper_in_japanese)
{
    write_story();
    write_end();
    check_page("ja", CFG_LANGUAGE_JA);
}

Test(report, the_page_fits_on_paper_in_english)
{
    write_story();
    check_page("en", CFG_LANGUAGE_EN);
}

static unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, of)) != NULL; at += strlen(of)) {
        count++;
    }
    return count;
}

Test(report, the_timeline_has_a_mark_for_each_milestone_measure_contact_and_order)
{
    write_story();
    write_end();
    json_t *report = gather(ID, status);
    char *text = page_of(report, CFG_LANGUAGE_JA, true);

    cr_expect_eq(occurrences(text, "<svg"), 1);
    /* detected, decided, acted, restored, recovered, closed; 4 measures; 3 contacts; 1 order */
    cr_expect_eq(occurrences(text, "<use "), 6 + 4 + 3 + 1);
    cr_expect_eq(occurrences(text, "<use href=\"#cross\""), 1, "what failed is crossed out");
    cr_expect_eq(occurrences(text, "<use href=\"#ring\""), 1, "what nobody answered is a ring");
    free(text);
    json_decref(report);
}

Test(report, html_needs_nothing_from_elsewhere_and_keeps_what_it_quotes_harmless)
{
    write_story();
    json_t *report = gather(ID, status);
    json_object_set_new(report, "site", json_string("<script>alert(\"1\")</script> & co"));
    char *text = page_of(report, CFG_LANGUAGE_EN, true);

    cr_expect_null(strstr(text, "<script"));
    cr_expect_not_null(strstr(text, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co"));
    cr_expect_null(strstr(text, "src="));
    cr_expect_null(strstr(text, "@import"));
    cr_expect_not_null(strstr(text, "class=\"page mark\""), "its handling stands on each page");
    cr_expect_null(strstr(text, "class=\"page drill\""));
    free(text);
    json_object_set_new(report, "drill", json_true());
    text = page_of(report, CFG_LANGUAGE_JA, true);
    cr_expect_not_null(strstr(text, "<title>【訓練】"));
    cr_expect_not_null(strstr(text, "class=\"page drill\""));
    free(text);
    json_decref(report);
}

Test(report, a_drill_is_marked_at_the_head_and_at_the_foot)
{
    write_story();
    row(40000, "command",
        "{\"kind\":\"notify\",\"key\":\"a1-9\",\"person\":\"person-1\",\"channel\":\"terminal\","
        "\"message\":\"reminder\",\"attempt\":1,\"drill\":true," OF_INCIDENT "}");
    json_t *report = gather(ID, status);
    char *text = page(report, CFG_LANGUAGE_JA);
    const char *first = strstr(text, "【訓練】");

    cr_expect_eq(first, text);
    cr_expect_not_null(strstr(first + 1, "区分              【訓練】"));
    cr_expect_not_null(strstr(text + strlen(text) - 80, "【訓練】"));
    free(text);
    json_decref(report);
}

Test(report, beside_a_dead_daemon_the_present_is_said_to_be_unknown)
{
    write_story();
    json_t *report = gather(ID, NULL);
    char *text = page(report, CFG_LANGUAGE_JA);

    cr_expect(json_is_null(json_object_get(report, "redundancy")));
    cr_expect_not_null(strstr(text, "監視プログラムに接続できないため不明"));
    free(text);
    json_decref(report);
}

Test(report, times_of_the_journal_are_shown_in_the_zone_of_the_site)
{
    json_t *east = json_pack("{s:s}", "time", "2026-11-21T03:12:51+09:00");
    json_t *west = json_pack("{s:s}", "time", "2026-11-20T14:42:51-03:30");

    cr_expect_str_eq(md_past_timezone(east), "<+0900>-09:00");
    cr_expect_str_eq(md_past_timezone(west), "<-0330>+03:30");
    cr_expect_null(md_past_timezone(NULL));
    json_decref(east);
    json_decref(west);
}
