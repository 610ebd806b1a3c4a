/* SPDX-License-Identifier: Apache-2.0 */
/* The edge cases of the contact network, second half: answers, breaches, flapping, maintenance,
 * drills, channels that lie, edits under way, hand-made entries. */
#include "tests/lib/people_fixture.h"

#include "failover/merge.h"

Test(edge, e20_an_answer_to_the_first_epoch_does_not_silence_the_second)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
    world.devices[UPS_A].charge = 10;
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY)->epoch == 2, 15 * FO_SECOND);
    mark();
    answer_page(incident_of(FO_REASON_UPS_ON_BATTERY), CHIEF, 1, 0);
    cr_assert(seen(FO_REASON_ACKNOWLEDGE_OLD), "the sender is told so");
    cr_assert_not(is_stopped(incident_of(FO_REASON_UPS_ON_BATTERY), 0));
    answer_page(incident_of(FO_REASON_UPS_ON_BATTERY), CHIEF, 2, 0);
    cr_assert(is_stopped(incident_of(FO_REASON_UPS_ON_BATTERY), 0));
}

Test(edge, e21_all_rungs_exhausted_it_goes_round_for_ever)
{
    people_begin();
    strike(true);
    step_until(seen(FO_REASON_LADDER_LOOPED), 30 * FO_MINUTE);
    mark();
    step_for(6 * FO_HOUR);
    fo_us longest_us = 0;
    unsigned rounds = 0;
    for (unsigned i = world.record_mark; i < world.record_count; i++) {
        if (world.records[i].reason == FO_REASON_LADDER_LOOPED) {
            longest_us = world.records[i].b > longest_us ? world.records[i].b : longest_us;
            rounds++;
        }
    }
    cr_assert_eq(longest_us, 10 * FO_MINUTE);
    cr_assert_geq(rounds, 30U);
    cr_assert_geq(paged(CHIEF, TERMINAL), 30U);
    cr_assert_geq(paged(CHIEF, SMS), 30U, "by all channels");
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    cr_assert(is_stopped(struck(), 0));
}

Test(edge, e22_everybody_has_acknowledged_and_the_time_runs_out)
{
    people_begin();
    world.answers_silent = true;
    step_until(incident_of(FO_REASON_SERVICE_DOWN), 10 * FO_SECOND);
    step_for(FO_SECOND);
    for (uint8_t i = 0; i < PEOPLE; i++) {
        say_about(incident_of(FO_REASON_SERVICE_DOWN), FO_ORDER_ACKNOWLEDGE, i);
    }
    mark();
    step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), 2 * FO_MINUTE);
    step_for(FO_SECOND);
    cr_assert_geq(paged(DECIDER, MAIL), 1U);
    cr_assert(seen(FO_REASON_OUTSIDE_PROMPTED), "and the vendor should be called");
    step_for(20 * FO_MINUTE);
    cr_assert_geq(paged(DECIDER, MAIL), 2U, "until who decides has answered");
}

Test(edge, e23_a_line_that_flaps_is_one_page_and_one_more_that_says_so)
{
    people_begin();
    for (unsigned i = 0; i < 12; i++) {
        give_self(FO_SELF_ANSWERS, 0, 2);
        step_for(25 * FO_SECOND);
        give_self(FO_SELF_ANSWERS, 0, 1);
        step_for(25 * FO_SECOND);
    }
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_OPENED), 1);
    cr_assert_eq(seen_count(FO_REASON_INCIDENT_UNSTABLE), 1);
    cr_assert_eq(struck()->epoch, 2);
    cr_assert_eq(first_pages(CHIEF, 1, TERMINAL), 1);
    cr_assert_eq(first_pages(CHIEF, 2, TERMINAL), 1);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_notify *notify = &world.commands[i].notify;
        if (world.commands[i].kind == FO_COMMAND_NOTIFY && notify->person == CHIEF &&
            notify->epoch == 2 && notify->message != FO_MESSAGE_REMINDER) {
            cr_assert_eq(notify->message, FO_MESSAGE_UNSTABLE);
        }
    }
    step_for(5 * FO_MINUTE);
    cr_assert_not(seen(FO_REASON_INCIDENT_RECOVERED), "not before it has been calm");
    step_until(seen(FO_REASON_INCIDENT_RECOVERED), 10 * FO_MINUTE);
}

