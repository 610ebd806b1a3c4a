/* SPDX-License-Identifier: Apache-2.0 */
/* The devices of other places as the daemon holds them: the pure watch of failover/outlying.h with
 * memory for the site's devices, fed by the probes, and its word to the engine as events. It owns
 * that memory and nothing else; app.c builds it, status shows it. */
#ifndef MONITORD_OUTLYING_H
#define MONITORD_OUTLYING_H

#include "config/site.h"
#include "failover/outlying.h"

struct md_outlying;
/* An FO_EVENT_PLACE for the engine; lives during the call. */
typedef void (*md_outlying_sink)(void *context, const struct fo_event *event);

/* *outlying is NULL when the site has no other place. False when out of memory. site outlives it.
 */
bool md_outlying_start(const struct site *site, md_outlying_sink sink, void *context,
                       struct md_outlying **outlying);
/* A reading of such a device (its number counts on from those of the room). */
void md_outlying_reading(struct md_outlying *outlying, const struct fo_reading *reading,
                         fo_us now_us);
/* Once a second (NULL: nothing): what time alone changes; and once a minute all that holds is said
 * again. */
void md_outlying_round(struct md_outlying *outlying, fo_us now_us);
/* Device `index` among those of other places. */
void md_outlying_view(const struct md_outlying *outlying, unsigned index, fo_us now_us,
                      struct fo_view_device *view);
/* NULL is allowed. */
void md_outlying_free(struct md_outlying *outlying);

#endif
