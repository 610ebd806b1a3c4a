/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about values that a healthy UPS cannot have. Each rule only takes away: it never
 * replaces a value by a better one. */
#include "probes/ups_belief.h"

#include "failover/assert.h"

#define CHARGE_NEARLY_EMPTY 10000 /* thousandths of a percent */
#define RUNTIME_A_MINUTE 60000
#define VOLTAGE_PRESENT 50000
#define FREQUENCY_LOWEST 40000
#define FREQUENCY_HIGHEST 70000

void pb_values_set(struct pb_values *set, struct fo_value value)
{
    FO_ASSERT(value.variable < FO_VARIABLE_COUNT);
    set->present[value.variable] = true;
    set->values[value.variable] = value;
}

int64_t pb_values_good(const struct pb_values *set, enum fo_variable variable, int64_t fallback)
{
    FO_ASSERT(variable < FO_VARIABLE_COUNT);
    bool good = set->present[variable] && set->values[variable].quality == FO_GOOD;
    return good ? set->values[variable].milli : fallback;
}

static bool is_zero(const struct pb_values *set, enum fo_variable variable)
{
    return pb_values_good(set, variable, 1) == 0;
}

static void disbelieve_zero(struct pb_values *set, enum fo_variable variable)
{
    set->values[variable] = pb_value_absent(variable, FO_REASON_ZERO_NOT_BELIEVED);
}

static void doubt(struct pb_values *set, enum fo_variable variable, enum fo_reason reason)
{
    set->values[variable].quality = FO_SUSPECT;
    set->values[variable].reason = (uint16_t)reason;
}

static void believe_battery(struct pb_values *set, int64_t status)
{
    bool low = (status & FO_UPS(LB)) != 0;
    bool on_battery = (status & FO_UPS(OB)) != 0;
    bool no_runtime = is_zero(set, FO_VAR_BATTERY_RUNTIME);
    int64_t charge = pb_values_good(set, FO_VAR_BATTERY_CHARGE, -1);
    int64_t runtime = pb_values_good(set, FO_VAR_BATTERY_RUNTIME, -1);

    if (charge == 0 && !low && ((status & FO_UPS(OL)) != 0 || runtime > RUNTIME_A_MINUTE)) {
        disbelieve_zero(set, FO_VAR_BATTERY_CHARGE);
        charge = -1;
    }
    if (no_runtime && !low) {
        if (on_battery && charge < 0) {
            doubt(set, FO_VAR_BATTERY_RUNTIME, FO_REASON_ZERO_NOT_BELIEVED);
        } else if (!on_battery || charge > CHARGE_NEARLY_EMPTY) {
            disbelieve_zero(set, FO_VAR_BATTERY_RUNTIME);
        }
    }
    if (is_zero(set, FO_VAR_BATTERY_VOLTAGE) && !low && (status & FO_UPS(RB)) == 0) {
        disbelieve_zero(set, FO_VAR_BATTERY_VOLTAGE);
    }
}

static void believe_frequency(struct pb_values *set, enum fo_variable frequency,
                              enum fo_variable voltage)
{
    int64_t milli = pb_values_good(set, frequency, -1);
    if (milli < 0) {
        return;
    }
    if (milli == 0) {
        if (pb_values_good(set, voltage, 0) > VOLTAGE_PRESENT) {
            disbelieve_zero(set, frequency);
        }
    } else if (milli < FREQUENCY_LOWEST || milli > FREQUENCY_HIGHEST) {
        doubt(set, frequency, FO_REASON_IMPLAUSIBLE);
    }
}

void pb_ups_believe(struct pb_values *set, int64_t status)
{
    static const enum fo_variable inputs[] = {FO_VAR_INPUT_VOLTAGE, FO_VAR_INPUT_L1_VOLTAGE,
                                              FO_VAR_INPUT_L2_VOLTAGE, FO_VAR_INPUT_L3_VOLTAGE};
    bool on_line = (status & FO_UPS(OL)) != 0 && (status & FO_UPS(OB)) == 0;

    believe_battery(set, status);
    believe_frequency(set, FO_VAR_INPUT_FREQUENCY, FO_VAR_INPUT_VOLTAGE);
    believe_frequency(set, FO_VAR_OUTPUT_FREQUENCY, FO_VAR_OUTPUT_VOLTAGE);
    for (unsigned i = 0; on_line && i < sizeof inputs / sizeof inputs[0]; i++) {
        if (is_zero(set, inputs[i])) {
            disbelieve_zero(set, inputs[i]);
        }
    }
    bool feeding = (status & (FO_UPS(OL) | FO_UPS(OB))) != 0 && (status & FO_UPS(OFF)) == 0;
    if (feeding && is_zero(set, FO_VAR_OUTPUT_VOLTAGE)) {
        disbelieve_zero(set, FO_VAR_OUTPUT_VOLTAGE);
    }
}