Test(edge, e23_a_line_that_flaps_is_not_returned_to)
{
    people_begin();
    for (unsigned i = 0; i < 6; i++) {
        world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
        step_until(world.engine.lines[LINE_A].state == FO_STATE_DOWN, 10 * FO_SECOND);
        world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = true;
        step_until(world.engine.lines[LINE_A].state != FO_STATE_DOWN, 10 * FO_SECOND);
    }
    cr_assert(is_blocked(FO_REASON_BLOCKED_LINE_FLAPPING));
    step_for(5 * FO_MINUTE);
    cr_assert_eq(world.engine.route.active, LINE_B);
}

Test(edge, e24_what_is_over_before_anybody_was_told_is_told_as_such)
{
    people_begin();
    give_self(FO_SELF_STALL, 0, 5 * FO_SECOND); /* something that has happened and is over */
    step_for(FO_SECOND);
    cr_assert(seen(FO_REASON_INCIDENT_OPENED));
    cr_assert_eq(page_to(CHIEF)->message, FO_MESSAGE_BRIEF);
    unsigned pages = told_count(FO_COMMAND_NOTIFY);
    step_for(FO_HOUR);
    cr_assert_leq(told_count(FO_COMMAND_NOTIFY), pages + 2, "told once; nobody is chased");
    cr_assert(seen(FO_REASON_INCIDENT_CLOSED));
}

Test(edge, e25_maintenance_of_the_standby_and_the_active_dies)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = 1,
                                 .until_us = world.now_us + FO_HOUR});
    host_die(1);
    step_for(FO_MINUTE);
    mark();
    host_die(0);
    step_until(incident_of(FO_REASON_BOTH_SERVERS_DEAD) != NULL ||
                   incident_of(FO_REASON_SERVICE_DOWN) != NULL ||
                   child_of(FO_REASON_SERVER_DEAD, FO_REASON_SERVICE_DOWN),
               20 * FO_SECOND);
    step_for(2 * FO_SECOND);
    cr_assert_null(told(FO_COMMAND_CHOOSE), "nothing moves to what is being worked on");
    cr_assert_not_null(page_to(CHIEF), "and it is told at once");
}

Test(edge, e26_a_window_that_ends_with_the_work_unfinished)
{
    people_begin();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = 1,
                                 .until_us = world.now_us + 10 * FO_MINUTE});
    host_die(1);
    step_for(9 * FO_MINUTE);
    mark();
    step_until(incident_of(FO_REASON_MAINTENANCE_OVERRUN) ||
                   child_of(FO_REASON_SERVER_DEAD, FO_REASON_MAINTENANCE_OVERRUN),
               2 * FO_MINUTE);
    step_for(FO_SECOND);
    cr_assert_not_null(page_to(CHIEF));
    cr_assert_neq(world.engine.inhibit.overrun_us[1], FO_NEVER, "still nothing moves to it");
    world.host_ok[1] = true;
    agent_start(1);
    step_until(world.engine.inhibit.overrun_us[1] == FO_NEVER, 2 * FO_MINUTE);
}

static void drill_begin(enum fo_reason cause)
{
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .value = cause,
                                 .until_us = world.now_us + FO_HOUR});
    give_tick();
}

