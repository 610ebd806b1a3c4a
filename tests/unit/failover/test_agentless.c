/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a pair without agents: two witnesses make a death, a proof makes a promotion, and
 * without the proof people are called and nothing is promoted. */
#include "failover/agentless.h"
#include "failover/inhibit.h"
#include "tests/lib/engine_fixture.h"

static struct fo_policy pair(bool available, bool required)
{
    struct fo_policy policy = fixture_policy();
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy.servers[i].agentless = true;
        policy.servers[i].fence_available = available;
        policy.servers[i].fence_required = required;
    }
    return policy;
}

static void begin(bool available, bool required)
{
    struct fo_policy policy = pair(available, required);
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    world.serves[0] = true;
    step_until(seen(FO_REASON_ADOPTED_HOLDER), 10 * FO_SECOND);
    step_for(5 * FO_SECOND);
    mark();
}

static void die(unsigned server)
{
    world.host_ok[server] = false;
    world.serves[server] = false;
}

static struct fo_order order_switch(uint8_t server)
{
    return (struct fo_order){
        .kind = FO_ORDER_SWITCH, .server = server, .person = CHIEF, .second = OFFICER};
}

Test(agentless, the_preferred_one_is_taken_to_be_active_once_somebody_answers)
{
    struct fo_policy policy = pair(true, true);
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    step_for(FO_MINUTE);
    cr_assert_eq(world.engine.active, FO_NONE);
    cr_assert_not(told(FO_COMMAND_FENCE), "a cold start is no death");
    world.serves[0] = true;
    step_until(seen(FO_REASON_ADOPTED_HOLDER), 10 * FO_SECOND);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_STANDBY);
    cr_assert_not(told(FO_COMMAND_SEND));
}

Test(agentless, a_dead_server_is_proven_off_then_the_other_is_promoted_and_asked)
{
    begin(true, true);
    die(0);
    step_until(told(FO_COMMAND_FENCE), 10 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->server, 0);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    step_until(seen(FO_REASON_FENCE_PROVEN), 2 * FO_SECOND);
    step_until(told(FO_COMMAND_PROMOTE), FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 1);
    cr_assert_neq(told(FO_COMMAND_PROMOTE)->key.sequence, told(FO_COMMAND_CHOOSE)->key.sequence);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_ACTIVE);
    cr_assert_eq(told_count(FO_COMMAND_PROMOTE), 1);
    cr_assert_eq(told_count(FO_COMMAND_FENCE), 1);
}

Test(agentless, one_witness_moves_nothing)
{
    begin(true, true);
    world.host_ok[0] = false; /* the host does not answer, the service does */
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert(incident_of(FO_REASON_SERVER_UNREACHABLE));
    cr_assert_not(incident_of(FO_REASON_SERVER_DEAD));
}

Test(agentless, without_the_proof_nothing_is_promoted_and_people_are_called)
{
    begin(true, true);
    world.fence = FO_OUTCOME_FAILED;
    die(0);
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 10 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE)->why, FO_REASON_BLOCKED_FENCE_PROOF);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U);
}

Test(agentless, silence_of_the_executor_is_no_proof)
{
    begin(true, true);
    world.fence = FO_OUTCOMES;
    die(0);
    step_until(seen(FO_REASON_FENCE_FAILED), 75 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}

Test(agentless, without_a_fence_the_block_is_shown_before_anything_has_failed)
{
    begin(false, true);
    cr_assert(is_blocked(FO_REASON_BLOCKED_FENCE_PROOF));
    die(0);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    cr_assert(is_blocked(FO_REASON_BLOCKED_FENCE_PROOF));
    give_order(order_switch(1));
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_FENCE_PROOF,
                 "two persons do not replace the proof either");
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}

Test(agentless, with_the_risk_accepted_a_death_suffices)
{
    begin(false, false);
    cr_assert_not(is_blocked(FO_REASON_BLOCKED_FENCE_PROOF));
    die(0);
    step_until(told(FO_COMMAND_PROMOTE), 10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE));
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
}

