/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of the contact network, each over a table or a random course of events with a virtual
 * clock; they are named after the list they come from. P16 is the roster's (config), P8's words are
 * the messages' (monitord): they stand there under the same names. */
#include "tests/lib/people_fixture.h"

static uint64_t dice = 88172645463325252ULL;
static unsigned throw_die(unsigned sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice % sides);
}

static bool channel_works(unsigned channel)
{
    bool lines = world.policy.channels[channel].needs_lines != 0;
    return (world.engine.self.channels_down >> channel & 1) == 0 && !(lines && lines_down());
}

/* Attempts by a way that can work since the mark. */
static unsigned good_attempts(void)
{
    unsigned count = 0;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        count += world.commands[i].kind == FO_COMMAND_NOTIFY &&
                         channel_works(world.commands[i].notify.channel)
                     ? 1
                     : 0;
    }
    return count;
}

Test(property, p01_a_class_2_incident_has_an_attempt_by_a_way_that_works_within_30_seconds)
{
    people_begin();
    strike(true);
    step_for(30 * FO_SECOND);
    cr_assert_geq(good_attempts(), 1U);
    cr_assert(struck()->class2);
}

Test(property, p02_the_first_rung_has_the_terminal_and_a_way_without_a_line)
{
    people_begin();
    strike(true);
    step_for(FO_SECOND);
    bool terminal = false, lineless = false;
    for (unsigned i = world.command_mark; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        if (command->kind == FO_COMMAND_NOTIFY && command->notify.rung == 0) {
            const struct fo_channel_policy *channel =
                &world.policy.channels[command->notify.channel];
            terminal = terminal || channel->kind == FO_CHANNEL_TERMINAL;
            lineless =
                lineless || (channel->needs_lines == 0 && channel->kind != FO_CHANNEL_TERMINAL);
        }
    }
    cr_assert(terminal && lineless);
}

/* Lines, mail, SMS and the servers, in all combinations; the terminal is the annunciator. */
Test(property, p03_whatever_has_failed_somebody_is_called)
{
    for (unsigned set = 0; set < 64; set++) {
        people_begin();
        if ((set & 1) != 0) {
            world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = false;
        }
        if ((set & 2) != 0) {
            world.target_ok[LINE_B][0] = world.target_ok[LINE_B][1] = false;
        }
        if ((set & 4) != 0) {
            give_self(FO_SELF_CHANNEL, MAIL, 0);
        }
        if ((set & 8) != 0) {
            give_self(FO_SELF_CHANNEL, SMS, 0);
        }
        if ((set & 16) != 0) {
            host_die(0);
        }
        if ((set & 32) != 0) {
            host_die(1);
        }
        step_for(15 * FO_SECOND);
        mark();
        strike(true);
        step_for(30 * FO_SECOND);
        cr_assert_geq(good_attempts(), 1U, "set %u", set);
        cr_assert_eq(look()->contacts_cut, (set & 8) != 0 && ((set & 4) != 0 || (set & 3) == 3),
                     "set %u", set);
    }
}

/* Killed after each step of the first minutes: nothing that was open or due is lost. */
Test(property, p04_no_crash_loses_an_incident_or_a_deadline)
{
    for (unsigned kill_at = 0; kill_at < 40; kill_at++) {
        people_begin();
        world.notify[MAIL] = kill_at % 2 == 0 ? FO_OUTCOMES : FO_OUTCOME_ACCEPTED;
        world.devices[UPS_A].status = FO_UPS(OB);
        step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
        step_for((fo_us)kill_at * 7 * FO_SECOND);
        const struct fo_incident *open = incident_of(FO_REASON_UPS_ON_BATTERY);
        uint32_t number = open->number;
        uint8_t rung = open->branches[0].rung;
        fo_us due_us = open->branches[0].next_rung_us;
        monitor_die();
        monitor_restart();
        open = incident_of(FO_REASON_UPS_ON_BATTERY);
        cr_assert_not_null(open, "kill at %u", kill_at);
        cr_assert_eq(open->number, number);
        cr_assert_geq(open->branches[0].rung, rung);
        cr_assert_leq(open->branches[0].next_rung_us, due_us);
        for (unsigned i = 0; i < FO_ATTEMPTS_MAX; i++) {
            const struct fo_attempt *attempt = &world.engine.attempts[i];
            cr_assert(attempt->state != FO_ATTEMPT_QUEUED || attempt->result_us != FO_NEVER);
        }
    }
}

