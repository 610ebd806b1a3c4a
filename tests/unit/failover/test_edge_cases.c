/* SPDX-License-Identifier: Apache-2.0 */
/* The edge cases of the contact network, first half: storms of alarms, dead lines, crashes, clocks,
 * shifts and persons. Each is named after its line in the list of 38; those that are the words',
 * the channels' or the configuration's stand in their rooms under the same names. */
#include "tests/lib/people_fixture.h"

Test(edge, e01_one_power_loss_is_one_incident_and_one_page_per_person)
{
    people_begin();
    world.devices[UPS_A].status = world.devices[UPS_B].status = FO_UPS(OB);
    world.devices[SWITCH].mains_v = 0;
    step_until(incident_of(FO_REASON_MAINS_LOST), 5 * FO_SECOND);
    world.devices[UPS_A].runtime_s = world.devices[UPS_B].runtime_s = 100; /* they are dying */
    step_for(10 * FO_SECOND);
    both_lines(false);
    step_for(10 * FO_SECOND);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        const struct fo_incident *open = &world.engine.incidents[i];
        cr_expect(open->state != FO_INCIDENT_OPEN || open->cause == FO_REASON_MAINS_LOST, "%s",
                  fo_reason_name(open->cause));
    }
    cr_assert_eq(open_incidents(), 1);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_LOW));
    uint8_t epoch = incident_of(FO_REASON_MAINS_LOST)->epoch;
    for (uint8_t i = 1; i <= epoch; i++) {
        cr_assert_leq(first_pages(CHIEF, i, TERMINAL), 1U);
        cr_assert_leq(first_pages(OFFICER, i, MAIL), 1U);
    }
    cr_assert_leq(epoch, 4, "lost, dying, both lines");
}

Test(edge, e02_a_line_alarm_before_its_power_cause_keeps_its_number)
{
    people_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(incident_of(FO_REASON_LINE_DOWN), 5 * FO_SECOND);
    uint32_t number = incident_of(FO_REASON_LINE_DOWN)->number;
    world.devices[UPS_A].status = FO_UPS(OFF); /* what fed the line is off */
    step_until(seen(FO_REASON_INCIDENT_REPARENTED), 10 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (world.engine.incidents[i].state == FO_INCIDENT_OPEN) {
            cr_assert_eq(world.engine.incidents[i].number, number);
            cr_assert_neq(world.engine.incidents[i].cause, FO_REASON_LINE_DOWN);
        }
    }
}

Test(edge, e03_what_is_left_of_a_closed_root_is_paged_by_itself)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    world.devices[UPS_A].runtime_s = 100;
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(8 * FO_SECOND);
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_LINE_DOWN), 10 * FO_SECOND);
    mark();
    world.devices[UPS_A].status = FO_UPS(OL);
    world.devices[UPS_A].runtime_s = 2400;
    step_until(incident_of(FO_REASON_LINE_DOWN), 30 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_not_null(page_to(CHIEF));
    cr_assert_eq(page_to(CHIEF)->incident, incident_of(FO_REASON_LINE_DOWN)->number);
}

Test(edge, e04_a_graver_child_is_not_hidden_behind_a_lesser_root)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->severity, 3);
    say_about(incident_of(FO_REASON_UPS_ON_BATTERY), FO_ORDER_ACKNOWLEDGE, CHIEF);
    mark();
    world.devices[UPS_A].charge = 10;
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_LOW), 15 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->severity, 1);
    cr_assert_eq(page_to(CHIEF)->message, FO_MESSAGE_WORSENED);
    cr_assert_eq(page_to(CHIEF)->epoch, 2);
}

Test(edge, e05_both_lines_down_all_that_needs_none_at_once_and_mail_later)
{
    struct fo_policy policy = people_policy();
    policy.channels[MAIL].hold_us = FO_HOUR;
    people_begin_with(&policy);
    both_lines(false);
    step_until(lines_down(), 10 * FO_SECOND);
    step_for(2 * FO_SECOND);
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, SMS), 1, "at once");
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(CHIEF, SMS), 1, "all of it at once");
    cr_assert_eq(paged(OFFICER, MAIL), 0, "mail waits for a line");
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    mark();
    both_lines(true);
    step_until(!lines_down(), 10 * FO_SECOND);
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged_about(struck(), OFFICER, MAIL), 0,
                 "somebody has taken it: nothing is sent late");
}

