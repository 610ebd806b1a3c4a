/* SPDX-License-Identifier: Apache-2.0 */
/* The way from a key to an order (see acting.h). A passphrase is never drawn, never logged, and is
 * wiped as soon as it has been sent. */
#include "monitord/console/acting.h"

#include "monitord/console/ask.h"
#include "monitord/console/client.h"
#include "monitord/console/link.h"
#include "monitord/console/refusal.h"
#include "monitord/console/terminal.h"
#include "monitord/fact.h"

#include <stdio.h>
#include <string.h>

#define CHECK_AGAIN_MS 100
#define KEY_ESCAPE 27

static void wipe(char *text, size_t size)
{
    explicit_bzero(text, size);
}

void md_acting_say(struct md_acting *acting, const struct md_speech *speech, enum md_word word,
                   const char *fill)
{
    md_text_fill(acting->notice, sizeof(acting->notice), speech->language, word, fill, NULL);
    acting->notice_ms = md_link_now_ms();
}

void md_acting_ask(struct md_acting *acting, const struct md_speech *speech, const char *order,
                   const char *id, const char *hash, enum md_word word, const char *what)
{
    acting->step = MD_ACTING_QUESTION;
    acting->order = order;
    snprintf(acting->id, sizeof(acting->id), "%s", id);
    snprintf(acting->hash, sizeof(acting->hash), "%s", hash);
    acting->called[0] = '\0';
    md_acting_say(acting, speech, word, what != NULL ? what : id);
}

void md_acting_ask_called(struct md_acting *acting, const struct md_speech *speech,
                          const char *incident, const json_t *person, const char *outcome,
                          enum md_word word)
{
    md_acting_ask(acting, speech, "called", incident, "", MD_WORD_CONFIRM_CALLED, NULL);
    snprintf(acting->called, sizeof(acting->called), "%s", md_fact_text(person, "id"));
    snprintf(acting->callee, sizeof(acting->callee), "%s", md_fact_text(person, "title"));
    acting->outcome = outcome;
    md_text_fill(acting->notice, sizeof(acting->notice), speech->language, MD_WORD_CONFIRM_CALLED,
                 acting->callee, md_say(speech, word), NULL);
}

static void prompt(struct md_acting *acting, const struct md_speech *speech)
{
    char stars[64] = "";
    size_t length = md_text_characters(acting->typed);

    for (size_t i = 0; i < length && i + 1 < sizeof(stars); i++) {
        stars[i] = '*';
        stars[i + 1] = '\0';
    }
    if (acting->step == MD_ACTING_PERSON) {
        md_acting_say(acting, speech, MD_WORD_PROMPT_PERSON, acting->typed);
    } else {
        md_acting_say(acting, speech, MD_WORD_PROMPT_PASSPHRASE, stars);
    }
}

static json_t *order_json(const struct md_acting *acting)
{
    bool approval = acting->hash[0] != '\0';
    json_t *order =
        json_pack("{s:s, s:s}", "order", acting->order, approval ? "id" : "incident", acting->id);

    if (approval) {
        json_object_set_new(order, "hash", json_string(acting->hash));
    }
    if (acting->called[0] != '\0') {
        json_object_set_new(order, "person", json_string(acting->called));
        json_object_set_new(order, "outcome", json_string(acting->outcome));
    }
    if (acting->session[0] != '\0') {
        json_object_set_new(order, "session", json_string(acting->session));
    }
    return order;
}

static void say_done(struct md_acting *acting, const struct md_speech *speech, const json_t *answer)
{
    static const struct {
        const char *order;
        enum md_word done;
    } acts[] = {{"acknowledge", MD_WORD_DONE_ACK},  {"own", MD_WORD_DONE_OWN},
                {"cannot", MD_WORD_DONE_CANNOT},    {"resolve", MD_WORD_DONE_RESOLVE},
                {"approve", MD_WORD_DONE_APPROVED}, {"called", MD_WORD_DONE_CALLED},
                {"numbers", MD_WORD_DONE_NUMBERS}};
    const char *about = acting->called[0] != '\0' ? acting->callee : acting->id;

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(acting->order, acts[i].order) == 0) {
            md_acting_say(acting, speech, acts[i].done, about);
        }
    }
    if (json_is_false(json_object_get(answer, "journalled"))) {
        md_text_append(acting->notice, sizeof(acting->notice),
                       md_say(speech, MD_WORD_NOT_JOURNALLED));
    }
}

/* Sends the order; a user who is nobody is asked who he is. */
static void send_order(struct md_acting *acting, const struct md_options *options,
                       const struct md_speech *speech)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(options->socket, order_json(acting), error);
    const char *code = md_fact_text(answer, "error");

    acting->step = MD_ACTING_IDLE;
    if (answer == NULL) {
        md_acting_say(acting, speech, MD_WORD_REFUSED, error);
    } else if (md_fact_true(answer, "ok")) {
        say_done(acting, speech, answer);
        if (acting->done != NULL) {
            acting->done(acting->context, acting, answer);
        }
    } else if (strcmp(code, "not-a-person") == 0 || strcmp(code, "locked") == 0) {
        acting->session[0] = '\0';
        acting->step = MD_ACTING_PERSON;
        snprintf(acting->typed, sizeof(acting->typed), "%s", acting->person);
        prompt(acting, speech);
    } else {
        md_acting_say(acting, speech, MD_WORD_REFUSED, md_refusal(speech, answer));
    }
    json_decref(answer);
}

