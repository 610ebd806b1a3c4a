/* SPDX-License-Identifier: Apache-2.0 */
/* The lease in a hostile world: that never two gates are open at one true instant, that the world
 * notices when a rule is broken, and that after it has healed somebody serves. The world itself is
 * lease_world.h and lease_nemesis.h; every run is reproduced by its seed. */
#include "tests/unit/failover/lease_nemesis.h"

#include <criterion/criterion.h>
#include <inttypes.h>

static bool somebody_serves(void)
{
    return gate_open(&world.nodes[FO_VOTER_P]) || gate_open(&world.nodes[FO_VOTER_S]);
}

/* Runs until somebody serves, at most limit_us; then a second long it must not end. */
static void serves_within(fo_us limit_us, uint64_t seed, const char *what)
{
    fo_us end_us = world.now_us + limit_us;
    world_run_until(world.now_us + 200 * MS); /* a release may be under way */
    while (!somebody_serves() && world.now_us < end_us) {
        world_run_until(world.now_us + MS);
    }
    cr_assert(somebody_serves(), "seed %" PRIu64 ": nobody serves although %s", seed, what);
    world_run_until(world.now_us + FO_SECOND); /* a last change of holder may be under way */
    for (int i = 0; i < 1000; i++) {
        world_run_until(world.now_us + MS);
        cr_assert(somebody_serves(), "seed %" PRIu64 ": it went dark again although %s", seed,
                  what);
    }
}

#define CHAOS_SEEDS 400
#define CHAOS_US (30 * FO_SECOND)
/* AB, and time for a choice that was made for a dead process to be made again. */
#define SERVED_US (3 * FO_SECOND)

Test(lease_world, no_two_gates_are_ever_open_at_one_instant)
{
    uint32_t openings = 0, moves = 0, lapses = 0, releases = 0, left = 0;

    for (uint64_t seed = 1; seed <= CHAOS_SEEDS; seed++) {
        world_init(seed, seed % 2 == 0 ? 50000 : 1000);
        world_run_until(CHAOS_US);
        cr_assert_eq(world.both_open, 0, "seed %" PRIu64 ": two gates were open", seed);
        openings += world.openings;
        moves += world.moves;
        lapses += world.lapses;
        releases += world.releases;
        left += world.left;
    }
    /* a world in which nothing happens would prove nothing */
    cr_expect_gt(openings, 10 * CHAOS_SEEDS);
    cr_expect_gt(moves, 4 * CHAOS_SEEDS);
    cr_expect_gt(lapses, CHAOS_SEEDS);
    cr_expect_gt(releases, 4 * CHAOS_SEEDS);
    cr_expect_gt(left, 20, "hardly a standing vote was left behind: %u", left);
}

/* T1: were the kernel told the time left, a process frozen between the reckoning and the telling
 * would open the gate long after its lease. The world must notice, else it proves nothing. */
Test(lease_world, a_gate_told_the_time_left_would_open_two)
{
    uint32_t both_open = 0;

    for (uint64_t seed = 1; seed <= CHAOS_SEEDS && both_open == 0; seed++) {
        world_init(seed, 1000);
        world.relative_gate = true;
        world_run_until(CHAOS_US);
        both_open += world.both_open;
    }
    cr_assert_gt(both_open, 0);
}

enum healed { HEALED_ALL, HEALED_NO_P, HEALED_NO_S, HEALED_M_P_CUT, HEALED_P_S_CUT, HEALED_KINDS };

static const char *healed_name[HEALED_KINDS] = {"all is well", "only P is gone", "only S is gone",
                                                "only M and P are cut", "only P and S are cut"};

static void heal_as(enum healed healed)
{
    world_heal();
    if (healed == HEALED_NO_P || healed == HEALED_NO_S) {
        host_remove(healed == HEALED_NO_P ? FO_VOTER_P : FO_VOTER_S);
    } else if (healed == HEALED_M_P_CUT) {
        world.cut[FO_VOTER_M][FO_VOTER_P] = world.cut[FO_VOTER_P][FO_VOTER_M] = true;
    } else if (healed == HEALED_P_S_CUT) {
        world.cut[FO_VOTER_S][FO_VOTER_P] = world.cut[FO_VOTER_P][FO_VOTER_S] = true;
    }
}

Test(lease_world, from_every_state_a_healed_world_is_served_and_stays_served)
{
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        enum healed healed = (enum healed)(seed % HEALED_KINDS);
        world_init(seed * 1009, seed % 2 == 0 ? 50000 : 1000);
        world_run_until(FO_SECOND);
        heal_as(healed);
        serves_within(SERVED_US, seed, healed_name[healed]);
        cr_assert_eq(world.both_open, 0, "seed %" PRIu64 ": two gates were open", seed);
    }
}

/* With M gone for good, two well servers find back without it: A6 (b), (c), and after 30 s (e). */
Test(lease_world, without_the_monitor_the_servers_find_back_by_themselves)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        world_init(seed * 2003, 1000);
        world_run_until(2 * FO_SECOND);
        bool held_once = world.nodes[FO_VOTER_P].top > 0 || world.nodes[FO_VOTER_S].top > 0;
        world_heal();
        host_remove(FO_VOTER_M);
        if (held_once) {
            serves_within(33 * FO_SECOND, seed, "only M is gone");
        }
        cr_assert_eq(world.both_open, 0, "seed %" PRIu64 ": two gates were open", seed);
    }
}
