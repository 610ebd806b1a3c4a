/* SPDX-License-Identifier: Apache-2.0 */
/* The voter of the quorum lease: rules V1 to V4, one at a time. The voter under test is the
 * monitor's or an agent's; releases and proofs (V5, V6) are in test_lease_release.c. */
#include "tests/unit/failover/lease_voter_bench.h"

/* ---- V1, V3 ---------------------------------------------------------------------------------- */

Test(lease_voter, a_voter_abstains_for_the_longest_promise_an_earlier_process_may_have_made)
{
    start_as(FO_VOTER_M);
    fo_us end_us = START + fo_lease_promise_us(&params, params.lease_max_us);
    cr_assert_eq(fo_voter_deadline(&voter), end_us);
    fo_voter_expire(&voter, end_us - 1);
    cr_assert_eq(voter.vote, FO_VOTE_ABSTAIN);
    fo_voter_expire(&voter, end_us);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
    cr_assert_eq(fo_voter_deadline(&voter), FO_NEVER);
}

Test(lease_voter, an_abstaining_voter_says_so_and_promises_nothing)
{
    struct fo_beat own;
    start_as(FO_VOTER_M);
    fo_voter_beat(&voter, START, &own);
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_WANT);
    struct fo_answer answer = hear_and_answer(&beat, START + 1);
    cr_assert_not(answer.given);
    cr_assert_eq(answer.reason, FO_ANSWER_ABSTAINING);
    cr_assert_eq(voter.vote, FO_VOTE_ABSTAIN);
}

Test(lease_voter, a_promise_lasts_exactly_its_length)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_WANT);
    cr_assert(hear_and_answer(&beat, now_us).given);
    cr_assert_eq(fo_voter_deadline(&voter), now_us + LP_US);
    fo_voter_expire(&voter, now_us + LP_US - 1);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
    fo_voter_expire(&voter, now_us + LP_US);
    cr_assert_eq(voter.vote, FO_VOTE_FREE);
}

/* ---- V2 -------------------------------------------------------------------------------------- */

Test(lease_voter, a_new_process_is_accepted_only_with_a_fresh_echo)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_NONE);
    struct fo_stamp good = beat.echo[FO_VOTER_M];
    const struct fo_stamp bad[] = {
        {.boot = 0, .seq = 0},
        {.boot = good.boot + 1, .seq = good.seq},
        {.boot = good.boot, .seq = 0},
        {.boot = good.boot, .seq = good.seq + 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        beat.echo[FO_VOTER_M] = bad[i];
        cr_expect_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_REFUSED);
    }
    beat.echo[FO_VOTER_M] = good;
    cr_expect_eq(fo_voter_hear(&voter, &beat, now_us + params.lease_max_us + 1), FO_ACCEPT_REFUSED);
    cr_expect_eq(fo_voter_hear(&voter, &beat, now_us + params.lease_max_us), FO_ACCEPT_NEW);
}

Test(lease_voter, an_echo_that_has_left_the_ring_is_not_fresh)
{
    fo_us now_us = start_free();
    struct fo_beat own, beat = beat_of_p(1, FO_CLAIM_NONE);
    for (int i = 0; i < FO_ECHO_RING; i++) {
        fo_voter_beat(&voter, now_us, &own);
    }
    cr_assert_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_REFUSED);
    beat.echo[FO_VOTER_M].seq++;
    cr_assert_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_NEW);
}

Test(lease_voter, two_fresh_processes_find_each_other_although_neither_was_accepted)
{
    start_as(FO_VOTER_M);
    struct fo_beat own, beat = beat_of_p(1, FO_CLAIM_NONE);
    beat.echo[FO_VOTER_M] = (struct fo_stamp){0, 0};
    cr_assert_eq(fo_voter_hear(&voter, &beat, START), FO_ACCEPT_REFUSED);
    fo_voter_beat(&voter, START, &own);
    cr_assert_eq(own.echo[FO_VOTER_P].boot, 7);
    cr_assert_eq(own.echo[FO_VOTER_P].seq, 1);
    beat = beat_of_p(2, FO_CLAIM_NONE);
    cr_assert_eq(fo_voter_hear(&voter, &beat, START + 1), FO_ACCEPT_NEW);
}

