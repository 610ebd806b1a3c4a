/* SPDX-License-Identifier: Apache-2.0 */
/* The list of device profiles a site file may name: for which kind of device and which driver each
 * is. It holds no register and no object identifier; probes/ owns what a profile reads. config/
 * refuses any other name, so the two floors must be extended together. */
#ifndef CONFIG_PROFILE_H
#define CONFIG_PROFILE_H

#include "config/site.h"

struct cfg_profile {
    const char *name;
    uint8_t kind;        /* enum fo_device_kind */
    uint8_t driver;      /* enum cfg_driver; modbus: both transports have the same profiles */
    const char *meaning; /* half a line for man pages and hints */
};

/* The list in the order of the man page; *count is set. Static storage. */
const struct cfg_profile *cfg_profiles(unsigned *count);
/* The profile of that name that suits the kind and driver, or NULL. */
const struct cfg_profile *cfg_profile_find(const char *name, uint8_t kind, uint8_t driver);

#endif
