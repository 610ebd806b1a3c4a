/* SPDX-License-Identifier: Apache-2.0 */
/* One power device behind an SNMP card: finds its profile if the site file leaves it open, polls it
 * and makes one reading of each poll. device.c owns its pace; it holds no timer of its own. */
#ifndef PROBES_SNMP_DEVICE_H
#define PROBES_SNMP_DEVICE_H

#include "config/site.h"
#include "probes/driver.h"

#include <uv.h>

struct pb_snmp_device;

/* NULL when out of memory. device must outlive the object. */
struct pb_snmp_device *pb_snmp_device_open(uv_loop_t *loop, const struct cfg_device *device,
                                           pb_driver_callback callback, void *context);
/* Starts one poll; ignored while one is under way. The callback always comes: with values, or with
 * FO_ABSENT and the reason. Lasts at most one timeout longer than the card keeps answering. */
void pb_snmp_device_poll(struct pb_snmp_device *snmp);
/* The profile in use; NULL while it is not known. Lives as long as the site's profiles. */
const struct cfg_profile *pb_snmp_device_profile(const struct pb_snmp_device *snmp);
/* False when the variable has no source. */
bool pb_snmp_device_trace(const struct pb_snmp_device *snmp, enum fo_variable variable,
                          struct pb_trace *trace);
/* No callback after this; frees it once its handles are closed, then calls done (may be NULL). */
void pb_snmp_device_close(struct pb_snmp_device *snmp, void (*done)(void *context), void *context);

#endif
