/* SPDX-License-Identifier: Apache-2.0 */
/* The names a site file may use and the profiles there are must be the same. */
#include "config/profile.h"
#include "probes/modbus_map.h"
#include "probes/snmp_profile.h"

#include <criterion/criterion.h>
#include <string.h>

Test(profile_names, every_name_a_site_file_may_use_is_a_profile)
{
    unsigned count;
    const struct cfg_profile *profiles = cfg_profiles(&count);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(profiles[i].name, "auto") == 0) {
            continue;
        }
        bool known = profiles[i].driver == CFG_DRIVER_SNMP
                         ? pb_snmp_profile_find(profiles[i].name) != NULL
                         : pb_modbus_profile_find(profiles[i].name) != NULL;
        cr_assert(known, "%s", profiles[i].name);
    }
}

Test(profile_names, every_snmp_profile_may_be_named_in_a_site_file)
{
    unsigned count;
    const struct pb_snmp_profile *const *profiles = pb_snmp_profiles(&count);
    for (unsigned i = 0; i < count; i++) {
        cr_assert_not_null(cfg_profile_find(profiles[i]->name, FO_DEVICE_UPS, CFG_DRIVER_SNMP),
                           "%s", profiles[i]->name);
    }
    cr_assert_not_null(
        cfg_profile_find(pb_modbus_gencomm.name, FO_DEVICE_GENERATOR, CFG_DRIVER_MODBUS_TCP));
    cr_assert_not_null(cfg_profile_find(pb_modbus_transfer.name, FO_DEVICE_TRANSFER_SWITCH,
                                        CFG_DRIVER_MODBUS_TCP));
}
