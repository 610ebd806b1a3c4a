/* SPDX-License-Identifier: Apache-2.0 */
/* What is a notification, what is not, and the one byte that confirms an inform. */
#include "probes/snmp_hint.h"

#include <criterion/criterion.h>
#include <string.h>

/* Version 1, community "public"; upsTrapOnBattery, hand-coded from RFC 1157 and RFC 1628. */
static const uint8_t trap_v1[] = {0x30, 0x28, 0x02, 0x01, 0x00, 0x04, 0x06, 'p',  'u',  'b',  'l',
                                  'i',  'c',  0xa4, 0x1b, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01,
                                  0x21, 0x02, 0x01, 0x40, 0x04, 0x7f, 0x00, 0x00, 0x01, 0x02, 0x01,
                                  0x06, 0x02, 0x01, 0x01, 0x43, 0x01, 0x00, 0x30, 0x00, 0x00};
#define TRAP_V1_LENGTH (sizeof trap_v1 - 1) /* the last byte is one too many, for a test */
/* Version 2c, InformRequest 7 without variables. */
static const uint8_t inform[] = {0x30, 0x18, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',
                                 'b',  'l',  'i',  'c',  0xa6, 0x0b, 0x02, 0x01, 0x07,
                                 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00};
#define PDU_AT 13
#define STATUS_AT 20
static const uint8_t v3[] = {0x30, 0x16, 0x02, 0x01, 0x03, 0x30, 0x0d, 0x02,
                             0x01, 0x01, 0x02, 0x02, 0x05, 0xdc, 0x04, 0x01,
                             0x01, 0x02, 0x01, 0x03, 0x04, 0x00, 0x04, 0x00};

/* A copy of the inform with one byte changed. */
static enum pb_hint inform_with(size_t at, uint8_t byte)
{
    uint8_t bytes[sizeof inform];
    memcpy(bytes, inform, sizeof bytes);
    bytes[at] = byte;
    return pb_snmp_hint_read(bytes, sizeof bytes);
}

Test(snmp_hint, each_kind_is_told_by_its_version_and_tag)
{
    cr_assert_eq(pb_snmp_hint_read(trap_v1, TRAP_V1_LENGTH), PB_HINT_TRAP);
    cr_assert_eq(pb_snmp_hint_read(inform, sizeof inform), PB_HINT_INFORM);
    cr_assert_eq(inform_with(PDU_AT, 0xa7), PB_HINT_TRAP);
    cr_assert_eq(pb_snmp_hint_read(v3, sizeof v3), PB_HINT_TRAP);
}

Test(snmp_hint, requests_and_responses_are_no_notifications)
{
    static const uint8_t tags[] = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa8, 0x30, 0x00, 0xff};
    for (size_t i = 0; i < sizeof tags; i++) {
        cr_assert_eq(inform_with(PDU_AT, tags[i]), PB_HINT_NONE, "tag %02x", tags[i]);
    }
    cr_assert_eq(inform_with(4, 0), PB_HINT_NONE, "version 1 has no informs");
    cr_assert_eq(inform_with(4, 2), PB_HINT_NONE, "there is no version 2 but 2c");
    cr_assert_eq(inform_with(4, 4), PB_HINT_NONE);
}

Test(snmp_hint, one_byte_too_few_or_too_many_and_it_is_nothing)
{
    uint8_t longer[sizeof inform + 1] = {0};

    for (size_t length = 0; length < sizeof inform; length++) {
        cr_assert_eq(pb_snmp_hint_read(inform, length), PB_HINT_NONE, "%zu bytes", length);
    }
    for (size_t length = 0; length < sizeof v3; length++) {
        cr_assert_eq(pb_snmp_hint_read(v3, length), PB_HINT_NONE, "%zu bytes", length);
    }
    memcpy(longer, inform, sizeof inform);
    cr_assert_eq(pb_snmp_hint_read(longer, sizeof longer), PB_HINT_NONE);
    cr_assert_eq(pb_snmp_hint_read(trap_v1, sizeof trap_v1), PB_HINT_NONE);
}

Test(snmp_hint, an_inform_that_carries_an_error_or_is_torn_is_not_confirmed)
{
    cr_assert_eq(inform_with(STATUS_AT, 1), PB_HINT_NONE, "a response would say: error 1");
    cr_assert_eq(inform_with(STATUS_AT + 3, 1), PB_HINT_NONE);
    cr_assert_eq(inform_with(sizeof inform - 2, 0x31), PB_HINT_NONE, "no list of variables");
    cr_assert_eq(inform_with(sizeof inform - 1, 1), PB_HINT_NONE, "a list longer than its PDU");
}

Test(snmp_hint, lengths_of_a_form_that_snmp_never_needs_are_refused)
{
    static const uint8_t forms[] = {0x80, 0x83, 0x84, 0xff};
    for (size_t i = 0; i < sizeof forms; i++) {
        cr_assert_eq(inform_with(1, forms[i]), PB_HINT_NONE, "length form %02x", forms[i]);
    }
}

Test(snmp_hint, a_confirmation_is_the_inform_with_the_tag_of_a_response)
{
    uint8_t bytes[sizeof inform];

    memcpy(bytes, inform, sizeof bytes);
    pb_snmp_hint_confirm(bytes, sizeof bytes);
    cr_assert_eq(bytes[PDU_AT], 0xa2);
    bytes[PDU_AT] = 0xa6;
    cr_assert_arr_eq(bytes, inform, sizeof inform);
}
