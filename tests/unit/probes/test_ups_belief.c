/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a UPS says and is not believed. */
#include "probes/ups_belief.h"

#include <criterion/criterion.h>
#include <string.h>

#define ONLINE FO_UPS(OL)
#define BATTERY (FO_UPS(OB) | FO_UPS(DISCHRG))

static struct fo_value judge(int64_t status, enum fo_variable variable, int64_t milli,
                             enum fo_variable beside, int64_t beside_milli)
{
    struct pb_values set;
    memset(&set, 0, sizeof set);
    if (beside != FO_VARIABLE_COUNT) {
        pb_values_set(&set, pb_value_milli(beside, beside_milli));
    }
    pb_values_set(&set, pb_value_milli(variable, milli));
    pb_ups_believe(&set, status);
    return set.values[variable];
}
#define NOTHING FO_VARIABLE_COUNT, 0

Test(ups_belief, a_runtime_of_zero_is_only_believed_when_the_battery_is_at_its_end)
{
    struct fo_value v = judge(ONLINE, FO_VAR_BATTERY_RUNTIME, 0, FO_VAR_BATTERY_CHARGE, 100000);
    cr_assert_eq(v.quality, FO_ABSENT);
    cr_assert_eq(v.reason, FO_REASON_ZERO_NOT_BELIEVED);
    v = judge(ONLINE, FO_VAR_BATTERY_RUNTIME, 0, NOTHING);
    cr_assert_eq(v.quality, FO_ABSENT);
    v = judge(BATTERY, FO_VAR_BATTERY_RUNTIME, 0, FO_VAR_BATTERY_CHARGE, 80000);
    cr_assert_eq(v.quality, FO_ABSENT);
    v = judge(BATTERY, FO_VAR_BATTERY_RUNTIME, 0, FO_VAR_BATTERY_CHARGE, 3000);
    cr_assert_eq(v.quality, FO_GOOD);
    v = judge(BATTERY | FO_UPS(LB), FO_VAR_BATTERY_RUNTIME, 0, FO_VAR_BATTERY_CHARGE, 80000);
    cr_assert_eq(v.quality, FO_GOOD);
    v = judge(BATTERY, FO_VAR_BATTERY_RUNTIME, 0, NOTHING);
    cr_assert_eq(v.quality, FO_SUSPECT);
    v = judge(ONLINE, FO_VAR_BATTERY_RUNTIME, 1000, NOTHING);
    cr_assert_eq(v.quality, FO_GOOD);
}

Test(ups_belief, a_charge_of_zero_beside_minutes_left_is_not_believed)
{
    struct fo_value v = judge(ONLINE, FO_VAR_BATTERY_CHARGE, 0, NOTHING);
    cr_assert_eq(v.reason, FO_REASON_ZERO_NOT_BELIEVED);
    v = judge(BATTERY, FO_VAR_BATTERY_CHARGE, 0, FO_VAR_BATTERY_RUNTIME, 600000);
    cr_assert_eq(v.reason, FO_REASON_ZERO_NOT_BELIEVED);
    v = judge(BATTERY | FO_UPS(LB), FO_VAR_BATTERY_CHARGE, 0, FO_VAR_BATTERY_RUNTIME, 600000);
    cr_assert_eq(v.quality, FO_GOOD);
    v = judge(BATTERY, FO_VAR_BATTERY_CHARGE, 0, FO_VAR_BATTERY_RUNTIME, 30000);
    cr_assert_eq(v.quality, FO_GOOD);
}

Test(ups_belief, zero_volts_are_believed_on_battery_and_not_on_line)
{
    cr_assert_eq(judge(BATTERY, FO_VAR_INPUT_VOLTAGE, 0, NOTHING).quality, FO_GOOD);
    cr_assert_eq(judge(ONLINE, FO_VAR_INPUT_VOLTAGE, 0, NOTHING).reason,
                 FO_REASON_ZERO_NOT_BELIEVED);
    cr_assert_eq(judge(ONLINE, FO_VAR_INPUT_L2_VOLTAGE, 0, NOTHING).quality, FO_ABSENT);
    cr_assert_eq(judge(FO_UPS(OFF), FO_VAR_OUTPUT_VOLTAGE, 0, NOTHING).quality, FO_GOOD);
    cr_assert_eq(judge(BATTERY, FO_VAR_OUTPUT_VOLTAGE, 0, NOTHING).quality, FO_ABSENT);
    cr_assert_eq(judge(ONLINE, FO_VAR_BATTERY_VOLTAGE, 0, NOTHING).quality, FO_ABSENT);
    cr_assert_eq(judge(ONLINE | FO_UPS(RB), FO_VAR_BATTERY_VOLTAGE, 0, NOTHING).quality, FO_GOOD);
}

Test(ups_belief, a_frequency_in_the_wrong_unit_is_suspect)
{
    struct fo_value v = judge(ONLINE, FO_VAR_INPUT_FREQUENCY, 5000, FO_VAR_INPUT_VOLTAGE, 230000);
    cr_assert_eq(v.quality, FO_SUSPECT);
    cr_assert_eq(v.reason, FO_REASON_IMPLAUSIBLE);
    v = judge(ONLINE, FO_VAR_INPUT_FREQUENCY, 60000, FO_VAR_INPUT_VOLTAGE, 100000);
    cr_assert_eq(v.quality, FO_GOOD);
    v = judge(ONLINE, FO_VAR_INPUT_FREQUENCY, 0, FO_VAR_INPUT_VOLTAGE, 230000);
    cr_assert_eq(v.quality, FO_ABSENT);
    v = judge(BATTERY, FO_VAR_INPUT_FREQUENCY, 0, FO_VAR_INPUT_VOLTAGE, 0);
    cr_assert_eq(v.quality, FO_GOOD);
}

Test(ups_belief, a_load_of_zero_and_an_idle_current_are_believed)
{
    cr_assert_eq(judge(ONLINE, FO_VAR_UPS_LOAD, 0, NOTHING).quality, FO_GOOD);
    cr_assert_eq(judge(ONLINE, FO_VAR_BATTERY_CURRENT, 0, NOTHING).quality, FO_GOOD);
    cr_assert_eq(judge(ONLINE, FO_VAR_BATTERY_ON_SECONDS, 0, NOTHING).quality, FO_GOOD);
}
