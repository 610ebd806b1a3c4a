/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the contact network: rungs, acknowledgements, reminders, epochs, the endless loop. */
#include "tests/lib/engine_fixture.h"

static const struct fo_incident *it(void)
{
    return incident_of(FO_REASON_UPS_ON_BATTERY);
}

/* An incident of severity 3 on a well site: UPS A alone on battery. */
static void begin(void)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(FO_SECOND);
}

static void say(uint8_t kind, uint8_t person)
{
    give_order((struct fo_order){.kind = kind, .person = person, .incident = it()->number});
}

Test(escalation, the_first_rung_is_paged_at_once_and_only_it)
{
    begin();
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(paged(MANAGER, FO_NONE), 0);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.message, FO_MESSAGE_OPENED);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->incident, it()->number);
}

Test(escalation, without_an_acknowledgement_it_climbs_rung_by_rung)
{
    begin();
    step_until(paged(MANAGER, MAIL) == 1, 3 * FO_MINUTE);
    cr_assert_eq(it()->branches[0].rung, 1);
    step_until(paged(HEAD, MAIL) == 1, 3 * FO_MINUTE);
    cr_assert_eq(seen_count(FO_REASON_RUNG_REACHED), 3);
}

Test(escalation, an_acknowledgement_stops_the_rungs_and_the_ladders)
{
    begin();
    say(FO_ORDER_ACKNOWLEDGE, OFFICER);
    unsigned pages = told_count(FO_COMMAND_NOTIFY);
    cr_assert_eq(look()->incidents[0].acked_by, OFFICER);
    cr_assert_eq(look()->incidents[0].next_rung_us, FO_NEVER);
    step_for(20 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), pages);
}

Test(escalation, an_acknowledgement_expires_and_reminds_its_giver_first)
{
    begin();
    say(FO_ORDER_ACKNOWLEDGE, OFFICER);
    mark();
    step_for(29 * FO_MINUTE);
    cr_assert_eq(it()->branches[0].acked_by, OFFICER,
                 "every service answers: no recovery time runs");
    step_until(seen(FO_REASON_ACKNOWLEDGE_EXPIRED), 2 * FO_MINUTE);
    cr_assert_eq(it()->branches[0].acked_by, FO_NONE);
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.message, FO_MESSAGE_REMINDER);
    cr_assert_eq(paged(CHIEF, FO_NONE), 0);
    step_until(paged(MANAGER, MAIL) == 1, 4 * FO_MINUTE);
}

Test(escalation, while_a_service_is_down_an_acknowledgement_lasts_half_its_recovery_time)
{
    world_begin();
    world.answers_silent = true;
    step_until(incident_of(FO_REASON_SERVICE_DOWN), 10 * FO_SECOND);
    step_for(FO_SECOND);
    const struct fo_incident *down = incident_of(FO_REASON_SERVICE_DOWN);
    give_order((struct fo_order){
        .kind = FO_ORDER_ACKNOWLEDGE, .person = OFFICER, .incident = down->number});
    cr_assert_eq(down->branches[0].acked_by, OFFICER);
    cr_assert_leq(down->branches[0].ack_until_us - world.engine.now_us, 30 * FO_SECOND);
}

Test(escalation, all_rungs_exhausted_it_starts_over_with_growing_intervals_for_ever)
{
    begin();
    step_until(seen(FO_REASON_LADDER_LOOPED), 12 * FO_MINUTE);
    mark();
    step_for(FO_HOUR);
    cr_assert_geq(seen_count(FO_REASON_LADDER_LOOPED), 5U);
    cr_assert_leq(seen_count(FO_REASON_LADDER_LOOPED), 8U);
    cr_assert_geq(paged(CHIEF, TERMINAL), 5U);
    const struct fo_record *last = NULL;
    for (unsigned i = world.record_mark; i < world.record_count; i++) {
        last = world.records[i].reason == FO_REASON_LADDER_LOOPED ? &world.records[i] : last;
    }
    cr_assert_eq(last->b, 10 * FO_MINUTE, "the cap");
    mark();
    step_for(5 * FO_HOUR);
    cr_assert_geq(seen_count(FO_REASON_LADDER_LOOPED), 29U, "never given up");
}

