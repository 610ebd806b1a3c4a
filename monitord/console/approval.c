/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for a switchover, for maintenance or for loads to be switched on again; approves, withdraws,
 * lists. It owns no decision: who may ask and who may approve is judged by the daemon. main.c calls
 * it. */
#include "monitord/console/approval.h"

#include "monitord/console/ask.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/json_value.h"

#include <stdio.h>
#include <string.h>

/* Seconds of the day in "HH:MM" or "HH:MM:SS"; -1 when it is neither. */
static long day_second(const char *text, bool seconds)
{
    unsigned hour, minute, second = 0;
    int end = 0;
    int found = seconds ? sscanf(text, "%2u:%2u:%2u%n", &hour, &minute, &second, &end)
                        : sscanf(text, "%2u:%2u%n", &hour, &minute, &end);

    if (found != (seconds ? 3 : 2) || end != (seconds ? 8 : 5) || hour > 23 || minute > 59 ||
        second > 59) {
        return -1;
    }
    return (long)(hour * 3600 + minute * 60 + second);
}

long md_approval_until_s(const char *time, const char *until)
{
    char clock[9];

    md_fact_clock(time, clock);
    long now = day_second(clock, true);
    long then = strlen(until) == 5 ? day_second(until, false) : -1;
    if (now < 0 || then < 0) {
        return 0;
    }
    return then > now ? then - now : then - now + 24 * 3600;
}

/* Adds why, and that nobody else is asked. */
static json_t *alone_of(const struct md_options *options, json_t *order)
{
    if (options->reason != NULL) {
        json_object_set_new(order, "reason", json_string(options->reason));
    }
    if (options->alone) {
        json_object_set_new(order, "alone", json_true());
    }
    return order;
}

static json_t *order_of(const struct md_options *options, const json_t *status)
{
    const char *command = options->command;
    long for_s = options->for_s;

    if (strcmp(command, "switch") == 0) {
        return alone_of(options,
                        json_pack("{s:s, s:s}", "order", command, "server", options->argument));
    }
    if (strcmp(command, "power") == 0) {
        json_t *order = json_pack("{s:s}", "order", "restore_loads");
        if (options->second != NULL && strcmp(options->second, "all") != 0) {
            json_object_set_new(order, "stage", json_string(options->second));
        }
        return alone_of(options, order);
    }
    if (strcmp(command, "maintenance") != 0) {
        return json_pack("{s:s, s:s}", "order", command, "id", options->argument);
    }
    bool ends = strcmp(options->argument, "end") == 0;
    json_t *order = json_pack("{s:s}", "order", ends ? "maintenance_end" : "maintenance_begin");
    if (options->server != NULL) {
        json_object_set_new(order, "server", json_string(options->server));
    }
    if (options->target != NULL) {
        json_object_set_new(order, "target", json_string(options->target));
    }
    if (!ends) {
        if (options->until != NULL) {
            for_s = md_approval_until_s(md_fact_text(status, "time"), options->until);
        }
        json_object_set_new(order, "for_s", json_integer(for_s));
    }
    return alone_of(options, order);
}

/* Says what has become of an order that was not refused. */
static void say_done(const struct md_options *options, const struct md_speech *speech,
                     const json_t *answer)
{
    const json_t *approval = json_object_get(answer, "approval");
    const char *id = options->argument;
    enum md_word word = MD_WORD_DONE_MAINTENANCE_END;
    char left[48], text[600];

    md_say_duration(speech, md_fact_number(approval, "left_s", 0), left, sizeof(left));
    if (approval != NULL) {
        id = md_fact_text(approval, "id");
        word = MD_WORD_DONE_ASKED;
    } else if (md_fact_true(answer, "alone")) {
        word = MD_WORD_DONE_ALONE;
    } else if (strcmp(options->command, "approve") == 0) {
        word = MD_WORD_DONE_APPROVED;
    } else if (strcmp(options->command, "withdraw") == 0) {
        word = MD_WORD_DONE_WITHDRAWN;
    }
    md_text_fill(text, sizeof(text), speech->language, word, id, md_fact_text(approval, "text"),
                 left, NULL);
    md_plain_line(stdout, speech, text);
    if (json_is_false(json_object_get(answer, "journalled"))) {
        md_plain_line(stderr, speech, md_say(speech, MD_WORD_NOT_JOURNALLED));
    }
}

int md_approval_order(const struct md_options *options)
{
    json_t *status = md_ask_status(options);
    struct md_speech speech = md_options_speech(options, json_object_get(status, "status"));
    char text[400];
    int code = MD_EXIT_OK;

    if (status == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    json_t *answer = md_ask(options, order_of(options, json_object_get(status, "status")));
    json_decref(status);
    if (answer == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    if (md_fact_true(answer, "ok")) {
        say_done(options, &speech, answer);
    } else {
        md_text_fill(text, sizeof(text), speech.language, MD_WORD_REFUSED,
                     md_refusal(&speech, answer), NULL);
        md_plain_line(stderr, &speech, text);
        code = MD_EXIT_FAILED;
    }
    json_decref(answer);
    return code;
}

int md_approval_list(const struct md_options *options)
{
    json_t *answer = md_ask_status(options);
    const json_t *status = json_object_get(answer, "status");
    const json_t *list = json_object_get(status, "approvals");
    struct md_speech speech = md_options_speech(options, status);

    if (status == NULL) {
        json_decref(answer);
        return MD_EXIT_NO_DAEMON;
    }
    if (options->json) {
        json_t *whole = json_pack("{s:i, s:O?}", "schema", 1, "approvals", list);
        json_dumpf(whole, stdout, JSON_INDENT(2) | MD_JSON_DIGITS);
        putchar('\n');
        json_decref(whole);
    } else if (json_array_size(list) == 0) {
        md_plain_line(stdout, &speech, md_say(&speech, MD_WORD_NO_APPROVALS));
    } else {
        md_plain_approvals(stdout, &speech, status);
    }
    json_decref(answer);
    return MD_EXIT_OK;
}
