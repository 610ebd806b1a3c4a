/* SPDX-License-Identifier: Apache-2.0 */
/* One SNMP conversation with one card on the uv loop: one request in flight, one retry inside its
 * bound, no blocking call. It knows bytes and errors and nothing of what an object means; the SNMP
 * driver uses it. With SNMPv3 a question for the card's engine goes before the first request. */
#ifndef PROBES_SNMP_SESSION_H
#define PROBES_SNMP_SESSION_H

#include "config/site.h"
#include "probes/snmp_map.h"
#include "probes/snmp_notice.h"

#include <uv.h>

struct pb_snmp_session;

/* reason FO_REASON_NONE: answer is what the card said, valid during the call. Else answer is NULL:
 * NO_ANSWER (silence for the whole bound), UNREACHABLE (it could not be sent again), BAD_FRAME (not
 * a response to what was asked), ACCESS_DENIED (v3: the card refuses the user or his password, or
 * what came is not protected as asked). The callback may ask again or close the session. */
typedef void (*pb_snmp_callback)(void *context, enum fo_reason reason,
                                 const struct pb_snmp_answer *answer);

/* NULL with *reason when no socket can be had now (NO_ROUTE) or a password file cannot be used
 * (SECRET_UNREADABLE): the caller tries again later. timeout_us bounds one exchange, the retry
 * included; the question for the engine is an exchange of its own. settings must outlive it. */
struct pb_snmp_session *pb_snmp_session_open(uv_loop_t *loop, const struct cfg_address *address,
                                             const struct cfg_snmp *settings, fo_us timeout_us,
                                             pb_snmp_callback callback, void *context,
                                             enum fo_reason *reason);
/* FO_REASON_NONE: under way, the callback will come. Else it could not be sent (NO_ROUTE) and no
 * callback comes. Only one request at a time. */
enum fo_reason pb_snmp_session_ask(struct pb_snmp_session *session,
                                   const struct pb_snmp_request *request);
/* The same with an INFORM: the answer confirms it. notice must live until the callback. */
enum fo_reason pb_snmp_session_inform(struct pb_snmp_session *session,
                                      const struct pb_snmp_notice *notice);
/* The same with a SET of 1 … CFG_SNMP_VALUES_MAX values in one message. A retry repeats it, so a
 * value must be one that may be set twice. values must live until the callback. What the answer
 * says of the values is what was sent, not what the card has now. */
enum fo_reason pb_snmp_session_set(struct pb_snmp_session *session,
                                   const struct cfg_snmp_value *values, unsigned count);
/* Everything leaves by this network device from now on; false when there is none of that name. */
bool pb_snmp_session_bind(struct pb_snmp_session *session, const char *device);
/* No callback after this. Frees the session once its handles are closed, then calls done (may be
 * NULL). */
void pb_snmp_session_close(struct pb_snmp_session *session, void (*done)(void *context),
                           void *context);

#endif
