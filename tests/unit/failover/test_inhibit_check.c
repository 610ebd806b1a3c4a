/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of each promotion check by itself, at the edge at which it turns: the engine's state is set
 * by hand, and the check is asked. */
#include "failover/inhibit.h"
#include "tests/lib/engine_fixture.h"

static struct fo_need need;
static uint16_t failed[FO_CHECKS];

/* A well site, and the wish to move from P to S while it still serves. */
static void begin(void)
{
    world_begin();
    need = (struct fo_need){.cause = FO_REASON_UPS_LOW, .from = 0, .target = 1, .planned = true};
    cr_assert(fo_inhibit_check(&world.engine, &need, failed));
}

static uint16_t check(enum fo_checks which)
{
    fo_inhibit_check(&world.engine, &need, failed);
    return failed[which];
}

/* ---- the grant, the standby ------------------------------------------------------------------ */

Test(inhibit_check, a_grant_is_obtainable_from_a_voter_that_votes_for_one_that_is_heard)
{
    begin();
    world.engine.monitor.voter.clock_well = false;
    cr_assert_eq(check(FO_CHECK_GRANT), FO_REASON_BLOCKED_GRANT);
    begin();
    world.engine.monitor.voter.vote = FO_VOTE_ABSTAIN;
    cr_assert_eq(check(FO_CHECK_GRANT), FO_REASON_BLOCKED_GRANT);
    begin();
    world.engine.monitor.voter.heard[1].last_us = FO_NEVER;
    cr_assert_eq(check(FO_CHECK_GRANT), FO_REASON_BLOCKED_GRANT);
    begin();
    world.engine.monitor.voter.heard[1].beat.lease_us++;
    cr_assert_eq(check(FO_CHECK_GRANT), FO_REASON_BLOCKED_GRANT);
}

Test(inhibit_check, nothing_is_moved_by_plan_to_a_standby_that_is_not_known_to_be_well)
{
    begin();
    world.engine.servers[1].health = FO_HEALTH_UNKNOWN;
    cr_assert_eq(check(FO_CHECK_STANDBY), FO_REASON_BLOCKED_STANDBY_UNHEALTHY);
    need.planned = false;
    cr_assert_eq(check(FO_CHECK_STANDBY), 0, "beside a dead server it is better than nothing");
}

/* ---- maintenance ----------------------------------------------------------------------------- */

Test(inhibit_check, a_window_that_is_overrun_blocks_like_one_that_is_open)
{
    begin();
    world.engine.inhibit.overrun_us[1] = world.now_us + FO_MINUTE;
    cr_assert_eq(check(FO_CHECK_MAINTENANCE), FO_REASON_BLOCKED_MAINTENANCE);
    begin();
    world.engine.inhibit.overrun_us[FO_MAINTENANCE_SITE] = world.now_us + FO_MINUTE;
    cr_assert_eq(check(FO_CHECK_MAINTENANCE), FO_REASON_BLOCKED_MAINTENANCE);
    need.cause = FO_REASON_OPERATOR_ORDER;
    cr_assert_eq(check(FO_CHECK_MAINTENANCE), 0, "two persons know that the site is worked on");
    begin();
    world.engine.inhibit.overrun_us[0] = world.now_us + FO_MINUTE;
    cr_assert_eq(check(FO_CHECK_MAINTENANCE), 0, "away from it is allowed");
}

static void maintain(uint8_t server, fo_us length_us)
{
    give_order((struct fo_order){.kind = FO_ORDER_MAINTENANCE_BEGIN,
                                 .person = CHIEF,
                                 .second = HEAD,
                                 .server = server,
                                 .until_us = world.now_us + length_us});
}

static struct fo_policy overrunning(void)
{
    struct fo_policy policy = fixture_policy();
    policy.overrun_us = 5 * FO_MINUTE;
    return policy;
}

Test(inhibit_check, a_window_of_the_site_is_overrun_while_either_server_is_not_well)
{
    struct fo_policy policy = overrunning();
    world_begin_with(&policy);
    maintain(FO_NONE, FO_MINUTE);
    host_die(1);
    step_for(FO_MINUTE + FO_SECOND);
    cr_assert_neq(world.engine.inhibit.overrun_us[FO_MAINTENANCE_SITE], FO_NEVER);
    cr_assert_eq(world.engine.inhibit.overrun_us[0], FO_NEVER);
    step_for(5 * FO_MINUTE);
    cr_assert_eq(world.engine.inhibit.overrun_us[FO_MAINTENANCE_SITE], FO_NEVER,
                 "nobody is waited for any longer");
}

Test(inhibit_check, a_window_that_ends_with_the_work_done_is_not_overrun)
{
    struct fo_policy policy = overrunning();
    world_begin_with(&policy);
    maintain(1, FO_MINUTE);
    step_for(FO_MINUTE + FO_SECOND);
    cr_assert_eq(world.engine.inhibit.maintenance_us[1], FO_NEVER);
    cr_assert_eq(world.engine.inhibit.overrun_us[1], FO_NEVER);
    cr_assert_null(incident_of(FO_REASON_MAINTENANCE_OVERRUN));
}

