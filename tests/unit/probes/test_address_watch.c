/* SPDX-License-Identifier: Apache-2.0 */
/* Counting stations by window, and reading ARP answers byte by byte. */
#include "probes/address_watch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

static const uint8_t one[6] = {2, 0, 0, 0, 0, 1}, two[6] = {2, 0, 0, 0, 0, 2};

static bool window(struct pb_address_tally *tally, unsigned stations)
{
    if (stations > 0) {
        pb_address_heard(tally, one);
        pb_address_heard(tally, one);
    }
    if (stations > 1) {
        pb_address_heard(tally, two);
    }
    return pb_address_window(tally);
}

Test(address_watch, one_station_is_known_after_three_windows_and_said_once)
{
    struct pb_address_tally tally = {0};

    cr_assert_not(window(&tally, 1));
    cr_assert_not(window(&tally, 1));
    cr_assert(window(&tally, 1));
    cr_assert_eq(tally.believed, 1);
    cr_assert_not(window(&tally, 1));
}

Test(address_watch, two_stations_that_are_believed_are_named)
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

Test(address_watch, a_take_over_within_a_window_is_no_conflict)
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

Test(address_watch, two_stations_for_three_windows_are_two)
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

Test(address_watch, nobody_at_all_is_a_count_too)
{
    struct pb_address_tally tally = {0};

    window(&tally, 0);
    window(&tally, 0);
    cr_assert(window(&tally, 0));
    cr_assert_eq(tally.believed, 0);
}

Test(address_watch, more_stations_than_can_be_kept_are_many_and_no_overflow)
{
    struct pb_address_tally tally = {0};

    for (unsigned i = 0; i < 100; i++) {
        uint8_t station[6] = {2, 0, 0, 0, 1, (uint8_t)i};

        pb_address_heard(&tally, station);
    }
    cr_assert_eq(tally.count, PB_ADDRESS_STATIONS_MAX);
}

Test(address_watch, only_an_answer_for_the_address_counts)
{
    uint8_t bytes[28] = {0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 1, 10, 77, 1, 100};
    uint8_t station[6];
    struct in_addr address;

    inet_pton(AF_INET, "10.77.1.100", &address);
    cr_assert(pb_address_answers(bytes, sizeof(bytes), address, station));
    cr_assert_arr_eq(station, one, 6);
    cr_assert_not(pb_address_answers(bytes, 27, address, station), "too short");
    bytes[7] = 1;
    cr_assert_not(pb_address_answers(bytes, sizeof(bytes), address, station), "a question");
    bytes[7] = 2;
    bytes[17] = 101;
    cr_assert_not(pb_address_answers(bytes, sizeof(bytes), address, station), "another address");
    bytes[17] = 100;
    bytes[4] = 8;
    cr_assert_not(pb_address_answers(bytes, sizeof(bytes), address, station), "not Ethernet");
    bytes[4] = 6;
    memset(bytes + 8, 0, 6);
    cr_assert_not(pb_address_answers(bytes, sizeof(bytes), address, station), "nobody");
}
