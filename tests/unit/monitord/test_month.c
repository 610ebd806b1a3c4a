/* SPDX-License-Identifier: Apache-2.0 */
/* A month out of a journal: outages against the recovery time, switchovers, channels, contacts,
 * drills, conclusions, gaps, and what is left to be seen to; and that a hundred thousand rows take
 * no time. */
#include "monitord/console/month.h"
#include "monitord/fact.h"

#include "config/load.h"
#include "monitord/console/mask.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NOV_1 1793458800000LL /* 2026-11-01 00:00 in Tokyo */
#define HOUR 3600000LL
#define DAY (24 * HOUR)
#define SAMPLE NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/site.conf"

static char path[] = "/tmp/noroshi-month-XXXXXX";
static sqlite3 *database;
static sqlite3_stmt *insert;
static struct site *site;
static int64_t next_seq;

static void setup(void)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    close(mkstemp(path));
    cr_assert_eq(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_exec(database,
                 "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
                 "CREATE TABLE entry(seq INTEGER PRIMARY KEY, boot INTEGER, at_us INTEGER,"
                 " wall_ms INTEGER, kind TEXT, body TEXT, hash BLOB);",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(database, "INSERT INTO entry VALUES(?,1,0,?,?,?,x'00')", -1, &insert, NULL);
    site = cfg_site_load(SAMPLE, findings);
    cr_assert_not_null(site);
    free(findings);
    next_seq = 1;
}

static void teardown(void)
{
    sqlite3_finalize(insert);
    sqlite3_close(database);
    unlink(path);
    cfg_site_free(site);
}

TestSuite(month, .init = setup, .fini = teardown);

static void row(int64_t wall_ms, const char *kind, const char *body)
{
    sqlite3_reset(insert);
    sqlite3_bind_int64(insert, 1, next_seq++);
    sqlite3_bind_int64(insert, 2, wall_ms);
    sqlite3_bind_text(insert, 3, kind, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 4, body, -1, SQLITE_TRANSIENT);
    cr_assert_eq(sqlite3_step(insert), SQLITE_DONE);
}

static json_t *gather(const char *month, int64_t now_ms)
{
    char error[256];
    bool readable;
    struct md_journal_reader *reader = md_journal_reader_open(path, error, sizeof error);
    cr_assert_not_null(reader, "%s", error);
    json_t *report = md_month_gather(reader, site, month, now_ms, &readable);
    md_journal_reader_close(reader);
    return report;
}

static const json_t *named(const json_t *report, const char *list, const char *key,
                           const char *name)
{
    json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(report, list), i, entry)
    {
        if (strcmp(md_fact_text(entry, key), name) == 0) {
            return entry;
        }
    }
    return NULL;
}

static bool finds(const json_t *report, enum md_month_finding code, const char *name)
{
    json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(report, "findings"), i, entry)
    {
        if (md_fact_number(entry, "code", -1) == code &&
            strcmp(md_fact_text(entry, "name"), name) == 0) {
            return true;
        }
    }
    return false;
}

Test(month, outages_count_against_the_recovery_time_and_the_time_that_was_watched)
{
    row(NOV_1, "start", "{}");
    row(NOV_1 + HOUR, "record",
        "{\"name\":\"service_restored\",\"a\":30000000,\"subject\":{\"name\":\"119番受付\"}}");
    row(NOV_1 + 2 * HOUR, "record",
        "{\"name\":\"service_restored\",\"a\":90000000,\"subject\":{\"name\":\"119番受付\"}}");
    row(NOV_1 + 3 * HOUR, "stop", "{}");
    row(NOV_1 + 5 * HOUR, "start", "{}");
    json_t *report = gather("2026-11", NOV_1 + 10 * HOUR);
    const json_t *service = named(report, "services", "name", "119番受付");
    cr_assert_eq(md_fact_number(service, "outages", 0), 2);
    cr_assert_eq(md_fact_number(service, "exceeded", 0), 1);
    cr_assert_eq(md_fact_number(service, "longest_s", 0), 90);
    cr_assert_eq(md_fact_number(report, "gap_s", 0), 2 * 3600);
    cr_assert_eq(md_fact_number(report, "watched_s", 0), 8 * 3600);
    cr_assert_float_eq(md_fact_number(service, "available", 0), 100 * (1 - 120.0 / (8 * 3600)),
                       1e-9);
    cr_assert(md_fact_true(report, "so_far"));
    cr_assert(finds(report, MD_MONTH_RTO, "119番受付"));
    cr_assert(finds(report, MD_MONTH_GAP, ""));
    json_decref(report);
}