Test(property, p05_a_breach_reaches_who_decides_whatever_was_said_or_is_maintained)
{
    for (unsigned set = 0; set < 4; set++) {
        people_begin();
        if ((set & 1) != 0) {
            give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                         .person = OFFICER,
                                         .second = HEAD,
                                         .server = FO_NONE,
                                         .until_us = world.now_us + FO_HOUR});
        }
        world.answers_silent = true;
        step_until(incident_of(FO_REASON_SERVICE_DOWN), 10 * FO_SECOND);
        step_for(FO_SECOND);
        for (uint8_t i = 0; (set & 2) != 0 && i < PEOPLE; i++) {
            say_about(incident_of(FO_REASON_SERVICE_DOWN), FO_ORDER_ACKNOWLEDGE, i);
        }
        step_until(child_of(FO_REASON_SERVICE_DOWN, FO_REASON_SERVICE_RTO_BREACHED), 2 * FO_MINUTE);
        mark();
        step_for(30 * FO_SECOND);
        uint64_t before = world.command_mark > 0 ? 0 : 0;
        world.command_mark = 0;
        uint8_t epoch = incident_of(FO_REASON_SERVICE_DOWN)->epoch;
        cr_assert_geq(first_pages(DECIDER, epoch, MAIL) + before, 1U, "set %u", set);
    }
}

Test(property, p06_worse_means_a_new_attempt_to_all_of_the_rungs_so_far)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_until(paged(MANAGER, MAIL) == 1, 4 * FO_MINUTE);
    say_about(incident_of(FO_REASON_UPS_ON_BATTERY), FO_ORDER_ACKNOWLEDGE, MANAGER);
    cr_assert_eq(incident_of(FO_REASON_UPS_ON_BATTERY)->epoch, 1, "a word lowers nothing");
    uint64_t called = incident_of(FO_REASON_UPS_ON_BATTERY)->paged;
    mark();
    world.devices[UPS_A].charge = 10;
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY)->epoch == 2, 15 * FO_SECOND);
    step_for(2 * FO_SECOND);
    cr_assert_eq(called & ~paged_persons(), 0, "each of them anew");
}

/* A random course of flaps, words and crashes. */
Test(property, p07_at_most_one_first_attempt_per_person_epoch_and_channel)
{
    for (unsigned course = 0; course < 20; course++) {
        unsigned crashes = 0;
        people_begin();
        strike(true);
        for (unsigned i = 0; i < 40; i++) {
            step_for((fo_us)throw_die(40) * FO_SECOND);
            if (throw_die(8) == 0 && struck() != NULL) {
                say_about(struck(), (uint8_t)(FO_ORDER_ACKNOWLEDGE + throw_die(3)),
                          (uint8_t)throw_die(PEOPLE));
            }
            if (throw_die(20) == 0 && course % 2 == 1) {
                monitor_die();
                monitor_restart();
                strike(true);
                crashes++;
            }
        }
        for (uint8_t person = 0; person < PEOPLE; person++) {
            for (uint8_t channel = 0; channel < WORLD_CHANNELS; channel++) {
                for (uint8_t epoch = 1; crashes == 0 && epoch < 4; epoch++) {
                    cr_assert_leq(first_pages(person, epoch, channel), 1U,
                                  "course %u person %u epoch %u channel %u", course, person, epoch,
                                  channel);
                }
                cr_assert_leq(first_pages(person, 1, channel), 1U + crashes);
            }
        }
    }
}

static void drill_or_not(bool drill)
{
    people_begin();
    if (drill) {
        give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                     .person = OFFICER,
                                     .second = HEAD,
                                     .value = FO_REASON_SERVICE_DOWN,
                                     .subject = {.kind = FO_SUBJECT_SERVICE, .index = CALLS},
                                     .until_us = world.now_us + FO_HOUR});
        give_tick();
    } else {
        strike(true);
    }
    step_for(20 * FO_MINUTE);
}

Test(property, p08_a_drill_is_marked_in_each_page_and_nothing_else_is)
{
    for (unsigned drill = 0; drill < 2; drill++) {
        drill_or_not(drill == 1);
        cr_assert_geq(told_count(FO_COMMAND_NOTIFY), 5U);
        for (unsigned i = world.command_mark; i < world.command_count; i++) {
            cr_assert(world.commands[i].kind != FO_COMMAND_NOTIFY ||
                      world.commands[i].notify.drill == (drill == 1));
        }
    }
}

