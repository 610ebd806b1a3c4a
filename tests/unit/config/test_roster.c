/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty: shifts that belong to their start date, the overlap, office hours with days off,
 * absences, substitutes and swaps. */
#include "tests/unit/config/people_text.h"

#define BIT(person) ((uint64_t)1 << (person))

static struct fo_roster at(const struct site *site, const struct cfg_duty *duty, const char *when)
{
    struct fo_roster roster;
    cfg_roster_at(site, duty, minute_at(when), &roster);
    return roster;
}

Test(roster, a_shift_of_24_hours_belongs_to_the_day_on_which_it_begins)
{
    struct site *site = people_site(NULL, NULL);
    static const struct cfg_duty duty;
    static const struct {
        const char *when;
        uint64_t on, outgoing;
    } rows[] = {
        {"2026-04-01 08:29", BIT(CHIEF_2), 0},
        {"2026-04-01 08:30", BIT(CHIEF_1), BIT(CHIEF_2)},
        {"2026-04-01 08:39", BIT(CHIEF_1), BIT(CHIEF_2)},
        {"2026-04-01 08:40", BIT(CHIEF_1), 0},
        {"2026-04-02 00:00", BIT(CHIEF_1), 0},
        {"2026-04-02 08:29", BIT(CHIEF_1), 0},
        {"2026-04-02 08:30", BIT(CHIEF_2), BIT(CHIEF_1)},
        {"2026-03-31 12:00", BIT(CHIEF_2), 0},
        {"2026-03-30 12:00", BIT(CHIEF_1), 0},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fo_roster roster = at(site, &duty, rows[i].when);
        cr_assert_eq(roster.on[ROLE_CHIEF], rows[i].on, "%s", rows[i].when);
        cr_assert_eq(roster.outgoing[ROLE_CHIEF], rows[i].outgoing, "%s", rows[i].when);
        cr_assert_eq(roster.gaps, 0);
    }
    cfg_site_free(site);
}

Test(roster, a_cycle_of_21_shifts_calls_three_platoons_as_it_is_written)
{
    struct site *site = people_site(
        "platoons = ( { name = \"A\"; persons = [\"chief-1\"]; },",
        "cycle = "
        "[\"A\",\"B\",\"C\",\"A\",\"B\",\"C\",\"A\",\"B\",\"C\",\"A\",\"B\",\"C\",\"B\",\"A\","
        "\"C\","
        "\"B\",\"A\",\"C\",\"B\",\"A\",\"C\"];\n"
        "platoons = ( { name = \"C\"; persons = [\"chief-1\", \"chief-2\"]; }, { name = \"A\"; "
        "persons = [\"chief-1\"]; },");
    static const struct cfg_duty duty;
    uint64_t both = BIT(CHIEF_1) | BIT(CHIEF_2);
    cr_assert_eq(at(site, &duty, "2026-04-03 12:00").on[ROLE_CHIEF], both);
    cr_assert_eq(at(site, &duty, "2026-04-13 12:00").on[ROLE_CHIEF], BIT(CHIEF_2));
    cr_assert_eq(at(site, &duty, "2026-04-22 12:00").on[ROLE_CHIEF], BIT(CHIEF_1), "again");
    cfg_site_free(site);
}

Test(roster, shifts_of_eight_hours_go_round_three_times_a_day)
{
    struct site *site =
        people_site("start = \"2026-04-01\";", "start = \"2026-04-01\"; shift = \"8h\";");
    static const struct cfg_duty duty;
    cr_assert_eq(at(site, &duty, "2026-04-01 08:45").on[ROLE_CHIEF], BIT(CHIEF_1));
    cr_assert_eq(at(site, &duty, "2026-04-01 16:45").on[ROLE_CHIEF], BIT(CHIEF_2));
    cr_assert_eq(at(site, &duty, "2026-04-02 00:45").on[ROLE_CHIEF], BIT(CHIEF_1));
    cr_assert_eq(at(site, &duty, "2026-04-02 08:45").on[ROLE_CHIEF], BIT(CHIEF_2));
    cfg_site_free(site);
}