Test(edge, e27_something_real_during_a_drill_ends_it_at_once)
{
    people_begin();
    drill_begin(FO_REASON_MAINS_LOST);
    step_for(2 * FO_SECOND);
    const struct fo_incident *drill = incident_of(FO_REASON_MAINS_LOST);
    cr_assert(drill->drill);
    cr_assert(page_to(CHIEF)->drill);
    say_about(drill, FO_ORDER_ACKNOWLEDGE, CHIEF);
    mark();
    strike(true);
    cr_assert(seen(FO_REASON_DRILL_ABORTED));
    cr_assert_not_null(struck());
    cr_assert_not(struck()->drill);
    bool real = false, aborted = false;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_notify *notify = &world.commands[i].notify;
        if (world.commands[i].kind == FO_COMMAND_NOTIFY) {
            cr_assert_not(notify->drill, "not one more byte of the drill");
            real = real || (notify->message == FO_MESSAGE_OPENED && notify->person == CHIEF);
            aborted = aborted || (notify->message == FO_MESSAGE_ABORTED && notify->person == CHIEF);
        }
    }
    cr_assert(real, "in the same instant");
    step_for(FO_SECOND);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        aborted = aborted || (world.commands[i].kind == FO_COMMAND_NOTIFY &&
                              world.commands[i].notify.message == FO_MESSAGE_ABORTED);
    }
    cr_assert(aborted);
    cr_assert_not(is_stopped(struck(), 0), "a drill's acknowledgement counts for nothing real");
    mark();
    drill_begin(FO_REASON_DRILL);
    cr_assert(seen_why(FO_REASON_ORDER_REFUSED, FO_REASON_BLOCKED_IN_PROGRESS));
}

Test(edge, e28_every_page_of_a_drill_says_so_and_no_other)
{
    people_begin();
    drill_begin(FO_REASON_MAINS_LOST);
    step_for(30 * FO_MINUTE);
    cr_assert_geq(told_count(FO_COMMAND_NOTIFY), 5U);
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        cr_assert(world.commands[i].kind != FO_COMMAND_NOTIFY || world.commands[i].notify.drill);
    }
}

Test(edge, e30_a_service_at_its_limit_is_no_failure)
{
    people_begin();
    for (unsigned i = 0; i < 5; i++) {
        give((struct fo_event){.kind = FO_EVENT_PROBE,
                               .probe = {.kind = FO_PROBE_SERVICE,
                                         .index = CALLS,
                                         .quality = FO_GOOD,
                                         .ok = true,
                                         .reason = FO_REASON_OVERLOADED,
                                         .rtt_us = 900 * FO_MS}});
        give_tick();
    }
    cr_assert_not_null(incident_of(FO_REASON_SERVICE_OVERLOADED));
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
    cr_assert_null(told(FO_COMMAND_CHOOSE));
    cr_assert_eq(first_pages(CHIEF, 1, TERMINAL), 1);
}

Test(edge, e31_accepted_but_never_delivered_goes_to_the_next_channel)
{
    struct fo_policy policy = people_policy();
    policy.channels[SMS].delivery_us = 90 * FO_SECOND;
    for (unsigned i = 0; i < PEOPLE; i++) {
        policy.persons[i].channels[0] = SMS;
        policy.persons[i].channels[1] = TERMINAL;
        policy.persons[i].channel_wait_us = 10 * FO_MINUTE;
    }
    people_begin_with(&policy);
    strike(true);
    step_for(80 * FO_SECOND);
    cr_assert_eq(paged(OFFICER, TERMINAL), 0);
    step_until(seen_why(FO_REASON_ATTEMPT_FAILED, FO_REASON_NOT_DELIVERED), 20 * FO_SECOND);
    step_for(100 * FO_MS);
    cr_assert_eq(paged(OFFICER, TERMINAL), 1, "long before its usual turn");
}

