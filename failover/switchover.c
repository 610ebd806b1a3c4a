/* SPDX-License-Identifier: Apache-2.0 */
/* One switchover from need to proof (see switchover.h). All of the plan is durable and each command
 * has one key: a monitor that dies at any step finishes it or hands it to people, never both. */
#include "failover/switchover.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/fence.h"
#include "failover/inhibit.h"
#include "failover/moving.h"
#include "failover/need.h"
#include "failover/plan.h"
#include "failover/record.h"
#include "failover/server.h"
#include "failover/verdict.h"

#include <string.h>

#define BLOCKED_LOOK_US FO_SECOND /* a blocked need is looked at again at least this often */

/* ---- the steps ------------------------------------------------------------------------------- */

static void start_choose(struct fo_engine *engine)
{
    fo_plan_step_to(engine, FO_PLAN_CHOOSE, fo_plan_choose_us(engine));
    engine->plan.intent = false;
    fo_plan_command(engine);
}

/* The journal has it (or did not take it in time): the lease's choice changes now. Without agents
 * the script is run, and from now on only the target may be the one that is active. */
static void choose(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    struct fo_monitor_output sends;
    FO_ASSERT(plan->intent);
    FO_ASSERT(plan->target < FO_SERVERS);
    if (fo_agentless(engine)) {
        FO_ASSERT(!fo_agentless_lacks_proof(engine, plan));
        engine->active = plan->target;
    } else {
        fo_monitor_choose(&engine->monitor, (enum fo_voter)plan->target, engine->now_us, &sends);
        fo_monitor_emit(engine, &sends);
        plan->epoch = engine->monitor.choice_epoch;
    }
    fo_plan_note(engine, FO_REASON_SWITCHOVER_CHOSE, plan->cause)->b = (int64_t)plan->epoch;
    if (plan->unjournalled) {
        fo_plan_note(engine, FO_REASON_CHOSE_WITHOUT_JOURNAL, plan->cause);
    }
    fo_plan_did(engine, FO_REASON_SWITCHOVER_CHOSE);
    fo_plan_step_to(engine, FO_PLAN_HOLD, engine->policy.take_over_us);
    if (fo_agentless(engine)) {
        fo_plan_command(engine);
        fo_server_touch(engine);
    }
}

static void start_fence(struct fo_engine *engine)
{
    fo_plan_step_to(engine, FO_PLAN_FENCE, engine->policy.fence_us);
    engine->plan.proof_boot = fo_fence_process(engine, engine->plan.from);
    fo_plan_command(engine);
    fo_plan_note(engine, FO_REASON_FENCE_STARTED, engine->plan.cause);
    fo_plan_did(engine, FO_REASON_FENCE_STARTED);
}

/* Who holds next; FO_VOTER_NONE: nobody else. */
static void ask(struct fo_engine *engine, uint8_t next)
{
    struct fo_monitor_output sends;
    fo_monitor_set_next(&engine->monitor, (enum fo_voter)next, engine->now_us, &sends);
    fo_monitor_emit(engine, &sends);
}

/* Planned: the old server drains while the journal takes the change in advance: only 1.5 round
 * trips lie between its release and the new gate. */
static void start_drain(struct fo_engine *engine)
{
    fo_plan_step_to(engine, FO_PLAN_DRAIN, engine->policy.drain_us);
    fo_plan_command(engine);
    fo_plan_note(engine, FO_REASON_DRAIN_STARTED, engine->plan.cause);
    fo_plan_did(engine, FO_REASON_DRAIN_STARTED);
    if (!fo_agentless(engine)) {
        ask(engine, engine->plan.target);
    }
}

