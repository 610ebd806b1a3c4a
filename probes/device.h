/* SPDX-License-Identifier: Apache-2.0 */
/* One power device of the site at its own pace: its driver by configuration, its cadence, its
 * newest reading. It never draws a conclusion; the fleet owns one for each device, probe_once one.
 */
#ifndef PROBES_DEVICE_H
#define PROBES_DEVICE_H

#include "config/site.h"
#include "probes/driver.h"
#include "probes/modbus_hub.h"

struct pb_device;

/* The reading has its device index set and lives only during the call; the callback may not stop
 * the device (let the loop turn first). */
typedef void (*pb_device_callback)(void *context, const struct fo_reading *reading);

/* Starts polling: device `index` of `count`, staggered. NULL when out of memory. hub may be NULL
 * when the device's driver is not Modbus. device and hub must outlive it. */
struct pb_device *pb_device_start(uv_loop_t *loop, struct pb_modbus_hub *hub,
                                  const struct cfg_device *device, unsigned index, unsigned count,
                                  pb_device_callback callback, void *context);
/* One poll at once; ignored while one is under way. */
void pb_device_poll(struct pb_device *device);
/* Something may have changed: the next poll comes at once, or as soon as the last poll that a hint
 * caused is PB_DEVICE_HINT_GAP_US past; after one that is under way, another. */
void pb_device_hint(struct pb_device *device);
/* However often hints come, they add one poll in so long to those of the device's own pace. */
#define PB_DEVICE_HINT_GAP_US FO_SECOND
/* NULL before the first reading. Valid until the loop turns. */
const struct fo_reading *pb_device_reading(const struct pb_device *device, fo_us *read_us);
/* NULL while it is not known. Lives as long as the site's profiles. */
const struct cfg_profile *pb_device_profile(const struct pb_device *device);
bool pb_device_trace(const struct pb_device *device, enum fo_variable variable,
                     struct pb_trace *trace);
/* No callback after this. Frees it once its handles are closed, then calls done (may be NULL). The
 * hub must live until then. */
void pb_device_stop(struct pb_device *device, void (*done)(void *context), void *context);

#endif
