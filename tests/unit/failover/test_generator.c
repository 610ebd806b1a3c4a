/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the generator's supervision: ready at rest, voltage and load within their times. */
#include "tests/lib/engine_fixture.h"

static bool holds(enum fo_reason cause)
{
    return fo_condition_holds(&world.engine, cause,
                              (struct fo_subject){FO_SUBJECT_DEVICE, GENERATOR});
}

static void lose_mains(void)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
}

Test(generator, a_good_start_raises_nothing_and_is_recorded)
{
    lose_mains();
    world.devices[GENERATOR].generator = FO_GEN_CRANKING;
    step_for(5 * FO_SECOND);
    world.devices[GENERATOR].generator = FO_GEN_RUNNING;
    step_until(seen(FO_REASON_GENERATOR_RUNNING), 3 * FO_SECOND);
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    step_until(seen(FO_REASON_GENERATOR_LOADED), 3 * FO_SECOND);
    cr_assert_lt(seen(FO_REASON_GENERATOR_LOADED)->a, 15 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(CHRG);
    world.devices[UPS_B].status = FO_UPS(OL) | FO_UPS(CHRG);
    step_for(2 * FO_MINUTE);
    cr_assert_not(holds(FO_REASON_GENERATOR_START_SLOW));
    cr_assert_not(holds(FO_REASON_GENERATOR_NO_TRANSFER));
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 1);
}

Test(generator, no_voltage_warns_after_15_seconds_and_alarms_after_40)
{
    lose_mains();
    fo_us lost_us = world.engine.mains.lost_us;
    step_until(holds(FO_REASON_GENERATOR_START_SLOW), 20 * FO_SECOND);
    cr_assert_eq(world.now_us - lost_us, 15 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 1, "a warning pages nobody again");
    step_until(holds(FO_REASON_GENERATOR_NO_START), 30 * FO_SECOND);
    cr_assert_eq(world.now_us - lost_us, 40 * FO_SECOND);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_GENERATOR_NO_START));
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->severity, 1);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 2, "it is worse: all are paged anew");
    cr_assert_eq(look()->devices[GENERATOR].state, FO_STATE_DOWN);
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_GENERATOR_NO_START);
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    step_until(!holds(FO_REASON_GENERATOR_NO_START) && !holds(FO_REASON_GENERATOR_START_SLOW),
               3 * FO_SECOND);
}

Test(generator, a_fault_at_the_start_alarms_at_once)
{
    lose_mains();
    world.devices[GENERATOR].generator = FO_GEN_FAULT;
    step_until(holds(FO_REASON_GENERATOR_NO_START), 3 * FO_SECOND);
    cr_assert_lt(world.now_us - world.engine.mains.lost_us, 5 * FO_SECOND);
}

Test(generator, voltage_without_load_alarms_after_its_time)
{
    lose_mains();
    world.devices[GENERATOR].generator = FO_GEN_WARMING;
    world.devices[GENERATOR].volts = 200;
    step_until(seen(FO_REASON_GENERATOR_RUNNING), 3 * FO_SECOND);
    step_for(19 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_GENERATOR_NO_TRANSFER));
    step_until(holds(FO_REASON_GENERATOR_NO_TRANSFER), 3 * FO_SECOND);
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_GENERATOR_NO_TRANSFER);
    world.devices[SWITCH].source = FO_SOURCE_GENERATOR;
    step_until(!holds(FO_REASON_GENERATOR_NO_TRANSFER), 3 * FO_SECOND);
}

Test(generator, at_rest_it_must_be_in_automatic_mode)
{
    world_begin();
    world.devices[GENERATOR].mode = FO_GEN_MODE_OFF;
    step_until(incident_of(FO_REASON_GENERATOR_NOT_AUTO), 3 * FO_SECOND);
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_GENERATOR_NOT_AUTO);
    world.devices[GENERATOR].mode = FO_GEN_MODE_AUTO;
    step_until(!incident_of(FO_REASON_GENERATOR_NOT_AUTO), FO_MINUTE);
}