Test(edge, e05_what_waited_for_a_line_says_that_it_is_late)
{
    struct fo_policy policy = people_policy();
    policy.channels[MAIL].hold_us = FO_HOUR;
    people_begin_with(&policy);
    both_lines(false);
    step_until(lines_down(), 10 * FO_SECOND);
    step_for(2 * FO_SECOND);
    mark();
    strike(true);
    step_for(FO_SECOND);
    both_lines(true);
    step_until(paged_about(struck(), OFFICER, MAIL) == 1, 20 * FO_SECOND);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        cr_assert(command->kind != FO_COMMAND_NOTIFY || command->notify.channel != MAIL ||
                  command->notify.delayed);
    }
}

Test(edge, e06_nobody_outside_in_reach_is_a_state_of_its_own)
{
    people_begin();
    give_self(FO_SELF_CHANNEL, SMS, 0);
    cr_assert_not(look()->contacts_cut);
    both_lines(false);
    step_until(look()->contacts_cut, 15 * FO_SECOND);
    strike(true);
    step_for(FO_SECOND);
    cr_assert_geq(paged(CHIEF, TERMINAL), 1U, "the annunciator is left");
    unsigned before = paged(CHIEF, TERMINAL);
    step_for(30 * FO_MINUTE);
    cr_assert_geq(paged(CHIEF, TERMINAL), before + 2, "and repeats");
    /* the call tree: each tick is a record, and a word taken by telephone counts */
    give_order((struct fo_order){.kind = FO_ORDER_CALLED,
                                 .person = CHIEF,
                                 .second = MANAGER,
                                 .value = FO_CALLED_TAKEN,
                                 .incident = struck()->number});
    cr_assert(seen(FO_REASON_CALLED_BY_HAND));
    cr_assert(is_stopped(struck(), 0));
    give_self(FO_SELF_CHANNEL, SMS, 1);
    cr_assert_not(look()->contacts_cut);
}

Test(edge, e07_a_line_that_is_not_itself_down_carries)
{
    people_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(world.engine.lines[LINE_A].state == FO_STATE_DOWN, 10 * FO_SECOND);
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(OFFICER, MAIL), 1, "one of its lines is left");
}

Test(edge, e08_a_crash_between_sending_and_its_result_repeats_once_and_says_so)
{
    people_begin();
    world.notify[MAIL] = FO_OUTCOMES;
    strike(true);
    struct fo_key key = {0};
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY &&
            world.commands[i].notify.channel == MAIL) {
            key = world.commands[i].key;
        }
    }
    cr_assert_neq(key.sequence, 0);
    monitor_die();
    mark();
    monitor_restart();
    step_for(FO_SECOND);
    unsigned same = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        if (command->kind == FO_COMMAND_NOTIFY && command->notify.channel == MAIL &&
            command->key.sequence == key.sequence && command->key.boot == key.boot) {
            same++;
            cr_assert(command->notify.resend);
        }
    }
    cr_assert_eq(same, 1);
}

Test(edge, e09_a_crash_loop_backs_off_but_never_delays_a_first_page)
{
    people_begin();
    world.notify[MAIL] = world.notify[SMS] = world.notify[TERMINAL] = FO_OUTCOMES;
    strike(true);
    unsigned again = 0;
    for (unsigned i = 0; i < 8; i++) {
        monitor_die();
        mark();
        monitor_restart();
        give_tick();
        again += seen_count(FO_REASON_ATTEMPT_REPEATED) > 0 ? 1 : 0;
        step_for(100 * FO_MS);
    }
    cr_assert_leq(again, 3U, "the same page is not sent at each of the eight starts");
    cr_assert_geq(again, 1U);
    mark();
    give_self(FO_SELF_CLOCK, 0, 0); /* something new, in the middle of it */
    give_tick();
    cr_assert_not_null(page_to(CHIEF));
    cr_assert_eq(page_to(CHIEF)->incident, incident_of(FO_REASON_MONITOR_CLOCK)->number);
    step_for(FO_MINUTE);
    mark();
    cr_assert_leq(told_count(FO_COMMAND_NOTIFY), 40U);
}

Test(edge, e10_with_a_dead_journal_pages_go_on_and_changes_are_refused)
{
    people_begin();
    give_self(FO_SELF_JOURNAL, 0, 0);
    step_for(FO_SECOND);
    cr_assert(incident_of(FO_REASON_JOURNAL_DEAD), "an incident of its own");
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_not_null(page_to(CHIEF));
    static const uint8_t changes[] = {FO_ORDER_HOLD, FO_ORDER_SWITCH, FO_ORDER_MAINTENANCE_BEGIN,
                                      FO_ORDER_DRILL_BEGIN};
    for (unsigned i = 0; i < sizeof changes; i++) {
        mark();
        give_order((struct fo_order){.kind = changes[i],
                                     .person = CHIEF,
                                     .second = HEAD,
                                     .server = 1,
                                     .until_us = world.now_us + FO_MINUTE});
        cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_JOURNAL));
    }
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert(is_stopped(struck(), 0), "a person's word still counts");
}

