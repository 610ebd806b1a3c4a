/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about generators that hold for every maker. They never make up a state: without a
 * statement and without a speed it is unknown. */
#include "probes/generator_belief.h"

#define SPEED_TURNING 100000 /* thousandths of rpm (power.md 4.1) */
#define POWER_LOADED 500000  /* thousandths of a watt */
#define PERCENT_LOADED 1000  /* thousandths of a percent */

static bool is_loaded(const struct pb_values *set)
{
    return pb_values_good(set, FO_VAR_GENERATOR_POWER, 0) >= POWER_LOADED ||
           pb_values_good(set, FO_VAR_GENERATOR_LOAD, 0) >= PERCENT_LOADED;
}

void pb_generator_believe(struct pb_values *set, uint8_t *origin)
{
    const int64_t stopping = (int64_t)1 << FO_GENERATOR_ALARM_SHUTDOWN |
                             (int64_t)1 << FO_GENERATOR_ALARM_ELECTRICAL_TRIP |
                             (int64_t)1 << FO_GENERATOR_ALARM_EMERGENCY_STOP |
                             (int64_t)1 << FO_GENERATOR_ALARM_FAIL_TO_START;
    int64_t status = pb_values_good(set, FO_VAR_GENERATOR_STATUS, FO_GEN_STATUSES);
    int64_t speed = pb_values_good(set, FO_VAR_GENERATOR_SPEED, -1);

    if (pb_values_good(set, FO_VAR_ENGINE_BATTERY_VOLTAGE, 1) == 0) {
        pb_values_set(set,
                      pb_value_absent(FO_VAR_ENGINE_BATTERY_VOLTAGE, FO_REASON_ZERO_NOT_BELIEVED));
    }
    if (status == FO_GEN_STATUSES && speed >= 0) {
        status = speed > SPEED_TURNING ? FO_GEN_RUNNING : FO_GEN_STOPPED;
        origin[FO_VAR_GENERATOR_STATUS] = origin[FO_VAR_GENERATOR_SPEED];
    }
    if (status == FO_GEN_RUNNING && is_loaded(set)) {
        status = FO_GEN_LOADED;
    }
    if (pb_values_good(set, FO_VAR_GENERATOR_ALARMS, 0) & stopping) {
        status = FO_GEN_FAULT;
    }
    if (status != FO_GEN_STATUSES) {
        pb_values_set(set, pb_value_milli(FO_VAR_GENERATOR_STATUS, status));
    }
}
