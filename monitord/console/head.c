/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the top of every page: site, time, the monitor's own state, and loud bands when the screen
 * itself is not to be taken at its word (lost daemon, old data, shadow mode). It owns these rows
 * and judges nothing else. panels.c calls it. */
#include "monitord/console/head.h"

#include "monitord/console/layout.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 600

static const char *say(const struct md_scene *scene, enum md_word word)
{
    return md_say(&scene->speech, word);
}

bool md_head_is_old(const struct md_scene *scene)
{
    return !scene->connected || scene->age_s > MD_SCREEN_STALE_S;
}

void md_head_rule(struct md_canvas *canvas, const struct md_scene *scene, int row)
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

    if (md_head_is_old(scene)) {
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
                  strcmp(state, "ok") != 0 ? md_layout_ink(state)
                  : normal                 ? MD_INK_PLAIN
                                           : MD_INK_DEGRADED,
                  right);
    md_head_rule(canvas, scene, 1);
}

static int draw_band(struct md_canvas *canvas, int row, enum md_ink ink, const char *text)
{
    char line[TEXT];

    snprintf(line, sizeof(line), "%s", text);
    while (md_columns(line) < canvas->width && strlen(line) + 2 < sizeof(line)) {
        md_text_append(line, sizeof(line), " ");
    }
    md_canvas_put(canvas, row, 0, canvas->width, ink, line);
    return row + 1;
}

/* Says loudly that what follows is not the present: what failed, since when, what is done; what to
 * do. */
static int draw_warning(struct md_canvas *canvas, const struct md_scene *scene, int row)
{
    const bool never = scene->status == NULL, lost = !scene->connected;
    char text[TEXT], age[48], clock[9], mark[TEXT + 16];

    md_say_duration(&scene->speech, scene->age_s, age, sizeof(age));
    md_fact_clock(md_fact_text(scene->status, "time"), clock);
    md_text_fill(text, sizeof(text), scene->speech.language,
                 never  ? MD_WORD_LOST_DAEMON
                 : lost ? MD_WORD_LOST_SINCE
                        : MD_WORD_DATA_OLD,
                 clock, age, NULL);
    snprintf(mark, sizeof(mark), "%s %s", md_say_mark(&scene->speech, lost ? "down" : "unknown"),
             text);
    row = draw_band(canvas, row, MD_INK_ALERT, mark);
    row = draw_band(canvas, row, MD_INK_ALERT,
                    say(scene, lost ? MD_WORD_LOST_HINT : MD_WORD_DATA_OLD_HINT));
    if (never) {
        return row;
    }
    md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_OLD_BELOW, clock, NULL);
    md_head_rule(canvas, scene, row);
    md_canvas_put(canvas, row, 2, canvas->width, MD_INK_UNKNOWN, text);
    return row + 1;
}

int md_head_draw(struct md_canvas *canvas, const struct md_scene *scene)
{
    int row = 2;

    draw_head(canvas, scene);
    if (md_head_is_old(scene)) {
        row = draw_warning(canvas, scene, row);
    }
    if (md_fact_true(scene->status, "shadow")) {
        row = draw_band(canvas, row, MD_INK_SHADOW, say(scene, MD_WORD_SHADOW_BAND));
        row = draw_band(canvas, row, MD_INK_SHADOW, say(scene, MD_WORD_SHADOW_BAND_HINT));
    }
    return row;
}
