/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages octet by octet: what goes out is what TS 23.040 says, what comes in is read as a
 * phone sends it, and nothing that is no message is taken for one. */
#include "monitord/sms_pdu.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(sms_pdu, one_part_in_japanese_octet_by_octet)
{
    struct md_sms_parts parts;
    char hex[MD_SMS_HEX_MAX];

    cr_assert(md_sms_split("火災", "", &parts));
    cr_assert_eq(parts.count, 1);
    cr_assert_eq(md_sms_submit(&parts, 0, 7, "+819012345678", true, hex), 18);
    /*                  SC FO MR DA                 PID DCS VP UDL UD */
    cr_assert_str_eq(hex,
                     "0031000C91180921436587"
                     "00"
                     "08"
                     "A7"
                     "04"
                     "706B707D");
}

Test(sms_pdu, a_number_of_the_country_itself_and_an_odd_count_of_digits)
{
    struct md_sms_parts parts;
    char hex[MD_SMS_HEX_MAX];

    cr_assert(md_sms_split("A", "", &parts));
    md_sms_submit(&parts, 0, 0, "09012345678", false, hex);
    cr_assert_str_eq(hex,
                     "0011000B819010325476F8"
                     "00"
                     "08"
                     "A7"
                     "02"
                     "0041");
}

static void repeat(char *text, const char *with, unsigned times)
{
    text[0] = '\0';
    for (unsigned i = 0; i < times; i++) {
        strcat(text, with);
    }
}

Test(sms_pdu, seventy_characters_stand_alone_and_one_more_makes_two_parts)
{
    struct md_sms_parts parts;
    char text[2048];

    repeat(text, "あ", 70);
    cr_assert(md_sms_split(text, "", &parts));
    cr_assert_eq(parts.count, 1);
    cr_assert_eq(parts.length[0], 70);
    repeat(text, "あ", 71);
    cr_assert(md_sms_split(text, "", &parts));
    cr_assert_eq(parts.count, 2);
    cr_assert_eq(parts.length[0], 67);
    cr_assert_eq(parts.length[1], 4);
}

Test(sms_pdu, each_part_carries_the_mark_of_a_drill_because_it_may_arrive_alone)
{
    static const uint16_t mark[] = {0x3010, 0x8a13, 0x7df4, 0x3011};
    struct md_sms_parts parts;
    char text[2048] = "【訓練】", rest[2048];

    repeat(rest, "い", 150);
    strcat(text, rest);
    cr_assert(md_sms_split(text, "【訓練】", &parts));
    cr_assert_eq(parts.count, 3);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(memcmp(parts.units[i], mark, sizeof(mark)), 0, "part %u", i);
        cr_assert_neq(parts.units[i][4], 0x3010, "the mark stands twice in part %u", i);
    }
}

Test(sms_pdu, parts_are_tied_together_by_one_reference)
{
    struct md_sms_parts parts;
    char text[2048], hex[MD_SMS_HEX_MAX];

    repeat(text, "う", 80);
    cr_assert(md_sms_split(text, "", &parts));
    md_sms_submit(&parts, 0, 0x5a, "090", true, hex);
    cr_assert_eq(strncmp(hex, "0071", 4), 0, "%s", hex);
    cr_assert_not_null(strstr(hex, "A78C0500035A0201"), "%s", hex);
    md_sms_submit(&parts, 1, 0x5a, "090", true, hex);
    cr_assert_not_null(strstr(hex, "A7200500035A0202"), "%s", hex);
}

Test(sms_pdu, a_character_of_two_units_is_never_cut_and_too_much_is_refused)
{
    struct md_sms_parts parts;
    char text[4096], end[64];

    repeat(text, "あ", 66);
    repeat(end, "😀", 4);
    strcat(text, end);
    cr_assert(md_sms_split(text, "", &parts));
    cr_assert_eq(parts.count, 2);
    cr_assert_eq(parts.length[0], 66);
    cr_assert_eq(parts.units[1][0], 0xd83d);
    repeat(text, "あ", 67 * MD_SMS_PARTS_MAX + 1);
    cr_assert_not(md_sms_split(text, "", &parts));
    cr_assert_not(md_sms_split("\xff\xfe", "", &parts));
    cr_assert_not(md_sms_split("\xe3\x81", "", &parts));
}

Test(sms_pdu, numbers_are_digits_and_nothing_else)
{
    cr_assert(md_sms_number_ok("+819012345678"));
    cr_assert(md_sms_number_ok("119"));
    cr_assert_not(md_sms_number_ok(""));
    cr_assert_not(md_sms_number_ok("090-1234-5678"));
    cr_assert_not(md_sms_number_ok("+"));
    cr_assert_not(md_sms_number_ok("012345678901234567890"));
    cr_assert_not(md_sms_number_ok("090\r\nATD119;"));
}

