/* SPDX-License-Identifier: Apache-2.0 */
/* One carrier line as seen by echoes to several far targets, sent through that line's own interface
 * whatever the routing table says. Each echo becomes one statement; whether a line is down is not
 * decided here. The kernel needs a route through each line (the standby line's with a higher
 * metric), else it looks for far targets on the link itself. The fleet owns one for each line. */
#ifndef PROBES_LINE_PROBE_H
#define PROBES_LINE_PROBE_H

#include "config/site.h"
#include "failover/event.h"

#include <uv.h>

struct pb_line_probe;

/* kind FO_PROBE_TARGET, index = line, target set. ok with rtt_us; not ok with NO_ANSWER (nothing
 * within the bound), UNREACHABLE (a router said so) or NO_ROUTE (the interface is there but down);
 * FO_ABSENT with NO_ROUTE: no such interface, or no right to send, which says nothing about the
 * target. */
typedef void (*pb_line_callback)(void *context, const struct fo_probe *probe);

/* target_count of config->targets are asked in turn, each once in config->interval_us, spread over
 * it. An answer counts within min(timeout_us, interval_us). NULL when out of memory. config must
 * outlive it. Needs CAP_NET_RAW. */
struct pb_line_probe *pb_line_probe_start(uv_loop_t *loop, const struct cfg_line *config,
                                          unsigned line, unsigned target_count,
                                          pb_line_callback callback, void *context);
/* No callback after this; frees it once its handles are closed, then calls done (may be NULL). */
void pb_line_probe_stop(struct pb_line_probe *probe, void (*done)(void *context), void *context);

#endif
