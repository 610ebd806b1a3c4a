/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the engine as a whole: a well site, the two doors, and the ways in which events are
 * refused. */
#include "tests/lib/engine_fixture.h"

#include <signal.h>

Test(engine, a_well_site_is_ok_and_silent)
{
    world_begin();
    step_for(10 * FO_MINUTE);
    cr_assert_eq(open_incidents(), 0);
    cr_assert_eq(told_count(FO_COMMAND_NOTIFY), 0);
    cr_assert_eq(look()->state, FO_STATE_OK);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_STANDBY);
    cr_assert(look()->acting);
}

Test(engine, a_dead_active_is_replaced_by_its_standby)
{
    world_begin();
    host_die(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 5 * FO_SECOND);
    cr_assert_eq(told_count(FO_COMMAND_CHOOSE), 1);
    cr_assert(incident_of(FO_REASON_SERVER_DEAD));
    cr_assert(paged(CHIEF, TERMINAL) == 1);
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_REDUNDANCY_LOST), 5 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
    cr_assert_lt(look()->services[CALLS].last_outage_us, 2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_SERVER_DEAD)->did, FO_REASON_SWITCHOVER_VERIFIED);
}

Test(engine, a_loss_of_the_mains_is_one_incident_and_one_page_each)
{
    world_begin();
    mains_fail();
    step_until(incident_of(FO_REASON_MAINS_LOST), 2 * FO_SECOND);
    step_for(5 * FO_SECOND);
    cr_assert_eq(open_incidents(), 1);
    cr_assert_eq(paged(CHIEF, TERMINAL), 1);
    cr_assert_eq(paged(OFFICER, MAIL), 1);
    cr_assert(child_of(FO_REASON_MAINS_LOST, FO_REASON_UPS_ON_BATTERY));
    mains_return();
    step_until(seen(FO_REASON_MAINS_RETURNED), 3 * FO_SECOND);
    step_until(seen(FO_REASON_INCIDENT_CLOSED), 2 * FO_MINUTE);
    cr_assert_eq(look()->state, FO_STATE_OK);
}

/* ---- the two doors --------------------------------------------------------------------------- */

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    mark();
}

Test(engine, what_the_policy_does_not_have_is_refused_with_a_record)
{
    begin();
    struct fo_event events[] = {
        {.kind = FO_EVENT_READING, .reading = {.device = 50}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_HOST, .index = 2}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_SERVICE, .index = 9}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_TARGET, .index = 9}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_TARGET, .index = 0, .target = 7}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_DIRECTION, .index = 9}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_DIRECTION, .sent = 1, .lost_out = 2}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_OWN_NETWORK, .index = 9}},
        {.kind = FO_EVENT_PROBE, .probe = {.kind = FO_PROBE_KINDS}},
        {.kind = FO_EVENT_RESULT, .result = {.key = {.boot = 1, .sequence = 1}}},
        {.kind = FO_EVENT_KINDS},
    };
    unsigned count = sizeof events / sizeof events[0];
    for (unsigned i = 0; i < count; i++) {
        give(events[i]);
        cr_assert_eq(seen_count(FO_REASON_ORDER_REFUSED), i + 1);
    }
    cr_assert_eq(seen(FO_REASON_ORDER_REFUSED)->why, FO_REASON_NO_SUCH_OBJECT);
}

Test(engine, after_a_step_the_next_deadline_lies_in_the_future)
{
    world_begin();
    for (int i = 0; i < 2000; i++) {
        step_once(world.now_us + FO_SECOND);
        cr_assert_gt(fo_next_deadline(&world.engine), world.now_us - 1);
    }
    give_tick();
    cr_assert_gt(fo_next_deadline(&world.engine), world.now_us);
}

Test(engine, its_size_is_known_to_those_who_keep_it)
{
    cr_assert_eq(fo_engine_size(), sizeof(struct fo_engine));
}

Test(engine, keys_count_up_from_one_without_gaps)
{
    world_begin();
    mains_fail();
    host_die(0);
    step_for(30 * FO_SECOND);
    uint64_t next = 0;
    for (unsigned i = 0; i < world.command_count; i++) {
        const struct fo_command *command = &world.commands[i];
        if (command->key.sequence == 0) {
            continue;
        }
        cr_assert_eq(command->key.boot, world.engine.boot);
        next = command->key.sequence > next ? command->key.sequence : next;
    }
    unsigned keys = 0;
    for (unsigned i = 0; i < world.command_count; i++) {
        keys += world.commands[i].key.sequence != 0 ? 1 : 0;
    }
    cr_assert_eq(keys, next);
    cr_assert_eq(world.engine.sequence, next);
}

Test(engine, what_does_not_fit_comes_out_with_the_next_step)
{
    struct fo_policy policy = fixture_policy();
    policy.device_count = FO_DEVICES_MAX;
    policy.person_count = FO_PERSONS_MAX;
    for (unsigned i = WORLD_DEVICES; i < FO_DEVICES_MAX; i++) {
        policy.devices[i] = policy.devices[UPS_A];
    }
    for (unsigned i = 0; i < FO_PERSONS_MAX; i++) {
        policy.persons[i] = policy.persons[OFFICER];
        policy.persons[i].roles = 1U << ROLE_CHIEF;
    }
    world_begin_empty(&policy);
    world.devices[UPS_A].status = FO_UPS(OB);
    give_reading(UPS_A);
    step_for(3 * FO_SECOND);
    unsigned before = world.command_count;
    cr_assert_gt(before, (unsigned)FO_COMMANDS_MAX, "more than one step can carry");
    uint64_t paged_persons = 0;
    uint64_t polled = 0;
    for (unsigned i = 0; i < world.command_count; i++) {
        if (world.commands[i].kind == FO_COMMAND_NOTIFY) {
            paged_persons |= 1ULL << world.commands[i].notify.person;
        } else if (world.commands[i].kind == FO_COMMAND_POLL) {
            polled |= 1ULL << world.commands[i].device;
        }
    }
    cr_assert_eq(paged_persons, UINT64_MAX);
    cr_assert_eq(polled, UINT64_MAX & ~1ULL);
}

Test(engine, a_boot_without_a_snapshot_says_so)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    cr_assert(seen(FO_REASON_MONITOR_RESTARTED));
    cr_assert_eq(seen(FO_REASON_MONITOR_RESTARTED)->b, 0);
    cr_assert_not(look()->warm);
    cr_assert_not(look()->acting);
    step_for(2 * FO_SECOND);
    cr_assert(look()->warm);
}

Test(engine, an_event_before_the_boot_is_an_error_of_the_shell, .signal = SIGILL)
{
    struct fo_policy policy = fixture_policy();
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = 1};
    fo_engine_init(&world.engine, &policy);
    fo_step(&world.engine, &tick, &world.out);
}

Test(engine, time_never_goes_back, .signal = SIGILL)
{
    begin();
    struct fo_event tick = {.kind = FO_EVENT_TICK, .now_us = world.now_us - 1};
    fo_step(&world.engine, &tick, &world.out);
}
