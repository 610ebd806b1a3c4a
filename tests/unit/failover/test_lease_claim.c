/* SPDX-License-Identifier: Apache-2.0 */
/* Who may claim the lease, ground by ground (A6), with which epoch, and the monitor's orders as an
 * agent follows them (M5, V6, section 10). The agent's own mechanics are in test_lease_agent.c. */
#include "failover/lease_claim.h"
#include "tests/unit/failover/lease_bench.h"

static void hear_offer(uint64_t epoch)
{
    struct fo_datagram datagram = beat_from(bench_peer());
    datagram.beat.offer = true;
    datagram.beat.epoch = epoch;
    hear(&datagram);
}

/* A peer that held `epoch`, lapsed, and wants it back. */
static void hear_lapsed(uint64_t epoch)
{
    struct fo_datagram datagram = beat_from(bench_peer());
    datagram.beat.claim = FO_CLAIM_WANT;
    datagram.beat.held = true;
    datagram.beat.epoch = epoch;
    hear(&datagram);
}

/* ---- what every ground needs ----------------------------------------------------------------- */

Test(lease_claim, it_needs_a_service_known_to_be_well)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_P, 0, FO_VOTER_NONE, &params);
    tell_health(FO_HEALTH_UNKNOWN);
    hear_monitor(FO_VOTER_P, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    tell_health(FO_HEALTH_OK);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    tell_health(FO_HEALTH_UNKNOWN);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT, "unknown is not down");
    tell_health(FO_HEALTH_FAILED);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
}

Test(lease_claim, it_needs_a_clock_that_is_well)
{
    start_as(FO_VOTER_P);
    tell_well(FO_AGENT_CLOCK, false);
    hear_monitor(FO_VOTER_P, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    tell_well(FO_AGENT_CLOCK, true);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
}

Test(lease_claim, a_process_that_leaves_releases_and_offers)
{
    start_holder(FO_VOTER_P);
    tell(FO_AGENT_LEAVE);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert(sent_beat()->offer);
    cr_assert(sent_beat()->leaving);
    hear_monitor(FO_VOTER_P, 12);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
}

Test(lease_claim, a_process_proven_off_claims_nothing_although_it_lives)
{
    start_holder(FO_VOTER_P);
    struct fo_datagram datagram = beat_from(FO_VOTER_M);
    datagram.beat.choice = FO_VOTER_P;
    datagram.beat.choice_epoch = 10;
    datagram.beat.fenced[FO_VOTER_P] = BENCH_BOOT + 1;
    hear(&datagram);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
    datagram = beat_from(FO_VOTER_M);
    datagram.beat.choice = FO_VOTER_P;
    datagram.beat.choice_epoch = 12;
    datagram.beat.fenced[FO_VOTER_P] = BENCH_BOOT;
    hear(&datagram);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
}

/* ---- (a) ------------------------------------------------------------------------------------- */

Test(lease_claim, chosen_by_a_beat_of_the_monitor_at_most_l_old)
{
    start_candidate(FO_VOTER_P);
    cr_assert_eq(agent.epoch, 10);
    now_us += BENCH_L;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    now_us++;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
}

Test(lease_claim, a_candidate_follows_the_newest_order)
{
    start_candidate(FO_VOTER_P);
    hear_monitor(FO_VOTER_P, 14);
    cr_assert_eq(agent.epoch, 14);
    hear_monitor(FO_VOTER_S, 15);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    cr_assert_eq(sent_beat()->choice_epoch, 14, "a forgetful monitor is told how far it was");
}

Test(lease_claim, what_was_given_back_is_taken_again_only_on_a_newer_order)
{
    start_holder(FO_VOTER_P);
    hear_monitor(FO_VOTER_P, 12);
    cr_assert_eq(agent.epoch, 10, "an open gate keeps its number");
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_GATE_SHUT);
    tell_health(FO_HEALTH_OK);
    hear_monitor(FO_VOTER_P, 12);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    hear_monitor(FO_VOTER_P, 14);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
}

/* ---- (b) ------------------------------------------------------------------------------------- */

Test(lease_claim, a_holder_goes_on_without_the_monitor)
{
    start_holder(FO_VOTER_P);
    for (int i = 0; i < 100; i++) {
        pass(50 * FO_MS);
        hear_grant(FO_VOTER_S, agent.voter.seq);
    }
    cr_assert(agent.gate_open);
    cr_assert_eq(agent.ground, FO_GROUND_HELD);
    pass(10 * FO_SECOND);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT, "lapsed, it still wants");
}

Test(lease_claim, a_holder_stops_when_the_monitor_chooses_the_other)
{
    start_holder(FO_VOTER_P);
    hear_monitor(FO_VOTER_NONE, 0);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
    hear_monitor(FO_VOTER_S, 13);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
}

Test(lease_claim, an_order_older_than_the_holding_binds_nobody)
{
    start_holder(FO_VOTER_P);
    hear_monitor(FO_VOTER_S, 9);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
    cr_assert(agent.gate_open);
}

