/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a transfer switch in a rack: mains, UPS A and UPS B, two sources, one load behind. The
 * world's switch becomes one, and the first server hangs on it alone. */
#include "failover/cause.h"
#include "failover/policy.h"
#include "failover/supply.h"
#include "tests/lib/engine_fixture.h"

#define LOST(source) ((int64_t)1 << FO_ROOM_CONTACT_SOURCE_##source##_LOST)

static struct fo_policy rack_policy(void)
{
    struct fo_policy policy = fixture_policy();
    policy.devices[SWITCH].sources[0] = 1U << UPS_A;
    policy.devices[SWITCH].sources[1] = 1U << UPS_B;
    policy.servers[0].power = 1U << SWITCH;
    policy.servers[1].power = 1U << UPS_B;
    return policy;
}

static void begin(void)
{
    struct fo_policy policy = rack_policy();
    world_begin_empty(&policy);
    for (uint8_t device = 0; device < WORLD_DEVICES; device++) {
        if (device != SWITCH) {
            give_reading(device);
        }
    }
}

/* One reading of the switch: what it is on, and what it says is gone. */
static void give_switch(enum fo_transfer_source source, int64_t lost)
{
    struct fo_event event = {
        .kind = FO_EVENT_READING,
        .reading = {.device = SWITCH,
                    .quality = FO_GOOD,
                    .count = 2,
                    .values = {{.variable = FO_VAR_TRANSFER_SOURCE, .milli = source},
                               {.variable = FO_VAR_ROOM_CONTACTS, .milli = lost}}}};
    for (unsigned i = 0; i < 2; i++) {
        event.reading.values[i].quality = FO_GOOD;
    }
    give(event);
}

static void settle_switch(enum fo_transfer_source source, int64_t lost)
{
    give_switch(source, lost);
    give_switch(source, lost);
}

static bool holds(enum fo_reason cause)
{
    return fo_condition_holds(&world.engine, cause, (struct fo_subject){FO_SUBJECT_DEVICE, SWITCH});
}

static uint8_t severity(void)
{
    return fo_cause_severity(&world.engine, FO_REASON_FEED_REDUNDANCY_LOST,
                             (struct fo_subject){FO_SUBJECT_DEVICE, SWITCH});
}

static const struct fo_view_device *shown(void)
{
    return &look()->devices[SWITCH];
}

static enum fo_supply supply(void)
{
    return fo_supply_device(&world.engine, SWITCH);
}

Test(transfer, one_source_lost_is_a_warning_and_the_load_has_power)
{
    begin();
    settle_switch(FO_SOURCE_A, 0);
    cr_assert_not(holds(FO_REASON_FEED_REDUNDANCY_LOST));
    cr_assert_eq(shown()->state, FO_STATE_OK);
    give_switch(FO_SOURCE_B, LOST(A));
    cr_assert_not(holds(FO_REASON_FEED_REDUNDANCY_LOST), "one reading decides nothing");
    give_switch(FO_SOURCE_B, LOST(A));
    cr_assert(incident_of(FO_REASON_FEED_REDUNDANCY_LOST));
    cr_assert_eq(severity(), 3);
    cr_assert_eq(shown()->state, FO_STATE_DEGRADED);
    cr_assert_eq(shown()->reason, FO_REASON_FEED_REDUNDANCY_LOST);
    cr_assert_eq(supply(), FO_SUPPLY_GOOD);
    settle_switch(FO_SOURCE_B, 0);
    cr_assert_not(holds(FO_REASON_FEED_REDUNDANCY_LOST));
}

Test(transfer, both_sources_lost_is_grave_and_what_stands_behind_is_dark)
{
    begin();
    settle_switch(FO_SOURCE_A, LOST(B));
    settle_switch(FO_SOURCE_NONE, LOST(A) | LOST(B));
    cr_assert_eq(severity(), 1);
    cr_assert_eq(shown()->state, FO_STATE_DOWN);
    cr_assert_eq(supply(), FO_SUPPLY_GONE);
    cr_assert_not(look()->servers[0].powered);
    cr_assert(look()->servers[1].powered);
}

