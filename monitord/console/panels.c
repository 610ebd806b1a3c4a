/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the main screen and the frame of every page: head, warnings about the screen itself, what
 * is wrong and what to do, sections, keys. It owns the order of the eye and the sharing of rows. */
#include "monitord/console/panels.h"

#include "monitord/console/pages.h"
#include "monitord/console/ranking.h"
#include "monitord/console/sections.h"

#include <stdlib.h>
#include <string.h>

#define TEXT 600
#define INDENT 2
#define FIELD 16 /* columns of the label inside an incident */
#define INCIDENTS_SHOWN 5
#define APPROVALS_SHOWN 2

static const char *say(const struct md_scene *scene, enum md_word word)
{
    return md_say(&scene->speech, word);
}

static bool is_old(const struct md_scene *scene)
{
    return !scene->connected || scene->age_s > MD_SCREEN_STALE_S;
}

const json_t *md_panels_selected(const struct md_scene *scene)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = md_rank_incidents(scene->status, order, MD_RANKED_MAX);

    for (size_t i = 0; i < count && scene->selected != NULL; i++) {
        if (strcmp(md_fact_text(order[i], "id"), scene->selected) == 0) {
            return order[i];
        }
    }
    return count > 0 ? order[0] : NULL;
}

static void draw_rule(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    for (int column = 0; column < canvas->width; column++) {
        md_canvas_put(canvas, row, column, canvas->width, MD_INK_FAINT,
                      scene->speech.ascii ? "-" : md_say(&scene->speech, MD_WORD_RULE));
    }
}

/* Whether an open incident, or a fault folded into one, is about the monitor itself. */
static bool monitor_suffers(const json_t *status)
{
    json_t *incident, *child;
    size_t i, j;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        if (strcmp(md_fact_text(incident, "state"), "open") != 0) {
            continue;
        }
        if (strcmp(md_fact_text(json_object_get(incident, "subject"), "kind"), "monitor") == 0) {
            return true;
        }
        json_array_foreach(json_object_get(incident, "children"), j, child)
        {
            if (md_fact_true(child, "open") &&
                strcmp(md_fact_text(json_object_get(child, "subject"), "kind"), "monitor") == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The monitor's own state: it must be well before its words about others count. */
static const char *monitor_state(const struct md_scene *scene)
{
    const json_t *monitor = json_object_get(scene->status, "monitor");

    if (is_old(scene)) {
        return "unknown";
    }
    if (strcmp(md_fact_text(monitor, "journal"), "dead") == 0) {
        return "down";
    }
    bool well = md_fact_true(scene->status, "acting") && md_fact_true(scene->status, "warm") &&
                !monitor_suffers(scene->status);
    return well ? "ok" : "degraded";
}

static void draw_head(struct md_canvas *canvas, const struct md_scene *scene)
{
    const char *time = md_fact_text(scene->status, "time");
    const char *state = monitor_state(scene);
    bool normal = strcmp(md_fact_text(scene->status, "mode"), "normal") == 0;
    char right[TEXT], clock[9];

    md_fact_clock(time, clock);
    snprintf(right, sizeof(right), "%.5s %s  %s %s %s  [%s]", strlen(time) > 10 ? time + 5 : "",
             clock, say(scene, MD_WORD_LABEL_MONITOR), md_say_mark(&scene->speech, state),
             md_say_state(&scene->speech, state), md_say_mode(&scene->speech, scene->status));
    int column = canvas->width - md_columns(right);
    md_canvas_put(canvas, 0, 0, column - 1, MD_INK_TITLE, md_fact_text(scene->status, "site"));
    md_canvas_put(canvas, 0, column, canvas->width,
                  strcmp(state, "ok") != 0 ? md_section_ink(state)
                  : normal                 ? MD_INK_PLAIN
                                           : MD_INK_DEGRADED,
                  right);
    draw_rule(canvas, scene, 1);
}

static int draw_band(struct md_canvas *canvas, int row, const char *text)
{
    char line[TEXT];

    snprintf(line, sizeof(line), "%s", text);
    while (md_columns(line) < canvas->width && strlen(line) + 2 < sizeof(line)) {
        md_text_append(line, sizeof(line), " ");
    }
    md_canvas_put(canvas, row, 0, canvas->width, MD_INK_ALERT, line);
    return row + 1;
}

/* Says loudly that what follows is not the present. */
static int draw_warning(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    char text[TEXT], age[48], clock[9], mark[TEXT + 16];

    md_say_duration(&scene->speech, scene->age_s, age, sizeof(age));
    md_fact_clock(md_fact_text(scene->status, "time"), clock);
    if (!scene->connected) {
        snprintf(mark, sizeof(mark), "%s %s", md_say_mark(&scene->speech, "down"),
                 say(scene, MD_WORD_LOST_DAEMON));
        row = draw_band(canvas, row, mark);
        md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_LOST_SINCE, clock, age,
                     NULL);
        row = draw_band(canvas, row, text);
        row = draw_band(canvas, row, say(scene, MD_WORD_LOST_HINT));
    } else {
        md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_DATA_OLD, age, NULL);
        snprintf(mark, sizeof(mark), "%s %s", md_say_mark(&scene->speech, "unknown"), text);
        row = draw_band(canvas, row, mark);
    }
    md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_OLD_BELOW, clock, NULL);
    draw_rule(canvas, scene, row);
    md_canvas_put(canvas, row, 2, canvas->width, MD_INK_UNKNOWN, text);
    return row + 1;
}

