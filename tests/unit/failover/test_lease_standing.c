/* SPDX-License-Identifier: Apache-2.0 */
/* X1: the vote that a standby leaves behind when it leaves in order while the monitor is away. */
#include "failover/lease_pledge.h"
#include "failover/lease_standing.h"
#include "failover/lease_voter.h"
#include "tests/unit/failover/lease_bench.h"

#include <criterion/criterion.h>

/* What the disk was asked for last is on it. */
static void disk_done(void)
{
    step((struct fo_agent_event){.kind = FO_AGENT_KEPT, .serial = agent.persist_serial});
}

static struct fo_datagram peer_beat(enum fo_claim claim, uint64_t epoch)
{
    struct fo_datagram datagram = beat_from(bench_peer());
    datagram.beat.claim = (uint8_t)claim;
    datagram.beat.epoch = epoch;
    return datagram;
}

static void hear_offer(void)
{
    struct fo_datagram datagram = peer_beat(FO_CLAIM_NONE, 10);
    datagram.beat.leaving = datagram.beat.rejoin = true;
    hear(&datagram);
}

static void hear_rejoin(uint64_t boot)
{
    struct fo_datagram datagram = peer_beat(FO_CLAIM_NONE, 10);
    datagram.beat.stamp.boot = boot;
    datagram.beat.rejoin = true;
    hear(&datagram);
}

static void hear_let_go(uint64_t boot, uint64_t seq)
{
    struct fo_datagram datagram = {.kind = FO_DATAGRAM_ANSWER, .to = agent.voter.self};
    datagram.answer = (struct fo_answer){.sender = (uint8_t)bench_peer(),
                                         .of = {.boot = boot, .seq = seq},
                                         .reason = FO_ANSWER_LET_GO,
                                         .holder = FO_VOTER_NONE,
                                         .lease_us = agent.voter.params.lease_us};
    hear(&datagram);
}

/* The standby S beside the holder P, M silent for more than a lease. */
static void standby_without_monitor(void)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    hear_peer(FO_CLAIM_HOLD, 10);
}

static void standby_leaves(void)
{
    standby_without_monitor();
    tell(FO_AGENT_LEAVE);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->standing, FO_STANDING_GIVEN);
}

/* ---- the one that leaves --------------------------------------------------------------------- */

Test(lease_standing, a_standby_that_leaves_without_the_monitor_leaves_its_vote)
{
    standby_leaves();
    cr_assert_not(agent.voter.vote_any_boot, "not before the disk has it");
    cr_assert_not(fo_agent_may_end(&agent));
    disk_done();
    cr_assert_eq(agent.voter.vote, FO_VOTE_TO);
    cr_assert_eq(agent.voter.vote_to, FO_VOTER_P);
    cr_assert(agent.voter.vote_any_boot);
    pass(FO_HOUR);
    cr_assert(agent.voter.vote_any_boot, "it stands without end");
    cr_assert(sent_beat() == NULL || (sent_beat()->leaving && sent_beat()->rejoin));
}

Test(lease_standing, it_ends_only_when_the_other_says_that_it_relies_on_it)
{
    standby_leaves();
    disk_done();
    pass(FO_SECOND);
    hear_peer(FO_CLAIM_HOLD, 10);
    cr_assert_not(fo_agent_may_end(&agent));
    struct fo_datagram relying = peer_beat(FO_CLAIM_HOLD, 10);
    relying.beat.relies = true;
    hear(&relying);
    cr_assert(fo_agent_may_end(&agent));
}

Test(lease_standing, with_the_monitor_there_no_vote_is_left_behind)
{
    standby_without_monitor();
    hear_monitor(FO_VOTER_P, 10);
    tell(FO_AGENT_LEAVE);
    pass(20 * FO_MS);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
    cr_assert(fo_agent_may_end(&agent));
}

Test(lease_standing, nothing_is_left_to_a_server_that_does_not_serve_or_leaves_itself)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    hear_peer(FO_CLAIM_NONE, 10);
    tell(FO_AGENT_LEAVE);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
    struct fo_datagram leaving = peer_beat(FO_CLAIM_HOLD, 10);
    leaving.beat.leaving = true;
    hear(&leaving);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
}

/* ---- the one that stays ---------------------------------------------------------------------- */

static void holder_relies(void)
{
    start_holder(FO_VOTER_P);
    hear_offer();
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->standing, FO_STANDING_TAKEN);
    cr_assert_not(fo_pledge_taken(&agent), "not before the disk has it");
    disk_done();
    cr_assert(fo_pledge_taken(&agent));
}

