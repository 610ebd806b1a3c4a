/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot commands against a running daemon. It owns no decision: what may be done is judged by
 * the daemon, and its refusal is passed on in words. main.c calls it. */
#include "monitord/console/orders.h"

#include "monitord/console/ask.h"
#include "monitord/console/past.h"
#include "monitord/console/plain.h"
#include "monitord/console/ranking.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/json_value.h"

#include <stdio.h>
#include <string.h>

static void print_json(const json_t *object)
{
    json_dumpf(object, stdout, JSON_INDENT(2) | MD_JSON_DIGITS);
    putchar('\n');
}

int md_order_status(const struct md_options *options)
{
    json_t *answer = md_ask_status(options);
    const json_t *status = json_object_get(answer, "status");
    int code = MD_EXIT_NO_DAEMON;

    if (status != NULL) {
        struct md_speech speech = md_options_speech(options, status);
        if (options->json) {
            print_json(status);
        } else {
            md_plain_status(stdout, &speech, status);
        }
        code = md_plain_exit(status);
    }
    json_decref(answer);
    return code;
}

bool md_order_incident_id(const json_t *status, const char *argument,
                          char id[MD_INCIDENT_NAME_SIZE])
{
    json_t *incident;
    size_t i;
    char number[32];

    if (strspn(argument, "0123456789") != strlen(argument)) {
        return snprintf(id, MD_INCIDENT_NAME_SIZE, "%s", argument) < MD_INCIDENT_NAME_SIZE;
    }
    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        snprintf(number, sizeof(number), "%.0f", md_fact_number(incident, "number", -1));
        if (strcmp(number, argument + strspn(argument, "0")) == 0) {
            snprintf(id, MD_INCIDENT_NAME_SIZE, "%s", md_fact_text(incident, "id"));
            return true;
        }
    }
    return false;
}

static int no_incident(const struct md_options *options, const struct md_speech *speech)
{
    char text[400];

    md_text_fill(text, sizeof(text), speech->language, MD_WORD_NO_SUCH_INCIDENT, options->argument,
                 NULL);
    md_plain_line(stderr, speech, text);
    return MD_EXIT_FAILED;
}

int md_order_show(const struct md_options *options)
{
    json_t *answer = md_ask_status(options);
    const json_t *status = json_object_get(answer, "status");
    const json_t *incident = NULL;
    struct md_speech speech = md_options_speech(options, status);
    char id[MD_INCIDENT_NAME_SIZE], text[400];
    json_t *contact;
    size_t i;

    if (status == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    if (md_order_incident_id(status, options->argument, id)) {
        incident = md_fact_find(json_object_get(status, "incidents"), "id", id);
    }
    if (incident == NULL) {
        json_decref(answer);
        return no_incident(options, &speech);
    }
    if (options->json) {
        print_json(incident);
        json_decref(answer);
        return MD_EXIT_OK;
    }
    md_plain_incident(stdout, &speech, status, incident);
    json_array_foreach(json_object_get(status, "contacts"), i, contact)
    {
        if (strcmp(md_fact_text(contact, "incident"), id) == 0) {
            char line[600];
            md_say_contact(&speech, contact, text, sizeof(text));
            snprintf(line, sizeof(line), "%s: %s", md_say(&speech, MD_WORD_LABEL_CONTACT), text);
            md_plain_line(stdout, &speech, line);
        }
    }
    json_decref(answer);
    return MD_EXIT_OK;
}

int md_order_incidents(const struct md_options *options)
{
    json_t *answer = NULL;
    json_t *list = NULL;
    const json_t *order[MD_RANKED_MAX];
    const json_t *status = NULL;

    if (options->file == NULL) {
        answer = md_ask_status(options);
        status = json_object_get(answer, "status");
        if (status == NULL) {
            return MD_EXIT_NO_DAEMON;
        }
    }
    struct md_speech speech = md_options_speech(options, status);
    if (options->all || options->file != NULL) {
        list = md_past_incidents(options, status);
        if (list == NULL) {
            json_decref(answer);
            return MD_EXIT_UNKNOWN;
        }
    } else {
        size_t count = md_rank_incidents(status, order, MD_RANKED_MAX);
        list = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append(list, (json_t *)order[i]);
        }
    }
    if (options->json) {
        json_t *whole = json_pack("{s:i, s:O}", "schema", 1, "incidents", list);
        print_json(whole);
        json_decref(whole);
    } else if (json_array_size(list) == 0) {
        md_plain_line(stdout, &speech, md_say(&speech, MD_WORD_NO_INCIDENTS));
    } else {
        for (size_t i = 0; i < json_array_size(list); i++) {
            md_plain_incident_line(stdout, &speech, status, json_array_get(list, i));
        }
    }
    json_decref(list);
    json_decref(answer);
    return MD_EXIT_OK;
}

int md_order_act(const struct md_options *options)
{
    static const struct {
        const char *command, *order;
        enum md_word done;
    } acts[] = {
        {"ack", "acknowledge", MD_WORD_DONE_ACK},  {"own", "own", MD_WORD_DONE_OWN},
        {"cannot", "cannot", MD_WORD_DONE_CANNOT}, {"resolve", "resolve", MD_WORD_DONE_RESOLVE},
        {"hold", "hold", MD_WORD_DONE_HOLD},       {"release", "release", MD_WORD_DONE_RELEASE},
    };
    char id[MD_INCIDENT_NAME_SIZE] = "", text[400];
    size_t act = 0;

    while (act + 1 < sizeof(acts) / sizeof(acts[0]) &&
           strcmp(options->command, acts[act].command) != 0) {
        act++;
    }
    json_t *answer = md_ask_status(options);
    const json_t *status = json_object_get(answer, "status");
    struct md_speech speech = md_options_speech(options, status);
    if (status == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    bool found = options->argument == NULL || md_order_incident_id(status, options->argument, id);
    json_decref(answer);
    if (!found) {
        return no_incident(options, &speech);
    }
    json_t *order = json_pack("{s:s}", "order", acts[act].order);
    if (id[0] != '\0') {
        json_object_set_new(order, "incident", json_string(id));
    }
    answer = md_ask(options, order);
    if (answer == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    int code = MD_EXIT_OK;
    if (md_fact_true(answer, "ok")) {
        md_text_fill(text, sizeof(text), speech.language, acts[act].done, id, NULL);
        md_plain_line(stdout, &speech, text);
        if (json_is_false(json_object_get(answer, "journalled"))) {
            md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_NOT_JOURNALLED));
        }
    } else {
        md_text_fill(text, sizeof(text), speech.language, MD_WORD_REFUSED,
                     md_refusal(&speech, answer), NULL);
        md_plain_line(stderr, &speech, text);
        code = MD_EXIT_FAILED;
    }
    json_decref(answer);
    return code;
}
