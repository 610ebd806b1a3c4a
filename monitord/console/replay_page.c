/* SPDX-License-Identifier: Apache-2.0 */
/* Words and columns of the replay (see replay_page.h). It words what the engine said and nothing
 * more; all words come from the one table. */
#include "monitord/console/replay_page.h"

#include "monitord/code_names.h"
#include "monitord/console/canvas.h"
#include "monitord/console/plain.h"
#include "monitord/fact.h"
#include "monitord/wall_time.h"

#include <inttypes.h>
#include <string.h>

#define WIDTH 80
#define COLUMN 39 /* of two, with two blanks between */
#define TEXT 600
#define LINES_MAX (FO_RECORDS_MAX + 1)

/* ---- one record ----------------------------------------------------------------------------- */

/* As much of a status as the words of a subject need. */
static json_t *stand_in(const struct site *site)
{
    json_t *servers = json_array();

    for (unsigned i = 0; i < FO_SERVERS; i++) {
        json_array_append_new(servers,
                              json_pack("{s:s, s:b}", "name", site->servers[i].name, "preferred",
                                        (int)site->policy.servers[i].preferred));
    }
    return json_pack("{s:o}", "servers", servers);
}

static bool is_check(const struct fo_record *record)
{
    return record->a > FO_CHECK_NONE && record->a < FO_CHECKS &&
           (record->reason == FO_REASON_CHECK_PASSED ||
            (record->reason >= FO_REASON_BLOCKED_MAINTENANCE &&
             record->reason <= FO_REASON_BLOCKED_ASSERTION));
}

static void say_check(const struct md_speech *speech, const struct fo_record *record, char *text,
                      size_t size)
{
    bool passed = record->reason == FO_REASON_CHECK_PASSED;
    enum md_word word = MD_WORD_CHECK_WITNESSES + (enum md_word)(record->a - FO_CHECK_WITNESSES);

    snprintf(text, size, "  %s %s", md_say_mark(speech, passed ? "ok" : "down"),
             md_say(speech, word));
    if (!passed) {
        md_text_append(text, size, ": ");
        md_text_append(text, size, md_text_reason(speech->language, record->reason, MD_TEXT_TITLE));
    }
}

void md_replay_say_record(const struct md_speech *speech, const struct site *site,
                          const struct fo_record *record, char *text, size_t size)
{
    char why[TEXT];

    if (is_check(record)) {
        say_check(speech, record, text, size);
        return;
    }
    json_t *status = stand_in(site);
    json_t *incident = json_pack("{s:s, s:o}", "root", fo_reason_name(record->reason), "subject",
                                 md_subject_json(site, record->subject));
    md_say_incident(speech, status, incident, text, size);
    json_decref(incident);
    json_decref(status);
    if (record->person != FO_NONE && record->person < site->person_count) {
        md_say_add(text, size, site->persons[record->person].id);
    }
    if (record->why != FO_REASON_NONE) {
        md_text_fill(why, sizeof(why), speech->language, MD_WORD_REPLAY_WHY,
                     md_text_reason(speech->language, record->why, MD_TEXT_TITLE), NULL);
        md_say_add(text, size, why);
    }
}

/* ---- a decision ----------------------------------------------------------------------------- */

static void clock_of(const struct md_replay_page *page, fo_wall_ms wall_ms, char text[16])
{
    char whole[MD_WALL_TEXT_SIZE], clock[9];

    md_wall_text(page->timezone, wall_ms, whole);
    md_fact_clock(whole, clock);
    snprintf(text, 16, "%s.%03d", clock, (int)(wall_ms % 1000));
}

static void day_of(const struct md_replay_page *page, fo_wall_ms wall_ms, char text[24])
{
    char whole[MD_WALL_TEXT_SIZE];

    md_wall_text(page->timezone, wall_ms, whole);
    snprintf(text, 24, "%.10s %.8s", whole, strlen(whole) > 19 ? whole + 11 : "");
}

