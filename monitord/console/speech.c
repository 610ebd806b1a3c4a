/* SPDX-License-Identifier: Apache-2.0 */
/* Puts facts of the status JSON into words. It owns the choice of which facts are said about a
 * thing and in which order; the words are in monitord/text*.c. Plain lines, panels and reports call
 * it. */
#include "monitord/console/speech.h"
#include "monitord/fact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PHRASE 160
#define CHILDREN_MOST 32 /* as many as the engine folds into one incident */
#define PRESSING_MOST 2  /* advice before that of the root */

const char *md_say(const struct md_speech *speech, enum md_word word)
{
    return md_text_word(speech->language, word);
}

/* Place of a state among the marks and the state words, which stand in the same order. */
static unsigned state_place(const char *state)
{
    static const char *const names[] = {"ok", "degraded", "down", "unknown"};

    for (unsigned i = 0; i < 4; i++) {
        if (state != NULL && strcmp(state, names[i]) == 0) {
            return i;
        }
    }
    return 4;
}

const char *md_say_mark(const struct md_speech *speech, const char *state)
{
    enum md_word first = speech->ascii ? MD_WORD_ASCII_OK : MD_WORD_MARK_OK;
    return md_say(speech, first + state_place(state));
}

const char *md_say_state(const struct md_speech *speech, const char *state)
{
    return md_say(speech, MD_WORD_STATE_OK + state_place(state));
}

const char *md_say_reason(const struct md_speech *speech, const char *name, enum md_text_form form)
{
    unsigned number = md_text_reason_number(name);

    if (name == NULL || name[0] == '\0' || number == FO_REASON_NONE) {
        return "";
    }
    return number == UINT16_MAX ? name : md_text_reason(speech->language, number, form);
}

void md_say_duration(const struct md_speech *speech, double seconds, char *text, size_t size)
{
    md_text_duration(text, size, speech->language, seconds);
}

/* Appends phrase after two blanks; nothing for an empty phrase. */
void md_say_add(char *text, size_t size, const char *phrase)
{
    if (phrase[0] == '\0') {
        return;
    }
    if (text[0] != '\0') {
        md_text_append(text, size, "  ");
    }
    md_text_append(text, size, phrase);
}

void md_say_add_filled(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                       const char *fill)
{
    char phrase[PHRASE];

    md_text_fill(phrase, sizeof(phrase), speech->language, word, fill, NULL);
    md_say_add(text, size, phrase);
}

void md_say_add_number(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                       const char *decimals, double number)
{
    char digits[32];

    snprintf(digits, sizeof(digits), decimals[0] == '1' ? "%.1f" : "%.0f", number);
    md_say_add_filled(speech, text, size, word, digits);
}

void md_say_add_duration(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                         double seconds)
{
    char length[48];

    md_say_duration(speech, seconds, length, sizeof(length));
    md_say_add_filled(speech, text, size, word, length);
}

/* The entry of the array `key` of the status whose name is `name`, or NULL. */
static const json_t *find_named(const json_t *status, const char *key, const char *name)
{
    size_t i;
    json_t *entry;

    json_array_foreach(json_object_get(status, key), i, entry)
    {
        if (strcmp(md_fact_text(entry, "name"), name) == 0) {
            return entry;
        }
    }
    return NULL;
}

void md_say_subject(const struct md_speech *speech, const json_t *status, const json_t *subject,
                    char *text, size_t size)
{
    const char *kind = md_fact_text(subject, "kind");
    const char *name = md_fact_text(subject, "name");

    text[0] = '\0';
    if (json_is_string(subject)) {
        md_text_append(text, size, json_string_value(subject));
    } else if (strcmp(kind, "server") == 0) {
        const json_t *server = find_named(status, "servers", name);
        if (server != NULL) {
            bool preferred = md_fact_true(server, "preferred");
            md_text_append(text, size,
                           md_say(speech, preferred ? MD_WORD_PREFERRED : MD_WORD_OTHER));
            md_text_append(text, size, " ");
        }
        md_text_append(text, size, name);
    } else if (strcmp(kind, "monitor") == 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_MONITOR));
    } else if (strcmp(kind, "site") != 0) {
        md_text_append(text, size, name);
    }
}

#define NAMES_MOST 9

/* The word for one of a few stable names, or the name itself. */
static const char *pick(const struct md_speech *speech, const char *name,
                        const char *const names[NAMES_MOST], enum md_word first)
{
    for (unsigned i = 0; i < NAMES_MOST; i++) {
        if (names[i] != NULL && strcmp(name, names[i]) == 0) {
            return md_say(speech, first + i);
        }
    }
    return name;
}

