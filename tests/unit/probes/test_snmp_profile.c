/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the tables of SNMP objects and of the choice between them. */
#include "tests/unit/probes/snmp_card.h"

#include "probes/oid.h"

#include <criterion/criterion.h>

static const struct cfg_profile *detect(struct card *card)
{
    struct pb_snmp_detect search;
    struct pb_snmp_request request;
    struct pb_snmp_answer answer;

    pb_snmp_detect_init(&search, test_profiles(), FO_DEVICE_UPS);
    while (pb_snmp_detect_ask(&search, &request)) {
        card_answer(card, &request, &answer);
        pb_snmp_detect_answer(&search, &answer);
        cr_assert_lt(card->requests, 250);
    }
    return pb_snmp_detect_choice(&search);
}

Test(snmp_profile, a_card_is_known_by_what_it_answers)
{
    static const struct {
        const char *oid, *profile;
    } cases[] = {
        {"1.3.6.1.2.1.33.1.4.1.0", "rfc1628"},
        {"1.3.6.1.4.1.318.1.1.1.4.1.1.0", "apc-powernet"},
        {"1.3.6.1.4.1.534.1.4.5.0", "eaton-xups"},
        {"1.3.6.1.4.1.705.1.7.3.0", "eaton-mge"},
        {"1.3.6.1.4.1.3808.1.1.1.4.1.1.0", "cyberpower"},
        {"1.3.6.1.4.1.935.1.1.1.4.1.1.0", "megatec-xppc"},
        {"1.3.6.1.4.1.4550.1.1.4.1.0", "jema-ups"},
        {"1.3.6.1.4.1.4550.2.1.4.1.0", "jema-ups2"},
        {"1.3.6.1.4.1.13891.101.4.1.0", "mitsubishi-ups"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int version1 = 0; version1 < 2; version1++) {
            struct card_object object = {cases[i].oid, 3, NULL};
            struct card card = {.objects = &object, .count = 1, .version1 = version1 == 1};
            const struct cfg_profile *found = detect(&card);
            cr_assert_not_null(found, "%s", cases[i].profile);
            cr_assert_str_eq(found->name, cases[i].profile);
        }
    }
}

Test(snmp_profile, a_makers_own_tables_are_preferred_to_the_standard_one)
{
    static const struct card_object both[] = {{"1.3.6.1.2.1.33.1.4.1.0", 3, NULL},
                                              {"1.3.6.1.4.1.318.1.1.1.4.1.1.0", 2, NULL}};
    struct card card = {.objects = both, .count = 2};
    cr_assert_str_eq(detect(&card)->name, "apc-powernet");
}

Test(snmp_profile, a_card_without_any_of_them_is_no_ups)
{
    static const struct card_object router = {"1.3.6.1.2.1.1.3.0", 12345, NULL};
    struct card card = {.objects = &router, .count = 1};
    cr_assert_null(detect(&card));
    card.version1 = true;
    cr_assert_null(detect(&card));
    card.most = 1;
    cr_assert_null(detect(&card));
}

Test(snmp_profile, powernet_prefers_its_precise_objects_and_falls_back)
{
#define A "1.3.6.1.4.1.318.1.1.1."
    static const struct card_object rich[] = {
        {A "4.1.1.0", 2, NULL},  {A "2.2.3.0", 10976200, NULL}, {A "2.3.1.0", 1000, NULL},
        {A "2.2.1.0", 99, NULL}, {A "3.3.1.0", 1191, NULL},     {A "4.3.3.0", 0, NULL},
        {A "2.2.4.0", 2, NULL},
    };
    static const struct card_object plain[] = {{A "4.1.1.0", 3, NULL},
                                               {A "2.2.1.0", 77, NULL},
                                               {A "3.2.1.0", 0, NULL},
                                               {A "4.2.3.0", 12, NULL},
                                               {A "8.1.0", 1, NULL}};
    struct card cards[] = {{.objects = rich, .count = 7}, {.objects = plain, .count = 5}};
    struct pb_snmp_map map;
    struct fo_reading reading;

    pb_snmp_map_init(&map, test_profile("apc-powernet"), NULL);
    card_poll(&cards[0], &map, 0, &reading);
    cr_assert_eq(reading_value(&reading, FO_VAR_BATTERY_RUNTIME).milli, 109762000);
    cr_assert_eq(reading_value(&reading, FO_VAR_BATTERY_CHARGE).milli, 100000);
    cr_assert_eq(reading_value(&reading, FO_VAR_INPUT_VOLTAGE).milli, 119100);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_LOAD).quality, FO_GOOD);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_STATUS).milli, FO_UPS(OL) | FO_UPS(RB));
    cr_assert_eq(card_poll(&cards[0], &map, 0, &reading), 1);

    pb_snmp_map_init(&map, test_profile("apc-powernet"), NULL);
    card_poll(&cards[1], &map, 0, &reading);
    cr_assert_eq(reading_value(&reading, FO_VAR_BATTERY_CHARGE).milli, 77000);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_STATUS).milli, FO_UPS(OB) | FO_UPS(DISCHRG));
    cr_assert_eq(reading_value(&reading, FO_VAR_INPUT_VOLTAGE).milli, 0);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_LOAD).milli, 12000);
}

Test(snmp_profile, a_network_card_that_lost_its_apc_ups_says_so)
{
    static const struct card_object lost[] = {
        {A "4.1.1.0", 3, NULL}, {A "2.2.1.0", 77, NULL}, {A "8.1.0", 2, NULL}};
    struct card card = {.objects = lost, .count = 3};
    struct pb_snmp_map map;
    struct fo_reading reading;

    pb_snmp_map_init(&map, test_profile("apc-powernet"), NULL);
    card_poll(&card, &map, 0, &reading);
    cr_assert_eq(reading.quality, FO_ABSENT);
    cr_assert_eq(reading.reason, FO_REASON_CARD_LOST_DEVICE);
    cr_assert_eq(reading_value(&reading, FO_VAR_BATTERY_CHARGE).quality, FO_STALE);
}

Test(snmp_profile, an_oid_is_written_with_dots_and_cut_rather_than_overrun)
{
    struct cfg_oid oid = card_oid("1.3.6.1.4.1.4294967295");
    char text[24], small[6];
    pb_oid_format(&oid, text, sizeof text);
    cr_assert_str_eq(text, "1.3.6.1.4.1.4294967295");
    pb_oid_format(&oid, small, sizeof small);
    cr_assert_str_eq(small, "1.3.6");
}
