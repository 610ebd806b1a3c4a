/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the sections of the main screen in their short form. It owns the layout within a section:
 * a label, then entries side by side where they fit. panels.c calls it. */
#include "monitord/console/sections.h"

#include "monitord/console/layout.h"
#include "monitord/console/power_path.h"
#include "monitord/console/ranking.h"
#include "monitord/fact.h"

#include <string.h>

#define LABEL MD_LAYOUT_LABEL
#define SLOT 35 /* least columns of one entry */
#define TEXT 500
#define BLOCK_ROWS 2 /* the reason of a maintenance window is a sentence of a person */

/* ---- short forms ---------------------------------------------------------------------------- */

static void add(char *text, size_t size, const char *phrase)
{
    if (phrase[0] != '\0') {
        md_text_append(text, size, " ");
        md_text_append(text, size, phrase);
    }
}

/* Word of the state when it is not ok, and why. */
static void add_trouble(const struct md_speech *speech, const json_t *entry, char *text,
                        size_t size)
{
    const char *state = md_fact_text(entry, "state");

    if (strcmp(state, "ok") != 0) {
        add(text, size, md_say_state(speech, state));
    }
}

static void short_server(const struct md_speech *speech, const json_t *server, char *text,
                         size_t size)
{
    double age_ms = md_fact_number(server, "heartbeat_age_ms", -1);
    char age[48], beat[80];

    add_trouble(speech, server, text, size);
    if (strcmp(md_fact_text(server, "state"), "ok") == 0 ||
        strcmp(md_fact_text(server, "role"), "active") == 0) {
        add(text, size, md_say_role(speech, server));
    }
    if (age_ms < 0) {
        add(text, size, md_say(speech, MD_WORD_HEARTBEAT_NEVER));
        return;
    }
    if (age_ms < 1000) {
        /* never wider than four columns: the row must not jump while somebody reads it */
        snprintf(age, sizeof(age), age_ms < 99.5 ? "%.0fms" : "%.1fs",
                 age_ms < 99.5 ? age_ms : age_ms / 1000);
        md_text_fill(beat, sizeof(beat), speech->language, MD_WORD_BEAT, age, NULL);
    } else {
        md_say_duration(speech, age_ms / 1000, age, sizeof(age));
        md_text_fill(beat, sizeof(beat), speech->language, MD_WORD_HEARTBEAT, age, NULL);
    }
    add(text, size, beat);
}

static void short_line(const struct md_speech *speech, const json_t *line, char *text, size_t size)
{
    double loss = md_fact_number(line, "loss_permille", -1);
    double rtt_ms = md_fact_number(line, "rtt_ms", -1);
    char digits[32], phrase[80];

    add_trouble(speech, line, text, size);
    if (md_fact_true(line, "active")) {
        add(text, size, md_say(speech, MD_WORD_LINE_ACTIVE));
    } else if (strcmp(md_fact_text(line, "state"), "down") != 0) {
        add(text, size, md_say(speech, MD_WORD_LINE_STANDBY));
    }
    if (loss >= 0) {
        snprintf(digits, sizeof(digits), "%.1f", loss / 10);
        md_text_fill(phrase, sizeof(phrase), speech->language, MD_WORD_LOSS, digits, NULL);
        add(text, size, phrase);
    }
    if (rtt_ms >= 0) {
        snprintf(digits, sizeof(digits), rtt_ms < 10 ? "%.1fms" : "%.0fms", rtt_ms);
        add(text, size, digits);
    }
}

/* ---- sections ------------------------------------------------------------------------------- */

struct flow {
    struct md_canvas *canvas;
    const struct md_speech *speech;
    int row, slot, slots, width;
};

static void flow_begin(struct flow *flow, struct md_canvas *canvas, const struct md_speech *speech,
                       enum md_word label)
{
    int slots = (canvas->width - LABEL) / SLOT;

