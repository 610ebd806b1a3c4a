/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for the conclusion of an incident and hands it over. It owns the questions; what suffices is
 * the daemon's rule (orders_notes.c). main.c calls it. */
#include "monitord/console/conclude.h"

#include "monitord/console/ask.h"
#include "monitord/console/orders.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/incident_name.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWER 1000

/* One line from the terminal under the key; false: nothing was said. */
static bool ask(const struct md_speech *speech, enum md_word question, const char *key,
                json_t *order)
{
    char line[ANSWER];

    fprintf(stderr, "%s ", md_say(speech, question));
    if (fgets(line, sizeof(line), stdin) == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    if (line[0] != '\0') {
        json_object_set_new(order, key, json_string(line));
    }
    return line[0] != '\0';
}

static void put(json_t *order, const char *key, const char *text)
{
    if (text != NULL) {
        json_object_set_new(order, key, json_string(text));
    }
}

/* The order with all that was said on the command line, or is said now. */
static json_t *order_make(const struct md_options *options, const struct md_speech *speech,
                          const char *id)
{
    json_t *order = json_pack("{s:s, s:s, s:b}", "order", "conclude", "incident", id, "false_alarm",
                              (int)options->false_alarm);

    put(order, "cause", options->cause);
    put(order, "prevention", options->prevention);
    put(order, "deferral", options->deferral);
    put(order, "due", options->due);
    if (options->cause == NULL && options->deferral == NULL && isatty(STDIN_FILENO)) {
        if (ask(speech, MD_WORD_CONCLUDE_ASK_CAUSE, "cause", order)) {
            ask(speech, MD_WORD_CONCLUDE_ASK_PREVENTION, "prevention", order);
        } else {
            ask(speech, MD_WORD_CONCLUDE_ASK_DEFERRAL, "deferral", order);
        }
        ask(speech, MD_WORD_CONCLUDE_ASK_DUE, "due", order);
    }
    return order;
}

static bool is_listed(const json_t *status, const char *id)
{
    const json_t *incidents = json_object_get(status, "incidents");
    return md_fact_place(incidents, id) < json_array_size(incidents);
}

int md_conclude(const struct md_options *options)
{
    json_t *answer = md_ask_status(options);
    const json_t *status = json_object_get(answer, "status");
    struct md_speech speech = md_options_speech(options, status);
    char id[MD_INCIDENT_NAME_SIZE] = "", text[400];

    if (status == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    bool named = md_order_incident_id(status, options->argument, id);
    bool listed = named && is_listed(status, id);
    json_decref(answer);
    if (!named) {
        return md_order_act(options); /* says that there is none */
    }
    answer = md_ask(options, order_make(options, &speech, id));
    bool kept = md_fact_true(answer, "ok");
    md_text_fill(text, sizeof(text), speech.language,
                 kept ? MD_WORD_CONCLUDE_DONE : MD_WORD_REFUSED,
                 kept             ? id
                 : answer != NULL ? md_refusal(&speech, answer)
                                  : "",
                 NULL);
    if (answer != NULL) {
        md_plain_line(kept ? stdout : stderr, &speech, text);
    }
    int code = answer == NULL ? MD_EXIT_NO_DAEMON : kept ? MD_EXIT_OK : MD_EXIT_FAILED;
    json_decref(answer);
    /* with --as the passphrase is asked again: each order is a person's own act */
    return code == MD_EXIT_OK && listed ? md_order_act(options) : code;
}
