/* SPDX-License-Identifier: Apache-2.0 */
/* Counting stations by question and window. */
#include "probes/address_tally.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t one[6] = {2, 0, 0, 0, 0, 1}, two[6] = {2, 0, 0, 0, 0, 2};

/* Two questions; one station, or both, answer each. */
static bool window(struct pb_address_tally *tally, unsigned stations)
{
    for (unsigned question = 0; question < 2; question++) {
        pb_address_asked(tally);
        if (stations > 0) {
            pb_address_heard(tally, one, true);
        }
        if (stations > 1) {
            pb_address_heard(tally, two, true);
        }
    }
    return pb_address_window(tally);
}

/* The service moves between the two questions: each is answered by one. */
static bool move(struct pb_address_tally *tally, const uint8_t from[6], const uint8_t to[6])
{
    pb_address_asked(tally);
    pb_address_heard(tally, from, true);
    pb_address_heard(tally, to, false); /* its announcement */
    pb_address_asked(tally);
    pb_address_heard(tally, to, true);
    return pb_address_window(tally);
}

Test(address_tally, one_station_is_known_after_three_windows_and_said_once)
{
    struct pb_address_tally tally = {0};

    cr_assert_not(window(&tally, 1));
    cr_assert_not(window(&tally, 1));
    cr_assert(window(&tally, 1));
    cr_assert_eq(tally.believed, 1);
    cr_assert_not(window(&tally, 1));
}

Test(address_tally, two_stations_that_are_believed_are_named)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS; i++) {
        window(&tally, 2);
    }
    struct fo_self self = pb_address_self(&tally);
    cr_assert_eq(self.kind, FO_SELF_ANSWERS);
    cr_assert_eq(self.value, 2);
    cr_assert_eq(self.stations[0], 0x020000000001);
    cr_assert_eq(self.stations[1], 0x020000000002);
    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS; i++) {
        window(&tally, 1);
    }
    cr_assert_eq(pb_address_self(&tally).stations[1], 0, "who is gone is not named");
}

Test(address_tally, a_take_over_within_a_window_is_no_conflict)
{
    struct pb_address_tally tally = {0};

    window(&tally, 1);
    window(&tally, 1);
    window(&tally, 1);
    cr_assert_not(window(&tally, 2));
    cr_assert_not(window(&tally, 2));
    cr_assert_not(window(&tally, 1));
    cr_assert_eq(tally.believed, 1);
}

Test(address_tally, moves_in_each_of_three_windows_are_one_station_at_a_time)
{
    struct pb_address_tally tally = {0};

    window(&tally, 1);
    window(&tally, 1);
    window(&tally, 1);
    cr_assert_not(move(&tally, one, two));
    cr_assert_not(move(&tally, two, one));
    cr_assert_not(move(&tally, one, two));
    cr_assert_eq(tally.believed, 1, "never two at once");
    pb_address_asked(&tally);
    pb_address_heard(&tally, two, true);
    cr_assert(pb_address_window(&tally), "but another one now");
    cr_assert_eq(pb_address_self(&tally).value, 1);
    cr_assert_eq(pb_address_self(&tally).stations[0], 0x020000000002);
    cr_assert_eq(pb_address_self(&tally).stations[1], 0);
}

Test(address_tally, an_answer_of_the_server_just_left_that_was_under_way_is_no_second_one)
{
    struct pb_address_tally tally = {0};

    window(&tally, 1);
    window(&tally, 1);
    window(&tally, 1);
    move(&tally, one, two);
    move(&tally, two, one);
    pb_address_asked(&tally);
    pb_address_heard(&tally, two, true); /* sent before the move back, in a queue till now */
    pb_address_heard(&tally, one, true);
    cr_assert_not(pb_address_window(&tally));
    cr_assert_eq(tally.believed, 1);
    cr_assert_not(window(&tally, 1));
    cr_assert_eq(tally.believed, 1);
}

Test(address_tally, two_that_answer_one_question_are_two_though_one_window_lost_an_answer)
{
    struct pb_address_tally tally = {0};

    window(&tally, 2);
    move(&tally, one, two); /* both have been heard, neither question brought both answers */
    cr_assert(window(&tally, 2));
    cr_assert_eq(tally.believed, 2);
}

Test(address_tally, two_that_take_turns_for_longer_than_a_service_moves_are_two)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS_TURNS - 1; i++) {
        move(&tally, one, two);
        cr_assert_leq(tally.believed, 1);
    }
    cr_assert(move(&tally, one, two));
    cr_assert_eq(tally.believed, 2);
    cr_assert_eq(pb_address_self(&tally).stations[1], 0x020000000002);
}

Test(address_tally, turns_are_counted_anew_after_a_window_with_one)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < 2 * PB_ADDRESS_WINDOWS_TURNS; i++) {
        move(&tally, one, two);
        if (i % (PB_ADDRESS_WINDOWS_TURNS - 1) == PB_ADDRESS_WINDOWS_TURNS - 2) {
            window(&tally, 1);
        }
        cr_assert_leq(tally.believed, 1);
    }
}

Test(address_tally, a_stranger_that_only_announces_is_found_too)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS_TURNS; i++) {
        pb_address_asked(&tally);
        pb_address_heard(&tally, one, true);
        pb_address_heard(&tally, two, false);
        pb_address_window(&tally);
    }
    cr_assert_eq(tally.believed, 2);
}

Test(address_tally, two_stations_for_three_windows_are_two)
{
    struct pb_address_tally tally = {0};

    window(&tally, 1);
    window(&tally, 1);
    window(&tally, 1);
    window(&tally, 2);
    window(&tally, 2);
    cr_assert(window(&tally, 2));
    cr_assert_eq(tally.believed, 2);
    cr_assert_not(window(&tally, 1));
    cr_assert_not(window(&tally, 2));
    cr_assert_eq(tally.believed, 2, "one lost answer is no peace");
    window(&tally, 1);
    window(&tally, 1);
    cr_assert(window(&tally, 1));
    cr_assert_eq(tally.believed, 1);
}

Test(address_tally, nobody_at_all_is_a_count_too)
{
    struct pb_address_tally tally = {0};

    window(&tally, 0);
    window(&tally, 0);
    cr_assert(window(&tally, 0));
    cr_assert_eq(tally.believed, 0);
}

Test(address_tally, more_stations_than_can_be_kept_are_many_and_no_overflow)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < 100; i++) {
        uint8_t station[6] = {2, 0, 0, 0, 1, (uint8_t)i};

        pb_address_heard(&tally, station, true);
    }
    cr_assert_eq(tally.count, PB_ADDRESS_STATIONS_MAX);
    cr_assert(tally.both);
}
