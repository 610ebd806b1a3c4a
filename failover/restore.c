/* SPDX-License-Identifier: Apache-2.0 */
/* Switching on again (see restore.h). An order is a set of stages; the load that comes next follows
 * from what is off, so that a person who says that all is on again ends it as well. */
#include "failover/restore.h"

#include "failover/agentless.h"
#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/window.h"

#define LOOK_US FO_SECOND /* the mains are looked at this often in a pause */
/* with one of these signs a UPS would drop a load, or take one more badly */
#define UNFIT (1U << FO_SIGN_BYPASS | 1U << FO_SIGN_OVERLOAD | 1U << FO_SIGN_OFF)

static struct fo_subject subject_of(unsigned stage)
{
    return fo_subject_of(FO_SUBJECT_STAGE, stage);
}

void fo_restore_init(struct fo_engine *engine)
{
    engine->restore = (struct fo_restore){
        .stage = FO_NONE, .act = FO_NONE, .deadline_us = FO_NEVER, .next_us = FO_NEVER};
}

bool fo_restore_is_acting(const struct fo_engine *engine)
{
    return engine->restore.deadline_us != FO_NEVER;
}

/* ---- what is off ----------------------------------------------------------------------------- */

uint8_t fo_restore_left(const struct fo_engine *engine, unsigned stage)
{
    FO_ASSERT(stage < engine->policy.stage_count);
    unsigned all = (1U << engine->policy.stages[stage].acts) - 1;
    bool told = fo_condition_holds(engine, FO_REASON_SHED_LEFT_OFF, subject_of(stage));
    return told ? (uint8_t)(engine->stages[stage].off & all) : 0;
}

/* Those of them that a command can switch on. */
static unsigned within_reach(const struct fo_engine *engine, unsigned stage)
{
    return fo_restore_left(engine, stage) & ~(unsigned)engine->policy.stages[stage].by_hand;
}

/* What was given up last comes back first. False: nothing is left that a command can switch on. */
static bool find_next(const struct fo_engine *engine, unsigned stages, unsigned *stage,
                      unsigned *act)
{
    for (unsigned i = engine->policy.stage_count; i-- > 0;) {
        unsigned left = (stages >> i & 1) != 0 ? within_reach(engine, i) : 0;
        if (left != 0) {
            *stage = i;
            *act = 31U - (unsigned)__builtin_clz(left);
            return true;
        }
    }
    return false;
}

/* ---- what stands against it ------------------------------------------------------------------ */

static uint16_t check_monitor(const struct fo_engine *engine)
{
    if (engine->policy.drill) {
        return FO_REASON_DRILL;
    }
    if (engine->self.frozen) {
        return FO_REASON_BLOCKED_ASSERTION;
    }
    if (engine->self.journal_dead) {
        return FO_REASON_BLOCKED_JOURNAL;
    }
    if (engine->self.clock_unwell) {
        return FO_REASON_BLOCKED_MONITOR_UNWELL;
    }
    return fo_network_is_cut(engine) ? FO_REASON_BLOCKED_OWN_NETWORK : FO_REASON_NONE;
}

/* People at the machines; servers that move, or of which nobody knows which one serves: a server
 * without an agent does not ask before it begins to serve when its power comes back. */
static uint16_t check_room(const struct fo_engine *engine, unsigned stage)
{
    bool worked_on = fo_window_holds(engine, fo_subject_of(FO_SUBJECT_SITE, 0));
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        bool carries = (engine->policy.stages[stage].supplies >> i & 1) != 0;
        worked_on =
            worked_on || (carries && fo_window_holds(engine, fo_subject_of(FO_SUBJECT_DEVICE, i)));
    }
    if (worked_on) {
        return FO_REASON_BLOCKED_MAINTENANCE;
    }
    if (engine->plan.step != FO_PLAN_NONE) {
        return FO_REASON_BLOCKED_IN_PROGRESS;
    }
    return fo_agentless(engine) && engine->active == FO_NONE ? FO_REASON_BLOCKED_SERVER_UNKNOWN
                                                             : FO_REASON_NONE;
}

/* The mains are there and have been for a while, every UPS of the stage says so, and one of them
 * lasts long enough that the stage would not be given up again at once. */