/* What the event was about: a device, a server, a line. "" when nothing of the site. */
static const char *about(const struct site *site, const struct fo_event *event)
{
    struct fo_subject subject = {.kind = FO_SUBJECT_SITE};
    unsigned sender;

    switch (event->kind) {
        case FO_EVENT_READING:
            subject = (struct fo_subject){FO_SUBJECT_DEVICE, event->reading.device};
            break;
        case FO_EVENT_PROBE:
            subject.index = event->probe.index;
            subject.kind =
                event->probe.kind == FO_PROBE_HOST      ? FO_SUBJECT_SERVER
                : event->probe.kind == FO_PROBE_SERVICE ? FO_SUBJECT_SERVICE
                : event->probe.kind == FO_PROBE_TARGET || event->probe.kind == FO_PROBE_DIRECTION
                    ? FO_SUBJECT_LINE
                    : FO_SUBJECT_MONITOR;
            break;
        case FO_EVENT_DATAGRAM:
            sender = event->datagram.datagram.kind == FO_DATAGRAM_BEAT
                         ? event->datagram.datagram.beat.sender
                         : event->datagram.datagram.answer.sender;
            subject = (struct fo_subject){FO_SUBJECT_SERVER, (uint8_t)sender};
            break;
        default:
            return "";
    }
    return subject.kind == FO_SUBJECT_MONITOR ? "" : md_subject_name(site, subject);
}

static void say_trigger(const struct md_replay_page *page,
                        const struct md_replay_decision *decision, char *text, size_t size)
{
    char cause[TEXT];

    snprintf(cause, sizeof(cause), "%s",
             md_say(page->speech, MD_WORD_REPLAY_BY_TICK + decision->event->kind));
    const char *name = about(decision->site, decision->event);
    if (name[0] != '\0') {
        md_text_append(cause, sizeof(cause), " ");
        md_text_append(cause, sizeof(cause), name);
    }
    md_text_fill(text, size, page->speech->language, MD_WORD_REPLAY_BY, cause, NULL);
}

static void put(const struct md_replay_page *page, const char *line)
{
    md_plain_line(page->out, page->speech, line);
}

/* One text over as many lines as it takes, behind an indent. */
static void fold(const struct md_replay_page *page, const char *indent, const char *text)
{
    char line[TEXT * 2];

    do {
        size_t length = text[0] == '\0' ? 0 : md_columns_break(text, WIDTH - (int)strlen(indent));

        snprintf(line, sizeof(line), "%s%.*s", indent, (int)length, text);
        put(page, line);
        text += length;
        text += strspn(text, " ");
    } while (text[0] != '\0');
}

static void put_head(const struct md_replay_page *page, const struct md_replay_decision *decision)
{
    char clock[16], trigger[TEXT], line[TEXT * 2];

    clock_of(page, decision->event->wall_ms, clock);
    say_trigger(page, decision, trigger, sizeof(trigger));
    snprintf(line, sizeof(line), "%s  %s", clock, trigger);
    put(page, line);
}

static void put_one(const struct md_replay_page *page, const struct md_replay_decision *decision)
{
    char text[TEXT];

    put_head(page, decision);
    if (decision->failed) {
        fold(page, "    ", md_say(page->speech, MD_WORD_REPLAY_FAILED));
        return;
    }
    for (uint32_t i = 0; i < decision->recorded->record_count; i++) {
        md_replay_say_record(page->speech, decision->site, &decision->recorded->records[i], text,
                             sizeof(text));
        fold(page, "    ", text);
    }
}

/* ---- two columns ---------------------------------------------------------------------------- */

/* The next piece of *text that fits the column, padded; moves *text on. */
static void piece(const char **text, char *cell, size_t size)
{
    size_t length = (*text)[0] == '\0' ? 0 : md_columns_break(*text, COLUMN);

    snprintf(cell, size, "%.*s", (int)length, *text);
    int columns = md_columns(cell);
    size_t used = strlen(cell);
    for (; columns < COLUMN && used + 1 < size; columns++) {
        cell[used++] = ' ';
    }
    cell[used] = '\0';
    *text += length;
    *text += strspn(*text, " ");
}

static void put_pair(const struct md_replay_page *page, const char *left, const char *right)
{
    char one[TEXT], two[TEXT], line[TEXT * 2 + 4];

    do {
        piece(&left, one, sizeof(one));
        piece(&right, two, sizeof(two));
        snprintf(line, sizeof(line), "%s  %s", one, two);
        size_t end = strlen(line);
        while (end > 0 && line[end - 1] == ' ') {
            line[--end] = '\0';
        }
        put(page, line);
    } while (left[0] != '\0' || right[0] != '\0');
}

static void cell_of(const struct md_replay_page *page, const struct site *site,
                    const struct fo_output *out, uint32_t at, char text[TEXT])
{
    text[0] = '\0';
    if (out != NULL && at < out->record_count) {
        md_replay_say_record(page->speech, site, &out->records[at], text, TEXT);
    } else if (at == 0) {
        snprintf(text, TEXT, "%s", md_say(page->speech, MD_WORD_REPLAY_NOTHING));
    }
}

