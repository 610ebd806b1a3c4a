/* SPDX-License-Identifier: Apache-2.0 */
/* The plain lines: one fact a line, what is wrong first; changes, a line each; the order of
 * incidents and the bell. */
#include "monitord/console/plain.h"
#include "monitord/console/ranking.h"
#include "monitord/console/watch.h"
#include "monitord/fact.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct md_speech japanese = {.language = CFG_LANGUAGE_JA};
static const struct md_speech plain = {.language = CFG_LANGUAGE_EN, .ascii = true};

static json_t *load(const char *name)
{
    char path[500];

    setlocale(LC_ALL, "C.UTF-8");
    snprintf(path, sizeof(path), NOROSHI_SOURCE_DIR "/tests/golden/%s.json", name);
    json_t *status = json_load_file(path, 0, NULL);
    cr_assert_not_null(status, "%s", path);
    return status;
}

/* What the status says as lines; free it. */
static char *lines_of(const json_t *status, const struct md_speech *speech)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    md_plain_status(out, speech, status);
    fclose(out);
    return text;
}

Test(plain, what_is_wrong_stands_before_what_is_well)
{
    json_t *status = load("server-lost");
    char *text = lines_of(status, &japanese);
    const char *const order[] = {"事案: × INC-20261121-0003", "あなたの対応: INC-20261121-0003",
                                 "了知するには: monitorctl ack INC-20261121-0003",
                                 "サービス: 119番受付", "回線: line-a"};
    const char *at = text;

    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        at = strstr(at, order[i]);
        cr_assert_not_null(at, "%s is not there, or stands before what it follows: %s", order[i],
                           text);
    }
    cr_expect_eq(strncmp(text, "状態: △ 縮退", strlen("状態: △ 縮退")), 0);
    free(text);
    json_decref(status);
}

Test(plain, every_fact_has_a_line_of_its_own_with_mark_and_word)
{
    json_t *status = load("both-servers-dead");
    char *text = lines_of(status, &japanese);

    cr_expect_not_null(strstr(text, "サーバ: dispatch-1  × 停止"), "%s", text);
    cr_expect_not_null(strstr(text, "サーバ: dispatch-2  × 停止"));
    cr_expect_not_null(strstr(text, "電源: ups-a  ○ 正常"));
    cr_expect_not_null(strstr(text, "連絡網: INC-20261121-0004"));
    for (char *row = strtok(text, "\n"); row != NULL; row = strtok(NULL, "\n")) {
        cr_expect_neq(row[strlen(row) - 1], ' ', "%s", row);
    }
    free(text);
    json_decref(status);
}

Test(plain, a_stale_value_is_never_shown_without_its_age)
{
    json_t *status = load("stale-ups");
    char *text = lines_of(status, &japanese);

    cr_expect_not_null(strstr(text, "電源: ups-b  ？ 不明"));
    cr_expect_not_null(strstr(text, "負荷 29%（4分前の値）"), "%s", text);
    cr_expect_not_null(strstr(text, "電源: gen-1  ？ 不明  値なし  未取得"));
    free(text);
    json_decref(status);
}

/* The row of the first line when this is known of its directions; free it. */
static char *row_with(const char *state, json_t *out, json_t *back, const char *reason)
{
    json_t *status = load("all-well");
    json_t *line = json_array_get(json_object_get(status, "lines"), 0);

    json_object_set_new(line, "state", json_string(state));
    json_object_set_new(line, "loss_out_permille", out);
    json_object_set_new(line, "loss_back_permille", back);
    json_object_set_new(line, "direction_reason",
                        reason != NULL ? json_string(reason) : json_null());
    char *text = lines_of(status, &japanese);
    json_decref(status);
    return text;
}

Test(plain, a_line_says_which_way_it_loses_or_that_its_far_end_does_not_report)
{
    static const struct {
        const char *state;
        int out, back;
        const char *reason, *said;
    } rows[] = {
        {"degraded", 120, 0, NULL, "損失 0.0%  上り 12.0%  下り 0.0%"},
        {"degraded", 1000, -1, NULL, "上り 100.0%"},
        {"ok", -1, -1, "no_answer", "対向装置から報告なし"},
        {"ok", -1, -1, "uncounted", "対向装置に方向別の計数なし"},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text =
            row_with(rows[i].state, rows[i].out < 0 ? json_null() : json_integer(rows[i].out),
                     rows[i].back < 0 ? json_null() : json_integer(rows[i].back), rows[i].reason);
        cr_expect_not_null(strstr(text, rows[i].said), "%s: %s", rows[i].said, text);
        free(text);
    }
    char *down = row_with("down", json_null(), json_null(), "no_answer");
    char *early = row_with("ok", json_null(), json_null(), "not_read_yet");
    cr_expect_null(strstr(down, "対向"), "of a line that is down nobody expects a report");
    cr_expect(strstr(early, "対向") == NULL && strstr(early, "上り") == NULL);
    free(down);
    free(early);
}

