/* SPDX-License-Identifier: Apache-2.0 */
/* Raw numbers of devices to thousandths of a unit, with the doubts that go with them: sentinels
 * ("not available" in the device's own way), plausibility, absence. Pure integers; the maps of the
 * protocols call it. */
#ifndef PROBES_SCALE_H
#define PROBES_SCALE_H

#include "failover/reason.h"
#include "failover/variable.h"

/* milli = raw * multiply / divide, rounded towards zero. {1000, 1} for whole units, {100, 1} for
 * tenths, {60000, 1} for minutes to seconds, {10, 1} for hundredths (TimeTicks). */
struct pb_scale {
    int32_t multiply; /* > 0 */
    int32_t divide;   /* > 0 */
};

/* Which raw numbers mean "not available" (power.md 2.1, 2.3, 4.1, 7). */
enum pb_sentinels {
    PB_SENTINELS_NONE,
    PB_SENTINELS_COUNT,  /* never negative: any negative, 65534, 65535, 655350, 2^31-1, 2^32-1 */
    PB_SENTINELS_SIGNED, /* may be negative: -32768, 32767, 65535, 655350, 2^31-1, -2^31 */
    PB_SENTINELS_TEMPERATURE, /* as SIGNED, and -273 or colder */
    PB_SENTINELS_GENCOMM_U16, /* FFF8h … FFFFh */
    PB_SENTINELS_GENCOMM_S16, /* 7FF8h … 7FFFh */
    PB_SENTINELS_GENCOMM_U32, /* FFFFFFF8h … FFFFFFFFh */
    PB_SENTINELS_GENCOMM_S32, /* 7FFFFFF8h … 7FFFFFFFh */
    PB_SENTINELS_KINDS
};
bool pb_scale_is_sentinel(enum pb_sentinels sentinels, int64_t raw);

/* A value that is not known, and why. */
struct fo_value pb_value_absent(enum fo_variable variable, enum fo_reason reason);
/* A value as it stands: GOOD, or SUSPECT (IMPLAUSIBLE) outside its plausible range. */
struct fo_value pb_value_milli(enum fo_variable variable, int64_t milli);
/* Raw to value: ABSENT (SENTINEL, or IMPLAUSIBLE when it does not fit 64 bits), SUSPECT or GOOD. */
struct fo_value pb_value_raw(enum fo_variable variable, int64_t raw, struct pb_scale scale,
                             enum pb_sentinels sentinels);

#endif
