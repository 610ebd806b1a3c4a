/* SPDX-License-Identifier: Apache-2.0 */
/* One power device behind Modbus, TCP or serial: polls its profile's blocks through the shared hub
 * and makes one reading of each poll. device.c owns its pace; it holds no timer and no socket of
 * its own. */
#ifndef PROBES_MODBUS_DEVICE_H
#define PROBES_MODBUS_DEVICE_H

#include "probes/driver.h"
#include "probes/modbus_hub.h"

struct pb_modbus_device;

/* NULL when out of memory. device and hub must outlive the object. */
struct pb_modbus_device *pb_modbus_device_open(struct pb_modbus_hub *hub,
                                               const struct cfg_device *device,
                                               pb_driver_callback callback, void *context);
/* Starts one poll; ignored while one is under way. The callback always comes. */
void pb_modbus_device_poll(struct pb_modbus_device *modbus);
/* Its profile; NULL when there is none for it. Lives as long as the site's profiles. */
const struct cfg_profile *pb_modbus_device_profile(const struct pb_modbus_device *modbus);
/* False when the variable has no source. */
bool pb_modbus_device_trace(const struct pb_modbus_device *modbus, enum fo_variable variable,
                            struct pb_trace *trace);
/* No callback after this; frees it at once. */
void pb_modbus_device_close(struct pb_modbus_device *modbus);

#endif
