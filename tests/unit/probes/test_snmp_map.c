/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of one poll of an SNMP card: batches, missing objects, errors, the alarm table, and what
 * the reading says. */
#include "tests/unit/probes/snmp_card.h"

#include "probes/oid.h"

#include <criterion/criterion.h>

#define U "1.3.6.1.2.1.33.1."
static const struct card_object single[] = {
    {U "2.1.0", 2, NULL},      {U "2.2.0", 0, NULL},       {U "2.3.0", 31, NULL},
    {U "2.4.0", 98, NULL},     {U "2.5.0", 380, NULL},     {U "2.6.0", -5, NULL},
    {U "2.7.0", 24, NULL},     {U "3.3.1.2.1", 499, NULL}, {U "3.3.1.3.1", 232, NULL},
    {U "4.1.0", 3, NULL},      {U "4.2.0", 499, NULL},     {U "4.4.1.2.1", 233, NULL},
    {U "4.4.1.3.1", 11, NULL}, {U "4.4.1.4.1", 250, NULL}, {U "4.4.1.5.1", 26, NULL},
    {U "6.1.0", 0, NULL},
};
#define CARD(table)                                                 \
    {                                                               \
        .objects = table, .count = sizeof(table) / sizeof(table)[0] \
    }

/* A copy of the single-phase card with one object changed or added. */
static struct card changed(struct card_object *copy, const char *oid, int64_t number)
{
    size_t count = sizeof single / sizeof single[0];
    memcpy(copy, single, sizeof single);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(copy[i].oid, oid) == 0) {
            copy[i].number = number;
            return (struct card){.objects = copy, .count = count};
        }
    }
    copy[count] = (struct card_object){oid, number, NULL};
    return (struct card){.objects = copy, .count = count + 1};
}

static void start(struct pb_snmp_map *map)
{
    pb_snmp_map_init(map, test_profile("rfc1628"), NULL);
}

static void expect(const struct fo_reading *reading, enum fo_variable variable, int64_t milli)
{
    struct fo_value value = reading_value(reading, variable);
    cr_assert_eq(value.quality, FO_GOOD, "%s has quality %u reason %u", fo_variable_name(variable),
                 value.quality, value.reason);
    cr_assert_eq(value.milli, milli, "%s is %lld", fo_variable_name(variable),
                 (long long)value.milli);
}

static void expect_absent(const struct fo_reading *reading, enum fo_variable variable,
                          enum fo_reason reason)
{
    struct fo_value value = reading_value(reading, variable);
    cr_assert_eq(value.quality, FO_ABSENT, "%s", fo_variable_name(variable));
    cr_assert_eq(value.reason, reason, "%s: %u", fo_variable_name(variable), value.reason);
}

Test(snmp_map, a_single_phase_ups_reads_as_its_card_says)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct fo_reading reading;

    start(&map);
    card_poll(&card, &map, 0, &reading);
    cr_assert_eq(reading.quality, FO_GOOD);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OL));
    expect(&reading, FO_VAR_BATTERY_RUNTIME, 1860000);
    expect(&reading, FO_VAR_BATTERY_CHARGE, 98000);
    expect(&reading, FO_VAR_BATTERY_VOLTAGE, 38000);
    expect(&reading, FO_VAR_BATTERY_CURRENT, -500);
    expect(&reading, FO_VAR_INPUT_VOLTAGE, 232000);
    expect(&reading, FO_VAR_INPUT_FREQUENCY, 49900);
    expect(&reading, FO_VAR_UPS_LOAD, 26000);
    expect(&reading, FO_VAR_OUTPUT_POWER, 250000);
    expect(&reading, FO_VAR_OUTPUT_CURRENT, 1100);
    expect(&reading, FO_VAR_UPS_ALARMS, 0);
    cr_assert_eq(reading_value(&reading, FO_VAR_INPUT_L1_VOLTAGE).quality, 0xff,
                 "one phase has no values by line");
}

