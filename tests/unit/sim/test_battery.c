/* SPDX-License-Identifier: Apache-2.0 */
/* How long a simulated battery lasts, and how it comes back. */
#include "sim/plant/battery.h"

#include <criterion/criterion.h>

static struct sim_battery battery_of(uint32_t capacity_wh, uint32_t health_permille)
{
    struct sim_battery battery;
    sim_battery_init(&battery, capacity_wh, 1000, 100, health_permille);
    return battery;
}

/* Milliseconds until it is empty under this load. */
static int64_t lifetime_ms(struct sim_battery battery, uint32_t load_w, uint32_t speed)
{
    int64_t ms = 0;
    while (battery.energy_mj > 0 && ms < 100 * 3600 * 1000LL) {
        sim_battery_discharge(&battery, load_w, speed);
        ms += SIM_STEP_MS;
    }
    return ms;
}

Test(battery, at_its_rated_load_gives_its_rated_energy)
{
    /* 100 Wh at 1000 W: 360 s */
    cr_assert_eq(lifetime_ms(battery_of(100, 1000), 1000, 1000), 360000);
}

Test(battery, lasts_more_than_twice_as_long_at_half_the_load)
{
    int64_t full = lifetime_ms(battery_of(100, 1000), 1000, 1000);
    int64_t half = lifetime_ms(battery_of(100, 1000), 500, 1000);
    cr_assert_gt(half, 2 * full);
    cr_assert_lt(half, 3 * full);
}

Test(battery, gives_its_predicted_runtime_to_within_one_step)
{
    struct sim_battery battery = battery_of(55, 1000);
    int64_t predicted = sim_battery_runtime_ms(&battery, 500, 1000);
    int64_t real = lifetime_ms(battery, 500, 1000);
    cr_assert_leq(predicted, real);
    cr_assert_leq(real - predicted, SIM_STEP_MS);
}

Test(battery, runs_ten_times_faster_at_speed_ten_thousand)
{
    int64_t slow = lifetime_ms(battery_of(100, 1000), 1000, 1000);
    int64_t fast = lifetime_ms(battery_of(100, 1000), 1000, 10000);
    cr_assert_eq(slow, 10 * fast);
    struct sim_battery battery = battery_of(100, 1000);
    cr_assert_eq(sim_battery_runtime_ms(&battery, 1000, 10000), fast);
}

Test(battery, half_worn_lasts_half_as_long_and_still_says_it_is_full)
{
    struct sim_battery worn = battery_of(100, 500);
    cr_assert_eq(sim_battery_charge_permille(&worn), 1000);
    cr_assert_eq(lifetime_ms(worn, 1000, 1000), 180000);
}

Test(battery, ageing_takes_energy_that_no_longer_fits)
{
    struct sim_battery battery = battery_of(100, 1000);
    sim_battery_set_health(&battery, 250);
    cr_assert_eq(battery.energy_mj, sim_battery_full_mj(&battery));
    sim_battery_set_health(&battery, 1000);
    cr_assert_eq(sim_battery_charge_permille(&battery), 250);
}

Test(battery, dead_has_no_charge_and_no_runtime)
{
    struct sim_battery battery = battery_of(100, 0);
    cr_assert_eq(sim_battery_charge_permille(&battery), 0);
    cr_assert_eq(sim_battery_runtime_ms(&battery, 500, 1000), 0);
}

Test(battery, without_load_lasts_for_ever)
{
    struct sim_battery battery = battery_of(100, 1000);
    cr_assert_eq(sim_battery_runtime_ms(&battery, 0, 1000), INT64_MAX);
}

Test(battery, charges_to_full_and_not_beyond_and_slower_at_the_end)
{
    struct sim_battery battery = battery_of(1, 1000); /* 3600 J, charger 100 W */
    sim_battery_set_charge(&battery, 0);
    int64_t to_ninety = 0, to_full = 0;
    while (sim_battery_charge_permille(&battery) < 900) {
        sim_battery_charge(&battery, 1000);
        to_ninety += SIM_STEP_MS;
    }
    while (battery.energy_mj < sim_battery_full_mj(&battery)) {
        sim_battery_charge(&battery, 1000);
        to_full += SIM_STEP_MS;
        cr_assert_lt(to_full, 3600 * 1000);
    }
    cr_assert_eq(to_ninety, 32400);
    cr_assert_eq(to_full, 7200); /* the last tenth at half power */
    sim_battery_charge(&battery, 1000);
    cr_assert_eq(battery.energy_mj, sim_battery_full_mj(&battery));
}

Test(battery, shows_a_lower_voltage_when_empty_and_under_load)
{
    struct sim_battery battery = battery_of(100, 1000);
    uint32_t floating = sim_battery_voltage_dv(&battery, false);
    cr_assert_lt(sim_battery_voltage_dv(&battery, true), floating);
    sim_battery_set_charge(&battery, 100);
    cr_assert_lt(sim_battery_voltage_dv(&battery, false), floating);
}
