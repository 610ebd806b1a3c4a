/* SPDX-License-Identifier: Apache-2.0 */
/* A stage of the shutdown plan in words (see plan_words.h). The minutes come from the daemon, which
 * works them out by the same rules that act; nothing is estimated here. */
#include "monitord/console/plan_words.h"

#include "monitord/fact.h"

#include <stdio.h>
#include <string.h>

#define LINE 600

/* "at 25 min of the outage", or what has become of the stage. */
static void say_when(const struct md_speech *speech, const json_t *plan, const json_t *stage,
                     char *text, size_t size)
{
    const char *state = md_fact_text(stage, "state");
    double begins_s = md_fact_number(stage, "begins_s", -1);
    double outage_s = md_fact_number(plan, "outage_s", 0);
    char at[48], runtime[48];

    if (strcmp(state, "shedding") == 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_PLAN_SHEDDING));
    } else if (strcmp(state, "shed") == 0) {
        md_say_add_duration(speech, text, size, MD_WORD_PLAN_SHED,
                            md_fact_number(stage, "since_s", 0));
    } else if (strcmp(state, "stopped") == 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_PLAN_STOPPED));
    } else if (begins_s < 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_PLAN_BEGINS_NOT));
    } else if (strcmp(state, "due") == 0 && md_fact_true(plan, "armed")) {
        md_say_add_duration(speech, text, size, MD_WORD_PLAN_DUE, begins_s);
    } else if (strcmp(state, "due") == 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_PLAN_DUE_HAND));
    } else {
        char filled[LINE];

        md_say_duration(speech, outage_s + begins_s, at, sizeof(at));
        md_say_duration(speech, md_fact_number(stage, "runtime_s", 0), runtime, sizeof(runtime));
        md_text_fill(filled, sizeof(filled), speech->language, MD_WORD_PLAN_BEGINS, at, runtime,
                     NULL);
        md_text_append(text, size, filled);
    }
}

static const char *say_loads(const struct md_speech *speech, const json_t *stage)
{
    const char *loads = md_fact_text(stage, "loads");

    return md_say(speech, strcmp(loads, "class-1") == 0   ? MD_WORD_LOADS_CLASS_1
                          : strcmp(loads, "class-2") == 0 ? MD_WORD_LOADS_CLASS_2
                                                          : MD_WORD_LOADS_MONITOR);
}

/* What is off, what is being done about it, and what could be. */
static void say_left_off(const struct md_speech *speech, const json_t *plan, const json_t *stage,
                         char *text, size_t size)
{
    const json_t *restore = json_object_get(plan, "restore");
    const char *blocked = md_fact_text(stage, "blocked"),
               *stopped = md_fact_text(restore, "stopped");
    bool under_way = md_fact_true(restore, "under_way");
    char names[LINE] = "";
    json_t *name;
    size_t i;

    json_array_foreach(json_object_get(stage, "off"), i, name)
    {
        md_text_append(names, sizeof(names), i > 0 ? ", " : "");
        md_text_append(names, sizeof(names), json_string_value(name));
    }
    md_say_add_filled(speech, text, size, MD_WORD_PLAN_LEFT_OFF, names);
    if (under_way && strcmp(md_fact_text(restore, "stage"), md_fact_text(stage, "name")) == 0) {
        md_say_add_filled(speech, text, size, MD_WORD_RESTORE_UNDER_WAY,
                          md_fact_text(restore, "act"));
    }
    if (stopped[0] != '\0') {
        md_say_add_filled(speech, text, size, MD_WORD_RESTORE_STOPPED,
                          md_say_reason(speech, stopped, MD_TEXT_TITLE));
    }
    if (!under_way && blocked[0] != '\0') {
        md_say_add_filled(speech, text, size, MD_WORD_RESTORE_NOT_NOW,
                          md_say_reason(speech, blocked, MD_TEXT_TITLE));
    } else if (!under_way) {
        md_say_add(text, size, md_say(speech, MD_WORD_RESTORE_HOW));
    }
}

bool md_stage_is_quiet(const json_t *stage)
{
    return strcmp(md_fact_text(stage, "state"), "ready") == 0 && !md_fact_true(stage, "left_off");
}

void md_say_stage(const struct md_speech *speech, const json_t *plan, const json_t *stage,
                  char *text, size_t size)
{
    char name[LINE], when[LINE] = "";

    if (!md_fact_true(stage, "left_off")) {
        say_when(speech, plan, stage, when, sizeof(when));
    } else {
        say_left_off(speech, plan, stage, when, sizeof(when));
    }
    md_text_fill(name, sizeof(name), speech->language, MD_WORD_PLAN_STAGE,
                 md_fact_text(stage, "name"), say_loads(speech, stage), NULL);
    snprintf(text, size, "%s: ", md_say(speech, MD_WORD_LABEL_PLAN));
    md_text_append(text, size, name);
    md_say_add(text, size, when);
}
