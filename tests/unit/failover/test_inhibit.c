/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the promotion checks: each of them alone stands in the way, and says why. */
#include "failover/inhibit.h"
#include "tests/lib/engine_fixture.h"

/* The active dies; the service must not move, and the journal says why. */
static void expect_block(enum fo_reason reason)
{
    host_die(0);
    step_until(seen(reason), 3 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert(is_blocked(reason));
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U, "people are called whatever is blocked");
}

static void order_switch(uint8_t server)
{
    give_order((struct fo_order){
        .kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = server});
}

static void maintain(uint8_t server, fo_us length_us)
{
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = CHIEF,
                                 .second = HEAD,
                                 .server = server,
                                 .until_us = world.now_us + length_us});
}

Test(inhibit, maintenance_of_the_standby_blocks_and_total_loss_is_paged)
{
    world_begin();
    maintain(1, FO_HOUR);
    cr_assert_eq(look()->mode, FO_MODE_MAINTENANCE);
    expect_block(FO_REASON_BLOCKED_MAINTENANCE);
    cr_assert(incident_of(FO_REASON_SERVER_DEAD));
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN), 5 * FO_SECOND);
}

Test(inhibit, maintenance_of_the_active_still_lets_it_move)
{
    world_begin();
    maintain(0, FO_HOUR);
    host_die(0);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, maintenance_of_the_site_blocks_what_is_automatic_only)
{
    world_begin();
    maintain(FO_NONE, FO_HOUR);
    cr_assert_not(look()->acting);
    order_switch(1);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, an_ordered_switch_into_maintenance_is_refused)
{
    world_begin();
    maintain(1, FO_HOUR);
    order_switch(1);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_MAINTENANCE);
}

Test(inhibit, maintenance_ends_by_itself_and_the_need_is_met)
{
    world_begin();
    maintain(1, 20 * FO_SECOND);
    expect_block(FO_REASON_BLOCKED_MAINTENANCE);
    step_until(gate_is_open(1), 20 * FO_SECOND);
    cr_assert(seen_why(FO_REASON_MODE_CHANGED, FO_REASON_BLOCKED_MAINTENANCE));
    cr_assert_eq(look()->mode, FO_MODE_NORMAL);
}

Test(inhibit, a_dead_server_under_maintenance_is_information)
{
    world_begin();
    maintain(1, FO_HOUR);
    host_die(1);
    step_until(incident_of(FO_REASON_SERVER_DEAD), 6 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->severity, 4);
    step_for(10 * FO_MINUTE);
    cr_assert_eq(paged(MANAGER, FO_NONE), 0U, "told once, nobody is chased");
}

Test(inhibit, an_operators_hold_blocks_until_it_is_released)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    expect_block(FO_REASON_BLOCKED_OPERATOR_HOLD);
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF});
    step_until(gate_is_open(1), 2 * FO_SECOND);
}

Test(inhibit, an_order_overrides_the_hold)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    order_switch(1);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, a_sick_standby_blocks)
{
    world_begin();
    agent_health(1, FO_HEALTH_FAILED);
    step_for(FO_SECOND);
    expect_block(FO_REASON_BLOCKED_STANDBY_UNHEALTHY);
}

Test(inhibit, a_missing_standby_refuses_an_order)
{
    world_begin();
    world.alive[1] = false;
    step_for(2 * FO_SECOND);
    order_switch(1);
    cr_assert(seen(FO_REASON_BLOCKED_NO_STANDBY));
    cr_assert(seen(FO_REASON_ORDER_REFUSED));
}

Test(inhibit, a_standby_without_power_blocks)
{
    world_begin();
    world.devices[UPS_B].status = FO_UPS(OFF);
    step_for(3 * FO_SECOND);
    expect_block(FO_REASON_BLOCKED_STANDBY_UNPOWERED);
}

Test(inhibit, a_dying_standby_is_better_than_a_dead_active_but_no_target_of_a_plan)
{
    world_begin();
    world.devices[UPS_B].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(world.engine.devices[UPS_B].dying, 10 * FO_SECOND);
    order_switch(1);
    cr_assert(seen(FO_REASON_BLOCKED_STANDBY_UNPOWERED));
    host_die(0);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, data_too_far_behind_blocks)
{
    struct fo_policy policy = fixture_policy();
    policy.position_bound = 50;
    world_begin_with(&policy);
    fixture_agent(0, (struct fo_agent_event){
                         .kind = FO_AGENT_SERVICE, .health = FO_HEALTH_OK, .position = 151});
    step_for(FO_SECOND);
    expect_block(FO_REASON_BLOCKED_POSITION);
    fixture_agent(1, (struct fo_agent_event){
                         .kind = FO_AGENT_SERVICE, .health = FO_HEALTH_OK, .position = 101});
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, another_lease_on_the_standby_obtains_no_grant)
{
    world_begin();
    world.agents[1].voter.params.lease_us = 700 * FO_MS;
    step_for(FO_SECOND);
    expect_block(FO_REASON_BLOCKED_GRANT);
}

