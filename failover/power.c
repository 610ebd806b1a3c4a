/* SPDX-License-Identifier: Apache-2.0 */
/* Readings of power devices (see power.h): does it answer, is it stale, and what does the machine
 * of its kind make of it. Communication lost is not power lost. */
#include "failover/power.h"

#include "failover/assert.h"
#include "failover/facts.h"
#include "failover/generator.h"
#include "failover/network.h"
#include "failover/record.h"
#include "failover/transfer.h"
#include "failover/ups.h"

void fo_power_device_init(struct fo_device *device)
{
    *device = (struct fo_device){.good_us = FO_NEVER,
                                 .reason = FO_REASON_NOT_READ_YET,
                                 .outage_us = FO_NEVER,
                                 .present_us = FO_NEVER,
                                 .low_us = FO_NEVER,
                                 .silent_us = FO_NEVER,
                                 .runtime_us = FO_NEVER,
                                 .charge_milli = -1,
                                 .voltage_us = FO_NEVER,
                                 .loaded_us = FO_NEVER,
                                 .fuel_us = FO_NEVER,
                                 .work_us = FO_NEVER,
                                 .test_due_us = FO_NEVER};
    fo_source_init(&device->communication);
}

void fo_power_init(struct fo_engine *engine)
{
    for (unsigned i = 0; i < FO_DEVICES_MAX; i++) {
        fo_power_device_init(&engine->devices[i]);
    }
    engine->mains = (struct fo_mains){.lost_us = FO_NEVER, .mixed_us = FO_NEVER};
}

static void communication_changed(struct fo_engine *engine, unsigned device, uint8_t before)
{
    fo_network_source(engine, before, engine->devices[device].communication.state);
    fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
}

void fo_power_reading(struct fo_engine *engine, const struct fo_reading *reading)
{
    unsigned index = reading->device;
    FO_ASSERT(index < engine->policy.device_count);
    struct fo_device *device = &engine->devices[index];
    const struct fo_device_policy *policy = &engine->policy.devices[index];
    bool good = reading->quality == FO_GOOD;
    uint8_t before = device->communication.state;
    if (fo_source_sample(&device->communication, &policy->communication, good, engine->now_us)) {
        communication_changed(engine, index, before);
    }
    device->reason = good ? 0 : reading->reason;
    if (good) {
        struct fo_facts facts;
        fo_facts_take(&facts, reading);
        device->good_us = engine->now_us;
        fo_network_heard(engine);
        if (policy->kind == FO_DEVICE_UPS) {
            fo_ups_reading(engine, index, &facts);
        } else if (policy->kind == FO_DEVICE_GENERATOR) {
            fo_generator_reading(engine, index, &facts);
        } else {
            fo_transfer_reading(engine, index, &facts);
        }
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_DEVICE + index, fo_power_run(engine, index));
}

fo_us fo_power_run(struct fo_engine *engine, unsigned index)
{
    FO_ASSERT(index < FO_DEVICES_MAX);
    if (index >= engine->policy.device_count) {
        return FO_NEVER;
    }
    struct fo_device *device = &engine->devices[index];
    const struct fo_device_policy *policy = &engine->policy.devices[index];
    uint8_t before = device->communication.state;
    if (fo_source_expire(&device->communication, &policy->communication, engine->now_us)) {
        communication_changed(engine, index, before);
    }
    fo_us due_us = FO_NEVER;
    if (policy->kind == FO_DEVICE_UPS) {
        due_us = fo_ups_run(engine, index);
    } else if (policy->kind == FO_DEVICE_GENERATOR) {
        due_us = fo_generator_run(engine, index);
    } else {
        due_us = fo_transfer_run(engine, index);
    }
    fo_us source_us = fo_source_due(&device->communication, &policy->communication);
    return due_us < source_us ? due_us : source_us;
}

void fo_power_forget(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        uint8_t before = engine->devices[i].communication.state;
        fo_source_forget(&engine->devices[i].communication);
        communication_changed(engine, i, before);
        fo_deadline_set(&engine->deadlines, FO_TIMER_DEVICE + i, engine->now_us);
        engine->poll |= (uint64_t)1 << i;
    }
    engine->mains.asked_us = engine->now_us;
    fo_deadline_set(&engine->deadlines, FO_TIMER_OUTPUT, engine->now_us);
}

void fo_power_boot(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        struct fo_device *device = &engine->devices[i];
        fo_us every_us = engine->policy.devices[i].test_every_us;
        if (every_us == 0) {
            device->test_due_us = FO_NEVER;
        } else if (device->test_due_us == FO_NEVER) {
            device->test_due_us = engine->now_us + every_us; /* nothing is known of earlier runs */
        }
        fo_deadline_set(&engine->deadlines, FO_TIMER_DEVICE + i, engine->now_us);
    }
    engine->mains.asked_us = engine->now_us;
    fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
}
