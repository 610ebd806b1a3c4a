/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the shutdown plan and gives its orders (see power_plan.h). The minutes come from the
 * daemon, which works them out by the same rules that act; nothing is estimated here. */
#include "monitord/console/power_plan.h"

#include "monitord/console/approval.h"
#include "monitord/console/ask.h"
#include "monitord/console/plain.h"
#include "monitord/console/plan_words.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/json_value.h"

#include <stdio.h>
#include <string.h>

#define LINE 600

static void print_head(const struct md_speech *speech, const json_t *plan)
{
    double outage_s = md_fact_number(plan, "outage_s", -1);
    char line[LINE] = "", text[LINE] = "";

    md_say_add(
        text, sizeof(text),
        md_say(speech, md_fact_true(plan, "armed") ? MD_WORD_PLAN_ARMED : MD_WORD_PLAN_NOT_ARMED));
    if (outage_s >= 0) {
        md_say_add_duration(speech, text, sizeof(text), MD_WORD_PLAN_OUTAGE, outage_s);
    } else {
        md_say_add(text, sizeof(text), md_say(speech, MD_WORD_PLAN_ON_MAINS));
    }
    snprintf(line, sizeof(line), "%s: ", md_say(speech, MD_WORD_LABEL_PLAN));
    md_text_append(line, sizeof(line), text);
    md_plain_line(stdout, speech, line);
}

static void print_plan(const struct md_options *options, const json_t *status)
{
    struct md_speech speech = md_options_speech(options, status);
    const json_t *plan = json_object_get(status, "shutdown");
    char line[LINE];
    json_t *stage;
    size_t i;

    if (options->json) {
        json_dumpf(plan, stdout, JSON_INDENT(2) | MD_JSON_DIGITS);
        putchar('\n');
    } else if (json_array_size(json_object_get(plan, "stages")) == 0) {
        md_plain_line(stdout, &speech, md_say(&speech, MD_WORD_PLAN_NONE));
    } else {
        print_head(&speech, plan);
        json_array_foreach(json_object_get(plan, "stages"), i, stage)
        {
            md_say_stage(&speech, plan, stage, line, sizeof(line));
            md_plain_line(stdout, &speech, line);
        }
    }
}

static int stop(const struct md_options *options, const json_t *status)
{
    struct md_speech speech = md_options_speech(options, status);
    json_t *answer = md_ask(options, json_pack("{s:s}", "order", "stop_shutdown"));
    char text[LINE];
    int code = MD_EXIT_OK;

    if (answer == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    if (md_fact_true(answer, "ok")) {
        md_plain_line(stdout, &speech, md_say(&speech, MD_WORD_DONE_POWER_STOP));
    } else {
        bool nothing = strcmp(md_fact_text(answer, "error"), "no_such_object") == 0;

        md_text_fill(
            text, sizeof(text), speech.language, MD_WORD_REFUSED,
            nothing ? md_say(&speech, MD_WORD_PLAN_STOP_NOTHING) : md_refusal(&speech, answer),
            NULL);
        md_plain_line(stderr, &speech, text);
        code = MD_EXIT_FAILED;
    }
    json_decref(answer);
    return code;
}

int md_power_order(const struct md_options *options)
{
    bool restore = strcmp(options->argument, "restore") == 0;
    json_t *answer;
    const json_t *status;
    int code = MD_EXIT_OK;

    if (!restore && strcmp(options->argument, "plan") != 0 &&
        strcmp(options->argument, "stop") != 0) {
        fprintf(stderr,
                "monitorctl: power \"%s\" is not known; it is power plan, stop or restore\n",
                options->argument);
        return MD_EXIT_USAGE;
    }
    if (!restore && options->second != NULL) {
        fprintf(stderr, "monitorctl: power %s takes no further word\n", options->argument);
        return MD_EXIT_USAGE;
    }
    if (restore) {
        return md_approval_order(options);
    }
    answer = md_ask_status(options);
    status = json_object_get(answer, "status");
    if (status == NULL) {
        json_decref(answer);
        return MD_EXIT_NO_DAEMON;
    }
    if (strcmp(options->argument, "plan") == 0) {
        print_plan(options, status);
    } else {
        code = stop(options, status);
    }
    json_decref(answer);
    return code;
}