Test(property, p09_a_drill_reaches_only_its_list_and_nobody_outside_without_a_gate_record)
{
    struct fo_policy policy = people_policy();
    policy.persons[MANAGER].drill = policy.persons[TEAM].drill = false;
    people_begin_with(&policy);
    give_order((struct fo_order){.kind = FO_ORDER_DRILL_BEGIN,
                                 .person = OFFICER,
                                 .second = HEAD,
                                 .value = FO_REASON_SERVICE_DOWN,
                                 .subject = {.kind = FO_SUBJECT_SERVICE, .index = CALLS},
                                 .until_us = world.now_us + 4 * FO_HOUR});
    step_for(2 * FO_HOUR);
    cr_assert_eq(paged_persons() & (person_bit(MANAGER) | person_bit(TEAM)), 0);
    cr_assert_neq(paged_persons() & person_bit(DECIDER), 0, "the others all in the end");
    cr_assert_not(seen(FO_REASON_OUTSIDE_CALLED));
    cr_assert_not(seen(FO_REASON_OUTSIDE_PROMPTED));
}

Test(property, p10_what_needs_two_persons_has_two_or_is_told_to_who_decides)
{
    static const uint8_t kinds[] = {FO_ORDER_SWITCH, FO_ORDER_MAINTENANCE_BEGIN,
                                    FO_ORDER_DRILL_BEGIN, FO_ORDER_ADOPT_LADDER};
    people_begin();
    for (unsigned i = 0; i < sizeof kinds; i++) {
        for (unsigned second = 0; second < 3; second++) {
            static const uint8_t seconds[] = {FO_NONE, OFFICER, 200};
            mark();
            give_order((struct fo_order){.kind = kinds[i],
                                         .person = OFFICER,
                                         .second = seconds[second],
                                         .server = 1,
                                         .until_us = world.now_us + FO_MINUTE,
                                         .value = FO_REASON_DRILL});
            cr_assert(seen(FO_REASON_ORDER_REFUSED), "kind %u second %u", kinds[i], second);
        }
    }
    mark();
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = OFFICER,
                                 .second = FO_NONE,
                                 .server = 1,
                                 .alone = true,
                                 .until_us = world.now_us + FO_MINUTE});
    cr_assert(seen(FO_REASON_OPERATOR_ORDER), "one person, for a reason given");
    step_for(FO_SECOND);
    cr_assert_not_null(incident_of(FO_REASON_BREAK_GLASS));
    cr_assert_geq(paged(DECIDER, MAIL), 1U, "and nobody can suppress that");
}

Test(property, p14_a_class_2_child_is_told_within_the_longest_acknowledgement)
{
    people_begin();
    world.devices[UPS_A].status = FO_UPS(OB);
    step_until(incident_of(FO_REASON_UPS_ON_BATTERY), 5 * FO_SECOND);
    step_for(FO_SECOND);
    for (uint8_t i = 0; i < PEOPLE; i++) {
        say_about(incident_of(FO_REASON_UPS_ON_BATTERY), FO_ORDER_ACKNOWLEDGE, i);
    }
    world.devices[UPS_A].charge = 10;
    step_until(child_of(FO_REASON_UPS_ON_BATTERY, FO_REASON_UPS_LOW), 15 * FO_SECOND);
    mark();
    const struct fo_incident *root = incident_of(FO_REASON_UPS_ON_BATTERY);
    cr_assert(root->active && root->severity <= 1, "open, and as grave");
    step_for(world.policy.acknowledge_us);
    cr_assert_neq(paged_persons(), 0);
}

/* Many alarms of few roots: pages follow the roots. */
Test(property, p15_pages_per_person_are_bounded_by_roots_not_by_alarms)
{
    people_begin();
    for (unsigned i = 0; i < 400; i++) {
        world.devices[UPS_A].answers = throw_die(2) == 0;
        world.devices[UPS_B].answers = throw_die(2) == 0;
        world.devices[GENERATOR].answers = throw_die(2) == 0;
        world.target_ok[LINE_A][0] = world.target_ok[LINE_A][1] = throw_die(2) == 0;
        fixture_probe_all();
        step_for(100 * FO_MS);
        for (unsigned j = 0; j < FO_INCIDENTS_MAX; j++) {
            if (world.engine.incidents[j].state == FO_INCIDENT_OPEN &&
                world.engine.incidents[j].branches[0].acked_by == FO_NONE) {
                say_about(&world.engine.incidents[j], FO_ORDER_ACKNOWLEDGE, CHIEF);
            }
        }
    }
    unsigned roots = seen_count(FO_REASON_INCIDENT_OPENED) + seen_count(FO_REASON_INCIDENT_EPOCH);
    cr_assert_geq(roots, 1U);
    cr_assert_leq(paged(CHIEF, FO_NONE), 3 * roots, "%u roots", roots);
}

