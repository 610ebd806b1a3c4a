/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by hand against a running daemon. It owns no decision: what may be done is judged by the
 * daemon, and its refusal is passed on in words. main.c and people.c call it. */
#include "monitord/console/people_orders.h"

#include "monitord/console/ask.h"
#include "monitord/console/orders.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/incident_name.h"

#include <stdio.h>
#include <string.h>

/* What each command says to the daemon: keys for its words, in their order; "incident" is looked up
 * by its number. `done` gets the first two words. */
static const struct entry {
    const char *command, *order;
    const char *keys[3];
    enum md_word done;
} entries[] = {
    {"handover", "handover", {NULL}, MD_WORD_DONE_HANDOVER},
    {"away", "away", {"person"}, MD_WORD_DONE_AWAY},
    {"back", "back", {"person"}, MD_WORD_DONE_BACK},
    {"raise", "raise", {"subject"}, MD_WORD_DONE_RAISED},
    {"merge", "merge", {"incident", "into"}, MD_WORD_DONE_MERGED},
    {"called", "called", {"incident", "person", "outcome"}, MD_WORD_DONE_CALLED},
    {"outside", "outside", {"incident", "contact"}, MD_WORD_DONE_OUTSIDE},
    {"adopt", "adopt_ladder", {NULL}, MD_WORD_DONE_ASKED},
    {"drill", "contacts_drill", {NULL}, MD_WORD_DONE_ASKED},
    {"end", "drill_end", {"incident"}, MD_WORD_DONE_DRILL_END},
};

/* `contacts drill` and `contacts end INC` begin one word later. */
static const struct entry *entry_of(const struct md_options *options, const char *words[3])
{
    bool contacts = strcmp(options->command, "contacts") == 0;
    const char *name = contacts ? options->argument : options->command;

    words[0] = contacts ? options->second : options->argument;
    words[1] = contacts ? NULL : options->second;
    words[2] = contacts ? NULL : options->third;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        if (strcmp(entries[i].command, name) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}

/* The request; NULL when a word names an incident that is not there. */
static json_t *request_of(const struct md_options *options, const struct entry *entry,
                          const char *words[3], const json_t *status)
{
    json_t *request = json_pack("{s:s}", "order", entry->order);

    for (unsigned i = 0; i < 3 && entry->keys[i] != NULL && words[i] != NULL; i++) {
        bool incident =
            strcmp(entry->keys[i], "incident") == 0 || strcmp(entry->keys[i], "into") == 0;
        char id[MD_INCIDENT_NAME_SIZE] = "";

        if (incident && !md_order_incident_id(status, words[i], id)) {
            json_decref(request);
            return NULL;
        }
        json_object_set_new(request, entry->keys[i], json_string(incident ? id : words[i]));
    }
    if (options->reason != NULL) {
        json_object_set_new(request, "reason", json_string(options->reason));
    }
    if (options->for_s != 0) {
        json_object_set_new(request, "for_s", json_integer(options->for_s));
    }
    return request;
}

/* The title instead of the id where there is one: what people call each other. */
static const char *shown(const json_t *status, const char *word)
{
    const json_t *role, *person;
    size_t i, j;

    json_array_foreach(json_object_get(status, "duty"), i, role)
    {
        json_array_foreach(json_object_get(role, "persons"), j, person)
        {
            if (word != NULL && strcmp(md_fact_text(person, "id"), word) == 0) {
                return md_fact_text(person, "title");
            }
        }
    }
    return word != NULL ? word : "";
}

static void say_done(const struct md_options *options, const struct md_speech *speech,
                     const struct entry *entry, const char *words[3], const json_t *status,
                     const json_t *answer)
{
    const json_t *approval = json_object_get(answer, "approval");
    char text[600], left[48];

    if (approval != NULL) {
        md_say_duration(speech, md_fact_number(approval, "left_s", 0), left, sizeof(left));
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_DONE_ASKED,
                     md_fact_text(approval, "id"), md_fact_text(approval, "text"), left, NULL);
    } else {
        bool presence = entry->keys[0] != NULL && strcmp(entry->keys[0], "person") == 0;
        bool second = entry->done == MD_WORD_DONE_CALLED || entry->done == MD_WORD_DONE_OUTSIDE;
        const char *self = options->as != NULL ? options->as : md_say(speech, MD_WORD_YOURSELF);
        const char *first = presence && words[0] == NULL ? self
                            : presence                   ? shown(status, words[0])
                            : second                     ? shown(status, words[1])
                                                         : words[0];
        md_text_fill(text, sizeof(text), speech->language, entry->done, first != NULL ? first : "",
                     words[1] != NULL ? words[1] : "", NULL);
    }
    md_plain_line(stdout, speech, text);
    if (json_is_false(json_object_get(answer, "journalled"))) {
        md_plain_line(stderr, speech, md_say(speech, MD_WORD_NOT_JOURNALLED));
    }
}

int md_people_order(const struct md_options *options)
{
    json_t *whole = md_ask_status(options);
    const json_t *status = json_object_get(whole, "status");
    struct md_speech speech = md_options_speech(options, status);
    const char *words[3];
    const struct entry *entry = entry_of(options, words);
    int code = MD_EXIT_OK;
    char text[400];

    if (status == NULL || entry == NULL) {
        json_decref(whole);
        return status == NULL ? MD_EXIT_NO_DAEMON : MD_EXIT_USAGE;
    }
    json_t *request = request_of(options, entry, words, status);
    if (request == NULL) {
        md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_ERROR_NO_INCIDENT));
        json_decref(whole);
        return MD_EXIT_FAILED;
    }
    json_t *answer = md_ask(options, request);
    if (answer == NULL) {
        json_decref(whole);
        return MD_EXIT_NO_DAEMON;
    }
    if (md_fact_true(answer, "ok")) {
        say_done(options, &speech, entry, words, status, answer);
    } else {
        md_text_fill(text, sizeof(text), speech.language, MD_WORD_REFUSED,
                     entry->done == MD_WORD_DONE_HANDOVER &&
                             strcmp(md_fact_text(answer, "error"), "no_such_object") == 0
                         ? md_say(&speech, MD_WORD_ERROR_NO_HANDOVER)
                         : md_refusal(&speech, answer),
                     NULL);
        md_plain_line(stderr, &speech, text);
        code = MD_EXIT_FAILED;
    }
    json_decref(answer);
    json_decref(whole);
    return code;
}
