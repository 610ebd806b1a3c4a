/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the lanes of a report. Marks differ by shape and filling, never by colour alone; marks that
 * would cover each other are stacked. It reads the report's JSON and writes SVG, nothing else. */
#include "monitord/console/timeline.h"

#include "monitord/console/paper.h"
#include "monitord/fact.h"

#include <math.h>
#include <string.h>

#define WIDTH 720.0
#define LEFT 96.0
#define RIGHT 24.0
#define LABEL 84.0 /* room for the words beside a milestone */
#define STEP 15.0  /* height of one mark in a stack */
#define GAP 13.0   /* nearer marks are stacked */
#define STACK_MAX 10
#define MARKS_MAX 200
#define LEAST_END_S 10.0

struct mark {
    double x;
    unsigned level;
    const char *shape; /* "dot", "ring", "square", "diamond", "cross" */
    const char *text;  /* beside it; NULL: its number */
    const char *title; /* shown when pointed at */
    unsigned number;
};
struct lane {
    enum md_word label;
    unsigned count, levels;
    struct mark marks[MARKS_MAX];
};
struct drawing {
    FILE *out;
    const struct md_speech *speech;
    double end_s;
};

double md_timeline_place(double seconds, double end_s)
{
    if (seconds <= 0 || end_s <= 0) {
        return 0;
    }
    double place = log10(1 + seconds / 0.1) / log10(1 + end_s / 0.1);
    return place < 1 ? place : 1;
}

static double x_of(const struct drawing *drawing, double seconds)
{
    return LEFT + md_timeline_place(seconds, drawing->end_s) * (WIDTH - LEFT - RIGHT);
}

/* Words of a mark near the right edge stand on its left. */
static bool turned(const struct mark *mark)
{
    return mark->text != NULL && mark->x + LABEL > WIDTH;
}

/* The lowest level on which nothing stands too near; `width` of what stands beside the mark. */
static void lane_add(struct lane *lane, struct mark mark, double width)
{
    double taken[STACK_MAX] = {0};

    if (lane->count == MARKS_MAX) {
        return; /* the tables hold all of them */
    }
    for (unsigned i = 0; i < lane->count; i++) {
        double end = lane->marks[i].x + (lane->marks[i].text != NULL ? width : GAP);
        if (end > taken[lane->marks[i].level]) {
            taken[lane->marks[i].level] = end;
        }
    }
    double from = turned(&mark) ? mark.x - width : mark.x;
    while (mark.level + 1 < STACK_MAX && taken[mark.level] > from) {
        mark.level++;
    }
    lane->levels = mark.level + 1 > lane->levels ? mark.level + 1 : lane->levels;
    lane->marks[lane->count++] = mark;
}

static void times_lane(const struct drawing *drawing, const json_t *report, struct lane *lane)
{
    static const struct {
        const char *key;
        enum md_word word;
    } times[] = {{"decided", MD_WORD_REPORT_DECIDED},
                 {"acted", MD_WORD_REPORT_ACTED},
                 {"restored", MD_WORD_REPORT_RESTORED},
                 {"recovered", MD_WORD_REPORT_RECOVERED},
                 {"closed", MD_WORD_REPORT_CLOSED}};
    const json_t *after = json_object_get(report, "after_s");

    lane->label = MD_WORD_TIMELINE_TIMES;
    lane_add(lane,
             (struct mark){.x = LEFT,
                           .shape = "diamond",
                           .text = md_say(drawing->speech, MD_WORD_REPORT_DETECTED),
                           .title = md_fact_text(json_object_get(report, "times"), "detected")},
             LABEL);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        double seconds = md_fact_number(after, times[i].key, -1);
        if (seconds < 0) {
            continue;
        }
        lane_add(
            lane,
            (struct mark){.x = x_of(drawing, seconds),
                          .shape = "diamond",
                          .text = md_say(drawing->speech, times[i].word),
                          .title = md_fact_text(json_object_get(report, "times"), times[i].key)},
            84);
    }
}

static const char *contact_shape(const json_t *contact)
{
    const char *outcome = md_fact_text(contact, "outcome");

    if (json_is_string(json_object_get(contact, "acknowledged"))) {
        return "dot";
    }
    return strcmp(outcome, "failed") == 0 || strcmp(outcome, "retry") == 0 ? "cross" : "ring";
}

static void list_lane(const struct drawing *drawing, const json_t *report, const char *key,
                      enum md_word label, struct lane *lane)
{
    json_t *entry;
    size_t i;

    lane->label = label;
    json_array_foreach(json_object_get(report, key), i, entry)
    {
        const char *shape = strcmp(key, "contacts") == 0 ? contact_shape(entry)
                            : strcmp(key, "orders") == 0 ? "diamond"
                                                         : "square";
        lane_add(lane,
                 (struct mark){.x = x_of(drawing, md_fact_number(entry, "after_s", 0)),
                               .shape = shape,
                               .title = md_fact_text(entry, "at"),
                               .number = (unsigned)i + 1},
                 GAP);
    }
}

