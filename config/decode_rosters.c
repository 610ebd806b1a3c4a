/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the rosters: platoons in a cycle of shifts, and office hours. It never asks what day it is;
 * roster.c answers for a minute. Called by load.c after the people. */
#include "config/calendar.h"
#include "config/decode.h"

#include <string.h>

static const char *const words_kind[] = {"shifts", "office", NULL};
static const struct {
    const char *word;
} weekdays[7] = {{"sun"}, {"mon"}, {"tue"}, {"wed"}, {"thu"}, {"fri"}, {"sat"}};
#define WORKING_DAYS 0x3e /* Monday to Friday */

struct platoon_text {
    const char *name;
    struct cfg_texts persons;
};
static const struct cfg_key platoon_keys[] = {
    {"name", CFG_TYPE_TEXT, true, offsetof(struct platoon_text, name), NULL, 0, 60, NULL, NULL},
    {"persons", CFG_TYPE_TEXTS, true, offsetof(struct platoon_text, persons), NULL, 0,
     CFG_TEXTS_MAX, NULL, NULL},
};
const struct cfg_table cfg_table_platoon = CFG_TABLE("a platoon", platoon_keys);

struct roster_text {
    const char *name, *start, *begins, *ends;
    uint8_t kind;
    struct cfg_texts roles, cycle, persons, weekdays, closed;
    int64_t shift, overlap;
    bool holidays;
};
#define AT(field) offsetof(struct roster_text, field)
static const struct cfg_key roster_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, AT(kind), NULL, 0, 0, words_kind, NULL},
    {"roles", CFG_TYPE_TEXTS, true, AT(roles), NULL, 0, FO_ROLES_MAX, NULL, NULL},
    {"begins", CFG_TYPE_TEXT, false, AT(begins), "08:30", 0, 5, NULL, NULL},
    {"start", CFG_TYPE_TEXT, false, AT(start), NULL, 0, 10, NULL, NULL},
    {"shift", CFG_TYPE_DURATION, false, AT(shift), "24h", FO_HOUR, 24 * FO_HOUR, NULL, NULL},
    {"overlap", CFG_TYPE_DURATION, false, AT(overlap), "1h", 0, 12 * FO_HOUR, NULL, NULL},
    {"platoons", CFG_TYPE_LIST, false, 0, NULL, 0, 0, NULL, &cfg_table_platoon},
    {"cycle", CFG_TYPE_TEXTS, false, AT(cycle), NULL, 0, CFG_CYCLE_MAX, NULL, NULL},
    {"ends", CFG_TYPE_TEXT, false, AT(ends), "17:15", 0, 5, NULL, NULL},
    {"persons", CFG_TYPE_TEXTS, false, AT(persons), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
    {"weekdays", CFG_TYPE_TEXTS, false, AT(weekdays), NULL, 0, 7, NULL, NULL},
    {"holidays", CFG_TYPE_BOOL, false, AT(holidays), "false", 0, 0, NULL, NULL},
    {"closed", CFG_TYPE_TEXTS, false, AT(closed), NULL, 0, CFG_CLOSED_MAX, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_roster = CFG_TABLE("a roster", roster_keys);

static const char *name_or(const char *name)
{
    return name != NULL ? name : "?";
}

static uint16_t clock_read(struct cfg_source *source, config_setting_t *group, const char *key,
                           const char *text)
{
    unsigned minute = 0;
    if (!cfg_clock_parse(text, &minute)) {
        cfg_error_at(source, group, key, "\"%.20s\" is no time of day; write it like \"08:30\"",
                     text);
    }
    return (uint16_t)minute;
}

static int32_t day_read(struct cfg_source *source, config_setting_t *group, const char *key,
                        const char *text)
{
    int64_t minute = 0;
    bool timed = false;
    if (!cfg_minute_parse(text, &minute, &timed) || timed) {
        cfg_error_at(source, group, key, "\"%.20s\" is no date; write it like \"2026-04-01\"",
                     text);
    }
    return (int32_t)(minute / CFG_DAY_MINUTES);
}

/* What is not used for the other kind of roster. */
static void kind_check(struct cfg_source *source, config_setting_t *group, uint8_t kind)
{
    static const struct {
        const char *key;
        uint8_t kind;
    } keys[] = {{"start", CFG_ROSTER_SHIFTS},    {"shift", CFG_ROSTER_SHIFTS},
                {"overlap", CFG_ROSTER_SHIFTS},  {"platoons", CFG_ROSTER_SHIFTS},
                {"cycle", CFG_ROSTER_SHIFTS},    {"ends", CFG_ROSTER_OFFICE},
                {"persons", CFG_ROSTER_OFFICE},  {"weekdays", CFG_ROSTER_OFFICE},
                {"holidays", CFG_ROSTER_OFFICE}, {"closed", CFG_ROSTER_OFFICE}};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].kind != kind && cfg_member(group, keys[i].key) != NULL) {
            cfg_error_at(source, group, keys[i].key, "is only for kind = \"%s\"",
                         words_kind[keys[i].kind]);
        }
    }
}

