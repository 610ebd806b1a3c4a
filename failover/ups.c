/* SPDX-License-Identifier: Apache-2.0 */
/* One UPS (see ups.h). Low counts only on battery and only when held; a self-test is no outage; a
 * UPS that falls silent on battery is counted down by what it last said. */
#include "failover/ups.h"

#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/condition.h"
#include "failover/record.h"
#include "failover/sign.h"

static struct fo_subject subject_of(unsigned device)
{
    return fo_subject_of(FO_SUBJECT_DEVICE, device);
}

/* What stands behind this UPS must be looked at again. */
static void power_changed(struct fo_engine *engine)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_SHED, engine->now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
}

static void go_on_battery(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    state->on_battery = true;
    state->outage_us = engine->now_us;
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        if (i != device) {
            engine->poll |= (uint64_t)1 << i; /* is it the room, or only this one? */
        }
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_OUTPUT, engine->now_us);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    power_changed(engine);
    fo_durable(engine);
}

static void go_on_mains(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    state->on_battery = false;
    state->dying = false;
    state->exhausted = false;
    state->low_said = false;
    state->outage_us = FO_NEVER;
    state->low_us = FO_NEVER;
    state->silent_us = FO_NEVER;
    fo_condition_set(engine, FO_REASON_UPS_LOW, subject_of(device), false);
    fo_condition_set(engine, FO_REASON_UPS_EXHAUSTED, subject_of(device), false);
    fo_condition_set(engine, FO_REASON_UPS_SILENT_ON_BATTERY, subject_of(device), false);
    fo_condition_set(engine, FO_REASON_UPS_ON_BATTERY, subject_of(device), false);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    power_changed(engine);
    fo_durable(engine);
}

static void vote(struct fo_engine *engine, struct fo_device *state, int64_t status)
{
    uint8_t before = state->vote;
    if (state->on_battery) {
        state->vote = FO_MAINS_ABSENT;
    } else {
        state->vote = (status & FO_UPS(OL)) != 0 ? FO_MAINS_PRESENT : FO_MAINS_NO_VOTE;
    }
    if (state->vote != FO_MAINS_PRESENT) {
        state->present_us = FO_NEVER;
    } else if (state->present_us == FO_NEVER) {
        state->present_us = engine->now_us;
    }
    bool awaited = engine->deadlines.due_us[FO_TIMER_MAINS] != FO_NEVER;
    if (state->vote != before || awaited) { /* the word that was waited for may be the same one */
        fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    }
}

static void read_signs(struct fo_engine *engine, unsigned device, int64_t status)
{
    static const struct {
        enum fo_sign sign;
        enum fo_reason cause;
    } causes[] = {{FO_SIGN_BYPASS, FO_REASON_UPS_BYPASS},
                  {FO_SIGN_OVERLOAD, FO_REASON_UPS_OVERLOAD},
                  {FO_SIGN_REPLACE, FO_REASON_UPS_REPLACE_BATTERY},
                  {FO_SIGN_OFF, FO_REASON_UPS_OFF},
                  {FO_SIGN_MARGIN, FO_REASON_UPS_MARGIN}};
    struct fo_device *state = &engine->devices[device];
    bool off_before = fo_sign_is(state, FO_SIGN_OFF);
    fo_battery_signs(state, &engine->policy.devices[device], status);
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        fo_condition_set(engine, causes[i].cause, subject_of(device),
                         fo_sign_is(state, causes[i].sign));
    }
    if (off_before != fo_sign_is(state, FO_SIGN_OFF)) {
        power_changed(engine);
    }
}

void fo_ups_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    FO_ASSERT(device < engine->policy.device_count);
    FO_ASSERT(engine->policy.devices[device].kind == FO_DEVICE_UPS);
    struct fo_device *state = &engine->devices[device];
    bool sure = fo_battery_is_sure(state);
    fo_battery_read(state, facts, engine->now_us);
    if (sure != fo_battery_is_sure(state)) {
        fo_durable(engine); /* it may fall silent, and we may start anew, before it says so again */
    }
    if (!fo_facts_has(facts, FO_VAR_UPS_STATUS)) {
        return;
    }
    int64_t status = facts->milli[FO_VAR_UPS_STATUS];
    bool battery = fo_battery_is_used(state, status, engine->mains.lost);
    if (battery && !state->on_battery) {
        go_on_battery(engine, device);
    } else if (!battery && state->on_battery) {
        go_on_mains(engine, device);
    }
    vote(engine, state, status);
    read_signs(engine, device, status);
}

/* ---- low, dying, gone ---------------------------------------------------------------------- */

static bool is_quiet(const struct fo_device *state)
{
    return state->communication.state != FO_STATE_OK;
}

static fo_us run_low(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    fo_us now_us = engine->now_us;
    if (!fo_battery_is_low(state, policy, now_us)) {
        state->low_us = FO_NEVER;
        fo_us left_us = fo_battery_runtime(state, policy, now_us);
        return left_us == FO_NEVER ? FO_NEVER : now_us + left_us - policy->low_runtime_us;
    }
    state->low_us = state->low_us == FO_NEVER ? now_us : state->low_us;
    if (state->dying) {
        return FO_NEVER;
    }
    if (now_us - state->low_us < policy->low_hold_us) {
        return state->low_us + policy->low_hold_us;
    }
    state->dying = true;
    fo_durable(engine);
    fo_condition_set(engine, FO_REASON_UPS_LOW, subject_of(device), true);
    power_changed(engine);
    return FO_NEVER;
}

static fo_us run_silent(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    if (!is_quiet(state)) {
        state->silent_us = FO_NEVER;
        state->exhausted = false;
        fo_condition_set(engine, FO_REASON_UPS_SILENT_ON_BATTERY, subject_of(device), false);
        fo_condition_set(engine, FO_REASON_UPS_EXHAUSTED, subject_of(device), false);
        return FO_NEVER;
    }
    if (state->silent_us == FO_NEVER) {
        state->silent_us = engine->now_us;
    }
    if (state->communication.state == FO_STATE_DOWN) { /* after a start we have not asked it yet */
        fo_condition_set(engine, FO_REASON_UPS_SILENT_ON_BATTERY, subject_of(device), true);
    }
    if (state->exhausted) {
        return FO_NEVER;
    }
    fo_us left_us = fo_battery_silent_left(state, &engine->policy.devices[device], engine->now_us);
    if (left_us > 0) {
        return left_us == FO_NEVER ? FO_NEVER : engine->now_us + left_us;
    }
    state->exhausted = true;
    fo_condition_set(engine, FO_REASON_UPS_EXHAUSTED, subject_of(device), true);
    power_changed(engine);
    return FO_NEVER;
}

fo_us fo_ups_run(struct fo_engine *engine, unsigned device)
{
    FO_ASSERT(device < engine->policy.device_count);
    struct fo_device *state = &engine->devices[device];
    uint8_t communication = state->communication.state;
    if (communication != FO_STATE_UNKNOWN || state->on_battery) { /* unknown ends no alarm */
        fo_condition_set(engine, FO_REASON_UPS_SILENT, subject_of(device),
                         communication == FO_STATE_DOWN && !state->on_battery);
    }
    if (is_quiet(state) && state->vote != FO_MAINS_NO_VOTE) {
        state->vote = FO_MAINS_NO_VOTE; /* what it says no longer counts for the room */
        state->present_us = FO_NEVER;
        fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    }
    if (!state->on_battery) {
        return FO_NEVER;
    }
    fo_us silent_us = run_silent(engine, device);
    return fo_earlier(silent_us, run_low(engine, device));
}
