/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the services' states and of the time allowed for an outage. */
#include "failover/service.h"
#include "tests/lib/engine_fixture.h"

static const struct fo_view_service *calls(void)
{
    return &look()->services[CALLS];
}

Test(service, an_outage_is_counted_from_the_last_good_answer_and_remembered)
{
    world_begin();
    world.answers_silent = true;
    fo_us since_us = world.engine.services[CALLS].good_us;
    step_until(calls()->state == FO_STATE_DOWN, 5 * FO_SECOND);
    cr_assert_eq(calls()->down_us, world.now_us - since_us);
    cr_assert(incident_of(FO_REASON_SERVICE_DOWN));
    cr_assert_eq(incident_of(FO_REASON_SERVICE_DOWN)->severity, 1);
    cr_assert_eq(look()->state, FO_STATE_DOWN);
    world.answers_silent = false;
    step_until(calls()->state == FO_STATE_OK, 5 * FO_SECOND);
    cr_assert_eq(calls()->down_us, 0);
    cr_assert_eq(calls()->last_outage_us, world.now_us - since_us);
    cr_assert_eq(seen(FO_REASON_SERVICE_RESTORED)->a, calls()->last_outage_us);
}

Test(service, half_of_its_time_and_its_end_are_epochs_of_their_own)
{
    world_begin();
    world.answers_silent = true;
    step_until(calls()->state == FO_STATE_DOWN, 5 * FO_SECOND);
    fo_us down_us = world.engine.services[CALLS].down_us;
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_HALF), FO_MINUTE);
    cr_assert_eq(world.now_us - down_us, 30 * FO_SECOND);
    unsigned epoch = incident_of(FO_REASON_SERVICE_DOWN)->epoch;
    mark();
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), FO_MINUTE);
    cr_assert_eq(world.now_us - down_us, 60 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVICE_DOWN)->epoch, epoch + 1);
    step_for(2 * FO_SECOND);
    for (uint8_t person = 0; person < WORLD_PERSONS; person++) {
        cr_assert_gt(paged(person, FO_NONE), 0U, "a breach reaches everybody up to the head");
    }
}

Test(service, a_service_that_nobody_holds_is_down_before_its_probe_says_so)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    host_die(0);
    step_until(calls()->state == FO_STATE_DOWN, FO_SECOND);
    cr_assert_eq(calls()->reason, FO_REASON_SERVER_DEAD);
    cr_assert_lt(calls()->down_us, 2 * FO_SECOND);
    cr_assert_not(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN));
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN), 4 * FO_SECOND);
    cr_assert_gt(incident_of(FO_REASON_SERVER_DEAD)->epoch, 1, "never hidden by its explanation");
}

Test(service, a_takeover_leaves_no_alarm_of_an_outage)
{
    world_begin();
    host_die(0);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    step_for(10 * FO_SECOND);
    cr_assert_not(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN));
    cr_assert_gt(calls()->last_outage_us, 0);
    cr_assert_lt(calls()->last_outage_us, 3 * FO_SECOND);
}

Test(service, unknown_is_not_down_and_ends_no_outage)
{
    world_begin();
    world.answers_silent = true;
    step_until(calls()->state == FO_STATE_DOWN, 5 * FO_SECOND);
    world.probing = false;
    world.alive[0] = false;
    world.alive[1] = false;
    step_for(10 * FO_SECOND);
    cr_assert_eq(calls()->state, FO_STATE_UNKNOWN);
    cr_assert_eq(calls()->reason, FO_REASON_TOO_OLD);
    cr_assert_gt(calls()->down_us, 10 * FO_SECOND);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_SERVICE_DOWN,
                                 (struct fo_subject){FO_SUBJECT_SERVICE, CALLS}));
}

Test(service, a_probe_that_could_not_be_made_says_nothing)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    give((struct fo_event){.kind = FO_EVENT_PROBE,
                           .probe = {.kind = FO_PROBE_SERVICE, .quality = FO_ABSENT}});
    cr_assert_eq(calls()->state, FO_STATE_UNKNOWN);
    cr_assert_eq(calls()->reason, FO_REASON_NOT_READ_YET);
    cr_assert_eq(look()->state, FO_STATE_UNKNOWN);
}

