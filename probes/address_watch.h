/* SPDX-License-Identifier: Apache-2.0 */
/* How many stations answer for a service address: it asks for it on the monitor's own network that
 * holds it, by ARP or by neighbour solicitation, and counts the answers by hardware address
 * (address_tally.h). It states counts and draws no conclusion; the daemon owns one for each
 * address. */
#ifndef PROBES_ADDRESS_WATCH_H
#define PROBES_ADDRESS_WATCH_H

#include "probes/address_frame.h"
#include "probes/address_tally.h"

#include <uv.h>

#define PB_ADDRESS_WINDOW_MS 1000
#define PB_ADDRESS_AGAIN_MS 300 /* the second request of a window: one may be lost */

struct pb_address_watch;
/* tally->believed: stations that answer, and named: their hardware addresses; valid during the
 * call. trouble 0: it is asked for. Else nothing is believed: ENETUNREACH when no own interface is
 * on the address's network, any other the reason why the socket cannot be had (EPERM: it takes
 * CAP_NET_RAW). Said once, and again when it changes. */
typedef void (*pb_address_callback)(void *context, int trouble,
                                    const struct pb_address_tally *tally);
/* NULL when out of memory. Whatever the trouble is, it is tried again in each window. */
struct pb_address_watch *pb_address_watch_start(uv_loop_t *loop, const struct pb_ip *address,
                                                pb_address_callback callback, void *context);
/* No callback of the watch after this; frees it once its handles are closed, then calls done (may
 * be NULL). */
void pb_address_watch_stop(struct pb_address_watch *watch, void (*done)(void *context),
                           void *context);
/* The trouble that a watch would have here and now; asks nobody. */
int pb_address_try(const struct pb_ip *address);

#endif
