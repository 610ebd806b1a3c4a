/* SPDX-License-Identifier: Apache-2.0 */
/* Days: their number, their weekday, and which of them are days off in Japan by law. Pure, without
 * a clock and without a time zone: a day here is a date on the wall. Used by the rosters. */
#ifndef CONFIG_CALENDAR_H
#define CONFIG_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CFG_DAY_MINUTES 1440
#define CFG_YEAR_FIRST 2016 /* the rules below are those of the law from that year on … */
#define CFG_YEAR_LAST 2099  /* … and the equinoxes are computed up to this one */

struct cfg_date {
    int year;       /* CFG_YEAR_FIRST … CFG_YEAR_LAST for holidays */
    unsigned month; /* 1 … 12 */
    unsigned day;   /* 1 … 31 */
};

/* Days since 1970-01-01, and back. */
int32_t cfg_day_of(struct cfg_date date);
struct cfg_date cfg_date_of(int32_t day);
/* 0 Sunday … 6 Saturday. */
unsigned cfg_weekday_of(int32_t day);

/* A public holiday by the Act on National Holidays (国民の祝日に関する法律): named days, the
 * Mondays of "happy Monday", the equinoxes, the substitute for a holiday on a Sunday and the day
 * between two holidays, with the exceptions that 2019 to 2021 had by law. The equinoxes of coming
 * years are computed; the Cabinet announces them a year ahead, and the two have always agreed. */
bool cfg_is_holiday(int32_t day);
/* The days from 29 December to 3 January, on which authorities are closed. */
bool cfg_is_year_end(int32_t day);

/* "2026-12-31" or "2026-12-31 08:30" to minutes since 1970-01-01 00:00 on the wall. False for what
 * is no date of CFG_YEAR_FIRST … CFG_YEAR_LAST. *timed: the time was written. */
bool cfg_minute_parse(const char *text, int64_t *minute, bool *timed);
/* "08:30", 00:00 … 24:00, to minutes of the day. */
bool cfg_clock_parse(const char *text, unsigned *minute);

#endif
