/* SPDX-License-Identifier: Apache-2.0 */
/* The wired room: mains, transfer switch, generator and two UPSes together. */
#include "sim/plant/plant.h"

#include <criterion/criterion.h>

static struct sim_plant plant_new(void)
{
    const struct sim_generator_plate plate = {.nominal_v = 100,
                                              .nominal_hz = 50,
                                              .rating_w = 5000,
                                              .start_delay_ms = 1000,
                                              .crank_ms = 2000,
                                              .crank_limit_ms = 5000,
                                              .crank_rest_ms = 3000,
                                              .crank_attempts = 3,
                                              .warm_ms = 4000,
                                              .cool_ms = 20000,
                                              .speed_permille = 1000};
    struct sim_fuel fuel;
    struct sim_plant plant;
    sim_fuel_init(&fuel, 100, 1000, 5000);
    sim_plant_init(&plant, 100, 50);
    plant.generator_count = 1;
    sim_generator_init(&plant.generators[0], &plate, &fuel);
    plant.transfer_count = 1;
    sim_transfer_init(&plant.transfers[0], 100, 50);
    plant.ups_count = 2;
    for (unsigned i = 0; i < 2; i++) {
        sim_ups_init(&plant.ups[i], 100, 50);
        plant.ups_feed[i] = (struct sim_feed){SIM_FEED_TRANSFER, 0};
    }
    return plant;
}

static void run_for(struct sim_plant *plant, uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += SIM_STEP_MS) {
        sim_plant_step(plant);
    }
}

Test(plant, mains_failure_is_carried_by_the_ups_until_the_generator_takes_the_load)
{
    struct sim_plant plant = plant_new();
    run_for(&plant, 5000);
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    uint32_t ms = 0;
    while (plant.transfers[0].position != SIM_SOURCE_GENERATOR) {
        sim_plant_step(&plant);
        ms += SIM_STEP_MS;
        cr_assert(plant.ups[0].output_on && plant.ups[1].output_on, "dark at %u ms", ms);
        cr_assert_lt(ms, 40000, "自家発電設備の基準: 40 s");
    }
    cr_assert_geq(ms, 8000);
    run_for(&plant, 5000);
    cr_assert_not(plant.ups[0].on_battery);
    run_for(&plant, SIM_STEP_MS);
    /* two times 500 W with losses and chargers */
    cr_assert_gt(plant.generators[0].load_w, 1000);
    cr_assert_lt(plant.generators[0].load_w, 1500);
}

Test(plant, returning_mains_takes_the_load_back_and_lets_the_generator_cool_and_stop)
{
    struct sim_plant plant = plant_new();
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 30000);
    cr_assert_eq(plant.transfers[0].position, SIM_SOURCE_GENERATOR);
    sim_mains_set(&plant.mains, SIM_MAINS_OK);
    run_for(&plant, 9000);
    cr_assert_eq(plant.transfers[0].position, SIM_SOURCE_GENERATOR, "mains must hold first");
    run_for(&plant, 3000);
    cr_assert_eq(plant.transfers[0].position, SIM_SOURCE_MAINS);
    cr_assert_eq(plant.generators[0].phase, SIM_GEN_COOLING);
    run_for(&plant, 25000);
    cr_assert_eq(plant.generators[0].phase, SIM_GEN_STOPPED);
    cr_assert_not(plant.transfers[0].asks);
}

Test(plant, without_a_generator_the_ups_dies_and_takes_its_hosts_with_it)
{
    struct sim_plant plant = plant_new();
    plant.generators[0].refuses = true;
    sim_battery_init(&plant.ups[0].battery, 11, 1000, 100, 1000); /* about 90 s at 500 W */
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 85000);
    cr_assert(sim_plant_powered(&plant, 1));
    run_for(&plant, 10000);
    cr_assert_not(sim_plant_powered(&plant, 1));
    cr_assert(sim_plant_powered(&plant, 3), "the other UPS still carries it");
    cr_assert(sim_plant_powered(&plant, 0), "what names no UPS is always powered");
}

Test(plant, a_stuck_transfer_switch_leaves_the_room_on_battery_beside_a_running_generator)
{
    struct sim_plant plant = plant_new();
    plant.transfers[0].stuck = true;
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 60000);
    cr_assert_eq(plant.generators[0].phase, SIM_GEN_RUNNING);
    cr_assert_eq(plant.generators[0].load_w, 0);
    cr_assert(plant.ups[0].on_battery);
}

Test(plant, a_generator_that_dies_under_load_puts_the_room_back_on_battery)
{
    struct sim_plant plant = plant_new();
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 30000);
    cr_assert_not(plant.ups[0].on_battery);
    sim_generator_trip(&plant.generators[0], SIM_GEN_ALARM_LOW_OIL);
    run_for(&plant, 500);
    cr_assert(plant.ups[0].on_battery);
    sim_mains_set(&plant.mains, SIM_MAINS_OK);
    run_for(&plant, 5000);
    cr_assert_eq(plant.transfers[0].position, SIM_SOURCE_MAINS,
                 "a dead generator is left without waiting");
}

Test(plant, a_short_dip_does_not_start_the_generator)
{
    struct sim_plant plant = plant_new();
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 600);
    sim_mains_set(&plant.mains, SIM_MAINS_OK);
    run_for(&plant, 30000);
    cr_assert_eq(plant.generators[0].starts, 0);
    cr_assert_eq(plant.mains.lost_count, 1);
}

Test(plant, a_generator_wired_without_a_switch_starts_with_the_outage)
{
    struct sim_plant plant = plant_new();
    plant.transfer_count = 0;
    plant.ups_feed[0] = (struct sim_feed){SIM_FEED_GENERATOR, 0};
    plant.ups_feed[1] = (struct sim_feed){SIM_FEED_MAINS, 0};
    sim_mains_set(&plant.mains, SIM_MAINS_LOST);
    run_for(&plant, 20000);
    cr_assert_not(plant.ups[0].on_battery);
    cr_assert(plant.ups[1].on_battery);
}
