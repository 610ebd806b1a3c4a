/* SPDX-License-Identifier: Apache-2.0 */
/* Asking and reading who has an address, byte by byte: ARP answers, neighbour advertisements, and
 * the first byte of each that makes them worth nothing. */
#include "probes/address_frame.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define HEADER 40
#define FLAGS (HEADER + 4)
#define OPTION (HEADER + 24)

static const uint8_t one[6] = {2, 0, 0, 0, 0, 1}, asker[6] = {2, 0, 0, 0, 0, 9};

/* Of 2001:db8:77::100 to 2001:db8:77::20, who has asked; its checksum is not of our reckoning. */
static const uint8_t advertisement[72] = {
    0x60, 0, 0, 0,    0,    0x20, 0x3a, 0xff, 0x20, 0x01, 0x0d, 0xb8, 0,    0x77, 0,
    0,    0, 0, 0,    0,    0,    0,    1,    0,    0x20, 0x01, 0x0d, 0xb8, 0,    0x77,
    0,    0, 0, 0,    0,    0,    0,    0,    0,    0x20, 0x88, 0,    0x86, 0xf2, 0x60,
    0,    0, 0, 0x20, 0x01, 0x0d, 0xb8, 0,    0x77, 0,    0,    0,    0,    0,    0,
    0,    0, 1, 0,    2,    1,    2,    0,    0,    0,    0,    1};
static const uint8_t solicitation[72] = {
    0x60, 0, 0, 0, 0,    0x20, 0x3a, 0xff, 0x20, 0x01, 0x0d, 0xb8, 0,    0x77, 0,    0,    0, 0,
    0,    0, 0, 0, 0,    0x20, 0xff, 0x02, 0,    0,    0,    0,    0,    0,    0,    0,    0, 1,
    0xff, 0, 1, 0, 0x87, 0,    0x19, 0x16, 0,    0,    0,    0,    0x20, 0x01, 0x0d, 0xb8, 0, 0x77,
    0,    0, 0, 0, 0,    0,    0,    0,    1,    0,    1,    1,    2,    0,    0,    0,    0, 9};

static struct pb_ip ip(const char *text)
{
    struct pb_ip ip = {.family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET};

    cr_assert_eq(inet_pton(ip.family, text, ip.bytes), 1, "%s", text);
    return ip;
}

static enum pb_address_said read_at(const uint8_t *bytes, size_t length, uint8_t station[6])
{
    struct pb_ip address = ip("2001:db8:77::100"), own = ip("2001:db8:77::20");

    return pb_address_read(bytes, length, &address, &own, station);
}

/* Makes the checksum good again after a change. */
static void seal(uint8_t *bytes)
{
    size_t message = (size_t)bytes[4] << 8 | bytes[5];
    uint32_t sum = (uint32_t)message + 58;

    bytes[HEADER + 2] = bytes[HEADER + 3] = 0;
    for (size_t i = 8; i < HEADER + message; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 == 0 ? 8 : 0);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    bytes[HEADER + 2] = (uint8_t)(sum >> 8);
    bytes[HEADER + 3] = (uint8_t)sum;
}

/* What is said when the byte at `at` is `value` and all else, the checksum included, is in order.
 */
static enum pb_address_said with(size_t at, uint8_t value)
{
    uint8_t bytes[sizeof(advertisement)], station[6];

    memcpy(bytes, advertisement, sizeof(bytes));
    bytes[at] = value;
    seal(bytes);
    return read_at(bytes, sizeof(bytes), station);
}

Test(address_frame, only_an_arp_answer_for_the_address_counts)
{
    uint8_t bytes[28] = {0,  1,  8, 0,   6, 4, 0, 2, 2, 0, 0,  0,  0, 1,
                         10, 77, 1, 100, 2, 0, 0, 0, 0, 9, 10, 77, 1, 20};
    uint8_t station[6];
    struct pb_ip address = ip("10.77.1.100"), own = ip("10.77.1.20");

    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station),
                 PB_ADDRESS_ANSWERED);
    cr_assert_arr_eq(station, one, 6);
    bytes[27] = 100;
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station),
                 PB_ADDRESS_ANNOUNCED, "to itself: nobody has asked");
    bytes[27] = 21;
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station),
                 PB_ADDRESS_ANNOUNCED, "somebody else has asked");
    bytes[27] = 20;
    cr_assert_eq(pb_address_read(bytes, 27, &address, &own, station), 0, "too short");
    bytes[7] = 1;
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station), 0, "a question");
    bytes[7] = 2;
    bytes[17] = 101;
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station), 0,
                 "another address");
    bytes[17] = 100;
    bytes[4] = 8;
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station), 0, "not Ethernet");
    bytes[4] = 6;
    memset(bytes + 8, 0, 6);
    cr_assert_eq(pb_address_read(bytes, sizeof(bytes), &address, &own, station), 0, "nobody");
}

