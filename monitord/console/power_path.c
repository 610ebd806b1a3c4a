/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the way of the power: mains and transfer switch, the UPSes behind them, what each of those
 * carries, and the generators. It owns this layout and the short form of a device; where the power
 * comes from is read from the status and never guessed. sections.c calls it. */
#include "monitord/console/power_path.h"

#include "monitord/console/layout.h"
#include "monitord/console/ranking.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 500
#define PATH_MOST 12 /* UPSes; a larger room is shown device by device */

static void add(char *text, size_t size, const char *phrase)
{
    if (phrase[0] != '\0') {
        md_text_append(text, size, " ");
        md_text_append(text, size, phrase);
    }
}

static void short_ups(const struct md_speech *speech, const json_t *device, char *text, size_t size)
{
    const json_t *variables = json_object_get(device, "variables");
    double charge = md_fact_number(variables, "battery.charge", -1);
    double runtime =
        md_fact_number(device, "runtime_left_s", md_fact_number(variables, "battery.runtime", -1));
    char digits[48];

    if (md_fact_true(device, "dying")) {
        add(text, size, md_say(speech, MD_WORD_DYING));
    } else if (md_fact_true(device, "on_battery")) {
        add(text, size, md_say(speech, MD_WORD_ON_BATTERY));
    }
    if (charge >= 0) {
        snprintf(digits, sizeof(digits), "%.0f%%", charge);
        add(text, size, digits);
    }
    if (runtime >= 0) {
        md_say_duration(speech, runtime, digits, sizeof(digits));
        add(text, size, digits);
    }
}

void md_power_short(const struct md_speech *speech, const json_t *device, char *text, size_t size)
{
    const char *quality = md_fact_text(device, "quality");
    double age_s = md_fact_number(device, "age_s", -1);
    char whole[TEXT], age[48], old[80];

    if (strcmp(md_fact_text(device, "kind"), "ups") != 0) {
        md_say_device(speech, device, whole, sizeof(whole));
        add(text, size, whole); /* says its age and its trouble itself */
        return;
    }
    if (!md_fact_true(device, "on_battery") && strcmp(md_fact_text(device, "state"), "ok") != 0) {
        add(text, size, md_say_state(speech, md_fact_text(device, "state")));
    }
    if (strcmp(quality, "absent") == 0) {
        add(text, size, md_say(speech, MD_WORD_VALUES_OLD));
        return;
    }
    short_ups(speech, device, text, size);
    if (strcmp(quality, "good") != 0 && age_s >= 0) {
        md_say_duration(speech, age_s, age, sizeof(age));
        md_text_fill(old, sizeof(old), speech->language, MD_WORD_OLD, age, NULL);
        md_text_append(text, size, old);
    }
}

static bool is_kind(const json_t *device, const char *kind)
{
    return strcmp(md_fact_text(device, "kind"), kind) == 0;
}

/* Whether this cause holds in an open incident or a fault folded into one. */
static bool cause_holds(const json_t *status, const char *cause)
{
    json_t *incident, *child;
    size_t i, j;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        if (strcmp(md_fact_text(incident, "state"), "open") == 0 &&
            strcmp(md_fact_text(incident, "root"), cause) == 0) {
            return true;
        }
        json_array_foreach(json_object_get(incident, "children"), j, child)
        {
            if (md_fact_true(child, "open") && strcmp(md_fact_text(child, "cause"), cause) == 0) {
                return true;
            }
        }
    }
    return false;
}

const char *md_power_mains_state(const json_t *status)
{
    json_t *device;
    size_t i;

    if (cause_holds(status, "mains_lost")) {
        return "down";
    }
    json_array_foreach(json_object_get(status, "power"), i, device)
    {
        if (is_kind(device, "ups") && strcmp(md_fact_text(device, "quality"), "good") == 0 &&
            json_is_false(json_object_get(device, "on_battery"))) {
            return "ok";
        }
    }
    return "unknown";
}

/* A path under construction: the pen and the room it has. */
struct pen {
    struct md_canvas *canvas;
    const struct md_speech *speech;
    int row, column;
    int terse; /* 1: without the words of the transfer switch; 2: without what is carried */
    bool cut;  /* something did not fit */
};

static void draw(struct pen *pen, enum md_ink ink, const char *text)
{
    pen->cut = pen->cut || pen->column + md_columns(text) > pen->canvas->width;
    pen->column = md_canvas_put(pen->canvas, pen->row, pen->column, pen->canvas->width, ink, text);
}

