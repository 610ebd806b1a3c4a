/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about the things that are watched: services, servers, lines, power devices. It owns
 * the choice of facts and their order; speech.c has what is said about incidents and people. */
#include "monitord/console/speech.h"
#include "monitord/fact.h"

#include "monitord/text_alarm.h"

#include <stdio.h>
#include <string.h>

void md_say_service(const struct md_speech *speech, const json_t *service, char *text, size_t size)
{
    double down = md_fact_number(service, "down_s", 0);
    double last = md_fact_number(service, "last_outage_s", 0);
    double target = md_fact_number(service, "recovery_time_s", 0);
    char lengths[3][48];

    md_say_duration(speech, down > 0 ? down : last, lengths[0], sizeof(lengths[0]));
    md_say_duration(speech, target, lengths[1], sizeof(lengths[1]));
    md_say_duration(speech, target - down, lengths[2], sizeof(lengths[2]));
    text[0] = '\0';
    if (down > 0 && target <= 0) {
        md_text_fill(text, size, speech->language, MD_WORD_SERVICE_DOWN, lengths[0], NULL);
    } else if (down > target) {
        md_text_fill(text, size, speech->language, MD_WORD_SERVICE_DOWN_OVER, lengths[0],
                     lengths[1], NULL);
    } else if (down > 0) {
        md_text_fill(text, size, speech->language, MD_WORD_SERVICE_DOWN_RTO, lengths[0], lengths[1],
                     lengths[2], NULL);
    } else if (last > 0 && target > 0) {
        md_text_fill(text, size, speech->language, MD_WORD_SERVICE_OUTAGE, lengths[0], lengths[1],
                     NULL);
    } else if (target > 0) {
        md_text_fill(text, size, speech->language, MD_WORD_SERVICE_TARGET, lengths[1], NULL);
    }
    /* "down because down" says nothing */
    if (strcmp(md_fact_text(service, "state"), "ok") != 0 &&
        strcmp(md_fact_text(service, "reason"), "service_down") != 0) {
        md_say_add(text, size,
                   md_say_reason(speech, md_fact_text(service, "reason"), MD_TEXT_SHORT));
    }
}

const char *md_say_role(const struct md_speech *speech, const json_t *server)
{
    const char *role = md_fact_text(server, "role");

    return md_say(speech, strcmp(role, "active") == 0    ? MD_WORD_ROLE_ACTIVE
                          : strcmp(role, "standby") == 0 ? MD_WORD_ROLE_STANDBY
                          : strcmp(role, "fenced") == 0  ? MD_WORD_ROLE_FENCED
                                                         : MD_WORD_ROLE_UNKNOWN);
}

const char *md_say_mode(const struct md_speech *speech, const json_t *status)
{
    const char *mode = md_fact_text(status, "mode");

    return md_say(speech, strcmp(mode, "maintenance") == 0 ? MD_WORD_MODE_MAINTENANCE
                          : strcmp(mode, "drill") == 0     ? MD_WORD_MODE_DRILL
                          : strcmp(mode, "frozen") == 0    ? MD_WORD_MODE_FROZEN
                                                           : MD_WORD_MODE_NORMAL);
}

const char *md_say_step(const struct md_speech *speech, const char *step)
{
    static const char *const steps[] = {"fence", "drain", "choose", "hold", "verify"};

    for (unsigned i = 0; i < 5; i++) {
        if (strcmp(step, steps[i]) == 0) {
            return md_say(speech, MD_WORD_STEP_FENCE + i);
        }
    }
    return step;
}

void md_say_server(const struct md_speech *speech, const json_t *server, char *text, size_t size)
{
    bool active = strcmp(md_fact_text(server, "role"), "active") == 0;
    double age_ms = md_fact_number(server, "heartbeat_age_ms", -1);

    text[0] = '\0';
    md_say_add(text, size, md_say_role(speech, server));
    if (age_ms >= 0) {
        md_say_add_duration(speech, text, size, MD_WORD_HEARTBEAT, age_ms / 1000);
    } else {
        md_say_add(text, size, md_say(speech, MD_WORD_HEARTBEAT_NEVER));
    }
    if (json_is_false(json_object_get(server, "service_ok")) && active) {
        md_say_add(text, size, md_say(speech, MD_WORD_SERVICE_BAD));
    }
    if (json_is_false(json_object_get(server, "powered"))) {
        md_say_add(text, size, md_say(speech, MD_WORD_UNPOWERED));
    }
    if (strcmp(md_fact_text(server, "state"), "ok") != 0) {
        md_say_add(text, size,
                   md_say_reason(speech, md_fact_text(server, "reason"), MD_TEXT_SHORT));
    }
}

