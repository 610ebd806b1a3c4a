/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the last guard behind the site file: an engine is made with a sane policy or not at all.
 */
#include "tests/lib/engine_fixture.h"

#include <signal.h>

static struct fo_policy policy;

/* The sane policy with one thing changed is refused. */
#define refuses(...)                                                 \
    do {                                                             \
        policy = fixture_policy();                                   \
        cr_assert(fo_policy_valid(&policy));                         \
        __VA_ARGS__;                                                 \
        cr_assert_not(fo_policy_valid(&policy), "%s", #__VA_ARGS__); \
    } while (0)

Test(policy, counts_have_their_limits)
{
    refuses(policy.device_count = FO_DEVICES_MAX + 1);
    refuses(policy.line_count = FO_LINES_MAX + 1);
    refuses(policy.service_count = FO_SERVICES_MAX + 1);
    refuses(policy.channel_count = FO_CHANNELS_MAX + 1);
    refuses(policy.person_count = FO_PERSONS_MAX + 1);
    refuses(policy.rung_count = FO_RUNGS_MAX + 1);
    refuses(policy.net_count = FO_NETS_MAX + 1);
    refuses(policy.place_count = FO_PLACES_MAX + 1);
    refuses(policy.role_count = FO_ROLES_MAX + 1);
    refuses(policy.lease.lease_us = 1);
}

Test(policy, windows_and_runs_have_their_limits)
{
    refuses(policy.devices[0].communication.window = 0);
    refuses(policy.devices[0].communication.window = 17);
    refuses(policy.devices[0].communication.bad_of = 0);
    refuses(policy.devices[0].communication.bad_of = 4);
    refuses(policy.devices[0].communication.good_run = 0);
    refuses(policy.devices[0].communication.good_run = 17);
    refuses(policy.devices[0].communication.hold_us = -1);
    refuses(policy.devices[0].communication.hold_us = 2 * FO_HOUR);
    refuses(policy.devices[0].communication.stale_us = 0);
    refuses(policy.devices[0].kind = FO_DEVICE_KINDS);
    refuses(policy.devices[0].interval_us = 0);
    refuses(policy.devices[GENERATOR].full_load_us = -1);
    refuses(policy.devices[GENERATOR].full_load_us = 2, policy.devices[GENERATOR].half_load_us = 1);
    refuses(policy.servers[1].host.stale_us = 0);
    refuses(policy.servers[1].host.window = 0); /* not unused either */
    refuses(policy.services[CALLS].check.window = 0);
    policy = fixture_policy();
    memset(&policy.servers[1].host, 0, sizeof policy.servers[1].host);
    memset(&policy.services[ORDERS].check, 0, sizeof policy.services[ORDERS].check);
    cr_assert(fo_policy_valid(&policy), "what is not probed needs no numbers");
}

Test(policy, a_line_has_targets_and_a_class_2_service_its_time)
{
    refuses(policy.lines[0].targets = 0);
    refuses(policy.lines[0].targets = FO_TARGETS_MAX + 1);
    refuses(policy.lines[0].targets_bad = 0);
    refuses(policy.lines[0].targets_bad = 3);
    refuses(policy.lines[0].delay_degraded_us = -1);
    refuses(policy.lines[0].jitter_degraded_us = -1);
    refuses(policy.lines[0].return_us = 0);
    refuses(policy.lines[0].leave_us = 0);
    refuses(policy.lines[0].target.bad_of = 0);
    refuses(policy.services[CALLS].recovery_time_us = 0);
    refuses(policy.services[ORDERS].recovery_time_us = -1);
}

Test(policy, people_are_reached_by_channels_that_exist)
{
    refuses(policy.persons[0].channels[1] = 7);
    refuses(policy.persons[0].channel_wait_us = 0);
    refuses(policy.channels[0].timeout_us = 0);
    refuses(policy.channels[0].retry_us = -1);
    refuses(policy.rungs[1].wait_us = 0);
    refuses(policy.rungs[1].branch = FO_BRANCHES_MAX);
    refuses(policy.channels[2].delivery_us = -1);
    refuses(policy.channels[2].hold_us = -1);
}

Test(policy, another_id_names_the_human_and_not_one_more_id)
{
    refuses(policy.persons[OFFICER].human = WORLD_PERSONS + 1);
    refuses(policy.persons[OFFICER].human = 1 + CHIEF, policy.persons[CHIEF].human = 1 + HEAD);
    policy = fixture_policy();
    policy.persons[OFFICER].human = 1 + CHIEF;
    cr_assert(fo_policy_valid(&policy));
}

Test(policy, a_site_has_what_it_counts_and_nothing_else)
{
    policy = fixture_policy();
    policy.place_count = 3;
    const struct {
        enum fo_subject_kind kind;
        unsigned count;
    } kinds[] = {{FO_SUBJECT_SITE, 1},
                 {FO_SUBJECT_MONITOR, 1},
                 {FO_SUBJECT_DEVICE, WORLD_DEVICES},
                 {FO_SUBJECT_SERVER, FO_SERVERS},
                 {FO_SUBJECT_LINE, WORLD_LINES},
                 {FO_SUBJECT_SERVICE, WORLD_SERVICES},
                 {FO_SUBJECT_PERSON, WORLD_PERSONS},
                 {FO_SUBJECT_CHANNEL, WORLD_CHANNELS},
                 {FO_SUBJECT_ROLE, FO_ROLES_MAX},
                 {FO_SUBJECT_PLACE, 3},
                 {FO_SUBJECT_KINDS, 0}};
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (unsigned index = 0; index < 70; index++) {
            struct fo_subject subject = {(uint8_t)kinds[i].kind, (uint8_t)index};
            cr_assert_eq(fo_policy_has(&policy, subject), index < kinds[i].count, "kind %u, %u",
                         kinds[i].kind, index);
        }
    }
}

