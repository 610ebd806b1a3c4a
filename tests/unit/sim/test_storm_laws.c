/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm as a whole and of its checkers: that a seed is the same story every time, that
 * worlds are lively enough to prove something, and that the checkers see what breaks a law. */
#include "failover/reason.h"
#include "sim/storm/alarm.h"
#include "sim/storm/contact.h"
#include "sim/storm/host.h"
#include "sim/storm/paging.h"
#include "sim/storm/run.h"
#include "sim/storm/safety.h"
#include "sim/storm/shrink.h"
#include "sim/storm/trace.h"

#include <criterion/criterion.h>
#include <string.h>

#define MANY UINT64_C(10000000)

static struct storm_world world;

static void run(uint64_t seed, uint64_t allowed)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.allowed = allowed;
    storm_run(&world, seed, &plan, MANY, false);
}

/* The world of a seed without faults, stopped in the middle. */
static void begin(void)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.allowed = 0;
    plan.pairs = STORM_PAIRS_NEVER;
    storm_run(&world, 3, &plan, 20000, false);
    cr_assert_eq(world.broken.law, STORM_LAW_NONE, "%s", world.broken.text);
}

static void expect(enum storm_law law)
{
    cr_assert_eq(world.broken.law, law, "%s instead of %s", storm_law_name(world.broken.law),
                 storm_law_name(law));
}

Test(storm, a_seed_is_the_same_story_every_time)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        run(seed, UINT64_MAX);
        uint64_t hash = world.hash;
        uint64_t events = world.counts.events;
        expect(STORM_LAW_NONE);
        run(seed, UINT64_MAX);
        cr_assert_eq(world.hash, hash);
        cr_assert_eq(world.counts.events, events);
    }
}

Test(storm, seeds_differ_and_each_is_lively)
{
    struct storm_counts sum = {0};
    uint64_t last = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        run(seed, UINT64_MAX);
        cr_assert_eq(world.broken.law, STORM_LAW_NONE, "seed %llu: %s", (unsigned long long)seed,
                     world.broken.text);
        cr_assert_neq(world.hash, last);
        last = world.hash;
        sum.strikes += world.counts.strikes;
        sum.switchovers += world.counts.switchovers;
        sum.crashes += world.counts.crashes;
        sum.pages += world.counts.pages;
        sum.lapses += world.counts.lapses;
    }
    cr_expect_gt(sum.strikes, 3000);
    cr_expect_gt(sum.switchovers, 15);
    cr_expect_gt(sum.crashes, 30);
    cr_expect_gt(sum.pages, 2000);
    cr_expect_gt(sum.lapses, 10);
}

Test(storm, without_faults_the_site_is_served_from_the_start_to_the_end)
{
    unsigned whole = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        run(seed, 0);
        expect(STORM_LAW_NONE);
        cr_assert_eq(world.counts.strikes, 0);
        if (world.heal_without == FO_VOTER_NONE) { /* else a server goes for good at the end */
            whole++;
            cr_assert_eq(world.counts.switchovers, 0, "seed %llu", (unsigned long long)seed);
            cr_assert_lt(world.counts.dark_us, 30 * FO_SECOND, "seed %llu",
                         (unsigned long long)seed);
        }
    }
    cr_assert_gt(whole, 3U);
}

Test(storm, leaving_a_kind_out_does_not_move_the_strikes_of_the_others)
{
    run(1, UINT64_MAX);
    struct storm_struck first[STORM_STRUCK_MAX];
    unsigned count = world.struck_count;
    memcpy(first, world.struck, sizeof first);
    uint8_t gone = first[0].fault.kind;
    run(1, UINT64_MAX & ~STORM_FAULT_BIT(gone));
    unsigned at = 0;
    for (unsigned i = 0; i < count && at < world.struck_count; i++) {
        if (first[i].fault.kind == gone) {
            continue;
        }
        cr_assert_eq(world.struck[at].at_us, first[i].at_us);
        cr_assert_eq(world.struck[at].fault.kind, first[i].fault.kind);
        at++;
    }
    cr_assert_gt(at, 10U);
}

