/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the status as plain lines. It owns their order and their layout; what is said of each
 * thing comes from speech.h. `monitorctl status`, `show`, `incidents` and `watch --plain` call it.
 */
#include "monitord/console/plain.h"

#include "monitord/console/plan_words.h"
#include "monitord/console/ranking.h"
#include "monitord/fact.h"

#include <string.h>

#define LINE 600

void md_plain_line(FILE *out, const struct md_speech *speech, const char *line)
{
    for (; *line != '\0'; line++) {
        unsigned char byte = (unsigned char)*line;
        if (byte < 0x20 || byte == 0x7f) {
            fputc('?', out); /* a name must not be able to steer a terminal */
        } else if (byte < 0x80 || !speech->ascii) {
            fputc(byte, out);
        } else if ((byte & 0xc0) != 0x80) {
            fputc('?', out);
        }
    }
    fputc('\n', out);
}

/* "LABEL: name  mark word  detail"; empty parts leave no gap. */
static void put(FILE *out, const struct md_speech *speech, enum md_word label, const char *name,
                const char *state, const char *detail)
{
    char line[LINE];

    snprintf(line, sizeof(line), "%s: %s", md_say(speech, label), name);
    if (state != NULL) {
        if (name[0] != '\0') {
            md_text_append(line, sizeof(line), "  ");
        }
        md_text_append(line, sizeof(line), md_say_mark(speech, state));
        md_text_append(line, sizeof(line), " ");
        md_text_append(line, sizeof(line), md_say_state(speech, state));
    }
    if (detail[0] != '\0') {
        if (name[0] != '\0' || state != NULL) {
            md_text_append(line, sizeof(line), "  ");
        }
        md_text_append(line, sizeof(line), detail);
    }
    md_plain_line(out, speech, line);
}

int md_plain_exit(const json_t *status)
{
    const char *state = md_fact_text(status, "state");

    return strcmp(state, "ok") == 0         ? 0
           : strcmp(state, "degraded") == 0 ? 1
           : strcmp(state, "down") == 0     ? 2
                                            : 3;
}

void md_plain_incident_line(FILE *out, const struct md_speech *speech, const json_t *status,
                            const json_t *incident)
{
    char what[LINE], response[LINE], line[LINE * 2 + 200], occurred[64];
    char clock[9];

    md_say_incident(speech, status, incident, what, sizeof(what));
    md_say_response(speech, incident, response, sizeof(response));
    md_fact_clock(md_fact_text(incident, "opened"), clock);
    md_text_fill(occurred, sizeof(occurred), speech->language, MD_WORD_OCCURRED, clock, NULL);
    snprintf(line, sizeof(line), "%s: %s%s %s  %s  %s  %s", md_say(speech, MD_WORD_LABEL_INCIDENT),
             md_fact_true(incident, "drill") ? md_say(speech, MD_WORD_TAG_DRILL) : "",
             md_say_mark(speech, md_incident_state(incident)), md_fact_text(incident, "id"), what,
             occurred, response);
    md_plain_line(out, speech, line);
}

void md_plain_incident(FILE *out, const struct md_speech *speech, const json_t *status,
                       const json_t *incident)
{
    const char *id = md_fact_text(incident, "id");
    const char *did = md_say_reason(speech, md_fact_text(incident, "did"), MD_TEXT_TITLE);
    char text[LINE];
    json_t *child;
    size_t i;

    md_plain_incident_line(out, speech, status, incident);
    put(out, speech, MD_WORD_LABEL_DID, id, NULL,
        did[0] != '\0' ? did : md_say(speech, MD_WORD_MAIL_NOTHING));
    md_say_advice(speech, incident, text, sizeof(text));
    if (text[0] != '\0') {
        put(out, speech, MD_WORD_LABEL_YOU, id, NULL, text);
    }
    if (md_incident_calls(incident)) {
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_ACK_ORDER, id, NULL);
        put(out, speech, MD_WORD_LABEL_ACK, text, NULL, "");
    }
    json_array_foreach(json_object_get(incident, "children"), i, child)
    {
        json_t *view = json_pack("{s:O?, s:O?}", "root", json_object_get(child, "cause"), "subject",
                                 json_object_get(child, "subject"));
        md_say_incident(speech, status, view, text, sizeof(text));
        json_decref(view);
        md_text_append(text, sizeof(text), "  ");
        md_text_append(
            text, sizeof(text),
            md_say(speech, md_fact_true(child, "open") ? MD_WORD_OPEN : MD_WORD_RECOVERED));
        put(out, speech, MD_WORD_LABEL_CHILD, id, NULL, text);
    }
}

