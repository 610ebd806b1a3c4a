/* SPDX-License-Identifier: Apache-2.0 */
/* One generator (see generator.h). The times are those of the standard for
 * emergency generators (昭和48年消防庁告示第1号: voltage and supply within 40 s). 0 V at rest is
 * normal; not being in automatic mode at rest is not. */
#include "failover/generator.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/record.h"
#include "failover/sign.h"

#define VOLTAGE_PRESENT_MILLI 40000 /* V: above it there is voltage (100 V systems sag to 85 V) */
#define LOAD_PRESENT_MILLI 2000     /* % of rating */
#define ACCEPT_US (60 * FO_SECOND)  /* a UPS takes the generator's supply within this */
#define FUEL_MARGIN_MILLI 2000      /* %: good again this far above its limit */
#define BATTERY_MARGIN_MILLI 200    /* V x 1000 */
#define FUEL_RUNNING_US (24 * FO_HOUR) /* running: a finding, worse, worst */
#define FUEL_URGENT_US (12 * FO_HOUR)
#define FUEL_CRITICAL_US (6 * FO_HOUR)
#define TEST_LOAD_MILLI 30000 /* % of rating, and … */
#define TEST_US \
    (30 * FO_MINUTE) /* … so long without a break: a run under load (消防用設備等の点検) */

static struct fo_subject subject_of(unsigned device)
{
    return fo_subject_of(FO_SUBJECT_DEVICE, device);
}

void fo_generator_vote(struct fo_engine *engine, struct fo_device *state, uint8_t said)
{
    if (state->vote != said) {
        state->vote = said;
        fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    }
}

uint8_t fo_generator_mains(const struct fo_facts *facts)
{
    if (!fo_facts_has(facts, FO_VAR_MAINS_VOLTAGE)) {
        return FO_MAINS_NO_VOTE;
    }
    return facts->milli[FO_VAR_MAINS_VOLTAGE] >= VOLTAGE_PRESENT_MILLI ? FO_MAINS_PRESENT
                                                                       : FO_MAINS_ABSENT;
}

/* A limit with a margin, so that a level on its edge does not call people again and again. */
static bool is_below(bool was, int64_t value, int64_t limit, int64_t margin)
{
    return was ? value <= limit + margin : value <= limit;
}

/* How long this tank lasts: between the two figures of the rating plate a straight line, below
 * half load half of that burn at least, because an idling engine burns too. */
static fo_us fuel_lasts(const struct fo_device_policy *policy, int64_t level_milli,
                        int64_t load_milli)
{
    int64_t full = policy->full_load_us, half = policy->half_load_us;
    /* burn in millionths of a tank an hour, so that no product leaves 64 bits */
    int64_t burn_full = (int64_t)1000000 * FO_HOUR / full;
    int64_t burn_half = (int64_t)1000000 * FO_HOUR / half;
    int64_t burn = burn_half + (burn_full - burn_half) * (load_milli - 50000) / 50000;
    burn = burn > burn_half / 2 ? burn : burn_half / 2;
    burn = burn > 0 ? burn : 1;
    return level_milli * 10 * FO_HOUR / burn;
}

static void read_fuel(struct fo_device *generator, const struct fo_device_policy *policy,
                      const struct fo_facts *facts)
{
    if (policy->full_load_us == 0 || !fo_facts_has(facts, FO_VAR_FUEL_LEVEL)) {
        return;
    }
    bool running = generator->voltage;
    int64_t load_milli =
        running ? fo_facts_get(facts, FO_VAR_GENERATOR_LOAD, policy->expected_load_milli)
                : policy->expected_load_milli;
    fo_us lasts_us = fuel_lasts(policy, facts->milli[FO_VAR_FUEL_LEVEL], load_milli);
    fo_us limit_us = running ? FUEL_RUNNING_US : policy->fuel_reserve_us;
    bool was = fo_sign_is(generator, FO_SIGN_FUEL_SHORT);
    generator->fuel_us = lasts_us;
    generator->fuel_step = (uint8_t)(!running                      ? 0
                                     : lasts_us < FUEL_CRITICAL_US ? 2
                                     : lasts_us < FUEL_URGENT_US   ? 1
                                                                   : 0);
    (void)fo_sign_read(generator, FO_SIGN_FUEL_SHORT,
                       lasts_us < limit_us + (was ? limit_us / 20 : 0));
}