Test(sms_pdu, an_answer_of_seven_bits_is_read)
{
    struct md_sms_in in;

    /* "ACK 4711" from +819012345678 */
    cr_assert(
        md_sms_parse("0791"
                     "180999999999"
                     "04"
                     "0C91180921436587"
                     "00"
                     "00"
                     "62117212000063"
                     "08"
                     "C1E11244BBC562",
                     &in));
    cr_assert_eq(in.kind, MD_SMS_DELIVER);
    cr_assert_str_eq(in.number, "+819012345678");
    cr_assert_str_eq(in.text, "ACK 4711");
}

Test(sms_pdu, an_answer_in_japanese_is_read_and_control_characters_are_blanks)
{
    struct md_sms_in in;

    cr_assert(
        md_sms_parse("00"
                     "04"
                     "0B819010325476F8"
                     "00"
                     "08"
                     "62117212000063"
                     "10"
                     "4E8689E3001B0034003700310031000A",
                     &in));
    cr_assert_str_eq(in.number, "09012345678");
    cr_assert_str_eq(in.text, "了解 4711 ");
}

Test(sms_pdu, a_part_of_a_longer_answer_is_read_past_its_header)
{
    struct md_sms_in in;

    cr_assert(
        md_sms_parse("00"
                     "44"
                     "0B819010325476F8"
                     "00"
                     "08"
                     "62117212000063"
                     "0A"
                     "050003010201"
                     "00340037",
                     &in));
    cr_assert_str_eq(in.text, "47");
}

Test(sms_pdu, the_report_says_delivered_given_up_or_not_yet)
{
    static const struct {
        const char *status;
        bool delivered, gives_up;
    } cases[] = {{"00", true, false},  {"01", true, false}, {"20", false, false},
                 {"30", false, false}, {"41", false, true}, {"46", false, true}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct md_sms_in in;
        char hex[128];

        snprintf(hex, sizeof(hex), "00062A0C91180921436587%s%s%s", "62117212000063",
                 "62117212100063", cases[i].status);
        cr_assert(md_sms_parse(hex, &in), "%s", hex);
        cr_assert_eq(in.kind, MD_SMS_REPORT);
        cr_assert_eq(in.reference, 0x2a);
        cr_assert_eq(in.delivered, cases[i].delivered, "%s", cases[i].status);
        cr_assert_eq(in.gives_up, cases[i].gives_up, "%s", cases[i].status);
    }
}

Test(sms_pdu, a_sender_with_a_name_is_nobodys_telephone)
{
    struct md_sms_in in;

    cr_assert(
        md_sms_parse("00"
                     "04"
                     "08D0C1E13204"
                     "00"
                     "00"
                     "62117212000063"
                     "00",
                     &in));
    cr_assert_str_eq(in.number, "");
}

Test(sms_pdu, every_message_cut_short_is_refused_and_nothing_is_read_past_it)
{
    static const char whole[] = "00440B819010325476F80008621172120000630A05000301020100340037";

    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        char *cut = strndup(whole, length); /* exactly so long: sanitizers see a step past it */
        struct md_sms_in in;

        cr_assert_not(md_sms_parse(cut, &in), "%s", cut);
        free(cut);
    }
}

Test(sms_pdu, noise_never_breaks_the_reader)
{
    unsigned state = 1;

    for (unsigned round = 0; round < 20000; round++) {
        char hex[400];
        struct md_sms_in in;
        size_t length = (state = state * 1103515245 + 12345) % 390;

        for (size_t i = 0; i < length; i++) {
            state = state * 1103515245 + 12345;
            hex[i] = "0123456789ABCDEFX"[(state >> 16) % (round % 50 == 0 ? 17 : 16)];
        }
        hex[length] = '\0';
        if (md_sms_parse(hex, &in)) {
            cr_assert_lt(strlen(in.text), sizeof(in.text));
            cr_assert_lt(strlen(in.number), sizeof(in.number));
        }
    }
}

Test(sms_pdu, a_telephone_is_the_same_in_its_own_country_and_from_abroad)
{
    cr_assert(md_sms_same_number("+819012345678", "09012345678"));
    cr_assert(md_sms_same_number("09012345678", "+819012345678"));
    cr_assert(md_sms_same_number("+819012345678", "+819012345678"));
    cr_assert_not(md_sms_same_number("+819012345678", "09012345679"));
    cr_assert_not(md_sms_same_number("+819012345678", "+809012345678"));
    cr_assert_not(md_sms_same_number("12345678", "+819012345678"));
    cr_assert_not(md_sms_same_number("", "+819012345678"));
    cr_assert_not(md_sms_same_number("", ""));
}