Test(agentless, a_failed_service_beside_a_living_host_moves_after_the_time_of_a_takeover)
{
    begin(true, true);
    world.serves[0] = false;
    step_until(look()->services[CALLS].state == FO_STATE_DOWN, 10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE), "it may come back by itself");
    step_until(told(FO_COMMAND_FENCE), 5 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1);
}

Test(agentless, an_ordered_switchover_demotes_then_proves_then_promotes)
{
    begin(true, true);
    give_order(order_switch(1));
    step_until(told(FO_COMMAND_DEMOTE), FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_DEMOTE)->server, 0);
    cr_assert_not(told(FO_COMMAND_FENCE));
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1);
}

Test(agentless, a_demotion_that_fails_ends_the_order_and_the_old_one_serves_on)
{
    begin(true, true);
    world.demote = FO_OUTCOME_FAILED;
    give_order(order_switch(1));
    step_until(seen(FO_REASON_DEMOTE_FAILED), 5 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
}

Test(agentless, demoted_but_not_proven_off_the_old_one_is_promoted_again)
{
    begin(true, true);
    world.fence = FO_OUTCOME_FAILED;
    give_order(order_switch(1));
    step_until(told(FO_COMMAND_PROMOTE), 10 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0, "nobody else has been");
    step_for(FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_PROMOTE), 1);
    cr_assert_eq(world.engine.active, 0);
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED));
}

Test(agentless, a_failed_promotion_is_handed_to_people_and_the_way_back_needs_its_own_proof)
{
    begin(true, true);
    world.promote = FO_OUTCOME_FAILED;
    die(0);
    step_until(seen(FO_REASON_PROMOTE_FAILED), 15 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE)->why, FO_REASON_PROMOTE_FAILED);
    cr_assert_eq(world.engine.active, 1, "it may serve all the same");
    mark();
    world.host_ok[0] = true; /* switched on again by a person */
    world.promote = FO_OUTCOME_DONE;
    step_until(told(FO_COMMAND_PROMOTE), 20 * FO_MINUTE);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0);
    cr_assert_eq(told(FO_COMMAND_FENCE)->server, 1);
}

Test(agentless, a_promotion_that_says_nothing_is_no_promotion_that_is_known)
{
    begin(true, true);
    world.promote = FO_OUTCOMES;
    die(0);
    step_until(seen(FO_REASON_PROMOTE_FAILED), 20 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_PROMOTE_FAILED)->why, FO_REASON_NO_ANSWER);
}

Test(agentless, a_proof_from_before_a_restart_is_made_anew)
{
    begin(true, true);
    world.promote = FO_OUTCOMES;
    die(0);
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    monitor_die();
    step_for(FO_MINUTE);
    mark();
    world.promote = FO_OUTCOME_DONE;
    monitor_restart();
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    step_until(told(FO_COMMAND_PROMOTE), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 1);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
}

Test(agentless, a_crash_while_promoting_with_the_risk_accepted_asks_again_with_the_same_key)
{
    begin(false, false);
    world.promote = FO_OUTCOMES;
    die(0);
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_PROMOTE)->key;
    monitor_die();
    mark();
    world.promote = FO_OUTCOME_DONE;
    monitor_restart();
    step_until(told(FO_COMMAND_PROMOTE), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->key.sequence, key.sequence);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->key.boot, key.boot);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
}

Test(agentless, a_server_that_dies_while_it_is_demoted_is_proven_off_all_the_same)
{
    begin(true, true);
    world.demote = FO_OUTCOMES;
    give_order(order_switch(1));
    step_until(told(FO_COMMAND_DEMOTE), FO_SECOND);
    die(0);
    step_until(told(FO_COMMAND_FENCE), 10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 15 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1);
}