static uint16_t check_power(const struct fo_engine *engine, unsigned stage)
{
    const struct fo_stage_policy *policy = &engine->policy.stages[stage];
    fo_us since_us = engine->mains.back_us, left_us = 0;
    if (engine->mains.lost) {
        return FO_REASON_BLOCKED_MAINS;
    }
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        const struct fo_device *ups = &engine->devices[i];
        if ((policy->supplies >> i & 1) == 0) {
            continue;
        }
        fo_us one_us = fo_battery_runtime(ups, &engine->policy.devices[i], engine->now_us);
        if (ups->present_us == FO_NEVER || (ups->signs & UNFIT) != 0 || one_us == FO_NEVER) {
            return FO_REASON_BLOCKED_SUPPLY; /* on battery, silent, or it cannot bear it */
        }
        since_us = ups->present_us > since_us ? ups->present_us : since_us;
        left_us = one_us > left_us ? one_us : left_us;
    }
    if (engine->now_us - since_us < engine->policy.return_hold_us) {
        return FO_REASON_BLOCKED_MAINS;
    }
    return left_us < policy->runtime_us + policy->hold_us + policy->window_us
               ? FO_REASON_BLOCKED_SUPPLY
               : FO_REASON_NONE;
}

static uint16_t check_stage(const struct fo_engine *engine, unsigned stage)
{
    uint16_t why = check_monitor(engine);
    why = why != FO_REASON_NONE ? why : check_power(engine, stage);
    why = why != FO_REASON_NONE ? why : check_room(engine, stage);
    if (why != FO_REASON_NONE) {
        return why;
    }
    if (engine->stages[stage].state != FO_STAGE_READY) { /* its last outage is not over */
        return FO_REASON_BLOCKED_SWITCHING;
    }
    if (fo_restore_left(engine, stage) == 0) {
        return FO_REASON_BLOCKED_NOT_OFF;
    }
    return within_reach(engine, stage) == 0 ? FO_REASON_BLOCKED_BY_HAND : FO_REASON_NONE;
}

static unsigned stages_of(const struct fo_engine *engine, struct fo_subject what)
{
    unsigned stages = 0;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        bool off = fo_restore_left(engine, i) != 0 || engine->stages[i].state == FO_STAGE_SHED;
        bool named = what.kind == FO_SUBJECT_STAGE && what.index == i;
        stages |= named || (what.kind == FO_SUBJECT_SITE && off) ? 1U << i : 0;
    }
    return stages;
}

uint16_t fo_restore_refusal(const struct fo_engine *engine, struct fo_subject what)
{
    unsigned stages = stages_of(engine, what);
    unsigned stage = 0, act = 0;
    if (stages == 0) {
        return what.kind == FO_SUBJECT_SITE ? FO_REASON_BLOCKED_NOT_OFF : FO_REASON_NO_SUCH_OBJECT;
    }
    if (engine->restore.stages != 0) {
        return FO_REASON_BLOCKED_SWITCHING;
    }
    if (!find_next(engine, stages, &stage, &act)) {
        stage = (unsigned)__builtin_ctz(stages); /* it says why not */
    }
    return check_stage(engine, stage);
}

/* ---- one order ------------------------------------------------------------------------------- */

static void aim(struct fo_engine *engine, unsigned stage, unsigned act)
{
    struct fo_restore *restore = &engine->restore;
    if (restore->stage != stage || restore->act != act) {
        restore->stage = (uint8_t)stage;
        restore->act = (uint8_t)act;
        fo_durable(engine);
    }
}

static void end(struct fo_engine *engine, uint16_t stopped)
{
    fo_restore_init(engine);
    engine->restore.stopped = stopped;
    fo_durable(engine);
}

/* What is off stays off, and those who were told of it hear that it is not over. */
static void stop(struct fo_engine *engine, uint16_t why)
{
    const struct fo_restore *restore = &engine->restore;
    struct fo_subject stage = subject_of(restore->stage);
    uint8_t slot = fo_incident_find(engine, FO_REASON_SHED_LEFT_OFF, stage);
    fo_note(engine, FO_REASON_RESTORE_STOPPED, why, stage, restore->act, restore->count);
    fo_incident_did(engine, FO_REASON_SHED_LEFT_OFF, stage, FO_REASON_RESTORE_STOPPED);
    if (slot != FO_NONE) {
        fo_incident_worsen(engine, slot, FO_REASON_RESTORE_STOPPED);
    }
    end(engine, why);
}

/* All that a command can do is done; what is left needs a hand. */
static void finish(struct fo_engine *engine)
{
    unsigned left = 0;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        bool ordered = (engine->restore.stages >> i & 1) != 0;
        uint8_t by_hand = ordered ? fo_restore_left(engine, i) : 0;
        if (by_hand != 0) {
            fo_note(engine, FO_REASON_RESTORE_BY_HAND, 0, subject_of(i), by_hand, 0);
            fo_incident_did(engine, FO_REASON_SHED_LEFT_OFF, subject_of(i),
                            FO_REASON_RESTORE_BY_HAND);
        }
        for (unsigned rest = by_hand; rest != 0; rest &= rest - 1) { /* a load for each bit */
            left++;
        }
    }
    fo_note(engine, FO_REASON_RESTORE_DONE, 0, fo_subject_of(FO_SUBJECT_SITE, 0),
            engine->restore.count, left);
    end(engine, FO_REASON_NONE);
}