Test(month, what_happened_in_another_month_is_not_in_it)
{
    row(NOV_1 - 1, "record",
        "{\"name\":\"service_restored\",\"a\":1000000,\"subject\":{\"name\":\"119番受付\"}}");
    row(NOV_1 + 30 * DAY, "record",
        "{\"name\":\"service_restored\",\"a\":1000000,\"subject\":{\"name\":\"119番受付\"}}");
    json_t *report = gather("2026-11", NOV_1 + 40 * DAY);
    cr_assert_eq(md_fact_number(named(report, "services", "name", "119番受付"), "outages", -1), 0);
    cr_assert_eq(md_fact_number(report, "period_s", 0), 30 * 86400);
    cr_assert_not(md_fact_true(report, "so_far"));
    json_decref(report);
}

Test(month, an_incident_is_concluded_by_cause_and_prevention_and_late_after_its_date)
{
    row(NOV_1, "record",
        "{\"name\":\"incident_opened\",\"why\":\"server_dead\",\"number\":1,"
        "\"incident\":\"INC-1\"}");
    row(NOV_1 + HOUR, "record", "{\"name\":\"incident_recovered\",\"number\":1}");
    row(NOV_1 + HOUR, "record",
        "{\"name\":\"incident_opened\",\"why\":\"line_down\",\"number\":2,"
        "\"incident\":\"INC-2\"}");
    row(NOV_1 + HOUR, "record",
        "{\"name\":\"incident_opened\",\"why\":\"line_down\",\"number\":3,"
        "\"incident\":\"INC-3\"}");
    row(NOV_1 + 2 * HOUR, "order",
        "{\"order\":\"conclude\",\"number\":1,\"person\":\"kacho\",\"text\":"
        "\"{\\\"cause\\\":\\\"fan\\\",\\\"prevention\\\":\\\"x\\\",\\\"false_alarm\\\":true}\"}");
    row(NOV_1 + 2 * HOUR, "order",
        "{\"order\":\"conclude\",\"number\":2,\"person\":\"kacho\",\"text\":"
        "\"{\\\"deferral\\\":\\\"maker\\\",\\\"due\\\":\\\"2026-11-02\\\"}\"}");
    json_t *report = gather("2026-11", NOV_1 + 20 * DAY);
    cr_assert_eq(md_fact_number(named(report, "incidents", "incident", "INC-1"), "lasted_s", 0),
                 3600);
    cr_assert(md_fact_true(named(report, "incidents", "incident", "INC-1"), "false_alarm"));
    cr_assert_not(finds(report, MD_MONTH_INCIDENT, "INC-1"));
    cr_assert(finds(report, MD_MONTH_DUE, "INC-2"));
    cr_assert(finds(report, MD_MONTH_INCIDENT, "INC-3"));
    json_decref(report);
}

Test(month, a_channel_that_takes_nothing_is_a_finding)
{
    row(NOV_1, "command", "{\"kind\":\"notify\",\"key\":\"1-1\",\"channel\":\"sms\"}");
    row(NOV_1, "command", "{\"kind\":\"notify\",\"key\":\"1-2\",\"channel\":\"mail\"}");
    row(NOV_1 + 1, "result", "{\"key\":\"1-1\",\"outcome\":\"accepted\"}");
    row(NOV_1 + 1, "result", "{\"key\":\"1-2\",\"outcome\":\"failed\"}");
    row(NOV_1 + 2, "result", "{\"key\":\"1-1\",\"outcome\":\"delivered\"}");
    json_t *report = gather("2026-11", NOV_1 + 3 * DAY);
    cr_assert_eq(md_fact_number(named(report, "channels", "name", "sms"), "accepted", 0), 1);
    cr_assert_eq(md_fact_number(named(report, "channels", "name", "mail"), "failed", 0), 1);
    cr_assert(finds(report, MD_MONTH_CHANNEL, "mail"));
    cr_assert_not(finds(report, MD_MONTH_CHANNEL, "sms"));
    json_decref(report);
}

