/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of duty (see roster.h). Highest first: a swap of two persons, a shift given to
 * another platoon, the cycle; then absences take away and substitutes add. */
#include "config/roster.h"

#include "config/calendar.h"

#include <string.h>

static bool is_in(const struct cfg_span *span, int64_t minute)
{
    return minute >= span->from && minute < span->until;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

/* ---- one roster ------------------------------------------------------------------------------ */

/* The number of the shift in which a minute lies; shift 0 is the first of the cycle. */
static int64_t shift_of(const struct cfg_roster *roster, int64_t minute)
{
    int64_t first = (int64_t)roster->start_day * CFG_DAY_MINUTES + roster->begins_min;
    return floor_divide(minute - first, roster->shift_min);
}

static int64_t shift_start(const struct cfg_roster *roster, int64_t shift)
{
    return (int64_t)roster->start_day * CFG_DAY_MINUTES + roster->begins_min +
           shift * roster->shift_min;
}

/* A shift belongs to the day on which it begins, also after midnight. */
static int32_t shift_day(const struct cfg_roster *roster, int64_t shift)
{
    return (int32_t)floor_divide(shift_start(roster, shift), CFG_DAY_MINUTES);
}

static uint64_t shift_persons(const struct cfg_roster *roster, unsigned index,
                              const struct cfg_duty *duty, int64_t shift)
{
    int32_t day = shift_day(roster, shift);
    int64_t count = roster->cycle_count;
    uint8_t platoon = roster->cycle[(shift % count + count) % count];
    for (unsigned i = 0; i < duty->shift_day_count; i++) {
        const struct cfg_shift_day *given = &duty->shift_days[i];
        platoon = given->roster == index && given->day == day ? given->platoon : platoon;
    }
    uint64_t persons = roster->platoons[platoon].persons;
    for (unsigned i = 0; i < duty->swap_count; i++) {
        const struct cfg_swap *swap = &duty->swaps[i];
        if (swap->roster == index && swap->day == day) {
            persons &= ~((uint64_t)1 << swap->person);
            persons |= (uint64_t)1 << swap->by;
        }
    }
    return persons;
}

static bool is_open(const struct cfg_roster *roster, int64_t minute)
{
    int32_t day = (int32_t)floor_divide(minute, CFG_DAY_MINUTES);
    unsigned of_day = (unsigned)(minute - (int64_t)day * CFG_DAY_MINUTES);
    bool closed = (roster->weekdays >> cfg_weekday_of(day) & 1) == 0 ||
                  (!roster->holidays && (cfg_is_holiday(day) || cfg_is_year_end(day)));
    for (unsigned i = 0; i < roster->closed_count; i++) {
        closed = closed || roster->closed[i] == day;
    }
    return !closed && of_day >= roster->begins_min && of_day < roster->ends_min;
}

uint64_t cfg_roster_shift(const struct cfg_roster *roster, unsigned index,
                          const struct cfg_duty *duty, int64_t minute)
{
    if (roster->kind == CFG_ROSTER_OFFICE) {
        return is_open(roster, minute) ? roster->persons : 0;
    }
    return shift_persons(roster, index, duty, shift_of(roster, minute));
}

/* Those whose shift has ended and who stay until they have handed over, at the longest for the
 * overlap. */
static uint64_t outgoing_of(const struct cfg_roster *roster, unsigned index,
                            const struct cfg_duty *duty, int64_t minute)
{
    if (roster->kind == CFG_ROSTER_OFFICE) {
        return 0;
    }
    int64_t shift = shift_of(roster, minute);
    bool overlaps = minute < shift_start(roster, shift) + roster->overlap_min;
    return overlaps ? shift_persons(roster, index, duty, shift - 1) &
                          ~shift_persons(roster, index, duty, shift)
                    : 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct shifts { /* of every roster at one minute */
    uint64_t on[CFG_ROSTERS_MAX], outgoing[CFG_ROSTERS_MAX];
};

static uint64_t absent_at(const struct cfg_duty *duty, int64_t minute)
{
    uint64_t absent = 0;
    for (unsigned i = 0; i < duty->absence_count; i++) {
        absent |=
            is_in(&duty->absences[i].span, minute) ? (uint64_t)1 << duty->absences[i].person : 0;
    }
    return absent;
}

static void role_fill(const struct site *site, const struct shifts *shifts, unsigned role,
                      struct fo_roster *out)
{
    uint64_t holders = 0, bound = 0, on = 0;
    for (unsigned i = 0; i < site->person_count; i++) {
        holders |= (site->policy.persons[i].roles >> role & 1) != 0 ? (uint64_t)1 << i : 0;
    }
    for (unsigned i = 0; i < site->roster_count; i++) {
        if ((site->rosters[i].roles >> role & 1) != 0) {
            bound |= site->rosters[i].persons;
            on |= shifts->on[i];
            out->outgoing[role] |= shifts->outgoing[i] & holders;
        }
    }
    out->on[role] = holders & (on | ~bound);
    out->outgoing[role] &= ~out->on[role];
}

/* A substitute has the roles that the one he stands for would have now. */
static void substitutes_add(const struct cfg_duty *duty, int64_t minute, uint64_t absent,
                            const struct fo_roster *full, struct fo_roster *out)
{
    uint64_t own = 0, unapproved = 0;
    for (unsigned role = 0; role < FO_ROLES_MAX; role++) {
        own |= out->on[role] | out->outgoing[role];
    }
    for (unsigned i = 0; i < duty->substitute_count; i++) {
        const struct cfg_substitute *substitute = &duty->substitutes[i];
        uint64_t bit = (uint64_t)1 << substitute->person;
        if (!is_in(&substitute->span, minute) || (absent & bit) != 0) {
            continue;
        }
        bool used = false;
        for (unsigned role = 0; role < FO_ROLES_MAX; role++) {
            bool on = (full->on[role] >> substitute->stands_for & 1) != 0;
            bool outgoing = (full->outgoing[role] >> substitute->stands_for & 1) != 0;
            out->on[role] |= on ? bit : 0;
            out->outgoing[role] |= outgoing ? bit : 0;
            used = used || on || outgoing;
        }
        if (used && substitute->approved_by == FO_NONE) {
            unapproved |= bit;
        } else if (used) {
            own |= bit;
        }
    }
    out->extra = unapproved & ~own;
}

static uint64_t deputies_on(const struct site *site, const struct fo_roster *roster, unsigned role)
{
    uint32_t deputies = site->policy.roles[role].deputies;
    uint64_t persons = 0;
    for (unsigned i = 0; i < site->role_count; i++) {
        persons |= (deputies >> i & 1) != 0 ? roster->on[i] | roster->outgoing[i] : 0;
    }
    return persons;
}

void cfg_roster_at(const struct site *site, const struct cfg_duty *duty, int64_t minute,
                   struct fo_roster *out)
{
    struct shifts shifts;
    struct fo_roster full; /* as if everybody were there */
    uint64_t absent = absent_at(duty, minute);
    memset(&full, 0, sizeof full);
    for (unsigned i = 0; i < site->roster_count; i++) {
        shifts.on[i] = cfg_roster_shift(&site->rosters[i], i, duty, minute);
        shifts.outgoing[i] = outgoing_of(&site->rosters[i], i, duty, minute);
    }
    for (unsigned role = 0; role < site->role_count; role++) {
        role_fill(site, &shifts, role, &full);
    }
    *out = full;
    for (unsigned role = 0; role < site->role_count; role++) {
        out->on[role] &= ~absent;
        out->outgoing[role] &= ~absent;
    }
    substitutes_add(duty, minute, absent, &full, out);
    for (unsigned role = 0; role < site->role_count; role++) {
        bool empty =
            (out->on[role] & ~out->extra) == 0 && (deputies_on(site, out, role) & ~out->extra) == 0;
        out->gaps |= site->policy.roles[role].required && empty ? 1U << role : 0;
    }
}

/* ---- when it changes ------------------------------------------------------------------------- */

static int64_t nearer(int64_t edge, int64_t minute, int64_t best)
{
    return edge > minute && edge < best ? edge : best;
}

static int64_t roster_edge(const struct cfg_roster *roster, int64_t minute)
{
    int64_t best = INT64_MAX;
    if (roster->kind == CFG_ROSTER_OFFICE) {
        int64_t day = floor_divide(minute, CFG_DAY_MINUTES) * CFG_DAY_MINUTES;
        for (unsigned i = 0; i < 2; i++, day += CFG_DAY_MINUTES) {
            best = nearer(day + roster->begins_min, minute, best);
            best = nearer(day + roster->ends_min, minute, best);
        }
        return best;
    }
    int64_t start = shift_start(roster, shift_of(roster, minute));
    best = nearer(start + roster->overlap_min, minute, best);
    return nearer(start + roster->shift_min, minute, best);
}

int64_t cfg_roster_next(const struct site *site, const struct cfg_duty *duty, int64_t minute)
{
    int64_t best = INT64_MAX;
    for (unsigned i = 0; i < site->roster_count; i++) {
        best = nearer(roster_edge(&site->rosters[i], minute), minute, best);
    }
    for (unsigned i = 0; i < duty->absence_count; i++) {
        best = nearer(duty->absences[i].span.from, minute, best);
        best = nearer(duty->absences[i].span.until, minute, best);
    }
    for (unsigned i = 0; i < duty->substitute_count; i++) {
        best = nearer(duty->substitutes[i].span.from, minute, best);
        best = nearer(duty->substitutes[i].span.until, minute, best);
    }
    return best;
}
