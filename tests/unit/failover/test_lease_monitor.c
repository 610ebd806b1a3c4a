/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's part of the quorum lease: whom its vote goes to, its beats, adopting a holder after
 * a start, hand-over and proof (M1, M4, M5, V6, V7). Deaths are in test_lease_death.c. */
#include "tests/unit/failover/lease_monitor_bench.h"

/* ---- beats ----------------------------------------------------------------------------------- */

Test(lease_monitor, it_beats_every_h_to_both_and_chooses_nobody_at_first)
{
    start();
    cr_assert_eq(beat()->choice, FO_VOTER_NONE);
    cr_assert_eq(beat()->next, FO_VOTER_NONE);
    cr_assert_eq(beat()->claim, FO_CLAIM_NONE);
    cr_assert_eq(out.sends[0].to, FO_VOTER_NONE);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(fo_monitor_next_deadline(&monitor), now_us + H_US);
        now_us += H_US - 1;
        fo_monitor_tick(&monitor, now_us, &out);
        cr_assert_null(beat());
        now_us++;
        fo_monitor_tick(&monitor, now_us, &out);
        cr_assert_not_null(beat());
    }
}

Test(lease_monitor, a_change_of_choice_is_said_three_times_quickly)
{
    start_free();
    choose(FO_VOTER_S);
    cr_assert_eq(beat()->choice, FO_VOTER_S);
    cr_assert_eq(fo_monitor_next_deadline(&monitor), now_us + 2000);
    now_us += 2000;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(fo_monitor_next_deadline(&monitor), now_us + 3000);
    now_us += 3000;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(fo_monitor_next_deadline(&monitor), now_us + H_US);
}

Test(lease_monitor, an_end_of_its_vote_is_a_deadline_too)
{
    start();
    fo_us end_us = START + AB_US;
    now_us = end_us - 10;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(fo_monitor_next_deadline(&monitor), end_us);
}

/* ---- V4, V7, M4 ------------------------------------------------------------------------------ */

Test(lease_monitor, its_vote_goes_to_the_chosen_server_only)
{
    start_free();
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    cr_assert_eq(answer()->reason, FO_ANSWER_NOT_CHOSEN);
    choose(FO_VOTER_P);
    hear(FO_VOTER_S, FO_CLAIM_WANT);
    cr_assert_eq(answer()->reason, FO_ANSWER_NOT_CHOSEN);
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    cr_assert(answer()->given);
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    cr_assert_null(answer());
    cr_assert_eq(monitor.voter.vote, FO_VOTE_FREE);
}

Test(lease_monitor, each_choice_has_a_number_above_every_epoch_it_has_heard_of)
{
    start_free();
    struct fo_datagram datagram = beat_from(FO_VOTER_P, FO_CLAIM_NONE);
    datagram.beat.epoch = 41;
    datagram.beat.choice_epoch = 50;
    receive(&datagram);
    choose(FO_VOTER_P);
    cr_assert_eq(monitor.choice_epoch, 52);
    choose(FO_VOTER_S);
    cr_assert_eq(monitor.choice_epoch, 55);
    choose(FO_VOTER_S);
    cr_assert_eq(monitor.choice_epoch, 57, "a choice can be renewed");
    choose(FO_VOTER_NONE);
    cr_assert_eq(monitor.choice, FO_VOTER_NONE);
    cr_assert_eq(monitor.choice_epoch, 57);
}

Test(lease_monitor, a_grant_is_repeated_for_the_same_beat)
{
    start_free();
    choose(FO_VOTER_P);
    struct fo_datagram datagram = beat_from(FO_VOTER_P, FO_CLAIM_WANT);
    receive(&datagram);
    cr_assert(answer()->given);
    fo_us until_us = monitor.voter.vote_until_us;
    now_us += 1000;
    receive(&datagram);
    cr_assert(answer()->given);
    cr_assert_eq(monitor.voter.vote_until_us, until_us);
    datagram = beat_from(FO_VOTER_P, FO_CLAIM_NONE);
    receive(&datagram);
    receive(&datagram);
    cr_assert_null(answer());
}

/* P holds the vote; S is chosen and asks. */
static void start_waiting(void)
{
    start_free();
    choose(FO_VOTER_P);
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    now_us += 10 * FO_MS;
    choose(FO_VOTER_S);
    hear(FO_VOTER_S, FO_CLAIM_WANT);
    cr_assert_eq(answer()->reason, FO_ANSWER_PROMISED);
    cr_assert_eq(answer()->holder, FO_VOTER_P);
}

Test(lease_monitor, the_waiting_server_is_answered_at_the_instant_the_promise_is_over)
{
    start_waiting();
    uint64_t seq = their_seq[FO_VOTER_S];
    fo_us over_us = monitor.voter.vote_until_us;
    now_us = over_us - 1;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_null(answer());
    now_us = over_us;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert(answer()->given);
    cr_assert_eq(answer()->of.seq, seq);
    cr_assert_eq(monitor.voter.vote_until_us, over_us + LP_US);
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_null(answer(), "once");
}