/* "name mark". */
static void draw_node(struct pen *pen, const char *name, const char *state)
{
    draw(pen, MD_INK_PLAIN, name);
    draw(pen, MD_INK_PLAIN, " ");
    draw(pen, md_layout_ink(state), md_say_mark(pen->speech, state));
}

static void draw_link(struct pen *pen, enum md_word word)
{
    static const char *const plain[] = {" -", " -+-", " |-", " `-"};

    draw(pen, MD_INK_FAINT,
         pen->speech->ascii ? plain[word - MD_WORD_PATH_LINK] : md_say(pen->speech, word));
    draw(pen, MD_INK_FAINT, " ");
}

static void draw_ups(struct pen *pen, const json_t *device)
{
    const json_t *feeds = pen->terse < 2 ? json_object_get(device, "feeds") : NULL;
    char text[TEXT] = "";
    json_t *name;
    size_t i;

    draw_node(pen, md_fact_text(device, "name"), md_fact_text(device, "state"));
    md_power_short(pen->speech, device, text, sizeof(text));
    draw(pen, MD_INK_PLAIN, text);
    json_array_foreach(feeds, i, name)
    {
        if (i == 0) {
            draw_link(pen, MD_WORD_PATH_LINK);
        } else {
            draw(pen, MD_INK_PLAIN, " ");
        }
        draw(pen, MD_INK_PLAIN, json_string_value(name));
    }
}

/* Mains and, when there is exactly one, the transfer switch. */
static void draw_source(struct pen *pen, const json_t *status, const json_t *transfer)
{
    char text[TEXT] = "";

    draw_node(pen, md_say(pen->speech, MD_WORD_MAINS), md_power_mains_state(status));
    if (transfer != NULL) {
        draw_link(pen, MD_WORD_PATH_LINK);
        draw_node(pen, md_fact_text(transfer, "name"), md_fact_text(transfer, "state"));
        if (pen->terse == 0 || strcmp(md_fact_text(transfer, "state"), "ok") != 0) {
            md_power_short(pen->speech, transfer, text, sizeof(text));
        }
        draw(pen, MD_INK_PLAIN, text);
    }
}

/* Devices that are no UPS and not drawn yet, a row each. */
static void draw_rest(struct pen *pen, const json_t *devices, const json_t *transfer)
{
    json_t *device;
    size_t i;

    json_array_foreach(devices, i, device)
    {
        char text[TEXT] = "";
        if (is_kind(device, "ups") || device == transfer) {
            continue;
        }
        pen->row++;
        pen->column = MD_LAYOUT_LABEL;
        draw_node(pen, md_fact_text(device, "name"), md_fact_text(device, "state"));
        md_power_short(pen->speech, device, text, sizeof(text));
        md_canvas_put(pen->canvas, pen->row, pen->column, pen->canvas->width, MD_INK_PLAIN, text);
    }
}

/* One try; 0 when it is no path or does not fit. */
static int draw_path(struct md_canvas *canvas, const struct md_speech *speech, const json_t *status,
                     int terse)
{
    const json_t *devices = json_object_get(status, "power");
    const json_t *ups[PATH_MOST], *transfer = NULL;
    struct pen pen = {
        .canvas = canvas, .speech = speech, .column = MD_LAYOUT_LABEL, .terse = terse};
    size_t count = 0, transfers = 0, i;
    json_t *device;

    json_array_foreach(devices, i, device)
    {
        if (is_kind(device, "ups")) {
            if (count == PATH_MOST) {
                return 0;
            }
            ups[count++] = device;
        } else if (is_kind(device, "transfer-switch")) {
            transfer = transfers++ == 0 ? device : NULL;
        }
    }
    if (count == 0) {
        return 0;
    }
    draw_source(&pen, status, transfer);
    const int fork = pen.column;
    for (i = 0; i < count; i++) {
        pen.row = (int)i;
        pen.column = i == 0 ? fork : fork + 1;
        draw_link(&pen, count == 1       ? MD_WORD_PATH_LINK
                        : i == 0         ? MD_WORD_PATH_BRANCH
                        : i == count - 1 ? MD_WORD_PATH_LAST
                                         : MD_WORD_PATH_NEXT);
        draw_ups(&pen, ups[i]);
    }
    draw_rest(&pen, devices, transfer);
    return pen.cut ? 0 : pen.row + 1;
}

int md_power_path_draw(struct md_canvas *canvas, const struct md_speech *speech,
                       const json_t *status)
{
    int rows = 0;

    for (int terse = 0; rows == 0 && terse < 3; terse++) {
        md_canvas_clear(canvas);
        rows = draw_path(canvas, speech, status, terse);
    }
    return rows;
}