/* Which way it loses, as far as its far end reports. */
static void say_directions(const struct md_speech *speech, const json_t *line, char *text,
                           size_t size)
{
    double out = md_fact_number(line, "loss_out_permille", -1);
    double back = md_fact_number(line, "loss_back_permille", -1);
    const char *why = md_fact_text(line, "direction_reason");

    if (out >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_LOSS_OUT, "1", out / 10);
    }
    if (back >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_LOSS_BACK, "1", back / 10);
    }
    /* of a line that is down nobody expects a report */
    if (strcmp(why, "no_answer") == 0 && strcmp(md_fact_text(line, "state"), "down") != 0) {
        md_say_add(text, size, md_say(speech, MD_WORD_FAR_SILENT));
    } else if (strcmp(why, "uncounted") == 0) {
        md_say_add(text, size, md_say(speech, MD_WORD_FAR_UNCOUNTED));
    }
}

void md_say_line(const struct md_speech *speech, const json_t *line, char *text, size_t size)
{
    double loss = md_fact_number(line, "loss_permille", -1);
    double rtt_ms = md_fact_number(line, "rtt_ms", -1);
    double jitter_ms = md_fact_number(line, "jitter_ms", -1);
    char digits[32];

    text[0] = '\0';
    md_say_add(
        text, size,
        md_say(speech, md_fact_true(line, "active") ? MD_WORD_LINE_ACTIVE : MD_WORD_LINE_STANDBY));
    if (loss >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_LOSS, "1", loss / 10);
    } else {
        md_say_add(text, size, md_say(speech, MD_WORD_NO_LOSS));
    }
    say_directions(speech, line, text, size);
    if (rtt_ms >= 0) {
        snprintf(digits, sizeof(digits), rtt_ms < 10 ? "%.1fms" : "%.0fms", rtt_ms);
        md_say_add_filled(speech, text, size, MD_WORD_DELAY, digits);
    }
    if (jitter_ms >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_JITTER, "1", jitter_ms);
    }
    if (strcmp(md_fact_text(line, "state"), "ok") != 0) {
        md_say_add(text, size, md_say_reason(speech, md_fact_text(line, "reason"), MD_TEXT_SHORT));
    }
}

static void say_ups(const struct md_speech *speech, const json_t *device, char *text, size_t size)
{
    const json_t *variables = json_object_get(device, "variables");
    double charge = md_fact_number(variables, "battery.charge", -1);
    double runtime = md_fact_number(variables, "battery.runtime", -1);
    double left = md_fact_number(device, "runtime_left_s", -1);
    double load = md_fact_number(variables, "ups.load", -1);

    if (md_fact_true(device, "on_battery")) {
        md_say_add(text, size, md_say(speech, MD_WORD_ON_BATTERY));
        runtime = left >= 0 ? left : runtime;
    }
    if (md_fact_true(device, "dying")) {
        md_say_add(text, size, md_say(speech, MD_WORD_DYING));
    }
    if (charge >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_CHARGE, "0", charge);
    }
    if (runtime >= 0) {
        md_say_add_duration(speech, text, size, MD_WORD_RUNTIME, runtime);
    }
    if (load >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_LOAD, "0", load);
    }
}

static void say_generator(const struct md_speech *speech, const json_t *device, char *text,
                          size_t size)
{
    static const struct {
        const char *name;
        enum md_word word;
    } phases[] = {{"stopped", MD_WORD_GEN_STOPPED}, {"cranking", MD_WORD_GEN_CRANKING},
                  {"warming", MD_WORD_GEN_WARMING}, {"running", MD_WORD_GEN_RUNNING},
                  {"loaded", MD_WORD_GEN_LOADED},   {"cooling", MD_WORD_GEN_COOLING},
                  {"fault", MD_WORD_GEN_FAULT}};
    const json_t *variables = json_object_get(device, "variables");
    const char *phase = md_fact_text(variables, "generator.status");
    const char *mode = md_fact_text(variables, "generator.mode");
    double fuel = md_fact_number(variables, "fuel.level", -1);
    double fuel_left_s = md_fact_number(device, "fuel_left_s", -1);

    if (strcmp(phase, "stopped") == 0 && strcmp(mode, "auto") == 0) {
        md_say_add(text, size, md_say(speech, MD_WORD_GEN_READY));
    } else {
        for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
            if (strcmp(phase, phases[i].name) == 0) {
                md_say_add(text, size, md_say(speech, phases[i].word));
            }
        }
        if (mode[0] != '\0' && strcmp(mode, "auto") != 0) {
            md_say_add(text, size, md_say(speech, MD_WORD_GEN_NOT_AUTO));
        }
    }
    if (fuel >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_FUEL, "0", fuel);
    }
    if (fuel_left_s >= 0) {
        md_say_add_number(speech, text, size, MD_WORD_FUEL_HOURS, "0", fuel_left_s / 3600);
    }
}

