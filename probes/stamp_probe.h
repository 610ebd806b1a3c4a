/* SPDX-License-Identifier: Apache-2.0 */
/* The far end of one carrier line asked what reaches it: a STAMP test packet in each interval,
 * through that line's own interface, to the reflector that the site names. It states how many were
 * lost in which direction, or why that cannot be told; it judges no line. The fleet owns one for
 * each line with a reflector; line_probe.c is its twin for echoes. */
#ifndef PROBES_STAMP_PROBE_H
#define PROBES_STAMP_PROBE_H

#include "config/site.h"
#include "failover/event.h"

#include <uv.h>

struct pb_stamp_probe;

/* kind FO_PROBE_DIRECTION, index = line, once in each interval after the first. ok with sent,
 * lost_out and lost_back (all may be 0); not ok with NO_ANSWER (nothing came back in the interval),
 * NOT_READ_YET (not proven to count) or UNCOUNTED (it copies our numbers); FO_ABSENT with NO_ROUTE:
 * nothing could be sent. */
typedef void (*pb_stamp_callback)(void *context, const struct fo_probe *probe);

/* A packet is accounted for when it has returned and is min(timeout_us, interval_us) old. NULL when
 * out of memory. config, whose reflector is set, must outlive it. Needs CAP_NET_RAW. */
struct pb_stamp_probe *pb_stamp_probe_start(uv_loop_t *loop, const struct cfg_line *config,
                                            unsigned line, pb_stamp_callback callback,
                                            void *context);
/* No callback after this; frees it once its handles are closed, then calls done (may be NULL). */
void pb_stamp_probe_stop(struct pb_stamp_probe *probe, void (*done)(void *context), void *context);

#endif
