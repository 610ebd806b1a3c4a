/* SPDX-License-Identifier: Apache-2.0 */
/* How many stations answer for one address, counted by question and window: exactly one is well;
 * two that answer one and the same question are two open gates, two that answer one after the other
 * are a service that moves. Pure; it states counts and draws no conclusion. address_watch.c feeds
 * it, whatever the family of the address. */
#ifndef PROBES_ADDRESS_TALLY_H
#define PROBES_ADDRESS_TALLY_H

#include "failover/event.h"

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

#endif