/* ---- what is wrong, and what you must do ---------------------------------------------------- */

static int draw_field(struct md_canvas *canvas, const struct md_scene *scene, int row,
                      enum md_word label, int most, const char *text)
{
    md_canvas_put(canvas, row, INDENT, INDENT + FIELD - 1, MD_INK_FAINT, say(scene, label));
    return md_section_fold(canvas, row, INDENT + FIELD, canvas->width, most, MD_INK_PLAIN, text);
}

static int draw_headline(struct md_canvas *canvas, const struct md_scene *scene,
                         const json_t *incident, int row, bool chosen)
{
    const char *state = md_incident_state(incident);
    char text[TEXT], occurred[80], clock[9];
    int column;

    md_canvas_put(canvas, row, 0, canvas->width, md_section_ink(state),
                  md_say_mark(&scene->speech, state));
    column = 2;
    if (md_fact_true(incident, "drill")) {
        column = md_canvas_put(canvas, row, column + 1, canvas->width, MD_INK_DRILL,
                               say(scene, MD_WORD_TAG_DRILL));
    }
    column = md_canvas_put(canvas, row, column + 1, canvas->width,
                           chosen ? MD_INK_TITLE : MD_INK_PLAIN, md_fact_text(incident, "id")) +
             2;
    md_say_incident(&scene->speech, scene->status, incident, text, sizeof(text));
    column = md_canvas_put(canvas, row, column, canvas->width, md_section_ink(state), text) + 2;
    md_fact_clock(md_fact_text(incident, "opened"), clock);
    md_text_fill(occurred, sizeof(occurred), scene->speech.language, MD_WORD_OCCURRED, clock, NULL);
    if (column + md_columns(occurred) <= canvas->width) {
        md_canvas_put(canvas, row, column, canvas->width, MD_INK_PLAIN, occurred);
    }
    return row + 1;
}