Test(storm, two_open_gates_are_seen)
{
    begin();
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.servers[i].gate_us = storm_clock_now(&world, &world.nodes[i]) + FO_SECOND;
        world.servers[i].alone_us = FO_NEVER;
    }
    storm_safety_gate(&world, 0);
    expect(STORM_LAW_I);
}

/* Both gates are open, server 1 on its own vote; when it knows, it has heard that the other holds.
 */
static void serve_beside_one_alone(bool knows)
{
    begin();
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.servers[i].gate_us = storm_clock_now(&world, &world.nodes[i]) + FO_SECOND;
    }
    struct storm_server *alone = &world.servers[1];
    world.servers[0].alone_us = FO_NEVER;
    alone->alone_us = world.now_us - FO_SECOND;
    alone->stuck = 0;
    alone->output.count = 1;
    alone->next_act = 1;
    alone->agent.voter.heard[0].beat.claim = FO_CLAIM_HOLD;
    alone->agent.voter.heard[0].beat.epoch = alone->agent.epoch + 1;
    world.safety.heard_us[1][0] = knows ? world.now_us : alone->alone_us;
}

Test(storm, one_that_serves_alone_and_knows_of_the_other_is_seen)
{
    serve_beside_one_alone(true);
    storm_safety_gate(&world, 0);
    expect(STORM_LAW_I);
}

Test(storm, one_that_serves_alone_and_knows_of_nobody_is_allowed)
{
    serve_beside_one_alone(false);
    storm_safety_gate(&world, 0);
    expect(STORM_LAW_NONE);
}

Test(storm, one_that_is_late_by_a_moment_with_shutting_is_allowed)
{
    serve_beside_one_alone(true);
    world.servers[1].next_act = 0;
    storm_safety_gate(&world, 0);
    expect(STORM_LAW_NONE);
}

Test(storm, gates_one_after_the_other_are_no_break)
{
    begin();
    world.servers[0].gate_us = storm_clock_now(&world, &world.nodes[0]);
    world.servers[1].gate_us = storm_clock_now(&world, &world.nodes[1]) + FO_SECOND;
    storm_safety_gate(&world, 1);
    expect(STORM_LAW_NONE);
}

Test(storm, an_epoch_of_the_other_server_is_seen)
{
    begin();
    storm_safety_promote(&world, 1, 4);
    expect(STORM_LAW_S1);
}

/* One step of the engine that left these records and commands. */
static struct fo_output out;
static void step(const struct fo_record *record, const struct fo_command *command, bool durable)
{
    struct fo_event event = {.kind = FO_EVENT_TICK, .now_us = world.daemon.last_us};
    memset(&out, 0, sizeof out);
    out.durable = durable;
    if (record != NULL) {
        out.records[out.record_count++] = *record;
    }
    if (command != NULL) {
        out.commands[out.command_count++] = *command;
    }
    storm_safety_step(&world, &event, &out);
    storm_contact_step(&world, &out);
}

static struct fo_record started(uint16_t cause, int64_t target)
{
    return (struct fo_record){
        .reason = FO_REASON_SWITCHOVER_STARTED, .why = cause, .a = target, .b = 1 - target};
}

Test(storm, a_switchover_that_people_hold_is_seen)
{
    begin();
    world.safety.book.hold = true;
    struct fo_record record = started(FO_REASON_UPS_LOW, 1);
    step(&record, NULL, true);
    expect(STORM_LAW_S3);
}

Test(storm, a_death_without_silence_is_seen)
{
    begin();
    struct fo_record record = started(FO_REASON_SERVER_DEAD, 1);
    world.safety.heard_us[FO_VOTER_M][0] = world.now_us;
    step(&record, NULL, true);
    expect(STORM_LAW_S4);
}

Test(storm, a_death_with_one_witness_is_seen)
{
    begin();
    struct fo_record record = started(FO_REASON_SERVER_DEAD, 1);
    world.safety.heard_us[FO_VOTER_M][0] = world.now_us - FO_MINUTE;
    world.safety.witness_us[1] = world.now_us - FO_MS;
    step(&record, NULL, true);
    expect(STORM_LAW_S4);
}

