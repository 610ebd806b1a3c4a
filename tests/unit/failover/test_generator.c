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
    cr_assert_not(holds(FO_REASON_GENERATOR_REFUSED));
    step_until(holds(FO_REASON_GENERATOR_REFUSED), 5 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_GENERATOR_NO_TRANSFER), "the load is on it");
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_GENERATOR_REFUSED);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_GENERATOR_REFUSED));
    world.devices[UPS_A].status = FO_UPS(OL);
    step_for(3 * FO_SECOND);
    cr_assert(holds(FO_REASON_GENERATOR_REFUSED), "the other UPS still discharges");
    world.devices[UPS_B].status = FO_UPS(OL);
    step_until(!holds(FO_REASON_GENERATOR_REFUSED), 3 * FO_SECOND);
}

Test(generator, its_emergency_stop_is_an_alarm_that_ends_when_it_is_pulled_out)
{
    world_begin();
    world.devices[GENERATOR].alarms = 1;
    step_for(3 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_GENERATOR_EMERGENCY_STOP));
    world.devices[GENERATOR].alarms += (int64_t)1 << FO_GENERATOR_ALARM_EMERGENCY_STOP;
    world.devices[GENERATOR].generator = FO_GEN_FAULT; /* controllers say both */
    step_until(incident_of(FO_REASON_GENERATOR_EMERGENCY_STOP), 3 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_GENERATOR_EMERGENCY_STOP)->severity, 2);
    cr_assert_eq(look()->devices[GENERATOR].state, FO_STATE_DOWN);
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_GENERATOR_EMERGENCY_STOP);
    cr_assert_not(holds(FO_REASON_GENERATOR_FAULT));
    world.devices[GENERATOR].generator = FO_GEN_STOPPED;
    world.devices[GENERATOR].alarms = 0;
    step_for(5 * FO_SECOND);
    cr_assert(holds(FO_REASON_GENERATOR_EMERGENCY_STOP), "no word takes no alarm back");
    world.devices[GENERATOR].alarms = 1;
    step_until(!holds(FO_REASON_GENERATOR_EMERGENCY_STOP), 3 * FO_SECOND);
}

/* A tank that lasts 40 hours at full load and 70 at half load. */
static void begin_with_tank(void)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[GENERATOR].full_load_us = 40 * FO_HOUR;
    policy.devices[GENERATOR].half_load_us = 70 * FO_HOUR;
    policy.devices[GENERATOR].expected_load_milli = 50000;
    policy.devices[GENERATOR].fuel_reserve_us = 36 * FO_HOUR;
    world_begin_with(&policy);
}

static fo_us fuel_left_h(void)
{
    return look()->devices[GENERATOR].fuel_us / FO_HOUR;
}

Test(generator, fuel_hours_follow_level_and_load)
{
    static const struct {
        int64_t fuel, load;
        fo_us hours;
    } cases[] = {{100, 0, 70},
                 {100, 100, 40},
                 {100, 50, 70},
                 {100, 75, 50},
                 {50, 100, 20},
                 {100, 5, 140} /* an idling engine burns, too: never below half of half load */,
                 {0, 100, 0}};
    begin_with_tank();
    cr_assert_eq(look()->devices[UPS_A].fuel_us, FO_NEVER);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world.devices[GENERATOR].fuel = cases[i].fuel;
        world.devices[GENERATOR].load = cases[i].load;
        world.devices[GENERATOR].generator = cases[i].load > 0 ? FO_GEN_LOADED : FO_GEN_STOPPED;
        step_for(2 * FO_SECOND);
        cr_assert(fuel_left_h() >= cases[i].hours - 1 && fuel_left_h() <= cases[i].hours,
                  "%u: %lld h", i, (long long)fuel_left_h());
    }
}

Test(generator, fuel_that_nobody_tells_is_not_reckoned)
{
    begin_with_tank();
    world.devices[GENERATOR].fuel = -1;
    monitor_die();
    monitor_restart();
    step_for(5 * FO_SECOND);
    cr_assert_eq(look()->devices[GENERATOR].fuel_us, FO_NEVER);
    cr_assert_not(holds(FO_REASON_FUEL_SHORT));
}

