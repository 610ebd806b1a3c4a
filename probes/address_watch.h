/* SPDX-License-Identifier: Apache-2.0 */
/* How many stations answer for the service address: ARP requests on the monitor's own network that
 * holds it, answers counted by hardware address. Exactly one is well; two for several windows in a
 * row are two open gates. It states counts and draws no conclusion; the daemon owns one. */
#ifndef PROBES_ADDRESS_WATCH_H
#define PROBES_ADDRESS_WATCH_H

#include "failover/event.h"

#include <netinet/in.h>
#include <uv.h>

#define PB_ADDRESS_WINDOW_MS 1000
#define PB_ADDRESS_AGAIN_MS 300 /* the second request of a window: one may be lost */
#define PB_ADDRESS_WINDOWS                                                \
    3 /* in a row, before a count is believed: a take-over is no conflict \
       */
#define PB_ADDRESS_STATIONS_MAX 8

/* What has been heard, by window. Pure; zero it to start. */
struct pb_address_tally {
    uint8_t stations[PB_ADDRESS_STATIONS_MAX][6];
    uint8_t count;                             /* of this window */
    uint8_t named[PB_ADDRESS_STATIONS_MAX][6]; /* who answered in the last whole window … */
    uint8_t named_count;                       /* … at least as many as are believed */
    uint8_t last[PB_ADDRESS_WINDOWS];          /* counts of the last windows, newest first */
    uint8_t windows;                           /* how many of them there are */
    uint8_t believed;
    bool said; /* believed has been said once */
};
void pb_address_heard(struct pb_address_tally *tally, const uint8_t station[6]);
/* Ends a window. True when what is believed has changed (or is known for the first time): the least
 * count of the last windows when it rises, the greatest when it falls. */
bool pb_address_window(struct pb_address_tally *tally);
/* What the engine is told of it: how many are believed, and the first of them by hardware address.
 */
struct fo_self pb_address_self(const struct pb_address_tally *tally);
/* Whether the ARP payload answers for the address; its sender then stands in station. */
bool pb_address_answers(const uint8_t *bytes, size_t length, struct in_addr address,
                        uint8_t station[6]);

struct pb_address_watch;
/* tally->believed: stations that answer, and named: their hardware addresses; valid during the
 * call. on_network false: no own interface is on the address's network (said once, and again when
 * it changes; nothing is believed then). */
typedef void (*pb_address_callback)(void *context, bool on_network,
                                    const struct pb_address_tally *tally);
/* NULL when out of memory. A network that is not there, or a missing right to ask, is tried again.
 */
struct pb_address_watch *pb_address_watch_start(uv_loop_t *loop, struct in_addr address,
                                                pb_address_callback callback, void *context);
/* No callback of the watch after this; frees it once its handles are closed, then calls done (may
 * be NULL). */
void pb_address_watch_stop(struct pb_address_watch *watch, void (*done)(void *context),
                           void *context);

#endif
