/* SPDX-License-Identifier: Apache-2.0 */
/* One UPS (see ups.h). Low counts only on battery and only when held; a self-test is no outage; a
 * UPS that falls silent on battery is counted down by what it last said. */
#include "failover/ups.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/record.h"
#include "failover/sign.h"
#include "failover/supply.h"

static struct fo_subject subject_of(unsigned device)
{
    return fo_subject_of(FO_SUBJECT_DEVICE, device);
}

/* What stands behind this UPS must be looked at again. */
static void power_changed(struct fo_engine *engine)
{
    fo_deadline_set(&engine->deadlines, FO_TIMER_PLAN, engine->now_us);
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

/* Whether this reading says that the load runs on the battery because the mains are away. */
static bool is_on_battery(const struct fo_engine *engine, const struct fo_device *state,
                          int64_t status)
{
    if ((status & FO_UPS(OB)) != 0) {
        bool tests = (status & (FO_UPS(TEST) | FO_UPS(CAL))) != 0;
        return !tests || engine->mains.lost;
    }
    if ((status & (FO_UPS(OL) | FO_UPS(BYPASS) | FO_UPS(OFF))) != 0) {
        return false;
    }
    return state->on_battery; /* it does not say: as before */
}

static void vote(struct fo_engine *engine, struct fo_device *state, int64_t status)
{
    uint8_t before = state->vote;
    if (state->on_battery) {
        state->vote = FO_MAINS_ABSENT;
    } else {
        state->vote = (status & FO_UPS(OL)) != 0 ? FO_MAINS_PRESENT : FO_MAINS_NO_VOTE;
    }
    if (state->vote != before) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    }
}

static void read_signs(struct fo_engine *engine, unsigned device, int64_t status)
{
    struct fo_device *state = &engine->devices[device];
    bool bypass = (status & FO_UPS(BYPASS)) != 0;
    bool off_before = fo_sign_is(state, FO_SIGN_OFF);
    state->eco = (status & FO_UPS(ECO)) != 0;
    fo_condition_set(engine, FO_REASON_UPS_BYPASS, subject_of(device),
                     fo_sign_read(state, FO_SIGN_BYPASS, bypass));
    fo_condition_set(engine, FO_REASON_UPS_OVERLOAD, subject_of(device),
                     fo_sign_read(state, FO_SIGN_OVERLOAD, (status & FO_UPS(OVER)) != 0));
    fo_condition_set(engine, FO_REASON_UPS_REPLACE_BATTERY, subject_of(device),
                     fo_sign_read(state, FO_SIGN_REPLACE, (status & FO_UPS(RB)) != 0));
    fo_condition_set(engine, FO_REASON_UPS_OFF, subject_of(device),
                     fo_sign_read(state, FO_SIGN_OFF, (status & FO_UPS(OFF)) != 0));
    if (off_before != fo_sign_is(state, FO_SIGN_OFF)) {
        power_changed(engine);
    }
}

void fo_ups_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    FO_ASSERT(device < engine->policy.device_count);
    FO_ASSERT(engine->policy.devices[device].kind == FO_DEVICE_UPS);
    struct fo_device *state = &engine->devices[device];
    state->runtime_us = fo_facts_has(facts, FO_VAR_BATTERY_RUNTIME)
                            ? facts->milli[FO_VAR_BATTERY_RUNTIME] * FO_MS
                            : state->runtime_us;
    if (fo_facts_has(facts, FO_VAR_BATTERY_RUNTIME)) {
        state->runtime_at_us = engine->now_us;
    }
    state->charge_milli = fo_facts_get(facts, FO_VAR_BATTERY_CHARGE, state->charge_milli);
    if (!fo_facts_has(facts, FO_VAR_UPS_STATUS)) {
        return;
    }
    int64_t status = facts->milli[FO_VAR_UPS_STATUS];
    bool battery = is_on_battery(engine, state, status);
    state->low_said = (status & FO_UPS(LB)) != 0;
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

static bool is_low(const struct fo_engine *engine, unsigned device)
{
    const struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    fo_us left_us = fo_supply_runtime(engine, device, engine->now_us);
    if (left_us == FO_NEVER && is_quiet(state)) {
        return true; /* on battery, silent, and it never said how long: assume the worst */
    }
    return state->low_said || (left_us != FO_NEVER && left_us <= policy->low_runtime_us) ||
           (state->charge_milli >= 0 && state->charge_milli <= (int64_t)policy->low_charge_milli);
}

static fo_us earliest(fo_us a, fo_us b)
{
    return a < b ? a : b;
}

/* How long a silent UPS can be believed to carry its load. */
static fo_us silent_left_us(const struct fo_engine *engine, unsigned device)
{
    const struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    fo_us left_us = fo_supply_runtime(engine, device, engine->now_us);
    if (left_us != FO_NEVER) {
        return left_us;
    }
    fo_us since_us = engine->now_us - state->silent_us;
    fo_us assumed_us = policy->low_runtime_us - policy->silent_margin_us;
    return assumed_us > since_us ? assumed_us - since_us : 0;
}

static fo_us run_low(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    fo_us now_us = engine->now_us;
    if (!is_low(engine, device)) {
        state->low_us = FO_NEVER;
        fo_us left_us = fo_supply_runtime(engine, device, now_us);
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
    fo_us left_us = silent_left_us(engine, device);
    if (left_us > 0) {
        return engine->now_us + left_us;
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
        fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    }
    if (!state->on_battery) {
        return FO_NEVER;
    }
    fo_us silent_us = run_silent(engine, device);
    return earliest(silent_us, run_low(engine, device));
}