Test(generator, a_fault_at_rest_is_its_own_incident)
{
    world_begin();
    world.devices[GENERATOR].generator = FO_GEN_FAULT;
    step_until(incident_of(FO_REASON_GENERATOR_FAULT), 3 * FO_SECOND);
    cr_assert_eq(look()->devices[GENERATOR].state, FO_STATE_DOWN);
    cr_assert_not(holds(FO_REASON_GENERATOR_NO_START));
}

Test(generator, a_level_on_its_limit_does_not_flap)
{
    world_begin();
    world.devices[GENERATOR].fuel = 50;
    step_until(incident_of(FO_REASON_GENERATOR_FUEL_LOW), 3 * FO_SECOND);
    for (int i = 0; i < 10; i++) {
        world.devices[GENERATOR].fuel = 50 + i % 3;
        step_for(3 * FO_SECOND);
        cr_assert(holds(FO_REASON_GENERATOR_FUEL_LOW));
    }
    world.devices[GENERATOR].fuel = 53;
    step_until(!holds(FO_REASON_GENERATOR_FUEL_LOW), 3 * FO_SECOND);
}

Test(generator, the_start_battery_may_sag_while_cranking)
{
    world_begin();
    world.devices[GENERATOR].generator = FO_GEN_CRANKING;
    world.devices[GENERATOR].battery_mv = 18000;
    step_for(10 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_GENERATOR_BATTERY_LOW));
    world.devices[GENERATOR].generator = FO_GEN_STOPPED;
    step_until(holds(FO_REASON_GENERATOR_BATTERY_LOW), 3 * FO_SECOND);
}

Test(generator, silence_is_an_alarm_of_its_own)
{
    world_begin();
    world.devices[GENERATOR].answers = false;
    world.devices[SWITCH].answers = false;
    step_until(
        incident_of(FO_REASON_GENERATOR_SILENT) && incident_of(FO_REASON_TRANSFER_SWITCH_SILENT),
        5 * FO_SECOND);
    cr_assert_eq(look()->devices[GENERATOR].state, FO_STATE_UNKNOWN);
}

Test(generator, without_any_ups_the_switch_starts_the_clock)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[0] = policy.devices[GENERATOR];
    policy.devices[1] = policy.devices[SWITCH];
    policy.device_count = 2;
    world_begin_empty(&policy);
    world.devices[0] = world.devices[GENERATOR];
    world.devices[1] = world.devices[SWITCH];
    world.devices[1].source = FO_SOURCE_NONE;
    give_reading(0);
    give_reading(1);
    cr_assert(world.engine.mains.lost);
    for (int i = 0; i < 45; i++) {
        step_for(FO_SECOND);
        give_reading(0);
        give_reading(1);
    }
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_GENERATOR_NO_START,
                                 (struct fo_subject){FO_SUBJECT_DEVICE, 0}));
}

Test(generator, a_ups_that_refuses_the_generator_is_an_alarm)
{
    lose_mains();
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    world.devices[SWITCH].source = FO_SOURCE_GENERATOR;
    step_until(seen(FO_REASON_GENERATOR_LOADED), 3 * FO_SECOND);
    step_for(57 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_GENERATOR_NO_TRANSFER));
    step_until(holds(FO_REASON_GENERATOR_NO_TRANSFER), 5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(!holds(FO_REASON_GENERATOR_NO_TRANSFER), 3 * FO_SECOND);
}

Test(generator, a_second_set_that_rests_beside_a_loaded_one_is_well)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[SWITCH] = policy.devices[GENERATOR];
    world_begin_with(&policy);
    world.devices[SWITCH] = world.devices[GENERATOR];
    mains_fail();
    world.devices[SWITCH].source = -1;
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    step_for(5 * FO_MINUTE);
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_GENERATOR_NO_START,
                                     (struct fo_subject){FO_SUBJECT_DEVICE, SWITCH}));
}

