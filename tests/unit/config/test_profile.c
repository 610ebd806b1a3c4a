/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles suit one kind of device by one driver. */
#include "config/profile.h"

#include <criterion/criterion.h>

Test(profile, a_profile_is_found_only_for_its_kind_and_driver)
{
    unsigned count;
    const struct cfg_profile *list = cfg_profiles(&count);
    cr_assert_gt(count, 3);
    for (unsigned i = 0; i < count; i++) {
        cr_assert_eq(cfg_profile_find(list[i].name, list[i].kind, list[i].driver), &list[i]);
        cr_assert_null(
            cfg_profile_find(list[i].name, (list[i].kind + 1) % FO_DEVICE_KINDS, list[i].driver));
    }
    cr_assert_null(cfg_profile_find("rfc1629", FO_DEVICE_UPS, CFG_DRIVER_SNMP));
}

Test(profile, modbus_profiles_suit_both_transports)
{
    cr_assert_not_null(
        cfg_profile_find("deepsea-gencomm", FO_DEVICE_GENERATOR, CFG_DRIVER_MODBUS_RTU));
    cr_assert_null(cfg_profile_find("deepsea-gencomm", FO_DEVICE_GENERATOR, CFG_DRIVER_SNMP));
}
