/* SPDX-License-Identifier: Apache-2.0 */
/* monitord's own place on the heartbeat networks of a site: the voter's heartbeats. It reads the
 * site's addresses and key and starts the part; it decides nothing and keeps nothing. app.c calls
 * it and owns what it returns. */
#ifndef MONITORD_SITE_NETWORK_H
#define MONITORD_SITE_NETWORK_H

#include "config/site.h"
#include "probes/heartbeat.h"

/* The heartbeats of voter M to both servers on every network of the site. NULL without networks or
 * without a key (logged): then no agent gets a grant from here, and the room is still watched. The
 * site must outlive it. */
struct pb_heartbeat *md_site_heartbeats(uv_loop_t *loop, const struct site *site,
                                        pb_heartbeat_sink sink, void *context);

#endif