    *flow = (struct flow){.canvas = canvas, .speech = speech, .slots = slots < 1 ? 1 : slots};
    flow->width = (canvas->width - LABEL) / flow->slots;
    md_canvas_put(canvas, 0, 0, LABEL - 1, MD_INK_TITLE, md_say(speech, label));
}

/* One entry, "name mark text": in the next slot, or on a row of its own when it is long. */
static void flow_put(struct flow *flow, const char *name, const char *state, const char *text)
{
    const char *mark = md_say_mark(flow->speech, state);
    int need = md_columns(name) + 1 + md_columns(mark) + md_columns(text);
    int slots = need < flow->width ? 1 : flow->slots;

    if (flow->slot + slots > flow->slots) {
        flow->row++;
        flow->slot = 0;
    }
    int column = LABEL + flow->slot * flow->width;
    int limit = column + slots * flow->width;
    column = md_canvas_put(flow->canvas, flow->row, column, limit, MD_INK_PLAIN, name) + 1;
    column = md_canvas_put(flow->canvas, flow->row, column, limit, md_layout_ink(state), mark);
    md_canvas_put(flow->canvas, flow->row, column, limit, MD_INK_PLAIN, text);
    flow->slot += slots;
}

static int flow_rows(const struct flow *flow)
{
    return flow->slot == 0 && flow->row == 0 ? 0 : flow->row + 1;
}

static size_t list(const json_t *array, bool ranked, const json_t *order[])
{
    size_t count = 0;

    if (ranked) {
        return md_rank_by_state(array, order, MD_RANKED_MAX);
    }
    for (size_t i = 0; i < json_array_size(array) && count < MD_RANKED_MAX; i++) {
        order[count++] = json_array_get(array, i);
    }
    return count;
}

static int draw_services(struct md_canvas *canvas, const struct md_speech *speech,
                         const json_t *status, bool ranked)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = list(json_object_get(status, "services"), ranked, order);
    int names = 10;
    char text[TEXT], digit[16];

    for (size_t i = 0; i < count; i++) {
        int width = md_columns(md_fact_text(order[i], "name"));
        names = width > names ? width : names;
    }
    names = names > 24 ? 24 : names;
    for (size_t i = 0; i < count; i++) {
        const char *state = md_fact_text(order[i], "state");
        int row = (int)i, column = LABEL;
        md_canvas_put(canvas, row, column, column + names, MD_INK_PLAIN,
                      md_fact_text(order[i], "name"));
        column += names + 1;
        snprintf(digit, sizeof(digit), "%.0f", md_fact_number(order[i], "class", 0));
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_CLASS, digit, NULL);
        column = md_canvas_put(canvas, row, column, canvas->width, MD_INK_PLAIN, text) + 1;
        snprintf(text, sizeof(text), "%s %s", md_say_mark(speech, state),
                 md_say_state(speech, state));
        column = md_canvas_put(canvas, row, column, canvas->width, md_layout_ink(state), text) + 2;
        md_say_service(speech, order[i], text, sizeof(text));
        md_canvas_put(canvas, row, column, canvas->width, MD_INK_PLAIN, text);
    }
    md_canvas_put(canvas, 0, 0, LABEL - 1, MD_INK_TITLE, md_say(speech, MD_WORD_LABEL_SERVICE));
    return (int)count;
}

typedef void (*short_form)(const struct md_speech *speech, const json_t *entry, char *text,
                           size_t size);

static int draw_flow(struct md_canvas *canvas, const struct md_speech *speech, const json_t *array,
                     bool ranked, enum md_word label, short_form form)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = list(array, ranked, order);
    struct flow flow;
    char name[200], text[TEXT];

    flow_begin(&flow, canvas, speech, label);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "%.100s", md_fact_text(order[i], "name"));
        if (json_object_get(order[i], "preferred") != NULL) {
            bool preferred = md_fact_true(order[i], "preferred");
            add(name, sizeof(name),
                md_say(speech, preferred ? MD_WORD_PREFERRED_SHORT : MD_WORD_OTHER_SHORT));
        }
        text[0] = '\0';
        form(speech, order[i], text, sizeof(text));
        flow_put(&flow, name, md_fact_text(order[i], "state"), text);
    }
    return flow_rows(&flow);
}

