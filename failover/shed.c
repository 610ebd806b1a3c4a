/* SPDX-License-Identifier: Apache-2.0 */
/* The stages of the shutdown plan (see shed.h). A stage waits for its runtime, holds, gives people
 * their window, then does its acts one after the other. The mains or a person end it before its
 * next act; a better number only before its first, because each load less leaves more runtime. */
#include "failover/shed.h"

#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/condition.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/restore.h"

#define FULL_MILLI 95000           /* a battery this full … */
#define FULL_BELIEVED_US FO_MINUTE /* … is not believed to end soon so early in the outage */
#define LOOK_US FO_SECOND          /* runtimes are looked at this often in an outage */

static uint64_t supplies_of(const struct fo_engine *engine, unsigned stage)
{
    return engine->policy.stages[stage].supplies;
}

static unsigned lowest(uint64_t supplies)
{
    FO_ASSERT(supplies != 0);
    return (unsigned)__builtin_ctzll(supplies);
}

static struct fo_subject subject_of(unsigned stage)
{
    return fo_subject_of(FO_SUBJECT_STAGE, stage);
}

void fo_shed_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_STAGES_MAX; i++) {
        engine->stages[i] = (struct fo_stage){
            .since_us = FO_NEVER, .deadline_us = FO_NEVER, .low_us = FO_NEVER, .back_us = FO_NEVER};
    }
}

/* ---- what is left ---------------------------------------------------------------------------- */

/* A number that may be a lie: zero from a card that has none, or minutes from a full battery. */
static bool is_doubtful(const struct fo_device *ups, const struct fo_device_policy *policy,
                        fo_us now_us)
{
    bool filled = ups->charge_milli > (int64_t)policy->low_charge_milli;
    bool young = now_us - ups->outage_us < FULL_BELIEVED_US;
    return (ups->runtime_us == 0 && filled && !ups->low_said) ||
           (young && ups->charge_milli >= FULL_MILLI);
}

/* One UPS: FO_NEVER when it is not on battery, or what it says is not to be acted on. Silent, it
 * counts down from what it said last, minus its margin. */
static fo_us ups_left(const struct fo_engine *engine, unsigned device)
{
    const struct fo_device *ups = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    bool silent = ups->communication.state != FO_STATE_OK;
    if (!ups->on_battery || !fo_battery_is_sure(ups) ||
        ups->communication.state == FO_STATE_UNKNOWN) { /* not asked yet since our start */
        return FO_NEVER;
    }
    if (ups->runtime_us == FO_NEVER) { /* it gives no number: its own word that it is low */
        return !silent && ups->dying && ups->low_said ? 0 : FO_NEVER;
    }
    if (!silent && is_doubtful(ups, policy, engine->now_us)) {
        return FO_NEVER;
    }
    return fo_battery_runtime(ups, policy, engine->now_us);
}

/* Any UPS of the stage still carries its loads: the longest counts, and one that is not known, or
 * not to be acted on, could last for ever. */
fo_us fo_shed_left(const struct fo_engine *engine, unsigned stage)
{
    FO_ASSERT(stage < FO_STAGES_MAX);
    fo_us left_us = 0;
    if (!engine->mains.lost) {
        return FO_NEVER;
    }
    for (uint64_t left = supplies_of(engine, stage); left != 0; left &= left - 1) {
        fo_us one_us = ups_left(engine, lowest(left));
        left_us = one_us > left_us ? one_us : left_us;
    }
    return left_us;
}

static bool is_low(const struct fo_engine *engine, unsigned stage)
{
    return fo_shed_left(engine, stage) <= engine->policy.stages[stage].runtime_us;
}

fo_us fo_shed_begins_in(const struct fo_engine *engine, unsigned stage, fo_us now_us)
{
    FO_ASSERT(stage < FO_STAGES_MAX);
    const struct fo_stage_policy *policy = &engine->policy.stages[stage];
    const struct fo_stage *state = &engine->stages[stage];
    fo_us left_us = 0;
    if (state->state == FO_STAGE_DUE) {
        fo_us open_us = state->since_us + policy->window_us;
        return open_us > now_us ? open_us - now_us : 0;
    }
    for (uint64_t left = supplies_of(engine, stage); left != 0; left &= left - 1) {
        unsigned i = lowest(left);
        fo_us one_us = fo_battery_runtime(&engine->devices[i], &engine->policy.devices[i], now_us);
        left_us = one_us > left_us ? one_us : left_us;
    }
    if (left_us == FO_NEVER || state->state != FO_STAGE_READY) {
        return FO_NEVER;
    }
    fo_us until_us = left_us > policy->runtime_us ? left_us - policy->runtime_us : 0;
    fo_us held_us = state->low_us == FO_NEVER ? 0 : now_us - state->low_us;
    fo_us hold_us = policy->hold_us > held_us ? policy->hold_us - held_us : 0;
    return until_us + hold_us + policy->window_us;
}

