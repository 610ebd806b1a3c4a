/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the parts of the storm's world: clocks that drift, the network, the journal that forgets
 * what was not synced. Each test begins with the world of one seed and looks at one part of it. */
#include "sim/storm/host.h"
#include "sim/storm/journal.h"
#include "sim/storm/network.h"
#include "sim/storm/run.h"

#include <criterion/criterion.h>

static struct storm_world world;

/* A world in which nothing goes wrong, as it stands after some seconds. */
static void begin(void)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.allowed = 0;
    plan.pairs = STORM_PAIRS_NEVER;
    storm_run(&world, 3, &plan, 20000, false);
    cr_assert_eq(world.broken.law, STORM_LAW_NONE, "%s", world.broken.text);
}

static unsigned under_way(void)
{
    return STORM_FLIGHTS_MAX - world.network.free_count;
}

static struct fo_datagram a_beat(void)
{
    return (struct fo_datagram){.kind = FO_DATAGRAM_BEAT,
                                .to = FO_VOTER_NONE,
                                .beat = {.sender = FO_VOTER_P, .stamp = {1, 1}}};
}

Test(storm_world, a_clock_drifts_and_its_deadlines_are_met_exactly)
{
    begin();
    struct storm_node *node = &world.nodes[0];
    static const int64_t rates[] = {0, 1000, -1000, 50000, -50000, 7};
    for (unsigned i = 0; i < 6; i++) {
        storm_clock_rate(&world, node, rates[i]);
        fo_us local_us = storm_clock_now(&world, node);
        for (fo_us ahead_us = 1; ahead_us < FO_MINUTE; ahead_us = ahead_us * 3 + 1) {
            fo_us now_us = world.now_us;
            world.now_us = storm_clock_true(&world, node, local_us + ahead_us);
            cr_assert_geq(storm_clock_now(&world, node), local_us + ahead_us);
            world.now_us--;
            cr_assert_lt(storm_clock_now(&world, node), local_us + ahead_us);
            world.now_us = now_us;
        }
    }
}

Test(storm_world, a_clock_keeps_its_reading_when_its_rate_changes)
{
    begin();
    fo_us local_us = storm_clock_now(&world, &world.nodes[1]);
    storm_clock_rate(&world, &world.nodes[1], 900);
    cr_assert_eq(storm_clock_now(&world, &world.nodes[1]), local_us);
}

Test(storm_world, a_beat_goes_to_both_others_on_every_network)
{
    begin();
    storm_network_calm(&world);
    struct fo_datagram beat = a_beat();
    storm_network_send(&world, FO_VOTER_P, &beat);
    cr_assert_eq(under_way(), 2U * world.policy.net_count);
}

Test(storm_world, a_cut_is_one_way)
{
    begin();
    storm_network_calm(&world);
    for (unsigned net = 0; net < STORM_NETS; net++) {
        world.network.cut[net][FO_VOTER_P][FO_VOTER_M] = 1;
    }
    struct fo_datagram beat = a_beat();
    storm_network_send(&world, FO_VOTER_P, &beat);
    cr_assert_eq(under_way(), 1U * world.policy.net_count);
    cr_assert_not(storm_network_passes(&world, FO_VOTER_P, FO_VOTER_M));
    cr_assert(storm_network_passes(&world, FO_VOTER_M, FO_VOTER_P));
}

Test(storm_world, more_letters_than_there_is_room_for_are_lost_and_counted)
{
    begin();
    struct fo_datagram beat = a_beat();
    for (unsigned i = 0; i < STORM_FLIGHTS_MAX; i++) {
        storm_network_send(&world, FO_VOTER_P, &beat);
    }
    cr_assert_eq(under_way(), STORM_FLIGHTS_MAX);
    cr_assert_gt(world.counts.letters_lost, 0);
}

Test(storm_world, what_was_not_synced_is_gone_after_a_crash)
{
    begin();
    struct storm_journal *journal = &world.daemon.journal;
    const struct storm_image *disk = &journal->images[journal->disk];
    journal->in_flight = false;
    journal->images[journal->queued].length = 0;
    uint64_t on_disk = disk->ticket;
    journal->dead = 1; /* so that chance cannot save what is being written */
    uint64_t lost = storm_journal_append(&world, world.daemon.last_us, 0);
    cr_assert_gt(lost, on_disk);
    cr_assert_eq(storm_journal_crash(&world)->ticket, on_disk);
}

Test(storm_world, a_command_leaves_only_after_its_sync)
{
    begin();
    struct storm_journal *journal = &world.daemon.journal;
    struct fo_command command = {.kind = FO_COMMAND_ROUTE, .key = {1, 1}};
    bool synced = false;
    journal->in_flight = false;
    journal->count = 0;
    uint64_t ticket = storm_journal_append(&world, world.daemon.last_us, 0);
    cr_assert(storm_journal_wait(&world, ticket, FO_NEVER, &command));
    cr_assert_not(storm_journal_take(&world, &command, &synced));
    cr_assert(storm_journal_synced(&world));
    cr_assert(storm_journal_take(&world, &command, &synced));
    cr_assert(synced);
}

Test(storm_world, a_choice_does_not_wait_for_a_slow_disk_for_ever)
{
    begin();
    struct storm_journal *journal = &world.daemon.journal;
    struct fo_command command = {.kind = FO_COMMAND_CHOOSE, .key = {1, 1}};
    bool synced = true;
    journal->in_flight = false;
    journal->count = 0;
    uint64_t ticket = storm_journal_append(&world, world.daemon.last_us, 0);
    storm_journal_wait(&world, ticket, world.now_us + 100 * FO_MS, &command);
    world.now_us += 100 * FO_MS;
    cr_assert(storm_journal_take(&world, &command, &synced));
    cr_assert_not(synced);
}
