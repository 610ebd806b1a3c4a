/* SPDX-License-Identifier: Apache-2.0 */
/* A switched power strip as the objects of APC's PowerNet-MIB (1.3.6.1.4.1.318.1.1): the rack PDU's
 * rPDUOutletControl and rPDUOutletStatus, the MasterSwitch's sPDUOutletCtl, the MasterSwitch plus's
 * mspOutlet, the second generation's rPDU2OutletSwitched. Pure: a list in the order of the object
 * identifiers, and what a SET means; snmp_agent.c serves both. */
#ifndef SIM_DEVICES_OUTLET_MIB_H
#define SIM_DEVICES_OUTLET_MIB_H

#include "sim/devices/ups_mib.h"
#include "sim/plant/outlets.h"

/* Clears the list and fills it. name: sysName, must outlive the list. */
void sim_outlet_mib_fill(struct sim_object_list *list, const struct sim_outlets *outlets,
                         const char *name, uint64_t uptime_ms);
/* A number written to the object of that name. False: no object that can be written, or a number
 * that means neither on nor off there. */
bool sim_outlet_mib_set(struct sim_outlets *outlets, const uint32_t *name, size_t length,
                        int64_t number);

#endif