Test(edge, e11_a_step_of_the_clock_skips_no_rung_and_delays_none)
{
    static const int64_t steps_ms[] = {2 * 3600 * 1000, -2 * 3600 * 1000};
    for (unsigned i = 0; i < 2; i++) {
        people_begin();
        strike(true);
        fo_us due_us = struck()->branches[0].next_rung_us;
        step_for(FO_MINUTE);
        world.wall_ms += steps_ms[i];
        mark();
        give_tick();
        cr_assert_eq(seen(FO_REASON_CLOCK_STEPPED)->a, steps_ms[i]);
        cr_assert_eq(struck()->branches[0].next_rung_us, due_us);
        step_until(paged(MANAGER, MAIL) == 1, 3 * FO_MINUTE);
        cr_assert_leq(world.now_us - due_us, FO_SECOND);
    }
}

Test(edge, e12_in_the_overlap_both_chiefs_until_the_shift_is_handed_over)
{
    people_begin();
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B); /* 8:30 */
    duty.outgoing[ROLE_CHIEF] = person_bit(CHIEF);
    give_roster();
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(CHIEF_B, TERMINAL), 1);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert(is_stopped(struck(), 0), "his word is valid until he has handed over");
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_HANDOVER, .person = CHIEF_B});
    step_for(FO_SECOND);
    cr_assert(seen(FO_REASON_HANDED_OVER));
    cr_assert_not(is_stopped(struck(), 0));
    cr_assert_eq(page_to(CHIEF_B)->message, FO_MESSAGE_HANDOVER, "asked anew");
    cr_assert_eq(paged(CHIEF, FO_NONE), 0, "released");
    mark();
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_IGNORED));
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF_B);
    cr_assert(is_stopped(struck(), 0));
}

Test(edge, e13_at_the_end_of_a_shift_an_acknowledgement_ends_and_is_handed_over)
{
    people_begin();
    strike(true);
    step_for(FO_SECOND);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    mark();
    duty.on[ROLE_CHIEF] = person_bit(CHIEF_B);
    give_roster();
    step_for(FO_SECOND);
    const struct fo_record *ended = seen_why(FO_REASON_ACKNOWLEDGE_EXPIRED, FO_REASON_HANDED_OVER);
    cr_assert_not_null(ended);
    cr_assert_eq(ended->person, CHIEF);
    cr_assert_eq(page_to(CHIEF_B)->message, FO_MESSAGE_HANDOVER);
    cr_assert_eq(struck()->epoch, 1, "it has not become worse");
    step_until(paged(MANAGER, FO_NONE) > 0, 4 * FO_MINUTE);
}

Test(edge, e14_on_a_night_when_rungs_are_empty_they_take_no_time)
{
    people_begin();
    duty.on[ROLE_CHIEF] = duty.on[ROLE_OFFICER] = duty.on[ROLE_MANAGER] = 0;
    duty.on[ROLE_DEPUTY] = 0;
    give_roster();
    mark();
    fo_us start_us = world.now_us;
    strike(true);
    step_until(paged(HEAD, MAIL) == 1, FO_SECOND);
    cr_assert_leq(world.now_us - start_us, 100 * FO_MS, "in the same tick");
    cr_assert_geq(seen_count(FO_REASON_RUNG_EMPTY), 2U);
}

Test(edge, e15_while_the_chief_is_at_a_call_his_deputy_is_paged_at_once_as_well)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_AWAY, .person = CHIEF});
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1, "his terminal goes on");
    cr_assert_eq(paged(DEPUTY, MAIL), 1);
    give_order((struct fo_order){.kind = FO_ORDER_BACK, .person = CHIEF});
    strike(false);
    step_for(2 * FO_MINUTE);
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(DEPUTY, FO_NONE), 0);
}

/* The head is deputy of who decides and stands on two rungs. */
Test(edge, e15_somebody_else_may_say_that_the_chief_is_at_a_call)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_AWAY, .person = OFFICER, .value = 1 + CHIEF});
    strike(true);
    cr_assert((paged_persons() & person_bit(DEPUTY)) != 0);
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_AWAY, .person = OFFICER, .value = 1 + PEOPLE});
    cr_assert_not_null(seen(FO_REASON_ORDER_REFUSED));
}

