/* SPDX-License-Identifier: Apache-2.0 */
/* The agent of the quorum lease: beats, answers, the gate and the order of a release (A1 to A5, A8,
 * A9, V4 on an agent). Who may claim, and orders of the monitor, are in test_lease_claim.c. */
#include "tests/unit/failover/lease_bench.h"

/* ---- A9, A1 ---------------------------------------------------------------------------------- */

Test(lease_agent, it_starts_without_claim_with_the_gate_shut_and_abstains)
{
    start_as(FO_VOTER_P);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    cr_assert_eq(agent.voter.vote, FO_VOTE_ABSTAIN);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
    pass(BENCH_AB);
    cr_assert_eq(agent.voter.vote, FO_VOTE_FREE);
    cr_assert_eq(fo_agent_lease_until(&agent), 0);
}

Test(lease_agent, it_beats_every_h_after_three_quick_ones)
{
    start_as(FO_VOTER_P);
    const fo_us due_us[] = {2000, 5000, 55000, 105000};
    for (size_t i = 0; i < sizeof due_us / sizeof due_us[0]; i++) {
        cr_assert_eq(fo_agent_next_deadline(&agent), BENCH_START + due_us[i]);
        now_us = BENCH_START + due_us[i];
        tell(FO_AGENT_TIMER);
        cr_assert_not_null(sent_beat());
    }
    now_us += 49999;
    tell(FO_AGENT_TIMER);
    cr_assert_null(sent_beat());
}

Test(lease_agent, a_pause_is_not_made_up_for_by_many_beats)
{
    start_as(FO_VOTER_P);
    pass(FO_SECOND);
    now_us += FO_MINUTE / 2;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(acts(FO_AGENT_ACT_SEND), 1);
    cr_assert_eq(fo_agent_next_deadline(&agent), now_us + 50000);
}

Test(lease_agent, a_beat_says_what_the_agent_is)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, 12, FO_VOTER_P, &params);
    const struct fo_beat *beat = sent_beat();
    cr_assert_eq(beat->sender, FO_VOTER_S);
    cr_assert_eq(beat->stamp.boot, BENCH_BOOT);
    cr_assert_eq(beat->stamp.seq, 1);
    cr_assert_eq(beat->epoch, 12);
    cr_assert_eq(beat->health, FO_HEALTH_OK);
    cr_assert_eq(beat->position, 4711);
    cr_assert_eq(beat->lease_us, BENCH_L);
    cr_assert_eq(beat->silence_us, 0, "a young process speaks for its own lifetime only");
    cr_assert_not(beat->held || beat->offer || beat->forced || beat->alone || beat->draining);
    pass(5000);
    cr_assert_eq(sent_beat()->silence_us, 5000);
    pass(2 * FO_SECOND);
    cr_assert_eq(sent_beat()->silence_us, FO_NEVER);
    hear_peer(FO_CLAIM_NONE, 0);
    fo_us heard_us = now_us;
    pass(100 * FO_MS);
    tell(FO_AGENT_TIMER);
    now_us = fo_agent_next_deadline(&agent);
    tell(FO_AGENT_TIMER);
    cr_assert_eq(sent_beat()->silence_us, now_us - heard_us);
}

Test(lease_agent, what_the_disk_says_is_believed_only_if_it_can_be)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, FO_EPOCH_LIMIT, FO_VOTER_P, &params);
    cr_assert_eq(agent.top, 0);
    start_with(FO_VOTER_S, 12, FO_VOTER_M, &params);
    cr_assert_eq(agent.top, 0);
    cr_assert_eq(agent.top_holder, FO_VOTER_NONE);
}

Test(lease_agent, a_candidate_beats_every_five_milliseconds)
{
    start_candidate(FO_VOTER_P);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_WANT);
    pass(5000);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(fo_agent_next_deadline(&agent), now_us + 5000);
        pass(5000);
        cr_assert_eq(sent_beat()->claim, FO_CLAIM_WANT);
    }
}

Test(lease_agent, a_holder_low_on_lease_beats_twice_as_often)
{
    start_holder(FO_VOTER_P);
    pass(BENCH_L / 2 - 10 * FO_MS);
    fo_us due_us = fo_agent_next_deadline(&agent);
    pass(due_us - now_us);
    cr_assert_lt(agent.gate_until_us - now_us, BENCH_L / 2);
    cr_assert_eq(fo_agent_next_deadline(&agent), now_us + 25000);
}

/* ---- A2, A3, A4 ------------------------------------------------------------------------------ */