Test(address_frame, an_advertisement_to_us_is_an_answer_and_names_its_station)
{
    uint8_t station[6] = {0};

    cr_assert_eq(read_at(advertisement, sizeof(advertisement), station), PB_ADDRESS_ANSWERED);
    cr_assert_arr_eq(station, one, 6);
}

Test(address_frame, an_advertisement_that_nobody_asked_for_is_an_announcement)
{
    uint8_t station[6], bytes[sizeof(advertisement)];

    cr_assert_eq(with(FLAGS, 0x20), PB_ADDRESS_ANNOUNCED, "not solicited");
    cr_assert_eq(with(39, 0x21), PB_ADDRESS_ANNOUNCED, "somebody else has asked");
    memcpy(bytes, advertisement, sizeof(bytes));
    inet_pton(AF_INET6, "ff02::1", bytes + 24);
    bytes[FLAGS] = 0x20;
    seal(bytes);
    cr_assert_eq(read_at(bytes, sizeof(bytes), station), PB_ADDRESS_ANNOUNCED, "to everybody");
    bytes[FLAGS] = 0x60;
    seal(bytes);
    cr_assert_eq(read_at(bytes, sizeof(bytes), station), PB_ADDRESS_NOTHING,
                 "an answer to everybody is none (RFC 4861 section 7.1.2)");
}

Test(address_frame, an_advertisement_that_a_router_may_have_let_through_counts_for_nothing)
{
    cr_assert_eq(with(7, 255), PB_ADDRESS_ANSWERED);
    cr_assert_eq(with(7, 254), PB_ADDRESS_NOTHING);
    cr_assert_eq(with(7, 0), PB_ADDRESS_NOTHING);
}

Test(address_frame, what_is_no_advertisement_for_the_address_counts_for_nothing)
{
    cr_assert_eq(with(0, 0x45), PB_ADDRESS_NOTHING, "not IPv6");
    cr_assert_eq(with(6, 17), PB_ADDRESS_NOTHING, "not ICMPv6");
    cr_assert_eq(with(HEADER, 135), PB_ADDRESS_NOTHING, "a question");
    cr_assert_eq(with(HEADER + 1, 1), PB_ADDRESS_NOTHING, "another code");
    cr_assert_eq(with(HEADER + 23, 1), PB_ADDRESS_NOTHING, "another address");
}

Test(address_frame, a_bad_checksum_counts_for_nothing)
{
    uint8_t bytes[sizeof(advertisement)], station[6];

    for (size_t at = HEADER + 2; at < sizeof(bytes); at++) {
        memcpy(bytes, advertisement, sizeof(bytes));
        bytes[at] ^= 1;
        cr_assert_eq(read_at(bytes, sizeof(bytes), station), PB_ADDRESS_NOTHING, "byte %zu", at);
    }
}

Test(address_frame, no_shorter_advertisement_is_read_and_padding_behind_one_is_left)
{
    uint8_t station[6], padded[sizeof(advertisement) + 6] = {0};

    for (size_t length = 0; length < sizeof(advertisement); length++) {
        cr_assert_eq(read_at(advertisement, length, station), PB_ADDRESS_NOTHING, "%zu", length);
    }
    memcpy(padded, advertisement, sizeof(advertisement));
    cr_assert_eq(read_at(padded, sizeof(padded), station), PB_ADDRESS_ANSWERED);
    cr_assert_eq(with(5, 23), PB_ADDRESS_NOTHING, "it says so itself");
}

Test(address_frame, without_a_target_link_layer_address_there_is_no_station)
{
    uint8_t bytes[sizeof(advertisement)], station[6] = {7, 7, 7, 7, 7, 7};
    static const uint8_t untouched[6] = {7, 7, 7, 7, 7, 7};

    memcpy(bytes, advertisement, sizeof(bytes));
    bytes[5] = 24;
    seal(bytes);
    cr_assert_eq(read_at(bytes, OPTION, station), PB_ADDRESS_NOTHING, "no option at all");
    cr_assert_arr_eq(station, untouched, 6);
    cr_assert_eq(with(OPTION, 1), PB_ADDRESS_NOTHING, "that of a source");
    memcpy(bytes, advertisement, sizeof(bytes));
    memset(bytes + OPTION + 2, 0, 6);
    seal(bytes);
    cr_assert_eq(read_at(bytes, sizeof(bytes), station), PB_ADDRESS_NOTHING, "nobody's");
    cr_assert_arr_eq(station, untouched, 6);
}