static void mark_draw(const struct drawing *drawing, const struct mark *mark, double base)
{
    double y = base + STEP * mark->level;

    fprintf(drawing->out, "<g transform=\"translate(%.1f %.1f)\"><title>", mark->x, y);
    md_paper_escape(drawing->out, mark->title);
    fprintf(drawing->out, "</title><use href=\"#%s\"/><text x=\"%d\" y=\"3.5\"%s>", mark->shape,
            turned(mark) ? -6 : 6, turned(mark) ? " text-anchor=\"end\"" : "");
    if (mark->text != NULL) {
        md_paper_escape(drawing->out, mark->text);
    } else {
        fprintf(drawing->out, "%u", mark->number);
    }
    fputs("</text></g>\n", drawing->out);
}

static void axis_draw(const struct drawing *drawing, double height)
{
    static const double ticks[] = {0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400};
    char text[64];

    fprintf(drawing->out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", LEFT, height,
            WIDTH - RIGHT, height);
    for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
        if (ticks[i] > drawing->end_s) {
            break;
        }
        double x = x_of(drawing, ticks[i]);
        md_say_duration(drawing->speech, ticks[i], text, sizeof(text));
        fprintf(drawing->out,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"4\" x2=\"%.1f\" y2=\"%.1f\"/>"
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                x, x, height, x, height + 13);
        md_paper_escape(drawing->out, text);
        fputs("</text>\n", drawing->out);
    }
    fprintf(drawing->out, "<text x=\"0\" y=\"%.1f\">", height + 13);
    md_paper_escape(drawing->out, md_say(drawing->speech, MD_WORD_TIMELINE_AXIS));
    fputs("</text>\n", drawing->out);
}

/* The latest moment of anything in the report. */
static double end_of(const json_t *report)
{
    static const char *const lists[] = {"measures", "contacts", "orders"};
    const char *key;
    json_t *value, *entry;
    double end_s = LEAST_END_S;
    size_t i;

    json_object_foreach(json_object_get(report, "after_s"), key, value)
    {
        end_s = fmax(end_s, json_is_number(value) ? json_number_value(value) : 0);
    }
    for (unsigned list = 0; list < 3; list++) {
        json_array_foreach(json_object_get(report, lists[list]), i, entry)
        {
            end_s = fmax(end_s, md_fact_number(entry, "after_s", 0));
        }
    }
    return end_s;
}

static void lane_draw(const struct drawing *drawing, const struct lane *lane, double top)
{
    double base = top + STEP;

    fprintf(drawing->out, "<text class=\"lane\" x=\"0\" y=\"%.1f\">", base + 3.5);
    md_paper_escape(drawing->out, md_say(drawing->speech, lane->label));
    fprintf(drawing->out, "</text><line x1=\"0\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", top,
            WIDTH - RIGHT, top);
    for (unsigned i = 0; i < lane->count; i++) {
        mark_draw(drawing, &lane->marks[i], base);
    }
}

void md_timeline(FILE *out, const struct md_speech *speech, const json_t *report)
{
    static struct lane lanes[4]; /* one report at a time; too large for the stack */
    const struct drawing drawing = {.out = out, .speech = speech, .end_s = end_of(report)};
    double top = 4, height = 4;

    memset(lanes, 0, sizeof(lanes));
    times_lane(&drawing, report, &lanes[0]);
    list_lane(&drawing, report, "measures", MD_WORD_TIMELINE_MACHINE, &lanes[1]);
    list_lane(&drawing, report, "contacts", MD_WORD_TIMELINE_CONTACTS, &lanes[2]);
    list_lane(&drawing, report, "orders", MD_WORD_TIMELINE_PEOPLE, &lanes[3]);
    for (unsigned i = 0; i < 4; i++) {
        height += STEP * (lanes[i].levels < 1 ? 1 : lanes[i].levels) + STEP;
    }
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n"
            "<style>text{font-size:10px;fill:#000}.lane{font-weight:bold}line{stroke:#000;"
            "stroke-width:.8}.grid{stroke:#999;stroke-dasharray:2 3}</style>\n<defs>"
            "<circle id=\"dot\" r=\"3.6\"/><circle id=\"ring\" r=\"3.4\" fill=\"#fff\" "
            "stroke=\"#000\"/><path id=\"square\" d=\"M-3.4-3.4h6.8v6.8h-6.8z\"/>"
            "<path id=\"diamond\" d=\"M0-4.6 4.6 0 0 4.6-4.6 0z\"/>"
            "<path id=\"cross\" d=\"M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4\" stroke=\"#000\" "
            "stroke-width=\"1.8\"/></defs>\n<title>",
            WIDTH, height + 20);
    md_paper_escape(out, md_say(speech, MD_WORD_TIMELINE_TITLE));
    fputs("</title>\n", out);
    axis_draw(&drawing, height);
    for (unsigned i = 0; i < 4; i++) {
        lane_draw(&drawing, &lanes[i], top);
        top += STEP * (lanes[i].levels < 1 ? 1 : lanes[i].levels) + STEP;
    }
    fputs("</svg>\n<p><small>", out);
    md_paper_escape(out, md_say(speech, MD_WORD_TIMELINE_KEY));
    fputs("</small></p>\n", out);
}
