/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of STAMP test packets as bytes, against packets written by hand from the figures of RFC
 * 8762: section 4.2.1 (sender) and 4.3.1 (reflector), unauthenticated. */
#include "probes/stamp.h"

#include <criterion/criterion.h>
#include <string.h>

Test(stamp, a_sender_packet_is_number_time_error_estimate_and_zeros)
{
    static const uint8_t expected[PB_STAMP_SIZE] = {
        0x01, 0x02, 0x03, 0x04,                         /* sequence number */
        0xe5, 0xa1, 0xb2, 0xc3, 0x80, 0x00, 0x12, 0x34, /* timestamp: seconds, fraction */
        0x20, 0x01, /* not synchronised, NTP format, scale 32, multiplier 1 */
    };              /* 30 octets that must be zero */
    uint8_t bytes[PB_STAMP_SIZE];
    memset(bytes, 0xff, sizeof bytes);
    pb_stamp_encode(0x01020304, 0xe5a1b2c380001234, bytes);
    cr_assert_arr_eq(bytes, expected, sizeof bytes);
}

static const uint8_t reflected[PB_STAMP_SIZE] = {
    0x00, 0x00, 0x00, 0x29,                         /* the reflector's number: 41 */
    0xe5, 0xa1, 0xb2, 0xc4, 0x11, 0x22, 0x33, 0x44, /* its time of sending */
    0x80, 0x01, 0x00, 0x00,                         /* its error estimate, zeros */
    0xe5, 0xa1, 0xb2, 0xc4, 0x11, 0x00, 0x00, 0x00, /* its time of receiving */
    0xff, 0xff, 0xff, 0xfe,                         /* the sender's number */
    0xe5, 0xa1, 0xb2, 0xc3, 0x80, 0x00, 0x12, 0x34, /* the sender's time */
    0x20, 0x01, 0x00, 0x00,                         /* the sender's error estimate, zeros */
    0xff, 0x00, 0x00, 0x00,                         /* the sender's TTL, zeros */
};

Test(stamp, a_reply_gives_the_reflectors_number_and_what_it_copied_of_ours)
{
    struct pb_stamp_reply reply;
    cr_assert(pb_stamp_decode(reflected, sizeof reflected, &reply));
    cr_assert_eq(reply.sequence, 41U);
    cr_assert_eq(reply.sender_sequence, 0xfffffffeU);
    cr_assert_eq(reply.sender_timestamp, 0xe5a1b2c380001234U);
}

Test(stamp, a_twamp_reflector_may_end_behind_the_ttl_and_others_may_pad)
{
    struct pb_stamp_reply reply;
    uint8_t padded[200] = {0};
    memcpy(padded, reflected, sizeof reflected);
    cr_assert(pb_stamp_decode(reflected, PB_STAMP_REPLY_MIN, &reply));
    cr_assert_eq(reply.sequence, 41U);
    cr_assert(pb_stamp_decode(padded, sizeof padded, &reply));
    cr_assert_eq(reply.sender_sequence, 0xfffffffeU);
}

Test(stamp, what_is_shorter_is_no_reply_and_leaves_everything_as_it_was)
{
    struct pb_stamp_reply reply = {.sequence = 7};
    for (size_t length = 0; length < PB_STAMP_REPLY_MIN; length++) {
        cr_assert_not(pb_stamp_decode(reflected, length, &reply), "%zu", length);
    }
    cr_assert_eq(reply.sequence, 7U);
}
