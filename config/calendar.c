/* SPDX-License-Identifier: Apache-2.0 */
/* Japanese days off by law (see calendar.h). A holiday is found by rule, not in a list of years, so
 * nothing has to be delivered every January. */
#include "config/calendar.h"

#include <stddef.h>
#include <stdio.h>

enum { SUNDAY, MONDAY };

/* ---- days ------------------------------------------------------------------------------------ */

/* The proleptic Gregorian calendar counted from 1 March, so that the leap day is the last. */
int32_t cfg_day_of(struct cfg_date date)
{
    int year = date.month <= 2 ? date.year - 1 : date.year;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = ((int)date.month + (date.month > 2 ? -3 : 9)) * 153 + 2;
    int day = of_year / 5 + (int)date.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

struct cfg_date cfg_date_of(int32_t day)
{
    int32_t shifted = day + 719468;
    int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int32_t of_era = shifted - era * 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * of_year + 2) / 153;
    struct cfg_date date = {.day = (unsigned)(of_year - (153 * month + 2) / 5 + 1),
                            .month = (unsigned)(month < 10 ? month + 3 : month - 9)};
    date.year = year + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

unsigned cfg_weekday_of(int32_t day)
{
    return (unsigned)(((day % 7) + 7 + 4) % 7); /* 1970-01-01 was a Thursday */
}

/* ---- holidays -------------------------------------------------------------------------------- */

/* Mean motion of the sun between two equinoxes, in millionths of a day, from 1980 on. */
static unsigned equinox(int year, int32_t of_1980)
{
    int years = year - 1980;
    return (unsigned)((of_1980 + 242194 * years) / 1000000 - years / 4);
}

/* Every day the law names by its date, with the years in which it does. */
static const struct {
    int from, to;
    uint8_t month, day;
} fixed_days[] = {
    {0, 9999, 1, 1},     {0, 9999, 2, 11},     {2020, 9999, 2, 23}, {0, 9999, 4, 29},
    {0, 9999, 5, 3},     {0, 9999, 5, 4},      {0, 9999, 5, 5},     {2016, 2019, 8, 11},
    {2022, 9999, 8, 11}, {0, 9999, 11, 3},     {0, 9999, 11, 23},   {0, 2018, 12, 23},
    {2019, 2019, 5, 1},  {2019, 2019, 10, 22}, /* the accession and its ceremony */
    {2020, 2020, 7, 23}, {2020, 2020, 7, 24},  {2020, 2020, 8, 10}, /* the Olympic year … */
    {2021, 2021, 7, 22}, {2021, 2021, 7, 23},  {2021, 2021, 8, 8},  /* … and once more */
};
/* Mondays, by their number in the month; those of July and October were moved in two years. */
static const struct {
    uint8_t month, nth;
    bool moved;
} mondays[] = {{1, 2, false}, {7, 3, true}, {9, 3, false}, {10, 2, true}};

/* Named by the law itself, before substitutes. */
static bool is_named(int32_t day)
{
    struct cfg_date date = cfg_date_of(day);
    for (size_t i = 0; i < sizeof fixed_days / sizeof fixed_days[0]; i++) {
        if (date.year >= fixed_days[i].from && date.year <= fixed_days[i].to &&
            date.month == fixed_days[i].month && date.day == fixed_days[i].day) {
            return true;
        }
    }
    bool moved = date.year == 2020 || date.year == 2021;
    for (size_t i = 0; i < sizeof mondays / sizeof mondays[0]; i++) {
        if (cfg_weekday_of(day) == MONDAY && date.month == mondays[i].month &&
            (date.day + 6) / 7 == mondays[i].nth && !(moved && mondays[i].moved)) {
            return true;
        }
    }
    return (date.month == 3 && date.day == equinox(date.year, 20843100)) ||
           (date.month == 9 && date.day == equinox(date.year, 23248800));
}

/* Article 3 (2): a holiday on a Sunday is made good by the next day that is none. */
static bool is_substitute(int32_t day)
{
    for (int32_t before = day - 1; is_named(before); before--) {
        if (cfg_weekday_of(before) == SUNDAY) {
            return true;
        }
    }
    return false;
}

bool cfg_is_holiday(int32_t day)
{
    /* the last: article 3 (3), the day between two holidays */
    return is_named(day) || is_substitute(day) || (is_named(day - 1) && is_named(day + 1));
}

bool cfg_is_year_end(int32_t day)
{
    struct cfg_date date = cfg_date_of(day);
    return (date.month == 12 && date.day >= 29) || (date.month == 1 && date.day <= 3);
}

/* ---- as written ------------------------------------------------------------------------------ */

bool cfg_clock_parse(const char *text, unsigned *minute)
{
    unsigned hour, rest;
    int used = 0;
    if (sscanf(text, "%2u:%2u%n", &hour, &rest, &used) != 2 || used != 5 || text[used] != '\0' ||
        rest > 59 || hour * 60 + rest > CFG_DAY_MINUTES) {
        return false;
    }
    *minute = hour * 60 + rest;
    return true;
}

bool cfg_minute_parse(const char *text, int64_t *minute, bool *timed)
{
    struct cfg_date date;
    unsigned of_day = 0;
    int used = 0;
    if (sscanf(text, "%4d-%2u-%2u%n", &date.year, &date.month, &date.day, &used) != 3 ||
        used != 10 || date.year < CFG_YEAR_FIRST || date.year > CFG_YEAR_LAST) {
        return false;
    }
    struct cfg_date same = cfg_date_of(cfg_day_of(date));
    *timed = text[used] == ' ';
    if (same.month != date.month || same.day != date.day ||
        (*timed ? !cfg_clock_parse(text + used + 1, &of_day) : text[used] != '\0')) {
        return false;
    }
    *minute = (int64_t)cfg_day_of(date) * CFG_DAY_MINUTES + of_day;
    return true;
}
