/* SPDX-License-Identifier: Apache-2.0 */
/* Tests every channel without disturbing anybody, and prints whom to call by hand with what to say.
 * It owns no number: the daemon gives them to a person who may act. people.c calls it. */
#include "monitord/console/contacts_hand.h"

#include "config/load.h"
#include "config/names.h"
#include "monitord/console/ask.h"
#include "monitord/console/call_tree.h"
#include "monitord/console/orders.h"
#include "monitord/console/people.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/incident_name.h"

#include <string.h>
#include <time.h>

#define TEST_TRIES 120 /* half-second looks: longer than any channel's own time limit of a test */

static int refuse(const struct md_speech *speech, json_t *answer)
{
    char text[400];

    md_text_fill(text, sizeof(text), speech->language, MD_WORD_REFUSED, md_refusal(speech, answer),
                 NULL);
    md_plain_line(stderr, speech, text);
    json_decref(answer);
    return MD_EXIT_FAILED;
}

/* ---- the quiet test ---- */

/* Whether any channel is still being tested. */
static bool under_way(const json_t *status)
{
    const json_t *channel;
    size_t i;

    json_array_foreach(json_object_get(status, "channels"), i, channel)
    {
        if (md_fact_true(channel, "testing")) {
            return true;
        }
    }
    return false;
}

/* The status when all tests have ended, at the latest after a minute. New reference or NULL. */
static json_t *await_tests(const struct md_options *options)
{
    struct timespec pause = {.tv_nsec = 500000000};
    json_t *answer = md_ask_status(options);

    for (unsigned i = 0; i < TEST_TRIES && answer != NULL; i++) {
        if (!under_way(json_object_get(answer, "status"))) {
            return answer;
        }
        json_decref(answer);
        nanosleep(&pause, NULL);
        answer = md_ask_status(options);
    }
    return answer;
}

int md_contacts_test(const struct md_options *options)
{
    json_t *answer = md_ask(options, json_pack("{s:s}", "order", "contacts_test"));
    struct md_speech speech = md_options_speech(options, NULL);
    const json_t *channel;
    int code = MD_EXIT_OK;
    char text[300], detail[24];
    size_t i;

    if (answer == NULL || !md_fact_true(answer, "ok")) {
        return answer == NULL ? MD_EXIT_NO_DAEMON : refuse(&speech, answer);
    }
    json_decref(answer);
    answer = await_tests(options);
    if (answer == NULL) {
        return MD_EXIT_NO_DAEMON;
    }
    const json_t *status = json_object_get(answer, "status");
    speech = md_options_speech(options, status);
    json_array_foreach(json_object_get(status, "channels"), i, channel)
    {
        bool works = md_fact_true(channel, "works") && !md_fact_true(channel, "testing");

        snprintf(detail, sizeof(detail), "%.0f", md_fact_number(channel, "detail", 0));
        md_text_fill(text, sizeof(text), speech.language,
                     works ? MD_WORD_TEST_WORKS : MD_WORD_TEST_FAILS, md_fact_text(channel, "name"),
                     md_fact_text(channel, "kind"), detail, NULL);
        md_plain_line(stdout, &speech, text);
        code = works ? code : MD_EXIT_FAILED;
    }
    json_decref(answer);
    return code;
}

/* ---- the tree of calls ---- */

static void print_persons(const struct md_speech *speech, const struct site *site,
                          const json_t *status, const json_t *numbers, bool drill)
{
    json_t *persons = md_tree_persons(site, status, drill), *person;
    char text[400];
    size_t i;

    json_array_foreach(persons, i, person)
    {
        const char *id = md_fact_text(person, "id");
        const char *number = md_fact_text(numbers, id);

        md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_PERSON, id,
                     md_fact_text(person, "title"),
                     number[0] != '\0' ? number : md_say(speech, MD_WORD_TREE_NUMBER_NONE), NULL);
        md_plain_line(stdout, speech, text);
    }
    json_decref(persons);
}