void fo_generator_signs(struct fo_device *generator, const struct fo_device_policy *policy,
                        const struct fo_facts *facts)
{
    if (fo_facts_has(facts, FO_VAR_FUEL_LEVEL)) {
        (void)fo_sign_read(
            generator, FO_SIGN_FUEL,
            is_below(fo_sign_is(generator, FO_SIGN_FUEL), facts->milli[FO_VAR_FUEL_LEVEL],
                     policy->fuel_low_milli, FUEL_MARGIN_MILLI));
    }
    if (fo_facts_has(facts, FO_VAR_ENGINE_BATTERY_VOLTAGE) && policy->battery_low_milli != 0 &&
        generator->status != FO_GEN_CRANKING) { /* the starter may pull it down */
        (void)fo_sign_read(generator, FO_SIGN_BATTERY,
                           is_below(fo_sign_is(generator, FO_SIGN_BATTERY),
                                    facts->milli[FO_VAR_ENGINE_BATTERY_VOLTAGE],
                                    policy->battery_low_milli, BATTERY_MARGIN_MILLI));
    }
    if (fo_facts_has(facts, FO_VAR_GENERATOR_MODE)) {
        (void)fo_sign_read(generator, FO_SIGN_NOT_AUTO,
                           facts->milli[FO_VAR_GENERATOR_MODE] != FO_GEN_MODE_AUTO);
    }
    bool stopped =
        (fo_facts_get(facts, FO_VAR_GENERATOR_ALARMS, 0) >> FO_GENERATOR_ALARM_EMERGENCY_STOP &
         1) != 0;
    if (fo_facts_has(facts, FO_VAR_GENERATOR_ALARMS)) {
        (void)fo_sign_read(generator, FO_SIGN_EMERGENCY, stopped);
    }
    (void)fo_sign_read(
        generator, FO_SIGN_FAULT, /* the pressed button is no fault beside it */
        fo_facts_get(facts, FO_VAR_GENERATOR_STATUS, FO_GEN_STATUSES) == FO_GEN_FAULT && !stopped);
    read_fuel(generator, policy, facts);
}

static void read_signs(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    static const struct {
        enum fo_sign sign;
        enum fo_reason cause;
    } causes[] = {{FO_SIGN_FUEL, FO_REASON_GENERATOR_FUEL_LOW},
                  {FO_SIGN_BATTERY, FO_REASON_GENERATOR_BATTERY_LOW},
                  {FO_SIGN_NOT_AUTO, FO_REASON_GENERATOR_NOT_AUTO},
                  {FO_SIGN_FAULT, FO_REASON_GENERATOR_FAULT},
                  {FO_SIGN_EMERGENCY, FO_REASON_GENERATOR_EMERGENCY_STOP},
                  {FO_SIGN_FUEL_SHORT, FO_REASON_FUEL_SHORT}};
    struct fo_device *state = &engine->devices[device];
    uint8_t step = state->fuel_step;
    fo_generator_signs(state, &engine->policy.devices[device], facts);
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        fo_condition_set(engine, causes[i].cause, subject_of(device),
                         fo_sign_is(state, causes[i].sign));
    }
    if (state->fuel_step > step) {
        fo_condition_weigh(engine, FO_REASON_FUEL_SHORT, subject_of(device));
    }
}

/* A run of half an hour under load is the record that counts. */
static void read_test(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    struct fo_device *state = &engine->devices[device];
    fo_us every_us = engine->policy.devices[device].test_every_us;
    bool works = state->voltage && fo_facts_get(facts, FO_VAR_GENERATOR_LOAD, 0) >= TEST_LOAD_MILLI;
    if (!works || every_us == 0) {
        state->work_us = FO_NEVER;
        return;
    }
    state->work_us = state->work_us == FO_NEVER ? engine->now_us : state->work_us;
    if (engine->now_us - state->work_us >= TEST_US) {
        state->work_us = engine->now_us;
        state->test_due_us = engine->now_us + every_us;
        fo_condition_set(engine, FO_REASON_GENERATOR_TEST_DUE, subject_of(device), false);
        fo_durable(engine);
    }
}

