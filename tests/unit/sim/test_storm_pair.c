/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm's servers without agents: the executor does a key once, people use their hands
 * only when it is their turn, and the checkers see two that serve, a promotion without a proof that
 * is true, darkness that nobody was told of, and an act that leaves twice. */
#include "failover/reason.h"
#include "sim/storm/executor.h"
#include "sim/storm/hand.h"
#include "sim/storm/pair.h"
#include "sim/storm/proof.h"
#include "sim/storm/run.h"
#include "sim/storm/trace.h"

#include <criterion/criterion.h>
#include <string.h>

#define MANY UINT64_C(10000000)

static struct storm_world world;
static struct fo_output out;

static struct storm_plan plan_of(uint64_t allowed)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.pairs = STORM_PAIRS_ALWAYS;
    plan.allowed = allowed;
    return plan;
}

/* A pair in which nothing goes wrong, stopped in the middle: the first serves, a proof is wanted.
 */
static void begin(void)
{
    struct storm_plan plan = plan_of(0);
    storm_run(&world, 3, &plan, 3000, false);
    cr_assert_eq(world.broken.law, STORM_LAW_NONE, "%s", world.broken.text);
    memset(&out, 0, sizeof out);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.policy.servers[i].fence_required = true;
        world.pair.serves[i] = world.pair.bound[i] = i == 0;
    }
    memset(world.pair.works, 0, sizeof world.pair.works);
}

static void expect(enum storm_law law)
{
    cr_assert_eq(world.broken.law, law, "%s instead of %s: %s", storm_law_name(world.broken.law),
                 storm_law_name(law), world.broken.text);
}

static struct fo_command act(uint8_t kind, uint8_t server, uint64_t sequence)
{
    return (struct fo_command){.kind = kind, .server = server, .key = {7, sequence}};
}

/* Time goes on until the executor rests. */
static void finish(void)
{
    while (!storm_executor_rests(&world)) {
        for (unsigned i = 0; i < STORM_WORKS; i++) {
            if (storm_queue_due(&world.queue, STORM_PLACE_WORK + i) <= world.now_us) {
                storm_executor_run(&world, i);
            }
        }
        world.now_us += FO_MS;
    }
}

static void step(const struct fo_event *event)
{
    storm_proof_step(&world, event, &out);
}

/* ---- the world ------------------------------------------------------------------------------- */

Test(storm_pair, seeds_break_no_law_and_are_lively)
{
    struct storm_counts sum = {0};
    struct storm_plan plan = plan_of(UINT64_MAX);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        storm_run(&world, seed, &plan, MANY, false);
        cr_assert_eq(world.broken.law, STORM_LAW_NONE, "seed %llu: %s", (unsigned long long)seed,
                     world.broken.text);
        cr_assert(world.pair.on);
        sum.switchovers += world.counts.switchovers;
        sum.scripts += world.counts.scripts;
        sum.by_hand += world.counts.by_hand;
        sum.crashes += world.counts.crashes;
    }
    cr_expect_gt(sum.switchovers, 8);
    cr_expect_gt(sum.scripts, 30);
    cr_expect_gt(sum.by_hand, 5);
    cr_expect_gt(sum.crashes, 30);
}

Test(storm_pair, without_faults_nothing_moves)
{
    unsigned whole = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct storm_plan plan = plan_of(0);
        storm_run(&world, seed, &plan, MANY, false);
        expect(STORM_LAW_NONE);
        if (world.heal_without == FO_VOTER_NONE) {
            whole++;
            cr_assert_eq(world.counts.scripts, 0, "seed %llu", (unsigned long long)seed);
            cr_assert_eq(world.counts.dark_us, 0, "seed %llu", (unsigned long long)seed);
        }
    }
    cr_assert_gt(whole, 3U);
}

Test(storm_pair, about_three_seeds_in_ten_have_no_agents)
{
    unsigned pairs = 0;
    struct storm_plan plan = storm_plan_all(false);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        storm_run(&world, seed, &plan, 1, false);
        pairs += world.pair.on ? 1 : 0;
    }
    cr_assert_gt(pairs, 35U);
    cr_assert_lt(pairs, 90U);
}

Test(storm_pair, a_key_is_done_once_and_then_told_again)
{
    begin();
    struct fo_command fence = act(FO_COMMAND_FENCE, 0, 1);
    storm_executor_do(&world, &fence, true);
    finish();
    cr_assert_not(world.pair.bound[0]);
    cr_assert_not(world.nodes[0].host_up);
    world.nodes[0].host_up = true;
    unsigned waiting = world.daemon.result_free_count;
    storm_executor_do(&world, &fence, true);
    cr_assert(storm_executor_rests(&world), "nothing is done");
    cr_assert(world.nodes[0].host_up);
    cr_assert_eq(world.daemon.result_free_count, waiting - 1, "and it is told");
}

Test(storm_pair, what_is_not_in_the_journal_is_not_done)
{
    begin();
    struct fo_command fence = act(FO_COMMAND_FENCE, 0, 1);
    storm_executor_do(&world, &fence, false);
    cr_assert(storm_executor_rests(&world));
}

Test(storm_pair, a_script_ends_with_the_power_of_its_server)
{
    begin();
    world.pair.bound[0] = false;
    struct fo_command promote = act(FO_COMMAND_PROMOTE, 1, 1);
    storm_executor_do(&world, &promote, true);
    storm_pair_lose(&world, 1, true);
    finish();
    cr_assert_not(world.pair.serves[1]);
    cr_assert_not(world.pair.bound[1]);
}