Test(escalation, a_worsening_pages_everybody_anew_whatever_was_acknowledged)
{
    begin();
    say(FO_ORDER_ACKNOWLEDGE, CHIEF);
    mark();
    world.devices[UPS_A].charge = 10;
    step_until(it()->epoch == 2, 10 * FO_SECOND);
    cr_assert_eq(it()->branches[0].acked_by, FO_NONE);
    step_for(FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.message, FO_MESSAGE_WORSENED);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.epoch, 2);
}

Test(escalation, a_worsening_reaches_all_rungs_that_had_been_reached)
{
    begin();
    step_until(paged(MANAGER, MAIL) == 1, 4 * FO_MINUTE);
    mark();
    world.devices[UPS_A].charge = 10;
    step_until(it()->epoch == 2, 10 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(paged(MANAGER, MAIL), 1);
    cr_assert_eq(paged(HEAD, FO_NONE), 0);
}

Test(escalation, somebody_who_cannot_sends_it_up_at_once)
{
    begin();
    say(FO_ORDER_CANNOT, CHIEF);
    step_for(FO_SECOND);
    cr_assert_eq(paged(MANAGER, MAIL), 1);
    cr_assert(seen(FO_REASON_CANNOT));
}

Test(escalation, taking_an_acknowledgement_back_sends_it_up_too)
{
    begin();
    say(FO_ORDER_OWN, CHIEF);
    cr_assert_eq(look()->incidents[0].owned_by, CHIEF);
    cr_assert(seen(FO_REASON_OWNED));
    say(FO_ORDER_CANNOT, CHIEF);
    cr_assert_eq(it()->owned_by, FO_NONE);
    step_for(FO_SECOND);
    cr_assert_eq(paged(MANAGER, MAIL), 1);
}

Test(escalation, one_who_cannot_does_not_undo_what_another_has_taken)
{
    begin();
    say(FO_ORDER_ACKNOWLEDGE, CHIEF);
    say(FO_ORDER_CANNOT, OFFICER);
    step_for(5 * FO_SECOND);
    cr_assert_eq(paged(MANAGER, FO_NONE), 0);
    cr_assert_eq(it()->branches[0].acked_by, CHIEF);
}

Test(escalation, a_word_that_has_no_effect_is_recorded)
{
    begin();
    give_order((struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = 77});
    say(FO_ORDER_ACKNOWLEDGE, 60);
    say(FO_ORDER_RESOLVE, CHIEF);
    cr_assert_eq(seen_count(FO_REASON_ACKNOWLEDGE_IGNORED), 3,
                 "unknown incident, unknown person, and what only facts can end");
    cr_assert_eq(it()->branches[0].acked_by, FO_NONE);
}

Test(escalation, somebody_outside_the_contact_network_stops_nobody)
{
    struct fo_policy policy = fixture_policy();
    policy.persons[HEAD].roles = 1U << 20;
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    say(FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED));
    cr_assert_neq(it()->branches[0].next_rung_us, FO_NEVER);
}

Test(escalation, an_empty_rung_takes_no_time)
{
    struct fo_policy policy = fixture_policy();
    policy.rungs[0].roles = 1U << 20;
    policy.rungs[1].roles = 1U << 21;
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    cr_assert_eq(paged(HEAD, MAIL), 1, "in the same instant");
    cr_assert_eq(seen_count(FO_REASON_RUNG_EMPTY), 2);
}

Test(escalation, a_contact_network_with_nobody_in_it_does_not_spin)
{
    struct fo_policy policy = fixture_policy();
    policy.person_count = 0;
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(FO_HOUR);
    cr_assert_not(told(FO_COMMAND_NOTIFY));
    cr_assert_lt(seen_count(FO_REASON_LADDER_LOOPED), 12U);
}

Test(escalation, a_site_without_rungs_does_not_spin_either)
{
    struct fo_policy policy = fixture_policy();
    policy.rung_count = 0;
    policy.loop_first_us = 0;
    policy.loop_cap_us = 0; /* taken for one second */
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_lt(seen_count(FO_REASON_LADDER_LOOPED), 65U);
}

