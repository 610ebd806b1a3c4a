/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the main screen and the frame of every page: head, what is wrong and what to do, sections,
 * keys. It owns the order of the eye and the sharing of rows. */
#include "monitord/console/panels.h"

#include "monitord/console/alarm_block.h"
#include "monitord/console/call_tree.h"
#include "monitord/console/head.h"
#include "monitord/console/pages.h"
#include "monitord/console/ranking.h"
#include "monitord/console/sections.h"
#include "monitord/fact.h"

#include <stdlib.h>
#include <string.h>

#define TEXT 600

static const char *say(const struct md_scene *scene, enum md_word word)
{
    return md_say(&scene->speech, word);
}

const json_t *md_panels_selected(const struct md_scene *scene)
{
    return scene->page == MD_PAGE_TREE ? md_tree_incident(scene->status)
                                       : md_rank_selected(scene->status, scene->selected);
}

/* ---- sections ------------------------------------------------------------------------------- */

/* Takes rows from the sections until they fit: first from those that can be looked up elsewhere. */
static void share_rows(int rows[MD_SECTIONS], int have)
{
    static const enum md_section givers[] = {MD_SECTION_CONTACTS, MD_SECTION_BLOCKED,
                                             MD_SECTION_POWER,    MD_SECTION_SERVICES,
                                             MD_SECTION_LINES,    MD_SECTION_SERVERS};
    int sum = 0;

    for (unsigned i = 0; i < MD_SECTIONS; i++) {
        sum += rows[i];
    }
    for (int least = 2; least >= 0; least--) {
        for (unsigned i = 0; i < MD_SECTIONS && sum > have; i++) {
            int *giver = &rows[givers[i]];
            int give = *giver - least;
            give = give > sum - have ? sum - have : give;
            if (give > 0) {
                *giver -= give;
                sum -= give;
            }
        }
    }
}

static void draw_sections(struct md_canvas *canvas, const struct md_scene *scene, int row, int end)
{
    struct md_canvas scratch;
    int want[MD_SECTIONS], rows[MD_SECTIONS];

    if (!md_canvas_init(&scratch, canvas->width, MD_CANVAS_HEIGHT_MAX)) {
        return;
    }
    for (unsigned i = 0; i < MD_SECTIONS; i++) {
        want[i] = rows[i] = md_section_draw(&scratch, i, &scene->speech, scene->status, false);
    }
    share_rows(rows, end - row);
    for (unsigned i = 0; i < MD_SECTIONS; i++) {
        md_section_draw(&scratch, i, &scene->speech, scene->status, rows[i] < want[i]);
        for (int line = 0; line < rows[i]; line++) {
            md_canvas_copy_row(canvas, row++, 0, &scratch, line);
        }
        if (rows[i] > 0 && rows[i] < want[i]) {
            char number[16], more[80];
            snprintf(number, sizeof(number), "%d", want[i] - rows[i]);
            md_text_fill(more, sizeof(more), scene->speech.language, MD_WORD_MORE, number, NULL);
            int column = canvas->width - md_columns(more) - 1;
            column = md_canvas_put(canvas, row - 1, column, canvas->width, MD_INK_FAINT, " ");
            md_canvas_put(canvas, row - 1, column, canvas->width, MD_INK_FAINT, more);
        }
    }
    md_canvas_free(&scratch);
}

static void draw_foot(struct md_canvas *canvas, const struct md_scene *scene)
{
    const char *keys = say(scene, scene->page == MD_PAGE_TREE   ? MD_WORD_KEYS_TREE
                                  : scene->page != MD_PAGE_MAIN ? MD_WORD_KEYS_PAGE
                                                                : MD_WORD_KEYS_MAIN);
    bool cut = md_fact_true(scene->status, "contacts_cut") && scene->page != MD_PAGE_TREE;

    if (scene->page == MD_PAGE_MAIN && md_columns(keys) > canvas->width) {
        keys = say(scene, MD_WORD_KEYS_MAIN_SHORT);
    }
    md_head_rule(canvas, scene, canvas->height - 2);
    if (scene->person != NULL && scene->notice == NULL) {
        char who[200];
        md_text_fill(who, sizeof(who), scene->speech.language, MD_WORD_UNLOCKED_AS, scene->person,
                     NULL);
        md_canvas_put(canvas, canvas->height - 2, canvas->width - md_columns(who) - 1,
                      canvas->width, MD_INK_TITLE, who);
    }
    if (cut && scene->notice == NULL) { /* who has left the call tree finds it again */
        md_canvas_put(canvas, canvas->height - 2, 2, canvas->width, MD_INK_DEGRADED,
                      say(scene, MD_WORD_TREE_BACK));
    }
    if (scene->notice != NULL) {
        md_canvas_put(canvas, canvas->height - 2, 0, canvas->width, MD_INK_TITLE, scene->notice);
    }
    md_canvas_put(canvas, canvas->height - 1, 0, canvas->width, MD_INK_FAINT, keys);
}