Test(month, a_contact_is_a_finding_when_no_channel_was_proven_for_thirty_five_days)
{
    row(NOV_1 - 40 * DAY, "order",
        "{\"order\":\"acknowledge\",\"person\":\"toban-2\",\"channel\":\"sms\",\"number\":9}");
    row(NOV_1 + DAY, "order",
        "{\"order\":\"acknowledge\",\"person\":\"toban-1\",\"channel\":\"sms\",\"number\":1}");
    row(NOV_1 + DAY, "order", "{\"order\":\"maintenance_begin\",\"person\":\"fuku-1\"}");
    row(NOV_1 + DAY, "order",
        "{\"order\":\"acknowledge\",\"person\":\"kacho\",\"channel\":\"sms\",\"refused\":"
        "\"locked\"}");
    site->policy.persons[3].drill = false; /* fuku-2 */
    json_t *report = gather("2026-11", NOV_1 + 3 * DAY);
    cr_assert_float_eq(md_fact_number(named(report, "people", "person", "toban-1"), "age_days", 0),
                       2, 1e-6);
    cr_assert_float_eq(md_fact_number(named(report, "people", "person", "toban-2"), "age_days", 0),
                       43, 1e-6);
    cr_assert_not(finds(report, MD_MONTH_CONTACT, "第1係 当直長"));
    cr_assert(finds(report, MD_MONTH_CONTACT, "第2係 当直長"));
    cr_assert(finds(report, MD_MONTH_CONTACT, "第1係 当直副長"),
              "an order at the desk proves none");
    cr_assert_not(finds(report, MD_MONTH_CONTACT, "第2係 当直副長"), "not on the drill list");
    cr_assert(finds(report, MD_MONTH_CONTACT, "通信指令課長"));
    cr_assert(json_is_null(json_object_get(named(report, "people", "person", "kacho"), "proven")));
    json_decref(report);
}

Test(month, a_journal_younger_than_thirty_five_days_says_nothing_about_contacts)
{
    row(NOV_1, "start", "{}");
    json_t *report = gather("2026-11", NOV_1 + DAY);
    cr_assert_not(finds(report, MD_MONTH_CONTACT, "第1係 当直長"));
    json_decref(report);
    report = gather("2026-12", NOV_1 + 35 * DAY);
    cr_assert_not(finds(report, MD_MONTH_CONTACT, "第1係 当直長"));
    json_decref(report);
    report = gather("2026-12", NOV_1 + 35 * DAY + 1);
    cr_assert(finds(report, MD_MONTH_CONTACT, "第1係 当直長"));
    json_decref(report);
}

Test(month, the_first_choice_of_a_server_after_a_start_is_no_switchover)
{
    row(NOV_1, "record",
        "{\"name\":\"switchover_held\",\"why\":\"monitor_restarted\",\"subject\":"
        "{\"kind\":\"server\",\"name\":\"dispatch-1\"}}");
    row(NOV_1 + HOUR, "record",
        "{\"name\":\"switchover_held\",\"why\":\"server_dead\",\"subject\":"
        "{\"kind\":\"server\",\"name\":\"dispatch-2\"}}");
    json_t *report = gather("2026-11", NOV_1 + DAY);
    const json_t *moves = json_object_get(report, "switchovers");
    cr_assert_eq(json_array_size(moves), 1u);
    cr_assert_str_eq(md_fact_text(json_array_get(moves, 0), "why"), "server_dead");
    json_decref(report);
}

Test(month, a_drill_that_held_keeps_it_from_being_overdue)
{
    row(NOV_1, "order",
        "{\"order\":\"drill_ended\",\"person\":\"kacho\",\"text\":"
        "\"{\\\"id\\\":\\\"DRILL-1\\\",\\\"held\\\":true}\"}");
    json_t *report = gather("2026-11", NOV_1 + DAY);
    cr_assert_not_null(named(report, "drills", "id", "DRILL-1"));
    cr_assert_not(finds(report, MD_MONTH_NO_DRILL, ""));
    json_decref(report);
    report = gather("2026-12", NOV_1 + 50 * DAY);
    cr_assert(finds(report, MD_MONTH_NO_DRILL, ""));
    json_decref(report);
}

