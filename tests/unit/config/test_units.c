/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers with units are exact, and nothing is guessed. */
#include "config/units.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>

static int64_t parsed(enum cfg_measure measure, const char *text)
{
    int64_t value = -1;
    cr_assert_eq(cfg_measure_parse(measure, text, &value), CFG_PARSED_OK, "%s", text);
    return value;
}

static enum cfg_parsed refused(enum cfg_measure measure, const char *text)
{
    int64_t value = -1;
    enum cfg_parsed why = cfg_measure_parse(measure, text, &value);
    cr_assert_neq(why, CFG_PARSED_OK, "%s", text);
    cr_assert_eq(value, -1);
    return why;
}

Test(units, durations_shares_volts_and_parts_are_exact)
{
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "500ms"), 500000);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "0s"), 0);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "1.5s"), 1500000);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "30 s"), 30 * FO_SECOND);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "5min"), 5 * FO_MINUTE);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "0.5h"), 30 * FO_MINUTE);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "2d"), 48 * FO_HOUR);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "7us"), 7);
    cr_assert_eq(parsed(CFG_MEASURE_SHARE, "25%"), 25000);
    cr_assert_eq(parsed(CFG_MEASURE_SHARE, "0.1%"), 100);
    cr_assert_eq(parsed(CFG_MEASURE_VOLTS, "23.5V"), 23500);
    cr_assert_eq(parsed(CFG_MEASURE_VOLTS, "900mV"), 900);
    cr_assert_eq(parsed(CFG_MEASURE_PPM, "1000ppm"), 1000);
    cr_assert_eq(parsed(CFG_MEASURE_BYTES, "64MiB"), 64 * 1048576);
    cr_assert_eq(parsed(CFG_MEASURE_BYTES, "0.5KiB"), 512);
}

Test(units, minutes_have_two_spellings_and_are_printed_in_one)
{
    char text[16];
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "30m"), 30 * FO_MINUTE);
    cr_assert_eq(parsed(CFG_MEASURE_DURATION, "1.5 m"), 90 * FO_SECOND);
    cfg_measure_print(CFG_MEASURE_DURATION, 30 * FO_MINUTE, text, sizeof text);
    cr_assert_str_eq(text, "30min");
}

Test(units, a_number_that_could_be_misread_is_refused_with_its_reason)
{
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "500"), CFG_PARSED_NO_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "500 "), CFG_PARSED_NO_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, ""), CFG_PARSED_NO_NUMBER);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "-1s"), CFG_PARSED_NO_NUMBER);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "1.s"), CFG_PARSED_NO_NUMBER);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "5M"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "5mi"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_VOLTS, "5m"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "5S"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "5  s"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "5s "), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "1h30min"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_SHARE, "5"), CFG_PARSED_NO_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_VOLTS, "5%"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_BYTES, "64MB"), CFG_PARSED_WRONG_UNIT);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "0.5us"), CFG_PARSED_TOO_FINE);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "0.0000001s"), CFG_PARSED_TOO_FINE);
    cr_assert_eq(refused(CFG_MEASURE_VOLTS, "1.2345V"), CFG_PARSED_TOO_FINE);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "99999999999999999999s"), CFG_PARSED_TOO_LARGE);
    cr_assert_eq(refused(CFG_MEASURE_DURATION, "999999999999d"), CFG_PARSED_TOO_LARGE);
}

Test(units, what_is_printed_reads_back_as_the_same_number)
{
    static const int64_t values[] = {0,       1,       7,        999,        1000,     1001,
                                     50000,   100000,  1500000,  60000000,   90000000, 3600000000,
                                     5400000, 1234567, 86400000, 172800000,  20000,    100,
                                     12345,   99990,   1000000,  86400000000};
    for (unsigned measure = 0; measure < CFG_MEASURES; measure++) {
        for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
            char text[32];
            cfg_measure_print(measure, values[i], text, sizeof text);
            cr_assert_eq(parsed(measure, text), values[i], "%s", text);
        }
    }
}

Test(units, what_is_printed_is_short)
{
    char text[32];
    cfg_measure_print(CFG_MEASURE_DURATION, 90 * FO_SECOND, text, sizeof text);
    cr_assert_str_eq(text, "90s");
    cfg_measure_print(CFG_MEASURE_DURATION, FO_HOUR, text, sizeof text);
    cr_assert_str_eq(text, "1h");
    cfg_measure_print(CFG_MEASURE_SHARE, 2500, text, sizeof text);
    cr_assert_str_eq(text, "2.5%");
    cfg_measure_print(CFG_MEASURE_SHARE, 20000, text, sizeof text);
    cr_assert_str_eq(text, "20%");
    cfg_measure_print(CFG_MEASURE_BYTES, 64 * 1048576, text, sizeof text);
    cr_assert_str_eq(text, "64MiB");
    cfg_measure_print(CFG_MEASURE_BYTES, 0, text, sizeof text);
    cr_assert_str_eq(text, "0B");
}