Test(service, without_a_probe_the_lease_and_the_agent_are_the_witnesses)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].checked = false;
    world_begin_with(&policy);
    cr_assert_eq(calls()->state, FO_STATE_OK);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    host_die(0);
    step_until(calls()->state == FO_STATE_DOWN, 2 * FO_SECOND);
}

Test(service, a_service_on_lines_only_is_ok_with_one_of_them)
{
    world_begin();
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_OK);
    world.target_ok[LINE_B][0] = false;
    world.target_ok[LINE_B][1] = false;
    step_until(look()->services[ORDERS].state == FO_STATE_DEGRADED, 5 * FO_SECOND);
    world.target_ok[LINE_A][0] = false;
    world.target_ok[LINE_A][1] = false;
    step_until(look()->services[ORDERS].state == FO_STATE_DOWN, 5 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(service, a_service_that_answers_after_its_holder_fell_silent_is_up)
{
    world_begin();
    /* the agent dies, and something else answers at the address: no gate in the way here */
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    world.alive[0] = false;
    step_for(700 * FO_MS);
    give_probe(FO_PROBE_SERVICE, CALLS, 0, true);
    cr_assert_neq(calls()->state, FO_STATE_DOWN);
}

Test(service, mains_away_degrades_what_still_answers)
{
    world_begin();
    mains_fail();
    step_until(calls()->state == FO_STATE_DEGRADED, 3 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    world.devices[SWITCH].source = FO_SOURCE_GENERATOR;
    step_for(3 * FO_SECOND);
    cr_assert_eq(calls()->state, FO_STATE_DEGRADED);
    cr_assert_eq(calls()->reason, FO_REASON_MAINS_LOST);
}

Test(service, one_line_down_and_the_other_not_known_is_not_ok)
{
    world_begin();
    for (unsigned i = 0; i < WORLD_LINES; i++) {
        world.target_ok[i][0] = false;
        world.target_ok[i][1] = false;
    }
    step_until(look()->services[ORDERS].state == FO_STATE_DOWN, 10 * FO_SECOND);
    mark();
    world.probing = false;
    for (unsigned i = 0; i < 60; i++) { /* one line is still asked, and still down */
        give_probe(FO_PROBE_TARGET, LINE_A, 0, false);
        give_probe(FO_PROBE_TARGET, LINE_A, 1, false);
        step_for(FO_SECOND);
    }
    cr_assert_eq(look()->lines[LINE_B].state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_UNKNOWN);
    cr_assert_not(seen(FO_REASON_SERVICE_RESTORED));
}

Test(service, an_answer_from_before_an_outage_does_not_end_it_when_the_holder_falls_silent)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].check.stale_us = FO_MINUTE;
    world_begin_with(&policy);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    world.probing = false;
    world.alive[0] = false;
    world.alive[1] = false;
    world.engine.servers[0].claim = FO_CLAIM_WANT; /* its last word: it holds no more */
    world.engine.servers[0].claim_us = world.now_us + 1;
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_SERVICE + CALLS, world.now_us);
    give_tick();
    cr_assert_eq(calls()->state, FO_STATE_DOWN);
    step_for(3 * FO_SECOND);
    cr_assert_eq(world.engine.servers[0].hearing, FO_HEARING_SILENT);
    cr_assert_eq(world.engine.services[CALLS].check.state, FO_STATE_OK, "of before");
    cr_assert_eq(calls()->state, FO_STATE_UNKNOWN);
    cr_assert_geq(calls()->down_us, 3 * FO_SECOND);
    cr_assert_not(seen(FO_REASON_SERVICE_RESTORED));
    give_probe(FO_PROBE_SERVICE, CALLS, 0, true);
    cr_assert_eq(calls()->down_us, 0, "an answer of now ends it");
}

