/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this host's own interfaces of the heartbeat networks have carrier and address: the
 * difference between "they are gone" and "we are cut off". It states, at each change and once a
 * second; the fleet owns one. */
#ifndef PROBES_OWN_NETWORK_H
#define PROBES_OWN_NETWORK_H

#include "config/site.h"
#include "failover/event.h"

#include <uv.h>

#define PB_OWN_NETWORK_MS 1000

struct pb_own_network;

/* kind FO_PROBE_OWN_NETWORK, index = net; ok, or not ok with NO_ROUTE (no carrier, down, or the
 * address is not on the interface); FO_ABSENT with NO_ROUTE when the kernel cannot be asked. */
typedef void (*pb_own_network_callback)(void *context, const struct fo_probe *probe);

/* Watches the nets that name an interface. NULL when out of memory. nets must outlive it. */
struct pb_own_network *pb_own_network_start(uv_loop_t *loop, const struct cfg_net *nets,
                                            unsigned count, pb_own_network_callback callback,
                                            void *context);
/* No callback after this; frees it once its handles are closed, then calls done (may be NULL). */
void pb_own_network_stop(struct pb_own_network *own, void (*done)(void *context), void *context);

#endif
