/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and memory of the call tree's page (see tree_desk.h). A box is ticked only when the daemon
 * has taken the record, never by the key alone. */
#include "monitord/console/tree_desk.h"

#include "config/load.h"
#include "monitord/console/people.h"
#include "monitord/fact.h"

#include <stdio.h>
#include <string.h>

static const struct {
    int key;
    const char *outcome; /* as the order "called" names it */
    enum md_word word;
} outcomes[] = {{'1', "reached", MD_WORD_TREE_REACHED},
                {'2', "no-answer", MD_WORD_TREE_NO_ANSWER},
                {'3', "taken", MD_WORD_TREE_TAKEN},
                {'4', "cannot", MD_WORD_TREE_CANNOT}};

#define OUTCOMES (sizeof(outcomes) / sizeof(outcomes[0]))

void md_tree_desk_open(struct md_tree_desk *desk, const struct md_options *options)
{
    cfg_site_free(desk->site);
    desk->site = md_people_site(options, false);
    desk->chosen[0] = '\0';
}

void md_tree_desk_leave(struct md_tree_desk *desk)
{
    json_decref(desk->numbers);
    desk->numbers = NULL;
    json_decref(desk->tree);
    desk->tree = NULL; /* it has copies of the numbers */
}

void md_tree_desk_free(struct md_tree_desk *desk)
{
    md_tree_desk_leave(desk);
    json_decref(desk->ticks);
    cfg_site_free(desk->site);
    *desk = (struct md_tree_desk){.ticks = NULL};
}

/* ---- what is shown -------------------------------------------------------------------------- */

/* The key of a tick: one person in one incident. */
static void tick_key(const char *incident, const char *person, char key[128])
{
    snprintf(key, 128, "%.31s %.63s", incident, person);
}

/* The first, when nobody is chosen who is still there. */
static size_t place_of(const json_t *persons, const char *id)
{
    size_t place = md_fact_place(persons, id);
    return place < json_array_size(persons) ? place : 0;
}

/* What the desk knows of a person of the tree: how the call went, the number. */
static void complete(const struct md_tree_desk *desk, const struct md_speech *speech,
                     const char *incident, json_t *person)
{
    const char *id = md_fact_text(person, "id");
    const char *number = md_fact_text(desk->numbers, id);
    char key[128];

    tick_key(incident, id, key);
    const char *tick = md_fact_text(desk->ticks, key);
    for (size_t i = 0; i < OUTCOMES; i++) {
        if (strcmp(tick, outcomes[i].outcome) == 0) {
            json_object_set_new(person, "outcome", json_string(md_say(speech, outcomes[i].word)));
            json_object_set_new(person, "answered", json_boolean(outcomes[i].key != '2'));
        }
    }
    if (desk->numbers != NULL) {
        json_object_set_new(
            person, "number",
            json_string(number[0] != '\0' ? number : md_say(speech, MD_WORD_TREE_NUMBER_NONE)));
    }
}

void md_tree_desk_refresh(struct md_tree_desk *desk, const struct md_speech *speech,
                          const json_t *status)
{
    const json_t *incident = md_tree_incident(status);
    char script[1200];
    json_t *person;
    size_t i;

    json_decref(desk->tree);
    desk->tree = NULL;
    if (incident == NULL) {
        return;
    }
    json_t *persons = md_tree_persons_masked(desk->site, status, md_fact_true(incident, "drill"));
    json_array_foreach(persons, i, person)
    {
        complete(desk, speech, md_fact_text(incident, "id"), person);
    }
    md_tree_script(speech, status, incident, script, sizeof(script));
    desk->tree = json_pack("{s:s, s:s, s:I, s:o}", "incident", md_fact_text(incident, "id"),
                           "script", script, "chosen", (json_int_t)place_of(persons, desk->chosen),
                           "persons", persons);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void ask_tick(const struct md_tree_desk *desk, struct md_acting *acting,
                     const struct md_speech *speech, size_t outcome)
{
    const json_t *persons = json_object_get(desk->tree, "persons");
    const json_t *person = json_array_get(persons, place_of(persons, desk->chosen));

    if (person == NULL) {
        md_acting_say(acting, speech, MD_WORD_TREE_NOBODY, "");
        return;
    }
    md_acting_ask_called(acting, speech, md_fact_text(desk->tree, "incident"), person,
                         outcomes[outcome].outcome, outcomes[outcome].word);
}

static void choose_next(struct md_tree_desk *desk)
{
    const json_t *persons = json_object_get(desk->tree, "persons");
    size_t count = json_array_size(persons);

    if (count > 0) {
        size_t next = (place_of(persons, desk->chosen) + 1) % count;
        snprintf(desk->chosen, sizeof(desk->chosen), "%s",
                 md_fact_text(json_array_get(persons, next), "id"));
    }
}

bool md_tree_desk_key(struct md_tree_desk *desk, struct md_acting *acting,
                      const struct md_speech *speech, int key)
{
    if (key == '\t') {
        choose_next(desk);
        return true;
    }
    if (key == '#') {
        md_acting_ask(acting, speech, "numbers", "", "", MD_WORD_CONFIRM_NUMBERS, NULL);
        return true;
    }
    for (size_t i = 0; i < OUTCOMES; i++) {
        if (outcomes[i].key == key) {
            ask_tick(desk, acting, speech, i);
            return true;
        }
    }
    return false;
}

void md_tree_desk_done(void *context, const struct md_acting *acting, const json_t *answer)
{
    struct md_tree_desk *desk = context;
    char key[128];

    if (strcmp(acting->order, "numbers") == 0) {
        json_decref(desk->numbers);
        desk->numbers = json_incref(json_object_get(answer, "numbers"));
    } else if (strcmp(acting->order, "called") == 0) {
        desk->ticks = desk->ticks != NULL ? desk->ticks : json_object();
        tick_key(acting->id, acting->called, key);
        json_object_set_new(desk->ticks, key, json_string(acting->outcome));
    }
}