static void lapse(void)
{
    while (agent.gate_open) {
        pass(10 * FO_MS);
    }
}

Test(lease_claim, a_lapsed_holder_follows_a_newer_order_for_itself)
{
    start_holder(FO_VOTER_P);
    lapse();
    hear_monitor(FO_VOTER_P, 8);
    cr_assert_eq(agent.epoch, 10);
    hear_monitor(FO_VOTER_P, 14);
    cr_assert_eq(agent.epoch, 14);
    cr_assert(agent.held);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(act(FO_AGENT_ACT_PROMOTE)->epoch, 14, "a new order is a new holding");
}

Test(lease_claim, of_two_lapsed_holders_the_later_one_goes_on)
{
    start_holder(FO_VOTER_P);
    hear_lapsed(11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0, "an open gate yields to an open gate only");
    cr_assert_gt(agent.epoch, 11, "but its number must show that it is the later holding");
    start_holder(FO_VOTER_P);
    lapse();
    hear_lapsed(9);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    hear_lapsed(11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
}

Test(lease_claim, a_lapsed_holder_stops_when_the_peer_has_held_since)
{
    start_holder(FO_VOTER_P);
    lapse();
    hear_peer(FO_CLAIM_NONE, 11);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT, "the monitor's order still stands");
    pass(10 * FO_MS);
    start_holder(FO_VOTER_P);
    lapse();
    pass(10 * FO_MS);
    hear_peer(FO_CLAIM_NONE, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    hear_peer(FO_CLAIM_NONE, 11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
}

/* ---- (c), (e) -------------------------------------------------------------------------------- */

static void start_standby(uint64_t top, enum fo_voter top_holder)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    start_with(FO_VOTER_S, top, top_holder, &params);
    pass(BENCH_AB);
}

Test(lease_claim, an_offer_is_taken_when_the_monitor_is_silent)
{
    start_standby(10, FO_VOTER_P);
    hear_monitor(FO_VOTER_P, 10);
    pass(BENCH_L);
    hear_offer(10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "the monitor is not silent for longer than L");
    now_us++;
    hear_offer(10);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    cr_assert_eq(agent.ground, FO_GROUND_OFFERED);
    cr_assert_eq(agent.epoch, 13, "above the order for the other and above what was held");
    pass(50 * FO_MS);
    hear_offer(10);
    cr_assert_eq(agent.epoch, 13, "one claim, one number");
    hear_grant(FO_VOTER_P, agent.voter.seq);
    cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE), 1);
    cr_assert_eq(agent.top, 13);
}

Test(lease_claim, an_offer_needs_all_its_conditions)
{
    start_standby(10, FO_VOTER_P);
    hear_offer(8);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "not what was held last");
    hear_peer(FO_CLAIM_NONE, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "no offer");
    struct fo_datagram datagram = beat_from(FO_VOTER_P);
    datagram.beat.offer = true;
    datagram.beat.claim = FO_CLAIM_WANT;
    datagram.beat.epoch = 10;
    hear(&datagram);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "it claims itself");
    hear_offer(10);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    now_us += 150 * FO_MS + 1;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "older than three beats");
    start_standby(0, FO_VOTER_NONE);
    hear_offer(0);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "nothing was ever held");
}

Test(lease_claim, an_offer_that_was_taken_is_offered_no_longer)
{
    start_holder(FO_VOTER_P);
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert(sent_beat()->offer);
    hear_peer(FO_CLAIM_HOLD, 13);
    cr_assert_not(agent.offer);
}

Test(lease_claim, after_a_cold_start_the_last_holder_comes_back_when_the_monitor_stays_away)
{
    start_standby(11, FO_VOTER_S);
    while (now_us < BENCH_START + 30 * FO_SECOND) {
        hear_peer(FO_CLAIM_NONE, 10);
        cr_assert_eq(agent.claim, FO_CLAIM_NONE);
        pass(50 * FO_MS);
    }
    now_us++;
    hear_peer(FO_CLAIM_NONE, 12);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "the peer knows of a later holding");
    hear_peer(FO_CLAIM_NONE, 11);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    cr_assert_eq(agent.ground, FO_GROUND_COLD);
    cr_assert_eq(agent.epoch, 13);
}

Test(lease_claim, after_a_cold_start_the_other_one_waits)
{
    start_standby(10, FO_VOTER_P);
    pass(40 * FO_SECOND);
    hear_peer(FO_CLAIM_NONE, 10);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
}

/* ---- epochs ---------------------------------------------------------------------------------- */

Test(lease_claim, an_order_below_what_the_peer_holds_is_not_followed)
{
    start_as(FO_VOTER_P);
    pass(BENCH_AB);
    hear_peer(FO_CLAIM_HOLD, 13);
    hear_monitor(FO_VOTER_P, 12);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    hear_monitor(FO_VOTER_P, 14);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
}