/* Those outside who are called about what has failed, the agencies always; none in a drill. */
static void print_outside(const struct md_speech *speech, const struct site *site,
                          const json_t *incident)
{
    const json_t *subject = json_object_get(incident, "subject");
    const char *name = md_fact_text(subject, "name");
    char text[500], codes[180];

    for (unsigned i = 0; i < site->outside_count; i++) {
        const struct cfg_outside *outside = &site->outside[i];
        uint8_t line = cfg_name_find(site->lines, sizeof(site->lines[0]), site->line_count, name);
        uint8_t server = cfg_name_find(site->servers, sizeof(site->servers[0]), FO_SERVERS, name);
        uint8_t device =
            cfg_name_find(site->devices, sizeof(site->devices[0]), site->device_count, name);
        bool about = (line != FO_NONE && (outside->lines >> line & 1) != 0) ||
                     (server != FO_NONE && (outside->servers >> server & 1) != 0) ||
                     (device != FO_NONE && (outside->power >> device & 1) != 0);

        if (!about && outside->kind != CFG_OUTSIDE_AGENCY &&
            strcmp(md_fact_text(subject, "kind"), "site") != 0) {
            continue;
        }
        snprintf(codes, sizeof(codes), "%s %s", outside->circuit != NULL ? outside->circuit : "-",
                 outside->contract != NULL ? outside->contract : "-");
        md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_OUTSIDE, outside->title,
                     outside->phone, codes, outside->hours != NULL ? outside->hours : "", NULL);
        md_text_append(text, sizeof(text), "  ");
        md_text_append(text, sizeof(text), outside->id);
        md_plain_line(stdout, speech, text);
    }
}

static void print_tree(const struct md_speech *speech, const struct site *site,
                       const json_t *status, const json_t *incident, const json_t *numbers)
{
    bool drill = md_fact_true(incident, "drill");
    const char *id = md_fact_text(incident, "id");
    char text[1200];

    md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_TITLE, id, NULL);
    md_plain_line(stdout, speech, text);
    md_tree_script(speech, status, incident, text, sizeof(text));
    md_plain_line(stdout, speech, text);
    print_persons(speech, site, status, numbers, drill);
    if (!drill) {
        print_outside(speech, site, incident);
    }
    md_text_fill(text, sizeof(text), speech->language, MD_WORD_TREE_TICKS, id, NULL);
    md_plain_line(stdout, speech, text);
}

int md_contacts_tree(const struct md_options *options)
{
    json_t *whole = md_ask_status(options);
    const json_t *status = json_object_get(whole, "status");
    struct md_speech speech = md_options_speech(options, status);
    char id[MD_INCIDENT_NAME_SIZE];
    const json_t *incident = status != NULL && md_order_incident_id(status, options->second, id)
                                 ? md_fact_find(json_object_get(status, "incidents"), "id", id)
                                 : NULL;
    int code = MD_EXIT_OK;

    if (incident == NULL) {
        if (status != NULL) {
            md_plain_line(stderr, &speech, md_say(&speech, MD_WORD_ERROR_NO_INCIDENT));
        }
        json_decref(whole);
        return status != NULL ? MD_EXIT_FAILED : MD_EXIT_NO_DAEMON;
    }
    json_t *answer = md_ask(options, json_pack("{s:s}", "order", "numbers"));
    if (answer == NULL || !md_fact_true(answer, "ok")) {
        code = answer == NULL ? MD_EXIT_NO_DAEMON : refuse(&speech, answer);
        json_decref(whole);
        return code;
    }
    struct site *site = md_people_site(options, true);
    if (site == NULL) {
        code = MD_EXIT_UNKNOWN;
    } else {
        print_tree(&speech, site, status, incident, json_object_get(answer, "numbers"));
    }
    cfg_site_free(site);
    json_decref(answer);
    json_decref(whole);
    return code;
}
