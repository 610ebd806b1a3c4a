/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the pages behind the main screen as lists of rows that can be scrolled. It owns their
 * layout; what is said of each thing comes from speech.h. panels.c calls it. */
#include "monitord/console/pages.h"

#include "monitord/console/layout.h"
#include "monitord/console/sparkline.h"
#include "monitord/fact.h"

#include <string.h>

#define TEXT 700

/* Rows under construction: a tall canvas and how far it is filled. */
struct roll {
    struct md_canvas canvas;
    const struct md_scene *scene;
    int rows;
};

static void put(struct roll *roll, int indent, enum md_ink ink, const char *text)
{
    if (text[0] == '\0') {
        roll->rows++;
        return;
    }
    roll->rows = md_layout_fold(&roll->canvas, roll->rows, indent, roll->canvas.width,
                                roll->canvas.height - roll->rows, ink, text);
}

/* "NAME  mark word  detail": one thing on rows of its own. */
static void put_thing(struct roll *roll, const json_t *thing, const char *detail)
{
    const struct md_speech *speech = &roll->scene->speech;
    const char *state = md_fact_text(thing, "state");
    char text[TEXT];

    snprintf(text, sizeof(text), "%s %.100s  %s  ", md_say_mark(speech, state),
             md_fact_text(thing, "name"), md_say_state(speech, state));
    md_text_append(text, sizeof(text), detail);
    put(roll, 0, md_layout_ink(state), text);
}

static void draw_history(struct roll *roll)
{
    const struct md_scene *scene = roll->scene;
    const json_t *list =
        scene->history != NULL ? scene->history : json_object_get(scene->status, "incidents");
    char what[TEXT], line[TEXT * 2];
    json_t *incident;
    size_t i;

    json_array_foreach(list, i, incident)
    {
        const char *state = md_incident_state(incident);
        char response[TEXT];
        md_say_incident(&scene->speech, scene->status, incident, what, sizeof(what));
        md_say_response(&scene->speech, incident, response, sizeof(response));
        snprintf(
            line, sizeof(line), "%s %s  %.5s %.8s  ", md_say_mark(&scene->speech, state),
            md_fact_text(incident, "id"),
            strlen(md_fact_text(incident, "opened")) > 18 ? md_fact_text(incident, "opened") + 5
                                                          : "",
            strlen(md_fact_text(incident, "opened")) > 18 ? md_fact_text(incident, "opened") + 11
                                                          : "");
        md_text_append(line, sizeof(line), what);
        md_text_append(line, sizeof(line), "  ");
        md_text_append(line, sizeof(line), response);
        put(roll, 0, md_layout_ink(state), line);
    }
    if (json_array_size(list) == 0) {
        put(roll, 0, MD_INK_PLAIN, md_say(&scene->speech, MD_WORD_NO_INCIDENTS));
    }
    if (scene->history == NULL) {
        put(roll, 0, MD_INK_PLAIN, "");
        put(roll, 0, MD_INK_FAINT, md_say(&scene->speech, MD_WORD_NO_HISTORY));
    }
}

/* A day of one value: "loss 24 h ▁▁▂▁ at most 2.0%". Nothing when none was measured. */
static void put_trend(struct roll *roll, const char *series, enum md_word word, double highest,
                      double shown)
{
    const json_t *values = json_object_get(roll->scene->trends, series);
    char bars[400], text[TEXT], number[32];

    if (md_sparkline(&roll->scene->speech, values, 0, highest, bars, sizeof(bars))) {
        snprintf(number, sizeof(number), shown > 0 && shown < 10 ? "%.1f" : "%.0f", shown);
        md_text_fill(text, sizeof(text), roll->scene->speech.language, word, bars, number, NULL);
        put(roll, 4, MD_INK_FAINT, text);
    }
}

static double most_of(const struct roll *roll, const char *series)
{
    return md_spark_greatest(json_object_get(roll->scene->trends, series), 0);
}

static void put_line_trends(struct roll *roll, const char *name)
{
    char series[200];

    snprintf(series, sizeof(series), "lines/%.100s/loss", name);
    double most = most_of(roll, series);
    put_trend(roll, series, MD_WORD_TREND_LOSS, most > 100 ? most : 100, most / 10);
    snprintf(series, sizeof(series), "lines/%.100s/rtt", name);
    most = most_of(roll, series);
    put_trend(roll, series, MD_WORD_TREND_RTT, most > 20 ? most : 20, most);
}

static void put_power_trends(struct roll *roll, const char *name)
{
    char series[200];

    snprintf(series, sizeof(series), "power/%.100s/battery.charge", name);
    put_trend(roll, series, MD_WORD_TREND_CHARGE, 100, 0);
    snprintf(series, sizeof(series), "power/%.100s/ups.load", name);
    put_trend(roll, series, MD_WORD_TREND_LOAD, 100, most_of(roll, series));
}