/* ---- shifts ---------------------------------------------------------------------------------- */

static void platoons_fill(struct cfg_source *source, config_setting_t *group,
                          const struct site *site, struct cfg_roster *roster)
{
    unsigned count = cfg_list_count(source, group, "platoons", CFG_PLATOONS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *item = cfg_list_item(group, "platoons", i);
        struct platoon_text text = {0};
        if (item == NULL) {
            continue;
        }
        cfg_table_read(source, item, &cfg_table_platoon, &text);
        cfg_name_unique(source, item, "name", roster->platoons, sizeof roster->platoons[0], i,
                        text.name);
        roster->platoons[i].name = text.name;
        roster->platoons[i].persons =
            cfg_names_resolve(source, item, "persons", &text.persons, site->persons,
                              sizeof site->persons[0], site->person_count, "person");
        roster->persons |= roster->platoons[i].persons;
        if (text.persons.count == 0 && cfg_member(item, "persons") != NULL) {
            cfg_error_at(source, item, "persons", "is empty; a platoon has somebody in it");
        }
    }
    roster->platoon_count = (uint8_t)count;
    if (count < 2) {
        cfg_error_at(source, group, "platoons",
                     "has %u entries; shifts need two platoons or more, like "
                     "( { name = \"1\"; persons = [ … ]; }, { name = \"2\"; persons = [ … ]; } )",
                     count);
    }
}

/* Without a cycle the platoons follow each other in their order. */
static void cycle_fill(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_texts *cycle, struct cfg_roster *roster)
{
    uint32_t used = 0;
    for (unsigned i = 0; i < cycle->count; i++) {
        uint8_t platoon =
            cfg_name_resolve(source, group, "cycle", cycle->items[i], roster->platoons,
                             sizeof roster->platoons[0], roster->platoon_count, "platoon");
        roster->cycle[i] = platoon != FO_NONE ? platoon : 0;
        used |= platoon != FO_NONE ? 1U << platoon : 0;
    }
    roster->cycle_count = cycle->count;
    if (cycle->count > 0) {
        for (unsigned i = 0; i < roster->platoon_count; i++) {
            if ((used >> i & 1) == 0) {
                cfg_warning_at(source, group, "cycle", "never calls the platoon \"%s\"",
                               name_or(roster->platoons[i].name));
            }
        }
        return;
    }
    roster->cycle_count = roster->platoon_count;
    for (uint8_t i = 0; i < roster->platoon_count; i++) {
        roster->cycle[i] = i;
    }
}