Test(inhibit, an_unwell_clock_blocks)
{
    world_begin();
    give_self(FO_SELF_CLOCK, 0, 0);
    expect_block(FO_REASON_BLOCKED_MONITOR_UNWELL);
    cr_assert(incident_of(FO_REASON_MONITOR_CLOCK) ||
              child_of(FO_REASON_SERVER_DEAD, FO_REASON_MONITOR_CLOCK));
    give_self(FO_SELF_CLOCK, 0, 1);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(inhibit, after_a_start_nothing_moves_before_the_warm_up)
{
    world_begin();
    host_die(0);
    monitor_die();
    monitor_restart();
    cr_assert_not(look()->warm);
    cr_assert(is_blocked(FO_REASON_BLOCKED_WARM_UP));
    step_for(990 * FO_MS);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    step_until(gate_is_open(1), 3 * FO_SECOND);
    cr_assert(look()->warm);
}

/* ---- the block period ------------------------------------------------------------------------ */

static void recover(uint8_t server)
{
    world.host_ok[server] = true;
    agent_start(server);
}

Test(inhibit, the_same_cause_is_blocked_for_its_period)
{
    world_begin();
    agent_health(0, FO_HEALTH_FAILED);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    agent_health(0, FO_HEALTH_OK);
    step_for(FO_MINUTE);
    cr_assert(is_blocked(FO_REASON_BLOCKED_PERIOD));
    agent_health(1, FO_HEALTH_FAILED);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), 2 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(gate_is_open(0));
    cr_assert_gt(paged(CHIEF, FO_NONE), 0U);
    step_until(gate_is_open(0), 9 * FO_MINUTE); /* it has been well for ten minutes then */
}

Test(inhibit, a_dying_ups_moves_it_once_in_a_period)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 30 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_for(20 * FO_MINUTE);
    mark();
    world.devices[UPS_B].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), FO_MINUTE);
    cr_assert(gate_is_open(1), "it serves while it can");
    step_for(30 * FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

Test(inhibit, a_dead_active_beside_a_settled_standby_may_move_again)
{
    world_begin();
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    recover(0);
    step_for(11 * FO_MINUTE);
    mark();
    host_die(1);
    step_until(gate_is_open(0), 3 * FO_SECOND);
}

Test(inhibit, a_dead_active_beside_a_shaky_standby_waits_for_people)
{
    world_begin();
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    recover(0);
    step_for(5 * FO_MINUTE);
    mark();
    host_die(1);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), 3 * FO_SECOND);
    cr_assert_not(gate_is_open(0));
    step_until(gate_is_open(0), 6 * FO_MINUTE); /* it has settled meanwhile */
}

Test(inhibit, at_most_so_many_an_hour_whatever_the_cause)
{
    world_begin();
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t active = world.engine.active;
        host_die(active);
        step_until(gate_is_open((uint8_t)(1 - active)), 3 * FO_SECOND);
        step_for(20 * FO_SECOND);
        recover(active);
        step_for(11 * FO_MINUTE);
    }
    mark();
    host_die(world.engine.active);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), 3 * FO_SECOND);
    step_for(5 * FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

Test(inhibit, ordered_switches_do_not_count)
{
    world_begin();
    for (int i = 0; i < 3; i++) {
        mark();
        order_switch((uint8_t)(1 - world.engine.active));
        step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    }
    mark();
    host_die(world.engine.active);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
}

Test(inhibit, two_persons_may_take_the_loss_of_the_newest_data_while_nobody_serves)
{
    struct fo_policy policy = fixture_policy();
    policy.position_bound = 50;
    world_begin_with(&policy);
    fixture_agent(0, (struct fo_agent_event){
                         .kind = FO_AGENT_SERVICE, .health = FO_HEALTH_OK, .position = 500});
    step_for(FO_SECOND);
    order_switch(1);
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_BLOCKED_POSITION, "it serves");
    host_die(0);
    step_until(seen(FO_REASON_BLOCKED_POSITION), 3 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
    order_switch(1);
    step_until(gate_is_open(1), 2 * FO_SECOND);
}

Test(inhibit, a_site_may_want_no_automatic_switchover_at_all)
{
    struct fo_policy policy = fixture_policy();
    policy.switchovers_per_hour = 0;
    world_begin_with(&policy);
    host_die(0);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), 2 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(gate_is_open(1));
    order_switch(1);
    step_until(gate_is_open(1), 2 * FO_SECOND);
}

Test(inhibit, a_standby_whose_agent_has_just_restarted_is_not_settled)
{
    world_begin();
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    recover(0);
    step_for(11 * FO_MINUTE);
    agent_start(0); /* so quickly that it was never missed */
    step_for(2 * FO_SECOND);
    mark();
    host_die(1);
    step_until(seen(FO_REASON_BLOCKED_PERIOD), 3 * FO_SECOND);
}

static const struct fo_incident *told_of_standby(void)
{
    const struct fo_incident *incident = incident_of(FO_REASON_SERVER_DEAD);
    return incident != NULL ? incident : incident_of(FO_REASON_REDUNDANCY_LOST);
}

Test(inhibit, what_was_information_during_the_work_is_told_when_the_work_is_over)
{
    world_begin();
    maintain(1, FO_HOUR);
    host_die(1);
    step_until(told_of_standby() != NULL, 20 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_eq(told_of_standby()->severity, FO_SEVERITY_INFORMATION, "somebody works on it");
    uint8_t epoch = told_of_standby()->epoch;
    give_order((struct fo_order){
        .kind = FO_ORDER_MAINTENANCE_END, .person = CHIEF, .second = HEAD, .server = 1});
    cr_assert_lt(told_of_standby()->severity, FO_SEVERITY_INFORMATION, "nobody does any more");
    cr_assert_gt(told_of_standby()->epoch, epoch, "and people are called for it");
}
