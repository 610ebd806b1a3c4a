/* SPDX-License-Identifier: Apache-2.0 */
/* The power behind servers, lines and services (see supply.h). */
#include "failover/supply.h"

#include "failover/assert.h"
#include "failover/battery.h"
#include "failover/sign.h"

/* Sources that are switches themselves are not in the policy, so this ends. */
static enum fo_supply supply_switch(const struct fo_engine *engine, unsigned device)
{
    enum fo_supply best = FO_SUPPLY_GONE;
    for (unsigned i = 0; i < FO_FEEDS; i++) {
        if (fo_sign_is(&engine->devices[device], (enum fo_sign)(FO_SIGN_SOURCE_A + i))) {
            continue;
        }
        enum fo_supply one = fo_supply_set(engine, engine->policy.devices[device].sources[i]);
        best = one < best ? one : best;
    }
    return best;
}

enum fo_supply fo_supply_device(const struct fo_engine *engine, unsigned device)
{
    FO_ASSERT(device < FO_DEVICES_MAX);
    const struct fo_device *state = &engine->devices[device];
    if (engine->policy.devices[device].kind == FO_DEVICE_TRANSFER_SWITCH) {
        return supply_switch(engine, device);
    }
    if (engine->policy.devices[device].kind != FO_DEVICE_UPS) {
        return FO_SUPPLY_GOOD;
    }
    if (state->exhausted || (state->signs >> FO_SIGN_OFF & 1) != 0) {
        return FO_SUPPLY_GONE;
    }
    if (state->dying) {
        return FO_SUPPLY_DYING;
    }
    return state->on_battery ? FO_SUPPLY_BATTERY : FO_SUPPLY_GOOD;
}

enum fo_supply fo_supply_set(const struct fo_engine *engine, uint64_t devices)
{
    enum fo_supply best = FO_SUPPLY_GONE;
    bool any = false;
    for (unsigned i = 0; devices >> i != 0 && i < engine->policy.device_count; i++) {
        if ((devices >> i & 1) == 0) {
            continue;
        }
        enum fo_supply one = fo_supply_device(engine, i);
        any = true;
        best = one < best ? one : best;
    }
    return any ? best : FO_SUPPLY_GOOD;
}

fo_us fo_supply_runtime(const struct fo_engine *engine, unsigned device, fo_us now_us)
{
    FO_ASSERT(device < FO_DEVICES_MAX);
    return fo_battery_runtime(&engine->devices[device], &engine->policy.devices[device], now_us);
}