Test(lease_voter, the_echo_never_goes_back_within_one_process)
{
    fo_us now_us = start_free();
    struct fo_beat own, newer = beat_of_p(9, FO_CLAIM_NONE), older = beat_of_p(8, FO_CLAIM_NONE);
    fo_voter_hear(&voter, &newer, now_us);
    cr_assert_eq(fo_voter_hear(&voter, &older, now_us), FO_ACCEPT_REFUSED);
    fo_voter_beat(&voter, now_us, &own);
    cr_assert_eq(own.echo[FO_VOTER_P].seq, 9);
}

Test(lease_voter, the_same_beat_by_the_other_network_gets_the_same_answer_and_extends_nothing)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(5, FO_CLAIM_WANT);
    struct fo_answer first = hear_and_answer(&beat, now_us);
    struct fo_datagram again;
    cr_assert_eq(fo_voter_hear(&voter, &beat, now_us + 1000), FO_ACCEPT_AGAIN);
    cr_assert(fo_voter_answer_again(&voter, FO_VOTER_P, &again));
    cr_assert(again.answer.given && first.given);
    cr_assert_eq(again.answer.of.boot, first.of.boot);
    cr_assert_eq(again.answer.of.seq, first.of.seq);
    cr_assert_eq(again.to, FO_VOTER_P);
    cr_assert_eq(voter.vote_until_us, now_us + LP_US);
}

Test(lease_voter, a_beat_that_claims_nothing_has_no_answer_to_repeat)
{
    fo_us now_us = start_free();
    struct fo_datagram again;
    struct fo_beat beat = beat_of_p(5, FO_CLAIM_WANT), quiet = beat_of_p(6, FO_CLAIM_NONE);
    hear_and_answer(&beat, now_us);
    cr_assert_eq(fo_voter_hear(&voter, &quiet, now_us), FO_ACCEPT_NEW);
    cr_assert_eq(fo_voter_hear(&voter, &quiet, now_us), FO_ACCEPT_AGAIN);
    cr_assert_not(fo_voter_answer_again(&voter, FO_VOTER_P, &again));
    cr_assert_not(fo_voter_answer_again(&voter, FO_VOTER_S, &again));
}

Test(lease_voter, a_process_that_was_replaced_stays_refused)
{
    fo_us now_us = start_free();
    struct fo_beat old = beat_of_p(1000, FO_CLAIM_HOLD), fresh = beat_of_p(1, FO_CLAIM_NONE);
    fresh.stamp.boot = 8;
    cr_assert_eq(fo_voter_hear(&voter, &old, now_us), FO_ACCEPT_NEW);
    cr_assert_eq(fo_voter_hear(&voter, &fresh, now_us), FO_ACCEPT_NEW);
    old.stamp.seq++;
    cr_assert_eq(fo_voter_hear(&voter, &old, now_us), FO_ACCEPT_REFUSED);
    cr_assert_eq(voter.heard[FO_VOTER_P].newest.boot, 8, "an old process must not be echoed");
}

