/* SPDX-License-Identifier: Apache-2.0 */
/* One repeated yes/no check of an address: is the host there, does the service take a connection,
 * does it answer a small HTTP GET. It states each outcome once and never draws a conclusion from
 * several; the fleet and dispatch-agent (for its own service) use it. One loop, nothing blocks. */
#ifndef PROBES_CHECK_H
#define PROBES_CHECK_H

#include "config/site.h"
#include "failover/reason.h"

#include <uv.h>

enum pb_check_kind {
    PB_CHECK_HOST, /* TCP connect; a refused connection proves that the host is alive: ok */
    PB_CHECK_TCP,  /* TCP connect; refused = not ok */
    PB_CHECK_HTTP  /* HTTP/1.0 GET of a path; only a complete reply with status 200 is ok */
};

/* One outcome. reason is an enum fo_reason, FO_REASON_NONE when ok: NO_ANSWER (nothing within the
 * bound), TOO_LATE (the connection stood and bytes came, but no complete reply within the bound),
 * REFUSED, UNREACHABLE, BAD_STATUS; FO_REASON_NO_ROUTE means that the question could not even be
 * asked from here and says nothing about the peer. rtt_us: from the start to the outcome. The
 * callback may call pb_check_stop. */
typedef void (*pb_check_callback)(void *context, bool ok, unsigned reason, fo_us rtt_us);

struct pb_check;

/* Checks at once and then every interval_us (rounded to whole milliseconds, at least 1); an attempt
 * ends after timeout_us at the latest. A check that takes longer than the interval overlaps the
 * next one, up to PB_CHECK_OVERLAP at a time. address is copied; path ("/health", PB_CHECK_HTTP
 * only, at most PB_CHECK_PATH_MAX bytes, else NULL is returned) is copied. NULL when out of memory.
 */
#define PB_CHECK_OVERLAP 4
#define PB_CHECK_PATH_MAX 200
struct pb_check *pb_check_start(uv_loop_t *loop, enum pb_check_kind kind,
                                const struct cfg_address *address, const char *path,
                                fo_us interval_us, fo_us timeout_us, pb_check_callback callback,
                                void *context);
/* One more attempt at once (a hint: ignored when PB_CHECK_OVERLAP are under way). */
void pb_check_now(struct pb_check *check);
/* No callback after this call. Frees the check when its handles are closed, then calls done (may be
 * NULL) with the context. */
void pb_check_stop(struct pb_check *check, void (*done)(void *context));

#endif
