/* SPDX-License-Identifier: Apache-2.0 */
/* Whether anybody outside can be reached: what raises that alarm, and what may take it back. */
#include "tests/lib/engine_fixture.h"

static void cut_all(void)
{
    for (uint8_t i = 0; i < WORLD_CHANNELS; i++) {
        give_self(FO_SELF_CHANNEL, i, 0);
    }
    step_for(FO_SECOND);
}

Test(contact, channels_that_have_all_failed_reach_nobody)
{
    world_begin();
    cr_assert_not(look()->contacts_cut);
    cut_all();
    cr_assert(look()->contacts_cut);
}

Test(contact, a_restart_of_ours_takes_nothing_back_before_a_channel_has_spoken)
{
    struct fo_policy policy = fixture_policy();
    for (unsigned i = 0; i < WORLD_CHANNELS; i++) {
        policy.channels[i].needs_lines = 0; /* a line's word would be one, too */
    }
    world_begin_with(&policy);
    cut_all();
    monitor_die();
    monitor_restart();
    step_for(5 * FO_SECOND);
    cr_assert(look()->contacts_cut);
    give_self(FO_SELF_CHANNEL, SMS, 1);
    step_for(FO_SECOND);
    cr_assert_not(look()->contacts_cut);
}