const char *md_say_message(const struct md_speech *speech, const char *message)
{
    static const char *const messages[NAMES_MOST] = {"opened",    "worsened", "reminder",
                                                     "recovered", "handover", "brief",
                                                     "unstable",  "aborted",  "give_back"};

    return pick(speech, message, messages, MD_WORD_MESSAGE_OPENED);
}

void md_say_contact(const struct md_speech *speech, const json_t *contact, char *text, size_t size)
{
    static const char *const channels[NAMES_MOST] = {"terminal", "smtp",    "command", "sms",
                                                     "tower",    "webhook", "inform",  "sip"};
    static const char *const states[NAMES_MOST] = {"queued", "accepted", "failed", "acknowledged"};
    const char *title = md_fact_text(contact, "title");
    const char *state = md_fact_text(contact, "state"), *message = md_fact_text(contact, "message");
    /* what is over wants no answer, so that none is missing */
    bool asks_nothing = strcmp(message, "recovered") == 0 || strcmp(message, "brief") == 0 ||
                        strcmp(message, "aborted") == 0;
    char person[200], channel[PHRASE];

    snprintf(
        channel, sizeof(channel), "%s",
        pick(speech, md_fact_text(contact, "channel_kind"), channels, MD_WORD_CHANNEL_TERMINAL));
    md_text_fill(person, sizeof(person), speech->language, MD_WORD_SUBJECT_OF,
                 title[0] != '\0' ? title : md_fact_text(contact, "person"), channel, NULL);
    text[0] = '\0';
    md_say_add(text, size, person);
    md_say_add(text, size, md_say_message(speech, message));
    if (md_fact_number(contact, "attempt", 1) > 1) {
        md_say_add_number(speech, text, size, MD_WORD_ATTEMPT, "0",
                          md_fact_number(contact, "attempt", 1));
    }
    md_say_add(text, size,
               asks_nothing && strcmp(state, "accepted") == 0
                   ? md_say(speech, MD_WORD_CONTACT_TOLD)
                   : pick(speech, state, states, MD_WORD_CONTACT_QUEUED));
    if (md_fact_number(contact, "age_s", -1) >= 0) {
        md_say_add_duration(speech, text, size, MD_WORD_AGO,
                            floor(md_fact_number(contact, "age_s", 0)));
    }
}

void md_say_response(const struct md_speech *speech, const json_t *incident, char *text,
                     size_t size)
{
    const char *acked = md_fact_text(incident, "acked_by");
    const char *owned = md_fact_text(incident, "owned_by");
    const char *state = md_fact_text(incident, "state");
    enum md_word over = strcmp(state, "recovered") == 0 ? MD_WORD_RECOVERED
                        : strcmp(state, "closed") == 0  ? MD_WORD_CLOSED
                                                        : MD_WORD_OPEN;

    text[0] = '\0';
    if (over != MD_WORD_OPEN || json_object_get(incident, "age_s") == NULL) {
        md_say_add(text, size, md_say(speech, over)); /* or only the journal knows it */
        return;
    }
    if (acked[0] != '\0') {
        md_say_add_filled(speech, text, size, MD_WORD_ACKED_BY, acked);
        if (md_fact_number(incident, "ack_left_s", 0) > 0) {
            md_say_add_duration(speech, text, size, MD_WORD_ACK_LEFT,
                                md_fact_number(incident, "ack_left_s", 0));
        }
    } else {
        md_say_add_duration(speech, text, size, MD_WORD_UNACKED,
                            floor(md_fact_number(incident, "age_s", 0)));
    }
    if (owned[0] != '\0') {
        md_say_add_filled(speech, text, size, MD_WORD_OWNED_BY, owned);
    }
    if (acked[0] == '\0' && md_fact_number(incident, "next_rung_s", -1) >= 0) {
        md_say_add_duration(speech, text, size, MD_WORD_NEXT_RUNG,
                            md_fact_number(incident, "next_rung_s", 0));
    }
}

/* "title（subject）" of a reason and what it is about. */
static void say_reason_of(const struct md_speech *speech, const json_t *status, const char *reason,
                          const json_t *subject, char *text, size_t size)
{
    const char *title = md_say_reason(speech, reason, MD_TEXT_TITLE);
    char about[PHRASE];

    md_say_subject(speech, status, subject, about, sizeof(about));
    text[0] = '\0';
    if (about[0] == '\0') {
        md_text_append(text, size, title);
    } else {
        md_text_fill(text, size, speech->language, MD_WORD_SUBJECT_OF, title, about, NULL);
    }
}

