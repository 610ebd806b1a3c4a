/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of one battery (see battery.h). It raises nothing and knows no other device. */
#include "failover/battery.h"

#include "failover/sign.h"

#define SURE_OF 5 /* the last so many good readings … */
#define SURE 3    /* … of which so many must say it */

void fo_battery_read(struct fo_device *ups, const struct fo_facts *facts, fo_us now_us)
{
    if (fo_facts_has(facts, FO_VAR_BATTERY_RUNTIME)) {
        ups->runtime_us = facts->milli[FO_VAR_BATTERY_RUNTIME] * FO_MS;
        ups->runtime_at_us = now_us;
    }
    ups->charge_milli = fo_facts_get(facts, FO_VAR_BATTERY_CHARGE, ups->charge_milli);
    if (fo_facts_has(facts, FO_VAR_UPS_STATUS)) {
        int64_t status = facts->milli[FO_VAR_UPS_STATUS];
        bool said = (status & FO_UPS(OB)) != 0 && (status & (FO_UPS(TEST) | FO_UPS(CAL))) == 0;
        ups->low_said = (status & FO_UPS(LB)) != 0;
        uint8_t before = (status & FO_UPS(OL)) != 0 ? 0 : ups->said_battery;
        ups->said_battery = (uint8_t)(before << 1 | (said ? 1 : 0));
    }
}

bool fo_battery_is_sure(const struct fo_device *ups)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SURE_OF; i++) {
        count += ups->said_battery >> i & 1;
    }
    return count >= SURE;
}

bool fo_battery_is_used(const struct fo_device *ups, int64_t status, bool mains_lost)
{
    if ((status & FO_UPS(OB)) != 0) {
        bool tests = (status & (FO_UPS(TEST) | FO_UPS(CAL))) != 0;
        return !tests || mains_lost;
    }
    if ((status & (FO_UPS(OL) | FO_UPS(BYPASS) | FO_UPS(OFF))) != 0) {
        return false;
    }
    return ups->on_battery; /* it does not say: as before */
}

static bool is_quiet(const struct fo_device *ups)
{
    return ups->communication.state != FO_STATE_OK;
}

fo_us fo_battery_runtime(const struct fo_device *ups, const struct fo_device_policy *policy,
                         fo_us now_us)
{
    if (ups->runtime_us == FO_NEVER) {
        return FO_NEVER;
    }
    fo_us left_us = ups->runtime_us;
    if (ups->on_battery && now_us > ups->runtime_at_us) {
        left_us -= now_us - ups->runtime_at_us;
    }
    if (ups->on_battery && is_quiet(ups)) {
        left_us -= policy->silent_margin_us;
    }
    return left_us > 0 ? left_us : 0;
}

bool fo_battery_is_low(const struct fo_device *ups, const struct fo_device_policy *policy,
                       fo_us now_us)
{
    fo_us left_us = fo_battery_runtime(ups, policy, now_us);
    if (left_us == FO_NEVER && is_quiet(ups)) {
        return true; /* on battery, silent, and it never said how long: assume the worst */
    }
    return ups->low_said || (left_us != FO_NEVER && left_us <= policy->low_runtime_us) ||
           (ups->charge_milli >= 0 && ups->charge_milli <= (int64_t)policy->low_charge_milli);
}

fo_us fo_battery_silent_left(const struct fo_device *ups, const struct fo_device_policy *policy,
                             fo_us now_us)
{
    if (ups->communication.good_run > 0) {
        return FO_NEVER;
    }
    fo_us left_us = fo_battery_runtime(ups, policy, now_us);
    if (left_us != FO_NEVER) {
        return left_us;
    }
    fo_us since_us = now_us - ups->silent_us;
    fo_us assumed_us = policy->low_runtime_us - policy->silent_margin_us;
    return assumed_us > since_us ? assumed_us - since_us : 0;
}

/* On the mains the runtime is what there would be; on battery the margin is being used up. */
static bool is_margin_short(const struct fo_device *ups, const struct fo_device_policy *policy)
{
    bool was = fo_sign_is(ups, FO_SIGN_MARGIN);
    if (ups->on_battery || ups->runtime_us == FO_NEVER || policy->margin_us == 0) {
        return was && policy->margin_us != 0;
    }
    return ups->runtime_us <= policy->margin_us + (was ? policy->margin_us / 10 : 0);
}

void fo_battery_signs(struct fo_device *ups, const struct fo_device_policy *policy, int64_t status)
{
    (void)fo_sign_read(ups, FO_SIGN_BYPASS, (status & FO_UPS(BYPASS)) != 0);
    (void)fo_sign_read(ups, FO_SIGN_OVERLOAD, (status & FO_UPS(OVER)) != 0);
    (void)fo_sign_read(ups, FO_SIGN_REPLACE, (status & FO_UPS(RB)) != 0);
    (void)fo_sign_read(ups, FO_SIGN_OFF, (status & FO_UPS(OFF)) != 0);
    (void)fo_sign_read(ups, FO_SIGN_MARGIN, is_margin_short(ups, policy));
    ups->eco = (status & FO_UPS(ECO)) != 0;
}