Test(storm, one_switchover_too_many_is_seen)
{
    begin();
    world.policy.switchovers_per_hour = 1;
    world.policy.block_us = 0;
    struct fo_record record = started(FO_REASON_UPS_LOW, 1);
    step(&record, NULL, true);
    expect(STORM_LAW_NONE);
    record = started(FO_REASON_SERVICE_FAILED, 1);
    step(&record, NULL, true);
    expect(STORM_LAW_S5);
}

Test(storm, a_choice_without_the_proof_that_is_demanded_is_seen)
{
    begin();
    world.policy.servers[0].fence_required = true;
    struct fo_record record = {
        .reason = FO_REASON_SWITCHOVER_CHOSE, .why = FO_REASON_SERVER_DEAD, .a = 1, .b = 5};
    world.safety.fenced_us[0] = 0;
    step(&record, NULL, true);
    expect(STORM_LAW_S2);
}

Test(storm, a_command_without_a_snapshot_is_seen)
{
    begin();
    struct fo_command command = {.kind = FO_COMMAND_ROUTE, .key = {1, 1}};
    step(NULL, &command, false);
    expect(STORM_LAW_S6);
}

static void page(uint32_t incident, uint8_t person, uint8_t message, bool drill)
{
    struct fo_command command = {.kind = FO_COMMAND_NOTIFY,
                                 .key = {1, 1},
                                 .notify = {.incident = incident,
                                            .epoch = 1,
                                            .person = person,
                                            .channel = STORM_SMS,
                                            .message = message,
                                            .attempt = 1,
                                            .drill = drill}};
    storm_paging_act(&world, &command, false);
}

Test(storm, a_second_first_page_is_seen)
{
    begin();
    world.contact.crashes = 0;
    page(900, 1, FO_MESSAGE_OPENED, world.policy.drill);
    expect(STORM_LAW_NONE);
    page(900, 1, FO_MESSAGE_REMINDER, world.policy.drill);
    expect(STORM_LAW_NONE);
    page(900, 1, FO_MESSAGE_OPENED, world.policy.drill);
    expect(STORM_LAW_P7);
}

Test(storm, a_page_of_a_drill_without_its_mark_is_seen)
{
    begin();
    storm_contact_case(&world, 0)->number = 900;
    page(900, 1, FO_MESSAGE_OPENED, !world.policy.drill);
    expect(STORM_LAW_P8);
}

Test(storm, an_end_told_to_somebody_who_was_never_reached_is_seen)
{
    begin();
    struct fo_record opened = {
        .reason = FO_REASON_INCIDENT_OPENED, .incident = 901, .epoch = 1, .a = 2};
    struct fo_command end = {
        .kind = FO_COMMAND_NOTIFY,
        .key = {1, 1},
        .notify = {.incident = 901, .epoch = 1, .person = 2, .message = FO_MESSAGE_RECOVERED}};
    step(&opened, NULL, true);
    expect(STORM_LAW_NONE);
    step(&opened, &end, true);
    expect(STORM_LAW_P18);
}

Test(storm, a_page_that_a_restart_does_not_bring_again_is_seen)
{
    begin();
    world.contact.owed_count = 1;
    world.contact.owed_due_us = world.now_us - 1;
    storm_paging_look(&world);
    expect(STORM_LAW_P4);
}

Test(storm, a_decision_that_is_in_no_snapshot_is_seen)
{
    begin();
    storm_safety_crash(&world);
    expect(STORM_LAW_NONE);
    world.daemon.engine.inhibit.hold = !world.daemon.engine.inhibit.hold;
    storm_safety_crash(&world);
    expect(STORM_LAW_L5);
}

