/* SPDX-License-Identifier: Apache-2.0 */
/* The table of known device profiles. It never talks to a device; decode_power.c asks it whether a
 * name in a site file means anything. */
#include "config/profile.h"

#include <string.h>

static const struct cfg_profile profiles[] = {
    {"auto", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "chosen by what the device answers"},
    {"rfc1628", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "UPS-MIB, the standard one"},
    {"apc-powernet", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "PowerNet-MIB"},
    {"eaton-xups", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "XUPS-MIB"},
    {"eaton-mge", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "MG-SNMP-UPS-MIB"},
    {"cyberpower", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "CPS-MIB"},
    {"megatec-xppc", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "XPPC-MIB"},
    {"jema-ups", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "UPS-MIB under enterprise 4550.1"},
    {"jema-ups2", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "UPS-MIB under enterprise 4550.2"},
    {"mitsubishi-ups", FO_DEVICE_UPS, CFG_DRIVER_SNMP, "UPS-MIB under enterprise 13891.101"},
    {"deepsea-gencomm", FO_DEVICE_GENERATOR, CFG_DRIVER_MODBUS_TCP, "GenComm register pages"},
    {"transfer-switch-contacts", FO_DEVICE_TRANSFER_SWITCH, CFG_DRIVER_MODBUS_TCP,
     "two position contacts and mains voltage"},
};

const struct cfg_profile *cfg_profiles(unsigned *count)
{
    *count = sizeof profiles / sizeof profiles[0];
    return profiles;
}

const struct cfg_profile *cfg_profile_find(const char *name, uint8_t kind, uint8_t driver)
{
    uint8_t family = driver == CFG_DRIVER_MODBUS_RTU ? CFG_DRIVER_MODBUS_TCP : driver;
    for (unsigned i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (profiles[i].kind == kind && profiles[i].driver == family &&
            strcmp(profiles[i].name, name) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}