Test(address_frame, an_option_that_is_not_whole_spoils_the_advertisement)
{
    uint8_t bytes[sizeof(advertisement) + 16] = {0}, station[6];

    cr_assert_eq(with(OPTION + 1, 0), PB_ADDRESS_NOTHING, "of no length");
    cr_assert_eq(with(OPTION + 1, 2), PB_ADDRESS_NOTHING, "longer than the message");
    cr_assert_eq(with(5, 0x1f), PB_ADDRESS_NOTHING, "cut by one byte");
    memcpy(bytes, advertisement, sizeof(advertisement));
    bytes[5] = 0x28;
    seal(bytes);
    cr_assert_eq(read_at(bytes, 80, station), PB_ADDRESS_NOTHING, "one of no length behind it");
    bytes[72] = 14; /* a nonce, RFC 3971 */
    bytes[73] = 1;
    seal(bytes);
    cr_assert_eq(read_at(bytes, 80, station), PB_ADDRESS_ANSWERED, "another option behind it");
    memmove(bytes + OPTION + 8, bytes + OPTION, 8);
    memset(bytes + OPTION, 0, 8);
    bytes[OPTION] = 14;
    bytes[OPTION + 1] = 1;
    seal(bytes);
    memset(station, 0, 6);
    cr_assert_eq(read_at(bytes, 80, station), PB_ADDRESS_ANSWERED, "and before it");
    cr_assert_arr_eq(station, one, 6);
}

/* Read from memory that ends where the message does. */
Test(address_frame, the_beginning_of_an_option_is_not_read_beyond_the_end)
{
    for (size_t more = 1; more < 8; more++) {
        uint8_t *bytes = malloc(OPTION + more), station[6];

        cr_assert_not_null(bytes);
        memcpy(bytes, advertisement, OPTION + more);
        bytes[5] = (uint8_t)(24 + more);
        seal(bytes);
        cr_assert_eq(read_at(bytes, OPTION + more, station), PB_ADDRESS_NOTHING, "%zu", more);
        free(bytes);
    }
}

Test(address_frame, an_arp_question_goes_to_everybody)
{
    static const uint8_t wanted[28] = {0,  1,  8, 0,  6, 4, 0, 1, 2, 0, 0,  0,  0, 9,
                                       10, 77, 1, 20, 0, 0, 0, 0, 0, 0, 10, 77, 1, 100};
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct pb_ip address = ip("10.77.1.100"), own = ip("10.77.1.20");
    uint8_t bytes[PB_ADDRESS_QUESTION_MAX], to[6];

    cr_assert_eq(pb_address_question(&address, &own, asker, bytes, to), sizeof(wanted));
    cr_assert_arr_eq(bytes, wanted, sizeof(wanted));
    cr_assert_arr_eq(to, everybody, 6);
}

Test(address_frame, a_solicitation_goes_to_the_solicited_node_group_and_says_who_asks)
{
    static const uint8_t group[6] = {0x33, 0x33, 0xff, 0, 1, 0};
    struct pb_ip address = ip("2001:db8:77::100"), own = ip("2001:db8:77::20");
    uint8_t bytes[PB_ADDRESS_QUESTION_MAX], to[6];

    cr_assert_eq(pb_address_question(&address, &own, asker, bytes, to), sizeof(solicitation));
    cr_assert_arr_eq(bytes, solicitation, sizeof(solicitation));
    cr_assert_arr_eq(to, group, 6);
}

Test(address_frame, one_network_is_one_family_and_the_same_bits_of_the_mask)
{
    struct pb_ip own = ip("2001:db8:77::20"), address = ip("2001:db8:77::100");
    struct pb_ip other = ip("2001:db8:78::100"), mask = ip("ffff:ffff:ffff:ffff::");
    struct pb_ip four = ip("10.77.1.20"), neighbour = ip("10.77.1.100"), beyond = ip("10.77.2.1");
    struct pb_ip mask4 = ip("255.255.255.0"), any4 = ip("0.0.0.0"), none = {0};

    cr_assert(pb_ip_one_network(&own, &address, &mask));
    cr_assert_not(pb_ip_one_network(&own, &other, &mask));
    cr_assert(pb_ip_one_network(&four, &neighbour, &mask4));
    cr_assert_not(pb_ip_one_network(&four, &beyond, &mask4));
    cr_assert_not(pb_ip_one_network(&four, &address, &mask4));
    cr_assert_not(pb_ip_one_network(&four, &neighbour, &any4),
                  "every address is on it: no network");
    cr_assert_not(pb_ip_one_network(&none, &none, &none));
}
