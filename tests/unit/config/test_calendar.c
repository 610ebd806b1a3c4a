/* SPDX-License-Identifier: Apache-2.0 */
/* Days off by law, against the years as the Cabinet Office published them, and dates as written. */
#include "config/calendar.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The holidays of one year in order, as "0101 0111 …". */
static void year_print(int year, char text[200])
{
    int32_t first = cfg_day_of((struct cfg_date){year, 1, 1});
    int32_t last = cfg_day_of((struct cfg_date){year, 12, 31});
    text[0] = '\0';
    for (int32_t day = first; day <= last; day++) {
        struct cfg_date date = cfg_date_of(day);
        if (cfg_is_holiday(day)) {
            snprintf(text + strlen(text), 200 - strlen(text), "%02u%02u ", date.month, date.day);
        }
    }
}

Test(calendar, the_holidays_of_known_years_follow_from_the_law)
{
    static const struct {
        int year;
        const char *days;
    } years[] = {
        {2016,
         "0101 0111 0211 0320 0321 0429 0503 0504 0505 0718 0811 0919 0922 1010 1103 1123 "
         "1223 "},
        {2017,
         "0101 0102 0109 0211 0320 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123 "
         "1223 "},
        {2018,
         "0101 0108 0211 0212 0321 0429 0430 0503 0504 0505 0716 0811 0917 0923 0924 1008 "
         "1103 1123 1223 1224 "},
        {2019,
         "0101 0114 0211 0321 0429 0430 0501 0502 0503 0504 0505 0506 0715 0811 0812 0916 "
         "0923 1014 1022 1103 1104 1123 "},
        {2020,
         "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0723 0724 0810 0921 0922 "
         "1103 1123 "},
        {2021,
         "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 "
         "1123 "},
        {2022, "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123 "},
        {2023,
         "0101 0102 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 "
         "1123 "},
        {2024,
         "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 "
         "0923 1014 1103 1104 1123 "},
        {2025,
         "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 "
         "1103 1123 1124 "},
        {2026,
         "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 "
         "1103 1123 "},
        {2027,
         "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 "
         "1123 "},
    };
    for (unsigned i = 0; i < sizeof years / sizeof years[0]; i++) {
        char text[200];
        year_print(years[i].year, text);
        cr_assert_str_eq(text, years[i].days, "%d: %s", years[i].year, text);
    }
}

Test(calendar, a_day_between_two_holidays_comes_back_in_2032)
{
    cr_assert(cfg_is_holiday(cfg_day_of((struct cfg_date){2032, 9, 21})));
    cr_assert_not(cfg_is_holiday(cfg_day_of((struct cfg_date){2031, 9, 22})));
}

Test(calendar, authorities_are_closed_from_29_december_to_3_january)
{
    int32_t day = cfg_day_of((struct cfg_date){2026, 12, 28});
    static const bool closed[] = {false, true, true, true, true, true, true, false};
    for (unsigned i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        cr_assert_eq(cfg_is_year_end(day + (int32_t)i), closed[i]);
    }
}

Test(calendar, every_day_of_the_century_counts_back_to_itself)
{
    int32_t first = cfg_day_of((struct cfg_date){2000, 1, 1});
    cr_assert_eq(first, 10957);
    cr_assert_eq(cfg_weekday_of(first), 6);
    for (int32_t day = first; day < first + 36525; day++) {
        cr_assert_eq(cfg_day_of(cfg_date_of(day)), day);
        cr_assert_eq(cfg_weekday_of(day + 1), (cfg_weekday_of(day) + 1) % 7);
    }
}

Test(calendar, dates_and_times_are_read_as_written_and_nothing_else)
{
    int64_t minute;
    bool timed;
    unsigned of_day;
    cr_assert(cfg_minute_parse("2026-12-31", &minute, &timed) && !timed);
    cr_assert_eq(minute, (int64_t)20818 * 1440);
    cr_assert(cfg_minute_parse("2026-12-31 08:30", &minute, &timed) && timed);
    cr_assert_eq(minute, (int64_t)20818 * 1440 + 510);
    static const char *const wrong[] = {
        "2026-02-29", "2026-13-01",      "26-01-01",         "2026/01/01",
        "2015-12-31", "2100-01-01",      "2026-01-01T08:30", "",
        "2026-1-1",   "2026-01-01 8:30", "2026-01-01 24:01"};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert_not(cfg_minute_parse(wrong[i], &minute, &timed), "%s", wrong[i]);
    }
    cr_assert(cfg_clock_parse("24:00", &of_day) && of_day == 1440);
    cr_assert_not(cfg_clock_parse("8:30", &of_day));
    cr_assert_not(cfg_clock_parse("08:60", &of_day));
    cr_assert_not(cfg_clock_parse("08:300", &of_day));
}
