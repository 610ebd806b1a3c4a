/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of calls: when it opens by itself, about which incident, whom in which order, the words,
 * and boxes that are ticked only by what the daemon has taken. */
#include "monitord/console/tree_desk.h"
#include "monitord/fact.h"

#include "config/load.h"
#include "monitord/console/mask.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define SAMPLE NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/site.conf"

static const struct md_speech japanese = {.language = CFG_LANGUAGE_JA};
static const struct md_speech english = {.language = CFG_LANGUAGE_EN};

static struct site *site;
static json_t *status;

/* A person of "duty". */
static json_t *of_duty(const char *role, const char *title, const char *person, const char *name)
{
    return json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "role", role, "title", title, "persons", "id",
                     person, "title", name);
}

static void add_incident(const char *id, const char *state, int severity, bool class2, bool drill)
{
    json_array_append_new(
        json_object_get(status, "incidents"),
        json_pack("{s:s, s:s, s:i, s:b, s:b, s:s, s:{s:s, s:s}}", "id", id, "state", state,
                  "severity", severity, "class2", class2, "drill", drill, "root", "lines_all_down",
                  "subject", "kind", "site", "name", ""));
}

static void setup(void)
{
    struct cfg_findings *findings = calloc(1, sizeof(*findings));

    site = cfg_site_load(SAMPLE, findings);
    cr_assert_not_null(site);
    free(findings);
    status = json_pack("{s:s, s:[], s:[o, o, o]}", "site", "見本消防本部", "incidents", "duty",
                       of_duty("kanri", "情報セキュリティ管理者", "shirei-kanri", "主幹"),
                       of_duty("fuku", "当直副長", "fuku-1", "第1係 当直副長"),
                       of_duty("toban", "当直長", "toban-1", "第1係 当直長"));
}

static void teardown(void)
{
    json_decref(status);
    cfg_site_free(site);
}

TestSuite(call_tree, .init = setup, .fini = teardown);

static const char *id_at(const json_t *list, size_t place)
{
    return md_fact_text(json_array_get(list, place), "id");
}

static void cut(bool is)
{
    json_object_set_new(status, "contacts_cut", json_boolean(is));
}

/* ---- when ---- */

Test(call_tree, it_begins_once_an_onset)
{
    struct md_tree_onset onset = {.holds = false};

    cut(false);
    cr_expect_not(md_tree_begins(&onset, status));
    cut(true);
    cr_expect(md_tree_begins(&onset, status));
    cr_expect_not(md_tree_begins(&onset, status));
    cut(false);
    cr_expect_not(md_tree_begins(&onset, status));
    cut(true);
    cr_expect(md_tree_begins(&onset, status));
}

Test(call_tree, it_begins_at_the_first_look_when_it_holds_already)
{
    struct md_tree_onset onset = {.holds = false};

    cr_expect_not(md_tree_begins(&onset, NULL));
    cut(true);
    cr_expect(md_tree_begins(&onset, status));
}

Test(call_tree, a_status_that_does_not_say_it_ends_no_onset)
{
    struct md_tree_onset onset = {.holds = true};

    cr_expect_not(md_tree_begins(&onset, NULL));
    cr_expect_not(md_tree_begins(&onset, status));
    cut(true);
    cr_expect_not(md_tree_begins(&onset, status));
}

/* ---- about what ---- */

Test(call_tree, the_gravest_open_incident_of_class_two_comes_first)
{
    cr_expect_null(md_tree_incident(status));
    add_incident("INC-1", "recovered", 1, true, false);
    cr_expect_null(md_tree_incident(status));
    add_incident("INC-2", "open", 1, true, true);
    cr_expect_str_eq(md_fact_text(md_tree_incident(status), "id"), "INC-2");
    add_incident("INC-3", "open", 1, false, false);
    cr_expect_str_eq(md_fact_text(md_tree_incident(status), "id"), "INC-3");
    add_incident("INC-4", "open", 3, true, false);
    cr_expect_str_eq(md_fact_text(md_tree_incident(status), "id"), "INC-4");
    add_incident("INC-5", "open", 2, true, false);
    cr_expect_str_eq(md_fact_text(md_tree_incident(status), "id"), "INC-5");
}

Test(call_tree, one_that_is_acknowledged_stays_the_gravest)
{
    add_incident("INC-1", "open", 1, true, false);
    json_object_set_new(json_array_get(json_object_get(status, "incidents"), 0), "acked_by",
                        json_string("toban-1"));
    add_incident("INC-2", "open", 2, true, false);
    cr_expect_str_eq(md_fact_text(md_tree_incident(status), "id"), "INC-1");
}