Test(edge, e31_a_report_of_delivery_lets_it_wait)
{
    struct fo_policy policy = people_policy();
    policy.channels[SMS].delivery_us = 90 * FO_SECOND;
    for (unsigned i = 0; i < PEOPLE; i++) {
        policy.persons[i].channels[0] = SMS;
        policy.persons[i].channels[1] = TERMINAL;
        policy.persons[i].channel_wait_us = 10 * FO_MINUTE;
    }
    people_begin_with(&policy);
    strike(true);
    step_for(10 * FO_SECOND);
    for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
        const struct fo_attempt *attempt = &world.engine.attempts[i];
        if (attempt->state == FO_ATTEMPT_ACCEPTED) {
            give((struct fo_event){
                .kind = FO_EVENT_RESULT,
                .result = {.key = attempt->key, .outcome = FO_OUTCOME_DELIVERED}});
        }
    }
    cr_assert(seen(FO_REASON_ATTEMPT_DELIVERED));
    step_for(2 * FO_MINUTE);
    cr_assert_eq(paged(OFFICER, TERMINAL), 0);
    cr_assert_not(is_stopped(struck(), 0), "delivered is not acknowledged");
}

Test(edge, e32_a_channel_found_hanging_is_not_waited_for)
{
    people_begin();
    world.notify[MAIL] = FO_OUTCOMES; /* it takes everything and says nothing */
    step_for(FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OB);
    world.policy.services[CALLS].availability_class = 2;
    strike(true);
    step_for(FO_SECOND);
    mark();
    give_self(FO_SELF_CHANNEL, MAIL, 0); /* the age of its outbox says so */
    step_for(FO_SECOND);
    cr_assert(seen(FO_REASON_INCIDENT_OPENED), "an incident of its own");
    cr_assert_eq(seen(FO_REASON_INCIDENT_OPENED)->why, FO_REASON_CHANNEL_DOWN);
    step_until(paged(MANAGER, SMS) == 1, 4 * FO_MINUTE);
    cr_assert_eq(paged(MANAGER, MAIL), 0);
}

Test(edge, e33_without_its_lamp_a_room_still_has_its_bell)
{
    struct fo_policy policy = people_policy();
    policy.channels[MAIL].kind = FO_CHANNEL_TOWER;
    policy.channels[MAIL].needs_lines = 0;
    policy.persons[CHIEF].channels[0] = MAIL;
    policy.persons[CHIEF].channels[1] = TERMINAL;
    people_begin_with(&policy);
    world.notify[MAIL] = FO_OUTCOME_FAILED;
    strike(true);
    step_for(2 * FO_SECOND);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1, "at once, not after the lamp's turn");
    give_self(FO_SELF_CHANNEL, MAIL, 0);
    cr_assert(incident_of(FO_REASON_CHANNEL_DOWN));
}

/* An incident that outlives a restart. */
static void battery(void)
{
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
}

/* The engine knows no number: whoever sends looks it up at the instant of sending. */
Test(edge, e34_a_number_changed_under_way_is_used_by_the_next_attempt)
{
    people_begin();
    battery();
    uint32_t number = incident_of(FO_REASON_UPS_ON_BATTERY)->number;
    monitor_die();
    mark();
    monitor_restart(); /* with the new number in the site file */
    step_until(paged(MANAGER, MAIL) == 1, 4 * FO_MINUTE);
    cr_assert_eq(page_to(MANAGER)->incident, number, "the ladder goes on where it was");
}

Test(edge, e35_an_incident_keeps_the_contact_network_it_began_with)
{
    people_begin();
    battery();
    monitor_die();
    world.policy.rungs[1] =
        (struct fo_rung_policy){.roles = 1U << ROLE_TEAM, .wait_us = 30 * FO_SECOND};
    world.policy.rungs[0].wait_us = 10 * FO_SECOND;
    mark();
    monitor_restart();
    cr_assert(seen(FO_REASON_LADDER_KEPT));
    step_for(FO_MINUTE);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->branches[0].rung, 0,
                 "its old wait of three minutes");
    give_order(
        (struct fo_order){.kind = FO_ORDER_ADOPT_LADDER, .person = OFFICER, .second = FO_NONE});
    cr_assert(seen(FO_REASON_ORDER_REFUSED), "one person does not change it");
    give_order((struct fo_order){.kind = FO_ORDER_ADOPT_LADDER, .person = OFFICER, .second = HEAD});
    cr_assert(seen(FO_REASON_LADDER_ADOPTED));
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->ladder, world.engine.ladder);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY)->branches[0].rung == 1, 3 * FO_MINUTE);
}

