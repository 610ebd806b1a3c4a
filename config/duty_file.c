/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the duty file (see duty_file.h). It judges every entry against the site; who is on duty
 * then is roster.c's. */
#include "config/duty_file.h"

#include "config/calendar.h"
#include "config/schema.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct absence_text {
    const char *person, *from, *until, *reason;
};
#define AT(field) offsetof(struct absence_text, field)
static const struct cfg_key absence_keys[] = {
    {"person", CFG_TYPE_NAME, true, AT(person), NULL, 0, 0, NULL, NULL},
    {"from", CFG_TYPE_TEXT, true, AT(from), NULL, 0, 16, NULL, NULL},
    {"until", CFG_TYPE_TEXT, true, AT(until), NULL, 0, 16, NULL, NULL},
    {"reason", CFG_TYPE_TEXT, false, AT(reason), NULL, 0, 120, NULL, NULL},
};
#undef AT
static const struct cfg_table absence_table = CFG_TABLE("an absence", absence_keys);

struct substitute_text {
    const char *person, *stands_for, *from, *until, *approved_by;
};
#define AT(field) offsetof(struct substitute_text, field)
static const struct cfg_key substitute_keys[] = {
    {"person", CFG_TYPE_NAME, true, AT(person), NULL, 0, 0, NULL, NULL},
    {"stands_for", CFG_TYPE_NAME, true, AT(stands_for), NULL, 0, 0, NULL, NULL},
    {"from", CFG_TYPE_TEXT, true, AT(from), NULL, 0, 16, NULL, NULL},
    {"until", CFG_TYPE_TEXT, true, AT(until), NULL, 0, 16, NULL, NULL},
    {"approved_by", CFG_TYPE_NAME, false, AT(approved_by), NULL, 0, 0, NULL, NULL},
};
#undef AT
static const struct cfg_table substitute_table = CFG_TABLE("a substitute", substitute_keys);

struct shift_text {
    const char *roster, *date, *platoon, *person, *by;
};
#define AT(field) offsetof(struct shift_text, field)
static const struct cfg_key shift_day_keys[] = {
    {"roster", CFG_TYPE_NAME, true, AT(roster), NULL, 0, 0, NULL, NULL},
    {"date", CFG_TYPE_TEXT, true, AT(date), NULL, 0, 16, NULL, NULL},
    {"platoon", CFG_TYPE_TEXT, true, AT(platoon), NULL, 0, 60, NULL, NULL},
};
static const struct cfg_table shift_day_table =
    CFG_TABLE("a shift of another platoon", shift_day_keys);
static const struct cfg_key swap_keys[] = {
    {"roster", CFG_TYPE_NAME, true, AT(roster), NULL, 0, 0, NULL, NULL},
    {"date", CFG_TYPE_TEXT, true, AT(date), NULL, 0, 16, NULL, NULL},
    {"person", CFG_TYPE_NAME, true, AT(person), NULL, 0, 0, NULL, NULL},
    {"by", CFG_TYPE_NAME, true, AT(by), NULL, 0, 0, NULL, NULL},
};
#undef AT
static const struct cfg_table swap_table = CFG_TABLE("a swap", swap_keys);

#define LIST(name, table)                                       \
    {                                                           \
        name, CFG_TYPE_LIST, false, 0, NULL, 0, 0, NULL, &table \
    }
static const struct cfg_key file_keys[] = {
    LIST("absences", absence_table),
    LIST("substitutes", substitute_table),
    LIST("shifts", shift_day_table),
    LIST("swaps", swap_table),
};
const struct cfg_table cfg_duty_file = CFG_TABLE("a duty file", file_keys);

/* ---- parts of entries ------------------------------------------------------------------------ */

/* Where an entry is being read. */
struct entry {
    struct cfg_source *source;
    const struct site *site;
    config_setting_t *group;
};

static uint8_t person_read(const struct entry *entry, const char *key, const char *id)
{
    return cfg_name_resolve(entry->source, entry->group, key, id, entry->site->persons,
                            sizeof entry->site->persons[0], entry->site->person_count, "person");
}

