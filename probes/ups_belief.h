/* SPDX-License-Identifier: Apache-2.0 */
/* What a UPS says and cannot mean: zeros that stand for "unsupported", frequencies in the wrong
 * unit. Pure rules over one set of values (power.md section 7); the maps of UPS profiles call it
 * before a reading leaves. */
#ifndef PROBES_UPS_BELIEF_H
#define PROBES_UPS_BELIEF_H

#include "probes/scale.h"

/* A set of values by variable; present false: the device has no such value. */
struct pb_values {
    bool present[FO_VARIABLE_COUNT];
    struct fo_value values[FO_VARIABLE_COUNT];
};
void pb_values_set(struct pb_values *set, struct fo_value value);
/* The value when it is present and good, or fallback. */
int64_t pb_values_good(const struct pb_values *set, enum fo_variable variable, int64_t fallback);

/* Takes back, with ZERO_NOT_BELIEVED or IMPLAUSIBLE, what cannot be:
 * - runtime 0 unless the battery is low, or it runs on battery at 10 % or less (on battery with an
 *   unknown charge it is suspect);
 * - charge 0 while it is on line or has more than a minute left, and is not low;
 * - battery, input or output voltage 0 while the state says otherwise;
 * - a frequency of 0 beside a voltage, or outside 40 … 70 Hz (suspect).
 * status is the set of FO_UPS bits, 0 when unknown. */
void pb_ups_believe(struct pb_values *set, int64_t status);

#endif
