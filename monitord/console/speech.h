/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the status JSON put into the words of one reader: language, and whether the terminal can
 * show more than ASCII. Pure: text in, text out. The screen, the plain lines and the report speak
 * through it, so that they can never call the same thing by two names. */
#ifndef MONITORD_CONSOLE_SPEECH_H
#define MONITORD_CONSOLE_SPEECH_H

#include "monitord/text.h"
#include "monitord/text_word.h"

#include <jansson.h>
#include <stdbool.h>

struct md_speech {
    enum cfg_language language;
    bool ascii; /* the terminal shows nothing else: plain marks, and '?' for other characters */
};

const char *md_say(const struct md_speech *speech, enum md_word word);
/* Mark and word of "ok", "degraded", "down", "unknown"; anything else is not applicable. */
const char *md_say_mark(const struct md_speech *speech, const char *state);
const char *md_say_state(const struct md_speech *speech, const char *state);
/* Words of a reason by its stable name; "" for NULL or "" or "none"; an unknown name as it is. */
const char *md_say_reason(const struct md_speech *speech, const char *name, enum md_text_form form);
/* Word for "role" of a server; word for "mode" of a status. */
const char *md_say_role(const struct md_speech *speech, const json_t *server);
/* Word for "step" of a switchover under way. */
const char *md_say_step(const struct md_speech *speech, const char *step);
const char *md_say_mode(const struct md_speech *speech, const json_t *status);
/* Word for "message" of a contact: "opened", "worsened" ... */
const char *md_say_message(const struct md_speech *speech, const char *message);
/* The subject of an incident or block as people call it ("主系 dispatch-1"). */
void md_say_subject(const struct md_speech *speech, const json_t *status, const json_t *subject,
                    char *text, size_t size);
/* Append a phrase after two blanks (none before the first; an empty phrase leaves no gap); a word
 * filled with one string, with a number of 0 or 1 decimals ("0", "1"), with a length of time. */
void md_say_add(char *text, size_t size, const char *phrase);
void md_say_add_filled(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                       const char *fill);
void md_say_add_number(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                       const char *decimals, double number);
void md_say_add_duration(const struct md_speech *speech, char *text, size_t size, enum md_word word,
                         double seconds);
void md_say_duration(const struct md_speech *speech, double seconds, char *text, size_t size);

/* Lines of facts used by screen and plain output alike, without the name they are about. */
void md_say_service(const struct md_speech *speech, const json_t *service, char *text,
                    size_t size); /* "停止 0.3秒 / 目標 60秒" */
void md_say_server(const struct md_speech *speech, const json_t *server, char *text, size_t size);
void md_say_line(const struct md_speech *speech, const json_t *line, char *text, size_t size);
void md_say_device(const struct md_speech *speech, const json_t *device, char *text, size_t size);
void md_say_contact(const struct md_speech *speech, const json_t *contact, char *text, size_t size);
/* "了知 person-1（期限まで 12分）", "未了知 7秒  次の連絡先まで 53秒", "復旧". */
void md_say_response(const struct md_speech *speech, const json_t *incident, char *text,
                     size_t size);
/* "指令サーバ停止（主系 dispatch-1）". */
void md_say_incident(const struct md_speech *speech, const json_t *status, const json_t *incident,
                     char *text, size_t size);
/* What to do about an open incident, the most pressing first: folded faults that press, the root,
 * the clock of the recovery time, and which way a degraded line loses. "" for one that has
 * recovered. */
void md_say_advice(const struct md_speech *speech, const json_t *incident, char *text, size_t size);
/* Related faults in one line, one mark a cause: "× 受付用アドレス無応答（119番受付、出動指令）". */
void md_say_children(const struct md_speech *speech, const json_t *status, const json_t *incident,
                     char *text, size_t size);
/* State whose mark stands before an incident: recovered is "ok", warnings "degraded". */
const char *md_incident_state(const json_t *incident);
/* "人の指示により自動切替停止（副系 dispatch-2）  04:12 まで". */
void md_say_block(const struct md_speech *speech, const json_t *status, const json_t *block,
                  char *text, size_t size);
/* Who is on duty in a role of "duty": "当直長  第1係 当直長（08:30 まで）". */
void md_say_duty(const struct md_speech *speech, const json_t *role, char *text, size_t size);
/* An order that waits for a second person: what, who asked, how to approve. */
void md_say_approval(const struct md_speech *speech, const json_t *approval, char *text,
                     size_t size);

#endif