static void start(struct fo_engine *engine, const struct fo_need *need, uint8_t person)
{
    struct fo_plan *plan = &engine->plan;
    FO_ASSERT(plan->step == FO_PLAN_NONE);
    FO_ASSERT(need->target < FO_SERVERS);
    memset(plan, 0, sizeof *plan);
    plan->cause = need->cause;
    plan->from = need->from;
    plan->target = need->target;
    plan->person = person;
    plan->planned = need->planned;
    plan->started_us = engine->now_us;
    fo_inhibit_note(engine, need);
    fo_plan_note(engine, FO_REASON_SWITCHOVER_STARTED, need->cause);
    fo_plan_did(engine, FO_REASON_SWITCHOVER_STARTED);
    if (need->planned && fo_agentless(engine)) {
        start_drain(engine);
    } else if (fo_inhibit_needs_fence(engine, need)) {
        start_fence(engine);
    } else if (need->planned) {
        start_drain(engine);
    } else {
        start_choose(engine);
    }
    memset(&engine->need, 0, sizeof engine->need);
}

/* Without agents the way back has no proof; the one witness there is must say that nobody serves:
 * the service has to be found down first, as that of the one to go back to. Where it goes on to
 * answer, somebody else has it; where the other may have been promoted, that one is active. */
static void wait_for_way_back(struct fo_engine *engine)
{
    fo_plan_step_to(engine, FO_PLAN_CHOOSE, 2 * engine->policy.verify_us);
    engine->plan.intent = false;
    engine->plan.key = fo_key_next(engine);
    engine->plan.emit = true;
}

/* The step has failed: back to the one that released in order if it is well, and people. */
static void fail(struct fo_engine *engine, uint16_t why)
{
    struct fo_plan *plan = &engine->plan;
    /* without agents it is not known what a failed promotion has done: only before it is there a
     * way back */
    enum fo_plan_step last = fo_agentless(engine) ? FO_PLAN_FENCE : FO_PLAN_HOLD;
    bool drained = plan->planned && plan->released && plan->step == last;
    fo_plan_note(engine, FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, why);
    fo_condition_set(engine, FO_REASON_SWITCHOVER_FAILED, fo_plan_target(plan), true);
    fo_plan_did(engine, FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE);
    if (drained && fo_verdict_is_ready(engine, plan->from) &&
        engine->servers[plan->target].claim != FO_CLAIM_HOLD) {
        uint8_t target = plan->from;
        plan->from = plan->target;
        plan->target = target;
        plan->undo = true;
        plan->planned = false;
        if (fo_agentless(engine)) {
            wait_for_way_back(engine);
        } else {
            start_choose(engine);
        }
        return;
    }
    fo_plan_end(engine);
}

static fo_us run_fence(struct fo_engine *engine)
{
    if (engine->plan.emit) {
        fo_plan_emit(engine);
    }
    if (engine->now_us >= engine->plan.deadline_us) {
        fo_plan_note(engine, FO_REASON_FENCE_FAILED, FO_REASON_NO_ANSWER);
        fail(engine, FO_REASON_BLOCKED_FENCE_PROOF);
    }
    return engine->plan.deadline_us;
}

/* Its drill is over and the old server still serves: it goes on serving. */
static bool is_given_up(const struct fo_engine *engine)
{
    const struct fo_server *from = &engine->servers[engine->plan.from];
    return engine->plan.drill && fo_moving(engine) == FO_NONE && from->claim == FO_CLAIM_HOLD;
}

