/* SPDX-License-Identifier: Apache-2.0 */
/* One act of kind snmp-set: the objects of a router set in one request and read back. The outcome
 * is what was read back, never what was sent or what the router said to it. act.c calls it. */
#ifndef MONITORD_EXECUTOR_SNMP_SET_H
#define MONITORD_EXECUTOR_SNMP_SET_H

#include "config/site.h"
#include "monitord/executor/ledger.h"

#include <uv.h>

/* Called once, on a later turn, with nothing left open. DONE: every object reads as it was wanted.
 * FAILED: the router says otherwise, and reason why: "not-changed" (it took the order and did not
 * follow it), "router-refused" (detail: error-status of RFC 3416, 17 is notWritable),
 * "cannot-be-read", "access-denied", "secret-unreadable". RETRY: it is not known: "no-answer",
 * "no-route", "timed-out". */
typedef void (*md_snmp_set_done)(void *context, enum md_act_state state, int detail,
                                 const char *reason);

/* act outlives it. False (done is not called) when out of memory. */
bool md_snmp_set_start(uv_loop_t *loop, const struct cfg_act *act, md_snmp_set_done done,
                       void *context);

#endif
