/* SPDX-License-Identifier: Apache-2.0 */
/* Draws what is wrong and what to do (see alarm_block.h). It owns the order within an incident:
 * what failed, since when, what the machine did; what you do; the details. panels.c calls it. */
#include "monitord/console/alarm_block.h"

#include "monitord/console/layout.h"
#include "monitord/console/ranking.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 600
#define INDENT 2
#define FIELD 16 /* columns of the label inside an incident */
#define INCIDENTS_SHOWN 5
#define ROOMY 9 /* rows for an incident from which its related faults may take two */
#define APPROVALS_SHOWN 2
#define APPROVAL_ROWS 2 /* who approves must be able to read what */

static const char *say(const struct md_scene *scene, enum md_word word)
{
    return md_say(&scene->speech, word);
}

static bool is_open(const json_t *incident)
{
    return strcmp(md_fact_text(incident, "state"), "open") == 0;
}

static int draw_field(struct md_canvas *canvas, const struct md_scene *scene, int row,
                      enum md_word label, int most, const char *text)
{
    md_canvas_put(canvas, row, INDENT, INDENT + FIELD - 1, MD_INK_FAINT, say(scene, label));
    return md_layout_fold(canvas, row, INDENT + FIELD, canvas->width, most, MD_INK_PLAIN, text);
}

/* "指令サーバ停止（主系 dispatch-1）", or a shorter form when it does not fit: its short name, then
 * without the role of what it is about. */
static void say_title(const struct md_scene *scene, const json_t *incident, int width, char *text,
                      size_t size)
{
    char about[TEXT];

    md_say_incident(&scene->speech, scene->status, incident, text, size);
    if (md_columns(text) <= width) {
        return;
    }
    md_say_subject(&scene->speech, scene->status, json_object_get(incident, "subject"), about,
                   sizeof(about));
    const char *brief =
        md_say_reason(&scene->speech, md_fact_text(incident, "root"), MD_TEXT_SHORT);
    if (about[0] == '\0') {
        snprintf(text, size, "%s", brief);
        return;
    }
    md_text_fill(text, size, scene->speech.language, MD_WORD_SUBJECT_OF, brief, about, NULL);
    const char *name = md_fact_text(json_object_get(incident, "subject"), "name");
    if (md_columns(text) > width && name[0] != '\0') {
        md_text_fill(text, size, scene->speech.language, MD_WORD_SUBJECT_OF, brief, name, NULL);
    }
}

/* That the service was moved is no help once the server it was moved to is dead as well. */
static bool is_undone(const json_t *incident)
{
    return strcmp(md_fact_text(incident, "root"), "both_servers_dead") == 0 &&
           strcmp(md_fact_text(incident, "did"), "switchover_handed_to_people") != 0;
}

/* A dead server whose service did not move because something holds the switchover back. */
static bool is_held_back(const struct md_scene *scene, const json_t *incident)
{
    const json_t *services = json_object_get(scene->status, "services"), *service;
    bool down = false;
    size_t i;

    json_array_foreach(services, i, service)
    {
        down = down || strcmp(md_fact_text(service, "state"), "down") == 0;
    }
    return down && is_open(incident) &&
           strcmp(md_fact_text(incident, "root"), "server_dead") == 0 &&
           md_fact_text(incident, "did")[0] == '\0' &&
           json_array_size(json_object_get(scene->status, "blocked")) > 0;
}

/* What the machine did, short: the headline's end. */
static const char *brief_did(const struct md_scene *scene, const json_t *incident)
{
    const char *brief = md_say_reason(&scene->speech, md_fact_text(incident, "did"), MD_TEXT_SHORT);

    return is_undone(incident)             ? say(scene, MD_WORD_DID_UNDONE)
           : is_held_back(scene, incident) ? say(scene, MD_WORD_DID_BLOCKED)
           : brief[0] != '\0'              ? brief
                                           : say(scene, MD_WORD_DID_NOTHING);
}

/* What failed, since when, and what the machine did about it: one row. `right` is kept free. */
static int draw_headline(struct md_canvas *canvas, const struct md_scene *scene,
                         const json_t *incident, int row, bool chosen, int right)
{
    const char *state = md_incident_state(incident);
    char title[TEXT], occurred[80], did[200], clock[9];
    int limit = canvas->width - right, column = 2;

    md_fact_clock(md_fact_text(incident, "opened"), clock);
    md_text_fill(occurred, sizeof(occurred), scene->speech.language, MD_WORD_OCCURRED, clock, NULL);
    md_text_fill(did, sizeof(did), scene->speech.language, MD_WORD_HEADLINE_DID,
                 brief_did(scene, incident), NULL);
    md_canvas_put(canvas, row, 0, limit, md_layout_ink(state), md_say_mark(&scene->speech, state));
    if (md_fact_true(incident, "drill")) {
        column =
            md_canvas_put(canvas, row, column, limit, MD_INK_DRILL, say(scene, MD_WORD_TAG_DRILL)) +
            1;
    }
    say_title(scene, incident,
              limit - column - md_columns(occurred) - (chosen ? md_columns(did) : 0) - 4, title,
              sizeof(title));
    column = md_canvas_put(canvas, row, column, limit, chosen ? md_layout_ink(state) : MD_INK_PLAIN,
                           title) +
             2;
    column = md_canvas_put(canvas, row, column, limit, MD_INK_PLAIN, occurred) + 2;
    if (chosen) {
        md_canvas_put(canvas, row, column, limit, MD_INK_TITLE, did);
    }
    return row + 1;
}