Test(transfer, the_better_source_counts_and_a_lost_one_does_not)
{
    begin();
    settle_switch(FO_SOURCE_A, 0);
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(supply(), FO_SUPPLY_GOOD, "it changes over to B");
    settle_switch(FO_SOURCE_A, LOST(B));
    cr_assert_eq(supply(), FO_SUPPLY_DYING, "nothing but A is left");
    settle_switch(FO_SOURCE_B, LOST(A));
    cr_assert_eq(supply(), FO_SUPPLY_GOOD);
    world.engine.devices[UPS_B].on_battery = true;
    cr_assert_eq(supply(), FO_SUPPLY_BATTERY);
    world.engine.devices[UPS_A].dying = world.engine.devices[UPS_B].on_battery = false;
}

Test(transfer, a_source_from_the_mains_is_good_until_the_switch_says_otherwise)
{
    begin();
    world.engine.policy.devices[SWITCH].sources[1] = 0;
    settle_switch(FO_SOURCE_B, LOST(A));
    cr_assert_eq(supply(), FO_SUPPLY_GOOD);
    settle_switch(FO_SOURCE_NONE, LOST(A) | LOST(B));
    cr_assert_eq(supply(), FO_SUPPLY_GONE);
}

Test(transfer, it_says_nothing_about_the_mains)
{
    begin();
    settle_switch(FO_SOURCE_B, LOST(A));
    cr_assert_eq(world.engine.devices[SWITCH].vote, FO_MAINS_NO_VOTE);
    cr_assert_not(world.engine.devices[SWITCH].loaded, "source B is no generator");
    cr_assert_not(world.engine.mains.lost);
}

Test(transfer, a_silent_switch_is_unknown_and_takes_nobody_s_power)
{
    begin();
    settle_switch(FO_SOURCE_A, 0);
    world.devices[SWITCH].answers = false;
    for (int i = 0; i < 3; i++) {
        give_reading(SWITCH);
    }
    cr_assert(incident_of(FO_REASON_TRANSFER_SWITCH_SILENT));
    cr_assert_eq(supply(), FO_SUPPLY_GOOD);
    cr_assert_eq(shown()->state, FO_STATE_UNKNOWN);
}

Test(transfer, the_dying_ups_before_it_explains_the_source_and_the_server_behind)
{
    struct fo_subject ups = {FO_SUBJECT_DEVICE, UPS_A}, rack = {FO_SUBJECT_DEVICE, SWITCH},
                      server = {FO_SUBJECT_SERVER, 0}, site = {FO_SUBJECT_SITE, 0};
    begin();
    settle_switch(FO_SOURCE_A, LOST(B));
    world.engine.devices[UPS_A].dying = true;
    cr_assert_eq(fo_cause_explains(&world.engine, FO_REASON_UPS_LOW, ups,
                                   FO_REASON_FEED_REDUNDANCY_LOST, rack),
                 FO_EXPLAINS_ALWAYS);
    cr_assert_eq(
        fo_cause_explains(&world.engine, FO_REASON_UPS_LOW, ups, FO_REASON_SERVER_DEAD, server),
        FO_EXPLAINS_ALWAYS);
    cr_assert_eq(fo_cause_explains(&world.engine, FO_REASON_MAINS_LOST, site,
                                   FO_REASON_FEED_REDUNDANCY_LOST, rack),
                 FO_EXPLAINS_ALWAYS);
    world.engine.policy.devices[SWITCH].sources[0] = 0;
    cr_assert_eq(fo_cause_explains(&world.engine, FO_REASON_UPS_LOW, ups,
                                   FO_REASON_FEED_REDUNDANCY_LOST, rack),
                 FO_EXPLAINS_NOT, "another UPS than that of its sources");
}

Test(transfer, a_policy_has_only_sources_that_end)
{
    struct fo_policy policy = rack_policy();
    cr_assert(fo_policy_valid(&policy));
    policy.devices[SWITCH].sources[0] = 1U << SWITCH;
    cr_assert_not(fo_policy_valid(&policy), "a switch behind itself");
    policy = rack_policy();
    policy.devices[SWITCH].sources[1] = (uint64_t)1 << WORLD_DEVICES;
    cr_assert_not(fo_policy_valid(&policy), "a device there is not");
    policy = rack_policy();
    policy.devices[GENERATOR].sources[0] = 1U << UPS_A;
    cr_assert_not(fo_policy_valid(&policy), "only a switch has sources");
}