Test(snmp_map, no_request_asks_for_more_than_twelve_objects_and_later_polls_need_few)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct fo_reading reading;
    struct pb_snmp_request request;

    start(&map);
    pb_snmp_map_begin(&map);
    cr_assert(pb_snmp_map_ask(&map, &request));
    cr_assert_eq(request.count, PB_SNMP_BATCH);
    start(&map);
    cr_assert_leq(card_poll(&card, &map, 0, &reading), 4);
    unsigned requests = 0;
    for (int i = 0; i < 10; i++) {
        requests += card_poll(&card, &map, 0, &reading);
        expect(&reading, FO_VAR_OUTPUT_FREQUENCY, 49900);
    }
    cr_assert_leq(requests, 15, "%u requests in ten polls", requests);
}

Test(snmp_map, version_1_finds_the_same_by_dropping_what_the_card_does_not_have)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct fo_reading reading;

    card.version1 = true;
    start(&map);
    card_poll(&card, &map, 0, &reading);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OL));
    expect(&reading, FO_VAR_INPUT_VOLTAGE, 232000);
    expect(&reading, FO_VAR_OUTPUT_FREQUENCY, 49900);
    cr_assert_leq(card_poll(&card, &map, 0, &reading), 1, "what is missing is not asked again");
    expect(&reading, FO_VAR_BATTERY_CHARGE, 98000);
}

Test(snmp_map, three_phases_are_shown_by_line_and_joined_cautiously)
{
    static const struct card_object three[] = {
        {U "2.1.0", 2, NULL},       {U "4.1.0", 3, NULL},        {U "3.3.1.3.1", 233, NULL},
        {U "3.3.1.3.2", 229, NULL}, {U "3.3.1.3.3", 231, NULL},  {U "4.4.1.5.1", 14, NULL},
        {U "4.4.1.5.2", 41, NULL},  {U "4.4.1.5.3", 5, NULL},    {U "4.4.1.4.1", 3396, NULL},
        {U "4.4.1.4.2", 954, NULL}, {U "4.4.1.4.3", 1368, NULL},
    };
    struct card card = CARD(three);
    struct pb_snmp_map map;
    struct fo_reading reading;

    start(&map);
    card_poll(&card, &map, 0, &reading);
    expect(&reading, FO_VAR_INPUT_L1_VOLTAGE, 233000);
    expect(&reading, FO_VAR_INPUT_L3_VOLTAGE, 231000);
    expect(&reading, FO_VAR_INPUT_VOLTAGE, 229000);
    expect(&reading, FO_VAR_OUTPUT_L2_PERCENT, 41000);
    expect(&reading, FO_VAR_UPS_LOAD, 41000);
    expect(&reading, FO_VAR_OUTPUT_POWER, 5718000);
    expect_absent(&reading, FO_VAR_BATTERY_CHARGE, FO_REASON_NO_SUCH_OBJECT);
    expect_absent(&reading, FO_VAR_UPS_ALARMS, FO_REASON_NO_SUCH_OBJECT);
}

Test(snmp_map, rows_that_end_in_one_more_zero_are_found_and_remembered)
{
    static const struct card_object odd[] = {
        {U "2.1.0", 2, NULL}, {U "4.1.0", 3, NULL}, {U "3.3.1.3.1.0", 101, NULL}};
    struct card card = CARD(odd);
    struct pb_snmp_map map;
    struct fo_reading reading;

    start(&map);
    card_poll(&card, &map, 0, &reading);
    expect(&reading, FO_VAR_INPUT_VOLTAGE, 101000);
    cr_assert_eq(card_poll(&card, &map, 0, &reading), 1);
    expect(&reading, FO_VAR_INPUT_VOLTAGE, 101000);
}

