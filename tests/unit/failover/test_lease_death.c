/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of the quorum lease witnesses about a server's death (M2), and when it must not
 * judge (M3). */
#include "tests/unit/failover/lease_monitor_bench.h"

/* Both were heard at now_us; then only S speaks, saying how long it has not heard P. */
static void silence_of_p(fo_us length_us, fo_us standby_silence_us)
{
    start_free();
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    hear(FO_VOTER_S, FO_CLAIM_NONE);
    now_us += length_us;
    struct fo_datagram datagram = beat_from(FO_VOTER_S, FO_CLAIM_NONE);
    datagram.beat.silence_us = standby_silence_us;
    receive(&datagram);
}

Test(lease_monitor, death_takes_two_witnesses)
{
    silence_of_p(500000, 500000);
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_S, now_us));
    silence_of_p(499999, 500000);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    silence_of_p(500000, 499999);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    silence_of_p(500000, FO_NEVER);
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
}

Test(lease_monitor, the_age_of_the_standbys_statement_counts_until_it_is_too_old)
{
    silence_of_p(500000, 400000);
    fo_us heard_us = now_us;
    cr_assert_eq(fo_monitor_verdict_us(&monitor, FO_VOTER_P), heard_us + 100000);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, heard_us + 99999));
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, heard_us + 100000));
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, heard_us + 200000));
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, heard_us + 200001));
    silence_of_p(500000, 100000);
    cr_assert_eq(fo_monitor_verdict_us(&monitor, FO_VOTER_P), FO_NEVER);
}

Test(lease_monitor, without_a_standby_there_is_no_second_witness)
{
    start_free();
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    cr_assert_eq(fo_monitor_verdict_us(&monitor, FO_VOTER_P), FO_NEVER);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us + FO_HOUR));
}

Test(lease_monitor, a_server_never_heard_is_silent_since_our_start)
{
    start();
    now_us = START + L_US - 1;
    fo_monitor_tick(&monitor, now_us, &out);
    hear(FO_VOTER_S, FO_CLAIM_NONE);
    cr_assert_eq(fo_monitor_silence_us(&monitor, FO_VOTER_P, now_us), FO_NEVER);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    now_us++;
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    cr_assert_eq(fo_monitor_silence_us(&monitor, FO_VOTER_S, now_us), 1);
}

Test(lease_monitor, after_an_own_stall_nobody_is_dead_for_l)
{
    silence_of_p(800000, 800000);
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    fo_monitor_stalled(&monitor, now_us);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    now_us += L_US - 1;
    hear(FO_VOTER_S, FO_CLAIM_NONE);
    cr_assert_not(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
    now_us++;
    cr_assert(fo_monitor_verdict_dead(&monitor, FO_VOTER_P, now_us));
}

Test(lease_monitor, a_holder_is_one_that_said_so_within_l)
{
    start_free();
    cr_assert_eq(fo_monitor_holder(&monitor, now_us), FO_VOTER_NONE);
    hear(FO_VOTER_S, FO_CLAIM_HOLD);
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us), FO_VOTER_S);
    hear(FO_VOTER_S, FO_CLAIM_WANT);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us), FO_VOTER_P);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us + L_US), FO_VOTER_P);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us + L_US + 1), FO_VOTER_NONE);
}
