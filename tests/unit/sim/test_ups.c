/* SPDX-License-Identifier: Apache-2.0 */
/* The moves of one simulated UPS. */
#include "sim/plant/ups.h"

#include <criterion/criterion.h>

static const struct sim_supply good = {1000, 50000};
static const struct sim_supply gone = {0, 0};

static struct sim_ups ups_new(void)
{
    struct sim_ups ups;
    sim_ups_init(&ups, 100, 50);
    sim_ups_step(&ups, good);
    return ups;
}

static void steps(struct sim_ups *ups, struct sim_supply input, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += SIM_STEP_MS) {
        sim_ups_step(ups, input);
    }
}

Test(ups, goes_on_battery_at_once_and_keeps_its_output)
{
    struct sim_ups ups = ups_new();
    sim_ups_step(&ups, gone);
    cr_assert(ups.on_battery);
    cr_assert(ups.output_on);
    cr_assert_eq(sim_ups_input_w(&ups), 0);
    cr_assert_eq(ups.line_bads, 1);
}

Test(ups, returns_to_its_input_only_after_it_has_been_good_for_a_while)
{
    struct sim_ups ups = ups_new();
    steps(&ups, gone, 1000);
    steps(&ups, good, ups.return_ms - SIM_STEP_MS);
    cr_assert(ups.on_battery, "still waiting");
    steps(&ups, good, SIM_STEP_MS);
    cr_assert_not(ups.on_battery);
    cr_assert_eq(ups.on_battery_ms, 0);
}

Test(ups, a_flicker_during_the_wait_starts_the_wait_again)
{
    struct sim_ups ups = ups_new();
    steps(&ups, gone, 1000);
    steps(&ups, good, ups.return_ms - SIM_STEP_MS);
    steps(&ups, gone, SIM_STEP_MS);
    steps(&ups, good, ups.return_ms - SIM_STEP_MS);
    cr_assert(ups.on_battery);
    cr_assert_eq(ups.line_bads, 2);
}

Test(ups, goes_dark_when_empty_and_comes_back_by_itself_with_its_input)
{
    struct sim_ups ups = ups_new();
    sim_battery_set_charge(&ups.battery, 1);
    steps(&ups, gone, 60000);
    cr_assert_not(ups.output_on);
    cr_assert_not(ups.on_battery);
    steps(&ups, good, SIM_STEP_MS);
    cr_assert_not(ups.output_on, "the input must settle first");
    steps(&ups, good, ups.return_ms);
    cr_assert(ups.output_on);
}

Test(ups, charges_on_its_input_and_draws_more_while_it_does)
{
    struct sim_ups ups = ups_new();
    uint32_t idle = sim_ups_input_w(&ups);
    sim_battery_set_charge(&ups.battery, 500);
    cr_assert_gt(sim_ups_input_w(&ups), idle);
    steps(&ups, good, 60000);
    cr_assert_gt(sim_battery_charge_permille(&ups.battery), 500);
}

Test(ups, refuses_a_generator_whose_frequency_is_out_of_its_window)
{
    struct sim_ups ups = ups_new();
    const struct sim_supply slow = {1000, 47000};
    steps(&ups, gone, 1000);
    steps(&ups, slow, 60000);
    cr_assert(ups.on_battery);
}

Test(ups, on_bypass_falls_with_its_input_and_is_never_on_battery)
{
    struct sim_ups ups = ups_new();
    ups.mode = SIM_UPS_BYPASS;
    steps(&ups, good, 1000);
    cr_assert(ups.output_on);
    steps(&ups, gone, SIM_STEP_MS);
    cr_assert_not(ups.output_on);
    cr_assert_not(ups.on_battery);
}

Test(ups, switched_off_delivers_nothing_and_draws_nothing)
{
    struct sim_ups ups = ups_new();
    ups.mode = SIM_UPS_OFF;
    steps(&ups, good, 1000);
    cr_assert_not(ups.output_on);
    cr_assert_eq(sim_ups_input_w(&ups), 0);
    cr_assert_eq(sim_ups_load_percent(&ups), 0);
}

Test(ups, says_low_only_on_battery)
{
    struct sim_ups ups = ups_new();
    sim_battery_set_charge(&ups.battery, 50);
    cr_assert_lt(sim_ups_runtime_ms(&ups), ups.low_ms);
    cr_assert_not(sim_ups_low(&ups));
    sim_ups_step(&ups, gone);
    cr_assert(sim_ups_low(&ups));
}

Test(ups, a_brownout_is_no_input)
{
    struct sim_ups ups = ups_new();
    const struct sim_supply low = {600, 50000};
    sim_ups_step(&ups, low);
    cr_assert(ups.on_battery);
}