Test(lease_agent, the_gate_opens_until_the_sending_of_the_answered_beat_plus_the_lease)
{
    start_candidate(FO_VOTER_P);
    fo_us sent_us = now_us;
    uint64_t seq = agent.voter.seq;
    pass(30 * FO_MS);
    hear_grant(FO_VOTER_M, seq);
    cr_assert_eq(act(FO_AGENT_ACT_GATE)->until_us, sent_us + BENCH_L);
    cr_assert_eq(fo_agent_lease_until(&agent), sent_us + BENCH_L);
    cr_assert_eq(act(FO_AGENT_ACT_PROMOTE)->epoch, 10);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->epoch, 10);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->holder, FO_VOTER_P);
    cr_assert_lt(act_at(FO_AGENT_ACT_GATE), act_at(FO_AGENT_ACT_PROMOTE));
    cr_assert_lt(act_at(FO_AGENT_ACT_PROMOTE), act_at(FO_AGENT_ACT_SEND));
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_HOLD);
    cr_assert(sent_beat()->held);
}

Test(lease_agent, each_newer_grant_moves_the_end_and_nothing_else)
{
    start_holder(FO_VOTER_P);
    for (int i = 0; i < 5; i++) {
        fo_us before_us = agent.gate_until_us;
        pass(50 * FO_MS);
        hear_grant(i % 2 == 0 ? FO_VOTER_M : FO_VOTER_S, agent.voter.seq);
        cr_assert_gt(act(FO_AGENT_ACT_GATE)->until_us, before_us);
        cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE) + acts(FO_AGENT_ACT_ANNOUNCE), 0);
    }
    hear_grant(FO_VOTER_M, agent.voter.seq - 1);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0, "an older grant moves nothing");
}

Test(lease_agent, without_its_own_vote_the_gate_stays_shut)
{
    start_as(FO_VOTER_P);
    hear_monitor(FO_VOTER_P, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_gt(fo_agent_lease_until(&agent), now_us);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    for (fo_us left_us = BENCH_AB; left_us > 50 * FO_MS; left_us -= 50 * FO_MS) {
        pass(50 * FO_MS);
        hear_monitor(FO_VOTER_P, 10);
        hear_grant(FO_VOTER_M, agent.voter.seq);
        cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    }
    now_us = BENCH_START + BENCH_AB;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 1, "grants collected before the own vote count");
}

Test(lease_agent, a_vote_promised_to_the_peer_keeps_the_gate_shut_until_it_is_over)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    hear_peer(FO_CLAIM_HOLD, 10);
    cr_assert(sent_answer()->given);
    fo_us over_us = agent.voter.vote_until_us;
    cr_assert_eq(over_us, now_us + 603202);
    hear_monitor(FO_VOTER_S, 11);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    while (now_us < over_us - 50 * FO_MS) {
        pass(50 * FO_MS);
        hear_monitor(FO_VOTER_S, 11);
        hear_grant(FO_VOTER_M, agent.voter.seq);
        cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    }
    now_us = over_us;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 1);
}

Test(lease_agent, an_answer_counts_only_for_a_beat_of_this_process)
{
    start_candidate(FO_VOTER_P);
    struct fo_datagram good = {.kind = FO_DATAGRAM_ANSWER, .to = FO_VOTER_P};
    good.answer = (struct fo_answer){.sender = FO_VOTER_M,
                                     .of = {.boot = BENCH_BOOT, .seq = agent.voter.seq},
                                     .given = true,
                                     .lease_us = BENCH_L};
    struct fo_datagram bad[9];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bad[i] = good;
    }
    bad[0].answer.of.boot = BENCH_BOOT + 1; /* T5 */
    bad[1].answer.of.seq = agent.voter.seq + 1;
    bad[2].answer.of.seq = 0;
    bad[3].answer.given = false;
    bad[4].answer.lease_us = 0;
    bad[5].answer.sender = FO_VOTER_P;
    bad[6].answer.sender = FO_VOTERS;
    bad[7].to = FO_VOTER_S;
    bad[8].kind = 3;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        hear(&bad[i]);
        cr_expect_eq(fo_agent_lease_until(&agent), 0, "case %zu", i);
    }
    good.answer.lease_us = BENCH_L - 7;
    hear(&good);
    cr_assert_eq(fo_agent_lease_until(&agent), now_us + BENCH_L - 7, "the shorter L counts");
}

Test(lease_agent, an_answer_to_a_beat_that_left_the_ring_never_counts)
{
    start_candidate(FO_VOTER_P);
    uint64_t seq = agent.voter.seq;
    while (agent.voter.seq < seq + FO_AGENT_RING) {
        pass(500 * FO_MS);
        hear_monitor(FO_VOTER_P, 10);
    }
    hear_grant(FO_VOTER_M, seq);
    cr_assert_eq(agent.until_us[FO_VOTER_M], 0);
}