/* ---- the block period ------------------------------------------------------------------------ */

static void note(unsigned i, fo_us ago_us, uint16_t cause)
{
    world.engine.switches[i] =
        (struct fo_switch_note){.at_us = world.now_us - ago_us, .cause = cause, .target = 1};
}

/* The times are counted back from now. */
static void begin_old(void)
{
    begin();
    world.now_us += 5 * FO_HOUR;
    world.engine.now_us = world.now_us;
    world.engine.servers[1].healthy_us = world.now_us;
}

Test(inhibit_check, what_was_moved_more_than_an_hour_ago_does_not_count)
{
    begin_old();
    note(0, FO_HOUR, FO_REASON_SERVER_DEAD);
    note(1, FO_HOUR, FO_REASON_SERVER_DEAD);
    cr_assert_eq(fo_inhibit_period_us(&world.engine, &need), FO_NEVER);
    note(0, FO_HOUR - 1, FO_REASON_SERVER_DEAD);
    cr_assert_eq(fo_inhibit_period_us(&world.engine, &need), FO_NEVER, "one of two");
    note(1, FO_HOUR - 5, FO_REASON_SERVER_DEAD);
    cr_assert_eq(fo_inhibit_period_us(&world.engine, &need), world.now_us + 1);
}

Test(inhibit_check, the_newest_move_for_the_same_cause_counts)
{
    begin_old();
    world.engine.policy.block_us = 4 * FO_HOUR;
    note(0, 3 * FO_HOUR, FO_REASON_UPS_LOW);
    note(1, 2 * FO_HOUR, FO_REASON_UPS_LOW);
    note(2, 3 * FO_HOUR, FO_REASON_UPS_LOW);
    note(3, 4 * FO_HOUR, FO_REASON_UPS_LOW); /* over */
    note(4, FO_MINUTE, FO_REASON_SERVER_DEAD);
    cr_assert_eq(fo_inhibit_period_us(&world.engine, &need), world.now_us + 2 * FO_HOUR);
    cr_assert_eq(check(FO_CHECK_PERIOD), FO_REASON_BLOCKED_PERIOD);
}

Test(inhibit_check, what_is_shown_is_the_latest_end_of_all_that_blocks)
{
    begin_old();
    cr_assert_eq(fo_inhibit_blocked_us(&world.engine, 1), FO_NEVER);
    world.engine.policy.block_us = 4 * FO_HOUR;
    note(0, 3 * FO_HOUR, FO_REASON_UPS_LOW);
    note(1, 2 * FO_HOUR, FO_REASON_SERVER_DEAD);
    note(2, 2 * FO_HOUR + 1, FO_REASON_SERVICE_FAILED);
    note(3, 4 * FO_HOUR, FO_REASON_OPERATOR_ORDER); /* over: blocks nothing */
    cr_assert_eq(fo_inhibit_blocked_us(&world.engine, 1), world.now_us + 2 * FO_HOUR);
}

Test(inhibit_check, what_people_were_given_is_theirs_until_the_standby_has_settled)
{
    begin();
    give_tick();
    world.engine.raised[FO_SUBJECT_SERVER][1] |= (uint64_t)1 << (FO_REASON_SWITCHOVER_FAILED - 100);
    cr_assert_eq(fo_inhibit_handed_us(&world.engine, 1), FO_NEVER, "nothing was moved to it");
    world.engine.switched_us[1] = world.now_us;
    cr_assert_eq(fo_inhibit_handed_us(&world.engine, 1), world.now_us + 10 * FO_MINUTE);
    world.engine.now_us += 10 * FO_MINUTE;
    cr_assert_eq(fo_inhibit_handed_us(&world.engine, 1), FO_NEVER);
}

/* ---- ourselves ------------------------------------------------------------------------------- */

Test(inhibit_check, a_monitor_that_is_not_well_moves_nothing_and_says_why)
{
    begin();
    world.engine.self.frozen = true;
    cr_assert_eq(check(FO_CHECK_MONITOR), FO_REASON_BLOCKED_ASSERTION);
    world.engine.self.frozen = false;
    world.engine.self.clock_unwell = true;
    cr_assert_eq(check(FO_CHECK_MONITOR), FO_REASON_BLOCKED_MONITOR_UNWELL);
    world.engine.self.clock_unwell = false;
    world.engine.monitor.quiet_until_us = world.engine.now_us + 1;
    cr_assert_eq(check(FO_CHECK_MONITOR), FO_REASON_BLOCKED_MONITOR_UNWELL);
    world.engine.monitor.quiet_until_us = world.engine.now_us;
    cr_assert_eq(check(FO_CHECK_MONITOR), 0);
    world.engine.warm_us = world.engine.now_us + 1;
    cr_assert_eq(check(FO_CHECK_WARM), FO_REASON_BLOCKED_WARM_UP);
    world.engine.warm_us = world.engine.now_us;
    cr_assert_eq(check(FO_CHECK_WARM), 0);
}
