/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what people and programs may see. */
#include "tests/lib/engine_fixture.h"

Test(view, a_well_site_has_nothing_to_say)
{
    world_begin();
    const struct fo_view *view = look();
    cr_assert_eq(view->mode, FO_MODE_NORMAL);
    cr_assert_eq(view->incident_count, 0);
    cr_assert_eq(view->block_count, 0);
    cr_assert_eq(view->plan_step, FO_PLAN_NONE);
    cr_assert_eq(view->plan_target, FO_NONE);
    cr_assert_eq(view->services[CALLS].recovery_time_us, 60 * FO_SECOND);
    cr_assert(view->lines[LINE_A].active);
    cr_assert_not(view->lines[LINE_B].active);
    cr_assert(view->servers[0].service_ok);
    cr_assert(view->servers[1].powered);
    cr_assert_lt(view->servers[0].heartbeat_age_us, 100 * FO_MS);
}

Test(view, looking_changes_nothing)
{
    world_begin();
    mains_fail();
    step_for(10 * FO_SECOND);
    uint64_t hash = fo_engine_hash(&world.engine);
    look();
    fo_view_fill(&world.engine, world.now_us + FO_HOUR, look());
    cr_assert_eq(fo_engine_hash(&world.engine), hash);
}

Test(view, incidents_are_shown_worst_first)
{
    world_begin();
    world.devices[UPS_B].status = FO_UPS(OL) | FO_UPS(RB);
    step_until(incident_of(FO_REASON_UPS_REPLACE_BATTERY), 5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    give_self(FO_SELF_ANSWERS, 0, 2);
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    const struct fo_view *view = look();
    cr_assert_eq(view->incidents[0].cause, FO_REASON_TWO_ANSWERS);
    cr_assert_eq(view->incidents[1].cause, FO_REASON_GENERATOR_NOT_AUTO, "newest of its kind");
    cr_assert_eq(view->incidents[2].cause, FO_REASON_UPS_ON_BATTERY);
    cr_assert_eq(view->incidents[3].cause, FO_REASON_UPS_REPLACE_BATTERY);
    give_self(FO_SELF_ANSWERS, 0, 1);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    cr_assert_eq(look()->incidents[3].state, FO_INCIDENT_RECOVERED,
                 "those that are over come last");
}

Test(view, an_acknowledgement_shows_how_long_it_lasts)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    cr_assert_eq(look()->incidents[0].ack_left_us, 0);
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 1});
    step_for(10 * FO_SECOND);
    cr_assert_eq(look()->incidents[0].ack_left_us, 30 * FO_MINUTE - 10 * FO_SECOND);
    cr_assert_geq(look()->incidents[0].age_us, 10 * FO_SECOND);
}

Test(view, attempts_are_shown_newest_first_with_their_state)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    world.notify[SMS] = FO_OUTCOMES;
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(2 * FO_SECOND);
    const struct fo_view *view = look();
    cr_assert_gt(view->attempt_count, 2);
    for (unsigned i = 0; i < view->attempt_count; i++) {
        static const uint8_t expected[] = {[TERMINAL] = 1, [MAIL] = 2, [SMS] = 0};
        cr_assert_eq(view->attempts[i].state, expected[view->attempts[i].notify.channel]);
        cr_assert(i == 0 || view->attempts[i].age_us >= view->attempts[i - 1].age_us);
    }
}

Test(view, the_last_switchover_has_an_age)
{
    world_begin();
    cr_assert_eq(look()->last_switchover_age_us, FO_NEVER, "the first choice of all is none");
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_STARTED), 2 * FO_SECOND);
    step_for(3 * FO_SECOND);
    cr_assert_leq(look()->last_switchover_age_us, 3 * FO_SECOND);
}

Test(view, of_two_switchovers_there_and_back_the_later_one_counts)
{
    world_begin();
    for (uint8_t times = 0; times < 3; times++) {
        uint8_t server = times % 2 == 0 ? 1 : 0;
        step_for(FO_MINUTE);
        mark();
        give_order((struct fo_order){
            .kind = FO_ORDER_SWITCH, .person = CHIEF, .second = HEAD, .server = server});
        step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
        cr_assert(gate_is_open(server));
        cr_assert_leq(look()->last_switchover_age_us, 5 * FO_SECOND);
    }
}

Test(view, a_site_without_services_is_unknown)
{
    struct fo_policy policy = fixture_policy();
    policy.service_count = 0;
    world_begin_empty(&policy);
    cr_assert_eq(look()->state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->last_switchover_age_us, FO_NEVER);
}

Test(view, an_open_incident_of_class_2_degrades_the_whole)
{
    world_begin();
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 5 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
    cr_assert_eq(look()->state, FO_STATE_DEGRADED);
}

Test(view, a_stall_and_a_cut_network_are_blocks)
{
    world_begin();
    give_self(FO_SELF_STALL, 0, 100 * FO_MS);
    const struct fo_view *view = look();
    cr_assert_eq(view->block_count, 1);
    cr_assert_eq(view->blocks[0].reason, FO_REASON_BLOCKED_MONITOR_UNWELL);
    cr_assert_eq(view->blocks[0].until_us, world.policy.lease.lease_us);
}

