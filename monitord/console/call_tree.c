/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of calls as data (see call_tree.h). It owns the order of the persons and the choice of
 * the incident; what is said of it comes from speech.h. */
#include "monitord/console/call_tree.h"

#include "monitord/console/mask.h"
#include "monitord/console/plain.h"
#include "monitord/console/ranking.h"
#include "monitord/fact.h"

#include <string.h>

bool md_tree_begins(struct md_tree_onset *onset, const json_t *status)
{
    const json_t *cut = json_object_get(status, "contacts_cut");
    bool began = json_is_true(cut) && !onset->holds;

    onset->holds = json_is_boolean(cut) ? json_is_true(cut) : onset->holds;
    return began;
}

/* ---- about what ----------------------------------------------------------------------------- */

static int weight(const json_t *incident)
{
    return (md_fact_true(incident, "drill") ? 1000 : 0) +
           (md_fact_true(incident, "class2") ? 0 : 100) +
           (int)md_fact_number(incident, "severity", 4);
}

const json_t *md_tree_incident(const json_t *status)
{
    const json_t *order[MD_RANKED_MAX], *best = NULL;
    size_t count = md_rank_incidents(status, order, MD_RANKED_MAX);

    for (size_t i = 0; i < count; i++) {
        bool open = strcmp(md_fact_text(order[i], "state"), "open") == 0;
        if (open && (best == NULL || weight(order[i]) < weight(best))) {
            best = order[i];
        }
    }
    return best;
}

/* The advice is sentences; the script has the stop that follows them. */
static void without_stop(char *text)
{
    static const char *const stops[] = {"。", "."};

    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        size_t length = strlen(text), stop = strlen(stops[i]);
        if (length >= stop && strcmp(text + length - stop, stops[i]) == 0) {
            text[length - stop] = '\0';
        }
    }
}

void md_tree_script(const struct md_speech *speech, const json_t *status, const json_t *incident,
                    char *text, size_t size)
{
    bool drill = md_fact_true(incident, "drill");
    char what[400], advice[400];

    md_say_incident(speech, status, incident, what, sizeof(what));
    md_say_advice(speech, incident, advice, sizeof(advice));
    without_stop(advice);
    md_text_fill(text, size, speech->language,
                 drill ? MD_WORD_TREE_SCRIPT_DRILL : MD_WORD_TREE_SCRIPT,
                 md_fact_text(status, "site"), what, advice, NULL);
}

/* ---- whom ----------------------------------------------------------------------------------- */

/* Whether the person is called for one of these roles now, as the daemon says. */
static bool is_on_duty(const struct site *site, const json_t *status, unsigned person,
                       uint32_t roles)
{
    const json_t *role, *entry;
    size_t i, j;

    json_array_foreach(json_object_get(status, "duty"), i, role)
    {
        uint8_t index = FO_NONE;
        for (uint8_t k = 0; k < site->role_count; k++) {
            index = strcmp(site->roles[k].id, md_fact_text(role, "role")) == 0 ? k : index;
        }
        json_array_foreach(json_object_get(role, "persons"), j, entry)
        {
            if (index != FO_NONE && (roles >> index & 1) != 0 &&
                strcmp(md_fact_text(entry, "id"), site->persons[person].id) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void list_person(json_t *list, const char *id, const char *person, const char *title)
{
    if (md_fact_place(list, id) == json_array_size(list)) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "id", id, "person", person, "title", title));
    }
}

/* Without the site: as listed, by what everybody may read. */
static void list_by_duty(json_t *list, const json_t *status)
{
    const json_t *role, *entry;
    size_t i, j;

    json_array_foreach(json_object_get(status, "duty"), i, role)
    {
        json_array_foreach(json_object_get(role, "persons"), j, entry)
        {
            list_person(list, md_fact_text(entry, "id"), md_fact_text(role, "role"),
                        md_fact_text(role, "title"));
        }
    }
}

json_t *md_tree_persons(const struct site *site, const json_t *status, bool drill)
{
    json_t *list = json_array();

    if (site == NULL) {
        if (!drill) {
            list_by_duty(list, status);
        }
        return list;
    }
    for (unsigned rung = 0; rung < site->rung_count; rung++) {
        for (unsigned i = 0; i < site->person_count; i++) {
            if ((!drill || site->policy.persons[i].drill) &&
                is_on_duty(site, status, i, site->policy.rungs[rung].roles)) {
                const struct cfg_person *person = &site->persons[i];
                list_person(list, person->id, person->id, person->title);
            }
        }
    }
    return list;
}

json_t *md_tree_persons_masked(const struct site *site, const json_t *status, bool drill)
{
    json_t *list = md_tree_persons(site, status, drill);

    md_mask_people(list, site);
    return list;
}

/* ---- as lines ------------------------------------------------------------------------------- */

void md_tree_print(FILE *out, const struct md_speech *speech, const struct site *site,
                   const json_t *status)
{
    const json_t *incident = md_tree_incident(status), *person;
    const char *id = md_fact_text(incident, "id");
    char text[1200];
    size_t i;

    md_plain_line(out, speech, md_say(speech, MD_WORD_TREE_WHY));
    if (incident == NULL) {
        md_plain_line(out, speech, md_say(speech, MD_WORD_NO_OPEN_INCIDENT));
        return;
    }
    md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_TITLE, id, NULL);
    md_plain_line(out, speech, text);
    md_tree_script(speech, status, incident, text, sizeof(text));
    md_plain_line(out, speech, text);
    json_t *persons = md_tree_persons_masked(site, status, md_fact_true(incident, "drill"));
    json_array_foreach(persons, i, person)
    {
        snprintf(text, sizeof(text), "[ ] %s  %s", md_fact_text(person, "person"),
                 md_fact_text(person, "title"));
        md_plain_line(out, speech, text);
    }
    if (json_array_size(persons) == 0) {
        md_plain_line(out, speech, md_say(speech, MD_WORD_TREE_NOBODY));
    }
    json_decref(persons);
    md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_NUMBERS_BY, id, NULL);
    md_plain_line(out, speech, text);
    md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_TICKS, id, NULL);
    md_plain_line(out, speech, text);
}