Test(agentless, a_demotion_that_says_nothing_is_given_up_at_its_deadline)
{
    begin(true, true);
    world.demote = FO_OUTCOMES;
    give_order(order_switch(1));
    step_until(seen(FO_REASON_DRAIN_TIMEOUT), 31 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}

Test(agentless, the_second_server_may_be_the_preferred_one)
{
    struct fo_policy policy = pair(true, true);
    policy.servers[0].preferred = false;
    policy.servers[1].preferred = true;
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    world.serves[1] = true;
    step_until(seen(FO_REASON_ADOPTED_HOLDER), 10 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1);
}

Test(agentless, who_is_active_outlives_the_monitor)
{
    begin(true, true);
    die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 20 * FO_SECOND);
    monitor_die();
    world.host_ok[0] = true;
    mark();
    monitor_restart();
    step_for(30 * FO_SECOND);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_STANDBY);
    cr_assert_not(told(FO_COMMAND_FENCE));
}

Test(agentless, a_monitor_that_hears_nothing_at_all_acts_on_nothing)
{
    begin(true, true);
    world.host_ok[0] = world.host_ok[1] = false;
    world.answers_silent = true;
    world.net_ok = false;
    for (unsigned i = 0; i < WORLD_DEVICES; i++) {
        world.devices[i].answers = false;
    }
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}

Test(agentless, what_is_not_known_is_not_down)
{
    begin(true, true);
    world.probing = false; /* nothing is asked any more: all of it goes stale */
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_eq(world.engine.servers[0].health, FO_HEALTH_UNKNOWN);
}

Test(agentless, a_datagram_that_claims_to_be_from_an_agent_changes_nothing)
{
    begin(true, true);
    agent_start(1);
    step_for(10 * FO_SECOND);
    cr_assert_eq(world.engine.servers[1].stamp.boot, 0);
    cr_assert_eq(world.engine.active, 0);
}

Test(agentless, only_a_service_that_needs_the_server_is_a_witness)
{
    struct fo_policy policy = pair(true, true);
    policy.services[CALLS].checked = false;
    policy.services[ORDERS].checked = true; /* it needs only the lines */
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    world.serves[0] = true;
    step_for(FO_MINUTE);
    cr_assert_eq(world.engine.active, FO_NONE);
    cr_assert_not(seen(FO_REASON_ADOPTED_HOLDER));
}

Test(agentless, a_pair_of_which_one_has_an_agent_is_no_policy)
{
    struct fo_policy policy = pair(true, true);
    cr_assert(fo_policy_valid(&policy));
    policy.servers[1].agentless = false;
    cr_assert_not(fo_policy_valid(&policy));
}

Test(agentless, with_the_risk_accepted_an_ordered_switchover_demotes_and_promotes)
{
    begin(false, false);
    give_order(order_switch(1));
    step_until(told(FO_COMMAND_DEMOTE), FO_SECOND);
    step_until(told(FO_COMMAND_PROMOTE), 5 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE));
    step_until(world.engine.active == 1, 10 * FO_SECOND);
}

Test(agentless, an_order_before_anybody_is_known_to_be_active_takes_from_the_other)
{
    struct fo_policy policy = pair(true, true);
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    step_for(FO_MINUTE);
    cr_assert_eq(world.engine.active, FO_NONE);
    give_order(order_switch(1));
    step_for(FO_MINUTE);
    cr_assert(told(FO_COMMAND_PROMOTE) == NULL || told(FO_COMMAND_FENCE) != NULL,
              "nobody is promoted without the proof");
}

Test(agentless, a_death_that_is_none_any_more_has_too_few_witnesses)
{
    begin(true, true);
    struct fo_need need = {.cause = FO_REASON_SERVER_DEAD, .from = 0, .target = 1};
    cr_assert_not(fo_inhibit_check(&world.engine, &need, need.failed));
    cr_assert_eq(need.failed[FO_CHECK_WITNESSES], FO_REASON_BLOCKED_ONE_WITNESS);
}

Test(agentless, a_death_is_over_when_the_service_answers_again_and_what_waited_for_it_does_not_act)
{
    begin(true, true);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    die(0);
    step_until(world.engine.servers[0].hearing == FO_HEARING_DEAD, 20 * FO_SECOND);
    world.serves[0] = true; /* its host stays silent: a filter, and one witness */
    step_until(world.engine.servers[0].hearing == FO_HEARING_SILENT, 10 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE});
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE), "a server that serves is not switched off");
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}
