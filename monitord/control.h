/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket's server: connections, their bounds, watch streams. It owns sockets and
 * buffers; what an order means is orders.c's, what a status holds is status.c's. The app starts
 * one. A peer that reads too slowly, says too much or idles in a half line never holds up anybody
 * else. */
#ifndef MONITORD_CONTROL_H
#define MONITORD_CONTROL_H

#include "monitord/control_hooks.h"

#include <uv.h>

#define MD_CONTROL_CLIENTS_MAX 32
#define MD_CONTROL_WATCH_MS 1000     /* a picture at least this often */
#define MD_CONTROL_CHANGE_MS 50      /* changes closer together make one picture */
#define MD_CONTROL_STUCK_MS 10000    /* a peer that takes nothing for this long is dropped */
#define MD_CONTROL_SYNC_WAIT_MS 3000 /* an answer waits this long for the journal */
#define MD_CONTROL_QUEUE_MAX 262144  /* bytes a peer has not taken: then its orders wait, too */

struct md_control;
/* Binds path (a stale socket file is removed, a living one is an error), mode 0660 and, when group
 * is not NULL, that group; else mode 0600. NULL with a line in error. */
struct md_control *md_control_start(uv_loop_t *loop, const char *path, const char *group,
                                    const struct md_control_hooks *hooks, char *error,
                                    size_t error_size);
/* Something changed: watchers get a picture soon. */
void md_control_changed(struct md_control *control);
/* The journal moved on: answers that waited for it may go. */
void md_control_synced(struct md_control *control);
/* Consoles that watch now. */
unsigned md_control_watchers(const struct md_control *control);
/* Closes everything, removes the socket file; done (may be NULL) when the memory has gone. */
void md_control_stop(struct md_control *control, void (*done)(void *context), void *context);

#endif