/* When the record will be too old; the condition when it is. */
static fo_us run_test(struct fo_engine *engine, unsigned device)
{
    fo_us due_us = engine->devices[device].test_due_us;
    if (due_us == FO_NEVER || engine->now_us < due_us) {
        return due_us;
    }
    fo_condition_set(engine, FO_REASON_GENERATOR_TEST_DUE, subject_of(device), true);
    return FO_NEVER;
}

static fo_us since_loss(const struct fo_engine *engine)
{
    return engine->mains.lost ? engine->now_us - engine->mains.lost_us : 0;
}

static void set_voltage(struct fo_engine *engine, unsigned device, bool voltage)
{
    struct fo_device *state = &engine->devices[device];
    if (voltage == state->voltage) {
        return;
    }
    state->voltage = voltage;
    state->voltage_us = voltage ? engine->now_us : FO_NEVER;
    if (voltage) {
        fo_note(engine, FO_REASON_GENERATOR_RUNNING, 0, subject_of(device), since_loss(engine), 0);
    }
}

void fo_generator_set_loaded(struct fo_engine *engine, unsigned device, bool loaded)
{
    struct fo_device *state = &engine->devices[device];
    if (loaded == state->loaded) {
        return;
    }
    state->loaded = loaded;
    state->loaded_us = loaded ? engine->now_us : FO_NEVER;
    fo_deadline_set(&engine->deadlines, FO_TIMER_MAINS, engine->now_us);
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        if (engine->policy.devices[i].kind == FO_DEVICE_GENERATOR) {
            fo_deadline_set(&engine->deadlines, FO_TIMER_DEVICE + i, engine->now_us);
        }
    }
    if (loaded) {
        fo_note(engine, FO_REASON_GENERATOR_LOADED, 0, subject_of(device), since_loss(engine), 0);
        fo_incident_did(engine, FO_REASON_MAINS_LOST, fo_subject_of(FO_SUBJECT_SITE, 0),
                        FO_REASON_GENERATOR_LOADED);
    }
}

void fo_generator_reading(struct fo_engine *engine, unsigned device, const struct fo_facts *facts)
{
    FO_ASSERT(device < engine->policy.device_count);
    FO_ASSERT(engine->policy.devices[device].kind == FO_DEVICE_GENERATOR);
    struct fo_device *state = &engine->devices[device];
    int64_t status = fo_facts_get(facts, FO_VAR_GENERATOR_STATUS, FO_GEN_STATUSES);
    state->status = (uint8_t)(status >= 0 && status < FO_GEN_STATUSES ? status : state->status);
    bool loaded = status == FO_GEN_LOADED ||
                  fo_facts_get(facts, FO_VAR_GENERATOR_LOAD, 0) >= LOAD_PRESENT_MILLI;
    bool voltage = loaded || status == FO_GEN_RUNNING ||
                   fo_facts_get(facts, FO_VAR_GENERATOR_VOLTAGE, 0) >= VOLTAGE_PRESENT_MILLI;
    fo_generator_vote(engine, state, fo_generator_mains(facts));
    set_voltage(engine, device, voltage);
    fo_generator_set_loaded(engine, device, loaded);
    read_signs(engine, device, facts);
    read_test(engine, device, facts);
    state->start_failed = engine->mains.lost && status == FO_GEN_FAULT && !voltage;
}

enum carried { CARRIED_BY_NOBODY, CARRIED_REFUSED, CARRIED };

/* Who carries the load: a generator, or (no UPS runs on battery) the mains after all. A UPS may
 * refuse the generator's frequency and go on discharging beside it: after a while nobody does. */