Test(property, p17_unanswered_means_attempts_for_ever_at_bounded_intervals)
{
    people_begin();
    strike(true);
    step_until(seen(FO_REASON_LADDER_LOOPED), 30 * FO_MINUTE);
    for (unsigned hour = 0; hour < 12; hour++) {
        for (unsigned sixth = 0; sixth < 6; sixth++) {
            mark();
            step_for(10 * FO_MINUTE + 5 * FO_SECOND);
            cr_assert_geq(told_count(FO_COMMAND_NOTIFY), 1U, "hour %u", hour);
        }
    }
}

Test(property, p18_the_end_goes_to_exactly_those_who_were_reached)
{
    for (unsigned course = 0; course < 20; course++) {
        people_begin();
        world.notify[MAIL] = throw_die(2) == 0 ? FO_OUTCOME_FAILED : FO_OUTCOME_ACCEPTED;
        world.notify[SMS] = throw_die(2) == 0 ? FO_OUTCOME_FAILED : FO_OUTCOME_ACCEPTED;
        strike(true);
        step_for((fo_us)throw_die(900) * FO_SECOND);
        uint64_t reached = 0, told = 0;
        for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
            reached |= struck()->accepted[i];
        }
        world.notify[MAIL] = world.notify[SMS] = FO_OUTCOME_ACCEPTED;
        mark();
        strike(false);
        step_for(3 * FO_MINUTE);
        for (unsigned i = world.command_mark; i < world.command_count; i++) {
            const struct fo_command *command = &world.commands[i];
            if (command->kind == FO_COMMAND_NOTIFY &&
                command->notify.message == FO_MESSAGE_RECOVERED) {
                told |= person_bit(command->notify.person);
            } else if (command->kind == FO_COMMAND_NOTIFY) {
                reached |= person_bit(command->notify.person); /* paged while it was ending */
            }
        }
        cr_assert_eq(told, reached, "course %u", course);
    }
}

Test(property, p20_maintenance_takes_no_attempt_away_from_what_people_need)
{
    for (unsigned scope = 0; scope < 3; scope++) {
        people_begin();
        give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                     .person = OFFICER,
                                     .second = HEAD,
                                     .server = scope < 2 ? (uint8_t)scope : FO_NONE,
                                     .until_us = world.now_us + FO_HOUR});
        mark();
        world.answers_silent = true; /* nobody answers the calls */
        step_until(incident_of(FO_REASON_SERVICE_DOWN), 10 * FO_SECOND);
        step_for(5 * FO_SECOND);
        cr_assert_geq(good_attempts(), 1U, "scope %u", scope);
    }
}

/* P17 once more: two have taken it one after the other, and then nobody has. */
static void taken_by_two(void)
{
    struct fo_policy policy = people_policy();
    policy.acknowledge_us = 2 * FO_MINUTE;
    policy.loop_first_us = FO_MINUTE;
    for (unsigned i = 0; i < policy.rung_count; i++) {
        policy.rungs[i].wait_us = FO_MINUTE;
    }
    people_begin_with(&policy);
    strike(true);
    step_for(FO_SECOND);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, CHIEF);
    step_for(10 * FO_SECOND);
    say_about(struck(), FO_ORDER_ACKNOWLEDGE, HEAD);
    mark();
}

Test(property, p17_who_said_yes_before_the_one_whose_yes_is_over_is_called_again)
{
    taken_by_two();
    step_for(10 * FO_MINUTE);
    cr_assert_gt(paged_about(struck(), CHIEF, TERMINAL), 0U);
}

Test(property, p17_who_said_yes_before_the_one_who_cannot_any_more_is_called_again)
{
    taken_by_two();
    say_about(struck(), FO_ORDER_CANNOT, HEAD);
    mark();
    step_for(10 * FO_MINUTE);
    cr_assert_gt(paged_about(struck(), CHIEF, TERMINAL), 0U);
}

Test(property, p17_who_said_yes_before_the_one_who_has_left_is_called_again)
{
    taken_by_two();
    duty.on[ROLE_HEAD] = 0;
    give_roster();
    mark();
    step_for(10 * FO_MINUTE);
    cr_assert_gt(paged_about(struck(), CHIEF, TERMINAL), 0U);
}
