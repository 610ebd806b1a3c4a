/* SPDX-License-Identifier: Apache-2.0 */
/* Rhythm and counting of quiet tests. Pure: times and outcomes come in, what to test and what
 * changed goes out. app.c asks it once a second. */
#include "monitord/self_test.h"

#include <string.h>

void md_self_test_init(struct md_self_test *test, uint8_t channel_count, fo_us now_us)
{
    memset(test, 0, sizeof(*test));
    test->count = channel_count < FO_CHANNELS_MAX ? channel_count : FO_CHANNELS_MAX;
    for (unsigned i = 0; i < test->count; i++) {
        test->channels[i].next_us = now_us + MD_SELF_TEST_FIRST_US;
    }
}

uint8_t md_self_test_due(struct md_self_test *test, fo_us now_us)
{
    for (uint8_t i = 0; i < test->count; i++) {
        if (!test->channels[i].under_way && test->channels[i].next_us <= now_us) {
            test->channels[i].under_way = true;
            return i;
        }
    }
    return FO_NONE;
}

void md_self_test_all(struct md_self_test *test, fo_us now_us)
{
    for (unsigned i = 0; i < test->count; i++) {
        test->channels[i].next_us = now_us;
        test->channels[i].known = false;
    }
}

void md_self_test_put_off(struct md_self_test *test, uint8_t channel, fo_us now_us)
{
    if (channel < test->count && test->channels[channel].under_way) {
        test->channels[channel].under_way = false;
        test->channels[channel].next_us = now_us + MD_SELF_TEST_AGAIN_US;
    }
}

enum md_self_test_news md_self_test_ended(struct md_self_test *test, uint8_t channel, bool works,
                                          fo_us now_us)
{
    bool was_down;

    if (channel >= test->count || !test->channels[channel].under_way) {
        return MD_SELF_TEST_SAME;
    }
    was_down = test->channels[channel].down;
    test->channels[channel].known = true;
    test->channels[channel].works = works;
    test->channels[channel].under_way = false;
    if (works) {
        test->channels[channel].failures = 0;
        test->channels[channel].down = false;
        test->channels[channel].next_us = now_us + MD_SELF_TEST_INTERVAL_US;
        return was_down ? MD_SELF_TEST_WORKS : MD_SELF_TEST_SAME;
    }
    if (test->channels[channel].failures < MD_SELF_TEST_FAILURES) {
        test->channels[channel].failures++;
    }
    test->channels[channel].down = test->channels[channel].failures == MD_SELF_TEST_FAILURES;
    test->channels[channel].next_us = now_us + MD_SELF_TEST_AGAIN_US;
    return test->channels[channel].down && !was_down ? MD_SELF_TEST_DOWN : MD_SELF_TEST_SAME;
}
