/* SPDX-License-Identifier: Apache-2.0 */
/* How a promise ends before its time: by a release of the holder, heard or relayed (V5), and by the
 * proof that the holder is off (V6); and what must not end it. */
#include "tests/unit/failover/lease_voter_bench.h"

Test(lease_voter, a_release_frees_the_vote_and_is_passed_on)
{
    fo_us now_us = start_free();
    struct fo_beat own, hold = beat_of_p(5, FO_CLAIM_HOLD), none = beat_of_p(6, FO_CLAIM_NONE);
    hear_and_answer(&hold, now_us);
    fo_voter_hear(&voter, &none, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
    fo_voter_beat(&voter, now_us, &own);
    cr_assert_eq(own.freed[FO_VOTER_P].boot, 7);
    cr_assert_eq(own.freed[FO_VOTER_P].seq, 6);
}

/* T3: P releases by 100, one copy is late; P claims again and is granted 101. */
Test(lease_voter, a_late_release_undoes_no_later_grant)
{
    fo_us now_us = start_free();
    struct fo_beat release = beat_of_p(100, FO_CLAIM_NONE), again = beat_of_p(101, FO_CLAIM_WANT);
    hear_and_answer(&again, now_us);
    cr_assert_eq(fo_voter_hear(&voter, &release, now_us), FO_ACCEPT_REFUSED);
    cr_assert_eq(voter.vote, FO_VOTE_TO);

    struct fo_beat relay = beat_of_p(1, FO_CLAIM_NONE);
    relay.sender = FO_VOTER_S;
    relay.freed[FO_VOTER_P] = release.stamp;
    cr_assert_eq(fo_voter_hear(&voter, &relay, now_us), FO_ACCEPT_NEW);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
    relay.stamp.seq = 2;
    relay.freed[FO_VOTER_P].seq = 101;
    fo_voter_hear(&voter, &relay, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_TO, "the granted beat itself is no release");
    relay.stamp.seq = 3;
    relay.freed[FO_VOTER_P].seq = 102;
    fo_voter_hear(&voter, &relay, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
}

/* T9: the same across a restart of P's agent. */
Test(lease_voter, a_release_of_an_old_process_frees_nothing_of_the_new_one)
{
    fo_us now_us = start_free();
    struct fo_beat fresh = beat_of_p(1, FO_CLAIM_WANT), relay = beat_of_p(1, FO_CLAIM_NONE);
    hear_and_answer(&fresh, now_us);
    relay.sender = FO_VOTER_S;
    relay.freed[FO_VOTER_P] = (struct fo_stamp){.boot = 6, .seq = 100};
    fo_voter_hear(&voter, &relay, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
    cr_assert_eq(voter.freed[FO_VOTER_P].boot, 0, "what we know nothing of is not passed on");
}

Test(lease_voter, a_relayed_release_makes_the_beats_before_it_old)
{
    fo_us now_us = start_free();
    struct fo_beat hold = beat_of_p(5, FO_CLAIM_HOLD), relay = beat_of_p(1, FO_CLAIM_NONE);
    struct fo_datagram again;
    hear_and_answer(&hold, now_us);
    relay.sender = FO_VOTER_S;
    relay.freed[FO_VOTER_P] = (struct fo_stamp){.boot = 7, .seq = 9};
    fo_voter_hear(&voter, &relay, now_us);
    cr_assert_eq(voter.heard[FO_VOTER_P].beat.claim, FO_CLAIM_NONE);
    cr_assert_eq(voter.heard[FO_VOTER_P].beat.stamp.seq, 9);
    hold.stamp.seq = 8;
    cr_assert_eq(fo_voter_hear(&voter, &hold, now_us), FO_ACCEPT_REFUSED);
    hold.stamp.seq = 9;
    cr_assert_eq(fo_voter_hear(&voter, &hold, now_us), FO_ACCEPT_AGAIN);
    cr_assert_not(fo_voter_answer_again(&voter, FO_VOTER_P, &again));
    hold.stamp.seq = 10;
    cr_assert(hear_and_answer(&hold, now_us).given);
    cr_assert_eq(voter.freed[FO_VOTER_P].seq, 9);
    relay.stamp.seq = 2;
    relay.freed[FO_VOTER_P].seq = 4;
    fo_voter_hear(&voter, &relay, now_us);
    cr_assert_eq(voter.freed[FO_VOTER_P].seq, 9, "an older release is no news");
}

Test(lease_voter, nobody_releases_by_a_beat_he_has_not_sent_yet)
{
    fo_us now_us = start_free();
    struct fo_beat hold = beat_of_p(5, FO_CLAIM_HOLD);
    hold.freed[FO_VOTER_P] = (struct fo_stamp){.boot = 7, .seq = UINT64_MAX};
    cr_assert(hear_and_answer(&hold, now_us).given);
    hold.stamp.seq = 6;
    hold.freed[FO_VOTER_P] = (struct fo_stamp){.boot = 6, .seq = UINT64_MAX};
    cr_assert(hear_and_answer(&hold, now_us).given);
}

Test(lease_voter, nobody_else_releases_for_us)
{
    start_as(FO_VOTER_S);
    struct fo_beat own, beat = beat_of_p(1, FO_CLAIM_NONE);
    fo_voter_beat(&voter, START, &own);
    beat.echo[FO_VOTER_S] = own.stamp;
    beat.freed[FO_VOTER_S] = (struct fo_stamp){.boot = 99, .seq = 5};
    fo_voter_hear(&voter, &beat, START);
    cr_assert_eq(voter.freed[FO_VOTER_S].boot, 0);
}

Test(lease_voter, a_proof_of_the_monitor_frees_the_vote_of_the_named_process_only)
{
    start_as(FO_VOTER_S);
    fo_us now_us = START + fo_voter_abstention_us(&params);
    struct fo_beat own;
    fo_voter_expire(&voter, now_us);
    fo_voter_beat(&voter, now_us, &own);
    struct fo_beat hold = beat_of_p(5, FO_CLAIM_HOLD), monitor = beat_of_p(1, FO_CLAIM_NONE);
    cr_assert(hear_and_answer(&hold, now_us).given);
    monitor.sender = FO_VOTER_M;
    monitor.fenced[FO_VOTER_P] = 6;
    fo_voter_hear(&voter, &monitor, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
    monitor.stamp.seq = 2;
    monitor.fenced[FO_VOTER_P] = 7;
    fo_voter_hear(&voter, &monitor, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
    fo_voter_fenced(&voter, FO_VOTER_P, 0);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
}

Test(lease_voter, only_the_monitor_can_prove)
{
    fo_us now_us = start_free();
    struct fo_beat hold = beat_of_p(5, FO_CLAIM_HOLD), liar = beat_of_p(1, FO_CLAIM_NONE);
    hear_and_answer(&hold, now_us);
    liar.sender = FO_VOTER_S;
    liar.fenced[FO_VOTER_P] = 7;
    fo_voter_hear(&voter, &liar, now_us);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
}