static void put_headline(FILE *out, const struct md_speech *speech, const json_t *status)
{
    char name[LINE];

    snprintf(name, sizeof(name), "%s  %s  %s", md_fact_text(status, "site"),
             md_fact_text(status, "time"), md_say_mode(speech, status));
    if (strcmp(md_fact_text(status, "mode"), "drill") == 0) {
        md_text_append(name, sizeof(name), " ");
        md_text_append(name, sizeof(name), md_say(speech, MD_WORD_TAG_DRILL));
    }
    put(out, speech, MD_WORD_LABEL_STATE, "", md_fact_text(status, "state"), name);
    if (md_fact_true(status, "shadow")) {
        put(out, speech, MD_WORD_LABEL_MONITOR, "", NULL, md_say(speech, MD_WORD_SHADOW_BAND));
    }
    if (json_is_false(json_object_get(status, "warm"))) {
        put(out, speech, MD_WORD_LABEL_MONITOR, "", NULL, md_say(speech, MD_WORD_WARMING_UP));
    } else if (json_is_false(json_object_get(status, "acting"))) {
        put(out, speech, MD_WORD_LABEL_BLOCKED, "", NULL, md_say(speech, MD_WORD_NOT_ACTING));
    }
}

/* Roles whose persons change with the shift, and those with nobody; the others are always the
 * same. */
static void put_duty(FILE *out, const struct md_speech *speech, const json_t *status)
{
    const json_t *role;
    char text[600], line[700];
    size_t i;

    json_array_foreach(json_object_get(status, "duty"), i, role)
    {
        bool nobody = json_array_size(json_object_get(role, "persons")) == 0;

        if (md_fact_text(role, "until")[0] != '\0' || nobody) {
            md_say_duty(speech, role, text, sizeof(text));
            snprintf(line, sizeof(line), "%s: %s", md_say(speech, MD_WORD_DUTY_TITLE), text);
            md_plain_line(out, speech, line);
        }
    }
}

static void put_switchover(FILE *out, const struct md_speech *speech, const json_t *status)
{
    const json_t *switchover = json_object_get(status, "switchover");
    const char *step = md_fact_text(switchover, "step");
    char text[LINE], age[48];

    if (step[0] != '\0') {
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_SWITCHOVER_NOW,
                     md_fact_text(switchover, "target"), md_say_step(speech, step), NULL);
    } else if (md_fact_number(switchover, "last_s", -1) >= 0) {
        md_say_duration(speech, md_fact_number(switchover, "last_s", 0), age, sizeof(age));
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_SWITCHOVER_AGO, age, NULL);
    } else {
        snprintf(text, sizeof(text), "%s", md_say(speech, MD_WORD_NO_SWITCHOVER));
    }
    put(out, speech, MD_WORD_LABEL_SWITCHOVER, "", NULL, text);
}

static void put_services(FILE *out, const struct md_speech *speech, const json_t *status)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = md_rank_by_state(json_object_get(status, "services"), order, MD_RANKED_MAX);
    char detail[LINE], name[LINE], digit[16];

    for (size_t i = 0; i < count; i++) {
        snprintf(digit, sizeof(digit), "%.0f", md_fact_number(order[i], "class", 0));
        md_say_service(speech, order[i], detail, sizeof(detail));
        md_text_fill(name, sizeof(name), speech->language, MD_WORD_REPORT_SERVICE,
                     md_fact_text(order[i], "name"), digit, NULL);
        put(out, speech, MD_WORD_LABEL_SERVICE, name, md_fact_text(order[i], "state"), detail);
    }
}

/* The entries of one array, each by its own sayer. */
static void put_each(FILE *out, const struct md_speech *speech, const json_t *array,
                     enum md_word label,
                     void (*say)(const struct md_speech *, const json_t *, char *, size_t))
{
    char detail[LINE];
    json_t *entry;
    size_t i;

    json_array_foreach(array, i, entry)
    {
        say(speech, entry, detail, sizeof(detail));
        put(out, speech, label, md_fact_text(entry, "name"),
            json_object_get(entry, "state") != NULL ? md_fact_text(entry, "state") : NULL, detail);
    }
}

