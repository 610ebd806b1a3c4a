/* SPDX-License-Identifier: Apache-2.0 */
/* Devices and places outside the room (see outlying.h). The judgement of a single device is that of
 * battery.c and generator.c; what this room adds is the sum over a place. */
#include "failover/outlying.h"

#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/facts.h"
#include "failover/generator.h"
#include "failover/power.h"
#include "failover/sign.h"

#define CAUSE_FIRST 100
#define BIT(id) ((uint64_t)1 << (FO_REASON_##id - CAUSE_FIRST))

/* Every cause a place may say, worst first: what a device is shown with. */
static const struct {
    uint16_t cause;
    uint8_t state; /* enum fo_state */
} causes[] = {{FO_REASON_UPS_EXHAUSTED, FO_STATE_DOWN},
              {FO_REASON_UPS_OFF, FO_STATE_DOWN},
              {FO_REASON_UPS_LOW, FO_STATE_DEGRADED},
              {FO_REASON_UPS_SILENT_ON_BATTERY, FO_STATE_UNKNOWN},
              {FO_REASON_UPS_ON_BATTERY, FO_STATE_DEGRADED},
              {FO_REASON_GENERATOR_FAULT, FO_STATE_DOWN},
              {FO_REASON_GENERATOR_EMERGENCY_STOP, FO_STATE_DOWN},
              {FO_REASON_UPS_SILENT, FO_STATE_UNKNOWN},
              {FO_REASON_GENERATOR_SILENT, FO_STATE_UNKNOWN},
              {FO_REASON_TRANSFER_SWITCH_SILENT, FO_STATE_UNKNOWN},
              {FO_REASON_UPS_BYPASS, FO_STATE_DEGRADED},
              {FO_REASON_UPS_OVERLOAD, FO_STATE_DEGRADED},
              {FO_REASON_GENERATOR_NOT_AUTO, FO_STATE_DEGRADED},
              {FO_REASON_GENERATOR_FUEL_LOW, FO_STATE_DEGRADED},
              {FO_REASON_GENERATOR_BATTERY_LOW, FO_STATE_DEGRADED},
              {FO_REASON_FUEL_SHORT, FO_STATE_DEGRADED},
              {FO_REASON_UPS_MARGIN, FO_STATE_DEGRADED},
              {FO_REASON_UPS_REPLACE_BATTERY, FO_STATE_DEGRADED}};
#define CAUSES (sizeof causes / sizeof causes[0])

bool fo_outlying_may_say(uint16_t cause)
{
    for (unsigned i = 0; i < CAUSES; i++) {
        if (causes[i].cause == cause) {
            return true;
        }
    }
    return false;
}

/* ---- one device ------------------------------------------------------------------------------ */

void fo_outlying_init(struct fo_outlying *outlying)
{
    *outlying = (struct fo_outlying){.holds = 0};
    fo_power_device_init(&outlying->state);
}

static void read_ups(struct fo_device *ups, const struct fo_device_policy *policy,
                     const struct fo_facts *facts, fo_us now_us)
{
    fo_battery_read(ups, facts, now_us);
    if (!fo_facts_has(facts, FO_VAR_UPS_STATUS)) {
        return;
    }
    int64_t status = facts->milli[FO_VAR_UPS_STATUS];
    bool battery = fo_battery_is_used(ups, status, false);
    if (battery != ups->on_battery) {
        ups->on_battery = battery;
        ups->outage_us = battery ? now_us : FO_NEVER;
        ups->low_us = FO_NEVER;
        ups->dying = false;
    }
    fo_battery_signs(ups, policy, status);
}