Test(call_tree, the_script_of_a_drill_says_so_first_and_last)
{
    char text[1200];

    add_incident("INC-1", "open", 1, true, false);
    add_incident("INC-2", "open", 1, true, true);
    const json_t *incidents = json_object_get(status, "incidents");
    md_tree_script(&japanese, status, json_array_get(incidents, 0), text, sizeof(text));
    cr_expect_null(strstr(text, "訓練"), "%s", text);
    cr_expect_null(strstr(text, "。。"), "%s", text);
    cr_expect_not_null(strstr(text, "見本消防本部 です"), "%s", text);
    md_tree_script(&japanese, status, json_array_get(incidents, 1), text, sizeof(text));
    cr_expect_not_null(strstr(text, "「訓練、訓練。"), "%s", text);
    cr_expect_not_null(strstr(text, "以上、訓練。」"), "%s", text);
}

/* ---- whom ---- */

Test(call_tree, persons_stand_in_the_order_of_the_ladder_and_each_once)
{
    json_array_append_new(json_object_get(status, "duty"),
                          of_duty("sekinin", "情報セキュリティ責任者", "shirei-kanri", "主幹"));
    json_t *list = md_tree_persons(site, status, false);

    cr_assert_eq(json_array_size(list), 3);
    cr_expect_str_eq(id_at(list, 0), "toban-1");
    cr_expect_str_eq(id_at(list, 1), "fuku-1");
    cr_expect_str_eq(id_at(list, 2), "shirei-kanri");
    cr_expect_str_eq(md_fact_text(json_array_get(list, 0), "title"), "第1係 当直長");
    json_decref(list);
}

Test(call_tree, a_masked_reader_sees_roles_and_can_still_tick)
{
    json_t *list = md_tree_persons(site, status, false);

    md_mask_people_for(list, site, 4242424);
    cr_expect_str_eq(md_fact_text(json_array_get(list, 0), "title"), "当直長");
    cr_expect_str_eq(md_fact_text(json_array_get(list, 0), "person"), "toban");
    cr_expect_str_eq(id_at(list, 0), "toban-1");
    json_decref(list);
}

Test(call_tree, who_may_not_read_the_site_sees_roles_on_duty)
{
    json_t *list = md_tree_persons(NULL, status, false);

    cr_assert_eq(json_array_size(list), 3);
    cr_expect_str_eq(id_at(list, 0), "shirei-kanri");
    cr_expect_str_eq(md_fact_text(json_array_get(list, 2), "title"), "当直長");
    json_decref(list);
}

Test(call_tree, a_drill_calls_only_those_on_its_list)
{
    for (unsigned i = 0; i < site->person_count; i++) {
        site->policy.persons[i].drill = strcmp(site->persons[i].id, "toban-1") != 0;
    }
    json_t *list = md_tree_persons(site, status, true);
    cr_assert_eq(json_array_size(list), 2);
    cr_expect_str_eq(id_at(list, 0), "fuku-1");
    json_decref(list);
    list = md_tree_persons(NULL, status, true); /* the list is not known: nobody */
    cr_expect_eq(json_array_size(list), 0);
    json_decref(list);
}

/* ---- as lines ---- */

static char *printed(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    md_tree_print(out, &english, NULL, status);
    fclose(out);
    return text;
}

Test(call_tree, the_lines_name_the_incident_the_words_the_persons_and_the_record)
{
    add_incident("INC-20261121-0001", "open", 1, true, false);
    char *text = printed();

    cr_expect_not_null(strstr(text, "Call tree, incident INC-20261121-0001\n"), "%s", text);
    cr_expect_not_null(strstr(text, "\nSay: \""), "%s", text);
    cr_expect_not_null(strstr(text, "\n[ ] toban  当直長\n"), "%s", text);
    cr_expect_not_null(strstr(text, "monitorctl contacts tree INC-20261121-0001\n"), "%s", text);
    cr_expect_not_null(strstr(text, "monitorctl called INC-20261121-0001 "), "%s", text);
    free(text);
}

Test(call_tree, without_an_incident_the_lines_say_so)
{
    char *text = printed();

    cr_expect_not_null(strstr(text, md_say(&english, MD_WORD_NO_OPEN_INCIDENT)), "%s", text);
    cr_expect_null(strstr(text, "[ ]"), "%s", text);
    free(text);
}

/* ---- the desk ---- */

struct bench {
    struct md_tree_desk desk;
    struct md_acting acting;
};