static fo_us run_drain(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    const struct fo_server *from = &engine->servers[plan->from];
    bool without = fo_agentless(engine); /* then a demotion under way is gone through with */
    if (!without && is_given_up(engine)) {
        ask(engine, FO_VOTER_NONE);
        fo_plan_note(engine, FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, FO_REASON_DRILL_ENDED);
        fo_plan_end(engine);
        return FO_NEVER;
    }
    if (plan->emit) {
        fo_plan_emit(engine);
    }
    if (engine->monitor.choice == plan->from && engine->monitor.next != plan->target) {
        ask(engine,
            engine->plan
                .target); /* after a restart of ours: the holder has been adopted only now */
    }
    bool released = without
                        ? plan->released
                        : fo_server_is_heard(engine, plan->from) && from->claim == FO_CLAIM_NONE;
    bool dead = from->hearing == FO_HEARING_DEAD; /* it died while it drained: the same way on */
    if (released || dead) {
        plan->released = released;
        if (without && fo_agentless_lacks_proof(engine, plan)) {
            start_fence(engine);
        } else if (without) {
            start_choose(engine);
        } else if (plan->intent) {
            choose(engine);
        } else {
            fo_plan_step_to(engine, FO_PLAN_CHOOSE, fo_plan_choose_us(engine));
        }
        return plan->deadline_us;
    }
    if (engine->now_us < plan->deadline_us) {
        return plan->deadline_us;
    }
    if (!without) {
        ask(engine, FO_VOTER_NONE);
    }
    fo_plan_note(engine, FO_REASON_DRAIN_TIMEOUT, plan->cause);
    fail(engine, FO_REASON_DRAIN_TIMEOUT);
    return plan->deadline_us;
}

/* After a restart in this step it is not known whether the choice was made: a target that holds
 * since then answers the question, else the intent is journalled again under the same key. */
static fo_us run_choose(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    if (plan->emit && plan->undo && fo_agentless(engine) &&
        engine->servers[plan->target].health != FO_HEALTH_FAILED) {
        if (engine->now_us < plan->deadline_us) {
            return plan->deadline_us;
        }
        fo_plan_note(engine, FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, FO_REASON_BLOCKED_FENCE_PROOF);
        fo_plan_end(engine);
        return FO_NEVER;
    }
    if (plan->emit) {
        if (engine->now_us < engine->warm_us) {
            return engine->warm_us; /* the epochs in use have to be heard first */
        }
        if (engine->monitor.choice == plan->target) { /* adopted: it has held since (M1) */
            plan->epoch = engine->monitor.choice_epoch;
            plan->emit = false;
            fo_plan_step_to(engine, FO_PLAN_HOLD, engine->policy.take_over_us);
            return engine->now_us;
        }
        plan->deadline_us = engine->now_us + fo_plan_choose_us(engine);
        fo_plan_emit(engine);
    }
    if (engine->now_us >= plan->deadline_us) {
        plan->intent = true; /* the lease protects the move; a stuck journal must not stop it */
        plan->unjournalled = true;
        choose(engine);
    }
    return plan->deadline_us;
}

static void held(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    fo_plan_note(engine, FO_REASON_SWITCHOVER_HELD, plan->cause)->b =
        engine->now_us - plan->started_us;
    fo_plan_did(engine, FO_REASON_SWITCHOVER_HELD);
    if (plan->from != FO_NONE && plan->cause == FO_REASON_SERVER_DEAD) {
        fo_fence_after(engine, plan->from);
    }
    fo_plan_step_to(engine, FO_PLAN_VERIFY, engine->policy.verify_us);
}

/* Without agents: the script's outcome comes as a result; silence is no promotion that is known. */
static fo_us run_promote(struct fo_engine *engine)
{
    if (engine->plan.emit) {
        fo_plan_emit(engine);
    }
    if (engine->now_us >= engine->plan.deadline_us) {
        fo_plan_note(engine, FO_REASON_PROMOTE_FAILED, FO_REASON_NO_ANSWER);
        fail(engine, FO_REASON_PROMOTE_FAILED);
    }
    return engine->plan.deadline_us;
}