Test(snmp_map, status_follows_source_battery_and_alarms)
{
    static const struct {
        const char *oid;
        int64_t number, status;
        uint8_t quality;
    } cases[] = {
        {U "4.1.0", 2, FO_UPS(OFF), FO_GOOD},
        {U "4.1.0", 4, FO_UPS(OL) | FO_UPS(BYPASS), FO_GOOD},
        {U "4.1.0", 5, FO_UPS(OB) | FO_UPS(DISCHRG), FO_GOOD},
        {U "4.1.0", 6, FO_UPS(OL) | FO_UPS(BOOST), FO_GOOD},
        {U "4.1.0", 7, FO_UPS(OL) | FO_UPS(TRIM), FO_GOOD},
        {U "4.1.0", 1, 0, FO_SUSPECT}, /* other: where from is not known */
        {U "4.1.0", 99, 0, FO_SUSPECT},
        {U "2.1.0", 3, FO_UPS(OL) | FO_UPS(LB), FO_GOOD},
        {U "2.1.0", 4, FO_UPS(OL) | FO_UPS(LB), FO_GOOD},
        {U "6.1.0", 2, FO_UPS(OL) | FO_UPS(ALARM), FO_GOOD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct card_object copy[CARD_OBJECTS];
        struct card card = changed(copy, cases[i].oid, cases[i].number);
        struct pb_snmp_map map;
        struct fo_reading reading;
        start(&map);
        card_poll(&card, &map, 0, &reading);
        struct fo_value status = reading_value(&reading, FO_VAR_UPS_STATUS);
        cr_assert_eq(status.milli, cases[i].status, "case %zu: %llx", i,
                     (unsigned long long)status.milli);
        cr_assert_eq(status.quality, cases[i].quality, "case %zu", i);
    }
}

#define ALARM(row, known)                   \
    {                                       \
        U "6.2.1.2." row, 0, U "6.3." known \
    }
Test(snmp_map, the_alarm_table_is_walked_when_there_are_alarms)
{
    static const struct card_object rows[] = {
        {U "2.1.0", 2, NULL},
        {U "4.1.0", 3, NULL},
        {U "6.1.0", 4, NULL},
        ALARM("1", "1"),
        ALARM("5", "8"),
        ALARM("17", "24"),
        {U "6.2.1.2.20", 0, "0.0"},
        {U "6.2.1.2.21", 0, "1.3.6.1.4.1.9999.1"},
        {U "6.2.1.3.1", 1, NULL},
    };
    struct card card = CARD(rows);
    struct pb_snmp_map map;
    struct fo_reading reading;

    for (int version1 = 0; version1 < 2; version1++) {
        card.version1 = version1 == 1;
        start(&map);
        card_poll(&card, &map, 0, &reading);
        expect(&reading, FO_VAR_UPS_ALARMS,
               1 << FO_UPS_ALARM_BATTERY_BAD | 1 << FO_UPS_ALARM_OUTPUT_OVERLOAD |
                   1 << FO_UPS_ALARM_TEST_IN_PROGRESS);
        expect(&reading, FO_VAR_UPS_STATUS,
               FO_UPS(OL) | FO_UPS(RB) | FO_UPS(OVER) | FO_UPS(TEST) | FO_UPS(ALARM));
    }
}

Test(snmp_map, a_card_that_has_lost_its_ups_makes_everything_stale)
{
    static const struct card_object rows[] = {{U "2.1.0", 2, NULL},
                                              {U "2.4.0", 90, NULL},
                                              {U "4.1.0", 3, NULL},
                                              {U "6.1.0", 1, NULL},
                                              ALARM("3", "20")};
    struct card card = CARD(rows);
    struct pb_snmp_map map;
    struct fo_reading reading;

    start(&map);
    card_poll(&card, &map, 0, &reading);
    cr_assert_eq(reading.quality, FO_ABSENT);
    cr_assert_eq(reading.reason, FO_REASON_CARD_LOST_DEVICE);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_STATUS).quality, FO_STALE);
    cr_assert_eq(reading_value(&reading, FO_VAR_BATTERY_CHARGE).quality, FO_STALE);
    expect(&reading, FO_VAR_UPS_ALARMS, 1 << FO_UPS_ALARM_COMMUNICATIONS_LOST);
}