static void desk_opens(struct bench *bench)
{
    *bench = (struct bench){.acting = {.step = MD_ACTING_IDLE}};
    add_incident("INC-1", "open", 1, true, false);
    md_tree_desk_refresh(&bench->desk, &japanese, status);
}

static bool desk_key(struct bench *bench, int key)
{
    bool taken = md_tree_desk_key(&bench->desk, &bench->acting, &japanese, key);

    md_tree_desk_refresh(&bench->desk, &japanese, status);
    return taken;
}

static const json_t *callee(const struct bench *bench, size_t place)
{
    return json_array_get(json_object_get(bench->desk.tree, "persons"), place);
}

/* The daemon has taken what was asked. */
static void desk_done(struct bench *bench, json_t *answer)
{
    md_tree_desk_done(&bench->desk, &bench->acting, answer);
    json_decref(answer);
    bench->acting.step = MD_ACTING_IDLE;
    md_tree_desk_refresh(&bench->desk, &japanese, status);
}

Test(call_tree, a_key_asks_and_only_the_daemons_word_ticks_the_box)
{
    struct bench bench;

    desk_opens(&bench);
    cr_expect(desk_key(&bench, '1'));
    cr_expect_eq(bench.acting.step, MD_ACTING_QUESTION);
    cr_expect_str_eq(bench.acting.order, "called");
    cr_expect_str_eq(bench.acting.id, "INC-1");
    cr_expect_str_eq(bench.acting.called, "shirei-kanri");
    cr_expect_str_eq(bench.acting.outcome, "reached");
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "outcome"), "");
    desk_done(&bench, json_pack("{s:b}", "ok", 1));
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "outcome"), "通じた");
    cr_expect(md_fact_true(callee(&bench, 0), "answered"));
    cr_expect_str_eq(md_fact_text(callee(&bench, 1), "outcome"), "");
    md_tree_desk_free(&bench.desk);
}

Test(call_tree, tab_goes_to_the_next_person_and_round)
{
    struct bench bench;

    desk_opens(&bench);
    cr_expect_eq(md_fact_number(bench.desk.tree, "chosen", -1), 0);
    desk_key(&bench, '\t');
    cr_expect_eq(md_fact_number(bench.desk.tree, "chosen", -1), 1);
    desk_key(&bench, '2');
    cr_expect_str_eq(bench.acting.called, "fuku-1");
    desk_done(&bench, json_pack("{s:b}", "ok", 1));
    cr_expect_str_eq(md_fact_text(callee(&bench, 1), "outcome"), "応答なし");
    cr_expect_not(md_fact_true(callee(&bench, 1), "answered"));
    desk_key(&bench, '\t');
    desk_key(&bench, '\t');
    cr_expect_eq(md_fact_number(bench.desk.tree, "chosen", -1), 0);
    md_tree_desk_free(&bench.desk);
}

Test(call_tree, a_tick_is_of_one_incident)
{
    struct bench bench;

    desk_opens(&bench);
    desk_key(&bench, '3');
    desk_done(&bench, json_pack("{s:b}", "ok", 1));
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "outcome"), "対応する");
    json_array_clear(json_object_get(status, "incidents"));
    add_incident("INC-2", "open", 1, true, false);
    md_tree_desk_refresh(&bench.desk, &japanese, status);
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "outcome"), "");
    md_tree_desk_free(&bench.desk);
}

Test(call_tree, numbers_are_asked_for_and_forgotten_when_the_page_is_left)
{
    struct bench bench;

    desk_opens(&bench);
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "number"), "");
    cr_expect(desk_key(&bench, '#'));
    cr_expect_str_eq(bench.acting.order, "numbers");
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "number"), "");
    desk_done(&bench, json_pack("{s:b, s:{s:s}}", "ok", 1, "numbers", "shirei-kanri", "000-1"));
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "number"), "000-1");
    cr_expect_str_eq(md_fact_text(callee(&bench, 1), "number"), "（番号なし）");
    md_tree_desk_leave(&bench.desk);
    md_tree_desk_refresh(&bench.desk, &japanese, status);
    cr_expect_str_eq(md_fact_text(callee(&bench, 0), "number"), "");
    md_tree_desk_free(&bench.desk);
}

Test(call_tree, with_nobody_to_call_a_tick_asks_nothing)
{
    struct bench bench;

    json_array_clear(json_object_get(status, "duty"));
    desk_opens(&bench);
    cr_expect(desk_key(&bench, '1'));
    cr_expect_eq(bench.acting.step, MD_ACTING_IDLE);
    cr_expect_not(desk_key(&bench, 'h'));
    md_tree_desk_free(&bench.desk);
}