static fo_us run_hold(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    const struct fo_server *target = &engine->servers[plan->target];
    if (fo_agentless(engine)) {
        return run_promote(engine);
    }
    /* a lapsed holder that is chosen anew keeps its epoch: holding is what counts */
    if (target->hearing == FO_HEARING_WELL && target->claim == FO_CLAIM_HOLD) {
        held(engine);
        return engine->now_us;
    }
    if (engine->now_us >= engine->warm_us && engine->monitor.choice == FO_VOTER_NONE) {
        struct fo_monitor_output sends; /* made before our restart, under this plan's key */
        fo_monitor_choose(&engine->monitor, (enum fo_voter)plan->target, engine->now_us, &sends);
        fo_monitor_emit(engine, &sends);
        plan->epoch = engine->monitor.choice_epoch;
        fo_plan_step_to(engine, FO_PLAN_HOLD, engine->policy.take_over_us);
    }
    if (engine->now_us >= plan->deadline_us) {
        fail(engine, FO_REASON_BLOCKED_GRANT);
    }
    return engine->plan.deadline_us;
}

/* The service answers at its address, asked after the new server held; without such a probe its
 * agent's own check must do. */
static bool is_verified(const struct fo_engine *engine)
{
    const struct fo_server *target = &engine->servers[engine->plan.target];
    fo_us since_us = engine->plan.deadline_us - engine->policy.verify_us;
    bool checked = false;
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        const struct fo_service_policy *service = &engine->policy.services[i];
        if (!service->checked || !service->needs_server) {
            continue;
        }
        checked = true;
        fo_us good_us = engine->services[i].good_us;
        if (good_us == FO_NEVER || good_us < since_us) {
            return false;
        }
    }
    bool holds = fo_agentless(engine) ||
                 (target->hearing == FO_HEARING_WELL && target->claim == FO_CLAIM_HOLD);
    return holds && (checked || target->health == FO_HEALTH_OK);
}

static fo_us run_verify(struct fo_engine *engine)
{
    struct fo_plan *plan = &engine->plan;
    if (is_verified(engine)) {
        struct fo_subject failed = fo_plan_target(plan);
        fo_plan_note(engine, FO_REASON_SWITCHOVER_VERIFIED, plan->cause)->b =
            engine->now_us - plan->started_us;
        fo_plan_did(engine, FO_REASON_SWITCHOVER_VERIFIED);
        if (!plan->undo) {
            fo_condition_set(engine, FO_REASON_SWITCHOVER_FAILED, failed, false);
        }
        if (fo_agentless(engine)) { /* it answers: should it fail, that begins from here */
            engine->servers[plan->target].claim_us = engine->now_us;
        }
        fo_plan_end(engine);
        return FO_NEVER;
    }
    if (engine->now_us >= plan->deadline_us) {
        fail(engine, FO_REASON_SERVICE_DOWN);
    }
    return engine->plan.deadline_us;
}

static fo_us run_step(struct fo_engine *engine)
{
    switch (engine->plan.step) {
        case FO_PLAN_FENCE:
            return run_fence(engine);
        case FO_PLAN_DRAIN:
            return run_drain(engine);
        case FO_PLAN_CHOOSE:
            return run_choose(engine);
        case FO_PLAN_HOLD:
            return run_hold(engine);
        default:
            FO_ASSERT(engine->plan.step == FO_PLAN_VERIFY);
            return run_verify(engine);
    }
}

void fo_plan_run(struct fo_engine *engine)
{
    fo_us due_us = fo_fence_run(engine);
    fo_us look_us = FO_NEVER;
    if (engine->self.frozen) {
        fo_deadline_bring(&engine->deadlines, FO_TIMER_PLAN, due_us);
        return;
    }
    if (engine->plan.step == FO_PLAN_NONE && fo_need_look(engine)) {
        struct fo_need need = engine->need;
        start(engine, &need, FO_NONE);
    }
    if (engine->plan.step != FO_PLAN_NONE) {
        look_us = run_step(engine);
    } else if (engine->need.cause != FO_REASON_NONE) {
        look_us = engine->now_us + BLOCKED_LOOK_US;
    } else if (!fo_server_serves(engine)) {
        look_us =
            engine->now_us < engine->warm_us ? engine->warm_us : engine->now_us + BLOCKED_LOOK_US;
    }
    fo_deadline_bring(&engine->deadlines, FO_TIMER_PLAN, look_us < due_us ? look_us : due_us);
}

