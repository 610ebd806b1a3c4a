/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty at a minute: the cycle of the platoons, office hours, and what the duty file says
 * about single days and persons. Pure: a minute of the wall comes in, sets of persons go out, as
 * the engine takes them. The daemon asks for the present, `monitorctl contacts check` for the next
 * weeks; both ask here. */
#ifndef CONFIG_ROSTER_H
#define CONFIG_ROSTER_H

#include "config/site.h"
#include "failover/event.h"

#define CFG_ABSENCES_MAX 256
#define CFG_SUBSTITUTES_MAX 64
#define CFG_SHIFT_DAYS_MAX 128
#define CFG_SWAPS_MAX 128

/* Minutes since 1970-01-01 00:00 on the wall; `until` is not in it. */
struct cfg_span {
    int64_t from, until;
};
struct cfg_absence {
    struct cfg_span span;
    uint8_t person;
};
struct cfg_substitute { /* 代行者 */
    struct cfg_span span;
    uint8_t person;      /* who stands in … */
    uint8_t stands_for;  /* … for whom */
    uint8_t approved_by; /* who decided so; FO_NONE: nobody yet */
};
struct cfg_shift_day { /* the shift that begins on this day is another platoon's */
    int32_t day;
    uint8_t roster, platoon;
};
struct cfg_swap { /* in the shift that begins on this day, `by` comes for `person` (当番交代) */
    int32_t day;
    uint8_t roster, person, by;
};

/* What the duty file says; all zero: nothing. Absences and substitutes are in no order. */
struct cfg_duty {
    uint16_t absence_count, substitute_count, shift_day_count, swap_count;
    struct cfg_absence absences[CFG_ABSENCES_MAX];
    struct cfg_substitute substitutes[CFG_SUBSTITUTES_MAX];
    struct cfg_shift_day shift_days[CFG_SHIFT_DAYS_MAX];
    struct cfg_swap swaps[CFG_SWAPS_MAX];
};

/* Who is on duty at `minute`. A person who stands in no roster for a role always has it. A role
 * that must have somebody and has neither holder nor deputy is a gap. */
void cfg_roster_at(const struct site *site, const struct cfg_duty *duty, int64_t minute,
                   struct fo_roster *out);
/* The next minute after `minute` at which the answer may be another; INT64_MAX: it stays. */
int64_t cfg_roster_next(const struct site *site, const struct cfg_duty *duty, int64_t minute);
/* The persons of the shift or the office hours of one roster at a minute, before absences. */
uint64_t cfg_roster_shift(const struct cfg_roster *roster, unsigned index,
                          const struct cfg_duty *duty, int64_t minute);

#endif