Test(units, every_measure_has_an_example_that_it_can_read)
{
    for (unsigned measure = 0; measure < CFG_MEASURES; measure++) {
        cr_assert_geq(parsed(measure, cfg_measure_example(measure)), 0);
        cr_assert_gt(strlen(cfg_measure_units(measure)), 0);
    }
}

Test(units, addresses_are_numeric_and_have_a_port)
{
    struct cfg_address address = {0};
    cr_assert_null(cfg_address_parse("192.0.2.1:502", &address));
    const struct sockaddr_in *four = (const struct sockaddr_in *)&address.storage;
    cr_assert_eq(address.length, sizeof *four);
    cr_assert_eq(ntohs(four->sin_port), 502);
    cr_assert_eq(ntohl(four->sin_addr.s_addr), 0xc0000201);
    cr_assert_null(cfg_address_parse("[2001:db8::1]:161", &address));
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address.storage;
    cr_assert_eq(six->sin6_family, AF_INET6);
    cr_assert_eq(ntohs(six->sin6_port), 161);
    static const char *const bad[] = {
        "",           "192.0.2.1",       "192.0.2.1:",     "192.0.2.1:0",   "192.0.2.1:65536",
        "192.0.2:1",  "192.0.2.1:-1",    "192.0.2.1:1a",   ":502",          "2001:db8::1:161",
        "[2001:db8]", "[2001:db8::1]",   "[2001:db8::1:1", "[192.0.2.1]:1", "host:502",
        "[::1]x:161", "192.0.2.1:00502x"};
    struct cfg_address before = address;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not_null(cfg_address_parse(bad[i], &address), "%s", bad[i]);
        cr_assert(cfg_address_same(&before, &address));
    }
}

Test(units, an_address_that_is_not_given_is_the_same_as_no_other)
{
    struct cfg_address none = {0}, one = {0}, two = {0};
    cr_assert_null(cfg_address_parse("192.0.2.1:502", &one));
    cr_assert_null(cfg_address_parse("192.0.2.1:503", &two));
    cr_assert_not(cfg_address_same(&none, &none));
    cr_assert_not(cfg_address_same(&one, &two));
    cr_assert(cfg_address_same(&one, &one));
}

Test(units, an_ipv6_address_is_that_of_one_host_without_port_or_prefix)
{
    struct in6_addr six = {0};
    static const char *const bad[] = {
        "",    "2001:db8::9/64", "[2001:db8::9]:80", "10.1.1.9",    "::",
        "::1", "ff02::1",        "fe80::9",          "fe80::9%eth0"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not_null(cfg_ipv6_parse(bad[i], &six), "%s", bad[i]);
    }
    cr_assert(IN6_IS_ADDR_UNSPECIFIED(&six), "untouched");
    cr_assert_null(cfg_ipv6_parse("2001:db8::9", &six));
    cr_assert_eq(six.s6_addr[15], 9);
}

Test(units, prefixes_stay_in_their_family)
{
    struct in_addr four;
    struct in6_addr six;
    uint8_t prefix = 0;
    cr_assert_null(cfg_prefix4_parse("10.1.1.9/24", &four, &prefix));
    cr_assert_eq(prefix, 24);
    cr_assert_eq(ntohl(four.s_addr), 0x0a010109);
    cr_assert_null(cfg_prefix6_parse("2001:db8::9/128", &six, &prefix));
    cr_assert_eq(prefix, 128);
    cr_assert_null(cfg_ipv4_parse("198.51.100.1", &four));
    static const char *const bad[] = {"",          "10.1.1.9", "10.1.1.9/", "10.1.1.9/0",
                                      "10.1.1/24", "/24",      "x/24",      "10.1.1.9/129"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not_null(cfg_prefix4_parse(bad[i], &four, &prefix), "%s", bad[i]);
        cr_assert_not_null(cfg_prefix6_parse(bad[i], &six, &prefix), "%s", bad[i]);
    }
    cr_assert_not_null(cfg_prefix4_parse("10.1.1.9/33", &four, &prefix));
    cr_assert_not_null(cfg_ipv4_parse("198.51.100.1:53", &four));
    cr_assert_eq(prefix, 128);
}