/* A line is down, something is said a second later, and then the line is not down any more. */
static void take_back_line(const struct fo_event *said)
{
    uint64_t *raised = &world.daemon.engine.raised[FO_SUBJECT_LINE][1];
    uint64_t bit = (uint64_t)1 << (FO_REASON_LINE_DOWN - 100);
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    begin();
    world.now_us += FO_MINUTE; /* since the line last said anything */
    *raised |= bit;
    storm_alarm_step(&world, &tick);
    world.now_us += FO_SECOND;
    storm_alarm_step(&world, said);
    *raised &= ~bit;
    storm_alarm_step(&world, &tick);
}

static struct fo_event probe_of_line(uint8_t line, bool ok)
{
    return (struct fo_event){
        .kind = FO_EVENT_PROBE,
        .probe = {.kind = FO_PROBE_TARGET, .index = line, .quality = FO_GOOD, .ok = ok}};
}

Test(storm, an_alarm_that_is_taken_back_by_silence_is_seen)
{
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    take_back_line(&tick);
    expect(STORM_LAW_S8);
}

Test(storm, an_alarm_that_is_taken_back_by_the_word_of_another_is_seen)
{
    struct fo_event other = probe_of_line(0, true);
    take_back_line(&other);
    expect(STORM_LAW_S8);
    struct fo_event failed = probe_of_line(1, false);
    take_back_line(&failed);
    expect(STORM_LAW_S8);
}

/* A generator is late, the mains were said to be there so long ago, and the alarm is taken back. */
static void take_back_generator(fo_us said_us)
{
    uint64_t *raised = &world.daemon.engine.raised[FO_SUBJECT_DEVICE][2];
    uint64_t bit = (uint64_t)1 << (FO_REASON_GENERATOR_START_SLOW - 100);
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    begin();
    world.now_us += FO_MINUTE;
    *raised |= bit;
    storm_alarm_step(&world, &tick);
    world.words.any_device_us = world.now_us - FO_MINUTE;
    world.words.mains_us = world.now_us - said_us;
    *raised &= ~bit;
    storm_alarm_step(&world, &tick);
}

Test(storm, mains_that_are_believed_late_end_what_was_said_of_a_generator_and_no_older_word_does)
{
    take_back_generator(10 * FO_SECOND);
    expect(STORM_LAW_NONE);
    take_back_generator(10 * FO_SECOND + 1);
    expect(STORM_LAW_S8);
}

Test(storm, an_alarm_is_taken_back_by_its_cause_or_a_person)
{
    struct fo_event well = probe_of_line(1, true);
    take_back_line(&well);
    expect(STORM_LAW_NONE);
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    struct fo_event order = {.kind = FO_EVENT_ORDER};
    begin();
    world.daemon.engine.raised[FO_SUBJECT_SERVER][0] |= 1;
    storm_alarm_step(&world, &tick);
    world.daemon.engine.raised[FO_SUBJECT_SERVER][0] = 0;
    storm_alarm_step(&world, &order);
    expect(STORM_LAW_NONE);
}

Test(storm, only_the_first_break_is_kept)
{
    begin();
    storm_break_law(&world, STORM_LAW_S8, "first");
    storm_break_law(&world, STORM_LAW_I, "second");
    expect(STORM_LAW_S8);
    cr_assert_str_eq(world.broken.text, "first");
}

/* A world that breaks a law by what is done to it: a site that nobody can serve any more. */
Test(storm, a_story_is_made_shorter_and_still_breaks_the_same_law)
{
    struct storm_plan plan = storm_plan_all(true);
    struct storm_shrunk shrunk;
    uint64_t seed = 1;
    do { /* beyond the bounds the witnesses may be wrong */
        storm_run(&world, seed++, &plan, MANY, false);
    } while (world.broken.law == STORM_LAW_NONE && seed < 300);
    cr_assert_neq(world.broken.law, STORM_LAW_NONE, "nothing breaks beyond the bounds either");
    uint8_t law = world.broken.law;
    uint64_t strikes = world.counts.strikes;
    storm_shrink(&world, &plan, 200, &shrunk);
    cr_assert_eq(world.broken.law, law);
    cr_assert_leq(world.counts.strikes, strikes);
    cr_assert_leq(shrunk.runs, 200U);
}