/* A late beat of the predecessor comes in after the first of its successor. */
Test(lease_voter, a_live_process_taken_for_the_old_one_finds_back)
{
    fo_us now_us = start_free();
    struct fo_beat own, late = beat_of_p(1000, FO_CLAIM_HOLD), live = beat_of_p(1, FO_CLAIM_NONE);
    live.stamp.boot = 8;
    cr_assert_eq(fo_voter_hear(&voter, &live, now_us), FO_ACCEPT_NEW);
    cr_assert_eq(fo_voter_hear(&voter, &late, now_us), FO_ACCEPT_NEW);
    live.stamp.seq = 2;
    cr_assert_eq(fo_voter_hear(&voter, &live, now_us), FO_ACCEPT_REFUSED);
    fo_voter_beat(&voter, now_us, &own);
    live.stamp.seq = 3;
    live.echo[FO_VOTER_M].seq = own.stamp.seq;
    cr_assert_eq(fo_voter_hear(&voter, &live, now_us), FO_ACCEPT_NEW);
    late.stamp.seq++;
    cr_assert_eq(fo_voter_hear(&voter, &late, now_us), FO_ACCEPT_REFUSED);
    /* once more the other way round: the table keeps one place for each process */
    late.echo[FO_VOTER_M].seq = own.stamp.seq;
    fo_voter_beat(&voter, now_us, &own);
    late.echo[FO_VOTER_M].seq = own.stamp.seq;
    cr_assert_eq(fo_voter_hear(&voter, &late, now_us), FO_ACCEPT_NEW);
    cr_assert_eq(voter.heard[FO_VOTER_P].refused[0], 8);
    cr_assert_eq(voter.heard[FO_VOTER_P].refused[2], 0);
}

Test(lease_voter, more_restarts_than_places_forget_the_oldest_first)
{
    fo_us now_us = start_free();
    struct fo_beat own;
    for (uint64_t boot = 1; boot <= 6; boot++) {
        struct fo_beat beat = beat_of_p(1, FO_CLAIM_NONE);
        beat.stamp.boot = boot;
        cr_assert_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_NEW);
        fo_voter_beat(&voter, now_us, &own);
    }
    struct fo_beat beat = beat_of_p(2, FO_CLAIM_NONE);
    beat.echo[FO_VOTER_M].seq = 1;
    for (uint64_t boot = 2; boot <= 5; boot++) {
        beat.stamp.boot = boot;
        cr_expect_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_REFUSED);
    }
}

struct malformed {
    const char *name;
    struct fo_beat beat;
};

Test(lease_voter, what_no_sound_peer_would_say_is_refused_and_not_trapped)
{
    fo_us now_us = start_free();
    struct malformed cases[16];
    size_t count = 0;
    const struct fo_beat good = beat_of_p(5, FO_CLAIM_WANT);
    const char *names[] = {"sender unknown", "own sender",   "no boot",       "claim",
                           "monitor claims", "choice",       "next",          "silence",
                           "epoch",          "choice_epoch", "relayed claim", "relayed health"};
    for (; count < sizeof names / sizeof names[0]; count++) {
        cases[count] = (struct malformed){names[count], good};
    }
    cases[0].beat.sender = FO_VOTERS;
    cases[1].beat.sender = FO_VOTER_M;
    cases[2].beat.stamp.boot = 0;
    cases[3].beat.claim = FO_CLAIM_HOLD + 1;
    cases[4].beat.sender = FO_VOTER_NONE;
    cases[5].beat.choice = FO_VOTER_M;
    cases[6].beat.next = FO_VOTER_M;
    cases[7].beat.silence_us = -1;
    cases[8].beat.epoch = FO_EPOCH_LIMIT;
    cases[9].beat.choice_epoch = UINT64_MAX;
    cases[10].beat.relayed.claim = FO_CLAIM_HOLD + 1;
    cases[11].beat.relayed.health = FO_HEALTH_FAILED + 1;
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(fo_voter_hear(&voter, &cases[i].beat, now_us), FO_ACCEPT_REFUSED, "%s",
                     cases[i].name);
    }
    cr_expect_eq(voter.heard[FO_VOTER_P].newest.boot, 0);

    start_as(FO_VOTER_S);
    struct fo_beat own, monitor = good;
    fo_voter_beat(&voter, START, &own);
    monitor.sender = FO_VOTER_M;
    monitor.echo[FO_VOTER_S] = own.stamp;
    cr_expect_eq(fo_voter_hear(&voter, &monitor, START), FO_ACCEPT_REFUSED);
    monitor.claim = FO_CLAIM_NONE;
    cr_expect_eq(fo_voter_hear(&voter, &monitor, START), FO_ACCEPT_NEW);
}