Test(plain, the_advice_about_a_degraded_line_names_its_direction)
{
    json_t *status = load("server-lost");
    json_t *incident = json_array_get(json_object_get(status, "incidents"), 0);

    json_object_set_new(incident, "directions",
                        json_pack("{s:s, s:i, s:i}", "line", "line-a", "loss_out_permille", 0,
                                  "loss_back_permille", 235));
    char *text = lines_of(status, &japanese), *english = lines_of(status, &plain);
    cr_expect_not_null(strstr(text, "line-a の損失: 上り 0.0%、下り 23.5%"), "%s", text);
    cr_expect_not_null(
        strstr(english, " Loss of line-a: 0.0 % on the way out, 23.5 % on the way back"));
    free(text);
    free(english);
    json_object_set_new(incident, "directions", json_null());
    text = lines_of(status, &japanese);
    cr_expect_null(strstr(text, "上り"));
    free(text);
    json_decref(status);
}

Test(plain, a_drill_is_marked)
{
    json_t *status = load("drill");
    char *text = lines_of(status, &japanese);

    cr_expect_not_null(strstr(text, "訓練中 【訓練】"));
    cr_expect_not_null(strstr(text, "事案: 【訓練】× INC-20261121-0006"));
    free(text);
    json_decref(status);
}

Test(plain, a_terminal_without_utf8_gets_ascii_lines)
{
    json_t *status = load("both-servers-dead");
    char *text = lines_of(status, &plain);

    for (const char *byte = text; *byte != '\0'; byte++) {
        cr_assert_lt((unsigned char)*byte, 0x80, "%s", byte);
    }
    cr_expect_not_null(strstr(text, "Server: dispatch-1  X down"));
    free(text);
    json_decref(status);
}

Test(plain, the_exit_code_is_the_state)
{
    static const char *const states[] = {"ok", "degraded", "down", "unknown", "nonsense"};
    static const int codes[] = {0, 1, 2, 3, 3};

    for (int i = 0; i < 5; i++) {
        json_t *status = json_pack("{s:s}", "state", states[i]);
        cr_expect_eq(md_plain_exit(status), codes[i]);
        json_decref(status);
    }
}

static char *advice_of(const char *root, const char *child)
{
    static char text[2000];
    json_t *incident = json_pack("{s:s, s:s, s:[{s:s, s:b}]}", "state", "open", "root", root,
                                 "children", "cause", child, "open", 1);

    md_say_advice(&japanese, incident, text, sizeof(text));
    json_decref(incident);
    return text;
}

Test(plain, a_folded_fault_that_presses_is_advised_on_before_its_root)
{
    const char *text = advice_of("mains_lost", "generator_no_start");
    const char *generator = strstr(text, "手動始動"), *mains = strstr(text, "電力会社");

    cr_assert(generator != NULL && mains != NULL, "%s", text);
    cr_expect_lt(generator, mains);
}

Test(plain, what_a_cut_network_explains_asks_for_nothing_of_its_own)
{
    cr_expect_str_eq(advice_of("monitor_network", "ups_silent"),
                     md_text_reason(CFG_LANGUAGE_JA, FO_REASON_MONITOR_NETWORK, MD_TEXT_ADVICE));
}

Test(plain, what_waits_for_a_second_person_says_who_asked_and_how_to_approve)
{
    json_t *status =
        json_pack("{s:[{s:s, s:s, s:s, s:s, s:i}]}", "approvals", "id", "0a1b2c3d", "order",
                  "switch", "text", "switch to dispatch-2", "by", "person-1", "left_s", 300);
    char *text = lines_of(status, &plain);

    cr_expect_not_null(strstr(text,
                              "Approval: monitorctl approve 0a1b2c3d  switch over: switch "
                              "to dispatch-2 (asked by person-1, 5 min left)"),
                       "%s", text);
    free(text);
    json_decref(status);
}

Test(plain, each_kind_of_order_that_waits_has_its_own_name)
{
    static const char *const kinds[][2] = {{"maintenance_begin", "begin maintenance: it"},
                                           {"drill_begin", "begin a drill: it"},
                                           {"restore_loads", "loads back on: it"},
                                           {"adopt_ladder", "adopt the ladder: it"},
                                           {"strange", "0a1b2c3d  it"}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        json_t *status =
            json_pack("{s:[{s:s, s:s, s:s, s:s, s:i}]}", "approvals", "id", "0a1b2c3d", "order",
                      kinds[i][0], "text", "it", "by", "person-1", "left_s", 300);
        char *text = lines_of(status, &plain);
        cr_expect_not_null(strstr(text, kinds[i][1]), "%s", text);
        free(text);
        json_decref(status);
    }
}

