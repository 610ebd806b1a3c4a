/* SPDX-License-Identifier: Apache-2.0 */
/* A site with a shutdown plan of three stages on one UPS, for tests of the engine: its policy, an
 * outage with time enough left, and how a stage stands. It stands on engine_fixture.h. */
#ifndef TESTS_LIB_SHED_SITE_H
#define TESTS_LIB_SHED_SITE_H

#include "tests/lib/engine_fixture.h"

enum { CLASS_1, CLASS_2, MONITOR, STAGES };

FIXTURE struct fo_policy shed_policy(void)
{
    struct fo_policy policy = fixture_policy();
    policy.stage_count = STAGES;
    for (unsigned i = 0; i < STAGES; i++) {
        policy.stages[i] = (struct fo_stage_policy){.loads = (uint8_t)i,
                                                    .acts = i == CLASS_1 ? 2 : 1,
                                                    .supplies = 1U << UPS_A,
                                                    .runtime_us = (20 - 5 * i) * FO_MINUTE,
                                                    .hold_us = 5 * FO_SECOND,
                                                    .window_us = 30 * FO_SECOND};
    }
    policy.shed_armed = true;
    policy.shed_act_us = 10 * FO_SECOND;
    policy.return_hold_us = FO_MINUTE;
    return policy;
}

/* The mains are away, the batteries are no longer full, and there is time enough. */
FIXTURE void outage(const struct fo_policy *policy)
{
    world_begin_with(policy);
    world.devices[UPS_A].charge = world.devices[UPS_B].charge = 60;
    mains_fail();
    step_until(world.engine.mains.lost, 5 * FO_SECOND);
    step_for(10 * FO_SECOND);
    mark();
}

FIXTURE void outage_of_the_plan(void)
{
    struct fo_policy policy = shed_policy();
    outage(&policy);
}

FIXTURE uint8_t state(unsigned stage)
{
    return look()->stages[stage].state;
}

FIXTURE bool holds(enum fo_reason cause, unsigned stage)
{
    return fo_condition_holds(&world.engine, cause,
                              (struct fo_subject){FO_SUBJECT_STAGE, (uint8_t)stage});
}

FIXTURE void runtime(int64_t minutes)
{
    world.devices[UPS_A].runtime_s = minutes * 60;
}

#endif
