/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of one UPS: low only on battery and held, silent on mains or on battery, self-tests, signs.
 */
#include "tests/lib/engine_fixture.h"

static const struct fo_device *ups(void)
{
    return &world.engine.devices[UPS_A];
}

static const struct fo_view_device *shown(void)
{
    return &look()->devices[UPS_A];
}

Test(ups, one_ups_on_battery_is_its_own_incident)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->severity, 3);
    cr_assert_not(world.engine.mains.lost);
    cr_assert(shown()->on_battery);
    cr_assert_eq(shown()->state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->services[CALLS].reason, FO_REASON_UPS_ON_BATTERY);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    cr_assert_eq(shown()->outage_us, 0);
}

Test(ups, going_on_battery_has_the_others_read_at_once)
{
    world_begin();
    mark();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.probing = false;
    give_reading(UPS_A);
    cr_assert_eq(told_count(FO_COMMAND_POLL), WORLD_DEVICES - 1);
}

Test(ups, low_counts_only_on_battery_and_only_when_held)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(LB);
    step_for(20 * FO_SECOND);
    cr_assert_not(ups()->dying, "low on mains is not low");
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_for(3 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_for(10 * FO_SECOND);
    cr_assert_not(ups()->dying, "a flash of low is not low");
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(ups()->dying, 8 * FO_SECOND);
    cr_assert(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_LOW));
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->severity, 1, "worse: a new epoch");
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->epoch, 2);
}

Test(ups, charge_and_runtime_limits_are_ours)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].charge = 20;
    step_until(ups()->dying, 10 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(!ups()->dying, 3 * FO_SECOND);
    world.devices[UPS_A].charge = 90;
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 299;
    step_until(ups()->dying, 10 * FO_SECOND);
}

Test(ups, runtime_is_counted_down_between_readings)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[UPS_A].communication.stale_us = FO_HOUR;
    world_begin_with(&policy);
    world.probing = false;
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 310;
    give_reading(UPS_A);
    step_for(9 * FO_SECOND);
    cr_assert_eq(shown()->runtime_us, 301 * FO_SECOND);
    cr_assert_eq(ups()->low_us, FO_NEVER);
    step_for(FO_SECOND);
    cr_assert_neq(ups()->low_us, FO_NEVER);
    step_for(5 * FO_SECOND);
    cr_assert(ups()->dying);
}

Test(ups, silent_on_mains_is_only_its_own_alarm)
{
    world_begin();
    world.devices[UPS_A].answers = false;
    step_until(incident_of(FO_REASON_UPS_SILENT), 5 * FO_SECOND);
    step_for(FO_HOUR);
    cr_assert_not(ups()->on_battery);
    cr_assert_not(ups()->dying);
    cr_assert_eq(shown()->state, FO_STATE_UNKNOWN, "unknown is not down");
    cr_assert_eq(shown()->reason, FO_REASON_NO_ANSWER);
    cr_assert_eq(shown()->quality, FO_STALE);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
    world.devices[UPS_A].answers = true;
    step_until(seen_why(FO_REASON_INCIDENT_RECOVERED, FO_REASON_UPS_SILENT), FO_MINUTE);
}

Test(ups, silent_on_battery_is_counted_down_to_exhausted)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 600;
    step_for(3 * FO_SECOND);
    world.devices[UPS_A].answers = false;
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_SILENT_ON_BATTERY), 5 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_UPS_SILENT));
    step_until(ups()->dying, 245 * FO_SECOND);
    cr_assert_not(ups()->exhausted);
    step_for(200 * FO_SECOND);
    cr_assert_not(ups()->exhausted);
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_EXHAUSTED), 110 * FO_SECOND);
    cr_assert_eq(shown()->state, FO_STATE_DOWN);
    cr_assert_not(look()->servers[0].powered);
    world.devices[UPS_A].answers = true;
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(!ups()->exhausted && !ups()->dying, 5 * FO_SECOND);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
}

Test(ups, silent_on_battery_without_a_known_runtime_is_taken_for_dying)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    world.devices[UPS_A].runtime_s = -1;
    world.devices[UPS_A].status = FO_UPS(OB);
    give_reading(UPS_A);
    cr_assert_eq(shown()->runtime_us, FO_NEVER);
    world.devices[UPS_A].answers = false;
    for (int i = 0; i < 3; i++) {
        step_for(FO_SECOND);
        give_reading(UPS_A);
    }
    step_for(5 * FO_SECOND);
    cr_assert(ups()->dying);
    step_for(230 * FO_SECOND); /* the low limit less the margin, from the silence on */
    cr_assert_not(ups()->exhausted);
    step_for(10 * FO_SECOND);
    cr_assert(ups()->exhausted);
}

Test(ups, a_ups_heard_again_on_battery_is_no_longer_exhausted)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 70;
    step_for(2 * FO_SECOND);
    world.devices[UPS_A].answers = false;
    step_until(ups()->exhausted, 20 * FO_SECOND);
    world.devices[UPS_A].answers = true;
    step_until(!ups()->exhausted, 5 * FO_SECOND);
    cr_assert(ups()->dying);
    cr_assert_not(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_SILENT_ON_BATTERY));
}