/* The way from the mains to the servers when it fits, else device by device. */
static int draw_power(struct md_canvas *canvas, const struct md_speech *speech,
                      const json_t *status, bool ranked)
{
    int rows = ranked ? 0 : md_power_path_draw(canvas, speech, status);

    if (rows > 0) {
        md_canvas_put(canvas, 0, 0, LABEL - 1, MD_INK_TITLE, md_say(speech, MD_WORD_LABEL_POWER));
        return rows;
    }
    md_canvas_clear(canvas);
    return draw_flow(canvas, speech, json_object_get(status, "power"), ranked, MD_WORD_LABEL_POWER,
                     md_power_short);
}

static int draw_blocked(struct md_canvas *canvas, const struct md_speech *speech,
                        const json_t *status)
{
    char text[TEXT];
    json_t *block;
    size_t i;
    int row = 0;

    json_array_foreach(json_object_get(status, "blocked"), i, block)
    {
        md_say_block(speech, status, block, text, sizeof(text));
        row = md_layout_fold(canvas, row, LABEL, canvas->width, BLOCK_ROWS, MD_INK_DEGRADED, text);
    }
    md_canvas_put(canvas, 0, 0, LABEL - 1, MD_INK_TITLE, md_say(speech, MD_WORD_LABEL_BLOCKED));
    return row;
}

/* Whether a newer attempt says the same of the same person by the same channel. */
static bool is_said_again(const json_t *contacts, size_t index)
{
    static const char *const keys[] = {"person", "channel", "message", "state"};
    const json_t *contact = json_array_get(contacts, index);

    for (size_t i = 0; i < index; i++) {
        size_t same = 0;
        while (same < 4 && json_equal(json_object_get(contact, keys[same]),
                                      json_object_get(json_array_get(contacts, i), keys[same]))) {
            same++;
        }
        if (same == 4) {
            return true;
        }
    }
    return false;
}

/* The newest first; what only repeats a row is left to the page of contacts. */
static int draw_contacts(struct md_canvas *canvas, const struct md_speech *speech,
                         const json_t *status)
{
    const json_t *contacts = json_object_get(status, "contacts");
    char text[TEXT];
    json_t *contact;
    size_t i;
    int row = 0;

    json_array_foreach(contacts, i, contact)
    {
        if (is_said_again(contacts, i)) {
            continue;
        }
        bool failed = strcmp(md_fact_text(contact, "state"), "failed") == 0;
        md_say_contact(speech, contact, text, sizeof(text));
        md_canvas_put(canvas, row++, LABEL, canvas->width, failed ? MD_INK_DEGRADED : MD_INK_PLAIN,
                      text);
    }
    md_canvas_put(canvas, 0, 0, LABEL - 1, MD_INK_TITLE, md_say(speech, MD_WORD_LABEL_CONTACT));
    return row;
}

int md_section_draw(struct md_canvas *canvas, enum md_section section,
                    const struct md_speech *speech, const json_t *status, bool ranked)
{
    md_canvas_clear(canvas);
    switch (section) {
        case MD_SECTION_SERVICES:
            return draw_services(canvas, speech, status, ranked);
        case MD_SECTION_SERVERS:
            return draw_flow(canvas, speech, json_object_get(status, "servers"), ranked,
                             MD_WORD_LABEL_SERVER, short_server);
        case MD_SECTION_LINES:
            return draw_flow(canvas, speech, json_object_get(status, "lines"), ranked,
                             MD_WORD_LABEL_LINE, short_line);
        case MD_SECTION_POWER:
            return draw_power(canvas, speech, status, ranked);
        case MD_SECTION_BLOCKED:
            return draw_blocked(canvas, speech, status);
        case MD_SECTION_CONTACTS:
            return draw_contacts(canvas, speech, status);
        default:
            return 0;
    }
}