Test(policy, every_step_has_its_time)
{
    refuses(policy.choose_budget_us = 0);
    refuses(policy.take_over_us = 0);
    refuses(policy.verify_us = 0);
    refuses(policy.drain_us = 0);
    refuses(policy.fence_us = 0);
    refuses(policy.block_us = -1);
    refuses(policy.settled_us = -1);
    refuses(policy.switchovers_per_hour = 21);
    refuses(policy.acknowledge_us = 0);
    refuses(policy.clean_us = -1);
    refuses(policy.child_window_us = -1);
    refuses(policy.child_grace_us = -1);
    refuses(policy.stall_us = 0);
}

Test(policy, no_engine_is_made_with_another, .signal = SIGILL)
{
    policy = fixture_policy();
    policy.drain_us = 0;
    fo_engine_init(&world.engine, &policy);
}

/* One stage that is sane, with one thing changed, is refused. */
#define refuses_stage(...)                                                            \
    do {                                                                              \
        policy = fixture_policy();                                                    \
        policy.stage_count = 1;                                                       \
        policy.shed_act_us = FO_SECOND;                                               \
        policy.stages[0] = policy.stages[1] =                                         \
            (struct fo_stage_policy){.acts = 1, .loads = 1, .supplies = 1U << UPS_A}; \
        cr_assert(fo_policy_valid(&policy));                                          \
        __VA_ARGS__;                                                                  \
        cr_assert_not(fo_policy_valid(&policy), "%s", #__VA_ARGS__);                  \
    } while (0)

Test(policy, a_stage_of_the_shutdown_plan_has_acts_a_supply_and_its_turn)
{
    refuses_stage(policy.stage_count = FO_STAGES_MAX + 1);
    refuses_stage(policy.stages[0].loads = FO_LOADS);
    refuses_stage(policy.stages[0].acts = 0);
    refuses_stage(policy.stages[0].acts = FO_STAGE_ACTS_MAX + 1);
    refuses_stage(policy.stages[0].runtime_us = -1);
    refuses_stage(policy.stages[0].hold_us = -1);
    refuses_stage(policy.stages[0].window_us = -1);
    refuses_stage(policy.stage_count = 2, policy.stages[1].loads = 0);
    refuses_stage(policy.stages[0].supplies = 0);
    refuses_stage(policy.stages[0].supplies = 1U << GENERATOR);
    refuses_stage(policy.stages[0].supplies = 1U << WORLD_DEVICES);
    refuses_stage(policy.shed_act_us = 0);
    refuses_stage(policy.return_hold_us = -1);
    refuses_stage(policy.restore_pause_us = -1);
    refuses_stage(policy.stages[0].by_hand = 1U << 1);
}
