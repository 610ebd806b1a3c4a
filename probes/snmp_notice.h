/* SPDX-License-Identifier: Apache-2.0 */
/* Something that is told by SNMP, not asked: one notification with its facts, as plain values. It
 * owns nothing; who tells it keeps the texts until the answer has come. snmp_session.h sends it. */
#ifndef PROBES_SNMP_NOTICE_H
#define PROBES_SNMP_NOTICE_H

#include "config/profile.h"

#define PB_SNMP_FACTS_MAX 8

struct pb_snmp_fact {
    struct cfg_oid oid;
    const char *text; /* an OCTET STRING, UTF-8; NULL: `integer` */
    int32_t integer;
};
struct pb_snmp_notice {
    struct cfg_oid trap; /* value of snmpTrapOID.0 */
    uint32_t uptime_cs;  /* value of sysUpTime.0, hundredths of a second */
    unsigned count;
    struct pb_snmp_fact facts[PB_SNMP_FACTS_MAX];
};

#endif
