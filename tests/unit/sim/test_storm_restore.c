/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm's checker of law S12: it sees a load that comes on unasked, by one person,
 * without the mains, that was never off, or before the one before it is over. */
#include "failover/reason.h"
#include "sim/storm/duty.h"
#include "sim/storm/restore.h"
#include "sim/storm/trace.h"

#include <criterion/criterion.h>
#include <string.h>

static struct storm_world world;
static struct fo_output out;

static void expect(enum storm_law law)
{
    cr_assert_eq(world.broken.law, law, "%s instead of %s: %s", storm_law_name(world.broken.law),
                 storm_law_name(law), world.broken.text);
}

static void step(struct fo_event event)
{
    event.now_us = world.now_us;
    storm_restore_step(&world, &event, &out);
    memset(&out, 0, sizeof out);
}

static void say(uint8_t device, int64_t status)
{
    struct fo_event event = {.kind = FO_EVENT_READING,
                             .reading = {.device = device, .quality = FO_GOOD, .count = 1}};
    event.reading.values[0] =
        (struct fo_value){.milli = status, .variable = FO_VAR_UPS_STATUS, .quality = FO_GOOD};
    step(event);
}

/* The engine takes an order for all of stage 0. */
static void order(uint8_t person, uint8_t second)
{
    out.records[out.record_count++] =
        (struct fo_record){.reason = FO_REASON_RESTORE_STARTED, .a = 1};
    step(
        (struct fo_event){.kind = FO_EVENT_ORDER,
                          .order = {.kind = FO_ORDER_RESTORE, .person = person, .second = second}});
}

static void command(uint8_t kind, uint8_t act, uint64_t sequence)
{
    out.commands[out.command_count++] =
        (struct fo_command){.kind = kind, .stage = 0, .act = act, .key = {7, sequence}};
    step((struct fo_event){.kind = FO_EVENT_TICK});
}

static void result(uint64_t sequence, uint8_t outcome)
{
    step((struct fo_event){.kind = FO_EVENT_RESULT,
                           .result = {.key = {7, sequence}, .outcome = outcome}});
}

/* Both loads of a stage on UPS 0 are off, and it has been on the mains for as long as it must. */
static void begin(void)
{
    memset(&world, 0, sizeof world);
    memset(&out, 0, sizeof out);
    world.now_us = FO_HOUR;
    world.policy.stage_count = 1;
    world.policy.stages[0] = (struct fo_stage_policy){.acts = 2, .supplies = 1};
    world.policy.return_hold_us = FO_MINUTE;
    step((struct fo_event){.kind = FO_EVENT_BOOT});
    command(FO_COMMAND_SHED, 0, 1);
    command(FO_COMMAND_SHED, 1, 2);
    say(0, FO_UPS(OL));
    world.now_us += FO_MINUTE;
    cr_assert_neq(storm_duty_human(&world, 0), storm_duty_human(&world, 1));
}

Test(storm_restore, two_persons_bring_the_loads_back_one_after_the_other)
{
    begin();
    order(0, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    result(3, FO_OUTCOME_DONE);
    command(FO_COMMAND_RESTORE, 0, 4);
    result(4, FO_OUTCOME_DONE);
    expect(STORM_LAW_NONE);
    cr_assert_eq(world.counts.restores, 2);
}

Test(storm_restore, a_load_that_comes_on_unasked_is_seen)
{
    begin();
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
    begin();
    order(0, 1);
    out.records[out.record_count++] = (struct fo_record){.reason = FO_REASON_RESTORE_STOPPED};
    step((struct fo_event){.kind = FO_EVENT_TICK});
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
}

Test(storm_restore, a_load_that_one_person_ordered_is_seen)
{
    begin();
    order(0, FO_NONE);
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
    begin();
    order(1, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
}

Test(storm_restore, a_load_that_comes_on_without_the_mains_or_too_soon_after_them_is_seen)
{
    begin();
    order(0, 1);
    say(0, FO_UPS(OB));
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
    begin();
    order(0, 1);
    world.now_us--;
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
    begin();
    step((struct fo_event){.kind = FO_EVENT_BOOT}); /* it knows nothing any more */
    order(0, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_S12);
    begin();
    order(0, 1);
    say(0, FO_UPS(OB) | FO_UPS(OL) | FO_UPS(TEST)); /* a test is no outage */
    command(FO_COMMAND_RESTORE, 1, 3);
    expect(STORM_LAW_NONE);
}

Test(storm_restore, a_load_that_is_not_off_or_comes_on_twice_is_seen)
{
    begin();
    order(0, 1);
    command(FO_COMMAND_RESTORE, 2, 3);
    expect(STORM_LAW_S12);
    begin();
    order(0, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    result(3, FO_OUTCOME_DONE);
    command(FO_COMMAND_RESTORE, 1, 4);
    expect(STORM_LAW_S12);
}

Test(storm_restore, a_load_that_does_not_wait_for_the_last_one_or_has_its_key_is_seen)
{
    begin();
    order(0, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    command(FO_COMMAND_RESTORE, 0, 4);
    expect(STORM_LAW_S12);
    begin();
    order(0, 1);
    command(FO_COMMAND_RESTORE, 1, 3);
    result(3, FO_OUTCOME_DONE);
    command(FO_COMMAND_RESTORE, 0, 3);
    expect(STORM_LAW_S12);
}