static void draw_lines(struct roll *roll)
{
    const struct md_speech *speech = &roll->scene->speech;
    char text[TEXT];
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(roll->scene->status, "lines"), i, entry)
    {
        md_say_line(speech, entry, text, sizeof(text));
        md_say_add(text, sizeof(text), md_fact_text(entry, "carrier"));
        put_thing(roll, entry, text);
        put_line_trends(roll, md_fact_text(entry, "name"));
    }
    put(roll, 0, MD_INK_PLAIN, "");
    json_array_foreach(json_object_get(roll->scene->status, "servers"), i, entry)
    {
        md_say_server(speech, entry, text, sizeof(text));
        put_thing(roll, entry, text);
    }
}

/* "battery.charge 98": the names of the engineers, with why a value is missing. */
static void put_variables(struct roll *roll, const json_t *device)
{
    const json_t *reasons = json_object_get(device, "reasons");
    char text[TEXT] = "", one[200];
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(device, "variables"), name, value)
    {
        const char *why =
            md_say_reason(&roll->scene->speech, md_fact_text(reasons, name), MD_TEXT_SHORT);
        if (json_is_string(value)) {
            snprintf(one, sizeof(one), "%s=%.60s", name, json_string_value(value));
        } else if (json_is_number(value)) {
            snprintf(one, sizeof(one), "%s=%.10g", name, json_number_value(value));
        } else {
            snprintf(one, sizeof(one), "%s=%s", name, md_say_mark(&roll->scene->speech, "unknown"));
        }
        if (why[0] != '\0') {
            md_text_append(one, sizeof(one), "(");
            md_text_append(one, sizeof(one), why);
            md_text_append(one, sizeof(one), ")");
        }
        if (md_columns(text) + md_columns(one) + 6 > roll->canvas.width) {
            put(roll, 4, MD_INK_FAINT, text);
            text[0] = '\0';
        }
        md_say_add(text, sizeof(text), one);
    }
    if (text[0] != '\0') {
        put(roll, 4, MD_INK_FAINT, text);
    }
}

static void draw_power(struct roll *roll)
{
    const struct md_speech *speech = &roll->scene->speech;
    const json_t *devices = json_object_get(roll->scene->status, "power");
    char text[TEXT];
    json_t *device;
    size_t i;

    json_array_foreach(devices, i, device)
    {
        md_say_device(speech, device, text, sizeof(text));
        md_say_add(text, sizeof(text), md_fact_text(device, "profile"));
        put_thing(roll, device, text);
        put_power_trends(roll, md_fact_text(device, "name"));
        put_variables(roll, device);
    }
    if (json_array_size(devices) == 0) {
        put(roll, 0, MD_INK_PLAIN, md_say(speech, MD_WORD_NO_DEVICES));
    }
}

static void draw_duty(struct roll *roll)
{
    const json_t *duty = json_object_get(roll->scene->status, "duty"), *role;
    char text[TEXT];
    size_t i;

    if (json_array_size(duty) > 0) {
        put(roll, 0, MD_INK_TITLE, md_say(&roll->scene->speech, MD_WORD_DUTY_TITLE));
    }
    json_array_foreach(duty, i, role)
    {
        bool nobody = json_array_size(json_object_get(role, "persons")) == 0;

        md_say_duty(&roll->scene->speech, role, text, sizeof(text));
        put(roll, 2, nobody ? MD_INK_DEGRADED : MD_INK_PLAIN, text);
    }
}

static void draw_contacts(struct roll *roll)
{
    const struct md_speech *speech = &roll->scene->speech;
    const json_t *contacts = json_object_get(roll->scene->status, "contacts");
    char text[TEXT], line[TEXT];
    json_t *contact;
    size_t i;

    json_array_foreach(contacts, i, contact)
    {
        bool failed = strcmp(md_fact_text(contact, "state"), "failed") == 0;
        md_say_contact(speech, contact, text, sizeof(text));
        snprintf(line, sizeof(line), "%s  ", md_fact_text(contact, "incident"));
        md_text_append(line, sizeof(line), text);
        put(roll, 0, failed ? MD_INK_DEGRADED : MD_INK_PLAIN, line);
    }
    if (json_array_size(contacts) == 0) {
        put(roll, 0, MD_INK_PLAIN, md_say(speech, MD_WORD_NO_CONTACTS));
    }
}

