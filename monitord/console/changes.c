/* SPDX-License-Identifier: Apache-2.0 */
/* What changed between two statuses, a line a change, for screen readers and logs. It owns the
 * choice of facts whose change is worth a line: states, roles and answers of people, never an age
 * or a measured value. `watch --plain` calls it. */
#include "monitord/console/plain.h"

#include "monitord/fact.h"

#include <string.h>

#define LINE 600

static void fact(json_t *facts, const struct md_speech *speech, enum md_word label,
                 const char *name, const char *text)
{
    char key[300];

    snprintf(key, sizeof(key), "%s%s%s", md_say(speech, label), name[0] != '\0' ? " " : "", name);
    json_object_set_new(facts, key, json_string(text));
}

/* "○ 正常" and, unless it is ok, why. */
static void state_text(const struct md_speech *speech, const json_t *entry, char *text, size_t size)
{
    const char *state = md_fact_text(entry, "state");
    const char *why = md_say_reason(speech, md_fact_text(entry, "reason"), MD_TEXT_SHORT);

    snprintf(text, size, "%s %s", md_say_mark(speech, state), md_say_state(speech, state));
    if (why[0] != '\0' && strcmp(state, "ok") != 0) {
        md_text_append(text, size, "  ");
        md_text_append(text, size, why);
    }
}

static void facts_of_things(json_t *facts, const struct md_speech *speech, const json_t *status)
{
    static const struct {
        const char *key;
        enum md_word label;
    } kinds[] = {{"services", MD_WORD_LABEL_SERVICE},
                 {"servers", MD_WORD_LABEL_SERVER},
                 {"lines", MD_WORD_LABEL_LINE},
                 {"power", MD_WORD_LABEL_POWER}};
    char text[LINE];
    json_t *entry;
    size_t i;

    for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        json_array_foreach(json_object_get(status, kinds[kind].key), i, entry)
        {
            state_text(speech, entry, text, sizeof(text));
            if (kinds[kind].label == MD_WORD_LABEL_SERVER) {
                md_text_append(text, sizeof(text), "  ");
                md_text_append(text, sizeof(text), md_say_role(speech, entry));
            } else if (md_fact_true(entry, "active")) {
                md_text_append(text, sizeof(text), "  ");
                md_text_append(text, sizeof(text), md_say(speech, MD_WORD_LINE_ACTIVE));
            } else if (md_fact_true(entry, "on_battery")) {
                md_text_append(text, sizeof(text), "  ");
                md_text_append(text, sizeof(text), md_say(speech, MD_WORD_ON_BATTERY));
            }
            fact(facts, speech, kinds[kind].label, md_fact_text(entry, "name"), text);
        }
    }
}

static void facts_of_incidents(json_t *facts, const struct md_speech *speech, const json_t *status)
{
    char text[LINE];
    const char *did;
    json_t *incident;
    size_t i;

    json_array_foreach(json_object_get(status, "incidents"), i, incident)
    {
        const char *acked = md_fact_text(incident, "acked_by");
        bool open = strcmp(md_fact_text(incident, "state"), "open") == 0;
        md_say_incident(speech, status, incident, text, sizeof(text));
        md_text_append(text, sizeof(text), "  ");
        md_text_append(text, sizeof(text), md_say(speech, open ? MD_WORD_OPEN : MD_WORD_RECOVERED));
        did = md_say_reason(speech, md_fact_text(incident, "did"), MD_TEXT_TITLE);
        if (did[0] != '\0') {
            md_text_append(text, sizeof(text), "  ");
            md_text_append(text, sizeof(text), did);
        }
        if (acked[0] != '\0') {
            char who[200];
            md_text_fill(who, sizeof(who), speech->language, MD_WORD_ACKED_BY, acked, NULL);
            md_text_append(text, sizeof(text), "  ");
            md_text_append(text, sizeof(text), who);
        }
        fact(facts, speech, MD_WORD_LABEL_INCIDENT, md_fact_text(incident, "id"), text);
    }
}

json_t *md_plain_facts(const struct md_speech *speech, const json_t *status)
{
    json_t *facts = json_object();
    char text[LINE];
    json_t *block;
    size_t i;

    snprintf(text, sizeof(text), "%s %s  %s", md_say_mark(speech, md_fact_text(status, "state")),
             md_say_state(speech, md_fact_text(status, "state")), md_say_mode(speech, status));
    fact(facts, speech, MD_WORD_LABEL_STATE, "", text);
    facts_of_incidents(facts, speech, status);
    json_array_foreach(json_object_get(status, "blocked"), i, block)
    {
        char about[200];
        md_say_subject(speech, status, json_object_get(block, "subject"), about, sizeof(about));
        fact(facts, speech, MD_WORD_LABEL_BLOCKED, about,
             md_say_reason(speech, md_fact_text(block, "reason"), MD_TEXT_TITLE));
    }
    json_array_foreach(json_object_get(status, "approvals"), i, block)
    {
        snprintf(text, sizeof(text), "%s  %s", md_fact_text(block, "text"),
                 md_fact_text(block, "by")); /* no time left: an age is no change */
        fact(facts, speech, MD_WORD_LABEL_APPROVAL, md_fact_text(block, "id"), text);
    }
    facts_of_things(facts, speech, status);
    return facts;
}

size_t md_plain_changes(FILE *out, const struct md_speech *speech, const json_t *before,
                        const json_t *after, const char *clock)
{
    char line[LINE * 2];
    const char *key;
    size_t count = 0;
    json_t *value;

    json_object_foreach((json_t *)after, key, value)
    {
        if (!json_equal(json_object_get(before, key), value)) {
            snprintf(line, sizeof(line), "%s %s: %s", clock, key, json_string_value(value));
            md_plain_line(out, speech, line);
            count++;
        }
    }
    json_object_foreach((json_t *)before, key, value)
    {
        if (json_object_get(after, key) == NULL) {
            snprintf(line, sizeof(line), "%s %s: %s", clock, key, md_say(speech, MD_WORD_GONE));
            md_plain_line(out, speech, line);
            count++;
        }
    }
    return count;
}