Test(month, a_drill_that_was_broken_off_is_listed_and_leaves_one_overdue)
{
    row(NOV_1 + DAY, "order",
        "{\"order\":\"drill_ended\",\"person\":\"kacho\",\"text\":"
        "\"{\\\"id\\\":\\\"DRILL-1\\\",\\\"held\\\":false,\\\"aborted\\\":\\\"real\\\"}\"}");
    json_t *report = gather("2026-11", NOV_1 + 30 * DAY);
    cr_assert_not_null(named(report, "drills", "id", "DRILL-1"));
    cr_assert(finds(report, MD_MONTH_NO_DRILL, ""));
    json_decref(report);
}

Test(month, a_site_that_demands_no_drill_has_none_overdue)
{
    site->drill_every_us = 0;
    json_t *report = gather("2026-11", NOV_1 + 30 * DAY);
    cr_assert_not(finds(report, MD_MONTH_NO_DRILL, ""));
    json_decref(report);
}

Test(month, what_is_no_month_or_has_not_begun_is_refused)
{
    static const char *const none[] = {"2026-13", "2026", "november", "2027-01", "2026-1x"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        cr_assert_null(gather(none[i], NOV_1 + DAY), "%s", none[i]);
    }
}

Test(month, names_are_for_those_who_audit_and_roles_for_everybody)
{
    json_t *list = json_pack("[{s:s, s:s}]", "person", "toban-1", "title", "第1係 当直長");
    md_mask_people_for(list, site, 4242424);
    cr_assert_str_eq(md_fact_text(json_array_get(list, 0), "person"), "toban");
    cr_assert_str_eq(md_fact_text(json_array_get(list, 0), "title"), "当直長");
    json_decref(list);
    list = json_pack("[{s:s, s:s}]", "person", "toban-1", "title", "第1係 当直長");
    md_mask_people_for(list, site, 0);
    cr_assert_str_eq(md_fact_text(json_array_get(list, 0), "person"), "toban-1");
    json_decref(list);
}

Test(month, the_page_has_its_handling_mark_and_all_its_sections_in_both_forms)
{
    struct md_speech speech = {.language = CFG_LANGUAGE_JA};
    json_t *report = gather("2026-11", NOV_1 + DAY);
    for (unsigned html = 0; html < 2; html++) {
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        md_month_page(out, &speech, report, html == 1);
        fclose(out);
        for (enum md_word word = 0; word < 7; word++) {
            static const enum md_word headings[] = {
                MD_WORD_MONTH_SERVICES, MD_WORD_MONTH_SWITCHOVERS, MD_WORD_MONTH_INCIDENTS,
                MD_WORD_MONTH_CHANNELS, MD_WORD_MONTH_DRILLS,      MD_WORD_MONTH_PEOPLE,
                MD_WORD_MONTH_FINDINGS};
            cr_assert_not_null(strstr(text, md_text_word(CFG_LANGUAGE_JA, headings[word])));
        }
        cr_assert_not_null(strstr(text, md_text_word(CFG_LANGUAGE_JA, MD_WORD_REPORT_HANDLING)));
        free(text);
    }
    json_decref(report);
}

Test(month, a_hundred_thousand_rows_are_read_within_two_seconds)
{
    struct timespec begin, end;
    char body[200];
    sqlite3_exec(database, "BEGIN", NULL, NULL, NULL);
    for (unsigned i = 0; i < 50000; i++) {
        snprintf(body, sizeof body, "{\"kind\":\"notify\",\"key\":\"1-%u\",\"channel\":\"sms\"}",
                 i);
        row(NOV_1 + i, "command", body);
        snprintf(body, sizeof body, "{\"key\":\"1-%u\",\"outcome\":\"accepted\"}", i);
        row(NOV_1 + i, "result", body);
    }
    sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    json_t *report = gather("2026-11", NOV_1 + DAY);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double seconds =
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    fprintf(stderr, "month of 100000 rows: %.3f s of CPU\n", seconds);
    cr_assert_eq(md_fact_number(named(report, "channels", "name", "sms"), "accepted", 0), 50000);
    /* the bound is the release build's; this one runs under the sanitizers too */
    cr_assert_lt(seconds, 10);
    json_decref(report);
}
