/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of readings: does it answer, is it stale, and which values are facts. */
#include "failover/supply.h"
#include "tests/lib/engine_fixture.h"

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
}

static const struct fo_view_device *ups(void)
{
    return &look()->devices[UPS_A];
}

Test(power, before_the_first_reading_nothing_is_known)
{
    begin();
    cr_assert_eq(ups()->state, FO_STATE_UNKNOWN);
    cr_assert_eq(ups()->quality, FO_ABSENT);
    cr_assert_eq(ups()->reason, FO_REASON_NOT_READ_YET);
    cr_assert_eq(ups()->age_us, FO_NEVER);
    cr_assert_eq(ups()->runtime_us, FO_NEVER);
}

Test(power, a_reading_ages_and_becomes_stale)
{
    begin();
    give_reading(UPS_A);
    cr_assert_eq(ups()->state, FO_STATE_OK);
    cr_assert_eq(ups()->quality, FO_GOOD);
    step_for(2 * FO_SECOND);
    cr_assert_eq(ups()->age_us, 2 * FO_SECOND);
    cr_assert_eq(ups()->quality, FO_GOOD);
    step_for(FO_SECOND);
    cr_assert_eq(ups()->quality, FO_STALE);
    cr_assert_eq(ups()->reason, FO_REASON_TOO_OLD);
    cr_assert_eq(open_incidents(), 0, "stale is a state, not an alarm");
}

Test(power, stale_after_silent_keeps_the_alarm)
{
    begin();
    world.devices[UPS_A].answers = false;
    for (int i = 0; i < 3; i++) {
        give_reading(UPS_A);
    }
    cr_assert(incident_of(FO_REASON_UPS_SILENT));
    step_for(2 * FO_MINUTE);
    cr_assert(incident_of(FO_REASON_UPS_SILENT));
    world.devices[UPS_A].answers = true;
    give_reading(UPS_A);
    step_until(!incident_of(FO_REASON_UPS_SILENT), 31 * FO_SECOND);
}

Test(power, only_good_values_of_known_variables_are_facts)
{
    begin();
    struct fo_event event = {
        .kind = FO_EVENT_READING,
        .reading = {.device = UPS_A,
                    .quality = FO_GOOD,
                    .count = 3,
                    .values = {{.variable = FO_VAR_UPS_STATUS,
                                .milli = FO_UPS(OB),
                                .quality = FO_SUSPECT,
                                .reason = FO_REASON_FROZEN},
                               {.variable = FO_VAR_BATTERY_RUNTIME, .quality = FO_ABSENT},
                               {.variable = FO_VARIABLE_COUNT, .quality = FO_GOOD}}}};
    give(event);
    cr_assert_not(ups()->on_battery, "a suspect value never acts alone");
    cr_assert_eq(ups()->runtime_us, FO_NEVER);
    cr_assert_eq(ups()->state, FO_STATE_OK);
}

Test(power, the_best_of_several_supplies_counts)
{
    begin();
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(fo_supply_set(&world.engine, 1U << UPS_A), FO_SUPPLY_DYING);
    cr_assert_eq(fo_supply_set(&world.engine, 1U << UPS_A | 1U << UPS_B), FO_SUPPLY_GOOD);
    world.engine.devices[UPS_B].exhausted = true;
    cr_assert_eq(fo_supply_set(&world.engine, 1U << UPS_A | 1U << UPS_B), FO_SUPPLY_DYING);
    cr_assert_eq(fo_supply_set(&world.engine, 1U << UPS_B), FO_SUPPLY_GONE);
    cr_assert_eq(fo_supply_set(&world.engine, 0), FO_SUPPLY_GOOD, "not configured is not known");
    cr_assert_eq(fo_supply_device(&world.engine, GENERATOR), FO_SUPPLY_GOOD);
    world.engine.devices[UPS_B].exhausted = false;
    world.engine.devices[UPS_B].on_battery = true;
    cr_assert_eq(fo_supply_device(&world.engine, UPS_B), FO_SUPPLY_BATTERY);
}

Test(power, outages_and_countdowns_survive_a_crash)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 900;
    step_for(10 * FO_SECOND);
    fo_us outage_us = world.engine.devices[UPS_A].outage_us;
    monitor_die();
    world.devices[UPS_A].answers = false;
    step_for(10 * FO_SECOND);
    monitor_restart();
    cr_assert(ups()->on_battery);
    cr_assert_eq(world.engine.devices[UPS_A].outage_us, outage_us);
    step_for(5 * FO_SECOND);
    cr_assert(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_SILENT_ON_BATTERY));
    cr_assert_lt(ups()->runtime_us, 830 * FO_SECOND, "counted down, and the margin taken off");
}