Test(generator, fuel_that_would_not_last_is_a_finding_at_rest)
{
    begin_with_tank();
    world.devices[GENERATOR].fuel = 53; /* 37 h at half load */
    step_for(5 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_FUEL_SHORT));
    world.devices[GENERATOR].fuel = 51; /* 35.7 h */
    step_until(incident_of(FO_REASON_FUEL_SHORT), 3 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_FUEL_SHORT)->severity, 3);
    cr_assert_eq(look()->devices[GENERATOR].reason, FO_REASON_FUEL_SHORT);
    world.devices[GENERATOR].fuel = 53; /* good again a twentieth above the limit only */
    step_for(5 * FO_SECOND);
    cr_assert(holds(FO_REASON_FUEL_SHORT));
    world.devices[GENERATOR].fuel = 60;
    step_until(!holds(FO_REASON_FUEL_SHORT), 3 * FO_SECOND);
}

Test(generator, fuel_while_it_runs_is_worse_by_24_12_and_6_hours)
{
    static const struct {
        int64_t fuel;
        uint8_t severity;
    } cases[] = {{50, 3}, {29, 2}, {14, 1}}; /* 20, 11.6 and 5.6 h at full load */
    begin_with_tank();
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    world.devices[GENERATOR].load = 100;
    world.devices[GENERATOR].fuel = 65; /* 26 h: more than 24, though less than what rests */
    step_for(5 * FO_SECOND);
    cr_assert_not(holds(FO_REASON_FUEL_SHORT));
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world.devices[GENERATOR].fuel = cases[i].fuel;
        step_for(4 * FO_SECOND);
        cr_assert(holds(FO_REASON_FUEL_SHORT));
        cr_assert_eq(incident_of(FO_REASON_FUEL_SHORT)->severity, cases[i].severity, "%u: %u", i,
                     incident_of(FO_REASON_FUEL_SHORT)->severity);
    }
}

static void begin_with_tests(void)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[GENERATOR].test_every_us = 2 * FO_HOUR;
    world_begin_with(&policy);
    world.probing = false;
}

/* Time in which nothing but the generator is read. */
static void read_for(fo_us length_us)
{
    for (fo_us end_us = world.now_us + length_us; world.now_us < end_us;) {
        world.now_us += FO_SECOND;
        fixture_deliver();
        give_reading(GENERATOR);
        give_tick();
        world.record_count = world.record_mark = world.command_count = world.command_mark = 0;
    }
}

Test(generator, a_run_of_half_an_hour_under_load_is_the_record_that_counts)
{
    begin_with_tests();
    read_for(2 * FO_HOUR + 2 * FO_MINUTE);
    cr_assert(holds(FO_REASON_GENERATOR_TEST_DUE));
    cr_assert_eq(incident_of(FO_REASON_GENERATOR_TEST_DUE)->severity, 4);
    world.devices[GENERATOR].generator = FO_GEN_RUNNING;
    world.devices[GENERATOR].load = 29;
    read_for(40 * FO_MINUTE);
    cr_assert(holds(FO_REASON_GENERATOR_TEST_DUE), "29 % is no test");
    world.devices[GENERATOR].load = 30;
    read_for(25 * FO_MINUTE);
    world.devices[GENERATOR].load = 10;
    read_for(2 * FO_MINUTE);
    world.devices[GENERATOR].load = 35;
    read_for(25 * FO_MINUTE);
    cr_assert(holds(FO_REASON_GENERATOR_TEST_DUE), "twice 25 minutes are no half hour");
    read_for(7 * FO_MINUTE);
    cr_assert_not(holds(FO_REASON_GENERATOR_TEST_DUE));
    world.devices[GENERATOR].generator = FO_GEN_STOPPED;
    world.devices[GENERATOR].load = 0;
    read_for(110 * FO_MINUTE);
    cr_assert_not(holds(FO_REASON_GENERATOR_TEST_DUE));
    read_for(12 * FO_MINUTE);
    cr_assert(holds(FO_REASON_GENERATOR_TEST_DUE));
}

Test(generator, the_record_of_a_run_outlives_a_restart)
{
    begin_with_tests();
    world.devices[GENERATOR].generator = FO_GEN_RUNNING;
    world.devices[GENERATOR].load = 50;
    read_for(FO_HOUR);
    fo_us due_us = world.engine.devices[GENERATOR].test_due_us;
    cr_assert_gt(due_us, world.now_us + 85 * FO_MINUTE);
    monitor_restart();
    cr_assert_eq(world.engine.devices[GENERATOR].test_due_us, due_us);
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