/* "INC-20261121-0003   unacknowledged 7 s   [a] …": the last row of the chosen incident. */
static int draw_answer(struct md_canvas *canvas, const struct md_scene *scene,
                       const json_t *incident, int row)
{
    char text[TEXT];
    int column = md_canvas_put(canvas, row, INDENT, INDENT + FIELD + 4, MD_INK_TITLE,
                               md_fact_text(incident, "id"));

    md_say_response(&scene->speech, incident, text, sizeof(text));
    column = md_canvas_put(canvas, row, column + 2, canvas->width,
                           md_incident_calls(incident) ? MD_INK_DOWN : MD_INK_PLAIN, text);
    const char *keys = md_incident_calls(incident) ? say(scene, MD_WORD_KEYS_ALARM)
                                                   : say(scene, MD_WORD_KEYS_RUNBOOK);
    if (is_open(incident) && column + 2 + md_columns(keys) <= canvas->width) {
        md_canvas_put(canvas, row, canvas->width - md_columns(keys), canvas->width, MD_INK_FAINT,
                      keys);
    }
    return row + 1;
}

/* The chosen incident in full; most is the number of rows there are for it (at least 3). */
static int draw_incident(struct md_canvas *canvas, const struct md_scene *scene,
                         const json_t *incident, int row, int most)
{
    const int end = row + most;
    char text[TEXT * 2];

    row = draw_headline(canvas, scene, incident, row, true, 0);
    if (is_open(incident)) {
        if (is_held_back(scene, incident)) {
            snprintf(text, sizeof(text), "%s", say(scene, MD_WORD_ADVICE_BLOCKED));
        } else {
            md_say_advice(&scene->speech, incident, text, sizeof(text));
        }
        row = draw_field(canvas, scene, row, MD_WORD_LABEL_YOU, end - row > 3 ? 3 : end - row - 1,
                         text);
    }
    const char *did =
        is_undone(incident)
            ? say(scene, MD_WORD_DID_UNDONE_LONG)
            : md_say_reason(&scene->speech, md_fact_text(incident, "did"), MD_TEXT_TITLE);
    if (did[0] != '\0' && end - row > 1) {
        row = draw_field(canvas, scene, row, MD_WORD_LABEL_DID, 1, did);
    }
    md_say_children(&scene->speech, scene->status, incident, text, sizeof(text));
    if (text[0] != '\0' && end - row > 1) {
        row = draw_field(canvas, scene, row, MD_WORD_LABEL_CHILD,
                         most >= ROOMY && end - row > 2 ? 2 : 1, text);
    }
    return end > row ? draw_answer(canvas, scene, incident, row) : row;
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
    int column = md_canvas_put(canvas, row, 0, canvas->width, md_layout_ink(state), text) + 3;
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

/* What waits for a second person. */
static int draw_approvals(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    const json_t *list = json_object_get(scene->status, "approvals");
    size_t count = json_array_size(list);
    char what[TEXT], text[TEXT + 80], number[32];

    for (size_t i = 0; i < count && i < APPROVALS_SHOWN; i++) {
        md_say_approval(&scene->speech, json_array_get(list, i), what, sizeof(what));
        snprintf(text, sizeof(text), "%s: %s", say(scene, MD_WORD_LABEL_APPROVAL), what);
        row = md_layout_fold(canvas, row, 0, canvas->width, APPROVAL_ROWS, MD_INK_DEGRADED, text);
    }
    if (count > APPROVALS_SHOWN) {
        snprintf(number, sizeof(number), "%zu", count - APPROVALS_SHOWN);
        md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_MORE, number, NULL);
        md_canvas_put(canvas, row++, INDENT, canvas->width, MD_INK_DEGRADED, text);
    }
    return row;
}

/* Another incident: one row, with who answers for it at the right. */
static void draw_other(struct md_canvas *canvas, const struct md_scene *scene,
                       const json_t *incident, int row)
{
    char response[TEXT];
    bool calls = md_incident_calls(incident);

    md_say_response(&scene->speech, incident, response, sizeof(response));
    int right = calls ? md_columns(response) + 1 : 0;
    right = right > canvas->width / 2 ? canvas->width / 2 : right;
    draw_headline(canvas, scene, incident, row, false, right);
    if (calls) {
        md_canvas_put(canvas, row, canvas->width - right + 1, canvas->width, MD_INK_DOWN, response);
    }
}

int md_alarm_block(struct md_canvas *canvas, const struct md_scene *scene, int row, int most)
{
    const json_t *order[MD_RANKED_MAX];
    const json_t *chosen = md_rank_selected(scene->status, scene->selected);
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
        draw_other(canvas, scene, order[i], row);
        row++;
        others--;
    }
    return row;
}

int md_alarm_headline(struct md_canvas *canvas, const struct md_scene *scene,
                      const json_t *incident, int row)
{
    return incident == NULL ? draw_no_incident(canvas, scene, row)
                            : draw_headline(canvas, scene, incident, row, true, 0);
}