Test(lease_standing, the_holder_serves_on_alone_as_long_as_its_process_runs)
{
    holder_relies();
    fo_us lease_us = agent.voter.params.lease_us;
    for (int i = 0; i < 1000; i++) {
        pass(agent.voter.params.beat_us);
        cr_assert(agent.gate_open, "dark after %d beats", i);
        cr_assert_leq(agent.gate_until_us, now_us + lease_us, "the kernel shuts it without us");
    }
    cr_assert(agent.claim == FO_CLAIM_HOLD);
}

Test(lease_standing, an_offer_that_is_late_is_not_relied_on)
{
    start_holder(FO_VOTER_P);
    struct fo_datagram offer = peer_beat(FO_CLAIM_NONE, 10);
    offer.beat.leaving = offer.beat.rejoin = true;
    hear_peer(FO_CLAIM_NONE, 10); /* the process is known: its beats need no fresh echo */
    offer.beat.stamp.seq = ++their_seq[FO_VOTER_S];
    live(agent.voter.params.lease_max_us + 100 * FO_MS, FO_VOTER_P, 10);
    hear(&offer);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
}

Test(lease_standing, who_does_not_hold_takes_no_standing_vote)
{
    start_candidate(FO_VOTER_P);
    hear_offer();
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
}

Test(lease_standing, after_a_restart_it_still_relies_on_it)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_P, 10, FO_VOTER_P, &params);
    fo_agent_init_standing(&agent, FO_STANDING_TAKEN);
    pass(29 * FO_SECOND);
    cr_assert_not(agent.gate_open, "the monitor may still come");
    pass(3 * FO_SECOND);
    cr_assert(agent.gate_open);
    cr_assert_gt(agent.epoch, 10);
}

/* ---- the return ------------------------------------------------------------------------------ */

Test(lease_standing, the_holder_lets_go_first_and_answers_when_its_disk_says_so)
{
    holder_relies();
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->standing, FO_STANDING_NONE);
    cr_assert_not(fo_pledge_taken(&agent));
    cr_assert_null(sent_answer());
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_null(sent_answer(), "its disk does not say so yet");
    disk_done();
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_not_null(sent_answer());
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_LET_GO);
    cr_assert_eq(sent_answer()->of.boot, PEER_BOOT + 1);
    pass(agent.voter.params.lease_us);
    cr_assert_not(agent.gate_open, "and lives by ordinary grants again");
}

Test(lease_standing, who_is_back_and_grants_nothing_yet_costs_the_holder_nothing)
{
    holder_relies();
    pass(agent.voter.params.lease_us); /* M's last grant is over */
    for (int i = 0; i < 100; i++) {
        pass(agent.voter.params.beat_us);
        hear_rejoin(PEER_BOOT + 1); /* it abstains, or its answers are lost */
        cr_assert(agent.gate_open, "dark after %d beats", i);
        cr_assert(fo_pledge_taken(&agent));
        cr_assert_null(sent_answer(), "let go while it is still needed");
    }
    hear_grant(FO_VOTER_S, agent.voter.seq);
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->standing, FO_STANDING_NONE);
    disk_done();
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_eq(sent_answer()->reason, FO_ANSWER_LET_GO);
    cr_assert(agent.gate_open);
}

Test(lease_standing, who_does_not_hold_any_more_lets_go_at_once)
{
    holder_relies();
    pass(agent.voter.params.lease_us);
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_not(fo_pledge_taken(&agent));
}

Test(lease_standing, a_server_that_comes_back_without_its_disk_is_not_relied_on)
{
    holder_relies();
    struct fo_datagram fresh = peer_beat(FO_CLAIM_NONE, 0);
    fresh.beat.stamp.boot = PEER_BOOT + 1;
    hear(&fresh);
    cr_assert_not(fo_pledge_taken(&agent));
}

Test(lease_standing, a_beat_of_the_old_process_after_the_new_one_was_heard_offers_nothing)
{
    holder_relies();
    hear_rejoin(PEER_BOOT + 1);
    disk_done();
    hear_offer();
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
}

static void back_with_its_vote_given(void)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, 10, FO_VOTER_P, &params);
    fo_agent_init_standing(&agent, FO_STANDING_GIVEN);
    pass(BENCH_AB);
}

Test(lease_standing, who_is_back_claims_nothing_until_it_was_let_go_and_v1_is_over)
{
    back_with_its_vote_given();
    cr_assert(agent.voter.vote_any_boot);
    hear_monitor(FO_VOTER_S, 11);
    pass(FO_SECOND / 2);
    hear_monitor(FO_VOTER_S, 11);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    hear_let_go(BENCH_BOOT, agent.voter.seq);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->standing, FO_STANDING_NONE);
    cr_assert(agent.voter.vote_any_boot, "bound until the disk says otherwise");
    disk_done();
    cr_assert_eq(agent.voter.vote, FO_VOTE_TO);
    cr_assert_not(agent.voter.vote_any_boot);
    pass(BENCH_AB - FO_MS);
    hear_monitor(FO_VOTER_S, 11);
    cr_assert_neq(agent.voter.vote, FO_VOTE_SELF, "what the other one still holds has not ended");
    pass(2 * FO_MS);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    cr_assert_eq(agent.voter.vote, FO_VOTE_SELF);
}