/* "> [x] 当直長  電話 +81…  通じた": a box is ticked by a word too. */
static void put_callee(struct roll *roll, const json_t *person, bool chosen)
{
    const char *outcome = md_fact_text(person, "outcome");
    const char *number = md_fact_text(person, "number");
    const char *box = outcome[0] == '\0' ? "[ ]" : md_fact_true(person, "answered") ? "[x]" : "[-]";
    char text[TEXT];

    snprintf(text, sizeof(text), "%s %s ", chosen ? ">" : " ", box);
    md_text_append(text, sizeof(text), md_fact_text(person, "title"));
    if (number[0] != '\0') {
        md_say_add_filled(&roll->scene->speech, text, sizeof(text), MD_WORD_TREE_NUMBER, number);
    }
    md_say_add(text, sizeof(text), outcome);
    put(roll, 0, chosen ? MD_INK_TITLE : MD_INK_PLAIN, text);
}

static void draw_tree(struct roll *roll)
{
    const struct md_scene *scene = roll->scene;
    const json_t *tree = scene->tree, *persons = json_object_get(tree, "persons"), *person;
    size_t i, chosen = (size_t)md_fact_number(tree, "chosen", 0);
    char text[TEXT];

    if (md_fact_true(scene->status, "contacts_cut")) {
        put(roll, 0, MD_INK_DEGRADED, md_say(&scene->speech, MD_WORD_TREE_WHY));
    }
    if (tree == NULL) {
        put(roll, 0, MD_INK_PLAIN, md_say(&scene->speech, MD_WORD_NO_OPEN_INCIDENT));
        return;
    }
    md_text_fill(text, sizeof(text), scene->speech.language, MD_WORD_TREE_TITLE,
                 md_fact_text(tree, "incident"), NULL);
    put(roll, 0, MD_INK_TITLE, text);
    put(roll, 2, MD_INK_PLAIN, md_fact_text(tree, "script"));
    put(roll, 0, MD_INK_PLAIN, "");
    json_array_foreach(persons, i, person)
    {
        put_callee(roll, person, i == chosen);
    }
    if (json_array_size(persons) == 0) {
        put(roll, 0, MD_INK_DEGRADED, md_say(&scene->speech, MD_WORD_TREE_NOBODY));
    }
}

/* A runbook is text: headings begin with '#'. */
static void draw_runbook(struct roll *roll)
{
    const char *rest = roll->scene->runbook;
    char line[TEXT];

    if (rest == NULL) {
        put(roll, 0, MD_INK_PLAIN, md_say(&roll->scene->speech, MD_WORD_NO_RUNBOOK));
        return;
    }
    while (rest[0] != '\0') {
        size_t length = strcspn(rest, "\n");
        size_t hashes = strspn(rest, "#");
        size_t skip = hashes + (hashes > 0 && rest[hashes] == ' ' ? 1 : 0);
        snprintf(line, sizeof(line), "%.*s", (int)(length - skip), rest + skip);
        put(roll, hashes > 0 ? 0 : 2, hashes > 0 ? MD_INK_TITLE : MD_INK_PLAIN, line);
        rest += length + (rest[length] == '\n' ? 1 : 0);
    }
}

static void draw_help(struct roll *roll)
{
    const char *rest = md_say(&roll->scene->speech, MD_WORD_HELP);
    char line[TEXT];

    while (rest[0] != '\0') {
        size_t length = strcspn(rest, "\n");
        snprintf(line, sizeof(line), "%.*s", (int)length, rest);
        put(roll, 0, MD_INK_PLAIN, line);
        rest += length + (rest[length] == '\n' ? 1 : 0);
    }
}

int md_page_draw(struct md_canvas *canvas, const struct md_scene *scene, int row, int end)
{
    struct roll roll = {.scene = scene};
    int room = end - row;

    if (!md_canvas_init(&roll.canvas, canvas->width, MD_CANVAS_HEIGHT_MAX)) {
        return 0;
    }
    switch (scene->page) {
        case MD_PAGE_HISTORY:
            draw_history(&roll);
            break;
        case MD_PAGE_LINES:
            draw_lines(&roll);
            break;
        case MD_PAGE_POWER:
            draw_power(&roll);
            break;
        case MD_PAGE_CONTACTS:
            draw_duty(&roll);
            draw_contacts(&roll);
            break;
        case MD_PAGE_RUNBOOK:
            draw_runbook(&roll);
            break;
        case MD_PAGE_TREE:
            draw_tree(&roll);
            break;
        default:
            draw_help(&roll);
            break;
    }
    int hidden = roll.rows > room ? roll.rows - room : 0;
    int from = scene->scroll > hidden ? hidden : scene->scroll;
    for (int i = 0; i < room && from + i < roll.rows; i++) {
        md_canvas_copy_row(canvas, row + i, 0, &roll.canvas, from + i);
    }
    md_canvas_free(&roll.canvas);
    return hidden;
}
