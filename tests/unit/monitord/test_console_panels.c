/* SPDX-License-Identifier: Apache-2.0 */
/* The screen against pictures of it: each status of tests/golden, drawn at 80 x 24 in
 * Japanese and English, must be the text beside it, cell by cell. To draw the pictures anew after a
 * change that was meant: NOROSHI_GOLDEN=write, then read every difference. */
#include "monitord/console/panels.h"
#include "monitord/console/ranking.h"
#include "monitord/console/tree_desk.h"
#include "monitord/fact.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const languages[] = {"ja", "en"};

static json_t *load(const char *name)
{
    char path[500];
    json_error_t error;

    snprintf(path, sizeof(path), NOROSHI_SOURCE_DIR "/tests/golden/%s.json", name);
    json_t *status = json_load_file(path, 0, &error);
    cr_assert_not_null(status, "%s: %s", path, error.text);
    return status;
}

static char *drawn(const struct md_scene *scene, int width, int height)
{
    struct md_canvas canvas;
    char *text = NULL;
    size_t size = 0;

    cr_assert(md_canvas_init(&canvas, width, height));
    md_panels_draw(&canvas, scene);
    FILE *out = open_memstream(&text, &size);
    md_canvas_print(&canvas, out);
    fclose(out);
    md_canvas_free(&canvas);
    return text;
}

static char *contents(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 65536);

    if (file != NULL) {
        text[fread(text, 1, 65535, file)] = '\0';
        fclose(file);
    }
    return text;
}

/* Compares the picture of a scene with the file NAME.LANGUAGE.txt. */
static void check(const char *name, const struct md_scene *scene, const char *language)
{
    const char *mode = getenv("NOROSHI_GOLDEN");
    char path[500];
    char *text = drawn(scene, 80, 24);

    snprintf(path, sizeof(path), NOROSHI_SOURCE_DIR "/tests/golden/%s.%s.txt", name, language);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "w");
        fputs(text, file);
        fclose(file);
    }
    char *wanted = contents(path);
    cr_expect(strcmp(text, wanted) == 0, "%s.%s differs; drawn:\n%s", name, language, text);
    free(wanted);
    free(text);
}

static void check_both(const char *fixture, const char *name, enum md_page page, bool connected,
                       double age_s)
{
    json_t *status = load(fixture);

    setlocale(LC_ALL, "C.UTF-8");
    for (int i = 0; i < 2; i++) {
        struct md_scene scene = {.speech = {.language = i == 0 ? CFG_LANGUAGE_JA : CFG_LANGUAGE_EN},
                                 .status = status,
                                 .page = page,
                                 .connected = connected,
                                 .age_s = age_s};
        check(name, &scene, languages[i]);
    }
    json_decref(status);
}

Test(panels, all_well_is_one_line_and_the_room)
{
    check_both("all-well", "all-well", MD_PAGE_MAIN, true, 0.2);
}

Test(panels, a_lost_server_says_what_the_machine_did_and_what_to_do)
{
    check_both("server-lost", "server-lost", MD_PAGE_MAIN, true, 0.2);
}

Test(panels, both_servers_dead_puts_the_unacknowledged_first)
{
    check_both("both-servers-dead", "both-servers-dead", MD_PAGE_MAIN, true, 0.2);
}

Test(panels, a_stale_ups_shows_the_age_of_its_values)
{
    check_both("stale-ups", "stale-ups", MD_PAGE_MAIN, true, 0.2);
}

Test(panels, a_drill_frames_the_whole_screen)
{
    check_both("drill", "drill", MD_PAGE_MAIN, true, 0.2);
}

Test(panels, a_daemon_that_is_gone_is_said_loudly)
{
    check_both("server-lost", "daemon-gone", MD_PAGE_MAIN, false, 42);
}

Test(panels, data_that_stopped_coming_is_said_loudly)
{
    check_both("all-well", "data-old", MD_PAGE_MAIN, true, 12);
}

Test(panels, the_power_page_says_why_a_value_is_missing)
{
    check_both("stale-ups", "page-power", MD_PAGE_POWER, true, 0.2);
}

Test(panels, the_contacts_page_lists_every_attempt)
{
    check_both("both-servers-dead", "page-contacts", MD_PAGE_CONTACTS, true, 0.2);
}