Test(escalation, one_person_in_many_roles_is_paged_once)
{
    struct fo_policy policy = fixture_policy();
    policy.persons[OFFICER].roles |= 1U << ROLE_MANAGER | 1U << ROLE_HEAD;
    policy.persons[MANAGER].roles = 1U << ROLE_HEAD;
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_until(paged(MANAGER, MAIL) == 1, 3 * FO_MINUTE + FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert_eq(it()->branches[0].rung, 2, "the rung with nobody new in it took no time");
}

Test(escalation, a_rung_that_wants_everybody_does_not_stop_at_the_first)
{
    struct fo_policy policy = fixture_policy();
    policy.rungs[0].everybody = true;
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    say(FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert_neq(it()->branches[0].next_rung_us, FO_NEVER);
    say(FO_ORDER_ACKNOWLEDGE, OFFICER);
    cr_assert_eq(it()->branches[0].next_rung_us, FO_NEVER);
}

Test(escalation, the_end_is_told_to_exactly_those_who_were_reached)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    world.notify[SMS] = FO_OUTCOME_FAILED;
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(5 * FO_SECOND);
    mark();
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(told(FO_COMMAND_NOTIFY)->notify.message, FO_MESSAGE_RECOVERED);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 1, "the officer was never reached");
}

Test(escalation, the_end_comes_by_the_channel_that_reached)
{
    world_begin();
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_gt(paged(OFFICER, SMS), 0U);
    world.notify[MAIL] = FO_OUTCOME_ACCEPTED;
    mark();
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, SMS), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 0);
}

Test(escalation, information_is_told_once_and_chases_nobody)
{
    world_begin();
    world.devices[UPS_A].status = FO_UPS(OL) | FO_UPS(RB);
    step_until(incident_of(FO_REASON_UPS_REPLACE_BATTERY), 5 * FO_SECOND);
    step_for(FO_HOUR);
    cr_assert_eq(paged(MANAGER, FO_NONE), 0);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
}

Test(escalation, a_drill_reaches_only_those_on_its_list_and_says_so)
{
    struct fo_policy policy = fixture_policy();
    policy.drill = true;
    world_begin_with(&policy);
    cr_assert_eq(look()->mode, FO_MODE_DRILL);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(30 * FO_MINUTE);
    cr_assert(look()->incidents[0].drill);
    cr_assert_gt(told_count(FO_COMMAND_NOTIFY), 0U);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY) {
            cr_assert(world.commands[i].notify.drill);
            cr_assert(policy.persons[world.commands[i].notify.person].drill);
        }
    }
}

Test(escalation, deadlines_survive_a_crash)
{
    begin();
    fo_us rung_us = it()->branches[0].next_rung_us;
    monitor_die();
    step_for(30 * FO_SECOND);
    monitor_restart();
    cr_assert_eq(it()->branches[0].next_rung_us, rung_us);
    mark();
    step_until(paged(MANAGER, MAIL) == 1, 3 * FO_MINUTE);
    cr_assert_lt(world.now_us - rung_us, FO_SECOND);
}

Test(escalation, what_was_due_while_we_were_dead_is_done_at_once)
{
    begin();
    monitor_die();
    step_for(10 * FO_MINUTE);
    mark();
    monitor_restart();
    step_for(FO_SECOND);
    cr_assert_eq(paged(MANAGER, MAIL), 1, "once, and in order");
    cr_assert_eq(paged(HEAD, FO_NONE), 0);
}

Test(escalation, a_restart_of_the_host_carries_deadlines_by_the_wall_clock)
{
    begin();
    fo_us left_us = it()->branches[0].next_rung_us - world.now_us;
    monitor_die();
    world.now_us = 20 * FO_SECOND; /* a new CLOCK_BOOTTIME; a minute has passed on the wall */
    world.wall_ms += (world.snapshot_us - world.now_us) / FO_MS + 60000;
    world.probing = false;
    world.message_count = 0;
    world.alive[0] = world.alive[1] = false;
    fo_engine_init(&world.engine, &world.policy);
    cr_assert(fo_snapshot_decode(&world.engine, world.snapshot, world.snapshot_length));
    monitor_boot(false);
    cr_assert_lt(it()->branches[0].next_rung_us - world.now_us, left_us - 58 * FO_SECOND);
    cr_assert_gt(it()->branches[0].next_rung_us - world.now_us, left_us - 62 * FO_SECOND);
}

