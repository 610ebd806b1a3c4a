/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty, as JSON (see status_duty.h). It decides nothing. */
#include "monitord/status_duty.h"

#include "monitord/code_names.h"
#include "monitord/wall_time.h"

static json_t *person_json(const struct site *site, const struct fo_view *view,
                           const struct md_duty_facts *duty, unsigned role, unsigned person)
{
    const struct fo_roster *roster = &duty->roster;

    return json_pack("{s:s, s:s, s:b, s:b, s:b}", "id", site->persons[person].id, "title",
                     site->persons[person].title, "outgoing",
                     (int)(duty->known && (roster->outgoing[role] >> person & 1) != 0), "away",
                     (int)(view->away >> person & 1), "unapproved",
                     (int)(duty->known && (roster->extra >> person & 1) != 0));
}

json_t *md_status_duty(const struct site *site, const struct fo_view *view,
                       const struct md_duty_facts *duty)
{
    static const struct md_duty_facts unknown;
    json_t *list = json_array();

    duty = duty != NULL ? duty : &unknown;
    for (unsigned role = 0; role < site->role_count; role++) {
        json_t *persons = json_array();
        char until[MD_WALL_TEXT_SIZE] = "";

        for (unsigned i = 0; i < site->person_count; i++) {
            if ((view->on_duty[role] >> i & 1) != 0) {
                json_array_append_new(persons, person_json(site, view, duty, role, i));
            }
        }
        if (duty->until_wall_ms[role] != 0) {
            md_wall_text(site->timezone, duty->until_wall_ms[role], until);
        }
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:s?}", "role", site->roles[role].id,
                                              "title", site->roles[role].title, "persons", persons,
                                              "until", until[0] != '\0' ? until : NULL));
    }
    return list;
}

json_t *md_status_channels(const struct site *site, const struct md_self_test *test)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < site->channel_count; i++) {
        bool known = test != NULL && test->channels[i].known;

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:o, s:b, s:i}", "name", site->channels[i].name, "kind",
                            md_channel_kind_name(site->channels[i].kind), "works",
                            known ? json_boolean(test->channels[i].works) : json_null(), "testing",
                            (int)(test != NULL && !known), "detail",
                            known ? test->channels[i].detail : 0));
    }
    return list;
}
