/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the one verdict on the mains of the room. */
#include "failover/mains.h"
#include "tests/lib/engine_fixture.h"

Test(mains, all_upses_on_battery_within_a_second_are_one_incident)
{
    world_begin();
    world.probing = false;
    step_for(100 * FO_MS);
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_B].status = FO_UPS(OB);
    give_reading(UPS_A);
    cr_assert_eq(open_incidents(), 0, "the word of the other is waited for");
    step_for(300 * FO_MS);
    give_reading(UPS_B);
    cr_assert(incident_of(FO_REASON_MAINS_LOST));
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(world.engine.mains.lost_us, world.now_us - 300 * FO_MS,
                 "lost since the first of them said so");
}

Test(mains, one_ups_waits_for_the_others_only_so_long)
{
    world_begin();
    world.probing = false;
    step_for(100 * FO_MS);
    world.devices[UPS_A].status = FO_UPS(OB);
    give_reading(UPS_A);
    cr_assert_eq(open_incidents(), 0);
    step_for(2 * FO_SECOND);
    cr_assert(incident_of(FO_REASON_UPS_ON_BATTERY));
}

Test(mains, one_ups_is_named_as_soon_as_the_others_have_been_read_again)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(DISCHRG);
    world.probing = false;
    world.now_us += 20 * FO_MS;
    give_reading(UPS_A);
    cr_assert_not(incident_of(FO_REASON_UPS_ON_BATTERY));
    world.now_us += 20 * FO_MS;
    give_reading(UPS_B); /* it says what it said before */
    give_tick();
    cr_assert(incident_of(FO_REASON_UPS_ON_BATTERY), "waits for nobody any more");
    cr_assert_not(world.engine.mains.lost);
}

Test(mains, a_late_second_ups_makes_it_the_room_and_keeps_the_number)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    unsigned number = incident_of(FO_REASON_UPS_ON_BATTERY)->number;
    world.devices[UPS_B].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_MAINS_LOST), 5 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->number, number);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 2);
    cr_assert(seen(FO_REASON_INCIDENT_REPARENTED));
    cr_assert_eq(open_incidents(), 1);
}

Test(mains, a_silent_ups_does_not_hide_the_outage_of_the_others)
{
    world_begin();
    world.devices[UPS_B].answers = false;
    step_until(incident_of(FO_REASON_UPS_SILENT), 5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_MAINS_LOST), 3 * FO_SECOND);
}

Test(mains, the_switch_alone_does_not_overrule_a_ups_that_sees_good_input)
{
    world_begin();
    world.devices[SWITCH].source = FO_SOURCE_NONE;
    step_for(5 * FO_SECOND);
    cr_assert_not(world.engine.mains.lost);
    world.devices[UPS_A].answers = false;
    world.devices[UPS_B].answers = false;
    step_until(world.engine.mains.lost, 5 * FO_SECOND);
}

Test(mains, a_generator_on_load_is_not_the_mains)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    world.devices[GENERATOR].generator = FO_GEN_LOADED;
    world.devices[SWITCH].source = FO_SOURCE_GENERATOR;
    step_for(2 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    world.devices[UPS_B].status = FO_UPS(OL);
    step_for(FO_MINUTE);
    cr_assert(world.engine.mains.lost, "good input, but from the generator");
    cr_assert(incident_of(FO_REASON_MAINS_LOST));
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->did, FO_REASON_GENERATOR_LOADED);
    world.devices[SWITCH].source = FO_SOURCE_MAINS;
    world.devices[GENERATOR].generator = FO_GEN_COOLING;
    step_until(seen(FO_REASON_MAINS_RETURNED), 5 * FO_SECOND);
    cr_assert_gt(seen(FO_REASON_MAINS_RETURNED)->a, FO_MINUTE);
}

Test(mains, when_only_some_see_them_again_it_is_believed_after_a_while)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_for(5 * FO_SECOND);
    cr_assert(world.engine.mains.lost);
    step_until(!world.engine.mains.lost, 10 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_UPS_ON_BATTERY), "within its grace");
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 12 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->subject.index, UPS_B);
}

Test(mains, a_short_return_to_all_lost_is_forgotten)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_for(5 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_for(2 * FO_SECOND);
    cr_assert_eq(world.engine.mains.mixed_us, FO_NEVER);
    cr_assert(world.engine.mains.lost);
}

Test(mains, mains_voltage_is_a_witness)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    world.devices[GENERATOR].mains_v = 200;
    give_reading(GENERATOR);
    cr_assert_not(world.engine.mains.lost);
    world.devices[GENERATOR].mains_v = 0;
    give_reading(GENERATOR);
    cr_assert(world.engine.mains.lost);
    world.devices[GENERATOR].mains_v = 200;
    give_reading(GENERATOR);
    cr_assert_not(world.engine.mains.lost);
}

