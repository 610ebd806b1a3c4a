/* SPDX-License-Identifier: Apache-2.0 */
/* Serving on the own vote alone: X2 (the last holder, everybody else silent) and F1 (force). Both
 * stand on the silence of others, so most tests are about what ends them. */
#include "failover/lease_alone.h"
#include "failover/lease_claim.h"
#include "tests/unit/failover/lease_bench.h"

/* The longest wait of X2 and F1 here. */
#define SOON (2 * FO_SECOND)

/* Timers only, until an act of this kind comes or the time is over. */
static bool wait_for(enum fo_agent_act_kind kind, fo_us limit_us)
{
    fo_us end_us = now_us + limit_us;
    while (now_us < end_us) {
        fo_us due_us = fo_agent_next_deadline(&agent);
        now_us = due_us > now_us ? due_us : now_us;
        tell(FO_AGENT_TIMER);
        if (acts(kind) > 0) {
            return true;
        }
    }
    return false;
}

static void start_asked(void)
{
    start_holder(FO_VOTER_P);
    cr_assert(wait_for(FO_AGENT_ACT_ASK_ADDRESS, SOON));
}

/* ---- X2 -------------------------------------------------------------------------------------- */

Test(lease_alone, the_last_holder_asks_after_ab_of_silence_and_serves_when_nobody_answers)
{
    start_holder(FO_VOTER_P);
    fo_us heard_us = now_us;
    cr_assert(wait_for(FO_AGENT_ACT_ASK_ADDRESS, SOON));
    cr_assert_geq(now_us - heard_us, BENCH_AB);
    cr_assert_not(agent.gate_open);
    pass(FO_SECOND);
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert_eq(notes(FO_REASON_SERVED_ALONE), 1);
    cr_assert_eq(act(FO_AGENT_ACT_GATE)->until_us, now_us + BENCH_L);
    cr_assert_eq(acts(FO_AGENT_ACT_ANNOUNCE), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_PROMOTE), 0);
    const struct fo_beat *beat = sent_beat();
    cr_assert(beat->alone);
    cr_assert_eq(beat->claim, FO_CLAIM_HOLD);
    cr_assert_eq(beat->epoch, 10, "the epoch does not change");
    for (int i = 0; i < 1000; i++) {
        pass(10 * FO_MS);
        cr_assert(agent.gate_open);
    }
}

Test(lease_alone, it_asks_again_later_when_somebody_answers_or_no_answer_comes)
{
    start_asked();
    tell_well(FO_AGENT_ADDRESS_FREE, false);
    cr_assert_not(agent.alone);
    cr_assert(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 11 * FO_SECOND));
    cr_assert(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 11 * FO_SECOND));
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert(agent.alone);
}

Test(lease_alone, an_answer_nobody_asked_for_or_that_came_too_late_opens_nothing)
{
    start_holder(FO_VOTER_P);
    pass(BENCH_L);
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert_not(agent.alone);
    start_asked();
    hear_peer(FO_CLAIM_NONE, 10);
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert_not(agent.alone, "somebody was heard meanwhile");
    start_asked();
    hear_grant(FO_VOTER_M, agent.voter.seq);
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert_not(agent.alone, "the lease is back");
}

Test(lease_alone, any_beat_even_one_that_no_rule_accepts_is_a_sign_of_life)
{
    start_holder(FO_VOTER_P);
    for (int i = 0; i < 40; i++) {
        struct fo_datagram datagram = beat_from(FO_VOTER_S);
        datagram.beat.echo[FO_VOTER_P].seq = 0;
        hear(&datagram);
        cr_assert_not(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 500 * FO_MS));
    }
}

Test(lease_alone, a_beat_that_is_heard_again_is_none)
{
    start_holder(FO_VOTER_P);
    struct fo_datagram caught = beat_from(FO_VOTER_S);
    fo_us since_us = now_us;
    bool asks = false;
    while (!asks && now_us - since_us < 5 * FO_SECOND) {
        hear(&caught); /* by the other network, a loop of switches, or one who caught it */
        asks = wait_for(FO_AGENT_ACT_ASK_ADDRESS, 50 * FO_MS);
    }
    cr_assert(asks);
    cr_assert_leq(now_us - since_us, BENCH_AB + 100 * FO_MS);
}

Test(lease_alone, when_the_site_says_stop_it_stays_shut)
{
    struct fo_lease_params params = FO_LEASE_DEFAULTS;
    params.alone_resumes = false;
    start_with(FO_VOTER_P, 0, FO_VOTER_NONE, &params);
    pass(BENCH_AB);
    hear_monitor(FO_VOTER_P, 10);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert(agent.gate_open);
    cr_assert_not(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 20 * FO_SECOND));
}

Test(lease_alone, only_the_last_holder_may)
{
    start_candidate(FO_VOTER_P);
    cr_assert_not(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 20 * FO_SECOND));
    start_holder(FO_VOTER_P);
    pass(BENCH_L);
    agent.top_holder = FO_VOTER_S;
    cr_assert_not(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 20 * FO_SECOND));
}

static void start_alone(void)
{
    start_asked();
    tell_well(FO_AGENT_ADDRESS_FREE, true);
    cr_assert(agent.gate_open);
}

