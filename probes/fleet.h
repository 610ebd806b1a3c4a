/* SPDX-License-Identifier: Apache-2.0 */
/* From a site to running probes: starts every probe the site asks for (staggered), hands each
 * statement to one sink as an engine event, and keeps the newest reading of each device for
 * viewing. One thread, one uv loop; nothing in here blocks it. The daemon owns it; it never draws a
 * conclusion. */
#ifndef PROBES_FLEET_H
#define PROBES_FLEET_H

#include "config/site.h"
#include "failover/event.h"
#include "probes/clock.h" /* pb_clock_us, for those who include only this page */

#include <uv.h>

/* Called on the loop for each statement; the event (kind, now_us and payload set, wall_ms 0) lives
 * only during the call. */
typedef void (*pb_sink)(void *context, const struct fo_event *event);

struct pb_fleet;

/* Starts all probes of the site except heartbeats. Returns NULL and fills error (one line for the
 * log) only when nothing at all can run (no memory, net-snmp cannot start); a probe that cannot
 * start is retried and reports FO_ABSENT with its reason meanwhile. site must outlive the fleet. */
struct pb_fleet *pb_fleet_start(uv_loop_t *loop, const struct site *site, pb_sink sink,
                                void *context, char *error, size_t error_size);
/* Polls one device at once (a hint: ignored while an exchange is under way). */
void pb_fleet_poll(struct pb_fleet *fleet, unsigned device);
/* The site wants traps heard and the port cannot be had at present; it is tried again. */
bool pb_fleet_is_deaf(const struct pb_fleet *fleet);
/* The newest reading of a device, good or not; NULL before the first one. Valid until the loop
 * turns. */
const struct fo_reading *pb_fleet_reading(const struct pb_fleet *fleet, unsigned device,
                                          fo_us *read_us);
/* Name of the profile that was chosen for the device ("rfc1628"); NULL while unknown. */
const char *pb_fleet_profile(const struct pb_fleet *fleet, unsigned device);
/* Closes every handle; frees the fleet when the last is closed, then calls done (may be NULL). */
void pb_fleet_stop(struct pb_fleet *fleet, void (*done)(void *context));

#endif