Test(lease_monitor, the_waiting_server_is_answered_at_the_release_of_the_other)
{
    start_waiting();
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    cr_assert(answer()->given);
    cr_assert_eq(monitor.voter.vote_to, FO_VOTER_S);
}

Test(lease_monitor, what_waits_is_forgotten_when_it_no_longer_asks)
{
    start_waiting();
    choose(FO_VOTER_P);
    now_us = monitor.voter.vote_until_us;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_null(answer(), "no longer chosen");

    start_waiting();
    hear(FO_VOTER_S, FO_CLAIM_NONE);
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    cr_assert_null(answer(), "it has released");

    start_waiting();
    struct fo_datagram datagram = beat_from(FO_VOTER_S, FO_CLAIM_NONE);
    datagram.beat.stamp.boot = 88;
    receive(&datagram);
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    cr_assert_null(answer(), "it is another process");
}

Test(lease_monitor, a_clock_that_is_unwell_gives_no_grant)
{
    start_free();
    choose(FO_VOTER_P);
    fo_monitor_clock(&monitor, false);
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    cr_assert_eq(answer()->reason, FO_ANSWER_CLOCK);
    fo_monitor_clock(&monitor, true);
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    cr_assert(answer()->given);
}

Test(lease_monitor, what_is_not_for_it_or_makes_no_sense_is_ignored)
{
    start_free();
    choose(FO_VOTER_P);
    struct fo_datagram good = beat_from(FO_VOTER_P, FO_CLAIM_WANT), bad[5];
    for (size_t i = 0; i < 5; i++) {
        bad[i] = good;
    }
    bad[0].to = FO_VOTER_S;
    bad[1].kind = FO_DATAGRAM_ANSWER;
    bad[2].beat.sender = FO_VOTER_M;
    bad[3].beat.sender = FO_VOTER_NONE;
    bad[4].beat.claim = 9;
    for (size_t i = 0; i < 5; i++) {
        receive(&bad[i]);
        cr_expect_null(answer(), "case %zu", i);
    }
    cr_assert_eq(monitor.voter.vote, FO_VOTE_FREE);
    good.to = FO_VOTER_M;
    receive(&good);
    cr_assert(answer()->given);
}

/* ---- M1 -------------------------------------------------------------------------------------- */

Test(lease_monitor, after_a_start_a_holder_is_adopted_at_once)
{
    start();
    hear(FO_VOTER_P, FO_CLAIM_WANT);
    cr_assert_eq(monitor.choice, FO_VOTER_NONE);
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    cr_assert_eq(monitor.choice, FO_VOTER_P);
    cr_assert_eq(monitor.choice_epoch, 10);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us), FO_VOTER_P);
}

Test(lease_monitor, of_two_holders_the_higher_epoch_is_adopted)
{
    start();
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    hear(FO_VOTER_S, FO_CLAIM_HOLD);
    cr_assert_eq(monitor.choice, FO_VOTER_S);
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    cr_assert_eq(monitor.choice, FO_VOTER_S);
    cr_assert_eq(fo_monitor_holder(&monitor, now_us), FO_VOTER_S);
}

Test(lease_monitor, an_adopted_order_is_not_below_one_the_holder_has_followed)
{
    start();
    struct fo_datagram datagram = beat_from(FO_VOTER_P, FO_CLAIM_HOLD);
    datagram.beat.choice_epoch = 14;
    receive(&datagram);
    cr_assert_eq(monitor.choice_epoch, 14);
}

static void hear_lapsed(enum fo_voter sender)
{
    struct fo_datagram datagram = beat_from(sender, FO_CLAIM_WANT);
    datagram.beat.held = true;
    receive(&datagram);
}

Test(lease_monitor, without_a_holder_the_later_of_two_lapsed_ones_is_adopted_after_ab)
{
    start();
    hear_lapsed(FO_VOTER_P);
    now_us = START + AB_US - 1;
    fo_monitor_tick(&monitor, now_us, &out);
    hear_lapsed(FO_VOTER_S);
    hear_lapsed(FO_VOTER_P);
    cr_assert_eq(monitor.choice, FO_VOTER_NONE);
    now_us++;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(monitor.choice, FO_VOTER_S);
    cr_assert_eq(monitor.choice_epoch, 11);
}

Test(lease_monitor, nobody_who_has_not_held_or_not_spoken_lately_is_adopted)
{
    start();
    hear_lapsed(FO_VOTER_P);
    now_us = START + AB_US;
    fo_monitor_tick(&monitor, now_us, &out);
    hear(FO_VOTER_S, FO_CLAIM_WANT);
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(monitor.choice, FO_VOTER_NONE);
    hear_lapsed(FO_VOTER_P);
    cr_assert_eq(monitor.choice, FO_VOTER_P);
}

