/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fencing: proof demanded, or lease first and then fence. */
#include "failover/fence.h"
#include "tests/lib/engine_fixture.h"

static void begin(bool available, bool required)
{
    struct fo_policy policy = fixture_policy();
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy.servers[i].fence_available = available;
        policy.servers[i].fence_required = required;
    }
    world_begin_with(&policy);
    host_die(0);
}

Test(fence, a_demanded_proof_comes_before_the_choice)
{
    begin(true, true);
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->server, 0);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    step_until(seen(FO_REASON_FENCE_PROVEN), 2 * FO_SECOND);
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_FENCED);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_FENCE), 1);
}

Test(fence, without_the_proof_nothing_is_promoted)
{
    begin(true, true);
    world.fence = FO_OUTCOME_FAILED;
    step_until(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE), 5 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE)->why, FO_REASON_BLOCKED_FENCE_PROOF);
    step_for(10 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
}

Test(fence, silence_of_the_executor_is_no_proof)
{
    begin(true, true);
    world.fence = FO_OUTCOMES;
    step_until(seen(FO_REASON_FENCE_FAILED), 62 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_FENCE_FAILED)->why, FO_REASON_NO_ANSWER);
    cr_assert_not(gate_is_open(1));
}

Test(fence, a_site_that_demands_what_it_has_not_is_blocked)
{
    begin(false, true);
    step_until(seen(FO_REASON_BLOCKED_FENCE_PROOF), 2 * FO_SECOND);
    step_for(10 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
    cr_assert(is_blocked(FO_REASON_BLOCKED_FENCE_PROOF));
}

Test(fence, a_dead_journal_blocks_fencing_not_the_lease)
{
    begin(true, true);
    give_self(FO_SELF_JOURNAL, 0, 0);
    step_until(seen(FO_REASON_BLOCKED_JOURNAL), 2 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE));
    give_self(FO_SELF_JOURNAL, 0, 1);
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
}

Test(fence, a_crash_while_fencing_asks_again_with_the_same_key)
{
    begin(true, true);
    world.fence = FO_OUTCOMES;
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_FENCE)->key;
    monitor_die();
    world.fence = FO_OUTCOME_DONE;
    mark();
    monitor_restart();
    step_until(gate_is_open(1), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->key.sequence, key.sequence);
    cr_assert_eq(told(FO_COMMAND_FENCE)->key.boot, key.boot);
}

Test(fence, lease_first_then_fence_waits_for_nothing)
{
    begin(true, false);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE));
    step_until(told(FO_COMMAND_FENCE), FO_SECOND);
    step_until(seen(FO_REASON_FENCE_PROVEN), 3 * FO_SECOND);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_FENCED);
}

Test(fence, a_later_fence_that_fails_is_recorded_and_nothing_else)
{
    begin(true, false);
    world.fence = FO_OUTCOME_FAILED;
    step_until(seen(FO_REASON_FENCE_FAILED), 5 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_not(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SWITCHOVER_FAILED));
}

Test(fence, a_later_fence_without_an_answer_ends_at_its_deadline)
{
    begin(true, false);
    world.fence = FO_OUTCOMES;
    step_until(seen(FO_REASON_FENCE_STARTED), 5 * FO_SECOND);
    step_until(seen(FO_REASON_FENCE_FAILED), 62 * FO_SECOND);
    cr_assert_eq(world.engine.after_fence.sequence, 0);
}

Test(fence, a_later_fence_survives_a_crash_with_its_key)
{
    begin(true, false);
    world.fence = FO_OUTCOMES;
    step_until(told(FO_COMMAND_FENCE), 5 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_FENCE)->key;
    monitor_die();
    world.fence = FO_OUTCOME_DONE;
    mark();
    monitor_restart();
    step_until(seen(FO_REASON_FENCE_PROVEN), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->key.sequence, key.sequence);
}

Test(fence, one_that_is_heard_again_is_not_fenced_afterwards)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    world_begin_with(&policy);
    world.cut[0][FO_VOTER_M] = world.cut[0][FO_VOTER_S] = true;
    world.cut[FO_VOTER_M][0] = world.cut[FO_VOTER_S][0] = true;
    step_until(world.engine.plan.step == FO_PLAN_HOLD, 2 * FO_SECOND);
    memset(world.cut, 0, sizeof world.cut);
    step_until(world.engine.plan.step == FO_PLAN_NONE, 5 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_FENCE), "it lives, and serves no more");
}

Test(fence, an_assertion_keeps_back_what_has_not_gone_out)
{
    begin(true, false);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    world.engine.after_fence = (struct fo_key){1, 1};
    world.engine.after_fence_server = 0;
    world.engine.after_fence_emit = true;
    give_self(FO_SELF_ASSERTION, 0, 0);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_eq(world.engine.after_fence.sequence, 0);
}

Test(fence, a_proof_about_an_old_process_proves_nothing_of_a_new_one)
{
    begin(true, true);
    world.fence = FO_OUTCOMES; /* done at once, reported late */
    step_until(told(FO_COMMAND_FENCE), 2 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_FENCE)->key;
    agent_health(1, FO_HEALTH_FAILED); /* else the service would move to it */
    world.host_ok[0] = true;
    agent_start(0);
    step_until(gate_is_open(0), 5 * FO_SECOND);
    give((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = key, .outcome = FO_OUTCOME_DONE}});
    cr_assert_eq(seen(FO_REASON_FENCE_PROVEN)->b, 1);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    cr_assert_eq(world.engine.monitor.fenced[0], 0);
    step_for(10 * FO_SECOND);
    cr_assert(gate_is_open(0));
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

Test(fence, after_the_lease_has_moved_the_dead_one_is_fenced_once_and_only_with_a_journal)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    world_begin_with(&policy);
    world.engine.servers[0].hearing = FO_HEARING_DEAD;
    world.engine.self.journal_dead = true;
    world.engine.out = &world.out;
    fo_fence_after(&world.engine, 0);
    cr_assert_eq(world.engine.after_fence.sequence, 0U, "what cannot be kept is not done");
    world.engine.self.journal_dead = false;
    fo_fence_after(&world.engine, 0);
    uint64_t sequence = world.engine.after_fence.sequence;
    cr_assert_neq(sequence, 0U);
    fo_fence_after(&world.engine, 0);
    cr_assert_eq(world.engine.after_fence.sequence, sequence, "it is under way");
    world.engine.out = NULL;
}