Test(lease_agent, a_lapse_heals_with_the_next_grant_and_is_announced_not_promoted)
{
    start_holder(FO_VOTER_P);
    fo_us end_us = agent.gate_until_us;
    pass(end_us - now_us - 1);
    cr_assert(agent.gate_open);
    now_us = end_us;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(notes(FO_REASON_LEASE_LAPSED), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_DEMOTE), 0);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_WANT);
    cr_assert(sent_beat()->held);
    pass(5000);
    cr_assert_eq(notes(FO_REASON_LEASE_LAPSED), 0);
    hear_grant(FO_VOTER_S, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_ANNOUNCE), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE), 0);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 1);
    cr_assert_eq(agent.epoch, 10);
}

Test(lease_agent, on_waking_from_a_pause_old_answers_open_nothing)
{
    start_holder(FO_VOTER_P);
    uint64_t seq = agent.voter.seq;
    now_us += 2 * FO_SECOND;
    hear_grant(FO_VOTER_M, seq);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    cr_assert_eq(notes(FO_REASON_LEASE_LAPSED), 1);
}

Test(lease_agent, time_the_gate_needs_is_taken_off_its_end)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    params.gate_us = 7000;
    start_with(FO_VOTER_P, 0, FO_VOTER_NONE, &params);
    pass(BENCH_AB);
    hear_monitor(FO_VOTER_P, 10);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(act(FO_AGENT_ACT_GATE)->until_us, now_us + BENCH_L - 7000);
}

/* ---- A5, A8 ---------------------------------------------------------------------------------- */

Test(lease_agent, a_release_goes_out_only_after_the_gate_was_read_back_shut)
{
    start_holder(FO_VOTER_P);
    pass(20 * FO_MS);
    tell_health(FO_HEALTH_FAILED);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_SEND) + acts(FO_AGENT_ACT_DEMOTE), 0);
    pass(FO_SECOND);
    cr_assert_null(sent_beat(), "neither a renewal nor a release before the gate is shut");
    cr_assert_eq(agent.voter.vote, FO_VOTE_SELF);
    uint64_t last = agent.voter.seq;
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(agent.void_seq, last);
    cr_assert_eq(agent.voter.vote, FO_VOTE_FREE);
    cr_assert_eq(fo_agent_lease_until(&agent), 0);
    const struct fo_beat *beat = sent_beat();
    cr_assert_eq(beat->claim, FO_CLAIM_NONE);
    cr_assert_eq(beat->freed[FO_VOTER_P].boot, BENCH_BOOT);
    cr_assert_eq(beat->freed[FO_VOTER_P].seq, beat->stamp.seq);
    cr_assert(beat->offer);
    cr_assert_lt(act_at(FO_AGENT_ACT_SEND), act_at(FO_AGENT_ACT_DEMOTE));
    cr_assert_eq(fo_agent_next_deadline(&agent), now_us + 2000, "three beats");
}

/* T4: M's grant for 99 is under way; release 100 frees M, the other opens; we claim again. */
Test(lease_agent, a_late_grant_from_before_a_release_never_counts)
{
    start_holder(FO_VOTER_P);
    pass(20 * FO_MS);
    uint64_t before = agent.voter.seq;
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_GATE_SHUT);
    tell_health(FO_HEALTH_OK);
    hear_monitor(FO_VOTER_P, 12);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    hear_grant(FO_VOTER_M, before);
    cr_assert_eq(fo_agent_lease_until(&agent), 0);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE), 1, "a new holding is promoted again");
    cr_assert_eq(agent.epoch, 12);
}

Test(lease_agent, a_grant_that_comes_after_the_release_counts_for_nothing)
{
    start_holder(FO_VOTER_P);
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_GATE_SHUT);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(fo_agent_lease_until(&agent), 0);
}

Test(lease_agent, while_the_gate_is_being_shut_nothing_opens_it_again)
{
    start_holder(FO_VOTER_P);
    pass(20 * FO_MS);
    tell_health(FO_HEALTH_FAILED);
    tell_health(FO_HEALTH_OK);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    hear_peer(FO_CLAIM_WANT, 11);
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_CANDIDATE);
}

Test(lease_agent, a_candidate_whose_gate_was_never_open_releases_at_once)
{
    start_candidate(FO_VOTER_P);
    tell_health(FO_HEALTH_FAILED);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
    cr_assert_not(sent_beat()->offer);
    tell_health(FO_HEALTH_OK);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT, "the order still stands: nothing was given back");
}

