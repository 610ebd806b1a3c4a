/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a pair without agents may take for granted after something has come between: a
 * restart of the monitor, a way back, people's own hands, the end of a drill. Nobody is promoted on
 * a proof from before. */
#include "failover/agentless.h"
#include "failover/moving.h"
#include "tests/lib/engine_fixture.h"

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        policy.servers[i].agentless = true;
        policy.servers[i].fence_available = true;
        policy.servers[i].fence_required = true;
    }
    world_begin_empty(&policy);
    world.probing = true;
    world.next_probe_us = world.now_us + FO_SECOND;
    world.serves[0] = true;
    step_until(seen(FO_REASON_ADOPTED_HOLDER), 10 * FO_SECOND);
    step_for(5 * FO_SECOND);
    mark();
}

static void order_switch(uint8_t server)
{
    give_order((struct fo_order){
        .kind = FO_ORDER_SWITCH, .server = server, .person = CHIEF, .second = OFFICER});
}

static void die(unsigned server)
{
    world.host_ok[server] = false;
    world.serves[server] = false;
}

/* ---- a restart of the monitor ---------------------------------------------------------------- */

Test(agentless_again, a_fencing_under_way_at_a_restart_is_done_anew)
{
    begin();
    world.fence = FO_OUTCOMES;
    die(0);
    step_until(told(FO_COMMAND_FENCE), 10 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_FENCE)->key;
    monitor_die();
    step_for(FO_MINUTE); /* it may be switched on, and made to serve by hand */
    mark();
    monitor_restart();
    step_until(told(FO_COMMAND_FENCE), 5 * FO_SECOND);
    struct fo_key again = told(FO_COMMAND_FENCE)->key;
    cr_assert(again.boot != key.boot || again.sequence != key.sequence,
              "under the old key the executor tells the old proof again");
}

Test(agentless_again, after_a_restart_there_is_no_way_back_once_the_other_may_have_been_promoted)
{
    begin();
    world.promote = FO_OUTCOMES; /* begun, and not heard of again */
    order_switch(1);
    step_until(told(FO_COMMAND_PROMOTE), 10 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 1);
    monitor_die();
    mark();
    world.fence = FO_OUTCOMES;
    monitor_restart();
    step_until(seen(FO_REASON_FENCE_FAILED), 75 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE), "the other one may serve by now");
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED));
}

Test(agentless_again, a_way_back_under_way_at_a_restart_needs_the_proof_that_the_other_is_off)
{
    begin();
    world.fence = FO_OUTCOME_FAILED;
    world.promote = FO_OUTCOMES;
    order_switch(1);
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0);
    monitor_die();
    step_for(FO_MINUTE);
    mark();
    world.fence = FO_OUTCOME_DONE;
    world.promote = FO_OUTCOME_DONE;
    monitor_restart();
    step_until(told(FO_COMMAND_FENCE), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->server, 1);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0);
    step_until(world.engine.plan.step == FO_PLAN_NONE, 30 * FO_SECOND);
    cr_assert_eq(world.engine.active, 0);
}

/* ---- people's own hands ---------------------------------------------------------------------- */

Test(agentless_again, there_is_no_way_back_while_somebody_else_serves)
{
    begin();
    world.serves[0] = false; /* people have moved it by hand, the monitor does not know */
    world.serves[1] = true;
    world.fence = FO_OUTCOME_FAILED;
    order_switch(1);
    step_until(seen(FO_REASON_FENCE_FAILED), 10 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE), "two would serve");
    cr_assert_eq(world.engine.plan.step, FO_PLAN_NONE);
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED));
}

Test(agentless_again, the_way_back_is_taken_once_the_service_is_found_to_be_down)
{
    begin();
    world.fence = FO_OUTCOME_FAILED;
    order_switch(1);
    step_until(seen(FO_REASON_FENCE_FAILED), 10 * FO_SECOND);
    step_until(told(FO_COMMAND_PROMOTE), 5 * FO_SECOND);
    cr_assert_eq(world.engine.services[CALLS].check.state, FO_STATE_DOWN);
    step_until(world.engine.plan.step == FO_PLAN_NONE, 15 * FO_SECOND);
    cr_assert_eq(world.engine.active, 0);
}

/* ---- the same one again ---------------------------------------------------------------------- */

Test(agentless_again, two_persons_may_order_the_one_whose_service_is_down_to_serve_again)
{
    begin();
    world.serves[0] = false; /* it started anew and does not serve by itself */
    die(1);                  /* and there is no other */
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    order_switch(0);
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_FENCE)->server, 1, "with the proof, as always");
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 15 * FO_SECOND);
}

/* A second service is asked as well, on the server or on the lines: it is believed sooner. */
static void settles_beside(bool needs_server)
{
    begin();
    world.engine.policy.services[CALLS].check.good_run = 20;
    world.engine.policy.services[ORDERS].needs_server = needs_server;
    world.engine.policy.services[ORDERS].checked = true;
    world.policy.services[ORDERS].checked = true;
    step_for(5 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    world.serves[0] = false;
    step_for(FO_MINUTE);
    order_switch(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 30 * FO_SECOND);
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE});
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE), "it serves");
    cr_assert_not(told(FO_COMMAND_PROMOTE));
}

Test(agentless_again, one_that_answers_after_its_promotion_is_not_left_before_the_check_believes_it)
{
    settles_beside(true);
    settles_beside(false);
}

/* ---- a drill that ends ----------------------------------------------------------------------- */