Test(edge, e36_two_monitors_that_were_cut_apart_make_one_incident_again)
{
    static struct fo_engine other;
    people_begin();
    strike(true);
    step_for(FO_SECOND);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    other = world.engine;
    people_begin();
    strike(true);
    step_for(FO_SECOND);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, OFFICER);
    ((struct fo_incident *)(uintptr_t)struck())->epoch = 2;
    struct fo_incident both = *struck();
    for (unsigned i = 0; i < FO_INCIDENTS_MAX; i++) {
        if (other.incidents[i].cause == FO_REASON_TWO_ANSWERS) {
            cr_assert(fo_merge_same(&both, &other.incidents[i]));
            fo_merge(&both, &other.incidents[i]);
        }
    }
    cr_assert_eq(both.epoch, 2, "the higher epoch");
    cr_assert_eq(both.acked, person_bit(CHIEF) | person_bit(OFFICER), "both words");
    cr_assert_eq(both.number, struck()->number, "the same number");
}

Test(edge, e37_a_fault_reported_by_hand_is_offered_to_be_merged_and_called_all_the_same)
{
    people_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(incident_of(FO_REASON_LINE_DOWN), 10 * FO_SECOND);
    step_for(FO_SECOND);
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_REPORT,
                                 .person = CHIEF,
                                 .subject = {.kind = FO_SUBJECT_LINE, .index = LINE_A}});
    const struct fo_incident *report = incident_of(FO_REASON_REPORTED);
    cr_assert_not_null(report);
    cr_assert_eq(seen(FO_REASON_MERGE_OFFERED)->b, incident_of(FO_REASON_LINE_DOWN)->number);
    step_for(FO_SECOND);
    cr_assert_eq(page_to(OFFICER)->incident, report->number);
    give_order((struct fo_order){.kind = FO_ORDER_MERGE,
                                 .person = CHIEF,
                                 .incident = report->number,
                                 .value = incident_of(FO_REASON_LINE_DOWN)->number});
    cr_assert_null(incident_of(FO_REASON_REPORTED));
    cr_assert_not_null(incident_of(FO_REASON_LINE_DOWN));
}

Test(edge, e38_somebody_outside_is_called_by_a_person_and_never_in_a_drill)
{
    people_begin();
    world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
    step_until(incident_of(FO_REASON_LINE_DOWN), 10 * FO_SECOND);
    step_for(FO_SECOND);
    cr_assert(seen(FO_REASON_OUTSIDE_PROMPTED));
    cr_assert_not(seen(FO_REASON_OUTSIDE_CALLED), "never by itself");
    give_order((struct fo_order){.kind = FO_ORDER_OUTSIDE,
                                 .person = OFFICER,
                                 .incident = incident_of(FO_REASON_LINE_DOWN)->number,
                                 .value = 2});
    cr_assert_eq(seen(FO_REASON_OUTSIDE_CALLED)->person, OFFICER);
    cr_assert_eq(seen(FO_REASON_OUTSIDE_CALLED)->b, 2);
    people_begin();
    drill_begin(FO_REASON_LINE_DOWN);
    step_for(FO_SECOND);
    mark();
    give_order((struct fo_order){
        .kind = FO_ORDER_OUTSIDE, .person = OFFICER, .incident = world.engine.last_number});
    cr_assert(seen(FO_REASON_ORDER_REFUSED));
    cr_assert_not(seen(FO_REASON_OUTSIDE_CALLED));
}

Test(edge, a_room_that_is_all_drill_has_no_drill_within)
{
    struct fo_policy policy = people_policy();
    policy.drill = true;
    people_begin_with(&policy);
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = CHIEF,
                                 .second = DECIDER,
                                 .value = FO_REASON_DRILL,
                                 .until_us = world.now_us + FO_HOUR});
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_DRILL);
    cr_assert_not(seen(FO_REASON_DRILL_STARTED), "nothing would ever end it");
}