static void put_contacts(FILE *out, const struct md_speech *speech, const json_t *status)
{
    char detail[LINE];
    json_t *contact;
    size_t i;

    json_array_foreach(json_object_get(status, "contacts"), i, contact)
    {
        md_say_contact(speech, contact, detail, sizeof(detail));
        put(out, speech, MD_WORD_LABEL_CONTACT, md_fact_text(contact, "incident"), NULL, detail);
    }
}

static void put_plan(FILE *out, const struct md_speech *speech, const json_t *plan)
{
    char line[LINE * 2];
    json_t *stage;
    size_t i;

    json_array_foreach(json_object_get(plan, "stages"), i, stage)
    {
        if (!md_stage_is_quiet(stage)) {
            md_say_stage(speech, plan, stage, line, sizeof(line));
            md_plain_line(out, speech, line);
        }
    }
}

static void put_monitor(FILE *out, const struct md_speech *speech, const json_t *status)
{
    const json_t *monitor = json_object_get(status, "monitor");
    bool dead = strcmp(md_fact_text(monitor, "journal"), "dead") == 0;
    char lag[32], text[LINE], digits[32];

    snprintf(digits, sizeof(digits), "%.1f", md_fact_number(monitor, "loop_lag_ms", 0));
    md_text_fill(lag, sizeof(lag), speech->language, MD_WORD_LAGS, digits, NULL);
    snprintf(text, sizeof(text), "%s  %s",
             md_say(speech, dead ? MD_WORD_JOURNAL_DEAD : MD_WORD_JOURNAL_OK), lag);
    if (strcmp(md_fact_text(json_object_get(monitor, "recorder"), "state"), "failing") == 0) {
        md_say_add(text, sizeof(text), md_say(speech, MD_WORD_RECORDER_FAILING));
    }
    put(out, speech, MD_WORD_LABEL_MONITOR, "", NULL, text);
}

/* A fence that tells its state needs no line. Returns how many do not. */
static unsigned put_fences(FILE *out, const struct md_speech *speech, const json_t *status)
{
    char text[LINE];
    unsigned lost = 0;
    json_t *fence;
    size_t i;

    json_array_foreach(json_object_get(status, "fences"), i, fence)
    {
        if (md_fact_true(fence, "lost")) {
            md_text_fill(text, sizeof(text), speech->language, MD_WORD_FENCE_LOST,
                         md_fact_text(fence, "act"), NULL);
            put(out, speech, MD_WORD_LABEL_SERVER, md_fact_text(fence, "server"), NULL, text);
            lost++;
        }
    }
    return lost;
}

void md_plain_approvals(FILE *out, const struct md_speech *speech, const json_t *status)
{
    char text[LINE];
    json_t *approval;
    size_t i;

    json_array_foreach(json_object_get(status, "approvals"), i, approval)
    {
        md_say_approval(speech, approval, text, sizeof(text));
        put(out, speech, MD_WORD_LABEL_APPROVAL, "", NULL, text);
    }
}

void md_plain_status(FILE *out, const struct md_speech *speech, const json_t *status)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = md_rank_incidents(status, order, MD_RANKED_MAX);
    char text[LINE];
    json_t *block;
    size_t i;

    put_headline(out, speech, status);
    for (i = 0; i < count; i++) {
        md_plain_incident(out, speech, status, order[i]);
    }
    if (put_fences(out, speech, status) == 0 && count == 0 && md_plain_exit(status) == 0) {
        put(out, speech, MD_WORD_LABEL_INCIDENT, "", NULL, md_say(speech, MD_WORD_ALL_WELL));
    }
    json_array_foreach(json_object_get(status, "blocked"), i, block)
    {
        md_say_block(speech, status, block, text, sizeof(text));
        put(out, speech, MD_WORD_LABEL_BLOCKED, "", NULL, text);
    }
    md_plain_approvals(out, speech, status);
    put_duty(out, speech, status);
    put_switchover(out, speech, status);
    put_services(out, speech, status);
    put_each(out, speech, json_object_get(status, "servers"), MD_WORD_LABEL_SERVER, md_say_server);
    put_each(out, speech, json_object_get(status, "lines"), MD_WORD_LABEL_LINE, md_say_line);
    put_each(out, speech, json_object_get(status, "power"), MD_WORD_LABEL_POWER, md_say_device);
    put_plan(out, speech, json_object_get(status, "shutdown"));
    put_contacts(out, speech, status);
    put_monitor(out, speech, status);
}