/* Every UPS of the stage is off its battery, and at least one of them says so now. */
static bool is_fed(const struct fo_engine *engine, unsigned stage)
{
    bool any = false;
    for (uint64_t left = supplies_of(engine, stage); left != 0; left &= left - 1) {
        const struct fo_device *ups = &engine->devices[lowest(left)];
        if (ups->on_battery) {
            return false;
        }
        any = any || ups->communication.state == FO_STATE_OK;
    }
    return any && !engine->mains.lost;
}

/* ---- acts ------------------------------------------------------------------------------------ */

static bool may_act(const struct fo_engine *engine)
{
    return engine->policy.shed_armed && !engine->policy.drill && !engine->self.frozen &&
           !engine->self.journal_dead && !fo_network_is_cut(engine) && !engine->inhibit.hold &&
           engine->inhibit.maintenance_us[FO_MAINTENANCE_SITE] == FO_NEVER &&
           !fo_restore_is_acting(engine); /* never both ways at once */
}

/* What matters least is given up first: an earlier stage on the same batteries comes before. */
bool fo_shed_is_turn(const struct fo_engine *engine, unsigned stage)
{
    FO_ASSERT(stage < FO_STAGES_MAX);
    for (unsigned i = 0; i < stage; i++) {
        uint8_t state = engine->stages[i].state;
        bool shared =
            (engine->policy.stages[i].supplies & engine->policy.stages[stage].supplies) != 0;
        if (shared && state != FO_STAGE_SHED && state != FO_STAGE_STOPPED) {
            return false;
        }
    }
    return true;
}

static void enter(struct fo_engine *engine, unsigned index, enum fo_stage_state state)
{
    struct fo_stage *stage = &engine->stages[index];
    stage->state = (uint8_t)state;
    stage->since_us = engine->now_us;
    stage->deadline_us = FO_NEVER;
    stage->low_us = FO_NEVER;
    stage->back_us = FO_NEVER;
    stage->emit = false;
    fo_condition_set(engine, FO_REASON_SHED_DUE, subject_of(index), state == FO_STAGE_DUE);
    fo_durable(engine);
}

static void cancel(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    fo_note(engine, FO_REASON_SHED_CANCELLED, 0, subject_of(index),
            engine->now_us - stage->since_us, stage->state);
    enter(engine, index, FO_STAGE_READY);
}

static void begin_act(struct fo_engine *engine, unsigned index, unsigned act)
{
    struct fo_stage *stage = &engine->stages[index];
    stage->act = (uint8_t)act;
    stage->key = fo_key_next(engine);
    stage->emit = true;
    fo_durable(engine);
}

static void emit(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    struct fo_command *command = fo_command_add(engine, FO_COMMAND_SHED);
    stage->emit = false;
    stage->off |= (uint8_t)(1U << stage->act); /* until it is seen on again */
    stage->deadline_us = engine->now_us + engine->policy.shed_act_us;
    command->stage = (uint8_t)index;
    command->act = stage->act;
    command->reason = FO_REASON_SHED_STARTED;
    command->key = stage->key;
    command->deadline_us = stage->deadline_us;
    fo_durable(engine);
}

static void become_shed(struct fo_engine *engine, unsigned index, unsigned acts)
{
    fo_note(engine, FO_REASON_SHED_DONE, 0, subject_of(index), acts,
            engine->stages[index].failed ? 1 : 0);
    enter(engine, index, FO_STAGE_SHED);
}

static void act_ended(struct fo_engine *engine, unsigned index, bool done)
{
    struct fo_stage *stage = &engine->stages[index];
    unsigned next = stage->act + 1U;
    stage->deadline_us = FO_NEVER;
    if (!done) { /* the others still save runtime */
        stage->failed = true;
        fo_condition_set(engine, FO_REASON_SHED_FAILED, subject_of(index), true);
    }
    if (next < engine->policy.stages[index].acts) {
        begin_act(engine, index, next);
    } else {
        become_shed(engine, index, next);
    }
    fo_durable(engine);
}

/* ---- one stage ------------------------------------------------------------------------------- */

static fo_us sooner(const struct fo_engine *engine, fo_us due_us)
{
    fo_us look_us = engine->now_us + LOOK_US;
    return due_us > engine->now_us && due_us < look_us ? due_us : look_us;
}

/* Something may change without a word from a UPS: runtimes run down. */
static bool is_outage(const struct fo_engine *engine, unsigned stage)
{
    bool any = false;
    for (uint64_t left = supplies_of(engine, stage); left != 0; left &= left - 1) {
        any = any || engine->devices[lowest(left)].on_battery;
    }
    return any;
}

static fo_us run_ready(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    const struct fo_stage_policy *policy = &engine->policy.stages[index];
    if (!is_low(engine, index)) { /* never while the mains are there, whatever is worked on */
        stage->low_us = FO_NEVER;
        return is_outage(engine, index) ? engine->now_us + LOOK_US : FO_NEVER;
    }
    stage->low_us = stage->low_us == FO_NEVER ? engine->now_us : stage->low_us;
    if (engine->now_us - stage->low_us < policy->hold_us) {
        return sooner(engine, stage->low_us + policy->hold_us);
    }
    stage->failed = false;
    stage->stopped = false;
    enter(engine, index, FO_STAGE_DUE);
    return sooner(engine, engine->now_us + policy->window_us);
}