Test(lease_claim, held_epochs_only_rise)
{
    start_candidate(FO_VOTER_P);
    hear_peer(FO_CLAIM_NONE, 21);
    cr_assert_eq(agent.epoch, 10);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_eq(act(FO_AGENT_ACT_PROMOTE)->epoch, 22);
    cr_assert_eq(sent_beat()->epoch, 22);
    hear_peer(FO_CLAIM_NONE, 25);
    cr_assert_eq(agent.epoch, 26);
    cr_assert_eq(act(FO_AGENT_ACT_PERSIST)->epoch, 26);
    cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE), 0, "it is the same holding");
    struct fo_datagram datagram = beat_from(FO_VOTER_S);
    datagram.beat.claim = FO_CLAIM_WANT;
    datagram.beat.epoch = 31;
    hear(&datagram);
    cr_assert_eq(agent.epoch, 26, "a wish is no holding");
}

/* ---- M5, and the dead man -------------------------------------------------------------------- */

static void hear_hand_over(uint8_t next)
{
    struct fo_datagram datagram = beat_from(FO_VOTER_M);
    datagram.beat.choice = FO_VOTER_P;
    datagram.beat.choice_epoch = 10;
    datagram.beat.next = next;
    hear(&datagram);
}

Test(lease_agent, a_planned_hand_over_drains_and_then_releases)
{
    start_holder(FO_VOTER_P);
    hear_hand_over(FO_VOTER_S);
    cr_assert_eq(acts(FO_AGENT_ACT_DRAIN), 1);
    hear_hand_over(FO_VOTER_S);
    cr_assert_eq(acts(FO_AGENT_ACT_DRAIN), 0);
    cr_assert(agent.gate_open, "it serves while it drains");
    pass(5 * FO_MS);
    cr_assert(sent_beat()->draining);
    tell(FO_AGENT_DRAINED);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
    hear_hand_over(FO_VOTER_S);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE, "an order it has given back is not followed again");
    hear_hand_over(FO_VOTER_NONE);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    cr_assert_eq(acts(FO_AGENT_ACT_UNDRAIN), 0);
}

Test(lease_agent, a_hand_over_taken_back_ends_the_drain)
{
    start_holder(FO_VOTER_P);
    hear_hand_over(FO_VOTER_S);
    hear_hand_over(FO_VOTER_NONE);
    cr_assert_eq(acts(FO_AGENT_ACT_UNDRAIN), 1);
    tell(FO_AGENT_DRAINED);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 0);
}

Test(lease_agent, a_hand_over_taken_back_too_late_does_not_stop_the_release)
{
    start_holder(FO_VOTER_P);
    hear_hand_over(FO_VOTER_S);
    tell(FO_AGENT_DRAINED);
    hear_hand_over(FO_VOTER_NONE);
    cr_assert_eq(acts(FO_AGENT_ACT_UNDRAIN), 0);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
}

Test(lease_agent, where_nothing_is_served_a_hand_over_needs_no_drain)
{
    start_candidate(FO_VOTER_P);
    hear_hand_over(FO_VOTER_S);
    cr_assert_eq(acts(FO_AGENT_ACT_DRAIN), 0);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_NONE);
}

Test(lease_agent, people_are_called_once_when_the_monitor_is_missed_and_again_after_its_return)
{
    start_as(FO_VOTER_P);
    pass(FO_MINUTE - FO_SECOND);
    cr_assert_not(agent.monitor_missed);
    uint32_t called = 0;
    for (int i = 0; i < 3000; i++) {
        pass(FO_MS);
        tell(FO_AGENT_TIMER);
        called += notes(FO_REASON_MONITOR_MISSED);
    }
    cr_assert_eq(called, 1);
    hear_monitor(FO_VOTER_NONE, 0);
    now_us += FO_MINUTE - 1;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(notes(FO_REASON_MONITOR_MISSED), 0);
    now_us++;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(notes(FO_REASON_MONITOR_MISSED), 1);
}

Test(lease_agent, orders_of_a_monitor_that_is_gone_are_forgotten)
{
    start_holder(FO_VOTER_P);
    hear_hand_over(FO_VOTER_S);
    uint32_t undrained = 0;
    for (int i = 0; i < 31000 / 50; i++) {
        now_us += 50 * FO_MS;
        hear_grant(FO_VOTER_S, agent.voter.seq);
        undrained += acts(FO_AGENT_ACT_UNDRAIN);
    }
    cr_assert_eq(undrained, 1);
    cr_assert(agent.gate_open);
    cr_assert_not(agent.draining);
}

Test(lease_claim, a_claim_that_was_given_up_and_is_made_again_has_a_new_number)
{
    start_standby(11, FO_VOTER_S);
    pass(30 * FO_SECOND + FO_MS);
    hear_peer(FO_CLAIM_NONE, 11);
    cr_assert_eq(agent.ground, FO_GROUND_COLD);
    hear_grant(FO_VOTER_P, agent.voter.seq);
    cr_assert(agent.gate_open);
    uint64_t epoch = agent.epoch;
    tell(FO_AGENT_GATE_LOST);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT, "nobody else is there to serve");
    cr_assert_eq(agent.ground, FO_GROUND_COLD);
    cr_assert_gt(agent.epoch, epoch);
}
