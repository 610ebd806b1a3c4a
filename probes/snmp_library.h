/* SPDX-License-Identifier: Apache-2.0 */
/* net-snmp as a guest of this process: started once, silent, without configuration files, MIB
 * files, persistent state or signals, and its names for what the site file calls by ours. Who opens
 * a session calls it first. */
#ifndef PROBES_SNMP_LIBRARY_H
#define PROBES_SNMP_LIBRARY_H

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>
#include <stdint.h>

/* Starts the library on the first call; later calls do nothing. One thread only: net-snmp keeps
 * process-wide lists. It is never shut down before the process ends. */
void pb_snmp_library_start(void);
/* The library's name of an authentication protocol (enum cfg_snmp_auth) or of a privacy protocol
 * (enum cfg_snmp_priv), that of "none" included. Static storage. */
const oid *pb_snmp_library_auth(uint8_t auth, size_t *length);
const oid *pb_snmp_library_priv(uint8_t priv, size_t *length);

#endif