/* The line of the stage in a status with this "off", "blocked" and "restore" for it. */
static void expect_stage(const char *more, const char *restore, const char *words)
{
    char text[1000];

    snprintf(text, sizeof(text),
             "{\"shutdown\":{\"armed\":true,\"restore\":{%s},\"stages\":[{\"name\":\"wall\","
             "\"loads\":\"class-1\",\"state\":\"ready\",\"left_off\":true,%s}]}}",
             restore, more);
    json_t *status = json_loads(text, 0, NULL);
    cr_assert_not_null(status, "%s", text);
    char *lines = lines_of(status, &japanese);
    cr_assert_not_null(strstr(lines, words), "%s", lines);
    free(lines);
    json_decref(status);
}

Test(plain, what_is_off_after_an_outage_is_named_with_what_can_be_done_about_it)
{
    const char *idle = "\"under_way\":false";

    expect_stage("\"off\":[\"a\",\"b\"],\"blocked\":null", idle,
                 "復旧が未確認です（a, b）  再投入は monitorctl power restore（2名）");
    expect_stage("\"off\":[\"a\"],\"blocked\":\"blocked_mains\"", idle,
                 "（a）  今は再投入できません: 商用電源の復電が確定していない");
    expect_stage("\"off\":[\"a\"],\"blocked\":null",
                 "\"under_way\":false,\"stopped\":\"restore_failed\"",
                 "再投入は途中で中止: 負荷が入らない  再投入は monitorctl power restore");
    expect_stage("\"off\":[\"a\"],\"blocked\":\"blocked_switching\"",
                 "\"under_way\":true,\"stage\":\"wall\",\"act\":\"a\"", "（a）  再投入中: a\n");
    expect_stage("\"off\":[\"a\"],\"blocked\":\"blocked_switching\"",
                 "\"under_way\":true,\"stage\":\"desk\",\"act\":\"x\"", "（a）\n");
}

Test(plain, a_name_cannot_steer_the_terminal)
{
    char text[64] = "";
    FILE *out = fmemopen(text, sizeof(text), "w");

    md_plain_line(out, &japanese, "line-a\x1b[2J 回線");
    fclose(out);
    cr_expect_str_eq(text, "line-a?[2J 回線\n");
}

Test(plain, a_status_with_nothing_in_it_is_still_said)
{
    json_t *status = json_object();
    char *text = lines_of(status, &japanese);

    cr_expect_str_not_empty(text);
    cr_expect_eq(md_plain_exit(status), 3);
    free(text);
    json_decref(status);
}

/* ---- changes -------------------------------------------------------------------------------- */

static char *changes(const json_t *before, const json_t *after, size_t *count)
{
    char *text = NULL;
    size_t size = 0;
    json_t *old = before == NULL ? NULL : md_plain_facts(&japanese, before);
    json_t *now = md_plain_facts(&japanese, after);
    FILE *out = open_memstream(&text, &size);

    *count = md_plain_changes(out, &japanese, old, now, "03:12:44");
    fclose(out);
    json_decref(old);
    json_decref(now);
    return text;
}

Test(changes, the_same_status_again_says_nothing)
{
    json_t *status = load("server-lost");
    size_t count = 99;
    char *text = changes(status, status, &count);

    cr_expect_eq(count, 0);
    cr_expect_str_empty(text);
    free(text);
    json_decref(status);
}

Test(changes, ages_and_measured_values_are_no_change)
{
    json_t *before = load("all-well"), *after = load("all-well");
    size_t count = 99;

    json_object_set_new(after, "time", json_string("2026-11-21T03:12:59+09:00"));
    json_t *server = json_array_get(json_object_get(after, "servers"), 0);
    json_object_set_new(server, "heartbeat_age_ms", json_integer(49));
    json_t *line = json_array_get(json_object_get(after, "lines"), 0);
    json_object_set_new(line, "rtt_ms", json_real(9.9));
    free(changes(before, after, &count));
    cr_expect_eq(count, 0);
    json_decref(before);
    json_decref(after);
}

Test(changes, each_change_is_one_line_with_its_time)
{
    json_t *before = load("all-well"), *after = load("server-lost");
    size_t count = 0;
    char *text = changes(before, after, &count);

    cr_expect_not_null(strstr(text, "03:12:44 サーバ dispatch-1: × 停止"), "%s", text);
    cr_expect_not_null(strstr(text, "03:12:44 事案 INC-20261121-0003: 指令サーバ停止"));
    cr_expect_null(strstr(text, "回線"), "%s", text);
    free(text);
    text = changes(after, before, &count);
    cr_expect_not_null(strstr(text, "事案 INC-20261121-0003: 一覧から消えました"), "%s", text);
    free(text);
    json_decref(before);
    json_decref(after);
}