Test(lease_standing, who_is_back_says_so_while_it_abstains)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, 10, FO_VOTER_P, &params);
    fo_agent_init_standing(&agent, FO_STANDING_GIVEN);
    pass(params.beat_us);
    cr_assert_eq(agent.voter.vote, FO_VOTE_ABSTAIN);
    cr_assert(sent_beat()->rejoin, "its disk binds it already");
    hear_let_go(BENCH_BOOT, agent.voter.seq);
    cr_assert_eq(agent.standing, FO_STANDING_GIVEN, "not before the vote stands");
}

Test(lease_standing, the_server_that_let_go_is_granted_to_all_the_while)
{
    back_with_its_vote_given();
    hear_peer(FO_CLAIM_HOLD, 10);
    cr_assert(sent_answer()->given);
    hear_let_go(BENCH_BOOT, agent.voter.seq);
    disk_done();
    hear_peer(FO_CLAIM_HOLD, 10);
    cr_assert(sent_answer()->given, "without the monitor it has no other vote");
}

Test(lease_standing, only_an_answer_to_this_very_process_lets_go)
{
    back_with_its_vote_given();
    hear_let_go(BENCH_BOOT - 1, 1);
    hear_let_go(BENCH_BOOT, agent.voter.seq + 1);
    cr_assert_eq(agent.standing, FO_STANDING_GIVEN);
}

Test(lease_standing, what_is_not_on_the_disk_yet_is_not_let_go_of)
{
    standby_leaves(); /* given, but a crash now would find nothing of it */
    agent.leaving = false;
    hear_let_go(agent.voter.boot, agent.voter.seq);
    cr_assert_eq(agent.standing, FO_STANDING_GIVEN);
    disk_done();
    hear_let_go(agent.voter.boot, agent.voter.seq);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
}

Test(lease_standing, a_person_takes_the_vote_back_when_the_other_is_off)
{
    back_with_its_vote_given();
    hear_peer(FO_CLAIM_HOLD, 10);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1, "the other one is heard");
    pass(agent.voter.params.lease_us + FO_MS);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_FORCED), 1);
    disk_done();
    pass(BENCH_AB);
    hear_monitor(FO_VOTER_S, 13);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
}

Test(lease_standing, who_leaves_while_its_vote_is_freed_stays_until_the_disk_has_it)
{
    standby_leaves();
    disk_done();
    pass(agent.voter.params.lease_us + FO_SECOND);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_FORCED), 1);
    cr_assert_not(fo_agent_may_end(&agent), "a start would find the old vote on the disk");
    disk_done();
    cr_assert(fo_agent_may_end(&agent));
}

Test(lease_standing, a_new_offer_waits_until_the_disk_has_let_the_old_one_go)
{
    holder_relies();
    hear_rejoin(PEER_BOOT + 1);
    cr_assert_eq(agent.standing, FO_STANDING_NONE);
    struct fo_datagram offer = peer_beat(FO_CLAIM_NONE, 10);
    offer.beat.stamp.boot = PEER_BOOT + 1;
    offer.beat.leaving = offer.beat.rejoin = true;
    hear(&offer);
    cr_assert_eq(agent.standing, FO_STANDING_NONE, "the disk still says that it relies");
    disk_done();
    offer.beat.stamp.seq = ++their_seq[FO_VOTER_S];
    offer.beat.echo[FO_VOTER_P].seq = agent.voter.seq;
    hear(&offer);
    cr_assert_eq(agent.standing, FO_STANDING_TAKEN);
}

Test(lease_standing, who_leaves_again_keeps_its_vote_where_it_is)
{
    back_with_its_vote_given();
    hear_peer(FO_CLAIM_HOLD, 10);
    tell(FO_AGENT_LEAVE);
    hear_let_go(BENCH_BOOT, agent.voter.seq);
    cr_assert_eq(agent.standing, FO_STANDING_GIVEN);
}

Test(lease_standing, relying_on_the_other_is_for_who_held_last_only)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_P, 11, FO_VOTER_S, &params);
    fo_agent_init_standing(&agent, FO_STANDING_TAKEN);
    pass(FO_MINUTE);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "the other one has held since");
}
