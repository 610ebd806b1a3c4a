/* SPDX-License-Identifier: Apache-2.0 */
/* net-snmp's messages to our requests and answers and back. It sends nothing and judges nothing;
 * snmp_session.c calls it, and the fuzzer feeds it what the library has parsed. */
#ifndef PROBES_SNMP_PDU_H
#define PROBES_SNMP_PDU_H

#include "config/site.h"
#include "probes/snmp_library.h"
#include "probes/snmp_map.h"
#include "probes/snmp_notice.h"

/* A RESPONSE as plain values; what has no place in them (an OID too long, a type without a number)
 * is PB_SNMP_OTHER. */
void pb_snmp_pdu_read(const netsnmp_pdu *pdu, struct pb_snmp_answer *answer);
/* The caller's, to be sent or freed. NULL without memory. */
netsnmp_pdu *pb_snmp_pdu_make(const struct pb_snmp_request *request);
/* The same of an INFORM. */
netsnmp_pdu *pb_snmp_pdu_inform(const struct pb_snmp_notice *notice);
/* The same of a SET of `count` values, all in one message. */
netsnmp_pdu *pb_snmp_pdu_set(const struct cfg_snmp_value *values, unsigned count);

#endif