void md_say_incident(const struct md_speech *speech, const json_t *status, const json_t *incident,
                     char *text, size_t size)
{
    say_reason_of(speech, status, md_fact_text(incident, "root"),
                  json_object_get(incident, "subject"), text, size);
}

const char *md_incident_state(const json_t *incident)
{
    if (strcmp(md_fact_text(incident, "state"), "open") != 0) {
        return "ok";
    }
    return md_fact_number(incident, "severity", 1) <= 2 ? "down" : "degraded";
}

/* Wall clock `seconds` after the time of the status, as "HH:MM". */
static void clock_after(const json_t *status, double seconds, char clock[8])
{
    unsigned hour = 0, minute = 0, second = 0;
    char now[9];

    md_fact_clock(md_fact_text(status, "time"), now);
    if (sscanf(now, "%2u:%2u:%2u", &hour, &minute, &second) != 3) {
        memcpy(clock, "--:--", 6);
        return;
    }
    long long later = hour * 3600LL + minute * 60 + second + (long long)seconds;
    snprintf(clock, 8, "%02u:%02u", (unsigned)(later / 3600 % 24), (unsigned)(later / 60 % 60));
}

/* Why a maintenance window is open and who opened it. */
static void say_maintenance(const struct md_speech *speech, const json_t *status,
                            const json_t *block, char *text, size_t size)
{
    const json_t *subject = json_object_get(block, "subject");
    bool server = strcmp(md_fact_text(subject, "kind"), "server") == 0;
    const char *about = server ? md_fact_text(subject, "name") : "";
    char phrase[PHRASE * 3];
    json_t *window;
    size_t i;

    if (strcmp(md_fact_text(block, "reason"), "blocked_maintenance") != 0) {
        return;
    }
    json_array_foreach(json_object_get(status, "maintenance"), i, window)
    {
        const char *second = md_fact_text(window, "second");
        const json_t *target = json_object_get(window, "target");
        bool same = target != NULL ? json_equal(target, subject)
                                   : strcmp(md_fact_text(window, "server"), about) == 0;
        if (same && md_fact_text(window, "reason")[0] != '\0') {
            md_text_fill(phrase, sizeof(phrase), speech->language, MD_WORD_MAINTENANCE_WHY,
                         md_fact_text(window, "reason"), md_fact_text(window, "by"),
                         second[0] != '\0' ? second : "-", NULL);
            md_say_add(text, size, phrase);
        }
    }
}

void md_say_block(const struct md_speech *speech, const json_t *status, const json_t *block,
                  char *text, size_t size)
{
    double until = md_fact_number(block, "until_s", -1);
    const char *reason = md_fact_text(block, "reason");
    char clock[8];

    say_reason_of(speech, status, reason, json_object_get(block, "subject"), text, size);
    if (until >= 0) {
        clock_after(status, until, clock);
        md_say_add_filled(speech, text, size, MD_WORD_UNTIL, clock);
    } else if (strcmp(reason, "blocked_operator_hold") == 0 ||
               strcmp(reason, "blocked_maintenance") == 0) {
        md_say_add(text, size, md_say(speech, MD_WORD_UNTIL_LIFTED));
    } /* else until what it names is over, which nobody lifts */
    say_maintenance(speech, status, block, text, size);
}

static void add_advice(const struct md_speech *speech, unsigned cause, char *text, size_t size)
{
    const char *advice = md_text_reason(speech->language, cause, MD_TEXT_ADVICE);

    if (advice[0] == '\0' || strstr(text, advice) != NULL) {
        return;
    }
    if (text[0] != '\0' && speech->language == CFG_LANGUAGE_EN) {
        md_text_append(text, size, " ");
    }
    md_text_append(text, size, advice);
}

/* A generator that does not start was slow first and shows a fault as well; what to do is said
 * once. */
static bool is_said_by_another(const json_t *children, unsigned cause)
{
    json_t *child;
    size_t i;

    json_array_foreach(children, i, child)
    {
        if ((cause == FO_REASON_GENERATOR_FAULT || cause == FO_REASON_GENERATOR_START_SLOW) &&
            md_fact_true(child, "open") &&
            strcmp(md_fact_text(child, "cause"), "generator_no_start") == 0) {
            return true;
        }
    }
    return false;
}