Test(edge, e16_one_person_in_several_roles_has_one_page_and_one_word)
{
    struct fo_policy policy = people_policy();
    policy.persons[HEAD].roles |= 1U << ROLE_DECIDER | 1U << ROLE_MANAGER;
    policy.persons[DECIDER].roles = 0;
    people_begin_with(&policy);
    world.answers_silent = true;
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), 3 * FO_MINUTE);
    const struct fo_incident *down = incident_of(FO_REASON_SERVICE_DOWN);
    uint8_t epoch = down->epoch;
    step_for(FO_SECOND);
    cr_assert_eq(first_pages(HEAD, epoch, MAIL), 1);
    say_about(down, FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert(is_stopped(down, 0), "his one word counts for all of them");
}

Test(edge, e16_when_who_decides_is_silent_the_deputy_decides_and_it_is_recorded)
{
    people_begin();
    world.answers_silent = true;
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), 3 * FO_MINUTE);
    const struct fo_incident *down = incident_of(FO_REASON_SERVICE_DOWN);
    step_for(FO_SECOND);
    say_about(down, FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert_not(is_stopped(down, 0), "not while there is one who decides");
    step_until(seen(FO_REASON_DECIDER_ABSENT), 10 * FO_MINUTE);
    say_about(down, FO_ORDER_ACKNOWLEDGE, HEAD);
    cr_assert(is_stopped(down, 0));
}

Test(edge, e17_two_ids_of_one_human_approve_nothing)
{
    struct fo_policy policy = people_policy();
    policy.persons[TEAM].human = 1 + OFFICER;
    people_begin_with(&policy);
    give_order(
        (struct fo_order){.kind = FO_ORDER_SWITCH, .person = OFFICER, .second = TEAM, .server = 1});
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_ONE_WITNESS));
    mark();
    strike(true);
    step_for(FO_SECOND);
    cr_assert_eq(paged(TEAM, FO_NONE), 0, "and he is paged once");
    cr_assert_eq(paged(OFFICER, MAIL), 1);
}

Test(edge, e18_an_unapproved_substitute_is_called_in_addition_and_stops_nothing)
{
    people_begin();
    duty.on[ROLE_MANAGER] |= person_bit(TEAM);
    duty.on[ROLE_TEAM] = 0;
    duty.extra = person_bit(TEAM);
    give_roster();
    strike(true);
    say_about(struck(), FO_ORDER_CANNOT, CHIEF);
    step_for(FO_SECOND);
    cr_assert_eq(paged(MANAGER, MAIL), 1);
    cr_assert_eq(paged(TEAM, MAIL), 1);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, TEAM);
    cr_assert_not(is_stopped(struck(), 0));
    mark();
    give_order(
        (struct fo_order){.kind = FO_ORDER_SWITCH, .person = OFFICER, .second = TEAM, .server = 1});
    cr_assert(seen(FO_REASON_ORDER_REFUSED), "and approves nothing");
}

Test(edge, e19_unknown_wrong_and_repeated_answers_are_recorded_and_change_nothing)
{
    people_begin();
    strike(true);
    step_for(FO_SECOND);
    mark();
    answer_page(struck(), 60, 1, 0);      /* nobody */
    answer_page(struck(), CHIEF_B, 1, 0); /* not on duty */
    answer_page(struck(), CHIEF, 3, 0);   /* an epoch that has not been */
    answer_page(struck(), CHIEF, 1, 7);
    cr_assert_eq(seen_count(FO_REASON_ACKNOWLEDGE_IGNORED), 2);
    cr_assert_eq(seen_count(FO_REASON_ACKNOWLEDGE_OLD), 2);
    cr_assert_not(is_stopped(struck(), 0));
    answer_page(struck(), CHIEF, 1, 0);
    cr_assert(is_stopped(struck(), 0));
    fo_us until_us = struck()->branches[0].ack_until_us;
    step_for(FO_MINUTE);
    mark();
    answer_page(struck(), CHIEF, 1, 0); /* the same once more */
    cr_assert(seen_why(FO_REASON_ACKNOWLEDGE_IGNORED, FO_REASON_ACKNOWLEDGED));
    cr_assert_eq(struck()->branches[0].ack_until_us, until_us);
    step_until(seen(FO_REASON_ACKNOWLEDGE_EXPIRED), FO_HOUR);
    mark();
    answer_page(struck(), CHIEF, 1, 0); /* and after it has run out */
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_OLD));
    cr_assert_not(is_stopped(struck(), 0));
}