static enum carried look_at_load(const struct fo_engine *engine, fo_us *due_us)
{
    bool ups = false;
    bool battery = false;
    fo_us loaded_us = FO_NEVER;
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        const struct fo_device *device = &engine->devices[i];
        if (device->loaded && (loaded_us == FO_NEVER || device->loaded_us > loaded_us)) {
            loaded_us = device->loaded_us;
        }
        if (engine->policy.devices[i].kind == FO_DEVICE_UPS) {
            ups = true;
            battery = battery || device->on_battery;
        }
    }
    if (loaded_us == FO_NEVER) {
        return ups && !battery ? CARRIED : CARRIED_BY_NOBODY;
    }
    if (!battery) {
        return CARRIED;
    }
    if (engine->now_us - loaded_us >= ACCEPT_US) {
        return CARRIED_REFUSED;
    }
    *due_us = loaded_us + ACCEPT_US;
    return CARRIED;
}

static void clear_start(struct fo_engine *engine, unsigned device)
{
    fo_condition_set(engine, FO_REASON_GENERATOR_START_SLOW, subject_of(device), false);
    fo_condition_set(engine, FO_REASON_GENERATOR_NO_START, subject_of(device), false);
}

/* No voltage yet after the loss of the mains. */
static fo_us run_start(struct fo_engine *engine, unsigned device)
{
    struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    fo_us gone_us = since_loss(engine);
    if (state->start_failed || gone_us >= policy->start_alarm_us) {
        fo_condition_set(engine, FO_REASON_GENERATOR_NO_START, subject_of(device), true);
        return FO_NEVER;
    }
    if (gone_us >= policy->start_warn_us) {
        fo_condition_set(engine, FO_REASON_GENERATOR_START_SLOW, subject_of(device), true);
        return engine->mains.lost_us + policy->start_alarm_us;
    }
    return engine->mains.lost_us + policy->start_warn_us;
}

static fo_us run_supply(struct fo_engine *engine, unsigned device)
{
    FO_ASSERT(device < engine->policy.device_count);
    struct fo_device *state = &engine->devices[device];
    const struct fo_device_policy *policy = &engine->policy.devices[device];
    if (state->communication.state != FO_STATE_UNKNOWN) { /* unknown ends no alarm */
        fo_condition_set(engine, FO_REASON_GENERATOR_SILENT, subject_of(device),
                         state->communication.state == FO_STATE_DOWN);
    }
    if (state->communication.state != FO_STATE_OK) {
        state->work_us = FO_NEVER; /* nobody saw that it worked on */
        state->vote = FO_MAINS_NO_VOTE;
    }
    fo_us due_us = FO_NEVER;
    enum carried carried = look_at_load(engine, &due_us);
    bool refused = carried == CARRIED_REFUSED && state->voltage;
    if (!engine->mains.lost || (carried != CARRIED_BY_NOBODY && !refused)) {
        clear_start(engine, device);
        fo_condition_set(engine, FO_REASON_GENERATOR_NO_TRANSFER, subject_of(device), false);
        fo_condition_set(engine, FO_REASON_GENERATOR_REFUSED, subject_of(device), false);
        return engine->mains.lost ? due_us : FO_NEVER;
    }
    if (!state->voltage) {
        return run_start(engine, device);
    }
    clear_start(engine, device);
    fo_us since_us =
        state->voltage_us > engine->mains.lost_us ? state->voltage_us : engine->mains.lost_us;
    if (refused) { /* on load, and yet a UPS goes on discharging beside it */
        fo_condition_set(engine, FO_REASON_GENERATOR_REFUSED, subject_of(device), true);
        return FO_NEVER;
    }
    if (engine->now_us - since_us < policy->transfer_alarm_us) {
        return since_us + policy->transfer_alarm_us;
    }
    fo_condition_set(engine, FO_REASON_GENERATOR_NO_TRANSFER, subject_of(device), true);
    return FO_NEVER;
}

fo_us fo_generator_run(struct fo_engine *engine, unsigned device)
{
    fo_us supply_us = run_supply(engine, device);
    fo_us test_us = run_test(engine, device);
    return supply_us < test_us ? supply_us : test_us;
}