Test(mains, a_ups_that_falls_silent_on_battery_does_not_bring_them_back)
{
    world_begin();
    world.devices[UPS_A].answers = false;
    step_until(incident_of(FO_REASON_UPS_SILENT), 20 * FO_SECOND);
    world.devices[UPS_B].status = FO_UPS(OB) | FO_UPS(DISCHRG); /* the switch goes on seeing them */
    step_until(incident_of(FO_REASON_MAINS_LOST), 20 * FO_SECOND);
    world.devices[UPS_B].answers = false;
    step_for(FO_MINUTE);
    cr_assert(world.engine.mains.lost, "nobody has said that they are back");
    world.devices[UPS_B].answers = true;
    world.devices[UPS_B].status = FO_UPS(OL);
    step_until(!world.engine.mains.lost, 30 * FO_SECOND);
}

Test(mains, a_dip_inside_the_clean_time_is_the_same_incident)
{
    world_begin();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    unsigned number = incident_of(FO_REASON_MAINS_LOST)->number;
    mains_return();
    step_until(!world.engine.mains.lost, 3 * FO_SECOND);
    mark();
    mains_fail();
    step_until(world.engine.mains.lost, 3 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->number, number);
    cr_assert_eq(incident_of(FO_REASON_MAINS_LOST)->epoch, 1);
    step_for(5 * FO_SECOND);
    cr_assert_eq(paged(CHIEF, FO_NONE), 0, "no second page for a flap");
}

Test(mains, after_a_start_one_ups_on_battery_is_not_the_room)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    monitor_die();
    step_for(FO_MINUTE);
    mark();
    monitor_restart();
    step_for(10 * FO_SECOND);
    cr_assert_not(world.engine.mains.lost, "the other had not been read yet");
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->epoch, 1);
}

Test(mains, after_a_start_a_ups_that_never_answers_is_not_waited_for)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    give_reading(UPS_A);
    step_for(1900 * FO_MS);
    cr_assert_not(world.engine.mains.lost);
    step_for(100 * FO_MS);
    cr_assert(world.engine.mains.lost);
}

Test(mains, the_newest_change_to_battery_counts_whichever_ups_made_it)
{
    world_begin();
    world.probing = false;
    step_for(100 * FO_MS);
    world.devices[UPS_A].status = world.devices[UPS_B].status = FO_UPS(OB);
    give_reading(UPS_B);
    step_for(300 * FO_MS);
    give_reading(UPS_A); /* the first in the list, and the last to say so */
    cr_assert(world.engine.mains.lost);
    cr_assert_eq(world.engine.mains.lost_us, world.now_us - 300 * FO_MS);
}

Test(mains, upses_for_which_there_is_no_room_in_a_step_are_named_in_the_next)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    struct fo_device *other = &world.engine.devices[UPS_B];
    other->on_battery = true;
    other->outage_us = world.engine.now_us;
    other->vote = FO_MAINS_NO_VOTE;
    world.engine.out = &world.out;
    world.out.command_count = 0;
    world.out.record_count = FO_RECORDS_MAX - 20;
    cr_assert_eq(fo_mains_run(&world.engine), world.engine.now_us, "at once when there is");
    struct fo_subject ups = {FO_SUBJECT_DEVICE, UPS_B};
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_UPS_ON_BATTERY, ups));
    world.out.record_count = 0;
    cr_assert_eq(fo_mains_run(&world.engine), FO_NEVER);
    world.engine.out = NULL;
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_UPS_ON_BATTERY, ups));
}

Test(mains, a_word_from_before_the_outage_does_not_end_it_when_the_others_withdraw_theirs)
{
    world_begin();
    world.probing = false;
    step_for(100 * FO_MS);
    for (unsigned ups = UPS_A; ups <= UPS_B; ups++) {
        world.devices[ups].status = FO_UPS(OB);
        give_reading(ups);
    }
    cr_assert(world.engine.mains.lost, "although the switch has mains");
    for (unsigned ups = UPS_A; ups <= UPS_B; ups++) {
        world.devices[ups].status = FO_UPS(BYPASS); /* neither on battery nor on line */
        give_reading(ups);
    }
    give_tick();
    cr_assert(world.engine.mains.lost, "nobody has said that they are back");
    give_reading(SWITCH);
    give_tick();
    cr_assert_not(world.engine.mains.lost, "the same word, said anew");
    cr_assert(seen(FO_REASON_MAINS_RETURNED));
}
