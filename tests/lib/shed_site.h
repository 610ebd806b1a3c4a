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
    policy.restore_pause_us = 5 * FO_SECOND;
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

/* All three stages have been given up, the mains are back for good and the batteries charged. */
FIXTURE void shed_and_back(const struct fo_policy *policy)
{
    outage(policy);
    runtime(4);
    step_until(state(MONITOR) == FO_STAGE_SHED, 5 * FO_MINUTE);
    mains_return();
    runtime(40);
    step_until(holds(FO_REASON_SHED_LEFT_OFF, CLASS_1) && holds(FO_REASON_SHED_LEFT_OFF, CLASS_2) &&
                   holds(FO_REASON_SHED_LEFT_OFF, MONITOR),
               2 * FO_MINUTE);
    step_until(world.engine.plan.step == FO_PLAN_NONE, FO_MINUTE);
    mark();
}

FIXTURE void shed_and_back_of_the_plan(void)
{
    struct fo_policy policy = shed_policy();
    shed_and_back(&policy);
}

/* Two persons order it; stage FO_NONE: all of them. */
FIXTURE void order_back(uint8_t stage)
{
    struct fo_subject what = {FO_SUBJECT_STAGE, stage};
    if (stage == FO_NONE) {
        what = (struct fo_subject){.kind = FO_SUBJECT_SITE};
    }
    give_order((struct fo_order){.kind = FO_ORDER_RESTORE,
                                 .person = CHIEF,
                                 .second = HEAD,
                                 .server = FO_NONE,
                                 .subject = what});
}

/* Why the order for it is refused now; stage FO_NONE: for all. */
FIXTURE unsigned refused(uint8_t stage)
{
    const struct fo_view *view = look();
    return stage == FO_NONE ? view->restore.refused : view->stages[stage].refused;
}

#endif