Test(lease_voter, the_largest_seq_is_a_seq_like_any_other)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(UINT64_MAX, FO_CLAIM_WANT);
    beat.position = UINT64_MAX;
    beat.freed[FO_VOTER_S] = (struct fo_stamp){UINT64_MAX, UINT64_MAX};
    beat.lease_us = FO_NEVER;
    cr_assert_eq(hear_and_answer(&beat, now_us).reason, FO_ANSWER_L_DIFFERS);
    cr_assert_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_AGAIN);
}

/* ---- V4 -------------------------------------------------------------------------------------- */

Test(lease_voter, a_grant_names_the_beat_the_lease_and_the_holder)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(5, FO_CLAIM_WANT);
    struct fo_answer answer = hear_and_answer(&beat, now_us);
    cr_assert(answer.given);
    cr_assert_eq(answer.reason, FO_ANSWER_GIVEN);
    cr_assert_eq(answer.sender, FO_VOTER_M);
    cr_assert_eq(answer.stamp.boot, voter.boot);
    cr_assert_eq(answer.stamp.seq, voter.seq);
    cr_assert_eq(answer.of.boot, 7);
    cr_assert_eq(answer.of.seq, 5);
    cr_assert_eq(answer.lease_us, L_US);
    cr_assert_eq(answer.holder, FO_VOTER_P);
    cr_assert_eq(voter.vote, FO_VOTE_TO);
    cr_assert_eq(voter.vote_boot, 7);
}

