/* SPDX-License-Identifier: Apache-2.0 */
/* The switches that make net-snmp harmless in a daemon, set before its only initialisation. It
 * holds the one flag that says it has been done; snmp_session.c calls it. */
#include "probes/snmp_library.h"

#include "config/site.h"
#include "failover/assert.h"

#include <stdbool.h>
#include <stdlib.h>

void pb_snmp_library_start(void)
{
    static bool started;
    if (started) {
        return;
    }
    started = true;
    setenv("MIBS", "", 1); /* numbers are enough: no MIB text is read */
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG, 1);
    init_snmp("noroshi");
}

const oid *pb_snmp_library_auth(uint8_t auth, size_t *length)
{
    static const oid *const protocols[] = {
        [CFG_AUTH_NONE] = usmNoAuthProtocol,
        [CFG_AUTH_MD5] = usmHMACMD5AuthProtocol,
        [CFG_AUTH_SHA] = usmHMACSHA1AuthProtocol,
        [CFG_AUTH_SHA224] = usmHMAC128SHA224AuthProtocol,
        [CFG_AUTH_SHA256] = usmHMAC192SHA256AuthProtocol,
        [CFG_AUTH_SHA384] = usmHMAC256SHA384AuthProtocol,
        [CFG_AUTH_SHA512] = usmHMAC384SHA512AuthProtocol,
    };
    FO_ASSERT(auth < sizeof protocols / sizeof protocols[0]);
    *length = USM_AUTH_PROTO_NOAUTH_LEN; /* they are all of one length */
    return protocols[auth];
}

const oid *pb_snmp_library_priv(uint8_t priv, size_t *length)
{
    static const oid *const protocols[] = {
        [CFG_PRIV_NONE] = usmNoPrivProtocol,
        [CFG_PRIV_DES] = usmDESPrivProtocol,
        [CFG_PRIV_AES] = usmAESPrivProtocol,
    };
    FO_ASSERT(priv < sizeof protocols / sizeof protocols[0]);
    *length = USM_PRIV_PROTO_NOPRIV_LEN;
    return protocols[priv];
}