Test(lease_monitor, a_holder_of_a_higher_epoch_is_newer_than_the_choice)
{
    start_free();
    choose(FO_VOTER_P);
    fo_monitor_set_next(&monitor, FO_VOTER_S, now_us, &out);
    struct fo_datagram datagram = beat_from(FO_VOTER_S, FO_CLAIM_HOLD);
    datagram.beat.epoch = 1;
    receive(&datagram);
    cr_assert_eq(monitor.choice, FO_VOTER_P);
    hear(FO_VOTER_S, FO_CLAIM_HOLD);
    cr_assert_eq(monitor.choice, FO_VOTER_S);
    cr_assert_eq(monitor.choice_epoch, 11);
    cr_assert_eq(monitor.next, FO_VOTER_NONE);
    datagram = beat_from(FO_VOTER_S, FO_CLAIM_HOLD);
    datagram.beat.epoch = 13;
    monitor.next = FO_VOTER_P;
    receive(&datagram);
    cr_assert_eq(monitor.choice_epoch, 13);
    cr_assert_eq(monitor.next, FO_VOTER_P, "the same holder goes on handing over");
}

Test(lease_monitor, an_order_too_low_to_be_followed_gets_a_new_number)
{
    start_free();
    choose(FO_VOTER_P);
    uint64_t before = monitor.choice_epoch;
    hear(FO_VOTER_S, FO_CLAIM_WANT);
    cr_assert_eq(monitor.choice_epoch, before, "a wish is no holding");
    hear_lapsed(FO_VOTER_S);
    cr_assert_eq(monitor.choice, FO_VOTER_P);
    cr_assert_eq(monitor.choice_epoch, 12);
    hear_lapsed(FO_VOTER_S);
    cr_assert_eq(monitor.choice_epoch, 12);
    struct fo_datagram datagram = beat_from(FO_VOTER_S, FO_CLAIM_NONE);
    datagram.beat.epoch = 17;
    receive(&datagram);
    cr_assert_eq(monitor.choice_epoch, 18);
    datagram = beat_from(FO_VOTER_P, FO_CLAIM_NONE);
    datagram.beat.epoch = 30;
    receive(&datagram);
    cr_assert_eq(monitor.choice_epoch, 18, "the chosen one may have given it back");
}

/* ---- M5, V6 ---------------------------------------------------------------------------------- */

Test(lease_monitor, a_hand_over_carries_the_release_and_the_new_choice_in_one_beat)
{
    start_free();
    choose(FO_VOTER_P);
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    fo_monitor_set_next(&monitor, FO_VOTER_S, now_us, &out);
    cr_assert_eq(beat()->choice, FO_VOTER_P);
    cr_assert_eq(beat()->next, FO_VOTER_S);
    hear(FO_VOTER_P, FO_CLAIM_HOLD);
    cr_assert(answer()->given, "its lease goes on while it drains");
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    choose(FO_VOTER_S);
    cr_assert_eq(beat()->choice, FO_VOTER_S);
    cr_assert_eq(beat()->next, FO_VOTER_NONE);
    cr_assert_eq(beat()->freed[FO_VOTER_P].boot, 7);
    cr_assert_eq(beat()->freed[FO_VOTER_P].seq, their_seq[FO_VOTER_P]);
}

Test(lease_monitor, a_hand_over_to_the_server_already_chosen_is_none)
{
    start_free();
    choose(FO_VOTER_P);
    fo_monitor_set_next(&monitor, FO_VOTER_P, now_us, &out);
    cr_assert_eq(beat()->next, FO_VOTER_NONE);
}

Test(lease_monitor, a_proof_frees_the_vote_tells_the_others_and_answers_who_waits)
{
    start_waiting();
    fo_monitor_fenced(&monitor, FO_VOTER_P, now_us, &out);
    cr_assert_eq(beat()->fenced[FO_VOTER_P], 7);
    cr_assert_eq(beat()->fenced[FO_VOTER_S], 0);
    cr_assert(answer()->given);
    hear(FO_VOTER_P, FO_CLAIM_NONE);
    now_us += H_US;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(beat()->fenced[FO_VOTER_P], 0, "it lives: the proof was none");
}

Test(lease_monitor, nothing_is_proven_about_a_server_never_heard)
{
    start_free();
    fo_monitor_fenced(&monitor, FO_VOTER_P, now_us, &out);
    cr_assert_eq(beat()->fenced[FO_VOTER_P], 0);
}

Test(lease_monitor, the_later_of_two_lapsed_ones_may_be_the_first_that_is_looked_at)
{
    start();
    hear_lapsed(FO_VOTER_S);
    struct fo_datagram later = beat_from(FO_VOTER_P, FO_CLAIM_WANT);
    later.beat.held = true;
    later.beat.epoch = 12;
    now_us = START + AB_US - 1;
    fo_monitor_tick(&monitor, now_us, &out);
    hear_lapsed(FO_VOTER_S);
    later.beat.echo[FO_VOTER_M].seq = monitor.voter.seq;
    receive(&later);
    now_us++;
    fo_monitor_tick(&monitor, now_us, &out);
    cr_assert_eq(monitor.choice, FO_VOTER_P);
    cr_assert_eq(monitor.choice_epoch, 12);
}