static int64_t minute_read(const struct entry *entry, const char *key, const char *text,
                           bool whole_day)
{
    int64_t minute = 0;
    bool timed = false;
    if (text != NULL && (!cfg_minute_parse(text, &minute, &timed) || (whole_day && timed))) {
        cfg_error_at(entry->source, entry->group, key, "\"%.20s\" is no %s; write it like \"%s\"",
                     text, whole_day ? "date" : "date or time",
                     whole_day ? "2026-12-31" : "2026-12-31 08:30");
    }
    return minute;
}

/* A day as the end is meant with that day in it. */
static struct cfg_span span_read(const struct entry *entry, const char *from, const char *until)
{
    int64_t end = 0;
    bool timed = true;
    struct cfg_span span = {.from = minute_read(entry, "from", from, false),
                            .until = minute_read(entry, "until", until, false)};
    if (until != NULL && cfg_minute_parse(until, &end, &timed) && !timed) {
        span.until += CFG_DAY_MINUTES;
    }
    if (from != NULL && until != NULL && span.until <= span.from) {
        cfg_error_at(entry->source, entry->group, "until", "must come after from");
    }
    return span;
}

static uint8_t roster_read(const struct entry *entry, const char *name)
{
    const struct site *site = entry->site;
    uint8_t roster = cfg_name_resolve(entry->source, entry->group, "roster", name, site->rosters,
                                      sizeof site->rosters[0], site->roster_count, "roster");
    if (roster != FO_NONE && site->rosters[roster].kind != CFG_ROSTER_SHIFTS) {
        cfg_error_at(entry->source, entry->group, "roster", "has no shifts; \"%s\" is office hours",
                     name);
        return FO_NONE;
    }
    return roster;
}

/* ---- entries --------------------------------------------------------------------------------- */

static void absence_read(const struct entry *entry, struct cfg_duty *duty)
{
    struct absence_text text = {0};
    cfg_table_read(entry->source, entry->group, &absence_table, &text);
    uint8_t person = person_read(entry, "person", text.person);
    duty->absences[duty->absence_count++] = (struct cfg_absence){
        .span = span_read(entry, text.from, text.until), .person = person != FO_NONE ? person : 0};
}

static void substitute_read(const struct entry *entry, struct cfg_duty *duty)
{
    struct substitute_text text = {0};
    cfg_table_read(entry->source, entry->group, &substitute_table, &text);
    uint8_t person = person_read(entry, "person", text.person);
    uint8_t stands_for = person_read(entry, "stands_for", text.stands_for);
    uint8_t approved_by = person_read(entry, "approved_by", text.approved_by);
    if (person != FO_NONE && person == stands_for) {
        cfg_error_at(entry->source, entry->group, "stands_for", "is the substitute");
    }
    if (approved_by != FO_NONE) {
        uint32_t decides = 0;
        for (unsigned i = 0; i < entry->site->role_count; i++) {
            decides |= entry->site->policy.roles[i].decides ? 1U << i : 0;
        }
        if ((entry->site->policy.persons[approved_by].roles & decides) == 0) {
            cfg_error_at(entry->source, entry->group, "approved_by",
                         "has no role that decides; only such a person approves a substitute");
        } else if (approved_by == person) {
            cfg_error_at(entry->source, entry->group, "approved_by",
                         "is the substitute; nobody approves their own duty");
        }
    } else if (text.approved_by == NULL) {
        cfg_warning_at(entry->source, entry->group, "approved_by",
                       "is not stated; the substitute is called in addition, but the word of such "
                       "a person stops nothing and approves nothing");
    }
    duty->substitutes[duty->substitute_count++] =
        (struct cfg_substitute){.span = span_read(entry, text.from, text.until),
                                .person = person != FO_NONE ? person : 0,
                                .stands_for = stands_for != FO_NONE ? stands_for : 0,
                                .approved_by = approved_by};
}