/* ---- results, orders, starts ----------------------------------------------------------------- */

/* Outcome of a script: of promote or demote, where there are no agents. */
static void script_told(struct fo_engine *engine, const struct fo_result *result)
{
    struct fo_plan *plan = &engine->plan;
    bool demote = plan->step == FO_PLAN_DRAIN;
    if (result->outcome != FO_OUTCOME_DONE) {
        uint16_t reason = demote ? FO_REASON_DEMOTE_FAILED : FO_REASON_PROMOTE_FAILED;
        fo_plan_note(engine, (enum fo_reason)reason, result->reason);
        fail(engine, reason);
    } else if (demote) {
        plan->released = true; /* the plan's timer goes on from here */
    } else {
        held(engine);
    }
}

bool fo_plan_result(struct fo_engine *engine, const struct fo_result *result)
{
    struct fo_plan *plan = &engine->plan;
    bool done = result->outcome == FO_OUTCOME_DONE;
    if (fo_fence_result(engine, result)) {
        return true;
    }
    if (plan->step == FO_PLAN_NONE || !fo_key_equal(plan->key, result->key)) {
        return false;
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_durable(engine);
    if (plan->step == FO_PLAN_FENCE) {
        plan->proven = fo_fence_told(engine, plan->from, plan->proof_boot, result);
        if (plan->proven) {
            start_choose(engine);
        } else if (done) {
            fo_plan_end(engine); /* it has come back meanwhile: there is nothing dead to replace */
        } else {
            fail(engine, FO_REASON_BLOCKED_FENCE_PROOF);
        }
        return true;
    }
    if (fo_agentless(engine) && (plan->step == FO_PLAN_DRAIN || plan->step == FO_PLAN_HOLD)) {
        script_told(engine, result);
        return true;
    }
    if (plan->intent || plan->step > FO_PLAN_CHOOSE) {
        return true; /* told twice */
    }
    plan->intent = true;
    plan->unjournalled = !done; /* whatever went wrong with it: availability first */
    if (plan->step == FO_PLAN_CHOOSE) {
        choose(engine);
    }
    return true;
}

bool fo_plan_order(struct fo_engine *engine, uint8_t server, uint8_t person, bool drill,
                   uint16_t *reason)
{
    FO_ASSERT(server < FO_SERVERS);
    struct fo_need need = {.cause = FO_REASON_OPERATOR_ORDER,
                           .from = engine->active == FO_NONE && !fo_agentless(engine)
                                       ? FO_NONE
                                       : (uint8_t)(1 - server),
                           .target = server};
    need.planned = fo_server_serves(engine);
    *reason = engine->plan.step != FO_PLAN_NONE          ? FO_REASON_BLOCKED_IN_PROGRESS
              : engine->active == server && need.planned ? FO_REASON_SWITCHOVER_HELD /* already */
                                                         : FO_REASON_NONE;
    if (*reason != FO_REASON_NONE) {
        return false;
    }
    bool passed = fo_inhibit_check(engine, &need, need.failed);
    fo_need_note(engine, &need);
    for (unsigned i = 0; !passed && i < FO_CHECKS; i++) {
        *reason = *reason == FO_REASON_NONE ? need.failed[i] : *reason;
    }
    if (passed) {
        start(engine, &need, person);
        engine->plan.drill = drill;
        fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    }
    return passed;
}

void fo_plan_freeze(struct fo_engine *engine)
{
    fo_fence_freeze(engine);
    if (engine->plan.step != FO_PLAN_NONE) {
        fo_plan_note(engine, FO_REASON_SWITCHOVER_HANDED_TO_PEOPLE, FO_REASON_BLOCKED_ASSERTION);
        fo_condition_set(engine, FO_REASON_SWITCHOVER_FAILED, fo_plan_target(&engine->plan), true);
        fo_plan_end(engine);
    }
}
