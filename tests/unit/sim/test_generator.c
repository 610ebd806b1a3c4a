/* SPDX-License-Identifier: Apache-2.0 */
/* Starting, refusing, running and stopping of one simulated generator. */
#include "sim/plant/generator.h"

#include <criterion/criterion.h>

static struct sim_generator generator_new(void)
{
    const struct sim_generator_plate plate = {.nominal_v = 200,
                                              .nominal_hz = 50,
                                              .rating_w = 10000,
                                              .start_delay_ms = 1000,
                                              .crank_ms = 2000,
                                              .crank_limit_ms = 5000,
                                              .crank_rest_ms = 3000,
                                              .crank_attempts = 3,
                                              .warm_ms = 4000,
                                              .cool_ms = 20000,
                                              .speed_permille = 1000};
    struct sim_fuel fuel;
    struct sim_generator generator;
    sim_fuel_init(&fuel, 100, 1000, 5000);
    sim_generator_init(&generator, &plate, &fuel);
    return generator;
}

/* Steps until the phase is reached; milliseconds it took, or UINT32_MAX after limit_ms. */
static uint32_t until(struct sim_generator *generator, bool asked, enum sim_generator_phase phase,
                      uint32_t limit_ms)
{
    uint32_t ms = 0;
    while (generator->phase != phase) {
        if (ms >= limit_ms) {
            return UINT32_MAX;
        }
        sim_generator_step(generator, asked, 0);
        ms += SIM_STEP_MS;
    }
    return ms;
}

static void run_for(struct sim_generator *generator, bool asked, uint32_t load_w, uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += SIM_STEP_MS) {
        sim_generator_step(generator, asked, load_w);
    }
}

Test(generator, starts_when_asked_and_gives_voltage_after_delay_crank_and_warm_up)
{
    struct sim_generator generator = generator_new();
    uint32_t ms = until(&generator, true, SIM_GEN_RUNNING, 60000);
    cr_assert_geq(ms, 7000);
    cr_assert_leq(ms, 7500);
    cr_assert_eq(sim_generator_supply(&generator).voltage_dv, 2000);
    cr_assert_eq(sim_generator_supply(&generator).frequency_mhz, 50000);
    cr_assert_eq(generator.speed_rpm, 1500);
    cr_assert_eq(generator.starts, 1);
}

Test(generator, builds_its_voltage_up_and_is_not_ready_while_it_warms)
{
    struct sim_generator generator = generator_new();
    until(&generator, true, SIM_GEN_WARMING, 60000);
    run_for(&generator, true, 0, 2000);
    cr_assert_eq(generator.phase, SIM_GEN_WARMING);
    cr_assert_gt(generator.voltage_dv, 0);
    cr_assert_lt(generator.voltage_dv, 2000);
    cr_assert_not(sim_generator_ready(&generator));
}

Test(generator, that_refuses_cranks_three_times_and_locks_itself_out)
{
    struct sim_generator generator = generator_new();
    generator.refuses = true;
    uint32_t ms = until(&generator, true, SIM_GEN_FAULT, 120000);
    cr_assert_geq(ms, 22000); /* 1 + 5 + 3 + 5 + 3 + 5 */
    cr_assert_leq(ms, 23000);
    cr_assert_eq(generator.attempts, 3);
    cr_assert(generator.alarms & (1U << SIM_GEN_ALARM_FAIL_TO_START));
    generator.refuses = false;
    run_for(&generator, true, 0, 60000);
    cr_assert_eq(generator.phase, SIM_GEN_FAULT, "only a reset lets it try again");
    sim_generator_reset(&generator);
    cr_assert_neq(until(&generator, true, SIM_GEN_RUNNING, 60000), UINT32_MAX);
}

Test(generator, with_a_flat_start_battery_does_not_even_turn)
{
    struct sim_generator generator = generator_new();
    generator.start_battery_dv = 150;
    until(&generator, true, SIM_GEN_CRANKING, 60000);
    run_for(&generator, true, 0, SIM_STEP_MS);
    cr_assert_eq(generator.speed_rpm, 0);
    cr_assert_neq(until(&generator, true, SIM_GEN_FAULT, 120000), UINT32_MAX);
    cr_assert(generator.alarms & (1U << SIM_GEN_ALARM_LOW_BATTERY));
}