static void shifts_fill(struct cfg_source *source, config_setting_t *group,
                        const struct roster_text *text, const struct site *site,
                        struct cfg_roster *roster)
{
    platoons_fill(source, group, site, roster);
    cycle_fill(source, group, &text->cycle, roster);
    if (text->start == NULL) {
        cfg_error_at(source, group, "start",
                     "is missing; the date on which the first shift of the cycle begins, like "
                     "\"2026-04-01\"");
    } else {
        roster->start_day = day_read(source, group, "start", text->start);
    }
    roster->shift_min = (uint16_t)(text->shift / FO_MINUTE);
    roster->overlap_min = (uint16_t)(text->overlap / FO_MINUTE);
    if (CFG_DAY_MINUTES % roster->shift_min != 0) {
        cfg_error_at(source, group, "shift",
                     "does not divide a day; write \"24h\", \"12h\", \"8h\" or \"6h\"");
        roster->shift_min = CFG_DAY_MINUTES;
    }
    if (roster->overlap_min >= roster->shift_min) {
        cfg_error_at(source, group, "overlap", "must be shorter than a shift");
    }
}

/* ---- office hours ---------------------------------------------------------------------------- */

static void office_fill(struct cfg_source *source, config_setting_t *group,
                        const struct roster_text *text, const struct site *site,
                        struct cfg_roster *roster)
{
    roster->persons = cfg_names_resolve(source, group, "persons", &text->persons, site->persons,
                                        sizeof site->persons[0], site->person_count, "person");
    if (text->persons.count == 0) {
        cfg_error_at(source, group, "persons", "is missing; who keeps these office hours");
    }
    roster->ends_min = clock_read(source, group, "ends", text->ends);
    if (roster->ends_min <= roster->begins_min) {
        cfg_error_at(source, group, "ends", "must come after begins on the same day");
    }
    roster->weekdays = text->weekdays.count > 0
                           ? (uint8_t)cfg_names_resolve(source, group, "weekdays", &text->weekdays,
                                                        weekdays, sizeof weekdays[0], 7, "weekday")
                           : WORKING_DAYS;
    roster->holidays = text->holidays;
    for (unsigned i = 0; i < text->closed.count; i++) {
        roster->closed[i] = day_read(source, group, "closed", text->closed.items[i]);
    }
    roster->closed_count = text->closed.count;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* A person of a roster that binds none of his roles stands there by mistake. */
static void persons_check(struct cfg_source *source, config_setting_t *group,
                          const struct site *site, const struct cfg_roster *roster)
{
    for (unsigned i = 0; i < site->person_count && roster->roles != 0; i++) {
        if ((roster->persons >> i & 1) != 0 &&
            (site->policy.persons[i].roles & roster->roles) == 0) {
            cfg_error_at(source, group, NULL,
                         "\"%s\" has none of the roles of this roster; give the person one of "
                         "them or take it out",
                         name_or(site->persons[i].id));
        }
    }
}

static void roster_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                          struct site *site)
{
    struct roster_text text = {0};
    struct cfg_roster *roster = &site->rosters[index];
    cfg_table_read(source, group, &cfg_table_roster, &text);
    cfg_name_unique(source, group, "name", site->rosters, sizeof site->rosters[0], index,
                    text.name);
    roster->name = text.name;
    roster->kind = text.kind;
    roster->line = cfg_line_at(group, NULL);
    roster->roles = (uint32_t)cfg_names_resolve(source, group, "roles", &text.roles, site->roles,
                                                sizeof site->roles[0], site->role_count, "role");
    roster->begins_min = clock_read(source, group, "begins", text.begins);
    if (roster->begins_min >= CFG_DAY_MINUTES) {
        cfg_error_at(source, group, "begins", "must be before 24:00");
    }
    kind_check(source, group, text.kind);
    if (text.kind == CFG_ROSTER_SHIFTS) {
        shifts_fill(source, group, &text, site, roster);
    } else {
        office_fill(source, group, &text, site, roster);
    }
    persons_check(source, group, site, roster);
}

void cfg_decode_rosters(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "rosters", CFG_ROSTERS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "rosters", i);
        if (group != NULL) {
            roster_decode(source, group, i, site);
        }
    }
    site->roster_count = (uint8_t)count;
}
