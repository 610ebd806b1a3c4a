/* SPDX-License-Identifier: Apache-2.0 */
/* How many stations answer for the service address: ARP requests on the monitor's own network that
 * holds it, answers counted by hardware address. Exactly one is well; two that answer one and the
 * same question are two open gates, two that answer one after the other are a service that moves.
 * It states counts and draws no conclusion; the daemon owns one. */
#ifndef PROBES_ADDRESS_WATCH_H
#define PROBES_ADDRESS_WATCH_H

#include "failover/event.h"

#include <netinet/in.h>
#include <uv.h>

#define PB_ADDRESS_WINDOW_MS 1000
#define PB_ADDRESS_AGAIN_MS 300    /* the second request of a window: one may be lost */
#define PB_ADDRESS_WINDOWS 3       /* in a row, before a count is believed … */
#define PB_ADDRESS_WINDOWS_BOTH 2  /* … and in so many of them two have answered one question */
#define PB_ADDRESS_WINDOWS_TURNS 6 /* or so many in a row with two: no service moves so often */
#define PB_ADDRESS_STATIONS_MAX 8

/* What has been heard, by window. Pure; zero it to start. */
struct pb_address_tally {
    uint8_t stations[PB_ADDRESS_STATIONS_MAX][6];
    uint8_t count;                             /* of this window */
    uint8_t answered;                          /* bit per station: to the present question */
    bool both;                                 /* two have answered one question of this window */
    uint8_t named[PB_ADDRESS_STATIONS_MAX][6]; /* who answered in the window of the last news */
    uint8_t named_count;
    uint8_t last[PB_ADDRESS_WINDOWS];   /* counts of the last windows, newest first … */
    bool last_both[PB_ADDRESS_WINDOWS]; /* … and whether two answered one question in them */
    uint8_t windows;                    /* how many of them there are */
    uint8_t shared;                     /* windows in a row with two; PB_ADDRESS_WINDOWS_TURNS is
                                           the most that is counted */
    uint8_t believed;
    bool said; /* believed has been said once */
};
/* A question goes out: what is heard from now on cannot answer an earlier one. */
void pb_address_asked(struct pb_address_tally *tally);
/* answer: to the present question; else an announcement that nobody asked for, which is heard
 * whenever the service moves and never makes two that answer one question. */
void pb_address_heard(struct pb_address_tally *tally, const uint8_t station[6], bool answer);
/* Ends a window. True when there is news: what is believed has changed or is known for the first
 * time, or as many as are believed answer and they are others. The count rises to the least of the
 * last windows and falls to the greatest; above one it rises only when two have answered one
 * question in enough of these windows, or when two have been heard for so many windows that no
 * moves of the service explain it: until then they take turns, which is one at a time. */
bool pb_address_window(struct pb_address_tally *tally);
/* What the engine is told of it: how many are believed, and the first of them by hardware address.
 */
struct fo_self pb_address_self(const struct pb_address_tally *tally);

enum pb_address_said { /* of the address, by the sender of an ARP payload */
                       PB_ADDRESS_NOTHING,
                       PB_ADDRESS_ANNOUNCED, /* to everybody, or in answer to somebody else */
                       PB_ADDRESS_ANSWERED   /* to own, who has asked */
};
/* The sender then stands in station. */
enum pb_address_said pb_address_read(const uint8_t *bytes, size_t length, struct in_addr address,
                                     struct in_addr own, uint8_t station[6]);

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