Test(generator, a_reading_that_says_little_changes_little)
{
    world_begin();
    world.devices[GENERATOR].generator = -1;
    world.devices[GENERATOR].mode = -1;
    world.devices[GENERATOR].fuel = -1;
    world.devices[GENERATOR].battery_mv = -1;
    world.devices[SWITCH].source = -1;
    step_for(10 * FO_SECOND);
    cr_assert_eq(open_incidents(), 0);
    cr_assert_eq(world.engine.devices[GENERATOR].status, FO_GEN_STOPPED);
    world.devices[GENERATOR].generator = 77;
    step_for(2 * FO_SECOND);
    cr_assert_eq(world.engine.devices[GENERATOR].status, FO_GEN_STOPPED);
}

Test(generator, a_start_battery_that_is_not_watched_never_alarms)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[GENERATOR].battery_low_milli = 0;
    world_begin_with(&policy);
    world.devices[GENERATOR].battery_mv = 1000;
    step_for(10 * FO_SECOND);
    cr_assert_eq(open_incidents(), 0);
}

static void say(enum fo_variable variable, int64_t milli)
{
    struct fo_event event = {.kind = FO_EVENT_READING,
                             .reading = {.device = GENERATOR, .quality = FO_GOOD, .count = 1}};
    event.reading.values[0] = (struct fo_value){.variable = (uint8_t)variable, .milli = milli};
    give(event);
}

Test(generator, a_status_that_none_has_leaves_what_is_known)
{
    world_begin();
    say(FO_VAR_GENERATOR_STATUS, FO_GEN_COOLING);
    say(FO_VAR_GENERATOR_STATUS, -1);
    cr_assert_eq(world.engine.devices[GENERATOR].status, FO_GEN_COOLING);
    say(FO_VAR_GENERATOR_STATUS, FO_GEN_STATUSES);
    cr_assert_eq(world.engine.devices[GENERATOR].status, FO_GEN_COOLING);
}

Test(generator, its_load_alone_shows_that_it_carries)
{
    world_begin();
    say(FO_VAR_GENERATOR_LOAD, 35000);
    cr_assert(world.engine.devices[GENERATOR].loaded);
    cr_assert(world.engine.devices[GENERATOR].voltage);
    say(FO_VAR_GENERATOR_LOAD, 1000);
    cr_assert_not(world.engine.devices[GENERATOR].loaded, "a percent is none");
}

Test(generator, a_fault_at_rest_or_under_voltage_is_no_failed_start)
{
    world_begin();
    say(FO_VAR_GENERATOR_STATUS, FO_GEN_FAULT);
    cr_assert_not(world.engine.devices[GENERATOR].start_failed, "the mains are there");
    lose_mains();
    world.devices[GENERATOR].generator = FO_GEN_FAULT;
    world.devices[GENERATOR].volts = 200;
    give_reading(GENERATOR);
    cr_assert_not(world.engine.devices[GENERATOR].start_failed, "it turns, and has voltage");
    world.devices[GENERATOR].volts = 0;
    give_reading(GENERATOR);
    cr_assert(world.engine.devices[GENERATOR].start_failed);
}

Test(generator, the_newest_of_those_that_carry_is_given_its_time)
{
    lose_mains();
    for (unsigned first = 0; first < 2; first++) {
        struct fo_device *generator = &world.engine.devices[GENERATOR];
        struct fo_device *transfer = &world.engine.devices[SWITCH];
        generator->loaded = transfer->loaded = true;
        generator->loaded_us = world.engine.now_us - (first == 0 ? FO_SECOND : FO_HOUR);
        transfer->loaded_us = world.engine.now_us - (first == 0 ? FO_HOUR : FO_SECOND);
        fo_deadline_set(&world.engine.deadlines, FO_TIMER_DEVICE + GENERATOR, world.now_us);
        give_tick();
        cr_assert_not(holds(FO_REASON_GENERATOR_NO_TRANSFER), "%u", first);
    }
}