static void say_transfer_switch(const struct md_speech *speech, const json_t *device, char *text,
                                size_t size)
{
    static const struct {
        const char *name;
        enum md_word word;
    } sources[] = {{"mains", MD_WORD_SOURCE_MAINS},
                   {"generator", MD_WORD_SOURCE_GENERATOR},
                   {"a", MD_WORD_SOURCE_A},
                   {"b", MD_WORD_SOURCE_B},
                   {"none", MD_WORD_SOURCE_NONE}};
    const char *source = md_fact_text(json_object_get(device, "variables"), "transfer.source");

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (strcmp(source, sources[i].name) == 0) {
            md_say_add(text, size, md_say(speech, sources[i].word));
        }
    }
}

void md_say_device(const struct md_speech *speech, const json_t *device, char *text, size_t size)
{
    const char *kind = md_fact_text(device, "kind");
    const char *quality = md_fact_text(device, "quality");
    double age = md_fact_number(device, "age_s", -1);
    json_t *alarm;
    size_t i;

    text[0] = '\0';
    if (strcmp(kind, "generator") == 0) {
        say_generator(speech, device, text, size);
    } else if (strcmp(kind, "transfer-switch") == 0) {
        say_transfer_switch(speech, device, text, size);
    } else {
        say_ups(speech, device, text, size);
    }
    if (text[0] == '\0' || strcmp(quality, "absent") == 0) {
        md_say_add(text, size, md_say(speech, MD_WORD_VALUES_OLD));
    }
    if (strcmp(quality, "good") != 0 && age >= 0) { /* never shown as if it were fresh */
        char length[48], old[80];
        md_say_duration(speech, age, length, sizeof(length));
        md_text_fill(old, sizeof(old), speech->language, MD_WORD_OLD, length, NULL);
        md_text_append(text, size, old);
    }
    if (strcmp(md_fact_text(device, "state"), "ok") != 0) {
        md_say_add(text, size,
                   md_say_reason(speech, md_fact_text(device, "reason"), MD_TEXT_SHORT));
    }
    json_array_foreach(json_object_get(device, "alarms"), i, alarm)
    {
        const char *code = json_string_value(alarm);
        if (code != NULL && strcmp(code, md_fact_text(device, "reason")) != 0) {
            bool known = md_text_reason_number(code) != UINT16_MAX; /* a cause says it better */
            md_say_add(text, size,
                       known ? md_say_reason(speech, code, MD_TEXT_SHORT)
                             : md_text_alarm(speech->language, code));
        }
    }
}

void md_say_approval(const struct md_speech *speech, const json_t *approval, char *text,
                     size_t size)
{
    static const struct {
        const char *order;
        enum md_word word;
    } kinds[] = {{"switch", MD_WORD_ORDER_SWITCH},
                 {"maintenance_begin", MD_WORD_ORDER_MAINTENANCE_BEGIN},
                 {"drill_begin", MD_WORD_ORDER_DRILL_BEGIN},
                 {"restore_loads", MD_WORD_ORDER_RESTORE_LOADS},
                 {"adopt_ladder", MD_WORD_ORDER_ADOPT_LADDER}};
    char left[48], what[400] = "";

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(md_fact_text(approval, "order"), kinds[i].order) == 0) {
            snprintf(what, sizeof(what), "%s: ", md_say(speech, kinds[i].word));
        }
    }
    md_text_append(what, sizeof(what), md_fact_text(approval, "text"));
    md_say_duration(speech, md_fact_number(approval, "left_s", 0), left, sizeof(left));
    md_text_fill(text, size, speech->language, MD_WORD_APPROVAL_WAITS, what,
                 md_fact_text(approval, "by"), left, md_fact_text(approval, "id"), NULL);
}

void md_say_duty(const struct md_speech *speech, const json_t *role, char *text, size_t size)
{
    const json_t *persons = json_object_get(role, "persons"), *person;
    const char *until = md_fact_text(role, "until");
    char part[160], clock[9];
    size_t i;

    snprintf(text, size, "%s  ", md_fact_text(role, "title"));
    json_array_foreach(persons, i, person)
    {
        md_text_append(text, size, i > 0 ? ", " : "");
        md_text_append(text, size, md_fact_text(person, "title"));
        if (md_fact_true(person, "away")) {
            md_text_append(text, size, md_say(speech, MD_WORD_DUTY_AWAY));
        }
        if (md_fact_true(person, "outgoing")) {
            md_text_append(text, size, md_say(speech, MD_WORD_DUTY_OUTGOING));
        }
        if (md_fact_true(person, "unapproved")) {
            md_text_append(text, size, md_say(speech, MD_WORD_DUTY_EXTRA));
        }
    }
    if (json_array_size(persons) == 0) {
        md_text_append(text, size, md_say(speech, MD_WORD_DUTY_NOBODY));
    }
    if (until[0] != '\0') {
        md_fact_clock(until, clock);
        snprintf(part, sizeof(part), "%.10s %.5s", until, clock);
        char filled[200];
        md_text_fill(filled, sizeof(filled), speech->language, MD_WORD_DUTY_UNTIL, part, NULL);
        md_text_append(text, size, filled);
    }
}