/* ---- order and bell ------------------------------------------------------------------------- */

Test(ranking, the_unacknowledged_come_first_then_the_open_then_the_recovered)
{
    json_t *status = json_loads(
        "{\"incidents\":["
        "{\"id\":\"recovered\",\"number\":1,\"state\":\"recovered\",\"severity\":1},"
        "{\"id\":\"acked\",\"number\":2,\"state\":\"open\",\"severity\":1,\"acked_by\":\"p\"},"
        "{\"id\":\"mild\",\"number\":3,\"state\":\"open\",\"severity\":3,\"acked_by\":null},"
        "{\"id\":\"bad\",\"number\":4,\"state\":\"open\",\"severity\":1,\"acked_by\":null},"
        "{\"id\":\"newer\",\"number\":5,\"state\":\"open\",\"severity\":1,\"acked_by\":null}]}",
        0, NULL);
    const json_t *order[MD_RANKED_MAX];
    static const char *const wanted[] = {"newer", "bad", "mild", "acked", "recovered"};

    cr_assert_eq(md_rank_incidents(status, order, MD_RANKED_MAX), 5);
    for (int i = 0; i < 5; i++) {
        cr_expect_str_eq(md_fact_text(order[i], "id"), wanted[i]);
    }
    cr_expect_eq(md_rank_incidents(status, order, 2), 2);
    json_decref(status);
}

Test(ranking, the_worst_state_comes_first_and_equals_keep_their_order)
{
    json_t *list = json_loads(
        "[{\"name\":\"a\",\"state\":\"ok\"},{\"name\":\"b\",\"state\":"
        "\"degraded\"},{\"name\":\"c\",\"state\":\"down\"},{\"name\":\"d\","
        "\"state\":\"ok\"},{\"name\":\"e\",\"state\":\"unknown\"}]",
        0, NULL);
    const json_t *order[MD_RANKED_MAX];

    cr_assert_eq(md_rank_by_state(list, order, MD_RANKED_MAX), 5);
    for (int i = 0; i < 5; i++) {
        char name[2] = {"cebad"[i], '\0'};
        cr_expect_str_eq(md_fact_text(order[i], "name"), name);
    }
    json_decref(list);
}

static json_t *calling(int number, bool acknowledged)
{
    return json_pack("{s:[{s:i, s:s, s:s?}]}", "incidents", "number", number, "state", "open",
                     "acked_by", acknowledged ? "person-1" : NULL);
}

Test(bell, it_rings_at_once_then_every_ten_seconds_until_acknowledged)
{
    struct md_bell bell = {0};
    json_t *open = calling(3, false), *acked = calling(3, true), *another = calling(4, false);

    cr_expect_not(md_bell_due(&bell, NULL, 0));
    cr_expect(md_bell_due(&bell, open, 1000));
    cr_expect_not(md_bell_due(&bell, open, 5000));
    cr_expect(md_bell_due(&bell, open, 11000));
    cr_expect_not(md_bell_due(&bell, acked, 30000));
    cr_expect(md_bell_due(&bell, another, 30500));
    cr_expect_not(md_bell_due(&bell, another, 31000));
    json_decref(open);
    json_decref(acked);
    json_decref(another);
}

Test(plain, a_fence_that_is_lost_has_a_line_and_then_not_all_is_well)
{
    json_t *status = load("all-well");
    char *text = lines_of(status, &plain);

    cr_expect_null(strstr(text, "fence "), "%s", text);
    cr_expect_not_null(strstr(text, md_say(&plain, MD_WORD_ALL_WELL)), "%s", text);
    free(text);
    json_object_set_new(status, "fences",
                        json_pack("[{s:s, s:s, s:s, s:b}, {s:s, s:s, s:n, s:b}]", "act", "off-1",
                                  "server", "dispatch-1", "state", "on", "lost", 0, "act", "off-2",
                                  "server", "dispatch-2", "state", "lost", 1));
    text = lines_of(status, &plain);
    cr_expect_null(strstr(text, "fence off-1"), "%s", text);
    cr_expect_not_null(strstr(text, "dispatch-2  fence off-2: its device does not tell its state"),
                       "%s", text);
    cr_expect_null(strstr(text, md_say(&plain, MD_WORD_ALL_WELL)), "%s", text);
    free(text);
    text = lines_of(status, &japanese);
    cr_expect_not_null(strstr(text, "サーバ: dispatch-2  電源遮断 off-2: 装置から状態が読めず"),
                       "%s", text);
    free(text);
    json_decref(status);
}