Test(roster, office_hours_bind_only_their_roles_and_end_on_days_off)
{
    struct site *site = people_site("persons = [\"staff\"]; } );",
                                    "persons = [\"staff\"]; closed = [\"2026-10-14\"]; } );");
    static const struct cfg_duty duty;
    static const struct {
        const char *when;
        bool open;
    } rows[] = {
        {"2026-10-13 08:29", false}, {"2026-10-13 08:30", true},  {"2026-10-13 17:14", true},
        {"2026-10-13 17:15", false}, {"2026-10-12 10:00", false}, /* スポーツの日 */
        {"2026-09-22 10:00", false},                              /* between two holidays */
        {"2026-12-28 10:00", true},  {"2026-12-29 10:00", false}, {"2027-01-04 10:00", true},
        {"2026-10-17 10:00", false}, /* Saturday */
        {"2026-10-14 10:00", false}, /* the site's own */
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fo_roster roster = at(site, &duty, rows[i].when);
        cr_assert_eq(roster.on[ROLE_WINDOW], rows[i].open ? BIT(STAFF) : 0, "%s", rows[i].when);
        cr_assert(roster.on[ROLE_HEAD] & BIT(STAFF), "the other role is not bound");
    }
    cfg_site_free(site);
}

Test(roster, who_is_absent_is_gone_and_a_role_without_deputy_has_a_gap)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_duty duty = {.absence_count = 2};
    duty.absences[0] =
        (struct cfg_absence){{minute_at("2026-04-01"), minute_at("2026-04-02 08:30")}, CHIEF_1};
    duty.absences[1] =
        (struct cfg_absence){{minute_at("2026-04-01 18:00"), minute_at("2026-04-02")}, DEPUTY};
    struct fo_roster roster = at(site, &duty, "2026-04-01 12:00");
    cr_assert_eq(roster.on[ROLE_CHIEF], 0);
    cr_assert_eq(roster.gaps, 0, "the deputy is there");
    roster = at(site, &duty, "2026-04-01 18:00");
    cr_assert_eq(roster.gaps, 1U << ROLE_CHIEF);
    roster = at(site, &duty, "2026-04-02 00:00");
    cr_assert_eq(roster.gaps, 0);
    cfg_site_free(site);
}

Test(roster, a_substitute_has_the_roles_of_the_other_and_needs_approval_for_his_word)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_duty duty = {.absence_count = 1, .substitute_count = 1};
    struct cfg_span day = {minute_at("2026-04-01 08:30"), minute_at("2026-04-02 08:30")};
    duty.absences[0] = (struct cfg_absence){day, CHIEF_1};
    duty.substitutes[0] = (struct cfg_substitute){day, HEAD, CHIEF_1, HEAD_AGAIN};
    struct fo_roster roster = at(site, &duty, "2026-04-01 12:00");
    cr_assert_eq(roster.on[ROLE_CHIEF], BIT(HEAD));
    cr_assert_eq(roster.extra, 0);
    duty.substitutes[0].approved_by = FO_NONE;
    roster = at(site, &duty, "2026-04-01 12:00");
    cr_assert_eq(roster.on[ROLE_CHIEF], BIT(HEAD));
    cr_assert_eq(roster.extra, 0, "he has a role of his own");
    duty.substitutes[0] = (struct cfg_substitute){day, CHIEF_2, CHIEF_1, FO_NONE};
    roster = at(site, &duty, "2026-04-01 12:00");
    cr_assert_eq(roster.on[ROLE_CHIEF], BIT(CHIEF_2));
    cr_assert_eq(roster.extra, BIT(CHIEF_2), "off duty otherwise, and nobody approved it");
    roster = at(site, &duty, "2026-04-02 12:00");
    cr_assert_eq(roster.extra, 0);
    cfg_site_free(site);
}

Test(roster, a_shift_of_another_platoon_and_a_swap_hold_for_that_shift_alone)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_duty duty = {.shift_day_count = 1};
    int32_t day = (int32_t)(minute_at("2026-04-01") / CFG_DAY_MINUTES);
    duty.shift_days[0] = (struct cfg_shift_day){day, 0, 1};
    cr_assert_eq(at(site, &duty, "2026-04-02 03:00").on[ROLE_CHIEF], BIT(CHIEF_2));
    cr_assert_eq(at(site, &duty, "2026-04-02 09:00").on[ROLE_CHIEF], BIT(CHIEF_2));
    cr_assert_eq(at(site, &duty, "2026-04-02 08:35").outgoing[ROLE_CHIEF], 0, "he stays");
    duty.swap_count = 1;
    duty.swaps[0] = (struct cfg_swap){day, 0, CHIEF_2, CHIEF_1};
    cr_assert_eq(at(site, &duty, "2026-04-02 03:00").on[ROLE_CHIEF], BIT(CHIEF_1));
    cfg_site_free(site);
}