static void shift_day_read(const struct entry *entry, struct cfg_duty *duty)
{
    struct shift_text text = {0};
    cfg_table_read(entry->source, entry->group, &shift_day_table, &text);
    uint8_t roster = roster_read(entry, text.roster);
    if (roster == FO_NONE) {
        return;
    }
    const struct cfg_roster *of = &entry->site->rosters[roster];
    uint8_t platoon =
        cfg_name_resolve(entry->source, entry->group, "platoon", text.platoon, of->platoons,
                         sizeof of->platoons[0], of->platoon_count, "platoon");
    int64_t minute = minute_read(entry, "date", text.date, true);
    duty->shift_days[duty->shift_day_count++] =
        (struct cfg_shift_day){.day = (int32_t)(minute / CFG_DAY_MINUTES),
                               .roster = roster,
                               .platoon = platoon != FO_NONE ? platoon : 0};
}

/* Both belong to the roster, and the one who goes is in that shift. */
static void swap_check(const struct entry *entry, const struct cfg_swap *swap,
                       const struct cfg_duty *duty)
{
    const struct cfg_roster *roster = &entry->site->rosters[swap->roster];
    int64_t minute = (int64_t)swap->day * CFG_DAY_MINUTES + roster->begins_min;
    uint64_t shift = cfg_roster_shift(roster, swap->roster, duty, minute);
    if ((roster->persons >> swap->by & 1) == 0) {
        cfg_error_at(entry->source, entry->group, "by",
                     "is in no platoon of this roster; write a substitute instead");
    }
    if ((shift >> swap->person & 1) == 0) {
        cfg_error_at(entry->source, entry->group, "person",
                     "is not in the shift that begins on that day");
    }
}

static void swap_read(const struct entry *entry, struct cfg_duty *duty)
{
    struct shift_text text = {0};
    cfg_table_read(entry->source, entry->group, &swap_table, &text);
    struct cfg_swap swap = {.roster = roster_read(entry, text.roster),
                            .person = person_read(entry, "person", text.person),
                            .by = person_read(entry, "by", text.by)};
    if (swap.roster == FO_NONE || swap.person == FO_NONE || swap.by == FO_NONE) {
        return;
    }
    swap.day = (int32_t)(minute_read(entry, "date", text.date, true) / CFG_DAY_MINUTES);
    swap_check(entry, &swap, duty);
    duty->swaps[duty->swap_count++] = swap;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const struct {
    const char *key;
    unsigned most;
    void (*read)(const struct entry *entry, struct cfg_duty *duty);
} lists[] = {
    /* shifts before swaps: who is in a shift must be known */
    {"absences", CFG_ABSENCES_MAX, absence_read},
    {"substitutes", CFG_SUBSTITUTES_MAX, substitute_read},
    {"shifts", CFG_SHIFT_DAYS_MAX, shift_day_read},
    {"swaps", CFG_SWAPS_MAX, swap_read},
};

static void lists_read(struct cfg_source *source, const struct site *site, struct cfg_duty *duty)
{
    config_setting_t *root = config_root_setting(&source->config);
    struct {
        char none;
    } nothing = {0};
    cfg_table_read(source, root, &cfg_duty_file, &nothing);
    for (unsigned l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        unsigned count = cfg_list_count(source, root, lists[l].key, lists[l].most);
        for (unsigned i = 0; i < count; i++) {
            struct entry entry = {source, site, cfg_list_item(root, lists[l].key, i)};
            if (entry.group != NULL) {
                lists[l].read(&entry, duty);
            }
        }
    }
}

bool cfg_duty_load(const struct site *site, const char *path, struct cfg_duty *duty,
                   struct cfg_findings *findings)
{
    struct cfg_source source;
    int errors = findings->errors;
    memset(duty, 0, sizeof *duty);
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        cfg_finding_add(findings, true, path, 0, "",
                        "is not there; nobody counts as absent until it is");
        return true;
    }
    if (!cfg_source_open(&source, path, 0, findings)) {
        return false;
    }
    lists_read(&source, site, duty);
    cfg_arena_free(source.arena);
    cfg_source_close(&source);
    if (findings->errors != errors) {
        memset(duty, 0, sizeof *duty);
        return false;
    }
    return true;
}