/* Nobody outside can be reached: three persons on duty, the first of them has been called. */
static json_t *cut_off(struct md_tree_desk *desk, const struct md_speech *speech)
{
    static const char *const roles[] = {"toban",        "当直長",  "system",
                                        "システム担当", "tokatsu", "統括情報セキュリティ責任者"};
    struct md_acting acting = {.order = "called", .outcome = "no-answer"};
    json_t *status = load("both-servers-dead"), *duty = json_array(), *incident;
    char id[24];
    size_t i;

    for (int person = 0; person < 3; person++) {
        snprintf(id, sizeof(id), "person-%d", person + 1);
        json_array_append_new(duty, json_pack("{s:s, s:s, s:[{s:s}]}", "role", roles[person * 2],
                                              "title", roles[person * 2 + 1], "persons", "id", id));
    }
    json_object_set_new(status, "duty", duty);
    json_object_set_new(status, "contacts_cut", json_true());
    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        json_object_set_new(incident, "class2", json_true());
    }
    strcpy(acting.id, "INC-20261121-0004");
    strcpy(acting.called, "person-1");
    strcpy(desk->chosen, "person-2");
    md_tree_desk_done(desk, &acting, NULL);
    md_tree_desk_refresh(desk, speech, status);
    return status;
}

Test(panels, the_call_tree_says_whom_to_call_and_with_which_words)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (int i = 0; i < 2; i++) {
        struct md_scene scene = {.speech = {.language = i == 0 ? CFG_LANGUAGE_JA : CFG_LANGUAGE_EN},
                                 .page = MD_PAGE_TREE,
                                 .connected = true,
                                 .age_s = 0.2};
        struct md_tree_desk desk = {.ticks = NULL};

        json_t *status = cut_off(&desk, &scene.speech);
        scene.status = status;
        scene.tree = desk.tree;
        check("page-tree", &scene, languages[i]);
        md_tree_desk_free(&desk);
        json_decref(status);
    }
}

Test(panels, whoever_left_the_call_tree_reads_how_to_come_back)
{
    struct md_scene scene = {.speech = {.language = CFG_LANGUAGE_JA}, .connected = true};
    struct md_tree_desk desk = {.ticks = NULL};

    setlocale(LC_ALL, "C.UTF-8");
    json_t *status = cut_off(&desk, &scene.speech);
    scene.status = status;
    char *text = drawn(&scene, 80, 24);
    cr_expect_not_null(strstr(text, "[t]電話連絡表"), "%s", text);
    free(text);
    json_object_set_new(status, "contacts_cut", json_false());
    text = drawn(&scene, 80, 24);
    cr_expect_null(strstr(text, "[t]電話連絡表"), "%s", text);
    free(text);
    md_tree_desk_free(&desk);
    json_decref(status);
}

Test(panels, the_lines_page_lists_lines_and_servers)
{
    check_both("server-lost", "page-lines", MD_PAGE_LINES, true, 0.2);
}

Test(panels, the_history_page_says_that_the_journal_cannot_be_read)
{
    check_both("stale-ups", "page-history", MD_PAGE_HISTORY, true, 0.2);
}

Test(panels, the_help_page_explains_every_key)
{
    check_both("all-well", "page-help", MD_PAGE_HELP, true, 0.2);
}

Test(panels, no_row_is_wider_than_the_screen_at_any_size)
{
    static const char *const fixtures[] = {"all-well", "server-lost", "both-servers-dead",
                                           "stale-ups", "drill"};

    setlocale(LC_ALL, "C.UTF-8");
    for (unsigned f = 0; f < sizeof(fixtures) / sizeof(fixtures[0]); f++) {
        json_t *status = load(fixtures[f]);
        for (int width = 20; width <= 170; width += 15) {
            for (int height = 5; height <= 60; height += 11) {
                for (enum md_page page = MD_PAGE_MAIN; page <= MD_PAGE_HELP; page++) {
                    struct md_scene scene = {.speech = {.language = CFG_LANGUAGE_JA},
                                             .status = status,
                                             .page = page,
                                             .connected = height % 2 == 0,
                                             .scroll = width};
                    char *text = drawn(&scene, width, height);
                    int rows = 0;
                    for (char *row = strtok(text, "\n"); row != NULL; row = strtok(NULL, "\n")) {
                        cr_assert_leq(md_columns(row), width, "%s", row);
                        rows++;
                    }
                    cr_assert_leq(rows, height);
                    free(text);
                }
            }
        }
        json_decref(status);
    }
}