Test(service, lines_that_were_down_and_are_not_known_any_more_end_no_outage)
{
    struct fo_policy policy = fixture_policy();
    policy.services[ORDERS].checked = true;
    world_begin_with(&policy);
    for (unsigned i = 0; i < WORLD_LINES; i++) {
        world.target_ok[i][0] = false;
        world.target_ok[i][1] = false;
    }
    step_until(look()->services[ORDERS].state == FO_STATE_DOWN, 10 * FO_SECOND);
    world.probing = false;
    mark();
    for (unsigned i = 0; i < 10; i++) { /* it answers on this side of the lines */
        give_probe(FO_PROBE_SERVICE, ORDERS, 0, true);
        step_for(FO_SECOND);
    }
    cr_assert_eq(look()->lines[LINE_A].state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_UNKNOWN);
    cr_assert_eq(look()->services[ORDERS].reason, FO_REASON_TOO_OLD);
    cr_assert_not(seen(FO_REASON_SERVICE_RESTORED));
    give_probe(FO_PROBE_TARGET, LINE_A, 0, true);
    give_probe(FO_PROBE_TARGET, LINE_A, 1, true);
    give_probe(FO_PROBE_TARGET, LINE_A, 0, true);
    give_probe(FO_PROBE_TARGET, LINE_A, 1, true);
    step_until(look()->services[ORDERS].down_us == 0, FO_SECOND);
}

static void answer_calls(uint16_t reason)
{
    give((struct fo_event){.kind = FO_EVENT_PROBE,
                           .probe = {.kind = FO_PROBE_SERVICE,
                                     .index = CALLS,
                                     .quality = FO_GOOD,
                                     .ok = true,
                                     .reason = reason,
                                     .rtt_us = 5 * FO_MS}});
}

Test(service, a_service_at_its_limit_is_well_again_after_as_many_good_words_as_any_other)
{
    world_begin();
    world.probing = false;
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_not(world.engine.services[CALLS].overloaded);
        answer_calls(FO_REASON_OVERLOADED);
    }
    cr_assert(world.engine.services[CALLS].overloaded);
    answer_calls(0);
    cr_assert(world.engine.services[CALLS].overloaded, "one is not enough");
    answer_calls(0);
    cr_assert_not(world.engine.services[CALLS].overloaded);
}

Test(service, an_answer_after_its_holder_fell_silent_counts_only_as_long_as_it_is_fresh)
{
    world_begin();
    struct fo_engine *engine = &world.engine;
    fo_us known_us = engine->now_us;
    engine->servers[0].hearing = FO_HEARING_DEAD;
    engine->servers[0].hearing_us = known_us;
    engine->services[CALLS].good_us = known_us + 1;
    engine->out = &world.out;
    world.out.record_count = world.out.command_count = 0;
    fo_service_run(engine, CALLS);
    cr_assert_neq(engine->services[CALLS].state, FO_STATE_DOWN, "somebody answers");
    engine->services[CALLS].check.state = FO_STATE_UNKNOWN;
    fo_service_run(engine, CALLS);
    cr_assert_eq(engine->services[CALLS].state, FO_STATE_DOWN);
    cr_assert_eq(engine->services[CALLS].reason, FO_REASON_SERVER_DEAD);
    engine->out = NULL;
}

Test(service, without_a_probe_a_holder_that_says_it_has_failed_makes_it_unknown)
{
    struct fo_policy policy = fixture_policy();
    policy.services[CALLS].checked = false;
    world_begin_with(&policy);
    world.engine.servers[0].health = FO_HEALTH_FAILED; /* it holds, and has just said so */
    fo_deadline_set(&world.engine.deadlines, FO_TIMER_SERVICE + CALLS, world.now_us);
    give_tick();
    cr_assert_eq(calls()->state, FO_STATE_UNKNOWN);
}

Test(service, a_service_on_lines_with_a_probe_is_unknown_until_it_has_answered)
{
    struct fo_policy policy = fixture_policy();
    policy.services[ORDERS].checked = true;
    world_begin_empty(&policy);
    world.engine.warm_us = world.now_us;
    give_probe(FO_PROBE_TARGET, LINE_A, 0, true);
    step_for(FO_SECOND);
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_UNKNOWN);
    give_probe(FO_PROBE_SERVICE, ORDERS, 0, true);
    cr_assert_eq(look()->services[ORDERS].state, FO_STATE_OK);
}

Test(service, a_service_that_answers_with_no_known_holder_is_not_degraded_by_anybodys_power)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    give_probe(FO_PROBE_SERVICE, CALLS, 0, true);
    cr_assert_eq(world.engine.active, FO_NONE);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}
