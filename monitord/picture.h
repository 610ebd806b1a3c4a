/* SPDX-License-Identifier: Apache-2.0 */
/* One picture of the whole daemon as JSON: collects what the parts know and hands it to status.c.
 * It owns nothing but the memory for the view; the app says which parts there are. */
#ifndef MONITORD_PICTURE_H
#define MONITORD_PICTURE_H

#include "monitord/drill_watch.h"
#include "monitord/orders.h"
#include "monitord/outlying.h"
#include "probes/fleet.h"
#include "probes/heartbeat.h"

struct md_picture {
    const struct site *site;
    struct md_driver *driver;
    struct md_orders *orders;
    struct pb_fleet *fleet;             /* NULL: none yet */
    struct pb_heartbeat *heartbeat;     /* NULL: none */
    const struct md_outlying *outlying; /* NULL: no other places */
    const struct md_duty_watch *duty;
    const struct md_drill_watch *drill; /* NULL: no drill is demanded */
    const struct md_self_test *self_test;
    const json_t *fences; /* as in status.h, borrowed; NULL: not known */
    uint64_t boot;
    fo_us started_us;
    struct fo_view *view; /* scratch, owned by the caller */
};
/* The status with the centre's own room; new reference, NULL when out of memory. */
json_t *md_picture_status(const struct md_picture *picture);
/* The same without a device; fills the view for those. */
json_t *md_picture_head(const struct md_picture *picture);
/* One device of any place, as of the last status or head; new reference, NULL behind the last one.
 */
json_t *md_picture_device(const struct md_picture *picture, unsigned device);

#endif
