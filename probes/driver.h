/* SPDX-License-Identifier: Apache-2.0 */
/* What every driver of a power device hands up: one reading for each poll, and on request where a
 * value came from. Declarations only; device.c and the drivers share it. */
#ifndef PROBES_DRIVER_H
#define PROBES_DRIVER_H

#include "failover/event.h"

/* One poll has ended; reading->device is left 0 and the reading lives only during the call. May
 * come before the poll function returns. The callback may close the driver. */
typedef void (*pb_driver_callback)(void *context, const struct fo_reading *reading);

/* Where a value of the last reading came from, as text for people who compare it with a manual. */
struct pb_trace {
    char source[112]; /* an OID, or "unit 1 holding 1024 (u16)" */
    char raw[48];     /* the raw number or numbers; empty when there is none */
};

/* A reading that only says that the device could not be read. */
static inline struct fo_reading pb_reading_absent(uint16_t reason)
{
    return (struct fo_reading){.quality = FO_ABSENT, .reason = reason};
}

#endif
