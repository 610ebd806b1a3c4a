/* SPDX-License-Identifier: Apache-2.0 */
/* The standing view: full screen, or one line a change. Keeps a connection, says loudly when it is
 * gone, and comes back by itself. */
#ifndef MONITORD_CONSOLE_WATCH_H
#define MONITORD_CONSOLE_WATCH_H

#include "monitord/console/options.h"

/* watch: returns when the reader quits (exit 0) or the terminal cannot be used (exit 1). */
int md_watch(const struct md_options *options);
/* watch --plain: lines until the output closes; starts also without a daemon. */
int md_watch_plain(const struct md_options *options);

/* When a bell sounds: at once for an incident that calls for the first time, then every
 * MD_BELL_AGAIN_MS while any calls. Pure. */
#define MD_BELL_AGAIN_MS 10000
struct md_bell {
    long long last_ms;
    unsigned long long known; /* the highest number that has rung */
    bool rung;
};
bool md_bell_due(struct md_bell *bell, const json_t *status, long long now_ms);

#endif
