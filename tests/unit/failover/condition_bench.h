/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on the bench: the engine alone, before its warm-up, so that it states nothing itself;
 * the test does, between steps. The tests of conditions and incidents include it. */
#ifndef TESTS_UNIT_FAILOVER_CONDITION_BENCH_H
#define TESTS_UNIT_FAILOVER_CONDITION_BENCH_H

#include "failover/incident.h"
#include "tests/lib/engine_fixture.h"

FIXTURE struct fo_subject device(uint8_t index)
{
    return (struct fo_subject){FO_SUBJECT_DEVICE, index};
}
FIXTURE struct fo_subject server(uint8_t index)
{
    return (struct fo_subject){FO_SUBJECT_SERVER, index};
}
FIXTURE struct fo_subject line(uint8_t index)
{
    return (struct fo_subject){FO_SUBJECT_LINE, index};
}
FIXTURE struct fo_subject service(uint8_t index)
{
    return (struct fo_subject){FO_SUBJECT_SERVICE, index};
}
FIXTURE const struct fo_subject site = {FO_SUBJECT_SITE, 0};
FIXTURE const struct fo_subject monitor = {FO_SUBJECT_MONITOR, 0};

FIXTURE void begin_with(const struct fo_policy *policy)
{
    world_begin_empty(policy);
    world.engine.warm_us = world.now_us + 24 * FO_HOUR;
    mark();
}

FIXTURE void begin(void)
{
    struct fo_policy policy = fixture_policy();
    begin_with(&policy);
}

FIXTURE void set(enum fo_reason cause, struct fo_subject subject, bool holds)
{
    world.out.record_count = 0;
    world.out.command_count = 0;
    world.engine.out = &world.out;
    fo_condition_set(&world.engine, (uint16_t)cause, subject, holds);
    world.engine.out = NULL;
    for (unsigned i = 0; i < world.out.record_count; i++) {
        world.records[world.record_count++] = world.out.records[i];
    }
    give_tick();
    world.snapshot_length = fo_snapshot_encode(&world.engine, world.now_us, 0, world.snapshot);
}

#endif