Test(storm_pair, people_use_their_hands_when_the_monitor_is_away_or_holds)
{
    begin();
    world.daemon.journal.count = 0;
    world.safety.book = (struct storm_book){0};
    cr_assert_not(storm_hand_move(&world, 1), "the monitor is there");
    world.safety.book.hold = true;
    cr_assert(storm_hand_move(&world, 1));
    cr_assert_not(world.pair.serves[0]);
    cr_assert(world.pair.serves[1]);
    expect(STORM_LAW_NONE);
    world.safety.book.hold = false;
    world.nodes[FO_VOTER_M].up = false;
    world.nodes[0].host_up = true;
    world.nodes[0].until_us = 0;
    cr_assert(storm_hand_move(&world, 0));
    expect(STORM_LAW_NONE);
}

/* ---- the checkers ---------------------------------------------------------------------------- */

Test(storm_pair, two_that_serve_are_seen)
{
    begin();
    world.pair.serves[1] = true;
    storm_proof_serves(&world, 1);
    expect(STORM_LAW_N1);
}

Test(storm_pair, two_that_serve_where_the_site_has_accepted_it_are_counted)
{
    begin();
    world.policy.servers[0].fence_required = false;
    world.pair.serves[1] = true;
    storm_proof_serves(&world, 1);
    expect(STORM_LAW_NONE);
    cr_assert_eq(world.counts.accepted_overlaps, 1);
}

Test(storm_pair, a_promotion_beside_one_that_was_never_switched_off_is_seen)
{
    begin();
    struct fo_command promote = act(FO_COMMAND_PROMOTE, 1, 1);
    world.pair.serves[0] = false; /* demoted, or dead: no proof */
    storm_executor_do(&world, &promote, true);
    expect(STORM_LAW_N2);
}

Test(storm_pair, a_promotion_after_the_outlet_has_moved_is_no_break)
{
    begin();
    struct fo_command fence = act(FO_COMMAND_FENCE, 0, 1);
    struct fo_command promote = act(FO_COMMAND_PROMOTE, 1, 2);
    storm_executor_do(&world, &fence, true);
    finish();
    storm_executor_do(&world, &promote, true);
    finish();
    expect(STORM_LAW_NONE);
    cr_assert(world.pair.serves[1]);
}

Test(storm_pair, a_script_still_under_way_on_the_other_is_seen)
{
    begin();
    world.pair.bound[0] = false;
    struct fo_command one = act(FO_COMMAND_PROMOTE, 0, 1);
    struct fo_command other = act(FO_COMMAND_PROMOTE, 1, 2);
    storm_executor_do(&world, &one, true);
    storm_executor_do(&world, &other, true);
    expect(STORM_LAW_N2);
}

Test(storm_pair, the_way_back_is_excused_only_while_nobody_is_found_to_serve)
{
    begin();
    world.daemon.engine.plan.undo = true;
    world.servers[0].sick = 1;
    storm_proof_promote(&world, 1);
    expect(STORM_LAW_NONE);
    world.servers[0].sick = 0;
    storm_proof_promote(&world, 1);
    expect(STORM_LAW_N2);
}

Test(storm_pair, an_act_that_leaves_twice_is_seen_and_after_a_restart_it_is_none)
{
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    begin();
    out.commands[out.command_count++] = act(FO_COMMAND_FENCE, 0, 1);
    step(&tick);
    world.nodes[FO_VOTER_M].boot++;
    step(&tick);
    expect(STORM_LAW_NONE);
    step(&tick);
    expect(STORM_LAW_N4);
}

static void answer(uint8_t kind, bool ok, unsigned times)
{
    struct fo_event event = {.kind = FO_EVENT_PROBE,
                             .probe = {.kind = kind, .quality = FO_GOOD, .ok = ok}};
    struct fo_output none = {0};
    for (unsigned i = 0; i < times; i++) {
        world.now_us += world.policy.devices[0].interval_us;
        storm_proof_step(&world, &event, &none);
    }
}

static void start_for(uint16_t cause)
{
    struct fo_event tick = {.kind = FO_EVENT_TICK};
    out.records[out.record_count++] =
        (struct fo_record){.reason = FO_REASON_SWITCHOVER_STARTED, .why = cause, .a = 1, .b = 0};
    step(&tick);
}

Test(storm_pair, a_death_whose_host_answers_is_seen)
{
    begin();
    answer(FO_PROBE_SERVICE, false, 30);
    answer(FO_PROBE_HOST, true, 30);
    start_for(FO_REASON_SERVER_DEAD);
    expect(STORM_LAW_S4);
}

Test(storm_pair, a_death_whose_service_answers_is_seen)
{
    begin();
    answer(FO_PROBE_HOST, false, 30);
    answer(FO_PROBE_SERVICE, true, 30);
    start_for(FO_REASON_SERVER_DEAD);
    expect(STORM_LAW_S4);
}

Test(storm_pair, a_death_by_two_witnesses_is_no_break)
{
    begin();
    answer(FO_PROBE_HOST, false, 30);
    answer(FO_PROBE_SERVICE, false, 30);
    start_for(FO_REASON_SERVER_DEAD);
    expect(STORM_LAW_NONE);
}

Test(storm_pair, darkness_that_nobody_was_told_of_is_seen)
{
    begin();
    memset(&world.contact, 0, sizeof world.contact);
    world.pair.said_us = world.now_us;
    world.now_us += FO_SECOND;
    storm_proof_look(&world, false);
    world.now_us += 10 * FO_MINUTE;
    storm_proof_healed(&world, false);
    expect(STORM_LAW_N3);
}

Test(storm_pair, darkness_of_which_a_page_was_sent_is_no_break)
{
    begin();
    memset(&world.contact, 0, sizeof world.contact);
    storm_proof_look(&world, false);
    world.now_us += FO_SECOND;
    world.pair.said_us = world.now_us;
    world.now_us += 10 * FO_MINUTE;
    storm_proof_healed(&world, false);
    expect(STORM_LAW_NONE);
}