Test(ups, a_ups_that_answers_again_is_not_taken_for_exhausted_while_its_hold_runs)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 70;
    step_for(2 * FO_SECOND);
    world.devices[UPS_A].answers = false;
    step_until(ups()->communication.state == FO_STATE_DOWN, 5 * FO_SECOND);
    world.devices[UPS_A].runtime_s = 60; /* the margin for silence: nothing would be left */
    world.devices[UPS_A].answers = true;
    step_until(ups()->communication.good_run > 0, FO_SECOND);
    cr_assert_eq(ups()->communication.state, FO_STATE_DOWN, "its hold runs");
    step_until(ups()->exhausted || ups()->communication.state == FO_STATE_OK, 5 * FO_SECOND);
    cr_assert_not(ups()->exhausted);
    world.devices[UPS_A].answers = false; /* and when it falls silent after all, it is */
    step_until(ups()->exhausted, 5 * FO_SECOND);
}

Test(ups, a_self_test_is_not_an_outage)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(TEST);
    step_for(FO_MINUTE);
    cr_assert_not(ups()->on_battery);
    cr_assert_eq(open_incidents(), 0);
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(CAL);
    step_for(FO_MINUTE);
    cr_assert_eq(open_incidents(), 0);
}

Test(ups, a_test_during_a_loss_of_the_mains_is_an_outage)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(TEST);
    step_for(5 * FO_SECOND);
    cr_assert(ups()->on_battery);
}

Test(ups, a_status_that_says_nothing_changes_nothing)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_for(3 * FO_SECOND);
    world.devices[UPS_A].status = 0;
    step_for(3 * FO_SECOND);
    cr_assert(ups()->on_battery);
    world.devices[UPS_A].status = -1;
    step_for(3 * FO_SECOND);
    cr_assert(ups()->on_battery);
}

Test(ups, signs_are_believed_after_two_readings)
{
    world_begin();
    world.probing = false;
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(BYPASS) | FO_UPS(OVER) | FO_UPS(RB);
    give_reading(UPS_A);
    cr_assert_eq(open_incidents(), 0);
    give_reading(UPS_A);
    cr_assert_eq(open_incidents(), 3);
    cr_assert(shown()->isolated_protection);
    cr_assert_eq(shown()->reason, FO_REASON_UPS_BYPASS);
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(OVER) | FO_UPS(RB);
    give_reading(UPS_A);
    give_reading(UPS_A);
    cr_assert_eq(shown()->reason, FO_REASON_UPS_OVERLOAD);
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(RB);
    give_reading(UPS_A);
    give_reading(UPS_A);
    cr_assert_eq(shown()->reason, FO_REASON_UPS_REPLACE_BATTERY);
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(ECO);
    give_reading(UPS_A);
    give_reading(UPS_A);
    cr_assert_eq(shown()->state, FO_STATE_OK);
    cr_assert(shown()->isolated_protection);
}

Test(ups, an_output_that_is_off_powers_nothing)
{
    world_begin();
    world.devices[UPS_B].status = FO_UPS(OFF);
    step_until(incident_of(FO_REASON_UPS_OFF), 3 * FO_SECOND);
    cr_assert_not(look()->servers[1].powered);
    cr_assert_eq(look()->devices[UPS_B].state, FO_STATE_DOWN);
    cr_assert(is_blocked(FO_REASON_BLOCKED_STANDBY_UNPOWERED));
}

Test(ups, a_runtime_that_does_not_cover_what_it_must_is_a_finding)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[UPS_A].margin_us = 10 * FO_MINUTE;
    world_begin_with(&policy);
    world.devices[UPS_A].runtime_s = 601;
    step_for(5 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_UPS_MARGIN));
    world.devices[UPS_A].runtime_s = 600;
    step_until(incident_of(FO_REASON_UPS_MARGIN), 3 * FO_SECOND);
    cr_assert_eq(look()->devices[UPS_A].reason, FO_REASON_UPS_MARGIN);
    world.devices[UPS_A].runtime_s = 650; /* good again a tenth above only */
    step_for(5 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_UPS_MARGIN));
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(DISCHRG);
    world.devices[UPS_A].runtime_s = 500; /* on battery it is being used up: neither nor */
    step_for(5 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_UPS_MARGIN));
    world.devices[UPS_A].status = FO_UPS(OL);
    world.devices[UPS_A].runtime_s = 661;
    step_until(!fo_condition_holds(&world.engine, FO_REASON_UPS_MARGIN,
                                   (struct fo_subject){FO_SUBJECT_DEVICE, UPS_A}),
               3 * FO_SECOND);
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_UPS_MARGIN,
                                     (struct fo_subject){FO_SUBJECT_DEVICE, UPS_B}));
}

Test(ups, a_short_margin_stays_a_finding_while_the_runtime_is_not_told_and_ends_with_its_limit)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[UPS_A].margin_us = 10 * FO_MINUTE;
    world_begin_with(&policy);
    world.devices[UPS_A].runtime_s = 600;
    step_until(incident_of(FO_REASON_UPS_MARGIN), 5 * FO_SECOND);
    const struct fo_subject ups = {FO_SUBJECT_DEVICE, UPS_A};
    world.engine.devices[UPS_A].runtime_us = FO_NEVER;
    world.devices[UPS_A].runtime_s = -1;
    step_for(5 * FO_SECOND);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_MARGIN, ups));
    world.engine.policy.devices[UPS_A].margin_us = 0;
    step_until(!fo_condition_holds(&world.engine, FO_REASON_UPS_MARGIN, ups), 5 * FO_SECOND);
}
