/* SPDX-License-Identifier: Apache-2.0 */
/* Power in the view (see view_power.h): what each device says, the worst of what is wrong with it,
 * how far each stage of the shutdown plan is, and the way back from it. */
#include "failover/view_power.h"

#include "failover/condition.h"
#include "failover/engine_state.h"
#include "failover/restore.h"
#include "failover/shed.h"
#include "failover/sign.h"
#include "failover/supply.h"

static void judge(struct fo_view_device *out, enum fo_state state, uint16_t reason)
{
    out->state = (uint8_t)state;
    out->reason = reason;
}

static void judge_ups(const struct fo_engine *engine, unsigned index, struct fo_view_device *out)
{
    static const struct {
        uint8_t sign; /* enum fo_sign; worst first */
        uint16_t reason;
    } signs[] = {{FO_SIGN_BYPASS, FO_REASON_UPS_BYPASS},
                 {FO_SIGN_OVERLOAD, FO_REASON_UPS_OVERLOAD},
                 {FO_SIGN_MARGIN, FO_REASON_UPS_MARGIN},
                 {FO_SIGN_REPLACE, FO_REASON_UPS_REPLACE_BATTERY}};
    const struct fo_device *device = &engine->devices[index];
    out->isolated_protection =
        fo_sign_is(device, FO_SIGN_BYPASS) || device->eco || fo_sign_is(device, FO_SIGN_OFF);
    if (device->exhausted) {
        judge(out, FO_STATE_DOWN, FO_REASON_UPS_EXHAUSTED);
    } else if (fo_sign_is(device, FO_SIGN_OFF)) {
        judge(out, FO_STATE_DOWN, FO_REASON_UPS_OFF);
    } else if (device->communication.state != FO_STATE_OK) {
        return;
    } else if (device->on_battery) {
        judge(out, FO_STATE_DEGRADED, device->dying ? FO_REASON_UPS_LOW : FO_REASON_UPS_ON_BATTERY);
    } else {
        for (unsigned i = 0; i < sizeof signs / sizeof signs[0]; i++) {
            if (fo_sign_is(device, signs[i].sign)) {
                judge(out, FO_STATE_DEGRADED, signs[i].reason);
                return;
            }
        }
    }
}

static void judge_generator(const struct fo_engine *engine, unsigned index,
                            struct fo_view_device *out)
{
    static const uint16_t degraded[] = {
        FO_REASON_GENERATOR_REFUSED,    FO_REASON_GENERATOR_NO_TRANSFER,
        FO_REASON_GENERATOR_START_SLOW, FO_REASON_GENERATOR_NOT_AUTO,
        FO_REASON_GENERATOR_FUEL_LOW,   FO_REASON_GENERATOR_BATTERY_LOW,
        FO_REASON_FUEL_SHORT,           FO_REASON_GENERATOR_TEST_DUE};
    struct fo_subject subject = {.kind = FO_SUBJECT_DEVICE, .index = (uint8_t)index};
    const struct fo_device *device = &engine->devices[index];
    if (device->communication.state != FO_STATE_OK) {
        return;
    }
    if (fo_condition_holds(engine, FO_REASON_GENERATOR_NO_START, subject)) {
        judge(out, FO_STATE_DOWN, FO_REASON_GENERATOR_NO_START);
    } else if (fo_sign_is(device, FO_SIGN_EMERGENCY)) {
        judge(out, FO_STATE_DOWN, FO_REASON_GENERATOR_EMERGENCY_STOP);
    } else if (fo_sign_is(device, FO_SIGN_FAULT)) {
        judge(out, FO_STATE_DOWN, FO_REASON_GENERATOR_FAULT);
    }
    for (unsigned i = 0; out->state == FO_STATE_OK && i < sizeof degraded / sizeof degraded[0];
         i++) {
        if (fo_condition_holds(engine, degraded[i], subject)) {
            judge(out, FO_STATE_DEGRADED, degraded[i]);
        }
    }
}

static void judge_transfer(const struct fo_engine *engine, unsigned index,
                           struct fo_view_device *out)
{
    struct fo_subject subject = {.kind = FO_SUBJECT_DEVICE, .index = (uint8_t)index};
    if (engine->devices[index].communication.state != FO_STATE_OK) {
        return;
    }
    if (fo_condition_holds(engine, FO_REASON_FEED_REDUNDANCY_LOST, subject)) {
        bool gone = fo_supply_device(engine, index) == FO_SUPPLY_GONE;
        judge(out, gone ? FO_STATE_DOWN : FO_STATE_DEGRADED, FO_REASON_FEED_REDUNDANCY_LOST);
    }
}

void fo_view_stage(const struct fo_engine *engine, unsigned index, fo_us now_us,
                   struct fo_view_stage *out)
{
    const struct fo_stage *stage = &engine->stages[index];
    struct fo_subject subject = {FO_SUBJECT_STAGE, (uint8_t)index};
    *out = (struct fo_view_stage){
        .state = stage->state,
        .left_off = fo_condition_holds(engine, FO_REASON_SHED_LEFT_OFF, subject),
        .off = fo_restore_left(engine, index),
        .refused = fo_restore_refusal(engine, subject),
        .since_us = stage->since_us == FO_NEVER ? 0 : now_us - stage->since_us,
        .left_us = fo_shed_left(engine, index),
        .begins_us = fo_shed_begins_in(engine, index, now_us)};
}

void fo_view_restore(const struct fo_engine *engine, struct fo_view_restore *out)
{
    const struct fo_restore *restore = &engine->restore;
    unsigned left = 0;
    for (unsigned i = 0; i < engine->policy.stage_count; i++) {
        left |= fo_restore_left(engine, i);
    }
    *out = (struct fo_view_restore){
        .under_way = restore->stages != 0,
        .stage = restore->stage,
        .act = restore->act,
        .stopped = left != 0 ? restore->stopped : FO_REASON_NONE,
        .refused =
            fo_restore_refusal(engine, (struct fo_subject){.kind = FO_SUBJECT_SITE, .index = 0})};
}

void fo_view_device(const struct fo_engine *engine, unsigned index, fo_us now_us,
                    struct fo_view_device *out)
{
    const struct fo_device *device = &engine->devices[index];
    out->age_us = device->good_us == FO_NEVER ? FO_NEVER : now_us - device->good_us;
    out->quality = device->good_us == FO_NEVER                                           ? FO_ABSENT
                   : out->age_us >= engine->policy.devices[index].communication.stale_us ? FO_STALE
                                                                                         : FO_GOOD;
    out->state = device->communication.state;
    out->reason = device->communication.state == FO_STATE_OK ? 0
                  : device->communication.stale              ? FO_REASON_TOO_OLD
                                                             : device->reason;
    out->on_battery = device->on_battery;
    out->dying = device->dying;
    out->runtime_us = fo_supply_runtime(engine, index, now_us);
    out->fuel_us = device->fuel_us;
    out->outage_us = device->outage_us == FO_NEVER ? 0 : now_us - device->outage_us;
    if (out->state == FO_STATE_DOWN) {
        out->state = FO_STATE_UNKNOWN; /* it does not answer: that is all that is known */
    }
    if (engine->policy.devices[index].kind == FO_DEVICE_UPS) {
        judge_ups(engine, index, out);
    } else if (engine->policy.devices[index].kind == FO_DEVICE_GENERATOR) {
        judge_generator(engine, index, out);
    } else {
        judge_transfer(engine, index, out);
    }
}