Test(view, a_server_that_was_proven_off_and_is_heard_all_the_same_is_shown_as_heard)
{
    world_begin();
    world.engine.monitor.fenced[1] = world.engine.servers[1].stamp.boot;
    cr_assert_eq(look()->servers[1].role, FO_ROLE_STANDBY);
    world.engine.servers[1].hearing = FO_HEARING_SILENT;
    cr_assert_eq(look()->servers[1].role, FO_ROLE_FENCED);
    world.engine.monitor.fenced[1]++;
    cr_assert_eq(look()->servers[1].role, FO_ROLE_UNKNOWN, "another process was proven off");
}

Test(view, a_server_that_only_its_peer_hears_is_shown_as_the_peer_tells_of_it)
{
    world_begin();
    world.cut[0][FO_VOTER_M] = world.cut[FO_VOTER_M][0] = true;
    step_until(world.engine.servers[0].hearing == FO_HEARING_PATH, 2 * FO_SECOND);
    step_for(200 * FO_MS);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
    cr_assert(look()->servers[0].service_ok);
    cr_assert_eq(look()->servers[0].reason, FO_REASON_SERVER_HEARTBEAT_PATH);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    agent_health(0, FO_HEALTH_FAILED);
    step_until(look()->servers[0].role == FO_ROLE_STANDBY, FO_SECOND);
    cr_assert_not(look()->servers[0].service_ok);
}

Test(view, a_dying_ups_is_shown_as_such)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(world.engine.devices[UPS_A].dying, 10 * FO_SECOND);
    cr_assert_eq(look()->devices[UPS_A].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->devices[UPS_A].reason, FO_REASON_UPS_LOW);
}

Test(view, the_rung_of_an_incident_is_the_first_while_nobody_is_called)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    struct fo_incident *incident =
        (struct fo_incident *)(uintptr_t)incident_of(FO_REASON_UPS_ON_BATTERY);
    incident->branches[0].rung = 2;
    cr_assert_eq(look()->incidents[0].rung, 2);
    incident->branches[0].rung = FO_NONE;
    cr_assert_eq(look()->incidents[0].rung, 0);
}

Test(view, the_same_block_of_two_things_is_shown_twice_and_of_one_thing_once)
{
    world_begin();
    world.engine.inhibit.maintenance_us[0] = world.now_us + FO_HOUR;
    world.engine.inhibit.maintenance_us[1] = world.now_us + FO_HOUR;
    world.engine.need = (struct fo_need){.cause = FO_REASON_SERVER_DEAD, .from = 0, .target = 1};
    world.engine.need.failed[FO_CHECK_MAINTENANCE] = FO_REASON_BLOCKED_MAINTENANCE;
    const struct fo_view *view = look();
    unsigned count = 0;
    for (unsigned i = 0; i < view->block_count; i++) {
        count += view->blocks[i].reason == FO_REASON_BLOCKED_MAINTENANCE ? 1 : 0;
    }
    cr_assert_eq(count, 2U);
}

Test(view, a_switchover_given_to_people_blocks_as_long_as_the_longer_of_its_two_reasons)
{
    world_begin();
    struct fo_engine *engine = &world.engine;
    engine->raised[FO_SUBJECT_SERVER][1] |= (uint64_t)1 << (FO_REASON_SWITCHOVER_FAILED - 100);
    engine->switched_us[1] = engine->now_us;
    world.engine.policy.settled_us = 2 * FO_HOUR;
    cr_assert(is_blocked(FO_REASON_BLOCKED_PERIOD), "handed to people only");
    engine->switches[0] =
        (struct fo_switch_note){.at_us = engine->now_us, .cause = FO_REASON_UPS_LOW, .target = 1};
    for (unsigned longer = 0; longer < 2; longer++) {
        engine->policy.settled_us = longer == 0 ? 2 * FO_HOUR : FO_MINUTE;
        const struct fo_view *view = look();
        for (unsigned i = 0; i < view->block_count; i++) {
            if (view->blocks[i].reason == FO_REASON_BLOCKED_PERIOD) {
                cr_assert_eq(view->blocks[i].until_us, (longer == 0 ? 2 * FO_HOUR : FO_HOUR) -
                                                           (world.now_us - engine->now_us));
            }
        }
    }
}

Test(view, more_blocks_than_can_be_shown_are_cut_off_at_the_end)
{
    world_begin();
    struct fo_engine *engine = &world.engine;
    engine->policy.line_count = FO_LINES_MAX;
    engine->policy.lines[2] = engine->policy.lines[3] = engine->policy.lines[LINE_B];
    engine->self.frozen = engine->inhibit.hold = engine->self.clock_unwell = true;
    engine->self.journal_dead = engine->self.cut_off = true;
    engine->warm_us = world.now_us + FO_HOUR;
    for (unsigned i = 0; i < FO_WINDOWS; i++) {
        engine->inhibit.maintenance_us[i] = world.now_us + FO_HOUR;
    }
    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        for (unsigned j = 0; j < FO_LINE_CHANGES; j++) {
            engine->lines[i].down_us[j] = world.now_us;
        }
    }
    engine->need = (struct fo_need){.cause = FO_REASON_SERVER_DEAD, .from = 0, .target = 1};
    for (unsigned i = 0; i < FO_CHECKS; i++) {
        engine->need.failed[i] = (uint16_t)(FO_REASON_BLOCKED_GRANT + i);
    }
    const struct fo_view *view = look();
    cr_assert_eq(view->block_count, (unsigned)FO_BLOCKS_MAX);
    cr_assert_eq(view->blocks[0].reason, FO_REASON_BLOCKED_ASSERTION, "the gravest first");
}