static void put_two(struct md_replay_page *page, const struct md_replay_decision *decision)
{
    const struct fo_output *left = decision->recorded, *right = decision->other;
    uint32_t rows = 1;
    char one[TEXT], two[TEXT], number[24], clock[16];

    if (!page->differed) {
        snprintf(number, sizeof(number), "%" PRIu64, page->alike);
        md_text_fill(one, sizeof(one), page->speech->language, MD_WORD_REPLAY_ALIKE, number, NULL);
        put(page, one);
        put(page, "");
        clock_of(page, decision->event->wall_ms, clock);
        md_text_fill(one, sizeof(one), page->speech->language, MD_WORD_REPLAY_FIRST, clock, NULL);
        put(page, one);
        put_pair(page, md_say(page->speech, MD_WORD_REPLAY_LEFT),
                 md_say(page->speech, MD_WORD_REPLAY_RIGHT));
        page->differed = true;
    }
    put_head(page, decision);
    rows = left != NULL && left->record_count > rows ? left->record_count : rows;
    rows = right != NULL && right->record_count > rows ? right->record_count : rows;
    for (uint32_t i = 0; i < rows; i++) {
        cell_of(page, decision->site, left, i, one);
        cell_of(page, decision->site, right, i, two);
        put_pair(page, one, two);
    }
}

void md_replay_page_decision(struct md_replay_page *page, const struct md_replay_decision *decision)
{
    if (!page->beside) {
        put_one(page, decision);
    } else if (decision->differs) {
        put_two(page, decision);
    } else {
        page->alike += !page->differed && decision->recorded != NULL;
    }
}

/* ---- around it ------------------------------------------------------------------------------ */

void md_replay_page_gap(struct md_replay_page *page, const struct md_replay_gap *gap)
{
    char from[16], to[16], text[TEXT];

    clock_of(page, gap->from_ms, from);
    clock_of(page, gap->to_ms, to);
    md_text_fill(text, sizeof(text), page->speech->language, MD_WORD_REPLAY_GAP, from, to, NULL);
    if (gap->restart) {
        md_text_append(text, sizeof(text), md_say(page->speech, MD_WORD_REPLAY_RESTART));
    }
    put(page, text);
}

static void put_number(const struct md_replay_page *page, enum md_word word, uint64_t number)
{
    char digits[24], text[TEXT];

    snprintf(digits, sizeof(digits), "%" PRIu64, number);
    md_text_fill(text, sizeof(text), page->speech->language, word, digits, NULL);
    put(page, text);
}

void md_replay_page_end(struct md_replay_page *page, const char *title,
                        const struct md_replay_summary *summary)
{
    enum cfg_language language = page->speech->language;
    char text[TEXT], from[24], to[24], events[24], decisions[24], hashes[24];

    put(page, "");
    md_text_fill(text, sizeof(text), language, MD_WORD_REPLAY_TITLE, title, NULL);
    fold(page, "", text);
    day_of(page, summary->from_ms, from);
    day_of(page, summary->to_ms, to);
    md_text_fill(text, sizeof(text), language, MD_WORD_REPLAY_SPAN, from, to, NULL);
    put(page, text);
    snprintf(events, sizeof(events), "%" PRIu64, summary->events);
    snprintf(decisions, sizeof(decisions), "%" PRIu64, summary->decisions);
    snprintf(hashes, sizeof(hashes), "%" PRIu64, summary->hashes);
    md_text_fill(text, sizeof(text), language, MD_WORD_REPLAY_COUNTS, events, decisions, hashes,
                 NULL);
    put(page, text);
    if (summary->torn > 0) {
        put_number(page, MD_WORD_REPLAY_TORN, summary->torn);
    }
    if (summary->unequal > 0) {
        snprintf(hashes, sizeof(hashes), "%" PRIu64, summary->unequal);
        clock_of(page, summary->unequal_ms, from);
        md_text_fill(text, sizeof(text), language, MD_WORD_REPLAY_UNEQUAL, hashes, from, NULL);
        put(page, text);
    } else {
        put(page, md_say(page->speech, MD_WORD_REPLAY_SAME));
    }
    if (page->beside && summary->different > 0) {
        put_number(page, MD_WORD_REPLAY_DIFFERENT, summary->different);
        fold(page, "", md_say(page->speech, MD_WORD_REPLAY_CAUTION));
    } else if (page->beside) {
        put(page, md_say(page->speech, MD_WORD_REPLAY_NO_DIFFERENCE));
    }
}
