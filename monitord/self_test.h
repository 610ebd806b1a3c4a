/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet tests of the ways to reach people, long before they are needed: each channel every few
 * minutes, again soon after a failure, and a channel that fails several times in a row is said to
 * be down. It owns the rhythm and the counting; the tests themselves are the channels'. The app
 * runs one; the executor runs one over its fences in place of channels. */
#ifndef MONITORD_SELF_TEST_H
#define MONITORD_SELF_TEST_H

#include "failover/types.h"

#define MD_SELF_TEST_FIRST_US FO_MINUTE          /* after the start */
#define MD_SELF_TEST_INTERVAL_US (5 * FO_MINUTE) /* between tests of a channel that works */
#define MD_SELF_TEST_AGAIN_US (20 * FO_SECOND)   /* after a failure */
#define MD_SELF_TEST_FAILURES 3                  /* in a row: down */

struct md_self_test {
    struct {
        fo_us next_us;
        uint8_t failures;
        bool under_way, down;
        bool known, works; /* the newest test has ended; how */
        int detail;        /* its number for engineers */
    } channels[FO_CHANNELS_MAX];
    uint8_t count;
};
void md_self_test_init(struct md_self_test *test, uint8_t channel_count, fo_us now_us);
/* A channel whose test is due, now marked as under way; FO_NONE when there is none. Call until
 * then. */
uint8_t md_self_test_due(struct md_self_test *test, fo_us now_us);
/* Every channel is due now: somebody wants to know. */
void md_self_test_all(struct md_self_test *test, fo_us now_us);
/* A test under way was given up by us: it counts neither way, and is due again soon. */
void md_self_test_put_off(struct md_self_test *test, uint8_t channel, fo_us now_us);
enum md_self_test_news { MD_SELF_TEST_SAME, MD_SELF_TEST_DOWN, MD_SELF_TEST_WORKS };
/* The test of a channel has ended; what changed. */
enum md_self_test_news md_self_test_ended(struct md_self_test *test, uint8_t channel, bool works,
                                          fo_us now_us);

#endif