static void log_in(struct md_acting *acting, const struct md_options *options,
                   const struct md_speech *speech)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(options->socket,
                                   json_pack("{s:s, s:s, s:s}", "order", "login", "person",
                                             acting->person, "passphrase", acting->typed),
                                   error);

    wipe(acting->typed, sizeof(acting->typed));
    if (md_fact_true(answer, "ok")) {
        snprintf(acting->session, sizeof(acting->session), "%s", md_fact_text(answer, "session"));
        acting->step = MD_ACTING_CHECKING;
        acting->checked_ms = md_link_now_ms();
        md_acting_say(acting, speech, MD_WORD_PASSPHRASE_CHECKING, "");
    } else {
        acting->step = MD_ACTING_IDLE;
        md_acting_say(acting, speech, MD_WORD_REFUSED,
                      answer != NULL ? md_refusal(speech, answer) : error);
    }
    json_decref(answer);
}

/* The session is open: says when it was used last, and does what was asked for. */
static void on_open(struct md_acting *acting, const struct md_options *options,
                    const struct md_speech *speech, const json_t *answer)
{
    const char *last = md_fact_text(answer, "last_use");
    char since[64], when[200];

    snprintf(since, sizeof(since), "%.10s %.8s", last, strlen(last) > 18 ? last + 11 : "");
    md_text_fill(when, sizeof(when), speech->language,
                 last[0] != '\0' ? MD_WORD_LAST_USE : MD_WORD_FIRST_USE, since, NULL);
    acting->notice[0] = '\0';
    acting->notice_ms = md_link_now_ms();
    acting->step = MD_ACTING_IDLE;
    if (acting->order != NULL) {
        send_order(acting, options, speech);
    }
    md_say_add(acting->notice, sizeof(acting->notice), when);
}

void md_acting_turn(struct md_acting *acting, const struct md_options *options,
                    const struct md_speech *speech)
{
    char error[MD_CLIENT_ERROR_SIZE];
    long long now_ms = md_link_now_ms();

    if (acting->step != MD_ACTING_CHECKING || now_ms - acting->checked_ms < CHECK_AGAIN_MS) {
        return;
    }
    acting->checked_ms = now_ms;
    json_t *answer = md_client_ask(
        options->socket, json_pack("{s:s, s:s}", "order", "session", "session", acting->session),
        error);
    if (strcmp(md_fact_text(answer, "state"), "open") == 0) {
        on_open(acting, options, speech, answer);
    } else if (!md_fact_true(answer, "ok")) {
        acting->step = MD_ACTING_IDLE;
        acting->session[0] = '\0';
        md_acting_say(acting, speech, MD_WORD_REFUSED,
                      answer != NULL ? md_refusal(speech, answer) : error);
    }
    json_decref(answer);
}

void md_acting_lock(struct md_acting *acting, const struct md_options *options,
                    const struct md_speech *speech)
{
    char error[MD_CLIENT_ERROR_SIZE];

    if (acting->session[0] != '\0') {
        json_decref(md_client_ask(
            options->socket, json_pack("{s:s, s:s}", "order", "logout", "session", acting->session),
            error));
    }
    acting->session[0] = '\0';
    acting->person[0] = '\0'; /* the next at this terminal is somebody else */
    md_acting_say(acting, speech, MD_WORD_LOCKED, "");
}

/* ---- typing --------------------------------------------------------------------------------- */

static void type(struct md_acting *acting, int key)
{
    size_t length = strlen(acting->typed);

    if (key == MD_KEY_BACKSPACE || key == 127 || key == 8) {
        if (length > 0) {
            md_text_shorten(acting->typed, md_text_characters(acting->typed) - 1);
        }
        return;
    }
    if (key >= ' ' && key < 127 && length + 1 < sizeof(acting->typed)) {
        acting->typed[length] = (char)key;
        acting->typed[length + 1] = '\0';
    }
}

static void typed_line(struct md_acting *acting, const struct md_options *options,
                       const struct md_speech *speech)
{
    if (acting->step == MD_ACTING_PASSPHRASE) {
        log_in(acting, options, speech);
        return;
    }
    snprintf(acting->person, sizeof(acting->person), "%.63s", acting->typed);
    acting->typed[0] = '\0';
    acting->step = MD_ACTING_PASSPHRASE;
    prompt(acting, speech);
}

bool md_acting_key(struct md_acting *acting, const struct md_options *options,
                   const struct md_speech *speech, int key)
{
    switch (acting->step) {
        case MD_ACTING_QUESTION:
            acting->step = MD_ACTING_IDLE;
            acting->notice[0] = '\0';
            if (key == 'y') {
                send_order(acting, options, speech);
            }
            return true;
        case MD_ACTING_PERSON:
        case MD_ACTING_PASSPHRASE:
            if (key == KEY_ESCAPE) {
                wipe(acting->typed, sizeof(acting->typed));
                acting->step = MD_ACTING_IDLE;
                acting->notice[0] = '\0';
            } else if (key == '\r' || key == '\n') {
                typed_line(acting, options, speech);
            } else {
                type(acting, key);
                prompt(acting, speech);
            }
            return true;
        case MD_ACTING_CHECKING:
            return true;
        case MD_ACTING_IDLE:
        default:
            return false;
    }
}

const char *md_acting_notice(const struct md_acting *acting, long long now_ms)
{
    bool waits = acting->step != MD_ACTING_IDLE;

    return acting->notice[0] != '\0' && (waits || now_ms - acting->notice_ms < MD_ACTING_NOTICE_MS)
               ? acting->notice
               : NULL;
}