/* What the carrier is told of a degraded line. */
static void add_directions(const struct md_speech *speech, const json_t *directions, char *text,
                           size_t size)
{
    char out[16], back[16], phrase[PHRASE * 2];

    if (!json_is_object(directions)) {
        return;
    }
    snprintf(out, sizeof(out), "%.1f", md_fact_number(directions, "loss_out_permille", 0) / 10);
    snprintf(back, sizeof(back), "%.1f", md_fact_number(directions, "loss_back_permille", 0) / 10);
    md_text_fill(phrase, sizeof(phrase), speech->language, MD_WORD_MAIL_DIRECTIONS,
                 md_fact_text(directions, "line"), out, back, NULL);
    md_text_append(text, size, text[0] != '\0' && speech->language == CFG_LANGUAGE_EN ? " " : "");
    md_text_append(text, size, phrase);
}

void md_say_advice(const struct md_speech *speech, const json_t *incident, char *text, size_t size)
{
    const json_t *children = json_object_get(incident, "children");
    int pressing = 0;

    text[0] = '\0';
    if (strcmp(md_fact_text(incident, "state"), "open") != 0) {
        return;
    }
    for (size_t i = json_array_size(children); i > 0 && pressing < PRESSING_MOST; i--) {
        const json_t *child = json_array_get(children, i - 1); /* the newest first */
        unsigned cause = md_text_reason_number(md_fact_text(child, "cause"));
        if (md_fact_true(child, "open") && md_text_reason_presses(cause) &&
            !is_said_by_another(children, cause)) {
            add_advice(speech, cause, text, size);
            pressing++;
        }
    }
    add_advice(speech, md_text_reason_number(md_fact_text(incident, "root")), text, size);
    for (size_t i = json_array_size(children); i > 0; i--) {
        const json_t *child = json_array_get(children, i - 1);
        unsigned cause = md_text_reason_number(md_fact_text(child, "cause"));
        if (md_fact_true(child, "open") &&
            (cause == FO_REASON_SERVICE_RTO_HALF || cause == FO_REASON_SERVICE_RTO_BREACHED)) {
            add_advice(speech, cause, text, size);
            break; /* the newest of the clock's warnings says all */
        }
    }
    add_directions(speech, json_object_get(incident, "directions"), text, size);
}

/* Faults that still hold before those that are over, of each the newest first. */
static size_t rank_children(const json_t *children, const json_t *order[CHILDREN_MOST])
{
    size_t count = 0;

    for (int open = 1; open >= 0; open--) {
        for (size_t i = json_array_size(children); i > 0 && count < CHILDREN_MOST; i--) {
            const json_t *child = json_array_get(children, i - 1);
            if (md_fact_true(child, "open") == (open != 0)) {
                order[count++] = child;
            }
        }
    }
    return count;
}

/* Whether two faults are told in one phrase. */
static bool is_alike(const json_t *one, const json_t *other)
{
    return json_equal(json_object_get(one, "cause"), json_object_get(other, "cause")) &&
           md_fact_true(one, "open") == md_fact_true(other, "open");
}

/* "× UPS 電池運転（ups-b, ups-a）": order[first] and all that are alike. */
static void add_child(const struct md_speech *speech, const json_t *status,
                      const json_t *const order[], size_t first, size_t count, char *text,
                      size_t size)
{
    const json_t *child = order[first];
    const char *cause = md_say_reason(speech, md_fact_text(child, "cause"), MD_TEXT_TITLE);
    char names[PHRASE] = "", name[PHRASE], phrase[PHRASE * 3];

    for (size_t i = count; i > first; i--) { /* in the order in which they came */
        if (is_alike(order[i - 1], child)) {
            md_say_subject(speech, status, json_object_get(order[i - 1], "subject"), name,
                           sizeof(name));
            md_text_append(names, sizeof(names), names[0] != '\0' ? ", " : "");
            md_text_append(names, sizeof(names), name);
        }
    }
    if (names[0] != '\0') {
        md_text_fill(phrase, sizeof(phrase), speech->language, MD_WORD_SUBJECT_OF, cause, names,
                     NULL);
    } else {
        snprintf(phrase, sizeof(phrase), "%s", cause);
    }
    md_say_add(text, size, md_say_mark(speech, md_fact_true(child, "open") ? "down" : "ok"));
    md_text_append(text, size, " ");
    md_text_append(text, size, phrase);
}

void md_say_children(const struct md_speech *speech, const json_t *status, const json_t *incident,
                     char *text, size_t size)
{
    const json_t *order[CHILDREN_MOST];
    size_t count = rank_children(json_object_get(incident, "children"), order);

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (!is_alike(order[first], order[i])) {
            first++;
        }
        if (first == i) {
            add_child(speech, status, order, i, count, text, size);
        }
    }
}
