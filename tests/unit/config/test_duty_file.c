/* SPDX-License-Identifier: Apache-2.0 */
/* The duty file: what it says of days and persons, and every slip at its line. */
#include "config/duty_file.h"

#include "tests/unit/config/people_text.h"

#define DUTY_TEXT                                                                               \
    "absences = ( { person = \"chief-1\"; from = \"2026-12-29\"; until = \"2027-01-03\"; },\n"  \
    "  { person = \"staff\"; from = \"2026-12-30 08:30\"; until = \"2026-12-30 12:00\"; } );\n" \
    "substitutes = ( { person = \"deputy\"; stands_for = \"chief-1\";\n"                        \
    "    from = \"2026-12-29\"; until = \"2027-01-03\"; approved_by = \"ciso\"; } );\n"         \
    "shifts = ( { roster = \"duty\"; date = \"2026-12-27\"; platoon = \"A\"; } );\n"            \
    "swaps = ( { roster = \"duty\"; date = \"2026-12-27\"; person = \"chief-1\";\n"             \
    "    by = \"chief-2\"; } );\n"

static bool load(const struct site *site, const char *text, struct cfg_duty *duty,
                 struct cfg_findings *findings)
{
    char *path = text_write(text, strlen(text));
    bool good = cfg_duty_load(site, path, duty, findings);
    unlink(path);
    free(path);
    return good;
}

Test(duty_file, entries_become_days_and_persons)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct cfg_duty duty;
    bool good = load(site, DUTY_TEXT, &duty, findings);
    cfg_findings_print(findings, stderr);
    cr_assert(good && findings->count == 0);
    cr_assert_eq(duty.absence_count, 2);
    cr_assert_eq(duty.absences[0].person, CHIEF_1);
    cr_assert_eq(duty.absences[0].span.from, minute_at("2026-12-29"));
    cr_assert_eq(duty.absences[0].span.until, minute_at("2027-01-04"), "with its last day");
    cr_assert_eq(duty.absences[1].span.until, minute_at("2026-12-30 12:00"));
    cr_assert(duty.substitutes[0].person == DEPUTY && duty.substitutes[0].stands_for == CHIEF_1 &&
              duty.substitutes[0].approved_by == HEAD);
    cr_assert_eq(duty.shift_days[0].platoon, 0);
    cr_assert(duty.swaps[0].person == CHIEF_1 && duty.swaps[0].by == CHIEF_2);
    free(findings);
    cfg_site_free(site);
}

Test(duty_file, a_slip_is_found_and_then_nothing_of_the_file_counts)
{
    static const struct {
        const char *find, *replace, *path, *message;
    } slips[] = {
        {"person = \"staff\"", "person = \"stuff\"", "absences[1].person",
         "did you mean \"staff\"?"},
        {"until = \"2027-01-03\"", "until = \"2026-12-28\"", "absences[0].until",
         "come after from"},
        {"from = \"2026-12-29\"", "from = \"29.12.\"", "absences[0].from", "is no date or time"},
        {"approved_by = \"ciso\"", "approved_by = \"staff\"", "substitutes[0].approved_by",
         "no role that decides"},
        {"person = \"deputy\"; stands", "person = \"ciso\"; stands", "substitutes[0].approved_by",
         "nobody approves their own duty"},
        {"stands_for = \"chief-1\"", "stands_for = \"deputy\"", "substitutes[0].stands_for",
         "is the substitute"},
        {"platoon = \"A\"", "platoon = \"C\"", "shifts[0].platoon", "no platoon is called"},
        {"date = \"2026-12-27\"; platoon", "date = \"2026-12-27 08:30\"; platoon", "shifts[0].date",
         "is no date"},
        {"roster = \"duty\"; date = \"2026-12-27\"; platoon",
         "roster = \"day\"; date = \"2026-12-27\"; platoon", "shifts[0].roster", "has no shifts"},
        {"date = \"2026-12-27\"; person", "date = \"2026-12-28\"; person", "swaps[0].person",
         "is not in the shift"},
        {"by = \"chief-2\"", "by = \"staff\"", "swaps[0].by", "is in no platoon"},
        {"swaps = (", "swap = (", "swap", "did you mean \"swaps\"?"},
    };
    struct site *site = people_site(NULL, NULL);
    for (unsigned i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        char *text = text_spoil(DUTY_TEXT, slips[i].find, slips[i].replace);
        struct cfg_findings *findings = calloc(1, sizeof *findings);
        struct cfg_duty duty;
        static const struct cfg_duty nothing;
        cr_assert_not(load(site, text, &duty, findings), "%s", slips[i].replace);
        bool found = false;
        for (int j = 0; j < findings->count; j++) {
            found = found || (strcmp(findings->list[j].path, slips[i].path) == 0 &&
                              strstr(findings->list[j].message, slips[i].message) != NULL);
        }
        if (!found) {
            cfg_findings_print(findings, stderr);
        }
        cr_assert(found, "%s", slips[i].message);
        cr_assert_eq(memcmp(&duty, &nothing, sizeof duty), 0);
        free(findings);
        free(text);
    }
    cfg_site_free(site);
}

Test(duty_file, a_substitute_without_approval_is_a_warning)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = text_spoil(DUTY_TEXT, " approved_by = \"ciso\";", "");
    struct cfg_duty duty;
    cr_assert(load(site, text, &duty, findings));
    cr_assert_eq(findings->count, 1);
    cr_assert_eq(duty.substitutes[0].approved_by, FO_NONE);
    free(text);
    free(findings);
    cfg_site_free(site);
}

Test(duty_file, a_file_that_is_not_there_says_nothing_and_the_sample_loads)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct site *site =
        cfg_site_load(NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/site.conf", findings);
    struct cfg_duty duty;
    cr_assert_not_null(site);
    int count = findings->count;
    cr_assert(cfg_duty_load(site, "/nowhere/duty.conf", &duty, findings));
    cr_assert_eq(findings->count, count + 1);
    cr_assert_eq(duty.absence_count, 0);
    cr_assert(cfg_duty_load(site, NOROSHI_SOURCE_DIR "/config/samples/fire-headquarters/duty.conf",
                            &duty, findings));
    cr_assert_eq(findings->count, count + 1, "without a finding");
    cr_assert(duty.absence_count == 1 && duty.swap_count == 1 && duty.shift_day_count == 1);
    for (int64_t minute = minute_at("2026-12-20"); minute < minute_at("2027-01-10");
         minute = cfg_roster_next(site, &duty, minute)) {
        struct fo_roster roster;
        cfg_roster_at(site, &duty, minute, &roster);
        cr_assert_eq(roster.gaps, 0);
    }
    cfg_site_free(site);
    free(findings);
}