/* The chosen incident in full; most is the number of rows there are for it (at least 2). */
static int draw_incident(struct md_canvas *canvas, const struct md_scene *scene,
                         const json_t *incident, int row, int most)
{
    const int end = row + most;
    char text[TEXT * 2];

    row = draw_headline(canvas, scene, incident, row, true);
    const char *did = md_say_reason(&scene->speech, md_fact_text(incident, "did"), MD_TEXT_TITLE);
    row = draw_field(canvas, scene, row, MD_WORD_LABEL_DID, end - row > 3 ? 1 : 0,
                     did[0] != '\0' ? did : say(scene, MD_WORD_MAIL_NOTHING));
    if (strcmp(md_fact_text(incident, "state"), "open") == 0) {
        md_say_advice(&scene->speech, incident, text, sizeof(text));
        row = draw_field(canvas, scene, row, MD_WORD_LABEL_YOU, end - row > 3 ? 3 : end - row - 1,
                         text);
    }
    md_say_children(&scene->speech, scene->status, incident, text, sizeof(text));
    if (text[0] != '\0' && end - row > 1) {
        row = draw_field(canvas, scene, row, MD_WORD_LABEL_CHILD, 1, text);
    }
    md_say_response(&scene->speech, incident, text, sizeof(text));
    if (end > row) {
        md_canvas_put(canvas, row, INDENT, INDENT + FIELD - 1, MD_INK_FAINT,
                      say(scene, MD_WORD_CONTACT_LABEL));
        md_canvas_put(canvas, row++, INDENT + FIELD, canvas->width,
                      md_incident_calls(incident) ? MD_INK_DOWN : MD_INK_PLAIN, text);
    }
    return row;
}

/* One line when nothing is open: that all is well, or which state the services are in. */
static int draw_no_incident(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    const char *state = md_fact_text(scene->status, "state");
    double last_s = md_fact_number(json_object_get(scene->status, "switchover"), "last_s", -1);
    char text[TEXT], last[120], open[80], age[48];

    if (strcmp(state, "ok") == 0) {
        snprintf(text, sizeof(text), "%s %s", md_say_mark(&scene->speech, state),
                 say(scene, MD_WORD_ALL_WELL));
    } else {
        char line[200];
        md_text_fill(line, sizeof(line), scene->speech.language, MD_WORD_NOT_ALL_WELL,
                     md_say_state(&scene->speech, state), NULL);
        snprintf(text, sizeof(text), "%s %s", md_say_mark(&scene->speech, state), line);
    }
    int column = md_canvas_put(canvas, row, 0, canvas->width, md_section_ink(state), text) + 3;
    md_say_duration(&scene->speech, last_s, age, sizeof(age));
    md_text_fill(last, sizeof(last), scene->speech.language,
                 last_s < 0 ? MD_WORD_NO_SWITCHOVER : MD_WORD_SWITCHOVER_AGO, age, NULL);
    md_text_fill(open, sizeof(open), scene->speech.language, MD_WORD_OPEN_COUNT, "0", NULL);
    snprintf(text, sizeof(text), "%s %s   %s", say(scene, MD_WORD_LABEL_SWITCHOVER), last, open);
    md_canvas_put(canvas, row, column, canvas->width, MD_INK_PLAIN, text);
    return row + 1;
}

static int draw_state_of_monitor(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    const json_t *switchover = json_object_get(scene->status, "switchover");
    char text[TEXT];

    if (md_fact_text(switchover, "step")[0] != '\0') {
        md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_SWITCHOVER_NOW,
                     md_fact_text(switchover, "target"),
                     md_say_step(&scene->speech, md_fact_text(switchover, "step")), NULL);
        md_canvas_put(canvas, row++, 0, canvas->width, MD_INK_DEGRADED, text);
    }
    if (!md_fact_true(scene->status, "warm")) {
        md_canvas_put(canvas, row++, 0, canvas->width, MD_INK_UNKNOWN,
                      say(scene, MD_WORD_WARMING_UP));
    } else if (!md_fact_true(scene->status, "acting")) {
        md_canvas_put(canvas, row++, 0, canvas->width, MD_INK_DEGRADED,
                      say(scene, MD_WORD_NOT_ACTING));
    }
    return row;
}

