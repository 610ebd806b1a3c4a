/* SPDX-License-Identifier: Apache-2.0 */
/* The plan after a start of the monitor (see plan_boot.h). */
#include "failover/plan_boot.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/fence.h"
#include "failover/plan.h"
#include "failover/record.h"

/* Without agents, after a start of ours: the old server may have been switched on and made to serve
 * meanwhile, so a proof is made anew, under a new key (the executor tells an old one again), and
 * for the way back as well. */
static void prove_anew(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    bool wants =
        plan->step == FO_PLAN_FENCE || plan->step == FO_PLAN_CHOOSE || plan->step == FO_PLAN_HOLD;
    if (!fo_agentless(engine) || !wants || !engine->policy.servers[plan->from].fence_required) {
        return;
    }
    plan->undo = false;
    plan->proven = false;
    plan->step = FO_PLAN_FENCE;
    plan->key = fo_key_next(engine);
}

void fo_plan_boot(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_fence_boot(engine);
    prove_anew(engine);
    switch (plan->step) {
        case FO_PLAN_FENCE:
            plan->emit = true;
            plan->deadline_us = engine->now_us + engine->policy.fence_us;
            break;
        case FO_PLAN_DRAIN:
            plan->emit = !plan->intent;
            break;
        case FO_PLAN_CHOOSE:
            plan->emit = true;
            plan->intent = false;
            plan->deadline_us = engine->warm_us + fo_plan_choose_us(engine);
            break;
        case FO_PLAN_HOLD:
            plan->emit = fo_agentless(engine);
            plan->deadline_us = engine->warm_us + engine->policy.take_over_us;
            break;
        case FO_PLAN_VERIFY:
            plan->deadline_us = engine->warm_us + engine->policy.verify_us;
            break;
        default:
            break;
    }
}