/* Looks only where cfg_roster_next says that there may be a change; `end` when it finds none. */
static int64_t next_change(const struct site *site, const struct cfg_duty *duty, int64_t minute,
                           int64_t end)
{
    struct fo_roster now, then;
    cfg_roster_at(site, duty, minute, &now);
    for (int64_t next = cfg_roster_next(site, duty, minute); next < end;
         next = cfg_roster_next(site, duty, next)) {
        cfg_roster_at(site, duty, next, &then);
        if (memcmp(&now, &then, sizeof now) != 0) {
            return next;
        }
    }
    return end;
}

Test(roster, the_next_change_is_found_to_the_minute_and_not_where_nothing_changes)
{
    struct site *site = people_site(NULL, NULL);
    struct cfg_duty duty = {.absence_count = 1};
    duty.absences[0] =
        (struct cfg_absence){/* he is off then anyway */
                             {minute_at("2026-04-04 10:00"), minute_at("2026-04-04 11:00")},
                             CHIEF_1};
    static const struct {
        const char *from, *change;
    } rows[] = {
        {"2026-04-03 18:00", "2026-04-04 08:30"}, {"2026-04-04 08:30", "2026-04-04 08:40"},
        {"2026-04-04 08:40", "2026-04-05 08:30"}, {"2026-04-06 08:30", "2026-04-06 08:40"},
        {"2026-04-06 08:40", "2026-04-06 17:15"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t from = minute_at(rows[i].from);
        cr_assert_eq(next_change(site, &duty, from, from + 3 * CFG_DAY_MINUTES),
                     minute_at(rows[i].change), "%s", rows[i].from);
    }
    int64_t from = minute_at("2026-04-04 08:40");
    cr_assert_eq(next_change(site, &duty, from, from + 60), from + 60, "none until then");
    cfg_site_free(site);
}

Test(roster, without_rosters_everybody_always_has_his_roles)
{
    char *text = strdup(SITE_TEXT);
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    struct site *site = cfg_site_read("site.conf", text, strlen(text), NULL, findings);
    static const struct cfg_duty duty;
    struct fo_roster roster = at(site, &duty, "2026-04-01 03:00");
    cr_assert(roster.on[0] == BIT(0) && roster.on[1] == BIT(1) && roster.gaps == 0);
    cr_assert_eq(cfg_roster_next(site, &duty, 0), INT64_MAX);
    cfg_site_free(site);
    free(findings);
    free(text);
}

/* P16: at every instant of 35 days a required role has somebody on duty, in it or in a deputy, or
 * the roster says that it has a gap; and what is found from edge to edge is what every minute says.
 */
Test(roster, p16_for_every_instant_of_35_days_a_required_role_has_somebody_or_a_gap_is_found)
{
    struct site *site = people_site(NULL, NULL);
    static struct cfg_duty duty;
    int64_t begin = minute_at("2026-12-20 13:07"), end = begin + 35 * CFG_DAY_MINUTES;
    unsigned gap_minutes = 0, edges = 0;
    uint32_t seed = 7;
    for (unsigned i = 0; i < 40; i++) {
        seed = seed * 1103515245 + 12345;
        int64_t from = begin + seed % (35 * CFG_DAY_MINUTES);
        duty.absences[duty.absence_count++] = (struct cfg_absence){
            {from, from + 600 + seed / 65536 % 3000}, (uint8_t)(seed >> 20) % 6};
    }
    duty.substitutes[duty.substitute_count++] =
        (struct cfg_substitute){{begin + 9000, begin + 20000}, STAFF, CHIEF_1, HEAD};
    int64_t next = begin;
    struct fo_roster by_edge, by_minute;
    memset(&by_edge, 0, sizeof by_edge);
    for (int64_t minute = begin; minute < end; minute++) {
        cfg_roster_at(site, &duty, minute, &by_minute);
        if (minute == next) {
            by_edge = by_minute;
            next = cfg_roster_next(site, &duty, minute);
            edges++;
        }
        cr_assert_eq(memcmp(&by_edge, &by_minute, sizeof by_edge), 0, "%lld", (long long)minute);
        for (unsigned role = 0; role < site->role_count; role++) {
            uint64_t there = by_minute.on[role];
            for (unsigned deputy = 0; deputy < site->role_count; deputy++) {
                there |= (site->policy.roles[role].deputies >> deputy & 1) != 0
                             ? by_minute.on[deputy] | by_minute.outgoing[deputy]
                             : 0;
            }
            bool gap = (by_minute.gaps >> role & 1) != 0;
            bool empty = site->policy.roles[role].required && (there & ~by_minute.extra) == 0;
            cr_assert_eq(gap, empty);
            gap_minutes += gap;
        }
    }
    cr_assert_gt(gap_minutes, 0, "the absences leave no gap: nothing was tried");
    cr_assert_lt(edges, 400);
    cfg_site_free(site);
}