Test(panels, every_state_has_a_mark_and_a_word_without_colour)
{
    json_t *status = load("both-servers-dead");
    struct md_scene scene = {
        .speech = {.language = CFG_LANGUAGE_JA}, .status = status, .connected = true};

    setlocale(LC_ALL, "C.UTF-8");
    char *text = drawn(&scene, 80, 24);
    cr_expect_not_null(strstr(text, "× 停止"));
    cr_expect_not_null(strstr(text, "○"));
    free(text);
    json_decref(status);
}

Test(panels, a_terminal_without_utf8_gets_ascii_only)
{
    json_t *status = load("both-servers-dead");
    struct md_scene scene = {.speech = {.language = CFG_LANGUAGE_EN, .ascii = true},
                             .status = status,
                             .connected = true};

    setlocale(LC_ALL, "C");
    char *text = drawn(&scene, 80, 24);
    for (const char *byte = text; *byte != '\0'; byte++) {
        cr_assert_lt((unsigned char)*byte, 0x80);
    }
    cr_expect_not_null(strstr(text, "X down"));
    free(text);
    json_decref(status);
}

Test(panels, a_monitor_with_an_incident_of_its_own_is_not_called_well)
{
    json_t *status = load("all-well");
    struct md_scene scene = {
        .speech = {.language = CFG_LANGUAGE_JA}, .status = status, .connected = true};

    setlocale(LC_ALL, "C.UTF-8");
    json_array_append_new(
        json_object_get(status, "incidents"),
        json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "id", "INC-20261121-0001", "state", "open",
                  "root", "monitor_network", "subject", "kind", "monitor", "name", "monitor"));
    char *text = drawn(&scene, 80, 24);
    cr_expect_not_null(strstr(text, "監視 △ 縮退"), "%s", text);
    free(text);
    json_decref(status);
}

Test(panels, the_selected_incident_is_the_one_in_full)
{
    json_t *status = load("both-servers-dead");
    struct md_scene scene = {
        .speech = {.language = CFG_LANGUAGE_JA}, .status = status, .connected = true};

    setlocale(LC_ALL, "C.UTF-8");
    cr_expect_str_eq(md_fact_text(md_panels_selected(&scene), "id"), "INC-20261121-0004");
    scene.selected = "INC-20261121-0003";
    cr_expect_str_eq(md_fact_text(md_panels_selected(&scene), "id"), "INC-20261121-0003");
    scene.selected = "INC-19990101-0001";
    cr_expect_str_eq(md_fact_text(md_panels_selected(&scene), "id"), "INC-20261121-0004");
    json_decref(status);
}

Test(panels, what_waits_for_a_second_person_has_a_row_and_the_rest_a_count)
{
    setlocale(LC_ALL, "C.UTF-8");
    json_t *list = json_array();
    for (int i = 0; i < 3; i++) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", "0a1b2c3d", "order", "switch",
                            "text", "switch to dispatch-2", "by", "person-1", "left_s", 300));
    }
    json_t *status =
        json_pack("{s:s, s:b, s:b, s:o}", "state", "ok", "warm", 1, "acting", 1, "approvals", list);
    struct md_scene scene = {.status = status,
                             .connected = true,
                             .speech = {.language = CFG_LANGUAGE_EN, .ascii = true}};
    struct md_canvas canvas;
    char *text = NULL;
    size_t size = 0;

    cr_assert(md_canvas_init(&canvas, 120, 30));
    md_panels_draw(&canvas, &scene);
    FILE *out = open_memstream(&text, &size);
    md_canvas_print(&canvas, out);
    fclose(out);
    cr_expect_not_null(strstr(text,
                              "Approval: monitorctl approve 0a1b2c3d  switch over: switch "
                              "to dispatch-2 (asked by person-1, 5 min left)"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "... 1 more"), "%s", text);
    free(text);
    md_canvas_free(&canvas);
    json_decref(status);
}
