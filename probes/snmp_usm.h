/* SPDX-License-Identifier: Apache-2.0 */
/* SNMPv3 of one session: its user, and the engine (boots, time, localised keys) it talks to.
 * net-snmp keeps users and engine times in process-wide lists, in which two cards with one engineID
 * would overwrite each other; so a session's own are put there before each call of the library and
 * taken out after it. It sends nothing; snmp_session.c is its only caller. */
#ifndef PROBES_SNMP_USM_H
#define PROBES_SNMP_USM_H

#include "config/site.h"
#include "failover/reason.h"
#include "probes/snmp_library.h"

#include <stdbool.h>

struct pb_snmp_usm;

/* What a REPORT of a card says (RFC 3414, 5; RFC 3412, 5). */
enum pb_snmp_report {
    PB_REPORT_ENGINE,  /* another engineID than we asked for, or the answer to a discovery */
    PB_REPORT_TIME,    /* outside its time window; the library asks again by itself, once */
    PB_REPORT_REFUSED, /* user, password, security level or context */
};

/* Reads the password files. NULL with *reason: SECRET_UNREADABLE, or NO_ROUTE without memory. */
struct pb_snmp_usm *pb_snmp_usm_open(const struct cfg_snmp *settings, enum fo_reason *reason);
void pb_snmp_usm_close(struct pb_snmp_usm *usm);
/* Fills version, user, level and context of a session that is about to be opened; the strings live
 * as long as usm. */
void pb_snmp_usm_describe(const struct pb_snmp_usm *usm, netsnmp_session *wanted);
/* The question by which an engine makes itself known (RFC 3414, 4); the caller's. NULL without
 * memory. */
netsnmp_pdu *pb_snmp_usm_discovery(void);
enum pb_snmp_report pb_snmp_usm_report(netsnmp_pdu *report);
/* Whether an engine has been adopted and not been forgotten since. */
bool pb_snmp_usm_ready(const struct pb_snmp_usm *usm);
/* Takes the engineID of a REPORT and makes the keys for it; false when it has none we can use. */
bool pb_snmp_usm_adopt(struct pb_snmp_usm *usm, netsnmp_session *session,
                       const netsnmp_pdu *report);
/* After silence: a card that was exchanged or lost its memory may count its boots from less, which
 * it would never be believed. The next question begins with a discovery. */
void pb_snmp_usm_forget(struct pb_snmp_usm *usm, netsnmp_session *session);
/* Whether a response came at least as protected as it was asked for. */
bool pb_snmp_usm_is_protected(const struct pb_snmp_usm *usm, const netsnmp_pdu *response);

/* Around every call that may make or read a message of this session. usm may be NULL (v1, v2c). */
void pb_snmp_usm_enter(struct pb_snmp_usm *usm);
void pb_snmp_usm_leave(struct pb_snmp_usm *usm);

#endif