static void switch_on(struct fo_engine *engine)
{
    struct fo_restore *restore = &engine->restore;
    FO_ASSERT(!engine->mains.lost && !engine->policy.drill);
    struct fo_command *command = fo_command_add(engine, FO_COMMAND_RESTORE);
    restore->key = fo_key_next(engine);
    restore->deadline_us = engine->now_us + engine->policy.shed_act_us;
    command->stage = restore->stage;
    command->act = restore->act;
    command->reason = FO_REASON_RESTORE_STARTED;
    command->key = restore->key;
    command->deadline_us = restore->deadline_us;
    fo_durable(engine);
}

static void load_is_on(struct fo_engine *engine)
{
    struct fo_restore *restore = &engine->restore;
    struct fo_subject stage = subject_of(restore->stage);
    engine->stages[restore->stage].off &= (uint8_t) ~(1U << restore->act);
    restore->count++;
    restore->next_us = engine->now_us + engine->policy.restore_pause_us;
    uint8_t left = fo_restore_left(engine, restore->stage);
    fo_note(engine, FO_REASON_RESTORE_LOAD_ON, 0, stage, restore->act, left);
    if (left == 0) {
        fo_incident_did(engine, FO_REASON_SHED_LEFT_OFF, stage, FO_REASON_RESTORE_DONE);
        fo_condition_set(engine, FO_REASON_SHED_LEFT_OFF, stage, false);
    }
    fo_durable(engine);
}

uint16_t fo_restore_order(struct fo_engine *engine, struct fo_subject what)
{
    struct fo_restore *restore = &engine->restore;
    unsigned stage = 0, act = 0;
    uint16_t why = fo_restore_refusal(engine, what);
    if (why != FO_REASON_NONE) {
        return why;
    }
    restore->stages = (uint8_t)stages_of(engine, what);
    bool found = find_next(engine, restore->stages, &stage, &act);
    FO_ASSERT(found);
    aim(engine, stage, act);
    restore->next_us = engine->now_us;
    restore->stopped = FO_REASON_NONE;
    fo_note(engine, FO_REASON_RESTORE_STARTED, 0, what, restore->stages, 0);
    fo_deadline_set(&engine->deadlines, FO_TIMER_RESTORE, engine->now_us);
    fo_durable(engine);
    return FO_REASON_NONE;
}

bool fo_restore_stop(struct fo_engine *engine)
{
    bool any = engine->restore.stages != 0 && !engine->restore.halt;
    engine->restore.halt = engine->restore.halt || any;
    fo_deadline_set(&engine->deadlines, FO_TIMER_RESTORE, engine->now_us);
    return any;
}

fo_us fo_restore_run(struct fo_engine *engine)
{
    struct fo_restore *restore = &engine->restore;
    unsigned stage = 0, act = 0;
    if (restore->stages == 0) {
        return FO_NEVER;
    }
    if (fo_restore_is_acting(engine)) {
        if (engine->now_us < restore->deadline_us) {
            return restore->deadline_us;
        }
        stop(engine, FO_REASON_NO_ANSWER);
        return FO_NEVER;
    }
    if (!find_next(engine, restore->stages, &stage, &act)) {
        finish(engine);
        return FO_NEVER;
    }
    aim(engine, stage, act);
    uint16_t why = restore->halt ? FO_REASON_OPERATOR_ORDER : check_stage(engine, stage);
    if (why != FO_REASON_NONE) {
        stop(engine, why);
        return FO_NEVER;
    }
    if (engine->now_us < restore->next_us) {
        fo_us look_us = engine->now_us + LOOK_US;
        return restore->next_us < look_us ? restore->next_us : look_us;
    }
    switch_on(engine);
    return restore->deadline_us;
}

bool fo_restore_result(struct fo_engine *engine, const struct fo_result *result)
{
    struct fo_restore *restore = &engine->restore;
    if (!fo_restore_is_acting(engine) || !fo_key_equal(restore->key, result->key)) {
        return false;
    }
    restore->deadline_us = FO_NEVER;
    if (result->outcome == FO_OUTCOME_DONE) {
        load_is_on(engine);
    } else {
        stop(engine, FO_REASON_RESTORE_FAILED);
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_RESTORE, engine->now_us);
    return true;
}

void fo_restore_boot(struct fo_engine *engine)
{
    if (engine->restore.stages != 0) {
        stop(engine, FO_REASON_MONITOR_RESTARTED);
    }
}