Test(escalation, a_wall_clock_set_back_delays_nothing)
{
    begin();
    fo_us left_us = it()->branches[0].next_rung_us - world.snapshot_us;
    monitor_die();
    world.wall_ms -= 7200000;
    fo_engine_init(&world.engine, &world.policy);
    cr_assert(fo_snapshot_decode(&world.engine, world.snapshot, world.snapshot_length));
    monitor_boot(false);
    cr_assert_eq(it()->branches[0].next_rung_us - world.now_us, left_us);
}

Test(escalation, a_word_in_the_instant_of_a_worsening_counts_for_the_new_epoch)
{
    begin();
    world.engine.out = &world.out;
    world.out.record_count = world.out.command_count = 0;
    fo_condition_set(&world.engine, FO_REASON_UPS_LOW,
                     (struct fo_subject){FO_SUBJECT_DEVICE, UPS_A}, true);
    world.engine.out = NULL;
    cr_assert(it()->fresh);
    say(FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert_eq(it()->branches[0].acked_by, CHIEF);
    cr_assert_eq(it()->epoch, 2);
    cr_assert_eq(it()->branches[0].next_rung_us, FO_NEVER);
}

Test(escalation, a_word_about_what_is_over_is_recorded)
{
    begin();
    uint32_t number = it()->number;
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    give_order(
        (struct fo_order){.kind = FO_ORDER_ACKNOWLEDGE, .person = CHIEF, .incident = number});
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED));
}

Test(escalation, the_end_is_told_to_many_in_several_turns)
{
    struct fo_policy policy = fixture_policy();
    policy.person_count = 12;
    for (unsigned i = WORLD_PERSONS; i < 12; i++) {
        policy.persons[i] = policy.persons[OFFICER];
    }
    world_begin_with(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(it(), 5 * FO_SECOND);
    step_for(2 * FO_SECOND);
    mark();
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), FO_MINUTE);
    step_for(2 * FO_SECOND);
    for (uint8_t i = WORLD_PERSONS; i < 12; i++) {
        cr_assert_eq(paged(i, FO_NONE), 1);
    }
    step_until(seen(FO_REASON_INCIDENT_CLOSED), FO_MINUTE);
}

Test(escalation, a_breach_pages_all_rungs_even_when_a_dead_server_explains_it)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    host_die(0);
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_RTO_BREACHED), 70 * FO_SECOND);
    step_for(2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->branches[0].rung, 2);
    cr_assert_gt(paged(HEAD, FO_NONE), 0U);
}

Test(escalation, when_all_cannot_the_round_is_not_run_faster_than_its_interval)
{
    begin();
    for (int i = 0; i < 20; i++) {
        for (uint8_t person = 0; person < WORLD_PERSONS; person++) {
            say(FO_ORDER_CANNOT, person);
        }
        step_for(FO_SECOND);
    }
    cr_assert_leq(seen_count(FO_REASON_LADDER_LOOPED), 1U);
    cr_assert_gt(paged(HEAD, FO_NONE), 0U, "but up to the last it goes at once");
    step_for(2 * FO_MINUTE);
    cr_assert_geq(seen_count(FO_REASON_LADDER_LOOPED), 1U, "and it is not given up");
}

Test(escalation, an_acknowledgement_taken_back_at_the_top_starts_the_round_at_once)
{
    begin();
    step_until(paged(HEAD, MAIL) == 1, 7 * FO_MINUTE);
    say(FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert_eq(it()->branches[0].next_rung_us, FO_NEVER);
    say(FO_ORDER_CANNOT, HEAD);
    cr_assert(seen(FO_REASON_LADDER_LOOPED));
    cr_assert_gt(paged(CHIEF, TERMINAL), 1U);
}

Test(escalation, a_snapshot_from_later_than_now_is_of_another_clock)
{
    begin();
    fo_us left_us = it()->branches[0].next_rung_us - world.snapshot_us;
    monitor_die();
    world.wall_ms += world.now_us / FO_MS;
    world.now_us = 20 * FO_SECOND;
    world.wall_ms -= world.now_us / FO_MS;
    world.probing = false;
    world.message_count = 0;
    world.alive[0] = world.alive[1] = false;
    monitor_restart(); /* which claims that it is the same boot of the host */
    cr_assert_leq(it()->branches[0].next_rung_us - world.now_us, left_us);
    cr_assert_gt(it()->branches[0].next_rung_us - world.now_us, left_us - 5 * FO_SECOND);
    cr_assert_leq(it()->opened_us, world.now_us);
}