/* What waits for a second person, a row each. */
static int draw_approvals(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    const json_t *list = json_object_get(scene->status, "approvals");
    size_t count = json_array_size(list);
    char what[TEXT], text[TEXT + 80], number[32];

    for (size_t i = 0; i < count && i < APPROVALS_SHOWN; i++) {
        md_say_approval(&scene->speech, json_array_get(list, i), what, sizeof(what));
        snprintf(text, sizeof(text), "%s: %s", say(scene, MD_WORD_LABEL_APPROVAL), what);
        md_canvas_put(canvas, row++, 0, canvas->width, MD_INK_DEGRADED, text);
    }
    if (count > APPROVALS_SHOWN) {
        snprintf(number, sizeof(number), "%zu", count - APPROVALS_SHOWN);
        md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_MORE, number, NULL);
        md_canvas_put(canvas, row++, INDENT, canvas->width, MD_INK_DEGRADED, text);
    }
    return row;
}

static int draw_incidents(struct md_canvas *canvas, const struct md_scene *scene, int row, int most)
{
    const json_t *order[MD_RANKED_MAX];
    const json_t *chosen = md_panels_selected(scene);
    size_t count = md_rank_incidents(scene->status, order, MD_RANKED_MAX);
    size_t others = count > 0 ? count - 1 : 0;
    const int end = row + most;
    char number[32], more[80];

    row = draw_state_of_monitor(canvas, scene, row);
    row = draw_approvals(canvas, scene, row);
    if (count == 0) {
        return draw_no_incident(canvas, scene, row);
    }
    size_t lines = others > INCIDENTS_SHOWN - 1 ? INCIDENTS_SHOWN : others;
    int room = end - row - (int)lines;
    row = draw_incident(canvas, scene, chosen, row, room < 3 ? 3 : room);
    for (size_t i = 0; i < count && row < end; i++) {
        if (order[i] == chosen) {
            continue;
        }
        if (others > 1 && row + 1 == end) {
            snprintf(number, sizeof(number), "%zu", others);
            md_text_fill(more, sizeof(more), scene->speech.language, MD_WORD_MORE, number, NULL);
            md_canvas_put(canvas, row++, INDENT, canvas->width, MD_INK_DEGRADED, more);
            break;
        }
        char response[TEXT];
        draw_headline(canvas, scene, order[i], row, false);
        md_say_response(&scene->speech, order[i], response, sizeof(response));
        int column = canvas->width - md_columns(response);
        if (md_incident_calls(order[i])) {
            md_canvas_put(canvas, row, column - 1, canvas->width, MD_INK_DOWN, " ");
            md_canvas_put(canvas, row, column, canvas->width, MD_INK_DOWN, response);
        }
        row++;
        others--;
    }
    return row;
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
    const char *keys =
        say(scene, scene->page != MD_PAGE_MAIN ? MD_WORD_KEYS_PAGE : MD_WORD_KEYS_MAIN);

    if (scene->page == MD_PAGE_MAIN && md_columns(keys) > canvas->width) {
        keys = say(scene, MD_WORD_KEYS_MAIN_SHORT);
    }
    draw_rule(canvas, scene, canvas->height - 2);
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
    int row = 2, hidden = 0;

    draw_head(canvas, scene);
    if (is_old(scene)) {
        row = draw_warning(canvas, scene, row);
    }
    const int begin = row;
    if (scene->status == NULL) {
        md_canvas_put(canvas, row, 0, canvas->width, MD_INK_PLAIN, say(scene, MD_WORD_CONNECTING));
    } else if (scene->page == MD_PAGE_MAIN) {
        row = draw_incidents(canvas, scene, row, (end - row) * 2 / 3 - 3);
        draw_rule(canvas, scene, row++);
        draw_sections(canvas, scene, row, end);
    } else {
        const json_t *first = md_panels_selected(scene);
        row = first == NULL ? draw_no_incident(canvas, scene, row)
                            : draw_headline(canvas, scene, first, row, true);
        draw_rule(canvas, scene, row++);
        hidden = md_page_draw(canvas, scene, row, end);
    }
    if (is_old(scene)) {
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
