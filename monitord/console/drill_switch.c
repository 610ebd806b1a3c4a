/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorctl drill switchover` and what belongs to it: its plan, asking for it, asking for the way
 * back, its state and its early end. The daemon carries it out and judges whether it may be; the
 * report is read out of the journal (drill_real.h). drill.c calls it. */
#include "monitord/console/drill.h"

#include "monitord/console/ask.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"

#include <string.h>

/* The switchover drill that goes on, as an incident of the status; NULL none. */
static const json_t *moving_of(const json_t *status)
{
    json_t *incident;
    size_t i;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        if (strcmp(md_fact_text(incident, "root"), "switchover_drill") == 0 &&
            strcmp(md_fact_text(incident, "state"), "open") == 0) {
            return incident;
        }
    }
    return NULL;
}

/* The server that is not the one named; "": none. */
static const char *other_server(const json_t *status, const char *name)
{
    json_t *server;
    size_t i;

    json_array_foreach(json_object_get(status, "servers"), i, server)
    {
        if (strcmp(md_fact_text(server, "name"), name) != 0) {
            return md_fact_text(server, "name");
        }
    }
    return "";
}

static const char *standby(const json_t *status)
{
    json_t *server;
    size_t i;

    json_array_foreach(json_object_get(status, "servers"), i, server)
    {
        if (strcmp(md_fact_text(server, "role"), "active") == 0) {
            return other_server(status, md_fact_text(server, "name"));
        }
    }
    return "";
}

/* The plan in the shape of the page: what is expected of it within what. */
static json_t *sheet_of(const json_t *plan)
{
    json_t *sheet = json_copy((json_t *)plan), *steps = json_array(), *service;
    double timer_s = md_fact_number(plan, "for_s", 0), target_s = timer_s;
    char name[200];
    size_t i;

    json_array_foreach(json_object_get(plan, "services"), i, service)
    {
        double one_s = md_fact_number(service, "recovery_time_s", 0);
        target_s = one_s > 0 && one_s < target_s ? one_s : target_s;
    }
    snprintf(name, sizeof(name), "%.90s → %.90s", md_fact_text(plan, "from"),
             md_fact_text(plan, "to"));
    json_object_set_new(sheet, "schema", json_integer(1));
    json_object_set_new(sheet, "kind", json_string("switchover"));
    json_object_set_new(sheet, "name", json_string(name));
    json_object_set(sheet, "description", json_object_get(plan, "reason"));
    json_object_set_new(sheet, "timer_s", json_real(timer_s));
    json_array_append_new(
        steps, json_pack("{s:s, s:s, s:i}", "kind", "fault", "code", "moves", "at_s", 0));
    json_array_append_new(steps, json_pack("{s:s, s:s, s:i, s:f}", "kind", "expect", "code",
                                           "service_answers", "at_s", 0, "bound_s", target_s));
    json_array_append_new(steps, json_pack("{s:s, s:s, s:i, s:f}", "kind", "expect", "code",
                                           "people_decide", "at_s", 0, "bound_s", timer_s));
    json_object_set_new(sheet, "steps", steps);
    return sheet;
}

static void show_plan(const struct md_options *options, const struct md_speech *speech,
                      const json_t *plan)
{
    json_t *sheet = sheet_of(plan);

    if (options->json) {
        json_dumpf(sheet, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        md_drill_page(stdout, speech, sheet, true, options->html);
    }
    json_decref(sheet);
}

/* The answer to an order, said; the exit code. */
static int say_answer(const struct md_speech *speech, const json_t *answer, enum md_word done)
{
    const json_t *approval = json_object_get(answer, "approval");
    char text[700], left[48];

    if (answer == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    if (!md_fact_true(answer, "ok")) {
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_REFUSED,
                     md_refusal(speech, answer), NULL);
        md_plain_line(stderr, speech, text);
        return MD_EXIT_FAILED;
    }
    if (approval != NULL) {
        md_say_duration(speech, md_fact_number(approval, "left_s", 0), left, sizeof(left));
        md_text_fill(text, sizeof(text), speech->language, done, md_fact_text(approval, "id"),
                     md_fact_text(approval, "text"), left, NULL);
        md_plain_line(stderr, speech, text);
    } else if (done != MD_WORD_COUNT) {
        md_plain_line(stdout, speech, md_say(speech, done));
    }
    return MD_EXIT_OK;
}

int md_drill_switchover(const struct md_options *options, bool plan_only)
{
    json_t *whole = md_ask_status(options);
    const json_t *status = json_object_get(whole, "status");
    struct md_speech speech = md_options_speech(options, status);
    const char *server = plan_only ? options->third : options->second;

    if (status == NULL) {
        json_decref(whole);
        return MD_EXIT_NO_DAEMON;
    }
    if (options->reason == NULL && !plan_only) {
        fprintf(stderr, "monitorctl: drill switchover needs its purpose: --reason \"monthly\"\n");
        json_decref(whole);
        return MD_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:s, s:s, s:s, s:I, s:b}", "order", "drill_switchover", "server",
                                server != NULL ? server : standby(status), "reason",
                                options->reason != NULL ? options->reason : "-", "for_s",
                                (json_int_t)options->for_s, "plan", (int)plan_only);
    json_t *answer = md_ask(options, request);
    if (json_object_get(answer, "plan") != NULL) {
        speech.ascii = speech.ascii && !options->html;
        show_plan(options, &speech, json_object_get(answer, "plan"));
    }
    int code = say_answer(&speech, answer, MD_WORD_DONE_ASKED);
    json_decref(answer);
    json_decref(whole);
    return code;
}

int md_drill_give_back(const struct md_options *options)
{
    json_t *whole = md_ask_status(options);
    const json_t *status = json_object_get(whole, "status");
    const json_t *moving = moving_of(status);
    struct md_speech speech = md_options_speech(options, status);
    int code = MD_EXIT_FAILED;

    if (status == NULL) {
        code = MD_EXIT_NO_DAEMON;
    } else if (moving == NULL) {
        md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_DRILL_RUNS_NOT));
    } else {
        const char *to = md_fact_text(json_object_get(moving, "subject"), "name");
        json_t *answer = md_ask(
            options, json_pack("{s:s, s:s, s:s}", "order", "switch", "server",
                               other_server(status, to), "reason", md_fact_text(moving, "id")));
        code = say_answer(&speech, answer, MD_WORD_DONE_ASKED);
        json_decref(answer);
    }
    json_decref(whole);
    return code;
}

bool md_drill_move_end(const struct md_options *options, const json_t *status, int *code)
{
    const json_t *moving = moving_of(status);
    struct md_speech speech = md_options_speech(options, status);

    if (moving == NULL) {
        return false;
    }
    json_t *answer = md_ask(options, json_pack("{s:s, s:O?}", "order", "drill_end", "incident",
                                               json_object_get(moving, "id")));
    *code = say_answer(&speech, answer, MD_WORD_DRILL_STOPPED);
    json_decref(answer);
    return true;
}

bool md_drill_move_status(const struct md_speech *speech, const json_t *status)
{
    const json_t *moving = moving_of(status);
    char what[300], text[700];

    if (moving == NULL) {
        return false;
    }
    md_say_incident(speech, status, moving, what, sizeof(what));
    md_text_fill(text, sizeof(text), speech->language, MD_WORD_DRILL_MOVE_RUNS, what,
                 md_say_reason(speech, md_fact_text(moving, "did"), MD_TEXT_TITLE), NULL);
    md_plain_line(stdout, speech, text);
    return true;
}