static uint64_t ups_holds(struct fo_device *ups, const struct fo_device_policy *policy,
                          uint64_t before, fo_us now_us)
{
    static const struct {
        enum fo_sign sign;
        uint64_t bit;
    } signs[] = {{FO_SIGN_BYPASS, BIT(UPS_BYPASS)},
                 {FO_SIGN_OVERLOAD, BIT(UPS_OVERLOAD)},
                 {FO_SIGN_REPLACE, BIT(UPS_REPLACE_BATTERY)},
                 {FO_SIGN_OFF, BIT(UPS_OFF)},
                 {FO_SIGN_MARGIN, BIT(UPS_MARGIN)}};
    uint64_t holds = 0;
    for (unsigned i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        holds |= fo_sign_is(ups, signs[i].sign) ? signs[i].bit : 0;
    }
    uint8_t said = ups->communication.state;
    bool silent =
        said == FO_STATE_DOWN || (said == FO_STATE_UNKNOWN && /* unknown ends no alarm */
                                  (before & (BIT(UPS_SILENT) | BIT(UPS_SILENT_ON_BATTERY))) != 0);
    ups->silent_us = said == FO_STATE_OK          ? FO_NEVER
                     : ups->silent_us == FO_NEVER ? now_us
                                                  : ups->silent_us;
    if (!ups->on_battery) {
        return holds | (silent ? BIT(UPS_SILENT) : 0);
    }
    holds |= BIT(UPS_ON_BATTERY) | (silent ? BIT(UPS_SILENT_ON_BATTERY) : 0);
    if (!fo_battery_is_low(ups, policy, now_us)) {
        ups->low_us = FO_NEVER;
    } else if (ups->low_us == FO_NEVER) {
        ups->low_us = now_us;
    }
    ups->dying =
        ups->dying || (ups->low_us != FO_NEVER && now_us - ups->low_us >= policy->low_hold_us);
    bool gone = silent && fo_battery_silent_left(ups, policy, now_us) == 0;
    return holds | (ups->dying ? BIT(UPS_LOW) : 0) | (gone ? BIT(UPS_EXHAUSTED) : 0);
}

static uint64_t generator_holds(const struct fo_device *generator, uint64_t before)
{
    static const struct {
        enum fo_sign sign;
        uint64_t bit;
    } signs[] = {{FO_SIGN_FUEL, BIT(GENERATOR_FUEL_LOW)},
                 {FO_SIGN_BATTERY, BIT(GENERATOR_BATTERY_LOW)},
                 {FO_SIGN_NOT_AUTO, BIT(GENERATOR_NOT_AUTO)},
                 {FO_SIGN_FAULT, BIT(GENERATOR_FAULT)},
                 {FO_SIGN_EMERGENCY, BIT(GENERATOR_EMERGENCY_STOP)},
                 {FO_SIGN_FUEL_SHORT, BIT(FUEL_SHORT)}};
    uint64_t holds = 0;
    for (unsigned i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        holds |= fo_sign_is(generator, signs[i].sign) ? signs[i].bit : 0;
    }
    uint8_t said = generator->communication.state;
    bool silent = said == FO_STATE_DOWN ||
                  (said == FO_STATE_UNKNOWN && (before & BIT(GENERATOR_SILENT)) != 0);
    return holds | (silent ? BIT(GENERATOR_SILENT) : 0);
}

void fo_outlying_run(struct fo_outlying *outlying, const struct fo_device_policy *policy,
                     fo_us now_us)
{
    struct fo_device *state = &outlying->state;
    (void)fo_source_expire(&state->communication, &policy->communication, now_us);
    if (policy->kind == FO_DEVICE_UPS) {
        outlying->holds = ups_holds(state, policy, outlying->holds, now_us);
    } else if (policy->kind == FO_DEVICE_GENERATOR) {
        outlying->holds = generator_holds(state, outlying->holds);
    } else if (state->communication.state != FO_STATE_UNKNOWN) {
        outlying->holds =
            state->communication.state == FO_STATE_DOWN ? BIT(TRANSFER_SWITCH_SILENT) : 0;
    }
}

