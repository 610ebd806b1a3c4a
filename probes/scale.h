/* SPDX-License-Identifier: Apache-2.0 */
/* Raw numbers of devices to thousandths of a unit, with the doubts that go with them: sentinels
 * ("not available" in the device's own way), plausibility, absence. Pure integers; the maps of the
 * protocols call it. */
#ifndef PROBES_SCALE_H
#define PROBES_SCALE_H

#include "config/profile.h"
#include "failover/reason.h"

/* Whether a raw number means "not available" (power.md 2.1, 2.3, 4.1, 7). */
bool pb_scale_is_sentinel(enum cfg_missing missing, int64_t raw);

/* A value that is not known, and why. */
struct fo_value pb_value_absent(enum fo_variable variable, enum fo_reason reason);
/* A value as it stands: GOOD, or SUSPECT (IMPLAUSIBLE) outside its plausible range. */
struct fo_value pb_value_milli(enum fo_variable variable, int64_t milli);
/* Raw to value: ABSENT (SENTINEL, or IMPLAUSIBLE when it does not fit 64 bits), SUSPECT or GOOD. */
struct fo_value pb_value_raw(enum fo_variable variable, int64_t raw, struct cfg_scale scale,
                             enum cfg_missing missing);

#endif
