/* SPDX-License-Identifier: Apache-2.0 */
/* What a device entry says about how the device is spoken to: driver, address, SNMP access,
 * profile, scales of its own. decode_power.c reads the keys and calls this; nothing here is about
 * kinds. */
#ifndef CONFIG_DECODE_DEVICE_H
#define CONFIG_DECODE_DEVICE_H

#include "config/schema.h"

/* Words of driver, NULL-terminated, in the order of enum cfg_driver. */
extern const char *const cfg_words_driver[];
/* Keys of the group snmp; fills a struct cfg_snmp. */
extern const struct cfg_table cfg_table_snmp;
/* Relations of the keys in group.snmp to its version, of a device or of a channel. */
void cfg_snmp_check(struct cfg_source *source, config_setting_t *group,
                    const struct cfg_snmp *snmp);

/* Fills what follows from the texts already in *device (kind, driver, address_text, profile, snmp):
 * address or serial line, profile, scales; a finding for each that is wrong or means nothing with
 * the driver. profiles may be NULL: then no profile is good. */
void cfg_device_fill(struct cfg_source *source, config_setting_t *group,
                     const struct cfg_texts *scales, const struct cfg_profiles *profiles,
                     struct cfg_device *device);

#endif