void fo_outlying_reading(struct fo_outlying *outlying, const struct fo_device_policy *policy,
                         const struct fo_reading *reading, fo_us now_us)
{
    struct fo_device *state = &outlying->state;
    bool good = reading->quality == FO_GOOD;
    (void)fo_source_sample(&state->communication, &policy->communication, good, now_us);
    state->reason = good ? 0 : reading->reason;
    if (good) {
        struct fo_facts facts;
        fo_facts_take(&facts, reading);
        state->good_us = now_us;
        outlying->heard = true;
        if (policy->kind == FO_DEVICE_UPS) {
            read_ups(state, policy, &facts, now_us);
        } else if (policy->kind == FO_DEVICE_GENERATOR) {
            int64_t status = fo_facts_get(&facts, FO_VAR_GENERATOR_STATUS, state->status);
            state->status = (uint8_t)(status >= 0 && status < FO_GEN_STATUSES ? status : 0);
            state->voltage = status == FO_GEN_RUNNING || status == FO_GEN_LOADED;
            fo_generator_signs(state, policy, &facts);
        }
    }
    fo_outlying_run(outlying, policy, now_us);
}

void fo_outlying_view(const struct fo_outlying *outlying, const struct fo_device_policy *policy,
                      fo_us now_us, struct fo_view_device *view)
{
    const struct fo_device *state = &outlying->state;
    bool answers = state->communication.state == FO_STATE_OK;
    *view = (struct fo_view_device){
        .state = answers ? FO_STATE_OK : FO_STATE_UNKNOWN,
        .reason = answers                      ? 0
                  : state->communication.stale ? FO_REASON_TOO_OLD
                                               : state->reason,
        .age_us = state->good_us == FO_NEVER ? FO_NEVER : now_us - state->good_us,
        .on_battery = state->on_battery,
        .dying = state->dying,
        .isolated_protection = state->eco || fo_sign_is(state, FO_SIGN_BYPASS),
        .runtime_us =
            policy->kind == FO_DEVICE_UPS ? fo_battery_runtime(state, policy, now_us) : FO_NEVER,
        .outage_us = state->outage_us == FO_NEVER ? 0 : now_us - state->outage_us,
        .fuel_us = state->fuel_us};
    view->quality = state->good_us == FO_NEVER                       ? FO_ABSENT
                    : view->age_us >= policy->communication.stale_us ? FO_STALE
                                                                     : FO_GOOD;
    for (unsigned i = 0; i < CAUSES; i++) {
        if ((outlying->holds >> (causes[i].cause - CAUSE_FIRST) & 1) != 0) {
            view->state = causes[i].state;
            view->reason = causes[i].cause;
            return;
        }
    }
}

/* ---- one place ------------------------------------------------------------------------------- */

void fo_place_init(struct fo_place *place)
{
    *place = (struct fo_place){.told = 0};
}

void fo_place_add(struct fo_place *place)
{
    FO_ASSERT(place->unheard < FO_OUTLYING_MAX);
    place->unheard++;
}

void fo_place_count(struct fo_place *place, uint64_t before, bool was_heard,
                    const struct fo_outlying *now)
{
    if (now->heard && !was_heard) {
        FO_ASSERT(place->unheard > 0);
        place->unheard--;
    }
    for (uint64_t changed = before ^ now->holds; changed != 0; changed &= changed - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(changed);
        FO_ASSERT((now->holds >> bit & 1) != 0 || place->count[bit] > 0);
        place->count[bit] = (uint16_t)((now->holds >> bit & 1) != 0 ? place->count[bit] + 1
                                                                    : place->count[bit] - 1);
    }
}

bool fo_place_next(struct fo_place *place, struct fo_place_said *said)
{
    for (unsigned i = 0; i < CAUSES; i++) {
        uint64_t bit = (uint64_t)1 << (causes[i].cause - CAUSE_FIRST);
        bool holds = place->count[causes[i].cause - CAUSE_FIRST] > 0;
        if (((holds ? place->told : place->told_over) & bit) != 0 ||
            (!holds && place->unheard > 0)) {
            continue;
        }
        place->told = holds ? place->told | bit : place->told & ~bit;
        place->told_over = holds ? place->told_over & ~bit : place->told_over | bit;
        said->cause = causes[i].cause;
        said->holds = holds;
        return true;
    }
    return false;
}

void fo_place_retell(struct fo_place *place)
{
    FO_ASSERT((place->told & place->told_over) == 0);
    place->told = 0;
}
