/* SPDX-License-Identifier: Apache-2.0 */
/* net-snmp as a guest of this process: started once, silent, without configuration files, MIB
 * files, persistent state or signals. Who opens a session calls it first. */
#ifndef PROBES_SNMP_LIBRARY_H
#define PROBES_SNMP_LIBRARY_H

/* Starts the library on the first call; later calls do nothing. One thread only: net-snmp keeps
 * process-wide lists. It is never shut down before the process ends. */
void pb_snmp_library_start(void);

#endif