Test(generator, not_in_auto_stays_where_it_is)
{
    struct sim_generator generator = generator_new();
    generator.mode = SIM_GEN_MODE_MANUAL;
    cr_assert_eq(until(&generator, true, SIM_GEN_RUNNING, 120000), UINT32_MAX);
    cr_assert_eq(generator.phase, SIM_GEN_STOPPED);
}

Test(generator, switched_off_while_it_runs_stops_at_once)
{
    struct sim_generator generator = generator_new();
    until(&generator, true, SIM_GEN_RUNNING, 60000);
    generator.mode = SIM_GEN_MODE_OFF;
    run_for(&generator, true, 0, SIM_STEP_MS);
    cr_assert_eq(generator.phase, SIM_GEN_STOPPED);
    cr_assert_eq(generator.voltage_dv, 0);
}

Test(generator, cools_down_before_it_stops_and_takes_load_again_meanwhile)
{
    struct sim_generator generator = generator_new();
    until(&generator, true, SIM_GEN_RUNNING, 60000);
    run_for(&generator, false, 0, 10000);
    cr_assert_eq(generator.phase, SIM_GEN_COOLING);
    cr_assert(sim_generator_ready(&generator));
    run_for(&generator, true, 0, SIM_STEP_MS);
    cr_assert_eq(generator.phase, SIM_GEN_RUNNING);
    uint32_t ms = until(&generator, false, SIM_GEN_STOPPED, 60000);
    cr_assert_geq(ms, 20000);
    cr_assert_leq(ms, 20500);
}

Test(generator, emergency_stop_holds_until_it_is_released_and_reset)
{
    struct sim_generator generator = generator_new();
    until(&generator, true, SIM_GEN_RUNNING, 60000);
    generator.emergency_stop = true;
    run_for(&generator, true, 0, SIM_STEP_MS);
    cr_assert_eq(generator.phase, SIM_GEN_FAULT);
    cr_assert_eq(sim_generator_supply(&generator).voltage_dv, 0);
    sim_generator_reset(&generator);
    run_for(&generator, true, 0, SIM_STEP_MS);
    cr_assert_eq(generator.phase, SIM_GEN_FAULT, "the button is still pressed");
    generator.emergency_stop = false;
    sim_generator_reset(&generator);
    cr_assert_neq(until(&generator, true, SIM_GEN_RUNNING, 60000), UINT32_MAX);
}

Test(generator, burns_more_fuel_under_load_and_dies_when_the_tank_is_empty)
{
    struct sim_generator idle = generator_new();
    struct sim_generator loaded = generator_new();
    until(&idle, true, SIM_GEN_RUNNING, 60000);
    until(&loaded, true, SIM_GEN_RUNNING, 60000);
    run_for(&idle, true, 0, 3600 * 1000);
    run_for(&loaded, true, 10000, 3600 * 1000);
    cr_assert_eq(sim_fuel_permille(&idle.fuel), 989); /* 1 l of 100, and a little for the start */
    cr_assert_eq(sim_fuel_permille(&loaded.fuel), 949);
    sim_fuel_set(&loaded.fuel, 0);
    run_for(&loaded, true, 10000, SIM_STEP_MS);
    cr_assert_eq(loaded.phase, SIM_GEN_FAULT);
}

Test(generator, trips_on_an_overload_that_lasts)
{
    struct sim_generator generator = generator_new();
    until(&generator, true, SIM_GEN_RUNNING, 60000);
    run_for(&generator, true, 12000, 9000);
    cr_assert_eq(generator.phase, SIM_GEN_RUNNING);
    run_for(&generator, true, 12000, 2000);
    cr_assert_eq(generator.phase, SIM_GEN_FAULT);
    cr_assert(generator.alarms & (1U << SIM_GEN_ALARM_OVERLOAD));
}

Test(generator, with_a_bad_governor_runs_below_its_frequency)
{
    struct sim_generator generator = generator_new();
    generator.low_frequency = true;
    until(&generator, true, SIM_GEN_RUNNING, 60000);
    cr_assert_eq(sim_generator_supply(&generator).frequency_mhz, 47000);
    cr_assert_not(sim_supply_good(sim_generator_supply(&generator), 200, 50));
}