Test(lease_agent, a_gate_that_is_lost_is_never_followed_by_a_release)
{
    start_holder(FO_VOTER_P);
    pass(20 * FO_MS);
    tell(FO_AGENT_GATE_LOST);
    cr_assert_eq(notes(FO_REASON_GATE_LOST), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_DEMOTE), 1);
    cr_assert_null(sent_beat());
    tell(FO_AGENT_GATE_LOST);
    cr_assert_eq(notes(FO_REASON_GATE_LOST), 0);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    pass(2 * FO_SECOND);
    cr_assert_null(sent_beat(), "the others wait for their promises");
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
}

Test(lease_agent, without_a_claim_a_lost_gate_only_forbids_one)
{
    start_as(FO_VOTER_P);
    pass(BENCH_AB);
    tell(FO_AGENT_GATE_LOST);
    hear_monitor(FO_VOTER_P, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    tell(FO_AGENT_GATE_LOST);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "never opened: nothing to shut");
}

Test(lease_agent, a_holder_with_a_higher_epoch_shuts_this_gate_now)
{
    start_holder(FO_VOTER_P);
    hear_peer(FO_CLAIM_HOLD, 9);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
    hear_peer(FO_CLAIM_HOLD, 11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    cr_assert_eq(notes(FO_REASON_TWO_ANSWERS), 1);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->epoch, 11);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->holder, FO_VOTER_S);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_not(sent_beat()->offer, "it is taken already");
    cr_assert_eq(sent_beat()->epoch, 11);
}

/* ---- V4 on an agent -------------------------------------------------------------------------- */

Test(lease_agent, a_standby_grants_and_repeats_its_answer_for_the_same_beat)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    struct fo_datagram datagram = beat_from(FO_VOTER_P);
    datagram.beat.claim = FO_CLAIM_HOLD;
    datagram.beat.epoch = 10;
    hear(&datagram);
    cr_assert(sent_answer()->given);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->epoch, 10);
    hear(&datagram);
    cr_assert(sent_answer()->given);
    cr_assert_eq(acts(FO_AGENT_ACT_PERSIST), 0);
    datagram.beat.stamp.seq = ++their_seq[FO_VOTER_P];
    datagram.beat.claim = FO_CLAIM_NONE;
    hear(&datagram);
    cr_assert_null(sent_answer(), "no claim, no answer");
    hear(&datagram);
    cr_assert_null(sent_answer());
}

Test(lease_agent, a_server_that_claims_grants_to_nobody)
{
    start_as(FO_VOTER_S);
    hear_monitor(FO_VOTER_S, 11);
    pass(BENCH_AB);
    hear_monitor(FO_VOTER_S, 11);
    agent.voter.vote = FO_VOTE_FREE; /* even if its own vote were not taken yet */
    hear_peer(FO_CLAIM_HOLD, 10);
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_CANDIDATE);
}

Test(lease_agent, an_old_epoch_gets_no_vote_unless_the_monitor_ordered_it)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, 20, FO_VOTER_S, &params);
    pass(BENCH_AB);
    hear_peer(FO_CLAIM_WANT, 18);
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_OLD_EPOCH);
    hear_monitor(FO_VOTER_P, 18);
    hear_peer(FO_CLAIM_WANT, 18);
    cr_assert(sent_answer()->given, "a fresh order counts whatever its number");
    pass(BENCH_L + FO_SECOND);
    hear_peer(FO_CLAIM_WANT, 18);
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_OLD_EPOCH);
    hear_monitor(FO_VOTER_P, 22);
    pass(BENCH_L + FO_SECOND);
    hear_peer(FO_CLAIM_WANT, 18);
    cr_assert(sent_answer()->given, "the monitor's last word counts while nobody held since");
}

Test(lease_agent, an_event_of_no_kind_is_only_the_passing_of_time)
{
    start_holder(FO_VOTER_P);
    struct fo_agent timed = agent;
    struct fo_agent_event timer = {.kind = FO_AGENT_TIMER, .now_us = now_us};
    fo_agent_step(&timed, &timer, &out);
    tell((enum fo_agent_event_kind)99);
    cr_assert_eq(memcmp(&timed, &agent, sizeof timed), 0);
    pass(BENCH_L);
    cr_assert_not(agent.gate_open);
}

Test(lease_agent, datagrams_for_others_or_from_nobody_change_nothing)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    struct fo_datagram datagram = beat_from(FO_VOTER_P);
    datagram.beat.claim = FO_CLAIM_HOLD;
    datagram.to = FO_VOTER_M;
    hear(&datagram);
    cr_assert_null(sent_answer());
    datagram.to = FO_VOTER_NONE;
    datagram.beat.sender = FO_VOTER_S;
    hear(&datagram);
    datagram.beat.sender = FO_VOTER_NONE;
    hear(&datagram);
    cr_assert_null(sent_answer());
    cr_assert_eq(agent.voter.vote, FO_VOTE_FREE);
}