Test(lease_voter, each_condition_of_a_grant_has_its_reason)
{
    fo_us now_us = start_free();
    const struct {
        struct fo_ballot ballot;
        bool clock_unwell, other_lease, stale, forced;
        enum fo_answer_reason reason;
    } cases[] = {
        {{.not_chosen = true}, false, false, false, false, FO_ANSWER_NOT_CHOSEN},
        {{.candidate = true}, false, false, false, false, FO_ANSWER_CANDIDATE},
        {{.top_epoch = 11}, false, false, false, false, FO_ANSWER_OLD_EPOCH},
        {{.top_epoch = 11, .chosen = true}, false, false, false, false, FO_ANSWER_GIVEN},
        {{.top_epoch = 11}, false, false, false, true, FO_ANSWER_GIVEN},
        {{.top_epoch = 10}, false, false, false, false, FO_ANSWER_GIVEN},
        {{0}, true, false, false, false, FO_ANSWER_CLOCK},
        {{0}, false, true, false, false, FO_ANSWER_L_DIFFERS},
        {{0}, false, false, true, false, FO_ANSWER_STALE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fo_beat beat = beat_of_p(100 + i, FO_CLAIM_WANT);
        struct fo_datagram answer;
        uint64_t granted = voter.vote_seq;
        beat.lease_us += cases[i].other_lease;
        beat.forced = cases[i].forced;
        beat.echo[FO_VOTER_M].seq -= cases[i].stale; /* 0: none was ever sent */
        voter.clock_well = !cases[i].clock_unwell;
        cr_assert_eq(fo_voter_hear(&voter, &beat, now_us), FO_ACCEPT_NEW);
        fo_voter_answer(&voter, &beat, &cases[i].ballot, now_us, &answer);
        cr_expect_eq(answer.answer.reason, cases[i].reason, "case %zu", i);
        cr_expect_eq(answer.answer.given, cases[i].reason == FO_ANSWER_GIVEN);
        cr_expect_eq(voter.vote_seq, answer.answer.given ? beat.stamp.seq : granted);
    }
}

Test(lease_voter, one_vote_goes_to_one_server_at_a_time)
{
    fo_us now_us = start_free();
    struct fo_beat p = beat_of_p(1, FO_CLAIM_WANT), s = beat_of_p(1, FO_CLAIM_WANT);
    s.sender = FO_VOTER_S;
    cr_assert(hear_and_answer(&p, now_us).given);
    struct fo_answer no = hear_and_answer(&s, now_us + 1);
    cr_assert_eq(no.reason, FO_ANSWER_PROMISED);
    cr_assert_eq(no.holder, FO_VOTER_P);
    s.stamp.seq = 2;
    cr_assert_eq(hear_and_answer(&s, now_us + LP_US - 1).reason, FO_ANSWER_PROMISED);
    s.stamp.seq = 3;
    cr_assert(hear_and_answer(&s, now_us + LP_US).given);
}

Test(lease_voter, a_new_process_of_the_holder_is_a_different_holder_and_waits)
{
    fo_us now_us = start_free();
    struct fo_beat old = beat_of_p(50, FO_CLAIM_HOLD), fresh = beat_of_p(1, FO_CLAIM_WANT);
    fresh.stamp.boot = 8;
    cr_assert(hear_and_answer(&old, now_us).given);
    cr_assert_eq(hear_and_answer(&fresh, now_us + 1000).reason, FO_ANSWER_PROMISED);
    fresh.stamp.seq = 2;
    cr_assert(hear_and_answer(&fresh, now_us + LP_US).given);
}

Test(lease_voter, an_own_vote_is_given_to_nobody_and_comes_back_by_a_release)
{
    start_as(FO_VOTER_S);
    struct fo_beat own;
    fo_us now_us = START + fo_voter_abstention_us(&params);
    fo_voter_release_self(&voter);
    cr_assert_eq(voter.vote, FO_VOTE_ABSTAIN, "a release ends no abstention");
    fo_voter_expire(&voter, now_us);
    fo_voter_beat(&voter, now_us, &own);
    voter.vote = FO_VOTE_SELF;
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_WANT);
    struct fo_answer answer = hear_and_answer(&beat, now_us);
    cr_assert_eq(answer.reason, FO_ANSWER_PROMISED);
    cr_assert_eq(answer.holder, FO_VOTER_S);
    fo_voter_release_self(&voter);
    beat.stamp.seq = 2;
    cr_assert(hear_and_answer(&beat, now_us).given);
}

Test(lease_voter, a_standing_promise_renews_for_any_process_and_never_ends)
{
    start_as(FO_VOTER_S);
    struct fo_beat own;
    fo_voter_beat(&voter, START, &own);
    voter.vote = FO_VOTE_TO;
    voter.vote_to = FO_VOTER_P;
    voter.vote_any_boot = true;
    voter.vote_until_us = FO_NEVER;
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_WANT);
    cr_assert(hear_and_answer(&beat, START).given);
    cr_assert_eq(voter.vote_until_us, FO_NEVER);
}

/* ---- what is known of the others ------------------------------------------------------------- */

Test(lease_voter, silence_is_the_age_of_the_newest_accepted_beat)
{
    fo_us now_us = start_free();
    struct fo_beat beat = beat_of_p(1, FO_CLAIM_NONE);
    cr_assert_eq(fo_voter_silence_us(&voter, FO_VOTER_P, now_us), FO_NEVER);
    cr_assert_null(fo_voter_beat_of(&voter, FO_VOTER_P, FO_NEVER, now_us));
    fo_voter_hear(&voter, &beat, now_us);
    cr_assert_eq(fo_voter_silence_us(&voter, FO_VOTER_P, now_us + 70), 70);
    cr_assert_eq(fo_voter_silence_us(&voter, FO_VOTER_P, now_us - 1), 0);
    cr_assert_not_null(fo_voter_beat_of(&voter, FO_VOTER_P, 70, now_us + 70));
    cr_assert_null(fo_voter_beat_of(&voter, FO_VOTER_P, 70, now_us + 71));
}