static void drill(fo_us length_us)
{
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = CHIEF,
                                 .second = OFFICER,
                                 .server = FO_NONE,
                                 .until_us = world.now_us + FO_HOUR});
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = CHIEF,
                                 .second = OFFICER,
                                 .server = FO_NONE,
                                 .value = FO_REASON_SWITCHOVER_DRILL,
                                 .subject = {FO_SUBJECT_SERVER, 1},
                                 .until_us = world.now_us + length_us});
    step_until(told(FO_COMMAND_DEMOTE), FO_SECOND);
}

static void end_drill(void)
{
    give_order(
        (struct fo_order){.kind = FO_ORDER_DRILL_END,
                          .person = CHIEF,
                          .second = FO_NONE,
                          .server = FO_NONE,
                          .incident = world.engine.incidents[fo_moving(&world.engine)].number});
    cr_assert_eq(fo_moving(&world.engine), FO_NONE);
}

static void goes_through(void)
{
    step_until(told(FO_COMMAND_PROMOTE), 10 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 1);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_FENCE), 1, "the proof is wanted in a drill as well");
    cr_assert_eq(told_count(FO_COMMAND_PROMOTE), 1);
    cr_assert_eq(world.engine.active, 1);
    cr_assert_null(incident_of(FO_REASON_SWITCHOVER_FAILED));
}

Test(agentless_again, a_drill_ended_while_the_old_server_is_being_demoted_is_gone_through_with)
{
    begin();
    drill(30 * FO_MINUTE);
    end_drill();
    step_for(500 * FO_MS);
    cr_assert_eq(world.engine.plan.step, FO_PLAN_DRAIN, "the script cannot be called back");
    goes_through();
    step_for(FO_MINUTE);
    cr_assert_eq(told_count(FO_COMMAND_DEMOTE), 1);
    cr_assert_eq(open_incidents(), 0U);
}

Test(agentless_again, a_demotion_that_fails_after_its_drill_is_told_as_what_it_is)
{
    begin();
    world.demote = FO_OUTCOME_FAILED;
    drill(30 * FO_MINUTE);
    end_drill();
    step_until(seen(FO_REASON_DEMOTE_FAILED), 5 * FO_SECOND);
    const struct fo_incident *failed = incident_of(FO_REASON_SWITCHOVER_FAILED);
    cr_assert_not_null(failed);
    cr_assert_not(failed->drill, "it is none any more");
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_FENCE));
    cr_assert_not(told(FO_COMMAND_PROMOTE));
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U);
    cr_assert_eq(world.engine.active, 0);
}

Test(agentless_again, a_drill_whose_time_ends_while_the_monitor_is_away_is_gone_through_with)
{
    begin();
    world.demote = FO_OUTCOMES;
    drill(10 * FO_SECOND);
    struct fo_key key = told(FO_COMMAND_DEMOTE)->key;
    monitor_die();
    step_for(20 * FO_SECOND);
    mark();
    world.demote = FO_OUTCOME_DONE;
    monitor_restart();
    step_until(told(FO_COMMAND_DEMOTE), 5 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_DEMOTE)->key.sequence, key.sequence);
    cr_assert_eq(told(FO_COMMAND_DEMOTE)->key.boot, key.boot);
    cr_assert_eq(fo_moving(&world.engine), FO_NONE);
    goes_through();
}

Test(agentless_again, a_server_that_dies_in_the_demotion_of_a_drill_is_proven_off_and_replaced)
{
    begin();
    world.demote = FO_OUTCOMES;
    drill(30 * FO_MINUTE);
    die(0);
    step_until(seen(FO_REASON_DRILL_ABORTED), 20 * FO_SECOND);
    goes_through();
}

Test(agentless_again, after_a_drill_has_ended_the_way_back_is_still_there)
{
    begin();
    world.fence = FO_OUTCOME_FAILED;
    drill(30 * FO_MINUTE);
    end_drill();
    step_until(told(FO_COMMAND_PROMOTE), 15 * FO_SECOND);
    cr_assert_eq(told(FO_COMMAND_PROMOTE)->server, 0);
    step_until(world.engine.plan.step == FO_PLAN_NONE, 15 * FO_SECOND);
    cr_assert_eq(world.engine.active, 0);
    cr_assert(incident_of(FO_REASON_SWITCHOVER_FAILED));
}

Test(agentless_again, only_a_check_through_the_address_of_the_servers_says_that_it_recovers)
{
    begin();
    struct fo_engine *engine = &world.engine;
    engine->services[CALLS].check.state = FO_STATE_DOWN;
    engine->services[CALLS].check.good_run = 0;
    cr_assert_not(fo_agentless_recovers(engine));
    engine->services[CALLS].check.good_run = 1;
    cr_assert(fo_agentless_recovers(engine));
    engine->services[CALLS].check.good_run = 0;
    engine->policy.services[CALLS].needs_server = false;
    cr_assert(fo_agentless_recovers(engine), "it speaks of something else");
    engine->policy.services[CALLS].checked = false;
    cr_assert(fo_agentless_recovers(engine), "nobody asks");
}

Test(agentless_again, with_agents_the_way_back_asks_who_holds_and_not_whether_it_answers)
{
    world_begin();
    world.engine.plan = (struct fo_plan){.step = FO_PLAN_CHOOSE,
                                         .from = 1,
                                         .target = 0,
                                         .person = FO_NONE,
                                         .cause = FO_REASON_OPERATOR_ORDER,
                                         .undo = true,
                                         .emit = true,
                                         .deadline_us = world.now_us + FO_SECOND};
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_PLAN, world.now_us);
    give_tick();
    cr_assert(seen(FO_REASON_SWITCHOVER_HELD), "it holds already");
    cr_assert_not(seen(FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE));
}