static fo_us run_due(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    fo_us open_us = stage->since_us + engine->policy.stages[index].window_us;
    if (!is_low(engine, index)) { /* the mains are back, or there is more time after all */
        cancel(engine, index);
        return engine->now_us + LOOK_US;
    }
    if (engine->now_us >= open_us && may_act(engine) && fo_shed_is_turn(engine, index)) {
        fo_us left_us = fo_shed_left(engine, index);
        if (!fo_condition_holds(engine, FO_REASON_SHED_LEFT_OFF, subject_of(index))) {
            stage->off = 0; /* people have seen to what was off before */
            engine->restore.stopped = FO_REASON_NONE;
        }
        enter(engine, index, FO_STAGE_SHEDDING);
        fo_note(engine, FO_REASON_SHED_STARTED, 0, subject_of(index), left_us, 0);
        begin_act(engine, index, 0);
        return engine->now_us;
    }
    return sooner(engine, open_us);
}

static fo_us run_acting(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    if (!stage->emit) {
        if (engine->now_us < stage->deadline_us) {
            return stage->deadline_us;
        }
        act_ended(engine, index, false);
        return engine->now_us;
    }
    if (stage->stopped) { /* perhaps off since before a crash: what is in doubt counts as off */
        become_shed(engine, index, stage->act);
        return engine->now_us + LOOK_US;
    }
    /* a stage that has begun goes on although each load less leaves more runtime */
    if (fo_shed_left(engine, index) != FO_NEVER && may_act(engine)) {
        emit(engine, index);
        return stage->deadline_us;
    }
    if (is_fed(engine, index)) { /* only what came before this act is off */
        become_shed(engine, index, stage->act);
    }
    return engine->now_us + LOOK_US;
}

/* Off, or stopped by a person: until the mains have been back for a while. */
static fo_us run_off(struct fo_engine *engine, unsigned index)
{
    struct fo_stage *stage = &engine->stages[index];
    if (!is_fed(engine, index)) {
        stage->back_us = FO_NEVER;
        return engine->now_us + LOOK_US;
    }
    stage->back_us = stage->back_us == FO_NEVER ? engine->now_us : stage->back_us;
    if (engine->now_us - stage->back_us < engine->policy.return_hold_us) {
        return stage->back_us + engine->policy.return_hold_us;
    }
    if (stage->state == FO_STAGE_SHED) {
        fo_condition_set(engine, FO_REASON_SHED_FAILED, subject_of(index), false);
        fo_condition_set(engine, FO_REASON_SHED_LEFT_OFF, subject_of(index), true);
        enter(engine, index, FO_STAGE_READY);
    } else {
        cancel(engine, index);
    }
    return FO_NEVER;
}

static fo_us run_stage(struct fo_engine *engine, unsigned index)
{
    switch (engine->stages[index].state) {
        case FO_STAGE_READY:
            return run_ready(engine, index);
        case FO_STAGE_DUE:
            return run_due(engine, index);
        case FO_STAGE_SHEDDING:
            return run_acting(engine, index);
        default:
            FO_ASSERT(engine->stages[index].state < FO_STAGE_STATES);
            return run_off(engine, index);
    }
}

fo_us fo_shed_run(struct fo_engine *engine)
{
    fo_us due_us = FO_NEVER;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        if (!fo_output_room(engine)) {
            return engine->now_us;
        }
        fo_us one_us = run_stage(engine, i);
        due_us = one_us < due_us ? one_us : due_us;
    }
    return due_us;
}

bool fo_shed_result(struct fo_engine *engine, const struct fo_result *result)
{
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        const struct fo_stage *stage = &engine->stages[i];
        if (stage->state == FO_STAGE_SHEDDING && stage->deadline_us != FO_NEVER &&
            fo_key_equal(stage->key, result->key)) {
            act_ended(engine, i, result->outcome == FO_OUTCOME_DONE);
            fo_deadline_set(&engine->deadlines, FO_TIMER_SHED, engine->now_us);
            return true;
        }
    }
    return false;
}

bool fo_shed_stop(struct fo_engine *engine)
{
    bool any = false;
    for (unsigned i = 0; engine->mains.lost && i < engine->policy.stage_count; i++) {
        struct fo_stage *stage = &engine->stages[i];
        if (stage->state == FO_STAGE_READY || stage->state == FO_STAGE_DUE) {
            enter(engine, i, FO_STAGE_STOPPED);
            any = true;
        } else if (stage->state == FO_STAGE_SHEDDING && !stage->stopped) {
            stage->stopped = true; /* the act under way ends; no other begins */
            fo_durable(engine);
            any = true;
        }
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_SHED, engine->now_us);
    return any;
}

void fo_shed_boot(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        struct fo_stage *stage = &engine->stages[i];
        stage->emit = stage->state == FO_STAGE_SHEDDING;
        stage->deadline_us = FO_NEVER;
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_SHED, engine->now_us);
}