Test(lease_alone, a_higher_epoch_ends_it_at_once)
{
    start_alone();
    hear_peer(FO_CLAIM_HOLD, 11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    cr_assert_eq(notes(FO_REASON_TWO_ANSWERS), 1);
    start_alone();
    hear_monitor(FO_VOTER_S, 11);
    cr_assert_eq(acts(FO_AGENT_ACT_SHUT), 1);
    tell(FO_AGENT_GATE_SHUT);
    cr_assert_not(sent_beat()->alone);
}

Test(lease_alone, a_majority_ends_it_without_shutting_the_gate)
{
    start_alone();
    hear_monitor(FO_VOTER_P, 10);
    cr_assert(agent.gate_open);
    cr_assert(agent.alone);
    pass(50 * FO_MS);
    hear_grant(FO_VOTER_M, agent.voter.seq);
    cr_assert_not(agent.alone);
    cr_assert(agent.gate_open);
    pass(2 * BENCH_L);
    cr_assert_not(agent.gate_open, "from now on it needs grants again");
}

Test(lease_alone, a_pause_ends_it_because_its_grounds_may_be_gone)
{
    start_alone();
    now_us += 10 * FO_SECOND;
    tell(FO_AGENT_TIMER);
    cr_assert_eq(notes(FO_REASON_LEASE_LAPSED), 1);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 0);
    cr_assert_eq(acts(FO_AGENT_ACT_ASK_ADDRESS), 0, "the silence has to be heard anew");
    cr_assert(wait_for(FO_AGENT_ACT_ASK_ADDRESS, 11 * FO_SECOND));
}

/* ---- F1 -------------------------------------------------------------------------------------- */

/* S, alone: P and M have been silent; it has heard P hold epoch 10. */
static void start_deserted(void)
{
    start_as(FO_VOTER_S);
    pass(BENCH_AB);
    hear_monitor(FO_VOTER_P, 10);
    hear_peer(FO_CLAIM_HOLD, 10);
    pass(BENCH_L);
}

Test(lease_alone, force_waits_for_every_promise_to_the_other_and_then_opens)
{
    start_deserted();
    fo_us heard_us = agent.alone_since_us;
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_FORCED), 1);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
    cr_assert(sent_beat()->forced);
    cr_assert(wait_for(FO_AGENT_ACT_GATE, SOON));
    cr_assert_eq(now_us, heard_us + 603202);
    cr_assert_eq(act(FO_AGENT_ACT_PROMOTE)->epoch, 13);
    cr_assert_eq(sent_beat()->claim, FO_CLAIM_HOLD);
    cr_assert(sent_beat()->forced);
    for (int i = 0; i < 500; i++) {
        pass(10 * FO_MS);
        cr_assert(agent.gate_open);
        cr_assert_eq(agent.epoch, 13);
    }
}

Test(lease_alone, force_waits_for_the_own_abstention)
{
    start_as(FO_VOTER_S);
    pass(BENCH_L);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_FORCED), 1);
    cr_assert(wait_for(FO_AGENT_ACT_GATE, SOON));
    cr_assert_eq(now_us, BENCH_START + BENCH_AB);
}

Test(lease_alone, force_is_refused_when_somebody_is_heard_or_it_is_not_fit)
{
    start_deserted();
    hear_peer(FO_CLAIM_HOLD, 10);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1);
    start_deserted();
    tell_health(FO_HEALTH_FAILED);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    start_holder(FO_VOTER_P);
    pass(BENCH_L - 1);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1);
    start_alone();
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1, "it serves already");
    hear_monitor(FO_VOTER_S, 11);
    pass(BENCH_L);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1, "the gate is being shut");
}

Test(lease_alone, a_sign_of_life_during_the_wait_ends_the_force)
{
    start_deserted();
    tell(FO_AGENT_FORCE);
    hear_peer(FO_CLAIM_NONE, 10);
    cr_assert_eq(notes(FO_REASON_ORDER_REFUSED), 1);
    cr_assert_eq(agent.claim, FO_CLAIM_NONE);
    cr_assert_not(wait_for(FO_AGENT_ACT_GATE, SOON));
}

static void start_forced(void)
{
    start_deserted();
    tell(FO_AGENT_FORCE);
    cr_assert(wait_for(FO_AGENT_ACT_GATE, SOON));
}

Test(lease_alone, the_others_come_back_and_a_majority_ends_the_force)
{
    start_forced();
    hear_peer(FO_CLAIM_NONE, 10);
    cr_assert(agent.gate_open);
    cr_assert(agent.forced);
    hear_monitor(FO_VOTER_P, 10);
    cr_assert(agent.gate_open, "an order from before the force");
    hear_grant(FO_VOTER_P, agent.voter.seq);
    cr_assert_not(agent.forced);
    cr_assert(agent.gate_open);
    cr_assert_eq(agent.epoch, 13);
    cr_assert_eq(agent.ground, FO_GROUND_FORCED);
    pass(10 * FO_MS);
    cr_assert_eq(agent.ground, FO_GROUND_HELD);
}

Test(lease_alone, a_pause_ends_the_force_too)
{
    start_forced();
    now_us += 10 * FO_SECOND;
    tell(FO_AGENT_TIMER);
    cr_assert_not(agent.gate_open);
    cr_assert_not(agent.forced);
    cr_assert_eq(agent.claim, FO_CLAIM_WANT);
}

Test(lease_alone, a_lapsed_holder_may_be_forced_and_gets_a_new_epoch)
{
    start_holder(FO_VOTER_P);
    pass(BENCH_L + 10 * FO_MS);
    tell(FO_AGENT_FORCE);
    cr_assert_eq(notes(FO_REASON_FORCED), 1);
    cr_assert_eq(agent.epoch, 12);
    cr_assert_eq(acts(FO_AGENT_ACT_GATE), 1, "its wait is over already");
    cr_assert_eq(act(FO_AGENT_ACT_PROMOTE)->epoch, 12);
}