Test(snmp_map, an_agent_that_walks_in_circles_or_without_end_ends_the_walk)
{
    struct pb_snmp_map map;
    struct pb_snmp_request request;
    struct fo_reading reading;
    struct card card = CARD(single);
    unsigned rows = 0;

    for (int endless = 0; endless < 2; endless++) {
        start(&map);
        pb_snmp_map_begin(&map);
        while (pb_snmp_map_ask(&map, &request)) {
            struct pb_snmp_answer answer;
            if (!request.next) {
                card_answer(&card, &request, &answer);
                for (unsigned i = 0; i < answer.count; i++) {
                    struct cfg_oid count = card_oid(U "6.1.0");
                    if (pb_oid_equal(&answer.varbinds[i].oid, &count)) {
                        answer.varbinds[i].integer = 3;
                    }
                }
            } else {
                memset(&answer, 0, sizeof answer);
                answer.count = 1;
                answer.varbinds[0].type = PB_SNMP_OID;
                answer.varbinds[0].oid = card_oid(U "6.2.1.2.7");
                answer.varbinds[0].oid.arcs[12] = endless ? ++rows : 7;
                cr_assert_lt(rows, 100);
            }
            pb_snmp_map_answer(&map, &answer);
        }
        pb_snmp_reading_make(&map, 0, &reading);
        cr_assert_eq(reading.quality, FO_GOOD);
        expect(&reading, FO_VAR_BATTERY_CHARGE, 98000);
        if (endless) {
            cr_assert_eq(rows, PB_SNMP_ALARM_ROWS);
        } else {
            expect_absent(&reading, FO_VAR_UPS_ALARMS, FO_REASON_BAD_FRAME);
        }
    }
}

Test(snmp_map, too_big_makes_requests_smaller_and_nothing_is_lost)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct fo_reading reading;

    card.most = 4;
    start(&map);
    card_poll(&card, &map, 0, &reading);
    expect(&reading, FO_VAR_BATTERY_CHARGE, 98000);
    expect(&reading, FO_VAR_OUTPUT_POWER, 250000);
}

Test(snmp_map, general_errors_cost_the_named_object_or_the_request_but_always_end)
{
    for (int index = 0; index <= 1; index++) {
        struct pb_snmp_map map;
        struct pb_snmp_request request;
        struct fo_reading reading;
        unsigned requests = 0;
        start(&map);
        pb_snmp_map_begin(&map);
        while (pb_snmp_map_ask(&map, &request)) {
            struct pb_snmp_answer answer = {.error_status = 5, .error_index = index};
            pb_snmp_map_answer(&map, &answer);
            cr_assert_lt(++requests, 100);
        }
        pb_snmp_reading_make(&map, 0, &reading);
        cr_assert_eq(reading.quality, FO_ABSENT);
        cr_assert_eq(reading.reason, FO_REASON_DEVICE_ERROR);
    }
}

Test(snmp_map, answers_to_something_else_are_not_taken_for_ours)
{
    struct pb_snmp_map map;
    struct pb_snmp_request request;
    struct pb_snmp_answer answer;
    struct fo_reading reading;
    struct card card = CARD(single);

    start(&map);
    pb_snmp_map_begin(&map);
    while (pb_snmp_map_ask(&map, &request)) {
        card_answer(&card, &request, &answer);
        if (answer.count > 4) {
            struct pb_snmp_varbind swap = answer.varbinds[0];
            answer.varbinds[0] = answer.varbinds[1];
            answer.varbinds[1] = swap;
            answer.varbinds[3].type = PB_SNMP_OTHER; /* upsSecondsOnBattery */
            answer.count--;                          /* and one varbind too few */
        }
        pb_snmp_map_answer(&map, &answer);
    }
    pb_snmp_reading_make(&map, 0, &reading);
    expect_absent(&reading, FO_VAR_UPS_STATUS, FO_REASON_BAD_FRAME);
    expect_absent(&reading, FO_VAR_BATTERY_ON_SECONDS, FO_REASON_WRONG_TYPE);
}

Test(snmp_map, silence_makes_the_whole_reading_absent_and_old_values_are_not_shown)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct pb_snmp_request request;
    struct fo_reading reading;

    start(&map);
    card_poll(&card, &map, 0, &reading);
    pb_snmp_map_begin(&map);
    cr_assert(pb_snmp_map_ask(&map, &request));
    pb_snmp_map_silent(&map, FO_REASON_NO_ANSWER);
    cr_assert_not(pb_snmp_map_ask(&map, &request));
    pb_snmp_reading_make(&map, 0, &reading);
    cr_assert_eq(reading.quality, FO_ABSENT);
    cr_assert_eq(reading.reason, FO_REASON_NO_ANSWER);
    for (unsigned i = 0; i < reading.count; i++) {
        cr_assert_eq(reading.values[i].quality, FO_ABSENT);
    }
}