/* What is old has no colours of its own: green would say that it is so now. */
static void fade(struct md_canvas *canvas, int from, int to)
{
    for (int i = from * canvas->width; i < to * canvas->width; i++) {
        if (canvas->cells[i].ink != MD_INK_ALERT) {
            canvas->cells[i].ink = MD_INK_FAINT;
        }
    }
}

static int draw_inside(struct md_canvas *canvas, const struct md_scene *scene)
{
    const int end = canvas->height - 2;
    int row = md_head_draw(canvas, scene), hidden = 0;
    const int begin = row;
    if (scene->status == NULL) {
        md_canvas_put(canvas, row, 0, canvas->width, MD_INK_PLAIN, say(scene, MD_WORD_CONNECTING));
    } else if (scene->page == MD_PAGE_MAIN) {
        row = md_alarm_block(canvas, scene, row, (end - row) * 2 / 3 - 3);
        md_head_rule(canvas, scene, row++);
        draw_sections(canvas, scene, row, end);
    } else {
        row = md_alarm_headline(canvas, scene, md_panels_selected(scene), row);
        md_head_rule(canvas, scene, row++);
        hidden = md_page_draw(canvas, scene, row, end);
    }
    if (md_head_is_old(scene)) {
        fade(canvas, begin, end);
    }
    draw_foot(canvas, scene);
    return hidden;
}

/* ---- the frame of a drill ------------------------------------------------------------------- */

static void draw_frame(struct md_canvas *canvas, const struct md_scene *scene)
{
    const char *tag = say(scene, MD_WORD_TAG_DRILL);
    const char *side = say(scene, MD_WORD_DRILL_SIDE);
    size_t at = 0;

    for (int row = 0; row < canvas->height; row += canvas->height - 1) {
        int column = 0;
        while (column + md_columns(tag) <= canvas->width) {
            column = md_canvas_put(canvas, row, column, canvas->width, MD_INK_DRILL, tag);
        }
        while (column < canvas->width) {
            column = md_canvas_put(canvas, row, column, canvas->width, MD_INK_DRILL, " ");
        }
    }
    for (int row = 1; row < canvas->height - 1; row++) {
        char letter[8] = "";
        size_t length = 1;
        while (((unsigned char)side[at + length] & 0xc0) == 0x80) {
            length++;
        }
        memcpy(letter, side + at, length);
        at = side[at + length] == '\0' ? 0 : at + length;
        md_canvas_put(canvas, row, 0, 2, MD_INK_DRILL, letter);
        md_canvas_put(canvas, row, canvas->width - 2, canvas->width, MD_INK_DRILL, letter);
    }
}

int md_panels_draw(struct md_canvas *canvas, const struct md_scene *scene)
{
    struct md_canvas inside;
    int hidden = 0;

    md_canvas_clear(canvas);
    if (canvas->width < MD_SCREEN_WIDTH_MIN || canvas->height < MD_SCREEN_HEIGHT_MIN) {
        md_canvas_put(canvas, 0, 0, canvas->width, MD_INK_ALERT, say(scene, MD_WORD_TOO_SMALL));
        return 0;
    }
    if (strcmp(md_fact_text(scene->status, "mode"), "drill") != 0) {
        return draw_inside(canvas, scene);
    }
    draw_frame(canvas, scene);
    if (md_canvas_init(&inside, canvas->width - 6, canvas->height - 2)) {
        hidden = draw_inside(&inside, scene);
        for (int row = 0; row < inside.height; row++) {
            md_canvas_copy_row(canvas, row + 1, 3, &inside, row);
        }
        md_canvas_free(&inside);
    }
    return hidden;
}