Test(snmp_map, silence_in_the_middle_costs_only_what_was_still_to_come)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct pb_snmp_request request;
    struct pb_snmp_answer answer;
    struct fo_reading reading;

    start(&map);
    pb_snmp_map_begin(&map);
    cr_assert(pb_snmp_map_ask(&map, &request));
    card_answer(&card, &request, &answer);
    pb_snmp_map_answer(&map, &answer);
    cr_assert(pb_snmp_map_ask(&map, &request));
    pb_snmp_map_silent(&map, FO_REASON_NO_ANSWER);
    pb_snmp_reading_make(&map, 0, &reading);
    cr_assert_eq(reading.quality, FO_GOOD);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OL));
    expect_absent(&reading, FO_VAR_BATTERY_VOLTAGE, FO_REASON_NO_ANSWER);
    expect_absent(&reading, FO_VAR_UPS_ALARMS, FO_REASON_NO_ANSWER);
}

Test(snmp_map, sentinels_and_lying_zeros_are_unknown)
{
    static const struct {
        const char *oid;
        int64_t number;
        enum fo_variable variable;
        enum fo_reason reason;
    } cases[] = {
        {U "2.3.0", 0, FO_VAR_BATTERY_RUNTIME, FO_REASON_ZERO_NOT_BELIEVED},
        {U "2.3.0", 65535, FO_VAR_BATTERY_RUNTIME, FO_REASON_SENTINEL},
        {U "2.3.0", 4294967295, FO_VAR_BATTERY_RUNTIME, FO_REASON_SENTINEL},
        {U "2.3.0", -1, FO_VAR_BATTERY_RUNTIME, FO_REASON_SENTINEL},
        {U "2.7.0", -273, FO_VAR_BATTERY_TEMPERATURE, FO_REASON_SENTINEL},
        {U "3.3.1.3.1", 0, FO_VAR_INPUT_VOLTAGE, FO_REASON_ZERO_NOT_BELIEVED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct card_object copy[CARD_OBJECTS];
        struct card card = changed(copy, cases[i].oid, cases[i].number);
        struct pb_snmp_map map;
        struct fo_reading reading;
        start(&map);
        card_poll(&card, &map, 0, &reading);
        expect_absent(&reading, cases[i].variable, cases[i].reason);
    }
}

Test(snmp_map, seconds_on_battery_that_stand_still_make_the_reading_suspect)
{
    struct card_object copy[CARD_OBJECTS];
    struct card card = changed(copy, U "4.1.0", 5);
    struct pb_snmp_map map;
    struct fo_reading reading;
    fo_us now = 0;

    copy[1].number = 95; /* seconds on battery */
    start(&map);
    card_poll(&card, &map, now, &reading);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG));
    now += PB_SNMP_FROZEN_US;
    card_poll(&card, &map, now, &reading);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG));
    now += 1;
    card_poll(&card, &map, now, &reading);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_STATUS).quality, FO_SUSPECT);
    cr_assert_eq(reading_value(&reading, FO_VAR_UPS_STATUS).reason, FO_REASON_FROZEN);
    copy[1].number = 96;
    card_poll(&card, &map, now, &reading);
    expect(&reading, FO_VAR_UPS_STATUS, FO_UPS(OB) | FO_UPS(DISCHRG));
}

Test(snmp_map, each_value_can_be_traced_to_its_object_and_raw_number)
{
    struct card card = CARD(single);
    struct pb_snmp_map map;
    struct fo_reading reading;
    struct pb_snmp_trace trace;
    char text[112];

    start(&map);
    card_poll(&card, &map, 0, &reading);
    cr_assert(pb_snmp_reading_trace(&map, FO_VAR_BATTERY_RUNTIME, &trace));
    pb_oid_format(&trace.oid, text, sizeof text);
    cr_assert_str_eq(text, "1.3.6.1.2.1.33.1.2.3.0");
    cr_assert(trace.known);
    cr_assert_eq(trace.raw, 31);
    cr_assert(pb_snmp_reading_trace(&map, FO_VAR_UPS_STATUS, &trace));
    cr_assert_eq(trace.raw, 3);
    cr_assert_not(pb_snmp_reading_trace(&map, FO_VAR_FUEL_LEVEL, &trace));
}
